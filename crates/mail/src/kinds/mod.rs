//! What a list is in Stalwart, as the reconciler sees it, and what kinds of what has an address there share.

mod list;

use addresses::aliases;
use platform::Upstreams;
use reconcile::{FieldChange, Obstacle, Problem, Registered};
use upstream_stalwart::{Stalwart, Updated};

use crate::desired::LIST;

/// The kinds that the slice brings.
pub fn kinds(upstreams: &Upstreams) -> Vec<Registered> {
    match &upstreams.stalwart {
        Ok(client) => vec![Registered::on(list::List(client.clone()))],
        Err(why) => vec![Registered::off(LIST, why)],
    }
}

/// The description in a spec; Stalwart has no empty ones.
pub fn description(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The id of the domain that an object is on, of the ids of what it needs.
pub fn own_domain(needed: &[String]) -> Result<String, Problem> {
    let found = needed.first().cloned();
    found.ok_or_else(|| Problem::Blocked(Obstacle::new("blocked-own-domain-missing")))
}

/// Tells which fields are to be written. Another domain is a matter for a person.
pub fn to_write(changes: &[FieldChange]) -> Result<impl Fn(&str) -> bool, Problem> {
    let is_changed = move |field: &str| changes.iter().any(|change| change.field == field);
    if is_changed("domain") {
        return Err(aliases::moved());
    }
    Ok(is_changed)
}

/// What an update came to.
pub async fn updated(stalwart: &Stalwart, done: Updated) -> Result<(), Problem> {
    match done {
        Updated::Done => Ok(()),
        Updated::Taken(by) => Err(Problem::Blocked(aliases::taken(stalwart, &by.object, &by.id).await?)),
    }
}
