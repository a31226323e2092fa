//! A group in Authentik that stands for an example. Its name is unique there; the mark stands in the attribute `dezky`.

use async_trait::async_trait;
use reconcile::{Actual, Created, FieldChange, Kind, Listed, Need, Obstacle, Problem, Target};
use serde_json::{Value, json};
use upstream_authentik::{Authentik, Created as Made, Group as Found, GroupChange, NewGroup};

use crate::desired::{EXAMPLE, ExampleSpec, PREFIX};

pub struct Example(pub Authentik);

fn actual(group: &Found) -> Actual {
    let dezky = group.attributes.get("dezky").cloned().unwrap_or_default();
    Actual {
        upstream_id: group.id.clone(),
        mark: dezky.get("resource").and_then(Value::as_str).map(str::to_owned),
        fields: json!({
            "name": group.name,
            "tenantId": dezky.get("tenant_id"),
            "displayName": dezky.get("display_name"),
        }),
        waiting: None,
    }
}

fn attributes(resource: &str, spec: &ExampleSpec) -> Value {
    json!({"dezky": {
        "tenant_id": spec.tenant_id, "display_name": spec.display_name, "resource": resource,
    }})
}

#[async_trait]
impl Kind for Example {
    type Spec = ExampleSpec;

    fn name(&self) -> &'static str {
        EXAMPLE
    }

    /// Its object is written by itself alone.
    fn writes_into(&self, _: &Target<'_, ExampleSpec>) -> Option<Need> {
        None
    }

    async fn read(&self, target: &Target<'_, ExampleSpec>) -> Result<Option<Actual>, Problem> {
        let found = match target.upstream_id {
            Some(id) => self.0.group(id).await?,
            None => self.0.find_group(target.name).await?,
        };
        Ok(found.as_ref().map(actual))
    }

    /// What other groups there are is nobody's business here. The search finds the prefix anywhere in a name.
    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        let found = self.0.list_groups(PREFIX).await?.into_iter();
        let ours = found.filter(|group| group.name.starts_with(PREFIX));
        Ok(ours.map(|group| Listed { actual: actual(&group), name: group.name }).collect())
    }

    async fn create(&self, target: &Target<'_, ExampleSpec>, spec: &ExampleSpec) -> Result<Created, Problem> {
        let new = NewGroup { name: spec.name.clone(), attributes: attributes(target.id, spec) };
        Ok(match self.0.create_group(&new).await? {
            Made::New(group) => Created::New(actual(&group)),
            Made::Exists => {
                Created::Taken(Obstacle::new("blocked-example-taken").with("name", new.name.as_str()))
            }
        })
    }

    async fn update(
        &self,
        target: &Target<'_, ExampleSpec>,
        spec: &ExampleSpec,
        actual: &Actual,
        _: &[FieldChange],
    ) -> Result<(), Problem> {
        let change =
            GroupChange { name: Some(spec.name.clone()), attributes: Some(attributes(target.id, spec)) };
        self.0.update_group(&actual.upstream_id, &change).await?;
        Ok(())
    }

    async fn delete(&self, _: &Target<'_, ExampleSpec>, actual: &Actual) -> Result<(), Problem> {
        Ok(self.0.delete_group(&actual.upstream_id).await?)
    }
}
