//! A person's account in oCIS. Its user name is the UUID that the person has in Authentik: oCIS ignores case in names,
//! so any other could be hijacked (ocis, section 13). Nothing in it can hold a mark, see `addresses/src/kinds/mailbox.rs`.

use async_trait::async_trait;
use kernel::EmailAddress;
use kernel::id::is_uuid;
use reconcile::fields::{compared, needed, text};
use reconcile::{Actual, Created, FieldChange, Kind, Listed, Need, Obstacle, Problem, Target};
use serde_json::{Value, json};
use upstream_ocis::{Created as Made, NewUser, Ocis, User as Found, UserChange};

use crate::desired::{FILES_USER, FilesUserSpec, USER};

pub struct FilesUser(pub Ocis);

const FIELDS: [&str; 4] = ["person", "name", "email", "enabled"];

fn actual(user: &Found) -> Actual {
    let fields = json!({
        "person": user.user_name, "name": user.display_name, "enabled": user.enabled,
        "email": canonical(user.mail.as_deref().unwrap_or_default()),
    });
    Actual { upstream_id: user.id.clone(), mark: None, fields, waiting: None }
}

/// An address in the one form that Dezky keeps: a token of the identity provider may have brought the other.
fn canonical(mail: &str) -> String {
    match mail.parse::<EmailAddress>() {
        Ok(address) if !mail.is_ascii() => address.to_string(),
        _ => mail.to_owned(),
    }
}

fn taken(title: &str) -> Obstacle {
    Obstacle::new("blocked-files-user-taken").with("name", title)
}

#[async_trait]
impl Kind for FilesUser {
    type Spec = FilesUserSpec;

    fn name(&self) -> &'static str {
        FILES_USER
    }

    /// Its object is written by itself alone.
    fn writes_into(&self, _: &Target<'_, Self::Spec>) -> Option<Need> {
        None
    }

    fn title(&self, target: &Target<'_, Self::Spec>) -> String {
        target.spec.map_or_else(|| target.name.to_owned(), |spec| spec.name.clone())
    }

    fn needs(&self, spec: &Self::Spec) -> Vec<Need> {
        vec![Need::of(USER, &spec.person)]
    }

    async fn read(&self, target: &Target<'_, Self::Spec>) -> Result<Option<Actual>, Problem> {
        let known = target.upstream_id.or(target.needed.first().map(String::as_str));
        let Some(id) = known else { return Ok(None) };
        let found = self.0.user_with_mail(id).await?;
        Ok(found.map(|found| self.as_read(target, actual(&found))))
    }

    async fn search(&self, target: &Target<'_, Self::Spec>) -> Result<Option<Actual>, Problem> {
        let mark = target.is_in_doubt.then(|| target.id.to_owned());
        Ok(self.read(target).await?.map(|found| Actual { mark, ..found }))
    }

    async fn create(&self, target: &Target<'_, Self::Spec>, spec: &Self::Spec) -> Result<Created, Problem> {
        let new = NewUser {
            user_name: needed(self, target, 0)?.to_owned(),
            display_name: spec.name.clone(),
            mail: Some(spec.email.clone()).filter(|mail| !mail.is_empty()),
        };
        Ok(match self.0.create_user(&new).await? {
            Made::New(user) => Created::New(actual(&user)),
            Made::Exists => {
                let found = self.read(target).await?.filter(|_| target.is_in_doubt);
                // It is ours, of an attempt whose outcome nobody knew.
                found.map_or_else(|| Created::Taken(taken(&self.title(target))), Created::New)
            }
        })
    }

    async fn update(
        &self,
        target: &Target<'_, Self::Spec>,
        spec: &Self::Spec,
        actual: &Actual,
        changes: &[FieldChange],
    ) -> Result<(), Problem> {
        let is_changed = |field: &str| changes.iter().any(|change| change.field == field);
        // The person's account was made anew and has another UUID: the files stay, under the new name.
        let uuid = || needed(self, target, 0).map(str::to_owned);
        let change = UserChange {
            user_name: is_changed("person").then(uuid).transpose()?,
            display_name: is_changed("name").then(|| spec.name.clone()),
            mail: is_changed("email").then(|| spec.email.clone()),
            enabled: is_changed("enabled").then_some(spec.enabled),
        };
        self.0.update_user(&actual.upstream_id, &change).await?;
        Ok(())
    }

    async fn delete(&self, _: &Target<'_, Self::Spec>, actual: &Actual) -> Result<(), Problem> {
        Ok(self.0.delete_user(&actual.upstream_id).await?)
    }

    /// Accounts with names as Dezky gives them. Its own has such a name too, and is nobody's in particular.
    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        let (users, own) = (self.0.users().await?, self.0.probe().await?.id);
        let ours = users.iter().filter(|user| is_uuid(&user.user_name) && user.id != own);
        Ok(ours.map(|user| Listed { name: user.display_name.clone(), actual: actual(user) }).collect())
    }

    /// An account with the UUID of its person for a name is that person's; by another it lets in nobody, or somebody
    /// else.
    fn as_read(&self, target: &Target<'_, Self::Spec>, mut listed: Actual) -> Actual {
        let is_theirs = |uuid: &String| text(&listed.fields, "person").eq_ignore_ascii_case(uuid);
        if target.needed.first().is_some_and(is_theirs)
            && let Some(spec) = target.spec
        {
            listed.fields["person"] = json!(spec.person);
        }
        listed
    }

    /// An address can't be emptied.
    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange> {
        let has_address = !text(spec, "email").is_empty();
        let fields: Vec<&str> = FIELDS.into_iter().filter(|field| has_address || *field != "email").collect();
        compared(spec, actual, &fields)
    }
}
