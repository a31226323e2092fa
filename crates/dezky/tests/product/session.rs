//! Signing in and out as a browser does, by redirects and cookies. Pages themselves are looked at by the browser
//! journeys.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use outbound::{Answer, Call, Method};
use url::Url;

use crate::harness::{Product, client, get};
use crate::tenant_api::IDA;

/// Cookies by host and port: a stricter jar than a browser's, whose cookies ignore ports.
#[derive(Default)]
pub struct Visitor {
    pub jars: BTreeMap<String, BTreeMap<String, String>>,
}

impl Visitor {
    /// One request, without following where it leads.
    pub async fn send(&mut self, method: Method, url: &Url, form: &[(&str, &str)]) -> Answer {
        let origin = url.origin().ascii_serialization();
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let mut call = Call::new(method, path).header("accept", "text/html,*/*;q=0.8");
        if method == Method::Post {
            call = call.form(form).header("origin", origin.clone());
        }
        let jar = self.jars.entry(origin.clone()).or_default();
        let cookies: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = client(&origin).send(call.header("cookie", cookies.join("; "))).await.unwrap();
        for (name, line) in &answer.headers {
            if name == "set-cookie" {
                let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// `GET`, and on to wherever that leads.
    pub async fn visit(&mut self, url: &Url) -> (Url, Answer) {
        let mut at = url.clone();
        for _ in 0..10 {
            let answer = self.send(Method::Get, &at, &[]).await;
            let Some(next) = answer.header("location") else {
                return (at, answer);
            };
            at = at.join(next).unwrap();
        }
        panic!("{url} leads nowhere");
    }

    /// Signs in to the console of that origin; gives the page that it leads to.
    pub async fn sign_in(&mut self, origin: &str, email: &str, password: &str) -> (Url, Answer) {
        self.try_sign_in(origin, email, password).await.expect("the password is right")
    }

    /// The same; nothing where the password does not let them in.
    pub async fn try_sign_in(&mut self, origin: &str, email: &str, password: &str) -> Option<(Url, Answer)> {
        let start = Url::parse(origin).unwrap().join("/sign-in").unwrap();
        let (form, shown) = self.visit(&start).await;
        assert_eq!(shown.status, 200, "the sign-in page at {form}");
        let sent = self.send(Method::Post, &form, &[("username", email), ("password", password)]).await;
        let next = form.join(sent.header("location")?).unwrap();
        Some(self.visit(&next).await)
    }
}

/// The token of the forms on a page.
pub fn csrf(page: &str) -> String {
    let after = page.split_once("name=\"csrf\" value=\"").expect("the page has a form").1;
    after.split('"').next().unwrap().to_owned()
}

/// A person at pages of a console.
pub struct Person<'a> {
    pub visitor: Visitor,
    pub origin: &'a str,
}

impl<'a> Person<'a> {
    /// Somebody who has yet to sign in to the portal.
    pub fn unknown(product: &'a Product) -> Self {
        Self { visitor: Visitor::default(), origin: product.origin("portal") }
    }

    /// Somebody of the demo, signed in to the portal.
    pub async fn sign_in(product: &'a Product, email: &str) -> Self {
        Self::sign_in_to(product, "portal", email).await
    }

    /// Somebody of the demo, signed in to a console.
    pub async fn sign_in_to(product: &'a Product, console: &str, email: &str) -> Self {
        let mut person = Self { visitor: Visitor::default(), origin: product.origin(console) };
        person.visitor.sign_in(person.origin, email, product.password(email)).await;
        person
    }

    /// Tries a password; gives where that leads to, and nothing where it does not let them in.
    pub async fn signs_in(&mut self, email: &str, password: &str) -> Option<Url> {
        let (at, page) = self.visitor.try_sign_in(self.origin, email, password).await?;
        assert_eq!(page.status, 200, "{at}");
        Some(at)
    }

    /// Whether they are signed in.
    pub async fn is_in(&mut self) -> bool {
        let me = self.url("/api/me");
        self.visitor.send(Method::Get, &me, &[]).await.status == 200
    }

    fn url(&self, path: &str) -> Url {
        Url::parse(&format!("{}{path}", self.origin)).unwrap()
    }

    /// Where a path leads them.
    pub async fn led_to(&mut self, path: &str) -> Url {
        let url = self.url(path);
        self.visitor.visit(&url).await.0
    }

    /// A page of theirs.
    pub async fn page(&mut self, path: &str) -> (u16, String) {
        let url = self.url(path);
        let (_, answer) = self.visitor.visit(&url).await;
        (answer.status, String::from_utf8_lossy(&answer.body).into_owned())
    }

    async fn csrf(&mut self, page: &str) -> String {
        csrf(&self.page(page).await.1)
    }

    async fn post(&mut self, path: &str, csrf: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let mut fields = fields.to_vec();
        fields.push(("csrf", csrf));
        let url = self.url(path);
        let answer = self.visitor.send(Method::Post, &url, &fields).await;
        (answer.status, String::from_utf8_lossy(&answer.body).into_owned())
    }

    /// Sends a form of a page of theirs.
    pub async fn send(&mut self, page: &str, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let csrf = self.csrf(page).await;
        self.post(path, &csrf, fields).await
    }

    /// Sends it when their session has ended meanwhile; gives the page as they find it once they are signed in again.
    pub async fn send_late(&mut self, page: &str, path: &str, fields: &[(&str, &str)]) -> String {
        let csrf = self.csrf(page).await;
        self.visitor.jars.get_mut(self.origin).unwrap().remove("dezky_portal");
        let (status, _) = self.post(path, &csrf, fields).await;
        assert_eq!(status, 303, "{path}");
        // They are still signed in at the identity provider.
        let (status, shown) = self.page(&format!("/sign-in?next={page}")).await;
        assert_eq!(status, 200, "{page}");
        assert!(
            shown.contains("We filled in the form again"),
            "{page} does not take what was sent to {path}"
        );
        shown
    }
}

#[tokio::test]
async fn a_person_signs_in_to_the_console_and_a_forged_form_does_nothing() {
    let product = Product::start("none").await;
    let operator = product.origin("operator").to_owned();
    let mut ida = Visitor::default();
    let (at, _) = ida.sign_in(&operator, IDA, product.password(IDA)).await;
    assert_eq!(at.as_str(), format!("{operator}/"));
    let me = Url::parse(&format!("{operator}/api/me")).unwrap();
    let answer = ida.send(Method::Get, &me, &[]).await;
    assert_eq!(answer.status, 200);
    assert!(String::from_utf8_lossy(&answer.body).contains(IDA));
    // Without the form's own token nothing is changed, cookie or not.
    let out = Url::parse(&format!("{operator}/sign-out")).unwrap();
    assert_eq!(ida.send(Method::Post, &out, &[]).await.status, 403);
    assert_eq!(ida.send(Method::Get, &me, &[]).await.status, 200);
}

#[tokio::test]
async fn a_session_of_one_surface_is_none_on_the_other() {
    let product = Product::start("none").await;
    let (operator, portal) = (product.origin("operator"), product.origin("portal"));
    let mut ida = Visitor::default();
    ida.sign_in(operator, IDA, product.password(IDA)).await;
    let secret = ida.jars[operator]["dezky_operator"].clone();
    for name in ["dezky_operator", "dezky_portal"] {
        let call = Call::get("/api/me").header("cookie", format!("{name}={secret}"));
        assert_eq!(client(portal).send(call).await.unwrap().status, 401, "{name}");
    }
}

#[tokio::test]
async fn a_page_that_updates_itself_does_not_hold_up_a_stop() {
    let mut product = Product::start("none").await;
    let live = Url::parse(&format!("{}/live", product.origin("operator"))).unwrap();
    let mut ida = Visitor::default();
    ida.sign_in(product.origin("operator"), IDA, product.password(IDA)).await;
    let process = product.process.take().unwrap();
    let stop = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let began = Instant::now();
        let stopped = tokio::task::spawn_blocking(|| process.stop()).await.unwrap();
        (stopped.0, began.elapsed())
    };
    let (events, (status, took)) = tokio::join!(ida.send(Method::Get, &live, &[]), stop);
    assert_eq!(events.status, 200);
    assert!(status.success() && took < Duration::from_secs(5), "{status} after {took:?}");
}

#[tokio::test]
async fn pages_carry_the_headers_that_protect_them() {
    let product = Product::start("none").await;
    let page = get(product.origin("portal"), "/_components").await;
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    // HSTS would be remembered for every port of this host.
    assert_eq!(page.header("strict-transport-security"), None);
    let lost = get(product.origin("portal"), "/no-such-page").await;
    assert_eq!(lost.status, 404);
    assert!(lost.header("content-type").unwrap().starts_with("text/html"));
}

#[tokio::test]
async fn a_sign_in_that_must_be_fresh_asks_for_the_password_again() {
    let product = Product::start("none").await;
    let portal = product.origin("portal");
    let mut ida = Visitor::default();
    ida.sign_in(portal, IDA, product.password(IDA)).await;
    let start = |query: &str| Url::parse(&format!("{portal}/sign-in?next=/account/password{query}")).unwrap();
    let (at, _) = ida.visit(&start("")).await;
    assert_eq!(at.path(), "/account/password", "she is signed in at the identity provider");
    let (at, shown) = ida.visit(&start("&again=1")).await;
    assert!(at.as_str().starts_with(product.origin("sandbox/authentik")), "{at}");
    assert!(String::from_utf8_lossy(&shown.body).contains("password"));
}
