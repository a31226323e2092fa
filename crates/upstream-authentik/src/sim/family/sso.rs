//! Providers, applications, scope mappings and keys (sections 6 to 8).

use super::{
    ENGINE_MODES, Family, FieldKind, NAME, Standard, choice, duration, family, field, flag, many, one,
    required, text,
};
use crate::sim::{objects, secret};

const GRANTS: &[&str] = &[
    "authorization_code",
    "implicit",
    "hybrid",
    "refresh_token",
    "client_credentials",
    "password",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
];
const SUB_MODES: &[&str] =
    &["hashed_user_id", "user_id", "user_uuid", "user_username", "user_email", "user_upn"];

pub static PROVIDER: Family = Family {
    class: "OAuth2Provider",
    title: "OAuth2/OpenID Provider",
    component: "ak-provider-oauth2-form",
    fields: &[
        NAME,
        one("authentication_flow", "flows"),
        required("authorization_flow", FieldKind::One("flows")),
        required("invalidation_flow", FieldKind::One("flows")),
        many("property_mappings", "mappings"),
        choice("client_type", &["confidential", "public"], "confidential"),
        // Left out it is empty, and then nothing works; an empty list is refused (section 7).
        field("grant_types", FieldKind::Words(GRANTS, true), Standard::List(&[])),
        field("client_id", FieldKind::Filled, Standard::Fresh(secret::random_text::<30>)),
        field("client_secret", FieldKind::Text, Standard::Fresh(secret::random_text::<96>)),
        duration("access_code_validity", "minutes=1"),
        duration("access_token_validity", "hours=1"),
        duration("refresh_token_validity", "days=30"),
        duration("refresh_token_threshold", "seconds=0"),
        flag("include_claims_in_id_token", true),
        one("signing_key", "keyPairs"),
        one("encryption_key", "keyPairs"),
        required("redirect_uris", FieldKind::RedirectUris),
        text("logout_uri", ""),
        choice("logout_method", &["backchannel", "frontchannel"], "backchannel"),
        choice("sub_mode", SUB_MODES, "hashed_user_id"),
        choice("issuer_mode", &["global", "per_provider"], "per_provider"),
        // There are no sources, so none can be named.
        many("jwt_federation_sources", "sources"),
        many("jwt_federation_providers", "providers"),
    ],
    unique: &[
        ("name", "provider with this name already exists."),
        ("client_id", "OAuth2/OpenID Provider with this Client ID already exists."),
    ],
    filters: &[
        "name",
        "client_id",
        "client_type",
        "authorization_flow",
        "property_mappings",
        "signing_key",
        "sub_mode",
        "issuer_mode",
        "access_token_validity",
        "refresh_token_validity",
        "include_claims_in_id_token",
    ],
    ..family("providers", "providers/oauth2", "authentik_providers_oauth2", "oauth2provider")
};

/// Slugs that would hide an endpoint.
const RESERVED: [&str; 7] = ["authorize", "token", "device", "userinfo", "introspect", "revoke", "jwks"];

pub static APPLICATION: Family = Family {
    class: "Application",
    key: "slug",
    fields: &[
        NAME,
        required("slug", FieldKind::Slug),
        one("provider", "providers"),
        many("backchannel_providers", "providers"),
        flag("open_in_new_tab", false),
        text("meta_launch_url", ""),
        text("meta_icon", ""),
        text("meta_description", ""),
        text("meta_publisher", ""),
        choice("policy_engine_mode", ENGINE_MODES, "any"),
        text("group", ""),
        flag("meta_hide", false),
    ],
    unique: &[
        ("slug", "Application with this slug already exists."),
        ("provider", "Application with this provider already exists."),
    ],
    filters: &["name", "slug", "group", "meta_launch_url", "meta_description", "meta_publisher"],
    check: |_, application| {
        let slug = objects::text(application, "slug");
        if !RESERVED.contains(&slug) {
            return Ok(());
        }
        Err(("slug", format!("The slug '{slug}' is reserved and cannot be used for applications.")))
    },
    ..family("applications", "core/applications", "authentik_core", "application")
};

pub static SCOPE_MAPPING: Family = Family {
    class: "ScopeMapping",
    title: "Scope Mapping",
    component: "ak-property-mapping-provider-scope-form",
    fields: &[
        field("managed", FieldKind::Filled, Standard::Null),
        NAME,
        required("expression", FieldKind::Code("None")),
        required("scope_name", FieldKind::Filled),
        text("description", ""),
    ],
    unique: &[("name", "Property Mapping with this name already exists.")],
    filters: &["managed", "managed__isnull", "name", "scope_name"],
    ..family("mappings", "propertymappings/provider/scope", "authentik_providers_oauth2", "scopemapping")
};

pub static KEY_PAIR: Family = Family {
    class: "CertificateKeyPair",
    fields: &[NAME],
    unique: &[("name", "Certificate-Key Pair with this name already exists.")],
    filters: &["name", "has_key", "key_type", "managed", "managed__isnull"],
    ..family("keyPairs", "crypto/certificatekeypairs", "authentik_crypto", "certificatekeypair")
};
