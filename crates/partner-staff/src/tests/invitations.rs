//! Who is asked to be of the staff, asked again, or no longer asked.

use access::PartnerRole::Support;
use axum::http::Method;
use serde_json::{Value, json};

use super::{kind, rig};

#[tokio::test]
async fn an_address_is_invited_once_whoever_holds_it_and_gets_no_right_by_it() {
    let rig = rig().await;
    let sven = rig.somebody("sven@nordit.test", 9001).await;
    let body = json!({"email": "Sven@nordit.test", "role": "admin", "tenants": ["acme"]});
    let made = rig.invite(body.clone()).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.text);
    let made = made.json();
    assert_eq!((&made["email"], &made["status"]), (&json!("sven@nordit.test"), &json!("waiting")));
    assert_eq!((&made["role"], &made["reach"]), (&json!("admin"), &json!("chosen")));
    assert!(made["sentAt"].is_string(), "{made}");
    assert_eq!(rig.get(&sven, "/api/partner").await.status.as_u16(), 404, "an address is no right");
    assert_eq!(rig.listed().await, Vec::<Value>::new());
    assert_eq!(kind(&rig.invite(body).await), (409, "already-invited".into()));
    rig.employ(&sven, Support).await;
    let mut other = rig.invite(json!({"email": "else@nordit.test", "role": "admin"})).await;
    assert_eq!(other.status.as_u16(), 201);
    let path = format!("/api/partners/nordit/invitations/{}", made["id"].as_str().unwrap());
    rig.call(&rig.operator().await, Method::DELETE, &path, Value::Null).await;
    other = rig.invite(json!({"email": "sven@nordit.test", "role": "admin"})).await;
    assert_eq!(kind(&other), (409, "staff-known".into()));
}

#[tokio::test]
async fn an_invitation_is_sent_again_and_withdrawn_each_with_its_record() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.invite(json!({"email": "a@else.test", "name": "Åse", "role": "support"})).await.json();
    let first = rig.link(&made).await;
    let path = format!("/api/partners/nordit/invitations/{}", made["id"].as_str().unwrap());
    assert_eq!(rig.post(&operator, &format!("{path}/resend"), json!({})).await.status.as_u16(), 200);
    let dead = rig.staff.open_link(&first).await.unwrap_err();
    assert_eq!(kernel::Coded::code(&dead), "link-unknown", "the old link is worth nothing");
    let second = rig.link(&made).await;
    assert!(rig.staff.open_link(&second).await.is_ok());
    for _ in 0..2 {
        let revoked = rig.call(&operator, Method::DELETE, &path, Value::Null).await;
        assert_eq!(revoked.json()["status"], "revoked");
    }
    assert_eq!(kernel::Coded::code(&rig.staff.open_link(&second).await.unwrap_err()), "link-revoked");
    let over = rig.post(&operator, &format!("{path}/resend"), json!({})).await;
    assert_eq!(kind(&over), (409, "invitation-over".into()));
    assert_eq!(rig.actions().await, ["staff.invite", "staff.resend", "staff.revoke"]);
    let listed = rig.get(&operator, "/api/partners/nordit/invitations").await.json();
    assert_eq!(listed["items"][0]["name"], "Åse");
}

#[tokio::test]
async fn every_bad_field_is_named_and_no_mail_is_sent() {
    let rig = rig().await;
    let refused = rig.invite(json!({"email": "x", "role": "king", "tenants": "acme", "colour": "red"})).await;
    assert_eq!(
        (refused.status.as_u16(), refused.fields()),
        (422, ["colour", "email", "role", "tenants"].map(str::to_owned).to_vec())
    );
    let unknown = rig.invite(json!({"email": "a@else.test", "role": "admin", "tenants": ["nowhere"]})).await;
    assert_eq!((unknown.status.as_u16(), unknown.fields()), (422, vec!["tenants".to_owned()]));
    assert_eq!(rig.actions().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_closed_partner_invites_nobody_and_its_links_wait() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.invite(json!({"email": "a@else.test", "role": "support"})).await.json();
    let link = rig.link(&made).await;
    rig.post(&operator, "/api/partners/nordit/suspend", json!({})).await;
    let refused = rig.invite(json!({"email": "b@else.test", "role": "support"})).await;
    assert_eq!(kind(&refused), (409, "wrong-state".into()));
    assert_eq!(kernel::Coded::code(&rig.staff.open_link(&link).await.unwrap_err()), "link-closed");
    rig.post(&operator, "/api/partners/nordit/resume", json!({})).await;
    assert!(rig.staff.open_link(&link).await.is_ok());
    rig.call(&operator, Method::DELETE, "/api/partners/nordit", Value::Null).await;
    assert_eq!(kernel::Coded::code(&rig.staff.open_link(&link).await.unwrap_err()), "link-revoked");
}

#[tokio::test]
async fn the_page_invites_and_lists_who_is_waited_for() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let at = "/partners/nordit/staff/invite";
    assert!(rig.page(&operator, at).await.text.contains("value=\"fjord\""));
    let form = [("email", "a@else.test"), ("name", "Åse"), ("role", "support"), ("reach", "chosen")];
    let back = rig.send_form(&operator, at, &form).await;
    assert_eq!(back.status.as_u16(), 422);
    assert!(back.text.contains("Choose at least one customer") && back.text.contains("a@else.test"));
    let mut whole = form.to_vec();
    whole.push(("pick", "fjord"));
    assert_eq!(rig.send_form(&operator, at, &whole).await.status.as_u16(), 303);
    let page = rig.page(&operator, "/partners/nordit/staff").await.text;
    for seen in ["a@else.test", "Åse", "One customer", "Send again"] {
        assert!(page.contains(seen), "{seen} is missing in {page}");
    }
    let id = rig.get(&operator, "/api/partners/nordit/invitations").await.json()["items"][0]["id"].clone();
    let revoke = format!("/partners/nordit/invitations/{}/revoke", id.as_str().unwrap());
    assert_eq!(rig.send_form(&operator, &revoke, &[]).await.status.as_u16(), 303);
    assert!(!rig.page(&operator, "/partners/nordit/staff").await.text.contains("a@else.test"));
}
