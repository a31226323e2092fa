//! What would be done, without doing it; and doing exactly that.

use std::collections::{BTreeMap, BTreeSet};

use db::Error;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::any_kind::AnyKind;
use crate::drift::{self, Acceptance, Difference, Masks, Subject};
use crate::engine::Reconciler;
use crate::foreign;
use crate::kind::{Actual, FieldChange, Need, Problem, need_key, upstream_of};
use crate::needs::{Linked, link};
use crate::obstacle::StepError;
use crate::removal;
use crate::step::find;
use crate::store::Resource;

/// What a change does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PlanAction {
    /// It is missing and would be made.
    Create,
    /// Fields differ and would be mended.
    Update,
    /// It should be gone and would be destroyed.
    Delete,
    /// Somebody else's object has its name. Nothing would be done.
    Foreign,
    /// The upstream did not say how it is. Nothing would be done.
    Unreadable,
}

/// One difference between what should be and what is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The upstream.
    pub upstream: String,
    /// The kind of object.
    pub kind: String,
    /// Its name.
    pub key: String,
    /// What would be done.
    pub action: PlanAction,
    /// The fields that differ and that nobody accepted.
    pub fields: Vec<FieldChange>,
    /// Its id upstream, where it is there and nobody else's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream_id: Option<String>,
    /// Why nothing can be done, for [`PlanAction::Foreign`] and [`PlanAction::Unreadable`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<StepError>,
    /// The id of the resource.
    #[serde(skip)]
    pub resource: String,
    /// Whose it is.
    #[serde(skip)]
    pub owner: String,
    /// What must be there first.
    #[serde(skip)]
    needs: Vec<String>,
}

impl Change {
    /// True when applying the plan changes something here.
    pub fn is_doable(&self) -> bool {
        !matches!(self.action, PlanAction::Foreign | PlanAction::Unreadable)
    }

    /// What an acceptance of this change is about; none when there is nothing to accept.
    pub fn acceptable(&self) -> Option<Subject> {
        match self.action {
            PlanAction::Create => Some(self.subject(Difference::Missing)),
            PlanAction::Update => Some(self.subject(Difference::Changed)),
            PlanAction::Delete | PlanAction::Foreign | PlanAction::Unreadable => None,
        }
    }

    /// As the audit log has it, without personal data.
    pub fn audited(&self) -> Value {
        let name = self.subject(Difference::Changed).audit_name();
        json!({
            "kind": self.kind, "key": name, "action": self.action, "resource": self.resource,
            "fields": drift::audited(&self.owner, &self.fields),
        })
    }

    pub(crate) fn subject(&self, difference: Difference) -> Subject {
        Subject {
            owner: self.owner.clone(),
            kind: self.kind.clone(),
            object: self.resource.clone(),
            name: self.key.clone(),
            difference,
            fields: self.fields.clone(),
        }
    }
}

/// All differences of some owners.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// Stands for what was wanted, read and accepted; a plan with another hash is another plan.
    pub hash: String,
    /// The differences; none when all is as it should be.
    pub changes: Vec<Change>,
    /// Differences that were found and that somebody accepted. Nothing would be done about them.
    #[serde(skip)]
    pub accepted: Vec<Acceptance>,
}

impl Plan {
    /// The change of one object.
    pub fn change(&self, kind: &str, key: &str) -> Option<&Change> {
        self.changes.iter().find(|change| change.kind == kind && change.key == key)
    }
}

/// A plan was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// What was read is no longer what is.
    #[error("something changed since this plan was made")]
    Moved,
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] Error),
}

impl Reconciler {
    /// Reads everything of these owners from the upstreams and lists the differences, owner by owner.
    pub async fn plan(&self, owners: &[String]) -> Result<Plan, Error> {
        let (db, clock, _) = self.parts();
        let now = clock.now();
        let mut resources = crate::owned::of_owners(db.read(), owners).await?;
        // What may be destroyed only later is no difference today.
        resources.retain(|resource| resource.destroy_after.is_none_or(|after| after <= now));
        let places: BTreeMap<&str, usize> =
            owners.iter().enumerate().map(|(place, owner)| (owner.as_str(), place)).collect();
        // As the owners come, so that a tenant's own stand before its people's.
        resources.sort_by_key(|resource| places.get(resource.owner.as_str()).copied());
        self.plan_of(resources).await
    }

