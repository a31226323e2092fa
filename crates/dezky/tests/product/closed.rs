//! What is closed is shown as closed, wherever it is listed, and what was closed once is told as the past.

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::Product;
use crate::markup;
use crate::session::Person;
use crate::tenant_api::{ANNA, BO, DOMAIN, IDA, MAJA, TenantApi, at, text};

const CLOSED: &str = "Closed; mail still arrives";

#[tokio::test]
async fn a_closed_mailbox_is_listed_as_closed_and_a_report_is_history_once_access_is_restored() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let nils = api.make_member("Nils Skov", "nils").await;
    let alias = value!({"address": at("sales"), "target": at("nils")});
    api.ok(Method::Post, "/mail/aliases", alias).await;
    let mut anna = Person::sign_in(&product, ANNA).await;
    let mail = format!("/admin/acme/mail?q=nils@{DOMAIN}");
    assert!(!anna.page(&mail).await.1.contains(CLOSED));
    let offboard = format!("/users/{nils}/offboard");
    api.ok(Method::Post, &offboard, value!({})).await;
    api.until(&offboard, |report| report["shut"] == true).await;
    let of_nils = format!("/admin/acme/members/{nils}");
    let report = format!("{of_nils}/offboard");
    for page in [&mail, &format!("/admin/acme/mail/aliases/{}", at("sales")), &of_nils] {
        assert!(anna.page(page).await.1.contains(CLOSED), "{page}");
    }
    let (_, before) = anna.page(&report).await;
    assert!(before.contains("Access removed") && !before.contains("Access was restored"), "{before}");

    api.ok(Method::Post, &format!("/users/{nils}/resume"), Value::Null).await;
    let over = api.get(&offboard).await;
    assert!(over["restoredAt"].is_string() && over["shut"] == false, "{over}");
    let (_, after) = anna.page(&report).await;
    let shown = markup::main_of(&after);
    assert!(shown.contains("Access was restored on") && shown.contains("Was closed"), "{shown}");
    for present in ["Access removed", "closed mailbox", "Some access ends with a delay"] {
        assert!(!shown.contains(present), "{present}: {shown}");
    }
    // Suspended again later is no second departure.
    api.ok(Method::Post, &format!("/users/{nils}/suspend"), Value::Null).await;
    let (_, shown) = anna.page(&of_nils).await;
    assert!(shown.contains("has access again") && shown.contains("Access was restored on"), "{shown}");
}

#[tokio::test]
async fn a_suspended_workspace_invites_nobody_and_its_lists_say_what_they_are_filtered_by() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    for email in [ANNA, BO, MAJA] {
        api.settled(&api.id(email).await).await;
    }
    api.once(&format!("/domains/{DOMAIN}"), "it is there", |domain| domain["state"].is_string()).await;
    let guest = api.ok(Method::Post, "/invitations", value!({"email": "guest@elsewhere.test"})).await;
    let operator = TenantApi::of_operator(&product, "acme");
    operator.ok(Method::Post, "/suspend", value!({})).await;
    let resend = format!("/invitations/{}/resend", text(&guest["id"]));
    let csv = value!({"csv": "name,email\nOne,one@elsewhere.test\n", "passwords": "invite"});
    let another = value!({"email": "another@elsewhere.test"});
    for (path, body) in [(resend.as_str(), value!({})), ("/invitations", another), ("/imports", csv)] {
        let (status, code, _, said) = operator.refused(Method::Post, path, body).await;
        assert_eq!((status, code.as_str()), (409, "workspace-closed"), "{path}: {said}");
        assert!(said.contains("is suspended"), "{said}");
    }
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    let page = "/tenants/acme/invitations";
    let (status, refused) = ida.send(page, &format!("/tenants/acme{resend}"), &[]).await;
    assert!(status == 422 && refused.contains("wouldn’t let anyone in"), "{status} {refused}");

    let (_, closed) = ida.page("/tenants/acme/members?status=active").await;
    assert_eq!(markup::rows(&closed).len(), 3);
    assert!(closed.contains(">Workspace closed</option>"), "{closed}");
    assert!(!closed.contains(">Active</option>"), "{closed}");
    for (state, is_listed) in
        [("pending", false), ("verified", false), ("attention", false), ("suspended", true)]
    {
        let (_, list) = ida.page(&format!("/domains?state={state}")).await;
        let listed = markup::rows(&list).iter().any(|row| row.says.contains(DOMAIN));
        assert_eq!(listed, is_listed, "{state}: {list}");
    }

    operator.ok(Method::Post, "/resume", value!({})).await;
    assert_eq!(operator.call(Method::Post, &resend, value!({})).await.0, 200);
}
