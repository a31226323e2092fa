//! What Dezky knows of a Stalwart server. Ids are Stalwart's own: short, opaque, each object type for itself.

mod account;
mod domain;
mod key;
mod list;
mod rights;
mod service;

use serde::Deserialize;

pub use account::{
    Account, AccountChange, AccountKind, AppPassword, NewAccount, NewAppPassword, PasswordSet, Permissions,
    SignIn, Usage,
};
pub use domain::{DkimKey, Domain, DomainChange, DomainSettings, DomainSettingsChange, NewDomain};
pub use key::{ApiKey, KeyPermissions, NewApiKey, NewKey};
pub use list::{ListChange, MailingList, NewList};
pub use rights::{KeyOwner, RIGHTS, Right, needed};
pub use service::{DefaultDomain, KeyHolder, Roles, ServiceAccount};

/// A further address of an account or a list (section 8). Its place in the list means nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alias {
    /// The part before the `@`, lower case.
    pub name: String,
    /// The domain; any of the server.
    pub domain_id: String,
    /// A disabled alias keeps its address reserved, but gets no mail and opens no way in.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// A text for people.
    #[serde(default)]
    pub description: Option<String>,
}

fn yes() -> bool {
    true
}

/// How a create ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    /// It was made and has this id.
    New(String),
    /// The name or an address belongs to an object already (`primaryKeyViolation`); nothing was made.
    Exists {
        /// The type of the owner, such as `Domain` or `Account`.
        object: String,
        /// Its id.
        id: String,
    },
}

/// How an update ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Updated {
    /// It is as wanted.
    Done,
    /// Nothing was changed: the name or one of the addresses belongs to this object (`primaryKeyViolation`).
    Taken(LinkedObject),
}

/// How a destroy ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destroyed {
    /// It is gone, now or already before.
    Done,
    /// It stays because these objects point at it.
    Linked(Vec<LinkedObject>),
}

/// An object that points at another, or has what another wants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub struct LinkedObject {
    /// Its type, such as `Account`.
    pub object: String,
    /// Its id.
    pub id: String,
}

/// An object by what people know it by, to be named on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkHolder {
    /// Which object.
    pub of: LinkedObject,
    /// `sales@acme.dk` of an account or a list, `acme.dk` of a domain. None when it is gone meanwhile or when
    /// objects of its type have no address.
    pub address: Option<String>,
    /// Its further addresses: the reason, when its own address is on another domain.
    pub aliases: Vec<Alias>,
}
