//! The palette's search, as its script asks it: each kind is found by those who may open it, and by nobody else [O2].

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::Product;
use crate::session::Person;
use crate::tenant_api::{ANNA, DOMAIN, IDA, MAJA, OTTO, TenantApi, at, eventually, text};

const FRIDA: &str = "frida@nordit.test";

/// What a section of the answer holds, by its heading.
type Section = (String, Vec<Value>);

/// What somebody is answered when they type this on a page of that workspace.
async fn asked(person: &mut Person<'_>, slug: &str, q: &str) -> (u16, Value) {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("q", q)
        .append_pair("in", slug)
        .finish();
    let (status, said) = person.page(&format!("/palette?{query}")).await;
    (status, serde_json::from_str(&said).unwrap_or_else(|_| panic!("{q}: {said}")))
}

async fn sections(person: &mut Person<'_>, slug: &str, q: &str) -> Vec<Section> {
    let (status, said) = asked(person, slug, q).await;
    assert_eq!(status, 200, "{said}");
    let section = |one: &Value| (text(&one["heading"]), one["items"].as_array().unwrap().clone());
    said["sections"].as_array().unwrap().iter().map(section).collect()
}

fn headings(sections: &[Section]) -> Vec<&str> {
    sections.iter().map(|(heading, _)| heading.as_str()).collect()
}

fn titles(items: &[Value]) -> Vec<&str> {
    items.iter().filter_map(|item| item["title"].as_str()).collect()
}

/// The titles under a heading.
async fn found(person: &mut Person<'_>, slug: &str, q: &str, heading: &str) -> Vec<String> {
    let all = sections(person, slug, q).await;
    let items =
        all.into_iter().find(|(known, _)| known == heading).map(|(_, items)| items).unwrap_or_default();
    titles(&items).into_iter().map(str::to_owned).collect()
}

/// One thing of each kind, all of them called kvæk; gives the id of the member.
async fn make_all(api: &TenantApi<'_>) -> String {
    let member = api.make_member("Kvæk Andersen", "kvaek").await;
    api.ok(Method::Post, "/groups", value!({"name": "Kvæk-klubben"})).await;
    api.ok(Method::Post, "/mail/shared", value!({"address": at("info"), "name": "Kvæk info"})).await;
    let list = value!({"address": at("kvaek-alle"), "recipients": [at("kvaek")]});
    api.ok(Method::Post, "/mail/lists", list).await;
    let alias = value!({"address": at("kvaek-salg"), "target": at("kvaek")});
    api.ok(Method::Post, "/mail/aliases", alias).await;
    let invited = value!({"name": "Gæst Kvæk", "email": "gaest@elsewhere.test"});
    api.ok(Method::Post, "/invitations", invited).await;
    api.ok(Method::Post, "/domains", value!({"name": "kvæk.example"})).await;
    member
}

#[tokio::test]
async fn an_admin_finds_each_kind_and_nobody_else_does() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let member = make_all(&api).await;
    let mut anna = Person::sign_in(&product, ANNA).await;

    let kinds = [
        ("Members", "Kvæk Andersen"),
        ("Groups", "Kvæk-klubben"),
        ("Shared mailboxes", "Kvæk info"),
        ("Distribution lists", &at("kvaek-alle")),
        ("Aliases", &at("kvaek-salg")),
        ("Invitations", "Gæst Kvæk"),
        ("Domains", "kvæk.example"),
    ];
    for typed in ["kvæk", "KVÆK", " kvaek  "] {
        let all = sections(&mut anna, "acme", typed).await;
        assert_eq!(headings(&all), kinds.map(|(heading, _)| heading), "in one order: {all:?}");
        for ((heading, items), (_, title)) in all.iter().zip(kinds) {
            assert_eq!(titles(items), [title], "{heading}");
            let href = text(&items[0]["href"]);
            assert_eq!(anna.page(&href).await.0, 200, "{heading} opens at {href}");
        }
    }
    assert_eq!(found(&mut anna, "acme", "andersen kv", "Members").await, ["Kvæk Andersen"], "by any words");
    assert_eq!(found(&mut anna, "acme", "kvaek@private", "Members").await, ["Kvæk Andersen"], "by address");
    assert_eq!(
        found(&mut anna, "acme", "xn--kvk", "Domains").await,
        ["kvæk.example"],
        "as protocols write it"
    );
    assert_eq!(found(&mut anna, "acme", "acme", "Workspaces").await.len(), 1, "the workspace itself");

    for (email, slug) in [(MAJA, "acme"), (OTTO, "acme"), (OTTO, "fjord"), (FRIDA, "acme")] {
        let mut other = Person::sign_in(&product, email).await;
        for typed in ["kvæk", "kvaek@private", "andersen"] {
            let all = sections(&mut other, slug, typed).await;
            assert!(all.is_empty(), "{email} in {slug}: {typed} finds {all:?}");
        }
    }

    // What one looks for is no attempt at what one may not have.
    let denied = api.get("/audit?outcome=denied&limit=200").await;
    assert!(!denied.to_string().contains("palette"), "{denied:#}");

    api.ok(Method::Post, &format!("/users/{member}/suspend"), value!({})).await;
    let all = sections(&mut anna, "acme", "andersen").await;
    let detail = text(&all[0].1[0]["detail"]);
    assert!(detail.starts_with("Suspended"), "the state stands beside the name: {detail}");
}

