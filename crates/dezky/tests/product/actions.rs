//! Laws of everything that changes something, by the API or by a form. The routes come from the golden route table: one
//! without a line in the tables fails.

pub mod table;

use outbound::{Answer, Call, Method};
use serde_json::{Value, json as value};

use crate::harness::{Product, client, inventory, json};
use crate::matrix::{OWN, Proof, Route, routes, session, strangers_token};
use crate::tenant_api::{ANNA, BO, IDA, OTTO, eventually, find, items, text};
use table::{Form, Row, Spoil, call, forms, table};

const SIMULATORS: [&str; 3] = ["authentik", "stalwart", "ocis"];

/// A running product, and what its operator sees.
struct World {
    product: Product,
}

/// Those of the records that weren't known.
fn new(records: &[Value], known: &[Value]) -> Vec<Value> {
    let is_known = |record: &Value| known.iter().any(|one| one["id"] == record["id"]);
    records.iter().filter(|record| !is_known(record)).cloned().collect()
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

    /// Waits until nothing is under way.
    async fn settle(&self) {
        eventually("nothing is under way", async || self.product.busy().await.map_or(Ok(()), Err)).await;
    }

    /// The records of what a person did, the newest first.
    /// The latest of a person; who needs those of one call looks which are `new`.
    async fn records(&self, person: &str) -> Vec<Value> {
        let all = self.product.show("/api/audit?limit=200").await;
        let of_person = |record: &&Value| record["actorId"] == person || record["actorEmail"] == person;
        items(&all).iter().filter(of_person).cloned().collect()
    }

    /// Everything that a call may change: all tenants, all objects upstream, what differs and what may.
    async fn everything(&self) -> Value {
        let drifts = self.product.show("/api/drift?limit=200").await;
        // One that is found again has another id and another place.
        let found =
            |drift: &Value| ["upstreamId", "key", "difference", "fields"].map(|name| drift[name].to_string());
        let mut found: Vec<_> = items(&drifts).iter().map(found).collect();
        found.sort();
        let mut all = value!({
            "tenants": self.product.show("/api/tenants?limit=200").await["items"],
            "drifts": found,
            "accepted": self.product.show("/api/drift/accepted").await,
            "domains": self.domains().await,
            "shares": self.shares().await,
            "flags": self.product.show("/api/flags?limit=200").await["items"],
            "partners": self.product.show("/api/partners?limit=200").await["items"],
            "staff": self.staff().await,
        });
        for simulator in SIMULATORS {
            all[simulator] = inventory(self.product.origin(&format!("sandbox/{simulator}"))).await;
            // Sign-ins that have ended are not begun again by an undo.
            for kind in ["sessions", "accessTokens", "refreshTokens"] {
                all[simulator].as_object_mut().unwrap().remove(kind);
            }
        }
        without_times(all)
    }

    /// What members are given: it shows upstream only once they signed in to files.
    async fn shares(&self) -> Vec<Value> {
        let storage = self.product.show("/api/tenants/acme/storage").await;
        let given = |member: &Value| value!([member["id"], member["quotaBytes"]]);
        storage["members"].as_array().unwrap().iter().map(given).collect()
    }

    /// Who works for a partner of the demo, in which role, and for which of its customers.
    async fn staff(&self) -> Vec<Value> {
        let all = self.product.show("/api/partners/nordit/users").await;
        let told = |one: &Value| ["id", "role", "reach", "tenants"].map(|name| one[name].clone());
        items(&all).iter().map(|one| value!(told(one))).collect()
    }

    /// What people decided about domains; what their records say comes and goes by itself.
    async fn domains(&self) -> Vec<Value> {
        let all = self.product.show("/api/domains?limit=200").await;
        let decided =
            |domain: &Value| ["name", "tenantId", "proof", "dmarcPolicy"].map(|name| domain[name].clone());
        items(&all).iter().map(|domain| value!(decided(domain))).collect()
    }

    /// Does it once, and once more with the same key.
    async fn obeys(&self, route: &Route, row: &Row) {
        let stranger = strangers_token(&self.product).await;
        let token = if route.guard == "(open)" { &stranger } else { self.operator() };
        if let Some(spoiled) = &row.spoil {
            self.spoil(&row.slug, spoiled).await;
        }
        for (n, (first, body)) in row.first.iter().enumerate() {
            let (method, first) = call(first);
            let (first, body) = (self.path(row, first).await, self.body(&row.slug, body).await);
            let turn = format!("first {n} {} {}", row.id, row.action.as_deref().unwrap_or_default());
            let answer = self.call(token, method, &first, &body, &turn).await;
            assert!(answer.status < 300, "{first}: {}", json(&answer));
        }
        self.settle().await;
        if row.undo.is_some() {
            // What earlier actions left to be found is found before this one, and not meanwhile.
            self.scan().await;
        }
        let (path, body) = (self.path(row, row.path()).await, self.body(&row.slug, &row.body).await);
        let before = self.everything().await;
        let mut written = Vec::new();
        let mut person = IDA.to_owned();
        let mut known = self.records(&person).await;
        for is_repeat in [false, true] {
            let answer = self.call(token, row.method(), &path, &body, "the action").await;
            // Keys are for POST; what is deleted is not there to be deleted again.
            let is_gone = is_repeat && row.method() == Method::Delete && answer.status == 404;
            assert!(answer.status < 300 || is_gone, "{route:?}: {answer:?}");
            if route.guard == "(open)" {
                person = json(&answer)["id"].as_str().unwrap().to_owned();
                known = Vec::new();
            }
            written.push(self.records(&person).await);
        }
        let expected = usize::from(row.action.is_some());
        let first = new(&written[0], &known);
        assert_eq!(first.len(), expected, "{route:?} wrote {:?}", written[0]);
        // What is said again changes nothing, but has what upstream may have made of it put right.
        let again = new(&written[1], &written[0]);
        let is_unchanged = |record: &Value| record["after"] == value!({"unchanged": true});
        assert!(again.iter().all(is_unchanged) && again.len() <= 1, "{route:?} wrote again {again:?}");
        assert!(
            again.is_empty() || row.method() != Method::Post,
            "{route:?} was not known by its key: {again:?}"
        );
        if let Some(action) = &row.action {
            let record = &first[0];
            let chain = if row.is_of_platform(route.guard) {
                value!("platform")
            } else {
                self.product.show(&format!("/api/tenants/{}", row.slug)).await["id"].clone()
            };
            let told = (&record["action"], &record["outcome"], &record["chain"]);
            assert_eq!(told, (&value!(action), &value!("ok"), &chain), "{route:?}");
        }
        if let Some((undo, body)) = &row.undo {
            let (method, path) = call(undo);
            self.settle().await;
            assert_ne!(self.everything().await, before, "{route:?} does nothing");
            let path = self.path(row, path).await;
            let answer = self.call(token, method, &path, body, "the undo").await;
            assert!(answer.status < 300, "{path}: {answer:?}");
            self.settle().await;
            if row.spoil.is_some() {
                self.scan().await;
            }
            assert_same(&self.everything().await, &before, route);
        }
    }

    /// Somebody who has nothing to do with the tenant changes nothing of all that was `before`, and the attempt is known.
    async fn refuses(&self, route: &Route, row: &Row, before: Value) -> Value {
        let known = self.records(OTTO).await;
        let path = row.path().replace("{slug}", "acme").replace("{name}", "acme-widgets.test");
        let token = self.product.token(OTTO, "portal");
        let answer = self.call(token, row.method(), &path, &row.body, "not his").await;
        let of_operators = matches!(
            route.guard,
            "ManageTenant"
                | "CreateTenant"
                | "ManageDrift"
                | "ManageFlags"
                | "ManagePartners"
                | "ManagePartner"
        );
        assert_eq!(answer.status, if of_operators { 403 } else { 404 }, "{route:?}: {}", json(&answer));
        let after = self.everything().await;
        assert_same(&after, &before, route);
        let written = new(&self.records(OTTO).await, &known);
        assert_eq!(written.len(), 1, "{route:?} wrote {written:?}");
        let told = (&written[0]["action"], &written[0]["outcome"]);
        assert_eq!(told, (&value!("access.denied"), &value!("denied")), "{route:?}");
        after
    }
}

