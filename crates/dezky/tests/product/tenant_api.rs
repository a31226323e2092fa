//! A workspace as one of its people sees it through the API, the people of the demo, and waiting for what comes to pass
//! by itself.

use std::fmt::Display;
use std::time::{Duration, Instant};

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::Product;

/// The owner of `acme`, an admin of it and a member. Bo is a member of `fjord` too.
pub const ANNA: &str = "anna@acme.test";
pub const BO: &str = "bo@acme.test";
pub const MAJA: &str = "maja@acme.test";
/// The owner of `fjord`.
pub const OTTO: &str = "otto@fjord.test";
/// The platform's admin.
pub const IDA: &str = "ida@dezky.test";
/// Somebody who is nobody yet, and becomes a member of `acme`.
pub const METTE: &str = "mette@acme.test";
/// The domain of `acme`.
pub const DOMAIN: &str = "acme-widgets.test";
pub const GIB: i64 = 1 << 30;

/// A limit as pages say it in English: `1,050 GB`.
pub fn gigabytes(bytes: i64) -> String {
    let n = bytes / GIB;
    if n < 1000 { format!("{n} GB") } else { format!("{},{:03} GB", n / 1000, n % 1000) }
}

/// How long something may take that comes to pass by itself, on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(40);

/// A workspace, as one of its people sees it.
#[derive(Clone, Copy)]
pub struct TenantApi<'a> {
    pub product: &'a Product,
    pub slug: &'a str,
    pub token: &'a str,
}

impl<'a> TenantApi<'a> {
    /// That of somebody on the portal.
    pub fn of(product: &'a Product, email: &str, slug: &'a str) -> Self {
        Self { product, slug, token: product.token(email, "portal") }
    }

    /// The same workspace, as the platform's admin sees it.
    pub fn of_operator(product: &'a Product, slug: &'a str) -> Self {
        Self { product, slug, token: product.token(IDA, "operator") }
    }

    /// Calls the API below the workspace; without a body when that is null.
    pub async fn call(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let path = format!("/api/tenants/{}{path}", self.slug);
        let body = Some(body).filter(|body| !body.is_null());
        let answer = self.product.call(method, &path, self.token, body).await;
        (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    /// Does what must succeed.
    pub async fn ok(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(method, path, body).await;
        assert!(status < 300, "{path}: {status} {answer}");
        answer
    }

    /// Reads what must be there.
    pub async fn get(&self, path: &str) -> Value {
        self.ok(Method::Get, path, Value::Null).await
    }

    /// All rows of a list, page by page.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}{cursor}")).await;
            all.extend_from_slice(items(&page));
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return all,
            }
        }
    }

    /// Asks for what must be refused, and gives status, code, and the first field with its sentence.
    pub async fn refused(&self, method: Method, path: &str, body: Value) -> (u16, String, String, String) {
        let (status, problem) = self.call(method, path, body).await;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let error = &problem["errors"][0];
        let code = text(&problem["type"]).trim_start_matches("urn:dezky:problem:").to_owned();
        let said = if error.is_null() { text(&problem["detail"]) } else { text(&error["message"]) };
        (status, code, text(&error["field"]), said)
    }

    /// What is read there, once it is so; it must be there all along.
    pub async fn until(&self, path: &str, is: impl Fn(&Value) -> bool) -> Value {
        self.once(path, &format!("{}{path} becomes so", self.slug), is).await
    }

    /// The same, where what it waits for has a name.
    pub async fn once(&self, path: &str, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        eventually(what, async || {
            let now = self.get(path).await;
            if is(&now) { Ok(now) } else { Err(now) }
        })
        .await
    }

    /// The member of an address, once they are one: the people of the demo become members by themselves.
    pub async fn member(&self, email: &str) -> Value {
        let is_one = |all: &Value| !find(items(all), "email", email).is_null();
        let all = self.once("/users?limit=200", &format!("{email} is a member"), is_one).await;
        find(items(&all), "email", email).clone()
    }

    /// Their id.
    pub async fn id(&self, email: &str) -> String {
        text(&self.member(email).await["id"])
    }

    /// A member, once all their steps are done.
    pub async fn settled(&self, id: &str) -> Value {
        let is_done = |step: &Value| step["status"] == "ok" || step["status"] == "skipped";
        let is_settled = |member: &Value| member["steps"].as_array().unwrap().iter().all(is_done);
        self.once(&format!("/users/{id}"), "all steps are done", is_settled).await
    }

    /// Makes a member of this address.
    pub async fn add(&self, name: &str, email: &str) -> (u16, Value) {
        self.call(Method::Post, "/users", value!({"name": name, "email": email})).await
    }

    /// Makes a member with a mailbox of this name; gives their id once all is there.
    pub async fn make_member(&self, name: &str, local: &str) -> String {
        let new = value!({"name": name, "email": format!("{local}@private.test"), "mailbox": local});
        let id = text(&self.ok(Method::Post, "/users", new).await["id"]);
        self.settled(&id).await;
        id
    }
}

/// An address on the domain of `acme`.
pub fn at(local: &str) -> String {
    format!("{local}@{DOMAIN}")
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// The rows of a list.
pub fn items(said: &Value) -> &[Value] {
    said["items"].as_array().unwrap_or_else(|| panic!("no list: {said:#}"))
}

/// The one of which a field says this; null where there is none.
pub fn find<'a>(all: &'a [Value], field: &str, says: &str) -> &'a Value {
    all.iter().find(|one| one[field] == says).unwrap_or(&Value::Null)
}

/// Looks until it finds, and gives that. When it takes too long, it says what was seen last.
pub async fn eventually<T, S: Display>(what: &str, look: impl AsyncFnMut() -> Result<T, S>) -> T {
    within(PATIENCE, what, look).await
}

/// The same with a patience of its own.
pub async fn within<T, S: Display>(
    patience: Duration,
    what: &str,
    mut look: impl AsyncFnMut() -> Result<T, S>,
) -> T {
    let began = Instant::now();
    loop {
        match look().await {
            Ok(found) => return found,
            Err(seen) => {
                assert!(began.elapsed() < patience, "never came to pass: {what}. Last seen: {seen:#}");
            }
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// Waits until it is so.
pub async fn until(what: &str, mut is: impl AsyncFnMut() -> bool) {
    eventually(what, async || is().await.then_some(()).ok_or("it is not so")).await;
}
