//! `x:AppPassword`: those of one account, which `accountId` names (section 7).

use kernel::{Timestamp, id};
use serde_json::{Map, Value, json};

use super::credentials::{Credential, CredentialKind, MASK};
use super::jmap::{Creations, MethodError, get_ids, pick};
use super::page::{Row, page};
use super::set::{Failure, Objects, invalid, not_found};
use super::world::{World, seconds};
use super::{ids, set};

const MOST: u64 = 5;
const KNOWN: [&str; 7] =
    ["id", "description", "secret", "createdAt", "expiresAt", "permissions", "allowedIps"];

fn of(world: &World, account: u64) -> impl Iterator<Item = &Credential> {
    let account = world.accounts.get(&account);
    account.into_iter().flat_map(|account| &account.credentials)
}

/// Asked for all, it lists the main password among those not found.
pub fn get(
    world: &World,
    account: u64,
    arguments: &Map<String, Value>,
) -> Result<Map<String, Value>, MethodError> {
    let is_app = |credential: &&Credential| credential.kind == CredentialKind::App;
    let all: Vec<u64> = of(world, account).filter(is_app).map(|credential| credential.id).collect();
    let wanted = get_ids(arguments, &all)?;
    let list = of(world, account)
        .filter(|credential| is_app(credential) && wanted.found.contains(&credential.id))
        .map(|credential| {
            let json = json!({
                "id": ids::encode(credential.id),
                "description": credential.description,
                "secret": MASK,
                "createdAt": seconds(credential.created),
                "expiresAt": credential.expires.map(seconds),
                "permissions": {"@type": "Inherit"},
                "allowedIps": {},
            });
            pick(arguments, json.as_object().cloned().unwrap_or_default())
        })
        .collect();
    let mut answer = wanted.answer(list);
    if arguments.get("ids").is_none_or(Value::is_null) {
        let others = of(world, account).filter(|credential| !is_app(credential));
        answer.insert("notFound".to_owned(), others.map(|other| ids::encode(other.id)).collect());
    }
    Ok(answer)
}

pub fn query(
    world: &World,
    account: u64,
    arguments: &Map<String, Value>,
) -> Result<Map<String, Value>, MethodError> {
    let rows =
        of(world, account).filter(|credential| credential.kind == CredentialKind::App).map(|credential| {
            Row {
                id: credential.id,
                name: String::new(),
                text: credential.description.clone().unwrap_or_default(),
                filters: Vec::new(),
            }
        });
    page(arguments, rows.collect(), &KNOWN, &["id"])
}

pub fn set(
    world: &mut World,
    account: u64,
    arguments: &Map<String, Value>,
    creations: &mut Creations,
) -> Result<Map<String, Value>, MethodError> {
    set::run(&mut AppPasswords { world, account }, arguments, creations)
}

struct AppPasswords<'a> {
    world: &'a mut World,
    account: u64,
}

impl AppPasswords<'_> {
    fn one(&mut self, id: u64) -> Option<&mut Credential> {
        let credentials = &mut self.world.accounts.get_mut(&self.account)?.credentials;
        credentials
            .iter_mut()
            .find(|credential| credential.id == id && credential.kind == CredentialKind::App)
    }
}

impl Objects for AppPasswords<'_> {
    fn create(
        &mut self,
        _: &str,
        fields: &Map<String, Value>,
        _: &Creations,
    ) -> Result<(u64, Map<String, Value>), Failure> {
        let now: Timestamp = self.world.settings.clock.now();
        if fields.keys().any(|field| field != "description") {
            return Err(invalid("", "Invalid key for object").into());
        }
        let description = fields.get("description").and_then(Value::as_str);
        let Some(description) = description.filter(|text| !text.is_empty()) else {
            return Err(set::required("description").into());
        };
        let account = self.world.accounts.get_mut(&self.account).ok_or_else(not_found)?;
        let most = account.quota_of("maxAppPasswords").unwrap_or(MOST);
        let present =
            account.credentials.iter().filter(|credential| credential.kind == CredentialKind::App).count();
        if u64::try_from(present).is_ok_and(|present| present >= most) {
            let why = format!("You have exceeded your quota of {most} app passwords.");
            return Err(json!({"type": "overQuota", "description": why}).into());
        }
        let last = account.credentials.iter().map(|credential| credential.id).max();
        let number = last.unwrap_or(0) + 1;
        let secret = format!("app_{}", id::hex(&id::random::<18>()));
        account.credentials.push(Credential::app(number, &secret, Some(description.to_owned()), now));
        Ok((number, Map::from_iter([("secret".to_owned(), secret.into())])))
    }

    fn update(&mut self, id: u64, patch: &Map<String, Value>) -> Result<(), Failure> {
        let present = self.one(id).ok_or_else(not_found)?;
        for (path, value) in patch {
            match (path.as_str(), value.as_str()) {
                ("description", Some(text)) if !text.is_empty() => {
                    present.description = Some(text.to_owned());
                }
                ("description", _) => return Err(invalid(path, "Invalid value for property.").into()),
                _ => return Err(invalid(path, "Invalid property").into()),
            }
        }
        Ok(())
    }

    fn destroy(&mut self, id: u64) -> Result<(), Value> {
        self.one(id).ok_or_else(not_found)?;
        if let Some(account) = self.world.accounts.get_mut(&self.account) {
            account.credentials.retain(|credential| credential.id != id);
        }
        Ok(())
    }
}