impl World {
    /// Makes something differ, and has Dezky notice.
    async fn spoil(&self, slug: &str, spoiled: &Spoil) {
        self.settle().await;
        let mut object = Vec::new();
        for part in spoiled.object.split('/') {
            object.push(self.filled_in(slug, part).await);
        }
        self.product.spoil(&spoiled.simulator, &object.join("/"), &spoiled.fields).await;
        self.scan().await;
    }

    async fn scan(&self) {
        let answer = self.product.call(Method::Post, "/api/drift/scan", self.operator(), None).await;
        assert_eq!(answer.status, 200, "{}", json(&answer));
    }

    /// A path with its names filled in.
    async fn path(&self, row: &Row, path: &str) -> String {
        let path = path.replace("{slug}", &row.slug).replace("{id}", &row.id).replace("{name}", &row.id);
        let path = path.replace("{address}", &row.id).replace("{key}", &row.id);
        let path = path.replace("{user}", "{member:maja@acme.test}");
        let path = path.replace("{partner}", &row.partner).replace("{tenant}", &row.slug);
        let mut parts = Vec::new();
        for part in path.split('/') {
            parts.push(self.filled_in(&row.slug, part).await);
        }
        parts.join("/")
    }

    /// A body with its values filled in.
    async fn body(&self, slug: &str, body: &Value) -> Value {
        let mut filled = body.clone();
        for (_, value) in filled.as_object_mut().into_iter().flatten() {
            if let Some(text) = value.as_str() {
                *value = self.filled_in(slug, text).await.into();
            }
        }
        filled
    }

