//! Ends sign-ins at the identity provider, and once that is done, here what came of them meanwhile. Asked for in the
//! transaction of the action, tried at once, and again by the clock until it is done: a crash or an outage loses none.

use std::sync::Arc;
use std::time::Duration;

use access::{account, people, sessions};
use async_trait::async_trait;
use db::Tx;
use futures_util::{StreamExt as _, stream};
use jobs::Run;
use kernel::id::random;
use kernel::{Timestamp, UserId};
use memberships::Error;

use crate::service::People;
use crate::store;

/// What ending a person's sign-ins came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignOut {
    /// All have ended.
    Done,
    /// The identity provider did not do it yet; it is tried again by itself.
    Pending(String),
}

/// The longest that one may take before another instance does it again.
const LEASE: Duration = Duration::from_mins(1);
/// Taken at a time, and of those, done side by side.
const TAKEN: u64 = 64;
const AT_A_TIME: usize = 8;

pub(crate) fn work(people: &People) -> Arc<dyn Run> {
    Arc::new(SignOuts(people.clone()))
}

struct SignOuts(People);

#[async_trait]
impl Run for SignOuts {
    async fn run(&self) -> Result<(), String> {
        let both = (self.0.sign_out_due().await, self.0.app_passwords().end_due().await);
        both.0.and(both.1.map_err(Error::from)).map_err(|error| error.to_string())
    }
}

impl People {
    /// Ends the person's sessions here, and asks for the end of those at the identity provider.
    pub async fn ask_sign_out(&self, tx: &Tx, user: UserId) -> Result<usize, Error> {
        let now = self.platform.clock.now();
        let ended = sessions::end_all(tx, user, now).await?;
        store::ask_sign_out(tx, user, now).await?;
        Ok(ended)
    }

    pub(crate) async fn sign_out_due(&self) -> Result<(), Error> {
        let now = self.platform.clock.now();
        let tx = self.platform.db.begin().await?;
        let due = store::claim_sign_outs(&tx, now, now.after(LEASE), TAKEN).await?;
        tx.commit_silently("the work is claimed").await?;
        let tried = due.into_iter().map(|(user, attempts, since)| self.sign_out(user, attempts, since));
        for done in stream::iter(tried).buffer_unordered(AT_A_TIME).collect::<Vec<_>>().await {
            done?;
        }
        Ok(())
    }

    /// Ends a person's sign-ins now. Asked for once more: the clock may be at it, or have been faster, and what came
    /// since must go as well.
    pub async fn sign_out_now(&self, user: UserId) -> Result<SignOut, Error> {
        let now = self.platform.clock.now();
        let tx = self.platform.db.begin().await?;
        sessions::end_all(&tx, user, now).await?;
        store::ask_sign_out(&tx, user, now).await?;
        store::put_off_sign_out(&tx, user, now.after(LEASE)).await?;
        tx.commit_silently("a sign-out is asked for; who asks records it").await?;
        self.sign_out(user, 0, now).await
    }

    /// True while the end of a person's sign-ins is asked for and not done.
    pub async fn is_signing_out(&self, user: UserId) -> Result<bool, Error> {
        Ok(self.open_sign_out(user).await?.is_some())
    }

    /// Since when a person's sign-ins are to be ended, and why that failed so far.
    pub async fn open_sign_out(&self, user: UserId) -> Result<Option<(Timestamp, Option<String>)>, Error> {
        Ok(store::open_sign_out(self.platform.db.read(), user).await?)
    }

    async fn sign_out(&self, user: UserId, attempts: i64, since: Timestamp) -> Result<SignOut, Error> {
        let ended = self.end_sign_ins(user).await?;
        let tx = self.platform.db.begin().await?;
        people::lock(&tx, user).await?;
        let outcome = match ended {
            Ok(ended) => {
                tracing::info!(%user, ?ended, "a person was signed out everywhere");
                // Whoever came in by a sign-in that has ended only now. Done twice at once, what is new since stays; and
                // where a workspace was closed, their own sessions were never to end.
                let account = account::by_id(&*tx, user).await?;
                let had_to_end = account.and_then(|it| it.valid_from).is_some_and(|from| from >= since);
                if store::sign_out_done(&tx, user, since).await? && had_to_end {
                    sessions::end_all(&tx, user, self.platform.clock.now()).await?;
                }
                SignOut::Done
            }
            Err(error) => {
                tracing::warn!(%user, %error, "a person was not signed out everywhere");
                let attempts = attempts.saturating_add(1);
                let failures = u32::try_from(attempts).unwrap_or(u32::MAX);
                let wait = self.platform.pace.backoff.wait(failures, u32::from_be_bytes(random()));
                let next = self.platform.clock.now().after(wait);
                store::sign_out_failed(&tx, user, attempts, next, &error.to_string()).await?;
                SignOut::Pending(error.to_string())
            }
        };
        tx.commit_silently("how a sign-out went is noted").await?;
        Ok(outcome)
    }
}
