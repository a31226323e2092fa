//! Stages of flows, and the fields of prompts (sections 9 and 10). The setup stages, the password stage and those of
//! consent and sign-out are shipped only.

use super::{
    Family, FieldKind, NAME, Standard, choice, decimal, duration, family, field, filled, flag, many, number,
    one, required, text, words,
};
use crate::sim::objects;

/// Names a class that has nothing to do with it (section 9).
const TAKEN: &[(&str, &str)] = &[(
    "name",
    "authentik.providers.oauth2.views.authorize.OAuthFulfillmentStage with this name already exists.",
)];

const fn stage(place: &'static str, app: &'static str, model: &'static str) -> Family {
    Family { unique: TAKEN, filters: &["name", "stage_uuid"], ..family("stages", place, app, model) }
}

pub static IDENTIFICATION: Family = Family {
    class: "IdentificationStage",
    title: "Identification Stage",
    component: "ak-stage-identification-form",
    fields: &[
        NAME,
        words("user_fields", &["email", "username", "upn"], &[]),
        one("password_stage", "stages"),
        one("captcha_stage", "stages"),
        flag("case_insensitive_matching", true),
        flag("show_matched_user", true),
        one("enrollment_flow", "flows"),
        one("recovery_flow", "flows"),
        one("passwordless_flow", "flows"),
        many("sources", "sources"),
        flag("show_source_labels", false),
        flag("pretend_user_exists", true),
        flag("enable_remember_me", false),
        one("webauthn_stage", "stages"),
    ],
    ..stage("stages/identification", "authentik_stages_identification", "identificationstage")
};

pub static EMAIL: Family = Family {
    class: "EmailStage",
    title: "Email Stage",
    component: "ak-stage-email-form",
    fields: &[
        NAME,
        flag("use_global_settings", false),
        filled("host", "localhost"),
        number("port", 25),
        text("username", ""),
        text("password", ""),
        flag("use_tls", false),
        flag("use_ssl", false),
        number("timeout", 10),
        filled("from_address", "system@authentik.local"),
        duration("token_expiry", "minutes=30"),
        filled("subject", "authentik"),
        filled("template", "email/password_reset.html"),
        flag("activate_user_on_success", false),
        number("recovery_max_attempts", 5),
        duration("recovery_cache_timeout", "minutes=5"),
    ],
    ..stage("stages/email", "authentik_stages_email", "emailstage")
};

pub static PROMPT_STAGE: Family = Family {
    class: "PromptStage",
    title: "Prompt Stage",
    component: "ak-stage-prompt-form",
    fields: &[
        NAME,
        field("fields", FieldKind::Many("prompts"), Standard::Required),
        many("validation_policies", "policies"),
    ],
    ..stage("stages/prompt/stages", "authentik_stages_prompt", "promptstage")
};

const PROMPT_TYPES: &[&str] = &[
    "text",
    "text_area",
    "text_read_only",
    "text_area_read_only",
    "username",
    "email",
    "password",
    "number",
    "checkbox",
    "radio-button-group",
    "dropdown",
    "date",
    "date-time",
    "file",
    "separator",
    "hidden",
    "static",
    "alert_info",
    "alert_warning",
    "alert_danger",
    "ak-locale",
];

pub static PROMPT: Family = Family {
    class: "Prompt",
    fields: &[
        NAME,
        required("field_key", FieldKind::Filled),
        required("label", FieldKind::Filled),
        required("type", FieldKind::Choice(PROMPT_TYPES)),
        flag("required", true),
        text("placeholder", ""),
        text("initial_value", ""),
        number("order", 0),
        text("sub_text", ""),
        flag("placeholder_expression", false),
        flag("initial_value_expression", false),
    ],
    unique: &[("name", "Prompt with this name already exists.")],
    filters: &["name", "field_key", "label", "type", "placeholder"],
    ..family("prompts", "stages/prompt/prompts", "authentik_stages_prompt", "prompt")
};

pub static USER_WRITE: Family = Family {
    class: "UserWriteStage",
    title: "User Write Stage",
    component: "ak-stage-user-write-form",
    fields: &[
        NAME,
        choice(
            "user_creation_mode",
            &["never_create", "create_when_required", "always_create"],
            "create_when_required",
        ),
        flag("create_users_as_inactive", false),
        one("create_users_group", "groups"),
        choice("user_type", &["internal", "external", "service_account"], "external"),
        text("user_path_template", ""),
    ],
    ..stage("stages/user_write", "authentik_stages_user_write", "userwritestage")
};

