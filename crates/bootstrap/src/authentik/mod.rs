//! What Dezky needs in Authentik, in the order in which it is made: claims, the three clients, the recovery of passwords,
//! and Dezky's own account with the rights that it uses (authentik, sections 6 to 12).

mod clients;
mod recovery;
pub mod rights;

use crate::engine;
use crate::entry::{Entry, Guard, Ref, Setting, Settings, Told, Want};
use crate::model::Model;

pub use clients::{FILES_CLAIM, FILES_MAPPING, FILES_SCOPE, files_claim};

/// The entry with the group whose members run the platform.
pub const ADMINS: &str = "admins";
/// The entry with Dezky's API token.
pub const TOKEN: &str = "token";
/// The identifier of that token.
pub const TOKEN_IDENTIFIER: &str = "dezky-api";
/// The entries of the consoles' clients, whose secrets the product needs.
pub const PORTAL: &str = "portal-provider";
/// The same of the operator console.
pub const OPERATOR: &str = "operator-provider";

const NAME: &str = "dezky";
const WHY_OPERATORS: &str = "bootstrap-why-operators";
const WHY_RIGHTS: &str = "bootstrap-why-rights";

/// All entries that an installation needs: those of consoles that are served, and of the file service where there is one.
pub fn entries(settings: &Settings) -> Vec<Entry> {
    let mut entries = vec![admins(), clients::groups()];
    if settings.portal.is_some() {
        entries.extend(clients::portal());
    }
    if settings.operator.is_some() {
        entries.extend(clients::operator());
    }
    if settings.files.is_some() {
        entries.extend(clients::files());
    }
    entries.extend(recovery::entries());
    entries.extend([role(), account(), token()]);
    entries
}

/// Whose members run the platform. Who they are is nobody's to say here.
fn admins() -> Entry {
    Entry::new(ADMINS, WHY_OPERATORS, Model::Group, "name", Setting::AdminGroup.into()).unless(Guard {
        field: "is_superuser",
        want: false.into(),
        told: Told::Exactly,
        why: "bootstrap-left-superusers",
        is_usable: true,
    })
}

/// Whoever else has it would get all of Dezky's rights.
fn role() -> Entry {
    let only = |field, names: &[&str]| Guard {
        field,
        want: names.into(),
        told: Told::Within,
        why: "bootstrap-left-role",
        is_usable: false,
    };
    let names: Vec<Want> = rights::RIGHTS.iter().map(|(name, _)| (*name).into()).collect();
    Entry::new("role", WHY_RIGHTS, Model::Role, "name", NAME.into())
        .exactly("permissions", Want::List(names))
        .unless(only(engine::USERS, &[NAME]))
        .unless(only(engine::GROUPS, &[]))
}

/// A person's account of this name is theirs. Ours has no rights but those of the role.
fn account() -> Entry {
    let other = |field, want, why| Guard { field, want, told: Told::Exactly, why, is_usable: false };
    Entry::new("account", WHY_RIGHTS, Model::User, "username", NAME.into())
        .at_first("name", "Dezky")
        .at_first("type", "service_account")
        .at_first("path", "goauthentik.io/service-accounts")
        .exactly("is_active", true)
        .exactly("roles", Want::List(vec![Ref::Of("role").into()]))
        .exactly("groups", Want::List(Vec::new()))
        .unless(other("type", "service_account".into(), "bootstrap-left-person"))
        .unless(other("is_superuser", false.into(), "bootstrap-left-superuser"))
}

/// Without `expiring` it would be another one after half an hour (authentik, section 12).
fn token() -> Entry {
    let why = "bootstrap-left-token";
    let other = |field, want| Guard { field, want, told: Told::Exactly, why, is_usable: false };
    Entry::new(TOKEN, WHY_RIGHTS, Model::Token, "identifier", TOKEN_IDENTIFIER.into())
        .at_first("intent", "api")
        .at_first("user", Ref::Of("account"))
        .at_first("description", "Dezky")
        .exactly("expiring", false)
        .unless(other("intent", "api".into()))
        .unless(other("user", Ref::Of("account").into()))
}
