//! Every page that a simulator shows to a browser: whatever the sandbox's list links to, and what those pages link to.

use std::collections::BTreeSet;

use outbound::{Call, Method};
use url::Url;

use crate::harness::{Product, client};
use crate::session::{Person, Visitor};
use crate::tenant_api::{ANNA, IDA, MAJA, TenantApi};

/// Whatever `name="` begins in a page's source.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!("{name}=\"");
    page.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// What is amiss with a page's frame.
fn amiss(page: &str) -> Vec<&'static str> {
    let title = page.split_once("<title>").and_then(|(_, rest)| rest.split("</title>").next());
    let rules = [
        (page.contains("<html lang=\"en\""), "no language"),
        (title.is_some_and(|title| !title.trim().is_empty()), "no title"),
        (page.matches("<main").count() == 1, "not one main"),
        (page.matches("<h1").count() == 1, "not one heading"),
        (page.contains("name=\"viewport\""), "no viewport"),
        (page.contains("color-scheme: light dark"), "no colours for the dark"),
    ];
    rules.into_iter().filter(|(is_kept, _)| !is_kept).map(|(_, what)| what).collect()
}

/// Every simulator's page, those that it links to on its own origin, and one that isn't there.
async fn pages_of(origin: &str) -> Vec<(Url, u16, String)> {
    let mut visitor = Visitor::default();
    let home = Url::parse(origin).unwrap();
    let (mut open, mut seen, mut pages) =
        (vec![home.clone(), home.join("/no/such/page").unwrap()], BTreeSet::new(), Vec::new());
    while let Some(url) = open.pop() {
        if !seen.insert(url.clone()) || seen.len() > 30 {
            continue;
        }
        let (at, answer) = visitor.visit(&url).await;
        let is_page = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        assert!(is_page || at.path() != "/", "{at}: a browser gets something that is no page");
        if !is_page {
            continue;
        }
        let page = String::from_utf8_lossy(&answer.body).into_owned();
        let links = attributes(&page, "href").into_iter().filter_map(|link| at.join(link).ok());
        open.extend(links.filter(|link| link.origin() == home.origin() && !link.path().starts_with("/_sim")));
        pages.push((at, answer.status, page));
    }
    pages
}

#[tokio::test]
async fn every_page_of_the_sandbox_is_one_for_people() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.settled(&api.id(MAJA).await).await;
    // The list is linked from the console.
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    let (_, console) = ida.page("/").await;
    let simulators = product.said["sandbox"].as_object().unwrap();
    let known: BTreeSet<&str> = simulators.values().filter_map(|origin| origin.as_str()).collect();
    let served = [product.origin("portal"), product.origin("operator"), product.origin("api")];
    let is_list =
        |link: &&str| link.starts_with("http://127.0.0.1") && !served.iter().any(|own| link.starts_with(own));
    let list = attributes(&console, "href").into_iter().find(|link| is_list(link) && !known.contains(*link));
    let list = list.expect("the console leads to the list").trim_end_matches('/');
    let (_, _, listed) = pages_of(list).await.swap_remove(0);
    for origin in &known {
        assert!(listed.contains(&format!("href=\"{origin}/\"")), "{origin} is not in the list: {listed}");
    }
    for origin in known.into_iter().chain([list]) {
        let icon = client(origin).send(Call::new(Method::Get, "/favicon.ico")).await.unwrap();
        let is_icon = icon.header("content-type").is_some_and(|kind| kind.starts_with("image/"));
        assert!(icon.status == 204 || (icon.status == 200 && is_icon), "{origin}: {}", icon.status);
        for (at, status, page) in pages_of(origin).await {
            assert_eq!(amiss(&page), Vec::<&str>::new(), "{at} {status}: {page}");
        }
    }
}

#[tokio::test]
async fn the_way_to_files_shows_spaces_and_people_by_their_names() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.settled(&api.id(MAJA).await).await;
    let (_, page) = Visitor::default().visit(&Url::parse(product.origin("sandbox/ocis")).unwrap()).await;
    let page = String::from_utf8_lossy(&page.body).into_owned();
    let space = api.get("").await["name"].as_str().unwrap().to_owned();
    for name in [space.as_str(), "Maja Medlem"] {
        assert!(page.contains(name), "{name}: {page}");
    }
    for account in product.objects("ocis", "users").await {
        let (id, login) = (account["id"].as_str().unwrap(), account["onPremisesSamAccountName"].as_str());
        assert!(
            !page.contains(id) && login.is_none_or(|login| login.len() != 36 || !page.contains(login)),
            "{page}"
        );
    }
}
