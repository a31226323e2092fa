//! Looks at a domain's records and writes down what it found. Asking comes first and holds no lock; what is written is
//! dropped when the domain was changed meanwhile, and looked at again.

use std::time::Duration;

use access::TenantStatus;
use audit::{Chain, Context, Entry, Target};
use db::{Recorded, Tx};
use kernel::Timestamp;
use kernel::dns::{Answer, Data, Question, RecordType, Server};
use kernel::id::random;
use mail_dns::{DomainState, Known, Purpose, Verdict, state};
use provisioning::{DOMAIN, domain_want, mail_settings};
use reconcile::Status;
use serde_json::json;
use tenants::primary;
use tenants::primary::Holder;
use upstream_dns::{Asked, Servers};

use crate::error::Error;
use crate::host;
use crate::mails;
use crate::model::{Domain, Finding, Proof, changes, jittered, marked_zone, wait};
use crate::recorded::Action;
use crate::service::Domains;
use crate::store;
use crate::verify::verify;

/// The longest that a domain is looked at. All that are taken at a time must be done before they may be taken again.
const LONGEST: Duration = Duration::from_secs(20);
/// The mail server's zone is read again after this: its settings may have changed.
const ZONE_LASTS: Duration = Duration::from_hours(1);
/// What a finding says when the proof is right and somebody else was faster.
pub(crate) const TAKEN: &str = "belongs-to-another";

/// What was found out, before it is written.
#[derive(Clone)]
pub(crate) struct Looked {
    pub zone: Option<(String, Timestamp)>,
    pub findings: Vec<mail_dns::Finding>,
    pub asked: Vec<String>,
    pub host: Option<String>,
}

/// A domain, as the log names it.
pub fn target(domain: &Domain) -> Target {
    Target::thing("domain", &domain.id, &domain.name)
}

impl Domains {
    /// Looks at a domain and writes what it found; `fresh` goes round what was answered a moment ago.
    pub(crate) async fn check(
        &self,
        context: &Context,
        domain: &Domain,
        fresh: bool,
    ) -> Result<Domain, Error> {
        let looked =
            tokio::time::timeout(LONGEST, self.look(domain, fresh)).await.map_err(|_| Error::Endless)??;
        self.write(context, domain, looked).await
    }

    /// Writes what was found out, unless the domain was changed meanwhile.
    pub(crate) async fn write(
        &self,
        context: &Context,
        domain: &Domain,
        looked: Looked,
    ) -> Result<Domain, Error> {
        match self.write_once(context, domain, looked.clone()).await {
            // Another tenant proved it at the same moment, unseen until now. This time it is seen.
            Err(Error::Db(error)) if error.is_duplicate() => self.write_once(context, domain, looked).await,
            written => written,
        }
    }

    async fn write_once(&self, context: &Context, domain: &Domain, looked: Looked) -> Result<Domain, Error> {
        let (db, clock) = (&self.platform.db, &self.platform.clock);
        let now = clock.now();
        let tx = db.begin().await?;
        let Some(holder) = primary::lock_holder(&tx, domain.tenant).await? else {
            return Err(Error::NotFound);
        };
        let before = store::lock(&tx, domain.id).await?.ok_or(Error::NotFound)?;
        if (before.proven, before.policy) != (domain.proven, domain.policy) {
            store::check_soon(&tx, domain.id, now).await?;
            tx.commit_silently("a check is put forward").await?;
            return Ok(before);
        }
        // Somebody else was faster, and asked later.
        if (before.checked_at, before.zone_read_at) != (domain.checked_at, domain.zone_read_at) {
            return Ok(before);
        }
        let mut after = with(&before, looked, now);
        let is_open = !matches!(holder.status, TenantStatus::Terminated | TenantStatus::Purged);
        let mut proven = None;
        if is_open && is_shown(&after) {
            proven = self.prove(&tx, context, &mut after, &holder).await?;
        }
        let chance = u32::from_be_bytes(random());
        after.next_check_at = now.after(jittered(wait(self.pace, &after, now), chance));
        store::update(&tx, &after).await?;
        let is_told = holder.status.is_live() && after.removing_at.is_none();
        let noted = self.note(&tx, context, &before, &after, is_told).await?;
        tx.commit_if(noted.or(proven), "a check that found no other state is noted").await?;
        Ok(after)
    }

    async fn look(&self, domain: &Domain, fresh: bool) -> Result<Looked, Error> {
        let zone = self.zone(domain, fresh).await?;
        let mut known = domain.clone();
        if let Some((text, _)) = &zone {
            known.zone = Some(text.clone());
        }
        let expected = self.expected(&known)?;
        let name = domain.dns_name();
        let asked = Asked { servers: Servers::Both, fresh };
        let host = Question { name: name.clone(), kind: RecordType::Ns };
        let dns = &self.dns;
        let (answers, host) =
            tokio::join!(verify(dns, &name, &expected, asked), dns.ask(&host, Servers::Resolvers));
        let (findings, known) = answers;
        let asked = servers(&known);
        let host = host.0.iter().find_map(|(_, answer)| host_of(answer)).map(|host| host.name.to_owned());
        Ok(Looked { zone, findings, asked, host })
    }

