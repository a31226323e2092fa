//! `dezky doctor`: what it says of resolvers and of the mail server when something is wrong with them, and that the page
//! of the infrastructure says the same.

use serde_json::json as value;

use crate::harness::{Product, inventory, origin, set_faults, spoil};
use crate::session::Person;
use crate::tenant_api::{IDA, eventually};
use crate::world::World;

/// Its exit code and what it prints.
fn examined(world: &World) -> (bool, String) {
    let said = world.run(&["doctor"]);
    (said.status.success(), String::from_utf8_lossy(&said.stdout).into_owned())
}

/// The line of a failure and the advice under it.
fn failure<'a>(said: &'a str, what: &str) -> Option<(&'a str, &'a str)> {
    let mut lines = said.lines();
    let line = lines.find(|line| line.starts_with("FAIL") && line.contains(what))?;
    Some((line, lines.next()?))
}

#[tokio::test]
async fn the_doctor_names_what_is_wrong_with_resolvers_and_mail_and_how_to_mend_it() {
    let world = World::start().await;
    assert!(world.run(&["migrate"]).status.success());
    let (is_well, said) = examined(&world);
    assert!(is_well, "{said}");
    assert_eq!(said.lines().filter(|line| line.starts_with("ok    DNS: 127.0.0.1:")).count(), 2, "{said}");
    assert!(said.contains("ok    Mail: "), "{said}");
    // The simulated server's first token is its administrator's.
    assert!(said.contains("note  Authentik: AUTHENTIK_API_TOKEN: it belongs to akadmin"), "{said}");

    let (dns, mail) = (origin(&world.said, "sandbox/dns"), origin(&world.said, "sandbox/mail"));
    spoil(dns, "resolvers/resolver2", &value!({"answers": "servfail"})).await;
    set_faults(mail, value!([{"route": "CONNECT /", "kind": "refuse"}])).await;
    let (is_well, said) = examined(&world);
    assert!(!is_well, "{said}");
    let (line, advice) = failure(&said, "DNS").unwrap();
    assert!(line.contains("SERVFAIL") && advice.contains("DNS_RESOLVERS"), "{said}");
    assert!(said.contains("ok    DNS"), "the other one is well: {said}");
    let (line, advice) = failure(&said, "Mail").unwrap();
    assert!(line.contains("can't be reached") && advice.contains("MAIL_URL"), "{said}");
}

#[tokio::test]
async fn the_doctor_finds_each_thing_that_is_wrong_with_a_client_of_sign_in() {
    let world = World::start().await;
    assert!(world.run(&["migrate"]).status.success());
    let authentik = origin(&world.said, "sandbox/authentik");
    let env = |name: &str| world.said["env"][name].as_str().unwrap().to_owned();
    let callback = format!("{}/sign-in/callback", origin(&world.said, "portal"));
    let away = format!("{}/signed-out", origin(&world.said, "portal"));
    let grants = value!(["authorization_code", "refresh_token", "client_credentials"]);
    // What is set wrong, what is said of it, what of how to mend it, and what is right.
    let cases = [
        (
            "dezky-portal",
            value!({"clientSecret": "another"}),
            "doesn’t accept the client secret of dezky-portal",
            "AUTHENTIK_PORTAL_CLIENT_SECRET",
            value!({"clientSecret": env("AUTHENTIK_PORTAL_CLIENT_SECRET")}),
        ),
        (
            "dezky-operator",
            value!({"subMode": "hashed_user_id"}),
            "set sub_mode to user_uuid (it is hashed_user_id)",
            "dezky bootstrap authentik",
            value!({"subMode": "user_uuid"}),
        ),
        (
            "dezky-portal",
            value!({"redirectUris": [], "logoutUris": []}),
            &format!("add {callback} to its redirect addresses"),
            "dezky bootstrap authentik",
            value!({"redirectUris": [callback], "logoutUris": [away]}),
        ),
        (
            "dezky-portal",
            value!({"grantTypes": ["authorization_code"]}),
            "allow the grant refresh_token",
            "dezky bootstrap authentik",
            value!({"grantTypes": grants}),
        ),
        (
            "dezky-operator",
            value!({"hasSigningKey": false}),
            "publishes no key for the tokens of dezky-operator",
            "dezky bootstrap authentik",
            value!({"hasSigningKey": true}),
        ),
        (
            "dezky-files",
            value!({"subMode": "user_email"}),
            "a real token names the issuer and its account: its subject isn't the account's UUID",
            "AUTHENTIK_ISSUER",
            value!({"subMode": "user_uuid"}),
        ),
    ];
    for (client, wrong, what, mend, right) in cases {
        let path = format!("applications/{client}");
        spoil(authentik, &path, &wrong).await;
        let (is_well, said) = examined(&world);
        let (_, advice) = failure(&said, what).unwrap_or_else(|| panic!("{wrong}: {said}"));
        assert!(!is_well && advice.contains(mend), "{wrong}: {said}");
        spoil(authentik, &path, &right).await;
    }
    let (is_well, said) = examined(&world);
    assert!(is_well, "{said}");
}

