//! Sessions of a person: those of Dezky's own pages and those of the identity provider, seen and ended by themself, or by
//! an admin of a workspace that they are a member of. The id of one is no secret: ours is not the cookie, and that of the
//! identity provider is a hash of what its API goes by, good for finding it among that person's own and nowhere else.

mod agent;
mod api;
mod browsers;

pub use api::{OneAt, routes};

use std::collections::BTreeSet;

use access::sessions::{self, Session};
use access::{EndOwnSessions, Granted, ManageMembers, OwnAccount, Surface, account};
use addresses::Fate;
use audit::{Chain, Context, Entry, Outcome, Target};
use db::Tx;
use kernel::id::hex;
use kernel::{SessionId, Timestamp, UserId};
use memberships::{Error, NotDone, live_holder, may_touch, member_of, rows, target, with_mailbox};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::time::timeout_at;

use crate::extent::Extent;
use crate::live::{Why, patience};
use crate::recorded::Action;
use crate::service::People;
use crate::sign_outs::SignOut;
use browsers::Part;

/// Where a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Portal,
    /// The operator console.
    Operator,
    /// The identity provider.
    SignIn,
}

impl Place {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Operator => "operator",
            Self::SignIn => "sign_in",
        }
    }
}

/// A browser that somebody is signed in with, at one or more places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What it is called here, by the first of its sessions.
    pub id: String,
    /// Where it is: each place that this browser is signed in to.
    pub places: Vec<Place>,
    /// The browser's family; empty when unknown.
    pub browser: String,
    /// The system that it runs on; empty when unknown.
    pub system: String,
    /// Where it was begun from, or last used from; empty when unknown.
    pub address: String,
    /// When it began.
    pub began_at: Option<Timestamp>,
    /// When it was last used.
    pub last_seen_at: Option<Timestamp>,
    /// True for the one that the caller acts in.
    pub is_current: bool,
}

/// The sessions of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sessions {
    /// All browsers that are known, those that are signed in to the own pages first.
    pub all: Vec<Seen>,
    /// Why those of the identity provider are not known.
    pub silent: Option<Why>,
}

/// The id under which a session of the identity provider is spoken of.
fn public_id(uuid: &str) -> String {
    let digest = hex(&Sha256::digest(uuid.as_bytes()));
    format!("sso_{}", digest.get(..32).unwrap_or_default())
}

impl People {
    /// The sessions of a member: those that the workspace may end. Of somebody who works elsewhere too, or came with an
    /// account of their own, these are the ones that work here, and nobody is told of others.
    pub async fn sessions(&self, by: &Granted<ManageMembers>, user: UserId) -> Result<Sessions, Error> {
        let db = self.platform.db.read();
        let member = rows::by_user(db, by.tenant(), user).await?.ok_or(Error::NotFound)?;
        let (extent, _) = self.reach(by, &member).await?;
        if extent == Extent::Everything {
            return self.sessions_of(user, None).await;
        }
        let here = self.ids_in(db, by, user).await?;
        let mut parts = self.surface_sessions(user, None).await?;
        parts.retain(|part| here.contains(&part.session.id.to_string()));
        Ok(Sessions { all: browsers::joined(parts, Vec::new()), silent: None })
    }

    /// The ids of a person's sessions that work in the workspace.
    async fn ids_in(
        &self,
        on: &impl db::Connection,
        by: &Granted<ManageMembers>,
        user: UserId,
    ) -> Result<Vec<String>, Error> {
        let rights = account::by_id(on, user).await?.map(|account| account.rights).unwrap_or_default();
        let found = sessions::of_user(on, user).await?.into_iter();
        let here = found.filter(|session| session.works_in(&rights, by.tenant()));
        Ok(here.map(|session| session.id.to_string()).collect())
    }

    /// The caller's own; `current` is the one that they act in.
    pub async fn own_sessions(
        &self,
        by: &Granted<OwnAccount>,
        current: Option<SessionId>,
    ) -> Result<Sessions, Error> {
        self.sessions_of(by.actor().person.id, current).await
    }

    async fn sessions_of(&self, user: UserId, current: Option<SessionId>) -> Result<Sessions, Error> {
        let own = self.surface_sessions(user, current).await?;
        let found = match timeout_at(patience(), self.provider_sessions(user)).await {
            Ok(known) => known?,
            Err(_) => Err(Why::Slow),
        };
        let silent = found.as_ref().err().copied();
        Ok(Sessions { all: browsers::joined(own, found.unwrap_or_default()), silent })
    }

