//! Which chain a row belongs to, and how rows are bound together.

use std::fmt;

use kernel::TenantId;
use sha2::{Digest, Sha256};

use crate::tables::log;

/// One chain of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// What concerns the platform as a whole.
    Platform,
    /// What concerns one tenant.
    Tenant(TenantId),
}

impl Chain {
    /// The chain of that name; none where no chain is called so.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "platform" => Some(Self::Platform),
            id => id.parse().ok().map(Self::Tenant),
        }
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Platform => f.write_str("platform"),
            Self::Tenant(id) => id.fmt(f),
        }
    }
}

/// The hash of a chain that has no row yet.
pub(crate) const START: &str = "";

/// Digest of the personal fields. With salt and fields erased the digest, and so the chain, stays.
pub(crate) fn personal_digest(salt: &str, personal: &str) -> String {
    hex(&[salt, personal])
}

/// The hash of a row: of the former row's hash and of everything that must not change.
pub(crate) fn row_hash(former: &str, row: &log::Model) -> String {
    hex(&[
        former,
        &row.id,
        &row.chain,
        &row.seq.to_string(),
        &row.at.to_string(),
        &row.actor_kind,
        row.actor_id.as_deref().unwrap_or_default(),
        row.on_behalf_of.as_deref().unwrap_or_default(),
        &row.action,
        &row.target_kind,
        &row.target_id,
        &row.target_name,
        &row.outcome,
        row.before.as_deref().unwrap_or_default(),
        row.after.as_deref().unwrap_or_default(),
        row.request_id.as_deref().unwrap_or_default(),
        &row.personal_digest,
    ])
}

/// SHA-256 over length-prefixed parts, so that no text can slide from one part into the next.
fn hex(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    kernel::id::hex(&digest.finalize())
}
