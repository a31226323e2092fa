//! Reminding whoever lacks a second factor.

use std::time::Duration;

use access::{Granted, ManageMembers};
use audit::{AuditFilter, Chain, Entry};
use kernel::{EmailAddress, UserId};
use mailer::{Fill, Template};
use memberships::{Error, NotDone, Status, live_holder, member_of, target};
use people::SECOND_FACTOR_PAGE as PAGE;
use secrecy::SecretString;

use crate::recorded::Action;
use crate::service::Members;

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
            return Err(Error::NotDone(NotDone::NoPortal));
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
        let to: EmailAddress = member.email.parse().map_err(|_| Error::NotDone(NotDone::NoMailTo))?;
        let day = clock.now().seconds() / 86_400;
        let link = SecretString::from(format!("{portal}{PAGE}"));
        let fills = [
            ("workspace", Fill::Data(&by.scope().name)),
            ("name", Fill::Data(&member.name)),
            ("link", Fill::Link(&link)),
        ];
        let mail = SECOND_FACTOR.mail(to.clone(), format!("{} {user} {day}", REMIND.as_str()), &fills);
        self.memberships.post(&tx, by.scope(), &to, &mail).await?;
        audit::commit(tx, by.context(), Chain::Tenant(by.tenant()), Entry::done(REMIND, target(&member)))
            .await?;
        Ok(true)
    }
}

/// All mails of the slice.
pub const MAILS: [&Template; 1] = [&SECOND_FACTOR];

const SECOND_FACTOR: Template =
    Template { name: "second factor", words: include_str!("../text/mails/second-factor.en.txt") };