    /// Those of the own pages that are still good.
    async fn surface_sessions(&self, user: UserId, current: Option<SessionId>) -> Result<Vec<Part>, Error> {
        let db = self.platform.db.read();
        let now = self.platform.clock.now();
        let Some(limits) = account::by_id(db, user).await?.map(|it| it.rights.session_limits()) else {
            return Ok(Vec::new());
        };
        let mut found = sessions::of_user(db, user).await?;
        found.retain(|session| !session.is_too_old(now, limits));
        let ids: Vec<String> = found.iter().map(|session| session.id.to_string()).collect();
        // Browser and address stand in the record of the sign-in, and there alone.
        let begun =
            audit::of_targets(db, Chain::Platform, access::Action::SessionSignIn.as_str(), &ids).await?;
        let part = |session: Session| {
            let id = session.id.to_string();
            let record = begun.iter().find(|record| record.target_id == id);
            let (browser, system) =
                agent::told(record.and_then(|record| record.user_agent.as_deref()).unwrap_or_default());
            let seen = Seen {
                places: vec![place_of(&session)],
                browser: browser.to_owned(),
                system: system.to_owned(),
                address: record.and_then(|record| record.address.clone()).unwrap_or_default(),
                began_at: Some(session.created_at),
                last_seen_at: Some(session.last_seen_at),
                is_current: current == Some(session.id),
                id,
            };
            Part { session, seen }
        };
        Ok(found.into_iter().map(part).collect())
    }

    async fn provider_sessions(
        &self,
        user: UserId,
    ) -> Result<Result<Vec<upstream_authentik::Session>, Why>, Error> {
        let Some(authentik) = self.platform.upstreams.authentik() else {
            return Ok(Err(self.live.factors.off()));
        };
        let found = match self.account(user).await? {
            Ok(Some(id)) => authentik.sessions_of(id).await,
            Ok(None) => Ok(Vec::new()),
            Err(error) => Err(error),
        };
        Ok(found.map_err(|error| {
            tracing::warn!(%user, %error, "the sessions of a person could not be read");
            Why::from(error)
        }))
    }

    /// Ends one browser of a member, and nobody else's [E4]: as far as the workspace reaches.
    pub async fn end_session(
        &self,
        by: &Granted<ManageMembers>,
        user: UserId,
        id: &str,
    ) -> Result<(), Error> {
        let tx = self.platform.db.begin().await?;
        live_holder(&tx, by).await?;
        let member = member_of(&tx, by, user).await?;
        may_touch(by, member.role)?;
        if by.actor().person.id == user {
            return Err(Error::Oneself);
        }
        let is_all = self.extent(&tx, by, &member).await? == Extent::Everything;
        let within = if is_all { None } else { Some(self.ids_in(&*tx, by, user).await?) };
        if within.as_ref().is_some_and(|here| !here.iter().any(|here| here == id)) {
            return Err(Error::NoSession);
        }
        let note = Note {
            context: by.context(),
            chain: Chain::Tenant(member.tenant),
            action: Action::MemberEndSession.into(),
            target: target(&member),
            id,
        };
        self.end_one(tx, user, note, within.as_deref()).await
    }

    /// Ends one of the caller's own browsers.
    pub async fn end_own_session(&self, by: &Granted<EndOwnSessions>, id: &str) -> Result<(), Error> {
        let note = Note {
            context: by.context(),
            chain: Chain::Platform,
            action: access::Action::SessionEnd.into(),
            target: Target::unnamed("session", &id),
            id,
        };
        let tx = self.platform.db.begin().await?;
        self.end_one(tx, by.actor().person.id, note, None).await
    }

    /// Ends what a browser has here, of that what is `within` a reach, and then what it has at the identity provider.
    async fn end_one(
        &self,
        tx: Tx,
        user: UserId,
        note: Note<'_>,
        within: Option<&[String]>,
    ) -> Result<(), Error> {
        let Ok(id) = note.id.parse::<SessionId>() else {
            drop(tx);
            return self.end_at_provider(user, note).await;
        };
        let browsers = sessions::by_browser(sessions::of_user(&*tx, user).await?);
        let mut meant = browsers.into_iter().find(|parts| parts.iter().any(|part| part.id == id));
        let meant = meant.as_mut().ok_or(Error::NoSession)?;
        let reaches = within.is_none() && self.platform.upstreams.authentik().is_some();
        let there = meant.iter().filter_map(|part| part.provider_session.clone().filter(|_| reaches));
        let there: BTreeSet<String> = there.collect();
        meant.retain(|part| within.is_none_or(|here| here.contains(&part.id.to_string())));
        let places = self.end_parts(&tx, meant).await?;
        let places = places.into_iter().chain(there.iter().map(|_| Place::SignIn)).collect();
        note.write(tx, places, Outcome::Ok).await?;
        // One that fails keeps none of the others.
        let mut done = Ok(());
        for session in &there {
            done = done.and(self.end_there(user, session, &note).await);
        }
        done
    }

