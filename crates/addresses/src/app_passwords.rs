//! What becomes of the passwords of mail programs when somebody is signed out everywhere or gets a new password: a password
//! that was stolen may have made them, so they end unless somebody says otherwise. Asked for in the transaction of the
//! action, tried at once, and again by the clock until it is done.

use std::time::Duration;

use db::{Error, Tx};
use futures_util::{StreamExt as _, stream};
use kernel::MemberId;
use kernel::id::random;
use platform::Platform;

use crate::MAILBOX;
use crate::store::app_password_ends::{self, AppPasswordEnd};

/// The longest that one may take before another instance does it again.
const LEASE: Duration = Duration::from_mins(1);
/// Taken at a time, and of those, done side by side.
const TAKEN: u64 = 64;
const AT_A_TIME: usize = 8;
/// How much the clock of the mail server may differ. What was made later than that is somebody's new one.
const SKEW: Duration = Duration::from_mins(1);

/// Whether they end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fate {
    /// All of them.
    #[default]
    Ended,
    /// They go on opening the mailbox.
    Kept,
}

impl Fate {
    /// As it was chosen: unless told, they end.
    pub const fn chosen(keep: Option<bool>) -> Self {
        if matches!(keep, Some(true)) { Self::Kept } else { Self::Ended }
    }

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Kept => "kept",
        }
    }
}

/// The app passwords of all mailboxes. Clones share it.
#[derive(Debug, Clone)]
pub struct AppPasswords {
    platform: Platform,
}

impl AppPasswords {
    /// The service; without a client of the mail server there are none.
    pub fn new(platform: &Platform) -> Self {
        Self { platform: platform.clone() }
    }

    /// Asks for the end of those of these memberships' mailboxes.
    pub async fn ask_end(&self, tx: &Tx, mailboxes: &[MemberId], fate: Fate) -> Result<(), Error> {
        if fate == Fate::Kept || self.platform.upstreams.stalwart().is_none() {
            return Ok(());
        }
        let now = self.platform.clock.now();
        for member in mailboxes {
            // Whoever asked tries at once; the clock only when that came to nothing.
            app_password_ends::ask(tx, *member, now, now.after(LEASE)).await?;
        }
        Ok(())
    }

    /// Ends them now; false while some are left to the clock.
    pub async fn end_now(&self, mailboxes: &[MemberId], fate: Fate) -> Result<bool, Error> {
        if fate == Fate::Kept {
            return Ok(true);
        }
        let mut all = true;
        for member in mailboxes {
            if let Some(end) = app_password_ends::open(self.platform.db.read(), *member).await? {
                all &= self.end_of_one(&end).await?;
            }
        }
        Ok(all)
    }

    /// Ends those that are due by the clock.
    pub async fn end_due(&self) -> Result<(), Error> {
        let now = self.platform.clock.now();
        let tx = self.platform.db.begin().await?;
        let due = app_password_ends::claim(&tx, now, now.after(LEASE), TAKEN).await?;
        tx.commit_silently("the work is claimed").await?;
        let tried = due.into_iter().map(|end| async move { self.end_of_one(&end).await });
        for done in stream::iter(tried).buffer_unordered(AT_A_TIME).collect::<Vec<_>>().await {
            done?;
        }
        Ok(())
    }

    async fn end_of_one(&self, end: &AppPasswordEnd) -> Result<bool, Error> {
        let ended = self.end_at_mailbox(end).await?;
        let tx = self.platform.db.begin().await?;
        let is_done = match ended {
            Ok(()) => {
                app_password_ends::done(&tx, end).await?;
                true
            }
            Err(error) => {
                tracing::warn!(member = %end.member, %error, "app passwords were not ended; tried again");
                let failures = u32::try_from(end.attempts.saturating_add(1)).unwrap_or(u32::MAX);
                let wait = self.platform.pace.backoff.wait(failures, u32::from_be_bytes(random()));
                let next = self.platform.clock.now().after(wait);
                app_password_ends::failed(&tx, end, next, &error.to_string()).await?;
                false
            }
        };
        tx.commit_silently("how the end of app passwords went is noted").await?;
        Ok(is_done)
    }

    async fn end_at_mailbox(&self, end: &AppPasswordEnd) -> Result<Result<(), outbound::CallError>, Error> {
        let Some(stalwart) = self.platform.upstreams.stalwart() else { return Ok(Ok(())) };
        let owned = reconcile::of_owner(self.platform.db.read(), &end.member.to_string()).await?;
        let mailbox = owned.into_iter().find(|resource| resource.kind == MAILBOX);
        // Without a mailbox there is none.
        let Some(account) = mailbox.and_then(|mailbox| mailbox.upstream_id) else { return Ok(Ok(())) };
        let latest = end.since.after(SKEW);
        let ended = async {
            for one in stalwart.app_passwords(&account).await? {
                if end.attempts == 0 || one.created_at <= latest {
                    stalwart.destroy_app_password(&account, &one.id).await?;
                }
            }
            Ok(())
        };
        Ok(ended.await)
    }
}
