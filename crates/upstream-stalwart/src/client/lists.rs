//! Mailing lists (section 9).

use std::collections::BTreeMap;

use outbound::CallError;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::fields::{alias_list, in_order, local_part, names, recipients, text};
use super::{Stalwart, Wanted};
use crate::model::{Alias, Created, Destroyed, ListChange, MailingList, NewList, Updated};

impl Stalwart {
    /// Makes a mailing list. After an unknown outcome do it again: an address that exists by then tells its owner.
    pub async fn create_list(&self, new: &NewList) -> Result<Created, CallError> {
        let fields = fields_of(new).map_err(|why| self.refusal(why))?;
        let responses = self.change(&[("x:MailingList/set", json!({"create": {"new": fields}}))]).await?;
        responses.created(0)
    }

    /// The mailing list with that id.
    pub async fn list(&self, id: &str) -> Result<Option<MailingList>, CallError> {
        Ok(self.lists(&[id]).await?.pop())
    }

    /// The mailing lists with these ids; those that are gone are left out.
    pub async fn lists(&self, ids: &[&str]) -> Result<Vec<MailingList>, CallError> {
        let found: Vec<Wire> = self.with_ids("MailingList", ids, |list: &Wire| &list.id).await?;
        Ok(found.into_iter().map(MailingList::from).collect())
    }

    /// All mailing lists of the server, or those with their own address on one domain, by id. Stalwart can't
    /// search lists by domain (section 9), so both read all of them.
    pub async fn list_lists(&self, domain_id: Option<&str>) -> Result<Vec<MailingList>, CallError> {
        let all = Wanted { filter: Value::Null, properties: None, id: |list: &Wire| &list.id };
        let found = self.all("MailingList", all).await?;
        let wanted = found.into_iter().filter(|list| domain_id.is_none_or(|id| list.domain_id == id));
        Ok(wanted.map(MailingList::from).collect())
    }

    /// Changes a mailing list; the fields that are named are written whole, so twice is as good as once. Changing
    /// nothing sends nothing. Refused with 404 when there is no such list.
    pub async fn update_list(&self, id: &str, change: &ListChange) -> Result<Updated, CallError> {
        let patch = patch_of(change).map_err(|why| self.refusal(why))?;
        if patch.is_empty() {
            return Ok(Updated::Done);
        }
        let responses = self.change(&[("x:MailingList/set", json!({"update": {id: patch}}))]).await?;
        responses.updated(0, id)
    }

    /// Destroys a mailing list; its addresses are free at once.
    pub async fn destroy_list(&self, id: &str) -> Result<Destroyed, CallError> {
        let responses = self.change(&[("x:MailingList/set", json!({"destroy": [id]}))]).await?;
        responses.destroyed(0, id)
    }
}

fn fields_of(new: &NewList) -> Result<Value, &'static str> {
    let name = local_part(&new.name)?;
    Ok(json!({
        "domainId": new.domain_id,
        "description": text(new.description.as_deref()),
        "aliases": alias_list(&new.aliases, Some((name.as_str(), new.domain_id.as_str())))?,
        "recipients": recipients(&new.recipients),
        "name": name,
    }))
}

fn patch_of(change: &ListChange) -> Result<Map<String, Value>, &'static str> {
    let mut patch = Map::new();
    let mut set = |property: &str, value: Value| patch.insert(property.to_owned(), value);
    if let Some(name) = &change.name {
        set("name", local_part(name)?.into());
    }
    if let Some(description) = &change.description {
        set("description", text(description.as_deref()));
    }
    if let Some(aliases) = &change.aliases {
        set("aliases", alias_list(aliases, None)?);
    }
    if let Some(addresses) = &change.recipients {
        set("recipients", recipients(addresses));
    }
    Ok(patch)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: String,
    name: String,
    domain_id: String,
    email_address: String,
    description: Option<String>,
    #[serde(default)]
    aliases: BTreeMap<String, Alias>,
    #[serde(default)]
    recipients: BTreeMap<String, bool>,
}

impl From<Wire> for MailingList {
    fn from(wire: Wire) -> Self {
        Self {
            id: wire.id,
            name: wire.name,
            domain_id: wire.domain_id,
            address: wire.email_address,
            description: wire.description,
            aliases: in_order(wire.aliases).into_iter().map(|(_, alias)| alias).collect(),
            recipients: names(wire.recipients),
        }
    }
}
