//! A person's account in oCIS. Its user name is the UUID that the person has in Authentik: oCIS ignores case in names,
//! so any other could be hijacked (contract, section 13). Nothing in it can hold a mark, see `mailbox.rs`.

use async_trait::async_trait;
use reconcile::{Actual, Created, FieldChange, Kind, Listed, Need, Problem, Resource};
use serde_json::{Value, json};
use upstream_ocis::{Created as Made, NewUser, Ocis, User as Found, UserChange};

use super::{compared, needed, text};
use crate::wants::{FILES_USER, USER};

pub struct FilesUser(pub Ocis);

/// The address is said by lists alone, so it is not compared.
const FIELDS: [&str; 2] = ["name", "enabled"];

fn actual(user: &Found, mark: Option<String>) -> Actual {
    Actual {
        upstream_id: user.id.clone(),
        mark,
        fields: json!({"name": user.display_name, "enabled": user.enabled, "userName": user.user_name}),
        waiting: None,
    }
}

/// True for a name as Dezky gives it.
fn is_uuid(name: &str) -> bool {
    let hex =
        |at: usize, b: u8| if matches!(at, 8 | 13 | 18 | 23) { b == b'-' } else { b.is_ascii_hexdigit() };
    name.len() == 36 && name.bytes().enumerate().all(|(at, b)| hex(at, b))
}

#[async_trait]
impl Kind for FilesUser {
    fn name(&self) -> &'static str {
        FILES_USER
    }

    fn needs(&self, resource: &Resource) -> Vec<Need> {
        let Some(spec) = &resource.spec else { return Vec::new() };
        vec![Need::of(USER, text(spec, "person"))]
    }

    async fn read(&self, resource: &Resource) -> Result<Option<Actual>, Problem> {
        let Some(id) = resource.upstream_id.as_ref().or(resource.needed.first()) else { return Ok(None) };
        Ok(self.0.user(id).await?.map(|found| actual(&found, None)))
    }

    async fn search(&self, resource: &Resource) -> Result<Option<Actual>, Problem> {
        let mark = resource.is_in_doubt().then(|| resource.id.clone());
        Ok(self.read(resource).await?.map(|found| Actual { mark, ..found }))
    }

    async fn create(&self, resource: &Resource, spec: &Value) -> Result<Created, Problem> {
        let new = NewUser {
            user_name: needed(&resource.needed, 0)?.to_owned(),
            display_name: text(spec, "name").to_owned(),
            mail: Some(text(spec, "email").to_owned()).filter(|mail| !mail.is_empty()),
        };
        Ok(match self.0.create_user(&new).await? {
            Made::New(user) => Created::New(actual(&user, None)),
            Made::Exists => {
                Created::Taken("oCIS has an account with the name of this person already.".to_owned())
            }
        })
    }

    async fn update(
        &self,
        _: &Resource,
        spec: &Value,
        actual: &Actual,
        _: &[FieldChange],
    ) -> Result<(), Problem> {
        let change = UserChange {
            display_name: Some(text(spec, "name").to_owned()),
            mail: None,
            enabled: Some(spec["enabled"] == true),
        };
        self.0.update_user(&actual.upstream_id, &change).await?;
        Ok(())
    }

    async fn delete(&self, _: &Resource, actual: &Actual) -> Result<(), Problem> {
        Ok(self.0.delete_user(&actual.upstream_id).await?)
    }

    /// Accounts with names as Dezky gives them: the service's own and an administrator's are others.
    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        let users = self.0.users().await?;
        let ours = users.iter().filter(|user| is_uuid(&user.user_name));
        Ok(ours.map(|user| Listed { name: user.display_name.clone(), actual: actual(user, None) }).collect())
    }

    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange> {
        compared(spec, actual, &FIELDS)
    }
}
