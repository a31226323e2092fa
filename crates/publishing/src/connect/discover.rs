//! Whether the host of a zone knows the template. Strangers say where to ask, so only hosts whose addresses are all of
//! the public internet are called, at just those addresses, over TLS, and no redirect is followed.

use std::time::Duration;

use access::{Granted, ManageDomains};
use domains::Domain;
use kernel::DomainName;
use kernel::dns::{Answer, Data, Name, Question, RecordType};
use outbound::{Call, Client, Options};
use upstream_dns::Servers;
use url::Url;

use super::{Connect, HostSettings, Offer, Place, Values, https};
use crate::error::Error;
use crate::model::Plan;
use crate::service::Publishing;

/// The longest that a host may take for an answer; the page waits for it.
const DEADLINE: Duration = Duration::from_secs(3);
/// No settings are longer.
const MOST_BYTES: usize = 64 << 10;

impl Publishing {
    /// The link by which the host of a domain's zone publishes what is to change, where it offers that.
    pub(crate) async fn connect_offer(
        &self,
        by: &Granted<ManageDomains>,
        name: &DomainName,
        plan: &Plan,
    ) -> Result<Option<Offer>, Error> {
        if self.connect.is_none() {
            return Ok(None);
        }
        let domain = self.domains.domain(by, name).await?;
        Ok(self.offer(&by.scope().slug, &domain, plan).await)
    }

    async fn offer(&self, slug: &str, domain: &Domain, plan: &Plan) -> Option<Offer> {
        let portal = self.platform.deployment.portal.as_deref();
        let (connect, portal) = self.connect.as_ref().as_ref().zip(portal)?;
        let values = Values::of(&plan.items);
        if values.groups.is_empty() {
            return None;
        }
        let zone = &plan.primary.zone;
        let host = self.host_settings(zone).await?;
        let ux = host.url_sync_ux.as_deref()?;
        if !self.knows_template(&host, connect).await {
            return None;
        }
        let back = format!("{portal}/admin/{slug}/domains/{}?done=connect", domain.name);
        let place = Place { zone, domain: &domain.dns_name(), back: &back };
        Some(Offer { host: host.name(), link: connect.link(ux, &place, &values)? })
    }

    async fn host_settings(&self, zone: &Name) -> Option<HostSettings> {
        let question = Question { name: zone.child("_domainconnect").ok()?, kind: RecordType::Txt };
        let answers = self.dns.ask(&question, Servers::Resolvers).await;
        let place = answers.0.iter().find_map(|(_, answer)| place(answer))?;
        let base = https(&format!("https://{place}"))?;
        let answer = self.get(&base, &format!("/v2/{zone}/settings")).await?;
        answer.json().ok()
    }

    async fn knows_template(&self, host: &HostSettings, connect: &Connect) -> bool {
        let Some(api) = https(&host.url_api) else { return false };
        self.get(&api, &connect.path()).await.is_some()
    }

    /// The answer, if it is one of success.
    async fn get(&self, base: &Url, path: &str) -> Option<outbound::Answer> {
        let options = Options {
            deadline: DEADLINE,
            most_bytes: MOST_BYTES,
            only_public: true,
            calls: self.platform.metrics.calls().clone(),
            ..Options::default()
        };
        let client = Client::new("the DNS host", base.clone(), options).ok()?;
        let answer = client.send(Call::get(path)).await.ok()?;
        (answer.status == 200).then_some(answer)
    }
}

/// Where a host says that its settings are: a host, maybe with a path.
pub(super) fn place(answer: &Answer) -> Option<String> {
    let Answer::Records { records, .. } = answer else { return None };
    records.iter().find_map(|record| match &record.data {
        Data::Txt(strings) => String::from_utf8(strings.concat()).ok(),
        _ => None,
    })
}
