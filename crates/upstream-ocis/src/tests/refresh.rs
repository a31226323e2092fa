//! The service user by a refresh token: one use each, kept before anything else, never shown twice by accident.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use kernel::Clock;
use outbound::{Cause, Effect};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use simulator::{Fault, FaultKind, Running, State as _};

use super::issuer::{Issuer, REFRESH_TOKEN};
use super::{SERVICE, client_of, clock, setup, start};
use crate::sim::{Userinfo, World};
use crate::{Access, Credential, Login, Ocis, RefreshToken, StoreFailed, Taken, TokenStore, sign_in};

/// What would be a row of a database.
#[derive(Default)]
struct Row {
    token: Option<SecretString>,
    out: bool,
    /// The next write of that name fails.
    failing: Option<&'static str>,
    /// What was done, in order.
    told: Vec<&'static str>,
}

/// A store in memory; clones are other instances at the same row.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Row>>);

impl Memory {
    fn write<T>(&self, what: &'static str, change: impl FnOnce(&mut Row) -> T) -> Result<T, StoreFailed> {
        let mut row = self.0.lock().unwrap();
        if row.failing == Some(what) {
            row.failing = None;
            return Err(StoreFailed("the database can't be reached".to_owned()));
        }
        row.told.push(what);
        Ok(change(&mut row))
    }

    fn told(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.0.lock().unwrap().told)
    }

    fn token(&self) -> Option<String> {
        self.0.lock().unwrap().token.as_ref().map(|token| token.expose_secret().to_owned())
    }
}

#[async_trait]
impl TokenStore for Memory {
    async fn take(&self) -> Result<Taken, StoreFailed> {
        self.write("take", |row| match row.token.clone() {
            None => Taken::Nothing,
            Some(_) if row.out => Taken::Lost,
            Some(token) => {
                row.out = true;
                Taken::Token(token)
            }
        })
    }

    async fn put(&self, next: SecretString, _: Option<&Access>) -> Result<(), StoreFailed> {
        self.write("put", |row| (row.token, row.out) = (Some(next), false))
    }

    async fn put_back(&self) -> Result<(), StoreFailed> {
        self.write("put back", |row| row.out = false)
    }

    async fn forget(&self) -> Result<(), StoreFailed> {
        self.write("forget", |row| (row.token, row.out) = (None, false))
    }
}

/// A server whose provider ends the former token with each refresh, as external ones do.
struct Rig {
    sim: Running<World>,
    store: Memory,
    clock: Clock,
}

impl Rig {
    async fn start() -> Self {
        let clock = clock();
        let sim = start(setup(clock.clone(), None)).await;
        let rig = Self { sim, store: Memory::default(), clock };
        let users = rig.sim.store.read(World::inventory)["users"].clone();
        let id = users[0]["id"].as_str().unwrap().to_owned();
        rig.put("users", &id, &json!({"password": "once"}));
        rig.put("issuers", "builtin", &json!({"revokesFormer": true}));
        rig
    }

    async fn signed_in() -> Self {
        let rig = Self::start().await;
        rig.sign_in("once").await.unwrap();
        rig.store.told();
        rig
    }

    async fn sign_in(&self, password: &str) -> Result<(), outbound::CallError> {
        let login = Login { user_name: SERVICE.to_owned(), password: password.into() };
        sign_in(&client_of("oCIS", &self.sim.origin), &login, &self.store).await
    }

    /// An instance of the program: its memory is new, the store is the same.
    fn ocis(&self) -> Ocis {
        let refresh = RefreshToken {
            issuer: client_of("oCIS sign-in", &self.sim.origin),
            token_path: "/konnect/v1/token".to_owned(),
            client_id: "web".to_owned(),
            client_secret: None,
            store: Arc::new(self.store.clone()),
            clock: self.clock.clone(),
        };
        Ocis::new(client_of("oCIS", &self.sim.origin), Credential::RefreshToken(refresh))
    }

    fn put(&self, kind: &str, id: &str, fields: &serde_json::Value) {
        self.sim.store.write(|world| world.put(kind, id, fields)).unwrap();
    }

