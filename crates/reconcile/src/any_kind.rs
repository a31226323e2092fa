//! A kind whose spec is JSON: what the engine works with, whatever kinds there are. Specs are read here, once, so that one
//! that can't be read is an error of its step and never an empty value.

use async_trait::async_trait;
use serde_json::Value;

use crate::kind::{Actual, Created, FieldChange, Kind, Listed, Need, Problem, Target};
use crate::obstacle::Obstacle;
use crate::store::Resource;

/// A [`Kind`] of any spec. Kinds are this by themselves; tests put others between.
#[async_trait]
pub trait AnyKind: Send + Sync {
    /// See [`Kind::name`].
    fn name(&self) -> &'static str;
    /// See [`Kind::title`].
    fn title(&self, resource: &Resource) -> String;
    /// See [`Kind::is_relation`].
    fn is_relation(&self) -> bool;
    /// Whether a spec can be read, with what is wrong with it.
    fn check(&self, spec: &Value) -> Result<(), Problem>;
    /// See [`Kind::writes_into`].
    fn writes_into(&self, resource: &Resource) -> Option<Need>;
    /// See [`Kind::needs`].
    fn needs(&self, resource: &Resource) -> Vec<Need>;
    /// See [`Kind::read`].
    async fn read(&self, resource: &Resource) -> Result<Option<Actual>, Problem>;
    /// See [`Kind::search`].
    async fn search(&self, resource: &Resource) -> Result<Option<Actual>, Problem>;
    /// See [`Kind::create`].
    async fn create(&self, resource: &Resource, spec: &Value) -> Result<Created, Problem>;
    /// See [`Kind::update`].
    async fn update(
        &self,
        resource: &Resource,
        spec: &Value,
        actual: &Actual,
        changes: &[FieldChange],
    ) -> Result<(), Problem>;
    /// See [`Kind::close`].
    async fn close(&self, actual: &Actual) -> Result<(), Problem>;
    /// See [`Kind::delete`].
    async fn delete(&self, resource: &Resource, actual: &Actual) -> Result<(), Problem>;
    /// See [`Kind::list`].
    async fn list(&self) -> Result<Vec<Listed>, Problem>;
    /// See [`Kind::as_read`].
    fn as_read(&self, resource: &Resource, listed: Actual) -> Actual;
    /// See [`Kind::diff`].
    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange>;
}

/// Reads a spec.
fn read<K: Kind>(spec: &Value) -> Result<K::Spec, serde_json::Error> {
    <K::Spec as serde::Deserialize>::deserialize(spec)
}

/// What is wrong is for the log: people can't mend a spec.
fn unread(kind: &'static str, id: Option<&str>) -> impl FnOnce(serde_json::Error) -> Problem {
    move |error| {
        tracing::warn!(kind, id, %error, "a configuration can't be read");
        Problem::Blocked(Obstacle::new("blocked-configuration"))
    }
}

/// Reads what there is to look for a resource by. Of one that should be gone, what was wanted is a help and no condition.
fn described<K: Kind>(resource: &Resource) -> Result<Option<K::Spec>, serde_json::Error> {
    match (&resource.spec, &resource.former) {
        (Some(spec), _) => read::<K>(spec).map(Some),
        (None, former) => Ok(former.as_ref().and_then(|spec| read::<K>(spec).ok())),
    }
}

#[async_trait]
impl<K: Kind> AnyKind for K {
    fn name(&self) -> &'static str {
        Kind::name(self)
    }

    fn check(&self, spec: &Value) -> Result<(), Problem> {
        read::<K>(spec).map(drop).map_err(unread(Kind::name(self), None))
    }

    // What says nothing of an error takes an unread spec as none: the reading and the writing of the same step fail.
    fn title(&self, resource: &Resource) -> String {
        let spec = described::<K>(resource).ok().flatten();
        Kind::title(self, &Target::of(resource, spec.as_ref()))
    }

    fn is_relation(&self) -> bool {
        Kind::is_relation(self)
    }

    fn writes_into(&self, resource: &Resource) -> Option<Need> {
        let spec = described::<K>(resource).ok().flatten();
        Kind::writes_into(self, &Target::of(resource, spec.as_ref()))
    }

    fn needs(&self, resource: &Resource) -> Vec<Need> {
        let spec = described::<K>(resource).ok().flatten();
        spec.map(|spec| Kind::needs(self, &spec)).unwrap_or_default()
    }

    async fn read(&self, resource: &Resource) -> Result<Option<Actual>, Problem> {
        let spec = described::<K>(resource).map_err(unread(Kind::name(self), Some(&resource.id)))?;
        Kind::read(self, &Target::of(resource, spec.as_ref())).await
    }

    async fn search(&self, resource: &Resource) -> Result<Option<Actual>, Problem> {
        let spec = described::<K>(resource).map_err(unread(Kind::name(self), Some(&resource.id)))?;
        Kind::search(self, &Target::of(resource, spec.as_ref())).await
    }

    async fn create(&self, resource: &Resource, spec: &Value) -> Result<Created, Problem> {
        let spec = read::<K>(spec).map_err(unread(Kind::name(self), Some(&resource.id)))?;
        Kind::create(self, &Target::of(resource, Some(&spec)), &spec).await
    }

    async fn update(
        &self,
        resource: &Resource,
        spec: &Value,
        actual: &Actual,
        changes: &[FieldChange],
    ) -> Result<(), Problem> {
        let spec = read::<K>(spec).map_err(unread(Kind::name(self), Some(&resource.id)))?;
        Kind::update(self, &Target::of(resource, Some(&spec)), &spec, actual, changes).await
    }

    async fn close(&self, actual: &Actual) -> Result<(), Problem> {
        Kind::close(self, actual).await
    }

    async fn delete(&self, resource: &Resource, actual: &Actual) -> Result<(), Problem> {
        let spec = described::<K>(resource).ok().flatten();
        Kind::delete(self, &Target::of(resource, spec.as_ref()), actual).await
    }

    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        Kind::list(self).await
    }

    fn as_read(&self, resource: &Resource, listed: Actual) -> Actual {
        let spec = described::<K>(resource).ok().flatten();
        Kind::as_read(self, &Target::of(resource, spec.as_ref()), listed)
    }

    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange> {
        Kind::diff(self, spec, actual)
    }
}
