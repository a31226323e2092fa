//! Who works for a partner: their list, their roles, their customers, and how they leave [C3].

use access::PartnerRole::{Admin, Owner, Support};
use access::{Customers, Surface};
use serde_json::{Value, json};
use testkit::Who;

use super::{A_WHILE, kind, rig};

#[tokio::test]
async fn the_list_says_role_customers_second_factor_and_last_sign_in() {
    let rig = rig().await;
    let (frida, sven) =
        (rig.somebody("frida@nordit.test", 9001).await, rig.somebody("sven@nordit.test", 9002).await);
    rig.employ(&sven, Support).await;
    rig.employ(&frida, Owner).await;
    rig.change(&sven, json!({"tenants": ["fjord"]})).await;
    let tx = rig.test.db.begin().await.unwrap();
    access::people::signed_in(&tx, &rig.clock, frida.person.id).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    let listed = rig.listed_with_factors().await;
    let told = |field: &str| listed.iter().map(|one| one[field].clone()).collect::<Vec<_>>();
    assert_eq!(told("email"), ["frida@nordit.test", "sven@nordit.test"], "owners first");
    assert_eq!(told("role"), ["owner", "support"]);
    assert_eq!(told("reach"), ["all", "chosen"]);
    assert_eq!(told("tenants"), [json!([]), json!(["fjord"])]);
    assert_eq!(told("mfa"), [json!(false), json!(false)], "{listed:#?}");
    assert!(listed[0]["lastSignInAt"].is_string() && listed[1]["lastSignInAt"].is_null(), "{listed:#?}");
    let own = rig.get(&frida, "/api/partner/users").await.json();
    let people_of = |list: &[Value]| {
        list.iter().map(|one| [one["email"].clone(), one["role"].clone()]).collect::<Vec<_>>()
    };
    assert_eq!(
        people_of(own["items"].as_array().unwrap()),
        people_of(&listed),
        "they see each other as operators do"
    );
}

#[tokio::test]
async fn colleagues_are_told_of_no_customers_that_they_do_not_reach() {
    let rig = rig().await;
    let (frida, sven) =
        (rig.somebody("frida@nordit.test", 9001).await, rig.somebody("sven@nordit.test", 9002).await);
    rig.employ(&frida, Admin).await;
    rig.employ(&sven, Support).await;
    rig.change(&frida, json!({"tenants": ["acme"]})).await;
    rig.change(&sven, json!({"tenants": ["acme", "fjord"]})).await;
    let told = async |who: &Who, path: &str| {
        let listed = rig.get(who, path).await.json();
        let items = listed["items"].as_array().unwrap().clone();
        let of = |email: &str| items.iter().find(|one| one["email"] == email).unwrap()["tenants"].clone();
        let slugs = |list: Value| {
            let mut slugs: Vec<String> = serde_json::from_value(list).unwrap();
            slugs.sort_unstable();
            slugs.join(" ")
        };
        [slugs(of("frida@nordit.test")), slugs(of("sven@nordit.test"))]
    };
    assert_eq!(told(&frida, "/api/partner/users").await, ["acme", "acme"]);
    assert_eq!(told(&sven, "/api/partner/users").await, ["acme", "acme fjord"]);
    let operator = rig.operator().await;
    assert_eq!(told(&operator, "/api/partners/nordit/users").await, ["acme", "acme fjord"]);
    rig.change(&frida, json!({"tenants": []})).await;
    assert_eq!(told(&frida, "/api/partner/users").await, ["", ""], "who reaches none is told of none");
}

