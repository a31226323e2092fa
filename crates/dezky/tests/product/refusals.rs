//! What a page says to whoever is refused: why, in words, and a way that leads somewhere else. The routes come from the
//! golden route table.

use std::collections::BTreeSet;

use outbound::Method;
use serde_json::json as value;
use url::Url;

use crate::harness::Product;
use crate::markup;
use crate::matrix::{Route, routes};
use crate::session::{Person, csrf};
use crate::tenant_api::{ANNA, DOMAIN, IDA, MAJA, TenantApi, find, items};

const JONAS: &str = "jonas@dezky.test";
/// Answered without a page, or the end of the session that is asked with.
const LEFT_OUT: [&str; 4] = ["/sign-in", "/sign-in/callback", "/sign-out", "/palette"];

/// An address of the route, of a workspace and of an object that is not there.
fn address(route: &Route, slug: &str, name: &str) -> String {
    let path = route.path.replace("{slug}", slug).replace("{name}", name).replace("{word}", "dark");
    // No partner is called like a workspace of the demo.
    let path = path.replace("{partner}", slug).replace("{tenant}", slug);
    let id = "usr_00000000000000000000000000000000";
    ["{id}", "{user}", "{session}", "{secret}", "{address}"]
        .iter()
        .fold(path, |path, part| path.replace(part, id))
}

/// Whether a path of the console can be read, by the route table.
fn is_page(mount: &str, path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let fits = |pattern: &str| {
        let (pattern, path): (Vec<&str>, Vec<&str>) =
            (pattern.split('/').collect(), path.split('/').collect());
        let same = pattern.iter().zip(&path).all(|(named, part)| named.starts_with('{') || named == part);
        pattern.len() == path.len() && same
    };
    let of_console = routes().into_iter().filter(|route| route.mount == mount);
    of_console.filter(|route| fits(route.path)).any(|route| route.method == "GET")
}

struct Judge<'a> {
    mount: &'static str,
    person: Person<'a>,
    csrf: String,
    /// Links that lead somewhere.
    good: BTreeSet<String>,
    refused: usize,
    wrong: Vec<String>,
}

impl<'a> Judge<'a> {
    async fn of(product: &'a Product, console: &'a str, mount: &'static str, email: &str) -> Self {
        let mut person = Person::sign_in_to(product, console, email).await;
        let csrf = csrf(&person.page("/account/sessions").await.1);
        Self { mount, person, csrf, good: BTreeSet::new(), refused: 0, wrong: Vec::new() }
    }

    async fn ask(&mut self, method: Method, path: &str) {
        let url = Url::parse(&format!("{}{path}", self.person.origin)).unwrap();
        let form = [("csrf", self.csrf.as_str())];
        let answer = self.person.visitor.send(method, &url, &form).await;
        let page = String::from_utf8_lossy(&answer.body).into_owned();
        if !(400..500).contains(&answer.status) || !page.contains("<main") {
            return;
        }
        self.refused += 1;
        let what = format!("{method:?} {path} ({})", answer.status);
        for link in markup::links(&page).into_iter().filter(|link| link.starts_with('/')) {
            if link == path && !is_page(self.mount, path) {
                self.wrong.push(format!("{what} has a link to itself"));
            }
        }
        let main = markup::main_of(&page);
        let is_itself = |link: &String| matches!(method, Method::Get) && *link == path;
        let (itself, ways): (Vec<String>, Vec<String>) =
            markup::links(main).into_iter().filter(|link| link.starts_with('/')).partition(is_itself);
        if !itself.is_empty() {
            self.wrong.push(format!("{what} leads to itself"));
        }
        let Some(first) = ways.first() else {
            // A page that brings the form again goes on by it.
            if !main.contains("<form") {
                self.wrong.push(format!("{what} leads nowhere"));
            }
            return;
        };
        if !self.good.contains(first) {
            let (status, _) = self.person.page(first).await;
            if status == 200 {
                self.good.insert(first.clone());
            } else {
                self.wrong.push(format!("{what} leads to {first}, which answers {status}"));
            }
        }
    }

    /// Every route of the console by this method, in this workspace.
    async fn ask_all(&mut self, method: Method, slug: &str, name: &str) {
        let word = if matches!(method, Method::Get) { "GET" } else { "POST" };
        let mount = self.mount;
        let of_console = routes().into_iter().filter(|route| route.mount == mount && route.method == word);
        for route in
            of_console.filter(|route| !LEFT_OUT.contains(&route.path) && !route.path.ends_with("/live"))
        {
            // What ends what is asked about here is asked of nobody's workspace.
            let is_of_life =
                ["/suspend", "/terminate"].iter().any(|end| route.path == format!("/tenants/{{slug}}{end}"));
            let slug = if is_of_life { "nowhere" } else { slug };
            self.ask(method, &address(&route, slug, name)).await;
        }
    }

    fn judge(&self, least: usize) {
        assert!(self.wrong.is_empty(), "{:#?}", self.wrong);
        assert!(self.refused >= least, "only {} refusals were seen", self.refused);
    }
}

#[tokio::test]
async fn each_refusal_of_a_form_offers_a_way_that_leads_elsewhere() {
    let product = Product::start("small").await;
    let mut anna = Judge::of(&product, "portal", "Portal", ANNA).await;
    for (slug, name) in [("acme", "nowhere.test"), ("acme", DOMAIN), ("nowhere", DOMAIN)] {
        anna.ask_all(Method::Post, slug, name).await;
    }
    anna.judge(60);
    let mut maja = Judge::of(&product, "portal", "Portal", MAJA).await;
    maja.ask_all(Method::Post, "acme", DOMAIN).await;
    maja.judge(30);
    let mut ida = Judge::of(&product, "operator", "Operator", IDA).await;
    for slug in ["acme", "nowhere"] {
        ida.ask_all(Method::Post, slug, "nowhere.test").await;
    }
    ida.judge(15);
    let mut jonas = Judge::of(&product, "operator", "Operator", JONAS).await;
    jonas.ask_all(Method::Post, "acme", DOMAIN).await;
    jonas.judge(15);
}

