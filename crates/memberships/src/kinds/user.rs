//! A person's account in Authentik. Its id here is the UUID, which is the `sub` of its tokens; the mark stands in the
//! attribute `dezky`. It has no password until one is set on it (authentik, section 3). One that Dezky did not make is
//! only looked at: it is never changed, closed or deleted [A16].

use async_trait::async_trait;
use kernel::readable_address;
use reconcile::fields::compared;
use reconcile::{Actual, Created, FieldChange, Kind, Listed, Need, Obstacle, Problem, Target};
use serde::Deserialize as _;
use serde_json::{Value, json};
use upstream_authentik::{Authentik, Created as Made, NewUser, User as Found, UserChange};

use crate::desired::{GivenUser, USER, UserSpec};

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
    if let Some(Value::String(email)) = spec.get_mut("email") {
        *email = readable_address(email);
    }
    spec
}

fn attributes(target: &Target<'_, UserSpec>) -> Value {
    json!({"dezky": {"person": target.name, "resource": target.id}})
}

/// The user name that Dezky gives; none where it didn't.
fn username<'a>(target: &Target<'a, UserSpec>) -> Option<&'a str> {
    match target.spec? {
        UserSpec::Own { .. } => None,
        UserSpec::Given(user) => user.username.as_deref(),
    }
}

/// True for an account that is its owner's.
fn is_own(target: &Target<'_, UserSpec>) -> bool {
    matches!(target.spec, Some(UserSpec::Own { .. }))
}

/// An own account bears no mark of ours, or that of a time when it was given one: it is known by its UUID alone.
fn of_owner(target: &Target<'_, UserSpec>, actual: Actual) -> Actual {
    if is_own(target) { Actual { mark: Some(target.id.to_owned()), ..actual } } else { actual }
}

/// The number that the API goes by.
fn number(actual: &Actual) -> Result<i64, Problem> {
    let number = actual.fields.get("number").and_then(Value::as_i64);
    number.ok_or_else(|| Problem::Blocked(Obstacle::new("blocked-account-number")))
}

#[async_trait]
impl Kind for User {
    type Spec = UserSpec;

    fn name(&self) -> &'static str {
        USER
    }

    /// Its object is written by itself alone.
    fn writes_into(&self, _: &Target<'_, Self::Spec>) -> Option<Need> {
        None
    }

    fn title(&self, target: &Target<'_, Self::Spec>) -> String {
        username(target).unwrap_or(target.name).to_owned()
    }

    async fn read(&self, target: &Target<'_, Self::Spec>) -> Result<Option<Actual>, Problem> {
        // Nothing of it is to go.
        if is_own(target) && !target.is_wanted {
            return Ok(None);
        }
        let found = match (target.upstream_id, username(target)) {
            (Some(id), _) => self.0.user_of_uuid(id).await?,
            (None, Some(username)) => self.0.find_user(username).await?,
            (None, None) => None,
        };
        Ok(found.as_ref().map(actual).map(|actual| of_owner(target, actual)))
    }

    /// By its mark: a spec that wants it gone has no name to look for.
    async fn search(&self, target: &Target<'_, Self::Spec>) -> Result<Option<Actual>, Problem> {
        if is_own(target) {
            return self.read(target).await;
        }
        let marked = self.0.users_with(&["dezky", "resource"], &json!(target.id)).await?;
        match marked.first() {
            Some(user) => Ok(Some(actual(user))),
            None => self.read(target).await,
        }
    }

    async fn create(&self, target: &Target<'_, Self::Spec>, spec: &Self::Spec) -> Result<Created, Problem> {
        let UserSpec::Given(GivenUser { username: Some(username), name, email, active }) = spec else {
            return Err(Problem::Blocked(Obstacle::new("blocked-own-account-gone")));
        };
        let new = NewUser {
            username: username.clone(),
            name: name.clone(),
            email: readable_address(email),
            path: PATH.to_owned(),
            attributes: attributes(target),
            is_active: *active,
            groups: Vec::new(),
        };
        Ok(match self.0.create_user(&new).await? {
            Made::New(user) => Created::New(actual(&user)),
            Made::Exists => Created::Taken(Obstacle::new("blocked-account-taken").with("username", username)),
        })
    }

    async fn update(
        &self,
        target: &Target<'_, Self::Spec>,
        spec: &Self::Spec,
        actual: &Actual,
        changes: &[FieldChange],
    ) -> Result<(), Problem> {
        let UserSpec::Given(user) = spec else { return Ok(()) };
        if let Some(username) = &user.username
            && changes.iter().any(|change| change.field == "username")
        {
            return Err(Problem::Blocked(
                Obstacle::new("blocked-account-renamed").with("username", username),
            ));
        }
        let change = UserChange {
            name: Some(user.name.clone()),
            email: Some(readable_address(&user.email)),
            is_active: Some(user.active),
            attributes: Some(attributes(target)),
        };
        self.0.update_user(number(actual)?, &change).await?;
        Ok(())
    }

    async fn delete(&self, target: &Target<'_, Self::Spec>, actual: &Actual) -> Result<(), Problem> {
        match target.spec {
            Some(UserSpec::Given(_)) => Ok(self.0.delete_user(number(actual)?).await?),
            Some(UserSpec::Own { .. }) => Ok(()),
            // What nobody can tell to be ours stays [A16].
            None => Err(Problem::Blocked(Obstacle::new("blocked-account-origin"))),
        }
    }

    /// The accounts that Dezky makes have a place of their own; what other people there are is nobody's business here.
    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        let users = self.0.users_below(PATH).await?;
        Ok(users.iter().map(|user| Listed { name: user.username.clone(), actual: actual(user) }).collect())
    }

    /// Of an own account nothing is wanted.
    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange> {
        if let Ok(UserSpec::Own { .. }) = UserSpec::deserialize(spec) {
            return Vec::new();
        }
        let unmarked = FieldChange { field: "mark".to_owned(), want: json!(true), have: json!(false) };
        let unmarked = actual.mark.is_none().then_some(unmarked);
        compared(&readable(spec), actual, &FIELDS).into_iter().chain(unmarked).collect()
    }
}
