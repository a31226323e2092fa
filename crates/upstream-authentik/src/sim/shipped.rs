//! What a server has at its first start: flows and their stages, scope mappings, a key, a brand, settings (sections 6, 9
//! and 10). No recovery flow is among it.

use std::time::Duration;

use serde_json::{Value, json};

use super::duration;
use super::family::{
    BRAND, CONSENT, FLOW, FLOW_BINDING, Family, IDENTIFICATION, KEY_PAIR, PASSWORD, PROMPT, PROMPT_STAGE,
    SCOPE_MAPPING, STATIC_SETUP, TOTP_SETUP, USER_LOGIN, USER_LOGOUT, USER_WRITE, VALIDATE, WEBAUTHN_SETUP,
};
use super::objects::{Object, id_of, text};
use super::secret;
use super::world::World;

/// The slug of the flow that the sandbox recovers with.
pub const RECOVERY: &str = "dezky-recovery";
const YEAR: Duration = Duration::from_hours(365 * 24);
const HALF_AN_HOUR: Duration = Duration::from_mins(30);

/// A flow: slug, name, title, designation, who may begin it, and its stages.
type Flow =
    (&'static str, &'static str, &'static str, &'static str, &'static str, &'static [(&'static str, i64)]);

const CONSENT_TITLE: &str = "Redirecting to %(app)s";
const SIGNED_IN: &str = "require_authenticated";
const SETUP: &str = "stage_configuration";

const FLOWS: [Flow; 10] = [
    (
        "default-authentication-flow",
        "Welcome to authentik!",
        "Welcome to authentik!",
        "authentication",
        "none",
        &[
            ("default-authentication-identification", 10),
            ("default-authentication-password", 20),
            ("default-authentication-mfa-validation", 30),
            ("default-authentication-login", 100),
        ],
    ),
    (
        "default-invalidation-flow",
        "Logout",
        "Default Invalidation Flow",
        "invalidation",
        "none",
        &[("default-invalidation-logout", 0)],
    ),
    (
        "default-provider-invalidation-flow",
        "Logged out of application",
        "You've logged out of %(app)s.",
        "invalidation",
        "none",
        &[],
    ),
    (
        "default-provider-authorization-explicit-consent",
        "Authorize Application",
        CONSENT_TITLE,
        "authorization",
        SIGNED_IN,
        &[("default-provider-authorization-consent", 0)],
    ),
    (
        "default-provider-authorization-implicit-consent",
        "Authorize Application",
        CONSENT_TITLE,
        "authorization",
        SIGNED_IN,
        &[],
    ),
    (
        "default-password-change",
        "Change Password",
        "Change password",
        SETUP,
        SIGNED_IN,
        &[("default-password-change-prompt", 0), ("default-password-change-write", 1)],
    ),
    ("default-user-settings-flow", "User settings", "Update your info", SETUP, SIGNED_IN, &[]),
    (
        "default-authenticator-totp-setup",
        "default-authenticator-totp-setup",
        "Set up Two-Factor authentication",
        SETUP,
        SIGNED_IN,
        &[("default-authenticator-totp-setup", 0)],
    ),
    (
        "default-authenticator-static-setup",
        "default-authenticator-static-setup",
        "Static OTP Tokens",
        SETUP,
        SIGNED_IN,
        &[("default-authenticator-static-setup", 0)],
    ),
    (
        "default-authenticator-webauthn-setup",
        "default-authenticator-webauthn-setup",
        "Set up WebAuthn",
        SETUP,
        SIGNED_IN,
        &[("default-authenticator-webauthn-setup", 0)],
    ),
];

/// What the flow of the sandbox consists of.
const RECOVERY_STAGES: [(&str, i64); 3] = [
    ("default-password-change-prompt", 10),
    ("default-password-change-write", 20),
    ("default-authentication-login", 30),
];

/// Scope mappings: the last word of the managed id, the name, the scope, what it is said to be, the code.
const MAPPINGS: [[&str; 5]; 7] = [
    ["oauth2/scope-openid", "OpenID 'openid'", "openid", "", "return {}"],
    [
        "oauth2/scope-email",
        "OpenID 'email'",
        "email",
        "Email address",
        "return {\"email\": request.user.email, \"email_verified\": False}",
    ],
    [
        "oauth2/scope-profile",
        "OpenID 'profile'",
        "profile",
        "General Profile Information",
        "return {\n    \"name\": request.user.name,\n    \"given_name\": request.user.name,\n    \
         \"preferred_username\": request.user.username,\n    \"nickname\": request.user.username,\n    \
         \"groups\": [group.name for group in request.user.groups.all()],\n}",
    ],
    [
        "oauth2/scope-offline_access",
        "OpenID 'offline_access'",
        "offline_access",
        "Access to request new tokens without interaction",
        "return {}",
    ],
    [
        "oauth2/scope-entitlements",
        "Application Entitlements",
        "entitlements",
        "Application entitlements",
        "return {\"entitlements\": [], \"roles\": []}",
    ],
    [
        "oauth2/scope-authentik_api",
        "authentik API access",
        "goauthentik.io/api",
        "authentik API Access on behalf of your user",
        "return {}",
    ],
    ["proxy/scope-proxy", "Proxy outpost", "ak_proxy", "authentik Proxy - User information", "return {}"],
];

/// The scopes whose shipped mappings every application of a setup has.
const USUAL: [&str; 4] = ["openid", "email", "profile", "offline_access"];
/// The name of the mapping that it has beside them.
const GROUPS: &str = "dezky: groups";
const GROUPS_CODE: &str = "groups = [g for g in request.user.all_groups()]\nreturn {\"groups\": [g.name for g in groups], \
                           \"dezky_groups\": [{\"id\": str(g.pk), \"name\": g.name} for g in groups]}";

impl World {
    /// Makes it all, unless it is there.
    pub(super) fn ensure_shipped(&mut self, has_recovery: bool) {
        if self.objects.of("flows").next().is_some() {
            return;
        }
        self.ship_stages();
        for (slug, name, title, designation, authentication, stages) in FLOWS {
            let fields = json!({
                "slug": slug, "name": name, "title": title, "designation": designation,
                "authentication": authentication,
            });
            self.make_flow(fields, stages);
        }
        for [managed, name, scope, description, code] in MAPPINGS {
            let fields = json!({
                "managed": format!("goauthentik.io/providers/{managed}"),
                "name": format!("authentik default OAuth Mapping: {name}"),
                "scope_name": scope, "description": description, "expression": code,
            });
            self.make(&SCOPE_MAPPING, fields);
        }
        self.ship_key();
        let flow = |slug: &str| self.objects.find("flows", "slug", slug).map(id_of);
        let brand = json!({
            "domain": "authentik-default", "default": true,
            "flow_authentication": flow("default-authentication-flow"),
            "flow_invalidation": flow("default-invalidation-flow"),
            "flow_user_settings": flow("default-user-settings-flow"),
        });
        self.make(&BRAND, brand);
        if has_recovery {
            self.make_recovery();
        }
    }

    fn make_recovery(&mut self) {
        let fields = json!({
            "slug": RECOVERY, "name": RECOVERY, "title": "Reset your password", "designation": "recovery",
        });
        let flow = id_of(&self.make_flow(fields, &RECOVERY_STAGES));
        if let Some(mut brand) = self.object_called("brands", "default").cloned() {
            brand.insert("flow_recovery".to_owned(), json!(flow));
            self.objects.put("brands", brand);
        }
    }

    fn make_flow(&mut self, fields: Value, stages: &[(&str, i64)]) -> Object {
        let flow = self.make(&FLOW, fields);
        for (name, order) in stages {
            let stage = self.objects.find("stages", "name", name).map(id_of);
            self.make(&FLOW_BINDING, json!({"target": id_of(&flow), "stage": stage, "order": order}));
        }
        flow
    }

    fn ship_stages(&mut self) {
        let prompt = |key: &str, label: &str, order: i64| {
            json!({
                "name": format!("default-password-change-field-{}", key.replace('_', "-")), "field_key": key,
                "label": label, "type": "password", "placeholder": label, "order": order,
            })
        };
        let password = id_of(&self.make(&PROMPT, prompt("password", "Password", 300)));
        let repeat = id_of(&self.make(&PROMPT, prompt("password_repeat", "Password (repeat)", 301)));
        let stages: [(&Family, &str, Value); 11] = [
            (&IDENTIFICATION, "authentication-identification", json!({"user_fields": ["email", "username"]})),
            (&PASSWORD, "authentication-password", json!({})),
            (&VALIDATE, "authentication-mfa-validation", json!({})),
            (&USER_LOGIN, "authentication-login", json!({})),
            (&USER_LOGOUT, "invalidation-logout", json!({})),
            (&CONSENT, "provider-authorization-consent", json!({})),
            (&PROMPT_STAGE, "password-change-prompt", json!({"fields": [password, repeat]})),
            (&USER_WRITE, "password-change-write", json!({"user_creation_mode": "never_create"})),
            (&TOTP_SETUP, "authenticator-totp-setup", json!({})),
            (&STATIC_SETUP, "authenticator-static-setup", json!({})),
            (&WEBAUTHN_SETUP, "authenticator-webauthn-setup", json!({})),
        ];
        for (family, name, fields) in stages {
            let mut stage = self.make(family, fields);
            stage.insert("name".to_owned(), json!(format!("default-{name}")));
            self.objects.put(family.kind, stage);
        }
    }

    fn ship_key(&mut self) {
        let name = "authentik Self-signed Certificate";
        let fields = json!({
            "name": name, "fingerprint_sha256": secret::digest(name), "fingerprint_sha1": secret::random_hex(),
            "cert_expiry": self.now().after(YEAR), "cert_subject": format!("OU=Self-signed,O=authentik,CN={name}"),
            "private_key_available": true, "key_type": "rsa", "managed": null,
        });
        self.make(&KEY_PAIR, fields);
    }

    /// The key pair that comes with the server, which signs.
    pub(super) fn shipped_key(&self) -> Option<String> {
        self.objects.of("keyPairs").next().map(id_of)
    }

    /// The mappings of the applications of a setup: shipped ones, and one of groups that is made with the first.
    pub(super) fn usual_mappings(&mut self) -> Vec<String> {
        if self.objects.find("mappings", "name", GROUPS).is_none() {
            let fields = json!({"name": GROUPS, "scope_name": "groups", "expression": GROUPS_CODE});
            self.make(&SCOPE_MAPPING, fields);
        }
        let is_usual = |mapping: &&Object| {
            let managed = text(mapping, "managed").strip_prefix("goauthentik.io/providers/oauth2/scope-");
            managed.is_some_and(|scope| USUAL.contains(&scope)) || text(mapping, "name") == GROUPS
        };
        self.objects.of("mappings").filter(is_usual).map(id_of).collect()
    }

    /// The system's settings; as they are at first until somebody changes one.
    pub(super) fn settings(&self) -> Value {
        let Some(mut known) = self.objects.get("settings", "settings").cloned() else {
            return standard_settings();
        };
        known.remove("pk");
        Value::Object(known)
    }

    pub(super) fn keep_settings(&mut self, settings: Value) {
        if let Value::Object(mut settings) = settings {
            settings.insert("pk".to_owned(), json!("settings"));
            self.objects.put("settings", settings);
        }
    }

    /// The brand of an origin: the longest domain that it is in, else the default one (section 10).
    pub(super) fn brand_at(&self, origin: &str) -> Option<&Object> {
        let host = origin.split_once("://").map_or(origin, |(_, host)| host);
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        let is_in = |brand: &&Object| {
            let domain = text(brand, "domain");
            host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
        };
        let fitting = self.objects.of("brands").filter(is_in);
        let longest = fitting.max_by_key(|brand| text(brand, "domain").len());
        longest.or_else(|| self.object_called("brands", "default"))
    }

    /// How long a token lives that says nothing of it (section 12).
    pub(super) fn token_duration(&self) -> Duration {
        let settings = self.settings();
        settings["default_token_duration"].as_str().and_then(duration::parse).unwrap_or(HALF_AN_HOUR)
    }
}

fn standard_settings() -> Value {
    json!({
        "avatars": "none",
        "default_user_change_name": true,
        "default_user_change_email": false,
        "default_user_change_username": false,
        "event_retention": "days=365",
        "reputation_lower_limit": -5,
        "reputation_upper_limit": 5,
        "footer_links": [],
        "gdpr_compliance": true,
        "impersonation": true,
        "impersonation_require_reason": true,
        "default_token_duration": "minutes=30",
        "default_token_length": 60,
        "pagination_default_page_size": 20,
        "pagination_max_page_size": 100,
        "flags": {"core_default_app_access": true},
    })
}