#[tokio::test]
async fn each_refused_page_offers_a_way_that_leads_elsewhere() {
    let product = Product::start("small").await;
    for (console, mount, email, least) in [
        ("portal", "Portal", ANNA, 10),
        ("portal", "Portal", MAJA, 15),
        ("operator", "Operator", IDA, 2),
        ("operator", "Operator", JONAS, 10),
    ] {
        let mut judge = Judge::of(&product, console, mount, email).await;
        for slug in ["acme", "nowhere"] {
            judge.ask_all(Method::Get, slug, "nowhere.test").await;
        }
        judge.ask(Method::Get, "/nowhere").await;
        judge.judge(least);
    }
}

#[tokio::test]
async fn the_primary_domain_that_is_not_removed_leads_back_to_itself() {
    let product = Product::start("small").await;
    // The only proven domain may go, so there is a second one.
    let api = TenantApi::of(&product, ANNA, "acme");
    api.until("/domains", |all| !find(items(all), "name", DOMAIN).is_null()).await;
    api.ok(Method::Post, "/domains", value!({"name": "neu.test"})).await;
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    let vouch = "/tenants/acme/domains/neu.test/vouch";
    assert_eq!(ida.send("/tenants/acme/domains", vouch, &[]).await.0, 303);
    let mut anna = Person::sign_in(&product, ANNA).await;
    let page = format!("/admin/acme/domains/{DOMAIN}");
    let (status, refused) = anna.send(&page, &format!("{page}/remove"), &[]).await;
    assert_eq!(status, 409);
    assert_eq!(markup::links(markup::main_of(&refused)), [page.as_str(), "/"]);
    assert!(!refused.contains(&format!("\"{page}/remove\"")), "the address takes forms alone");
    assert!(
        refused.contains(&format!("name=\"back\" value=\"{page}\"")),
        "a choice of colours comes back to a page"
    );
}

#[tokio::test]
async fn refusals_are_said_in_words() {
    let product = Product::start("small").await;
    let (status, page) = Person::sign_in_to(&product, "operator", JONAS).await.page("/tenants").await;
    assert_eq!(status, 403);
    assert!(page.contains("Only platform admins can do this"), "{page}");
    assert!(!page.contains("platform_admin"));
    let main = markup::main_of(&page);
    assert!(main.contains("action=\"/sign-out\"") && main.contains("name=\"csrf\""), "{main}");
    assert!(markup::links(main).contains(&product.origin("portal").to_owned()), "{main}");
    let (status, page) = Person::sign_in(&product, MAJA).await.page("/admin/acme/members").await;
    assert_eq!(status, 403);
    assert!(page.contains("Only owners and admins can do this"), "{page}");
}

#[tokio::test]
async fn a_suspended_workspace_says_so_wherever_it_refuses() {
    let product = Product::start("small").await;
    let mut anna = Person::sign_in(&product, ANNA).await;
    assert!(
        markup::navigation_of(&anna.page("/admin/acme").await.1).contains(&"/admin/acme/members".to_owned())
    );
    let operator = TenantApi::of_operator(&product, "acme");
    operator.ok(Method::Post, "/suspend", value!({})).await;
    let (status, page) = anna.page("/admin/acme/members").await;
    assert_eq!(status, 403);
    assert!(page.contains("This workspace is suspended") && page.contains("is resumed"), "{page}");
    assert!(!page.contains("You don’t have access"), "{page}");
    let (_, home) = anna.page("/").await;
    for shown in [&page, &home] {
        let offered = markup::navigation_of(shown);
        assert!(offered.contains(&"/".to_owned()), "{offered:?}");
        let refused = |link: &String| link.starts_with("/admin") || link == "/account/app-passwords";
        assert!(!offered.iter().any(refused), "{offered:?}");
    }
    let (status, page) = anna.page("/account/app-passwords").await;
    assert_eq!(status, 200);
    assert!(markup::main_of(&page).contains("is suspended"), "{page}");
    let (status, page) = anna.send("/account/sessions", "/account/app-passwords", &[("name", "Phone")]).await;
    assert_eq!(status, 403);
    assert!(page.contains("This workspace is suspended"), "{page}");
    operator.ok(Method::Post, "/resume", value!({})).await;
    assert_eq!(anna.page("/admin/acme/members").await.0, 200);
}

#[tokio::test]
async fn a_workspace_is_switched_only_where_there_is_another() {
    let product = Product::start("small").await;
    let switcher = "id=\"switcher\"";
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    let (_, page) = ida.page("/").await;
    assert!(!page.contains(switcher) && page.contains("Open the sandbox"), "{page}");
    assert!(!Person::sign_in(&product, ANNA).await.page("/").await.1.contains(switcher));
    let (_, page) = Person::sign_in(&product, crate::tenant_api::BO).await.page("/").await;
    assert!(page.contains(switcher) && page.contains("You also work in"), "{page}");

    // Whoever signs out is told of where, and no stranger is.
    let mut anna = Person::sign_in(&product, ANNA).await;
    assert_eq!(anna.send("/", "/sign-out", &[]).await.0, 303);
    let (_, left) = anna.page("/signed-out").await;
    assert!(left.contains("<b>Acme Widgets ApS</b>"), "{left}");
    let (_, seen) = Person::unknown(&product).page("/signed-out").await;
    assert!(!seen.contains("Acme"), "{seen}");
}
