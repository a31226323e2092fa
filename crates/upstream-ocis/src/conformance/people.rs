//! The life of an account and of its membership in a space. Nobody signs in, so there is no personal drive.

use kernel::id;
use outbound::{CallError, Cause};

use super::{QUOTA, Told, same, wrong};
use crate::{
    Changed, Created, Drive, InSpace, Invited, Member, NewDrive, NewUser, Ocis, Removed, Role, SpaceRole,
    User, UserChange,
};

/// Has the form of an id and names nobody.
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// The life of a person's account. `tell` hears of each step when it is done.
pub async fn people(ocis: &Ocis, tell: &mut impl FnMut(&'static str, Told)) {
    let mut run = Run::new(ocis);
    tell("find no account yet", run.finds_nobody().await);
    tell("create an account", run.create().await);
    tell("a taken user name is no error", run.create_again().await);
    tell("an empty name is not sent", run.is_checked().await);
    tell("get by id and by name", run.get().await);
    tell("list all accounts", run.list().await);
    tell("the role is User", run.role().await);
    tell("change name and address", run.update().await);
    tell("no personal drive before a sign-in", run.has_no_drive().await);
    tell("make a space", run.make_space().await);
    tell("the service user manages it", run.manages().await);
    tell("invite", run.invite(Invited::New).await);
    tell("invite again", run.invite(Invited::Already).await);
    tell("change the role in the space", run.change(Changed::Done).await);
    tell("set the quota of the space", run.set_quota().await);
    tell("usage of all drives", run.usage().await);
    tell("remove from the space", run.remove().await);
    tell("remove from the space again", run.remove().await);
    tell("a role of no member", run.change(Changed::NoMember).await);
    tell("the last manager stays", run.keeps_manager().await);
    tell("disable the account", run.set_enabled(false).await);
    tell("enable the account", run.set_enabled(true).await);
    tell("delete the account", run.delete().await);
    tell("delete the account again", run.delete().await);
    tell("no account is left", run.finds_nobody().await);
    tell("clean up people", run.clean_up().await);
}

struct Run<'a> {
    ocis: &'a Ocis,
    /// The user name, and the name of the space.
    mark: String,
    user: Option<User>,
    space: Option<Drive>,
}

impl<'a> Run<'a> {
    fn new(ocis: &'a Ocis) -> Self {
        let mark = format!("dezky-conformance-{}", id::hex(&id::random::<6>()));
        Self { ocis, mark, user: None, space: None }
    }

    fn user(&self) -> Result<&User, CallError> {
        self.user.as_ref().ok_or_else(|| wrong("there is no account: it could not be made"))
    }

    fn space(&self) -> Result<&str, CallError> {
        let space = self.space.as_ref().ok_or_else(|| wrong("there is no space: it could not be made"))?;
        Ok(&space.id)
    }

    fn new_user(&self) -> NewUser {
        NewUser {
            user_name: self.mark.clone(),
            display_name: "Conformance".to_owned(),
            mail: Some(format!("{}@example.test", self.mark)),
        }
    }

    async fn finds_nobody(&self) -> Told {
        same("the account", self.ocis.user(&self.mark).await?, None)?;
        same("the account", self.ocis.user(NOBODY).await?, None)?;
        same("the role of nobody", self.ocis.role_of(NOBODY).await?, None)
    }

    async fn create(&mut self) -> Told {
        let new = self.new_user();
        match self.ocis.create_user(&new).await? {
            Created::New(user) => {
                let user = self.user.insert(user);
                same("the user name", &user.user_name, &new.user_name)?;
                same("the name", &user.display_name, &new.display_name)?;
                same("the address", &user.mail, &new.mail)?;
                Ok(format!("{} is {}", user.user_name, user.id))
            }
            Created::Exists => Err(wrong("the name is taken")),
        }
    }

    async fn create_again(&self) -> Told {
        self.user()?;
        let again = NewUser { user_name: self.mark.to_uppercase(), ..self.new_user() };
        match self.ocis.create_user(&again).await? {
            Created::Exists => Ok("in other case too".to_owned()),
            Created::New(user) => Err(wrong(format!("a second account was made: {}", user.id))),
        }
    }

    async fn is_checked(&self) -> Told {
        let empty = NewUser { display_name: String::new(), ..self.new_user() };
        match self.ocis.create_user(&empty).await {
            Err(CallError { cause: Cause::Refused(400, Some(why)), .. }) => Ok(why),
            Err(other) => Err(other),
            Ok(made) => Err(wrong(format!("{made:?}"))),
        }
    }

    async fn get(&self) -> Told {
        let own = self.user()?;
        for wanted in [own.id.as_str(), self.mark.as_str()] {
            let read = self.ocis.user(wanted).await?;
            same("the id", read.map(|user| user.id).as_ref(), Some(&own.id))?;
        }
        Ok(String::new())
    }

