//! The refresh token's keeper over a database, against the simulated file service: one use at a time, kept before the
//! old one is let go, and after a crash at any point a sign-in instead of a second showing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use db::seal::Keys;
use db::testing::TestDb;
use kernel::{Clock, Timestamp};
use outbound::{Cause, Client, Options};
use secrecy::ExposeSecret as _;
use serde_json::json;
use simulator::{Running, State as _};
use upstream_ocis::sim::{self, World};
use upstream_ocis::{Credential, Login, Ocis, RefreshToken, Taken, TokenStore as _, sign_in};

use super::{SignIn, TokenKeeper, store};

const SERVICE: &str = "svc-dezky";
const LEASE: Duration = Duration::from_secs(10);

struct Rig {
    test: TestDb,
    clock: Clock,
    keys: Keys,
    sim: Running<World>,
}

impl Rig {
    /// A provider that takes each refresh token once.
    async fn start() -> Self {
        let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let setup = sim::Setup {
            issuer: "https://id.example.test/".into(),
            userinfo: None,
            static_tokens: BTreeMap::default(),
            admin_user: SERVICE.into(),
            clock: clock.clone(),
        };
        let sim = sim::serve(listener, None, setup).await.unwrap();
        let users = sim.store.read(simulator::State::inventory)["users"].clone();
        let id = users[0]["id"].as_str().unwrap().to_owned();
        sim.store.write(|world| {
            world.put("users", &id, &json!({"password": "once"})).unwrap();
            world.put("issuers", "own", &json!({"revokesFormer": true})).unwrap();
        });
        let keys = Keys::new(&[Keys::generate()]).unwrap();
        Self { test: migrations::test_database().await, clock, keys, sim }
    }

    fn client(&self) -> Client {
        let options = Options { deadline: Duration::from_secs(2), ..Options::default() };
        Client::new("oCIS", self.sim.origin.parse().unwrap(), options).unwrap()
    }

    fn login(password: &str) -> Login {
        Login { user_name: SERVICE.into(), password: password.into() }
    }

    fn keeper(&self, password: Option<&str>) -> TokenKeeper {
        let sign_in = password.map(|text| SignIn { server: self.client(), login: Self::login(text) });
        TokenKeeper::new(self.test.db.clone(), self.clock.clone(), self.keys.clone(), LEASE, sign_in)
    }

    /// An instance of the program.
    fn ocis(&self, password: Option<&str>) -> Ocis {
        let refresh = RefreshToken {
            issuer: self.client(),
            token_path: "/konnect/v1/token".to_owned(),
            client_id: "web".to_owned(),
            client_secret: None,
            store: Arc::new(self.keeper(password)),
            clock: self.clock.clone(),
        };
        Ocis::new(self.client(), Credential::RefreshToken(refresh))
    }

    async fn sign_in(&self) {
        sign_in(&self.client(), &Self::login("once"), &self.keeper(None)).await.unwrap();
    }

    /// How often the provider was asked since the last time.
    fn refreshes(&self) -> u64 {
        let calls = self.sim.calls.list();
        self.sim.calls.clear();
        calls.iter().filter(|(call, _)| call.contains("/konnect/v1/token")).map(|(_, times)| times).sum()
    }
}

fn asks_for_a_person(error: &outbound::CallError) -> bool {
    matches!(&error.cause, Cause::Unauthorized(Some(why)) if why.contains("must sign in again"))
}

#[tokio::test]
async fn two_instances_refresh_once_and_go_on_from_the_same_row() {
    let rig = Rig::start().await;
    rig.sign_in().await;
    let (one, other) = (rig.ocis(None), rig.ocis(None));
    rig.refreshes();
    let (a, b, c, d) = tokio::join!(one.probe(), other.probe(), one.probe(), other.probe());
    assert!(a.is_ok() && b.is_ok() && c.is_ok() && d.is_ok(), "{a:?} {b:?} {c:?} {d:?}");
    assert_eq!(rig.refreshes(), 1, "the others use what came of it");
    rig.clock.advance(Duration::from_secs(290));
    let (a, b) = tokio::join!(one.probe(), other.probe());
    assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
    assert_eq!(rig.refreshes(), 1);
}

