//! What Dezky knows of a Stalwart server. Ids are Stalwart's own: short, opaque, each object type for itself.

use std::collections::BTreeSet;

use kernel::{DomainName, Timestamp};
use serde::Deserialize;

/// Who the key belongs to (`GET /api/account`, README section 1).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// The names of the permissions that the key has, such as `sysDomainCreate`.
    pub permissions: BTreeSet<String>,
    /// `oss` for the open source build.
    #[serde(default)]
    pub edition: String,
}

/// A mail domain (README section 6).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Domain {
    /// Stalwart's id; it stays when the name changes.
    pub id: String,
    /// The ASCII form, lower case.
    pub name: String,
    /// A text for people; never empty.
    #[serde(default)]
    pub description: Option<String>,
    /// When Stalwart made it, in whole seconds.
    pub created_at: Timestamp,
}

/// A domain to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDomain {
    /// Its name.
    pub name: DomainName,
    /// A text for people; an empty one counts as none.
    pub description: Option<String>,
}

/// How a create ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    /// It was made and has this id.
    New(String),
    /// The name belongs to an object already (`primaryKeyViolation`); nothing was made.
    Exists {
        /// The type of the owner, such as `Domain`.
        object: String,
        /// Its id.
        id: String,
    },
}

/// What is to change in a domain; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DomainChange {
    /// The new description; `Some(None)` removes it.
    pub description: Option<Option<String>>,
}

/// A signing key of a domain.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DkimKey {
    /// Stalwart's id.
    pub id: String,
    /// The label before `._domainkey`.
    pub selector: String,
    /// `Dkim1Ed25519Sha256`, `Dkim1RsaSha256`, or what a later version adds.
    #[serde(rename = "@type")]
    pub algorithm: String,
}

/// How a destroy ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destroyed {
    /// It is gone, now or already before.
    Done,
    /// It stays because these objects point at it.
    Linked(Vec<LinkedObject>),
}

/// An object that points at another.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LinkedObject {
    /// Its type, such as `Account`.
    pub object: String,
    /// Its id.
    pub id: String,
}
