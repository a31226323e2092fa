//! Objects of any kind, as whoever sets the server up handles them: read as they are, made, and changed by the fields
//! that differ. Never replaced by PUT (section 1), never deleted, and nothing that makes superusers is touched (section 12).

use std::collections::BTreeSet;

use outbound::{Answer, Call, CallError, Cause, Method};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::client::{accept, body_of, is_missing};
use crate::pages::Listing;
use crate::{Authentik, Created};

const PERMISSIONS: &str = "/api/v3/rbac/permissions/";
const ROLES: &str = "/api/v3/rbac/roles/";
const TOKENS: &str = "/api/v3/core/tokens/";
/// How the server says that something is there already: there is no conflict status (section 1).
const TAKEN: [&str; 3] = ["already exists", "must be unique", "must make a unique set"];

/// An object as the server has it.
pub type Row = Map<String, Value>;

/// A permission of a role.
#[derive(Deserialize)]
struct PermissionRow {
    id: i64,
    codename: String,
    app_label: String,
}

#[derive(Deserialize)]
struct Counted {
    pagination: Pagination,
}

#[derive(Deserialize)]
struct Pagination {
    count: usize,
}

impl Authentik {
    /// The rows of a list that are wanted. The filters only make the list short: one that the server does not know
    /// selects everything (section 1), so `is_wanted` decides. None when a filter names an object that isn't there.
    pub async fn objects_at(
        &self,
        path: &str,
        filters: &[(&str, &str)],
        is_wanted: impl Fn(&Row) -> bool,
    ) -> Result<Vec<Row>, CallError> {
        let listing = Listing { path, what: "objects", ordering: "pk", filters };
        let named = filters.first().map_or("", |(name, _)| *name);
        // By the whole row: its key has another name with each kind.
        let rows = self.rows_of(&listing, named, |row: &Row| Value::Object(row.clone()).to_string()).await?;
        Ok(rows.unwrap_or_default().into_iter().filter(is_wanted).collect())
    }

    /// The object at a path such as `/api/v3/core/applications/`, by the key that the API goes by.
    pub async fn object_at(&self, path: &str, key: &str) -> Result<Option<Row>, CallError> {
        let answer = self.send(Call::get(self.place(path, key)?)).await?;
        if is_missing(&answer) {
            return Ok(None);
        }
        accept(answer)?.json().map(Some)
    }

    /// Makes an object. After an error of unknown effect, look for it. Refused when it would make superusers.
    pub async fn create_object(&self, path: &str, body: &Row) -> Result<Created<Row>, CallError> {
        self.guard_row(body)?;
        let answer = self.send(Call::new(Method::Post, path).json(body)).await?;
        if is_taken(&answer) {
            return Ok(Created::Exists);
        }
        accept(answer)?.json().map(Created::New)
    }

    /// Sets fields of an object; each of them replaces what was there (section 1). Safe to repeat. Refused when the object
    /// makes superusers, or would then.
    pub async fn change_object(
        &self,
        path: &str,
        key: &str,
        before: &Row,
        fields: &Row,
    ) -> Result<Row, CallError> {
        self.guard_row(before)?;
        self.guard_row(fields)?;
        self.read(Call::new(Method::Patch, self.place(path, key)?).json(fields)).await
    }

    /// The permissions of a role over all objects, as in `authentik_core.view_user`.
    pub async fn permissions_of_role(&self, role: &str) -> Result<BTreeSet<String>, CallError> {
        let filters = [("role", role)];
        let listing = Listing { path: PERMISSIONS, what: "permissions", ordering: "pk", filters: &filters };
        let rows = self.all_rows(&listing, |row: &PermissionRow| row.id).await?;
        // The rows don't name the role. If the filter had no effect, they are all permissions that there are.
        let all: Counted = self.read(Call::get(PERMISSIONS).query("page_size", 1)).await?;
        if !rows.is_empty() && rows.len() >= all.pagination.count {
            return Err(self.malformed("the list of a role's permissions has all permissions"));
        }
        Ok(rows.into_iter().map(|row| format!("{}.{}", row.app_label, row.codename)).collect())
    }

    /// Gives a role permissions beside those that it has. A name that the server doesn't know breaks the call
    /// (section 12). Safe to repeat.
    pub async fn assign_permissions(&self, role: &str, names: &[String]) -> Result<(), CallError> {
        self.role_call(Method::Post, role, "assign", names).await
    }

    /// Takes permissions from a role. Safe to repeat.
    pub async fn unassign_permissions(&self, role: &str, names: &[String]) -> Result<(), CallError> {
        self.role_call(Method::Patch, role, "unassign", names).await
    }

    async fn role_call(
        &self,
        method: Method,
        role: &str,
        action: &str,
        names: &[String],
    ) -> Result<(), CallError> {
        let place = self.place(&format!("{PERMISSIONS}assigned_by_roles/"), role)?;
        let call = Call::new(method, format!("{place}{action}/")).json(&json!({"permissions": names}));
        accept(self.send(call).await?).map(drop)
    }

    /// Puts a user into a role; one who is in it already is a success. Safe to repeat.
    pub async fn join_role(&self, role: &str, user: i64) -> Result<(), CallError> {
        let call = Call::new(Method::Post, format!("{}add_user/", self.place(ROLES, role)?));
        accept(self.send(call.json(&json!({"pk": user}))).await?).map(drop)
    }

    /// Takes a user out of a role; one who isn't in it is a success. Safe to repeat.
    pub async fn leave_role(&self, role: &str, user: i64) -> Result<(), CallError> {
        let call = Call::new(Method::Post, format!("{}remove_user/", self.place(ROLES, role)?));
        accept(self.send(call.json(&json!({"pk": user}))).await?).map(drop)
    }

    /// The key of a token, which is what a program sends (section 12).
    pub async fn token_key(&self, identifier: &str) -> Result<SecretString, CallError> {
        #[derive(Deserialize)]
        struct Key {
            key: String,
        }
        let key: Key = self.read(Call::get(format!("{}view_key/", self.place(TOKENS, identifier)?))).await?;
        Ok(key.key.into())
    }

    /// The path of one object. A key with a slash would lead to another.
    fn place(&self, path: &str, key: &str) -> Result<String, CallError> {
        let is_plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if key.is_empty() || !is_plain {
            return Err(self.malformed(&format!("{key:?} is the key of no object")));
        }
        Ok(format!("{path}{key}/"))
    }

    fn guard_row(&self, row: &Row) -> Result<(), CallError> {
        if row.get("is_superuser").and_then(Value::as_bool) == Some(true) {
            let why = "the object makes superusers or is one, Dezky does not touch it".to_owned();
            return Err(CallError::without_effect(self.upstream(), Cause::Refused(403, Some(why))));
        }
        Ok(())
    }
}

/// A 400 of which a field says that another object has its value.
fn is_taken(answer: &Answer) -> bool {
    let body = body_of(answer).filter(|_| answer.status == 400);
    let says = |text: &Value| text.as_str().is_some_and(|text| TAKEN.iter().any(|said| text.contains(said)));
    let is_said = |texts: &Value| texts.as_array().is_some_and(|texts| texts.iter().any(says));
    body.as_ref().and_then(Value::as_object).is_some_and(|fields| fields.values().any(is_said))
}
