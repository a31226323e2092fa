//! Walks through a console: looks at each page in light, dark and narrow, uses all that is on it, and sends each of
//! its forms. What is wrong is gathered and told at the end.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use url::Url;

use super::routes::{self, Route};
use crate::browser::Browser;
use crate::journey::Stage;

pub const RULES: &str = include_str!("rules.js");
pub const WIDE: &str = include_str!("wide.js");
pub const USE: &str = include_str!("use.js");
const SEND: &str = include_str!("send.js");
const SETTLED: &str = include_str!("settled.js");
const HARVEST: &str = include_str!("harvest.js");
const CONFLICT: &str = include_str!("conflict.js");
const STATUS: &str = "return performance.getEntriesByType('navigation')[0].responseStatus";

/// What `send.js` types as a password.
const NEW_PASSWORD: &str = "seven brown goats in the fog";
const SOON: Duration = Duration::from_secs(15);
const STEP: Duration = Duration::from_millis(20);
/// So many forms of a route are known, should what was sent take some of them away.
const MOST_ALIKE: usize = 6;
/// What is answered without a page: a download.
const FILES: &[&str] = &[
    "/admin/{slug}/members.csv",
    "/admin/{slug}/domains/{name}/zone",
    "/admin/{slug}/imports/{id}/skipped.csv",
    "/admin/{slug}/domains/{name}/clients/mobileconfig",
    "/account/mail/mobileconfig",
];

/// A form to be sent: where its page is, and where it goes.
#[derive(Debug, Clone)]
struct Form {
    page: String,
    action: String,
    is_versioned: bool,
    /// The form whose answer has this one.
    after: Option<String>,
}

/// Somebody in a browser, on a console.
pub struct Walker<'a> {
    stage: &'a Stage,
    browser: &'a Browser,
    console: &'a str,
    origin: String,
    who: &'a str,
    password: String,
    routes: Vec<Route>,
    waiting: VecDeque<String>,
    /// Each page once for each set of parameters.
    known: BTreeSet<String>,
    /// The forms of each route, as they were found.
    forms: BTreeMap<&'static str, VecDeque<Form>>,
    pub visited: BTreeSet<Route>,
    pub sent: BTreeSet<Route>,
    pub wrong: BTreeSet<String>,
}

impl<'a> Walker<'a> {
    /// Somebody on that console, not yet signed in.
    pub fn new(stage: &'a Stage, browser: &'a Browser, console: &'a str, who: &'a str) -> Self {
        Self {
            stage,
            browser,
            console,
            origin: stage.product.origin(console).to_owned(),
            who,
            password: stage.password(who).to_owned(),
            routes: routes::of(&surface(console)),
            waiting: VecDeque::new(),
            known: BTreeSet::new(),
            forms: BTreeMap::new(),
            visited: BTreeSet::new(),
            sent: BTreeSet::new(),
            wrong: BTreeSet::new(),
        }
    }

    /// Walks from these pages on, until there is nothing new to see and nothing new to send.
    pub async fn walk(&mut self, from: &[String]) {
        for path in from {
            self.expect(path);
        }
        while let Some(path) = self.waiting.pop_front() {
            self.visit(&path).await;
        }
        while let Some(route) = self.next_route() {
            self.send_one_of(route).await;
            while let Some(path) = self.waiting.pop_front() {
                self.visit(&path).await;
            }
        }
    }

    /// Signs in, as nobody has before in this browser.
    pub async fn enter(&self) {
        self.browser.client.delete_all_cookies().await.unwrap();
        self.browser.open(self.stage.product.origin("sandbox/authentik")).await;
        self.browser.client.delete_all_cookies().await.unwrap();
        self.browser.open(&self.stage.url(self.console, "/")).await;
        self.browser.arrives_at(self.stage.product.origin("sandbox/authentik")).await;
        self.browser.fill("Username or e-mail", self.who).await;
        self.browser.fill("Password", &self.password).await;
        self.browser.press("Sign in").await;
        self.browser.arrives_at(&self.origin).await;
        self.browser.complaints().await;
    }

    fn say(&mut self, place: &str, what: &[String]) {
        let place = place.strip_prefix(&self.origin).unwrap_or(place);
        self.wrong.extend(what.iter().map(|what| format!("{} {place}: {what}", self.who)));
    }

    /// A page to be visited, whatever was seen of its kind.
    fn expect(&mut self, path: &str) {
        let url = Url::parse(&format!("{}{path}", self.origin)).unwrap();
        if let Some(route) = routes::serving(&self.routes, "GET", url.path()) {
            self.known.insert(kind_of(route, &url));
        }
        self.waiting.push_back(path.to_owned());
    }

