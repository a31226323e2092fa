//! The account that Dezky's key belongs to: found, made and put right by an administrator, and read with the key.

use std::collections::{BTreeMap, BTreeSet};

use outbound::{Call, CallError, Cause};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::fields::{self, PermissionsRead, local_part, names, text};
use super::passwords;
use super::{PAGE, Stalwart, only, paged, whole_list};
use crate::jmap::{self, Got};
use crate::model::{Created, DefaultDomain, KeyHolder, Permissions, Roles, ServiceAccount, Updated};

/// The id of each settings object. Asked for all, the server lists none (section 17).
const SINGLETON: &str = "singleton";

impl Stalwart {
    /// The account that the key belongs to.
    pub async fn key_holder(&self) -> Result<KeyHolder, CallError> {
        let answer = jmap::accepted(self.client.send(self.credential.on(Call::get("/jmap/session"))).await?)?;
        let session: Session = answer.json()?;
        // Its own account and those of its groups; without a key it would be none (section 1).
        let own = session.accounts.into_iter().find(|(_, account)| account.is_personal);
        match own {
            Some((account_id, _)) => Ok(KeyHolder { account_id, address: session.username }),
            None => Err(answer.error(Cause::Malformed("it opened a session of nobody".to_owned()))),
        }
    }

    /// The domain of the server itself; none where its settings name none.
    pub async fn default_domain(&self) -> Result<Option<DefaultDomain>, CallError> {
        let settings: SystemSettings = self.settings("x:SystemSettings/get").await?;
        let Some(id) = settings.default_domain_id else {
            return Ok(None);
        };
        let domain = self.domain(&id).await?;
        Ok(domain.map(|domain| DefaultDomain { id: domain.id, name: domain.name }))
    }

    /// What the roles give that every mailbox gets, as the server has them now. A later version of Stalwart can add to
    /// them, and administrators can.
    pub async fn mailbox_permissions(&self) -> Result<BTreeSet<String>, CallError> {
        let settings: Authentication = self.settings("x:Authentication/get").await?;
        let roles = self.roles().await?;
        Ok(given_by(&roles, names(settings.default_user_role_ids)))
    }

    /// What roles give, and those that they name in turn; what one of them takes is taken.
    pub(crate) async fn permissions_of_roles(&self, of: &Roles) -> Result<BTreeSet<String>, CallError> {
        let settings: Authentication = self.settings("x:Authentication/get").await?;
        let ids = match of {
            Roles::User => names(settings.default_user_role_ids),
            Roles::Admin => names(settings.default_admin_role_ids),
            Roles::Custom(ids) => ids.clone(),
            Roles::Other => BTreeSet::new(),
        };
        Ok(given_by(&self.roles().await?, ids))
    }

    /// Fewer than the 500 that one get gives (section 4); more are an error, not a short list.
    async fn roles(&self) -> Result<Vec<Role>, CallError> {
        let responses = self.read(&[("x:Role/get", json!({"ids": null}))]).await?;
        let got: Got<Role> = responses.of(0)?;
        if got.list.len() >= PAGE {
            return Err(responses.malformed("it has more roles than it lists".to_owned()));
        }
        Ok(got.list)
    }

    /// The account with that main address, as far as it is about its permissions.
    pub async fn service_account(
        &self,
        name: &str,
        domain_id: &str,
    ) -> Result<Option<ServiceAccount>, CallError> {
        let query = paged(json!({"name": name, "domainId": domain_id}));
        let get = json!({"#ids": jmap::result_of(0, "x:Account/query", "/ids")});
        let responses = self.read(&[("x:Account/query", query.into()), ("x:Account/get", get)]).await?;
        let found: Vec<Wire> = whole_list(&responses, 0)?;
        let found = found.into_iter().find(|found| found.name == name && found.domain_id == domain_id);
        Ok(found.map(ServiceAccount::from))
    }

