//! What operators see of a workspace, and what they do about its invitations.

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::Product;
use crate::invitations::links;
use crate::markup;
use crate::session::Person;
use crate::tenant_api::{ANNA, BO, DOMAIN, IDA, MAJA, TenantApi, find, items, text};

const OWNER: &str = "vera@nordwind.test";

/// The names of the rows of a list, in their order.
fn names(page: &str, list: &str) -> Vec<String> {
    markup::rows(page).into_iter().filter(|row| row.list == list).map(|row| row.says).collect()
}

#[tokio::test]
async fn an_operator_searches_sorts_and_pages_through_the_people_of_a_workspace() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    for email in [ANNA, BO, MAJA] {
        api.settled(&api.id(email).await).await;
    }
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    let (status, page) = ida.page("/tenants/acme/members").await;
    assert_eq!(status, 200);
    assert_eq!(names(&page, "members").len(), 3, "{page}");
    assert!(!page.contains("members/bulk") && !page.contains("members.csv"), "they are only read here");
    let (_, found) = ida.page("/tenants/acme/members?q=maja").await;
    assert_eq!(names(&found, "members").len(), 1);
    let (_, down) = ida.page("/tenants/acme/members?sort=-name").await;
    let mut sorted = names(&page, "members");
    sorted.reverse();
    assert_eq!(names(&down, "members"), sorted);
    let (_, first) = ida.page("/tenants/acme/members?limit=2").await;
    let more = markup::links(&first).into_iter().find(|link| link.contains("cursor=")).unwrap();
    let (_, rest) = ida.page(&format!("{more}&limit=2")).await;
    assert_eq!((names(&first, "members").len(), names(&rest, "members").len()), (2, 1));
    assert_eq!(ida.page("/tenants/acme/members?limit=none").await.0, 422);
}

#[tokio::test]
async fn an_operator_reads_what_a_member_has_and_changes_nothing_there() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let nils = api.make_member("Nils Skov", "nils").await;
    let alias = value!({"address": format!("sales@{DOMAIN}"), "target": format!("nils@{DOMAIN}")});
    api.ok(Method::Post, "/mail/aliases", alias).await;
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    let at = format!("/tenants/acme/members/{nils}");
    let (status, page) = ida.page(&at).await;
    assert_eq!(status, 200);
    let main = markup::main_of(&page);
    for said in
        ["Nils Skov", "Member of this workspace", &format!("nils@{DOMAIN}"), &format!("sales@{DOMAIN}")]
    {
        assert!(main.contains(said), "{said} is not said: {main}");
    }
    assert!(!main.contains("<form"), "nothing is changed here: {main}");
    assert!(names(&page, "latest").iter().any(|row| row.contains("Nils Skov")), "{main}");
    // Somebody of another workspace is nobody here.
    assert_eq!(ida.page(&format!("/tenants/fjord/members/{nils}")).await.0, 404);
    let (status, _) = Person::sign_in(&product, ANNA).await.page(&at).await;
    assert_eq!(status, 404, "the portal has no such page");
}

