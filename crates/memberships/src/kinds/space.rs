//! That a person may edit a space in oCIS: their tenant's, or one of a group's. Edit and never manage: who manages could throw Dezky out and
//! destroy the space (ocis, section 8). There is nothing to mark, see `membership.rs`.

use async_trait::async_trait;
use reconcile::fields::{compared, needed};
use reconcile::{Actual, Created, FieldChange, Kind, Listed, Need, Obstacle, Problem, Target};
use serde_json::{Value, json};
use upstream_ocis::{Changed, InSpace, Invited, Member, Ocis, Removed, SpaceRole};

use super::sides;
use crate::desired::{FILES_USER, SPACE_MEMBERSHIP, SpaceMembershipSpec};

pub struct SpaceMembership(pub Ocis);

const FIELDS: [&str; 1] = ["present"];

/// The drive's and the account's id, as one id; a drive's has no bar.
fn id(drive: &str, user: &str) -> String {
    format!("{drive}|{user}")
}

fn gone() -> Problem {
    Problem::Blocked(Obstacle::new("blocked-space-gone"))
}

fn open<T>(answer: InSpace<T>) -> Result<T, Problem> {
    match answer {
        InSpace::Open(value) => Ok(value),
        InSpace::NotAMember => Err(Problem::Blocked(Obstacle::new("blocked-space-not-a-member"))),
        InSpace::Gone => Err(gone()),
    }
}

impl SpaceMembership {
    async fn find(&self, drive: &str, user: &str, mark: Option<String>) -> Result<Option<Actual>, Problem> {
        let members = match self.0.space_members(drive).await? {
            InSpace::Gone => return Ok(None),
            other => open(other)?,
        };
        let whose = Member::User(user.to_owned());
        let role = members.into_iter().find(|membership| membership.member == whose).map(|it| it.role);
        let present = match role {
            None => json!(false),
            Some(SpaceRole::Editor) => json!(true),
            // More or less than to edit.
            Some(other) => json!(format!("{other:?}")),
        };
        let fields = json!({"present": present});
        Ok(Some(Actual { upstream_id: id(drive, user), mark, fields, waiting: None }))
    }

    async fn set(&self, id: &str, present: bool) -> Result<(), Problem> {
        let Some((drive, user)) = id.split_once('|') else {
            return Err(Problem::Blocked(Obstacle::new("blocked-space-sides")));
        };
        if !present {
            return match open(self.0.remove_member(drive, user).await?)? {
                Removed::Done => Ok(()),
                Removed::LastManager => Err(Problem::Blocked(Obstacle::new("blocked-space-last-manager"))),
            };
        }
        match open(self.0.invite(drive, user, &SpaceRole::Editor).await?)? {
            Invited::New => Ok(()),
            Invited::Already => match open(self.0.change_member(drive, user, &SpaceRole::Editor).await?)? {
                Changed::Done => Ok(()),
                Changed::NoMember => Err(Problem::Blocked(Obstacle::new("blocked-space-contradiction"))),
            },
        }
    }
}

#[async_trait]
impl Kind for SpaceMembership {
    type Spec = SpaceMembershipSpec;

    fn name(&self) -> &'static str {
        SPACE_MEMBERSHIP
    }

    /// oCIS loses invitations to one space that arrive together (ocis, section 14).
    fn writes_into(&self, target: &Target<'_, Self::Spec>) -> Option<Need> {
        target.spec.map(|spec| Need::of(provisioning::DRIVE, &spec.space))
    }

    fn is_relation(&self) -> bool {
        true
    }

    fn needs(&self, spec: &Self::Spec) -> Vec<Need> {
        vec![Need::of(provisioning::DRIVE, &spec.space), Need::of(FILES_USER, &spec.person)]
    }

    /// One that should be gone is not there; one that should be closed is, and says so.
    async fn read(&self, target: &Target<'_, Self::Spec>) -> Result<Option<Actual>, Problem> {
        let Some((drive, user)) = sides(target, '|') else { return Ok(None) };
        let found = self.find(drive, user, Some(target.id.to_owned())).await?;
        Ok(found.filter(|found| target.is_wanted || found.fields["present"] != false))
    }

    async fn create(&self, target: &Target<'_, Self::Spec>, _: &Self::Spec) -> Result<Created, Problem> {
        let (drive, user) = (needed(self, target, 0)?, needed(self, target, 1)?);
        match self.find(drive, user, Some(target.id.to_owned())).await? {
            Some(actual) => Ok(Created::New(actual)),
            None => Err(gone()),
        }
    }

    async fn update(
        &self,
        _: &Target<'_, Self::Spec>,
        spec: &Self::Spec,
        actual: &Actual,
        _: &[FieldChange],
    ) -> Result<(), Problem> {
        self.set(&actual.upstream_id, spec.present).await
    }

    async fn delete(&self, _: &Target<'_, Self::Spec>, actual: &Actual) -> Result<(), Problem> {
        self.set(&actual.upstream_id, false).await
    }

    /// Each membership is read by itself: a list of all would be one of every space.
    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        Ok(Vec::new())
    }

    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange> {
        compared(spec, actual, &FIELDS)
    }
}
