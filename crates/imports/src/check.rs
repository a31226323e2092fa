//! The dry run: what would become of each line, without changing anything.

use std::collections::HashSet;

use access::invitations;
use access::{Granted, ManageMembers, TenantRole, addressed};
use addresses::{Mailbox, own_domains};
use audit::{Chain, Entry, Target};
use db::Tx;
use kernel::{DomainName, EmailAddress};
use memberships::make::mailbox;
use memberships::{is_foreign, live_holder, may_touch, rows};
use people_file::{Line, Unreadable};
use serde_json::json;
use tenants::Seats;

use crate::error::Error;
use crate::file::Given;
use crate::lines::{Own, Reason, link_to};
use crate::model::Passwords;
use crate::recorded::Action;
use crate::service::Imports;
use crate::store;

/// A line and why nobody would be made of it; nothing for one that is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub line: Line,
    /// What is wrong.
    pub reasons: Vec<Reason>,
    /// Where a link may go that opens the account; none where only the account itself could read it.
    pub link_to: Option<EmailAddress>,
    /// Why its person is invited in place of being made.
    pub invited: Option<Reason>,
}

/// What an import would do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Each line.
    pub lines: Vec<Judged>,
    /// The seats as they are before it.
    pub seats: Seats,
    /// How many addresses outside the workspace were not looked up, since that may be done so often within an hour.
    pub unasked: usize,
}

impl Report {
    /// How many people would be made or invited.
    pub fn good(&self) -> usize {
        self.lines.iter().filter(|judged| judged.reasons.is_empty()).count()
    }

    /// How many of them would be invited.
    pub fn invited(&self) -> usize {
        self.lines.iter().filter(|judged| judged.reasons.is_empty() && judged.invited.is_some()).count()
    }
}

/// Who is there already.
struct Known {
    members: HashSet<String>,
    mailboxes: HashSet<String>,
    accounts: HashSet<String>,
    invited: HashSet<String>,
}

fn key(mailbox: &Mailbox) -> String {
    mailbox.address().unwrap_or_else(|| mailbox.local.as_str().to_owned())
}

impl Imports {
    /// Those addresses that may be looked up, and how many may not. Who has an account outside the workspace is told so
    /// many times within an hour; of the rest nobody says whether they have one, and the import itself finds out.
    async fn may_look_up(
        &self,
        tx: &Tx,
        by: &Granted<ManageMembers>,
        own: &[DomainName],
        addresses: Vec<EmailAddress>,
    ) -> Result<(Vec<EmailAddress>, usize), Error> {
        let is_own = |address: &EmailAddress| own.contains(address.domain());
        let (mut inside, mut outside): (Vec<_>, Vec<_>) = addresses.into_iter().partition(is_own);
        let may = self.memberships.look_up(tx, by, outside.len()).await?;
        let unasked = outside.len().saturating_sub(may);
        outside.truncate(may);
        inside.append(&mut outside);
        Ok((inside, unasked))
    }

