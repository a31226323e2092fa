//! An OIDC client: what its provider, its application and their flows and mappings make of it together.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;

use super::duration;
use super::family::USER_LOGOUT;
use super::objects::{Object, flag, id_of, text, text_of, texts, value_of};
use super::setup::SubMode;
use super::world::World;

pub struct App {
    /// The name of the provider.
    pub name: String,
    pub slug: String,
    pub client_id: String,
    pub client_secret: Option<SecretString>,
    pub is_public: bool,
    pub signed: Signed,
    pub access_code_validity: Duration,
    pub access_token_validity: Duration,
    pub refresh_token_validity: Duration,
    pub refresh_token_threshold: Duration,
    pub grant_types: Vec<String>,
    pub sub_mode: SubMode,
    pub issuer: Issuer,
    pub has_claims: bool,
    /// Whether its invalidation flow ends the session of the browser. The shipped one of providers only ends this
    /// client's access tokens (section 14).
    pub sign_out_ends_session: bool,
    pub mappings: Vec<Mapping>,
    application: Object,
    redirect_uris: Vec<Value>,
}

/// What signs its tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    ByKey,
    /// By the client secret, and no key is published (section 7).
    BySecret,
}

/// What `iss` is: the address of the application, or the origin for all of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Issuer {
    PerProvider,
    Global,
}

/// What makes claims of a scope.
pub struct Mapping {
    pub scope: String,
    pub expression: String,
}

impl App {
    pub fn has_grant(&self, grant: &str) -> bool {
        self.grant_types.iter().any(|known| known == grant)
    }

    /// Whether a browser may be sent to an address, after a sign-in (`authorization`) or a sign-out (`logout`). Of
    /// patterns this server takes none.
    pub fn may_return_to(&self, kind: &str, address: &str) -> bool {
        let is_it = |uri: &Value| {
            uri["matching_mode"] == "strict" && uri["url"] == address && uri["redirect_uri_type"] == kind
        };
        self.redirect_uris.iter().any(is_it)
    }

    /// The scopes of a request that have mappings, each once; others are dropped silently (section 14).
    pub fn mapped_scopes(&self, requested: &str) -> Vec<String> {
        let is_mapped = |scope: &&str| self.mappings.iter().any(|mapping| mapping.scope == *scope);
        let mut scopes: Vec<String> = Vec::new();
        for scope in requested.split_whitespace().filter(is_mapped) {
            if !scopes.iter().any(|known| known == scope) {
                scopes.push(scope.to_owned());
            }
        }
        scopes
    }
}

impl World {
    /// The client of an id. A provider without an application is none.
    pub(super) fn app(&self, client_id: &str) -> Option<App> {
        let provider = self.objects.find("providers", "client_id", client_id)?;
        let application = self.objects.find("applications", "provider", &id_of(provider))?;
        Some(self.app_of(provider, application))
    }

    pub(super) fn app_of_slug(&self, slug: &str) -> Option<App> {
        let application = self.objects.find("applications", "slug", slug)?;
        let provider = self.objects.get("providers", &text_of(value_of(application, "provider")))?;
        Some(self.app_of(provider, application))
    }

    fn app_of(&self, provider: &Object, application: &Object) -> App {
        let lasts = |field: &str| duration::parse(text(provider, field)).unwrap_or_default();
        let mappings = texts(provider, "property_mappings").filter_map(|pk| self.objects.get("mappings", pk));
        let mapping = |mapping: &Object| Mapping {
            scope: text(mapping, "scope_name").to_owned(),
            expression: text(mapping, "expression").to_owned(),
        };
        App {
            name: text(provider, "name").to_owned(),
            slug: text(application, "slug").to_owned(),
            client_id: text(provider, "client_id").to_owned(),
            client_secret: self.client_secret(provider),
            is_public: text(provider, "client_type") == "public",
            signed: if value_of(provider, "signing_key").is_null() {
                Signed::BySecret
            } else {
                Signed::ByKey
            },
            access_code_validity: lasts("access_code_validity"),
            access_token_validity: lasts("access_token_validity"),
            refresh_token_validity: lasts("refresh_token_validity"),
            refresh_token_threshold: lasts("refresh_token_threshold"),
            grant_types: texts(provider, "grant_types").map(str::to_owned).collect(),
            sub_mode: SubMode::parse(text(provider, "sub_mode")).unwrap_or(SubMode::HashedUserId),
            issuer: if text(provider, "issuer_mode") == "global" {
                Issuer::Global
            } else {
                Issuer::PerProvider
            },
            has_claims: flag(provider, "include_claims_in_id_token"),
            sign_out_ends_session: self.signs_out(text(provider, "invalidation_flow")),
            mappings: mappings.map(mapping).collect(),
            application: application.clone(),
            redirect_uris: value_of(provider, "redirect_uris").as_array().cloned().unwrap_or_default(),
        }
    }

    /// The client secret: the provider's own, else what the setup brought.
    pub(super) fn client_secret(&self, provider: &Object) -> Option<SecretString> {
        match text(provider, "client_secret") {
            "" => self.site.client_secrets.get(&id_of(provider)).cloned(),
            own => Some(own.into()),
        }
    }

    fn signs_out(&self, flow: &str) -> bool {
        let model = USER_LOGOUT.model_name();
        let stages = self.stages_of(flow).into_iter();
        stages
            .filter_map(|(_, stage)| self.objects.get("stages", &stage))
            .any(|stage| text(stage, "meta_model_name") == model)
    }

    /// What is bound to a flow, in its order: the id of the binding and that of the stage.
    pub(super) fn stages_of(&self, flow: &str) -> Vec<(String, String)> {
        let bound = self.objects.of("flowBindings").filter(|binding| text(binding, "target") == flow);
        let mut bound: Vec<&Object> = bound.collect();
        bound.sort_by_key(|binding| value_of(binding, "order").as_i64());
        bound.into_iter().map(|binding| (id_of(binding), text(binding, "stage").to_owned())).collect()
    }

    /// The client of an id, when it may use a grant.
    pub(super) fn app_with_grant(&self, client_id: &str, grant: &str) -> Option<App> {
        self.app(client_id).filter(|app| app.has_grant(grant))
    }

    /// Whether a user may sign in to a client's application.
    pub(super) fn may_sign_in(&self, app: &App, user: i64) -> bool {
        self.may_open(&app.application, user)
    }
}
