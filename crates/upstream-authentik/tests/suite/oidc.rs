//! The provider: the code flow, its refusals, refresh, client credentials, key rotation.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::JsonWebKey as _;
use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use outbound::{Call, Method};
use serde_json::{Value, json};
use simulator::State as _;

use crate::browser::{
    Browser, SCOPES, Tokens, VERIFIER, authorize, claims, error, header, invalid, location, parameter,
};
use crate::lab::{CALLBACK, Lab, TEN_MINUTES};

async fn key_set(lab: &Lab) -> CoreJsonWebKeySet {
    let answer = lab.http.send(Call::get("/application/o/portal/jwks/")).await.unwrap();
    answer.json().unwrap()
}

fn is_signed(token: &str, keys: &CoreJsonWebKeySet) -> bool {
    let kid = header(token)["kid"].clone();
    let Some(key) = keys.keys().iter().find(|key| kid == key.key_id().unwrap().as_str()) else {
        return false;
    };
    assert_eq!((&header(token)["alg"], &claims(token)["aud"]), (&json!("RS256"), &json!("portal")));
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let algorithm = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
    key.verify_signature(&algorithm, message.as_bytes(), &signature).is_ok()
}

#[tokio::test]
async fn discovery_names_the_endpoints_of_this_origin() {
    let lab = Lab::start().await;
    let path = "/application/o/portal/.well-known/openid-configuration";
    let document: Value = lab.http.send(Call::get(path)).await.unwrap().json().unwrap();
    let origin = &lab.sim.origin;
    assert_eq!(document["issuer"], format!("{origin}/application/o/portal/"));
    assert_eq!(document["token_endpoint"], format!("{origin}/application/o/token/"));
    assert_eq!(document["end_session_endpoint"], format!("{origin}/application/o/portal/end-session/"));
    let unknown = "/application/o/nope/.well-known/openid-configuration";
    assert_eq!(lab.http.send(Call::get(unknown)).await.unwrap().status, 404);
}

#[tokio::test]
async fn a_person_signs_in_with_the_code_flow() {
    let lab = Lab::start().await;
    let mut browser = Browser::new(&lab);
    let code = browser.sign_in("ANNA@acme.test", "correct horse").await;
    let answer = browser.get(&authorize(&[])).await;
    assert!(location(&answer).starts_with(&format!("{CALLBACK}?code=")));
    assert_eq!(parameter(&answer, "state").as_deref(), Some("st 1&2"));

    let tokens = Tokens::of(&lab.exchange(&code).await);
    assert_eq!(tokens.body["token_type"], "Bearer");
    assert_eq!(tokens.body["expires_in"], 600);
    assert_eq!(tokens.body["scope"], SCOPES);
    assert_eq!(tokens.refresh.len(), 128);
    let keys = key_set(&lab).await;
    assert!(is_signed(&tokens.access, &keys) && is_signed(&tokens.id, &keys));

    let id = claims(&tokens.id);
    let uuid = lab.sim.user_uuid("anna@acme.test").unwrap();
    let now = lab.clock.now().seconds();
    let sid = id["sid"].clone();
    assert_eq!(sid.as_str().unwrap().len(), 64);
    let group = lab.authentik.find_group("acme").await.unwrap().unwrap();
    let expected = json!({
        "iss": format!("{}/application/o/portal/", lab.sim.origin), "sub": uuid, "aud": "portal",
        "exp": now + 600, "iat": now, "auth_time": now, "acr": "goauthentik.io/providers/oauth2/default",
        "amr": ["pwd"], "nonce": "n-1", "sid": sid, "jti": id["jti"],
        "email": "anna@acme.test", "email_verified": false, "name": "Anna Example",
        "given_name": "Anna Example", "preferred_username": "anna@acme.test", "nickname": "anna@acme.test",
        "groups": ["acme", "acme"], "dezky_groups": [{"id": group.id, "name": "acme"}],
    });
    assert_eq!(id, expected);

    let mut access = claims(&tokens.access);
    assert_eq!((&access["azp"], &access["scope"]), (&json!("portal"), &json!(SCOPES)));
    for only_here in ["azp", "scope", "uid"] {
        access.as_object_mut().unwrap().remove(only_here).unwrap();
    }
    assert_eq!(access, id);
}

