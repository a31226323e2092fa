//! What a simulator is started with. Applying it again changes nothing but the applications.

use std::time::Duration;

use kernel::Clock;
use secrecy::{ExposeSecret as _, SecretString};

use super::secret::{self, Salted};
use super::world::{App, Group, Site, User, World};

const ADMINISTRATOR: &str = "akadmin";
const ADMINISTRATORS: &str = "authentik Admins";
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
    /// The OIDC clients. Not kept: each start brings its own.
    pub apps: Vec<AppSetup>,
    /// People; one who exists already stays as he is.
    pub users: Vec<UserSetup>,
    /// Accounts that sign in with client credentials; the app password is set anew at each start.
    pub service_accounts: Vec<ServiceAccountSetup>,
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
    /// Only members of the group with this name may sign in; refreshing doesn't look again (section 14).
    pub bound_group: Option<String>,
    /// The grants that the provider allows.
    pub grant_types: Vec<String>,
    /// Whether the provider's invalidation flow ends the session of the browser. The shipped one only ends this
    /// client's access tokens (section 14).
    pub sign_out_ends_session: bool,
    /// What `sub` holds.
    pub sub_mode: SubMode,
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
}

impl SubMode {
    const ALL: [Self; 5] =
        [Self::HashedUserId, Self::UserId, Self::UserUuid, Self::UserUsername, Self::UserEmail];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::HashedUserId => "hashed_user_id",
            Self::UserId => "user_id",
            Self::UserUuid => "user_uuid",
            Self::UserUsername => "user_username",
            Self::UserEmail => "user_email",
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
    /// A setup with nothing but an API token, on the machine's clock.
    pub fn new(api_token: SecretString) -> Self {
        Self {
            origin: None,
            clock: Clock::System,
            api_token,
            apps: Vec::new(),
            users: Vec::new(),
            service_accounts: Vec::new(),
        }
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
            bound_group: None,
            grant_types: GRANTS.map(str::to_owned).to_vec(),
            sign_out_ends_session: true,
            sub_mode: SubMode::UserUuid,
        }
    }
}

impl From<AppSetup> for App {
    fn from(app: AppSetup) -> Self {
        Self {
            slug: app.slug,
            client_id: app.client_id,
            client_secret: app.client_secret.as_ref().map(|text| secret::digest(text.expose_secret())),
            hmac: app.client_secret.filter(|_| !app.has_signing_key),
            redirect_uris: app.redirect_uris,
            logout_uris: app.logout_uris,
            access_token_validity: app.access_token_validity,
            refresh_token_validity: app.refresh_token_validity,
            refresh_token_threshold: app.refresh_token_threshold,
            is_public: app.is_public,
            bound_group: app.bound_group,
            grant_types: app.grant_types,
            sign_out_ends_session: app.sign_out_ends_session,
            sub_mode: app.sub_mode,
        }
    }
}

impl World {
    pub(super) fn apply(&mut self, setup: Setup, origin: String) {
        let apps = setup.apps.into_iter().map(|app| (app.client_id.clone(), app.into()));
        self.site = Site {
            origin,
            clock: setup.clock,
            api_token: secret::digest(setup.api_token.expose_secret()),
            apps: apps.collect(),
        };
        self.purge();
        self.ensure_administrator();
        for user in setup.users {
            self.ensure_user(&user);
        }
        for account in setup.service_accounts {
            self.ensure_service_account(&account);
        }
    }

    /// The account that the API token belongs to.
    pub(super) fn administrator(&self) -> Option<&User> {
        self.user_named(ADMINISTRATOR)
    }

    fn ensure_administrator(&mut self) {
        if self.administrator().is_some() {
            return;
        }
        let mut user = self.new_user(ADMINISTRATOR);
        "authentik Default Admin".clone_into(&mut user.name);
        let group = self.ensure_group(ADMINISTRATORS);
        group.is_superuser = true;
        group.users.insert(user.pk);
        self.users.insert(user.pk, user);
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