#[tokio::test]
async fn nothing_of_a_token_can_be_read_in_the_database() {
    let rig = Rig::start().await;
    rig.sign_in().await;
    rig.ocis(None).probe().await.unwrap();
    let row = store::read(&rig.test.db).await.unwrap().unwrap();
    let Taken::Token(token) = rig.keeper(None).take().await.unwrap() else { panic!("there is one") };
    assert!(!format!("{row:?}").contains(token.expose_secret()));
    assert!(row.access.is_some() && row.ticket.is_none());
    // Another key can't open it, and leaves it there.
    let stranger = Keys::new(&[Keys::generate()]).unwrap();
    rig.keeper(None).put(token, None).await.unwrap();
    let keeper = TokenKeeper::new(rig.test.db.clone(), rig.clock.clone(), stranger, LEASE, None);
    assert!(keeper.take().await.is_err());
    assert!(matches!(rig.keeper(None).take().await.unwrap(), Taken::Token(_)));
}

#[tokio::test]
async fn a_crash_while_the_token_is_out_ends_in_a_sign_in_with_the_password() {
    let rig = Rig::start().await;
    rig.sign_in().await;
    // The process dies after it took the token; whether it was shown nobody knows.
    assert!(matches!(rig.keeper(None).take().await.unwrap(), Taken::Token(_)));
    rig.clock.advance(LEASE);
    rig.ocis(Some("once")).probe().await.unwrap();
    assert!(rig.keeper(None).has_token().await.unwrap());
}

#[tokio::test]
async fn without_a_password_a_person_is_asked_for_and_nothing_is_shown_twice() {
    let rig = Rig::start().await;
    let error = rig.ocis(None).probe().await.unwrap_err();
    assert!(asks_for_a_person(&error) && error.to_string().contains("there is no refresh token"), "{error}");
    rig.sign_in().await;
    assert!(matches!(rig.keeper(None).take().await.unwrap(), Taken::Token(_)));
    rig.clock.advance(LEASE);
    rig.refreshes();
    for _ in 0..2 {
        let error = rig.ocis(None).probe().await.unwrap_err();
        assert!(asks_for_a_person(&error) && error.to_string().contains("cut off"), "{error}");
    }
    assert_eq!(rig.refreshes(), 0);
    rig.sign_in().await;
    rig.ocis(None).probe().await.unwrap();
}

#[tokio::test]
async fn a_crash_during_the_sign_in_is_followed_by_another_one() {
    let rig = Rig::start().await;
    // The claim of a sign-in that was never made.
    let dying = rig.keeper(Some("once"));
    assert!(dying.claim().await.unwrap().is_some());
    assert!(rig.keeper(Some("once")).claim().await.unwrap().is_none(), "one at a time");
    rig.clock.advance(LEASE * super::CALLS_OF_A_SIGN_IN);
    rig.ocis(Some("once")).probe().await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_is_not_tried_at_each_request() {
    let rig = Rig::start().await;
    let ocis = rig.ocis(Some("guess"));
    assert!(asks_for_a_person(&ocis.probe().await.unwrap_err()));
    let asked = rig.sim.calls.list();
    assert!(asks_for_a_person(&ocis.probe().await.unwrap_err()));
    assert_eq!(rig.sim.calls.list(), asked, "it rests");
    rig.clock.advance(super::REST);
    rig.ocis(Some("once")).probe().await.unwrap();
}

#[tokio::test]
async fn who_comes_back_too_late_does_not_overwrite_what_came_after() {
    let rig = Rig::start().await;
    rig.sign_in().await;
    let late = rig.keeper(None);
    assert!(matches!(late.take().await.unwrap(), Taken::Token(_)));
    rig.clock.advance(LEASE);
    rig.ocis(Some("once")).probe().await.unwrap();
    late.put("late".into(), None).await.unwrap();
    let Taken::Token(token) = rig.keeper(None).take().await.unwrap() else { panic!("there is one") };
    assert_ne!(token.expose_secret(), "late");
    // With nothing there a late one is better than none.
    let rig = Rig::start().await;
    rig.sign_in().await;
    let late = rig.keeper(None);
    assert!(matches!(late.take().await.unwrap(), Taken::Token(_)));
    rig.clock.advance(LEASE);
    assert!(matches!(rig.keeper(None).take().await.unwrap(), Taken::Lost));
    late.put("late".into(), None).await.unwrap();
    assert!(rig.keeper(None).has_token().await.unwrap());
}

#[tokio::test]
async fn a_token_that_the_provider_ended_is_forgotten_and_replaced_by_a_sign_in() {
    let rig = Rig::start().await;
    rig.keeper(None).put("a.used-up.token".into(), None).await.unwrap();
    let ocis = rig.ocis(Some("once"));
    assert!(ocis.probe().await.is_err(), "the provider says so");
    assert!(!rig.keeper(None).has_token().await.unwrap());
    ocis.probe().await.unwrap();
}
