//! What shared mailboxes are. No I/O.

use std::collections::BTreeSet;

use kernel::{EmailAddress, MemberId, SharedId, TenantId, Timestamp};
use mail::OwnAddress;

/// A mailbox that several people read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// Its id, also the owner of what it needs upstream.
    pub id: SharedId,
    pub tenant: TenantId,
    /// Its address; it never changes.
    pub address: EmailAddress,
    /// What people see it as.
    pub name: String,
    /// Whose mailboxes show it.
    pub readers: Vec<MemberId>,
    /// Counts the changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A shared mailbox to be made.
#[derive(Debug, Clone)]
pub struct NewShared {
    pub address: OwnAddress,
    /// What people see it as.
    pub name: String,
    /// The addresses of the mailboxes of those who read it.
    pub readers: BTreeSet<EmailAddress>,
}

/// What can be changed of a shared mailbox; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct SharedChange {
    /// What people see it as.
    pub name: Option<String>,
    /// The addresses of the mailboxes of all who read it.
    pub readers: Option<BTreeSet<EmailAddress>>,
}
