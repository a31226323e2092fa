//! What survives a restart, what the embedding program can do, what the inventory shows.

use std::time::Duration;

use outbound::Method;
use serde_json::{Value, json};
use simulator::State as _;

use crate::browser::{Browser, Tokens, claims, header};
use crate::lab::{Lab, TEN_MINUTES, anna, person};

#[tokio::test]
async fn a_restart_keeps_people_keys_and_refresh_tokens_but_not_the_origin() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authentik.json");
    let lab = Lab::in_file(Some(&file)).await;
    let (_, tokens) = lab.signed_in().await;
    let uuid = lab.sim.user_uuid("anna@acme.test").unwrap();
    let path = format!("/api/v3/core/users/{}/set_password/", lab.pk_of("anna@acme.test").await);
    lab.api(Method::Post, &path, Some(json!({"password": "her own"}))).await;
    let old_origin = lab.sim.origin.clone();
    lab.sim.stop();
    let kept = std::fs::read_to_string(&file).unwrap();
    for secret in
        ["correct horse", "her own", "an-app-password", "portal-secret", "an-api-token", &tokens.refresh]
    {
        assert!(!kept.contains(secret), "{secret} is in the file");
    }

    let lab = Lab::in_file(Some(&file)).await;
    assert_ne!(lab.sim.origin, old_origin);
    assert_eq!(lab.sim.user_uuid("anna@acme.test"), Some(uuid));
    let later = Tokens::of(&lab.refresh(&tokens.refresh).await);
    assert!(claims(&later.id)["iss"].as_str().unwrap().starts_with(&lab.sim.origin));
    assert_eq!(header(&later.id)["kid"], header(&tokens.id)["kid"]);
    Browser::new(&lab).sign_in("anna@acme.test", "her own").await;
    let users: Value = lab.api(Method::Get, "/api/v3/core/users/", None).await.json().unwrap();
    assert_eq!(users["pagination"]["count"], 3, "akadmin, anna and the service account, once each");
}

#[tokio::test]
async fn the_program_can_mint_add_and_shorten() {
    let lab = Lab::start().await;
    let token = lab.sim.mint("svc-files", "files", Duration::from_secs(5)).unwrap();
    let claimed = claims(&token);
    assert_eq!((&claimed["aud"], &claimed["preferred_username"]), (&json!("files"), &json!("svc-files")));
    assert_eq!(claimed["scope"], "openid email profile offline_access");
    assert_eq!(lab.userinfo(&token).await.status, 200);
    lab.clock.advance(Duration::from_secs(5));
    assert_eq!(lab.userinfo(&token).await.status, 401);
    assert_eq!(lab.sim.mint("nobody", "files", TEN_MINUTES), None);
    assert_eq!(lab.sim.mint("svc-files", "nobody", TEN_MINUTES), None);

    let uuid = lab.sim.add_user(&person("bo@acme.test", &["acme", "admins"]));
    assert_eq!(lab.sim.add_user(&person("bo@acme.test", &[])), uuid);
    assert_eq!(lab.sim.user_uuid("BO@acme.test"), Some(uuid));
    assert_eq!(Some(lab.sim.add_user(&anna())), lab.sim.user_uuid("anna@acme.test"));

    assert!(lab.sim.set_access_token_validity("portal", Duration::from_secs(2)));
    assert!(!lab.sim.set_access_token_validity("nobody", TEN_MINUTES));
    let (_, tokens) = lab.signed_in().await;
    assert_eq!(tokens.body["expires_in"], 2);
}

#[tokio::test]
async fn objects_change_behind_everybodys_back() {
    let lab = Lab::start().await;
    let id = "11111111-1111-4111-8111-111111111111";
    let path = format!("/_sim/objects/groups/{id}");
    let fields =
        json!({"name": "drifted", "attributes": {"a": 1}, "users": [lab.pk_of("anna@acme.test").await]});
    assert_eq!(lab.api(Method::Put, &path, Some(fields)).await.status, 204);
    assert_eq!(lab.api(Method::Put, &path, Some(json!({"attributes": {"b": 2}}))).await.status, 204);
    let group = lab.authentik.group(id).await.unwrap().unwrap();
    assert_eq!((group.name.as_str(), group.attributes["b"].as_i64()), ("drifted", Some(2)));
    for (path, fields) in [
        (path.as_str(), json!({"colour": "red"})),
        (path.as_str(), json!({"name": "acme"})),
        (path.as_str(), json!({"users": [999]})),
        ("/_sim/objects/groups/not-a-uuid", json!({})),
        ("/_sim/objects/sessions/1", json!({})),
    ] {
        assert_eq!(lab.api(Method::Put, path, Some(fields)).await.status, 422, "{path}");
    }
    let user = json!({"username": "bo", "email": "bo@acme.test", "password": "pw", "groups": [id]});
    assert_eq!(lab.api(Method::Put, "/_sim/objects/users/77", Some(user)).await.status, 204);
    Browser::new(&lab).sign_in("bo@ACME.test", "pw").await;
    let inventory: Value = lab.api(Method::Get, "/_sim/inventory", None).await.json().unwrap();
    let session = inventory["sessions"].as_array().unwrap().iter().find(|row| row["user"] == 77).unwrap();
    let session = format!("/_sim/objects/sessions/{}", session["id"].as_str().unwrap());
    assert_eq!(lab.api(Method::Delete, &session, None).await.status, 204);
    assert_eq!(lab.api(Method::Delete, &session, None).await.status, 404);
    assert_eq!(lab.api(Method::Delete, &path, None).await.status, 204);
    assert_eq!(lab.authentik.group(id).await.unwrap(), None);
}

#[tokio::test]
async fn the_inventory_lists_everything_and_no_secret() {
    let lab = Lab::start().await;
    let (browser, tokens) = lab.signed_in().await;
    let inventory = lab.sim.store.read(simulator::State::inventory);
    for (kind, count) in
        [("groups", 2), ("users", 3), ("applications", 2), ("sessions", 1), ("refreshTokens", 1)]
    {
        let rows = inventory[kind].as_array().unwrap();
        assert_eq!(rows.len(), count, "{kind}");
        assert!(rows.iter().all(|row| !row["id"].is_null()));
    }
    let text = inventory.to_string();
    let cookie = browser.cookie.unwrap();
    for secret in [&tokens.refresh, &tokens.access, cookie.split_once('=').unwrap().1] {
        assert!(!text.contains(secret));
    }
    assert!(lab.sim.store.write(|world| {
        let user = world.inventory()["users"][0]["id"].to_string();
        world.remove("users", &user)
    }));
}

#[tokio::test]
async fn health_needs_no_token() {
    let lab = Lab::start().await;
    for path in ["/-/health/live/", "/-/health/ready/", "/api/v3/root/config/"] {
        assert_eq!(lab.http.send(outbound::Call::get(path)).await.unwrap().status, 200, "{path}");
    }
}
