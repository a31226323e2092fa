//! Who is in which group. Groups that make superusers are read first and left alone: an account that may add members
//! to groups may also add them to superusers' groups (section 12).

use outbound::{Call, CallError, Method};
use serde_json::json;

use crate::client::{accept, is_missing};
use crate::groups::{self, GROUPS};
use crate::pages::Listing;
use crate::{Authentik, Group};

impl Authentik {
    /// Puts a user into a group; one who is in it already is a success. Refused when either is gone or the group
    /// makes superusers. Safe to repeat.
    pub async fn add_to_group(&self, group: &str, user: i64) -> Result<(), CallError> {
        self.open_group(group).await?;
        let answer = self.send(member_call(group, "add_user", user)).await?;
        if is_missing(&answer) {
            return Err(self.refused(404, format!("there is no user {user}, or the group is gone")));
        }
        accept(answer).map(drop)
    }

    /// Takes a user out of a group; where one of them is gone, or the user is not in it, there is nothing to do.
    /// Refused when the group makes superusers. Safe to repeat.
    pub async fn remove_from_group(&self, group: &str, user: i64) -> Result<(), CallError> {
        let Some(found) = self.group(group).await? else {
            return Ok(());
        };
        self.guard(&found)?;
        let answer = self.send(member_call(group, "remove_user", user)).await?;
        if is_missing(&answer) {
            return Ok(());
        }
        accept(answer).map(drop)
    }

    /// The groups that a user is in, by name; none when there is no such user.
    pub async fn groups_of_user(&self, user: i64) -> Result<Option<Vec<Group>>, CallError> {
        let Some(found) = self.user(user).await? else {
            return Ok(None);
        };
        let number = user.to_string();
        let filters = [("include_users", "false"), ("members_by_pk", number.as_str())];
        let listing = Listing { path: GROUPS, what: "groups", ordering: "name", filters: &filters };
        let read = self.rows_of(&listing, "members_by_pk", |group: &Group| group.id.clone()).await?;
        Ok(read.map(|mut groups| {
            // The user says it too: a filter that the server does not know selects every group (section 1).
            groups.retain(|group| found.groups.contains(&group.id));
            groups.sort_by(|a, b| a.name.cmp(&b.name));
            groups
        }))
    }

    /// The group of that id, which must be there and make no superusers.
    pub(crate) async fn open_group(&self, id: &str) -> Result<Group, CallError> {
        let found = self.group(id).await?;
        let group = found.ok_or_else(|| self.refused(404, format!("there is no group {id:?}")))?;
        self.guard(&group)?;
        Ok(group)
    }
}

fn member_call(group: &str, action: &str, user: i64) -> Call {
    Call::new(Method::Post, format!("{}{action}/", groups::path(group))).json(&json!({"pk": user}))
}
