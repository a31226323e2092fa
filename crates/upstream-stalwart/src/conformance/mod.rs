//! What Dezky needs of a Stalwart server, step by step, over the client alone: the same suite runs against the
//! simulator and against a real server (`docs/conformance.md`). Leaves nothing behind.

mod mailboxes;

use std::time::Duration;

use kernel::{DomainName, id};
use outbound::{CallError, Cause};
use tokio::time::Instant;

use self::mailboxes::Mailboxes;
use crate::{Created, Destroyed, DkimKey, DomainChange, NewDomain, Stalwart};

/// What a step saw, or why it failed.
pub type Told = Result<String, CallError>;

/// How long both signing keys may take.
const KEYS: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(250);

/// The life of a domain. `tell` hears of each step when it is done.
pub async fn domains(stalwart: &Stalwart, tell: &mut impl FnMut(&'static str, Told)) {
    tell("probe", probe(stalwart).await);
    let mut run = match Run::new(stalwart) {
        Ok(run) => run,
        Err(error) => return tell("choose a name", Err(error)),
    };
    tell("find nothing yet", run.finds_nothing().await);
    tell("create a domain", run.create().await);
    tell("a taken name tells its owner", run.create_again().await);
    tell("find by name", run.find().await);
    tell("get by id", run.get().await);
    tell("change the description", run.describe(Some("Changed by the conformance suite")).await);
    tell("remove the description", run.describe(None).await);
    tell("list all domains", run.list().await);
    tell("two signing keys appear", run.keys_appear().await);
    tell("zone file", run.zone().await);
    tell("destroy with its keys", run.destroy().await);
    tell("destroy again", run.destroy().await);
    tell("nothing is left", run.is_gone().await);
    tell("clean up", run.clean_up().await);
}

/// The life of mailboxes, groups and lists, and of a domain that they are on. For keys that may make and destroy
/// accounts and lists.
pub async fn linked(stalwart: &Stalwart, tell: &mut impl FnMut(&'static str, Told)) {
    let mut run = match Run::new(stalwart) {
        Ok(run) => run,
        Err(error) => return tell("choose a name", Err(error)),
    };
    let made = run.create().await;
    tell("create a domain for a mailbox", made);
    tell("two signing keys appear", run.keys_appear().await);
    if let Some(id) = run.id.clone() {
        let mut mailboxes = Mailboxes::new(stalwart, &id, &run.name);
        mailboxes.run(tell).await;
        tell("destroy what is left on the domain", mailboxes.clean_up().await);
    }
    tell("destroy with its keys", run.destroy().await);
    tell("clean up", run.clean_up().await);
}

async fn probe(stalwart: &Stalwart) -> Told {
    let account = stalwart.probe().await?;
    let missing: Vec<&str> = account.missing_rights();
    if missing.is_empty() {
        return Ok(format!("edition {}, {} permissions", account.edition, account.permissions.len()));
    }
    Err(wrong(format!("the key lacks {}", missing.join(", "))))
}

/// A domain of this run's own.
struct Run<'a> {
    stalwart: &'a Stalwart,
    name: DomainName,
    id: Option<String>,
}

impl<'a> Run<'a> {
    fn new(stalwart: &'a Stalwart) -> Result<Self, CallError> {
        let name = format!("dezky-conformance-{}.test", id::hex(&id::random::<6>()));
        let name = name.parse().map_err(|_| wrong(format!("{name} is no domain name")))?;
        Ok(Self { stalwart, name, id: None })
    }

    fn id(&self) -> Result<&str, CallError> {
        self.id.as_deref().ok_or_else(|| wrong("there is no domain: it could not be made"))
    }

    fn new_domain(&self) -> NewDomain {
        NewDomain { name: self.name.clone(), description: Some("Of the conformance suite".to_owned()) }
    }

    async fn finds_nothing(&self) -> Told {
        match self.stalwart.find_domain(&self.name).await? {
            None => Ok(format!("{} is free", self.name)),
            Some(domain) => Err(wrong(format!("{} is there already: {}", self.name, domain.id))),
        }
    }

    async fn create(&mut self) -> Told {
        match self.stalwart.create_domain(&self.new_domain()).await? {
            Created::New(id) => {
                let said = format!("{} is {id}", self.name);
                self.id = Some(id);
                Ok(said)
            }
            Created::Exists { object, id } => Err(wrong(format!("{object} {id} has the name"))),
        }
    }

    async fn create_again(&self) -> Told {
        let own = self.id()?;
        match self.stalwart.create_domain(&self.new_domain()).await? {
            Created::Exists { object, id } if object == "Domain" && id == own => Ok(format!("{object} {id}")),
            other => Err(wrong(format!("the second creation ended as {other:?}"))),
        }
    }

    async fn find(&self) -> Told {
        let found = self.stalwart.find_domain(&self.name).await?;
        let found = found.ok_or_else(|| wrong("it is not found by its name"))?;
        same("the id", found.id.as_str(), self.id()?)?;
        same("the description", found.description, self.new_domain().description)
    }

    async fn get(&self) -> Told {
        let domain = self.stalwart.domain(self.id()?).await?;
        let domain = domain.ok_or_else(|| wrong("it is not there by its id"))?;
        same("the name", domain.name.as_str(), self.name.ascii())?;
        Ok(format!("made at {}", domain.created_at))
    }

    async fn describe(&self, text: Option<&str>) -> Told {
        let description = text.map(str::to_owned);
        let change = DomainChange { description: Some(description.clone()) };
        self.stalwart.update_domain(self.id()?, &change).await?;
        let read = self.stalwart.domain(self.id()?).await?;
        let read = read.ok_or_else(|| wrong("it is gone after a change"))?;
        same("the description", read.description, description)
    }

    async fn list(&self) -> Told {
        let own = self.id()?;
        let domains = self.stalwart.list_domains().await?;
        same("how often it is listed", domains.iter().filter(|domain| domain.id == own).count(), 1)?;
        Ok(format!("{} domains", domains.len()))
    }

    async fn keys_appear(&self) -> Told {
        let started = Instant::now();
        loop {
            let keys = self.stalwart.dkim_keys(self.id()?).await?;
            let has = |algorithm: &str| keys.iter().any(|key: &DkimKey| key.algorithm == algorithm);
            if has("Dkim1Ed25519Sha256") && has("Dkim1RsaSha256") {
                let selectors: Vec<&str> = keys.iter().map(|key| key.selector.as_str()).collect();
                return Ok(selectors.join(", "));
            }
            if started.elapsed() >= KEYS {
                return Err(wrong(format!("{} of 2 keys after {KEYS:?}", keys.len())));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    async fn zone(&self) -> Told {
        let keys = self.stalwart.dkim_keys(self.id()?).await?;
        let zone = self.stalwart.zone_file(self.id()?).await?;
        let name = self.name.ascii();
        let records = keys.iter().map(|key| format!("{}._domainkey.{name}. IN TXT", key.selector));
        for wanted in records.chain([format!("{name}. IN MX "), format!("{name}. IN TXT \"v=spf1 ")]) {
            if !zone.contains(&wanted) {
                return Err(wrong(format!("the zone file has no line with {wanted:?}")));
            }
        }
        Ok(format!("{} lines", zone.lines().count()))
    }

    async fn destroy(&self) -> Told {
        match self.stalwart.destroy_domain(self.id()?).await? {
            Destroyed::Done => Ok("gone".to_owned()),
            Destroyed::Linked(by) => Err(wrong(format!("it stays because of {by:?}"))),
        }
    }

    async fn is_gone(&self) -> Told {
        let id = self.id()?;
        same("the domain", self.stalwart.domain(id).await?, None)?;
        same("the domain by name", self.stalwart.find_domain(&self.name).await?, None)?;
        same("its keys", self.stalwart.dkim_keys(id).await?, Vec::new())
    }

    /// Finds by name, because a failed creation may have happened all the same.
    async fn clean_up(&mut self) -> Told {
        let Some(domain) = self.stalwart.find_domain(&self.name).await? else {
            return Ok("nothing to do".to_owned());
        };
        Mailboxes::new(self.stalwart, &domain.id, &self.name).clean_up().await?;
        self.id = Some(domain.id);
        self.destroy().await
    }
}

fn wrong(why: impl Into<String>) -> CallError {
    CallError::without_effect("Stalwart", Cause::Malformed(why.into()))
}

#[expect(clippy::needless_pass_by_value, reason = "most callers compare values that they make for it")]
fn same<T: PartialEq + std::fmt::Debug>(what: &str, is: T, should: T) -> Told {
    if is == should { Ok(String::new()) } else { Err(wrong(format!("{what} is {is:?}, not {should:?}"))) }
}
