//! Trying a key by using it: a mail domain, a mailbox, an app password and a list, made and removed under names of their
//! own. Uses every permission of the table but `unlimitedRequests`.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use kernel::{DomainName, Timestamp, id};
use outbound::CallError;
use tokio::time::{Instant, sleep};

use crate::{
    Account, AccountChange, AccountKind, Created, Destroyed, Domain, DomainSettingsChange, ListChange,
    MailingList, NewAccount, NewAppPassword, NewDomain, NewList, Permissions, Stalwart, Updated,
};

/// The parts of a name before and after its random part: two runs at once don't meet, and nobody can register it.
const NAME: (&str, &str) = ("dezky-proof-", ".test");
/// Half as many letters as a random part has.
const RANDOM: usize = 8;
/// A domain of such a name without this description is somebody else's.
const MARK: &str = "Dezky: made to try its key, and removed at once";
/// A proof takes seconds. A domain that is this much older than that of this run was left by one that was killed.
const ABANDONED: Duration = Duration::from_hours(1);
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
    /// Removing what runs that were killed left.
    Leftovers,
}

impl Step {
    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Domain => "domain",
            Self::SigningKeys => "signing-keys",
            Self::Mailbox => "mailbox",
            Self::AppPassword => "app-password",
            Self::List => "list",
            Self::Removal => "removal",
            Self::Leftovers => "leftovers",
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

/// Uses a key for all that Dezky uses it for, on a mail domain of this run's own, and removes what it made, in any case.
/// What runs left that were killed an hour ago or earlier goes too; what other runs make meanwhile stays.
pub async fn prove(stalwart: &Stalwart) -> Result<(), Unproven> {
    let name = format!("{}{}{}", NAME.0, id::hex(&id::random::<RANDOM>()), NAME.1);
    let name = name.parse::<DomainName>();
    let name = name.map_err(|_| stalwart.refusal("the name to try the key with is not a domain name"));
    let mut proof = Proof { stalwart, name: name.map_err(Step::Domain.failed())?, began: None };
    let tried = proof.run().await;
    // The first thing that went wrong is what is told.
    let cleared = proof.clear().await;
    tried.and(cleared)
}

struct Proof<'a> {
    stalwart: &'a Stalwart,
    /// Of the domain of this run.
    name: DomainName,
    /// When the server made it: all ages are told by the server's clock.
    began: Option<Timestamp>,
}

impl Proof<'_> {
    async fn run(&mut self) -> Result<(), Unproven> {
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

    async fn domain(&mut self) -> Result<String, CallError> {
        let new = NewDomain { name: self.name.clone(), description: Some(MARK.to_owned()) };
        let id = match self.stalwart.create_domain(&new).await? {
            Created::New(id) => id,
            Created::Exists { object, id } => {
                return Err(self.stalwart.wrong(format!("{object} {id} has the name {}", self.name.ascii())));
            }
        };
        let change = DomainSettingsChange { plus_addresses: Some(false), ..DomainSettingsChange::default() };
        self.stalwart.update_domain_settings(&id, &change).await?;
        self.stalwart.zone_file(&id).await?;
        let made = self.stalwart.find_domain(&self.name).await?;
        let made = made.filter(|domain| domain.id == id);
        let made = made.ok_or_else(|| self.stalwart.wrong("the new domain isn't found by its name"))?;
        self.began = Some(made.created_at);
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
                return Err(self.is_taken(MAILBOX, &object, &id));
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

    fn is_taken(&self, local: &str, object: &str, id: &str) -> CallError {
        self.stalwart.wrong(format!("{object} {id} has the address {local}@{}", self.name.ascii()))
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
                return Err(self.is_taken(LIST, &object, &id));
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

    /// Removes the domain of this run, and then those that were left by others.
    async fn clear(&self) -> Result<(), Unproven> {
        let domains = self.stalwart.list_domains().await.map_err(Step::Removal.failed())?;
        let ours: Vec<&Domain> = domains.iter().filter(|domain| is_of_a_proof(domain)).collect();
        let (own, others): (Vec<&Domain>, Vec<&Domain>) =
            ours.into_iter().partition(|domain| domain.name == self.name.ascii());
        for domain in own {
            if !self.remove(domain).await.map_err(Step::Removal.failed())? {
                let why = format!("the domain {} is still used by something", domain.name);
                return Err(Step::Removal.failed()(self.stalwart.wrong(why)));
            }
        }
        let is_left =
            |domain: &&Domain| self.began.is_some_and(|began| domain.created_at.after(ABANDONED) <= began);
        for domain in others.into_iter().filter(is_left) {
            self.remove(domain).await.map_err(Step::Leftovers.failed())?;
        }
        Ok(())
    }

    /// Removes a domain with what a proof makes on it. False where something else is on it: then it stays, whole.
    async fn remove(&self, domain: &Domain) -> Result<bool, CallError> {
        if !self.empty(domain).await? {
            return Ok(false);
        }
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                sleep(POLL).await;
            }
            if self.stalwart.destroy_domain(&domain.id).await? == Destroyed::Done {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Removes the one list and the one mailbox that a proof makes; with anything else beside them nothing, and false. A
    /// mailbox is gone with its mail, so each row is looked at again: a server that answers more than it was asked for must
    /// not cost anybody theirs.
    async fn empty(&self, domain: &Domain) -> Result<bool, CallError> {
        let lists = self.stalwart.list_lists(Some(&domain.id)).await?;
        let accounts = self.stalwart.list_accounts(&domain.id).await?;
        let is_list = |list: &MailingList| list.domain_id == domain.id && list.name == LIST;
        let is_mailbox = |account: &Account| {
            let is_marked = account.description.as_deref() == Some(MARK);
            let is_user = account.kind == AccountKind::User;
            account.domain_id == domain.id && account.name == MAILBOX && is_user && is_marked
        };
        if lists.len() > 1
            || accounts.len() > 1
            || !lists.iter().all(is_list)
            || !accounts.iter().all(is_mailbox)
        {
            return Ok(false);
        }
        for list in &lists {
            self.stalwart.destroy_list(&list.id).await?;
        }
        for account in &accounts {
            self.stalwart.destroy_account(&account.id).await?;
        }
        Ok(true)
    }
}

/// Whether a proof made the domain: its name and its description both say so.
fn is_of_a_proof(domain: &Domain) -> bool {
    let random = domain.name.strip_prefix(NAME.0).and_then(|rest| rest.strip_suffix(NAME.1));
    let is_random = |part: &str| {
        part.len() == 2 * RANDOM
            && part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    random.is_some_and(is_random) && domain.description.as_deref() == Some(MARK)
}