#[tokio::test]
async fn the_best_comes_first_and_few_of_each_kind() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    for (name, local) in [("Bo Zilla", "a1"), ("Gozilla", "a2"), ("Zilla", "a3"), ("Zilla Bo", "a4")] {
        assert_eq!(api.add(name, &format!("{local}@private.test")).await.0, 201, "{name}");
    }
    let mut anna = Person::sign_in(&product, ANNA).await;
    let best = found(&mut anna, "acme", "zilla", "Members").await;
    assert_eq!(
        best,
        ["Zilla", "Zilla Bo", "Bo Zilla", "Gozilla"],
        "the same, begins so, a word begins so, inside"
    );

    for n in 0..7 {
        api.ok(Method::Post, "/groups", value!({"name": format!("Flok {n}")})).await;
    }
    assert_eq!(
        found(&mut anna, "acme", "flok", "Groups").await,
        ["Flok 0", "Flok 1", "Flok 2", "Flok 3", "Flok 4"]
    );

    // Another name is found at once, and the former is not.
    let bo = text(&api.member("a1@private.test").await["id"]);
    api.ok(Method::Patch, &format!("/users/{bo}"), value!({"name": "Bo Mothra"})).await;
    assert_eq!(found(&mut anna, "acme", "mothra", "Members").await, ["Bo Mothra"]);
    assert_eq!(found(&mut anna, "acme", "bo zilla", "Members").await, ["Zilla Bo"]);
}

#[tokio::test]
async fn what_can_be_done_is_offered_to_those_who_may() {
    let product = Product::start("small").await;
    let mut anna = Person::sign_in(&product, ANNA).await;
    let all = sections(&mut anna, "acme", "").await;
    assert_eq!(headings(&all), ["Actions"], "nothing is looked for");
    for action in ["Add member", "Invite people", "Add domain", "Import people"] {
        assert!(titles(&all[0].1).contains(&action), "{action}: {all:?}");
    }
    assert_eq!(found(&mut anna, "acme", "MEMBER add", "Actions").await, ["Add member"]);

    let (status, said) = asked(&mut anna, "acme", &"x".repeat(201)).await;
    assert_eq!((status, &said["errors"][0]["field"]), (422, &value!("q")), "{said}");
    for email in [MAJA, FRIDA] {
        let mut other = Person::sign_in(&product, email).await;
        let all = sections(&mut other, "acme", "").await;
        assert!(all.is_empty(), "{email}: {all:?}");
    }

    // A workspace that is suspended is no longer changed, nor opened, by its own people; those it made are signed out.
    let ida = TenantApi::of_operator(&product, "acme");
    assert_eq!(ida.call(Method::Post, "/suspend", value!({})).await.0, 200);
    for typed in ["", "bo"] {
        let (status, said) = asked(&mut anna, "acme", typed).await;
        assert!(status == 401 || said == value!({"sections": []}), "{typed:?}: {status} {said}");
    }
}

#[tokio::test]
async fn operators_find_what_all_workspaces_have() {
    let product = Product::start("small").await;
    let anna = TenantApi::of(&product, ANNA, "acme");
    let member = anna.id(ANNA).await;
    anna.ok(Method::Post, "/invitations", value!({"name": "Acme Ny", "email": "ny@elsewhere.test"})).await;
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    let all = sections(&mut ida, "", "acme").await;
    assert_eq!(headings(&all), ["Members", "Invitations", "Domains", "Tenants"]);
    let first = |heading: usize, name: &str| all[heading].1[0][name].clone();
    assert_eq!((first(1, "title"), first(2, "title")), (value!("Acme Ny"), value!(DOMAIN)), "{all:?}");
    assert_eq!(first(3, "href"), "/tenants/acme");
    assert!(all[0].1.iter().any(|item| item["href"] == format!("/tenants/acme/members/{member}")), "{all:?}");
    for (_, items) in &all {
        for item in items {
            assert_eq!(ida.page(&text(&item["href"])).await.0, 200, "{item}");
        }
    }
    assert_eq!(found(&mut ida, "", "new", "Actions").await, ["New tenant", "New partner"]);

    let acme = TenantApi::of_operator(&product, "acme");
    assert_eq!(acme.call(Method::Post, "/suspend", value!({})).await.0, 200);
    eventually("the state stands beside the name", async || {
        let all = sections(&mut ida, "", "acme").await;
        let detail = text(&all.last().unwrap().1[0]["detail"]);
        if detail.contains("Suspended") { Ok(()) } else { Err(detail) }
    })
    .await;

    // Nobody of a closed workspace is let in, which stands beside their names.
    let all = sections(&mut ida, "", "maja").await;
    assert_eq!(headings(&all), ["Members"]);
    let detail = text(&all[0].1[0]["detail"]);
    assert!(detail.starts_with("Workspace closed"), "{detail}");
}
