//! Roles, API tokens and brands (sections 10 and 12).

use super::{
    Family, FieldKind, NAME, Standard, choice, family, field, filled, flag, many, one, required, text,
};
use crate::sim::objects;

pub static ROLE: Family = Family {
    class: "Role",
    fields: &[NAME],
    unique: &[("name", "Role with this name already exists.")],
    filters: &["name", "users"],
    ..family("roles", "rbac/roles", "authentik_rbac", "role")
};

pub static TOKEN: Family = Family {
    class: "Token",
    key: "identifier",
    fields: &[
        field("managed", FieldKind::Filled, Standard::Null),
        required("identifier", FieldKind::Slug),
        choice("intent", &["verification", "api", "recovery", "app_password"], "api"),
        one("user", "users"),
        text("description", ""),
        field("expires", FieldKind::Time, Standard::Null),
        flag("expiring", true),
    ],
    unique: &[("identifier", "Token with this identifier already exists.")],
    filters: &["identifier", "intent", "user__username", "description", "expiring", "managed"],
    order: "identifier",
    check: |_, token| match objects::text(token, "intent") {
        "api" | "app_password" => Ok(()),
        other => Err(("intent", format!("Invalid intent {other}"))),
    },
    ..family("tokens", "core/tokens", "authentik_core", "token")
};

pub static BRAND: Family = Family {
    class: "Brand",
    key: "brand_uuid",
    fields: &[
        required("domain", FieldKind::Filled),
        flag("default", false),
        filled("branding_title", "authentik"),
        filled("branding_logo", "/static/dist/assets/icons/icon_left_brand.svg"),
        filled("branding_favicon", "/static/dist/assets/icons/icon.png"),
        text("branding_custom_css", ""),
        filled("branding_default_flow_background", "/static/dist/assets/images/flow_background.jpg"),
        one("flow_authentication", "flows"),
        one("flow_invalidation", "flows"),
        one("flow_recovery", "flows"),
        one("flow_unenrollment", "flows"),
        one("flow_user_settings", "flows"),
        one("flow_device_code", "flows"),
        one("flow_lockdown", "flows"),
        one("default_application", "applications"),
        one("web_certificate", "keyPairs"),
        many("client_certificates", "keyPairs"),
        field("attributes", FieldKind::Object, Standard::Object),
    ],
    check: |world, brand| {
        let id = objects::text(brand, "brand_uuid");
        let mut others = world.objects.of("brands").filter(|other| objects::text(other, "brand_uuid") != id);
        if objects::flag(brand, "default") && others.any(|other| objects::flag(other, "default")) {
            return Err(("default", "Only a single brand can be set as default.".to_owned()));
        }
        Ok(())
    },
    filters: &[
        "brand_uuid",
        "domain",
        "default",
        "branding_title",
        "flow_authentication",
        "flow_invalidation",
        "flow_recovery",
        "flow_unenrollment",
        "flow_user_settings",
        "flow_device_code",
        "flow_lockdown",
        "web_certificate",
    ],
    order: "domain",
    ..family("brands", "core/brands", "authentik_brands", "brand")
};
