//! Mail domains, their signing keys and their settings (section 6).

use std::collections::BTreeSet;

use kernel::DomainName;
use outbound::CallError;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::fields::text;
use super::{Stalwart, Wanted, only, paged, whole_list};
use crate::jmap::{self, Responses, Set};
use crate::model::{
    Created, Destroyed, DkimKey, Domain, DomainChange, DomainSettings, DomainSettingsChange, LinkedObject,
    NewDomain,
};

/// All but `dnsZoneFile`, which the server computes at each read (section 6).
const PROPERTIES: [&str; 5] = ["name", "description", "createdAt", "catchAllAddress", "subAddressing"];
const SETTINGS: [&str; 2] = ["catchAllAddress", "subAddressing"];
const SIGNATURE: &str = "DkimSignature";

impl Stalwart {
    /// The domain of that name. A domain that has it as an alias only is not found.
    pub async fn find_domain(&self, name: &DomainName) -> Result<Option<Domain>, CallError> {
        // No shorter page: of a server that ignores the filter, one domain would be any domain.
        let query = paged(json!({"name": name.ascii()}));
        let get = json!({"#ids": jmap::result_of(0, "x:Domain/query", "/ids"), "properties": PROPERTIES});
        let responses = self.read(&[("x:Domain/query", query.into()), ("x:Domain/get", get)]).await?;
        let domains: Vec<Domain> = whole_list(&responses, 0)?;
        Ok(domains.into_iter().find(|domain| domain.name == name.ascii()))
    }

    /// The domain with that id.
    pub async fn domain(&self, id: &str) -> Result<Option<Domain>, CallError> {
        self.get_domain(id, &PROPERTIES).await
    }

    /// All domains, those of others included, by id. A list that lacks rows is an error, not a short list.
    pub async fn list_domains(&self) -> Result<Vec<Domain>, CallError> {
        let properties = Some(&PROPERTIES[..]);
        self.all("Domain", Wanted { filter: Value::Null, properties, id: |domain: &Domain| &domain.id }).await
    }

    /// Makes a domain. Stalwart then makes two signing keys for it, within about a second (section 6).
    pub async fn create_domain(&self, new: &NewDomain) -> Result<Created, CallError> {
        let fields = json!({"name": new.name.ascii(), "description": text(new.description.as_deref())});
        let responses = self.change(&[("x:Domain/set", json!({"create": {"new": fields}}))]).await?;
        responses.created(0)
    }

    /// Changes a domain. Changing nothing sends nothing.
    pub async fn update_domain(&self, id: &str, change: &DomainChange) -> Result<(), CallError> {
        let Some(description) = &change.description else {
            return Ok(());
        };
        self.patch_domain(id, &json!({"description": text(description.as_deref())})).await
    }