#[tokio::test]
async fn the_issuer_of_a_token_is_the_host_that_was_asked_for_it() {
    let lab = Lab::start().await;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "files"),
        ("username", "svc-files"),
        ("password", "an-app-password"),
        ("scope", "openid profile"),
    ];
    let public = [("host", "id.example.test"), ("x-forwarded-proto", "https")];
    let other = [("x-forwarded-host", "id.example.test"), ("x-forwarded-proto", "http")];
    let cases = [(public, "https://id.example.test"), (other, lab.sim.origin.as_str())];
    for (headers, origin) in cases {
        let call = Call::new(Method::Post, "/application/o/token/").form(&form);
        let call = headers.into_iter().fold(call, |call, (name, value)| call.header(name, value));
        let tokens: Value = lab.http.send(call).await.unwrap().json().unwrap();
        let claims = claims(tokens["access_token"].as_str().unwrap());
        assert_eq!(claims["iss"], format!("{origin}/application/o/files/"));
    }
}

#[tokio::test]
async fn the_subject_is_what_the_provider_says() {
    let lab = Lab::start().await;
    let uuid = lab.sim.user_uuid("anna@acme.test").unwrap();
    let pk = lab.pk_of("anna@acme.test").await.to_string();
    let modes = [("user_uuid", uuid.as_str()), ("user_id", &pk), ("user_email", "anna@acme.test")];
    for (mode, subject) in modes {
        lab.sim.store.write(|world| world.put("applications", "portal", &json!({"subMode": mode})).unwrap());
        let token = lab.sim.mint("anna@acme.test", "portal", TEN_MINUTES).unwrap();
        assert_eq!(claims(&token)["sub"], subject, "{mode}");
    }
    lab.sim.store.write(|world| {
        world.put("applications", "portal", &json!({"subMode": "hashed_user_id"})).unwrap();
    });
    let token = lab.sim.mint("anna@acme.test", "portal", TEN_MINUTES).unwrap();
    assert_eq!(claims(&token)["sub"].as_str().unwrap().len(), 64);
}

#[tokio::test]
async fn userinfo_takes_stored_access_tokens_only() {
    let lab = Lab::start().await;
    let (_, tokens) = lab.signed_in().await;
    let info: Value = lab.userinfo(&tokens.access).await.json().unwrap();
    assert_eq!(info["sub"], claims(&tokens.id)["sub"]);
    assert_eq!((&info["email"], &info["nonce"]), (&json!("anna@acme.test"), &json!("n-1")));
    assert!(info.get("iss").is_none());
    for wrong in [tokens.id.as_str(), "garbage"] {
        let answer = lab.userinfo(wrong).await;
        assert_eq!((answer.status, answer.body.len()), (401, 0));
        assert!(answer.header("www-authenticate").unwrap().contains("invalid_token"));
    }
    lab.clock.advance(TEN_MINUTES);
    assert_eq!(lab.userinfo(&tokens.access).await.status, 401);
}

