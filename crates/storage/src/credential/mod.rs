//! Where the one refresh token of the file service's own user is kept: sealed, in the database, for all instances. One
//! instance has it out at a time; what is out and does not come back in time counts as used up. Then the user is signed
//! in anew with its password, where that is configured; else somebody must.

mod store;
mod tables;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use db::Db;
use db::seal::Keys;
use kernel::{Clock, id};
use outbound::Client;
use secrecy::SecretString;
use upstream_ocis::{Access, Login, StoreFailed, Taken, TokenStore, sign_in};

use store::{Claim, Row};

/// The sealed tokens.
pub const SEALED: [db::sealed::Column; 2] = [*store::REFRESH, *store::ACCESS];

/// How often somebody who waits looks whether the token is back.
const LOOK: Duration = Duration::from_millis(100);
/// How long nobody signs in after the provider refused the password.
const REST: Duration = Duration::from_mins(1);
/// A sign-in is three calls, a refresh is one.
const CALLS_OF_A_SIGN_IN: u32 = 3;

/// How the user is signed in when there is no token.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The server whose own provider is used.
    pub server: Client,
    /// Who signs in.
    pub login: Login,
}

/// The one refresh token.
pub struct TokenKeeper {
    db: Db,
    clock: Clock,
    keys: Keys,
    /// How long one use of the token may take.
    lease: Duration,
    sign_in: Option<SignIn>,
    /// What stands in the row while this instance has the token out.
    ticket: Mutex<Option<String>>,
}

impl TokenKeeper {
    /// A keeper; `lease` is longer than a call to the provider may take.
    pub fn new(db: Db, clock: Clock, keys: Keys, lease: Duration, sign_in: Option<SignIn>) -> Self {
        Self { db, clock, keys, lease, sign_in, ticket: Mutex::default() }
    }

    /// True when there is a token, here or with an instance that uses it now.
    pub async fn has_token(&self) -> Result<bool, db::Error> {
        Ok(store::read(&self.db).await?.is_some_and(|row| row.refresh.is_some()))
    }

    fn ticket(&self) -> Option<String> {
        self.ticket.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_ticket(&self, ticket: Option<String>) {
        *self.ticket.lock().unwrap_or_else(PoisonError::into_inner) = ticket;
    }

    /// Claims what is there; none while another has it.
    async fn claim(&self) -> Result<Option<Claim>, db::Error> {
        let now = self.clock.now();
        let ticket = id::random_token();
        let tx = self.db.begin().await?;
        let row = store::lock(&tx, now).await?;
        let claim = store::claim(&row, now, self.sign_in.is_some());
        let row = match &claim {
            None => return Ok(None),
            Some(Claim::Token(_)) => {
                let until = now.after(self.lease);
                Row { ticket: Some(ticket.clone()), out_until: Some(until.micros()), ..row }
            }
            Some(Claim::Nothing { lost, may_sign_in: true }) => {
                let until = now.after(self.lease * CALLS_OF_A_SIGN_IN);
                let lost = lost.then(|| store::CUT_OFF.to_owned());
                Row {
                    refresh: None,
                    ticket: Some(ticket.clone()),
                    out_until: Some(until.micros()),
                    lost,
                    ..row
                }
            }
            Some(Claim::Nothing { lost, .. }) => {
                let lost = lost.then(|| store::CUT_OFF.to_owned());
                Row { refresh: None, ticket: None, lost, ..row }
            }
        };
        let is_out = row.ticket.is_some();
        store::write(&tx, row, now).await?;
        tx.commit_silently("the file service's token is kept").await?;
        self.set_ticket(is_out.then_some(ticket));
        Ok(claim)
    }

    /// Ends this instance's claim, if it still has it.
    async fn release(&self, change: impl FnOnce(Row) -> Row) -> Result<(), db::Error> {
        let Some(ticket) = self.ticket() else { return Ok(()) };
        let now = self.clock.now();
        let tx = self.db.begin().await?;
        let row = store::lock(&tx, now).await?;
        if row.ticket.as_ref() == Some(&ticket) {
            let row = change(Row { ticket: None, out_until: None, ..row });
            store::write(&tx, row, now).await?;
            tx.commit_silently("the file service's token is kept").await?;
        }
        self.set_ticket(None);
        Ok(())
    }

    /// Signs the user in with its password. What the provider said is for the log; the caller learns that there is no
    /// token.
    async fn sign_in(&self, with: &SignIn, lost: bool) -> Result<Option<Taken>, StoreFailed> {
        let Err(error) = sign_in(&with.server, &with.login, self).await else {
            tracing::info!("the file service's own user was signed in anew");
            return Ok(None);
        };
        tracing::error!(%error, "the file service's own user could not be signed in");
        let is_refused = !error.is_transient();
        let until = self.clock.now().after(REST).micros();
        let rest = |row| Row { out_until: is_refused.then_some(until), ..row };
        self.release(rest).await.map_err(|error| failed(&error))?;
        Ok(Some(if lost { Taken::Lost } else { Taken::Nothing }))
    }

    /// A row with this token in it and nobody who has it out.
    fn with(&self, row: Row, next: &SecretString) -> Result<Row, StoreFailed> {
        let refresh = Some(store::seal(&self.keys, store::REFRESH, next).map_err(|error| sealed(&error))?);
        Ok(Row { refresh, ticket: None, out_until: None, lost: None, ..row })
    }

    /// A row with this access token in it.
    fn sharing(&self, row: Row, access: &Access) -> Result<Row, StoreFailed> {
        let token = store::seal(&self.keys, store::ACCESS, &access.token).map_err(|error| sealed(&error))?;
        Ok(Row { access: Some(token), access_until: Some(access.until.micros()), ..row })
    }
}

fn failed(error: &db::Error) -> StoreFailed {
    StoreFailed(error.to_string())
}

fn sealed(error: &db::seal::Error) -> StoreFailed {
    StoreFailed(error.to_string())
}

#[async_trait]
impl TokenStore for TokenKeeper {
    async fn take(&self) -> Result<Taken, StoreFailed> {
        loop {
            match self.claim().await.map_err(|error| failed(&error))? {
                None => tokio::time::sleep(LOOK).await,
                Some(Claim::Token(token)) => {
                    let opened = store::open(&self.keys, store::REFRESH, &token);
                    if opened.is_err() {
                        self.put_back().await?;
                    }
                    return opened.map(Taken::Token).map_err(|error| sealed(&error));
                }
                Some(Claim::Nothing { lost, may_sign_in }) => match &self.sign_in {
                    Some(with) if may_sign_in => {
                        if let Some(taken) = self.sign_in(with, lost).await? {
                            return Ok(taken);
                        }
                    }
                    _ => return Ok(if lost { Taken::Lost } else { Taken::Nothing }),
                },
            }
        }
    }