    /// How the domain with that id treats addresses that nobody has.
    pub async fn domain_settings(&self, id: &str) -> Result<Option<DomainSettings>, CallError> {
        let settings: Option<Settings> = self.get_domain(id, &SETTINGS).await?;
        Ok(settings.map(|settings| DomainSettings {
            catch_all: settings.catch_all_address,
            plus_addresses: match settings.sub_addressing.r#type.as_str() {
                "Enabled" => Some(true),
                "Disabled" => Some(false),
                _ => None,
            },
        }))
    }

    /// Changes how a domain treats addresses that nobody has. Changing nothing sends nothing. Whether the
    /// catch-all address belongs to anybody Stalwart does not ask.
    pub async fn update_domain_settings(
        &self,
        id: &str,
        change: &DomainSettingsChange,
    ) -> Result<(), CallError> {
        let mut patch = Map::new();
        if let Some(address) = &change.catch_all {
            patch.insert("catchAllAddress".to_owned(), json!(address));
        }
        if let Some(plus) = change.plus_addresses {
            let kind = if plus { "Enabled" } else { "Disabled" };
            patch.insert("subAddressing".to_owned(), json!({"@type": kind}));
        }
        if patch.is_empty() {
            return Ok(());
        }
        self.patch_domain(id, &patch.into()).await
    }

    /// The signing keys of a domain that exist by now, oldest first.
    pub async fn dkim_keys(&self, domain_id: &str) -> Result<Vec<DkimKey>, CallError> {
        own_keys(&self.read(&keys_of(domain_id, 0)).await?, 0, domain_id)
    }

    /// The domain with that id and its signing keys that exist by now, in one request.
    pub async fn domain_with_keys(&self, id: &str) -> Result<Option<(Domain, Vec<DkimKey>)>, CallError> {
        let [query, keys] = keys_of(id, 1);
        let responses = self.read(&[("x:Domain/get", domain_of(id, &PROPERTIES)), query, keys]).await?;
        match only(&responses, id)? {
            Some(domain) => Ok(Some((domain, own_keys(&responses, 1, id)?))),
            None => Ok(None),
        }
    }

    /// Destroys a domain together with its signing keys. While anything else points at it, it stays, and so do
    /// its keys: they would not come back by themselves (section 6). [`Stalwart::owners`] names what does.
    pub async fn destroy_domain(&self, id: &str) -> Result<Destroyed, CallError> {
        let destroy = ("x:Domain/set", json!({"destroy": [id]}));
        let responses = self.change(std::slice::from_ref(&destroy)).await?;
        let linked = match responses.destroyed(0, id)? {
            Destroyed::Done => return Ok(Destroyed::Done),
            Destroyed::Linked(linked) => linked,
        };
        let others: Vec<LinkedObject> = linked.into_iter().filter(|by| by.object != SIGNATURE).collect();
        if !others.is_empty() {
            return Ok(Destroyed::Linked(others));
        }
        // By what each key says of itself: no answer to a filter decides what is destroyed.
        let own = self.dkim_keys(id).await?;
        if own.is_empty() {
            return Err(self.wrong("a signing key uses the domain, and none is listed"));
        }
        let own: BTreeSet<&str> = own.iter().map(|key| key.id.as_str()).collect();
        let responses = self.change(&[("x:DkimSignature/set", json!({"destroy": own})), destroy]).await?;
        responses.of::<Set>(0)?;
        responses.destroyed(1, id)
    }

    /// The DNS records that the domain should have, as the text of a zone (section 6). Complete only when
    /// both signing keys exist. Refused with 404 when there is no such domain.
    pub async fn zone_file(&self, id: &str) -> Result<String, CallError> {
        let zone: Option<Zone> = self.get_domain(id, &["dnsZoneFile"]).await?;
        zone.map(|zone| zone.dns_zone_file).ok_or_else(|| self.absent("domain", id))
    }

    async fn get_domain<T: DeserializeOwned>(
        &self,
        id: &str,
        properties: &[&str],
    ) -> Result<Option<T>, CallError> {
        only(&self.read(&[("x:Domain/get", domain_of(id, properties))]).await?, id)
    }

    async fn patch_domain(&self, id: &str, patch: &Value) -> Result<(), CallError> {
        let responses = self.change(&[("x:Domain/set", json!({"update": {id: patch}}))]).await?;
        match responses.not_updated(0, id)? {
            None => Ok(()),
            Some(error) => Err(responses.refused(&error)),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Zone {
    dns_zone_file: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    catch_all_address: Option<String>,
    sub_addressing: Choice,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(rename = "@type")]
    r#type: String,
}

/// The keys that the query of that index found and that say themselves that they are the domain's.
fn own_keys(responses: &Responses, index: usize, domain_id: &str) -> Result<Vec<DkimKey>, CallError> {
    let mut keys: Vec<DkimKey> = whole_list(responses, index)?;
    keys.retain(|key| key.domain_id == domain_id);
    Ok(keys)
}

fn domain_of(id: &str, properties: &[&str]) -> Value {
    json!({"ids": [id], "properties": properties})
}

/// The calls that read a domain's keys, when the first of them has that index.
fn keys_of(domain_id: &str, index: usize) -> [(&'static str, Value); 2] {
    let get = json!({"#ids": jmap::result_of(index, "x:DkimSignature/query", "/ids")});
    [("x:DkimSignature/query", paged(json!({"domainId": domain_id})).into()), ("x:DkimSignature/get", get)]
}
