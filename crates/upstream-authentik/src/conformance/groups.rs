//! The life of a group.

use kernel::id;
use outbound::CallError;
use serde_json::{Value, json};

use super::{Told, same, wrong};
use crate::{Authentik, Created, Group, GroupChange, NewGroup};

/// Has the form of an id and names nothing.
const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

/// The API token and the life of a group. `tell` hears of each step when it is done.
pub async fn groups(authentik: &Authentik, tell: &mut impl FnMut(&'static str, Told)) {
    tell("probe", probe(authentik).await);
    let mut run = Run::new(authentik);
    tell("find nothing yet", run.finds_nothing().await);
    tell("a missing group is none", is_missing(authentik, UNKNOWN).await);
    tell("create a group", run.create().await);
    tell("a taken name is no error", run.create_again().await);
    tell("a name in other case is another", run.create_in_upper_case().await);
    tell("find by exact name", run.find().await);
    tell("get by id", run.get().await);
    tell("attributes are merged", run.merge().await);
    tell("the same change again", run.merge().await);
    tell("rename", run.rename().await);
    tell("list by part of a name", run.list().await);
    tell("list all groups", run.list_all().await);
    tell("delete", run.delete().await);
    tell("delete again", run.delete().await);
    tell("nothing is left of it", run.is_gone().await);
    tell("clean up", run.clean_up().await);
}

async fn probe(authentik: &Authentik) -> Told {
    let identity = authentik.probe().await?;
    let may = if identity.is_superuser { "a superuser" } else { "no superuser" };
    Ok(format!("{}, {may}", identity.username))
}

async fn is_missing(authentik: &Authentik, id: &str) -> Told {
    match authentik.group(id).await? {
        None => Ok(String::new()),
        Some(group) => Err(wrong(format!("{id} is there: {:?}", group.name))),
    }
}

/// A group of this run's own.
struct Run<'a> {
    authentik: &'a Authentik,
    /// What the names of all its groups contain, in either case.
    mark: String,
    group: Option<Group>,
}

impl<'a> Run<'a> {
    fn new(authentik: &'a Authentik) -> Self {
        let mark = format!("dezky-conformance-{}", id::hex(&id::random::<6>()));
        Self { authentik, mark, group: None }
    }

    fn group(&self) -> Result<&Group, CallError> {
        self.group.as_ref().ok_or_else(|| wrong("there is no group: it could not be made"))
    }

    fn attributes() -> Value {
        json!({"dezky": {"tenant": "conformance"}, "plan": "free"})
    }

    fn new_group(&self) -> NewGroup {
        NewGroup { name: self.mark.clone(), attributes: Self::attributes() }
    }

    async fn finds_nothing(&self) -> Told {
        same("the group", self.authentik.find_group(&self.mark).await?, None)
    }

    async fn create(&mut self) -> Told {
        match self.authentik.create_group(&self.new_group()).await? {
            Created::New(group) => {
                let group = self.group.insert(group);
                same("the name", &group.name, &self.mark)?;
                same("the attributes", Value::Object(group.attributes.clone()), Self::attributes())?;
                same("whether it makes superusers", group.is_superuser, false)?;
                Ok(format!("{} is {}", group.name, group.id))
            }
            Created::Exists => Err(wrong("the name is taken")),
        }
    }

    async fn create_again(&self) -> Told {
        self.group()?;
        match self.authentik.create_group(&self.new_group()).await? {
            Created::Exists => Ok(String::new()),
            Created::New(group) => Err(wrong(format!("a second group was made: {}", group.id))),
        }
    }

    async fn create_in_upper_case(&self) -> Told {
        let name = self.mark.to_uppercase();
        match self.authentik.create_group(&NewGroup { name, attributes: json!({}) }).await? {
            Created::New(group) => Ok(format!("{} is {}", group.name, group.id)),
            Created::Exists => Err(wrong("the name counts as taken")),
        }
    }

    async fn find(&self) -> Told {
        let found = self.authentik.find_group(&self.mark).await?;
        same("the group", found.as_ref(), Some(self.group()?))
    }

    async fn get(&self) -> Told {
        let read = self.authentik.group(&self.group()?.id).await?;
        same("the group", read.as_ref(), Some(self.group()?))
    }

    /// Changes one attribute; the others stay.
    async fn merge(&mut self) -> Told {
        let change = GroupChange {
            name: None,
            attributes: Some(json!({"plan": "business", "seats": 3, "note": null})),
        };
        let id = self.group()?.id.clone();
        let changed = self.group.insert(self.authentik.update_group(&id, &change).await?);
        let mut expected = Self::attributes();
        expected["plan"] = json!("business");
        expected["seats"] = json!(3);
        expected["note"] = Value::Null;
        same("the attributes", Value::Object(changed.attributes.clone()), expected)?;
        self.get().await
    }

    async fn rename(&mut self) -> Told {
        let name = format!("{}-renamed", self.mark);
        let change = GroupChange { name: Some(name.clone()), attributes: None };
        let id = self.group()?.id.clone();
        let renamed = self.group.insert(self.authentik.update_group(&id, &change).await?);
        same("the name", &renamed.name, &name)?;
        same("the id", &renamed.id, &id)?;
        self.get().await
    }

    async fn list(&self) -> Told {
        let own = self.group()?;
        let groups = self.authentik.list_groups(&self.mark).await?;
        same("how often it is listed", groups.iter().filter(|group| group.id == own.id).count(), 1)?;
        let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
        if names.iter().all(|name| self.is_own(name)) {
            return Ok(names.join(", "));
        }
        Err(wrong(format!("the list holds other groups too: {}", names.join(", "))))
    }

    async fn list_all(&self) -> Told {
        let own = self.group()?;
        let groups = self.authentik.list_groups("").await?;
        same("how often it is listed", groups.iter().filter(|group| group.id == own.id).count(), 1)?;
        Ok(format!("{} groups", groups.len()))
    }

    async fn delete(&self) -> Told {
        self.authentik.delete_group(&self.group()?.id).await.map(|()| "gone".to_owned())
    }

    async fn is_gone(&self) -> Told {
        let own = self.group()?;
        is_missing(self.authentik, &own.id).await?;
        same("the group by name", self.authentik.find_group(&own.name).await?, None)
    }

    /// Finds by name, because a failed creation may have happened all the same.
    async fn clean_up(&self) -> Told {
        let mut groups = self.authentik.list_groups(&self.mark).await?;
        groups.extend(self.authentik.list_groups(&self.mark.to_uppercase()).await?);
        groups.sort_by(|a, b| a.id.cmp(&b.id));
        groups.dedup_by(|a, b| a.id == b.id);
        let own: Vec<Group> = groups.into_iter().filter(|group| self.is_own(&group.name)).collect();
        for group in &own {
            self.authentik.delete_group(&group.id).await?;
        }
        Ok(if own.is_empty() { "nothing to do".to_owned() } else { format!("deleted {}", own.len()) })
    }

    fn is_own(&self, name: &str) -> bool {
        name.to_lowercase().starts_with(&self.mark)
    }
}
