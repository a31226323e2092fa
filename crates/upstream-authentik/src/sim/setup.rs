//! What a simulator is started with. Applying it again changes nothing but the applications that it names.

use std::time::Duration;

use kernel::Clock;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::duration;
use super::family::{APPLICATION, POLICY_BINDING, PROVIDER, TOKEN};
use super::objects::{Object, id_of, text, text_of, texts, value_of};
use super::secret::{self, Salted};
use super::world::{Group, Site, User, World};

const ADMINISTRATOR: &str = "akadmin";
const ADMINISTRATORS: &str = "authentik Admins";
/// The identifier of the administrator's API token.
const BOOTSTRAP_TOKEN: &str = "authentik-bootstrap-token";
const GRANTS: [&str; 3] = ["authorization_code", "refresh_token", "client_credentials"];

/// What a simulator is started with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Where browsers and services reach it, such as `http://127.0.0.1:4403`; the listener's address when absent.
    /// Tokens that the embedding program mints have it in `iss`; others have the host that they were asked of.
    pub origin: Option<String>,
    /// The time that tokens and sessions go by.
    pub clock: Clock,
    /// The API token of the administrator `akadmin`.
    pub api_token: SecretString,
    /// The OIDC clients: each start makes their providers and applications, or sets them up anew.
    pub apps: Vec<AppSetup>,
    /// People; one who exists already stays as he is.
    pub users: Vec<UserSetup>,
    /// Accounts that sign in with client credentials; the app password is set anew at each start.
    pub service_accounts: Vec<ServiceAccountSetup>,
    /// Whether the first start makes a recovery flow and sets it on the brand. None ships (section 10).
    pub has_recovery: bool,
}

/// An application with its OIDC provider.
#[derive(Debug, Clone)]
pub struct AppSetup {
    /// Part of the issuer: `{origin}/application/o/{slug}/`.
    pub slug: String,
    /// The client id, also the audience of its tokens.
    pub client_id: String,
    /// The client secret; none for a public client.
    pub client_secret: Option<SecretString>,
    /// Where a sign-in may return to, exactly.
    pub redirect_uris: Vec<String>,
    /// Where a sign-out may return to, exactly.
    pub logout_uris: Vec<String>,
    /// How long access tokens and id tokens live.
    pub access_token_validity: Duration,
    /// How long refresh tokens live.
    pub refresh_token_validity: Duration,
    /// A refresh gives a new refresh token only when the old one ends within this time; always when it is zero
    /// (section 14).
    pub refresh_token_threshold: Duration,
    /// True when the client needs no secret, even if it has one.
    pub is_public: bool,
    /// False for a provider without a signing key: its tokens are signed with the client secret.
    pub has_signing_key: bool,
    /// Only members of one of the groups with these names may sign in, or everybody where none is named; refreshing
    /// doesn't look again (section 14).
    pub bound_groups: Vec<String>,
    /// The grants that the provider allows.
    pub grant_types: Vec<String>,
    /// Whether the provider's invalidation flow ends the session of the browser. The shipped one only ends this
    /// client's access tokens (section 14).
    pub sign_out_ends_session: bool,
    /// What `sub` holds.
    pub sub_mode: SubMode,
    /// Where the client is told of sessions that have ended.
    pub logout_notice_uri: Option<String>,
}

/// What the claim `sub` holds; each word is the server's (section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubMode {
    /// 64 hexadecimal digits: what a provider has unless it is told otherwise.
    HashedUserId,
    /// The number.
    UserId,
    /// The UUID.
    UserUuid,
    /// The user name.
    UserUsername,
    /// The e-mail address.
    UserEmail,
    /// The attribute `upn`, else the digits.
    UserUpn,
}

impl SubMode {
    const ALL: [Self; 6] = [
        Self::HashedUserId,
        Self::UserId,
        Self::UserUuid,
        Self::UserUsername,
        Self::UserEmail,
        Self::UserUpn,
    ];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::HashedUserId => "hashed_user_id",
            Self::UserId => "user_id",
            Self::UserUuid => "user_uuid",
            Self::UserUsername => "user_username",
            Self::UserEmail => "user_email",
            Self::UserUpn => "user_upn",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == word)
    }

    pub(super) fn subject(self, user: &User) -> String {
        match self {
            Self::HashedUserId => secret::digest(&user.uuid),
            Self::UserId => user.pk.to_string(),
            Self::UserUuid => user.uuid.clone(),
            Self::UserUsername => user.username.clone(),
            Self::UserEmail => user.email.clone(),
            Self::UserUpn => {
                let upn = user.attributes.get("upn").and_then(Value::as_str);
                upn.map_or_else(|| Self::HashedUserId.subject(user), str::to_owned)
            }
        }
    }
}

