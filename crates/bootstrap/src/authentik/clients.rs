//! The three clients: portal, operator console and file service, and the claims that their tokens have.

use crate::engine::OTHERS;
use crate::entry::{Entry, Guard, Ref, Rule, Setting, Told, Want};
use crate::model::Model;

use super::{ADMINS, OPERATOR, PORTAL, WHY_OPERATORS};

/// The claim by which the file service knows accounts; its setting `PROXY_USER_OIDC_CLAIM` (ocis, section 13).
pub const FILES_CLAIM: &str = "dezky_files_account";
/// The mapping that makes this claim.
pub const FILES_MAPPING: &str = "dezky-files-account";
/// Every sign-in to files asks for this scope.
pub const FILES_SCOPE: &str = "profile";

const GROUPS_MAPPING: &str = "groups-claim";
const FILES_PROVIDER: &str = "files-provider";
const WHY_SIGN_IN: &str = "bootstrap-why-sign-in";
const WHY_GROUPS: &str = "bootstrap-why-groups";
const WHY_FILES: &str = "bootstrap-why-files";

/// Groups come by name and with those that they are in turn in. The shipped mapping names them too, so names may come
/// twice, and whoever reads them takes them as a set (authentik, section 8).
const GROUPS: &str = "return {\"groups\": [group.name for group in request.user.all_groups()]}";

/// The mappings that the server brings along, by the ends of their ids.
const SHIPPED: [&str; 4] = [
    "goauthentik.io/providers/oauth2/scope-openid",
    "goauthentik.io/providers/oauth2/scope-email",
    "goauthentik.io/providers/oauth2/scope-profile",
    "goauthentik.io/providers/oauth2/scope-offline_access",
];

/// The claim as it stays: nobody can take another's name.
pub fn files_claim() -> String {
    format!("return {{\"{FILES_CLAIM}\": str(request.user.uuid)}}")
}

/// The claim by which people are known as platform admins at their first sign-in.
pub fn groups() -> Entry {
    Entry::new(GROUPS_MAPPING, WHY_GROUPS, Model::ScopeMapping, "name", "dezky-groups".into())
        .exactly("scope_name", "profile")
        .exactly("expression", GROUPS)
}

/// The client of the portal.
pub fn portal() -> [Entry; 2] {
    [
        console(PORTAL, "dezky-portal", Setting::Portal),
        application("portal-application", WHY_SIGN_IN, "dezky-portal".into(), PORTAL)
            .at_first("name", "Portal")
            .at_first("meta_launch_url", Setting::Portal),
    ]
}

/// The client of the operator console. It is for members of their group alone: the first of three doors [A15]. Without a
/// binding an application is open to everybody (authentik, section 7), so it gets its provider after the binding.
pub fn operator() -> [Entry; 4] {
    let members = [("target", "operator-application"), ("group", ADMINS)];
    let said = |field, want, told, why| Guard { field, want, told, why, is_usable: true };
    let nobody = Want::List(Vec::new());
    [
        console(OPERATOR, "dezky-operator", Setting::Operator),
        shut("operator-application", WHY_SIGN_IN, "dezky-operator".into(), OPERATOR)
            .at_first("name", "Operator console")
            .at_first("meta_launch_url", Setting::Operator),
        Entry::between("operator-binding", WHY_OPERATORS, Model::PolicyBinding, members)
            .at_first("order", 0_i64)
            .exactly("enabled", true)
            .exactly("negate", false)
            .unless(said(OTHERS, nobody, Told::Within, "bootstrap-left-bindings")),
        application("operator-open", WHY_SIGN_IN, "dezky-operator".into(), OPERATOR)
            .once("operator-binding")
            .unless(said("policy_engine_mode", "any".into(), Told::OrUnset, "bootstrap-left-mode")),
    ]
}

