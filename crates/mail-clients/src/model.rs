//! What a mail program has to know of a domain, worked out from the records that should be there.

use std::time::Duration;

use access::TenantRef;
use domains::Domain;
use i18n::Words;
use kernel::EmailAddress;
use kernel::dns::{Data, Name};
use mail_dns::services::{Service, ServiceKind, services};
use mail_dns::{DomainState, Expected, Purpose};
use outbound::Client;

use crate::document::Document;
use crate::error::Error;
use crate::profile::Profile;

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
    pub domain: Domain,
    /// The services, the best of each kind first.
    pub services: Vec<Service>,
    /// Where mail for the domain goes.
    pub exchangers: Vec<Name>,
    /// The documents that the records speak of.
    pub documents: Vec<Document>,
}

impl ClientSettings {
    pub(crate) fn of(domain: Domain, expected: &[Expected]) -> Option<Self> {
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

    /// The profile for Apple's programs that sets up one address.
    pub(crate) fn profile(
        &self,
        words: &Words,
        tenant: &TenantRef,
        address: &EmailAddress,
    ) -> Result<String, Error> {
        let (Some(incoming), Some(outgoing)) =
            (self.best(ServiceKind::Imap), self.best(ServiceKind::Submission))
        else {
            return Err(Error::NoServices);
        };
        let organization = &tenant.name;
        Ok(Profile { tenant: tenant.id, organization, words, address, incoming, outgoing }.text())
    }

    /// True when others can find what they need for the domain.
    pub fn is_verified(&self) -> bool {
        self.domain.state == DomainState::Verified
    }
}
