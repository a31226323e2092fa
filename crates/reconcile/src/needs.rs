//! What a resource needs of others: their ids upstream, once they are there.

use db::Error;
use sea_orm::ConnectionTrait;

use crate::kind::{Kind, WAITS};
use crate::store::{self, Resource};

/// What a resource waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lack {
    /// Kind and name of what is needed.
    pub key: String,
    /// The stable word for why one waits.
    pub reason: &'static str,
}

/// The resource with what it needs in [`Resource::needed`], or what it lacks.
pub(crate) async fn link(
    on: &impl ConnectionTrait,
    kind: &dyn Kind,
    resource: &Resource,
) -> Result<Result<Resource, Lack>, Error> {
    let mut needed = Vec::new();
    for need in kind.needs(resource) {
        let found = store::named(on, need.kind, &need.name).await?.filter(|found| found.spec.is_some());
        let reason = if found.is_some() { WAITS } else { need.unwanted };
        match found.filter(|found| found.intent_at.is_none()).and_then(|found| found.upstream_id) {
            Some(id) => needed.push(id),
            None => return Ok(Err(Lack { key: need.key(), reason })),
        }
    }
    Ok(Ok(Resource { needed, ..resource.clone() }))
}
