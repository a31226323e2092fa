//! Browser sessions. The browser holds a random secret; the row holds its hash and the sealed tokens.

use std::fmt;
use std::time::Duration;

use db::seal::Keys;
use db::{Db, Error, Tx, sealed};
use kernel::id::{hex, random_token};
use kernel::{Clock, SessionId, TenantId, Timestamp, UserId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::directory::TenantRef;
use crate::rights::{Rights, SessionLimits};
use crate::role::Surface;
use crate::tables::{ended_sessions, sessions, users};
use crate::{account, people, roles};

/// The tokens behind a session. They never reach the browser.
#[derive(Clone, Serialize, Deserialize)]
pub struct Tokens {
    /// For calls in the person's name.
    pub access: String,
    /// For a new access token; absent when the issuer gave none.
    pub refresh: Option<String>,
    /// The hint for signing out at the issuer.
    pub id: Option<String>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens")
    }
}

/// A session that was found by its secret.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The surface it was made on; it is good nowhere else.
    pub surface: Surface,
    /// Whose it is.
    pub user: UserId,
    /// The token that forms carry.
    pub csrf: String,
    /// When the access token expires.
    pub access_expires_at: Timestamp,
    /// Since when the issuer can't be asked for a new token.
    pub issuer_down_since: Option<Timestamp>,
    /// The slug of the workspace the person works in.
    pub active_tenant: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When the person last proved who they are; none in sessions that are older than this was known.
    pub authenticated_at: Option<Timestamp>,
    /// When it was last used, to a minute.
    pub last_seen_at: Timestamp,
    /// The browser session at the identity provider that it came of, as a digest of what tokens call it.
    pub browser: Option<String>,
    /// The same as the provider's list calls it, where that is known.
    pub provider_session: Option<String>,
    sealed_tokens: String,
}

/// How exactly the last use is kept; a write per request would buy nothing.
const SEEN_STEP: Duration = Duration::from_mins(1);

fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// The sealed tokens.
pub const TOKENS: sealed::Column = sealed::Column {
    table: "sessions",
    name: "tokens",
    id: "id",
    word: "tokens",
    bound_to: &["id"],
    sealed_if: None,
};

fn place(id: SessionId) -> String {
    TOKENS.place(&[id.to_string()])
}

/// What the tokens of a session say beside whose it is.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// When the sign-in began. A sign-out since then ends what comes of it, though it is finished only afterwards.
    pub began_at: Timestamp,
    /// When the access token expires.
    pub access_expires_at: Timestamp,
    /// When the person last proved who they are, by a password or more.
    pub authenticated_at: Timestamp,
    /// What they call the browser's session at the identity provider.
    pub sid: Option<String>,
}

/// Begins a session and gives the secret for the cookie.
pub async fn begin(
    tx: &Tx,
    clock: &Clock,
    keys: &Keys,
    surface: Surface,
    user: UserId,
    tokens: &Tokens,
    claimed: Claimed,
) -> Result<(SessionId, SecretString), Error> {
    let id = SessionId::new(clock);
    let secret = random_token();
    let now = clock.now().micros();
    let row = sessions::ActiveModel {
        id: Set(id.to_string()),
        secret_hash: Set(hash(&secret)),
        surface: Set(surface.as_str().to_owned()),
        user_id: Set(user.to_string()),
        csrf: Set(random_token()),
        tokens: Set(seal(keys, id, tokens)?),
        access_expires_at: Set(claimed.access_expires_at.micros()),
        authenticated_at: Set(Some(claimed.authenticated_at.micros())),
        refresh_lease_until: Set(None),
        issuer_down_since: Set(None),
        active_tenant: Set(last_tenant(tx, user).await?),
        created_at: Set(claimed.began_at.micros()),
        last_seen_at: Set(now),
        browser: Set(claimed.sid.as_deref().map(hash)),
        provider_session: Set(None),
    };
    row.insert(&**tx).await?;
    Ok((id, secret.into()))
}

/// The workspace the person chose last, in any session [A12].
async fn last_tenant(tx: &Tx, user: UserId) -> Result<Option<String>, Error> {
    let last = sessions::Entity::find()
        .filter(sessions::Column::UserId.eq(user.to_string()))
        .filter(sessions::Column::ActiveTenant.is_not_null())
        .order_by_desc(sessions::Column::LastSeenAt)
        .one(&**tx)
        .await?;
    Ok(last.and_then(|row| row.active_tenant))
}

