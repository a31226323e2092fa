//! Accounts and their roles (sections 3 and 4).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::world::World;

/// The name of the one application.
pub const APPLICATION: &str = "ownCloud Infinite Scale";

/// The application roles; a user has exactly one.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Role {
    Admin,
    SpaceAdmin,
    #[default]
    User,
    UserLight,
    /// One that carries no right, or none at all.
    Unknown,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::SpaceAdmin, Self::UserLight, Self::User, Self::Admin];

    pub fn id(self) -> &'static str {
        match self {
            Self::Admin => "71881883-1768-46bd-a24d-a356a2afdf7f",
            Self::SpaceAdmin => "2aadd357-682c-406b-8874-293091995fdd",
            Self::User => "d7beeea8-8ff4-406b-8fb6-ab2dd81e6b11",
            Self::UserLight => "38071a68-456a-4553-846a-fa67bf5596cc",
            Self::Unknown => "",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "Admin",
            Self::SpaceAdmin => "Space Admin",
            Self::User => "User",
            Self::UserLight => "User Light",
            Self::Unknown => "",
        }
    }

    pub fn of(id: &str) -> Self {
        Self::ALL.into_iter().find(|role| role.id() == id).unwrap_or(Self::Unknown)
    }

    /// Whether it manages all project spaces.
    pub fn manages_spaces(self) -> bool {
        matches!(self, Self::Admin | Self::SpaceAdmin)
    }
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct User {
    pub id: String,
    /// The user name, `onPremisesSamAccountName`.
    pub login: String,
    pub display_name: String,
    pub mail: Option<String>,
    pub enabled: bool,
    pub role: Role,
    /// The id of the role's assignment.
    pub assignment: String,
    #[serde(default)]
    pub given_name: Option<String>,
    /// The user name unless it was given.
    #[serde(default)]
    pub surname: Option<String>,
    /// Digest; only the built-in provider asks for it.
    #[serde(default)]
    pub password: Option<String>,
    /// Whether it shows the issuer, as the administrator of the first start does.
    #[serde(default)]
    pub has_identity: bool,
}

impl User {
    /// As a list shows it.
    pub fn in_list(&self, world: &World) -> Map<String, Value> {
        let mut json = self.alone();
        if let Some(mail) = &self.mail {
            json.insert("mail".to_owned(), mail.clone().into());
        }
        if self.has_identity {
            json.insert("identities".to_owned(), self.identities(world));
        }
        json
    }

    /// As the answer to a change shows it: it says whether it is enabled when it was told so.
    pub fn changed(&self, world: &World, enabled: Option<bool>) -> Map<String, Value> {
        let mut json = self.in_list(world);
        if enabled.is_none() {
            json.remove("accountEnabled");
        }
        json
    }

    fn identities(&self, world: &World) -> Value {
        json!([{"issuer": world.settings.issuer(), "issuerAssignedId": self.id}])
    }

    /// As a get shows it: without `mail` (section 4).
    pub fn alone(&self) -> Map<String, Value> {
        let mut json = json!({
            "accountEnabled": self.enabled,
            "displayName": self.display_name,
            "id": self.id,
            "onPremisesSamAccountName": self.login,
            "surname": self.surname.as_ref().unwrap_or(&self.login),
            "userType": "Member",
        });
        if let Some(name) = &self.given_name {
            json["givenName"] = name.clone().into();
        }
        json.as_object().cloned().unwrap_or_default()
    }

    /// As `/me` shows it.
    pub fn as_me(&self, world: &World, with_roles: bool) -> Map<String, Value> {
        let mut json = self.in_list(world);
        for name in ["accountEnabled", "surname", "givenName"] {
            json.remove(name);
        }
        json.insert("identities".to_owned(), self.identities(world));
        json.insert("mail".to_owned(), self.mail.clone().unwrap_or_default().into());
        json.insert("preferredLanguage".to_owned(), "en".into());
        if with_roles {
            json.insert("appRoleAssignments".to_owned(), self.assignments(world));
        }
        json
    }

    pub fn assignments(&self, world: &World) -> Value {
        if self.assignment.is_empty() {
            return json!([]);
        }
        json!([{
            "appRoleId": self.role.id(),
            "id": self.assignment,
            "principalId": self.id,
            "principalType": "User",
            "resourceDisplayName": APPLICATION,
            "resourceId": world.application,
        }])
    }
}
