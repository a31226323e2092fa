//! The conformance suite against the simulator: it passes, notices what is wrong, and leaves nothing behind.

use simulator::{Fault, FaultKind};

use super::issuer::{Issuer, PASSWORD};
use super::{Rig, SERVICE, client_of, clock, setup, start};
use crate::ClientCredentials;
use crate::conformance::{Told, drives, people, sign_in};
use crate::sim::Userinfo;

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

#[tokio::test]
async fn the_simulator_passes_and_is_as_before() {
    let rig = Rig::start().await;
    rig.ocis.probe().await.unwrap();
    let before = rig.inventory("drives");
    let mut heard = Heard::default();
    drives(&rig.ocis, &mut heard.hear()).await;
    people(&rig.ocis, &mut heard.hear()).await;
    assert_eq!(heard.failed, Vec::<String>::new());
    assert_eq!(heard.steps, 42);
    assert_eq!(rig.inventory("drives"), before);
    assert_eq!(rig.inventory("users").len(), 1);
}

#[tokio::test]
async fn the_sign_in_passes_and_tells_a_wrong_password() {
    let issuer = Issuer::start(clock(), SERVICE).await;
    let client = client_of("Authentik", &issuer.origin);
    let userinfo = Userinfo { client: client.clone(), path: "/application/o/userinfo/".to_owned() };
    let sim = start(setup(clock(), Some(userinfo))).await;
    let mut credentials = ClientCredentials {
        issuer: client,
        token_path: "/application/o/token/".to_owned(),
        client_id: "dezky-files".to_owned(),
        username: SERVICE.to_owned(),
        app_password: PASSWORD.into(),
        clock: clock(),
    };
    let http = client_of("oCIS", &sim.origin);
    let mut heard = Heard::default();
    sign_in(&http, &credentials, &mut heard.hear()).await;
    assert_eq!((heard.steps, heard.failed), (2, Vec::new()));

    credentials.app_password = "wrong".into();
    let mut heard = Heard::default();
    sign_in(&http, &credentials, &mut heard.hear()).await;
    assert_eq!(heard.failed.len(), 1);
}

#[tokio::test]
async fn whatever_fails_is_told_and_nothing_is_left() {
    let rig = Rig::start().await;
    rig.ocis.probe().await.unwrap();
    let before = rig.inventory("drives");
    for route in ["POST /graph", "PATCH /graph", "DELETE /graph", "GET /graph/v1.0/drives/"] {
        for kind in [FaultKind::Refuse, FaultKind::ErrorAfter, FaultKind::Malformed, FaultKind::RateLimit] {
            // The first creation is refused anyway; the second is the one that counts.
            let times = if route == "POST /graph" { 2 } else { 1 };
            rig.sim.dial.set(vec![Fault {
                route: route.to_owned(),
                kind,
                times: Some(times),
                delay_ms: None,
            }]);
            let mut heard = Heard::default();
            drives(&rig.ocis, &mut heard.hear()).await;
            // An empty answer can't be cut: disabling succeeds all the same.
            let harmless = kind == FaultKind::Malformed && route.starts_with("DELETE");
            assert_eq!(heard.failed.is_empty(), harmless, "{route} {kind:?}");
            rig.sim.dial.set(Vec::new());
            assert_eq!(rig.inventory("drives"), before, "{route} {kind:?}: {:?}", heard.failed);
        }
    }
}

#[tokio::test]
async fn whatever_fails_for_a_person_is_told_and_nothing_is_left() {
    let rig = Rig::start().await;
    rig.ocis.probe().await.unwrap();
    let before = (rig.inventory("drives"), rig.inventory("users"));
    for route in
        ["POST /graph/v1.0/users", "PATCH /graph", "POST /graph/v1beta1", "DELETE /graph/v1.0/users/"]
    {
        for kind in [FaultKind::Refuse, FaultKind::ErrorAfter, FaultKind::RateLimit] {
            rig.fail_next(route, kind);
            let mut heard = Heard::default();
            people(&rig.ocis, &mut heard.hear()).await;
            rig.sim.dial.set(Vec::new());
            assert!(!heard.failed.is_empty(), "{route} {kind:?}");
            let left = (rig.inventory("drives"), rig.inventory("users"));
            assert_eq!(left, before, "{route} {kind:?}: {:?}", heard.failed);
        }
    }
}

#[tokio::test]
async fn an_account_without_the_role_fails() {
    let rig = Rig::start().await;
    rig.set_role("User");
    let mut heard = Heard::default();
    drives(&rig.ocis, &mut heard.hear()).await;
    assert!(heard.failed[0].contains("svc-dezky is not Admin"), "{:?}", heard.failed);
}
