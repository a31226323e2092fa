//! What would be done, without doing it; and doing exactly that.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::engine::Reconciler;
use crate::kind::{FieldChange, Kind, Problem, upstream_of};
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
pub struct Change {
    /// The upstream.
    pub upstream: String,
    /// The kind of object.
    pub kind: String,
    /// Its name.
    pub key: String,
    /// What would be done.
    pub action: Action,
    /// The fields that differ.
    pub fields: Vec<FieldChange>,
    /// Why nothing can be done, for [`Action::Foreign`] and [`Action::Unreadable`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(skip)]
    resource: String,
}

/// All differences of one owner.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// Stands for what was wanted and what was read; a plan with another hash is another plan.
    pub hash: String,
    /// The differences; none when all is as it should be.
    pub changes: Vec<Change>,
}

/// A plan was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// What was read is no longer what is.
    #[error("the world has moved since this plan was made")]
    Moved,
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl Reconciler {
    /// Reads everything of an owner from the upstreams and lists the differences.
    pub async fn plan(&self, owner: &str) -> Result<Plan, db::Error> {
        let (db, clock, kinds) = self.parts();
        let resources = store::of_owner(db.read(), owner).await?;
        let now = clock.now();
        let readable = resources.iter().filter_map(|resource| {
            let kind = kinds.get(resource.kind.as_str())?.kind.as_ref().ok()?;
            // What may be destroyed only later is no difference today.
            let waits = resource.destroy_after.is_some_and(|after| after > now);
            (!waits).then(|| compare(kind.as_ref(), resource))
        });
        let compared = futures_util::future::join_all(readable).await;
        let mut digest = Sha256::new();
        for (seen, _) in &compared {
            digest.update((seen.len() as u64).to_be_bytes());
            digest.update(seen.as_bytes());
        }
        let mut hash = kernel::id::hex(&digest.finalize());
        hash.truncate(32);
        Ok(Plan { hash, changes: compared.into_iter().filter_map(|(_, change)| change).collect() })
    }

    /// Does what the plan of this hash lists, and nothing else; gives the plan as it was carried out.
    pub async fn apply(&self, owner: &str, hash: &str) -> Result<Plan, PlanError> {
        let plan = self.plan(owner).await?;
        if plan.hash != hash {
            return Err(PlanError::Moved);
        }
        let doable = |change: &&Change| !matches!(change.action, Action::Foreign | Action::Unreadable);
        let steps = plan.changes.iter().filter(doable).map(|change| self.run_now(&change.resource));
        for done in futures_util::future::join_all(steps).await {
            done?;
        }
        Ok(plan)
    }
}

/// What was seen of a resource, as text for the hash, and the difference if there is one.
async fn compare(kind: &dyn Kind, resource: &Resource) -> (String, Option<Change>) {
    let in_doubt = resource.upstream_id.is_none() && resource.intent_at.is_some();
    let actual = if in_doubt { kind.search(resource).await } else { kind.read(resource).await };
    let change = |action, fields, note| {
        Some(Change {
            upstream: upstream_of(&resource.kind).to_owned(),
            kind: resource.kind.clone(),
            key: resource.name.clone(),
            action,
            fields,
            note,
            resource: resource.id.clone(),
        })
    };
    let (seen, difference) = match (actual, &resource.spec) {
        (Err(problem), _) => unreadable(&problem, change),
        (Ok(None), None) => ("absent".to_owned(), None),
        (Ok(None), Some(spec)) => {
            let fields = spec.as_object().into_iter().flatten();
            let missing = fields.map(|(field, want)| FieldChange {
                field: field.clone(),
                want: want.clone(),
                have: serde_json::Value::Null,
            });
            ("absent".to_owned(), change(Action::Create, missing.collect(), None))
        }
        (Ok(Some(actual)), spec) if !actual.is_of(resource) => {
            let note = "an object of this name exists that Dezky did not make".to_owned();
            let seen = format!("foreign {}", actual.upstream_id);
            (seen, spec.as_ref().and_then(|_| change(Action::Foreign, Vec::new(), Some(note))))
        }
        (Ok(Some(actual)), None) => (format!("{actual:?}"), change(Action::Delete, Vec::new(), None)),
        (Ok(Some(actual)), Some(spec)) => {
            let fields = kind.diff(spec, &actual);
            let difference = if fields.is_empty() { None } else { change(Action::Update, fields, None) };
            (format!("{} {}", actual.upstream_id, actual.fields), difference)
        }
    };
    (format!("{} {} {seen}", resource.id, resource.spec_version), difference)
}

fn unreadable(
    problem: &Problem,
    change: impl Fn(Action, Vec<FieldChange>, Option<String>) -> Option<Change>,
) -> (String, Option<Change>) {
    ("unreadable".to_owned(), change(Action::Unreadable, Vec::new(), Some(problem.to_string())))
}
