//! Which bearer tokens are taken.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use outbound::{Call, Client, Method, Options};
use serde_json::{Value, json};

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
    // Clocks may differ by a minute.
    rig.clock.advance(Duration::from_mins(1));
    assert_eq!(rig.call("GET", "/api/me", &token).await.status, 200);
    rig.clock.advance(Duration::from_secs(2));
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

/// A good token for a surface with claims in place of its own, as an issuer that is set up in another way writes them.
fn changed(rig: &Rig, audience: &str, claims: &Value, crit: Option<&[&str]>) -> String {
    let mut header = json!({"alg": "RS256", "typ": "JWT"});
    if let Some(crit) = crit {
        header["crit"] = json!(crit);
    }
    under(rig, audience, claims, header)
}

/// The same under a header of its own.
fn under(rig: &Rig, audience: &str, claims: &Value, header: Value) -> String {
    let good = rig.token("maja", audience);
    let body = URL_SAFE_NO_PAD.decode(good.split('.').nth(1).unwrap()).unwrap();
    let mut body: serde_json::Map<String, Value> = serde_json::from_slice(&body).unwrap();
    for (name, value) in claims.as_object().unwrap() {
        if value == "absent" {
            body.remove(name);
        } else {
            body.insert(name.clone(), value.clone());
        }
    }
    rig.sim.sign(header, &body).unwrap()
}

#[tokio::test]
async fn every_form_that_a_good_token_may_have_is_taken() {
    let rig = rig().await;
    rig.call("PUT", "/api/users/me", &rig.token("maja", "dezky-portal")).await;
    let now = rig.clock.now().seconds();
    let other = json!(format!("{}/application/o/dezky-operator/", rig.issuer));
    for claims in [
        json!({"aud": ["dezky-portal"]}),
        json!({"aud": ["elsewhere", "dezky-portal"]}),
        json!({"aud": ["dezky-operator", "dezky-portal"]}),
        json!({"exp": 60.25 + precise(now), "iat": precise(now) - 0.75}),
        json!({"exp": precise(now + 60)}),
        json!({"name": null}),
        json!({"name": null, "email": null, "preferred_username": null, "groups": null, "nbf": null}),
        json!({"name": "absent", "email": "absent", "preferred_username": "absent", "groups": "absent"}),
        json!({"auth_time": null}),
        json!({"auth_time": precise(now) + 0.5}),
        json!({"iat": now + 20}),
        json!({"iat": now + 59}),
        json!({"nbf": now - 1}),
        json!({"nbf": precise(now) + 30.5}),
        json!({"exp": now - 59}),
        json!({"something_new": {"deep": [1, 2]}}),
    ] {
        let token = changed(&rig, "dezky-portal", &claims, None);
        assert_eq!(rig.call("GET", "/api/me", &token).await.status, 200, "{claims}");
    }
    let both = json!({"aud": ["dezky-operator", "dezky-portal"], "iss": other, "azp": "dezky-operator"});
    let token = changed(&rig, "dezky-portal", &both, None);
    assert_eq!(rig.call("GET", "/api/me", &token).await.status, 200, "the issuer tells the surface");
}

/// Seconds as a program writes them that keeps fractions.
fn precise(seconds: i64) -> f64 {
    f64::from(i32::try_from(seconds).unwrap())
}

#[tokio::test]
async fn a_key_signs_by_its_own_algorithm_alone_and_only_access_tokens_are_typed_so() {
    let rig = rig().await;
    rig.call("PUT", "/api/users/me", &rig.token("maja", "dezky-portal")).await;
    let mut let_in = Vec::new();
    let mut all = BTreeMap::new();
    for algorithm in ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] {
        all.insert(algorithm.to_owned(), json!({"alg": algorithm, "typ": "JWT"}));
    }
    for typ in ["jwt", "id+jwt", "at+jwt", "logout+jwt", "secevent+jwt", "application/jwt", ""] {
        all.insert(format!("typ {typ}"), json!({"alg": "RS256", "typ": typ}));
    }
    all.insert("no typ".to_owned(), json!({"alg": "RS256"}));
    for (name, header) in all {
        let token = under(&rig, "dezky-portal", &json!({}), header);
        if rig.call("GET", "/api/me", &token).await.status == 200 {
            let_in.push(name);
        }
    }
    assert_eq!(let_in, ["RS256", "typ jwt"], "what Authentik signs, and nothing else");
}

#[tokio::test]
async fn no_token_is_taken_that_says_it_is_not_for_us_or_not_for_now() {
    let rig = rig().await;
    rig.call("PUT", "/api/users/me", &rig.token("maja", "dezky-portal")).await;
    let now = rig.clock.now().seconds();
    let operator = format!("{}/application/o/dezky-operator/", rig.issuer);
    for claims in [
        json!({"nbf": now + 3600}),
        json!({"nbf": now + 62}),
        json!({"nbf": precise(now) + 61.9}),
        json!({"nbf": "soon"}),
        json!({"iat": now + 62}),
        json!({"iat": "absent"}),
        json!({"iat": null}),
        json!({"exp": now - 62}),
        json!({"exp": "absent"}),
        json!({"exp": null}),
        json!({"exp": (now + 600).to_string()}),
        json!({"exp": 1e300}),
        json!({"exp": -5}),
        json!({"azp": "dezky-operator"}),
        json!({"azp": "somebody-elses"}),
        json!({"azp": ["dezky-portal"]}),
        json!({"azp": null}),
        json!({"azp": ""}),
        json!({"scope": null}),
        json!({"aud": []}),
        json!({"aud": null}),
        json!({"aud": "absent"}),
        json!({"aud": ["dezky"]}),
        json!({"aud": [["dezky-portal"]]}),
        json!({"aud": "dezky-portal dezky-operator"}),
        json!({"aud": {"dezky-portal": true}}),
        json!({"aud": ["dezky-portal"], "iss": operator}),
        json!({"iss": [format!("{}/application/o/dezky-portal/", rig.issuer)]}),
        json!({"sub": ""}),
        json!({"sub": null}),
        json!({"sub": 5}),
    ] {
        let token = changed(&rig, "dezky-portal", &claims, None);
        assert_eq!(rig.call("GET", "/api/me", &token).await.status, 401, "{claims}");
    }
    for crit in [&["exp2"][..], &["exp"], &["b64"], &[]] {
        let token = changed(&rig, "dezky-portal", &json!({}), Some(crit));
        assert_eq!(rig.call("GET", "/api/me", &token).await.status, 401, "crit: {crit:?}");
    }
    assert_eq!(rig.count("users").await, 1);
}
