//! The inventory, and changing objects behind Dezky's back (`/_sim`). Shows no secret.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, Value, json};
use simulator::State;

use super::secret::{self, Salted};
use super::setup::SubMode;
use super::sign_in::ADDRESS;
use super::world::{Group, Session, Token, User, World};

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
        let applications =
            self.site.apps.values().map(|app| json!({"id": app.slug, "clientId": app.client_id}));
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
        let brand = json!({
            "id": "default", "flowRecovery": self.brand.flow, "requiresToken": self.brand.requires_token,
        });
        json!({
            "groups": groups.collect::<Vec<_>>(),
            "users": users.collect::<Vec<_>>(),
            "applications": applications.collect::<Vec<_>>(),
            "sessions": sessions.collect::<Vec<_>>(),
            "refreshTokens": refresh_tokens.map(token).collect::<Vec<_>>(),
            "accessTokens": self.access_tokens.values().map(token).collect::<Vec<_>>(),
            "devices": devices.collect::<Vec<_>>(),
            "brands": [brand],
        })
    }

    fn put(&mut self, kind: &str, id: &str, fields: &Value) -> Result<(), String> {
        let fields = fields.as_object().ok_or("the fields must be an object")?;
        match kind {
            "groups" => self.put_group(id, fields),
            "users" => self.put_user(id, fields),
            "devices" => self.put_device(id, fields),
            "sessions" => self.put_session(id, fields),
            "applications" => self.put_application(id, fields),
            "brands" => {
                if let Some(flow) = fields.get("flowRecovery") {
                    self.brand.flow = as_text(flow);
                }
                if let Some(requires) = fields.get("requiresToken") {
                    self.brand.requires_token = *requires == true;
                }
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
            _ => false,
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

    /// Another setting of an application that is there, or of its provider. It lasts until the next start.
    fn put_application(&mut self, slug: &str, fields: &Map<String, Value>) -> Result<(), String> {
        let mut apps = self.site.apps.values_mut();
        let app = apps.find(|app| app.slug == slug).ok_or("there is no such application")?;
        let texts = |name: &str, value: &Value| -> Result<Vec<String>, String> {
            list(name, value)?.iter().map(|value| text(name, value)).collect()
        };
        for (name, value) in fields {
            match name.as_str() {
                "subMode" => {
                    let mode = SubMode::parse(&text(name, value)?);
                    app.sub_mode = mode.ok_or("subMode must be one of the server's words")?;
                }
                "clientSecret" => app.client_secret = Some(secret::digest(&text(name, value)?)),
                "grantTypes" => app.grant_types = texts(name, value)?,
                "redirectUris" => app.redirect_uris = texts(name, value)?,
                "logoutUris" => app.logout_uris = texts(name, value)?,
                // Without a signing key its tokens are signed with a secret.
                "hasSigningKey" => app.hmac = (*value == false).then(|| secret::random_hex().into()),
                _ => return Err(format!("an application has no {name:?} that can be put")),
            }
        }
        Ok(())
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
