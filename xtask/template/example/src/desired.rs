//! From the row to what should be upstream. Pure: the same row always gives the same wants.

use reconcile::Want;
use serde_json::json;

use crate::model::Example;

/// The kind of the groups in Authentik that stand for examples.
pub const EXAMPLE: &str = "authentik.example";

/// How their names begin there.
pub const PREFIX: &str = "dezky-example-";

/// What this needs upstream; nothing once it is being removed.
pub fn wants(example: &Example) -> Vec<Want> {
    if example.removed_at.is_some() {
        return Vec::new();
    }
    let owner = example.id.to_string();
    let name = format!("{PREFIX}{owner}");
    let spec = json!({"name": name, "tenantId": example.tenant, "displayName": example.name});
    vec![Want { owner, kind: EXAMPLE, name, spec }]
}
