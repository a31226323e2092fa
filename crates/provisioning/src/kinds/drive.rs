//! A tenant's project space in oCIS. Names are not unique there, so it is made at once and searched for by its mark,
//! in the description, only after an unknown outcome (ocis, section 12).

use async_trait::async_trait;
use reconcile::{Actual, Created, FieldChange, Kind, Listed, Need, Obstacle, Problem, Target};
use serde_json::json;
use upstream_ocis::{Drive as Found, DriveChange, NewDrive, Ocis};

use super::Mark;
use crate::desired::DriveSpec;

pub struct Drive(pub Ocis);

fn actual(drive: &Found) -> Actual {
    let mark = drive.description.as_deref().and_then(Mark::read);
    Actual {
        upstream_id: drive.id.clone(),
        fields: json!({
            "name": drive.name,
            "tenantId": mark.as_ref().map(|mark| &mark.tenant),
            "quotaBytes": drive.quota_total,
            "enabled": !drive.disabled,
        }),
        mark: mark.map(|mark| mark.resource),
        waiting: None,
    }
}

fn mark(resource: &str, spec: &DriveSpec) -> String {
    Mark { tenant: spec.tenant_id.clone(), resource: resource.to_owned() }.text()
}

impl Drive {
    /// oCIS says 404 also to a service user that has lost its role (ocis, section 12): absence is believed only
    /// from an Admin.
    async fn gone_for_sure(&self) -> Result<(), Problem> {
        if self.0.probe().await?.is_admin {
            return Ok(());
        }
        Err(Problem::Blocked(Obstacle::new("blocked-files-admin-lost")))
    }
}

#[async_trait]
impl Kind for Drive {
    type Spec = DriveSpec;

    fn name(&self) -> &'static str {
        "ocis.drive"
    }

    /// Its members are written into it as well.
    fn writes_into(&self, target: &Target<'_, DriveSpec>) -> Option<Need> {
        Some(Need::of(self.name(), target.name))
    }

    async fn read(&self, target: &Target<'_, DriveSpec>) -> Result<Option<Actual>, Problem> {
        let Some(id) = target.upstream_id else {
            return Ok(None);
        };
        let found = self.0.drive(id).await?;
        if found.is_none() {
            self.gone_for_sure().await?;
        }
        Ok(found.as_ref().map(actual))
    }

    async fn search(&self, target: &Target<'_, DriveSpec>) -> Result<Option<Actual>, Problem> {
        let drives = self.0.project_drives().await?;
        let ours = drives.iter().map(actual).find(|actual| actual.mark.as_deref() == Some(target.id));
        Ok(ours)
    }

    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        let drives = self.0.project_drives().await?;
        // A list that is short by a lost role is no list of what is there (ocis, section 12).
        self.gone_for_sure().await?;
        Ok(drives.into_iter().map(|drive| Listed { actual: actual(&drive), name: drive.name }).collect())
    }

    async fn create(&self, target: &Target<'_, DriveSpec>, spec: &DriveSpec) -> Result<Created, Problem> {
        let new = NewDrive {
            name: spec.name.clone(),
            description: mark(target.id, spec),
            alias: Some(format!("project/{}", target.name)),
            quota_bytes: spec.quota_bytes,
        };
        Ok(Created::New(actual(&self.0.create_drive(&new).await?)))
    }

    async fn update(
        &self,
        target: &Target<'_, DriveSpec>,
        spec: &DriveSpec,
        actual: &Actual,
        changes: &[FieldChange],
    ) -> Result<(), Problem> {
        let id = &actual.upstream_id;
        let differs = |field: &str| changes.iter().any(|change| change.field == field);
        if differs("enabled") && spec.enabled {
            self.0.restore_drive(id).await?;
        }
        if changes.iter().any(|change| change.field != "enabled") {
            let change = DriveChange {
                name: differs("name").then(|| spec.name.clone()),
                description: differs("tenantId").then(|| mark(target.id, spec)),
                quota_bytes: differs("quotaBytes").then_some(spec.quota_bytes),
            };
            self.0.update_drive(id, &change).await?;
        }
        if differs("enabled") && !spec.enabled {
            self.0.disable_drive(id).await?;
        }
        Ok(())
    }

    async fn delete(&self, _: &Target<'_, DriveSpec>, actual: &Actual) -> Result<(), Problem> {
        Ok(self.0.purge_drive(&actual.upstream_id).await?)
    }
}
