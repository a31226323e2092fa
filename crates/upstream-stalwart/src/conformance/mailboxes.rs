//! Mailboxes, aliases, passwords, groups, lists and settings of one domain, step by step. No step tries a wrong
//! password: a server bans whoever does that too often (section 5).

use std::collections::BTreeSet;

use kernel::{DomainName, EmailAddress, id};
use outbound::CallError;
use secrecy::SecretString;

use super::{Told, same, wrong};
use crate::{
    Account, AccountChange, AccountKind, Alias, Created, Destroyed, DomainSettings, DomainSettingsChange,
    LinkedObject, ListChange, NewAccount, NewAppPassword, NewList, PasswordSet, Permissions, SignIn,
    Stalwart, Updated,
};

const QUOTA: u64 = 1 << 30;
const NAME: &str = "conformance";
const ALIAS: &str = "conformance-alias";

/// What is made on the domain of a run.
pub struct Mailboxes<'a> {
    stalwart: &'a Stalwart,
    domain_id: String,
    domain: &'a DomainName,
    account: Option<String>,
    password: SecretString,
}

impl<'a> Mailboxes<'a> {
    pub fn new(stalwart: &'a Stalwart, domain_id: &str, domain: &'a DomainName) -> Self {
        let domain_id = domain_id.to_owned();
        Self { stalwart, domain_id, domain, account: None, password: id::random_token().into() }
    }