    /// Ends sessions of the own pages; gives where they were.
    async fn end_parts(&self, tx: &Tx, parts: &[Session]) -> Result<Vec<Place>, Error> {
        for part in parts {
            sessions::end(tx, part.id, self.platform.clock.now()).await?;
        }
        Ok(parts.iter().map(place_of).collect())
    }

    /// Ends every sign-in of the caller, this one too, and unless they are to be kept the passwords of their mail
    /// programs.
    pub async fn end_own_sessions(
        &self,
        by: &Granted<EndOwnSessions>,
        app_passwords: Fate,
    ) -> Result<SignOut, Error> {
        let user = by.actor().person.id;
        let tx = self.platform.db.begin().await?;
        let ended = self.ask_sign_out(&tx, user).await?;
        let memberships = rows::of_user(&*tx, user).await?;
        self.app_passwords().ask_end(&tx, &with_mailbox(&memberships), app_passwords).await?;
        let target = by.actor().person.target();
        let after = json!({"sessions": ended, "appPasswords": app_passwords.as_str()});
        let entry = Entry::done(access::Action::SessionEndAll, target).after(after);
        audit::commit(tx, by.context(), Chain::Platform, entry).await?;
        self.app_passwords().end_now(&with_mailbox(&memberships), app_passwords).await?;
        self.sign_out_now(user).await
    }

    /// Looks for it among that person's own, so that nobody else's can be meant.
    async fn end_at_provider(&self, user: UserId, note: Note<'_>) -> Result<(), Error> {
        if self.platform.upstreams.authentik().is_none() || !note.id.starts_with("sso_") {
            return Err(Error::NoSession);
        }
        let silent = |_| Error::NotDone(NotDone::SignInSilent);
        let own = self.provider_sessions(user).await?.map_err(silent)?;
        let meant = own.into_iter().find(|session| public_id(&session.id) == note.id);
        let meant = meant.ok_or(Error::NoSession)?;
        // The record comes first: what follows may take effect and die before it could be written down.
        let tx = self.platform.db.begin().await?;
        let mut own = sessions::of_user(&*tx, user).await?;
        own.retain(|part| part.provider_session.as_deref() == Some(meant.id.as_str()));
        let mut places = self.end_parts(&tx, &own).await?;
        places.push(Place::SignIn);
        note.write(tx, places, Outcome::Ok).await?;
        self.end_there(user, &meant.id, &note).await
    }

    /// Ends a session at the identity provider; what was written of it already is corrected when that fails.
    async fn end_there(&self, user: UserId, id: &str, note: &Note<'_>) -> Result<(), Error> {
        let Some(authentik) = self.platform.upstreams.authentik() else { return Ok(()) };
        if let Err(error) = authentik.end_session(id).await {
            tracing::warn!(%user, %error, "a session was not ended");
            note.write(self.platform.db.begin().await?, vec![Place::SignIn], Outcome::Failed).await?;
            return Err(Error::NotDone(NotDone::SessionGoesOn));
        }
        Ok(())
    }
}

/// What the audit log is to say of a session that ends.
struct Note<'a> {
    context: &'a Context,
    chain: Chain,
    action: audit::Action,
    target: Target,
    id: &'a str,
}

impl Note<'_> {
    /// `places` is where its sessions were, each of them once.
    async fn write(&self, tx: Tx, places: Vec<Place>, outcome: Outcome) -> Result<(), Error> {
        let words: Vec<&str> = places.iter().map(|place| place.as_str()).collect();
        let after = json!({"session": self.id, "places": words, "sessions": places.len()});
        let entry = Entry::done(self.action, self.target.clone()).after(after).outcome(outcome);
        Ok(audit::commit(tx, self.context, self.chain, entry).await?)
    }
}

fn place_of(session: &Session) -> Place {
    match session.surface {
        Surface::Portal => Place::Portal,
        Surface::Operator => Place::Operator,
    }
}
