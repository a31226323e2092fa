//! Roles: what their members may do (section 12). A permission is a word such as `authentik_core.view_user`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::family;
use super::objects::{Object, texts, value_of};
use super::world::World;

/// Models that aren't among the families, and what may be done with them.
const MODELS: [(&str, &str); 23] = [
    ("authentik_core", "user"),
    ("authentik_core", "group"),
    ("authentik_core", "authenticatedsession"),
    ("authentik_events", "event"),
    ("authentik_flows", "stage"),
    ("authentik_policies", "policy"),
    ("authentik_policies_geoip", "geoippolicy"),
    ("authentik_policies_password", "passwordpolicy"),
    ("authentik_policies_reputation", "reputationpolicy"),
    ("authentik_providers_oauth2", "accesstoken"),
    ("authentik_providers_oauth2", "authorizationcode"),
    ("authentik_providers_oauth2", "refreshtoken"),
    ("authentik_rbac", "initialpermissions"),
    ("authentik_stages_authenticator_duo", "duodevice"),
    ("authentik_stages_authenticator_email", "emaildevice"),
    ("authentik_stages_authenticator_sms", "smsdevice"),
    ("authentik_stages_authenticator_static", "staticdevice"),
    ("authentik_stages_authenticator_totp", "totpdevice"),
    ("authentik_stages_authenticator_webauthn", "webauthndevice"),
    ("authentik_stages_invitation", "invitation"),
    ("authentik_stages_invitation", "invitationstage"),
    ("authentik_blueprints", "blueprintinstance"),
    ("authentik_core", "propertymapping"),
];

/// What may be done beside viewing, adding, changing and deleting.
const PARTICULAR: [(&str, &str, &str); 22] = [
    ("authentik_core", "user", "reset_user_password"),
    ("authentik_core", "user", "impersonate"),
    ("authentik_core", "user", "preview_user"),
    ("authentik_core", "user", "view_user_applications"),
    ("authentik_core", "group", "add_user_to_group"),
    ("authentik_core", "group", "remove_user_from_group"),
    ("authentik_core", "group", "enable_group_superuser"),
    ("authentik_core", "group", "disable_group_superuser"),
    ("authentik_core", "token", "view_token_key"),
    ("authentik_core", "token", "set_token_key"),
    ("authentik_crypto", "certificatekeypair", "view_certificatekeypair_certificate"),
    ("authentik_crypto", "certificatekeypair", "view_certificatekeypair_key"),
    ("authentik_flows", "flow", "export_flow"),
    ("authentik_flows", "flow", "inspect_flow"),
    ("authentik_rbac", "role", "assign_role_permissions"),
    ("authentik_rbac", "role", "unassign_role_permissions"),
    ("authentik_rbac", "systempermission", "access_admin_interface"),
    ("authentik_rbac", "systempermission", "edit_system_settings"),
    ("authentik_rbac", "systempermission", "manage_media_files"),
    ("authentik_rbac", "systempermission", "view_media_files"),
    ("authentik_rbac", "systempermission", "view_system_info"),
    ("authentik_rbac", "systempermission", "view_system_settings"),
];

/// One permission.
pub struct Permission {
    pub number: usize,
    pub app: &'static str,
    pub model: &'static str,
    pub codename: String,
}

impl Permission {
    pub fn word(&self) -> String {
        format!("{}.{}", self.app, self.codename)
    }

    /// As a role's own permissions show it.
    pub fn json(&self) -> Value {
        json!({
            "id": self.number,
            "codename": self.codename,
            "model": self.model,
            "app_label": self.app,
            "name": format!("Can {}", self.codename.replace('_', " ")),
        })
    }
}

/// All permissions that there are.
pub fn permissions() -> Vec<Permission> {
    let families = family::ALL.into_iter().map(|family| (family.app, family.model));
    let models: BTreeSet<_> = families.chain(MODELS).collect();
    let usual = models.into_iter().flat_map(|(app, model)| {
        ["add", "change", "delete", "view"].map(|verb| (app, model, format!("{verb}_{model}")))
    });
    let particular = PARTICULAR.map(|(app, model, codename)| (app, model, codename.to_owned()));
    let all = usual.chain(particular).enumerate();
    all.map(|(at, (app, model, codename))| Permission { number: at + 1, app, model, codename }).collect()
}

impl World {
    pub(super) fn roles_of(&self, user: i64) -> impl Iterator<Item = &Object> {
        let is_member = move |role: &&Object| {
            let mut members = value_of(role, "members").as_array().into_iter().flatten();
            members.any(|member| *member == user)
        };
        self.objects.of("roles").filter(is_member)
    }

    /// Whether a user may do something with all objects: a superuser may, others by their roles.
    pub(super) fn may(&self, user: i64, permission: &str) -> bool {
        let of_role = |role: &Object| texts(role, "permissions").any(|known| known == permission);
        self.is_superuser(user) || self.roles_of(user).any(of_role)
    }

    /// The permissions of the system, not of models, that a user has by roles.
    pub(super) fn system_permissions_of(&self, user: i64) -> BTreeSet<&str> {
        let all = self.roles_of(user).flat_map(|role| texts(role, "permissions"));
        all.filter_map(|word| word.strip_prefix("authentik_rbac.")).collect()
    }

    /// Makes a user a member of exactly those roles.
    pub(super) fn set_roles(&mut self, user: i64, roles: &BTreeSet<String>) {
        self.leave_roles(user);
        for role in roles {
            self.change_members(role, |members| members.push(json!(user)));
        }
    }

    /// Changes who is in a role.
    pub(super) fn change_members(&mut self, role: &str, change: impl FnOnce(&mut Vec<Value>)) {
        let Some(role) = self.objects.get_mut("roles", role) else {
            return;
        };
        let members = role.entry("members").or_insert_with(|| json!([]));
        if let Value::Array(members) = members {
            change(members);
        }
    }
}
