//! What a mail program of a person's own has to know, and whether a domain's hosts tell it rightly. Where servers are
//! comes from the records that the mail server asks for; nothing is known here. What hosts answered is shown and
//! forgotten.

pub mod api;
mod ask;
mod document;
pub mod profile;
mod xml;

use std::time::Duration;

use access::{Granted, ManageDomains, OwnAccount, TenantRef};
use kernel::dns::{Data, Name};
use kernel::{DomainName, EmailAddress, FieldError, TenantId};
use mail_dns::services::{Service, ServiceKind, services};
use mail_dns::{DomainState, Expected, Purpose};
use outbound::Client;

use crate::error::Error;
use crate::model::Domain;
use crate::service::Domains;
use crate::store;

pub use ask::{Asked, Look};
pub use document::{Document, DocumentVerdict};

/// How the documents of mail programs are reached.
#[derive(Debug, Clone)]
pub enum Reach {
    /// Each at its own host, by a client that keeps to the public internet.
    Public(Client),
    /// All at one place, in a sandbox.
    At(Client),
}

impl Reach {
    /// The longest that a host may take.
    pub const LONGEST: Duration = Duration::from_secs(6);
    /// No such document is longer.
    pub const MOST_BYTES: usize = 128 << 10;
}

/// What a mail program of a domain has to know.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// The domain.
    pub domain: Domain,
    /// The services, the best of each kind first.
    pub services: Vec<Service>,
    /// Where mail for the domain goes.
    pub exchangers: Vec<Name>,
    /// The documents that the records speak of.
    pub documents: Vec<Document>,
}

impl ClientSettings {
    fn of(domain: Domain, expected: &[Expected]) -> Option<Self> {
        let services = services(expected);
        let exchanger = |one: &Expected| match &one.data {
            Data::Mx { exchange, .. } if one.purpose == Purpose::Mx => Some(exchange.clone()),
            _ => None,
        };
        let exchangers = expected.iter().filter_map(exchanger).collect();
        let has_host = |document: &Document| {
            let host = document.host(&domain.name);
            expected.iter().any(|one| one.name.as_str() == host)
        };
        let documents = Document::ALL.into_iter().filter(has_host).collect();
        (!services.is_empty()).then_some(Self { domain, services, exchangers, documents })
    }

    /// The service of a kind that is to be used.
    pub fn best(&self, kind: ServiceKind) -> Option<&Service> {
        self.services.iter().find(|service| service.kind == kind)
    }

    /// True when there is all that a profile for Apple's programs needs.
    pub fn has_profile(&self) -> bool {
        self.best(ServiceKind::Imap).is_some() && self.best(ServiceKind::Submission).is_some()
    }

    fn profile(&self, tenant: &TenantRef, address: &EmailAddress) -> Result<String, Error> {
        let (Some(incoming), Some(outgoing)) =
            (self.best(ServiceKind::Imap), self.best(ServiceKind::Submission))
        else {
            return Err(Error::NoServices);
        };
        let organization = &tenant.name;
        Ok(profile::Profile { tenant: tenant.id, organization, address, incoming, outgoing }.text())
    }

    /// True when others can find what they need for the domain.
    pub fn is_verified(&self) -> bool {
        self.domain.state == DomainState::Verified
    }
}

impl Domains {
    /// What a mail program of a domain has to know.
    pub async fn client_settings(
        &self,
        by: &Granted<ManageDomains>,
        name: &DomainName,
    ) -> Result<ClientSettings, Error> {
        self.settings_of(self.domain(by, name).await?)
    }

    fn settings_of(&self, domain: Domain) -> Result<ClientSettings, Error> {
        if !domain.is_proven() {
            return Err(Error::Unproven);
        }
        let expected = domain.expected(&self.settings.challenge)?;
        ClientSettings::of(domain, &expected).ok_or(Error::NoServices)
    }

    /// The same for somebody who works in the tenant, about a domain that their own mailbox is on.
    pub async fn own_client_settings(
        &self,
        by: &Granted<OwnAccount>,
        tenant: TenantId,
        name: &DomainName,
    ) -> Result<ClientSettings, Error> {
        let own = own_tenant(by, tenant)?;
        let domain =
            store::by_name(self.platform.db.read(), own.id, name.ascii()).await?.ok_or(Error::NotFound)?;
        self.settings_of(domain)
    }

    /// The profile for somebody's own address there.
    pub async fn own_mail_profile(
        &self,
        by: &Granted<OwnAccount>,
        tenant: TenantId,
        address: &EmailAddress,
    ) -> Result<String, Error> {
        let settings = self.own_client_settings(by, tenant, address.domain()).await?;
        settings.profile(own_tenant(by, tenant)?, address)
    }

    /// The profile by which Apple's programs set up the mail of one address. It holds no password.
    pub async fn mail_profile(
        &self,
        by: &Granted<ManageDomains>,
        name: &DomainName,
        address: &EmailAddress,
    ) -> Result<String, Error> {
        let settings = self.client_settings(by, name).await?;
        if address.domain() != name {
            let why = format!("Enter an address on {}.", name.unicode());
            return Err(Error::Invalid(vec![FieldError::new("address", "other_domain", why)]));
        }
        settings.profile(by.scope(), address)
    }
}

/// The tenant, where the caller works in it.
fn own_tenant(by: &Granted<OwnAccount>, tenant: TenantId) -> Result<&TenantRef, Error> {
    let own = by.actor().rights.tenants.iter().find(|own| own.tenant.id == tenant);
    Ok(&own.ok_or(Error::NotFound)?.tenant)
}
