//! The life of a person: account, groups, suspension, sessions, recovery. Nobody signs in, since that needs a browser.

use std::time::Duration;

use kernel::id;
use outbound::{CallError, Cause};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{Told, same, wrong};
use crate::{Authentik, Created, Ended, Group, NewGroup, NewUser, Recovery, TokenKind, User, UserChange};

/// Has the form of an id and names nothing.
const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";
const PLACE: [&str; 2] = ["dezky", "user_id"];

/// The life of a person. `tell` hears of each step when it is done.
pub async fn people(authentik: &Authentik, tell: &mut impl FnMut(&'static str, Told)) {
    let mut run = Run::new(authentik);
    tell("make a group for it", run.make_group().await);
    tell("find no user yet", run.finds_nobody().await);
    tell("create a user", run.create().await);
    tell("a taken user name is no error", run.create_again().await);
    tell("find by name in any case", run.find().await);
    tell("get by number and by UUID", run.get().await);
    tell("list by path", run.list_by_path().await);
    tell("list by attribute", run.list_by_attribute().await);
    tell("attributes of a user are merged", run.merge().await);
    tell("members of an unknown group are none", run.knows_no_group().await);
    tell("add to the group", run.add().await);
    tell("add again", run.add().await);
    tell("remove from the group", run.remove().await);
    tell("remove again", run.remove().await);
    tell("set a password", run.set_password().await);
    tell("second factors", run.devices().await);
    tell("a recovery link", run.recovery().await);
    tell("sessions and tokens", run.sessions().await);
    tell("end everything", run.end_everything().await);
    tell("suspend", run.set_active(false).await);
    tell("resume", run.set_active(true).await);
    tell("delete the user", run.delete().await);
    tell("delete the user again", run.delete().await);
    tell("nothing is left of the user", run.is_gone().await);
    tell("clean up people", run.clean_up().await);
}

struct Run<'a> {
    authentik: &'a Authentik,
    /// What the name of its group is and the names of its users begin with.
    mark: String,
    group: Option<Group>,
    user: Option<User>,
}

impl<'a> Run<'a> {
    fn new(authentik: &'a Authentik) -> Self {
        let mark = format!("dezky-conformance-{}", id::hex(&id::random::<6>()));
        Self { authentik, mark, group: None, user: None }
    }

    fn user(&self) -> Result<&User, CallError> {
        self.user.as_ref().ok_or_else(|| wrong("there is no user: it could not be made"))
    }

    fn group(&self) -> Result<&Group, CallError> {
        self.group.as_ref().ok_or_else(|| wrong("there is no group: it could not be made"))
    }

    fn path(&self) -> String {
        format!("dezky-conformance/{}", self.mark)
    }

    fn new_user(&self) -> NewUser {
        NewUser {
            username: format!("{}@EXAMPLE.test", self.mark),
            name: "Conformance".to_owned(),
            email: format!("{}@example.test", self.mark),
            path: self.path(),
            attributes: json!({"dezky": {"user_id": self.mark}, "locale": "da"}),
            is_active: true,
            groups: Vec::new(),
        }
    }

    async fn make_group(&mut self) -> Told {
        let new = NewGroup { name: self.mark.clone(), attributes: json!({}) };
        match self.authentik.create_group(&new).await? {
            Created::New(group) => Ok(self.group.insert(group).id.clone()),
            Created::Exists => Err(wrong("the name is taken")),
        }
    }

    async fn finds_nobody(&self) -> Told {
        same("the user", self.authentik.find_user(&self.new_user().username).await?, None)?;
        same("the user", self.authentik.user_of_uuid(UNKNOWN).await?, None)
    }

    async fn create(&mut self) -> Told {
        let new = self.new_user();
        match self.authentik.create_user(&new).await? {
            Created::New(user) => {
                let user = self.user.insert(user);
                same("the name", &user.username, &new.username.to_lowercase())?;
                same("the address", &user.email, &new.email)?;
                same("the path", &user.path, &new.path)?;
                same("the attributes", Value::Object(user.attributes.clone()), new.attributes)?;
                same("whether it is active", user.is_active, true)?;
                Ok(format!("{} is {}", user.username, user.id))
            }
            Created::Exists => Err(wrong("the name is taken")),
        }
    }

    async fn create_again(&self) -> Told {
        self.user()?;
        match self.authentik.create_user(&self.new_user()).await? {
            Created::Exists => Ok(String::new()),
            Created::New(user) => Err(wrong(format!("a second user was made: {}", user.id))),
        }
    }

    async fn find(&self) -> Told {
        let found = self.authentik.find_user(&self.new_user().username).await?;
        same("the user", found.as_ref(), Some(self.user()?))?;
        let like = self.authentik.users_like(&self.new_user().username.to_uppercase()).await?;
        same("how many have the name in any case", like.len(), 1)
    }

    async fn get(&self) -> Told {
        let own = self.user()?;
        same("the user", self.authentik.user(own.id).await?.as_ref(), Some(own))?;
        same("the user", self.authentik.user_of_uuid(&own.uuid).await?.as_ref(), Some(own))
    }

