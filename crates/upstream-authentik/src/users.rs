//! Users: one per person (section 3). Names are lower-cased here, because `Anna@` and `anna@` are two users to this
//! server and one to oCIS. Changes are PATCH only: PUT empties lists and skips what a suspension ends.

use std::collections::BTreeSet;

use kernel::{EmailAddress, Timestamp, readable_address};
use outbound::{Call, CallError, Method};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

use crate::client::{accept, body_of, is_missing};
use crate::groups::is_uuid;
use crate::pages::Listing;
use crate::{Authentik, Created};

pub(crate) const USERS: &str = "/api/v3/core/users/";
const TAKEN: &str = "must be unique";

/// A user as the server has it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct User {
    /// The number that the API goes by. A person who is made anew gets another one.
    #[serde(rename = "pk")]
    pub id: i64,
    /// The UUID, which is the claim `sub`.
    pub uuid: String,
    /// The unique name; case-sensitive.
    pub username: String,
    /// The full name; may be empty.
    #[serde(default)]
    pub name: String,
    /// The e-mail address; not unique, may be empty.
    #[serde(default)]
    pub email: String,
    /// False when suspended: no sign-in, no sessions, no tokens.
    pub is_active: bool,
    /// A folder-like place such as `tenants/acme`.
    #[serde(default)]
    pub path: String,
    /// Attributes, those of others included.
    #[serde(default)]
    pub attributes: Map<String, Value>,
    /// The UUIDs of the groups that the user is in.
    #[serde(default)]
    pub groups: Vec<String>,
    /// True when one of the groups makes superusers.
    #[serde(default)]
    pub is_superuser: bool,
    /// The last sign-in.
    #[serde(default, deserialize_with = "moment")]
    pub last_login: Option<Timestamp>,
}

/// A user to make.
#[derive(Debug, Clone, PartialEq)]
pub struct NewUser {
    /// The unique name, such as an e-mail address; made lower-case.
    pub username: String,
    /// The full name.
    pub name: String,
    /// The e-mail address; may be empty.
    pub email: String,
    /// A folder-like place such as `tenants/acme`: no slash at the ends.
    pub path: String,
    /// Attributes; must be an object.
    pub attributes: Value,
    /// Whether the user may sign in.
    pub is_active: bool,
    /// The UUIDs of groups; none of them may make superusers.
    pub groups: Vec<String>,
}

/// What to change about a user; what is `None` stays. User names are never changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UserChange {
    /// The full name.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// `false` suspends: sessions and tokens end. `true` resumes and brings none of them back.
    pub is_active: Option<bool>,
    /// Attributes to set; must be an object. Top-level keys that are not in it stay as they are.
    pub attributes: Option<Value>,
}

impl User {
    /// True when the address is its name or its e-mail address, in whatever case and form.
    pub fn is_known_by(&self, address: &str) -> bool {
        let one = |text: &str| readable_address(&text.trim().to_lowercase());
        let is = |own: &str| one(own) == one(address);
        is(&self.username) || is(&self.email)
    }
}

impl Authentik {
    /// The user of exactly that name in lower case.
    pub async fn find_user(&self, username: &str) -> Result<Option<User>, CallError> {
        let username = username.to_lowercase();
        let users = self.users_where(&[("username", &username)]).await?;
        Ok(users.into_iter().find(|user| user.username == username))
    }

    /// The users whose name is `username` but for the case of letters: what oCIS would take for the same account.
    pub async fn users_like(&self, username: &str) -> Result<Vec<User>, CallError> {
        let users = self.users_where(&[("search", username)]).await?;
        Ok(users.into_iter().filter(|user| is_same_name(&user.username, username)).collect())
    }

    /// The users that are known by an address: it is their name or their e-mail address, in whatever case, and with the
    /// domain in either of its two forms. Authentik compares letters alone.
    pub async fn users_known_by(&self, address: &str) -> Result<Vec<User>, CallError> {
        let mut users: Vec<User> = Vec::new();
        for form in forms(address) {
            let found = self.users_where(&[("search", &form)]).await?;
            let new: Vec<User> =
                found.into_iter().filter(|one| users.iter().all(|user| user.id != one.id)).collect();
            users.extend(new);
        }
        Ok(users.into_iter().filter(|user| user.is_known_by(address)).collect())
    }

    /// The user of that number.
    pub async fn user(&self, id: i64) -> Result<Option<User>, CallError> {
        let call = Call::get(path(id)).query("include_groups", false).query("include_roles", false);
        let answer = self.send(call).await?;
        if is_missing(&answer) {
            return Ok(None);
        }
        accept(answer)?.json().map(Some)
    }

