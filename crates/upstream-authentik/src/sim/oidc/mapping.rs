//! Claims of own scope mappings. The server runs Python; here the two expressions that Dezky writes are understood, and
//! any other fails at run time: its claims are dropped (section 8).

use serde_json::{Map, Value, json};

use crate::sim::world::{Grant, User, World};

/// The claims that a client's own mappings add for a grant.
pub fn claims(world: &World, user: &User, grant: &Grant) -> Map<String, Value> {
    let attached = world.attached.get(&grant.client_id).into_iter().flatten();
    let mappings = attached.filter_map(|pk| world.mappings.get(pk));
    let granted = mappings.filter(|mapping| grant.scopes.contains(&mapping.scope));
    granted.filter_map(|mapping| claim(&mapping.expression, user)).collect()
}

/// `return {"NAME": str(request.user.uuid)}`, or with `"WORD" if request.user.username == "USER" else` before that.
fn claim(expression: &str, user: &User) -> Option<(String, Value)> {
    let (name, value) =
        expression.trim().strip_prefix("return {\"")?.strip_suffix('}')?.split_once("\": ")?;
    let rule = value.strip_suffix("str(request.user.uuid)")?;
    let is_plain = rule.is_empty();
    let (word, username) = match rule.strip_prefix('"') {
        _ if is_plain => ("", ""),
        Some(rest) => {
            let (word, rest) = rest.split_once("\" if request.user.username == \"")?;
            (word, rest.strip_suffix("\" else ")?)
        }
        None => return None,
    };
    let is_meant = !is_plain && user.username == username;
    Some((name.to_owned(), if is_meant { json!(word) } else { json!(user.uuid) }))
}
