//! What is published: the plan that a person sees, and their order to do just that. No I/O.

use kernel::dns::{Change, RecordType};
use mail_dns::publish::Item;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use upstream_dns::{Key, Primary};

/// What publishing would change, and where.
pub struct Plan {
    /// Where the zone is updated.
    pub primary: Primary,
    /// What becomes of each record.
    pub items: Vec<Item>,
    /// Stands for all of this; a plan with another hash is another plan.
    pub hash: String,
    /// The same as changes of the zone.
    pub changes: Vec<Change>,
}

impl Plan {
    /// A plan with its hash.
    pub fn new(primary: Primary, items: Vec<Item>, changes: Vec<Change>) -> Self {
        let acts: Vec<_> = items.iter().map(|item| (&item.expected, &item.act)).collect();
        let seen = format!("{} {} {acts:?} {changes:?}", primary.zone, primary.server);
        let mut hash = kernel::id::hex(&Sha256::digest(seen));
        hash.truncate(32);
        Self { primary, items, hash, changes }
    }

    /// How many records change.
    pub fn count(&self) -> usize {
        self.items.iter().filter(|item| item.act.is_change()).count()
    }

    /// What is published, for the audit log.
    pub fn audited(&self) -> Value {
        let kind = |kind: RecordType| kind.as_str();
        let added = self.changes.iter().flat_map(|change| &change.add).map(|record| {
            format!("{} {} {}", record.name, kind(record.data.kind()), mail_dns::show(&record.data))
        });
        let removed = self.changes.iter().flat_map(|change| {
            change
                .remove
                .iter()
                .map(|data| format!("{} {} {}", change.name, kind(change.kind), mail_dns::show(data)))
        });
        json!({
            "zone": self.primary.zone.as_str(),
            "server": self.primary.server,
            "added": added.collect::<Vec<_>>(),
            "removed": removed.collect::<Vec<_>>(),
        })
    }
}

/// What somebody wants to be published.
pub struct Order {
    /// The plan that they saw.
    pub hash: String,
    /// Another server than the zone's own word for it.
    pub server: Option<String>,
    /// Signs the change.
    pub key: Key,
}