    /// The user of that UUID.
    pub async fn user_of_uuid(&self, uuid: &str) -> Result<Option<User>, CallError> {
        // The filter answers 400 for anything else.
        if !is_uuid(uuid) {
            return Ok(None);
        }
        let users = self.users_where(&[("uuid", uuid)]).await?;
        Ok(users.into_iter().find(|user| user.uuid.eq_ignore_ascii_case(uuid)))
    }

    /// The members of a group by its UUID; none when there is no such group.
    pub async fn users_of_group(&self, group: &str) -> Result<Option<Vec<User>>, CallError> {
        if !is_uuid(group) {
            return Ok(None);
        }
        let filters = without_objects(&[("groups_by_pk", group)]);
        let users = self.rows_of(&listing(&filters), "groups_by_pk", |user: &User| user.id).await?;
        let is_member = |user: &User| user.groups.iter().any(|of| of.eq_ignore_ascii_case(group));
        Ok(users.map(|users| users.into_iter().filter(is_member).collect()))
    }

    /// The users at a path and below it: `tenants/acme` and `tenants/acme/north`, but not `tenants/acme2`.
    pub async fn users_below(&self, place: &str) -> Result<Vec<User>, CallError> {
        let users = self.users_where(&[("path_startswith", place)]).await?;
        Ok(users.into_iter().filter(|user| is_below(&user.path, place)).collect())
    }

    /// The users that have exactly `value` at a place in their attributes, such as `["dezky", "user_id"]`.
    pub async fn users_with(&self, place: &[&str], value: &Value) -> Result<Vec<User>, CallError> {
        let filter = json!({place.join("__"): value}).to_string();
        let users = self.users_where(&[("attributes", &filter)]).await?;
        Ok(users.into_iter().filter(|user| attribute(&user.attributes, place) == Some(value)).collect())
    }

    /// Makes a user without a password, unless another one has its name as name or e-mail address. Refused when that
    /// name differs in case alone, or when a group makes superusers. After an error of unknown effect, find it by its name.
    pub async fn create_user(&self, new: &NewUser) -> Result<Created<User>, CallError> {
        let attributes = self.object(&new.attributes)?;
        let username = new.username.to_lowercase();
        for group in &new.groups {
            self.open_group(group).await?;
        }
        let others = self.users_known_by(&username).await?;
        let is_like = |other: &&User| other.username != username && is_same_name(&other.username, &username);
        if let Some(other) = others.iter().find(is_like) {
            let why = format!(
                "the name {username:?} differs from that of user {} only in case, and oCIS would take both for one",
                other.id
            );
            return Err(self.refused(409, why));
        }
        if others.iter().any(|other| other.username != username) {
            return Ok(Created::Exists);
        }
        let body = json!({
            "username": username, "name": new.name, "email": new.email, "path": new.path, "type": "internal",
            "attributes": attributes, "is_active": new.is_active, "groups": new.groups,
        });
        let answer = self.send(Call::new(Method::Post, USERS).json(&body)).await?;
        if answer.status == 400 && body_of(&answer).is_some_and(|body| is_name_taken(&body)) {
            return Ok(Created::Exists);
        }
        accept(answer)?.json().map(Created::New)
    }

    /// Changes a user: reads it, merges the attributes and sends what differs. There is no compare-and-set, so the
    /// last of two writers wins (section 1). Refused when the user is gone. Safe to repeat.
    pub async fn update_user(&self, id: i64, change: &UserChange) -> Result<User, CallError> {
        let added = change.attributes.as_ref().map(|attributes| self.object(attributes)).transpose()?;
        let Some(user) = self.user(id).await? else {
            return Err(self.no_such_user(id));
        };
        let mut body = Map::new();
        if let Some(name) = change.name.as_ref().filter(|name| **name != user.name) {
            body.insert("name".to_owned(), json!(name));
        }
        if let Some(email) = change.email.as_ref().filter(|email| **email != user.email) {
            body.insert("email".to_owned(), json!(email));
        }
        // Sent even when it is so already: a suspension by somebody's PUT left sessions, and this ends them.
        if let Some(is_active) = change.is_active.filter(|active| !active || !user.is_active) {
            body.insert("is_active".to_owned(), json!(is_active));
        }
        // PATCH replaces the whole object (section 1).
        let mut attributes = user.attributes.clone();
        attributes.extend(added.cloned().unwrap_or_default());
        if attributes != user.attributes {
            body.insert("attributes".to_owned(), Value::Object(attributes));
        }
        if body.is_empty() {
            return Ok(user);
        }
        self.read(Call::new(Method::Patch, path(id)).json(&body)).await
    }

