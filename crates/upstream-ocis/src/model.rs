//! What Dezky knows of an oCIS server.

/// The account that the credential belongs to, and whether it is Admin (section 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// oCIS's id, a uuid.
    pub id: String,
    /// The user name, `onPremisesSamAccountName`.
    pub user_name: String,
    /// Whether it has the role Admin. Without it lists are silently short.
    pub is_admin: bool,
}

/// Whom a server takes a token for, if anybody (section 2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenStatus {
    /// It lets this account in.
    Accepted(Me),
    /// It has no account that the token's claim names, or a disabled one.
    UnknownAccount,
    /// It doesn't accept the token: it is of another issuer, or that can't be asked.
    Rejected,
    /// It fails: the claim is missing, or an account was to be made and couldn't be.
    Failed,
}

/// A project space (section 6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drive {
    /// oCIS's id, `<storage uuid>$<space uuid>`.
    pub id: String,
    /// Not unique.
    pub name: String,
    /// A text for people; never empty.
    pub description: Option<String>,
    /// Such as `project/acme`. Not unique, and a rename leaves it alone.
    pub alias: String,
    /// Bytes; 0 is unlimited. None when the server did not say.
    pub quota_total: Option<i64>,
    /// Bytes of current files, without trash and old versions. A disabled drive does not say.
    pub quota_used: Option<i64>,
    /// Whether it is disabled (`trashed`): kept, but closed to its members.
    pub disabled: bool,
}

/// A project space to be made. A second one with the same name is made as well: oCIS does not mind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDrive {
    /// See [`crate::space_name`] for what is allowed.
    pub name: String,
    /// A text for people; an empty one is not sent.
    pub description: String,
    /// Derived from the name when `None`.
    pub alias: Option<String>,
    /// Bytes, not negative; 0 is unlimited.
    pub quota_bytes: i64,
}

/// What is to change in a drive; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DriveChange {
    /// The new name. An empty one is ignored by the server.
    pub name: Option<String>,
    /// The new description.
    pub description: Option<String>,
    /// Bytes, not negative; 0 is unlimited.
    pub quota_bytes: Option<i64>,
}
