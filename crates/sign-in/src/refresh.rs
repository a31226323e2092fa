//! Silent refresh: once, however many requests and instances find the access token expiring [A7].

use std::time::Duration;

use access::sessions::{self, Session};
use audit::{Chain, Context, Entry, Target};
use kernel::Timestamp;

use crate::error::Error;
use crate::service::SignIn;

/// A token that expires sooner than this is renewed before it is used.
const MARGIN: Duration = Duration::from_secs(30);
/// How long the one who refreshes may take.
const LEASE: Duration = Duration::from_secs(15);
/// How long the others wait for it.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a session outlives an issuer that can't be reached.
const GRACE: Duration = Duration::from_mins(15);

/// How long the issuer is left alone after a failure.
const REST: Duration = Duration::from_secs(5);

fn is_over(session: &Session, now: Timestamp) -> bool {
    session.issuer_down_since.is_some_and(|since| now.since(since) > GRACE)
}

impl SignIn {
    /// The session with a token that is good for a while; none when the session is over.
    pub(crate) async fn fresh(&self, session: Session) -> Result<Option<Session>, Error> {
        let now = self.0.clock.now();
        if session.access_expires_at > now.after(MARGIN) {
            return Ok(Some(session));
        }
        let until = now.after(LEASE);
        if sessions::lease_refresh(&self.0.db, &session, now, until).await? {
            // The issuer may have made the old refresh token worthless before the sender of this request goes away;
            // the new one must be stored all the same.
            let service = self.clone();
            let refreshing = async move { service.refresh(session, now).await };
            let refreshing = self.0.refreshes.spawn(telemetry::carried(refreshing));
            refreshing.await.map_err(|error| Error::Settings(error.to_string()))?
        } else if session.issuer_down_since.is_some() {
            Ok(Some(session))
        } else {
            self.wait_for_refresh(session).await
        }
    }

    async fn refresh(&self, session: Session, now: Timestamp) -> Result<Option<Session>, Error> {
        let (db, keys) = (&self.0.db, &self.0.keys);
        let renewed = match session.tokens(keys) {
            Ok(tokens) => self.renew(session.surface, &tokens).await,
            Err(error) => Err(error.into()),
        };
        let checked = match renewed {
            Ok(tokens) => {
                // Kept before anything else can fail: the old refresh token may be worth nothing now.
                sessions::keep_tokens(db, keys, session.id, &tokens).await?;
                self.verify(&tokens.access).await
            }
            Err(error) => Err(error),
        };
        match checked.map_err(|error| error.of_issued(session.surface.audience())) {
            Ok((surface, claims)) if surface == session.surface => {
                sessions::refreshed(db, session.id, claims.expires_at()).await?;
                Ok(sessions::by_id(db, session.id).await?)
            }
            // A key that is newer than the keys we may fetch now is no reason to end a session, nor is a setting that
            // somebody is about to put right.
            Err(error @ (Error::Issuer(_) | Error::UnknownKey | Error::Misconfigured(_)))
                if !is_over(&session, now) =>
            {
                tracing::warn!(%error, "a session could not be refreshed; it goes on for a while");
                sessions::issuer_down(db, &session, now, now.after(REST)).await?;
                Ok(sessions::by_id(db, session.id).await?)
            }
            Ok(_) => {
                tracing::warn!(session = %session.id, "a refreshed token is for another surface");
                self.end(&session, access::Action::SessionExpire).await?;
                Ok(None)
            }
            Err(error) => {
                tracing::info!(%error, session = %session.id, "a session ended");
                self.end(&session, access::Action::SessionExpire).await?;
                Ok(None)
            }
        }
    }

