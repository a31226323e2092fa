//! How the service user signs in: access tokens from the issuer, by client credentials or by a refresh token, kept
//! until shortly before they end (sections 2, 12 and 13). No secret of this reaches a log or `Debug`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, Timestamp};
use outbound::{Answer, Call, CallError, Cause, Client, Method};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio_util::task::TaskTracker;

use crate::refresh::RefreshToken;

/// How long before its end a token is replaced.
const MARGIN: Duration = Duration::from_secs(30);
/// oCIS answers 401 or 500 when one of these is missing (section 13).
const SCOPE: &str = "openid profile email";

/// What the client signs in with.
#[derive(Clone)]
pub enum Credential {
    /// The app password of a service account at the issuer.
    ClientCredentials(ClientCredentials),
    /// An account that somebody signed in once.
    RefreshToken(RefreshToken),
    /// An access token that somebody else keeps fresh; for tests.
    Token(SecretString),
}

/// A service account at the issuer. Its app password alone is the credential; the provider's client secret is
/// not looked at (section 13).
#[derive(Clone)]
pub struct ClientCredentials {
    /// A client of the host that has the token endpoint; its name stands in errors.
    pub issuer: Client,
    /// The path of the token endpoint, such as `/application/o/token/`.
    pub token_path: String,
    /// The client id of the one provider that oCIS trusts.
    pub client_id: String,
    /// The user name of the service account.
    pub username: String,
    /// Its app password.
    pub app_password: SecretString,
    /// When a token ends.
    pub clock: Clock,
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("issuer", &self.issuer.base().as_str())
            .field("client_id", &self.client_id)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClientCredentials(credentials) => credentials.fmt(f),
            Self::RefreshToken(refresh) => refresh.fmt(f),
            Self::Token(_) => f.write_str("Token"),
        }
    }
}

/// A credential with the token it last gave. The lock makes one refresh serve all that wait for it.
pub struct Tokens {
    pub credential: Credential,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    kept: Option<Access>,
    /// A refresh token that came and that the store did not take yet.
    unkept: Option<SecretString>,
}

/// An access token and when it ends.
#[derive(Clone)]
pub struct Access {
    /// The token.
    pub token: SecretString,
    /// When it ends.
    pub until: Timestamp,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("until", &self.until).finish_non_exhaustive()
    }
}

impl Access {
    /// Whether it is good for a while yet.
    pub fn is_good(&self, now: Timestamp) -> bool {
        now.after(MARGIN) < self.until
    }
}

impl Tokens {
    pub fn new(credential: Credential) -> Self {
        Self { credential, state: Arc::default() }
    }

    /// A token that is good for a while.
    pub async fn current(&self) -> Result<SecretString, CallError> {
        let state = self.state.clone().lock_owned().await;
        let now = self.credential.clock().map(Clock::now);
        if let (Some(kept), Some(now)) = (&state.kept, now)
            && kept.is_good(now)
        {
            return Ok(kept.token.clone());
        }
        self.renew(state, None).await
    }

    /// Another token than `refused`; none when the credential has only that one.
    pub async fn other_than(&self, refused: &SecretString) -> Result<Option<SecretString>, CallError> {
        if self.credential.clock().is_none() {
            return Ok(None);
        }
        let state = self.state.clone().lock_owned().await;
        if let Some(kept) = &state.kept
            && kept.token.expose_secret() != refused.expose_secret()
        {
            return Ok(Some(kept.token.clone()));
        }
        self.renew(state, Some(refused.clone())).await.map(Some)
    }

    async fn renew(
        &self,
        mut state: OwnedMutexGuard<State>,
        refused: Option<SecretString>,
    ) -> Result<SecretString, CallError> {
        match &self.credential {
            Credential::Token(token) => Ok(token.clone()),
            Credential::ClientCredentials(credentials) => {
                let fresh = credentials.fetch().await?;
                Ok(state.kept.insert(fresh).token.clone())
            }
            Credential::RefreshToken(refresh) => {
                let (upstream, refresh) = (refresh.issuer.upstream(), refresh.clone());
                // A task of its own: whoever waits may go away, but a token that was shown must be kept.
                let renewing = async move {
                    let fresh = refresh.renew(&mut state.unkept, refused.as_ref()).await?;
                    Ok(state.kept.insert(fresh).token.clone())
                };
                let renewed = TaskTracker::new().spawn(telemetry::carried(renewing));
                let stopped = CallError::without_effect(upstream, Cause::Closed);
                renewed.await.unwrap_or(Err(stopped))
            }
        }
    }
}

impl Credential {
    /// The clock that its tokens end by; none when there is but one token.
    fn clock(&self) -> Option<&Clock> {
        match self {
            Self::ClientCredentials(credentials) => Some(&credentials.clock),
            Self::RefreshToken(refresh) => Some(&refresh.clock),
            Self::Token(_) => None,
        }
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default)]
    expires_in: u64,
}

#[derive(Deserialize)]
struct Denied {
    error: String,
}

impl ClientCredentials {
    async fn fetch(&self) -> Result<Access, CallError> {
        let asked = self.clock.now();
        // A lost answer costs one unused token, so this counts as a read.
        let call = Call::new(Method::Post, self.token_path.as_str())
            .form(&[
                ("grant_type", "client_credentials"),
                ("client_id", &self.client_id),
                ("username", &self.username),
                ("password", self.app_password.expose_secret()),
                ("scope", SCOPE),
            ])
            .only_reads();
        let answer = self.issuer.send(call).await?;
        if !answer.is_success() {
            return Err(self.denied(&answer));
        }
        let granted: Granted = answer.json()?;
        Ok(Access {
            token: granted.access_token.into(),
            until: asked.after(Duration::from_secs(granted.expires_in)),
        })
    }

    fn denied(&self, answer: &Answer) -> CallError {
        let word = serde_json::from_slice::<Denied>(&answer.body).ok().map(|denied| denied.error);
        if word.as_deref() == Some("invalid_grant") {
            let why = format!(
                "the app password of {} is wrong or was deleted, or that account is suspended or may not use {}",
                self.username, self.client_id
            );
            return answer.error(Cause::Unauthorized(Some(why)));
        }
        match answer.status {
            401 => answer.error(Cause::Unauthorized(word)),
            429 => answer.error(Cause::RateLimited),
            status @ 400..=499 => answer.error(Cause::Refused(status, word)),
            status => answer.error(Cause::Broken(status)),
        }
    }
}
