//! The page that lists the simulators.

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::announce::Addresses;
use crate::listen;

const STYLE: &str = "
:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif }
body { max-width: 46rem; margin: 3rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid #8884 }
";

/// Serves the page until `stop`.
pub fn serve(listener: TcpListener, at: &Addresses, tracker: &TaskTracker, stop: &CancellationToken) {
    let page = Html(page(at));
    let router = Router::new().route("/", get(move || std::future::ready(page.clone())));
    listen::serve(listener, router, listen::Limits::default(), tracker, stop);
}

/// Addresses are made by this program and need no escaping.
fn page(at: &Addresses) -> String {
    let simulators = [
        ("Authentik", &at.authentik),
        ("Stalwart", &at.stalwart),
        ("oCIS", &at.ocis),
        ("DNS", &at.dns),
        ("Mails", &at.mail),
    ];
    let row = |(name, origin): (&str, &String)| {
        format!(
            "<tr><th scope=\"row\">{name}</th><td><a href=\"{origin}/\">{origin}</a></td>\
             <td><a href=\"{origin}/_sim/inventory\">what is in it</a></td>\
             <td><a href=\"{origin}/_sim/faults\">its faults</a></td></tr>"
        )
    };
    let rows = simulators.map(row).concat();
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Sandbox</title>\
         <style>{STYLE}</style></head><body><main><h1>Sandbox</h1>\
         <p>Simulated upstreams. Nothing here leaves this machine.</p><table><tbody>{rows}</tbody></table>\
         <p><a href=\"{portal}\">Portal</a> &middot; <a href=\"{operator}\">Operator console</a> &middot; \
         <a href=\"{api}\">API</a></p></main></body></html>",
        portal = at.portal,
        operator = at.operator,
        api = at.api,
    )
}
