//! The client: what Dezky does with a Stalwart server, one object per `/set` call, so that an unknown outcome is
//! about one object only (README section 5, `serverUnavailable`).

use std::collections::BTreeMap;
use std::fmt;

use kernel::DomainName;
use outbound::{Call, CallError, Cause, Client};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::jmap::{self, Found, Got, Purpose, Responses, Set};
use crate::model::{Account, Created, Destroyed, DkimKey, Domain, DomainChange, LinkedObject, NewDomain};

/// The most ids that one get takes (README section 5).
const PAGE: usize = 500;
/// All but `dnsZoneFile`, which the server computes at each read (README section 6).
const PROPERTIES: [&str; 3] = ["name", "description", "createdAt"];
const SIGNATURE: &str = "DkimSignature";

/// A Stalwart server and the API key for it. Clones share the connections.
#[derive(Clone)]
pub struct Stalwart {
    client: Client,
    key: SecretString,
}

impl fmt::Debug for Stalwart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stalwart").field("base", &self.client.base().as_str()).finish_non_exhaustive()
    }
}

impl Stalwart {
    /// `client` has the server's own base address; `key` is an API key (`API_...`, README section 3).
    pub fn new(client: Client, key: SecretString) -> Self {
        Self { client, key }
    }

    /// Asks who the key belongs to. The session resource would answer 200 without any key (README section 1).
    pub async fn probe(&self) -> Result<Account, CallError> {
        let call = Call::get("/api/account").bearer(self.key.clone());
        jmap::accepted(self.client.send(call).await?)?.json()
    }

    /// The domain of that name. A domain that has it as an alias only is not found.
    pub async fn find_domain(&self, name: &DomainName) -> Result<Option<Domain>, CallError> {
        let query =
            json!({"filter": {"name": name.ascii()}, "sort": by_id(), "limit": 1, "calculateTotal": true});
        let get = json!({"#ids": jmap::result_of(0, "x:Domain/query", "/ids"), "properties": PROPERTIES});
        let responses = self.read(&[("x:Domain/query", query), ("x:Domain/get", get)]).await?;
        let domains: Vec<Domain> = whole_list(&responses, 0)?;
        Ok(domains.into_iter().find(|domain| domain.name == name.ascii()))
    }

    /// The domain with that id.
    pub async fn domain(&self, id: &str) -> Result<Option<Domain>, CallError> {
        self.get_domain(id, &PROPERTIES).await
    }

    /// All domains, those of others included, by id. A list that lacks rows is an error, not a short list.
    pub async fn list_domains(&self) -> Result<Vec<Domain>, CallError> {
        let mut domains = BTreeMap::new();
        let mut position = 0;
        loop {
            let query = json!({"sort": by_id(), "limit": PAGE, "position": position, "calculateTotal": true});
            let get = json!({"#ids": jmap::result_of(0, "x:Domain/query", "/ids"), "properties": PROPERTIES});
            let responses = self.read(&[("x:Domain/query", query), ("x:Domain/get", get)]).await?;
            let found: Found = responses.of(0)?;
            let got: Got<Domain> = responses.of(1)?;
            domains.extend(got.list.into_iter().map(|domain| (domain.id.clone(), domain)));
            position += found.ids.len();
            if found.ids.len() >= PAGE {
                continue;
            }
            let total = found.total.unwrap_or(position);
            if domains.len() < total {
                let why = format!("it listed {} of {total} domains", domains.len());
                return Err(responses.malformed(why));
            }
            return Ok(domains.into_values().collect());
        }
    }

