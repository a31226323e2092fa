//! What a key of the API may do: what the roles of its account say, and for how long.

use std::time::Duration;

use outbound::{Answer, Call, Method};
use serde_json::{Value, json};

use crate::lab::Lab;

/// A service account with a key of the API and a role.
async fn account(lab: &Lab, permissions: &[&str]) -> (i64, Value) {
    let body = json!({"name": "dezky", "create_group": false, "expiring": false});
    let answer = lab.api(Method::Post, "/api/v3/core/users/service_account/", Some(body)).await;
    let user = answer.json::<Value>().unwrap()["user_pk"].as_i64().unwrap();
    let fields = json!({"identifier": "dezky-api", "intent": "api", "user": user, "expiring": false});
    lab.made("core/tokens", fields).await;
    let role = lab.made("rbac/roles", json!({"name": "dezky"})).await["pk"].clone();
    let id = role.as_str().unwrap();
    let place = format!("/api/v3/rbac/permissions/assigned_by_roles/{id}/assign/");
    assert_eq!(lab.api(Method::Post, &place, Some(json!({"permissions": permissions}))).await.status, 200);
    let place = format!("/api/v3/rbac/roles/{id}/add_user/");
    assert_eq!(lab.api(Method::Post, &place, Some(json!({"pk": user}))).await.status, 204);
    (user, role)
}

async fn key(lab: &Lab) -> String {
    let answer = lab.api(Method::Get, "/api/v3/core/tokens/dezky-api/view_key/", None).await;
    answer.json::<Value>().unwrap()["key"].as_str().unwrap().to_owned()
}

async fn call(lab: &Lab, key: &str, method: Method, path: &str, body: Value) -> Answer {
    let call = Call::new(method, format!("/api/v3/{path}")).bearer(key.into());
    lab.http.send(if body.is_null() { call } else { call.json(&body) }).await.unwrap()
}

#[tokio::test]
async fn a_caller_may_what_the_roles_of_the_account_say() {
    let lab = Lab::start().await;
    let granted =
        ["authentik_core.view_user", "authentik_core.reset_user_password", "authentik_core.change_group"];
    let (_, role) = account(&lab, &granted).await;
    let key = key(&lab).await;
    let anna = lab.pk_of("anna@acme.test").await;
    let group = lab.row("groups", "name", "acme")["id"].as_str().unwrap().to_owned();
    let is_let = [
        (Method::Get, format!("core/users/{anna}/"), Value::Null, true),
        (Method::Post, format!("core/users/{anna}/set_password/"), json!({"password": "x"}), true),
        (Method::Post, format!("core/users/{anna}/recovery/"), json!({}), true),
        (Method::Patch, format!("core/users/{anna}/"), json!({"name": "x"}), false),
        (Method::Get, "core/groups/".to_owned(), Value::Null, false),
        // What can't be seen can't be changed.
        (Method::Patch, format!("core/groups/{group}/"), json!({"name": "x"}), false),
        (Method::Post, format!("core/groups/{group}/add_user/"), json!({"pk": anna}), false),
        (Method::Get, "providers/oauth2/".to_owned(), Value::Null, false),
        (Method::Get, "admin/settings/".to_owned(), Value::Null, false),
        (Method::Get, "admin/version/".to_owned(), Value::Null, true),
        (Method::Get, "core/applications/".to_owned(), Value::Null, true),
    ];
    for (method, path, body, expected) in is_let {
        let answer = call(&lab, &key, method, &path, body).await;
        assert_eq!(answer.status < 300, expected, "{path}: {}", answer.status);
        if !expected {
            let why: Value = answer.json().unwrap();
            assert_eq!(why, json!({"detail": "You do not have permission to perform this action."}));
        }
    }
    let path = format!("rbac/permissions/?role={}&page_size=100", role.as_str().unwrap());
    let rows: Value = call(&lab, &key, Method::Get, &path, Value::Null).await.json().unwrap();
    let row =
        |row: &Value| format!("{}.{}", row["app_label"].as_str().unwrap(), row["codename"].as_str().unwrap());
    let mut words: Vec<String> = rows["results"].as_array().unwrap().iter().map(row).collect();
    words.sort();
    let mut wanted = granted.to_vec();
    wanted.sort_unstable();
    assert_eq!(words, wanted);

    let place = format!("/api/v3/rbac/permissions/assigned_by_roles/{}/", role.as_str().unwrap());
    let taken = json!({"permissions": ["authentik_core.view_user"]});
    assert_eq!(lab.api(Method::Patch, &format!("{place}unassign/"), Some(taken)).await.status, 204);
    let refused = call(&lab, &key, Method::Get, &format!("core/users/{anna}/"), Value::Null).await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn devices_are_shown_of_the_types_that_may_be_seen() {
    let lab = Lab::start().await;
    account(&lab, &["authentik_stages_authenticator_totp.view_totpdevice"]).await;
    let key = key(&lab).await;
    let anna = lab.pk_of("anna@acme.test").await;
    for id in ["totp/1", "webauthn/1"] {
        lab.put("devices", id, &json!({"user": anna}));
    }
    let path = format!("authenticators/admin/all/?user={anna}");
    let rows: Value = call(&lab, &key, Method::Get, &path, Value::Null).await.json().unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 1);
    let all: Value = lab.api(Method::Get, &format!("/api/v3/{path}"), None).await.json().unwrap();
    assert_eq!(all.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_key_that_ends_is_replaced_and_one_that_does_not_stays() {
    let lab = Lab::start().await;
    account(&lab, &[]).await;
    let kept = key(&lab).await;
    lab.clock.advance(Duration::from_hours(24));
    assert_eq!(key(&lab).await, kept);
    let changes = json!({"expiring": true});
    let answer = lab.api(Method::Patch, "/api/v3/core/tokens/dezky-api/", Some(changes)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(call(&lab, &kept, Method::Get, "core/users/me/", Value::Null).await.status, 200);
    lab.clock.advance(Duration::from_mins(30));
    let refused = call(&lab, &kept, Method::Get, "core/users/me/", Value::Null).await;
    let why: Value = refused.json().unwrap();
    assert_eq!((refused.status, why), (403, json!({"detail": "Token invalid/expired"})));
    let other = key(&lab).await;
    assert_ne!(other, kept);
    assert_eq!(call(&lab, &other, Method::Get, "core/users/me/", Value::Null).await.status, 200);
}
