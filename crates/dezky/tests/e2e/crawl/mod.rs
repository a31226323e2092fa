//! Every page of both consoles with its script, as operator, admin and member: each form, filter, sort, dialog, menu,
//! copy button and live part is used, and nothing complains.
//!
//! Forms are sent for good, each route once: what they change was made for it, or is the demo's own. Those that end
//! what others need go last (`walker::harm`). Before any is sent, each is aimed: its request is held back, and must go
//! where the form says.

mod fixture;
mod plant;
mod routes;
mod walker;

use std::collections::BTreeSet;

use crate::console::IDA;
use crate::harness::get;
use crate::journey::{Stage, journey};
use routes::Route;
use walker::{Walker, surface};

const STREAM: &str = "is a stream, which is followed on its page";
const SIGN_IN: &str = "leads to or answers the sign-in service, and was used to come in";
const DRIFT: &str = "needs a difference of its kind, which the journeys of `drift` make";
const MAIL: &str = "is sent by who has a mailbox, as the member of the portal does";
const PERSONAL: &str = "is done on the portal, where the same page is";
const OF_STAFF: &str = "looks like the link of a workspace's invitation, which is walked";

/// What no walk can see or send, and why.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    ("GET", "/sign-in", SIGN_IN),
    ("GET", "/sign-in/callback", SIGN_IN),
    ("GET", "/start", SIGN_IN),
    ("GET", "/palette", "answers the palette's script, which is used on each page"),
    ("GET", "/live", STREAM),
    ("GET", "/infrastructure/live", STREAM),
    ("GET", "/tenants/{slug}/live", STREAM),
    ("GET", "/tenants/{slug}/domains/{name}/live", STREAM),
    ("GET", "/tenants/{slug}/members/{id}/live", STREAM),
    ("GET", "/admin/{slug}/live", STREAM),
    ("GET", "/admin/{slug}/domains/live", STREAM),
    ("GET", "/admin/{slug}/domains/{name}/live", STREAM),
    ("GET", "/admin/{slug}/groups/{id}/live", STREAM),
    ("GET", "/admin/{slug}/imports/{id}/live", STREAM),
    ("GET", "/admin/{slug}/members/{id}/live", STREAM),
    ("GET", "/admin/{slug}/members/{id}/offboard/live", STREAM),
    (
        "POST",
        "/kept-forms/forget",
        "needs a form that outlived its session, which the journeys of `kept_forms` make",
    ),
    ("GET", "/staff-invitation/{secret}", OF_STAFF),
    ("POST", "/staff-invitation/{secret}", OF_STAFF),
    ("POST", "/staff-invitation/{secret}/join", OF_STAFF),
    ("POST", "/workspace", "needs somebody of two workspaces, whom the tests of sign-in have"),
    ("POST", "/tenants/{slug}/apply", DRIFT),
    ("POST", "/tenants/{slug}/drift/accept", DRIFT),
    ("POST", "/tenants/{slug}/drift/adopt", DRIFT),
    ("POST", "/tenants/{slug}/drift/revert", DRIFT),
    ("POST", "/tenants/{slug}/drift/withdraw", DRIFT),
    (
        "POST",
        "/tenants/{slug}/stopped-removals",
        "is offered while removals are stopped, as in the tests of tenants",
    ),
    ("POST", "/tenants/{slug}/reconcile", "is offered while a step fails, as in the journey `heals`"),
    ("POST", "/admin/{slug}/reconcile", "is offered while a step fails, as in the journey `heals`"),
    (
        "POST",
        "/tenants/{slug}/storage",
        "is offered while storage is nearly full, as in the tests of storage",
    ),
    ("POST", "/admin/{slug}/imports/{id}/cancel", "is offered while an import runs, for an instant"),
    (
        "POST",
        "/admin/{slug}/domains/{name}/primary",
        "needs a second proven domain, as in the journeys of `domains`",
    ),
    (
        "POST",
        "/admin/{slug}/domains/{name}/publish",
        "needs a zone with a key, as in the journeys of `publishing`",
    ),
    (
        "POST",
        "/admin/{slug}/members/{id}/sessions/{session}/end",
        "ends a session of who may be walking just then",
    ),
    (
        "GET",
        "/admin/{slug}/domains/{name}/clients/mobileconfig",
        "is a file for one address, as in the journeys of `clients`",
    ),
    ("POST", "/account/app-passwords", MAIL),
    ("POST", "/account/app-passwords/{id}/remove", MAIL),
    ("GET", "/account/app-passwords", PERSONAL),
];