#[tokio::test]
async fn a_role_and_customers_count_from_the_next_request_on() {
    let rig = rig().await;
    let sven = rig.somebody("sven@nordit.test", 9001).await;
    rig.employ(&rig.somebody("frida@nordit.test", 9002).await, Owner).await;
    rig.employ(&sven, Support).await;
    assert_eq!(rig.retry(&sven, "acme").await, 403, "support reads and does no more");
    assert_eq!(rig.change(&sven, json!({"role": "admin"})).await.status.as_u16(), 200);
    assert_eq!([rig.retry(&sven, "acme").await, rig.retry(&sven, "fjord").await], [200, 200]);
    let chosen = rig.change(&sven, json!({"tenants": ["fjord", "fjord"]})).await;
    assert_eq!((&chosen.json()["role"], &chosen.json()["tenants"]), (&json!("admin"), &json!(["fjord"])));
    assert_eq!([rig.retry(&sven, "acme").await, rig.retry(&sven, "fjord").await], [404, 200]);
    assert_eq!(rig.reach(&sven).await, Customers::Chosen(vec![rig.tenant("fjord").await]));
    assert_eq!(rig.change(&sven, json!({"tenants": null})).await.status.as_u16(), 200);
    assert_eq!([rig.retry(&sven, "acme").await, rig.retry(&sven, "fjord").await], [200, 200]);
    rig.change(&sven, json!({"role": "admin", "tenants": null})).await;
    let told = ["staff.update"; 4];
    assert_eq!(rig.actions().await, told, "what is said again has its record too");
}

#[tokio::test]
async fn a_change_of_the_role_alone_gives_no_customer_back_that_is_just_leaving() {
    let rig = rig().await;
    let (sven, acme, fjord) =
        (rig.somebody("sven@nordit.test", 9001).await, rig.tenant("acme").await, rig.tenant("fjord").await);
    rig.employ(&sven, Support).await;
    rig.change(&sven, json!({"tenants": ["acme", "fjord"]})).await;
    let leave = async {
        let tx = rig.test.db.begin().await?;
        access::roles::forget_customer(&tx, acme).await?;
        tokio::time::sleep(2 * A_WHILE).await;
        tx.commit_silently("a test").await
    };
    let change = async {
        tokio::time::sleep(A_WHILE).await;
        rig.change(&sven, json!({"role": "admin"})).await.status.as_u16()
    };
    let (left, changed) = tokio::join!(leave, change);
    assert!(left.is_ok(), "{left:?}");
    assert_eq!(changed, 200);
    assert_eq!(rig.reach(&sven).await, Customers::Chosen(vec![fjord]));
}

#[tokio::test]
async fn only_customers_of_the_partner_are_chosen_and_only_roles_that_there_are() {
    let rig = rig().await;
    let sven = rig.somebody("sven@nordit.test", 9001).await;
    rig.employ(&sven, Support).await;
    rig.make("skovbo", "Skovbo", None).await;
    for (body, field) in [
        (json!({"tenants": ["skovbo"]}), "tenants"),
        (json!({"tenants": ["nowhere"]}), "tenants"),
        (json!({"tenants": ["Not A Slug"]}), "tenants"),
        (json!({"role": "king"}), "role"),
        (json!({"colour": "red"}), "colour"),
    ] {
        let refused = rig.change(&sven, body.clone()).await;
        assert_eq!((refused.status.as_u16(), refused.fields()), (422, vec![field.to_owned()]), "{body}");
    }
    assert_eq!(rig.reach(&sven).await, Customers::All);
    let nobody = rig.somebody("nobody@nordit.test", 9002).await;
    assert_eq!(kind(&rig.change(&nobody, json!({"role": "admin"})).await), (404, "no-such-staff".into()));
    assert_eq!(kind(&rig.remove(&nobody).await), (404, "no-such-staff".into()));
}

