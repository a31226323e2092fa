//! How much a person's own drive in oCIS may hold. The drive is there from the person's first sign-in to files on, and
//! goes with the account: until then there is nothing to do, and at the end there is nothing to undo.

use std::time::Duration;

use async_trait::async_trait;
use reconcile::fields::{compared, needed, text};
use reconcile::{Actual, Created, FieldChange, Kind, Listed, Need, Obstacle, Problem, Target, Waiting};
use serde_json::{Value, json};
use upstream_ocis::Ocis;

use crate::desired::{FILES_QUOTA, FILES_USER, FilesQuotaSpec};

pub struct FilesQuota(pub Ocis);

const FIELD: &str = "quotaBytes";
/// A person who signs in to files has no limit for so long at most.
const LOOK_AGAIN: Duration = Duration::from_mins(1);

impl FilesQuota {
    async fn find(&self, user: &str, mark: &str) -> Result<Actual, Problem> {
        let drive = self.0.personal_drive(user).await?;
        // A service user that has lost its role is told of nobody's drive (ocis, section 6).
        if drive.is_none() && !self.0.is_admin().await? {
            return Err(Problem::Blocked(Obstacle::new("blocked-files-admin-lost")));
        }
        let waiting = Waiting { reason: "no_drive_yet", again_in: LOOK_AGAIN };
        Ok(Actual {
            upstream_id: user.to_owned(),
            mark: Some(mark.to_owned()),
            waiting: drive.is_none().then_some(waiting),
            // A server that doesn't say is set once more.
            fields: drive
                .map_or_else(|| json!({}), |drive| json!({"drive": drive.id, FIELD: drive.quota_total})),
        })
    }
}

#[async_trait]
impl Kind for FilesQuota {
    type Spec = FilesQuotaSpec;

    fn name(&self) -> &'static str {
        FILES_QUOTA
    }

    /// The drive of one person, which nothing else is written into.
    fn writes_into(&self, _: &Target<'_, Self::Spec>) -> Option<Need> {
        None
    }

    fn needs(&self, spec: &Self::Spec) -> Vec<Need> {
        vec![Need::of(FILES_USER, &spec.person)]
    }

    async fn read(&self, target: &Target<'_, Self::Spec>) -> Result<Option<Actual>, Problem> {
        let known = target.needed.first().map(String::as_str).or(target.upstream_id);
        match known.filter(|_| target.is_wanted) {
            Some(user) => self.find(user, target.id).await.map(Some),
            None => Ok(None),
        }
    }

    async fn create(&self, target: &Target<'_, Self::Spec>, _: &Self::Spec) -> Result<Created, Problem> {
        Ok(Created::New(self.find(needed(self, target, 0)?, target.id).await?))
    }

    async fn update(
        &self,
        _: &Target<'_, Self::Spec>,
        spec: &Self::Spec,
        actual: &Actual,
        _: &[FieldChange],
    ) -> Result<(), Problem> {
        self.0.set_quota(text(&actual.fields, "drive"), spec.quota_bytes).await?;
        Ok(())
    }

    async fn delete(&self, _: &Target<'_, Self::Spec>, _: &Actual) -> Result<(), Problem> {
        Ok(())
    }

    /// Each is read by itself: whose limit is nobody's wish here is nobody's business.
    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        Ok(Vec::new())
    }

    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange> {
        if actual.waiting.is_some() { Vec::new() } else { compared(spec, actual, &[FIELD]) }
    }
}
