//! What the API makes works as what a setup brings: providers sign people in, flows recover. And each of it can be broken.

use std::time::Duration;

use outbound::{Answer, Call, Method};
use serde_json::{Value, json};
use upstream_authentik::sim::Setup;

use crate::browser::{Browser, claims, location, parameter};
use crate::lab::{Lab, anna};

const BACK: &str = "https://console.test/sign-in/callback";

impl Lab {
    /// A server as it is installed, and one person.
    pub async fn installed() -> Self {
        let change = |setup: Setup| Setup {
            apps: Vec::new(),
            service_accounts: Vec::new(),
            users: vec![anna()],
            has_recovery: false,
            ..setup
        };
        Self::with(change).await
    }

    /// What a POST made.
    pub async fn made(&self, place: &str, body: Value) -> Value {
        let answer = self.api(Method::Post, &format!("/api/v3/{place}/"), Some(body)).await;
        assert_eq!(answer.status, 201, "{place}: {}", String::from_utf8_lossy(&answer.body));
        answer.json().unwrap()
    }

    async fn patched(&self, path: &str, body: Value) -> Answer {
        let answer = self.api(Method::Patch, &format!("/api/v3/{path}/"), Some(body)).await;
        assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
        answer
    }

    /// The id of something that ships.
    fn shipped(&self, kind: &str, name: &str) -> Value {
        let field = if kind == "flows" { "slug" } else { "name" };
        self.row(kind, field, name)["pk"].clone()
    }

    /// A provider with an application, both named `console`, and mappings of the scopes.
    async fn console(&self, scopes: &[&str]) -> Value {
        let mappings: Vec<Value> =
            scopes.iter().map(|scope| self.row("mappings", "scope_name", scope)["pk"].clone()).collect();
        let provider = self
            .made(
                "providers/oauth2",
                json!({
                    "name": "console", "client_id": "console", "client_secret": "a-secret",
                    "authorization_flow": self.shipped("flows", "default-provider-authorization-implicit-consent"),
                    "invalidation_flow": self.shipped("flows", "default-provider-invalidation-flow"),
                    "grant_types": ["authorization_code", "refresh_token"],
                    "redirect_uris": [{"matching_mode": "strict", "url": BACK}],
                    "signing_key": self.shipped("keyPairs", "authentik Self-signed Certificate"),
                    "property_mappings": mappings, "sub_mode": "user_uuid",
                }),
            )
            .await;
        let fields = json!({"name": "console", "slug": "console", "provider": provider["pk"]});
        self.made("core/applications", fields).await;
        provider
    }

    /// The answer of the token endpoint after anna signed in.
    async fn sign_in_to_console(&self, scope: &str) -> Answer {
        let mut browser = Browser::new(self);
        let page = "/if/flow/default-authentication-flow/";
        browser.submit(page, "anna@acme.test", "correct horse").await;
        let back = BACK.replace('/', "%2F");
        let query = format!("client_id=console&response_type=code&redirect_uri={back}&scope={scope}");
        let answer = browser.get(&format!("/application/o/authorize/?{query}")).await;
        if answer.status != 302 {
            return answer;
        }
        let Some(code) = parameter(&answer, "code") else { return answer };
        let fields = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", BACK)];
        let call = Call::new(Method::Post, "/application/o/token/").basic("console", "a-secret".into());
        self.http.send(call.form(&fields)).await.unwrap()
    }

    async fn tokens_of_console(&self, scope: &str) -> Value {
        let answer = self.sign_in_to_console(scope).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json().unwrap()
    }
}

