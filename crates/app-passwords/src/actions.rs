//! Passwords for a person's own mail programs [N1]. The mail server keeps them; nothing of them is kept here. Each call
//! has its record first, so that what is done there always has one.

use access::{Granted, OwnAccount, TenantRights};
use addresses::MAILBOX;
use addresses::mailboxes::{self, MailboxOf};
use audit::{Chain, Entry, Outcome, Target};
use kernel::{EmailAddress, Timestamp};
use serde_json::json;
use upstream_stalwart::{NewAppPassword, Stalwart};

use crate::error::Error;
use crate::model::{AppPassword, MOST, Made};
use crate::recorded::Action;
use crate::service::AppPasswords;

/// A mailbox with its id in the mail server.
struct Ready {
    mailbox: MailboxOf,
    account: String,
}

impl Ready {
    fn target(&self) -> Target {
        let mailbox = &self.mailbox;
        Target::person("member", &mailbox.user, &mailbox.name, &mailbox.address.to_string())
    }

    /// Nothing changes on a mailbox whose workspace or membership is closed, whatever else its person works in.
    fn check_open(&self, by: &Granted<OwnAccount>) -> Result<(), Error> {
        let of_it = |own: &&TenantRights| own.tenant.id == self.mailbox.tenant;
        match by.actor().rights.tenants.iter().find(of_it).map(|own| &own.tenant) {
            Some(tenant) if !tenant.status.is_open() => {
                Err(Error::WorkspaceClosed { name: tenant.name.clone(), state: tenant.status.as_str() })
            }
            Some(_) if !self.mailbox.suspended => Ok(()),
            Some(_) | None => Err(Error::Closed),
        }
    }

    fn id(&self, upstream: &str) -> String {
        format!("{}.{upstream}", self.mailbox.member)
    }
}

impl AppPasswords {
    /// The caller's mailboxes that are there.
    async fn own(&self, by: &Granted<OwnAccount>) -> Result<Vec<Ready>, Error> {
        let db = self.platform.db.read();
        let mut ready = Vec::new();
        for mailbox in mailboxes::of_user(db, by.actor().person.id).await? {
            let resource = reconcile::named(db, MAILBOX, &mailbox.address.to_string()).await?;
            let resource = resource.filter(|found| found.owner == mailbox.member.to_string());
            let made = resource.filter(|found| found.spec.is_some()).and_then(|found| found.upstream_id);
            ready.extend(made.map(|account| Ready { mailbox, account }));
        }
        Ok(ready)
    }

    /// The addresses of the caller's mailboxes that a program can be given a password for.
    pub async fn mailboxes(&self, by: &Granted<OwnAccount>) -> Result<Vec<EmailAddress>, Error> {
        let own = self.own(by).await?.into_iter();
        Ok(own.filter(|ready| ready.check_open(by).is_ok()).map(|ready| ready.mailbox.address).collect())
    }

    fn server(&self) -> Result<&Stalwart, Error> {
        self.platform.upstreams.stalwart().ok_or(Error::NoOwnMailbox)
    }

    /// The caller's passwords for programs, the oldest first.
    pub async fn list(&self, by: &Granted<OwnAccount>) -> Result<Vec<AppPassword>, Error> {
        let mut all = Vec::new();
        for ready in self.own(by).await? {
            all.extend(self.of_mailbox(&ready).await?);
        }
        all.sort_by_key(|password: &AppPassword| password.created_at);
        Ok(all)
    }

    async fn of_mailbox(&self, ready: &Ready) -> Result<Vec<AppPassword>, Error> {
        let found = self.server()?.app_passwords(&ready.account).await.map_err(|error| failed(&error))?;
        let password = |found: upstream_stalwart::AppPassword| AppPassword {
            id: ready.id(&found.id),
            name: found.description,
            mailbox: ready.mailbox.address.clone(),
            created_at: found.created_at,
        };
        Ok(found.into_iter().map(password).collect())
    }

    /// Makes a password for a program; `mailbox` must be told by who has several.
    pub async fn create(
        &self,
        by: &Granted<OwnAccount>,
        name: &str,
        mailbox: Option<&EmailAddress>,
    ) -> Result<Made, Error> {
        if by.actor().password_due {
            return Err(Error::PasswordDue);
        }
        let own = self.own(by).await?;
        let fits = |ready: &Ready| mailbox.is_none_or(|address| ready.mailbox.address == *address);
        let ready = own.into_iter().find(fits).ok_or(Error::NoOwnMailbox)?;
        ready.check_open(by)?;
        let present = self.of_mailbox(&ready).await?;
        if present.iter().any(|password| password.name == name) {
            return Err(Error::NameUsed(name.to_owned()));
        }
        if present.len() >= MOST {
            return Err(Error::TooManyPasswords(MOST));
        }
        let entry = || Entry::done(Action::AppPasswordCreate, ready.target()).after(json!({"name": name}));
        self.record(by, &ready, entry()).await?;
        let made = self.server()?.create_app_password(&ready.account, name).await;
        let refused = match made {
            Ok(NewAppPassword::Made { id, secret }) => {
                let password = AppPassword {
                    id: ready.id(&id),
                    name: name.to_owned(),
                    mailbox: ready.mailbox.address.clone(),
                    // The mail server counts whole seconds.
                    created_at: Timestamp::from_seconds(self.now().micros() / 1_000_000),
                };
                return Ok(Made { password, secret });
            }
            Ok(NewAppPassword::TooMany) => Error::TooManyPasswords(MOST),
            Err(error) => failed(&error),
        };
        self.record(by, &ready, entry().outcome(Outcome::Failed)).await?;
        Err(refused)
    }

    /// Makes a password worthless. Connections that were opened with it last until they end.
    pub async fn revoke(&self, by: &Granted<OwnAccount>, id: &str) -> Result<(), Error> {
        let own = self.own(by).await?;
        let ready = own.into_iter().find(|ready| id.starts_with(&format!("{}.", ready.mailbox.member)));
        let ready = ready.ok_or(Error::NotFound)?;
        ready.check_open(by)?;
        let present = self.of_mailbox(&ready).await?;
        let password = present.into_iter().find(|password| password.id == id).ok_or(Error::NotFound)?;
        let entry =
            || Entry::done(Action::AppPasswordRemove, ready.target()).before(json!({"name": password.name}));
        self.record(by, &ready, entry()).await?;
        let upstream = id.rsplit('.').next().unwrap_or_default();
        if let Err(error) = self.server()?.destroy_app_password(&ready.account, upstream).await {
            self.record(by, &ready, entry().outcome(Outcome::Failed)).await?;
            return Err(failed(&error));
        }
        Ok(())
    }

    async fn record(&self, by: &Granted<OwnAccount>, ready: &Ready, entry: Entry) -> Result<(), Error> {
        let tx = self.platform.db.begin().await?;
        Ok(audit::commit(tx, by.context(), Chain::Tenant(ready.mailbox.tenant), entry).await?)
    }
}

fn failed(error: &outbound::CallError) -> Error {
    tracing::warn!(%error, "the mail server did not answer for the passwords of programs");
    Error::NotDone
}