#[tokio::test]
async fn while_authentik_is_away_that_alone_is_said_and_no_right_setting_is_doubted() {
    let world = World::start().await;
    assert!(world.run(&["migrate"]).status.success());
    let authentik = origin(&world.said, "sandbox/authentik");
    for kind in ["refuse", "error_after"] {
        set_faults(authentik, value!([{"route": "*", "kind": kind}])).await;
        let (is_well, said) = examined(&world);
        assert!(!is_well, "{kind}: {said}");
        let failures: Vec<&str> = said.lines().filter(|line| line.starts_with("FAIL")).collect();
        assert!(
            failures.len() == 1 && failures[0].starts_with("FAIL  Authentik: answers: "),
            "{kind}: {said}"
        );
        let (_, advice) = failure(&said, "Authentik").unwrap();
        let reach = "Check that Authentik runs and that AUTHENTIK_ISSUER and AUTHENTIK_API_URL lead to it.";
        assert_eq!(advice.trim(), reach, "{kind}");
        let open = |line: &&str| line.starts_with("?     ") && line.ends_with("Authentik doesn't answer");
        assert_eq!(said.lines().filter(open).count(), 5, "{kind}: {said}");
        for doubted in ["bootstrap authentik", "bootstrap ocis", "OCIS_SERVICE_PASSWORD"] {
            assert!(!said.contains(doubted), "{kind}: {said}");
        }
    }
    set_faults(authentik, value!([])).await;
    let (is_well, said) = examined(&world);
    assert!(is_well, "{said}");
}

#[tokio::test]
async fn a_service_user_without_its_role_is_one_failure() {
    let world = World::start().await;
    assert!(world.run(&["migrate"]).status.success());
    let ocis = origin(&world.said, "sandbox/ocis");
    let users = inventory(ocis).await["users"].clone();
    let admin = users.as_array().unwrap().iter().find(|user| user["role"] == "Admin").unwrap();
    let path = format!("users/{}", admin["id"].as_str().unwrap());
    spoil(ocis, &path, &value!({"role": "User"})).await;
    let (is_well, said) = examined(&world);
    assert!(!is_well && !said.contains("spaces can be listed"), "{said}");
    let (line, _) = failure(&said, "oCIS").unwrap();
    assert!(line.contains("the service user has the role Admin"), "{said}");
    spoil(ocis, &path, &value!({"role": "Admin"})).await;
    assert!(examined(&world).1.contains("ok    oCIS: spaces can be listed"));
}

/// The page of the infrastructure, once it says so.
async fn until_said(ida: &mut Person<'_>, text: &str) {
    eventually(&format!("“{text}” is on the page"), async || {
        let (_, page) = ida.page("/infrastructure").await;
        if page.contains(text) { Ok(()) } else { Err(page) }
    })
    .await;
}

#[tokio::test]
async fn the_page_of_the_infrastructure_shows_resolvers_and_mail() {
    let product = Product::start("none").await;
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    product.spoil("dns", "resolvers/resolver1", &value!({"answers": "refused"})).await;
    until_said(&mut ida, "(REFUSED)").await;
    product.faults("mail", value!([{"route": "CONNECT /", "kind": "refuse"}])).await;
    until_said(&mut ida, "can't be reached").await;
    product.spoil("authentik", "applications/dezky-portal", &value!({"clientSecret": "another"})).await;
    until_said(&mut ida, "doesn’t accept the client secret of dezky-portal").await;
}
