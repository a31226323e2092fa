//! Second factors: how many have one, reminding whoever lacks one, and a person's own. They are enrolled at the identity
//! provider and nowhere else; here it is only told.

use std::collections::BTreeSet;
use std::time::Duration;

use access::{Granted, ManageMembers, OwnAccount};
use audit::{AuditFilter, Chain, Entry};
use kernel::{EmailAddress, UserId};
use mailer::Fill;
use secrecy::SecretString;
use tokio::time::timeout_at;

use crate::actions::{live_holder, member_of, target};
use crate::error::Error;
use crate::live::{Known, Why, patience};
use crate::mails::SECOND_FACTOR;
use crate::model::Status;
use crate::recorded::Action;
use crate::service::Members;

/// Where a person is told of their second factor.
pub const PAGE: &str = "/account/second-factor";
const REMIND: Action = Action::MemberRemindMfa;
/// Nobody is reminded twice within that time, by whomever.
const PAUSE: Duration = Duration::from_hours(24);

impl Members {
    /// Mails somebody without a second factor where to set one up; false where there is nothing to remind of. Of whom it
    /// is not known is not reminded.
    pub async fn remind_of_second_factor(
        &self,
        by: &Granted<ManageMembers>,
        user: UserId,
    ) -> Result<bool, Error> {
        let details = self.details(by, user).await?;
        match details.live.second_factor {
            Ok(false) if details.member.status() == Status::Active => {}
            Ok(_) => return Ok(false),
            Err(_) => return Err(Error::FactorUnknown),
        }
        let Some(portal) = &self.platform.deployment.portal else {
            return Err(Error::NotDone("the portal has no address, so there is no link to send".to_owned()));
        };
        let clock = &self.platform.clock;
        let tx = self.platform.db.begin().await?;
        live_holder(&tx, by).await?;
        let member = member_of(&tx, by, user).await?;
        let filter = AuditFilter {
            q: Some(user.to_string()),
            action: Some(REMIND.as_str().to_owned()),
            since: Some(clock.now().before(PAUSE)),
            ..AuditFilter::default()
        };
        // In every workspace: the person is the same.
        if !audit::page(&*tx, None, &filter, None, 1).await?.items.is_empty() {
            return Err(Error::RemindedLately);
        }
        let to: EmailAddress = member
            .email
            .parse()
            .map_err(|_| Error::NotDone("no mail can be sent to this person's address".to_owned()))?;
        let day = clock.now().seconds() / 86_400;
        let link = SecretString::from(format!("{portal}{PAGE}"));
        let fills = [
            ("workspace", Fill::Data(&by.scope().name)),
            ("name", Fill::Data(&member.name)),
            ("link", Fill::Link(&link)),
        ];
        let mail = SECOND_FACTOR.mail(to.clone(), format!("{} {user} {day}", REMIND.as_str()), &fills);
        self.post(&tx, by.scope(), &to, &mail).await?;
        audit::commit(tx, by.context(), Chain::Tenant(by.tenant()), Entry::done(REMIND, target(&member)))
            .await?;
        Ok(true)
    }

    /// Whether the caller has a second factor.
    pub async fn own_second_factor(&self, by: &Granted<OwnAccount>) -> Known<bool> {
        let Some(account) = by.actor().person.sub.as_ref().map(|sub| sub.to_lowercase()) else {
            return Err(Why::NoAccount);
        };
        let reading = self.live.factors.of(None, BTreeSet::from([account.clone()]));
        let known = timeout_at(patience(), reading).await.unwrap_or(Err(Why::Slow))?;
        known.get(&account).copied().unwrap_or(Err(Why::Slow))
    }
}
