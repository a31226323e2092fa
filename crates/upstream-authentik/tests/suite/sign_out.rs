//! What ends when somebody signs out, is signed out or is suspended.

use outbound::Method;
use serde_json::{Value, json};

use crate::browser::{Tokens, authorize, claims, end_session, error, invalid, location, parameter};
use crate::lab::{Lab, SIGNED_OUT, TEN_MINUTES};

#[tokio::test]
async fn signing_out_ends_the_session_but_not_the_refresh_token() {
    let lab = Lab::start().await;
    let (browser, tokens) = lab.signed_in().await;
    lab.clock.advance(TEN_MINUTES);
    let target = end_session(&[
        ("id_token_hint", &tokens.id),
        ("post_logout_redirect_uri", SIGNED_OUT),
        ("state", "bye now"),
    ]);
    let answer = browser.get(&target).await;
    assert!(location(&answer).starts_with(SIGNED_OUT));
    assert_eq!(parameter(&answer, "state").as_deref(), Some("bye now"));
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert!(location(&browser.get(&authorize(&[])).await).starts_with("/if/flow/"), "the session is over");

    let later = Tokens::of(&lab.refresh(&tokens.refresh).await);
    let claimed = claims(&later.access);
    assert!(claimed.get("sid").is_none() && claimed.get("amr").is_none());
    assert_eq!(claimed["auth_time"], claims(&tokens.id)["auth_time"]);
}

#[tokio::test]
async fn signing_out_needs_a_registered_address_and_a_hint() {
    let lab = Lab::start().await;
    let (browser, tokens) = lab.signed_in().await;
    let forged = format!("{}x", tokens.id);
    for parameters in [
        vec![("post_logout_redirect_uri", SIGNED_OUT)],
        vec![("post_logout_redirect_uri", SIGNED_OUT), ("id_token_hint", forged.as_str())],
        vec![("post_logout_redirect_uri", "http://evil.test/"), ("id_token_hint", tokens.id.as_str())],
    ] {
        assert_eq!(browser.get(&end_session(&parameters)).await.status, 400, "{parameters:?}");
    }
    assert_eq!(lab.userinfo(&tokens.access).await.status, 200);
    assert_eq!(browser.get(&end_session(&[])).await.status, 200);
    assert_eq!(lab.userinfo(&tokens.access).await.status, 401, "access tokens go with the session");
    assert!(location(&browser.get(&end_session(&[])).await).starts_with("/if/flow/"), "nobody to sign out");
}

#[tokio::test]
async fn a_suspended_person_has_nothing_left_and_gets_nothing_back() {
    let lab = Lab::start().await;
    let (mut browser, tokens) = lab.signed_in().await;
    let user = format!("/api/v3/core/users/{}/", lab.pk_of("anna@acme.test").await);
    let answer = lab.api(Method::Patch, &user, Some(json!({"is_active": false}))).await;
    assert_eq!(answer.json::<Value>().unwrap()["is_active"], false);

    assert_eq!(lab.userinfo(&tokens.access).await.status, 401);
    assert_eq!(error(&lab.refresh(&tokens.refresh).await), invalid("grant"));
    let page = location(&browser.get(&authorize(&[])).await).to_owned();
    let answer = browser.submit(&page, "anna@acme.test", "correct horse").await;
    assert!(String::from_utf8_lossy(&answer.body).contains("Invalid password"));
    assert_eq!(lab.sim.mint("anna@acme.test", "portal", TEN_MINUTES), None);

    lab.api(Method::Patch, &user, Some(json!({"is_active": true}))).await;
    assert_eq!(error(&lab.refresh(&tokens.refresh).await), invalid("grant"));
    location(&browser.submit(&page, "anna@acme.test", "correct horse").await);
}

#[tokio::test]
async fn a_forced_sign_out_ends_sessions_and_then_tokens() {
    let lab = Lab::start().await;
    let (browser, tokens) = lab.signed_in().await;
    let pk = lab.pk_of("anna@acme.test").await;
    let sessions = "/api/v3/core/authenticated_sessions/";
    let rows: Value = lab.api(Method::Get, &format!("{sessions}?user={pk}"), None).await.json().unwrap();
    assert_eq!(rows["results"][0]["user"], pk);
    let ended = lab.api(Method::Delete, &format!("{sessions}bulk_delete/?user_pks={pk}"), None).await;
    assert_eq!(ended.json::<Value>().unwrap(), json!({"deleted": 1}));
    let missing = lab.api(Method::Delete, &format!("{sessions}bulk_delete/"), None).await;
    assert_eq!(missing.status, 400);
    assert_eq!(lab.userinfo(&tokens.access).await.status, 401);
    assert!(location(&browser.get(&authorize(&[])).await).starts_with("/if/flow/"));

    let refresh_tokens = "/api/v3/oauth2/refresh_tokens/";
    let rows: Value =
        lab.api(Method::Get, &format!("{refresh_tokens}?user={pk}"), None).await.json().unwrap();
    assert_eq!(rows["pagination"]["count"], 1);
    let one = format!("{refresh_tokens}{}/", rows["results"][0]["pk"]);
    assert_eq!(lab.api(Method::Delete, &one, None).await.status, 204);
    assert_eq!(lab.api(Method::Delete, &one, None).await.status, 404);
    assert_eq!(error(&lab.refresh(&tokens.refresh).await), invalid("grant"));
    assert_eq!(lab.api(Method::Get, &format!("{refresh_tokens}?user=999"), None).await.status, 400);
}

#[tokio::test]
async fn a_new_password_ends_nothing() {
    let lab = Lab::start().await;
    let (mut browser, tokens) = lab.signed_in().await;
    let path = format!("/api/v3/core/users/{}/set_password/", lab.pk_of("anna@acme.test").await);
    assert_eq!(lab.api(Method::Post, &path, Some(json!({"password": "new"}))).await.status, 204);
    assert_eq!(lab.userinfo(&tokens.access).await.status, 200);
    Tokens::of(&lab.refresh(&tokens.refresh).await);
    let page = "/if/flow/default-authentication-flow/";
    assert_eq!(browser.submit(page, "anna@acme.test", "correct horse").await.status, 200);
    assert_eq!(browser.submit(page, "anna@acme.test", "new").await.status, 302);
}

#[tokio::test]
async fn a_deleted_person_leaves_groups_and_tokens() {
    let lab = Lab::start().await;
    let (_, tokens) = lab.signed_in().await;
    let user = format!("/api/v3/core/users/{}/", lab.pk_of("anna@acme.test").await);
    assert_eq!(lab.api(Method::Delete, &user, None).await.status, 204);
    assert_eq!(lab.api(Method::Delete, &user, None).await.status, 404);
    assert_eq!(lab.userinfo(&tokens.access).await.status, 401);
    let group: Value = lab.api(Method::Get, "/api/v3/core/groups/?name=acme", None).await.json().unwrap();
    assert_eq!(group["results"][0]["users"], json!([]));
}