    /// Judges each line as if the import ran now.
    pub async fn check(
        &self,
        by: &Granted<ManageMembers>,
        given: &Given,
        passwords: Passwords,
    ) -> Result<Result<Report, Unreadable>, Error> {
        let (lines, people) = match self.people_of(given).await? {
            Ok(people) => people,
            Err(why) => return Ok(Err(why)),
        };
        let may_make_owners = may_touch(by, TenantRole::Owner).is_ok();
        let tx = self.platform.db.begin().await?;
        let holder = live_holder(&tx, by).await?;
        let own = own_domains(&*tx, by.tenant()).await?;
        // As accounts are stored, whatever the file says. Lines that are wrong in any case ask for nothing.
        let readable = people.iter().filter(|one| one.faults.is_empty());
        let addresses: Vec<EmailAddress> =
            readable.filter_map(|one| one.new.as_ref()).map(|new| new.email.clone()).collect();
        let (asked, unasked) = self.may_look_up(&tx, by, &own, addresses).await?;
        let members = rows::of_tenant(&*tx, by.tenant()).await?;
        let room = self.memberships.room(None);
        let mut foreign = HashSet::new();
        let domains: HashSet<DomainName> = asked.iter().map(|email| email.domain().clone()).collect();
        for domain in domains {
            if is_foreign(&tx, by.tenant(), &holder, &room.platform, &domain).await? {
                foreign.insert(domain);
            }
        }
        let addresses: Vec<String> = asked.iter().map(ToString::to_string).collect();
        let elsewhere = invitations::waiting_elsewhere(&*tx, by.tenant(), &addresses, self.now()).await?;
        let invited = invitations::all_waiting(&*tx, by.tenant(), self.now()).await?;
        let taken =
            addresses::of_tenant(&*tx, by.tenant()).await?.into_iter().map(|it| it.address.to_string());
        let promised = members.iter().filter_map(|member| member.mailbox.as_ref().map(key));
        let mut known = Known {
            mailboxes: promised.chain(taken).collect(),
            members: members.into_iter().map(|member| member.email).collect(),
            accounts: addressed::held(&*tx, &addresses).await?.into_iter().chain(elsewhere).collect(),
            invited: invited.iter().map(|one| one.email.to_string()).collect(),
        };
        // Who asks is told who has an account anywhere, so it is known who asked.
        let target = Target::thing("tenant", &by.tenant(), &by.scope().slug);
        let mut found = json!({"lines": lines.len(), "accounts": known.accounts.len()});
        if !given.said.is_empty() {
            store::note_heads(&tx, by.tenant(), &given.said, self.now()).await?;
            found["columns"] = given.audited();
        }
        let entry = Entry::done(Action::ImportCheck, target).after(found);
        audit::commit(tx, by.context(), Chain::Tenant(by.tenant()), entry).await?;
        let seats = self.memberships.seats(by).await?;
        let mut free = if room.beyond_seats { i64::MAX } else { seats.all - seats.taken() };
        let judge = |(line, Own { new, faults: mut reasons }): (Line, Own)| {
            let (mut to, mut invited) = (None, None);
            if let (true, Some(new)) = (reasons.is_empty(), new) {
                match link_to(&line, &new, &own) {
                    Ok(address) => to = address,
                    Err(reason) => reasons.push(reason),
                }
                let box_of = mailbox(&new, &own, holder.primary_domain.as_ref()).ok();
                let email = new.email.to_string();
                let is_member = known.members.contains(&email);
                let has_account = (known.accounts.contains(&email) && !is_member).then_some("has-account");
                let is_foreign = foreign.contains(new.email.domain()).then_some("foreign-domain");
                let somebodys = has_account.or(is_foreign).map(Reason);
                let may_invite = passwords == Passwords::Invite && !own.contains(new.email.domain());
                let rules = [
                    (new.role == TenantRole::Owner && !may_make_owners, "owners-only"),
                    (is_member, "member-known"),
                    (known.invited.contains(&email), "already-invited"),
                    (box_of.is_none(), "bad-mailbox"),
                    (box_of.as_ref().is_some_and(|it| known.mailboxes.contains(&key(it))), "mailbox-taken"),
                ];
                reasons.extend(rules.into_iter().filter(|(broken, _)| *broken).map(|(_, code)| Reason(code)));
                if may_invite {
                    invited = somebodys;
                } else {
                    reasons.extend(somebodys);
                }
                if reasons.is_empty() && free <= 0 {
                    reasons.push(Reason("no-seat"));
                }
                if reasons.is_empty() {
                    free -= 1;
                    known.mailboxes.extend(box_of.as_ref().map(key));
                }
            }
            Judged { line, reasons, link_to: to, invited }
        };
        let lines = lines.into_iter().zip(people).map(judge).collect();
        Ok(Ok(Report { lines, seats, unasked }))
    }
}