/// A person.
#[derive(Debug, Clone)]
pub struct UserSetup {
    /// The unique name.
    pub username: String,
    /// The e-mail address; may be empty.
    pub email: String,
    /// The full name.
    pub name: String,
    /// The password for the sign-in page.
    pub password: SecretString,
    /// Names of groups; those that don't exist are made.
    pub groups: Vec<String>,
}

/// An account of a program.
#[derive(Debug, Clone)]
pub struct ServiceAccountSetup {
    /// The unique name.
    pub username: String,
    /// The app password, for the token endpoint.
    pub app_password: SecretString,
}

impl Setup {
    /// A setup with nothing but an API token and a recovery flow, on the machine's clock.
    pub fn new(api_token: SecretString) -> Self {
        Self {
            origin: None,
            clock: Clock::System,
            api_token,
            apps: Vec::new(),
            users: Vec::new(),
            service_accounts: Vec::new(),
            has_recovery: true,
        }
    }

    /// A server as it is installed: the administrator with an API token, and what ships.
    pub fn empty(api_token: SecretString) -> Self {
        Self { has_recovery: false, ..Self::new(api_token) }
    }
}

impl AppSetup {
    /// A confidential client whose slug is its client id, with authentik's default lifetimes of one hour and
    /// thirty days (section 7).
    pub fn new(client_id: &str, client_secret: SecretString, redirect_uri: &str, logout_uri: &str) -> Self {
        Self {
            slug: client_id.to_owned(),
            client_id: client_id.to_owned(),
            client_secret: Some(client_secret),
            redirect_uris: vec![redirect_uri.to_owned()],
            logout_uris: vec![logout_uri.to_owned()],
            access_token_validity: Duration::from_hours(1),
            refresh_token_validity: Duration::from_hours(30 * 24),
            refresh_token_threshold: Duration::ZERO,
            is_public: false,
            has_signing_key: true,
            bound_groups: Vec::new(),
            grant_types: GRANTS.map(str::to_owned).to_vec(),
            sign_out_ends_session: true,
            sub_mode: SubMode::UserUuid,
            logout_notice_uri: None,
        }
    }
}

impl AppSetup {
    /// What it says of the provider, but for the mappings, the flows and the key, which have other ids everywhere.
    fn provider(&self) -> Value {
        let of_kind = |uris: &[String], kind: &str| -> Vec<Value> {
            let row = |uri| json!({"matching_mode": "strict", "url": uri, "redirect_uri_type": kind});
            uris.iter().map(row).collect()
        };
        let mut redirect_uris = of_kind(&self.redirect_uris, "authorization");
        redirect_uris.extend(of_kind(&self.logout_uris, "logout"));
        let is_public = self.is_public || self.client_secret.is_none();
        json!({
            "name": self.client_id,
            "client_id": self.client_id,
            // Not kept, since the next start brings it again.
            "client_secret": "",
            "client_type": if is_public { "public" } else { "confidential" },
            "grant_types": self.grant_types,
            "redirect_uris": redirect_uris,
            "sub_mode": self.sub_mode.as_str(),
            "logout_uri": self.logout_notice_uri.as_deref().unwrap_or_default(),
            "issuer_mode": "per_provider",
            "include_claims_in_id_token": true,
            "access_token_validity": duration::text(self.access_token_validity),
            "refresh_token_validity": duration::text(self.refresh_token_validity),
            "refresh_token_threshold": duration::text(self.refresh_token_threshold),
        })
    }

    fn invalidation_flow(&self) -> &'static str {
        if self.sign_out_ends_session {
            "default-invalidation-flow"
        } else {
            "default-provider-invalidation-flow"
        }
    }
}

impl World {
    pub(super) fn apply(&mut self, setup: Setup, origin: String) {
        self.site = Site { origin, clock: setup.clock, api_token: Some(setup.api_token), ..Site::default() };
        self.ensure_shipped(setup.has_recovery);
        self.purge();
        self.ensure_administrator();
        for app in setup.apps {
            self.put_app(app);
        }
        for user in setup.users {
            self.ensure_user(&user);
        }
        for account in setup.service_accounts {
            self.ensure_service_account(&account);
        }
    }

    /// Makes the provider and the application of a client, or sets them up anew. Mappings that others have attached
    /// stay.
    pub(super) fn put_app(&mut self, app: AppSetup) {
        let mut mappings = self.usual_mappings();
        let known = self.objects.find("providers", "client_id", &app.client_id).cloned();
        let attached = known.iter().flat_map(|known| texts(known, "property_mappings"));
        let attached: Vec<String> = attached.filter(|id| !self.is_shipped(id)).map(str::to_owned).collect();
        mappings.extend(attached.into_iter().filter(|id| !mappings.contains(id)).collect::<Vec<_>>());
        let flow = |slug: &str| json!(self.objects.find("flows", "slug", slug).map(id_of));
        let ids = json!({
            "property_mappings": mappings,
            "authorization_flow": flow("default-provider-authorization-implicit-consent"),
            "invalidation_flow": flow(app.invalidation_flow()),
            "signing_key": self.shipped_key().filter(|_| app.has_signing_key),
        });
        let mut provider = known.unwrap_or_else(|| self.new_object(&PROVIDER));
        for fields in [app.provider(), ids] {
            provider.extend(fields.as_object().cloned().unwrap_or_default());
        }
        let id = id_of(&provider);
        self.put_application_of(&app, &provider);
        self.objects.put(PROVIDER.kind, provider);
        match app.client_secret {
            Some(secret) => self.site.client_secrets.insert(id, secret),
            None => self.site.client_secrets.remove(&id),
        };
    }

