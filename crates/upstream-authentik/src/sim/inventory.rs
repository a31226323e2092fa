//! The inventory, and changing objects behind Dezky's back (`/_sim`). Shows no secret.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, Value, json};
use simulator::State;

use super::objects::{self, Object, text_of, value_of};
use super::secret::{self, Salted};
use super::sign_in::ADDRESS;
use super::world::{Group, Session, Token, User, World};
use super::{family, rest};

/// Kinds of objects that have nothing of their own here.
const PLAIN: [&str; 11] = [
    "providers",
    "mappings",
    "keyPairs",
    "flows",
    "flowBindings",
    "bindings",
    "policies",
    "stages",
    "prompts",
    "roles",
    "tokens",
];
/// A recovery flow that asks for this gives no links (section 10).
const REQUIRES_TOKEN: &str = "require_token";

impl State for World {
    fn inventory(&self) -> Value {
        let groups = self.groups.values().map(|group| {
            json!({
                "id": group.pk, "name": group.name, "attributes": group.attributes, "users": group.users,
                "isSuperuser": group.is_superuser,
            })
        });
        let users = self.users.values().map(|user| {
            json!({
                "id": user.pk, "uuid": user.uuid, "username": user.username, "email": user.email,
                "name": user.name, "isActive": user.is_active, "path": user.path,
                "attributes": user.attributes, "lastLogin": user.last_login,
                "groups": self.groups_of(user.pk).map(|group| &group.pk).collect::<Vec<_>>(),
            })
        });
        let applications = self.rows("applications").into_iter().map(|mut row| {
            let provider = self.objects.get("providers", &text_of(&row["provider"]));
            row["clientId"] = json!(provider.map(|provider| value_of(provider, "client_id")));
            row
        });
        let sessions = self.sessions.values().map(|session| {
            json!({
                "id": session.uuid, "user": session.user, "lastIp": session.last_ip,
                "userAgent": session.user_agent, "lastUsed": session.last_used,
            })
        });
        let token = |token: &Token| json!({"id": token.pk, "user": token.grant.user, "clientId": token.grant.client_id});
        let refresh_tokens = self.refresh_tokens.values().filter(|token| token.revoked.is_none());
        let devices = self.devices.iter().map(|device| {
            json!({
                "id": device.id(), "user": device.user, "name": device.name, "confirmed": device.confirmed,
            })
        });
        let brands = self.rows("brands").into_iter().map(|mut brand| {
            let flow = self.objects.get("flows", &text_of(&brand["flow_recovery"]));
            brand["flowRecovery"] = json!(flow.map(|flow| value_of(flow, "slug")));
            brand["requiresToken"] =
                json!(flow.is_some_and(|flow| objects::text(flow, "authentication") == REQUIRES_TOKEN));
            if brand["default"] == true {
                brand["id"] = json!("default");
            }
            brand
        });
        let mut all = json!({
            "groups": groups.collect::<Vec<_>>(),
            "users": users.collect::<Vec<_>>(),
            "applications": applications.collect::<Vec<_>>(),
            "sessions": sessions.collect::<Vec<_>>(),
            "refreshTokens": refresh_tokens.map(token).collect::<Vec<_>>(),
            "accessTokens": self.access_tokens.values().map(token).collect::<Vec<_>>(),
            "devices": devices.collect::<Vec<_>>(),
            "brands": brands.collect::<Vec<_>>(),
            "settings": [self.settings()],
        });
        for kind in PLAIN {
            all[kind] = Value::Array(self.rows(kind));
        }
        all
    }

