//! What the page shows, read side by side.

use std::time::Duration;

use access::{Granted, OwnAccount};
use app_passwords::AppPassword;
use kernel::SessionId;
use people::{Mine, Sessions};
use tenants::storage::{NotKnown, Used};
use tokio::time::timeout;
use web::Failure;

use crate::Home;

/// The longest that the page waits for the passwords of mail programs.
const PATIENCE: Duration = Duration::from_millis(800);

/// What a person has.
pub struct Shown {
    /// Mailboxes, an account for files, a second factor.
    pub mine: Mine,
    /// How full their own drive is; none before their first visit.
    pub files: Result<Option<Used>, NotKnown>,
    /// The passwords of their mail programs, if they are known.
    pub programs: Option<Vec<AppPassword>>,
    /// Where they are signed in.
    pub sessions: Sessions,
}

impl Home {
    /// What the caller has; `current` is the session that they act in.
    pub(crate) async fn shown(
        &self,
        by: &Granted<OwnAccount>,
        current: Option<SessionId>,
    ) -> Result<Shown, Failure> {
        let programs = async { timeout(PATIENCE, self.app_passwords.list(by)).await.ok()?.ok() };
        let (mine, sessions, files, programs) = tokio::join!(
            self.people.mine(by),
            self.people.own_sessions(by, current),
            self.usage_source.of_person(by.actor().person.id),
            programs
        );
        Ok(Shown { mine: mine?, sessions: sessions?, files, programs })
    }
}