#[tokio::test]
async fn a_failed_exchange_does_not_burn_the_code_and_a_good_one_does() {
    let lab = Lab::start().await;
    let mut browser = Browser::new(&lab);
    let code = browser.sign_in("anna@acme.test", "correct horse").await;
    let fields = |redirect_uri, verifier| {
        [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", redirect_uri),
            verifier,
        ]
    };
    let good = ("code_verifier", VERIFIER);
    for (fields, expected) in [
        (fields(CALLBACK, ("code_verifier", "wrong")), "grant"),
        (fields(CALLBACK, ("x", "no verifier")), "grant"),
        (fields("http://evil.test/", good), "client"),
    ] {
        assert_eq!(error(&lab.as_portal("token", &fields).await), invalid(expected));
    }
    let mut posted = fields(CALLBACK, good).to_vec();
    for (id, secret, expected) in [("portal", "wrong", "client"), ("nobody", "portal-secret", "client")] {
        let mut posted = posted.clone();
        posted.extend([("client_id", id), ("client_secret", secret)]);
        assert_eq!(error(&lab.token(&posted).await), invalid(expected));
    }
    posted.extend([("client_id", "portal"), ("client_secret", "portal-secret")]);
    Tokens::of(&lab.token(&posted).await);
    assert_eq!(error(&lab.exchange(&code).await), invalid("grant"));
}

#[tokio::test]
async fn a_code_lives_for_a_minute() {
    let lab = Lab::start().await;
    let code = Browser::new(&lab).sign_in("anna@acme.test", "correct horse").await;
    lab.clock.advance(Duration::from_mins(1));
    assert_eq!(error(&lab.exchange(&code).await), invalid("grant"));
}

#[tokio::test]
async fn pkce_is_plain_or_absent_when_the_client_says_so() {
    let lab = Lab::start().await;
    let (browser, _) = lab.signed_in().await;
    let plain = browser.code(&[("code_challenge", VERIFIER), ("code_challenge_method", "plain")]).await;
    Tokens::of(&lab.exchange(&plain).await);
    let bare =
        "/application/o/authorize/?client_id=portal&response_type=code&scope=openid+made-up&redirect_uri=";
    let bare = format!("{bare}{}", CALLBACK.replace('/', "%2F"));
    let code = parameter(&browser.get(&bare).await, "code").unwrap();
    assert_eq!(error(&lab.exchange(&code).await), invalid("grant"), "a verifier without a challenge");
    let fields = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", CALLBACK)];
    let tokens = Tokens::of(&lab.as_portal("token", &fields).await);
    assert_eq!((tokens.body["scope"].as_str(), tokens.refresh.as_str()), (Some("openid"), ""));
    assert_eq!(claims(&tokens.id).get("nonce"), None);
}