pub static USER_LOGIN: Family = Family {
    class: "UserLoginStage",
    title: "User Login Stage",
    component: "ak-stage-user-login-form",
    fields: &[
        NAME,
        duration("session_duration", "seconds=0"),
        flag("terminate_other_sessions", false),
        duration("remember_me_offset", "seconds=0"),
        choice(
            "network_binding",
            &["no_binding", "bind_asn", "bind_asn_network", "bind_asn_network_ip"],
            "no_binding",
        ),
        choice(
            "geoip_binding",
            &["no_binding", "bind_continent", "bind_continent_country", "bind_continent_country_city"],
            "no_binding",
        ),
        duration("remember_device", "days=30"),
    ],
    ..stage("stages/user_login", "authentik_stages_user_login", "userloginstage")
};

pub static DENY: Family = Family {
    class: "DenyStage",
    title: "Deny Stage",
    component: "ak-stage-deny-form",
    fields: &[NAME, text("deny_message", "")],
    ..stage("stages/deny", "authentik_stages_deny", "denystage")
};

const DEVICE_CLASSES: &[&str] = &["static", "totp", "webauthn", "duo", "sms", "email"];

pub static VALIDATE: Family = Family {
    class: "AuthenticatorValidateStage",
    title: "Authenticator Validation Stage",
    component: "ak-stage-authenticator-validate-form",
    fields: &[
        NAME,
        choice("not_configured_action", &["skip", "deny", "configure"], "skip"),
        words("device_classes", DEVICE_CLASSES, &["static", "totp", "webauthn", "duo", "sms", "email"]),
        many("configuration_stages", "stages"),
        duration("last_auth_threshold", "seconds=0"),
        choice("webauthn_user_verification", &["required", "preferred", "discouraged"], "preferred"),
        words("webauthn_hints", &["security-key", "client-device", "hybrid"], &[]),
        many("webauthn_allowed_device_types", "deviceTypes"),
        decimal("email_otp_throttling_factor", 1.0),
        decimal("sms_otp_throttling_factor", 1.0),
        decimal("totp_otp_throttling_factor", 1.0),
        decimal("static_otp_throttling_factor", 1.0),
    ],
    check: |_, stage| {
        let has_setup = objects::texts(stage, "configuration_stages").next().is_some();
        if objects::text(stage, "not_configured_action") != "configure" || has_setup {
            return Ok(());
        }
        let why =
            "When \"Not configured action\" is set to \"Configure\", you must set a configuration stage.";
        Err(("not_configured_action", why.to_owned()))
    },
    ..stage(
        "stages/authenticator/validate",
        "authentik_stages_authenticator_validate",
        "authenticatorvalidatestage",
    )
};

pub static PASSWORD: Family = Family {
    class: "PasswordStage",
    title: "Password Stage",
    component: "ak-stage-password-form",
    fields: &[NAME],
    ..stage("stages/password", "authentik_stages_password", "passwordstage")
};

pub static CONSENT: Family = Family {
    class: "ConsentStage",
    title: "Consent Stage",
    component: "ak-stage-consent-form",
    fields: &[NAME],
    ..stage("stages/consent", "authentik_stages_consent", "consentstage")
};

pub static USER_LOGOUT: Family = Family {
    class: "UserLogoutStage",
    title: "User Logout Stage",
    component: "ak-stage-user-logout-form",
    fields: &[NAME],
    ..stage("stages/user_logout", "authentik_stages_user_logout", "userlogoutstage")
};

pub static TOTP_SETUP: Family = Family {
    class: "AuthenticatorTOTPStage",
    title: "TOTP Authenticator Setup Stage",
    component: "ak-stage-authenticator-totp-form",
    fields: &[NAME],
    ..stage("stages/authenticator/totp", "authentik_stages_authenticator_totp", "authenticatortotpstage")
};

pub static STATIC_SETUP: Family = Family {
    class: "AuthenticatorStaticStage",
    title: "Static Authenticator Setup Stage",
    component: "ak-stage-authenticator-static-form",
    fields: &[NAME],
    ..stage(
        "stages/authenticator/static",
        "authentik_stages_authenticator_static",
        "authenticatorstaticstage",
    )
};

pub static WEBAUTHN_SETUP: Family = Family {
    class: "AuthenticatorWebAuthnStage",
    title: "WebAuthn Authenticator Setup Stage",
    component: "ak-stage-authenticator-webauthn-form",
    fields: &[NAME],
    ..stage(
        "stages/authenticator/webauthn",
        "authentik_stages_authenticator_webauthn",
        "authenticatorwebauthnstage",
    )
};
