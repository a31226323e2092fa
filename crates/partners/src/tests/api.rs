//! What an operator does with partners, over the API.

use axum::http::Method;
use serde_json::{Value, json};

use super::{actions, attach, change, delete, partner, rig, slugs};

#[tokio::test]
async fn a_partner_is_made_with_all_that_is_known_of_it_and_read_back() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let body = json!({
        "slug": "nordit", "name": "NordIT A/S ☕", "domain": "NordIT.test", "marginPct": "12.5",
        "contactInfo": {"name": "Frida Nord", "email": "Frida@nordit.test", "phone": "+45 12 34"},
        "billingInfo": {"company": "NordIT A/S", "country": "dk"},
    });
    let made = rig.post(&operator, "/api/partners", body).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.text);
    assert_eq!(made.headers["location"], "/api/partners/nordit");
    let (tag, made) = (made.headers["etag"].clone(), made.json());
    let read = rig.get(&operator, "/api/partners/nordit").await;
    assert_eq!((&read.headers["etag"], read.json()), (&tag, made.clone()));
    assert_eq!((&made["marginPct"], &made["status"]), (&json!("12.50"), &json!("active")));
    assert_eq!((&made["domain"], &made["customers"]), (&json!("nordit.test"), &json!(0)));
    assert_eq!(made["contactInfo"]["email"], "frida@nordit.test");
    assert_eq!(made["billingInfo"]["country"], "DK");
    assert!(made.get("mrr").is_none(), "nobody knows it before there are subscriptions");
}

#[tokio::test]
async fn every_bad_field_is_named_and_nothing_is_made() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let body = json!({
        "slug": "No", "name": "", "domain": "x", "marginPct": "100.01", "iban": "1",
        "contactInfo": {"email": "x"}, "billingInfo": {"country": "Denmark"},
    });
    let refused = rig.post(&operator, "/api/partners", body).await;
    assert_eq!(refused.status.as_u16(), 422);
    let named = ["billingInfo.country", "contactInfo.email", "domain", "iban", "marginPct", "name", "slug"];
    assert_eq!(refused.fields(), named);
    assert_eq!(slugs(&rig.get(&operator, "/api/partners").await.json()), Vec::<&str>::new());
}

#[tokio::test]
async fn a_slug_is_given_once_and_neither_that_of_an_address_nor_that_of_all_staff() {
    let rig = rig().await;
    let operator = rig.operator().await;
    partner(&rig, "nordit", "NordIT").await;
    delete(&rig, "/api/partners/nordit").await;
    for slug in ["nordit", "new", "staff"] {
        let again = rig.post(&operator, "/api/partners", json!({"slug": slug, "name": "Another"})).await;
        assert_eq!((again.status.as_u16(), &again.json()["type"]), (409, &json!("urn:dezky:problem:taken")));
        assert_eq!(again.fields(), ["slug"], "{slug}");
    }
    let read = rig.get(&operator, "/api/partners/nordit").await.json();
    assert_eq!(read["name"], "NordIT", "the one that ended keeps it");
}

#[tokio::test]
async fn a_change_is_refused_when_somebody_else_was_faster_and_null_clears() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let body = json!({"slug": "nordit", "name": "NordIT", "domain": "nordit.test", "marginPct": "10"});
    let tag = rig.post(&operator, "/api/partners", body).await.headers["etag"].clone();
    let path = "/api/partners/nordit";
    let changed = change(&rig, path, json!({"name": "NordIT A/S", "domain": null})).await;
    assert_eq!(changed.status.as_u16(), 200, "{}", changed.text);
    let now = changed.json();
    assert_eq!(
        (&now["name"], &now["domain"], &now["marginPct"]),
        (&json!("NordIT A/S"), &Value::Null, &json!("10.00"))
    );
    let old = [("if-match", tag.to_str().unwrap())];
    let late = rig.call_with(&operator, Method::PATCH, path, json!({"name": "Late"}), &old).await;
    assert_eq!(late.status.as_u16(), 412, "{}", late.text);
    let slug = change(&rig, path, json!({"slug": "other"})).await;
    assert_eq!((slug.status.as_u16(), slug.fields()), (422, vec!["slug".to_owned()]), "it never changes");
    assert_eq!(rig.get(&operator, path).await.json(), now);
}

