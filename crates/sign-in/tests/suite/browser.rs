//! Signing in and out by browser.

use std::time::Duration;

use crate::rig::{OPERATOR, PORTAL, VALID, Visitor, rig};

#[tokio::test]
async fn the_browser_gets_one_opaque_cookie_and_no_token() {
    let rig = rig().await;
    let mut maja = Visitor::new(&rig);
    let answer = maja.sign_in(PORTAL, "maja").await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/start"), "{}", answer.text);
    let session = answer.cookies().into_iter().find(|line| line.starts_with("dezky_portal=")).unwrap();
    for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(session.contains(part), "{session}");
    }
    assert!(!session.contains("Max-Age") && !session.contains("eyJ"), "{session}");
    let names: Vec<_> = maja.jars[PORTAL].keys().collect();
    assert_eq!(names, ["dezky_portal"], "the attempt's cookie is gone");
    let me = maja.get(&format!("{PORTAL}/api/me")).await;
    assert_eq!(me.json()["user"]["email"], "maja@example.test");
}

/// A script can't follow to the sign-in, which is another site; that the session is over it must be able to read.
#[tokio::test]
async fn a_page_that_reads_itself_again_is_told_that_its_session_has_ended() {
    let rig = rig().await;
    let mut maja = Visitor::new(&rig);
    maja.sign_in(PORTAL, "maja").await;
    let url = format!("{PORTAL}/actions?q=1");
    let script = [("x-live", "1"), ("x-swap", "1")];
    assert_eq!(maja.request_with("GET", &url, "", &script).await.status, 200);
    rig.forget_refresh_tokens();
    rig.clock.advance(VALID);
    for _ in 0..2 {
        let told = maja.request_with("GET", &url, "", &script).await;
        assert_eq!((told.status.as_u16(), told.location()), (401, "/sign-in?next=%2Factions%3Fq%3D1"));
    }
    assert_eq!(maja.get(&url).await.status, 303, "whoever asks for the page is led to the sign-in");
}

#[tokio::test]
async fn a_session_is_good_on_its_own_surface_only() {
    let rig = rig().await;
    let mut ida = Visitor::new(&rig);
    ida.sign_in(PORTAL, "ida").await;
    let secret = ida.jars[PORTAL]["dezky_portal"].clone();
    for name in ["dezky_operator", "dezky_portal"] {
        let mut thief = Visitor::new(&rig);
        thief.jars.insert(OPERATOR.into(), [(name.to_owned(), secret.clone())].into());
        assert_eq!(thief.me(OPERATOR).await, 401, "{name}");
    }
    assert_eq!(ida.me(PORTAL).await, 200);
}

#[tokio::test]
async fn a_sign_in_ends_only_in_the_browser_and_on_the_surface_where_it_began() {
    let rig = rig().await;
    let mut maja = Visitor::new(&rig);
    let callback = maja.until_callback(PORTAL, "/sign-in", "maja").await;
    // Another browser, which is how somebody would be signed in to an account that is not theirs.
    let mut victim = Visitor::new(&rig);
    assert_eq!(victim.get(&callback).await.status, 422);
    victim.get(&format!("{PORTAL}/sign-in")).await;
    assert_eq!(victim.get(&callback).await.status, 422, "with an attempt of its own");
    let elsewhere = callback.replace(PORTAL, OPERATOR);
    let attempt = maja.jars[PORTAL]["dezky_portal_attempt"].clone();
    maja.jars.insert(OPERATOR.into(), [("dezky_operator_attempt".to_owned(), attempt)].into());
    assert!(maja.get(&elsewhere).await.status.is_client_error());
    assert_eq!(rig.count("sessions").await, 0);
    assert_eq!(maja.get(&callback).await.status, 303, "where it began it ends");
    assert!(maja.get(&callback).await.status.is_client_error(), "once");
}

#[tokio::test]
async fn a_sign_in_that_takes_too_long_is_begun_again() {
    let rig = rig().await;
    let mut maja = Visitor::new(&rig);
    let callback = maja.until_callback(PORTAL, "/sign-in", "maja").await;
    rig.clock.advance(Duration::from_secs(601));
    let answer = maja.get(&callback).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("Sign in again"), "{}", answer.text);
}

