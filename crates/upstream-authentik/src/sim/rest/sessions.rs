//! `/core/authenticated_sessions/` (section 5). Filters other than `user__username` and `search` are ignored.

use axum::extract::{Path, Query, State};
use serde_json::{Value, json};

use super::agent::describe;
use super::lists::{Parameters, page};
use super::{Answer, Problem, Shared, no_content, ok};
use crate::sim::secret;
use crate::sim::world::{Session, World};

pub async fn list(State(store): Shared, Query(query): Query<Parameters>) -> Answer {
    let rows = store.read(|world| {
        let now = world.now();
        let live = world.sessions.values().filter(|session| session.expires > now);
        let wanted = live.filter(|session| {
            let username = world.users.get(&session.user).map_or("", |user| user.username.as_str());
            query.get("user__username").is_none_or(|wanted| wanted == username)
                && query.is_search_in(&[username, &session.last_ip, &session.user_agent])
        });
        wanted.map(json_of).collect()
    });
    page(&query, rows, &["last_used", "expires"])
}

pub async fn show(State(store): Shared, Path(uuid): Path<String>) -> Answer {
    store.read(|world| Ok(ok(json_of(&world.sessions[&find(world, &uuid)?]))))
}

pub async fn delete(State(store): Shared, Path(uuid): Path<String>) -> Answer {
    store.write(|world| {
        let key = find(world, &uuid)?;
        world.end_session(&key);
        Ok(no_content())
    })
}

/// `?user_pks=` may be repeated; commas are an error.
pub async fn delete_of_users(State(store): Shared, Query(query): Query<Parameters>) -> Answer {
    let mut users = Vec::new();
    for (index, given) in query.all("user_pks").enumerate() {
        let wrong = || json!({"user_pks": {index.to_string(): ["A valid integer is required."]}});
        users.push(given.parse().map_err(|_| Problem::bad(wrong()))?);
    }
    if users.is_empty() {
        return Err(Problem::field("user_pks", "This field is required."));
    }
    let deleted: usize = store.write(|world| users.iter().map(|user| world.end_sessions_of(*user)).sum());
    Ok(ok(json!({"deleted": deleted})))
}

fn find(world: &World, uuid: &str) -> Result<String, Problem> {
    if !secret::is_uuid(uuid) {
        return Err(Problem::not_found());
    }
    world.session_of_uuid(uuid).ok_or_else(|| Problem::no_such("AuthenticatedSession"))
}

/// The parts of a user agent may be null although the schema says text (section 15).
fn json_of(session: &Session) -> Value {
    json!({
        "uuid": session.uuid,
        "current": false,
        "user_agent": describe(&session.user_agent),
        "geo_ip": null,
        "asn": null,
        "user": session.user,
        "last_ip": session.last_ip,
        "last_user_agent": session.user_agent,
        "last_used": session.last_used,
        "expires": session.expires,
    })
}
