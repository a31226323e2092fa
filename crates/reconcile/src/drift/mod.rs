//! Drift: what differs upstream from what should be, found by a scan; and differences that a person has accepted.
//!
//! A scan never changes anything upstream. Each difference that a list shows is read once more by itself before it is
//! believed, since lists can be cut, stale or unsorted.

mod masks;
mod scan;
mod store;
mod strays;

use kernel::{TenantId, Timestamp};
use serde_json::{Value, json};

use crate::kind::FieldChange;

pub(crate) use masks::{Masks, of_object, of_owners as masks_of_owners};
pub use store::{
    DriftFilter, Scanned, accept, acceptance, acceptances, count, count_ours, drift, page, scans, take_over,
    withdraw,
};
pub use strays::Strays;

/// The owner of what belongs to no tenant.
pub const PLATFORM: &str = "platform";

/// How an object differs from what should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// It should be there and is not.
    Missing,
    /// Fields that Dezky owns are not as they should be.
    Changed,
    /// Dezky did not make it.
    Foreign,
    /// It bears Dezky's mark, but nothing wants it.
    Orphan,
}

impl Difference {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Missing, Self::Changed, Self::Foreign, Self::Orphan];

    /// The word in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::Foreign => "foreign",
            Self::Orphan => "orphan",
        }
    }

    /// True for what no resource stands for.
    pub const fn is_unclaimed(self) -> bool {
        matches!(self, Self::Foreign | Self::Orphan)
    }

    /// The difference of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|difference| difference.as_str() == word)
    }
}

/// What differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// Whose it is: the id of a tenant, of a person or of what is theirs, or [`PLATFORM`].
    pub owner: String,
    /// Its kind.
    pub kind: String,
    /// The id of the resource; of what no resource wants, its id upstream.
    pub object: String,
    /// Its name.
    pub name: String,
    /// How it differs.
    pub difference: Difference,
    /// Both sides of each field that differs.
    pub fields: Vec<FieldChange>,
}

impl Subject {
    /// The fields that differ, as the audit log has them.
    pub fn audited(&self) -> Value {
        audited(&self.owner, &self.fields)
    }

    /// Its name in the audit log: a mailbox is named like its person.
    pub(crate) fn audit_name(&self) -> String {
        if is_personal(&self.owner) { self.object.clone() } else { self.name.clone() }
    }
}

fn is_personal(owner: &str) -> bool {
    owner != PLATFORM && owner.parse::<TenantId>().is_err()
}

/// Fields that differ, as the audit log has them: of what belongs to people only which they are, since what they say
/// may be a name or an address.
pub(crate) fn audited(owner: &str, fields: &[FieldChange]) -> Value {
    if is_personal(owner) {
        return fields.iter().map(|change| json!({"field": change.field})).collect();
    }
    json!(fields)
}

/// A difference that the last scan found.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    /// Its id.
    pub id: String,
    /// What differs, and how.
    pub subject: Subject,
    /// Its id upstream.
    pub upstream_id: Option<String>,
    /// When it was first found.
    pub found_at: Timestamp,
    /// When it was last seen.
    pub seen_at: Timestamp,
}

impl Drift {
    /// True for what no resource stands for.
    pub fn is_unclaimed(&self) -> bool {
        self.subject.difference.is_unclaimed()
    }
}

/// An accepted difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Acceptance {
    /// Its id.
    pub id: String,
    /// What differed when it was accepted. Another difference of the same object is not accepted by it.
    pub subject: Subject,
    /// Why.
    pub reason: String,
    /// The id of the person, or the part of Dezky, that accepted it.
    pub accepted_by: String,
    /// When.
    pub accepted_at: Timestamp,
    /// When it counts no longer.
    pub expires_at: Timestamp,
}
