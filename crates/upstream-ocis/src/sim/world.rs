//! What the simulator remembers, and how `/_sim` shows and changes it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kernel::id;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use simulator::State;

use super::auth::Settings;
use super::drive::{DEFAULT_QUOTA, Drive, DriveKind};
use super::external::External;
use super::idp::{Idp, digest};
use super::user::{Role, User};

/// The state of a simulated server.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct World {
    pub(super) users: BTreeMap<String, User>,
    pub(super) drives: BTreeMap<String, Drive>,
    /// The id of the one application, generated per installation.
    pub(super) application: String,
    storage: String,
    /// Names by id; whoever is in them is left out.
    #[serde(default)]
    pub(super) groups: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) idp: Idp,
    #[serde(skip)]
    pub(super) settings: Settings,
}

impl World {
    pub(super) fn first() -> Self {
        Self { application: new_uuid(), storage: new_uuid(), ..Self::default() }
    }

    /// Takes the settings of this start and makes sure of the account that has the role Admin.
    pub(super) fn set_up(&mut self, settings: Settings) {
        self.settings = settings;
        let Some(name) = self.settings.admin_user().map(str::to_owned) else {
            return;
        };
        let id = match self.user_named(&name) {
            Some(user) => user.id.clone(),
            None => self.add_user(new_uuid(), name),
        };
        if let Some(user) = self.users.get_mut(&id) {
            user.role = Role::Admin;
        }
    }

    pub(super) fn add_user(&mut self, id: String, name: String) -> String {
        let user = User {
            id: id.clone(),
            display_name: name.clone(),
            login: name,
            mail: None,
            enabled: true,
            role: Role::User,
            assignment: new_uuid(),
            ..User::default()
        };
        self.users.insert(id.clone(), user);
        id
    }

    /// The account of that name, compared without case (section 13).
    pub(super) fn user_named(&self, name: &str) -> Option<&User> {
        let name = name.to_lowercase();
        self.users.values().find(|user| user.login.to_lowercase() == name)
    }

    /// A user without a role gets User at the next request (section 3).
    pub(super) fn give_role(&mut self, id: &str) {
        if let Some(user) = self.users.get_mut(id) {
            user.role = Role::User;
            user.assignment = new_uuid();
        }
    }

    pub(super) fn lacks_personal_drive(&self, user: &User) -> bool {
        user.role != Role::UserLight && self.personal_drive(&user.id).is_none()
    }

    pub(super) fn personal_drive(&self, user: &str) -> Option<&Drive> {
        self.drives.values().find(|drive| drive.kind == DriveKind::Personal && drive.space() == user)
    }

    pub(super) fn make_personal_drive(&mut self, user: &str) {
        let Some(owner) = self.users.get(user) else {
            return;
        };
        let drive = Drive {
            id: format!("{}${user}", self.storage),
            kind: DriveKind::Personal,
            name: owner.display_name.clone(),
            description: None,
            alias: format!("personal/{}", owner.login),
            total: 0,
            used: 0,
            disabled: false,
            from_template: false,
            modified: self.settings.now(),
            members: BTreeMap::from([(user.to_owned(), "manager".to_owned())]),
            expirations: BTreeMap::new(),
        };
        self.drives.insert(drive.id.clone(), drive);
    }

    /// A project space with the default quota and no members, not yet stored.
    pub(super) fn new_project(&self, name: &str) -> Drive {
        let alias = name.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-");
        Drive {
            id: format!("{}${}", self.storage, new_uuid()),
            kind: DriveKind::Project,
            name: name.to_owned(),
            description: None,
            alias: format!("project/{alias}"),
            total: DEFAULT_QUOTA,
            used: 0,
            disabled: false,
            from_template: false,
            modified: self.settings.now(),
            members: BTreeMap::new(),
            expirations: BTreeMap::new(),
        }
    }

    /// The personal drive goes along; spaces keep a dangling member (section 4).
    pub(super) fn delete_user(&mut self, id: &str) -> bool {
        self.drives.retain(|_, drive| drive.kind != DriveKind::Personal || drive.space() != id);
        self.users.remove(id).is_some()
    }

