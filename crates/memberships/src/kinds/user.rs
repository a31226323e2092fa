//! A person's account in Authentik. Its id here is the UUID, which is the `sub` of its tokens; the mark stands in the
//! attribute `dezky`. It has no password until one is set on it (authentik, section 3). One that Dezky did not make is
//! only looked at: it is never changed, closed or deleted [A16].

use async_trait::async_trait;
use reconcile::fields::{compared, text};
use reconcile::{Actual, Created, FieldChange, Kind, Listed, Need, Problem, Resource};
use serde_json::{Value, json};
use upstream_authentik::{Authentik, Created as Made, NewUser, User as Found, UserChange};

use crate::desired::USER;

pub struct User(pub Authentik);

/// Where Authentik keeps the accounts that Dezky makes.
pub(super) const PATH: &str = "dezky";
const FIELDS: [&str; 4] = ["username", "name", "email", "active"];

pub(super) fn actual(user: &Found) -> Actual {
    let mark = user.attributes.get("dezky").and_then(|dezky| dezky.get("resource"));
    Actual {
        upstream_id: user.uuid.clone(),
        mark: mark.and_then(Value::as_str).map(str::to_owned),
        fields: json!({
            "number": user.id, "username": user.username, "name": user.name, "email": user.email,
            "active": user.is_active,
        }),
        waiting: None,
    }
}

/// The spec with its address as people read it. The user name has the other form, so that they sign in with either
/// (authentik, section 3: both are looked for, and neither is changed into the other).
fn readable(spec: &Value) -> Value {
    let mut spec = spec.clone();
    if let Some(email) = spec.get_mut("email") {
        *email = json!(kernel::readable_address(email.as_str().unwrap_or_default()));
    }
    spec
}

fn attributes(resource: &Resource) -> Value {
    json!({"dezky": {"person": resource.name, "resource": resource.id}})
}

/// The user name that Dezky gives; none where it didn't.
fn username(resource: &Resource) -> Option<&str> {
    resource.description()?.get("username")?.as_str()
}

/// True for an account that is its owner's.
fn is_own(resource: &Resource) -> bool {
    resource.description().is_some_and(is_only_seen)
}

fn is_only_seen(spec: &Value) -> bool {
    spec.get("own").is_some_and(|own| *own == true)
}

/// An own account bears no mark of ours, or that of a time when it was given one: it is known by its UUID alone.
fn of_owner(resource: &Resource, actual: Actual) -> Actual {
    if is_own(resource) { Actual { mark: Some(resource.id.clone()), ..actual } } else { actual }
}

/// The number that the API goes by.
fn number(actual: &Actual) -> Result<i64, Problem> {
    let number = actual.fields.get("number").and_then(Value::as_i64);
    number.ok_or_else(|| Problem::Blocked("the account has no number".to_owned()))
}

#[async_trait]
impl Kind for User {
    fn name(&self) -> &'static str {
        USER
    }

    /// Its object is written by itself alone.
    fn writes_into(&self, _: &Resource) -> Option<Need> {
        None
    }

    fn title(&self, resource: &Resource) -> String {
        username(resource).map_or_else(|| resource.name.clone(), str::to_owned)
    }

    async fn read(&self, resource: &Resource) -> Result<Option<Actual>, Problem> {
        let username = username(resource);
        // Nothing of it is to go.
        if is_own(resource) && resource.spec.is_none() {
            return Ok(None);
        }
        let found = match (&resource.upstream_id, username) {
            (Some(id), _) => self.0.user_of_uuid(id).await?,
            (None, Some(username)) => self.0.find_user(username).await?,
            (None, None) => None,
        };
        Ok(found.as_ref().map(actual).map(|actual| of_owner(resource, actual)))
    }

    /// By its mark: a spec that wants it gone has no name to look for.
    async fn search(&self, resource: &Resource) -> Result<Option<Actual>, Problem> {
        if is_own(resource) {
            return self.read(resource).await;
        }
        let marked = self.0.users_with(&["dezky", "resource"], &json!(resource.id)).await?;
        match marked.first() {
            Some(user) => Ok(Some(actual(user))),
            None => self.read(resource).await,
        }
    }

    async fn create(&self, resource: &Resource, spec: &Value) -> Result<Created, Problem> {
        let Some(username) = spec.get("username").and_then(Value::as_str) else {
            return Err(Problem::Blocked(
                "the account that this person signed in with is gone from Authentik".to_owned(),
            ));
        };
        let spec = &readable(spec);
        let new = NewUser {
            username: username.to_owned(),
            name: text(spec, "name").to_owned(),
            email: text(spec, "email").to_owned(),
            path: PATH.to_owned(),
            attributes: attributes(resource),
            is_active: spec["active"] == true,
            groups: Vec::new(),
        };
        Ok(match self.0.create_user(&new).await? {
            Made::New(user) => Created::New(actual(&user)),
            Made::Exists => Created::Taken(format!(
                "Authentik has another account with the name or address “{username}”. Remove this member and invite \
                 the person instead: the account's owner must agree."
            )),
        })
    }

    async fn update(
        &self,
        resource: &Resource,
        spec: &Value,
        actual: &Actual,
        changes: &[FieldChange],
    ) -> Result<(), Problem> {
        if is_own(resource) {
            return Ok(());
        }
        if changes.iter().any(|change| change.field == "username") {
            return Err(Problem::Blocked(format!(
                "the account's user name was changed in Authentik; change it back to “{}” there",
                text(spec, "username")
            )));
        }
        let spec = &readable(spec);
        let change = UserChange {
            name: Some(text(spec, "name").to_owned()),
            email: Some(text(spec, "email").to_owned()),
            is_active: Some(spec["active"] == true),
            attributes: Some(attributes(resource)),
        };
        self.0.update_user(number(actual)?, &change).await?;
        Ok(())
    }

    async fn delete(&self, resource: &Resource, actual: &Actual) -> Result<(), Problem> {
        if is_own(resource) {
            return Ok(());
        }
        Ok(self.0.delete_user(number(actual)?).await?)
    }

    /// The accounts that Dezky makes have a place of their own; what other people there are is nobody's business here.
    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        let users = self.0.users_below(PATH).await?;
        Ok(users.iter().map(|user| Listed { name: user.username.clone(), actual: actual(user) }).collect())
    }

    /// Of an own account nothing is wanted.
    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange> {
        if is_only_seen(spec) {
            return Vec::new();
        }
        let unmarked = FieldChange { field: "mark".to_owned(), want: json!(true), have: json!(false) };
        let unmarked = actual.mark.is_none().then_some(unmarked);
        compared(&readable(spec), actual, &FIELDS).into_iter().chain(unmarked).collect()
    }
}
