//! That a person is in a group in Authentik: their tenant's, or one inside it. There is nothing to mark: that this person is in this group
//! is what is wanted, or not wanted, whoever did it.

use async_trait::async_trait;
use provisioning::{GROUP, our_groups};
use reconcile::fields::{compared, needed};
use reconcile::{Actual, Created, FieldChange, Kind, Listed, Need, Obstacle, Problem, Target};
use serde_json::{Value, json};
use upstream_authentik::{Authentik, User};

use super::sides;
use super::user::PATH;
use crate::desired::{MEMBERSHIP, MembershipSpec, USER};

pub struct Membership(pub Authentik);

const FIELDS: [&str; 1] = ["present"];

/// The group's and the person's UUID, as one id.
fn id(group: &str, person: &str) -> String {
    format!("{group}/{person}")
}

fn actual(group: &str, user: &User, mark: Option<String>) -> Actual {
    let present = user.groups.iter().any(|of| of.eq_ignore_ascii_case(group));
    Actual {
        upstream_id: id(group, &user.uuid),
        mark,
        fields: json!({"present": present, "number": user.id}),
        waiting: None,
    }
}

impl Membership {
    async fn set(&self, actual: &Actual, present: bool) -> Result<(), Problem> {
        let (Some((group, _)), Some(number)) =
            (actual.upstream_id.split_once('/'), actual.fields.get("number").and_then(Value::as_i64))
        else {
            return Err(Problem::Blocked(Obstacle::new("blocked-membership-sides")));
        };
        if present {
            self.0.add_to_group(group, number).await?;
        } else {
            self.0.remove_from_group(group, number).await?;
        }
        Ok(())
    }

    async fn find(&self, group: &str, person: &str, mark: Option<String>) -> Result<Option<Actual>, Problem> {
        let user = self.0.user_of_uuid(person).await?;
        Ok(user.map(|user| actual(group, &user, mark)))
    }
}

#[async_trait]
impl Kind for Membership {
    type Spec = MembershipSpec;

    fn name(&self) -> &'static str {
        MEMBERSHIP
    }

    /// Authentik adds and removes one person at a time, and loses none of those that come together.
    fn writes_into(&self, _: &Target<'_, Self::Spec>) -> Option<Need> {
        None
    }

    fn is_relation(&self) -> bool {
        true
    }

    fn needs(&self, spec: &Self::Spec) -> Vec<Need> {
        vec![Need::of(GROUP, &spec.group), Need::of(USER, &spec.person)]
    }

    /// One that should be gone is not there; one that should be closed is, and says so.
    async fn read(&self, target: &Target<'_, Self::Spec>) -> Result<Option<Actual>, Problem> {
        let Some((group, person)) = sides(target, '/') else { return Ok(None) };
        let found = self.find(group, person, Some(target.id.to_owned())).await?;
        Ok(found.filter(|found| target.is_wanted || found.fields["present"] == true))
    }

    async fn create(&self, target: &Target<'_, Self::Spec>, _: &Self::Spec) -> Result<Created, Problem> {
        let (group, person) = (needed(self, target, 0)?, needed(self, target, 1)?);
        match self.find(group, person, Some(target.id.to_owned())).await? {
            Some(actual) => Ok(Created::New(actual)),
            None => Err(Problem::Blocked(Obstacle::new("blocked-account-gone"))),
        }
    }

    async fn update(
        &self,
        _: &Target<'_, Self::Spec>,
        spec: &Self::Spec,
        actual: &Actual,
        _: &[FieldChange],
    ) -> Result<(), Problem> {
        self.set(actual, spec.present).await
    }

    async fn delete(&self, _: &Target<'_, Self::Spec>, actual: &Actual) -> Result<(), Problem> {
        self.set(actual, false).await
    }

    /// Who of the people that Dezky made is in which of its groups.
    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        let groups = our_groups(&self.0).await?;
        let users = self.0.users_below(PATH).await?;
        let mut listed = Vec::new();
        for user in &users {
            for group in &groups {
                let actual = actual(&group.id, user, None);
                if actual.fields["present"] == true {
                    listed.push(Listed { name: format!("{} in {}", user.username, group.name), actual });
                }
            }
        }
        Ok(listed)
    }

    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange> {
        compared(spec, actual, &FIELDS)
    }
}
