//! What the simulated server remembers, and the rules that tie its parts together: which sessions, codes and
//! tokens go with what else.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use axum::http::HeaderMap;
use kernel::{Clock, Timestamp};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::device::Device;
use super::keys::SigningKey;
use super::objects::{Object, Objects, flag, id_of, text, value_of};
use super::page::said_to_be;
use super::recovery::{FlowPlan, Link};
use super::secret::{self, Salted};

/// A rotated or revoked refresh token is remembered for this long; a replay is refused with and without it.
const REVOKED_FOR: Duration = Duration::from_hours(1);

/// The state of the simulated server. Secrets are in it as hashes only, but for the private signing keys, the recovery
/// links that nobody has opened, and what the server itself shows again: the client secrets and keys that its API made.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct World {
    /// Where and for whom it runs; told anew at each start, since ports change.
    #[serde(skip)]
    pub(super) site: Site,
    /// The last one signs.
    pub(super) keys: Vec<SigningKey>,
    pub(super) groups: BTreeMap<String, Group>,
    pub(super) users: BTreeMap<i64, User>,
    /// By digest of the cookie.
    pub(super) sessions: BTreeMap<String, Session>,
    /// By digest of the code.
    pub(super) codes: BTreeMap<String, Code>,
    /// By digest of the token.
    pub(super) access_tokens: BTreeMap<String, Token>,
    /// By digest of the token.
    pub(super) refresh_tokens: BTreeMap<String, Token>,
    pub(super) last_pk: i64,
    /// What the API makes and changes beside people and groups.
    pub(super) objects: Objects,
    pub(super) devices: Vec<Device>,
    /// By user.
    pub(super) recovery_links: BTreeMap<i64, Link>,
    /// By digest of the cookie.
    pub(super) recovery_plans: BTreeMap<String, FlowPlan>,
    /// Pages of the list of applications, by caller and page: the server keeps them (section 7).
    #[serde(skip)]
    pub(super) application_pages: BTreeMap<(i64, String), Value>,
    /// How far its clock is ahead.
    #[serde(skip)]
    pub(super) ahead: Duration,
    /// Whether it doesn't believe what a call says that it was called as, and takes its own address.
    #[serde(skip)]
    pub(super) doubts_hosts: bool,
    /// How many of the next lists ignore all filters.
    #[serde(skip)]
    pub(super) ignored_filters: u64,
    /// How many of the next changes end as an unhandled error.
    #[serde(skip)]
    pub(super) breakdowns: Breakdowns,
}

#[derive(Clone, Default)]
pub(super) struct Breakdowns {
    pub left: u64,
    /// Whether the change is made all the same.
    pub stored: bool,
}

