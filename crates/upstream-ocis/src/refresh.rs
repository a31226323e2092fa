//! The service user by a refresh token (sections 2 and 12). Providers give a new one for each use and may end
//! all of them when an old one is shown again. So the store is told before a token is shown, the new one is kept before
//! anything is done with what came along, and after an outcome that nobody knows no token is shown again.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kernel::Clock;
use outbound::{Answer, Call, CallError, Cause, Client, Effect, Method};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::credential::Access;

const STORE: &str = "the store of oCIS's refresh token";

/// Where the one refresh token is kept: durably, sealed, and for all instances.
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// Takes the token out to show it once. That it is out must be durable before this returns, and only one may have
    /// it out: others wait until it is back or [`Taken::Lost`].
    async fn take(&self) -> Result<Taken, StoreFailed>;
    /// Keeps the token that came in place of the one that is out. Durable when this returns. Also the first one. The
    /// access token that came along is for all from the same moment, so that whoever waited has no need of another.
    async fn put(&self, next: SecretString, access: Option<&Access>) -> Result<(), StoreFailed>;
    /// Puts back the token that is out: it was not shown, or is good for another time.
    async fn put_back(&self) -> Result<(), StoreFailed>;
    /// Forgets the token: the provider does not take it.
    async fn forget(&self) -> Result<(), StoreFailed>;
    /// The access token that another instance was given last, if there is one for all.
    async fn shared(&self) -> Result<Option<Access>, StoreFailed> {
        Ok(None)
    }
    /// Lets other instances use an access token. It may be lost: it can be had again.
    async fn share(&self, _: &Access) -> Result<(), StoreFailed> {
        Ok(())
    }
}

/// What a store has.
pub enum Taken {
    /// The token, out for one use.
    Token(SecretString),
    /// It was out and nothing came back: the process died, or the answer was lost. It may have been used up.
    Lost,
    /// There is none: nobody signed in yet, or the provider ended it.
    Nothing,
}

/// A store did not do what it was asked; the text is for people and holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreFailed(pub String);

/// An account that somebody signed in once, see [`crate::sign_in`].
#[derive(Clone)]
pub struct RefreshToken {
    /// A client of the host that has the token endpoint; its name stands in errors.
    pub issuer: Client,
    /// The path of the token endpoint, such as `/konnect/v1/token`.
    pub token_path: String,
    /// The client id that the token was given to.
    pub client_id: String,
    /// The client's secret; none for a public client.
    pub client_secret: Option<SecretString>,
    /// Where the token is.
    pub store: Arc<dyn TokenStore>,
    /// When an access token ends.
    pub clock: Clock,
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken")
            .field("issuer", &self.issuer.base().as_str())
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "Token",
            Self::Lost => "Lost",
            Self::Nothing => "Nothing",
        })
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    refresh_token: Option<String>,
    #[serde(default)]
    expires_in: u64,
}

#[derive(Deserialize)]
struct Denied {
    error: String,
}

impl RefreshToken {
    /// An access token. `unkept` is a token that came and that the store did not take yet; it is tried first.
    /// `refused` is one that is of no use though it has not ended.
    pub(crate) async fn renew(
        &self,
        unkept: &mut Option<SecretString>,
        refused: Option<&SecretString>,
    ) -> Result<Access, CallError> {
        if let Some(next) = unkept.take() {
            self.keep(next, None, unkept).await?;
        }
        if let Some(access) = self.of_others(refused).await? {
            return Ok(access);
        }
        let token = match self.store.take().await.map_err(failed)? {
            Taken::Token(token) => token,
            Taken::Lost => {
                return Err(self.sign_in_again("the last refresh was cut off before its new token was kept"));
            }
            Taken::Nothing => return Err(self.sign_in_again("there is no refresh token")),
        };
        // Whoever had it out before may have shared what came of it.
        if let Some(access) = self.of_others(refused).await? {
            self.store.put_back().await.map_err(failed)?;
            return Ok(access);
        }
        let asked = self.clock.now();
        let answer = match self.show(&token).await {
            Ok(answer) => answer,
            Err(error) => {
                if error.effect == Effect::None {
                    self.store.put_back().await.map_err(failed)?;
                }
                return Err(error);
            }
        };
        if !answer.is_success() {
            return Err(self.denied(&answer).await?);
        }
        let granted: Granted = answer.json()?;
        let access = Access {
            token: granted.access_token.into(),
            until: asked.after(Duration::from_secs(granted.expires_in)),
        };
        if let Some(next) = granted.refresh_token {
            self.keep(next.into(), Some(&access), unkept).await?;
            return Ok(access);
        }
        // A provider may let one serve until shortly before its end (authentik, section 14).
        if let Err(StoreFailed(why)) = self.store.share(&access).await {
            tracing::info!(why, "an access token of oCIS is not shared with other instances");
        }
        self.store.put_back().await.map_err(failed)?;
        Ok(access)
    }

    async fn of_others(&self, refused: Option<&SecretString>) -> Result<Option<Access>, CallError> {
        let shared = self.store.shared().await.map_err(failed)?;
        let is_refused = |access: &Access| {
            refused.is_some_and(|refused| refused.expose_secret() == access.token.expose_secret())
        };
        Ok(shared.filter(|access| access.is_good(self.clock.now()) && !is_refused(access)))
    }

    async fn keep(
        &self,
        next: SecretString,
        access: Option<&Access>,
        unkept: &mut Option<SecretString>,
    ) -> Result<(), CallError> {
        let stored = self.store.put(next.clone(), access).await;
        if stored.is_err() {
            *unkept = Some(next);
        }
        stored.map_err(failed)
    }

    /// Shows the token. That uses it up, so nothing here is tried twice. No `scope`: leaving one out would end the
    /// chain (section 2).
    async fn show(&self, token: &SecretString) -> Result<Answer, CallError> {
        let mut fields = vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", token.expose_secret()),
            ("client_id", self.client_id.as_str()),
        ];
        if let Some(secret) = &self.client_secret {
            fields.push(("client_secret", secret.expose_secret()));
        }
        self.issuer.send(Call::new(Method::Post, self.token_path.as_str()).form(&fields)).await
    }

    /// What a refusal means, and what becomes of the token. One that is not known to be unused stays out.
    async fn denied(&self, answer: &Answer) -> Result<CallError, CallError> {
        let word = serde_json::from_slice::<Denied>(&answer.body).ok().map(|denied| denied.error);
        if word.as_deref() == Some("invalid_grant") {
            self.store.forget().await.map_err(failed)?;
            return Ok(self.sign_in_again("the provider does not take the refresh token any more"));
        }
        let error = match answer.status {
            401 => answer.error(Cause::Unauthorized(word)),
            429 => answer.error(Cause::RateLimited),
            status @ 400..=499 => answer.error(Cause::Refused(status, word)),
            status => answer.error(Cause::Broken(status)),
        };
        if error.effect == Effect::None {
            self.store.put_back().await.map_err(failed)?;
        }
        Ok(error)
    }

    fn sign_in_again(&self, why: &str) -> CallError {
        let why = format!("{why}: somebody must sign in again for the service user of oCIS");
        CallError::without_effect(self.issuer.upstream(), Cause::Unauthorized(Some(why)))
    }
}

pub(crate) fn failed(StoreFailed(why): StoreFailed) -> CallError {
    tracing::warn!(why, "the refresh token of oCIS could not be read or kept");
    CallError::without_effect(STORE, Cause::Unreachable)
}
