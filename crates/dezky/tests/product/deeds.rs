//! Laws of everything that changes something, by the API or by a form. The routes come from the golden route table: one
//! without a line in the tables below fails.

use std::time::{Duration, Instant};

use outbound::{Answer, Call, Method};
use serde_json::{Value, json as value};

use crate::harness::{Product, client, get, json};
use crate::matrix::{Proof, Route, routes, session, strangers_token};

const IDA: &str = "ida@dezky.test";
/// The owner of another tenant than the one that he tries to change.
const OTTO: &str = "otto@fjord.test";
const SIMULATORS: [&str; 3] = ["authentik", "stalwart", "ocis"];

/// A valid call of a route.
struct Deed {
    method: Method,
    path: &'static str,
    slug: &'static str,
    body: Value,
    /// What its record says; none for what changes nothing.
    action: Option<&'static str>,
    /// What makes it possible: a deed on the same tenant.
    first: Option<&'static str>,
    undo: Option<(Method, &'static str, Value)>,
}

fn deed(method: Method, path: &'static str, slug: &'static str, action: &'static str) -> Deed {
    Deed { method, path, slug, body: value!({}), action: Some(action), first: None, undo: None }
}

fn deeds() -> Vec<Deed> {
    use Method::{Delete, Patch, Post, Put};
    let new = value!({"slug": "deeds", "name": "Ærø", "plan": "starter", "seats": 3, "primaryDomain": "deeds.test"});
    // Not its domain: a former one stays the workspace's, so that no mail is lost.
    let changed = value!({"name": "Skovbo & Søn", "seats": 99, "plan": "enterprise", "industry": null});
    let former = value!({"name": "Skovbo Tandlæger", "seats": 14, "plan": "business", "industry": "Health"});
    let undo = |method, path, body| Some((method, path, body));
    vec![
        Deed { body: new, ..deed(Post, "/api/tenants", "deeds", "tenant.create") },
        Deed {
            body: changed,
            undo: undo(Patch, "/api/tenants/{slug}", former),
            ..deed(Patch, "/api/tenants/{slug}", "skovbo", "tenant.update")
        },
        deed(Delete, "/api/tenants/{slug}", "havn", "tenant.terminate"),
        Deed {
            body: value!({"hash": "of the plan"}),
            ..deed(Post, "/api/tenants/{slug}/apply", "nordlys", "tenant.apply")
        },
        Deed { action: None, ..deed(Post, "/api/tenants/{slug}/plan", "nordlys", "") },
        deed(Post, "/api/tenants/{slug}/reconcile", "nordlys", "tenant.reconcile"),
        Deed {
            undo: undo(Post, "/api/tenants/{slug}/resume", value!({})),
            ..deed(Post, "/api/tenants/{slug}/suspend", "acme", "tenant.suspend")
        },
        Deed {
            first: Some("/api/tenants/{slug}/suspend"),
            undo: undo(Post, "/api/tenants/{slug}/suspend", value!({})),
            ..deed(Post, "/api/tenants/{slug}/resume", "fjord", "tenant.resume")
        },
        deed(Put, "/api/users/me", "", "user.create"),
    ]
}

/// A form of a console: its door and path, the tenant, what is filled in, and what its record says.
type Form = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)], &'static str);

const FORMS: [Form; 8] = [
    (
        "Operator",
        "/tenants",
        "forms",
        &[("slug", "forms"), ("name", "Ærø"), ("plan", "starter"), ("seats", "3")],
        "tenant.create",
    ),
    (
        "Operator",
        "/tenants/{slug}/edit",
        "nordlys",
        &[("version", "{version}"), ("seats", "7")],
        "tenant.update",
    ),
    ("Operator", "/tenants/{slug}/apply", "skovbo", &[("hash", "{hash}")], "tenant.apply"),
    ("Operator", "/tenants/{slug}/reconcile", "skovbo", &[], "tenant.reconcile"),
    ("Operator", "/tenants/{slug}/suspend", "skovbo", &[], "tenant.suspend"),
    ("Operator", "/tenants/{slug}/resume", "skovbo", &[], "tenant.resume"),
    ("Operator", "/tenants/{slug}/terminate", "havn", &[("confirm", "Havnens Revision")], "tenant.terminate"),
    ("Portal", "/admin/{slug}/reconcile", "acme", &[], "tenant.reconcile"),
];