#[tokio::test]
async fn the_list_is_searched_filtered_and_goes_on_after_its_cursor() {
    let rig = rig().await;
    let operator = rig.operator().await;
    for (slug, name) in [("nordit", "Ærø NordIT"), ("alpenwerk", "Alpenwerk"), ("vestkyst", "Vestkyst 100%")]
    {
        partner(&rig, slug, name).await;
    }
    rig.post(&operator, "/api/partners/vestkyst/suspend", json!({})).await;
    let listed = async |query: &str| rig.get(&operator, &format!("/api/partners?{query}")).await.json();
    assert_eq!(slugs(&listed("q=aero").await), ["nordit"]);
    assert_eq!(slugs(&listed("q=%25").await), ["vestkyst"], "a sign of the pattern means itself");
    assert_eq!(slugs(&listed("status=suspended").await), ["vestkyst"]);
    assert_eq!(rig.get(&operator, "/api/partners?status=frozen").await.fields(), ["status"]);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = listed(&format!("limit=1&cursor={cursor}")).await;
        seen.extend(slugs(&page).into_iter().map(str::to_owned));
        match page["nextCursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(seen, ["nordit", "alpenwerk", "vestkyst"]);
}

#[tokio::test]
async fn a_partner_is_suspended_resumed_and_ended_each_with_one_record() {
    let rig = rig().await;
    let operator = rig.operator().await;
    partner(&rig, "nordit", "NordIT").await;
    let post =
        async |path: &str| rig.post(&operator, &format!("/api/partners/nordit/{path}"), json!({})).await;
    assert_eq!(post("suspend").await.json()["status"], "suspended");
    assert_eq!(post("suspend").await.json()["status"], "suspended", "twice is once");
    assert_eq!(post("resume").await.json()["status"], "active");
    let ended = delete(&rig, "/api/partners/nordit").await.json();
    assert_eq!(ended["status"], "terminated");
    assert!(ended["terminatedAt"].is_string(), "{ended}");
    assert_eq!(
        delete(&rig, "/api/partners/nordit").await.status.as_u16(),
        200,
        "ending twice is ending once"
    );
    for refused in [post("resume").await, change(&rig, "/api/partners/nordit", json!({"name": "X"})).await] {
        let told = (refused.status.as_u16(), refused.json()["type"].clone());
        assert_eq!(told, (409, json!("urn:dezky:problem:wrong-state")));
    }
    let told = ["partner.create", "partner.suspend", "partner.resume", "partner.terminate"];
    assert_eq!(actions(&rig).await, told);
    assert!(audit::verify(rig.test.db.read()).await.unwrap().findings.is_empty());
}

#[tokio::test]
async fn a_customer_has_one_partner_and_is_counted_with_it_until_it_is_detached() {
    let rig = rig().await;
    let operator = rig.operator().await;
    for slug in ["nordit", "alpenwerk"] {
        partner(&rig, slug, slug).await;
    }
    rig.make("acme", "Acme", None).await;
    assert_eq!(attach(&rig, "nordit", "acme").await.status.as_u16(), 200);
    let tenant = rig.get(&operator, "/api/tenants/acme").await.json();
    let nordit = rig.get(&operator, "/api/partners/nordit").await.json();
    assert_eq!((&tenant["partnerId"], &nordit["customers"]), (&nordit["id"], &json!(1)));
    assert_eq!(slugs(&rig.get(&operator, "/api/partners/nordit/tenants").await.json()), ["acme"]);
    let elsewhere = attach(&rig, "alpenwerk", "acme").await;
    assert_eq!((elsewhere.status.as_u16(), elsewhere.fields()), (409, vec!["slug".to_owned()]));
    assert!(elsewhere.json()["detail"].to_string().contains("nordit"), "{}", elsewhere.text);
    assert_eq!(attach(&rig, "nordit", "nowhere").await.fields(), ["slug"]);
    let others = delete(&rig, "/api/partners/alpenwerk/tenants/acme").await;
    assert_eq!(others.json()["type"], "urn:dezky:problem:no-such-customer");
    assert_eq!(delete(&rig, "/api/partners/nordit/tenants/acme").await.status.as_u16(), 204);
    assert_eq!(rig.get(&operator, "/api/tenants/acme").await.json()["partnerId"], Value::Null);
    assert_eq!(rig.get(&operator, "/api/partners/nordit").await.json()["customers"], 0);
}

#[tokio::test]
async fn a_partner_that_is_closed_gets_no_new_customer_and_keeps_those_that_it_has() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let nordit = partner(&rig, "nordit", "NordIT").await;
    for slug in ["acme", "fjord"] {
        rig.make(slug, slug, None).await;
    }
    attach(&rig, "nordit", "acme").await;
    rig.post(&operator, "/api/partners/nordit/suspend", json!({})).await;
    assert_eq!(attach(&rig, "nordit", "fjord").await.json()["type"], "urn:dezky:problem:wrong-state");
    let by_tenant = change(&rig, "/api/tenants/fjord", json!({"partnerId": nordit["id"]})).await;
    assert_eq!(by_tenant.fields(), ["partnerId"]);
    let renamed =
        change(&rig, "/api/tenants/acme", json!({"name": "Acme A/S", "partnerId": nordit["id"]})).await;
    assert_eq!(renamed.status.as_u16(), 200, "{}", renamed.text);
    assert_eq!(renamed.json()["partnerId"], nordit["id"]);
    let form = rig.page(&operator, "/tenants/acme/edit").await.text;
    let chosen = format!("value=\"{}\" selected", nordit["id"].as_str().unwrap());
    assert!(form.contains(&chosen), "its form would detach it");
}

#[tokio::test]
async fn all_of_it_is_the_operators_alone() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let nordit = partner(&rig, "nordit", "NordIT").await;
    let frida = rig.person("frida@nordit.test", &[], access::Surface::Portal).await;
    super::employ(&rig, &frida, &nordit, access::PartnerRole::Owner).await;
    let same_person_at_the_portal = testkit::Who { surface: access::Surface::Portal, ..operator };
    let calls = [
        (Method::GET, "/api/partners"),
        (Method::POST, "/api/partners"),
        (Method::GET, "/api/partners/nordit"),
        (Method::GET, "/api/partners/nowhere"),
        (Method::PATCH, "/api/partners/nordit"),
        (Method::DELETE, "/api/partners/nordit"),
        (Method::POST, "/api/partners/nordit/suspend"),
        (Method::POST, "/api/partners/nordit/tenants"),
    ];
    for (method, path) in calls {
        for who in [&frida, &same_person_at_the_portal] {
            let body = if method == Method::GET { Value::Null } else { json!({}) };
            let refused = rig.call(who, method.clone(), path, body).await;
            assert_eq!(refused.status.as_u16(), 403, "{method} {path}");
            assert_eq!(refused.json()["type"], "urn:dezky:problem:missing-audience");
        }
    }
}
