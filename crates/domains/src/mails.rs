//! The mails that tell a workspace's admins of a change.

use access::{TenantRole, directory, people, roles};
use db::Tx;
use kernel::{Clock, UserId};
use mail_dns::DomainState;
use mailer::{Fill, Template};
use secrecy::SecretString;

use crate::error::Error;
use crate::model::Domain;

/// Tells owners and admins that a domain has another state; each gets one mail for each change.
pub async fn tell(tx: &Tx, clock: &Clock, portal: Option<&str>, domain: &Domain) -> Result<(), Error> {
    let admins = roles::of_tenant(&**tx, domain.tenant).await?;
    let admins: Vec<UserId> =
        admins.into_iter().filter(|(_, role)| *role != TenantRole::Member).map(|(user, _)| user).collect();
    let tenant = directory::tenants_by_ids(&**tx, &[domain.tenant]).await?.pop();
    let page = tenant
        .zip(portal)
        .map(|(tenant, portal)| format!("{portal}/admin/{}/domains/{}", tenant.slug, domain.name));
    let link = SecretString::from(page.unwrap_or_default());
    let (template, wrong) = match domain.state {
        DomainState::Attention => (&ATTENTION, wrong(domain)),
        _ => (&VERIFIED, Vec::new()),
    };
    for person in people::by_ids(&**tx, &admins).await? {
        let Ok(to) = person.email.parse() else { continue };
        let key = format!("{} {} {}", domain.id, domain.state_since.micros(), person.id);
        let fills = [
            ("domain", Fill::Domain(&domain.name)),
            ("wrong", Fill::Lines(&wrong)),
            ("link", Fill::Link(&link)),
        ];
        mailer::enqueue(tx, clock, &template.mail(to, key, &fills)).await?;
    }
    Ok(())
}

/// All mails of the slice.
pub const MAILS: [&Template; 2] = [&ATTENTION, &VERIFIED];

const ATTENTION: Template = Template {
    name: "domain needs attention",
    words: include_str!("../text/mails/domain-needs-attention.en.txt"),
};

const VERIFIED: Template =
    Template { name: "domain verified", words: include_str!("../text/mails/domain-verified.en.txt") };

/// The records that are wrong, as our own words name them.
fn wrong(domain: &Domain) -> Vec<String> {
    let wrong = domain.findings.iter().filter(|finding| finding.needed && finding.is_wrong());
    wrong
        .map(|finding| format!("  {} record at {}: {}", finding.kind, finding.name, finding.verdict))
        .collect()
}
