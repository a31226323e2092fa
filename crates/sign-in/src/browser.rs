//! Which session of the identity provider's own list a sign-in came of. Tokens name a browser's session by a hash that the
//! list doesn't have (authentik, section 5), so it is told by the sign-in itself: what the person used there while this
//! one sign-in went on. Where that could be more than one, nothing is noted.

use std::time::Duration;

use access::sessions;
use kernel::{SessionId, Timestamp};
use outbound::CallError;
use tokio::time::timeout;
use upstream_authentik::{Authentik, Session};

use crate::service::SignIn;

/// The longest that a sign-in waits for it.
const PATIENCE: Duration = Duration::from_millis(800);
/// How far the two clocks may be apart.
const SLACK: Duration = Duration::from_secs(2);

impl SignIn {
    /// Notes it for a session that has just begun. Without it the browser is listed twice, which is no reason to keep
    /// anybody out.
    pub(crate) async fn note_browser(&self, id: SessionId, sub: &str, began_at: Timestamp) {
        let Some(authentik) = &self.0.settings.directory else { return };
        let now = self.0.clock.now();
        let noted = match timeout(PATIENCE, of_person(authentik, sub)).await {
            Ok(Ok(all)) => match used_between(&all, began_at, now) {
                Some(one) => {
                    sessions::came_of(&self.0.db, id, &one.id).await.map_err(|error| error.to_string())
                }
                None => Ok(()),
            },
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("the list did not come in time".to_owned()),
        };
        if let Err(error) = noted {
            tracing::info!(%error, session = %id, "it is not known which browser session this came of");
        }
    }
}

async fn of_person(authentik: &Authentik, sub: &str) -> Result<Vec<Session>, CallError> {
    match authentik.user_of_uuid(sub).await? {
        Some(user) => authentik.sessions_of(user.id).await,
        None => Ok(Vec::new()),
    }
}

/// The one session that was used between two moments, and not another one since then. The one used last must be it: with
/// clocks that are far apart some other one might seem to fit.
fn used_between(all: &[Session], from: Timestamp, to: Timestamp) -> Option<&Session> {
    let used = |session: &Session| session.last_used.unwrap_or(Timestamp::from_seconds(0));
    let mut latest: Vec<&Session> = all.iter().collect();
    latest.sort_by_key(|session| std::cmp::Reverse(used(session)));
    let (first, rest) = latest.split_first()?;
    let is_within = used(first).after(SLACK) >= from && used(first) <= to.after(SLACK);
    let is_alone = rest.first().is_none_or(|next| used(next) < from);
    (is_within && is_alone).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(id: &str, used: i64) -> Session {
        Session {
            id: id.to_owned(),
            user: 1,
            last_ip: String::new(),
            browser: String::new(),
            system: String::new(),
            last_used: Some(Timestamp::from_seconds(used)),
            expires: None,
        }
    }

    #[test]
    fn a_browser_is_told_by_its_sign_in_and_not_guessed() {
        let told = |all: &[(&str, i64)]| {
            let all: Vec<Session> = all.iter().map(|(id, used)| session(id, *used)).collect();
            let found = used_between(&all, Timestamp::from_seconds(100), Timestamp::from_seconds(110));
            found.map(|session| session.id.clone())
        };
        assert_eq!(told(&[("old", 50), ("this", 105)]), Some("this".to_owned()));
        assert_eq!(told(&[]), None);
        assert_eq!(told(&[("one", 104), ("other", 105)]), None, "two browsers at once");
        assert_eq!(told(&[("other", 105), ("this", 170)]), None, "the provider's clock is ahead");
        assert_eq!(told(&[("this", 40), ("other", 20)]), None, "the provider's clock is behind");
    }
}
