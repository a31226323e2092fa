//! What a resource needs of others: their ids upstream, once they are there.

use std::collections::BTreeSet;

use db::{Error, Tx};
use sea_orm::ConnectionTrait;

use crate::any_kind::AnyKind;
use crate::history;
use crate::kind::{Need, WAITS};
use crate::store::{self, Resource};

/// A resource with what it needs, as far as that is there.
#[derive(Debug)]
pub(crate) struct Linked {
    /// [`Resource::needed`] says where, when nothing is lacking.
    pub resource: Resource,
    /// What isn't there.
    pub lack: Option<Lack>,
}

/// What a resource waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lack {
    /// What is needed.
    pub need: Need,
    /// The stable word for why one waits.
    pub reason: &'static str,
}

/// Finds what a resource needs. What is `remade` has no id that would count.
pub(crate) async fn link(
    on: &impl ConnectionTrait,
    kind: &dyn AnyKind,
    resource: &Resource,
    remade: &BTreeSet<String>,
) -> Result<Linked, Error> {
    let mut resource = resource.clone();
    if resource.spec.is_none() {
        resource.former = history::last_spec(on, &resource.id).await?;
    }
    for need in kind.needs(&resource) {
        let found = store::named(on, need.kind, &need.name).await?.filter(|found| found.spec.is_some());
        let reason = if found.is_some() { WAITS } else { need.unwanted };
        match found.and_then(where_it_is) {
            Some(_) if remade.contains(&need.key()) => resource.needed.push(String::new()),
            Some(id) => resource.needed.push(id),
            None => {
                let lack = Some(Lack { need, reason });
                return Ok(Linked { resource: Resource { needed: Vec::new(), ..resource }, lack });
            }
        }
    }
    Ok(Linked { resource, lack: None })
}

/// The id of something that is wanted and certainly there.
fn where_it_is(needed: Resource) -> Option<String> {
    let is_there = needed.spec.is_some() && needed.intent_at.is_none();
    needed.upstream_id.filter(|_| is_there)
}

/// True when what was lacking a moment ago is there by now. Whoever makes it finds who waits for it, or is seen here:
/// its row is locked until the waiting is written down.
pub(crate) async fn has_come(tx: &Tx, lack: &Lack) -> Result<bool, Error> {
    let found = store::lock_named(tx, lack.need.kind, &lack.need.name).await?;
    Ok(found.and_then(where_it_is).is_some())
}