#[tokio::test]
async fn a_provider_made_by_the_api_signs_people_in_as_it_says() {
    let lab = Lab::installed().await;
    let provider = lab.console(&["openid", "profile", "offline_access"]).await;
    let place = format!("providers/oauth2/{}", provider["pk"]);
    let tokens = lab.tokens_of_console("openid+email+profile+offline_access").await;
    assert_eq!(tokens["scope"], "openid profile offline_access", "a scope without a mapping is dropped");
    assert!(tokens["refresh_token"].is_string());
    let claimed = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(claimed["sub"], lab.sim.user_uuid("anna@acme.test").unwrap());
    assert_eq!(claimed["groups"], json!(["acme"]));
    assert!(claimed.get("email").is_none());

    let code =
        r#"return {"dezky_groups": [{"id": str(g.pk), "name": g.name} for g in request.user.all_groups()]}"#;
    let fields = json!({"name": "groups", "scope_name": "profile", "expression": code});
    let mapping = lab.made("propertymappings/provider/scope", fields).await;
    let changes = json!({
        "property_mappings": [mapping["pk"]], "sub_mode": "user_username", "issuer_mode": "global",
        "access_token_validity": "minutes=5",
    });
    lab.patched(&place, changes).await;
    let tokens = lab.tokens_of_console("openid+profile").await;
    assert_eq!((&tokens["scope"], &tokens["expires_in"]), (&json!("profile"), &json!(300)));
    let claimed = claims(tokens["access_token"].as_str().unwrap());
    assert_eq!(claimed["sub"], "anna@acme.test");
    assert_eq!(claimed["iss"], format!("{}/", lab.sim.origin));
    assert_eq!(claimed["dezky_groups"][0]["name"], "acme");

    lab.patched(&place, json!({"client_secret": "another"})).await;
    assert_eq!(lab.sign_in_to_console("openid").await.status, 400);
    lab.patched(&place, json!({"redirect_uris": []})).await;
    assert_eq!(lab.sign_in_to_console("openid").await.status, 400);
}

#[tokio::test]
async fn without_the_grant_or_the_scope_there_is_no_refresh_token() {
    let lab = Lab::installed().await;
    let provider = lab.console(&["openid", "offline_access"]).await;
    let place = format!("providers/oauth2/{}", provider["pk"]);
    assert!(lab.tokens_of_console("openid").await.get("refresh_token").is_none());
    lab.patched(&place, json!({"grant_types": ["authorization_code"]})).await;
    assert!(lab.tokens_of_console("openid+offline_access").await.get("refresh_token").is_none());
    let refused =
        lab.api(Method::Patch, &format!("/api/v3/{place}/"), Some(json!({"grant_types": []}))).await;
    assert_eq!((refused.status, refused.json::<Value>().unwrap()["grant_types"].is_array()), (400, true));
    let keys = async || -> Value {
        lab.http.send(Call::get("/application/o/console/jwks/")).await.unwrap().json().unwrap()
    };
    assert_eq!(keys().await["keys"].as_array().unwrap().len(), 1);
    lab.patched(&place, json!({"signing_key": null})).await;
    assert_eq!(keys().await, json!({}));
}

#[tokio::test]
async fn an_application_is_for_those_that_are_bound_and_for_all_when_nobody_is() {
    let lab = Lab::installed().await;
    lab.console(&["openid"]).await;
    let target = lab.row("applications", "slug", "console")["pk"].clone();
    let group = lab.made("core/groups", json!({"name": "operators"})).await;
    lab.made("policies/bindings", json!({"target": target, "group": group["pk"], "order": 0})).await;
    let refused = lab.sign_in_to_console("openid").await;
    assert!(String::from_utf8_lossy(&refused.body).contains("Permission denied"));
    let place = format!("/api/v3/core/groups/{}/", group["pk"].as_str().unwrap());
    let anna = lab.pk_of("anna@acme.test").await;
    lab.api(Method::Post, &format!("{place}add_user/"), Some(json!({"pk": anna}))).await;
    lab.tokens_of_console("openid").await;
    lab.api(Method::Post, &format!("{place}remove_user/"), Some(json!({"pk": anna}))).await;
    assert_eq!(lab.api(Method::Delete, &place, None).await.status, 204);
    lab.tokens_of_console("openid").await;
    lab.put("settings", "settings", &json!({"flags": {"core_default_app_access": false}}));
    let refused = lab.sign_in_to_console("openid").await;
    assert!(String::from_utf8_lossy(&refused.body).contains("Permission denied"));
}

