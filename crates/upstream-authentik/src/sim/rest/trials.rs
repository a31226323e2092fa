//! Trying an expression for one person: of a scope mapping and of a policy (sections 8 and 9).

use axum::body::Bytes;
use axum::extract::{Path, State};
use serde_json::json;

use super::fields::Fields;
use super::{Answer, Problem, Shared, ok};
use crate::sim::access::Asked;
use crate::sim::objects::text;
use crate::sim::oidc::mapping;
use crate::sim::world::{User, World};

pub async fn mapping(State(store): Shared, Path(id): Path<String>, body: Bytes) -> Answer {
    store.read(|world| {
        let known = world.objects.get("mappings", &id).ok_or_else(|| Problem::no_such("PropertyMapping"))?;
        let claims = mapping::run(world, user(world, &body)?, text(known, "expression"));
        Ok(ok(json!({
            "result": claims.as_ref().map(|claims| json!(claims).to_string()).unwrap_or_default(),
            "successful": claims.is_some(),
        })))
    })
}

pub async fn policy(State(store): Shared, Path(id): Path<String>, body: Bytes) -> Answer {
    store.read(|world| {
        let known = world.objects.get("policies", &id).ok_or_else(|| Problem::no_such("Policy"))?;
        let asked = Asked { user: Some(user(world, &body)?.pk), is_restored: false };
        // One that fails doesn't pass.
        let passing = world.evaluates(text(known, "expression"), asked).unwrap_or(false);
        Ok(ok(json!({"passing": passing, "messages": [], "log_messages": []})))
    })
}

fn user<'a>(world: &'a World, body: &[u8]) -> Result<&'a User, Problem> {
    let mut fields = Fields::read(body)?;
    fields.require(&["user"]);
    let pk = fields.number("user");
    fields.check()?;
    let user = pk.and_then(|pk| world.users.get(&pk));
    user.ok_or_else(|| Problem::field("user", "Invalid pk - object does not exist."))
}