    async fn list(&self) -> Told {
        let own = self.user()?;
        let users = self.ocis.users().await?;
        let rows: Vec<&User> = users.iter().filter(|user| user.id == own.id).collect();
        same("how often it is listed", rows.len(), 1)?;
        same("the address", &rows[0].mail, &own.mail)?;
        Ok(format!("{} accounts", users.len()))
    }

    async fn role(&self) -> Told {
        same("the role", self.ocis.role_of(&self.user()?.id).await?, Some(Role::User))
    }

    async fn update(&mut self) -> Told {
        let change = UserChange {
            user_name: None,
            display_name: Some("Conformance changed".to_owned()),
            mail: Some(format!("{}@example.org", self.mark)),
            enabled: None,
        };
        let id = self.user()?.id.clone();
        let changed = self.user.insert(self.ocis.update_user(&id, &change).await?);
        same("the name", Some(&changed.display_name), change.display_name.as_ref())?;
        same("the address", &changed.mail, &change.mail)
    }

    async fn has_no_drive(&self) -> Told {
        same("the personal drive", self.ocis.personal_drive(&self.user()?.id).await?, None)
    }

    async fn make_space(&mut self) -> Told {
        let new = NewDrive {
            name: self.mark.clone(),
            description: "Of the conformance suite".to_owned(),
            alias: Some(format!("project/{}", self.mark)),
            quota_bytes: QUOTA,
        };
        Ok(self.space.insert(self.ocis.create_drive(&new).await?).id.clone())
    }

    async fn member(&self, member: Member) -> Result<Option<SpaceRole>, CallError> {
        match self.ocis.space_members(self.space()?).await? {
            InSpace::Open(members) => {
                Ok(members.into_iter().find(|one| one.member == member).map(|one| one.role))
            }
            closed => Err(wrong(format!("{closed:?}"))),
        }
    }

    async fn manages(&self) -> Told {
        let own = Member::User(self.ocis.probe().await?.id);
        same("its role", self.member(own).await?, Some(SpaceRole::Manager))
    }

    async fn invite(&self, expected: Invited) -> Told {
        let user = &self.user()?.id;
        let invited = self.ocis.invite(self.space()?, user, &SpaceRole::Editor).await?;
        same("the answer", invited, InSpace::Open(expected))?;
        same("the role", self.member(Member::User(user.clone())).await?, Some(SpaceRole::Editor))
    }

    async fn change(&self, expected: Changed) -> Told {
        let user = &self.user()?.id;
        let changed = self.ocis.change_member(self.space()?, user, &SpaceRole::Viewer).await?;
        same("the answer", changed, InSpace::Open(expected.clone()))?;
        let role = (expected == Changed::Done).then_some(SpaceRole::Viewer);
        same("the role", self.member(Member::User(user.clone())).await?, role)
    }

    async fn set_quota(&self) -> Told {
        let changed = self.ocis.set_quota(self.space()?, 3 * QUOTA).await?;
        same("the quota", changed.quota_total, Some(3 * QUOTA))
    }

    async fn usage(&self) -> Told {
        let space = self.space()?;
        let usages = self.ocis.usage().await?;
        let own = usages.iter().find(|usage| usage.drive == space);
        let own = own.ok_or_else(|| wrong("the space is not in the list"))?;
        same("how much it may hold", own.total, Some(3 * QUOTA))?;
        same("how much is in it", own.used, Some(0))?;
        Ok(format!("{} drives", usages.len()))
    }

    async fn remove(&self) -> Told {
        let user = &self.user()?.id;
        let removed = self.ocis.remove_member(self.space()?, user).await?;
        same("the answer", removed, InSpace::Open(Removed::Done))?;
        same("the role", self.member(Member::User(user.clone())).await?, None)
    }

    async fn keeps_manager(&self) -> Told {
        let own = self.ocis.probe().await?.id;
        let removed = self.ocis.remove_member(self.space()?, &own).await?;
        same("the answer", removed, InSpace::Open(Removed::LastManager))
    }

    async fn set_enabled(&self, enabled: bool) -> Told {
        let id = &self.user()?.id;
        let change = UserChange { enabled: Some(enabled), ..UserChange::default() };
        self.ocis.update_user(id, &change).await?;
        let read = self.ocis.user(id).await?;
        same("whether it is enabled", read.and_then(|user| user.enabled), Some(enabled))
    }

    async fn delete(&self) -> Told {
        self.ocis.delete_user(&self.user()?.id).await.map(|()| "gone".to_owned())
    }

    /// Finds by name, because a failed creation may have happened all the same.
    async fn clean_up(&self) -> Told {
        if let Some(user) = self.ocis.user(&self.mark).await? {
            self.ocis.delete_user(&user.id).await?;
        }
        let drives = self.ocis.project_drives().await?;
        for drive in drives.iter().filter(|drive| drive.name == self.mark) {
            self.ocis.purge_drive(&drive.id).await?;
        }
        Ok(String::new())
    }
}
