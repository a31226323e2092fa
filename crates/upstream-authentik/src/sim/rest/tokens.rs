//! `/oauth2/refresh_tokens/` and `/oauth2/access_tokens/`, for a complete forced sign-out (section 5).

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use serde_json::{Value, json};
use simulator::Store;

use super::lists::{Parameters, page};
use super::{Answer, Problem, Shared, no_content, show, users};
use crate::sim::oidc::issue;
use crate::sim::world::{Token, World};

type Tokens = BTreeMap<String, Token>;

pub async fn list_refresh(State(store): Shared, Query(query): Query<Parameters>) -> Answer {
    list(&store, &query, |world| &world.refresh_tokens)
}

pub async fn list_access(State(store): Shared, Query(query): Query<Parameters>) -> Answer {
    list(&store, &query, |world| &world.access_tokens)
}

pub async fn delete_refresh(State(store): Shared, Path(pk): Path<String>) -> Answer {
    delete(&store, &pk, "RefreshToken", |world| &mut world.refresh_tokens)
}

pub async fn delete_access(State(store): Shared, Path(pk): Path<String>) -> Answer {
    delete(&store, &pk, "AccessToken", |world| &mut world.access_tokens)
}

fn list(store: &Store<World>, query: &Parameters, tokens: fn(&World) -> &Tokens) -> Answer {
    let rows = store.read(|world| {
        let user = query.get("user").map(|given| {
            let known = given.parse().ok().filter(|pk| world.users.contains_key(pk));
            let why = "Select a valid choice. That choice is not one of the available choices.";
            known.ok_or_else(|| Problem::field("user", why))
        });
        let user: Option<i64> = user.transpose()?;
        let wanted = tokens(world).values().filter(|token| user.is_none_or(|user| token.grant.user == user));
        Ok(wanted.map(|token| json_of(world, token)).collect())
    })?;
    page(query, rows, &["pk", "expires"])
}

fn delete(store: &Store<World>, pk: &str, model: &str, tokens: fn(&mut World) -> &mut Tokens) -> Answer {
    let pk: i64 = pk.parse().map_err(|_| Problem::not_found())?;
    store.write(|world| {
        let tokens = tokens(world);
        let before = tokens.len();
        tokens.retain(|_, token| token.pk != pk);
        if tokens.len() == before { Err(Problem::no_such(model)) } else { Ok(no_content()) }
    })
}

fn json_of(world: &World, token: &Token) -> Value {
    let user = world.users.get(&token.grant.user);
    let user = user.map(|user| users::json_of(world, user, &Parameters::default()));
    let provider = world.objects.find("providers", "client_id", &token.grant.client_id);
    let claims = issue::claims(world, &world.site.origin, token).map(Value::Object).unwrap_or_default();
    json!({
        "pk": token.pk,
        "provider": provider.map(|provider| show::provider(world, provider)),
        "user": user,
        "is_expired": token.expires <= world.now(),
        "expires": token.expires,
        "scope": token.grant.scopes,
        "id_token": serde_json::to_string_pretty(&claims).unwrap_or_default(),
        "revoked": token.revoked.is_some(),
    })
}
