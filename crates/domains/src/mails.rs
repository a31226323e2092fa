//! The mails that tell a workspace's admins of a change.

use access::{TenantRole, directory, people, roles};
use db::Tx;
use kernel::{Clock, UserId};
use mail_dns::DomainState;
use mailer::Mail;

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
    let (subject, text) = said(domain, page.as_deref());
    for person in people::by_ids(&**tx, &admins).await? {
        let Ok(to) = person.email.parse() else { continue };
        let key = format!("{} {} {}", domain.id, domain.state_since.micros(), person.id);
        let mail = Mail { to, subject: subject.clone(), text: text.clone(), html: None, key };
        mailer::enqueue(tx, clock, &mail).await?;
    }
    Ok(())
}

fn said(domain: &Domain, page: Option<&str>) -> (String, String) {
    let name = domain.name.unicode();
    let mut lines = Vec::new();
    let subject =
        if domain.state == DomainState::Attention {
            lines.push(format!("Something in the DNS of {name} is no longer as it should be:\n"));
            let wrong = domain.findings.iter().filter(|finding| finding.needed && finding.is_wrong());
            lines.extend(wrong.map(|finding| {
                format!("  {} record at {}: {}\n", finding.kind, finding.name, finding.verdict)
            }));
            lines.push("Mail may not arrive, or be refused elsewhere, until it is mended.\n".to_owned());
            format!("{name} needs attention")
        } else {
            lines.push(format!("The DNS of {name} is as it should be. Mail arrives and is signed.\n"));
            format!("{name} is verified")
        };
    if let Some(page) = page {
        lines.push(format!("What to do, record by record: {page}\n"));
    }
    (subject, lines.join("\n"))
}
