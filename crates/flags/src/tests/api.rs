//! `/api/flags` through the front door.

use access::{PartnerRole, Surface, roles};
use audit::AuditFilter;
use axum::http::Method;
use kernel::PartnerId;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use testkit::Who;

use super::rig::{furnished, rig};

#[tokio::test]
async fn an_operator_creates_changes_stops_and_removes_a_flag() {
    let rig = rig().await;
    rig.make("acme", "Acme", None).await;
    let made = rig.post(&rig.ida, "/api/flags", json!({"key": "beta", "kind": "off"})).await;
    assert_eq!((made.status.as_u16(), &made.headers["location"]), (201, &"/api/flags/beta".parse().unwrap()));
    assert_eq!(made.headers["etag"], "\"v1\"");
    assert_eq!((&made.json()["kind"], &made.json()["updatedByName"]), (&json!("off"), &json!("ida")));

    let body = json!({"kind": "rollout", "shareBasisPoints": 2500, "tenants": ["acme"], "description": "New search",
        "startsAt": "2026-12-01", "endsAt": "2099-12-01T12:00:00+01:00"});
    let stale = [("if-match", "\"v7\"")];
    let path = "/api/flags/beta";
    let refused = rig.call_with(&rig.ida, Method::PATCH, path, body.clone(), &stale).await;
    assert_eq!(refused.status.as_u16(), 412, "{}", refused.text);
    let now = [("if-match", "\"v1\"")];
    let changed = rig.call_with(&rig.ida, Method::PATCH, path, body, &now).await;
    assert_eq!((changed.status.as_u16(), &changed.headers["etag"]), (200, &"\"v2\"".parse().unwrap()));
    let flag = rig.get(&rig.ida, path).await.json();
    assert_eq!(flag, changed.json());
    assert_eq!((&flag["tenants"], &flag["partners"]), (&json!(["acme"]), &json!([])));
    assert_eq!(
        (&flag["startsAt"], &flag["endsAt"]),
        (&json!("2026-12-01T00:00:00.000000Z"), &json!("2099-12-01T11:00:00.000000Z"))
    );

    let killed = rig.post(&rig.ida, "/api/flags/beta/kill", json!({})).await.json();
    assert_eq!((&killed["killed"], &killed["shareBasisPoints"]), (&json!(true), &json!(2500)));
    let revived = rig.post(&rig.ida, "/api/flags/beta/revive", json!({})).await.json();
    assert_eq!((&revived["killed"], &revived["killedAt"]), (&json!(false), &Value::Null));

    let listed = rig.get(&rig.ida, "/api/flags?q=SEARCH").await.json();
    assert_eq!((&listed["items"][0]["tenantCount"], listed["items"][0].get("tenants")), (&json!(1), None));
    assert_eq!(rig.get(&rig.ida, "/api/flags?q=100%25").await.json()["items"], json!([]));
    let history = rig.get(&rig.ida, "/api/flags/beta/history").await.json();
    let history = history["items"].as_array().unwrap();
    // Records of one millisecond stand in any order.
    let mut actions: Vec<&str> = history.iter().map(|one| one["action"].as_str().unwrap()).collect();
    actions.sort_unstable();
    assert_eq!(actions, ["flag.create", "flag.kill", "flag.revive", "flag.update"]);
    let update = history.iter().find(|one| one["action"] == "flag.update").unwrap();
    assert_eq!((&update["before"]["kind"], &update["after"]["kind"]), (&json!("off"), &json!("rollout")));

    assert_eq!(rig.call(&rig.ida, Method::DELETE, path, Value::Null).await.status.as_u16(), 204);
    let gone = rig.get(&rig.ida, path).await;
    assert_eq!((gone.status.as_u16(), &gone.json()["type"]), (404, &json!("urn:dezky:problem:no-such-flag")));
}