    /// Makes an account without a password: nobody signs in at it but by a key (section 7).
    pub async fn create_service_account(
        &self,
        name: &str,
        domain_id: &str,
        description: &str,
        more: &BTreeSet<String>,
    ) -> Result<Created, CallError> {
        let mut fields = rights(more).map_err(|why| self.refusal(why))?;
        let name = local_part(name).map_err(|why| self.refusal(why))?;
        fields.extend([
            ("@type".to_owned(), "User".into()),
            ("name".to_owned(), name.into()),
            ("domainId".to_owned(), domain_id.into()),
            ("description".to_owned(), text(Some(description))),
        ]);
        let responses = self.change(&[("x:Account/set", json!({"create": {"new": fields}}))]).await?;
        responses.created(0)
    }

    /// Gives an account the roles of mailboxes and, besides these, just the permissions in `more`.
    pub async fn update_service_account(
        &self,
        id: &str,
        more: &BTreeSet<String>,
    ) -> Result<Updated, CallError> {
        let patch = rights(more).map_err(|why| self.refusal(why))?;
        let responses = self.change(&[("x:Account/set", json!({"update": {id: patch}}))]).await?;
        responses.updated(0, id)
    }

    async fn settings<T: DeserializeOwned>(&self, method: &str) -> Result<T, CallError> {
        let responses = self.read(&[(method, json!({"ids": [SINGLETON]}))]).await?;
        only(&responses, SINGLETON)?.ok_or_else(|| self.absent("settings object", SINGLETON))
    }
}

fn rights(more: &BTreeSet<String>) -> Result<Map<String, Value>, &'static str> {
    let permissions = Permissions::Merge { enabled: more.clone(), disabled: BTreeSet::new() };
    Ok(Map::from_iter([
        ("roles".to_owned(), json!({"@type": "User"})),
        ("permissions".to_owned(), fields::permissions(&permissions)?),
    ]))
}

fn given_by(roles: &[Role], ids: BTreeSet<String>) -> BTreeSet<String> {
    let (mut given, mut taken) = (BTreeSet::new(), BTreeSet::new());
    let (mut left, mut seen): (Vec<String>, BTreeSet<String>) = (ids.into_iter().collect(), BTreeSet::new());
    while let Some(id) = left.pop() {
        let Some(role) = roles.iter().find(|role| role.id == id) else {
            continue;
        };
        if seen.insert(id) {
            given.extend(names(role.enabled_permissions.clone()));
            taken.extend(names(role.disabled_permissions.clone()));
            left.extend(names(role.inherited.clone()));
        }
    }
    &given - &taken
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    accounts: BTreeMap<String, SessionAccount>,
    #[serde(default)]
    username: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SessionAccount {
    is_personal: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SystemSettings {
    default_domain_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Authentication {
    #[serde(default)]
    default_user_role_ids: BTreeMap<String, bool>,
    #[serde(default)]
    default_admin_role_ids: BTreeMap<String, bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Role {
    id: String,
    #[serde(default, rename = "roleIds")]
    inherited: BTreeMap<String, bool>,
    #[serde(default)]
    enabled_permissions: BTreeMap<String, bool>,
    #[serde(default)]
    disabled_permissions: BTreeMap<String, bool>,
}

#[derive(Deserialize)]
#[serde(tag = "@type", rename_all_fields = "camelCase")]
enum RolesRead {
    User,
    Admin,
    Custom {
        #[serde(default)]
        role_ids: BTreeMap<String, bool>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: String,
    name: String,
    domain_id: String,
    email_address: String,
    description: Option<String>,
    roles: RolesRead,
    permissions: PermissionsRead,
    #[serde(default)]
    credentials: BTreeMap<String, passwords::Credential>,
}

impl From<Wire> for ServiceAccount {
    fn from(wire: Wire) -> Self {
        Self {
            id: wire.id,
            address: wire.email_address,
            description: wire.description,
            roles: match wire.roles {
                RolesRead::User => Roles::User,
                RolesRead::Admin => Roles::Admin,
                RolesRead::Custom { role_ids } => Roles::Custom(names(role_ids)),
                RolesRead::Other => Roles::Other,
            },
            permissions: Permissions::from(wire.permissions),
            has_password: !wire.credentials.values().all(passwords::Credential::is_key),
        }
    }
}
