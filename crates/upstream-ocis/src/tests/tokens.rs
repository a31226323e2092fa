//! How the client comes by its tokens, and whom the simulator lets in.

use std::time::Duration;

use kernel::Clock;
use outbound::{Call, Cause, Effect};
use serde_json::json;
use simulator::{Running, State as _};

use super::issuer::{ISSUER, Issuer, PASSWORD, jwt};
use super::{SERVICE, client_of, clock, setup, start};
use crate::sim::{Userinfo, World};
use crate::{ClientCredentials, Credential, Ocis};

/// An issuer, a simulator that trusts it, and the two clocks: the client's own and everybody else's.
struct Rig {
    issuer: Issuer,
    sim: Running<World>,
    ocis: Ocis,
    own: Clock,
    world: Clock,
}

impl Rig {
    async fn start(password: &str) -> Self {
        let (own, world) = (clock(), clock());
        let issuer = Issuer::start(world.clone(), SERVICE).await;
        let userinfo = Userinfo {
            client: client_of("Authentik", &issuer.origin),
            path: "/application/o/userinfo/".to_owned(),
        };
        let sim = start(setup(world.clone(), Some(userinfo))).await;
        let credential = credential(&issuer.origin, password, own.clone());
        let ocis = Ocis::new(client_of("oCIS", &sim.origin), credential);
        Self { issuer, sim, ocis, own, world }
    }

    async fn status_with(&self, header: &str) -> (u16, Option<String>) {
        let call = Call::get("/graph/v1.0/me").header("authorization", header);
        let answer = client_of("oCIS", &self.sim.origin).send(call).await.unwrap();
        let challenge = answer.header("www-authenticate").map(str::to_owned);
        (answer.status, challenge)
    }
}

fn credential(issuer: &str, password: &str, clock: Clock) -> Credential {
    Credential::ClientCredentials(ClientCredentials {
        issuer: client_of("Authentik", issuer),
        token_path: "/application/o/token/".to_owned(),
        client_id: "dezky-files".to_owned(),
        username: SERVICE.to_owned(),
        app_password: password.into(),
        clock,
    })
}

#[tokio::test]
async fn one_token_serves_all_until_shortly_before_it_ends() {
    let rig = Rig::start(PASSWORD).await;
    let probes = tokio::join!(rig.ocis.probe(), rig.ocis.probe(), rig.ocis.probe());
    assert!(probes.0.unwrap().is_admin && probes.1.is_ok() && probes.2.is_ok());
    assert_eq!(rig.issuer.given(), 1);
    let form = rig.issuer.book.lock().unwrap().forms[0].clone();
    for (name, value) in [
        ("grant_type", "client_credentials"),
        ("client_id", "dezky-files"),
        ("username", SERVICE),
        ("scope", "openid profile email"),
    ] {
        assert!(form.contains(&(name.to_owned(), value.to_owned())), "{name}");
    }

    rig.own.advance(Duration::from_secs(569));
    rig.ocis.probe().await.unwrap();
    assert_eq!(rig.issuer.given(), 1);
    rig.own.advance(Duration::from_secs(1));
    rig.ocis.probe().await.unwrap();
    assert_eq!(rig.issuer.given(), 2);
}

#[tokio::test]
async fn a_token_that_ended_early_is_replaced_once() {
    let rig = Rig::start(PASSWORD).await;
    rig.ocis.probe().await.unwrap();
    rig.world.advance(Duration::from_secs(601));
    let probes = tokio::join!(rig.ocis.probe(), rig.ocis.probe());
    assert!(probes.0.is_ok() && probes.1.is_ok());
    assert_eq!(rig.issuer.given(), 2);
}

#[tokio::test]
async fn a_bad_app_password_is_told_in_words_and_names_the_issuer() {
    let rig = Rig::start("wrong").await;
    let error = rig.ocis.probe().await.unwrap_err();
    assert_eq!((error.upstream, error.effect), ("Authentik", Effect::None));
    assert!(matches!(error.cause, Cause::Unauthorized(Some(_))));
    assert!(error.to_string().contains("the app password of svc-dezky"));
    assert!(!error.to_string().contains("wrong'"));
}

#[tokio::test]
async fn an_issuer_that_is_down_is_named() {
    let rig = Rig::start(PASSWORD).await;
    let credential = credential("http://127.0.0.1:1", PASSWORD, clock());
    let ocis = Ocis::new(client_of("oCIS", &rig.sim.origin), credential);
    let error = ocis.probe().await.unwrap_err();
    assert_eq!((error.upstream, error.cause), ("Authentik", Cause::Unreachable));
}

#[tokio::test]
async fn an_account_that_is_disabled_is_refused_at_once() {
    let rig = Rig::start(PASSWORD).await;
    let id = rig.ocis.probe().await.unwrap().id;
    let disabled = json!({"accountEnabled": false});
    rig.sim.store.write(|world| world.put("users", &id, &disabled)).unwrap();
    let error = rig.ocis.probe().await.unwrap_err();
    let why = "the account of the token is unknown or disabled".to_owned();
    assert_eq!(error.cause, Cause::Unauthorized(Some(why)));
    assert!(!error.is_transient());
}

#[tokio::test]
async fn only_a_token_of_the_issuer_for_a_known_account_is_let_in() {
    let rig = Rig::start(PASSWORD).await;
    rig.ocis.probe().await.unwrap();
    let token = rig.issuer.book.lock().unwrap().tokens[0].clone();
    assert_eq!(rig.status_with(&format!("Bearer {token}")).await.0, 200);
    let end = rig.world.now().seconds() + 60;
    for bad in [
        format!("bearer {token}"),
        "Bearer garbage".to_owned(),
        "Bearer ".to_owned(),
        // Nobody at the issuer knows these.
        format!("Bearer {}", jwt(ISSUER, end, 99)),
        format!("Bearer {}", jwt("https://else.example.test/", end, 0)),
        format!("Bearer {}", jwt(ISSUER, end - 61, 0)),
    ] {
        let (status, challenge) = rig.status_with(&bad).await;
        assert_eq!(status, 401, "{bad}");
        assert!(challenge.unwrap().starts_with("Bearer realm=\"127.0.0.1:"));
    }
}

#[tokio::test]
async fn the_claim_is_compared_without_case_and_kept_with_the_token() {
    let rig = Rig::start(PASSWORD).await;
    rig.issuer.book.lock().unwrap().subject = "SVC-Dezky".to_owned();
    assert_eq!(rig.ocis.probe().await.unwrap().user_name, SERVICE);
    rig.issuer.book.lock().unwrap().subject = "nobody".to_owned();
    assert!(rig.ocis.probe().await.is_ok());
    assert_eq!(rig.issuer.book.lock().unwrap().asked, 1);

    rig.own.advance(Duration::from_mins(10));
    let error = rig.ocis.probe().await.unwrap_err();
    assert!(matches!(error.cause, Cause::Unauthorized(_)));
}

#[test]
fn secrets_are_not_shown() {
    let credential = credential("http://127.0.0.1:1", "hush", clock());
    let ocis = Ocis::new(client_of("oCIS", "http://127.0.0.1:1"), credential);
    assert!(!format!("{ocis:?}").contains("hush"));
    let ocis = Ocis::new(client_of("oCIS", "http://127.0.0.1:1"), Credential::Token("hush".into()));
    assert!(!format!("{ocis:?}").contains("hush"));
}
