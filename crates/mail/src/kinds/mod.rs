//! What lists and shared mailboxes are in Stalwart, as the reconciler sees them.

mod list;
mod shared;

use members::SHARED;
use reconcile::Registered;
use serde_json::Value;
use tenants::Upstreams;

use crate::wants::LIST;

/// The kinds that the slice brings.
pub fn kinds(upstreams: &Upstreams) -> Vec<Registered> {
    match &upstreams.stalwart {
        Ok(client) => {
            vec![Registered::on(list::List(client.clone())), Registered::on(shared::Shared(client.clone()))]
        }
        Err(why) => vec![Registered::off(LIST, why), Registered::off(SHARED, why)],
    }
}

/// What a field of a spec says.
fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_default()
}

/// The description in a spec; Stalwart has no empty ones.
fn description(spec: &Value) -> Option<String> {
    spec["description"].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Says that a person must move something back.
const MOVED: &str = "it was moved to another domain in Stalwart; move it back there";
