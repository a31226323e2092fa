//! A group in Authentik: of a tenant, inside one, or of a partner's staff. Its name is unique there; the mark stands in the attribute `dezky`.

use async_trait::async_trait;
use reconcile::{Actual, Created, FieldChange, Kind, Listed, Need, Obstacle, Problem, Target};
use serde_json::{Value, json};
use upstream_authentik::{Authentik, Created as Made, Group as Found, GroupChange, NewGroup};

use crate::desired::{GROUP, GROUP_PREFIX, GroupSpec, INNER_GROUP_PREFIX, PARTNER_GROUP_PREFIX};

pub struct Group(pub Authentik);

fn actual(group: &Found) -> Actual {
    let dezky = group.attributes.get("dezky").cloned().unwrap_or_default();
    let mut fields = json!({
        "name": group.name,
        "tenantId": dezky.get("tenant_id"),
        "slug": dezky.get("slug"),
        "state": dezky.get("state"),
        "displayName": dezky.get("display_name"),
    });
    if let Some(partner) = dezky.get("partner_id") {
        fields["partnerId"] = partner.clone();
    }
    Actual {
        upstream_id: group.id.clone(),
        mark: dezky.get("resource").and_then(Value::as_str).map(str::to_owned),
        fields,
        waiting: None,
    }
}

fn attributes(resource: &str, spec: &GroupSpec) -> Value {
    let mut dezky = json!({"slug": spec.slug, "state": spec.state, "resource": resource});
    for (name, owner) in [("tenant_id", &spec.tenant_id), ("partner_id", &spec.partner_id)] {
        if let Some(owner) = owner {
            dezky[name] = json!(owner);
        }
    }
    if let Some(name) = &spec.display_name {
        dezky["display_name"] = json!(name);
    }
    json!({"dezky": dezky})
}

/// All groups that bear a name such as Dezky gives: what other groups there are is nobody's business here.
pub async fn our_groups(authentik: &Authentik) -> Result<Vec<Found>, Problem> {
    let mut ours = Vec::new();
    for prefix in [GROUP_PREFIX, INNER_GROUP_PREFIX, PARTNER_GROUP_PREFIX] {
        let found = authentik.list_groups(prefix).await?;
        ours.extend(found.into_iter().filter(|group| group.name.starts_with(prefix)));
    }
    Ok(ours)
}

#[async_trait]
impl Kind for Group {
    type Spec = GroupSpec;

    fn name(&self) -> &'static str {
        GROUP
    }

    /// Its object is written by itself alone.
    fn writes_into(&self, _: &Target<'_, GroupSpec>) -> Option<Need> {
        None
    }

    async fn read(&self, target: &Target<'_, GroupSpec>) -> Result<Option<Actual>, Problem> {
        let found = match target.upstream_id {
            Some(id) => self.0.group(id).await?,
            None => self.0.find_group(target.name).await?,
        };
        Ok(found.as_ref().map(actual))
    }

    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        let ours = our_groups(&self.0).await?.into_iter();
        Ok(ours.map(|group| Listed { actual: actual(&group), name: group.name }).collect())
    }

    async fn create(&self, target: &Target<'_, GroupSpec>, spec: &GroupSpec) -> Result<Created, Problem> {
        let new = NewGroup { name: spec.name.clone(), attributes: attributes(target.id, spec) };
        Ok(match self.0.create_group(&new).await? {
            Made::New(group) => Created::New(actual(&group)),
            Made::Exists => {
                Created::Taken(Obstacle::new("blocked-group-taken").with("name", new.name.as_str()))
            }
        })
    }

    async fn update(
        &self,
        target: &Target<'_, GroupSpec>,
        spec: &GroupSpec,
        actual: &Actual,
        _: &[FieldChange],
    ) -> Result<(), Problem> {
        let (name, attributes) = (spec.name.clone(), attributes(target.id, spec));
        let change = GroupChange { name: Some(name), attributes: Some(attributes) };
        self.0.update_group(&actual.upstream_id, &change).await?;
        Ok(())
    }

    async fn delete(&self, _: &Target<'_, GroupSpec>, actual: &Actual) -> Result<(), Problem> {
        Ok(self.0.delete_group(&actual.upstream_id).await?)
    }
}
