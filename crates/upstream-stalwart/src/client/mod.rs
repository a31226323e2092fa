//! The client: what Dezky does with a Stalwart server, one object per `/set` call, so that an unknown outcome is
//! about one object only (section 5, `serverUnavailable`).

mod accounts;
mod app_passwords;
mod domains;
mod fields;
mod keys;
mod lists;
mod owners;
mod passwords;
mod service;
mod sign_in;

use std::collections::BTreeMap;
use std::fmt;

use outbound::{Call, CallError, Cause, Client};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::jmap::{self, Credential, Found, Got, Purpose, Responses};
use crate::model::KeyOwner;

/// The most ids that one get takes (section 5).
const PAGE: usize = 500;

/// A Stalwart server and what opens it: Dezky's API key, or while it is being set up an administrator's password.
/// Clones share the connections.
#[derive(Clone)]
pub struct Stalwart {
    client: Client,
    credential: Credential,
}

impl fmt::Debug for Stalwart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stalwart").field("base", &self.client.base().as_str()).finish_non_exhaustive()
    }
}

impl Stalwart {
    /// `client` has the server's own base address; `key` is an API key (`API_...`, section 3).
    pub fn new(client: Client, key: SecretString) -> Self {
        Self { client, credential: Credential::Key(key) }
    }

    /// As an administrator, by the full address and the password (section 2). For setting the server up, never for its
    /// daily use: nothing limits what they may do, and wrong passwords ban whoever tries them (section 5).
    pub fn as_administrator(client: Client, address: impl Into<String>, password: SecretString) -> Self {
        Self { client, credential: Credential::Password { address: address.into(), password } }
    }

    /// The same server, opened by a key.
    pub fn with_key(&self, key: SecretString) -> Self {
        Self::new(self.client.clone(), key)
    }

    /// The key, where it is one.
    pub(crate) fn key(&self) -> Option<&SecretString> {
        match &self.credential {
            Credential::Key(key) => Some(key),
            Credential::Password { .. } => None,
        }
    }

    /// Asks who the key belongs to. The session resource would answer 200 without any key (section 1).
    pub async fn probe(&self) -> Result<KeyOwner, CallError> {
        let call = self.credential.on(Call::get("/api/account"));
        jmap::accepted(self.client.send(call).await?)?.json()
    }

    async fn read(&self, calls: &[(&str, Value)]) -> Result<Responses, CallError> {
        jmap::send(&self.client, &self.credential, Purpose::Read, calls).await
    }

    pub(crate) async fn change(&self, calls: &[(&str, Value)]) -> Result<Responses, CallError> {
        jmap::send(&self.client, &self.credential, Purpose::Change, calls).await
    }

    /// All objects that a query finds, by id. A list that lacks rows is an error, not a short list.
    async fn all<T: DeserializeOwned>(
        &self,
        object: &str,
        wanted: Wanted<'_, T>,
    ) -> Result<Vec<T>, CallError> {
        let (query, get) = (format!("x:{object}/query"), format!("x:{object}/get"));
        let mut rows = BTreeMap::new();
        let mut position = 0;
        loop {
            let mut page = paged(wanted.filter.clone());
            page.insert("position".to_owned(), position.into());
            let mut found = Map::from_iter([("#ids".to_owned(), jmap::result_of(0, &query, "/ids"))]);
            if let Some(properties) = wanted.properties {
                found.insert("properties".to_owned(), json!(properties));
            }
            let responses = self.read(&[(&query, page.into()), (&get, found.into())]).await?;
            let found: Found = responses.of(0)?;
            let got: Got<T> = responses.of(1)?;
            let before = rows.len();
            rows.extend(got.list.into_iter().map(|row| ((wanted.id)(&row).to_owned(), row)));
            position += found.ids.len();
            if found.ids.len() >= PAGE {
                if rows.len() == before {
                    return Err(responses.malformed("its pages repeat each other".to_owned()));
                }
                continue;
            }
            let total = found.total.unwrap_or(position);
            if rows.len() < total {
                let why = format!("it listed {} of {total} objects", rows.len());
                return Err(responses.malformed(why));
            }
            return Ok(rows.into_values().collect());
        }
    }

    /// The objects with these ids; those that are gone are left out. Every id must be spoken of.
    async fn with_ids<T: DeserializeOwned>(
        &self,
        object: &str,
        ids: &[&str],
        id: fn(&T) -> &str,
    ) -> Result<Vec<T>, CallError> {
        let get = format!("x:{object}/get");
        let mut rows = BTreeMap::new();
        for ids in ids.chunks(PAGE) {
            let responses = self.read(&[(&get, json!({"ids": ids}))]).await?;
            let got: Got<T> = responses.of(0)?;
            let asked = got.list.into_iter().filter(|row| ids.contains(&id(row)));
            rows.extend(asked.map(|row| (id(&row).to_owned(), row)));
            let told = |id: &&str| rows.contains_key(*id) || got.not_found.iter().any(|gone| gone == id);
            if let Some(untold) = ids.iter().find(|id| !told(id)) {
                return Err(responses.malformed(format!("it says nothing about the object {untold}")));
            }
        }
        Ok(rows.into_values().collect())
    }

    /// An error that says that what the server answered makes no sense.
    pub(crate) fn wrong(&self, why: impl Into<String>) -> CallError {
        CallError::without_effect(self.client.upstream(), Cause::Malformed(why.into()))
    }

    /// A refusal of ours, before anything is sent.
    pub(crate) fn refusal(&self, why: &str) -> CallError {
        CallError::without_effect(self.client.upstream(), Cause::Refused(400, Some(why.to_owned())))
    }

    /// An object that must be there and is not.
    fn absent(&self, what: &str, id: &str) -> CallError {
        let why = format!("there is no {what} {id}");
        CallError::without_effect(self.client.upstream(), Cause::Refused(404, Some(why)))
    }
}

/// Which objects a list shall have.
struct Wanted<'a, T> {
    filter: Value,
    /// All when none.
    properties: Option<&'a [&'a str]>,
    id: fn(&T) -> &str,
}

/// The first page of a query, in the only order in which pages fit together (section 4).
fn paged(filter: Value) -> Map<String, Value> {
    let mut page = Map::new();
    if !filter.is_null() {
        page.insert("filter".to_owned(), filter);
    }
    page.insert("sort".to_owned(), json!([{"property": "id", "isAscending": true}]));
    page.insert("limit".to_owned(), PAGE.into());
    page.insert("calculateTotal".to_owned(), true.into());
    page
}

/// What the query of that index and the get after it found; rows that the get left out make the answer malformed.
fn whole_list<T: DeserializeOwned>(responses: &Responses, index: usize) -> Result<Vec<T>, CallError> {
    let found: Found = responses.of(index)?;
    let got: Got<T> = responses.of(index + 1)?;
    let total = found.total.unwrap_or(found.ids.len());
    if got.list.len() < total {
        return Err(responses.malformed(format!("it listed {} of {total} objects", got.list.len())));
    }
    Ok(got.list)
}

/// The object that the first call of a request asked for by its id.
fn only<T: DeserializeOwned>(responses: &Responses, id: &str) -> Result<Option<T>, CallError> {
    let got: Got<Value> = responses.of(0)?;
    match got.list.into_iter().find(|object| object["id"] == id) {
        None if !got.not_found.iter().any(|missing| missing == id) => {
            Err(responses.malformed(format!("it says nothing about the object {id}")))
        }
        None => Ok(None),
        Some(object) => {
            let read = T::deserialize(object);
            read.map(Some).map_err(|error| responses.malformed(error.to_string()))
        }
    }
}