    async fn plan(&self, slug: &str) -> Value {
        let path = format!("/api/tenants/{slug}/plan");
        json(&self.product.call(Method::Post, &path, self.operator(), Some(value!({}))).await)
    }

    /// Fills in what only the product knows.
    async fn filled_in(&self, slug: &str, value: &str) -> String {
        match value {
            "{version}" => {
                let path = format!("/api/tenants/{slug}");
                let answer = self.product.call(Method::Get, &path, self.operator(), None).await;
                let tag = answer.header("etag").unwrap();
                tag.trim_matches(|letter: char| !letter.is_ascii_digit()).to_owned()
            }
            "{space}" => {
                text(&self.product.show(&format!("/api/tenants/{slug}")).await["handles"]["ocisSpaceId"])
            }
            "{session}" => self.session_of_bo(slug).await,
            "{list}" => self.latest(slug, "mail/lists").await,
            "{shared}" => self.latest(slug, "mail/shared").await,
            "{group}" => self.latest(slug, "groups").await,
            "{hash}" => text(&self.plan(slug).await["hash"]),
            "{kind}" => text(&self.plan(slug).await["changes"][0]["kind"]),
            "{key}" => text(&self.plan(slug).await["changes"][0]["key"]),
            "{drift}" => text(&self.product.show("/api/drift?difference=foreign").await["items"][0]["id"]),
            "{acceptance}" => {
                let all = self.product.show("/api/drift/accepted").await;
                let latest =
                    all["accepted"].as_array().unwrap().iter().max_by_key(|one| text(&one["acceptedAt"]));
                text(&latest.unwrap()["id"])
            }
            _ => match value.strip_prefix("{publish:").and_then(|rest| rest.strip_suffix('}')) {
                Some(name) => {
                    let path = format!("/api/tenants/{slug}/domains/{name}/publish/plan");
                    let plan =
                        self.product.call(Method::Post, &path, self.operator(), Some(value!({}))).await;
                    text(&json(&plan)["hash"])
                }
                None if value.starts_with("{latest:") => {
                    let what = value.trim_start_matches("{latest:").trim_end_matches('}');
                    self.latest(slug, what).await
                }
                // More people than seats, so that their import is long under way and adds few.
                None if value == "{many people}" => {
                    let line = |n| format!("Person {n},person{n}@actions.test\n");
                    format!("name,email\n{}", (0..1500).map(line).collect::<String>())
                }
                None if value == "{import}" => {
                    text(&self.product.show(&format!("/api/tenants/{slug}/imports")).await["items"][0]["id"])
                }
                None if value.starts_with("{of-partner:") => self.of_partner(value).await,
                None if value.starts_with("{invitation:") => {
                    let all = self.product.show(&format!("/api/tenants/{slug}/invitations?limit=200")).await;
                    let is_meant = |one: &&Value| value == format!("{{invitation:{}}}", text(&one["email"]));
                    text(&items(&all).iter().find(is_meant).unwrap()["id"])
                }
                None => match value.strip_prefix("{member:").and_then(|rest| rest.strip_suffix('}')) {
                    Some(email) => {
                        let all = self.product.show(&format!("/api/tenants/{slug}/users?limit=200")).await;
                        text(&find(items(&all), "email", email)["id"])
                    }
                    None => value.to_owned(),
                },
            },
        }
    }

    /// What only a partner knows: `{of-partner:<slug>:version}`, `..:invitation}` for the latest, the address of
    /// somebody of its staff, or `..:version-of:<address>`.
    async fn of_partner(&self, value: &str) -> String {
        let parts: Vec<&str> = value.trim_matches(['{', '}']).split(':').collect();
        let path = format!("/api/partners/{}", parts[1]);
        match parts[2] {
            "version" => {
                let answer = self.product.call(Method::Get, &path, self.operator(), None).await;
                let tag = answer.header("etag").unwrap();
                tag.trim_matches(|letter: char| !letter.is_ascii_digit()).to_owned()
            }
            "invitation" => text(&self.product.show(&format!("{path}/invitations")).await["items"][0]["id"]),
            "version-of" => {
                let all = self.product.show(&format!("{path}/users")).await;
                find(items(&all), "email", parts[3])["version"].to_string()
            }
            email => {
                let all = self.product.show(&format!("{path}/users")).await;
                text(&find(items(&all), "email", email)["id"])
            }
        }
    }

