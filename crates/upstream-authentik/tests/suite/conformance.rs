//! The conformance suite against the simulator: it passes, notices what is wrong, and leaves nothing behind.

use serde_json::json;
use simulator::{Fault, FaultKind, State as _};
use upstream_authentik::conformance::{AppPassword, Told, client_credentials, groups, people, provider};
use upstream_authentik::sim::World;

use crate::lab::{Lab, TOKEN, client};

#[derive(Default)]
struct Heard {
    steps: usize,
    failed: Vec<String>,
}

impl Heard {
    fn hear(&mut self) -> impl FnMut(&'static str, Told) {
        |step, told| {
            self.steps += 1;
            if let Err(error) = told {
                self.failed.push(format!("{step}: {error}"));
            }
        }
    }
}

fn account() -> AppPassword {
    AppPassword {
        client_id: "portal".to_owned(),
        username: "svc-files".to_owned(),
        password: "an-app-password".into(),
    }
}

/// Groups and people.
fn left(lab: &Lab) -> [serde_json::Value; 2] {
    let inventory = lab.sim.store.read(World::inventory);
    ["groups", "users"].map(|kind| inventory[kind].clone())
}

#[tokio::test]
async fn the_simulator_passes_and_is_as_before() {
    let lab = Lab::start().await;
    let before = left(&lab);
    let mut heard = Heard::default();
    groups(&lab.authentik, &mut heard.hear()).await;
    people(&lab.authentik, &mut heard.hear()).await;
    provider(&lab.http, "portal", &mut heard.hear()).await;
    client_credentials(&lab.http, &account(), &mut heard.hear()).await;
    assert_eq!((heard.steps, heard.failed), (51, Vec::new()));
    assert_eq!(left(&lab), before);
}

#[tokio::test]
async fn whatever_fails_is_told_and_nothing_is_left() {
    let lab = Lab::start().await;
    let before = left(&lab);
    let impatient = lab.impatient();
    for route in ["POST /api", "PATCH /api", "DELETE /api", "GET /api/v3/core/groups/"] {
        for kind in [
            FaultKind::Refuse,
            FaultKind::ErrorAfter,
            FaultKind::TimeoutAfter,
            FaultKind::Malformed,
            FaultKind::RateLimit,
        ] {
            lab.sim.dial.set(vec![Fault { route: route.to_owned(), kind, times: Some(1), delay_ms: None }]);
            let mut heard = Heard::default();
            groups(&impatient, &mut heard.hear()).await;
            lab.sim.dial.set(Vec::new());
            // An empty answer can't be cut: a deletion succeeds all the same.
            let harmless = kind == FaultKind::Malformed && route.starts_with("DELETE");
            assert_eq!(heard.failed.is_empty(), harmless, "{route} {kind:?}");
            assert_eq!(left(&lab), before, "{route} {kind:?}: {:?}", heard.failed);
        }
    }
}

#[tokio::test]
async fn whatever_fails_for_a_person_is_told_and_nothing_is_left() {
    let lab = Lab::start().await;
    let before = left(&lab);
    let impatient = lab.impatient();
    for route in
        ["POST /api/v3/core/users/", "PATCH /api", "DELETE /api/v3/core/users/", "GET /api/v3/core/users/"]
    {
        for kind in [FaultKind::Refuse, FaultKind::ErrorAfter, FaultKind::TimeoutAfter] {
            lab.sim.dial.set(vec![Fault { route: route.to_owned(), kind, times: Some(1), delay_ms: None }]);
            let mut heard = Heard::default();
            people(&impatient, &mut heard.hear()).await;
            lab.sim.dial.set(Vec::new());
            assert!(!heard.failed.is_empty(), "{route} {kind:?}");
            assert_eq!(left(&lab), before, "{route} {kind:?}: {:?}", heard.failed);
        }
    }
}

#[tokio::test]
async fn a_wrong_token_application_or_password_fails() {
    let lab = Lab::start().await;
    let http = client(&lab.sim.origin, std::time::Duration::from_secs(5));
    let mut heard = Heard::default();
    groups(&upstream_authentik::Authentik::new(http.clone(), "wrong".into()), &mut heard.hear()).await;
    assert_eq!(heard.failed.len(), heard.steps);
    assert!(!heard.failed.iter().any(|line| line.contains(TOKEN)));

    let mut heard = Heard::default();
    provider(&http, "nope", &mut heard.hear()).await;
    assert_eq!(heard.failed.len(), 3, "{:?}", heard.failed);

    let mut heard = Heard::default();
    let wrong = AppPassword { password: "wrong".into(), ..account() };
    client_credentials(&http, &wrong, &mut heard.hear()).await;
    assert_eq!(heard.failed.len(), 2, "{:?}", heard.failed);
    assert!(json!(heard.failed).to_string().contains("invalid_grant") || heard.failed[0].contains("400"));
}