fn seal(keys: &Keys, id: SessionId, tokens: &Tokens) -> Result<String, Error> {
    let text = serde_json::to_string(tokens).map_err(|error| Error::damaged("sessions", error))?;
    Ok(keys.seal(&place(id), &text)?)
}

/// The session of a cookie's secret, on the surface it was made for.
pub async fn find(db: &Db, surface: Surface, secret: &SecretString) -> Result<Option<Session>, Error> {
    let row = sessions::Entity::find()
        .filter(sessions::Column::SecretHash.eq(hash(secret.expose_secret())))
        .filter(sessions::Column::Surface.eq(surface.as_str()))
        .one(db.read())
        .await?;
    row.map(session).transpose()
}

/// The session of an id, for whoever waits for its refresh.
pub async fn by_id(db: &Db, id: SessionId) -> Result<Option<Session>, Error> {
    sessions::Entity::find_by_id(id.to_string()).one(db.read()).await?.map(session).transpose()
}

/// The sessions of a person, the one used last first.
pub async fn of_user(on: &impl ConnectionTrait, user: UserId) -> Result<Vec<Session>, Error> {
    let own = sessions::Entity::find()
        .filter(sessions::Column::UserId.eq(user.to_string()))
        .order_by_desc(sessions::Column::LastSeenAt)
        .order_by_desc(sessions::Column::Id);
    own.all(on).await?.into_iter().map(session).collect()
}

fn session(row: sessions::Model) -> Result<Session, Error> {
    let bad_id = |error: kernel::id::BadId| Error::damaged("sessions", error);
    Ok(Session {
        id: row.id.parse().map_err(bad_id)?,
        surface: Surface::parse(&row.surface).ok_or_else(|| Error::damaged("sessions", "unknown surface"))?,
        user: row.user_id.parse().map_err(bad_id)?,
        csrf: row.csrf,
        access_expires_at: Timestamp::from_micros(row.access_expires_at),
        issuer_down_since: row.issuer_down_since.map(Timestamp::from_micros),
        active_tenant: row.active_tenant,
        created_at: Timestamp::from_micros(row.created_at),
        authenticated_at: row.authenticated_at.map(Timestamp::from_micros),
        last_seen_at: Timestamp::from_micros(row.last_seen_at),
        browser: row.browser,
        provider_session: row.provider_session,
        sealed_tokens: row.tokens,
    })
}

impl Session {
    /// True for one of the portal whose person works in that tenant at the moment.
    pub fn works_in(&self, rights: &Rights, tenant: TenantId) -> bool {
        let own = rights.working_in(self.active_tenant.as_deref());
        self.surface == Surface::Portal && own.is_some_and(|own| own.tenant.id == tenant)
    }

    /// True when both came of one browser session at the identity provider. What isn't known is no sign of it.
    pub fn is_same_browser(&self, other: &Self) -> bool {
        let is_same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        self.id == other.id
            || (self.user == other.user
                && (is_same(&self.browser, &other.browser)
                    || is_same(&self.provider_session, &other.provider_session)))
    }

    /// True when nobody used it for too long, or it lasted too long in all [A9].
    pub fn is_too_old(&self, now: Timestamp, limits: SessionLimits) -> bool {
        now.since(self.last_seen_at) > limits.idle || now.since(self.created_at) > limits.absolute
    }

    /// The tokens, opened.
    pub fn tokens(&self, keys: &Keys) -> Result<Tokens, Error> {
        let text = keys.open(&place(self.id), &self.sealed_tokens)?;
        serde_json::from_str(text.expose_secret()).map_err(|error| Error::damaged("sessions", error))
    }
}

async fn change(db: &Db, id: SessionId, change: sessions::ActiveModel) -> Result<(), Error> {
    sessions::Entity::update_many()
        .set(change)
        .filter(sessions::Column::Id.eq(id.to_string()))
        .exec(db.read())
        .await?;
    Ok(())
}

/// Notes that the session was used.
pub async fn touch(db: &Db, session: &Session, now: Timestamp) -> Result<(), Error> {
    if now.since(session.last_seen_at) < SEEN_STEP {
        return Ok(());
    }
    let seen = sessions::ActiveModel { last_seen_at: Set(now.micros()), ..Default::default() };
    change(db, session.id, seen).await
}