    /// The same of these resources alone, for an owner may have many that are not asked about.
    pub async fn plan_of(&self, mut resources: Vec<Resource>) -> Result<Plan, Error> {
        let (db, clock, _) = self.parts();
        let owners: BTreeSet<&str> = resources.iter().map(|resource| resource.owner.as_str()).collect();
        let owners: Vec<String> = owners.into_iter().map(str::to_owned).collect();
        let order: Vec<String> = resources.iter().map(|resource| resource.id.clone()).collect();
        let masks = drift::masks_of_owners(db.read(), clock.now(), &owners).await?;
        let mut compared = self.compare_each(&resources, &masks, &BTreeSet::new()).await?;
        let anew = compared.values().filter_map(|one| one.change.as_ref());
        let anew = anew.filter(|change| change.action == PlanAction::Create);
        let remade: BTreeSet<String> = anew.map(|change| need_key(&change.kind, &change.key)).collect();
        // What is made anew gets another id, so what goes by the former one changes too.
        let goes_along =
            |one: &Compared| one.change.is_none() && one.needs.iter().any(|key| remade.contains(key));
        resources.retain(|resource| compared.get(&resource.id).is_some_and(goes_along));
        compared.extend(self.compare_each(&resources, &masks, &remade).await?);
        let mut digest = Sha256::new();
        let mut plan = Plan { hash: String::new(), changes: Vec::new(), accepted: Vec::new() };
        for one in order.iter().filter_map(|id| compared.remove(id)) {
            let accepted = one.accepted.iter().map(|acceptance| acceptance.id.as_str());
            for text in std::iter::once(one.seen.as_str()).chain(accepted) {
                digest.update((text.len() as u64).to_be_bytes());
                digest.update(text.as_bytes());
            }
            plan.changes.extend(one.change);
            plan.accepted.extend(one.accepted);
        }
        plan.hash = kernel::id::hex(&digest.finalize());
        plan.hash.truncate(32);
        Ok(plan)
    }