    /// The mail server's zone, read anew when it is time; none when there is nothing new.
    async fn zone(&self, domain: &Domain, fresh: bool) -> Result<Option<(String, Timestamp)>, Error> {
        let now = self.platform.clock.now();
        let is_recent = domain.zone_read_at.is_some_and(|at| now.since(at) < ZONE_LASTS);
        let Some(stalwart) = self.platform.upstreams.stalwart().filter(|_| domain.is_proven()) else {
            return Ok(None);
        };
        if is_recent && !fresh {
            return Ok(None);
        }
        let resources = reconcile::of_owner(self.platform.db.read(), &domain.tenant.to_string()).await?;
        let made = resources.into_iter().find(|resource| {
            resource.kind == DOMAIN && resource.name == domain.name.ascii() && resource.status == Status::Ok
        });
        let Some(id) = made.and_then(|resource| resource.upstream_id) else {
            return Ok(None);
        };
        match stalwart.zone_file(&id).await {
            Ok(text) => Ok(Some((marked_zone(&id, &text), now))),
            Err(error) => {
                tracing::warn!(domain = %domain.name, %error, "the mail server's zone was not read");
                Ok(None)
            }
        }
    }

    /// Makes a claim a domain of the tenant, unless it belongs to another: then it says so.
    async fn prove(
        &self,
        tx: &Tx,
        context: &Context,
        domain: &mut Domain,
        holder: &Holder,
    ) -> Result<Option<Recorded>, Error> {
        let clock = &self.platform.clock;
        let settings = mail_settings(&**tx, domain.tenant, &domain.name).await?;
        let want = domain_want(domain.tenant, &domain.name, &settings);
        let is_taken = reconcile::is_taken(&**tx, want.kind, &want.name, &want.owner).await?;
        if is_taken || self.is_reserved(holder, &domain.name) {
            for finding in &mut domain.findings {
                Verdict::Conflict.as_str().clone_into(&mut finding.verdict);
                TAKEN.clone_into(&mut finding.code);
                finding.values.clear();
            }
            return Ok(None);
        }
        domain.proven = Some((Proof::Dns, clock.now()));
        domain.lapses_at = None;
        access::people::domain_proven(tx, domain.tenant, &domain.name).await?;
        reconcile::want(tx, clock, &want).await?;
        let is_first = holder.primary_domain.is_none();
        if is_first {
            primary::set_primary_domain(tx, clock, domain.tenant, Some(&domain.name)).await?;
        }
        let entry = Entry::done(Action::DomainProve, target(domain))
            .before(json!({"proof": null}))
            .after(json!({"proof": Proof::Dns.as_str(), "primary": is_first}));
        Ok(Some(audit::append(tx, context, Chain::Tenant(domain.tenant), entry).await?))
    }

    /// Remembers what changed. The proof has a record of its own.
    async fn note(
        &self,
        tx: &Tx,
        context: &Context,
        before: &Domain,
        after: &Domain,
        is_told: bool,
    ) -> Result<Option<Recorded>, Error> {
        let changes = changes(&before.findings, &after.findings);
        if changes.is_empty() && before.state == after.state {
            return Ok(None);
        }
        store::remember(tx, &context.clock, after, &changes).await?;
        if before.state == after.state {
            return Ok(None);
        }
        if is_told {
            mails::tell(tx, &context.clock, self.platform.deployment.portal.as_deref(), after).await?;
        }
        let action = match after.state {
            DomainState::Verified => Action::DomainVerified,
            DomainState::Attention | DomainState::Pending => Action::DomainAttention,
        };
        let wrong: Vec<&str> = after
            .findings
            .iter()
            .filter(|finding| finding.needed && !finding.is_ok())
            .map(|finding| finding.purpose.as_str())
            .collect();
        let entry = Entry::done(action, target(after))
            .before(json!({"state": before.state.as_str()}))
            .after(json!({"state": after.state.as_str(), "wrong": wrong}));
        Ok(Some(audit::append(tx, context, Chain::Tenant(after.tenant), entry).await?))
    }
}

/// The domain with what was found out. Where nothing was, what was known stays.
fn with(before: &Domain, looked: Looked, now: Timestamp) -> Domain {
    let mut after = Domain { checked_at: Some(now), ..before.clone() };
    if let Some((text, at)) = looked.zone {
        (after.zone, after.zone_read_at) = (Some(text), Some(at));
    }
    if looked.host.is_some() {
        after.host = looked.host;
    }
    if looked.findings.is_empty() {
        return after;
    }
    // A claim is pending until its mail works: the proof alone is not enough.
    let is_whole = before.is_proven() && after.zone.is_some();
    let new = if is_whole { state(&looked.findings, before.state) } else { before.state };
    if new != before.state {
        (after.state, after.state_since) = (new, now);
    }
    after.findings = looked.findings.into_iter().map(Finding::from).collect();
    after.asked = looked.asked;
    after
}

/// True for a claim whose proof is there.
fn is_shown(domain: &Domain) -> bool {
    let proof = |finding: &Finding| finding.purpose == Purpose::Ownership.as_str() && finding.is_ok();
    !domain.is_proven() && domain.findings.iter().any(proof)
}

fn host_of(answer: &Answer) -> Option<host::Host> {
    let Answer::Records { records, .. } = answer else { return None };
    records.iter().find_map(|record| match &record.data {
        Data::Ns(server) => host::of_server(server),
        _ => None,
    })
}

/// Who gave any answer, the responsible servers first.
fn servers(known: &Known) -> Vec<String> {
    let mut names: Vec<(bool, String)> = known
        .values()
        .flat_map(|answers| &answers.0)
        .filter(|(_, answer)| !matches!(answer, Answer::Failed(_)))
        .map(|(server, _)| match server {
            Server::Authority(name) => (false, name.to_string()),
            Server::Resolver(name) => (true, name.clone()),
        })
        .collect();
    names.sort();
    names.dedup();
    names.into_iter().map(|(_, name)| name).collect()
}
