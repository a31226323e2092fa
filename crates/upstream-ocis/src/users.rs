//! Accounts (sections 3 and 4). oCIS bears no mark of ours: what must not be taken over is looked for before it
//! is made. User names are compared without case here, and with case by the issuer.

use std::collections::BTreeMap;

use outbound::{Answer, Call, CallError, Method};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Ocis;
use crate::client::{ADMIN, code_of, escaped, is_gone, successful};

const USERS: &str = "/graph/v1.0/users";

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// oCIS's id, a uuid.
    pub id: String,
    /// The user name, which the issuer's claim is matched against without regard to case.
    pub user_name: String,
    /// The full name.
    pub display_name: String,
    /// The e-mail address, not unique. Only lists and answers to a change say it; none when the server did not.
    pub mail: Option<String>,
    /// Whether it may be used. None when the server did not say, as in most answers to a change.
    pub enabled: Option<bool>,
}

/// An account to be made; it gets the role User.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// The user name: unique without regard to case.
    pub user_name: String,
    /// The full name; not empty.
    pub display_name: String,
    /// The e-mail address; not sent when none.
    pub mail: Option<String>,
}

/// What to change about an account; what is `None` stays. Nothing can be emptied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserChange {
    /// The user name. Whoever comes in by the former one is a stranger from then on; files and spaces stay.
    pub user_name: Option<String>,
    /// The full name.
    pub display_name: Option<String>,
    /// The e-mail address.
    pub mail: Option<String>,
    /// `false` ends every access at once, with any token; `true` brings it back.
    pub enabled: Option<bool>,
}

/// How a creation went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    /// It is new.
    New(User),
    /// The name is taken: look at that account.
    Exists,
}