#[tokio::test]
async fn every_page_with_script_does_what_it_offers() {
    journey("crawl", "small", async |stage| {
        let fixture = fixture::make(stage).await;
        let (one, two) = (stage.browser().await, stage.browser().await);
        for browser in [&one, &two] {
            browser.prepare(include_str!("hook.js")).await;
        }
        let mut ida = Walker::new(stage, &one, "operator", IDA);
        let mut maja = Walker::new(stage, &two, "portal", "maja@acme.test");
        let mut anna = Walker::new(stage, &two, "portal", "anna@acme.test");
        let operator = async {
            // She came in before, and can end that.
            ida.enter().await;
            ida.enter().await;
            ida.walk(&fixture.operator).await;
        };
        let portal = async {
            // The link of an invitation is for somebody who is nobody here yet.
            anna.walk(&fixture.stranger).await;
            maja.enter().await;
            maja.walk(&["/".to_owned(), "/account/app-passwords".to_owned()]).await;
            anna.enter().await;
            anna.walk(&fixture.admin).await;
        };
        tokio::join!(operator, portal);
        let mut wrong: BTreeSet<String> = BTreeSet::new();
        for (console, walkers) in [("operator", vec![&ida]), ("portal", vec![&maja, &anna])] {
            let reached = walkers.iter().flat_map(|walker| walker.visited.iter().chain(&walker.sent));
            wrong.extend(unreached(console, &reached.copied().collect()));
            wrong.extend(walkers.iter().flat_map(|walker| walker.wrong.iter().cloned()));
        }
        for part in
            ["docs", "sandbox/authentik", "sandbox/mail", "sandbox/stalwart", "sandbox/ocis", "sandbox/dns"]
        {
            wrong.extend(walker::look_at(&one, stage.product.origin(part)).await);
        }
        assert!(wrong.is_empty(), "{} things are wrong: {wrong:#?}", wrong.len());
        one_language(stage).await;
    })
    .await;
}

/// True for what is listed as neither seen nor sent for sure.
fn is_left_out(route: &Route) -> bool {
    LEFT_OUT.iter().any(|(method, path, _)| (*method, *path) == (route.method, route.path))
}

/// What nobody saw or sent, and isn't listed.
fn unreached(console: &str, reached: &BTreeSet<Route>) -> Vec<String> {
    let missed = routes::of(&surface(console))
        .into_iter()
        .filter(|route| !reached.contains(route) && !is_left_out(route));
    missed.map(|route| format!("{console} {} {} was never reached", route.method, route.path)).collect()
}

/// A language whose texts aren't whole is no page's language.
async fn one_language(stage: &Stage) {
    use outbound::{Call, Method};
    let origin = stage.product.origin("portal");
    let english = String::from_utf8_lossy(&get(origin, "/signed-out").await.body).into_owned();
    let call = Call::new(Method::Get, "/signed-out").header("accept-language", "da-DK, da;q=0.9");
    let danish = crate::harness::client(origin).send(call).await.unwrap();
    let danish = String::from_utf8_lossy(&danish.body).into_owned();
    let said = |page: &str| {
        page.split("<h1").nth(1).and_then(|rest| rest.split("</main>").next()).map(str::to_owned)
    };
    assert!(danish.contains("<html lang=\"en\""), "{danish}");
    assert_eq!(said(&danish), said(&english));
}
