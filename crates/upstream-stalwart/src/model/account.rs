//! Mailboxes, groups and their passwords (section 7).

use std::collections::BTreeSet;

use kernel::Timestamp;
use secrecy::SecretString;

use super::Alias;

/// The permission without which nobody gets in.
const SIGN_IN: &str = "authenticate";

/// What an account is; it never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKind {
    /// A mailbox of one person.
    User,
    /// A mailbox that its members share.
    Group,
}

/// A mailbox or a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Stalwart's id; it stays when the address changes.
    pub id: String,
    /// Mailbox or group.
    pub kind: AccountKind,
    /// The part before the `@`, lower case.
    pub name: String,
    /// The domain.
    pub domain_id: String,
    /// The whole main address.
    pub address: String,
    /// The display name; never empty.
    pub description: Option<String>,
    /// Its further addresses.
    pub aliases: Vec<Alias>,
    /// The ids of the groups that it is a member of.
    pub groups: BTreeSet<String>,
    /// The most bytes that it may keep; none is no limit.
    pub quota: Option<u64>,
    /// The bytes that it keeps now.
    pub used: u64,
    /// What differs from the permissions of its role.
    pub permissions: Permissions,
    /// Whether it has a main password. What that is cannot be read.
    pub has_password: bool,
    /// When Stalwart made it, in whole seconds.
    pub created_at: Timestamp,
}

/// What differs from the permissions of an account's role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permissions {
    /// Nothing.
    Inherit,
    /// These are added and these taken away.
    Merge {
        /// Names of permissions.
        enabled: BTreeSet<String>,
        /// Names of permissions; these win.
        disabled: BTreeSet<String>,
    },
    /// These are all there are.
    Replace {
        /// Names of permissions.
        enabled: BTreeSet<String>,
        /// Names of permissions; these win.
        disabled: BTreeSet<String>,
    },
    /// What a later version of Stalwart says. It can be read only.
    Unknown,
}

impl Permissions {
    /// Nobody gets in, and mail goes on arriving: with `emailReceive` taken too, it would bounce and be lost
    /// (section 7, "Freeze and restore"). Connections that are open already stay open.
    pub fn frozen() -> Self {
        Self::Merge { enabled: BTreeSet::new(), disabled: BTreeSet::from([SIGN_IN.to_owned()]) }
    }

    /// True when these certainly let nobody in.
    pub fn bar_sign_in(&self) -> bool {
        match self {
            Self::Inherit | Self::Unknown => false,
            Self::Merge { disabled, .. } => disabled.contains(SIGN_IN),
            Self::Replace { enabled, disabled } => !enabled.contains(SIGN_IN) || disabled.contains(SIGN_IN),
        }
    }
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Mailbox or group.
    pub kind: AccountKind,
    /// The part before the `@`.
    pub name: String,
    /// The domain.
    pub domain_id: String,
    /// The display name; an empty one counts as none.
    pub description: Option<String>,
    /// Its further addresses.
    pub aliases: Vec<Alias>,
    /// The most bytes that it may keep; none is no limit.
    pub quota: Option<u64>,
    /// Without one nobody can sign in, and mail arrives. Groups have none.
    pub password: Option<SecretString>,
    /// What differs from the permissions of its role.
    pub permissions: Permissions,
}

/// What is to change in an account; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountChange {
    /// The new part before the `@`. Mail and password stay; the old address is gone unless it becomes an alias.
    pub name: Option<String>,
    /// The new display name; `Some(None)` removes it.
    pub description: Option<Option<String>>,
    /// All further addresses that it shall have, its main one not among them: Stalwart would keep it twice.
    pub aliases: Option<Vec<Alias>>,
    /// The most bytes; `Some(None)` lifts the limit. Other quotas stay.
    pub quota: Option<Option<u64>>,
    /// What shall differ from the permissions of its role.
    pub permissions: Option<Permissions>,
    /// The ids of all groups that it shall be a member of.
    pub groups: Option<BTreeSet<String>>,
}

/// How setting a password ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordSet {
    /// It is the password now; the one before is dead. Twice is as good as once.
    Done,
    /// It is not taken, for Stalwart's reason: too short, too long, too weak.
    Refused(String),
}

/// How much an account keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// The account.
    pub id: String,
    /// Its whole main address.
    pub address: String,
    /// The bytes that it keeps now.
    pub used: u64,
    /// The most bytes that it may keep; none is no limit.
    pub quota: Option<u64>,
}

/// A password for one program of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppPassword {
    /// Its id, within its account.
    pub id: String,
    /// What the person calls it.
    pub description: String,
    /// When it was made, in whole seconds.
    pub created_at: Timestamp,
    /// When it ceases to work.
    pub expires_at: Option<Timestamp>,
}

/// How making an app password ended.
#[derive(Debug, Clone)]
pub enum NewAppPassword {
    /// It was made.
    Made {
        /// Its id, within its account.
        id: String,
        /// `app_...`; nobody can read it again.
        secret: SecretString,
    },
    /// The account has as many as it may have (5 unless told).
    TooMany,
}

/// How an attempt to sign in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    /// The way in is open.
    Accepted,
    /// There is no such address, or this is not its password.
    Refused,
    /// The password is right, but the account may not sign in. The same is said to an address that is blocked.
    Frozen,
}