    async fn put(&self, next: SecretString, access: Option<&Access>) -> Result<(), StoreFailed> {
        let own = self.ticket();
        let now = self.clock.now();
        let tx = self.db.begin().await.map_err(|error| failed(&error))?;
        let row = store::lock(&tx, now).await.map_err(|error| failed(&error))?;
        // Somebody gave up waiting for this one and has another chain since: that one stays.
        let is_overtaken =
            own.is_some() && row.ticket != own && (row.refresh.is_some() || row.ticket.is_some());
        if !is_overtaken {
            let row = self.with(row, &next)?;
            let row = match access {
                Some(access) => self.sharing(row, access)?,
                None => row,
            };
            store::write(&tx, row, now).await.map_err(|error| failed(&error))?;
            tx.commit_silently("the file service's token is kept").await.map_err(|error| failed(&error))?;
        }
        self.set_ticket(None);
        Ok(())
    }

    async fn put_back(&self) -> Result<(), StoreFailed> {
        self.release(|row| row).await.map_err(|error| failed(&error))
    }

    async fn forget(&self) -> Result<(), StoreFailed> {
        let forget = |row| Row { refresh: None, access: None, access_until: None, ..row };
        self.release(forget).await.map_err(|error| failed(&error))
    }

    async fn shared(&self) -> Result<Option<Access>, StoreFailed> {
        let Some(row) = store::read(&self.db).await.map_err(|error| failed(&error))? else { return Ok(None) };
        let (Some(access), Some(until)) = (row.access, row.access_until) else { return Ok(None) };
        // One that can't be opened is no loss.
        let token = store::open(&self.keys, store::ACCESS, &access).ok();
        Ok(token.map(|token| Access { token, until: kernel::Timestamp::from_micros(until) }))
    }

    async fn share(&self, access: &Access) -> Result<(), StoreFailed> {
        let now = self.clock.now();
        let tx = self.db.begin().await.map_err(|error| failed(&error))?;
        let row = store::lock(&tx, now).await.map_err(|error| failed(&error))?;
        let row = self.sharing(row, access)?;
        store::write(&tx, row, now).await.map_err(|error| failed(&error))?;
        tx.commit_silently("the file service's token is kept").await.map_err(|error| failed(&error))
    }
}