    pub async fn run(&mut self, tell: &mut impl FnMut(&'static str, Told)) {
        tell("create a mailbox", self.create().await);
        tell("a domain in use stays, with its keys", self.domain_stays().await);
        tell("a taken address tells its owner", self.create_again().await);
        tell("find, list and read the mailbox", self.find().await);
        tell("change name, aliases and quota", self.change().await);
        tell("an alias is taken for lists too", self.alias_is_taken().await);
        tell("usage", self.usage().await);
        tell("sign in, by the alias too", self.sign_in().await);
        let changed = self.change_password().await;
        tell("a weak password is refused, a good one works", changed);
        tell("app password", self.app_password().await);
        tell("freeze and restore", self.freeze().await);
        tell("remove the password", self.remove_password().await);
        tell("a group with members stays", self.group().await);
        tell("mailing list", self.list().await);
        tell("catch-all and plus addresses", self.settings().await);
        tell("destroy the mailbox, twice", self.destroy().await);
    }

    fn id(&self) -> Result<&str, CallError> {
        self.account.as_deref().ok_or_else(|| wrong("there is no mailbox: it could not be made"))
    }

    fn address(&self, name: &str) -> String {
        format!("{name}@{}", self.domain)
    }

    fn new_account(&self, kind: AccountKind, name: &str) -> NewAccount {
        NewAccount {
            kind,
            name: name.to_owned(),
            domain_id: self.domain_id.clone(),
            description: Some("Of the conformance suite".to_owned()),
            aliases: Vec::new(),
            quota: None,
            password: None,
            permissions: Permissions::Inherit,
        }
    }

    async fn read(&self) -> Result<Account, CallError> {
        self.stalwart.account(self.id()?).await?.ok_or_else(|| wrong("the mailbox is not there by its id"))
    }

    async fn create(&mut self) -> Told {
        let account = self.new_account(AccountKind::User, "Conformance.First");
        let account = NewAccount { password: Some(self.password.clone()), ..account };
        match self.stalwart.create_account(&account).await? {
            Created::New(id) => {
                let said = format!("it is {id}");
                self.account = Some(id);
                Ok(said)
            }
            Created::Exists { object, id } => Err(wrong(format!("{object} {id} has the address"))),
        }
    }

    async fn domain_stays(&self) -> Told {
        let by = match self.stalwart.destroy_domain(&self.domain_id).await? {
            Destroyed::Linked(by) => by,
            Destroyed::Done => return Err(wrong("the domain of a mailbox was destroyed")),
        };
        let mailbox = LinkedObject { object: "Account".to_owned(), id: self.id()?.to_owned() };
        let owners = self.stalwart.owners(&by).await?;
        let owner = owners.into_iter().find(|owner| owner.of == mailbox);
        let owner = owner.ok_or_else(|| wrong(format!("the mailbox is not among {by:?}")))?;
        same("who uses it", owner.address, Some(self.address("conformance.first")))?;
        same("how many keys are left", self.stalwart.dkim_keys(&self.domain_id).await?.len(), 2)
    }

    async fn create_again(&self) -> Told {
        let again = self.new_account(AccountKind::User, "conformance.FIRST");
        match self.stalwart.create_account(&again).await? {
            Created::Exists { object, id } if id == self.id()? => {
                let owner = self.stalwart.whose(&object, &id).await?;
                same("the owner", owner.address, Some(self.address("conformance.first")))
            }
            other => Err(wrong(format!("the second creation ended as {other:?}"))),
        }
    }

    async fn find(&self) -> Told {
        let account = self.read().await?;
        same("the kind", account.kind, AccountKind::User)?;
        same("the address", account.address.as_str(), self.address("conformance.first").as_str())?;
        same("the password", account.has_password, true)?;
        same("the permissions", &account.permissions, &Permissions::Inherit)?;
        let found = self.stalwart.find_account("conformance.first", &self.domain_id).await?;
        same("what is found by name", found.as_ref(), Some(&account))?;
        same("the list", self.stalwart.list_accounts(&self.domain_id).await?, vec![account])
    }

    fn alias(&self) -> Alias {
        Alias { name: ALIAS.to_owned(), domain_id: self.domain_id.clone(), enabled: true, description: None }
    }

    async fn change(&self) -> Told {
        let old = Alias { name: "conformance.first".to_owned(), enabled: false, ..self.alias() };
        let aliases = vec![self.alias(), old];
        let change = AccountChange {
            name: Some(NAME.to_owned()),
            description: Some(None),
            aliases: Some(aliases.clone()),
            quota: Some(Some(QUOTA)),
            ..AccountChange::default()
        };
        // Twice, because a lost answer makes it so.
        for _ in 0..2 {
            same("the change", self.stalwart.update_account(self.id()?, &change).await?, Updated::Done)?;
        }
        let account = self.read().await?;
        same("the address", account.address, self.address(NAME))?;
        same("the description", account.description, None)?;
        same("the aliases", account.aliases, aliases)?;
        same("the quota", account.quota, Some(QUOTA))
    }

    async fn alias_is_taken(&self) -> Told {
        let list = NewList {
            name: ALIAS.to_owned(),
            domain_id: self.domain_id.clone(),
            description: None,
            aliases: Vec::new(),
            recipients: BTreeSet::new(),
        };
        match self.stalwart.create_list(&list).await? {
            Created::Exists { object, id } if object == "Account" && id == self.id()? => {
                Ok(format!("{object} {id}"))
            }
            other => Err(wrong(format!("a list with the alias's address ended as {other:?}"))),
        }
    }

    async fn usage(&self) -> Told {
        let usage = self.stalwart.usage(&self.domain_id).await?;
        let own = usage.into_iter().find(|usage| Some(usage.id.as_str()) == self.account.as_deref());
        let own = own.ok_or_else(|| wrong("the mailbox is not listed"))?;
        same("the quota", own.quota, Some(QUOTA))?;
        Ok(format!("{} bytes", own.used))
    }

    async fn opens(&self, name: &str, password: &SecretString, should: SignIn) -> Told {
        let is = self.stalwart.verify_login(&self.address(name), password).await?;
        same("the sign-in", is, should)
    }

    async fn sign_in(&self) -> Told {
        self.opens(NAME, &self.password, SignIn::Accepted).await?;
        self.opens(ALIAS, &self.password, SignIn::Accepted).await
    }

    async fn change_password(&mut self) -> Told {
        let weak = self.stalwart.set_password(self.id()?, &"password1".into()).await?;
        let PasswordSet::Refused(why) = weak else {
            return Err(wrong("a weak password was taken"));
        };
        self.password = id::random_token().into();
        let set = self.stalwart.set_password(self.id()?, &self.password).await?;
        same("the change", set, PasswordSet::Done)?;
        self.opens(NAME, &self.password, SignIn::Accepted).await?;
        Ok(why)
    }

    async fn app_password(&self) -> Told {
        let own = self.id()?;
        let (id, secret) = match self.stalwart.create_app_password(own, "Conformance").await? {
            NewAppPassword::Made { id, secret } => (id, secret),
            NewAppPassword::TooMany => return Err(wrong("there are too many in a new mailbox")),
        };
        let listed = self.stalwart.app_passwords(own).await?;
        let listed: Vec<(&str, &str)> =
            listed.iter().map(|one| (one.id.as_str(), one.description.as_str())).collect();
        same("the list", listed, vec![(id.as_str(), "Conformance")])?;
        self.opens(NAME, &secret, SignIn::Accepted).await?;
        // A change of the main password leaves it alone.
        let set = self.stalwart.set_password(own, &self.password).await?;
        same("the same password again", set, PasswordSet::Done)?;
        self.opens(NAME, &secret, SignIn::Accepted).await?;
        for _ in 0..2 {
            self.stalwart.destroy_app_password(own, &id).await?;
        }
        same("the list afterwards", self.stalwart.app_passwords(own).await?, Vec::new())
    }

    async fn freeze(&self) -> Told {
        for (permissions, sign_in) in
            [(Permissions::frozen(), SignIn::Frozen), (Permissions::Inherit, SignIn::Accepted)]
        {
            let change = AccountChange { permissions: Some(permissions.clone()), ..AccountChange::default() };
            same("the change", self.stalwart.update_account(self.id()?, &change).await?, Updated::Done)?;
            same("the permissions", self.read().await?.permissions, permissions)?;
            self.opens(NAME, &self.password, sign_in).await?;
        }
        Ok(String::new())
    }

    async fn remove_password(&self) -> Told {
        for _ in 0..2 {
            self.stalwart.remove_password(self.id()?).await?;
        }
        same("the password", self.read().await?.has_password, false)?;
        let set = self.stalwart.set_password(self.id()?, &self.password).await?;
        same("a new one", set, PasswordSet::Done)?;
        self.opens(NAME, &self.password, SignIn::Accepted).await
    }

    async fn group(&self) -> Told {
        let own = self.id()?;
        let new = self.new_account(AccountKind::Group, "conformance-group");
        let Created::New(group) = self.stalwart.create_account(&new).await? else {
            return Err(wrong("the group's address is taken"));
        };
        let join =
            |groups: BTreeSet<String>| AccountChange { groups: Some(groups), ..AccountChange::default() };
        let joined = self.stalwart.update_account(own, &join(BTreeSet::from([group.clone()]))).await?;
        same("joining", joined, Updated::Done)?;
        let member = LinkedObject { object: "Account".to_owned(), id: own.to_owned() };
        let kept = self.stalwart.destroy_account(&group).await?;
        same("a group with a member", kept, Destroyed::Linked(vec![member]))?;
        same("leaving", self.stalwart.update_account(own, &join(BTreeSet::new())).await?, Updated::Done)?;
        same("the empty group", self.stalwart.destroy_account(&group).await?, Destroyed::Done)
    }

    async fn list(&self) -> Told {
        let addresses = |names: &[&str]| -> Result<BTreeSet<EmailAddress>, CallError> {
            let parsed = names.iter().map(|name| self.address(name).parse::<EmailAddress>());
            parsed.collect::<Result<_, _>>().map_err(|_| wrong("that is no address"))
        };
        let new = NewList {
            name: "conformance-list".to_owned(),
            domain_id: self.domain_id.clone(),
            description: None,
            aliases: Vec::new(),
            recipients: addresses(&[NAME])?,
        };
        let Created::New(id) = self.stalwart.create_list(&new).await? else {
            return Err(wrong("the list's address is taken"));
        };
        let wanted = addresses(&["someone", "else"])?;
        let alias = Alias { name: "conformance-news".to_owned(), ..self.alias() };
        let change = ListChange {
            recipients: Some(wanted.clone()),
            aliases: Some(vec![alias.clone()]),
            ..ListChange::default()
        };
        same("the change", self.stalwart.update_list(&id, &change).await?, Updated::Done)?;
        let taken = ListChange { name: Some(NAME.to_owned()), ..ListChange::default() };
        let owner = LinkedObject { object: "Account".to_owned(), id: self.id()?.to_owned() };
        same("a taken name", self.stalwart.update_list(&id, &taken).await?, Updated::Taken(owner))?;
        let lists = self.stalwart.list_lists(Some(&self.domain_id)).await?;
        same("the list of lists", &lists, &self.stalwart.lists(&[&id]).await?)?;
        let list = lists.into_iter().next().ok_or_else(|| wrong("it is not listed"))?;
        same("the recipients", list.recipients, wanted.iter().map(ToString::to_string).collect())?;
        same("the aliases", list.aliases, vec![alias])?;
        for _ in 0..2 {
            same("destroying it", self.stalwart.destroy_list(&id).await?, Destroyed::Done)?;
        }
        same("the list afterwards", self.stalwart.list(&id).await?, None)
    }

    async fn settings(&self) -> Told {
        let address = self.address(NAME);
        let parsed: EmailAddress = address.parse().map_err(|_| wrong("that is no address"))?;
        for (catch_all, plus) in [(Some(parsed), false), (None, true)] {
            let change =
                DomainSettingsChange { catch_all: Some(catch_all.clone()), plus_addresses: Some(plus) };
            self.stalwart.update_domain_settings(&self.domain_id, &change).await?;
            let read = self.stalwart.domain_settings(&self.domain_id).await?;
            let catch_all = catch_all.map(|address| address.to_string());
            same("the settings", read, Some(DomainSettings { catch_all, plus_addresses: Some(plus) }))?;
        }
        Ok(String::new())
    }

    async fn destroy(&self) -> Told {
        for _ in 0..2 {
            same("destroying it", self.stalwart.destroy_account(self.id()?).await?, Destroyed::Done)?;
        }
        same("the mailbox afterwards", self.stalwart.account(self.id()?).await?, None)
    }

    /// Looks for what is on the domain, because a failed creation may have happened all the same. Groups last.
    pub async fn clean_up(&self) -> Told {
        let lists = self.stalwart.list_lists(Some(&self.domain_id)).await?;
        let mut accounts = self.stalwart.list_accounts(&self.domain_id).await?;
        let left = lists.len() + accounts.len();
        for list in lists {
            self.stalwart.destroy_list(&list.id).await?;
        }
        accounts.sort_by_key(|account| account.kind == AccountKind::Group);
        for account in accounts {
            self.stalwart.destroy_account(&account.id).await?;
        }
        Ok(if left == 0 { "nothing to do".to_owned() } else { format!("{left} objects") })
    }
}
