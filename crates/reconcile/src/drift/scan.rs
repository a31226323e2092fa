//! Reading everything from the upstreams and noting what differs.

use std::collections::{BTreeMap, BTreeSet};

use audit::{Chain, Context, Entry, Target};
use db::Error;
use futures_util::{StreamExt as _, stream};
use serde_json::json;

use super::store::{self, Found, Scanned};
use super::{Difference, Masks, PLATFORM, Subject, masks};
use crate::any_kind::AnyKind;
use crate::engine::Reconciler;
use crate::kind::{Actual, Listed, Problem};
use crate::needs::link;
use crate::obstacle::StepError;
use crate::plan::{self, Change, PlanAction};
use crate::store::{DRIFT_ACCEPTED, Resource, Status};

impl Reconciler {
    /// Compares all that is settled with what the upstreams list, and notes the differences and what is foreign there.
    pub async fn scan(&self) -> Result<Vec<Scanned>, Error> {
        let (_, _, kinds) = self.parts();
        let mut scanned = Vec::new();
        for kind in kinds.values().filter_map(|registered| registered.kind.as_ref().ok()) {
            scanned.push(self.scan_kind(kind.as_ref()).await?);
        }
        Ok(scanned)
    }

    async fn scan_kind(&self, kind: &dyn AnyKind) -> Result<Scanned, Error> {
        let (db, clock, _) = self.parts();
        let at = clock.now();
        let error = match self.compare_all(kind).await? {
            Ok(all) => {
                for found in &all {
                    self.note(at, found).await?;
                }
                store::forget_unseen(db, kind.name(), at, clock.now()).await?;
                None
            }
            Err(error) => {
                tracing::warn!(kind = kind.name(), %error, "a scan for drift could not read everything");
                Some(error)
            }
        };
        let scanned = Scanned { kind: kind.name().to_owned(), at: clock.now(), error };
        store::note_scan(db, &scanned).await?;
        Ok(scanned)
    }

    /// All differences of a kind. The list comes first: whatever is in it was wanted by then, if Dezky made it.
    async fn compare_all(&self, kind: &dyn AnyKind) -> Result<Result<Vec<Found>, StepError>, Error> {
        let (db, clock, _) = self.parts();
        let mut listed: BTreeMap<String, Listed> = match kind.list().await {
            Ok(all) => all.into_iter().map(|one| (one.actual.upstream_id.clone(), one)).collect(),
            Err(problem) => return Ok(Err(self.said(&problem))),
        };
        let resources = crate::store::of_kind(db.read(), kind.name()).await?;
        let masks = masks::of_kind(db.read(), clock.now(), kind.name()).await?;
        let none = Masks::default();
        let mask = |object: &str| masks.get(object).unwrap_or(&none);
        let mut suspects = Vec::new();
        for resource in &resources {
            let seen = claim(&mut listed, resource);
            if !is_settled(resource) || !is_readable(kind, resource) {
                continue;
            }
            let linked = link(db.read(), kind, resource, &BTreeSet::new()).await?.resource;
            let seen = seen.map(|seen| kind.as_read(&linked, seen.actual));
            if differs(kind, resource, seen.as_ref(), mask(&resource.id)) {
                suspects.push(resource);
            }
        }
        let at_a_time = self.settings().at_a_time;
        let confirmed: Vec<_> =
            suspects.into_iter().map(|resource| confirm(self, kind, resource, mask(&resource.id))).collect();
        let known: Vec<_> = stream::iter(confirmed).buffer_unordered(at_a_time).collect().await;
        let known: Vec<_> = known.into_iter().collect::<Result<_, Error>>()?;
        let is_hidden = |one: &Listed| {
            let masks = mask(&one.actual.upstream_id);
            [Difference::Foreign, Difference::Orphan].iter().any(|way| masks.of_whole(*way).is_some())
        };
        let open = listed.into_values().filter(|one| !is_hidden(one));
        let unclaimed: Vec<_> = open.map(|one| unclaimed(kind, &resources, one)).collect();
        let foreign: Vec<_> = stream::iter(unclaimed).buffer_unordered(at_a_time).collect().await;
        let foreign = foreign.into_iter().map(|found| found.map_err(|problem| self.said(&problem)));
        let all: Result<Vec<Option<Found>>, StepError> = known.into_iter().chain(foreign).collect();
        Ok(all.map(|found| found.into_iter().flatten().collect()))
    }

