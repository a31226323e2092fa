//! What would be done, without doing it; and doing exactly that.

use std::collections::BTreeMap;

use db::Error;
use kernel::Timestamp;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::drift::{self, Acceptance, Difference, Masks, Subject};
use crate::engine::Reconciler;
use crate::kind::{Actual, FieldChange, Kind, upstream_of};
use crate::needs::link;
use crate::step::find;
use crate::store::{self, Resource};

/// What a change does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
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
    pub action: Action,
    /// The fields that differ and that nobody accepted.
    pub fields: Vec<FieldChange>,
    /// Its id upstream, where it is there and nobody else's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream_id: Option<String>,
    /// Why nothing can be done, for [`Action::Foreign`] and [`Action::Unreadable`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The id of the resource.
    #[serde(skip)]
    pub resource: String,
}

impl Change {
    /// True when applying the plan changes something here.
    pub fn is_doable(&self) -> bool {
        !matches!(self.action, Action::Foreign | Action::Unreadable)
    }

    /// What an acceptance of this change is about; none when there is nothing to accept.
    pub fn acceptable(&self, owner: &str) -> Option<Subject> {
        match self.action {
            Action::Create => Some(self.subject(owner, Difference::Missing)),
            Action::Update => Some(self.subject(owner, Difference::Changed)),
            Action::Delete | Action::Foreign | Action::Unreadable => None,
        }
    }

    pub(crate) fn subject(&self, owner: &str, difference: Difference) -> Subject {
        Subject {
            owner: owner.to_owned(),
            kind: self.kind.clone(),
            object: self.resource.clone(),
            name: self.key.clone(),
            difference,
            fields: self.fields.clone(),
        }
    }
}

/// All differences of one owner.
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
    #[error("the world has moved since this plan was made")]
    Moved,
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] Error),
}

impl Reconciler {
    /// Reads everything of an owner from the upstreams and lists the differences.
    pub async fn plan(&self, owner: &str) -> Result<Plan, Error> {
        let (db, clock, _) = self.parts();
        let now = clock.now();
        let resources = store::of_owner(db.read(), owner).await?;
        let masks = drift::masks_of_owner(db.read(), now, owner).await?;
        let compared = futures_util::future::join_all(self.comparisons(&resources, &masks, now)).await;
        let mut digest = Sha256::new();
        let mut plan = Plan { hash: String::new(), changes: Vec::new(), accepted: Vec::new() };
        for one in compared {
            let one = one?;
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

    fn comparisons<'a>(
        &'a self,
        resources: &'a [Resource],
        masks: &'a BTreeMap<String, Masks>,
        now: Timestamp,
    ) -> impl Iterator<Item = impl Future<Output = Result<Compared, Error>> + 'a> + 'a {
        static NONE: Masks = Masks::none();
        let (db, _, kinds) = self.parts();
        resources.iter().filter_map(move |resource| {
            let kind = kinds.get(resource.kind.as_str())?.kind.as_ref().ok()?;
            // What may be destroyed only later is no difference today.
            let waits = resource.destroy_after.is_some_and(|after| after > now);
            let masks = masks.get(&resource.id).unwrap_or(&NONE);
            (!waits).then(|| compare(db.read(), kind.as_ref(), resource, masks))
        })
    }

    /// Does what the plan of this hash lists and `chosen` lets through, and nothing else; gives the plan as it was
    /// carried out.
    pub async fn apply(
        &self,
        owner: &str,
        hash: &str,
        chosen: impl Fn(&Change) -> bool,
    ) -> Result<Plan, PlanError> {
        let plan = self.plan(owner).await?;
        if plan.hash != hash {
            return Err(PlanError::Moved);
        }
        let doable = plan.changes.iter().filter(|change| change.is_doable() && chosen(change));
        let steps = doable.map(|change| self.run_now(&change.resource));
        for done in futures_util::future::join_all(steps).await {
            done?;
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
}

/// Reads an object and compares it with what is wanted.
pub(crate) async fn compare(
    on: &impl ConnectionTrait,
    kind: &dyn Kind,
    resource: &Resource,
    masks: &Masks,
) -> Result<Compared, Error> {
    let found = match link(on, kind, resource).await? {
        Ok(linked) => find(kind, &linked).await,
        Err(_) if resource.upstream_id.is_some() => find(kind, resource).await,
        // Without what it needs it can't be there.
        Err(_) => Ok(None),
    };
    let (seen, change, accepted) = match found {
        Err(problem) => {
            let note = Some(problem.to_string());
            (
                "unreadable".to_owned(),
                Some(change(resource, Action::Unreadable, None, Vec::new(), note)),
                vec![],
            )
        }
        Ok(None) => {
            let (change, accepted) = absent(resource, masks);
            ("absent".to_owned(), change, accepted)
        }
        Ok(Some(actual)) if !actual.is_of(resource) => {
            (format!("foreign {}", actual.upstream_id), foreign(resource, actual), vec![])
        }
        Ok(Some(actual)) => {
            let seen = format!("{} {}", actual.upstream_id, actual.fields);
            let (change, accepted) = present(kind, resource, actual, masks);
            (seen, change, accepted)
        }
    };
    Ok(Compared { seen: format!("{} {} {seen}", resource.id, resource.spec_version), change, accepted })
}

fn change(
    resource: &Resource,
    action: Action,
    upstream_id: Option<String>,
    fields: Vec<FieldChange>,
    note: Option<String>,
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
    (Some(change(resource, Action::Create, None, missing.collect(), None)), vec![])
}

fn foreign(resource: &Resource, actual: Actual) -> Option<Change> {
    resource.spec.as_ref()?;
    let (note, id) = match actual.mark {
        None => ("an object of this name exists that Dezky did not make", Some(actual.upstream_id)),
        Some(_) => ("an object of this name exists that bears the mark of another", None),
    };
    Some(change(resource, Action::Foreign, id, Vec::new(), Some(note.to_owned())))
}

fn present(
    kind: &dyn Kind,
    resource: &Resource,
    actual: Actual,
    masks: &Masks,
) -> (Option<Change>, Vec<Acceptance>) {
    let Some(spec) = &resource.spec else {
        return (Some(change(resource, Action::Delete, Some(actual.upstream_id), Vec::new(), None)), vec![]);
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
    let update = change(resource, Action::Update, Some(actual.upstream_id), open, None);
    ((!is_as_wanted).then_some(update), accepted)
}