    async fn list_by_path(&self) -> Told {
        let own = self.user()?;
        let users = self.authentik.users_below(&self.path()).await?;
        same("the users", users.iter().map(|user| user.id).collect::<Vec<_>>(), vec![own.id])
    }

    async fn list_by_attribute(&self) -> Told {
        let own = self.user()?;
        let users = self.authentik.users_with(&PLACE, &json!(self.mark)).await?;
        same("the users", users.iter().map(|user| user.id).collect::<Vec<_>>(), vec![own.id])
    }

    async fn merge(&mut self) -> Told {
        let change = UserChange {
            name: Some("Conformance changed".to_owned()),
            attributes: Some(json!({"locale": "de"})),
            ..UserChange::default()
        };
        let id = self.user()?.id;
        let changed = self.authentik.update_user(id, &change).await?;
        let changed = self.user.insert(changed);
        let expected = json!({"dezky": {"user_id": self.mark}, "locale": "de"});
        same("the attributes", Value::Object(changed.attributes.clone()), expected)?;
        same("the name", changed.name.as_str(), "Conformance changed")
    }

    async fn knows_no_group(&self) -> Told {
        same("the members", self.authentik.users_of_group(UNKNOWN).await?, None)
    }

    async fn add(&self) -> Told {
        let (group, user) = (self.group()?, self.user()?);
        self.authentik.add_to_group(&group.id, user.id).await?;
        self.members(vec![user.id]).await?;
        let groups = self.authentik.groups_of_user(user.id).await?.unwrap_or_default();
        let ids: Vec<&str> = groups.iter().map(|group| group.id.as_str()).collect();
        same("the groups of the user", ids, vec![group.id.as_str()])
    }

    async fn remove(&self) -> Told {
        self.authentik.remove_from_group(&self.group()?.id, self.user()?.id).await?;
        self.members(Vec::new()).await
    }

    async fn members(&self, expected: Vec<i64>) -> Told {
        let members = self.authentik.users_of_group(&self.group()?.id).await?.unwrap_or_default();
        same("the members", members.iter().map(|user| user.id).collect::<Vec<_>>(), expected)
    }

    async fn set_password(&self) -> Told {
        let password = SecretString::from(id::random_token());
        self.authentik.set_password(self.user()?.id, &password).await.map(|()| String::new())
    }

    async fn devices(&self) -> Told {
        match self.authentik.devices_of(self.user()?.id).await? {
            Some(devices) => same("how many there are", devices.len(), 0),
            None => Err(wrong("the user is not known there")),
        }
    }

    /// A server without a recovery flow passes too: what it says is understood.
    async fn recovery(&self) -> Told {
        match self.authentik.recovery_link(self.user()?.id, Duration::from_mins(5)).await? {
            Recovery::Link(link) => Ok(format!("at {}", link.origin)),
            Recovery::NoFlow => Ok("the brand has no recovery flow".to_owned()),
            Recovery::NotApplicable => Ok("the recovery flow makes no links".to_owned()),
        }
    }

    async fn sessions(&self) -> Told {
        let user = self.user()?.id;
        same("the sessions", self.authentik.sessions_of(user).await?.len(), 0)?;
        same("the refresh tokens", self.authentik.tokens_of(TokenKind::Refresh, user).await?.len(), 0)?;
        same("the access tokens", self.authentik.tokens_of(TokenKind::Access, user).await?.len(), 0)?;
        self.authentik.end_session(UNKNOWN).await.map(|()| String::new())
    }

    async fn end_everything(&self) -> Told {
        let ended = self.authentik.end_everything(self.user()?.id).await?;
        same("what was ended", ended, Ended::default())
    }

    async fn set_active(&mut self, is_active: bool) -> Told {
        let change = UserChange { is_active: Some(is_active), ..UserChange::default() };
        let id = self.user()?.id;
        let changed = self.authentik.update_user(id, &change).await?;
        same("whether it is active", self.user.insert(changed).is_active, is_active)
    }

    async fn delete(&self) -> Told {
        self.authentik.delete_user(self.user()?.id).await.map(|()| "gone".to_owned())
    }

    async fn is_gone(&self) -> Told {
        let own = self.user()?;
        same("the user", self.authentik.user(own.id).await?, None)?;
        same("its groups", self.authentik.groups_of_user(own.id).await?, None)?;
        same("its devices", self.authentik.devices_of(own.id).await?, None)?;
        match self.authentik.set_password(own.id, &"x".into()).await {
            Err(CallError { cause: Cause::Refused(404, _), .. }) => Ok(String::new()),
            Err(other) => Err(other),
            Ok(()) => Err(wrong("a password was set for nobody")),
        }
    }

    /// Finds by name, because a failed creation may have happened all the same.
    async fn clean_up(&self) -> Told {
        let user = self.authentik.find_user(&self.new_user().username).await?;
        if let Some(user) = &user {
            self.authentik.delete_user(user.id).await?;
        }
        if let Some(group) = self.authentik.find_group(&self.mark).await? {
            self.authentik.delete_group(&group.id).await?;
        }
        Ok(if user.is_some() { "deleted the user" } else { "nothing but the group" }.to_owned())
    }
}
