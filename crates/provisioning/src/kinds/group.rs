//! A group in Authentik: of a tenant, or inside one. Its name is unique there; the mark stands in the attribute `dezky`.

use async_trait::async_trait;
use reconcile::{Actual, Created, FieldChange, Kind, Listed, Need, Problem, Resource};
use serde_json::{Value, json};
use upstream_authentik::{Authentik, Created as Made, Group as Found, GroupChange, NewGroup};

use crate::desired::{GROUP, GROUP_PREFIX, INNER_GROUP_PREFIX};

pub struct Group(pub Authentik);

fn actual(group: &Found) -> Actual {
    let dezky = group.attributes.get("dezky").cloned().unwrap_or_default();
    Actual {
        upstream_id: group.id.clone(),
        mark: dezky.get("resource").and_then(Value::as_str).map(str::to_owned),
        fields: json!({
            "name": group.name,
            "tenantId": dezky.get("tenant_id"),
            "slug": dezky.get("slug"),
            "state": dezky.get("state"),
            "displayName": dezky.get("display_name"),
        }),
        waiting: None,
    }
}

fn attributes(resource: &Resource, spec: &Value) -> Value {
    let mut dezky = json!({
        "tenant_id": spec["tenantId"], "slug": spec["slug"], "state": spec["state"], "resource": resource.id,
    });
    if let Some(name) = spec.get("displayName") {
        dezky["display_name"] = name.clone();
    }
    json!({"dezky": dezky})
}

/// All groups that bear a name such as Dezky gives: what other groups there are is nobody's business here.
pub async fn our_groups(authentik: &Authentik) -> Result<Vec<Found>, Problem> {
    let mut ours = Vec::new();
    for prefix in [GROUP_PREFIX, INNER_GROUP_PREFIX] {
        let found = authentik.list_groups(prefix).await?;
        ours.extend(found.into_iter().filter(|group| group.name.starts_with(prefix)));
    }
    Ok(ours)
}

fn name(spec: &Value) -> String {
    spec["name"].as_str().unwrap_or_default().to_owned()
}

#[async_trait]
impl Kind for Group {
    fn name(&self) -> &'static str {
        GROUP
    }

    /// Its object is written by itself alone.
    fn writes_into(&self, _: &Resource) -> Option<Need> {
        None
    }

    async fn read(&self, resource: &Resource) -> Result<Option<Actual>, Problem> {
        let found = match &resource.upstream_id {
            Some(id) => self.0.group(id).await?,
            None => self.0.find_group(&resource.name).await?,
        };
        Ok(found.as_ref().map(actual))
    }

    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        let ours = our_groups(&self.0).await?.into_iter();
        Ok(ours.map(|group| Listed { actual: actual(&group), name: group.name }).collect())
    }

    async fn create(&self, resource: &Resource, spec: &Value) -> Result<Created, Problem> {
        let new = NewGroup { name: name(spec), attributes: attributes(resource, spec) };
        Ok(match self.0.create_group(&new).await? {
            Made::New(group) => Created::New(actual(&group)),
            Made::Exists => Created::Taken(format!("Authentik has another group named “{}”.", new.name)),
        })
    }

    async fn update(
        &self,
        resource: &Resource,
        spec: &Value,
        actual: &Actual,
        _: &[FieldChange],
    ) -> Result<(), Problem> {
        let change = GroupChange { name: Some(name(spec)), attributes: Some(attributes(resource, spec)) };
        self.0.update_group(&actual.upstream_id, &change).await?;
        Ok(())
    }

    async fn delete(&self, _: &Resource, actual: &Actual) -> Result<(), Problem> {
        Ok(self.0.delete_group(&actual.upstream_id).await?)
    }
}