    /// A session that Bo has just begun.
    async fn session_of_bo(&self, slug: &str) -> String {
        session(&self.product, "portal", BO).await;
        let id = Box::pin(self.filled_in(slug, &format!("{{member:{BO}}}"))).await;
        let all = self.product.show(&format!("/api/tenants/{slug}/users/{id}/sessions")).await;
        text(&all["items"][0]["id"])
    }

    /// The id of the list, shared mailbox or group that was made last.
    async fn latest(&self, slug: &str, what: &str) -> String {
        let all = self.product.show(&format!("/api/tenants/{slug}/{what}?limit=200")).await;
        let made = |one: &&Value| one["createdAt"].as_str().unwrap().to_owned();
        let latest = items(&all).iter().max_by_key(made).unwrap();
        latest["id"].as_str().unwrap().to_owned()
    }

    async fn sends(&self, form: &Form, person: &str, (cookies, csrf): (&str, &str)) {
        let origin = self.product.origin(&form.mount().to_lowercase());
        if let Some(spoiled) = &form.spoil {
            self.spoil(&form.slug, spoiled).await;
        }
        for (n, (first, body)) in form.first.iter().enumerate() {
            let (method, first) = call(first);
            let first = first.replace("{slug}", &form.slug).replace("{partner}", &form.partner);
            let turn = format!("first {n} {}", form.id);
            let answer = self.call(self.operator(), method, &first, body, &turn).await;
            assert!(answer.status < 300, "{first}: {}", json(&answer));
            self.settle().await;
        }
        let path = form.path().replace("{slug}", &form.slug).replace("{tenant}", &form.slug);
        let path = path.replace("{partner}", &form.partner);
        let id = self.filled_in(&form.slug, &form.id).await;
        let mut path =
            ["{id}", "{name}", "{address}", "{key}"].iter().fold(path, |path, name| path.replace(name, &id));
        if path.contains("{session}") {
            path = path.replace("{session}", &self.session_of_bo(&form.slug).await);
        }
        let mut typed = Vec::new();
        for (name, value) in &form.fields {
            typed.push((name.as_str(), self.filled_in(&form.slug, value).await));
        }
        let known = self.records(person).await;
        for (token, is_ours) in [("guessed", false), (csrf, true)] {
            let expected = usize::from(is_ours && form.action.is_some());
            let mut pairs: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, &**value)).collect();
            pairs.push(("csrf", token));
            let call = Call::new(Method::Post, &path).form(&pairs);
            let call = call.header("cookie", cookies).header("origin", origin);
            let answer = client(origin).send(call).await.unwrap();
            // A form whose answer holds a secret is answered by a page, which is seen once.
            let is_done = matches!(answer.status, 200 | 201 | 303);
            assert!(if is_ours { is_done } else { answer.status == 403 }, "{form:?}: {}", answer.status);
            let written = new(&self.records(person).await, &known);
            assert_eq!(written.len(), expected, "{form:?} wrote {written:?}");
            if expected == 1 {
                assert_eq!(written[0]["action"].as_str(), form.action.as_deref(), "{form:?}");
            }
        }
    }
}

/// When something was last changed or tried is no part of what it is, nor is what is found out about it by the clock.
fn without_times(mut all: Value) -> Value {
    const TIMES: [&str; 4] = ["version", "updatedAt", "lastAttemptAt", "health"];
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
async fn each_action_writes_one_record_and_its_undo_gives_back_what_was() {
    let world = World::start().await;
    for (route, row) in table() {
        world.obeys(&route, &row).await;
    }
}

#[tokio::test]
async fn an_action_on_what_is_anothers_changes_nothing_and_is_recorded() {
    let world = World::start().await;
    let mut before = world.everything().await;
    for (route, row) in table().iter().filter(|(route, _)| route.guard != "(open)") {
        before = world.refuses(route, row, before).await;
    }
}

#[tokio::test]
async fn each_form_of_a_console_writes_one_record_and_a_forged_one_none() {
    let pages = routes().into_iter().filter(|route| {
        let changes = route.method == "POST" && matches!(route.mount, "Portal" | "Operator");
        // What is one's own alone, such as the workspace that is shown, is no action.
        changes && route.guard != "(open)" && !OWN.contains(&route.guard)
    });
    let forms = forms();
    let known: Vec<(&str, &str)> = forms.iter().map(|form| (form.mount(), form.path())).collect();
    for route in pages {
        assert!(known.contains(&(route.mount, route.path)), "no tests/routes.json has a form of {route:?}");
    }
    let world = World::start().await;
    for (console, person) in [("operator", IDA), ("portal", ANNA)] {
        let Proof::Session(cookies, csrf) = session(&world.product, console, person).await else {
            panic!("{person} has no session");
        };
        for form in forms.iter().filter(|form| form.mount().to_lowercase() == console) {
            world.sends(form, person, (&cookies, &csrf)).await;
        }
    }
}
