//! What a call needs of an account that is no superuser: the permissions of its roles, by route and method (section 12).

use axum::http::Method;

use crate::sim::family;
use crate::sim::world::World;

/// What a call needs.
pub enum Needs {
    /// Any token will do; the answer may depend on whose it is.
    Nothing,
    /// All of these.
    Permissions(Vec<String>),
    /// This server has no rule for anybody else.
    Superuser,
}

impl Needs {
    pub fn are_met(&self, world: &World, user: i64) -> bool {
        match self {
            Self::Nothing => true,
            Self::Permissions(words) => words.iter().all(|word| world.may(user, word)),
            Self::Superuser => world.is_superuser(user),
        }
    }

    /// What a call to a path of the API needs.
    pub fn of(method: &Method, path: &str) -> Self {
        let parts: Vec<&str> = path.trim_matches('/').split('/').skip(2).collect();
        match parts.as_slice() {
            ["core", "users", "me"]
            | ["admin", "version"]
            | ["rbac", "permissions"]
            | ["authenticators", "admin", "all"]
            | ["core", "applications", _, "check_access"]
            // Everybody has tokens of his own ...
            | ["core", "tokens", ..] => Self::Nothing,
            // ... and sees what he may open.
            ["core", "applications"] if method == Method::GET => Self::Nothing,
            ["core", "users", "service_account"] => {
                Self::words(&["authentik_core.add_user", "authentik_core.add_token"])
            }
            ["core", "users", _, "set_password" | "set_password_hash" | "recovery"] => {
                Self::words(&["authentik_core.reset_user_password"])
            }
            ["core", "groups", _, "add_user"] => Self::words(&["authentik_core.add_user_to_group"]),
            ["core", "groups", _, "remove_user"] => Self::words(&["authentik_core.remove_user_from_group"]),
            ["core", "authenticated_sessions", "bulk_delete"] => {
                Self::words(&["authentik_core.delete_authenticatedsession"])
            }
            ["admin", "settings"] if method == Method::GET => {
                Self::words(&["authentik_rbac.view_system_settings"])
            }
            ["admin", "settings"] => Self::words(&["authentik_rbac.edit_system_settings"]),
            ["rbac", "permissions", "assigned_by_roles"] => Self::words(&["authentik_rbac.view_role"]),
            ["rbac", "permissions", "assigned_by_roles", _, "assign"] => {
                Self::words(&["authentik_rbac.assign_role_permissions"])
            }
            ["rbac", "permissions", "assigned_by_roles", _, "unassign"] => {
                Self::words(&["authentik_rbac.unassign_role_permissions"])
            }
            ["rbac", "roles", _, "add_user" | "remove_user"] => Self::words(&["authentik_rbac.change_role"]),
            parts => Self::of_model(method, parts),
        }
    }

    fn words(words: &[&str]) -> Self {
        Self::Permissions(words.iter().map(|word| (*word).to_owned()).collect())
    }

    /// Viewing, adding, changing or deleting. What can't be viewed isn't found, so both are needed for one object.
    fn of_model(method: &Method, parts: &[&str]) -> Self {
        let Some((app, model, is_one)) = model(parts) else {
            return Self::Superuser;
        };
        let verb = match *method {
            Method::POST => "add",
            Method::PUT | Method::PATCH => "change",
            Method::DELETE => "delete",
            _ => "view",
        };
        let mut words = vec![format!("{app}.{verb}_{model}")];
        if is_one && verb != "view" {
            words.push(format!("{app}.view_{model}"));
        }
        Self::Permissions(words)
    }
}

/// The model that a path is about, and whether it names one object.
fn model(parts: &[&str]) -> Option<(String, String, bool)> {
    let of =
        |app: &str, model: &str, rest: &[&str]| Some((app.to_owned(), model.to_owned(), !rest.is_empty()));
    match parts {
        ["core", "users", rest @ ..] => return of("authentik_core", "user", rest),
        ["core", "groups", rest @ ..] => return of("authentik_core", "group", rest),
        ["core", "authenticated_sessions", rest @ ..] => {
            return of("authentik_core", "authenticatedsession", rest);
        }
        ["oauth2", "refresh_tokens", rest @ ..] => {
            return of("authentik_providers_oauth2", "refreshtoken", rest);
        }
        ["oauth2", "access_tokens", rest @ ..] => {
            return of("authentik_providers_oauth2", "accesstoken", rest);
        }
        ["authenticators", "admin", kind, rest @ ..] => {
            let app = format!("authentik_stages_authenticator_{kind}");
            return of(&app, &format!("{kind}device"), rest);
        }
        ["stages", "all", rest @ ..] => return of("authentik_flows", "stage", rest),
        ["policies", "all", rest @ ..] => return of("authentik_policies", "policy", rest),
        ["propertymappings", "all", rest @ ..] => return of("authentik_core", "propertymapping", rest),
        _ => {}
    }
    family::ALL.into_iter().find_map(|family| {
        let place: Vec<&str> = family.place.split('/').collect();
        of(family.app, family.model, parts.strip_prefix(place.as_slice())?)
    })
}
