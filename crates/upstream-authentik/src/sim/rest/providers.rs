//! `/providers/oauth2/`, `/propertymappings/provider/scope/`, service accounts and app passwords, as far as setting up
//! the file service needs them (sections 6 to 8 and 12).

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::fields::Fields;
use super::lists::{Parameters, page};
use super::{Answer, Problem, Shared, created, ok};
use crate::sim::secret;
use crate::sim::world::{AppPassword, Mapping, World};

/// The id of the key pair that signs, whichever key that is.
const KEY_PAIR: &str = "7af372f8-783a-45f0-b829-ba7e4dd1e9e5";
const TAKEN: &str = "This field must be unique.";

fn provider(world: &World, at: usize, client_id: &str) -> Value {
    let mut row = json!({
        "pk": at + 1,
        "name": client_id,
        "client_id": client_id,
        "property_mappings": world.attached.get(client_id).cloned().unwrap_or_default(),
        "issuer_mode": "per_provider",
    });
    if let Some(app) = world.site.apps.get(client_id) {
        let of_kind = |uris: &[String], kind: &str| -> Vec<Value> {
            let row = |uri| json!({"matching_mode": "strict", "url": uri, "redirect_uri_type": kind});
            uris.iter().map(row).collect()
        };
        let mut redirect_uris = of_kind(&app.redirect_uris, "authorization");
        redirect_uris.extend(of_kind(&app.logout_uris, "logout"));
        row["assigned_application_slug"] = json!(app.slug);
        row["client_type"] = json!(if app.is_public { "public" } else { "confidential" });
        row["sub_mode"] = json!(app.sub_mode.as_str());
        row["grant_types"] = json!(app.grant_types);
        row["redirect_uris"] = json!(redirect_uris);
        let key = world.keys.last().filter(|_| app.hmac.is_none());
        row["signing_key"] = json!(key.map(|_| KEY_PAIR));
    }
    row
}

pub async fn list(State(store): Shared, Query(query): Query<Parameters>) -> Answer {
    let rows = store.read(|world| {
        let all = world.site.apps.keys().enumerate();
        let wanted = all.filter(|(_, id)| query.get("client_id").is_none_or(|wanted| wanted == id.as_str()));
        wanted.map(|(at, id)| provider(world, at, id)).collect()
    });
    page(&query, rows, &["name"])
}

pub async fn change(State(store): Shared, Path(pk): Path<usize>, body: Bytes) -> Answer {
    store.write(|world| {
        let at = pk.checked_sub(1).ok_or_else(|| Problem::no_such("OAuth2Provider"))?;
        let found = world.site.apps.keys().nth(at).cloned();
        let client_id = found.ok_or_else(|| Problem::no_such("OAuth2Provider"))?;
        let mut fields = Fields::read(&body)?;
        let known = |id: &Value| id.as_str().filter(|id| world.mappings.contains_key(*id)).map(str::to_owned);
        let given: Option<Vec<String>> = fields.ids("property_mappings", known);
        fields.check()?;
        if let Some(given) = given {
            world.attached.insert(client_id.clone(), given);
        }
        Ok(ok(provider(world, at, &client_id)))
    })
}

fn mapping(pk: &str, mapping: &Mapping) -> Value {
    json!({"pk": pk, "name": mapping.name, "scope_name": mapping.scope, "expression": mapping.expression})
}

pub async fn list_mappings(State(store): Shared, Query(query): Query<Parameters>) -> Answer {
    let rows = store.read(|world| {
        let wanted = |(_, mapping): &(&String, &Mapping)| {
            query.get("name").is_none_or(|name| mapping.name == name)
                && query.get("scope_name").is_none_or(|scope| mapping.scope == scope)
        };
        world.mappings.iter().filter(wanted).map(|(pk, it)| mapping(pk, it)).collect()
    });
    page(&query, rows, &["name"])
}

pub async fn create_mapping(State(store): Shared, body: Bytes) -> Answer {
    let mut fields = Fields::read(&body)?;
    fields.require(&["name", "scope_name", "expression"]);
    store.write(|world| {
        let name = fields.filled("name").unwrap_or_default();
        if world.mappings.values().any(|mapping| mapping.name == name) {
            fields.refuse("name", TAKEN);
        }
        let scope = fields.filled("scope_name").unwrap_or_default();
        let expression = fields.filled("expression").unwrap_or_default();
        fields.check()?;
        let (pk, new) = (secret::uuid(), Mapping { name, scope, expression });
        let body = mapping(&pk, &new);
        world.mappings.insert(pk, new);
        Ok(created(body))
    })
}

pub async fn change_mapping(State(store): Shared, Path(pk): Path<String>, body: Bytes) -> Answer {
    let mut fields = Fields::read(&body)?;
    store.write(|world| {
        let expression = fields.filled("expression");
        fields.check()?;
        let known = world.mappings.get_mut(&pk).ok_or_else(|| Problem::no_such("ScopeMapping"))?;
        if let Some(expression) = expression {
            known.expression = expression;
        }
        Ok(ok(mapping(&pk, known)))
    })
}

/// 200, not 201, with an app password (section 12).
pub async fn service_account(State(store): Shared, body: Bytes) -> Answer {
    let mut fields = Fields::read(&body)?;
    fields.require(&["name"]);
    store.write(|world| {
        let name = fields.filled("name").unwrap_or_default();
        if world.user_named(&name).is_some() {
            fields.refuse("name", TAKEN);
        }
        fields.check()?;
        let user = world.new_service_account(&name);
        let (pk, uuid) = (user.pk, user.uuid.clone());
        world.users.insert(pk, user);
        let key = secret::random_text::<60>();
        let token = AppPassword { user: pk, key: key.clone() };
        world.app_passwords.insert(format!("service-account-{name}-password"), token);
        Ok(ok(json!({"username": name, "user_uid": uuid, "user_pk": pk, "token": key})))
    })
}

pub async fn create_token(State(store): Shared, body: Bytes) -> Answer {
    let mut fields = Fields::read(&body)?;
    fields.require(&["identifier"]);
    store.write(|world| {
        let identifier = fields.filled("identifier").unwrap_or_default();
        if world.app_passwords.contains_key(&identifier) {
            fields.refuse("identifier", TAKEN);
        }
        if fields.text("intent").as_deref() != Some("app_password") {
            fields.refuse("intent", "The simulator has app passwords only.");
        }
        let user = fields.number("user").filter(|pk| world.users.contains_key(pk));
        if user.is_none() {
            fields.refuse("user", "Invalid pk - object does not exist.");
        }
        fields.check()?;
        let token = AppPassword { user: user.unwrap_or_default(), key: secret::random_text::<60>() };
        world.app_passwords.insert(identifier.clone(), token);
        Ok(created(json!({"identifier": identifier, "intent": "app_password", "user": user})))
    })
}

pub async fn view_key(State(store): Shared, Path(identifier): Path<String>) -> Answer {
    store.read(|world| match world.app_passwords.get(&identifier) {
        Some(token) => Ok(ok(json!({"key": token.key}))),
        None => Err(Problem::detail(StatusCode::NOT_FOUND, "No Token matches the given query.")),
    })
}