#[tokio::test]
async fn requests_that_cannot_be_trusted_are_not_redirected() {
    let lab = Lab::start().await;
    let (browser, _) = lab.signed_in().await;
    for changes in [[("client_id", "nobody")], [("redirect_uri", "http://evil.test/cb")]] {
        let answer = browser.get(&authorize(&changes)).await;
        assert_eq!(answer.status, 400);
        assert!(answer.header("content-type").unwrap().starts_with("text/html"));
    }
    let answer = browser.get(&authorize(&[("response_type", "token")])).await;
    assert_eq!(parameter(&answer, "error").as_deref(), Some("unsupported_response_type"));
    let answer = browser.get(&authorize(&[("code_challenge_method", "S512")])).await;
    assert_eq!(parameter(&answer, "error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn prompt_and_age_decide_whether_the_page_is_shown() {
    let lab = Lab::start().await;
    let silent = authorize(&[("prompt", "none")]);
    let answer = Browser::new(&lab).get(&silent).await;
    assert_eq!(parameter(&answer, "error").as_deref(), Some("login_required"));
    assert_eq!(parameter(&answer, "state").as_deref(), Some("st 1&2"));

    let (mut browser, _) = lab.signed_in().await;
    assert!(parameter(&browser.get(&silent).await, "code").is_some());
    let forced = authorize(&[("prompt", "login")]);
    let page = location(&browser.get(&forced).await).to_owned();
    assert!(page.starts_with("/if/flow/default-authentication-flow/?"), "{page}");
    let back = location(&browser.submit(&page, "anna@acme.test", "correct horse").await).to_owned();
    assert_eq!(back, forced);
    assert!(parameter(&browser.get(&forced).await, "code").is_some());
    assert!(location(&browser.get(&forced).await).starts_with("/if/flow/"), "only once");

    lab.clock.advance(Duration::from_secs(301));
    assert!(location(&browser.get(&authorize(&[("max_age", "300")])).await).starts_with("/if/flow/"));
    assert!(parameter(&browser.get(&authorize(&[("max_age", "400")])).await, "code").is_some());
}

#[tokio::test]
async fn the_page_refuses_wrong_passwords_and_other_hosts() {
    let lab = Lab::start().await;
    let mut browser = Browser::new(&lab);
    let page = "/if/flow/default-authentication-flow/?next=//evil.test/";
    let text = |answer: &outbound::Answer| String::from_utf8(answer.body.to_vec()).unwrap();
    let html = text(&browser.get(page).await);
    for part in ["for=\"username\"", "for=\"password\"", "name=\"username\"", "name=\"password\"", "Sign in"]
    {
        assert!(html.contains(part), "{part}");
    }
    let answer = browser.submit(page, "\"><script>", "wrong").await;
    assert_eq!(answer.status, 200);
    assert!(text(&answer).contains("Invalid password") && !text(&answer).contains("<script>"));
    assert!(browser.cookie.is_none());
    for login in ["", "nobody", "akadmin", "svc-files"] {
        let answer = browser.submit(page, login, "").await;
        assert!(text(&answer).contains("Invalid password"), "{login}");
    }
    assert_eq!(location(&browser.submit(page, "anna@acme.test", "correct horse").await), "/");
    assert!(text(&browser.get("/").await).contains("anna@acme.test"));
}

#[tokio::test]
async fn a_refresh_rotates_and_a_replay_harms_nobody() {
    let lab = Lab::start().await;
    let (_, first) = lab.signed_in().await;
    let second = Tokens::of(&lab.refresh(&first.refresh).await);
    let claimed = claims(&second.id);
    assert_eq!((claimed.get("nonce"), &claimed["sid"]), (None, &claims(&first.id)["sid"]));
    assert_eq!(error(&lab.refresh(&first.refresh).await), invalid("grant"), "replay");
    let third = Tokens::of(&lab.refresh(&second.refresh).await);
    assert_eq!(lab.userinfo(&first.access).await.status, 200, "older access tokens live on");

    let narrower = [("grant_type", "refresh_token"), ("refresh_token", &third.refresh), ("scope", "openid")];
    assert_eq!(error(&lab.as_portal("token", &narrower).await), invalid("scope"));
    let foreign =
        [("grant_type", "refresh_token"), ("refresh_token", &third.refresh), ("client_id", "files")];
    assert_eq!(error(&lab.token(&foreign).await), invalid("grant"));
    lab.clock.advance(Duration::from_hours(31 * 24));
    assert_eq!(error(&lab.refresh(&third.refresh).await), invalid("grant"), "expired");
}

#[tokio::test]
async fn a_refresh_carries_groups_as_they_are_then() {
    let lab = Lab::start().await;
    let (_, first) = lab.signed_in().await;
    let group = lab.authentik.find_group("acme").await.unwrap().unwrap();
    lab.authentik.delete_group(&group.id).await.unwrap();
    let second = Tokens::of(&lab.refresh(&first.refresh).await);
    assert_eq!(claims(&second.access)["groups"], json!([]));
}

#[tokio::test]
async fn a_program_signs_in_with_its_app_password() {
    let lab = Lab::start().await;
    let base = [("grant_type", "client_credentials"), ("scope", "openid email profile offline_access")];
    let with = |more: &[(&'static str, &'static str)]| [&base[..], more].concat();
    let own = [("client_id", "portal"), ("username", "svc-files"), ("password", "an-app-password")];
    let tokens = Tokens::of(&lab.token(&with(&own)).await);
    assert_eq!(tokens.refresh, "", "never a refresh token");
    assert_eq!(tokens.body["scope"], "openid email profile");
    let claimed = claims(&tokens.access);
    assert_eq!(claimed["preferred_username"], "svc-files");
    assert!(claimed.get("sid").is_none() && claimed.get("amr").is_none());
    assert_eq!(lab.userinfo(&tokens.access).await.status, 200);

    // In base64: svc-files:an-app-password
    let packed = [("client_id", "files"), ("client_secret", "c3ZjLWZpbGVzOmFuLWFwcC1wYXNzd29yZA==")];
    Tokens::of(&lab.token(&with(&packed)).await);
    let alone =
        Tokens::of(&lab.token(&with(&[("client_id", "portal"), ("client_secret", "portal-secret")])).await);
    assert_eq!(claims(&alone.access)["preferred_username"], "ak-portal-client_credentials");

    for wrong in [
        [("client_id", "portal"), ("username", "svc-files"), ("password", "wrong")],
        [("client_id", "portal"), ("username", "anna@acme.test"), ("password", "correct horse")],
        [("client_id", "files"), ("x", ""), ("y", "")],
    ] {
        assert_eq!(error(&lab.token(&with(&wrong)).await), invalid("grant"));
    }
    assert_eq!(
        error(&lab.token(&[("grant_type", "x"), ("client_id", "files")]).await).1,
        "unsupported_grant_type"
    );
}

#[tokio::test]
async fn introspection_and_revocation_know_a_clients_own_tokens() {
    let lab = Lab::start().await;
    let (_, tokens) = lab.signed_in().await;
    let seen: Value = lab.as_portal("introspect", &[("token", &tokens.access)]).await.json().unwrap();
    assert_eq!((&seen["active"], &seen["client_id"]), (&json!(true), &json!("portal")));
    assert_eq!(seen["jti"], claims(&tokens.access)["jti"]);
    let seen: Value = lab.as_portal("introspect", &[("token", &tokens.refresh)]).await.json().unwrap();
    assert_eq!(seen["active"], true);
    let files = [("token", tokens.access.as_str()), ("client_id", "files")];
    let call = Call::new(outbound::Method::Post, "/application/o/introspect/").form(&files);
    let seen: Value = lab.http.send(call).await.unwrap().json().unwrap();
    assert_eq!(seen, json!({"active": false}));

    let wrong = [("token", "x"), ("client_id", "portal"), ("client_secret", "wrong")];
    let call = Call::new(outbound::Method::Post, "/application/o/revoke/").form(&wrong);
    assert_eq!(error(&lab.http.send(call).await.unwrap()), (401, "invalid_client".to_owned()));
    assert_eq!(lab.as_portal("revoke", &[("token", "unknown")]).await.status, 200);
    assert_eq!(lab.as_portal("revoke", &[("token", &tokens.refresh)]).await.status, 200);
    assert_eq!(error(&lab.refresh(&tokens.refresh).await), invalid("grant"));
    assert_eq!(lab.userinfo(&tokens.access).await.status, 200, "revoking one leaves the other");
    assert_eq!(lab.as_portal("revoke", &[("token", &tokens.access)]).await.status, 200);
    assert_eq!(lab.userinfo(&tokens.access).await.status, 401);
}

#[tokio::test]
async fn keys_rotate_and_the_old_ones_can_be_dropped() {
    let lab = Lab::start().await;
    let old = lab.sim.mint("anna@acme.test", "portal", TEN_MINUTES).unwrap();
    lab.sim.rotate_keys().await.unwrap();
    let new = lab.sim.mint("anna@acme.test", "portal", TEN_MINUTES).unwrap();
    let both = key_set(&lab).await;
    assert!(is_signed(&old, &both) && is_signed(&new, &both) && both.keys().len() == 2);
    lab.sim.drop_old_keys();
    let one = key_set(&lab).await;
    assert!(!is_signed(&old, &one) && is_signed(&new, &one));
}