    fn fail_next_refresh(&self, kind: FaultKind) {
        let route = "POST /konnect/v1/token".to_owned();
        self.sim.dial.set(vec![Fault { route, kind, times: Some(1), delay_ms: Some(600) }]);
    }
}

fn asks_to_sign_in(error: &outbound::CallError) -> bool {
    matches!(&error.cause, Cause::Unauthorized(Some(why)) if why.contains("must sign in again"))
}

#[tokio::test]
async fn one_sign_in_without_a_browser_is_enough() {
    let rig = Rig::start().await;
    let none = rig.ocis().probe().await.unwrap_err();
    assert!(asks_to_sign_in(&none) && none.to_string().contains("there is no refresh token"), "{none}");
    let wrong = rig.sign_in("guess").await.unwrap_err();
    assert!(wrong.to_string().contains("the password of svc-dezky is wrong"), "{wrong}");
    assert!(!wrong.to_string().contains("guess"));
    rig.sign_in("once").await.unwrap();
    assert_eq!(rig.ocis().probe().await.unwrap().user_name, SERVICE);
}

#[tokio::test]
async fn each_refresh_is_told_before_and_kept_after() {
    let rig = Rig::signed_in().await;
    let ocis = rig.ocis();
    let first = rig.store.token();
    let probes = tokio::join!(ocis.probe(), ocis.probe(), ocis.probe());
    assert!(probes.0.is_ok() && probes.1.is_ok() && probes.2.is_ok());
    assert_eq!(rig.store.told(), ["take", "put"], "one refresh for all who wait");
    assert_ne!(rig.store.token(), first);
    rig.clock.advance(Duration::from_secs(271));
    ocis.probe().await.unwrap();
    assert_eq!(rig.store.told(), ["take", "put"]);
    // Another instance goes on from the same row.
    rig.ocis().probe().await.unwrap();
    assert_eq!(rig.store.told(), ["take", "put"]);
}

#[tokio::test]
async fn a_death_between_receiving_and_keeping_asks_for_a_sign_in_and_shows_nothing_twice() {
    let rig = Rig::signed_in().await;
    // As after a crash: the token is out, it was used up, and the new one is nowhere.
    assert!(matches!(rig.store.take().await.unwrap(), Taken::Token(_)));
    rig.sim.calls.clear();
    let error = rig.ocis().probe().await.unwrap_err();
    assert!(asks_to_sign_in(&error) && error.to_string().contains("was cut off"), "{error}");
    assert_eq!(error.effect, Effect::None);
    assert!(!error.is_transient());
    assert!(rig.sim.calls.list().is_empty(), "the provider was not asked");
    rig.sign_in("once").await.unwrap();
    rig.ocis().probe().await.unwrap();
}

#[tokio::test]
async fn after_an_outcome_that_nobody_knows_no_token_is_shown_again() {
    for kind in
        [FaultKind::TimeoutBefore, FaultKind::TimeoutAfter, FaultKind::ErrorAfter, FaultKind::Malformed]
    {
        let rig = Rig::signed_in().await;
        let ocis = rig.ocis();
        rig.fail_next_refresh(kind);
        let error = ocis.probe().await.unwrap_err();
        assert_eq!(error.effect, Effect::Unknown, "{kind:?}");
        assert_eq!(rig.store.told(), ["take"], "{kind:?}");
        assert!(asks_to_sign_in(&ocis.probe().await.unwrap_err()), "{kind:?}");
        rig.sign_in("once").await.unwrap();
        ocis.probe().await.unwrap();
    }
}

#[tokio::test]
async fn what_surely_did_not_happen_is_tried_again() {
    let rig = Rig::signed_in().await;
    let ocis = rig.ocis();
    rig.fail_next_refresh(FaultKind::RateLimit);
    let error = ocis.probe().await.unwrap_err();
    assert_eq!((error.cause, error.effect), (Cause::RateLimited, Effect::None));
    assert_eq!(rig.store.told(), ["take", "put back"]);
    ocis.probe().await.unwrap();
}