    fn is_shipped(&self, mapping: &str) -> bool {
        let mapping = self.objects.get("mappings", mapping);
        mapping.is_some_and(|mapping| !text(mapping, "managed").is_empty())
    }

    fn put_application_of(&mut self, app: &AppSetup, provider: &Object) {
        let is_it = |application: &&Object| {
            text(application, "slug") == app.slug
                || text_of(value_of(application, "provider")) == id_of(provider)
        };
        let known = self.objects.of(APPLICATION.kind).find(is_it).cloned();
        let mut application = known.unwrap_or_else(|| self.new_object(&APPLICATION));
        let fields = [
            ("name", json!(app.slug)),
            ("slug", json!(app.slug)),
            ("provider", value_of(provider, "pk").clone()),
            ("policy_engine_mode", json!("any")),
        ];
        application.extend(fields.map(|(name, value)| (name.to_owned(), value)));
        let target = id_of(&application);
        self.objects.put(APPLICATION.kind, application);
        self.forget(APPLICATION.kind, &target);
        for group in &app.bound_groups {
            let group = self.ensure_group(group).pk.clone();
            self.make(&POLICY_BINDING, json!({"target": target, "group": group, "order": 0}));
        }
    }

    /// The account that the API token belongs to.
    pub(super) fn administrator(&self) -> Option<&User> {
        self.user_named(ADMINISTRATOR)
    }

    fn ensure_administrator(&mut self) {
        if self.administrator().is_none() {
            let mut user = self.new_user(ADMINISTRATOR);
            "authentik Default Admin".clone_into(&mut user.name);
            let group = self.ensure_group(ADMINISTRATORS);
            group.is_superuser = true;
            group.users.insert(user.pk);
            self.users.insert(user.pk, user);
        }
        if self.objects.find(TOKEN.kind, "identifier", BOOTSTRAP_TOKEN).is_none() {
            let user = self.administrator().map(|user| user.pk);
            let fields =
                json!({"identifier": BOOTSTRAP_TOKEN, "intent": "api", "user": user, "expiring": false});
            self.make(&TOKEN, fields);
        }
    }

    /// The key of one of the API's own tokens; the administrator's comes with the setup and is not kept.
    pub(super) fn key_of(&self, token: &Object) -> Option<String> {
        if let Some(key) = value_of(token, "key").as_str() {
            return Some(key.to_owned());
        }
        let is_setups = text(token, "identifier") == BOOTSTRAP_TOKEN;
        self.site.api_token.as_ref().filter(|_| is_setups).map(|key| key.expose_secret().to_owned())
    }

    fn ensure_group(&mut self, name: &str) -> &mut Group {
        let known = self.groups.values().find(|group| group.name == name);
        let pk = known.map_or_else(secret::uuid, |group| group.pk.clone());
        self.groups.entry(pk.clone()).or_insert_with(|| Group::new(pk, name))
    }

    /// Makes a user unless there is one of that name; the UUID of either.
    pub(super) fn ensure_user(&mut self, setup: &UserSetup) -> String {
        if let Some(user) = self.user_named(&setup.username) {
            return user.uuid.clone();
        }
        let mut user = self.new_user(&setup.username);
        user.email.clone_from(&setup.email);
        user.name.clone_from(&setup.name);
        user.password = Some(Salted::new(setup.password.expose_secret()));
        for group in &setup.groups {
            self.ensure_group(group).users.insert(user.pk);
        }
        let uuid = user.uuid.clone();
        self.users.insert(user.pk, user);
        uuid
    }

    fn ensure_service_account(&mut self, setup: &ServiceAccountSetup) {
        let mut user = self
            .user_named(&setup.username)
            .cloned()
            .unwrap_or_else(|| self.new_service_account(&setup.username));
        let password = setup.app_password.expose_secret();
        if !user.app_password.as_ref().is_some_and(|known| known.matches(password)) {
            user.app_password = Some(Salted::new(password));
        }
        self.users.insert(user.pk, user);
    }

    pub(super) fn new_service_account(&mut self, username: &str) -> User {
        let mut user = self.new_user(username);
        username.clone_into(&mut user.name);
        "service_account".clone_into(&mut user.kind);
        user
    }
}