    fn put_drive(&mut self, id: &str, fields: &Value) -> Result<(), String> {
        let now = self.settings.now();
        let mut drive = if let Some(drive) = self.drives.get(id) {
            drive.clone()
        } else {
            let name = fields["name"].as_str().ok_or("a new drive needs a name")?;
            Drive { id: id.to_owned(), ..self.new_project(name) }
        };
        if let Some(name) = fields["name"].as_str() {
            name.clone_into(&mut drive.name);
        }
        if let Some(alias) = fields["driveAlias"].as_str() {
            alias.clone_into(&mut drive.alias);
        }
        match &fields["description"] {
            Value::String(text) if !text.is_empty() => drive.description = Some(text.clone()),
            Value::String(_) => drive.description = None,
            _ => {}
        }
        if let Some(members) = fields["members"].as_object() {
            let role = |role: &Value| role.as_str().unwrap_or("viewer").to_owned();
            drive.members = members.iter().map(|(user, of)| (user.clone(), role(of))).collect();
        }
        let bytes = |field: &str| match &fields[field] {
            Value::Null => Ok(None),
            value => value.as_i64().map(Some).ok_or(format!("{field} is no whole number")),
        };
        drive.total = bytes("quotaTotal")?.unwrap_or(drive.total);
        drive.used = bytes("quotaUsed")?.or(bytes("used")?).unwrap_or(drive.used);
        drive.disabled = fields["disabled"].as_bool().unwrap_or(drive.disabled);
        drive.modified = now;
        self.drives.insert(id.to_owned(), drive);
        Ok(())
    }

    fn put_user(&mut self, id: &str, fields: &Value) -> Result<(), String> {
        let name = fields["onPremisesSamAccountName"].as_str();
        if let Some(other) = name.and_then(|name| self.user_named(name))
            && other.id != id
        {
            return Err(format!("the user {} has that name", other.id));
        }
        let role = match fields["role"].as_str() {
            None => None,
            Some(name) => {
                let role = Role::ALL.into_iter().find(|role| role.name() == name);
                Some(role.ok_or("a role is Admin, Space Admin, User or User Light")?)
            }
        };
        if !self.users.contains_key(id) {
            let name = name.ok_or("a new user needs an onPremisesSamAccountName")?;
            self.add_user(id.to_owned(), name.to_owned());
        }
        let Some(user) = self.users.get_mut(id) else {
            return Ok(());
        };
        if let Some(name) = name {
            name.clone_into(&mut user.login);
        }
        if let Some(text) = fields["displayName"].as_str() {
            text.clone_into(&mut user.display_name);
        }
        if let Some(mail) = fields["mail"].as_str() {
            user.mail = Some(mail.to_owned());
        }
        if let Some(name) = fields["givenName"].as_str() {
            user.given_name = Some(name.to_owned());
        }
        if let Some(password) = fields["password"].as_str() {
            user.password = Some(digest(password));
        }
        user.has_identity = fields["identity"].as_bool().unwrap_or(user.has_identity);
        user.enabled = fields["accountEnabled"].as_bool().unwrap_or(user.enabled);
        user.role = role.unwrap_or(user.role);
        // As the user's first request would.
        if fields["drive"] == true && self.personal_drive(id).is_none() {
            self.make_personal_drive(id);
        }
        Ok(())
    }
}

impl State for World {
    fn inventory(&self) -> Value {
        let drive = |drive: &Drive| {
            json!({
                "id": drive.id,
                "name": drive.name,
                "description": drive.description,
                "driveType": drive.kind.name(),
                "alias": drive.alias,
                "quota": {"total": drive.total, "used": drive.used},
                "disabled": drive.disabled,
                "members": drive.members,
            })
        };
        let user = |user: &User| {
            json!({
                "id": user.id,
                "onPremisesSamAccountName": user.login,
                "displayName": user.display_name,
                "mail": user.mail,
                "accountEnabled": user.enabled,
                "role": user.role.name(),
            })
        };
        json!({
            "drives": self.drives.values().map(drive).collect::<Vec<_>>(),
            "users": self.users.values().map(user).collect::<Vec<_>>(),
            "refreshTokens": self.idp.refreshable().map(|user| json!({"user": user})).collect::<Vec<_>>(),
        })
    }

    fn put(&mut self, kind: &str, id: &str, fields: &Value) -> Result<(), String> {
        if !fields.is_object() {
            return Err("the fields are no object".to_owned());
        }
        match kind {
            "drives" => self.put_drive(id, fields),
            "users" => self.put_user(id, fields),
            "groups" => {
                let name = fields["displayName"].as_str().ok_or("a group needs a displayName")?;
                self.groups.insert(id.to_owned(), name.to_owned());
                Ok(())
            }
            "issuers" => {
                self.idp.revokes_former = fields["revokesFormer"] == true;
                self.idp.external = External::read(fields)?;
                Ok(())
            }
            _ => Err(format!("there are no {kind} here; drives, groups, issuers and users there are")),
        }
    }

    fn remove(&mut self, kind: &str, id: &str) -> bool {
        match kind {
            "drives" => self.drives.remove(id).is_some(),
            "users" => self.delete_user(id),
            "groups" => self.groups.remove(id).is_some(),
            _ => false,
        }
    }
}

/// A random uuid of version 4.
pub(super) fn new_uuid() -> String {
    let mut bytes = id::random::<16>();
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
