//! The settings of mail programs, for who may see them.

use access::{Granted, ManageDomains, OwnAccount};
use domains::{Domain, own_tenant};
use i18n::Words;
use kernel::{DomainName, EmailAddress, FieldError, Message, TenantId};

use crate::error::Error;
use crate::model::ClientSettings;
use crate::service::MailClients;

impl MailClients {
    /// What a mail program of a domain has to know.
    pub async fn settings(
        &self,
        by: &Granted<ManageDomains>,
        name: &DomainName,
    ) -> Result<ClientSettings, Error> {
        self.settings_of(self.domains.domain(by, name).await?)
    }

    fn settings_of(&self, domain: Domain) -> Result<ClientSettings, Error> {
        if !domain.is_proven() {
            return Err(domains::Error::Unproven.into());
        }
        let expected = self.domains.expected(&domain)?;
        ClientSettings::of(domain, &expected).ok_or(Error::NoServices)
    }

    /// The same for somebody who works in the tenant, about a domain that their own mailbox is on.
    pub async fn own_settings(
        &self,
        by: &Granted<OwnAccount>,
        tenant: TenantId,
        name: &DomainName,
    ) -> Result<ClientSettings, Error> {
        self.settings_of(self.domains.own_domain(by, tenant, name).await?)
    }

    /// The profile for somebody's own address there.
    pub async fn own_profile(
        &self,
        by: &Granted<OwnAccount>,
        tenant: TenantId,
        address: &EmailAddress,
        words: &Words,
    ) -> Result<String, Error> {
        let settings = self.own_settings(by, tenant, address.domain()).await?;
        settings.profile(words, own_tenant(by, tenant)?, address)
    }

    /// The profile by which Apple's programs set up the mail of one address. It holds no password.
    pub async fn profile(
        &self,
        by: &Granted<ManageDomains>,
        name: &DomainName,
        address: &EmailAddress,
        words: &Words,
    ) -> Result<String, Error> {
        let settings = self.settings(by, name).await?;
        if address.domain() != name {
            let why = Message::new("clients-other-domain").with("domain", name.unicode());
            return Err(Error::Invalid(vec![FieldError::new("address", "other_domain", why)]));
        }
        settings.profile(words, by.scope(), address)
    }
}
