//! While a restored database is held, customers find their part of the product closed, whatever they come with, and
//! operators are told on every page.

use db::{Db, Options};
use outbound::{Answer, Call, Method};
use sea_orm::ConnectionTrait as _;
use url::Url;

use crate::harness::{Product, client, get, json};
use crate::session::Person;
use crate::tenant_api::{ANNA, IDA};

const HELD: &str = "INSERT INTO restores (restored_at, taken_at, prepared_at)
    VALUES (1782950400000000, 1782864000000000, 1782950400000000)";
const RELEASED: &str = "UPDATE restores SET released_at = 1782950500000000";
const TRAINEE: &str = "jonas@dezky.test";

async fn run_on(product: &Product, statement: &str) {
    let embedded = db::url_of_file(&product.folder.path().join("data").join("dezky.db"));
    let db = Db::connect(product.database_url().unwrap_or(&embedded), &Options::default()).await.unwrap();
    db.write().await.unwrap().execute_unprepared(statement).await.unwrap();
    db.close().await;
}

async fn call(product: &Product, path: &str, token: Option<&str>) -> Answer {
    let mut call = Call::get(path);
    if let Some(token) = token {
        call = call.bearer(token.into());
    }
    client(product.origin("api")).send(call).await.unwrap()
}

/// One request of a person's browser, which follows nothing.
async fn ask(person: &mut Person<'_>, path: &str) -> Answer {
    let url = Url::parse(&format!("{}{path}", person.origin)).unwrap();
    person.visitor.send(Method::Get, &url, &[]).await
}

fn is_told_when(answer: &Answer) -> bool {
    let after = answer.header("retry-after").and_then(|after| after.parse::<u32>().ok());
    answer.status == 503 && after.is_some_and(|after| (250..=300).contains(&after))
}

#[tokio::test]
async fn a_held_product_is_closed_to_customers_and_tells_operators_on_every_page() {
    let product = Product::start("small").await;
    let mut anna = Person::sign_in(&product, ANNA).await;
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    assert_eq!(ask(&mut anna, "/admin/acme").await.status, 200);
    let (_, page) = ida.page("/tenants").await;
    assert!(!page.contains("Held since a restore."), "{page}");
    run_on(&product, HELD).await;

    // Her session and her token are good; so would be those of somebody who was removed since the backup.
    let closed = [
        "/",
        "/sign-in",
        "/start",
        "/admin/acme",
        "/admin/acme/live",
        "/admin/acme/members.csv",
        "/account/mail/mobileconfig",
        "/invitation/of-somebody",
    ];
    for path in closed {
        let answer = ask(&mut anna, path).await;
        let page = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(is_told_when(&answer), "{path}: {} {page}", answer.status);
        assert!(page.contains("We’ll be back soon") && page.contains("is being checked"), "{path}: {page}");
        assert!(!page.contains("dezky resume"), "{path}: that is for operators");
    }
    let of_portal = ask(&mut anna, "/api/me").await;
    let trainee = call(&product, "/api/me", Some(product.token(TRAINEE, "operator"))).await;
    let member = call(&product, "/api/tenants/acme/users", Some(product.token(ANNA, "portal"))).await;
    let ida_as_member = call(&product, "/api/me", Some(product.token(IDA, "portal"))).await;
    for answer in [of_portal, trainee, member, ida_as_member] {
        assert!(is_told_when(&answer), "{}", json(&answer));
        assert_eq!(json(&answer)["type"], "urn:dezky:problem:held");
    }
    assert_eq!(call(&product, "/api/me", None).await.status, 401, "an operator would be asked who they are");

    let operator = product.token(IDA, "operator");
    for path in ["/api/me", "/api/tenants", "/api/tenants/acme/users"] {
        assert_eq!(call(&product, path, Some(operator)).await.status, 200, "{path}");
    }
    for path in
        ["/", "/tenants", "/tenants/acme", "/infrastructure", "/audit", "/signed-out", "/no-such-page"]
    {
        let (_, page) = ida.page(path).await;
        let says = "Held since a restore.</b> This is a backup of 1 Jul 2026, 00:00:00 UTC";
        assert!(page.contains(says) && page.contains("<code>dezky resume</code>"), "{path}: {page}");
    }
    let ready = get(product.origin("portal"), "/health/ready").await;
    assert_eq!((ready.status, &json(&ready)["status"]), (200, &"held".into()));
    let reason = json(&ready)["reason"].as_str().unwrap_or_default().to_owned();
    assert!(!reason.is_empty() && !reason.contains("2026"), "anybody may ask: {reason}");
    assert_eq!(get(product.origin("portal"), "/health/live").await.status, 200);

    run_on(&product, RELEASED).await;
    assert_eq!(ask(&mut anna, "/admin/acme").await.status, 200);
    assert_eq!(call(&product, "/api/me", Some(product.token(ANNA, "portal"))).await.status, 200);
    assert!(!ida.page("/").await.1.contains("Held since a restore."));
    assert_eq!(json(&get(product.origin("portal"), "/health/ready").await)["status"], "ok");
}