    async fn note(&self, seen_at: kernel::Timestamp, found: &Found) -> Result<(), Error> {
        let (db, clock, _) = self.parts();
        let subject = &found.subject;
        let chains = self.chains(&subject.owner).await?;
        let tx = db.begin().await?;
        if !store::still_stands(&tx, found).await? {
            return Ok(());
        }
        let mut recorded = None;
        // A foreign object is nobody's change of what is Dezky's.
        if store::note(&tx, clock, seen_at, found).await? && subject.difference != Difference::Foreign {
            let target = Target::thing("drift", &subject.object, &subject.audit_name());
            let entry = Entry::done(crate::recorded::Action::DriftFind, target).after(json!({
                "kind": subject.kind, "difference": subject.difference.as_str(),
                "fields": subject.audited(),
            }));
            for chain in chains {
                recorded =
                    Some(audit::append(&tx, &Context::system("scan", clock), chain, entry.clone()).await?);
            }
        }
        tx.commit_if(recorded, "what is foreign, or known already, is noted").await
    }

    /// The logs that tell of what an owner has: those of all tenants whose it is, in one order for everybody.
    async fn chains(&self, owner: &str) -> Result<Vec<Chain>, Error> {
        let known = self.owners(&[owner.to_owned()]).await?.remove(owner).unwrap_or_default();
        let of_tenants: Vec<Chain> = known.tenants.into_iter().map(Chain::Tenant).collect();
        Ok(if of_tenants.is_empty() { vec![Chain::Platform] } else { of_tenants })
    }
}

/// Takes the object of a resource out of the list. What bears the mark of another now stays in it.
fn claim(listed: &mut BTreeMap<String, Listed>, resource: &Resource) -> Option<Listed> {
    let id = resource.upstream_id.as_ref()?;
    if !listed.get(id)?.actual.is_of(resource) {
        return None;
    }
    listed.remove(id)
}

/// False where nobody can tell what is wanted: its own step says so once it is due, and it keeps no other from being
/// compared.
fn is_readable(kind: &dyn AnyKind, resource: &Resource) -> bool {
    let Some(Err(problem)) = resource.spec.as_ref().map(|spec| kind.check(spec)) else { return true };
    tracing::error!(resource = %resource.id, kind = kind.name(), %problem, "a resource can't be compared");
    false
}

/// True for what nothing is under way for.
fn is_settled(resource: &Resource) -> bool {
    let accepted = resource.status == Status::Skipped && resource.reason.as_deref() == Some(DRIFT_ACCEPTED);
    resource.spec.is_some() && (resource.status == Status::Ok || accepted)
}

fn differs(kind: &dyn AnyKind, resource: &Resource, seen: Option<&Actual>, masks: &Masks) -> bool {
    match (seen, &resource.spec) {
        (None, _) => masks.of_whole(Difference::Missing).is_none(),
        (Some(seen), Some(spec)) => !masks.open(kind.diff(spec, seen)).is_empty(),
        (Some(_), None) => false,
    }
}

/// Reads one object by itself and compares again.
async fn confirm(
    engine: &Reconciler,
    kind: &dyn AnyKind,
    resource: &Resource,
    masks: &Masks,
) -> Result<Result<Option<Found>, StepError>, Error> {
    let compared = plan::compare(engine, kind, resource, masks, &BTreeSet::new()).await?;
    Ok(compared.change.map_or(Ok(None), |change| found(resource, &change)))
}

fn found(resource: &Resource, change: &Change) -> Result<Option<Found>, StepError> {
    let difference = match change.action {
        PlanAction::Create => Difference::Missing,
        PlanAction::Update => Difference::Changed,
        PlanAction::Unreadable => return change.note.clone().map_or(Ok(None), Err),
        // What has our name there is listed as foreign under its own id.
        PlanAction::Foreign | PlanAction::Delete => return Ok(None),
    };
    let subject = change.subject(difference);
    Ok(Some(Found {
        subject,
        upstream_id: resource.upstream_id.clone(),
        spec_version: Some(resource.spec_version),
    }))
}

/// What the upstream has and no resource stands for.
pub(super) async fn unclaimed(
    kind: &dyn AnyKind,
    resources: &[Resource],
    one: Listed,
) -> Result<Option<Found>, Problem> {
    let Listed { name, actual } = one;
    let marked = actual.mark.as_deref();
    let wanted = resources.iter().find(|resource| Some(resource.id.as_str()) == marked);
    // One that was made a moment ago, and whose id nobody has written down yet.
    let named = || resources.iter().any(|resource| resource.name == name && resource.upstream_id.is_none());
    if wanted.map_or_else(named, |resource| resource.upstream_id.is_none()) {
        return Ok(None);
    }
    let probe = Resource::probe(kind.name(), &name, &actual.upstream_id);
    if kind.read(&probe).await?.is_none() {
        return Ok(None);
    }
    let difference = if marked.is_some() { Difference::Orphan } else { Difference::Foreign };
    Ok(Some(Found {
        subject: Subject {
            owner: wanted.map_or_else(|| PLATFORM.to_owned(), |resource| resource.owner.clone()),
            kind: kind.name().to_owned(),
            object: actual.upstream_id.clone(),
            name,
            difference,
            fields: Vec::new(),
        },
        upstream_id: Some(actual.upstream_id),
        spec_version: None,
    }))
}