#[tokio::test]
async fn who_is_removed_is_out_at_the_next_request() {
    let rig = rig().await;
    let sven = rig.somebody("sven@nordit.test", 9001).await;
    rig.employ(&sven, Admin).await;
    rig.employ(&rig.somebody("frida@nordit.test", 9002).await, Owner).await;
    assert_eq!(rig.get(&sven, "/api/partner").await.json()["slug"], "nordit");
    assert_eq!(rig.remove(&sven).await.status.as_u16(), 204);
    assert_eq!(
        [rig.get(&sven, "/api/partner").await.status.as_u16(), rig.retry(&sven, "acme").await],
        [404, 404]
    );
    assert_eq!(rig.listed().await.len(), 1);
    let account = access::account::by_id(rig.test.db.read(), sven.person.id).await.unwrap().unwrap();
    assert!(!account.removed, "the account is his own");
    assert_eq!(rig.actions().await, ["staff.remove"]);
    assert!(audit::verify(rig.test.db.read()).await.unwrap().findings.is_empty());
}

#[tokio::test]
async fn a_partner_keeps_an_owner_until_it_ends() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let (frida, sven) =
        (rig.somebody("frida@nordit.test", 9001).await, rig.somebody("sven@nordit.test", 9002).await);
    rig.employ(&frida, Owner).await;
    rig.employ(&sven, Admin).await;
    assert_eq!(kind(&rig.remove(&frida).await), (409, "last-owner".into()));
    assert_eq!(kind(&rig.change(&frida, json!({"role": "admin"})).await), (409, "last-owner".into()));
    assert_eq!(
        rig.change(&frida, json!({"tenants": ["acme"]})).await.status.as_u16(),
        200,
        "she stays an owner"
    );
    assert_eq!(rig.change(&sven, json!({"role": "owner"})).await.status.as_u16(), 200);
    assert_eq!(rig.change(&frida, json!({"role": "admin"})).await.status.as_u16(), 200);
    assert_eq!(kind(&rig.remove(&sven).await), (409, "last-owner".into()));
    rig.call(&operator, axum::http::Method::DELETE, "/api/partners/nordit", Value::Null).await;
    assert_eq!(rig.remove(&sven).await.status.as_u16(), 204, "one that has ended needs none");
}

#[tokio::test]
async fn who_has_no_password_of_their_own_is_not_the_owner_that_a_partner_keeps() {
    let rig = rig().await;
    let (frida, sven) =
        (rig.somebody("frida@nordit.test", 9001).await, rig.somebody("sven@nordit.test", 9002).await);
    rig.employ(&frida, Owner).await;
    rig.employ(&sven, Owner).await;
    let due = async |since| {
        let tx = rig.test.db.begin().await.unwrap();
        access::people::set_password_due(&tx, sven.person.id, since).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
    };
    due(Some(rig.clock.now())).await;
    assert_eq!(kind(&rig.remove(&frida).await), (409, "last-owner".into()));
    assert_eq!(kind(&rig.change(&frida, json!({"role": "admin"})).await), (409, "last-owner".into()));
    due(None).await;
    assert_eq!(rig.remove(&frida).await.status.as_u16(), 204);
}

#[tokio::test]
async fn a_change_of_what_somebody_else_changed_since_is_refused() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let sven = rig.somebody("sven@nordit.test", 9001).await;
    rig.employ(&sven, Support).await;
    let path = format!("/api/partners/nordit/users/{}", sven.person.id);
    let change = async |version: &str, body: Value| {
        let read = [("if-match", version)];
        rig.call_with(&operator, axum::http::Method::PATCH, &path, body, &read).await
    };
    assert_eq!(rig.listed().await[0]["version"], 1);
    let first = change("\"v1\"", json!({"tenants": ["acme"]})).await;
    assert_eq!((first.status.as_u16(), first.headers["etag"].to_str().unwrap()), (200, "\"v2\""));
    assert_eq!(kind(&change("\"v1\"", json!({"tenants": null})).await), (412, "changed-meanwhile".into()));
    assert_eq!(rig.reach(&sven).await, Customers::Chosen(vec![rig.tenant("acme").await]));
    assert_eq!(change("\"v2\"", json!({"role": "admin"})).await.status.as_u16(), 200);
}