/// The client of the file service, which is public: its web client keeps no secret (ocis, section 13).
pub fn files() -> [Entry; 3] {
    let claim = Entry::new("files-claim", WHY_FILES, Model::ScopeMapping, "name", FILES_MAPPING.into())
        .exactly("scope_name", FILES_SCOPE)
        .exactly("expression", files_claim().as_str());
    let redirects = [
        redirect(Setting::Files, "/", "authorization"),
        redirect(Setting::Files, "/oidc-callback.html", "authorization"),
        redirect(Setting::Files, "/oidc-silent-redirect.html", "authorization"),
        redirect(Setting::Files, "/", "logout"),
    ];
    let provider =
        Entry::new(FILES_PROVIDER, WHY_FILES, Model::Provider, "client_id", Setting::FilesClient.into())
            .at_first("name", Setting::FilesClient)
            // One that keeps a secret may be another program's too.
            .at_first("client_type", "public");
    let provider = usual(provider, &["authorization_code", "refresh_token", "client_credentials"])
        .at_first("invalidation_flow", flow("default-invalidation-flow"))
        .at_least("redirect_uris", redirects.to_vec())
        .at_least("property_mappings", mappings(&[GROUPS_MAPPING, "files-claim"]))
        .exactly("logout_uri", Want::Text(Setting::Files, "/backchannel_logout"))
        .exactly("logout_method", "backchannel");
    [
        claim,
        provider,
        application("files-application", WHY_FILES, Setting::FilesClient.into(), FILES_PROVIDER)
            .at_first("name", "Files")
            .at_first("meta_launch_url", Setting::Files),
    ]
}

/// Signing out of a console ends the single sign-on session too, which only this flow does (authentik, section 14).
fn console(id: &'static str, client: &'static str, origin: Setting) -> Entry {
    let redirects = vec![
        redirect(origin, "/sign-in/callback", "authorization"),
        redirect(origin, "/signed-out", "logout"),
    ];
    let provider = Entry::new(id, WHY_SIGN_IN, Model::Provider, "client_id", client.into())
        .at_first("name", client)
        .exactly("client_type", "confidential");
    usual(provider, &["authorization_code", "refresh_token"])
        .exactly("invalidation_flow", flow("default-invalidation-flow"))
        .at_least("redirect_uris", redirects)
        .at_least("property_mappings", mappings(&[GROUPS_MAPPING]))
}

/// What all of them have: tokens that name accounts by their UUID and are signed by a key that others can check.
fn usual(provider: Entry, grants: &[&'static str]) -> Entry {
    let key = Ref::Found(Model::KeyPair, "name", "authentik Self-signed Certificate");
    provider
        .at_first("authorization_flow", flow("default-provider-authorization-implicit-consent"))
        .at_least("grant_types", grants.iter().map(|grant| (*grant).into()).collect())
        .exactly("sub_mode", "user_uuid")
        .exactly("issuer_mode", "per_provider")
        .exactly("include_claims_in_id_token", true)
        .with("signing_key", key.into(), Rule::UnlessSet(None))
        .at_first("access_token_validity", "minutes=10")
}

fn application(id: &'static str, why: &'static str, slug: Want, provider: &'static str) -> Entry {
    shut(id, why, slug, provider).exactly("provider", Ref::Of(provider))
}

/// An application as long as it has no provider: nobody signs in by it. With another provider it is somebody else's.
fn shut(id: &'static str, why: &'static str, slug: Want, provider: &'static str) -> Entry {
    Entry::new(id, why, Model::Application, "slug", slug).unless(Guard {
        field: "provider",
        want: Ref::Of(provider).into(),
        told: Told::OrUnset,
        why: "bootstrap-left-application",
        is_usable: false,
    })
}

fn flow(slug: &'static str) -> Ref {
    Ref::Found(Model::Flow, "slug", slug)
}

fn redirect(origin: Setting, path: &'static str, kind: &'static str) -> Want {
    Want::Object(vec![
        ("matching_mode", "strict".into()),
        ("url", Want::Text(origin, path)),
        ("redirect_uri_type", kind.into()),
    ])
}

fn mappings(own: &[&'static str]) -> Vec<Want> {
    let shipped = SHIPPED.iter().map(|managed| Ref::Found(Model::ScopeMapping, "managed", managed));
    shipped.chain(own.iter().map(|id| Ref::Of(id))).map(Want::Ref).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_console_gets_its_provider_once_its_binding_is_there() {
        let entries = operator();
        let position = |is_it: &dyn Fn(&Entry) -> bool| entries.iter().position(is_it).unwrap();
        let bound = position(&|entry| entry.model == Model::PolicyBinding);
        let sets_provider = |entry: &Entry| entry.attributes.iter().any(|one| one.field == "provider");
        let opened = position(&|entry| entry.model == Model::Application && sets_provider(entry));
        assert!(bound < opened, "{bound} {opened}");
        assert_eq!(entries[opened].after, ["operator-binding"]);
    }

    #[test]
    fn an_application_with_another_provider_is_left() {
        for entry in portal().into_iter().chain(operator()).chain(files()) {
            let is_guarded = entry.guards.iter().any(|guard| guard.field == "provider" && !guard.is_usable);
            assert_eq!(is_guarded, entry.model == Model::Application, "{}", entry.id);
        }
    }
}
