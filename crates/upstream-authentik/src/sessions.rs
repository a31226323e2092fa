//! Who is signed in where, and ending it (section 5). The server ignores filters that it does not know and then
//! lists everybody, so each row is looked at again here before anything is ended.

use kernel::Timestamp;
use outbound::{Call, CallError, Method};
use serde::Deserialize;
use serde_json::Value;

use crate::Authentik;
use crate::client::{accept, is_missing};
use crate::pages::Listing;
use crate::users::moment;

const SESSIONS: &str = "/api/v3/core/authenticated_sessions/";
/// How often tokens are listed anew: a refresh that runs meanwhile makes another one.
const ROUNDS: u32 = 5;

/// A browser that a person is signed in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The UUID that the API goes by; the claim `sid` is another thing.
    pub id: String,
    /// The number of its user.
    pub user: i64,
    /// Where it was last used from.
    pub last_ip: String,
    /// The browser's family, such as `Firefox`; empty when unknown.
    pub browser: String,
    /// The system that it runs on, such as `iOS`; empty when unknown.
    pub system: String,
    /// When it was last used.
    pub last_used: Option<Timestamp>,
    /// When it ends by itself.
    pub expires: Option<Timestamp>,
}

/// A refresh token or an access token, as the API lists it: without the token itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// Its number.
    pub id: i64,
    /// The number of its user.
    pub user: i64,
    /// The name of the provider that it was issued by.
    pub provider: String,
    /// Whether it was revoked or replaced already.
    pub revoked: bool,
    /// When it ends by itself.
    pub expires: Option<Timestamp>,
}

/// Which tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// They survive the end of a session and mint access tokens.
    Refresh,
    /// They go with their session, but for those that a refresh token minted.
    Access,
}

/// What a forced sign-out ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ended {
    /// Browser sessions.
    pub sessions: u64,
    /// Refresh tokens, those that were spent included.
    pub refresh_tokens: usize,
    /// Access tokens that no session took along.
    pub access_tokens: usize,
}

impl TokenKind {
    fn path(self) -> &'static str {
        match self {
            Self::Refresh => "/api/v3/oauth2/refresh_tokens/",
            Self::Access => "/api/v3/oauth2/access_tokens/",
        }
    }
}

/// Parts of a user agent can be null although the schema says text (section 15).
#[derive(Deserialize)]
struct SessionRow {
    uuid: String,
    user: i64,
    #[serde(default)]
    last_ip: Option<String>,
    #[serde(default)]
    user_agent: Value,
    #[serde(default, deserialize_with = "moment")]
    last_used: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    expires: Option<Timestamp>,
}

#[derive(Deserialize)]
struct TokenRow {
    pk: i64,
    #[serde(default)]
    user: Value,
    #[serde(default)]
    provider: Value,
    #[serde(default)]
    revoked: bool,
    #[serde(default, deserialize_with = "moment")]
    expires: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Deleted {
    #[serde(default)]
    deleted: u64,
}

impl Authentik {
    /// The sessions of a user, the one used last first. A user who is gone has none.
    pub async fn sessions_of(&self, user: i64) -> Result<Vec<Session>, CallError> {
        // There is no filter by number: `?user=` is ignored and lists everybody.
        let Some(found) = self.user(user).await? else {
            return Ok(Vec::new());
        };
        let filters = [("user__username", found.username.as_str())];
        let listing = Listing { path: SESSIONS, what: "sessions", ordering: "expires", filters: &filters };
        let rows = self.rows(&listing, |row: &SessionRow| row.uuid.clone()).await?;
        let own = rows.into_iter().filter(|row| row.user == user);
        let mut sessions: Vec<Session> = own.map(session).collect();
        sessions.sort_by_key(|session| std::cmp::Reverse(session.last_used));
        Ok(sessions)
    }