    /// Deletes a user; one that is gone already is a success. Sessions, tokens, second factors and, while the
    /// server's setting `gdpr_compliance` is on, all audit events of the user go too (section 3): copy them first.
    pub async fn delete_user(&self, id: i64) -> Result<(), CallError> {
        let answer = self.send(Call::new(Method::Delete, path(id))).await?;
        if is_missing(&answer) {
            return Ok(());
        }
        accept(answer).map(drop)
    }

    /// Sets a password. No rule for passwords applies here, and nothing ends: sessions and tokens go on, see
    /// [`Authentik::end_everything`]. Safe to repeat.
    pub async fn set_password(&self, id: i64, password: &SecretString) -> Result<(), CallError> {
        let body = json!({"password": password.expose_secret()});
        let call = Call::new(Method::Post, format!("{}set_password/", path(id))).json(&body);
        let answer = self.send(call).await?;
        if is_missing(&answer) {
            return Err(self.no_such_user(id));
        }
        accept(answer).map(drop)
    }

    pub(crate) fn no_such_user(&self, id: i64) -> CallError {
        self.refused(404, format!("there is no user {id}"))
    }

    async fn users_where(&self, filters: &[(&str, &str)]) -> Result<Vec<User>, CallError> {
        self.rows(&listing(&without_objects(filters)), |user: &User| user.id).await
    }
}

fn without_objects<'a>(filters: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("include_groups", "false"), ("include_roles", "false")], filters].concat()
}

fn listing<'a>(filters: &'a [(&'a str, &'a str)]) -> Listing<'a> {
    Listing { path: USERS, what: "users", ordering: "date_joined", filters }
}

pub(crate) fn path(id: i64) -> String {
    format!("{USERS}{id}/")
}

/// There is no conflict status: a taken name is a 400 on `username`, as other faults of a name are (section 3).
fn is_name_taken(body: &Value) -> bool {
    let text = |text: &Value| text.as_str().is_some_and(|text| text.contains(TAKEN));
    body["username"].as_array().is_some_and(|texts| texts.iter().any(text))
}

/// The forms of an address, one where its domain has no other letters than those of ASCII.
fn forms(address: &str) -> BTreeSet<String> {
    let ascii = address.parse::<EmailAddress>().map_or_else(|_| address.to_owned(), |it| it.to_string());
    let readable = readable_address(&ascii);
    if readable == ascii { BTreeSet::from([address.to_owned()]) } else { BTreeSet::from([ascii, readable]) }
}

fn is_same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// Whether a path is at `place` or in it.
fn is_below(path: &str, place: &str) -> bool {
    let rest = path.strip_prefix(place.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn attribute<'a>(attributes: &'a Map<String, Value>, place: &[&str]) -> Option<&'a Value> {
    let (first, rest) = place.split_first()?;
    rest.iter().try_fold(attributes.get(*first)?, |value, step| value.get(step))
}

/// A time that may be missing, null or unreadable.
pub(crate) fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let given = Option::<Value>::deserialize(deserializer)?;
    Ok(given.as_ref().and_then(Value::as_str).and_then(Timestamp::parse))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_path_is_below_what_it_begins_with_up_to_a_slash(place in "[a-z/]{1,8}", rest in "[a-z/]{0,8}") {
            let place = place.trim_matches('/');
            prop_assume!(!place.is_empty());
            let (inside, beside) = (format!("{place}/{rest}"), format!("{place}x{rest}"));
            prop_assert!(is_below(place, place));
            prop_assert!(is_below(&inside, place));
            prop_assert!(!is_below(&beside, place));
        }

        #[test]
        fn names_that_differ_only_in_case_are_the_same(name in "[\\PC]{0,20}") {
            prop_assert!(is_same_name(&name, &name.to_lowercase()));
            let other = format!("{name}x");
            prop_assert!(!is_same_name(&name, &other));
        }

        #[test]
        fn an_attribute_is_found_where_it_was_put(place in proptest::collection::vec("[a-z]{1,4}", 1..4)) {
            let place: Vec<&str> = place.iter().map(String::as_str).collect();
            let wrap = |inner: Value, step: &&str| json!({*step: inner});
            let whole = place.iter().rev().fold(json!("here"), wrap);
            let attributes = whole.as_object().cloned().unwrap_or_default();
            prop_assert_eq!(attribute(&attributes, &place), Some(&json!("here")));
            let deeper = [&place[..], &["further"]].concat();
            prop_assert_eq!(attribute(&attributes, &deeper), None);
        }
    }
}
