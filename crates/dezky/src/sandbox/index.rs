//! The page that lists the simulators.

use axum::Router;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::announce::Addresses;
use crate::listen;

/// Serves the page until `stop`.
pub fn serve(listener: TcpListener, at: &Addresses, tracker: &TaskTracker, stop: &CancellationToken) {
    let page = page(at);
    let router = Router::new()
        .route("/", get(move || std::future::ready(page.clone())))
        .route("/favicon.ico", get(|| std::future::ready(StatusCode::NO_CONTENT)));
    listen::serve(listener, router, listen::Limits::default(), tracker, stop);
}

/// Addresses are made by this program and need no escaping.
fn page(at: &Addresses) -> Html<String> {
    let simulators = [
        ("Authentik", &at.authentik),
        ("Stalwart", &at.stalwart),
        ("oCIS", &at.ocis),
        ("DNS", &at.dns),
        ("Mails", &at.mail),
    ];
    let row = |(name, origin): (&str, &String)| {
        format!(
            "<li>{name}: <a href=\"{origin}/\">{origin}</a>\
             <small><a href=\"{origin}/_sim/inventory\">what is in {name}</a> &middot; \
             <a href=\"{origin}/_sim/faults\">faults of {name}</a></small></li>"
        )
    };
    let rows = simulators.map(row).concat();
    let said = format!(
        "<p>Simulated upstreams. Nothing here leaves this machine.</p><ul>{rows}</ul>\
         <p><a href=\"{portal}\">Portal</a> &middot; <a href=\"{operator}\">Operator console</a> &middot; \
         <a href=\"{api}\">API</a></p>",
        portal = at.portal,
        operator = at.operator,
        api = at.api,
    );
    simulator::page("Sandbox", &said)
}