    /// A link that was found: known to lead somewhere, and followed once for each kind of page.
    fn found(&mut self, place: &str, link: &str) {
        let Ok(url) = Url::parse(link) else { return self.say(place, &[format!("a link to “{link}”")]) };
        if !link.starts_with(&self.origin) {
            return;
        }
        let Some(route) = routes::serving(&self.routes, "GET", url.path()) else {
            // A place on the answer of a form, such as its content.
            if link == place {
                return;
            }
            return self.say(place, &[format!("a link leads to {}, which is no page", url.path())]);
        };
        let is_left_out = ["/sign-in", "/sign-in/callback"].contains(&route.path);
        if !is_left_out && self.known.insert(kind_of(route, &url)) {
            self.waiting.push_back(link[self.origin.len()..].to_owned());
        }
    }

    /// Notes where the page leads and what it sends.
    async fn harvest(&mut self, place: &str, after: Option<&Form>) {
        let found = self.browser.run(HARVEST).await;
        for link in texts(&found["links"]) {
            self.found(place, &link);
        }
        // The gallery's forms are pictures of forms.
        if place.ends_with("/_components") {
            return;
        }
        for form in found["forms"].as_array().cloned().unwrap_or_default() {
            let action = form["action"].as_str().unwrap_or_default();
            let Some(route) = routes::serving(&self.routes, "POST", action) else {
                self.say(place, &[format!("a form goes to {action}, which takes none")]);
                continue;
            };
            // Without a page of its own address, an answer is had again by sending what it answers.
            let page = after.map_or_else(
                || place.strip_prefix(&self.origin).unwrap_or("/").to_owned(),
                |sent| sent.page.clone(),
            );
            let after = after.map(|sent| sent.action.clone());
            let is_versioned = form["versioned"] == true;
            let form = Form { page, action: action.to_owned(), is_versioned, after };
            let alike = self.forms.entry(route.path).or_default();
            if alike.len() < MOST_ALIKE
                && alike.iter().all(|known| (&known.action, &known.page) != (&form.action, &form.page))
            {
                alike.push_back(form);
            }
        }
    }

    async fn visit(&mut self, path: &str) {
        let began = Instant::now();
        let place = format!("{}{path}", self.origin);
        let url = Url::parse(&place).unwrap();
        let route = routes::serving(&self.routes, "GET", url.path());
        self.visited.extend(route);
        if route.is_some_and(|route| FILES.contains(&route.path)) {
            let fetched = format!("return fetch({}).then((answer) => answer.status)", json!(place));
            let status = self.browser.run(&fetched).await;
            if status != 200 {
                self.say(&place, &[format!("the file is answered {status}")]);
            }
            return;
        }
        self.browser.look(1280, "light").await;
        self.browser.open(&place).await;
        let status = self.browser.run(STATUS).await;
        if status != 200 {
            self.say(&place, &[format!("the page is answered {status}")]);
        }
        let at = self.browser.at().await;
        if !at.as_str().starts_with(&self.origin) {
            // Where somebody who has an own password, or is signed in, is led on.
            return;
        }
        self.harvest(&place, None).await;
        let mut wrong = self.rules().await;
        self.browser.look(1280, "dark").await;
        wrong.extend(
            texts(&self.browser.run(RULES).await).into_iter().map(|said| format!("in the dark, {said}")),
        );
        self.browser.look(360, "light").await;
        wrong.extend(texts(&self.browser.run(WIDE).await));
        wrong.extend(self.browser.run_async(USE, vec![json!(true)]).await);
        self.browser.look(1280, "light").await;
        wrong.extend(self.browser.run_async(USE, vec![json!(false)]).await);
        wrong.extend(self.complaints().await);
        self.say(&place, &wrong);
        eprintln!("{} {path} {:?}", self.who, began.elapsed());
    }

    async fn rules(&self) -> Vec<String> {
        texts(&self.browser.run(RULES).await)
    }

    /// What the browser and the page's scripts complained of. A form that is refused with what is wrong is none.
    async fn complaints(&self) -> Vec<String> {
        let mut said = texts(&self.browser.run("return window.crawl?.said.splice(0) ?? []").await);
        said.extend(
            self.browser.complaints().await.into_iter().filter(|said| !said.contains("status of 422")),
        );
        said
    }

    /// The next route that was never sent to, the most harmless first.
    fn next_route(&mut self) -> Option<Route> {
        let sent: BTreeSet<&str> = self.sent.iter().map(|route| route.path).collect();
        let left = self.forms.keys().filter(|path| !sent.contains(*path)).copied();
        let path = left.min_by_key(|path| (harm(path), *path))?;
        let route = self.routes.iter().find(|route| route.method == "POST" && route.path == path)?;
        self.sent.insert(*route);
        Some(*route)
    }

    /// Sends the first of its forms that is still there: what was sent before may have taken some away.
    async fn send_one_of(&mut self, route: Route) {
        let mut gone = Vec::new();
        while let Some(form) = self.forms.get_mut(route.path).and_then(VecDeque::pop_front) {
            if self.send(route, &form).await {
                return;
            }
            gone.push(form);
            self.complaints().await;
        }
        let seen: String = self.browser.text().await.chars().take(400).collect();
        for form in gone.iter().filter(|_| !super::is_left_out(&route)) {
            let place = format!("{}{}", self.origin, form.page);
            self.say(&place, &[format!("the form to {} is gone before it was sent: {seen}", form.action)]);
        }
    }