/// The routes that may change something, each with its line in the table.
fn table() -> Vec<(Route, Deed)> {
    let mut deeds = deeds();
    let changing = routes().into_iter().filter(|route| route.door == "Api" && route.method != "GET");
    let mut table = Vec::new();
    for route in changing {
        let named = |deed: &Deed| deed.path == route.path && word(deed.method) == route.method;
        let place = deeds.iter().position(named);
        let place = place.unwrap_or_else(|| panic!("{route:?} has no line in the table of deeds"));
        table.push((route, deeds.remove(place)));
    }
    assert!(deeds.is_empty(), "no route is {}", deeds[0].path);
    table
}

fn word(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    }
}

/// A running product, and what its operator sees.
struct World {
    product: Product,
}

impl World {
    async fn start() -> Self {
        let world = Self { product: Product::start("small").await };
        world.settle().await;
        world
    }

    fn operator(&self) -> &str {
        self.product.token(IDA, "operator")
    }

    async fn call(&self, token: &str, method: Method, path: &str, body: &Value, turn: &str) -> Answer {
        let key = format!("{turn} {path}");
        let call = Call::new(method, path).bearer(token.into()).header("idempotency-key", key).json(body);
        client(self.product.origin("api")).send(call).await.unwrap()
    }

    async fn show(&self, path: &str) -> Value {
        let answer = self.product.call(Method::Get, path, self.operator(), None).await;
        assert_eq!(answer.status, 200, "{path}: {}", json(&answer));
        json(&answer)
    }

