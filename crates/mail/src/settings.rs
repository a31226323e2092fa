//! What becomes of addresses of a domain that nobody has [F2].

use access::{Granted, ManageMail};
use audit::{Chain, Entry, Target};
use kernel::{DomainName, EmailAddress};
use provisioning::{MailSettings, mail_settings, set_mail_settings};
use serde_json::{Value, json};

use crate::actions::{check_loops, lock, write_domain};
use crate::error::Error;
use crate::recorded::Action;
use crate::service::Mail;

/// What can be changed; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct SettingsChange {
    /// Who gets what nobody has; `Some(None)` lets it bounce.
    #[expect(clippy::option_option, reason = "left as it is, removed, or set")]
    pub catch_all: Option<Option<EmailAddress>>,
    /// Whether `anna+anything` reaches `anna`.
    pub plus_addresses: Option<bool>,
}

fn audited(settings: &MailSettings) -> Value {
    json!({"catchAll": settings.catch_all, "plusAddresses": settings.plus_addresses})
}

impl Mail {
    /// The tenant's own domains with their settings.
    pub async fn domains(&self, by: &Granted<ManageMail>) -> Result<Vec<(DomainName, MailSettings)>, Error> {
        let db = self.platform.db.read();
        let mut all = Vec::new();
        for domain in addresses::own_domains(db, by.tenant()).await? {
            let settings = mail_settings(db, by.tenant(), &domain).await?;
            all.push((domain, settings));
        }
        Ok(all)
    }

    /// The settings of one of the tenant's own domains.
    pub async fn domain(&self, by: &Granted<ManageMail>, name: &DomainName) -> Result<MailSettings, Error> {
        let all = self.domains(by).await?;
        let found = all.into_iter().find(|(domain, _)| domain == name);
        found.map(|(_, settings)| settings).ok_or(Error::NoSuchDomain)
    }

    /// Changes the settings of a domain.
    pub async fn set_domain(
        &self,
        by: &Granted<ManageMail>,
        name: &DomainName,
        change: SettingsChange,
    ) -> Result<MailSettings, Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let tx = self.platform.db.begin().await?;
        lock(&tx, by).await?;
        if !addresses::own_domains(&*tx, tenant).await?.contains(name) {
            return Err(Error::NoSuchDomain);
        }
        let before = mail_settings(&*tx, tenant, name).await?;
        if let Some(Some(address)) = &change.catch_all
            && addresses::find(&*tx, tenant, &address.to_string()).await?.is_none()
        {
            return Err(Error::NoSuchAddress { field: "catchAll", address: address.clone() });
        }
        let catch_all = change.catch_all.map(|address| address.map(|address| address.to_string()));
        let after = MailSettings {
            catch_all: catch_all.unwrap_or_else(|| before.catch_all.clone()),
            plus_addresses: change.plus_addresses.unwrap_or(before.plus_addresses),
        };
        let target = Target::thing("domain", &name, &name);
        if after == before {
            let entry = Entry::done(Action::DomainMail, target).after(json!({"unchanged": true}));
            self.look_again(tx, by.context(), tenant, vec![tenant.to_string()], entry).await?;
            return Ok(before);
        }
        set_mail_settings(&tx, tenant, name, &after).await?;
        check_loops(&tx, tenant).await?;
        write_domain(&tx, clock, tenant, name).await?;
        let entry = Entry::done(Action::DomainMail, target).before(audited(&before)).after(audited(&after));
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        self.settle([tenant.to_string()]).await?;
        Ok(after)
    }
}