#[tokio::test]
async fn nobody_changes_or_removes_themself() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let as_staff = Who { surface: Surface::Portal, person: operator.person.clone() };
    rig.employ(&as_staff, Owner).await;
    rig.employ(&rig.somebody("frida@nordit.test", 9001).await, Owner).await;
    assert_eq!(kind(&rig.change(&as_staff, json!({"role": "support"})).await), (409, "oneself".into()));
    assert_eq!(kind(&rig.remove(&as_staff).await), (409, "oneself".into()));
    assert_eq!(rig.listed().await.len(), 2);
}

#[tokio::test]
async fn staff_are_changed_and_removed_on_their_page() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let sven = rig.somebody("sven@nordit.test", 9001).await;
    rig.employ(&sven, Support).await;
    rig.employ(&rig.somebody("frida@nordit.test", 9002).await, Owner).await;
    let at = format!("/partners/nordit/staff/{}", sven.person.id);
    let list = rig.page(&operator, "/partners/nordit/staff").await.text;
    assert!(list.contains(&format!("href=\"{at}\"")) && list.contains("Partner support"), "{list}");
    let nothing = [("version", "1"), ("role", "admin"), ("reach", "chosen")];
    let back = rig.send_form(&operator, &at, &nothing).await;
    assert_eq!(back.status.as_u16(), 422);
    assert!(back.text.contains("Choose at least one customer"), "{}", back.text);
    let picks = [("role", "admin"), ("reach", "chosen"), ("pick", "acme"), ("pick", "fjord")];
    let form: Vec<_> = picks.into_iter().chain([("version", "1")]).collect();
    assert_eq!(rig.send_form(&operator, &at, &form).await.status.as_u16(), 303);
    let late = [("version", "1"), ("role", "billing"), ("reach", "all")];
    let back = rig.send_form(&operator, &at, &late).await;
    assert_eq!(back.status.as_u16(), 422, "somebody else was faster");
    assert!(back.text.contains("name=\"version\" value=\"2\""), "sent again, it is over what was shown");
    let page = rig.page(&operator, &at).await.text;
    assert_eq!(page.matches("name=\"pick\"").count(), 2, "the customers that there are: {page}");
    assert!(page.contains("value=\"acme\" checked") && page.contains("value=\"fjord\" checked"), "{page}");
    assert!(rig.page(&operator, "/partners/nordit/staff").await.text.contains("2 customers"));
    assert_eq!(rig.send_form(&operator, &format!("{at}/remove"), &[]).await.status.as_u16(), 303);
    assert_eq!(rig.page(&operator, &at).await.status.as_u16(), 404);
}

#[tokio::test]
async fn the_form_keeps_chosen_customers_that_nobody_is_offered_any_more() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let sven = rig.somebody("sven@nordit.test", 9001).await;
    rig.employ(&sven, Support).await;
    rig.change(&sven, json!({"tenants": ["acme", "fjord"]})).await;
    rig.call(&operator, axum::http::Method::DELETE, "/api/tenants/fjord", Value::Null).await;
    let offered = rig.page(&operator, "/partners/nordit/staff/invite").await.text;
    assert!(offered.contains("value=\"acme\"") && !offered.contains("value=\"fjord\""), "{offered}");
    let at = format!("/partners/nordit/staff/{}", sven.person.id);
    let both = async || {
        let page = rig.page(&operator, &at).await.text;
        page.contains("value=\"acme\" checked") && page.contains("value=\"fjord\" checked")
    };
    assert!(both().await);
    let picks = [("role", "admin"), ("reach", "chosen"), ("pick", "acme"), ("pick", "fjord")];
    let same: Vec<_> = picks.into_iter().chain([("version", "2")]).collect();
    assert_eq!(rig.send_form(&operator, &at, &same).await.status.as_u16(), 303);
    assert!(both().await, "what is sent as it was shown loses nothing");
}