#[derive(Clone, Default)]
pub(super) struct Site {
    pub origin: String,
    pub clock: Clock,
    /// The API token of the administrator.
    pub api_token: Option<SecretString>,
    /// The client secrets that the setup brings at each start, by provider.
    pub client_secrets: BTreeMap<String, SecretString>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Group {
    pub pk: String,
    pub num_pk: i64,
    pub name: String,
    pub is_superuser: bool,
    pub parents: Vec<String>,
    pub users: BTreeSet<i64>,
    pub attributes: Map<String, Value>,
}

impl Group {
    pub fn new(pk: String, name: &str) -> Self {
        let [high, low] = kernel::id::random();
        Self {
            pk,
            num_pk: i64::from(u16::from_be_bytes([high, low])),
            name: name.to_owned(),
            is_superuser: false,
            parents: Vec::new(),
            users: BTreeSet::new(),
            attributes: Map::new(),
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct User {
    pub pk: i64,
    pub uuid: String,
    pub username: String,
    pub name: String,
    pub email: String,
    pub is_active: bool,
    pub attributes: Map<String, Value>,
    pub path: String,
    pub kind: String,
    pub password: Option<Salted>,
    /// Only the token endpoint takes it (section 14, client credentials).
    pub app_password: Option<Salted>,
    pub last_login: Option<Timestamp>,
    pub date_joined: Timestamp,
    pub password_change_date: Timestamp,
    pub last_updated: Timestamp,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Session {
    pub uuid: String,
    pub user: i64,
    pub user_agent: String,
    pub auth_time: Timestamp,
    pub last_used: Timestamp,
    pub expires: Timestamp,
    /// The address that this sign-in was for; `prompt=login` is satisfied by it, once.
    pub signed_in_for: Option<String>,
    #[serde(default)]
    pub last_ip: String,
}

/// What a token is about.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Grant {
    pub client_id: String,
    pub user: i64,
    /// Digest of the session's cookie, which is the claim `sid` too.
    pub session: Option<String>,
    pub scopes: Vec<String>,
    pub nonce: Option<String>,
    pub auth_time: Timestamp,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Code {
    pub grant: Grant,
    pub redirect_uri: String,
    pub challenge: Option<Challenge>,
    pub expires: Timestamp,
}

/// A PKCE challenge (RFC 7636).
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Challenge {
    Plain(String),
    S256(String),
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Token {
    pub pk: i64,
    pub grant: Grant,
    pub jti: String,
    pub issued: Timestamp,
    pub expires: Timestamp,
    pub revoked: Option<Timestamp>,
}

impl World {
    pub(super) fn now(&self) -> Timestamp {
        self.site.clock.now().after(self.ahead)
    }

    /// The address that a call was made to, by which it builds what it says of itself.
    pub(super) fn called_at(&self, headers: &HeaderMap) -> String {
        if self.doubts_hosts { self.site.origin.clone() } else { said_to_be(headers) }
    }

    pub(super) fn next_pk(&mut self) -> i64 {
        self.last_pk += 1;
        self.last_pk
    }

    /// Whether the next change breaks down, and if so whether it is made all the same; it is used up.
    pub(super) fn take_breakdown(&mut self) -> Option<bool> {
        self.breakdowns.left = self.breakdowns.left.checked_sub(1)?;
        Some(self.breakdowns.stored)
    }

    pub(super) fn user_named(&self, username: &str) -> Option<&User> {
        self.users.values().find(|user| user.username == username)
    }

    /// Whom the text in the sign-in page's first field means: a user name, or an e-mail address in any case.
    pub(super) fn user_of_login(&self, login: &str) -> Option<&User> {
        let by_email = || {
            self.users
                .values()
                .find(|user| !user.email.is_empty() && user.email.to_lowercase() == login.to_lowercase())
        };
        self.user_named(login).or_else(by_email)
    }

    pub(super) fn groups_of(&self, user: i64) -> impl Iterator<Item = &Group> {
        self.groups.values().filter(move |group| group.users.contains(&user))
    }

    /// The groups of a user and all above them.
    pub(super) fn all_groups_of(&self, user: i64) -> Vec<&Group> {
        let mut found: Vec<&Group> = self.groups_of(user).collect();
        let mut next = 0;
        while let Some(group) = found.get(next).copied() {
            let above = group.parents.iter().filter_map(|pk| self.groups.get(pk));
            let new: Vec<&Group> =
                above.filter(|group| found.iter().all(|known| known.pk != group.pk)).collect();
            found.extend(new);
            next += 1;
        }
        found
    }

    /// Whether a user is in such a group, or in one below it.
    pub(super) fn is_member(&self, user: i64, is_it: impl Fn(&Group) -> bool) -> bool {
        self.all_groups_of(user).into_iter().any(is_it)
    }

    pub(super) fn is_superuser(&self, user: i64) -> bool {
        self.groups_of(user).any(|group| group.is_superuser)
    }

    /// A user with the defaults of a new one (section 3).
    pub(super) fn new_user(&mut self, username: &str) -> User {
        let now = self.now();
        User {
            pk: self.next_pk(),
            uuid: secret::uuid(),
            username: username.to_owned(),
            name: String::new(),
            email: String::new(),
            is_active: true,
            attributes: Map::new(),
            path: "users".to_owned(),
            kind: "internal".to_owned(),
            password: None,
            app_password: None,
            last_login: None,
            date_joined: now,
            password_change_date: now,
            last_updated: now,
        }
    }

    /// Suspends or resumes. Suspending ends sessions and tokens; resuming brings nothing back (section 3).
    pub(super) fn set_active(&mut self, user: i64, is_active: bool) {
        if let Some(user) = self.users.get_mut(&user) {
            user.is_active = is_active;
        }
        if !is_active {
            self.end_sessions_of(user);
            self.drop_tokens_of(user);
        }
    }

    /// Suspends as PUT does: tokens end, but sessions stay (section 3).
    pub(super) fn deactivate_by_put(&mut self, user: i64) {
        if let Some(user) = self.users.get_mut(&user) {
            user.is_active = false;
        }
        self.drop_tokens_of(user);
    }

    /// Whether the next list ignores its filters; it is used up.
    pub(super) fn takes_ignored_filters(&mut self) -> bool {
        let left = self.ignored_filters.checked_sub(1);
        self.ignored_filters = left.unwrap_or(0);
        left.is_some()
    }

    pub(super) fn set_groups(&mut self, user: i64, groups: &BTreeSet<String>) {
        for group in self.groups.values_mut() {
            if groups.contains(&group.pk) {
                group.users.insert(user);
            } else {
                group.users.remove(&user);
            }
        }
    }

    pub(super) fn delete_user(&mut self, user: i64) -> bool {
        self.end_sessions_of(user);
        self.drop_tokens_of(user);
        self.devices.retain(|device| device.user != user);
        self.recovery_links.remove(&user);
        self.recovery_plans.retain(|_, plan| plan.user != user);
        self.groups.values_mut().for_each(|group| {
            group.users.remove(&user);
        });
        self.leave_roles(user);
        self.forget("users", &user.to_string());
        self.users.remove(&user).is_some()
    }

    pub(super) fn delete_group(&mut self, pk: &str) -> bool {
        self.groups.values_mut().for_each(|group| group.parents.retain(|parent| parent != pk));
        // Its bindings go too, and may open what was bound to it (section 7, danger).
        self.forget("groups", pk);
        self.groups.remove(pk).is_some()
    }

    /// Ends a session. Its codes and access tokens go with it, refresh tokens stay (section 5).
    pub(super) fn end_session(&mut self, key: &str) -> bool {
        let of_session = |grant: &Grant| grant.session.as_deref() == Some(key);
        self.codes.retain(|_, code| !of_session(&code.grant));
        self.access_tokens.retain(|_, token| !of_session(&token.grant));
        self.sessions.remove(key).is_some()
    }

    /// Ends what one client has of a session, which goes on.
    pub(super) fn leave_session(&mut self, key: &str, client_id: &str) {
        let left = |grant: &Grant| grant.session.as_deref() == Some(key) && grant.client_id == client_id;
        self.access_tokens.retain(|_, token| !left(&token.grant));
    }

    pub(super) fn end_sessions_of(&mut self, user: i64) -> usize {
        let of_user = |(key, session): (&String, &Session)| (session.user == user).then(|| key.clone());
        let keys: Vec<String> = self.sessions.iter().filter_map(of_user).collect();
        keys.iter().filter(|key| self.end_session(key)).count()
    }

    pub(super) fn drop_tokens_of_client(&mut self, client_id: &str) {
        self.codes.retain(|_, code| code.grant.client_id != client_id);
        self.access_tokens.retain(|_, token| token.grant.client_id != client_id);
        self.refresh_tokens.retain(|_, token| token.grant.client_id != client_id);
    }

    fn drop_tokens_of(&mut self, user: i64) {
        self.codes.retain(|_, code| code.grant.user != user);
        self.access_tokens.retain(|_, token| token.grant.user != user);
        self.refresh_tokens.retain(|_, token| token.grant.user != user);
    }

    /// Forgets what has expired.
    pub(super) fn purge(&mut self) {
        let now = self.now();
        self.codes.retain(|_, code| code.expires > now);
        self.recovery_links.retain(|_, link| link.expires > now);
        self.recovery_plans.retain(|_, plan| plan.expires > now);
        self.access_tokens.retain(|_, token| token.expires > now);
        self.refresh_tokens.retain(|_, token| {
            token.expires > now && token.revoked.is_none_or(|at| at.after(REVOKED_FOR) > now)
        });
        let over = |(key, session): (&String, &Session)| (session.expires <= now).then(|| key.clone());
        let ended: Vec<String> = self.sessions.iter().filter_map(over).collect();
        for key in ended {
            self.end_session(&key);
        }
        self.expire_keys();
    }

    /// What has expired of the API's own tokens: one for the API gets another key, any other is removed (section 12).
    fn expire_keys(&mut self) {
        let now = self.now();
        let expired = self.objects.of("tokens").filter(|token| has_expired(token, now)).cloned();
        for mut token in expired.collect::<Vec<_>>() {
            if text(&token, "intent") != "api" {
                self.remove_object("tokens", &id_of(&token));
                continue;
            }
            token.insert("key".to_owned(), json!(secret::random_text::<45>()));
            token.insert("expires".to_owned(), json!(now.after(self.token_duration())));
            self.objects.put("tokens", token);
        }
    }
}

/// Whether one of the API's own tokens has ended.
pub(super) fn has_expired(token: &Object, now: Timestamp) -> bool {
    let ends = value_of(token, "expires").as_str().and_then(Timestamp::parse);
    flag(token, "expiring") && ends.is_some_and(|ends| ends <= now)
}