#[tokio::test]
async fn what_can_not_be_is_refused_by_its_field() {
    let rig = rig().await;
    rig.flag(json!({"key": "beta", "kind": "off"})).await;
    for (body, fields) in [
        (json!({"key": "New Flag", "kind": "on"}), vec!["key"]),
        (json!({"key": "evaluate", "kind": "on"}), vec!["key"]),
        (json!({"key": "gamma"}), vec!["kind"]),
        (json!({"key": "gamma", "kind": "on", "shareBasisPoints": 10_001}), vec!["shareBasisPoints"]),
        (
            json!({"key": "gamma", "kind": "on", "tenants": ["nobody"], "partners": ["no-one"]}),
            vec!["tenants", "partners"],
        ),
        (
            json!({"key": "gamma", "kind": "on", "startsAt": "2027-01-02", "endsAt": "2027-01-02"}),
            vec!["endsAt"],
        ),
        (json!({"key": "gamma", "kind": "on", "tenants": vec!["x"; 10_001]}), vec!["tenants"]),
        (json!({"key": "gamma", "kind": "on", "plans": ["business", "galactic"]}), vec!["plans"]),
    ] {
        let refused = rig.post(&rig.ida, "/api/flags", body).await;
        assert_eq!(
            (refused.status.as_u16(), refused.fields()),
            (422, fields.iter().map(ToString::to_string).collect())
        );
    }
    let taken = rig.post(&rig.ida, "/api/flags", json!({"key": "beta", "kind": "on"})).await;
    assert_eq!((taken.status.as_u16(), taken.fields()), (409, vec!["key".to_owned()]));
    // An end may come too early by what stands already.
    assert_eq!(rig.patch("beta", json!({"startsAt": "2027-01-02"})).await.status.as_u16(), 200);
    assert_eq!(rig.patch("beta", json!({"endsAt": "2027-01-01"})).await.fields(), ["endsAt"]);
}

#[tokio::test]
async fn rules_are_for_operators_alone() {
    let (rig, acme, _) = furnished().await;
    let maja = rig.member("maja@acme.test", &acme).await;
    for (method, path) in [
        (Method::GET, "/api/flags"),
        (Method::GET, "/api/flags/everybody"),
        (Method::GET, "/api/flags/everybody/history"),
        (Method::POST, "/api/flags"),
        (Method::POST, "/api/flags/preview"),
        (Method::PATCH, "/api/flags/everybody"),
        (Method::DELETE, "/api/flags/everybody"),
        (Method::POST, "/api/flags/everybody/kill"),
        (Method::POST, "/api/flags/everybody/revive"),
    ] {
        let body = if method == Method::GET { Value::Null } else { json!({}) };
        let refused = rig.call(&maja, method.clone(), path, body).await;
        assert_eq!(refused.status.as_u16(), 403, "{method} {path}");
    }
    assert_eq!(rig.anonymous("/api/flags").await.status.as_u16(), 401);
}

#[tokio::test]
async fn one_is_told_the_flags_of_one_s_own_tenant_and_of_no_other() {
    let (rig, acme, fjord) = furnished().await;
    let maja = rig.member("maja@acme.test", &acme).await;
    let otto = rig.member("otto@fjord.test", &fjord).await;
    let nobody = rig.person("new@elsewhere.test", &[], Surface::Portal).await;
    let map = |everybody: bool, only_acme: bool| json!({"everybody": everybody, "only.acme": only_acme});
    assert_eq!(rig.evaluated(&maja, json!({})).await, map(true, true), "the workspace that one works in");
    assert_eq!(rig.evaluated(&maja, json!({"tenantSlug": "acme"})).await, map(true, true));
    assert_eq!(rig.evaluated(&otto, json!({})).await, map(true, false));
    assert_eq!(rig.evaluated(&nobody, json!({})).await, map(false, false), "who works nowhere has none");
    assert_eq!(rig.evaluated(&rig.ida, json!({"tenantSlug": "fjord"})).await, map(true, false));

    let told = async |who: &Who, slug: &str| {
        let answer = rig.post(who, "/api/flags/evaluate", json!({"tenantSlug": slug})).await;
        let mut said = answer.json();
        said["requestId"] = json!("");
        (answer.status.as_u16(), said)
    };
    let unknown = told(&otto, "nowhere").await;
    assert_eq!(unknown.0, 404);
    assert_eq!(told(&otto, "acme").await, unknown, "another's is like none");
    let filter = AuditFilter { outcome: Some("denied".into()), ..AuditFilter::default() };
    let denied = audit::page(rig.test.db.read(), None, &filter, None, 10).await.unwrap().items;
    assert!(denied.iter().any(|record| record.actor_email.as_deref() == Some("otto@fjord.test")));

    rig.post(&rig.ida, "/api/flags/everybody/kill", json!({})).await;
    assert_eq!(rig.evaluated(&maja, json!({})).await, map(false, true), "at once");
    // Whoever works in a workspace that is closed is told nothing of it.
    rig.post(&rig.ida, "/api/tenants/acme/suspend", json!({})).await;
    assert_eq!(rig.evaluated(&maja, json!({})).await, map(false, false));
    assert_eq!(told(&maja, "acme").await.0, 403);
}

