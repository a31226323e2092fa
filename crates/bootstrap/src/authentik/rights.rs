//! What Dezky's service account may do, and what for. The least that works: each right is one of a call that the product,
//! or `dezky doctor`, makes (authentik, section 12).

use std::fmt::Write as _;

/// A permission of Authentik, and what Dezky does with it. Its own token it sees without any.
pub const RIGHTS: &[(&str, &str)] = &[
    // People.
    ("authentik_core.view_user", "finds accounts, and reads who is in a group"),
    ("authentik_core.add_user", "makes accounts of members"),
    ("authentik_core.change_user", "changes names, suspends and resumes"),
    ("authentik_core.delete_user", "deletes the accounts that it made"),
    ("authentik_core.reset_user_password", "sets first and new passwords, and makes links to choose one"),
    // Groups.
    ("authentik_core.view_group", "finds groups of workspaces and of teams"),
    ("authentik_core.add_group", "makes them"),
    ("authentik_core.change_group", "marks and renames them"),
    ("authentik_core.delete_group", "deletes those of workspaces that are purged"),
    ("authentik_core.add_user_to_group", "puts members into them, never into one that makes superusers"),
    ("authentik_core.remove_user_from_group", "takes members out of them"),
    // Sign-outs.
    ("authentik_core.view_authenticatedsession", "lists the sessions of a person"),
    ("authentik_core.delete_authenticatedsession", "ends them"),
    ("authentik_providers_oauth2.view_refreshtoken", "lists refresh tokens, which outlive sessions"),
    ("authentik_providers_oauth2.delete_refreshtoken", "ends them"),
    ("authentik_providers_oauth2.view_accesstoken", "lists access tokens"),
    ("authentik_providers_oauth2.delete_accesstoken", "ends them"),
    // Second factors.
    ("authentik_stages_authenticator_totp.view_totpdevice", "shows who has a code app"),
    ("authentik_stages_authenticator_totp.delete_totpdevice", "removes a lost one"),
    ("authentik_stages_authenticator_webauthn.view_webauthndevice", "shows who has a security key"),
    ("authentik_stages_authenticator_webauthn.delete_webauthndevice", "removes a lost one"),
    ("authentik_stages_authenticator_static.view_staticdevice", "shows who has recovery codes"),
    ("authentik_stages_authenticator_static.delete_staticdevice", "removes them"),
    ("authentik_stages_authenticator_sms.view_smsdevice", "shows who gets codes by text message"),
    ("authentik_stages_authenticator_sms.delete_smsdevice", "removes a lost one"),
    ("authentik_stages_authenticator_email.view_emaildevice", "shows who gets codes by mail"),
    ("authentik_stages_authenticator_email.delete_emaildevice", "removes a lost one"),
    ("authentik_stages_authenticator_duo.view_duodevice", "shows who uses Duo"),
    ("authentik_stages_authenticator_duo.delete_duodevice", "removes a lost one"),
    // What the doctor and the health of sign-in compare.
    (
        "authentik_providers_oauth2.view_oauth2provider",
        "checks how the clients are set up; it shows their secrets too, those of others included",
    ),
    ("authentik_providers_oauth2.view_scopemapping", "checks the claims of tokens"),
    ("authentik_core.view_application", "checks the applications"),
    (
        "authentik_policies.view_policybinding",
        "checks who may open the operator console, and the recovery flow",
    ),
    ("authentik_policies_expression.view_expressionpolicy", "checks the recovery flow"),
    ("authentik_flows.view_flow", "checks the recovery flow"),
    ("authentik_flows.view_flowstagebinding", "checks the recovery flow"),
    ("authentik_stages_prompt.view_prompt", "checks the recovery flow"),
    ("authentik_stages_prompt.view_promptstage", "checks the recovery flow"),
    ("authentik_stages_identification.view_identificationstage", "checks the recovery flow"),
    ("authentik_stages_email.view_emailstage", "checks the recovery flow"),
    ("authentik_stages_authenticator_validate.view_authenticatorvalidatestage", "checks the recovery flow"),
    ("authentik_stages_user_write.view_userwritestage", "checks the recovery flow"),
    ("authentik_stages_user_login.view_userloginstage", "checks the recovery flow"),
    ("authentik_brands.view_brand", "checks that the recovery flow is in use"),
    ("authentik_crypto.view_certificatekeypair", "checks that tokens are signed by a key"),
    ("authentik_rbac.view_role", "checks its own rights"),
];

/// The page of the documentation with all of them.
pub fn page() -> String {
    let mut page = "\
# What Dezky may do in Authentik

Written by `dezky bootstrap authentik --rights`; change `crates/bootstrap/src/authentik/rights.rs`, not this page.

Dezky signs in to Authentik's API as the service account `dezky`, with the API token `dezky-api`. The account is no
superuser: it is in the role `dezky`, which has these permissions and no others. `dezky bootstrap authentik` gives what is
missing and takes away what is too much; `dezky doctor` says which differ.

| permission | what Dezky does with it |
|---|---|
"
    .to_owned();
    for (name, what) in RIGHTS {
        // Writing to a text can't fail.
        let _ = writeln!(page, "| `{name}` | {what} |");
    }
    page += "
An account that may add members to groups may, by Authentik's rules, add them to groups of superusers too. Dezky reads each
group first and never touches one that makes superusers.
";
    page
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::RIGHTS;

    #[test]
    fn each_right_is_named_once_as_the_server_names_it_and_none_makes_more_rights() {
        let names: BTreeSet<&str> = RIGHTS.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), RIGHTS.len());
        for (name, what) in RIGHTS {
            let (app, code) = name.split_once('.').unwrap();
            assert!(app.starts_with("authentik_") && code.contains('_') && !what.is_empty(), "{name}");
            let may_change = ["add_", "change_", "delete_"].iter().any(|verb| code.starts_with(verb));
            let is_about_rights =
                app == "authentik_rbac" || code.ends_with("_token") || code.ends_with("oauth2provider");
            assert!(!(may_change && is_about_rights), "{name}");
        }
    }
}