#[tokio::test]
async fn an_own_flow_recovers_and_asks_who_it_is_without_a_link() {
    let lab = Lab::installed().await;
    let anna = lab.pk_of("anna@acme.test").await;
    let link = format!("/api/v3/core/users/{anna}/recovery/");
    let refused = lab.api(Method::Post, &link, None).await;
    assert_eq!(
        (refused.status, refused.json().unwrap()),
        (400, json!({"non_field_errors": "No recovery flow set."}))
    );

    let fields = json!({"name": "R", "slug": "own", "title": "Reset", "designation": "recovery"});
    let flow = lab.made("flows/instances", fields).await["pk"].clone();
    let fields = json!({"name": "own-identification", "user_fields": ["email"]});
    let identification = lab.made("stages/identification", fields).await["pk"].clone();
    let code = r#"return not request.context.get("is_restored", False)"#;
    let policy = lab.made("policies/expression", json!({"name": "unrestored", "expression": code})).await;
    let stages = [
        identification,
        lab.shipped("stages", "default-password-change-prompt"),
        lab.shipped("stages", "default-password-change-write"),
        lab.shipped("stages", "default-authentication-login"),
    ];
    let mut bound = Vec::new();
    for (order, stage) in stages.into_iter().enumerate() {
        let fields = json!({"target": flow, "stage": stage, "order": order});
        bound.push(lab.made("flows/bindings", fields).await["pk"].clone());
    }
    lab.made("policies/bindings", json!({"target": bound[0], "policy": policy["pk"], "order": 0})).await;
    let brand = lab.row("brands", "id", "default")["brand_uuid"].as_str().unwrap().to_owned();
    lab.patched(&format!("core/brands/{brand}"), json!({"flow_recovery": flow})).await;

    let text = |answer: &Answer| String::from_utf8_lossy(&answer.body).into_owned();
    let browser = Browser::new(&lab);
    assert!(text(&browser.get("/if/flow/own/").await).contains("name=\"username\""));
    let made: Value = lab.api(Method::Post, &link, None).await.json().unwrap();
    let place = made["link"].as_str().unwrap().strip_prefix(&lab.sim.origin).unwrap().to_owned();
    let opened = browser.get(&place).await;
    assert!(text(&opened).contains("name=\"password_repeat\""));
    let cookie = opened.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let fields = [("password", "her own"), ("password_repeat", "her own")];
    let call = Call::new(Method::Post, place).form(&fields).header("cookie", cookie);
    assert_eq!(lab.http.send(call).await.unwrap().status, 302);
    let page = "/if/flow/default-authentication-flow/";
    assert_eq!(location(&Browser::new(&lab).submit(page, "anna@acme.test", "her own").await), "/");
}

#[tokio::test]
async fn each_object_can_be_spoiled_and_removed() {
    let lab = Lab::start().await;
    let inventory: Value = lab.api(Method::Get, "/_sim/inventory", None).await.json().unwrap();
    for secret in ["portal-secret", "an-api-token"] {
        assert!(!inventory.to_string().contains(secret), "{secret}");
    }
    for (place, fields) in [
        ("providers/portal", json!({"redirect_uris": [], "sub_mode": "user_id", "issuer_mode": "global"})),
        (
            "providers/portal",
            json!({"signing_key": null, "grant_types": ["refresh_token"], "client_secret": "x"}),
        ),
        ("mappings/dezky: groups", json!({"expression": "return {}"})),
        ("applications/portal", json!({"name": "Portal"})),
        ("brands/default", json!({"flow_recovery": null})),
        ("tokens/authentik-bootstrap-token", json!({"expiring": true, "expires": "2020-01-01T00:00:00Z"})),
    ] {
        let path = format!("/_sim/objects/{}", place.replace(' ', "%20"));
        let answer = lab.http.send(Call::new(Method::Put, path).json(&fields)).await.unwrap();
        assert_eq!(answer.status, 204, "{place}: {}", String::from_utf8_lossy(&answer.body));
    }
    let refused = lab.api(Method::Get, "/api/v3/core/users/", None).await;
    assert_eq!(refused.status, 403, "the key has ended");
    for (place, fields) in [
        ("providers/portal", json!({"colour": "red"})),
        ("providers/portal", json!({"signing_key": "nothing"})),
        ("stages/nothing", json!({})),
    ] {
        let call = Call::new(Method::Put, format!("/_sim/objects/{place}")).json(&fields);
        assert_eq!(lab.http.send(call).await.unwrap().status, 422, "{place}");
    }
    for place in ["providers/portal", "mappings/dezky:%20groups", "applications/portal"] {
        let call = || Call::new(Method::Delete, format!("/_sim/objects/{place}"));
        assert_eq!(lab.http.send(call()).await.unwrap().status, 204, "{place}");
        assert_eq!(lab.http.send(call()).await.unwrap().status, 404, "{place}");
    }
}

