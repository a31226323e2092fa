//! Which bearer tokens are taken.

use std::time::Duration;

use outbound::{Call, Client, Method, Options};
use serde_json::Value;

use crate::rig::{Rig, VALID, issuer, rig};

/// The tokens that the portal's own client gets for itself: `(access, id)`.
async fn of_the_client(rig: &Rig) -> (String, String) {
    let client = Client::new("program", rig.issuer.parse().unwrap(), Options::default()).unwrap();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "dezky-portal"),
        ("client_secret", "the-clients-secret"),
        ("scope", "openid email profile"),
    ];
    let answer = client.send(Call::new(Method::Post, "/application/o/token/").form(&form)).await.unwrap();
    let tokens: Value = answer.json().unwrap();
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    (text("access_token"), text("id_token"))
}

#[tokio::test]
async fn an_id_token_is_no_access_token() {
    let rig = rig().await;
    let (access, id) = of_the_client(&rig).await;
    assert_eq!(rig.call("PUT", "/api/users/me", &id).await.code(), "sign-in-needed");
    assert_eq!(rig.count("users").await, 0);
    assert_eq!(rig.call("PUT", "/api/users/me", &access).await.status, 201);
    assert_eq!(rig.call("GET", "/api/me", &id).await.status, 401);
}

#[tokio::test]
async fn issuer_and_audience_must_be_a_pair_of_ours() {
    let rig = rig().await;
    let files = rig.token("maja", "dezky-files");
    assert_eq!(rig.call("GET", "/api/me", &files).await.status, 401, "an audience that is no surface");
    let other = issuer(&rig.clock).await;
    let foreign = other.mint("maja", "dezky-portal", VALID).unwrap();
    assert_eq!(rig.call("GET", "/api/me", &foreign).await.status, 401, "another issuer");
    assert_eq!(rig.count("users").await, 0);
}

#[tokio::test]
async fn a_changed_token_is_refused() {
    let rig = rig().await;
    let token = rig.token("maja", "dezky-portal");
    assert_eq!(rig.call("PUT", "/api/users/me", &token).await.status, 201);
    let parts: Vec<&str> = token.split('.').collect();
    let ida = rig.token("ida", "dezky-operator");
    let claims_of_ida = ida.split('.').nth(1).unwrap();
    // `{"alg":"none","typ":"JWT"}` and `{"alg":"HS256","typ":"JWT"}`.
    let (none, hmac) = ("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9");
    let forged = [
        [parts[0], claims_of_ida, parts[2]].join("."),
        [none, claims_of_ida, ""].join("."),
        [hmac, claims_of_ida, parts[2]].join("."),
        [parts[0], parts[1], ""].join("."),
        String::new(),
        "x".repeat(9000),
    ];
    for token in forged {
        assert_eq!(rig.call("GET", "/api/me", &token).await.status, 401, "{token}");
    }
}

#[tokio::test]
async fn a_token_is_good_until_it_expires() {
    let rig = rig().await;
    let token = rig.token("maja", "dezky-portal");
    assert_eq!(rig.call("PUT", "/api/users/me", &token).await.status, 201);
    rig.clock.advance(VALID.saturating_sub(Duration::from_secs(1)));
    assert_eq!(rig.call("GET", "/api/me", &token).await.status, 200);
    // Clocks may differ by a few seconds.
    rig.clock.advance(Duration::from_secs(7));
    assert_eq!(rig.call("GET", "/api/me", &token).await.status, 401);
}

#[tokio::test]
async fn a_new_key_is_fetched_when_a_token_names_it_but_not_at_every_guess() {
    let rig = rig().await;
    rig.call("PUT", "/api/users/me", &rig.token("maja", "dezky-portal")).await;
    rig.sim.rotate_keys().await.unwrap();
    let token = rig.token("maja", "dezky-portal");
    assert_eq!(rig.call("GET", "/api/me", &token).await.status, 401, "fetched a moment ago");
    rig.clock.advance(Duration::from_secs(11));
    assert_eq!(rig.call("GET", "/api/me", &token).await.status, 200);
}

#[tokio::test]
async fn with_the_issuer_down_known_keys_go_on_and_unknown_ones_are_not_decided() {
    let rig = rig().await;
    let token = rig.token("maja", "dezky-portal");
    rig.set_fault(Some(simulator::FaultKind::Refuse));
    let undecided = rig.call("GET", "/api/me", &token).await;
    assert_eq!((undecided.status.as_u16(), undecided.code().as_str()), (503, "issuer-unavailable"));
    rig.set_fault(None);
    rig.clock.advance(Duration::from_secs(11));
    assert_eq!(rig.call("PUT", "/api/users/me", &token).await.status, 201);
    rig.set_fault(Some(simulator::FaultKind::Refuse));
    let another = rig.token("maja", "dezky-portal");
    assert_eq!(rig.call("GET", "/api/me", &another).await.status, 200);
}

#[tokio::test]
async fn tokens_from_before_a_forced_sign_out_are_refused() {
    let rig = rig().await;
    let before = rig.token("maja", "dezky-portal");
    assert_eq!(rig.call("PUT", "/api/users/me", &before).await.status, 201);
    rig.clock.advance(Duration::from_secs(2));
    rig.sql(&format!("UPDATE users SET valid_from = {}", rig.clock.now().micros())).await;
    assert_eq!(rig.call("GET", "/api/me", &before).await.status, 401);
    assert_eq!(rig.call("PUT", "/api/users/me", &before).await.status, 401);
    rig.clock.advance(Duration::from_secs(2));
    assert_eq!(rig.call("GET", "/api/me", &rig.token("maja", "dezky-portal")).await.status, 200);
}
