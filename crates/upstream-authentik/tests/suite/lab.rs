//! A simulator with two clients, two people and a service account, and ways to call it.

use std::path::Path;
use std::time::Duration;

use kernel::{Clock, Timestamp};
use outbound::{Answer, Call, Client, Method, Options};
use secrecy::SecretString;
use serde_json::Value;
use simulator::{Fault, FaultKind};
use tokio::net::TcpListener;
use upstream_authentik::Authentik;
use upstream_authentik::sim::{self, AppSetup, ServiceAccountSetup, Setup, Sim, UserSetup};
use url::Url;

pub const TOKEN: &str = "an-api-token";
pub const CALLBACK: &str = "http://portal.test/auth/callback";
pub const SIGNED_OUT: &str = "http://portal.test/signed-out";
pub const TEN_MINUTES: Duration = Duration::from_mins(10);

pub struct Lab {
    pub sim: Sim,
    pub http: Client,
    pub authentik: Authentik,
    pub clock: Clock,
}

pub fn anna() -> UserSetup {
    person("anna@acme.test", &["acme"])
}

pub fn person(address: &str, groups: &[&str]) -> UserSetup {
    UserSetup {
        username: address.to_owned(),
        email: address.to_owned(),
        name: "Anna Example".to_owned(),
        password: "correct horse".into(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
    }
}

pub fn setup(clock: Clock) -> Setup {
    let portal = AppSetup {
        access_token_validity: TEN_MINUTES,
        ..AppSetup::new("portal", "portal-secret".into(), CALLBACK, SIGNED_OUT)
    };
    let files = AppSetup {
        client_secret: None,
        ..AppSetup::new("files", "".into(), "http://files.test/cb", "http://files.test/")
    };
    Setup {
        clock,
        apps: vec![portal, files],
        users: vec![anna()],
        service_accounts: vec![ServiceAccountSetup {
            username: "svc-files".to_owned(),
            app_password: "an-app-password".into(),
        }],
        ..Setup::new(SecretString::from(TOKEN))
    }
}

pub fn client(base: &str, deadline: Duration) -> Client {
    let options = Options { deadline, ..Options::default() };
    Client::new("authentik", Url::parse(base).unwrap(), options).unwrap()
}

impl Lab {
    pub async fn start() -> Self {
        Self::in_file(None).await
    }

    pub async fn in_file(file: Option<&Path>) -> Self {
        Self::of(file, |setup| setup).await
    }

    /// With another setup than the usual one.
    pub async fn with(change: impl FnOnce(Setup) -> Setup) -> Self {
        Self::of(None, change).await
    }

    async fn of(file: Option<&Path>, change: impl FnOnce(Setup) -> Setup) -> Self {
        let clock = Clock::manual(Timestamp::from_seconds(1_795_212_000));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let setup = change(setup(clock.clone()));
        // As through the proxy of a public address, when there is one.
        let called_as = setup.origin.as_ref().map(|origin| Url::parse(origin).unwrap());
        let sim = sim::serve(listener, file, setup).await.unwrap();
        let options = Options { deadline: Duration::from_secs(20), called_as, ..Options::default() };
        let http = Client::new("authentik", Url::parse(&sim.origin).unwrap(), options).unwrap();
        let authentik = Authentik::new(http.clone(), TOKEN.into());
        Self { sim, http, authentik, clock }
    }

    /// The client with a deadline that a hanging server exceeds.
    pub fn impatient(&self) -> Authentik {
        Authentik::new(client(&self.sim.origin, Duration::from_millis(400)), TOKEN.into())
    }

    pub fn fault(&self, route: &str, kind: FaultKind) {
        self.sim.dial.set(vec![Fault { route: route.to_owned(), kind, times: Some(1), delay_ms: None }]);
    }

    /// A call to the API as the administrator.
    pub async fn api(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let call = Call::new(method, path).bearer(TOKEN.into());
        let call = match body {
            Some(body) => call.json(&body),
            None => call,
        };
        self.http.send(call).await.unwrap()
    }

    pub async fn pk_of(&self, username: &str) -> i64 {
        let path = format!("/api/v3/core/users/?username={}", username.replace('@', "%40"));
        let rows: Value = self.api(Method::Get, &path, None).await.json().unwrap();
        rows["results"][0]["pk"].as_i64().unwrap()
    }
}
