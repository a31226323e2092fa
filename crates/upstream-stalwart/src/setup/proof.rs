//! Trying a key by using it: a mail domain, a mailbox, an app password and a list, made and removed under names of their
//! own. Uses every permission of the table but `unlimitedRequests`.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use kernel::{DomainName, id};
use outbound::CallError;
use tokio::time::{Instant, sleep};

use crate::{
    Account, AccountChange, AccountKind, Created, Destroyed, Domain, DomainSettingsChange, ListChange,
    MailingList, NewAccount, NewAppPassword, NewDomain, NewList, Permissions, Stalwart, Updated,
};

/// One name, so that what a killed run left is found by it. Nobody can register it.
const DOMAIN: &str = "dezky-proof.test";
/// A domain of that name without this description is somebody else's.
const MARK: &str = "Dezky: made to try its key, and removed at once";
const MAILBOX: &str = "mailbox";
const LIST: &str = "list";
/// How long both signing keys may take: about a second as a rule (section 6).
const KEYS: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(100);
/// A signing key that appears while its domain is being destroyed keeps it.
const ATTEMPTS: u8 = 5;

/// What was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Removing what an earlier run left.
    Leftovers,
    /// Reading what mailboxes may do, and the key itself.
    Reading,
    /// Adding and changing a mail domain.
    Domain,
    /// Waiting for the signing keys, which the server makes by itself.
    SigningKeys,
    /// Adding, finding, freezing and restoring a mailbox.
    Mailbox,
    /// Adding, listing and removing an app password.
    AppPassword,
    /// Adding, changing and removing a distribution list.
    List,
    /// Removing the mailbox and the mail domain.
    Removal,
}

impl Step {
    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Leftovers => "leftovers",
            Self::Reading => "reading",
            Self::Domain => "domain",
            Self::SigningKeys => "signing-keys",
            Self::Mailbox => "mailbox",
            Self::AppPassword => "app-password",
            Self::List => "list",
            Self::Removal => "removal",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the key can't do.
#[derive(Debug, Clone)]
pub struct Unproven {
    /// What was tried.
    pub step: Step,
    /// What the server said.
    pub why: CallError,
}

impl Step {
    /// Says of an error what was tried.
    fn failed(self) -> impl FnOnce(CallError) -> Unproven {
        move |why| Unproven { step: self, why }
    }
}

/// Uses a key for all that Dezky uses it for, and removes what it made, in any case. What an earlier run left goes first.
pub async fn prove(stalwart: &Stalwart) -> Result<(), Unproven> {
    let name = DOMAIN
        .parse::<DomainName>()
        .map_err(|_| stalwart.refusal("the name to try it with is no domain name"));
    let proof = Proof { stalwart, name: name.map_err(Step::Leftovers.failed())? };
    proof.clear().await.map_err(Step::Leftovers.failed())?;
    let tried = proof.run().await;
    // The first thing that went wrong is what is told.
    let cleared = proof.clear().await.map_err(Step::Removal.failed());
    tried.and(cleared)
}

struct Proof<'a> {
    stalwart: &'a Stalwart,
    name: DomainName,
}

