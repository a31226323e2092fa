//! What Prometheus reads: each thing that happens moves its figures, and no figure names a workspace, a person or what
//! somebody typed.

use outbound::Method;
use serde_json::json as value;

use crate::harness::{Product, get, json};
use crate::tenant_api::{ANNA, IDA, TenantApi, eventually, text};
use crate::world::tenant;

/// Where figures are served, on a port that is free.
const SERVED: [(&str, &str); 1] = [("METRICS_LISTEN", "127.0.0.1:0")];

/// One answer.
struct Figures(String);

impl Figures {
    async fn of(product: &Product) -> Self {
        let answer = get(product.origin("metrics"), "/metrics").await;
        assert_eq!(answer.status, 200);
        let kind = answer.header("content-type").unwrap();
        assert!(kind.starts_with("application/openmetrics-text; version=1.0.0"), "{kind}");
        Self(String::from_utf8(answer.body.to_vec()).unwrap())
    }

    /// The sum of all with this name and these labels.
    fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let is_it = |head: &str| {
            let (own, inside) = head.split_once('{').unwrap_or((head, ""));
            own == name && labels.iter().all(|(key, value)| inside.contains(&format!("{key}=\"{value}\"")))
        };
        let lines = self.0.lines().filter_map(|line| line.rsplit_once(' '));
        lines.filter(|(head, _)| is_it(head)).map(|(_, value)| value.parse::<f64>().unwrap()).sum()
    }
}

/// Waits until an answer is as it should be.
async fn until(product: &Product, what: &str, is: impl Fn(&Figures) -> bool) -> Figures {
    eventually(what, async || {
        let figures = Figures::of(product).await;
        if is(&figures) { Ok(figures) } else { Err(figures.0) }
    })
    .await
}

#[tokio::test]
async fn requests_are_counted_by_their_route_and_nothing_that_somebody_typed_is_a_label() {
    let product = Product::start_with("small", &SERVED).await;
    let token = product.token(ANNA, "portal");
    let asked = [("surface", "api"), ("route", "/api/tenants/{slug}/users"), ("method", "GET")];
    let before = Figures::of(&product).await;
    for path in ["/api/tenants/acme/users", "/api/tenants/fjord/users", "/api/zebra-stripes"] {
        product.call(Method::Get, path, token, None).await;
    }
    let after = Figures::of(&product).await;
    let grew = |name: &str, labels: &[(&str, &str)]| after.sum(name, labels) - before.sum(name, labels);
    for status in ["2xx", "4xx"] {
        let labels = [&asked[..], &[("status", status)]].concat();
        assert!((grew("dezky_http_requests_total", &labels) - 1.0).abs() < 0.1, "{status}: {}", after.0);
    }
    assert!((grew("dezky_http_request_duration_seconds_count", &asked) - 2.0).abs() < 0.1, "{}", after.0);
    assert!(grew("dezky_http_requests_total", &[("route", "unmatched"), ("status", "4xx")]) > 0.9);
    for typed in ["zebra", "acme", "fjord", "@", "ten_", "usr_"] {
        assert!(!after.0.contains(typed), "{typed} is in {}", after.0);
    }
    assert_eq!(after.sum("dezky_build_info", &[("version", env!("CARGO_PKG_VERSION"))]).to_string(), "1");
    // Figures are on their own address alone.
    for part in ["api", "portal", "operator"] {
        let answer = get(product.origin(part), "/metrics").await;
        assert!(!String::from_utf8_lossy(&answer.body).contains("dezky_"), "{part}");
    }
    assert_eq!(get(product.origin("metrics"), "/health/live").await.status, 404);
}

#[tokio::test]
async fn a_workspace_that_is_made_and_an_upstream_that_fails_move_their_figures() {
    let product = Product::start_with("none", &SERVED).await;
    let ida = product.token(IDA, "operator");
    let make = async |slug: &str| {
        let made = product.call(Method::Post, "/api/tenants", ida, Some(tenant(slug))).await;
        assert!(made.status < 300, "{}", json(&made));
    };
    let before = Figures::of(&product).await;
    make("first-one").await;
    let moved = [
        ("dezky_steps_total", &[("kind", "stalwart.domain"), ("result", "done")][..]),
        ("dezky_step_duration_seconds_count", &[("kind", "stalwart.domain")]),
        ("dezky_upstream_calls_total", &[("upstream", "stalwart"), ("effects", "change"), ("outcome", "ok")]),
        ("dezky_upstream_call_duration_seconds_count", &[("upstream", "authentik"), ("effects", "read")]),
        ("dezky_upstream_calls_total", &[("upstream", "ocis"), ("effects", "change"), ("outcome", "ok")]),
    ];
    let provisioned = until(&product, "it is made", |now| {
        moved.iter().all(|(name, labels)| now.sum(name, labels) > before.sum(name, labels))
    })
    .await;

    product.faults("stalwart", value!([{"route": "*", "kind": "refuse"}])).await;
    for slug in ["second-one", "third-one"] {
        make(slug).await;
    }
    let of_stalwart = [("upstream", "stalwart")];
    let failing = until(&product, "the mail server is left alone", |now| {
        now.sum("dezky_breaker_open", &of_stalwart) > 0.5
            && now.sum("dezky_steps_open", &[("kind", "stalwart.domain"), ("status", "error")]) > 1.5
    })
    .await;
    let failed = [("kind", "stalwart.domain"), ("result", "failed")];
    assert!(failing.sum("dezky_steps_total", &failed) > provisioned.sum("dezky_steps_total", &failed));
    let errors = [("upstream", "stalwart"), ("outcome", "error")];
    assert!(
        failing.sum("dezky_upstream_calls_total", &errors)
            > provisioned.sum("dezky_upstream_calls_total", &errors)
    );
    assert!(failing.sum("dezky_breaker_open", &[("upstream", "ocis")]) < 0.5, "{}", failing.0);

    product.faults("stalwart", value!([])).await;
    until(&product, "nothing fails any more", |now| {
        now.sum("dezky_breaker_open", &of_stalwart) < 0.5
            && now.sum("dezky_steps_open", &[("status", "error")]) < 0.5
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_is_not_sent_is_seen_to_wait() {
    let product = Product::start_with("small", &SERVED).await;
    product.faults("mail", value!([{"route": "*", "kind": "refuse"}])).await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let invited = api.ok(Method::Post, "/invitations", value!({"email": "stranger@elsewhere.test"})).await;
    assert!(!text(&invited["id"]).is_empty());
    let waiting = until(&product, "a mail waits", |now| {
        now.sum("dezky_outbox_mails", &[]) > 0.5
            && now.sum("dezky_outbox_oldest_seconds", &[]) > 1.0
            && now.sum("dezky_mails_total", &[("result", "delayed")]) > 0.5
    })
    .await;
    let runs = [("schedule", "mails.send"), ("result", "ok")];
    assert!(waiting.sum("dezky_job_runs_total", &runs) > 0.5, "{}", waiting.0);
    assert!(waiting.sum("dezky_jobs", &[]) > 1.5, "{}", waiting.0);
    assert!(waiting.sum("dezky_database_connections", &[("state", "most")]) > 0.5, "{}", waiting.0);
    assert!(waiting.sum("dezky_dns_questions_total", &[]) > 0.5, "{}", waiting.0);
}
