//! The account that Dezky's key belongs to, and what there is around it (sections 2, 3 and 10).

use std::collections::BTreeSet;

use super::Permissions;

/// An account as far as it is about what may be done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccount {
    /// Stalwart's id.
    pub id: String,
    /// Its whole main address.
    pub address: String,
    /// The display name, by which Dezky knows its own.
    pub description: Option<String>,
    /// Where its permissions come from; none of a group.
    pub roles: Roles,
    /// What differs from these.
    pub permissions: Permissions,
    /// Whether somebody can sign in with a password, that of a program included.
    pub has_password: bool,
}

/// The roles of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Roles {
    /// Those of every mailbox.
    User,
    /// Those of administrators.
    Admin,
    /// The roles with these ids.
    Custom(BTreeSet<String>),
    /// Those of groups, or what a later version of Stalwart says.
    Other,
}

/// The domain of the server itself. It can't be removed while the server's settings name it (section 6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultDomain {
    /// Stalwart's id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The account that a key belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHolder {
    /// Stalwart's id.
    pub account_id: String,
    /// Its whole main address.
    pub address: String,
}
