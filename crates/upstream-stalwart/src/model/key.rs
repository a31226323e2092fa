//! API keys (section 3).

use std::collections::BTreeSet;

use kernel::Timestamp;
use secrecy::SecretString;

/// An API key of one account. Its secret can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id, within its account. That of a destroyed key is given again.
    pub id: String,
    /// A text for people.
    pub description: String,
    /// When it was made, in whole seconds.
    pub created_at: Timestamp,
    /// When it ceases to work.
    pub expires_at: Option<Timestamp>,
    /// What it may do of what its account may.
    pub permissions: KeyPermissions,
    /// The addresses and networks that it works from; none is all.
    pub allowed_ips: BTreeSet<String>,
}

/// What a key may do of what its account may; it never exceeds that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyPermissions {
    /// All.
    Inherit,
    /// All but these.
    Disable(BTreeSet<String>),
    /// These.
    Replace(BTreeSet<String>),
    /// What a later version of Stalwart says.
    Unknown,
}

impl KeyPermissions {
    /// What a key holds when its account has these permissions; none when that can't be told.
    pub fn within(&self, account: &BTreeSet<String>) -> Option<BTreeSet<String>> {
        match self {
            Self::Inherit => Some(account.clone()),
            Self::Disable(less) => Some(account - less),
            Self::Replace(own) => Some(account & own),
            Self::Unknown => None,
        }
    }
}

/// A key to be made, with exactly these permissions and without an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiKey {
    /// A text for people.
    pub description: String,
    /// What it may do.
    pub permissions: BTreeSet<String>,
    /// The addresses and networks that it works from; none is all.
    pub allowed_ips: BTreeSet<String>,
}

/// How making a key ended.
#[derive(Debug, Clone)]
pub enum NewKey {
    /// It was made.
    Made {
        /// Its id, within its account.
        id: String,
        /// `API_...`; nobody can read it again.
        secret: SecretString,
    },
    /// The account has as many as it may have (5 unless told).
    TooMany,
}