#[tokio::test]
async fn the_staff_of_a_partner_ask_for_its_customers_and_for_nobody_else() {
    let (rig, ..) = furnished().await;
    let partner = PartnerId::new(&rig.clock);
    let insert = format!(
        "INSERT INTO partners (id, slug, name, status, created_at) VALUES ('{partner}', 'nordit', 'NordIT', 'active', 1)"
    );
    rig.test.db.read().execute_unprepared(&insert).await.unwrap();
    let customer =
        json!({"slug": "kunde", "name": "Kunde", "plan": "business", "seats": 5, "partnerId": partner});
    assert_eq!(rig.post(&rig.ida, "/api/tenants", customer).await.status.as_u16(), 201);
    rig.flag(json!({"key": "partners", "kind": "targeted", "partners": ["nordit"]})).await;
    let frida = rig.person("frida@nordit.test", &[], Surface::Portal).await;
    let tx = rig.test.db.begin().await.unwrap();
    roles::set_partner_role(&tx, &rig.clock, partner, frida.person.id, PartnerRole::Support).await.unwrap();
    tx.commit_silently("a test").await.unwrap();

    let map = |everybody: bool, partners: bool| json!({"everybody": everybody, "only.acme": false, "partners": partners});
    assert_eq!(rig.evaluated(&frida, json!({"tenantSlug": "kunde"})).await, map(true, true));
    assert_eq!(rig.evaluated(&frida, json!({})).await, map(false, false), "she works in no workspace");
    assert_eq!(rig.evaluated(&rig.ida, json!({"tenantSlug": "acme"})).await["partners"], json!(false));
    let refused = rig.post(&frida, "/api/flags/evaluate", json!({"tenantSlug": "acme"})).await;
    assert_eq!(refused.status.as_u16(), 404);
}

#[tokio::test]
async fn before_it_is_saved_a_rule_says_how_many_tenants_it_reaches() {
    let (rig, ..) = furnished().await;
    let preview = async |body: Value| {
        let answer = rig.post(&rig.ida, "/api/flags/preview", body).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
        answer.json()
    };
    let whole = json!({"key": "beta", "kind": "rollout", "shareBasisPoints": 10_000});
    assert_eq!(preview(whole).await, json!({"reaches": 2, "of": 2}));
    let named = json!({"key": "beta", "kind": "targeted", "tenants": ["fjord"]});
    assert_eq!(preview(named).await, json!({"reaches": 1, "of": 2}));
    assert_eq!(preview(json!({"key": "beta", "kind": "targeted"})).await, json!({"reaches": 0, "of": 2}));
    assert_eq!(rig.get(&rig.ida, "/api/flags/beta").await.status.as_u16(), 404, "nothing was saved");
}

#[tokio::test]
async fn a_flag_names_plans_and_so_all_tenants_on_them() {
    let (rig, acme, _) = furnished().await;
    let small = json!({"slug": "small", "name": "Small", "plan": "starter", "seats": 5});
    let made = rig.post(&rig.ida, "/api/tenants", small).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.text);
    let sara = rig.member("sara@small.test", &made.json()).await;
    let maja = rig.member("maja@acme.test", &acme).await;
    let rule = json!({"key": "by.plan", "kind": "targeted", "plans": ["business", "business", "enterprise"]});
    let reach = rig.post(&rig.ida, "/api/flags/preview", rule.clone()).await.json();
    assert_eq!(reach, json!({"reaches": 2, "of": 3}));
    assert_eq!(rig.flag(rule).await["plans"], json!(["business", "enterprise"]));
    assert_eq!(rig.evaluated(&maja, json!({})).await["by.plan"], json!(true));
    assert_eq!(rig.evaluated(&sara, json!({})).await["by.plan"], json!(false));

    let changed = rig.patch("by.plan", json!({"plans": ["starter"]})).await;
    assert_eq!((changed.status.as_u16(), &changed.json()["plans"]), (200, &json!(["starter"])));
    assert_eq!(
        rig.get(&rig.ida, "/api/flags/by.plan").await.json()["plans"],
        json!(["starter"]),
        "as stored"
    );
    assert_eq!(rig.evaluated(&maja, json!({})).await["by.plan"], json!(false));
    assert_eq!(rig.evaluated(&sara, json!({})).await["by.plan"], json!(true));
    // A share adds to those that it names.
    rig.patch("by.plan", json!({"kind": "rollout"})).await;
    let rest = json!({"key": "by.plan", "kind": "rollout", "plans": ["starter"]});
    let reach = rig.post(&rig.ida, "/api/flags/preview", rest).await.json();
    assert_eq!(reach, json!({"reaches": 1, "of": 3}));
    assert_eq!(rig.evaluated(&sara, json!({})).await["by.plan"], json!(true));
    assert_eq!(rig.patch("by.plan", json!({"plans": null})).await.json()["plans"], json!([]));
    assert_eq!(rig.evaluated(&sara, json!({})).await["by.plan"], json!(false));
}