#[tokio::test]
async fn a_restart_keeps_what_the_api_made_and_opens_what_an_older_version_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authentik.json");
    let lab = Lab::in_file(Some(&file)).await;
    let uuid = lab.sim.user_uuid("anna@acme.test");
    let made = lab.made("core/groups", json!({"name": "kept"})).await;
    let target = lab.row("applications", "slug", "portal")["pk"].clone();
    let fields = json!({"name": "own", "scope_name": "email", "expression": "return {}"});
    let mapping = lab.made("propertymappings/provider/scope", fields).await["pk"].clone();
    let mappings = lab.row("providers", "name", "portal")["property_mappings"].clone();
    let mut mappings = mappings.as_array().unwrap().clone();
    mappings.push(mapping.clone());
    lab.put("providers", "portal", &json!({"property_mappings": mappings}));
    lab.sim.stop();

    let lab = Lab::in_file(Some(&file)).await;
    assert_eq!(lab.row("applications", "slug", "portal")["pk"], target);
    assert_eq!(lab.row("groups", "name", "kept")["id"], made["pk"]);
    let mappings = lab.row("providers", "name", "portal")["property_mappings"].clone();
    assert!(mappings.as_array().unwrap().contains(&mapping), "{mappings}");
    lab.sim.stop();

    let mut kept: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    kept.as_object_mut().unwrap().remove("objects");
    kept["app_passwords"] = json!({"old": {"user": 1, "key": "k"}});
    kept["brand"] = json!({"flow": "dezky-recovery", "requires_token": false});
    kept["attached"] = json!({"portal": ["x"]});
    std::fs::write(&file, kept.to_string()).unwrap();
    let lab = Lab::in_file(Some(&file)).await;
    assert_eq!(lab.sim.user_uuid("anna@acme.test"), uuid);
    lab.signed_in().await;
    lab.clock.advance(Duration::from_secs(1));
    let anna = lab.pk_of("anna@acme.test").await;
    let link = lab.api(Method::Post, &format!("/api/v3/core/users/{anna}/recovery/"), None).await;
    assert_eq!(link.status, 200);
}

#[tokio::test]
async fn another_account_or_token_of_the_name_is_not_used() {
    let lab = Lab::installed().await;
    let refused = lab.authentik.ensure_service_account("anna@acme.test").await.unwrap_err();
    assert!(refused.to_string().contains("is no service account"), "{refused}");
    let user = lab.authentik.ensure_service_account("files").await.unwrap();
    assert_eq!(lab.authentik.ensure_service_account("files").await.unwrap().id, user.id);

    lab.authentik.ensure_app_password("files-own", user.id).await.unwrap();
    lab.authentik.ensure_app_password("files-own", user.id).await.unwrap();
    let anna = lab.pk_of("anna@acme.test").await;
    let tokens = [
        ("of-another", "app_password", anna, false, "user differs"),
        ("of-the-api", "api", user.id, false, "intent differs"),
        ("that-ends", "app_password", user.id, true, "expiring differs"),
    ];
    for (identifier, intent, owner, expiring, why) in tokens {
        let body = json!({"identifier": identifier, "intent": intent, "user": owner, "expiring": expiring});
        lab.made("core/tokens", body).await;
        let refused = lab.authentik.ensure_app_password(identifier, user.id).await.unwrap_err();
        assert!(refused.to_string().contains(why), "{refused}");
    }

    lab.patched(&format!("core/users/{}", user.id), json!({"is_active": false})).await;
    let refused = lab.authentik.ensure_service_account("files").await.unwrap_err();
    assert!(refused.to_string().contains("suspended"), "{refused}");
}