#[tokio::test]
async fn a_token_that_the_store_did_not_take_is_kept_before_the_next_call() {
    let rig = Rig::signed_in().await;
    let ocis = rig.ocis();
    rig.store.0.lock().unwrap().failing = Some("take");
    let error = ocis.probe().await.unwrap_err();
    assert!(
        error.is_transient() && error.to_string().contains("the store of oCIS's refresh token"),
        "{error}"
    );
    assert!(rig.store.told().is_empty(), "nothing was shown");
    rig.store.0.lock().unwrap().failing = Some("put");
    assert!(ocis.probe().await.is_err(), "what came along is not used before the new token is kept");
    assert_eq!(rig.store.told(), ["take"]);
    ocis.probe().await.unwrap();
    assert_eq!(rig.store.told(), ["put", "take", "put"], "kept, then refreshed");
}

#[tokio::test]
async fn a_token_that_the_provider_ended_is_forgotten() {
    let rig = Rig::signed_in().await;
    let ocis = rig.ocis();
    ocis.probe().await.unwrap();
    rig.store.0.lock().unwrap().token = Some("a.used-up.token".into());
    rig.store.told();
    rig.clock.advance(Duration::from_mins(5));
    let error = ocis.probe().await.unwrap_err();
    assert!(asks_to_sign_in(&error) && error.to_string().contains("any more"), "{error}");
    assert_eq!(rig.store.told(), ["take", "forget"]);
    assert_eq!(rig.store.token(), None);
}

#[tokio::test]
async fn a_provider_that_gives_no_new_token_leaves_the_old_one() {
    let clock = clock();
    let issuer = Issuer::start(clock.clone(), SERVICE).await;
    let userinfo = Userinfo {
        client: client_of("Authentik", &issuer.origin),
        path: "/application/o/userinfo/".to_owned(),
    };
    let sim = start(setup(clock.clone(), Some(userinfo))).await;
    let store = Memory::default();
    store.put(REFRESH_TOKEN.into(), None).await.unwrap();
    let refresh = RefreshToken {
        issuer: client_of("Authentik", &issuer.origin),
        token_path: "/application/o/token/".to_owned(),
        client_id: "dezky-files".to_owned(),
        client_secret: Some("secret".into()),
        store: Arc::new(store.clone()),
        clock: clock.clone(),
    };
    let ocis = Ocis::new(client_of("oCIS", &sim.origin), Credential::RefreshToken(refresh));
    store.told();
    for _ in 0..2 {
        ocis.probe().await.unwrap();
        assert_eq!(store.told(), ["take", "put back"]);
        clock.advance(Duration::from_mins(10));
    }
    assert_eq!(store.token().as_deref(), Some(REFRESH_TOKEN));
    let forms = issuer.book.lock().unwrap().forms.clone();
    assert!(forms[0].iter().all(|(name, _)| name != "scope"), "naming scopes could end the chain");
    assert!(forms[0].contains(&("client_secret".to_owned(), "secret".to_owned())));
}

#[tokio::test]
async fn who_stops_waiting_does_not_lose_the_token() {
    let rig = Rig::signed_in().await;
    let ocis = rig.ocis();
    rig.sim.dial.set(vec![Fault {
        route: "POST /konnect/v1/token".to_owned(),
        kind: FaultKind::Delay,
        times: Some(1),
        delay_ms: Some(100),
    }]);
    let waiting = tokio::time::timeout(Duration::from_millis(20), ocis.probe()).await;
    assert!(waiting.is_err(), "the caller went away while the token was shown");
    ocis.probe().await.unwrap();
    assert_eq!(rig.store.told(), ["take", "put"]);
}

#[test]
fn no_secret_is_shown() {
    let refresh = RefreshToken {
        issuer: client_of("oCIS", "http://127.0.0.1:1"),
        token_path: "/konnect/v1/token".to_owned(),
        client_id: "web".to_owned(),
        client_secret: Some("hush".into()),
        store: Arc::new(Memory::default()),
        clock: clock(),
    };
    let login = Login { user_name: "svc".to_owned(), password: "hush".into() };
    let shown = format!("{refresh:?} {login:?} {:?}", Taken::Token("hush".into()));
    assert!(!shown.contains("hush"), "{shown}");
}