/// What an account may do; it has exactly one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Admin,
    /// All spaces, but no accounts.
    SpaceAdmin,
    /// Its own drive and what is shared.
    User,
    /// What is shared only.
    UserLight,
    /// One that Dezky does not know, by its id: without rights if the server does not know it either.
    Other(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireUser {
    id: String,
    #[serde(rename = "onPremisesSamAccountName", default)]
    user_name: String,
    #[serde(default)]
    display_name: String,
    mail: Option<String>,
    account_enabled: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAssignment {
    app_role_id: String,
}

#[derive(Deserialize)]
struct List<T> {
    value: Vec<T>,
}

impl From<WireUser> for User {
    fn from(wire: WireUser) -> Self {
        Self {
            id: wire.id,
            user_name: wire.user_name,
            display_name: wire.display_name,
            mail: wire.mail.filter(|mail| !mail.is_empty()),
            enabled: wire.account_enabled,
        }
    }
}

impl Ocis {
    /// Makes an account without a password: its person comes in through the issuer. After an error of unknown
    /// effect, look for it by its name.
    pub async fn create_user(&self, new: &NewUser) -> Result<Created, CallError> {
        self.must_be_filled("a user name", Some(&new.user_name))?;
        self.must_be_filled("a full name", Some(&new.display_name))?;
        self.must_be_filled("an address", new.mail.as_deref())?;
        let mut body = Map::new();
        body.insert("onPremisesSamAccountName".to_owned(), new.user_name.clone().into());
        body.insert("displayName".to_owned(), new.display_name.clone().into());
        if let Some(mail) = &new.mail {
            body.insert("mail".to_owned(), mail.clone().into());
        }
        let answer = self.send(|| Call::new(Method::Post, USERS).json(&body)).await?;
        if answer.status == 409 && code_of(&answer).is_some_and(|code| code == "nameAlreadyExists") {
            return Ok(Created::Exists);
        }
        user_of(answer).map(Created::New)
    }

    /// The account of that id, or else of that user name in any case. It comes without its address.
    pub async fn user(&self, id_or_name: &str) -> Result<Option<User>, CallError> {
        let path = path_of(id_or_name);
        let answer = self.send(|| Call::get(path.as_str())).await?;
        if is_gone(&answer) {
            return Ok(None);
        }
        let user = user_of(answer)?;
        let is_it = user.id == id_or_name || user.user_name.to_lowercase() == id_or_name.to_lowercase();
        Ok(Some(user).filter(|_| is_it))
    }

    /// The account of that id, or else of that user name in any case, with its address, which takes a search.
    pub async fn user_with_mail(&self, id_or_name: &str) -> Result<Option<User>, CallError> {
        let Some(user) = self.user(id_or_name).await? else { return Ok(None) };
        self.must_be_admin("the address of an account").await?;
        // Anything but letters and digits needs quotes (section 5).
        let word = format!("\"{}\"", user.user_name);
        let answer = self.send(|| Call::get(USERS).query("$search", word.as_str())).await?;
        let list: List<WireUser> = successful(answer)?.json()?;
        let found = list.value.into_iter().map(User::from).find(|found| found.id == user.id);
        let mail = found.and_then(|found| found.mail);
        Ok(Some(User { mail, ..user }))
    }

    /// All accounts, by user name. Refused when the service user is not Admin.
    pub async fn users(&self) -> Result<Vec<User>, CallError> {
        self.must_be_admin("the list of accounts").await?;
        let path = format!("{USERS}?$orderby=onPremisesSamAccountName");
        let answer = self.send(|| Call::get(path.as_str())).await?;
        let list: List<WireUser> = successful(answer)?.json()?;
        let users = list.value.into_iter().map(User::from);
        let by_name: BTreeMap<(String, String), User> =
            users.map(|user| ((user.user_name.to_lowercase(), user.id.clone()), user)).collect();
        Ok(by_name.into_values().collect())
    }

    /// Changes an account. Refused when it is gone. Safe to repeat.
    pub async fn update_user(&self, id: &str, change: &UserChange) -> Result<User, CallError> {
        // An empty text would be taken and change nothing (section 4).
        self.must_be_filled("a user name", change.user_name.as_deref())?;
        self.must_be_filled("a full name", change.display_name.as_deref())?;
        self.must_be_filled("an address", change.mail.as_deref())?;
        let mut body = Map::new();
        if let Some(name) = &change.user_name {
            body.insert("onPremisesSamAccountName".to_owned(), name.clone().into());
        }
        if let Some(name) = &change.display_name {
            body.insert("displayName".to_owned(), name.clone().into());
        }
        if let Some(mail) = &change.mail {
            body.insert("mail".to_owned(), mail.clone().into());
        }
        if let Some(enabled) = change.enabled {
            body.insert("accountEnabled".to_owned(), enabled.into());
        }
        if body.is_empty() {
            let found = self.user(id).await?;
            return found.ok_or_else(|| self.refused(404, "there is no such account".to_owned()));
        }
        let path = path_of(id);
        let answer = self.send(|| Call::new(Method::Patch, path.as_str()).json(&body)).await?;
        user_of(answer)
    }

    /// Gives an account another user name. Tokens that name it by the former one are of no use from then on, so this may be
    /// done to the service user itself, as the last thing with a token.
    pub async fn rename_user(&self, id: &str, user_name: &str) -> Result<User, CallError> {
        self.must_be_filled("a user name", Some(user_name))?;
        let body = serde_json::json!({"onPremisesSamAccountName": user_name, "displayName": "Dezky"});
        let path = path_of(id);
        let answer = self.send(|| Call::new(Method::Patch, path.as_str()).json(&body)).await?;
        user_of(answer)
    }

    /// Deletes an account with its personal drive and all that is in it; one that is gone already is a success. Block
    /// the person at the issuer first. It stays listed, dangling, as a member of spaces: remove it there first.
    pub async fn delete_user(&self, id: &str) -> Result<(), CallError> {
        let path = path_of(id);
        let answer = self.send(|| Call::new(Method::Delete, path.as_str())).await?;
        if is_gone(&answer) {
            return Ok(());
        }
        successful(answer).map(drop)
    }

    /// The role of an account by its id, never by its name. None for an account without one, which gets User at its
    /// next request, and for an account that is not there.
    pub async fn role_of(&self, id: &str) -> Result<Option<Role>, CallError> {
        let path = format!("{}/appRoleAssignments", path_of(id));
        let answer = self.send(|| Call::get(path.as_str())).await?;
        let list: List<WireAssignment> = successful(answer)?.json()?;
        Ok(list.value.into_iter().next().map(|assignment| role(assignment.app_role_id)))
    }

    fn must_be_filled(&self, what: &str, text: Option<&str>) -> Result<(), CallError> {
        if text.is_some_and(|text| text.trim().is_empty()) {
            return Err(self.refused(400, format!("{what} can't be empty")));
        }
        Ok(())
    }
}

fn role(id: String) -> Role {
    match id.as_str() {
        ADMIN => Role::Admin,
        "2aadd357-682c-406b-8874-293091995fdd" => Role::SpaceAdmin,
        "d7beeea8-8ff4-406b-8fb6-ab2dd81e6b11" => Role::User,
        "38071a68-456a-4553-846a-fa67bf5596cc" => Role::UserLight,
        _ => Role::Other(id),
    }
}

fn path_of(id_or_name: &str) -> String {
    format!("{USERS}/{}", escaped(id_or_name))
}

fn user_of(answer: Answer) -> Result<User, CallError> {
    Ok(successful(answer)?.json::<WireUser>()?.into())
}

/// A list of rows as every list of the API has them.
pub(crate) fn rows(answer: Answer) -> Result<Vec<Value>, CallError> {
    Ok(successful(answer)?.json::<List<Value>>()?.value)
}