/// Makes this caller the one who refreshes the session's tokens; false while another one does.
pub async fn lease_refresh(
    db: &Db,
    session: &Session,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, Error> {
    let free = Condition::any()
        .add(sessions::Column::RefreshLeaseUntil.is_null())
        .add(sessions::Column::RefreshLeaseUntil.lt(now.micros()));
    let won = sessions::Entity::update_many()
        .set(sessions::ActiveModel { refresh_lease_until: Set(Some(until.micros())), ..Default::default() })
        .filter(sessions::Column::Id.eq(session.id.to_string()))
        .filter(sessions::Column::AccessExpiresAt.eq(session.access_expires_at.micros()))
        .filter(free)
        .exec(db.read())
        .await?;
    Ok(won.rows_affected == 1)
}

/// Stores new tokens that were not checked yet.
pub async fn keep_tokens(db: &Db, keys: &Keys, id: SessionId, tokens: &Tokens) -> Result<(), Error> {
    change(db, id, sessions::ActiveModel { tokens: Set(seal(keys, id, tokens)?), ..Default::default() }).await
}

/// Notes that the stored tokens are good and until when, and gives up the lease.
pub async fn refreshed(db: &Db, id: SessionId, access_expires_at: Timestamp) -> Result<(), Error> {
    let row = sessions::ActiveModel {
        access_expires_at: Set(access_expires_at.micros()),
        refresh_lease_until: Set(None),
        issuer_down_since: Set(None),
        ..Default::default()
    };
    change(db, id, row).await
}

/// Notes since when the issuer can't be reached; nobody asks it for this session before `rest`.
pub async fn issuer_down(db: &Db, session: &Session, now: Timestamp, rest: Timestamp) -> Result<(), Error> {
    let row = sessions::ActiveModel {
        issuer_down_since: Set(Some(session.issuer_down_since.unwrap_or(now).micros())),
        refresh_lease_until: Set(Some(rest.micros())),
        ..Default::default()
    };
    change(db, session.id, row).await
}

/// Notes which session of the identity provider's list a session came of.
pub async fn came_of(db: &Db, id: SessionId, provider_session: &str) -> Result<(), Error> {
    let row = sessions::ActiveModel {
        provider_session: Set(Some(provider_session.to_owned())),
        ..Default::default()
    };
    change(db, id, row).await
}

/// Ends all sessions of the browser that this one is in, and gives them: their tokens are still good.
pub async fn end_of_browser(tx: &Tx, session: &Session, now: Timestamp) -> Result<Vec<Session>, Error> {
    let all = by_browser(of_user(&**tx, session.user).await?);
    let own = all.into_iter().find(|parts| parts.iter().any(|part| part.id == session.id));
    let own = own.unwrap_or_default();
    for part in &own {
        end(tx, part.id, now).await?;
    }
    Ok(own)
}

/// Sessions by browser, in the order in which they come.
pub fn by_browser(all: Vec<Session>) -> Vec<Vec<Session>> {
    let mut browsers: Vec<Vec<Session>> = Vec::new();
    for session in all {
        let is_of = |parts: &Vec<Session>| parts.iter().any(|part| part.is_same_browser(&session));
        let Some(at) = browsers.iter().position(is_of) else {
            browsers.push(vec![session]);
            continue;
        };
        // One session may show that two others are of one browser.
        let further: Vec<Vec<Session>> = browsers.extract_if(at + 1.., |parts| is_of(parts)).collect();
        browsers[at].extend(further.into_iter().flatten().chain([session]));
    }
    browsers
}

/// Chooses the workspace the person works in.
pub async fn choose_tenant(db: &Db, id: SessionId, slug: &str) -> Result<(), Error> {
    change(db, id, sessions::ActiveModel { active_tenant: Set(Some(slug.to_owned())), ..Default::default() })
        .await
}

/// Ends a session. Whose its pages were stays known: a form that is sent from one of them is that person's.
pub async fn end(tx: &Tx, id: SessionId, now: Timestamp) -> Result<(), Error> {
    let Some(row) = sessions::Entity::find_by_id(id.to_string()).one(&**tx).await? else {
        return Ok(());
    };
    let ended = ended_sessions::ActiveModel {
        csrf_hash: Set(hash(&row.csrf)),
        surface: Set(row.surface),
        user_id: Set(row.user_id),
        ended_at: Set(now.micros()),
    };
    // Requests that come at once may all find that it is over.
    let once = OnConflict::column(ended_sessions::Column::CsrfHash).do_nothing().to_owned();
    ended_sessions::Entity::insert(ended).on_conflict(once).exec_without_returning(&**tx).await?;
    sessions::Entity::delete_by_id(row.id).exec(&**tx).await?;
    Ok(())
}

/// Ends all sessions of a person, on every surface; gives how many. Tokens issued before now are refused too [A2].
pub async fn end_all(tx: &Tx, user: UserId, now: Timestamp) -> Result<usize, Error> {
    // First, for it waits for whoever is signing in just now: their session is among those that are found.
    users::Entity::update_many()
        .col_expr(users::Column::ValidFrom, now.micros().into())
        .filter(users::Column::Id.eq(user.to_string()))
        .exec(&**tx)
        .await?;
    let rows =
        sessions::Entity::find().filter(sessions::Column::UserId.eq(user.to_string())).all(&**tx).await?;
    for row in &rows {
        let id = row.id.parse().map_err(|error: kernel::id::BadId| Error::damaged("sessions", error))?;
        end(tx, id, now).await?;
    }
    Ok(rows.len())
}

/// Ends the portal sessions of a person that work in one tenant; gives how many. All other sign-ins of before
/// give nothing there any more, whatever else they are good for. Asked while the person still has a role there.
pub async fn end_in(tx: &Tx, user: UserId, tenant: &TenantRef, now: Timestamp) -> Result<usize, Error> {
    // Who is signing in just now waits, or is waited for.
    people::lock(tx, user).await?;
    let rights = account::by_id(&**tx, user).await?.map(|account| account.rights).unwrap_or_default();
    roles::end_sign_ins(tx, tenant.id, user, now).await?;
    let works_in = |session: &Session| session.works_in(&rights, tenant.id);
    let mut found = of_user(&**tx, user).await?;
    found.retain(works_in);
    for session in &found {
        end(tx, session.id, now).await?;
    }
    Ok(found.len())
}

/// Whose page a form was sent from, by the token that it carries; also when that page's session has ended.
pub async fn owner_of_form(db: &Db, surface: Surface, csrf: &str) -> Result<Option<UserId>, Error> {
    let ended = ended_sessions::Entity::find_by_id(hash(csrf))
        .filter(ended_sessions::Column::Surface.eq(surface.as_str()))
        .one(db.read())
        .await?;
    let user = match ended {
        Some(row) => Some(row.user_id),
        None => sessions::Entity::find()
            .filter(sessions::Column::Csrf.eq(csrf))
            .filter(sessions::Column::Surface.eq(surface.as_str()))
            .one(db.read())
            .await?
            .map(|row| row.user_id),
    };
    user.map(|id| id.parse()).transpose().map_err(|error| Error::damaged("sessions", error))
}

/// Removes sessions that nobody used since `before`, and what is known of those that ended by then; gives how many.
pub async fn purge(db: &Db, before: Timestamp) -> Result<u64, Error> {
    let ended = ended_sessions::Entity::delete_many()
        .filter(ended_sessions::Column::EndedAt.lt(before.micros()))
        .exec(db.read())
        .await?;
    let old = sessions::Entity::delete_many().filter(sessions::Column::LastSeenAt.lt(before.micros()));
    Ok(old.exec(db.read()).await?.rows_affected + ended.rows_affected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(user: UserId, browser: Option<&str>, provider: Option<&str>) -> Session {
        let at = Timestamp::from_seconds(0);
        Session {
            id: SessionId::new(&Clock::System),
            surface: Surface::Portal,
            user,
            csrf: String::new(),
            access_expires_at: at,
            issuer_down_since: None,
            active_tenant: None,
            created_at: at,
            authenticated_at: None,
            last_seen_at: at,
            browser: browser.map(str::to_owned),
            provider_session: provider.map(str::to_owned),
            sealed_tokens: String::new(),
        }
    }

    #[test]
    fn a_browser_is_what_came_of_one_session_at_the_provider_and_what_is_not_known_is_nobodys() {
        let (anna, bo) = (UserId::new(&Clock::System), UserId::new(&Clock::System));
        let all = vec![
            session(anna, Some("a"), None),
            session(anna, None, Some("p")),
            session(anna, None, None),
            session(anna, None, None),
            session(bo, Some("a"), Some("p")),
            // It shows that the first two are one.
            session(anna, Some("a"), Some("p")),
        ];
        let ids: Vec<SessionId> = all.iter().map(|session| session.id).collect();
        let found: Vec<Vec<SessionId>> =
            by_browser(all).iter().map(|parts| parts.iter().map(|part| part.id).collect()).collect();
        assert_eq!(found, [vec![ids[0], ids[1], ids[5]], vec![ids[2]], vec![ids[3]], vec![ids[4]]]);
    }
}