#[tokio::test]
async fn the_owners_invitation_of_a_new_workspace_is_sent_again_and_withdrawn_by_its_operator() {
    let product = Product::start("small").await;
    let new = value!({"slug": "nordwind", "name": "Nordwind", "plan": "business", "seats": 3,
        "owner": {"email": OWNER}});
    let made = product.call(Method::Post, "/api/tenants", product.token(IDA, "operator"), Some(new)).await;
    assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.body));
    let first = links(&product, OWNER, 1).await.remove(0);
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    let at = "/tenants/nordwind/invitations";
    let (status, page) = ida.page(at).await;
    assert_eq!(status, 200);
    assert!(page.contains(OWNER) && page.contains("Owner"), "{page}");
    let api = TenantApi::of_operator(&product, "nordwind");
    let id = text(&items(&api.get("/invitations").await)[0]["id"]);
    let (status, _) = ida.send(at, &format!("{at}/{id}/resend"), &[]).await;
    assert_eq!(status, 303);
    let second = links(&product, OWNER, 2).await.remove(1);
    assert_ne!(first, second);
    let opened = async |link: &url::Url| Person::unknown(&product).page(link.path()).await;
    assert_eq!(opened(&second).await.0, 200);
    assert!(opened(&first).await.0 >= 400, "the first link is dead");
    let (status, _) = ida.send(at, &format!("{at}/{id}/revoke"), &[]).await;
    assert_eq!(status, 303);
    assert!(opened(&second).await.0 >= 400, "what is withdrawn lets nobody in");
    let (status, refused) = ida.send(at, &format!("{at}/{id}/resend"), &[]).await;
    assert_eq!(status, 422);
    assert!(refused.contains("role=\"alert\""), "{refused}");
    let log = api.get("/audit?limit=200").await;
    for action in ["invitation.resend", "invitation.revoke"] {
        let record = find(items(&log), "action", action);
        assert_eq!(
            (&record["actorEmail"], &record["outcome"]),
            (&value!(IDA), &value!("ok")),
            "{action}: {log}"
        );
    }
}

#[tokio::test]
async fn an_operator_sees_the_records_of_a_domain_and_how_they_are() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let has_records = |all: &Value| {
        find(items(all), "name", DOMAIN)["records"].as_array().is_some_and(|all| !all.is_empty())
    };
    api.until("/domains", has_records).await;
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    let at = format!("/tenants/acme/domains/{DOMAIN}");
    let (status, page) = ida.page(&at).await;
    assert_eq!(status, 200);
    let main = markup::main_of(&page);
    assert!(main.contains("class=\"record\""), "{main}");
    for own in ["/dmarc", "/primary", "/remove", "/publish"] {
        assert!(!main.contains(&format!("{DOMAIN}{own}\"")), "{own} is the workspace's own");
    }
    let (status, _) = ida.send(&at, &format!("{at}/recheck"), &[]).await;
    assert_eq!(status, 303);
    assert_eq!(ida.page("/tenants/acme/domains/nowhere.test").await.0, 404);
}

/// What is said of people and domains on the operator's pages of a workspace.
async fn said(ida: &mut Person<'_>, slug: &str, domain: &str) -> [String; 3] {
    let mut all = Vec::new();
    for path in [
        format!("/tenants/{slug}/domains"),
        format!("/tenants/{slug}/domains/{domain}"),
        format!("/domains?q={domain}"),
    ] {
        let (status, page) = ida.page(&path).await;
        assert_eq!(status, 200, "{path}");
        all.push(markup::main_of(&page).to_owned());
    }
    all.try_into().unwrap()
}

#[tokio::test]
async fn the_domains_of_a_closed_workspace_are_closed_with_it() {
    let product = Product::start("small").await;
    let api = TenantApi::of_operator(&product, "acme");
    let is_verified = |all: &Value| find(items(all), "name", DOMAIN)["state"] == "verified";
    api.until("/domains", is_verified).await;
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    api.ok(Method::Post, "/suspend", value!({})).await;
    for page in said(&mut ida, "acme", DOMAIN).await {
        assert!(page.contains("The workspace is suspended: mail still arrives"), "{page}");
        assert!(!page.contains("Every record is right") && !page.contains("Mail arrives"), "{page}");
    }
    let (_, people) = ida.page("/tenants/acme/members").await;
    assert!(people.contains("Workspace closed"), "{people}");
    api.ok(Method::Delete, "", Value::Null).await;
    for page in said(&mut ida, "acme", DOMAIN).await {
        assert!(page.contains("This workspace has ended, so the domain isn’t in use"), "{page}");
        assert!(!page.contains("/recheck"), "nothing is checked for who is gone: {page}");
    }
    assert!(!ida.page("/tenants/acme/invitations").await.1.contains("/resend"));
}