    /// Compares resources with what is there, a limited number at a time; by id.
    async fn compare_each(
        &self,
        resources: &[Resource],
        masks: &BTreeMap<String, Masks>,
        remade: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, Compared>, Error> {
        static NONE: Masks = Masks::none();
        let (_, _, kinds) = self.parts();
        let comparisons: Vec<_> = resources
            .iter()
            .filter_map(|resource| {
                let kind = kinds.get(resource.kind.as_str())?.kind.as_ref().ok()?;
                let masks = masks.get(&resource.id).unwrap_or(&NONE);
                Some(async move {
                    let compared = compare(self, kind.as_ref(), resource, masks, remade).await?;
                    Ok((resource.id.clone(), compared))
                })
            })
            .collect();
        stream::iter(comparisons).buffer_unordered(self.settings().at_a_time).try_collect().await
    }

    /// Does what the plan of this hash lists and `chosen` lets through, and nothing else; gives the plan as it was
    /// carried out. What others need comes before them.
    pub async fn apply(
        &self,
        owners: &[String],
        hash: &str,
        chosen: impl Fn(&Change) -> bool,
    ) -> Result<Plan, PlanError> {
        let plan = self.plan(owners).await?;
        if plan.hash != hash {
            return Err(PlanError::Moved);
        }
        let doable = plan.changes.iter().filter(|change| change.is_doable() && chosen(change));
        let mut left: Vec<&Change> = doable.collect();
        // Whoever applies a plan has seen what it destroys, and what it makes again.
        let of = |action: PlanAction| -> Vec<String> {
            let these = left.iter().filter(|change| change.action == action);
            these.map(|change| change.resource.clone()).collect()
        };
        let (db, clock, _) = self.parts();
        removal::order_these(db, clock, &of(PlanAction::Delete)).await?;
        removal::let_be_made(db, &of(PlanAction::Create)).await?;
        while !left.is_empty() {
            let open: BTreeSet<String> =
                left.iter().map(|change| need_key(&change.kind, &change.key)).collect();
            let waits = |change: &&Change| change.needs.iter().any(|key| open.contains(key));
            let (later, mut now): (Vec<_>, Vec<_>) = left.into_iter().partition(waits);
            // Kinds that need each other would be a mistake; it must not hang here.
            left = if now.is_empty() {
                now.extend(later);
                Vec::new()
            } else {
                later
            };
            let steps: Vec<_> = now.into_iter().map(|change| self.run_now(&change.resource)).collect();
            let done: Vec<_> =
                stream::iter(steps).buffer_unordered(self.settings().at_a_time).collect().await;
            done.into_iter().collect::<Result<Vec<bool>, Error>>()?;
        }
        Ok(plan)
    }
}

/// What comparing one object came to.
pub(crate) struct Compared {
    /// What was seen, as text for the hash.
    seen: String,
    /// The difference that nobody accepted, if there is one.
    pub change: Option<Change>,
    /// Acceptances of what was seen.
    accepted: Vec<Acceptance>,
    /// What the object needs.
    needs: Vec<String>,
}

/// Reads an object and compares it with what is wanted.
pub(crate) async fn compare(
    engine: &Reconciler,
    kind: &dyn AnyKind,
    resource: &Resource,
    masks: &Masks,
    remade: &BTreeSet<String>,
) -> Result<Compared, Error> {
    let (db, _, _) = engine.parts();
    let Linked { resource, lack } = &link(db.read(), kind, resource, remade).await?;
    // Without what it needs it can't be there.
    let may_be_there = lack.is_none() || resource.upstream_id.is_some();
    let found = if may_be_there { find(kind, resource).await } else { Ok(None) };
    let (seen, change, accepted) = match found {
        Err(problem) => {
            let note = Some(engine.said(&problem));
            (
                "unreadable".to_owned(),
                Some(change(resource, PlanAction::Unreadable, None, Vec::new(), note)),
                vec![],
            )
        }
        Ok(None) => {
            let (change, accepted) = absent(resource, masks);
            ("absent".to_owned(), change, accepted)
        }
        Ok(Some(actual)) if !actual.is_of(resource) => {
            let seen = format!("foreign {}", actual.upstream_id);
            (seen, in_the_way(engine, kind, resource, actual).await?, vec![])
        }
        Ok(Some(actual)) => {
            let seen = format!("{} {}", actual.upstream_id, actual.fields);
            let (change, accepted) = present(kind, resource, actual, masks);
            (seen, change, accepted)
        }
    };
    let needs: Vec<String> = kind.needs(resource).iter().map(Need::key).collect();
    let seen = format!("{} {} {seen}", resource.id, resource.spec_version);
    let change = change.map(|change| Change { needs: needs.clone(), ..change });
    Ok(Compared { seen, change, accepted, needs })
}

fn change(
    resource: &Resource,
    action: PlanAction,
    upstream_id: Option<String>,
    fields: Vec<FieldChange>,
    note: Option<StepError>,
) -> Change {
    Change {
        upstream: upstream_of(&resource.kind).to_owned(),
        kind: resource.kind.clone(),
        key: resource.name.clone(),
        action,
        fields,
        upstream_id,
        note,
        resource: resource.id.clone(),
        owner: resource.owner.clone(),
        needs: Vec::new(),
    }
}

fn absent(resource: &Resource, masks: &Masks) -> (Option<Change>, Vec<Acceptance>) {
    let Some(spec) = &resource.spec else { return (None, vec![]) };
    if let Some(accepted) = masks.of_whole(Difference::Missing) {
        return (None, vec![accepted.clone()]);
    }
    let fields = spec.as_object().into_iter().flatten();
    let missing = fields.map(|(field, want)| FieldChange {
        field: field.clone(),
        want: want.clone(),
        have: serde_json::Value::Null,
    });
    (Some(change(resource, PlanAction::Create, None, missing.collect(), None)), vec![])
}

async fn in_the_way(
    engine: &Reconciler,
    kind: &dyn AnyKind,
    resource: &Resource,
    actual: Actual,
) -> Result<Option<Change>, Error> {
    if resource.spec.is_none() {
        return Ok(None);
    }
    let (db, _, _) = engine.parts();
    let obstacle = foreign::obstacle(db.read(), &actual, "blocked-name-unmanaged").await?;
    let id = actual.mark.is_none().then_some(actual.upstream_id);
    let note = engine.said(&Problem::Blocked(obstacle.with("title", kind.title(resource))));
    Ok(Some(change(resource, PlanAction::Foreign, id, Vec::new(), Some(note))))
}

fn present(
    kind: &dyn AnyKind,
    resource: &Resource,
    actual: Actual,
    masks: &Masks,
) -> (Option<Change>, Vec<Acceptance>) {
    let Some(spec) = &resource.spec else {
        return (
            Some(change(resource, PlanAction::Delete, Some(actual.upstream_id), Vec::new(), None)),
            vec![],
        );
    };
    let mut accepted: Vec<Acceptance> = Vec::new();
    let mut open = Vec::new();
    for field in kind.diff(spec, &actual) {
        match masks.of_field(&field) {
            None => open.push(field),
            Some(acceptance) if accepted.iter().any(|known| known.id == acceptance.id) => {}
            Some(acceptance) => accepted.push(acceptance.clone()),
        }
    }
    let is_as_wanted = open.is_empty();
    let update = change(resource, PlanAction::Update, Some(actual.upstream_id), open, None);
    ((!is_as_wanted).then_some(update), accepted)
}
