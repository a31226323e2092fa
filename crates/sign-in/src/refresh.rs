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
const GRACE: Duration = Duration::from_secs(15 * 60);

impl SignIn {
    /// The session with a token that is good for a while; none when the session is over.
    pub(crate) async fn fresh(&self, session: Session) -> Result<Option<Session>, Error> {
        let now = self.0.clock.now();
        if session.access_expires_at > now.after(MARGIN) {
            return Ok(Some(session));
        }
        // After a failure the issuer is left alone for a few seconds.
        let until = now.after(LEASE);
        if sessions::lease_refresh(&self.0.db, &session, now, until).await? {
            self.refresh(session, now).await
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
        match renewed {
            Ok(tokens) => {
                let (_, claims) = self.verify(&tokens.access).await?;
                sessions::refreshed(db, keys, session.id, &tokens, claims.expires_at()).await?;
                Ok(sessions::by_id(db, session.id).await?)
            }
            Err(Error::Issuer(error)) if !self.is_over(&session, now) => {
                tracing::warn!(%error, "a session could not be refreshed; it goes on for a while");
                sessions::issuer_down(db, &session, now).await?;
                Ok(Some(session))
            }
            Err(error) => {
                tracing::info!(%error, session = %session.id, "a session ended");
                self.end(&session, "session.expire").await?;
                Ok(None)
            }
        }
    }

    fn is_over(&self, session: &Session, now: Timestamp) -> bool {
        session.issuer_down_since.is_some_and(|since| now.since(since) > GRACE)
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
    pub(crate) async fn end(&self, session: &Session, action: &'static str) -> Result<(), Error> {
        let tx = self.0.db.begin().await?;
        sessions::end(&tx, session.id).await?;
        let target =
            Target { kind: "session", id: session.id.to_string(), name: session.surface.to_string() };
        let context = Context::system("sign-in", &self.0.clock);
        let entry = Entry::done(action, target).after(serde_json::json!({"user": session.user}));
        audit::append(&tx, &context, Chain::Platform, entry).await?;
        Ok(tx.commit().await?)
    }
}