impl Proof<'_> {
    async fn run(&self) -> Result<(), Unproven> {
        self.read().await.map_err(Step::Reading.failed())?;
        let domain = self.domain().await.map_err(Step::Domain.failed())?;
        self.signing_keys(&domain).await.map_err(Step::SigningKeys.failed())?;
        let mailbox = self.mailbox(&domain).await.map_err(Step::Mailbox.failed())?;
        self.app_password(&mailbox).await.map_err(Step::AppPassword.failed())?;
        self.list(&domain).await.map_err(Step::List.failed())?;
        let removed = self.stalwart.destroy_account(&mailbox).await;
        removed.map(drop).map_err(Step::Removal.failed())
    }

    async fn read(&self) -> Result<(), CallError> {
        self.stalwart.mailbox_permissions().await?;
        let holder = self.stalwart.key_holder().await?;
        self.stalwart.api_keys(&holder.account_id).await.map(drop)
    }

    async fn domain(&self) -> Result<String, CallError> {
        let new = NewDomain { name: self.name.clone(), description: Some(MARK.to_owned()) };
        let id = match self.stalwart.create_domain(&new).await? {
            Created::New(id) => id,
            Created::Exists { object, id } => {
                return Err(self.stalwart.wrong(format!("{object} {id} has the name {DOMAIN}")));
            }
        };
        let change = DomainSettingsChange { plus_addresses: Some(false), ..DomainSettingsChange::default() };
        self.stalwart.update_domain_settings(&id, &change).await?;
        self.stalwart.zone_file(&id).await?;
        Ok(id)
    }

    async fn signing_keys(&self, domain: &str) -> Result<(), CallError> {
        let started = Instant::now();
        loop {
            let keys = self.stalwart.dkim_keys(domain).await?.len();
            if keys >= 2 {
                return Ok(());
            }
            if started.elapsed() >= KEYS {
                return Err(self
                    .stalwart
                    .wrong(format!("{keys} of 2 signing keys after {} s", KEYS.as_secs())));
            }
            sleep(POLL).await;
        }
    }

    async fn mailbox(&self, domain: &str) -> Result<String, CallError> {
        let new = NewAccount {
            kind: AccountKind::User,
            name: MAILBOX.to_owned(),
            domain_id: domain.to_owned(),
            description: Some(MARK.to_owned()),
            aliases: Vec::new(),
            quota: None,
            password: Some(id::random_token().into()),
            permissions: Permissions::Inherit,
        };
        let id = match self.stalwart.create_account(&new).await? {
            Created::New(id) => id,
            Created::Exists { object, id } => {
                return Err(self.stalwart.wrong(format!("{object} {id} has the address {MAILBOX}@{DOMAIN}")));
            }
        };
        for permissions in [Permissions::frozen(), Permissions::Inherit] {
            let change = AccountChange { permissions: Some(permissions), ..AccountChange::default() };
            self.done(self.stalwart.update_account(&id, &change).await?)?;
        }
        match self.stalwart.find_account(MAILBOX, domain).await? {
            Some(found) if found.id == id && found.permissions == Permissions::Inherit => Ok(id),
            found => Err(self.stalwart.wrong(format!("what is found of the mailbox is {found:?}"))),
        }
    }

    fn done(&self, updated: Updated) -> Result<(), CallError> {
        match updated {
            Updated::Done => Ok(()),
            Updated::Taken(of) => {
                Err(self.stalwart.wrong(format!("{} {} has the address", of.object, of.id)))
            }
        }
    }

    async fn app_password(&self, mailbox: &str) -> Result<(), CallError> {
        let NewAppPassword::Made { id, .. } = self.stalwart.create_app_password(mailbox, MARK).await? else {
            return Err(self.stalwart.wrong("a new mailbox has too many app passwords"));
        };
        let listed = self.stalwart.app_passwords(mailbox).await?;
        if !listed.iter().any(|one| one.id == id) {
            return Err(self.stalwart.wrong("the new app password is not listed"));
        }
        self.stalwart.destroy_app_password(mailbox, &id).await
    }

    async fn list(&self, domain: &str) -> Result<(), CallError> {
        let new = NewList {
            name: LIST.to_owned(),
            domain_id: domain.to_owned(),
            description: None,
            aliases: Vec::new(),
            recipients: BTreeSet::new(),
        };
        let id = match self.stalwart.create_list(&new).await? {
            Created::New(id) => id,
            Created::Exists { object, id } => {
                return Err(self.stalwart.wrong(format!("{object} {id} has the address {LIST}@{DOMAIN}")));
            }
        };
        let change = ListChange { description: Some(Some(MARK.to_owned())), ..ListChange::default() };
        self.done(self.stalwart.update_list(&id, &change).await?)?;
        let lists = self.stalwart.list_lists(Some(domain)).await?;
        if !lists.iter().any(|list| list.id == id) {
            return Err(self.stalwart.wrong("the new list is not listed"));
        }
        self.stalwart.destroy_list(&id).await.map(drop)
    }

    /// Removes the domain with all that is on it, if it is one of ours.
    async fn clear(&self) -> Result<(), CallError> {
        let Some(domain) = self.stalwart.find_domain(&self.name).await? else {
            return Ok(());
        };
        if domain.description.as_deref() != Some(MARK) {
            return Err(self
                .stalwart
                .wrong(format!("the domain {DOMAIN} is there and not marked as made by Dezky")));
        }
        self.empty(&domain).await?;
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                sleep(POLL).await;
            }
            if self.stalwart.destroy_domain(&domain.id).await? == Destroyed::Done {
                return Ok(());
            }
        }
        Err(self.stalwart.wrong(format!("the domain {DOMAIN} is still used by something")))
    }

    /// Removes the one list and the one mailbox that are made here. A mailbox is gone with its mail, so each row is looked at
    /// again: a server that answers more than it was asked for must not cost anybody theirs.
    async fn empty(&self, domain: &Domain) -> Result<(), CallError> {
        let mut lists = self.stalwart.list_lists(Some(&domain.id)).await?;
        lists.retain(|list| list.domain_id == domain.id);
        let is_ours = |list: &MailingList| list.name == LIST;
        if let Some(list) = self.only(&lists, is_ours)? {
            self.stalwart.destroy_list(&list.id).await?;
        }
        let mut accounts = self.stalwart.list_accounts(&domain.id).await?;
        accounts.retain(|account| account.domain_id == domain.id);
        let is_ours = |account: &Account| {
            let is_marked = account.description.as_deref() == Some(MARK);
            account.name == MAILBOX && account.kind == AccountKind::User && is_marked
        };
        if let Some(account) = self.only(&accounts, is_ours)? {
            self.stalwart.destroy_account(&account.id).await?;
        }
        Ok(())
    }

    /// The one that is there, if any. Where there are more, or it isn't one of ours, nothing is touched.
    fn only<'r, T>(&self, rows: &'r [T], is_ours: impl Fn(&T) -> bool) -> Result<Option<&'r T>, CallError> {
        match rows {
            [] => Ok(None),
            [row] if is_ours(row) => Ok(Some(row)),
            _ => Err(self
                .stalwart
                .wrong(format!("the domain {DOMAIN} holds something that Dezky didn't make"))),
        }
    }
}
