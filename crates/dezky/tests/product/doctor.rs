//! `dezky doctor`: what it says of resolvers and of the mail server when something is wrong with them, and that the page
//! of the infrastructure says the same.

use std::time::{Duration, Instant};

use outbound::{Call, Method};
use serde_json::json as value;

use crate::harness::{Product, client, origin, spoil};
use crate::matrix::{Proof, session};
use crate::world::World;

const IDA: &str = "ida@dezky.test";

async fn fault(at: &str, route: &str, kind: &str) {
    let faults = value!({"faults": [{"route": route, "kind": kind}]});
    let call = Call::new(Method::Put, "/_sim/faults").json(&faults);
    assert!(client(at).send(call).await.unwrap().is_success());
}

/// Its exit code and what it prints.
fn examined(world: &World) -> (bool, String) {
    let said = world.run(&["doctor"]);
    (said.status.success(), String::from_utf8_lossy(&said.stdout).into_owned())
}

/// The line of a failure and the advice under it.
fn failure<'a>(said: &'a str, what: &str) -> Option<(&'a str, &'a str)> {
    let mut lines = said.lines();
    let line = lines.find(|line| line.starts_with("FAIL") && line.contains(what))?;
    Some((line, lines.next()?))
}

#[tokio::test]
async fn the_doctor_names_what_is_wrong_with_resolvers_and_mail_and_how_to_mend_it() {
    let world = World::start().await;
    assert!(world.run(&["migrate"]).status.success());
    let (is_well, said) = examined(&world);
    assert!(is_well, "{said}");
    assert_eq!(said.lines().filter(|line| line.starts_with("ok    DNS: 127.0.0.1:")).count(), 2, "{said}");
    assert!(said.contains("ok    Mail: "), "{said}");

    let (dns, mail) = (origin(&world.said, "sandbox/dns"), origin(&world.said, "sandbox/mail"));
    spoil(dns, "resolvers/resolver2", &value!({"answers": "servfail"})).await;
    fault(mail, "CONNECT /", "refuse").await;
    let (is_well, said) = examined(&world);
    assert!(!is_well, "{said}");
    let (line, advice) = failure(&said, "DNS").unwrap();
    assert!(line.contains("SERVFAIL") && advice.contains("DNS_RESOLVERS"), "{said}");
    assert!(said.contains("ok    DNS"), "the other one is well: {said}");
    let (line, advice) = failure(&said, "Mail").unwrap();
    assert!(line.contains("can't be reached") && advice.contains("MAIL_URL"), "{said}");
}

/// The page of the infrastructure, once it says so.
async fn until_said(product: &Product, text: &str) {
    let operator = product.origin("operator");
    let Proof::Session(cookie, _) = session(product, "operator", IDA).await else {
        panic!("it is a session")
    };
    let began = Instant::now();
    loop {
        let call = Call::get("/infrastructure").header("cookie", cookie.clone());
        let page = client(operator).send(call).await.unwrap();
        let page = String::from_utf8_lossy(&page.body).into_owned();
        if page.contains(text) {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "“{text}” is not on the page: {page}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

#[tokio::test]
async fn the_page_of_the_infrastructure_shows_resolvers_and_mail() {
    let product = Product::start("none").await;
    let refused = value!({"answers": "refused"});
    spoil(product.origin("sandbox/dns"), "resolvers/resolver1", &refused).await;
    until_said(&product, "(REFUSED)").await;
    fault(product.origin("sandbox/mail"), "CONNECT /", "refuse").await;
    until_said(&product, "can't be reached").await;
}
