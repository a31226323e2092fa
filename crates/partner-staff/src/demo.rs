//! Demo data for the sandbox, made by the same rules as real data, and only what is not there yet.

use access::{PartnerRole, people, roles};
use audit::{Chain, Context, Entry};
use kernel::UserId;
use partners::{apply, rows};
use serde_json::json;

use crate::actions::target_of_staff;
use crate::error::Error;
use crate::recorded::Action;
use crate::service::PartnerStaff;

impl PartnerStaff {
    /// Gives somebody of the sandbox their roles, as words `partner:<slug>:<role>`; other words are passed over.
    pub async fn fill_demo(&self, user: UserId, words: &[String]) -> Result<(), Error> {
        let clock = &self.platform.clock;
        for word in words {
            let parts: Vec<&str> = word.split(':').collect();
            let ["partner", slug, role] = parts.as_slice() else { continue };
            let (found, role) =
                (rows::by_slug(self.platform.db.read(), slug).await?, PartnerRole::parse(role));
            let (Some(found), Some(role)) = (found, role) else { continue };
            let tx = self.platform.db.begin().await?;
            let Some(partner) = rows::lock(&tx, found.id).await? else { continue };
            let person = people::by_ids(&*tx, &[user]).await?.pop();
            let is_known = roles::of_partner(&*tx, partner.id).await?.contains(&(user, role));
            let Some(person) = person.filter(|_| !is_known) else { continue };
            roles::set_partner_role(&tx, clock, partner.id, user, role).await?;
            apply::join(&tx, clock, &partner, user).await?;
            let told = json!({"role": role.as_str(), "reach": "all"});
            let entry = Entry::done(Action::StaffAdd, target_of_staff(&partner, &person)).after(told);
            audit::commit(tx, &Context::system("demo", clock), Chain::Platform, entry).await?;
        }
        Ok(())
    }
}
