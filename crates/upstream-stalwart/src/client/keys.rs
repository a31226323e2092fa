//! API keys of one account (section 3): made with exactly what is asked, listed without their secrets, destroyed.

use std::collections::BTreeMap;

use kernel::Timestamp;
use outbound::CallError;
use serde::Deserialize;
use serde_json::json;

use super::Stalwart;
use super::app_passwords::answered_for;
use super::fields::{name_set, names, text};
use crate::jmap::{self, Found, Got};
use crate::model::{ApiKey, Destroyed, KeyPermissions, NewApiKey, NewKey};

impl Stalwart {
    /// All API keys of an account, without their secrets.
    pub async fn api_keys(&self, account_id: &str) -> Result<Vec<ApiKey>, CallError> {
        self.check_id(account_id)?;
        let query = json!({"accountId": account_id});
        let get = json!({"accountId": account_id, "#ids": jmap::result_of(0, "x:ApiKey/query", "/ids")});
        let responses = self.read(&[("x:ApiKey/query", query), ("x:ApiKey/get", get)]).await?;
        let found: Found = answered_for(&responses, 0, account_id)?;
        let got: Got<Wire> = answered_for(&responses, 1, account_id)?;
        if let Some(untold) = found.ids.iter().find(|id| !got.list.iter().any(|key| key.id == **id)) {
            return Err(responses.malformed(format!("it says nothing about the key {untold}")));
        }
        Ok(got.list.into_iter().map(ApiKey::from).collect())
    }

    /// Makes an API key for an account. Its secret is told once, so after an unknown outcome list them, destroy the one
    /// that was made, and make another.
    pub async fn create_api_key(&self, account_id: &str, new: &NewApiKey) -> Result<NewKey, CallError> {
        let create = json!({"new": {
            "description": text(Some(&new.description)),
            "permissions": {"@type": "Replace", "permissions": name_set(&new.permissions)},
            "allowedIps": name_set(&new.allowed_ips),
        }});
        let responses = self.of_account(account_id, "x:ApiKey/set", "create", create).await?;
        Ok(match responses.made_credential(0)? {
            Some((id, secret)) => NewKey::Made { id, secret },
            None => NewKey::TooMany,
        })
    }

    /// Destroys an API key; it is refused from then on.
    pub async fn destroy_api_key(&self, account_id: &str, id: &str) -> Result<(), CallError> {
        let responses = self.of_account(account_id, "x:ApiKey/set", "destroy", json!([id])).await?;
        match responses.destroyed(0, id)? {
            Destroyed::Done => Ok(()),
            Destroyed::Linked(by) => Err(responses.malformed(format!("an API key is used by {by:?}"))),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: String,
    description: Option<String>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    permissions: PermissionsRead,
    #[serde(default)]
    allowed_ips: BTreeMap<String, bool>,
}

/// `permissions` of a key on the wire.
#[derive(Deserialize)]
#[serde(tag = "@type")]
enum PermissionsRead {
    Inherit,
    Disable {
        #[serde(default)]
        permissions: BTreeMap<String, bool>,
    },
    Replace {
        #[serde(default)]
        permissions: BTreeMap<String, bool>,
    },
    #[serde(other)]
    Unknown,
}

impl From<Wire> for ApiKey {
    fn from(wire: Wire) -> Self {
        Self {
            permissions: match wire.permissions {
                PermissionsRead::Inherit => KeyPermissions::Inherit,
                PermissionsRead::Disable { permissions } => KeyPermissions::Disable(names(permissions)),
                PermissionsRead::Replace { permissions } => KeyPermissions::Replace(names(permissions)),
                PermissionsRead::Unknown => KeyPermissions::Unknown,
            },
            allowed_ips: names(wire.allowed_ips),
            id: wire.id,
            description: wire.description.unwrap_or_default(),
            created_at: wire.created_at,
            expires_at: wire.expires_at,
        }
    }
}
