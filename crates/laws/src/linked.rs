//! Trying a kind without those that make what it needs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use reconcile::{Actual, AnyKind, Created, FieldChange, Listed, Need, Problem, Resource};
use serde_json::Value;

/// Which resource made which object, by the id upstream: for kinds whose objects can't hold a mark.
pub type Makers = Arc<Mutex<BTreeMap<String, String>>>;

/// A kind that the laws try alone: what it needs is there, and it remembers what it made.
pub struct Linked {
    /// The kind.
    pub kind: Box<dyn AnyKind>,
    /// The ids upstream of what it needs.
    pub needed: Vec<String>,
    /// What it made.
    pub makers: Makers,
}

impl Linked {
    fn linked(&self, resource: &Resource) -> Resource {
        let mut linked = resource.clone();
        linked.needed.clone_from(&self.needed);
        linked
    }

    fn note(&self, resource: &Resource, made: &Actual) {
        let mut makers = self.makers.lock().unwrap_or_else(PoisonError::into_inner);
        makers.insert(made.upstream_id.clone(), resource.id.clone());
    }
}

#[async_trait]
impl AnyKind for Linked {
    fn name(&self) -> &'static str {
        self.kind.name()
    }

    fn title(&self, resource: &Resource) -> String {
        self.kind.title(resource)
    }

    fn is_relation(&self) -> bool {
        self.kind.is_relation()
    }

    fn check(&self, spec: &Value) -> Result<(), Problem> {
        self.kind.check(spec)
    }

    fn writes_into(&self, resource: &Resource) -> Option<Need> {
        self.kind.writes_into(resource)
    }

    /// Nothing that anything in the trial could make.
    fn needs(&self, _: &Resource) -> Vec<Need> {
        Vec::new()
    }

    async fn read(&self, resource: &Resource) -> Result<Option<Actual>, Problem> {
        self.kind.read(&self.linked(resource)).await
    }

    async fn search(&self, resource: &Resource) -> Result<Option<Actual>, Problem> {
        let found = self.kind.search(&self.linked(resource)).await?;
        if let Some(found) = found.as_ref().filter(|found| found.mark.as_ref() == Some(&resource.id)) {
            self.note(resource, found);
        }
        Ok(found)
    }

    async fn create(&self, resource: &Resource, spec: &Value) -> Result<Created, Problem> {
        let created = self.kind.create(&self.linked(resource), spec).await?;
        if let Created::New(made) = &created {
            self.note(resource, made);
        }
        Ok(created)
    }

    async fn update(
        &self,
        resource: &Resource,
        spec: &Value,
        actual: &Actual,
        changes: &[FieldChange],
    ) -> Result<(), Problem> {
        self.kind.update(&self.linked(resource), spec, actual, changes).await
    }

    async fn close(&self, actual: &Actual) -> Result<(), Problem> {
        self.kind.close(actual).await
    }

    async fn delete(&self, resource: &Resource, actual: &Actual) -> Result<(), Problem> {
        self.kind.delete(&self.linked(resource), actual).await
    }

    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        self.kind.list().await
    }

    fn as_read(&self, resource: &Resource, listed: Actual) -> Actual {
        self.kind.as_read(resource, listed)
    }

    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange> {
        self.kind.diff(spec, actual)
    }
}