    fn put(&mut self, kind: &str, id: &str, fields: &Value) -> Result<(), String> {
        let fields = fields.as_object().ok_or("the fields must be an object")?;
        match kind {
            "groups" => self.put_group(id, fields),
            "users" => self.put_user(id, fields),
            "devices" => self.put_device(id, fields),
            "sessions" => self.put_session(id, fields),
            "applications" => rest::put_application(self, id, fields),
            "brands" => self.put_brand(id, fields),
            "settings" => rest::put_settings(self, fields),
            "proxies" => {
                self.doubts_hosts = fields.get("areTrusted").is_some_and(|trusted| *trusted == false);
                Ok(())
            }
            "clocks" => {
                let seconds = fields.get("aheadSeconds").and_then(Value::as_u64).unwrap_or(0);
                self.ahead = Duration::from_secs(seconds);
                Ok(())
            }
            "ignoredFilters" => {
                self.ignored_filters = fields.get("times").and_then(Value::as_u64).unwrap_or(1);
                Ok(())
            }
            "breakdowns" => {
                self.breakdowns.left = fields.get("times").and_then(Value::as_u64).unwrap_or(1);
                self.breakdowns.stored = fields.get("stored").is_some_and(|stored| *stored == true);
                Ok(())
            }
            _ if PLAIN.contains(&kind) => rest::put(self, kind, id, fields),
            _ => Err(format!("objects of kind {kind:?} can't be put")),
        }
    }

    fn remove(&mut self, kind: &str, id: &str) -> bool {
        let number = id.parse::<i64>().unwrap_or(0);
        match kind {
            "groups" => self.delete_group(id),
            "users" => self.delete_user(number),
            "sessions" => {
                let key = self.session_of_uuid(id);
                key.is_some_and(|key| self.end_session(&key))
            }
            "devices" => self.remove_device(id),
            "refreshTokens" => {
                let before = self.refresh_tokens.len();
                self.refresh_tokens.retain(|_, token| token.pk != number);
                self.refresh_tokens.len() < before
            }
            _ => match self.object_called(kind, id).map(objects::id_of) {
                Some(id) => self.remove_object(kind, &id),
                None => false,
            },
        }
    }
}

impl World {
    /// The key of the session that the API knows by `uuid`.
    pub(super) fn session_of_uuid(&self, uuid: &str) -> Option<String> {
        let found = self.sessions.iter().find(|(_, session)| session.uuid == uuid);
        found.map(|(key, _)| key.clone())
    }

    /// A session that no browser holds, or changes of one that some browser does.
    fn put_session(&mut self, id: &str, fields: &Map<String, Value>) -> Result<(), String> {
        let known = self.session_of_uuid(id);
        let now = self.now();
        let mut session = match &known {
            Some(key) => self.sessions[key].clone(),
            None if secret::is_uuid(id) => Session {
                uuid: id.to_owned(),
                user: 0,
                user_agent: String::new(),
                auth_time: now,
                last_used: now,
                expires: now.after(Duration::from_hours(24)),
                signed_in_for: None,
                last_ip: ADDRESS.to_owned(),
            },
            None => return Err("the id of a session is a UUID".to_owned()),
        };
        for (name, value) in fields {
            match name.as_str() {
                "id" | "lastUsed" => {}
                "user" => session.user = value.as_i64().unwrap_or_default(),
                "userAgent" => session.user_agent = text(name, value)?,
                "lastIp" => session.last_ip = text(name, value)?,
                _ => return Err(format!("a session has no {name:?}")),
            }
        }
        if !self.users.contains_key(&session.user) {
            return Err("user must be the id of a user".to_owned());
        }
        self.sessions.insert(known.unwrap_or_else(|| secret::digest(&secret::random_hex())), session);
        Ok(())
    }

    /// Another brand, or another setting of one. `flowRecovery` is the slug of a flow or null, `requiresToken` a setting of
    /// that flow.
    fn put_brand(&mut self, id: &str, fields: &Map<String, Value>) -> Result<(), String> {
        let mut own = fields.clone();
        let (flow, requires_token) = (own.remove("flowRecovery"), own.remove("requiresToken"));
        if let Some(slug) = flow {
            let known = self.objects.find("flows", "slug", &text_of(&slug)).map(objects::id_of);
            if known.is_none() && !slug.is_null() {
                return Err(format!("there is no flow {slug}"));
            }
            own.insert("flow_recovery".to_owned(), json!(known));
        }
        rest::put(self, "brands", id, &own)?;
        let Some(requires_token) = requires_token else {
            return Ok(());
        };
        let brand = self.object_called("brands", id);
        let flow = brand.map_or("", |brand| objects::text(brand, "flow_recovery")).to_owned();
        let flow = self.objects.get_mut("flows", &flow).ok_or("the brand has no recovery flow")?;
        let word = if requires_token == true { REQUIRES_TOKEN } else { "none" };
        flow.insert("authentication".to_owned(), json!(word));
        Ok(())
    }