    /// Ends a session: its browser is anonymous at once, and its access tokens are gone. Its refresh tokens live on,
    /// see [`Authentik::end_everything`]. One that has ended already is a success. Safe to repeat.
    pub async fn end_session(&self, id: &str) -> Result<(), CallError> {
        if !crate::groups::is_uuid(id) {
            return Err(self.refused(404, "a session has no such id"));
        }
        let answer = self.send(Call::new(Method::Delete, format!("{SESSIONS}{id}/"))).await?;
        if is_missing(&answer) {
            return Ok(());
        }
        accept(answer).map(drop)
    }

    /// Ends all sessions of a user; how many there were. Refresh tokens live on. Safe to repeat.
    pub async fn end_sessions_of(&self, user: i64) -> Result<u64, CallError> {
        // No filter: a server that doesn't read the parameter refuses the call (section 5). A list read before would miss
        // the sessions that begin meanwhile.
        let call = Call::new(Method::Delete, format!("{SESSIONS}bulk_delete/")).query("user_pks", user);
        let done: Deleted = self.read(call).await?;
        Ok(done.deleted)
    }

    /// The tokens of a user. A user who is gone has none.
    pub async fn tokens_of(&self, kind: TokenKind, user: i64) -> Result<Vec<IssuedToken>, CallError> {
        let number = user.to_string();
        let filters = [("user", number.as_str())];
        let listing = Listing { path: kind.path(), what: "tokens", ordering: "expires", filters: &filters };
        let rows = self.rows_of(&listing, "user", |row: &TokenRow| row.pk).await?;
        let tokens = rows.unwrap_or_default();
        let tokens = tokens.iter().filter_map(token);
        Ok(tokens.filter(|token| token.user == user).collect())
    }

    /// Deletes a token; one that is gone already is a success. Safe to repeat.
    pub async fn delete_token(&self, kind: TokenKind, id: i64) -> Result<(), CallError> {
        let answer = self.send(Call::new(Method::Delete, format!("{}{id}/", kind.path()))).await?;
        if is_missing(&answer) {
            return Ok(());
        }
        accept(answer).map(drop)
    }

    /// Signs a user out everywhere: sessions first, which tells other services by back-channel logout, then refresh
    /// tokens, which survive that, then the access tokens that these minted meanwhile. The user may sign in again at
    /// once: suspend afterwards if that should not be. After an error, what was done stays done: do it again.
    pub async fn end_everything(&self, user: i64) -> Result<Ended, CallError> {
        let sessions = self.end_sessions_of(user).await?;
        let refresh_tokens = self.delete_tokens_of(TokenKind::Refresh, user).await?;
        let access_tokens = self.delete_tokens_of(TokenKind::Access, user).await?;
        Ok(Ended { sessions, refresh_tokens, access_tokens })
    }

    async fn delete_tokens_of(&self, kind: TokenKind, user: i64) -> Result<usize, CallError> {
        let mut deleted = 0;
        for _ in 0..ROUNDS {
            let tokens = self.tokens_of(kind, user).await?;
            if tokens.is_empty() {
                return Ok(deleted);
            }
            for token in &tokens {
                self.delete_token(kind, token.id).await?;
            }
            deleted += tokens.len();
        }
        Err(self.malformed("tokens go on appearing while they are being deleted"))
    }
}

fn session(row: SessionRow) -> Session {
    let family = |part: &str| {
        let family = row.user_agent[part]["family"].as_str().filter(|family| *family != "Other");
        family.unwrap_or_default().to_owned()
    };
    Session {
        browser: family("user_agent"),
        system: family("os"),
        id: row.uuid,
        user: row.user,
        last_ip: row.last_ip.unwrap_or_default(),
        last_used: row.last_used,
        expires: row.expires,
    }
}

/// None for a row that does not say whose it is: nothing may be done to it.
fn token(row: &TokenRow) -> Option<IssuedToken> {
    Some(IssuedToken {
        id: row.pk,
        user: row.user["pk"].as_i64()?,
        provider: row.provider["name"].as_str().unwrap_or_default().to_owned(),
        revoked: row.revoked,
        expires: row.expires,
    })
}