    /// Waits until nothing is under way.
    async fn settle(&self) {
        let began = Instant::now();
        loop {
            let all = self.show("/api/tenants?limit=200").await;
            let busy = |tenant: &&Value| tenant.to_string().contains("\"pending\"");
            let Some(one) = all["items"].as_array().unwrap().iter().find(busy).cloned() else { return };
            assert!(began.elapsed() < Duration::from_secs(30), "not done: {one}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The records of what a person did, the newest first.
    async fn records(&self, person: &str) -> Vec<Value> {
        let all = self.show("/api/audit?limit=200").await;
        let of_person = |record: &&Value| record["actorId"] == person || record["actorEmail"] == person;
        all["items"].as_array().unwrap().iter().filter(of_person).cloned().collect()
    }

    /// Everything that a call may change: all tenants, and all objects upstream.
    async fn everything(&self) -> Value {
        let mut all = value!({"tenants": self.show("/api/tenants?limit=200").await["items"]});
        for simulator in SIMULATORS {
            let origin = self.product.origin(&format!("sandbox/{simulator}"));
            all[simulator] = json(&get(origin, "/_sim/inventory").await);
        }
        without_times(all)
    }

    /// The body of a deed; the hash of a plan is asked for first.
    async fn body(&self, deed: &Deed) -> Value {
        if deed.body.get("hash").is_none() {
            return deed.body.clone();
        }
        value!({"hash": self.filled_in(deed.slug, "{hash}").await})
    }

    /// Does it once, and once more with the same key.
    async fn obeys(&self, route: &Route, deed: &Deed) {
        let stranger = strangers_token(&self.product).await;
        let token = if route.guard == "(open)" { &stranger } else { self.operator() };
        let path = deed.path.replace("{slug}", deed.slug);
        if let Some(first) = deed.first {
            let first = first.replace("{slug}", deed.slug);
            let answer = self.call(token, Method::Post, &first, &value!({}), "first").await;
            assert_eq!(answer.status, 200, "{first}: {}", json(&answer));
        }
        self.settle().await;
        let (body, before) = (self.body(deed).await, self.everything().await);
        let mut written = Vec::new();
        let mut person = IDA.to_owned();
        let mut known = self.records(&person).await.len();
        for _ in 0..2 {
            let answer = self.call(token, deed.method, &path, &body, "the deed").await;
            assert!(answer.status < 300, "{route:?}: {}", json(&answer));
            if route.guard == "(open)" {
                person = json(&answer)["id"].as_str().unwrap().to_owned();
                known = 0;
            }
            written.push(self.records(&person).await);
        }
        let expected = usize::from(deed.action.is_some());
        assert_eq!(written[0].len() - known, expected, "{route:?} wrote {:?}", written[0]);
        assert_eq!(written[1].len() - known, expected, "{route:?} wrote again {:?}", written[1]);
        if let Some(action) = deed.action {
            let record = &written[0][0];
            let chain = if route.guard == "(open)" {
                value!("platform")
            } else {
                self.show(&format!("/api/tenants/{}", deed.slug)).await["id"].clone()
            };
            let told = (&record["action"], &record["outcome"], &record["chain"]);
            assert_eq!(told, (&value!(action), &value!("ok"), &chain), "{route:?}");
        }
        if let Some((method, path, body)) = &deed.undo {
            self.settle().await;
            assert_ne!(self.everything().await, before, "{route:?} does nothing");
            let path = path.replace("{slug}", deed.slug);
            let answer = self.call(token, *method, &path, body, "the undo").await;
            assert!(answer.status < 300, "{path}: {}", json(&answer));
            self.settle().await;
            assert_same(&self.everything().await, &before, route);
        }
    }

    /// Somebody who has nothing to do with the tenant changes nothing, and the attempt is known.
    async fn refuses(&self, route: &Route, deed: &Deed) {
        let (before, known) = (self.everything().await, self.records(OTTO).await.len());
        let path = deed.path.replace("{slug}", "acme");
        let token = self.product.token(OTTO, "portal");
        let answer = self.call(token, deed.method, &path, &deed.body, "not his").await;
        let of_operators = matches!(route.guard, "ManageTenant" | "CreateTenant");
        assert_eq!(answer.status, if of_operators { 403 } else { 404 }, "{route:?}: {}", json(&answer));
        assert_same(&self.everything().await, &before, route);
        let written = self.records(OTTO).await;
        assert_eq!(written.len() - known, 1, "{route:?} wrote {written:?}");
        let told = (&written[0]["action"], &written[0]["outcome"]);
        assert_eq!(told, (&value!("access.denied"), &value!("denied")), "{route:?}");
    }
}

impl World {
    /// Fills in what only the product knows.
    async fn filled_in(&self, slug: &str, value: &str) -> String {
        match value {
            "{version}" => {
                let path = format!("/api/tenants/{slug}");
                let answer = self.product.call(Method::Get, &path, self.operator(), None).await;
                let tag = answer.header("etag").unwrap();
                tag.trim_matches(|letter: char| !letter.is_ascii_digit()).to_owned()
            }
            "{hash}" => {
                let path = format!("/api/tenants/{slug}/plan");
                let plan = self.call(self.operator(), Method::Post, &path, &value!({}), "plan").await;
                json(&plan)["hash"].as_str().unwrap().to_owned()
            }
            _ => value.to_owned(),
        }
    }

    async fn sends(&self, form: &Form, person: &str, (cookies, csrf): (&str, &str)) {
        let (door, path, slug, fields, action) = form;
        let origin = self.product.origin(&door.to_lowercase());
        let mut typed = Vec::new();
        for (name, value) in *fields {
            typed.push((*name, self.filled_in(slug, value).await));
        }
        let known = self.records(person).await.len();
        for (token, expected) in [("guessed", 0), (csrf, 1)] {
            let mut pairs: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, &**value)).collect();
            pairs.push(("csrf", token));
            let call = Call::new(Method::Post, path.replace("{slug}", slug)).form(&pairs);
            let call = call.header("cookie", cookies).header("origin", origin);
            let answer = client(origin).send(call).await.unwrap();
            assert_eq!(answer.status, if expected == 0 { 403 } else { 303 }, "{form:?}");
            let written = self.records(person).await;
            assert_eq!(written.len() - known, expected, "{form:?} wrote {written:?}");
            if expected == 1 {
                assert_eq!(written[0]["action"], *action, "{form:?}");
            }
        }
    }
}

/// When something was last changed or tried is no part of what it is.
fn without_times(mut all: Value) -> Value {
    const TIMES: [&str; 3] = ["version", "updatedAt", "lastAttemptAt"];
    match &mut all {
        Value::Object(fields) => {
            fields.retain(|name, _| !TIMES.contains(&name.as_str()));
            fields.values_mut().for_each(|inner| *inner = without_times(inner.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| *inner = without_times(inner.take())),
        _ => {}
    }
    all
}

/// Where two values differ.
fn differences(place: &str, now: &Value, before: &Value) -> Vec<String> {
    let at = |name: &dyn std::fmt::Display| format!("{place}/{name}");
    match (now, before) {
        (Value::Object(now), Value::Object(before)) => {
            let names = now.keys().chain(before.keys().filter(|name| !now.contains_key(*name)));
            let inner =
                names.flat_map(|name| differences(&at(name), &field(now, name), &field(before, name)));
            inner.collect()
        }
        (Value::Array(now), Value::Array(before)) if now.len() == before.len() => {
            let pairs = now.iter().zip(before).enumerate();
            pairs.flat_map(|(n, (now, before))| differences(&at(&n), now, before)).collect()
        }
        _ if now == before => Vec::new(),
        _ => vec![format!("{place} was {before} and is {now}")],
    }
}

fn field(of: &serde_json::Map<String, Value>, name: &str) -> Value {
    of.get(name).cloned().unwrap_or_default()
}

fn assert_same(now: &Value, before: &Value, route: &Route) {
    let told = differences("", now, before);
    assert!(told.is_empty(), "{} {}: {told:#?}", route.method, route.path);
}

#[tokio::test]
async fn each_deed_writes_one_record_and_its_undo_gives_back_what_was() {
    let world = World::start().await;
    for (route, deed) in table() {
        world.obeys(&route, &deed).await;
    }
}

#[tokio::test]
async fn a_deed_on_what_is_anothers_changes_nothing_and_is_recorded() {
    let world = World::start().await;
    for (route, deed) in table().iter().filter(|(route, _)| route.guard != "(open)") {
        world.refuses(route, deed).await;
    }
}

#[tokio::test]
async fn each_form_of_a_console_writes_one_record_and_a_forged_one_none() {
    let pages = routes().into_iter().filter(|route| {
        let changes = route.method == "POST" && matches!(route.door, "Portal" | "Operator");
        // What is one's own alone, such as the workspace that is shown, is no deed.
        changes && route.guard != "(open)" && route.guard != "OwnAccount"
    });
    let known: Vec<(&str, &str)> = FORMS.iter().map(|(door, path, ..)| (*door, *path)).collect();
    for route in pages {
        assert!(known.contains(&(route.door, route.path)), "{route:?} has no line in the table of forms");
    }
    let world = World::start().await;
    for (console, person) in [("operator", IDA), ("portal", "anna@acme.test")] {
        let Proof::Session(cookies, csrf) = session(&world.product, console, person).await else {
            panic!("{person} has no session");
        };
        for form in FORMS.iter().filter(|(door, ..)| door.to_lowercase() == console) {
            world.sends(form, person, (&cookies, &csrf)).await;
        }
    }
}