    /// The objects of a kind, without secrets.
    fn rows(&self, kind: &str) -> Vec<Value> {
        const SECRET: [&str; 3] = ["client_secret", "key", "password"];
        let row = |object: &Object| {
            let mut row = object.clone();
            row.retain(|name, _| !SECRET.contains(&name.as_str()));
            let key = family::of(kind, object).map_or("pk", |family| family.key);
            row.insert("id".to_owned(), json!(text_of(value_of(object, key))));
            Value::Object(row)
        };
        self.objects.of(kind).map(row).collect()
    }

    fn put_group(&mut self, id: &str, fields: &Map<String, Value>) -> Result<(), String> {
        let mut group = match self.groups.get(id) {
            Some(group) => group.clone(),
            None if secret::is_uuid(id) => Group::new(id.to_owned(), id),
            None => return Err("the id of a group is a UUID".to_owned()),
        };
        for (name, value) in fields {
            match name.as_str() {
                "id" => {}
                "name" => group.name = text(name, value)?,
                "isSuperuser" => group.is_superuser = value == &Value::Bool(true),
                "attributes" => {
                    value
                        .as_object()
                        .ok_or("attributes must be an object")?
                        .clone_into(&mut group.attributes);
                }
                "users" => {
                    let users: BTreeSet<i64> = list(name, value)?.iter().filter_map(Value::as_i64).collect();
                    if !users.iter().all(|user| self.users.contains_key(user)) {
                        return Err("users must be ids of users".to_owned());
                    }
                    group.users = users;
                }
                _ => return Err(format!("a group has no {name:?}")),
            }
        }
        if self.groups.values().any(|other| other.name == group.name && other.pk != group.pk) {
            return Err("another group has that name".to_owned());
        }
        self.groups.insert(group.pk.clone(), group);
        Ok(())
    }

    fn put_user(&mut self, id: &str, fields: &Map<String, Value>) -> Result<(), String> {
        let pk: i64 = id.parse().map_err(|_| "the id of a user is a number")?;
        let known = self.users.get(&pk).cloned();
        let mut user = known.unwrap_or_else(|| User { pk, ..self.new_user(id) });
        let (mut groups, mut is_active) = (None, None);
        for (name, value) in fields {
            match name.as_str() {
                "id" | "uuid" => {}
                "username" => user.username = text(name, value)?,
                "email" => user.email = text(name, value)?,
                "name" => user.name = text(name, value)?,
                "password" => user.password = Some(Salted::new(&text(name, value)?)),
                "appPassword" => user.app_password = Some(Salted::new(&text(name, value)?)),
                "isActive" => is_active = value.as_bool(),
                "path" => user.path = text(name, value)?,
                "attributes" => {
                    value.as_object().ok_or("attributes must be an object")?.clone_into(&mut user.attributes);
                }
                "groups" => groups = Some(list(name, value)?.iter().filter_map(as_text).collect()),
                _ => return Err(format!("a user has no {name:?}")),
            }
        }
        if self.users.values().any(|other| other.username == user.username && other.pk != pk) {
            return Err("another user has that name".to_owned());
        }
        self.last_pk = self.last_pk.max(pk);
        self.users.insert(pk, user);
        if let Some(groups) = groups {
            self.set_groups(pk, &groups);
        }
        if let Some(is_active) = is_active {
            self.set_active(pk, is_active);
        }
        Ok(())
    }
}

fn as_text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn text(name: &str, value: &Value) -> Result<String, String> {
    as_text(value).ok_or_else(|| format!("{name} must be a text"))
}

fn list<'a>(name: &str, value: &'a Value) -> Result<&'a Vec<Value>, String> {
    value.as_array().ok_or_else(|| format!("{name} must be a list"))
}