    /// Makes a domain. Stalwart then makes two signing keys for it, within about a second (README section 6).
    pub async fn create_domain(&self, new: &NewDomain) -> Result<Created, CallError> {
        let fields = json!({"name": new.name.ascii(), "description": text(new.description.as_deref())});
        let responses = self.change(&[("x:Domain/set", json!({"create": {"new": fields}}))]).await?;
        let mut set: Set = responses.of(0)?;
        if let Some(made) = set.created.remove("new") {
            return Ok(Created::New(made.id));
        }
        let Some(error) = set.not_created.remove("new") else {
            return Err(responses.malformed("it says nothing about the new domain".to_owned()));
        };
        match error.object_id {
            Some(LinkedObject { object, id }) if error.r#type == "primaryKeyViolation" => {
                Ok(Created::Exists { object, id })
            }
            _ => Err(responses.refused(&error)),
        }
    }

    /// Changes a domain. Changing nothing sends nothing.
    pub async fn update_domain(&self, id: &str, change: &DomainChange) -> Result<(), CallError> {
        let Some(description) = &change.description else {
            return Ok(());
        };
        let patch = json!({"description": text(description.as_deref())});
        let responses = self.change(&[("x:Domain/set", json!({"update": {id: patch}}))]).await?;
        let set: Set = responses.of(0)?;
        if let Some(error) = set.not_updated.get(id) {
            return Err(responses.refused(error));
        }
        // A malformed id is dropped without a word (README section 4).
        if set.updated.contains_key(id) {
            Ok(())
        } else {
            Err(responses.malformed(format!("it says nothing about the domain {id}")))
        }
    }

    /// The signing keys of a domain that exist by now, oldest first.
    pub async fn dkim_keys(&self, domain_id: &str) -> Result<Vec<DkimKey>, CallError> {
        whole_list(&self.read(&keys_of(domain_id, 0)).await?, 0)
    }

    /// The domain with that id and its signing keys that exist by now, in one request.
    pub async fn domain_with_keys(&self, id: &str) -> Result<Option<(Domain, Vec<DkimKey>)>, CallError> {
        let [query, keys] = keys_of(id, 1);
        let responses = self.read(&[("x:Domain/get", domain_of(id, &PROPERTIES)), query, keys]).await?;
        match only(&responses, id)? {
            Some(domain) => Ok(Some((domain, whole_list(&responses, 1)?))),
            None => Ok(None),
        }
    }

    /// Destroys a domain together with its signing keys. While anything else points at it, it stays, and so do
    /// its keys: they would not come back by themselves (README section 6).
    pub async fn destroy_domain(&self, id: &str) -> Result<Destroyed, CallError> {
        let destroy = ("x:Domain/set", json!({"destroy": [id]}));
        let responses = self.change(std::slice::from_ref(&destroy)).await?;
        let linked = match outcome(&responses, 0, id)? {
            Destroyed::Done => return Ok(Destroyed::Done),
            Destroyed::Linked(linked) => linked,
        };
        let others: Vec<LinkedObject> = linked.into_iter().filter(|by| by.object != SIGNATURE).collect();
        if !others.is_empty() {
            return Ok(Destroyed::Linked(others));
        }
        let query = json!({"filter": {"domainId": id}, "sort": by_id(), "limit": PAGE});
        let keys = json!({"#destroy": jmap::result_of(0, "x:DkimSignature/query", "/ids")});
        let responses =
            self.change(&[("x:DkimSignature/query", query), ("x:DkimSignature/set", keys), destroy]).await?;
        responses.of::<Found>(0)?;
        responses.of::<Set>(1)?;
        outcome(&responses, 2, id)
    }

    /// The DNS records that the domain should have, as the text of a zone (README section 6). Complete only when
    /// both signing keys exist. Refused with 404 when there is no such domain.
    pub async fn zone_file(&self, id: &str) -> Result<String, CallError> {
        let zone: Option<Zone> = self.get_domain(id, &["dnsZoneFile"]).await?;
        zone.map(|zone| zone.dns_zone_file).ok_or_else(|| {
            let why = format!("there is no domain {id}");
            CallError::without_effect(self.client.upstream(), Cause::Refused(404, Some(why)))
        })
    }

    async fn get_domain<T: for<'de> Deserialize<'de>>(
        &self,
        id: &str,
        properties: &[&str],
    ) -> Result<Option<T>, CallError> {
        only(&self.read(&[("x:Domain/get", domain_of(id, properties))]).await?, id)
    }

    async fn read(&self, calls: &[(&str, Value)]) -> Result<Responses, CallError> {
        jmap::send(&self.client, self.key.clone(), Purpose::Read, calls).await
    }

    pub(crate) async fn change(&self, calls: &[(&str, Value)]) -> Result<Responses, CallError> {
        jmap::send(&self.client, self.key.clone(), Purpose::Change, calls).await
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Zone {
    dns_zone_file: String,
}

/// The only order in which pages fit together (README section 4).
fn by_id() -> Value {
    json!([{"property": "id", "isAscending": true}])
}

/// An empty description is an error to Stalwart; null is its way to say none (README section 6).
fn text(description: Option<&str>) -> Value {
    description.filter(|text| !text.is_empty()).into()
}

fn domain_of(id: &str, properties: &[&str]) -> Value {
    json!({"ids": [id], "properties": properties})
}

/// The domain that the first call of a request asked for by its id.
fn only<T: for<'de> Deserialize<'de>>(responses: &Responses, id: &str) -> Result<Option<T>, CallError> {
    let got: Got<T> = responses.of(0)?;
    match got.list.into_iter().next() {
        None if !got.not_found.iter().any(|missing| missing == id) => {
            Err(responses.malformed(format!("it says nothing about the domain {id}")))
        }
        domain => Ok(domain),
    }
}

/// The calls that read a domain's keys, when the first of them has that index.
fn keys_of(domain_id: &str, index: usize) -> [(&'static str, Value); 2] {
    let query =
        json!({"filter": {"domainId": domain_id}, "sort": by_id(), "limit": PAGE, "calculateTotal": true});
    let get = json!({"#ids": jmap::result_of(index, "x:DkimSignature/query", "/ids")});
    [("x:DkimSignature/query", query), ("x:DkimSignature/get", get)]
}

/// What the query of that index and the get after it found; rows that the get left out make the answer malformed.
fn whole_list<T: for<'de> Deserialize<'de>>(
    responses: &Responses,
    index: usize,
) -> Result<Vec<T>, CallError> {
    let found: Found = responses.of(index)?;
    let got: Got<T> = responses.of(index + 1)?;
    let total = found.total.unwrap_or(found.ids.len());
    if got.list.len() < total {
        return Err(responses.malformed(format!("it listed {} of {total} objects", got.list.len())));
    }
    Ok(got.list)
}

fn outcome(responses: &Responses, index: usize, id: &str) -> Result<Destroyed, CallError> {
    let mut set: Set = responses.of(index)?;
    if set.destroyed.iter().any(|gone| gone == id) {
        return Ok(Destroyed::Done);
    }
    match set.not_destroyed.remove(id) {
        Some(error) if error.r#type == "notFound" => Ok(Destroyed::Done),
        Some(error) if error.r#type == "objectIsLinked" => Ok(Destroyed::Linked(error.linked_objects)),
        Some(error) => Err(responses.refused(&error)),
        None => Err(responses.malformed(format!("it says nothing about the domain {id}"))),
    }
}
