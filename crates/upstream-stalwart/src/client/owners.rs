//! Names for what Stalwart names by type and id only: who has an address, and what still uses a domain.

use std::collections::BTreeMap;

use outbound::CallError;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Stalwart;
use super::fields::in_order;
use crate::model::{Alias, LinkHolder, LinkedObject};

impl Stalwart {
    /// What people know an object by: the owner that `Created::Exists` and `Updated::Taken` tell.
    pub async fn whose(&self, object: &str, id: &str) -> Result<LinkHolder, CallError> {
        let of = LinkedObject { object: object.to_owned(), id: id.to_owned() };
        let owner = self.owners(std::slice::from_ref(&of)).await?.pop();
        Ok(owner.unwrap_or(LinkHolder { of, address: None, aliases: Vec::new() }))
    }

    /// What people know these objects by, in their order: those that `Destroyed::Linked` tells, for one.
    pub async fn owners(&self, objects: &[LinkedObject]) -> Result<Vec<LinkHolder>, CallError> {
        let accounts = self.named::<Addressed>(objects, "Account", |found| &found.id).await?;
        let lists = self.named::<Addressed>(objects, "MailingList", |found| &found.id).await?;
        let domains = self.named::<Named>(objects, "Domain", |found| &found.id).await?;
        let owners = objects.iter().map(|of| {
            let (address, aliases) = match of.object.as_str() {
                "Account" => Addressed::of(&accounts, &of.id),
                "MailingList" => Addressed::of(&lists, &of.id),
                "Domain" => {
                    let domain = domains.iter().find(|domain| domain.id == of.id);
                    (domain.map(|domain| domain.name.clone()), Vec::new())
                }
                _ => (None, Vec::new()),
            };
            LinkHolder { of: of.clone(), address, aliases }
        });
        Ok(owners.collect())
    }

    async fn named<T: DeserializeOwned>(
        &self,
        objects: &[LinkedObject],
        object: &str,
        id: fn(&T) -> &str,
    ) -> Result<Vec<T>, CallError> {
        let ids = objects.iter().filter(|of| of.object == object).map(|of| of.id.as_str());
        self.with_ids(object, &ids.collect::<Vec<_>>(), id).await
    }
}

#[derive(Deserialize)]
struct Named {
    id: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Addressed {
    id: String,
    email_address: String,
    #[serde(default)]
    aliases: BTreeMap<String, Alias>,
}

impl Addressed {
    fn of(found: &[Self], id: &str) -> (Option<String>, Vec<Alias>) {
        let Some(found) = found.iter().find(|found| found.id == id) else {
            return (None, Vec::new());
        };
        let aliases = in_order(found.aliases.clone()).into_iter().map(|(_, alias)| alias);
        (Some(found.email_address.clone()), aliases.collect())
    }
}