    /// Sends a form as somebody would who tries it out, and looks at what comes back; false where there is none any more.
    async fn send(&mut self, route: Route, form: &Form) -> bool {
        let began = Instant::now();
        let place = format!("{}{}", self.origin, form.page);
        self.browser.open(&place).await;
        if self.browser.run(STATUS).await.as_u64().is_none_or(|status| status >= 400) {
            return false;
        }
        let round = self.sent.len();
        if form.is_versioned {
            let wrong = self.conflict(form, round).await;
            self.say(&place, &wrong);
            self.browser.open(&place).await;
        }
        if let Some(before) = &form.after {
            self.browser.run_with(SEND, vec![json!(before), json!(round + 100), json!(false)]).await;
            self.settle().await;
        }
        let is_sent = self.browser.run_with(SEND, vec![json!(form.action), json!(round), json!(false)]).await;
        if is_sent != true {
            return false;
        }
        let status = self.settle().await;
        let mut wrong = self.complaints().await;
        let at = self.browser.at().await;
        eprintln!("{} sends {} {status} to {at} {:?}", self.who, form.action, began.elapsed());
        match status {
            200..400 => {}
            422 => {
                let told = "return [...document.querySelectorAll('.wrongs, [aria-invalid=true], .banner.bad, [role=alert]')].some((el) => el.checkVisibility())";
                if self.browser.run(told).await != true {
                    wrong.push("refused without a word".to_owned());
                }
            }
            _ => wrong.push(format!("answered {status}: {}", self.browser.text().await)),
        }
        let is_own = at.as_str().starts_with(&self.origin);
        if is_own {
            wrong.extend(self.rules().await);
            // What was not led on to is the answer itself, whatever its address.
            let led = "return performance.getEntriesByType('navigation')[0].redirectCount";
            let is_answer = status == 201 || self.browser.run(led).await == 0;
            self.harvest(at.as_str(), is_answer.then_some(form)).await;
        }
        self.say(&format!("{place} sends {}", route.path), &wrong);
        // Some forms end the session, as they should.
        if !is_own || at.path() == "/signed-out" {
            if route.path == "/account/password" {
                NEW_PASSWORD.clone_into(&mut self.password);
            }
            self.enter().await;
        }
        true
    }

    async fn settle(&self) -> u64 {
        let began = Instant::now();
        loop {
            // The page may be replaced while it is asked.
            let answer = self.browser.client.execute(SETTLED, Vec::new()).await.unwrap_or_default();
            if let Some(status) = answer.as_u64() {
                return status;
            }
            if began.elapsed() > SOON {
                return 0;
            }
            tokio::time::sleep(STEP).await;
        }
    }

    /// Sends a form of which somebody else saved another version meanwhile: both are shown, what was typed stays, and
    /// it can be sent again.
    async fn conflict(&self, form: &Form, round: usize) -> Vec<String> {
        let stale = vec![json!(form.action), json!(round), json!(true)];
        if self.browser.run_with(SEND, stale).await != true {
            return Vec::new();
        }
        self.settle().await;
        let mut wrong = texts(&self.browser.run_with(CONFLICT, vec![json!(form.action)]).await);
        wrong.extend(self.rules().await);
        let _ = self.complaints().await;
        wrong
    }
}

/// A page that is nobody's of the consoles, such as a simulator's: how it looks, and nothing of what it does.
pub async fn look_at(browser: &Browser, url: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for scheme in ["light", "dark"] {
        browser.look(1280, scheme).await;
        browser.open(url).await;
        wrong.extend(
            texts(&browser.run(RULES).await).into_iter().map(|said| format!("{url} in {scheme}: {said}")),
        );
    }
    browser.look(360, "light").await;
    wrong.extend(texts(&browser.run(WIDE).await).into_iter().map(|said| format!("{url}: {said}")));
    wrong
}

/// What a link leads to, whatever object it names.
fn kind_of(route: Route, url: &Url) -> String {
    let names: BTreeSet<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    format!("{}?{}", route.path, names.into_iter().collect::<Vec<_>>().join("&"))
}

/// How much a form does harm to those that are sent after it.
fn harm(path: &str) -> u8 {
    let last = path.rsplit('/').next().unwrap_or_default();
    match last {
        "password" if path.starts_with("/account") => 7,
        "sign-out" => 9,
        "end-all" => 8,
        "terminate" | "remove" | "revoke" => 6,
        "resume" | "cancel" => 5,
        "suspend" | "offboard" | "remove-space" | "force-logout" => 4,
        "end" => 3,
        _ if path == "/workspace" => 3,
        // A link that is sent anew ends the one before.
        "resend" => 1,
        _ => 0,
    }
}

/// A console as the route table calls it.
pub fn surface(console: &str) -> String {
    let mut letters = console.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

pub fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
}