    async fn wait_for_refresh(&self, session: Session) -> Result<Option<Session>, Error> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let Some(current) = sessions::by_id(&self.0.db, session.id).await? else {
                return Ok(None);
            };
            let decided = current.access_expires_at != session.access_expires_at
                || current.issuer_down_since != session.issuer_down_since;
            if decided || tokio::time::Instant::now() >= deadline {
                return Ok(Some(current));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends a session that ran out or that the issuer no longer renews.
    pub(crate) async fn end(&self, session: &Session, action: access::Action) -> Result<(), Error> {
        let tx = self.0.db.begin().await?;
        sessions::end(&tx, session.id, self.0.clock.now()).await?;
        let target = Target::thing("session", &session.id, &session.surface);
        let context = Context::system("sign-in", &self.0.clock);
        let entry = Entry::done(action, target).after(serde_json::json!({"user": session.user}));
        Ok(audit::commit(tx, &context, Chain::Platform, entry).await?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::{Arc, Mutex};

    use access::Surface;
    use access::people::{Admitted, Identity, admit};
    use access::sessions::Tokens;
    use axum::extract::State;
    use axum::http::StatusCode;
    use axum::routing::{get, post};
    use axum::{Json, Router};
    use db::seal::Keys;
    use db::testing::TestDb;
    use kernel::Clock;
    use outbound::{Client, Options};
    use serde_json::{Value, json};
    use tokio_util::task::TaskTracker;

    use super::*;
    use crate::service::{OidcClient, Settings};

    /// An issuer whose token endpoint answers as it is told, and so does what should have its keys.
    #[derive(Clone, Default)]
    struct Issuer {
        asked: Arc<AtomicU32>,
        answer: Arc<Mutex<(u16, Value)>>,
        slow: bool,
        keys: Option<Value>,
    }

    async fn jwks(State(issuer): State<Issuer>) -> Result<Json<Value>, StatusCode> {
        issuer.keys.map(Json).ok_or(StatusCode::NOT_FOUND)
    }

    async fn token(State(issuer): State<Issuer>) -> (StatusCode, Json<Value>) {
        issuer.asked.fetch_add(1, Ordering::SeqCst);
        if issuer.slow {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let (status, body) = issuer.answer.lock().unwrap().clone();
        (StatusCode::from_u16(status).unwrap(), Json(body))
    }

    struct Rig {
        test: TestDb,
        clock: Clock,
        keys: Keys,
        service: SignIn,
        session: Session,
    }

    async fn rig(issuer: &Issuer) -> Rig {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/application/o/token/", post(token))
            .route("/application/o/dezky-portal/jwks/", get(jwks))
            .with_state(issuer.clone());
        let server = TaskTracker::new();
        server.spawn(async move { axum::serve(listener, router).await });
        issuer.answer.lock().unwrap().1["access_token"] = json!(unchecked_token(&origin));
        let test = migrations::test_database().await;
        let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
        let keys = Keys::new(&[Keys::generate()]).unwrap();
        let settings = Settings {
            issuer_origin: origin.clone(),
            provider: Client::new("Authentik", origin.parse().unwrap(), Options::default()).unwrap(),
            oidc_clients: vec![OidcClient {
                surface: Surface::Portal,
                client_secret: "secret".into(),
                origin: "http://127.0.0.1".into(),
            }],
            admin_group: "admins".into(),
            directory: None,
        };
        let service = SignIn::new(
            &platform::Platform::new(platform::testing::handles(&test.db, &clock)),
            keys.clone(),
            settings,
        );
        let session = session(&test, &clock, &keys).await;
        Rig { test, clock, keys, service, session }
    }

    /// A session whose access token runs out at once.
    async fn session(test: &TestDb, clock: &Clock, keys: &Keys) -> Session {
        let anna = Identity {
            sub: "anna".into(),
            email: "anna@acme.test".into(),
            name: "Anna".into(),
            ..Identity::default()
        };
        let tx = test.db.begin().await.unwrap();
        let Admitted::Created(person, _) = admit(&tx, clock, &anna, "admins").await.unwrap() else {
            panic!("she is new");
        };
        let tokens = Tokens { access: "a".into(), refresh: Some("first".into()), id: None };
        let claimed = sessions::Claimed {
            began_at: clock.now(),
            access_expires_at: clock.now(),
            authenticated_at: clock.now(),
            sid: None,
        };
        let begun = sessions::begin(&tx, clock, keys, Surface::Portal, person.id, &tokens, claimed);
        let (id, _) = begun.await.unwrap();
        tx.commit_silently("a test").await.unwrap();
        sessions::by_id(&test.db, id).await.unwrap().unwrap()
    }

    impl Rig {
        async fn stored(&self) -> Option<Session> {
            sessions::by_id(&self.test.db, self.session.id).await.unwrap()
        }

        async fn refresh_token(&self) -> Option<String> {
            self.stored().await.unwrap().tokens(&self.keys).unwrap().refresh
        }
    }

    fn tells(status: u16, body: Value) -> Issuer {
        Issuer { answer: Arc::new(Mutex::new((status, body))), ..Issuer::default() }
    }

    /// New tokens, the access token of which nobody can check, since the keys can't be had.
    fn renewed() -> Issuer {
        let body =
            json!({"access_token": "set by the rig", "token_type": "bearer", "refresh_token": "second"});
        tells(200, body)
    }

    fn unchecked_token(issuer: &str) -> String {
        use base64::Engine as _;
        let part = |value: Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = json!({"iss": format!("{issuer}/application/o/dezky-portal/"), "aud": "dezky-portal",
            "sub": "anna", "exp": 1_900_000_000, "iat": 1_800_000_000});
        format!("{}.{}.AA", part(json!({"alg": "RS256", "kid": "k", "typ": "JWT"})), part(claims))
    }

    #[tokio::test]
    async fn only_invalid_grant_ends_a_session_and_it_is_recorded() {
        for (status, error, ends) in
            [(400, "invalid_grant", true), (401, "invalid_client", false), (503, "down", false)]
        {
            let rig = rig(&tells(status, json!({"error": error}))).await;
            let fresh = rig.service.fresh(rig.session.clone()).await.unwrap();
            assert_eq!((fresh.is_none(), rig.stored().await.is_none()), (ends, ends), "{error}");
        }
    }

    #[tokio::test]
    async fn an_issuer_that_is_down_is_asked_now_and_then_and_ends_the_session_after_its_grace() {
        let issuer = tells(503, json!({}));
        let rig = rig(&issuer).await;
        for _ in 0..4 {
            let current = rig.stored().await.unwrap();
            assert!(rig.service.fresh(current).await.unwrap().is_some());
        }
        assert_eq!(issuer.asked.load(Ordering::SeqCst), 1, "it is left alone for a while");
        rig.clock.advance(Duration::from_mins(14));
        assert!(rig.service.fresh(rig.stored().await.unwrap()).await.unwrap().is_some());
        rig.clock.advance(Duration::from_mins(2));
        assert!(rig.service.fresh(rig.stored().await.unwrap()).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_new_refresh_token_is_kept_although_its_sender_went_away() {
        let rig = rig(&Issuer { slow: true, ..renewed() }).await;
        let asking = rig.service.fresh(rig.session.clone());
        assert!(tokio::time::timeout(Duration::from_millis(50), asking).await.is_err());
        for _ in 0..100 {
            if rig.stored().await.is_none() || rig.refresh_token().await.as_deref() == Some("second") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(rig.refresh_token().await.as_deref(), Some("second"));
    }

    #[tokio::test]
    async fn a_provider_that_lost_its_signing_key_ends_no_session() {
        let rig = rig(&Issuer { keys: Some(json!({})), ..renewed() }).await;
        assert!(rig.service.fresh(rig.session.clone()).await.unwrap().is_some());
        assert!(rig.stored().await.is_some());
    }

    #[tokio::test]
    async fn many_requests_at_once_refresh_once() {
        let issuer = Issuer { slow: true, ..renewed() };
        let rig = rig(&issuer).await;
        let asked = (0..6).map(|_| rig.service.fresh(rig.session.clone()));
        for fresh in futures_util::future::join_all(asked).await {
            assert!(fresh.unwrap().is_some());
        }
        assert_eq!(issuer.asked.load(Ordering::SeqCst), 1);
    }
}