#[tokio::test]
async fn only_a_page_of_the_console_is_where_a_sign_in_leads_to() {
    let rig = rig().await;
    let cases = [
        ("/tenants/acme?tab=plan", "/tenants/acme?tab=plan"),
        ("//evil.test", "/start"),
        ("/\\evil.test", "/start"),
        ("https://evil.test/", "/start"),
        ("javascript:alert(1)", "/start"),
        ("/sign-in?next=/", "/start"),
        ("/a%0d%0aset-cookie:x=1", "/a%0d%0aset-cookie:x=1"),
    ];
    for (next, lands) in cases {
        let mut maja = Visitor::new(&rig);
        let query: String =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        let callback = maja.until_callback(PORTAL, &format!("/sign-in?{query}"), "maja").await;
        assert_eq!(maja.get(&callback).await.location(), lands, "{next}");
    }
}

#[tokio::test]
async fn a_sign_out_ends_everything_and_needs_the_forms_token() {
    let rig = rig().await;
    let mut maja = Visitor::new(&rig);
    maja.sign_in(PORTAL, "maja").await;
    let cookies = maja.jars[PORTAL].clone();
    let out = format!("{PORTAL}/sign-out");
    assert_eq!(maja.request("POST", &out, "").await.status, 403);
    assert_eq!(maja.request("POST", &out, "csrf=guessed").await.status, 403);
    assert_eq!((maja.me(PORTAL).await, rig.issued("refreshTokens").len()), (200, 1));
    let form = format!("csrf={}", maja.csrf().await);
    let answer = maja.request("POST", &out, &form).await;
    // The browser goes on to end its session at the issuer, and comes back.
    assert!(answer.location().contains("/end-session/?id_token_hint="), "{}", answer.location());
    assert!(answer.location().ends_with("post_logout_redirect_uri=http%3A%2F%2Fportal.test%2Fsigned-out"));
    assert!(rig.issued("refreshTokens").is_empty(), "the refresh token still works");
    assert!(maja.jars[PORTAL].is_empty());
    maja.jars.insert(PORTAL.into(), cookies);
    assert_eq!(maja.me(PORTAL).await, 401, "the cookie from before");
}

#[tokio::test]
async fn a_sign_out_works_while_the_issuer_is_down() {
    let rig = rig().await;
    let mut maja = Visitor::new(&rig);
    maja.sign_in(PORTAL, "maja").await;
    rig.set_fault(Some(simulator::FaultKind::Refuse));
    let form = format!("csrf={}", maja.csrf().await);
    assert_eq!(maja.request("POST", &format!("{PORTAL}/sign-out"), &form).await.status, 303);
    assert_eq!(rig.count("sessions").await, 0);
}

#[tokio::test]
async fn the_workspace_that_was_left_is_named_after_its_sign_out_and_nowhere_else() {
    const LEFT: &str = "dezky_portal_left";
    let rig = rig().await;
    let mut maja = Visitor::new(&rig);
    maja.sign_in(PORTAL, "maja").await;
    let tenant = format!("ten_{:032x}", 1);
    rig.sql(&format!(
        "INSERT INTO tenants (id, slug, name, name_key, plan, seats, status, billing_info, security_policy, \
         is_platform, version, created_at, updated_at) VALUES ('{tenant}', 'nordlys', 'Nordlys A/S', 'nordlys', \
         'business', 5, 'active', '{{}}', '{{}}', FALSE, 1, 1, 1)"
    ))
    .await;
    rig.sql(&format!(
        "INSERT INTO tenant_roles (tenant_id, user_id, role, created_at) \
         SELECT '{tenant}', id, 'member', 1 FROM users"
    ))
    .await;
    let form = format!("csrf={}", maja.csrf().await);
    assert_eq!(maja.request("POST", &format!("{PORTAL}/sign-out"), &form).await.status, 303);
    let page = format!("{PORTAL}/signed-out");
    assert!(maja.get(&page).await.text.contains("Nordlys A/S"));
    for done in ["password", "account"] {
        let told = maja.get(&format!("{page}?done={done}")).await;
        assert_eq!(told.status, 200);
        assert!(!told.text.contains("Nordlys"), "{done}: {}", told.text);
    }
    maja.sign_in(PORTAL, "maja").await;
    assert!(!maja.jars[PORTAL].contains_key(LEFT), "{:?}", maja.jars[PORTAL].keys());
}

#[tokio::test]
async fn signing_in_again_ends_the_session_of_before() {
    let rig = rig().await;
    let mut maja = Visitor::new(&rig);
    maja.sign_in(PORTAL, "maja").await;
    let before = maja.jars[PORTAL].clone();
    maja.sign_in(PORTAL, "maja").await;
    assert_ne!(before, maja.jars[PORTAL], "the cookie is a new one");
    assert_eq!(rig.count("sessions").await, 1);
}
