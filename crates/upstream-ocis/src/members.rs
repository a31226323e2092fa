//! Who may do what in a space (section 8). The role Admin is no membership: without one the service user sees
//! the space in lists and can't touch its members, and that has an answer of its own here.

use kernel::Timestamp;
use outbound::{Answer, Call, CallError, Cause, Method};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Ocis;
use crate::client::{code_of, escaped, is_gone, successful};

const MANAGER: &str = "312c0871-5ef7-4b3a-85b6-0e4074c64049";
const EDITOR: &str = "58c63c02-1d89-4572-916a-870abc5a1b7d";
const VIEWER: &str = "a8d5fe5e-96e3-418d-825b-534dbdf22b99";

/// An answer about the members of a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InSpace<T> {
    /// The space answered.
    Open(T),
    /// The space is there, but the service user is no member of it: somebody who manages it must invite it again.
    NotAMember,
    /// There is no such space, or none to see.
    Gone,
}

/// What a member may do. A manager may also remove others, the service user too, and destroy the space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpaceRole {
    /// Can manage.
    Manager,
    /// Can edit.
    Editor,
    /// Can view.
    Viewer,
    /// One that Dezky does not know, by its id. It can't be given.
    Other(String),
}

/// Whom a membership is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    /// An account by its id; it may have been deleted since.
    User(String),
    /// A group by its id.
    Group(String),
}

/// A membership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Of whom.
    pub member: Member,
    /// What it allows.
    pub role: SpaceRole,
    /// When it ends by itself.
    pub expires: Option<Timestamp>,
}

/// How an invitation went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invited {
    /// The user is a member now.
    New,
    /// The user was one already, perhaps with another role: look, and change that.
    Already,
}

/// How a change of a role went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is so now.
    Done,
    /// The user is no member.
    NoMember,
}

/// How a removal went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed {
    /// The user is no member, or was none.
    Done,
    /// A space keeps its last manager.
    LastManager,
}

impl SpaceRole {
    fn of(id: String) -> Self {
        match id.as_str() {
            MANAGER => Self::Manager,
            EDITOR => Self::Editor,
            VIEWER => Self::Viewer,
            _ => Self::Other(id),
        }
    }

    fn id(&self) -> &str {
        match self {
            Self::Manager => MANAGER,
            Self::Editor => EDITOR,
            Self::Viewer => VIEWER,
            Self::Other(id) => id,
        }
    }
}

#[derive(Deserialize)]
struct List {
    value: Vec<Permission>,
}

#[derive(Deserialize)]
struct Permission {
    id: String,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(rename = "expirationDateTime")]
    expires: Option<Value>,
}

impl Ocis {
    /// The members of a space, the service user included.
    pub async fn space_members(&self, drive: &str) -> Result<InSpace<Vec<Membership>>, CallError> {
        let path = permissions(drive);
        let answer = self.send(|| Call::get(path.as_str())).await?;
        if is_gone(&answer) {
            return self.closed(drive).await;
        }
        let list: List = successful(answer)?.json()?;
        let mut members: Vec<Membership> = list.value.into_iter().filter_map(membership).collect();
        members.dedup();
        Ok(InSpace::Open(members))
    }

    /// Makes a user a member. Not to be repeated blindly, though harmless: the second time says `Already`. Refused
    /// when there is no such account.
    pub async fn invite(
        &self,
        drive: &str,
        user: &str,
        role: &SpaceRole,
    ) -> Result<InSpace<Invited>, CallError> {
        // Exactly one recipient and one role, or it is a 400 (section 8).
        let body = json!({
            "recipients": [{"objectId": user, "@libre.graph.recipient.type": "user"}],
            "roles": [role.id()],
        });
        let path = format!("/graph/v1beta1/drives/{}/root/invite", escaped(drive));
        let answer = self.send(|| Call::new(Method::Post, path.as_str()).json(&body)).await?;
        if is_gone(&answer) {
            return self.closed(drive).await;
        }
        if answer.status == 409 && code_of(&answer).is_some_and(|code| code == "nameAlreadyExists") {
            return Ok(InSpace::Open(Invited::Already));
        }
        successful(answer)?;
        Ok(InSpace::Open(Invited::New))
    }

    /// Gives a member another role. Safe to repeat.
    pub async fn change_member(
        &self,
        drive: &str,
        user: &str,
        role: &SpaceRole,
    ) -> Result<InSpace<Changed>, CallError> {
        let (path, body) = (permission(drive, user), json!({"roles": [role.id()]}));
        let answer = self.send(|| Call::new(Method::Patch, path.as_str()).json(&body)).await?;
        if is_gone(&answer) {
            // The space, or the member in it.
            return Ok(match self.space_members(drive).await? {
                InSpace::Open(_) => InSpace::Open(Changed::NoMember),
                InSpace::NotAMember => InSpace::NotAMember,
                InSpace::Gone => InSpace::Gone,
            });
        }
        successful(answer)?;
        Ok(InSpace::Open(Changed::Done))
    }

    /// Ends the membership of a user; of one who is no member, too. Keep the service user in: without it nobody's
    /// membership can be changed any more. Safe to repeat.
    pub async fn remove_member(&self, drive: &str, user: &str) -> Result<InSpace<Removed>, CallError> {
        let path = permission(drive, user);
        let answer = self.send(|| Call::new(Method::Delete, path.as_str())).await?;
        if answer.is_success() {
            return Ok(InSpace::Open(Removed::Done));
        }
        // Removing somebody who is no member is a 500, and a last manager is a 403 as other things are: the list
        // tells (section 8).
        if !matches!(answer.status, 403 | 404 | 500) {
            return refused(answer);
        }
        let members = match self.space_members(drive).await? {
            InSpace::Open(members) => members,
            InSpace::NotAMember => return Ok(InSpace::NotAMember),
            InSpace::Gone => return Ok(InSpace::Gone),
        };
        let whose = |membership: &&Membership| membership.member == Member::User(user.to_owned());
        let Some(own) = members.iter().find(whose) else {
            return Ok(InSpace::Open(Removed::Done));
        };
        let managers = members.iter().filter(|membership| membership.role == SpaceRole::Manager).count();
        if answer.status == 403 && own.role == SpaceRole::Manager && managers == 1 {
            return Ok(InSpace::Open(Removed::LastManager));
        }
        refused(answer)
    }

    /// Why a space shows no members: it is gone, or the service user is none of them.
    async fn closed<T>(&self, drive: &str) -> Result<InSpace<T>, CallError> {
        Ok(if self.drive(drive).await?.is_some() { InSpace::NotAMember } else { InSpace::Gone })
    }
}

fn refused<T>(answer: Answer) -> Result<T, CallError> {
    match successful(answer) {
        Err(error) => Err(error),
        Ok(answer) => Err(answer.error(Cause::Malformed("a success where there was none".to_owned()))),
    }
}

fn permissions(drive: &str) -> String {
    format!("/graph/v1beta1/drives/{}/root/permissions", escaped(drive))
}

fn permission(drive: &str, user: &str) -> String {
    format!("{}/u:{}", permissions(drive), escaped(user))
}

/// None for a permission of a kind that is no membership, such as a link.
fn membership(permission: Permission) -> Option<Membership> {
    let member = match permission.id.split_once(':')? {
        ("u", id) => Member::User(id.to_owned()),
        ("g", id) => Member::Group(id.to_owned()),
        _ => return None,
    };
    let role = SpaceRole::of(permission.roles.into_iter().next().unwrap_or_default());
    let expires = permission.expires.as_ref().and_then(Value::as_str).and_then(Timestamp::parse);
    Some(Membership { member, role, expires })
}
