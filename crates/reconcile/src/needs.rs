//! What a resource needs of others: their ids upstream, once they are there.

use db::Error;
use sea_orm::ConnectionTrait;

use crate::kind::{Kind, WAITS};
use crate::store::{self, Resource};

/// A resource with what it needs, or without.
#[derive(Debug)]
pub(crate) enum Linked {
    /// All is there; [`Resource::needed`] says where.
    Whole(Resource),
    /// Something isn't.
    Lacks(Lack),
}

/// What a resource waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lack {
    /// Kind and name of what is needed.
    pub key: String,
    /// The stable word for why one waits.
    pub reason: &'static str,
}

/// Finds what a resource needs.
pub(crate) async fn link(
    on: &impl ConnectionTrait,
    kind: &dyn Kind,
    resource: &Resource,
) -> Result<Linked, Error> {
    let mut needed = Vec::new();
    for need in kind.needs(resource) {
        let found = store::named(on, need.kind, &need.name).await?.filter(|found| found.spec.is_some());
        let reason = if found.is_some() { WAITS } else { need.unwanted };
        match found.filter(|found| found.intent_at.is_none()).and_then(|found| found.upstream_id) {
            Some(id) => needed.push(id),
            None => return Ok(Linked::Lacks(Lack { key: need.key(), reason })),
        }
    }
    Ok(Linked::Whole(Resource { needed, ..resource.clone() }))
}
