//! From the row to what should be upstream. Pure: the same row always gives the same wants.

use kernel::TenantId;
use reconcile::{Want, spec_of};
use serde::{Deserialize, Serialize};

use crate::model::Example;

/// The kind of the groups in Authentik that stand for examples.
pub const EXAMPLE: &str = "authentik.example";

/// How their names begin there.
pub const PREFIX: &str = "dezky-example-";

/// How such a group should be.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExampleSpec {
    pub name: String,
    pub tenant_id: TenantId,
    /// What people call it.
    pub display_name: String,
}

/// What this needs upstream; nothing once it is being removed.
pub fn wants(example: &Example) -> Vec<Want> {
    if example.removed_at.is_some() {
        return Vec::new();
    }
    let owner = example.id.to_string();
    let name = format!("{PREFIX}{owner}");
    let spec =
        ExampleSpec { name: name.clone(), tenant_id: example.tenant, display_name: example.name.clone() };
    vec![Want { owner, kind: EXAMPLE, name, spec: spec_of(&spec) }]
}
