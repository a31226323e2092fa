//! `x:AppPassword` and `x:ApiKey`: those of one account, which `accountId` names (sections 3 and 7). The server treats
//! both alike; they differ in what their secrets look like and in what they open.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Timestamp, id};
use serde_json::{Map, Value, json};

use super::credentials::{Credential, CredentialKind, MASK, Scope};
use super::jmap::{Creations, MethodError, get_ids, pick};
use super::page::{Row, page};
use super::permissions::Permissions;
use super::set::{Failure, Objects, invalid, not_found, required};
use super::world::{World, seconds};
use super::{ids, set};

const MOST: u64 = 5;
const KNOWN: [&str; 7] =
    ["id", "description", "secret", "createdAt", "expiresAt", "permissions", "allowedIps"];

/// Which of the two, and whose.
#[derive(Clone, Copy)]
pub struct Of {
    pub kind: CredentialKind,
    pub account: u64,
}

impl Of {
    fn all(self, world: &World) -> impl Iterator<Item = &Credential> {
        let account = world.accounts.get(&self.account);
        account.into_iter().flat_map(|account| &account.credentials)
    }
}

/// Asked for all, it lists the other credentials among those not found.
pub fn get(world: &World, of: Of, arguments: &Map<String, Value>) -> Result<Map<String, Value>, MethodError> {
    let is_wanted = |credential: &&Credential| credential.kind == of.kind;
    let all: Vec<u64> = of.all(world).filter(is_wanted).map(|credential| credential.id).collect();
    let wanted = get_ids(arguments, &all)?;
    let list = of
        .all(world)
        .filter(|credential| is_wanted(credential) && wanted.found.contains(&credential.id))
        .map(|credential| {
            let json = json!({
                "id": ids::encode(credential.id),
                "description": credential.description,
                "secret": MASK,
                "createdAt": seconds(credential.created),
                "expiresAt": credential.expires.map(seconds),
                "permissions": credential.scope.to_json(),
                "allowedIps": credential.allowed_ips,
            });
            pick(arguments, json.as_object().cloned().unwrap_or_default())
        })
        .collect();
    let mut answer = wanted.answer(list);
    if arguments.get("ids").is_none_or(Value::is_null) {
        let others = of.all(world).filter(|credential| !is_wanted(credential));
        answer.insert("notFound".to_owned(), others.map(|other| ids::encode(other.id)).collect());
    }
    Ok(answer)
}

pub fn query(
    world: &World,
    of: Of,
    arguments: &Map<String, Value>,
) -> Result<Map<String, Value>, MethodError> {
    let rows = of.all(world).filter(|credential| credential.kind == of.kind).map(|credential| Row {
        id: credential.id,
        name: String::new(),
        text: credential.description.clone().unwrap_or_default(),
        filters: Vec::new(),
    });
    page(arguments, rows.collect(), &KNOWN, &["id"])
}

pub fn set(
    world: &mut World,
    caller: Permissions,
    of: Of,
    arguments: &Map<String, Value>,
    creations: &mut Creations,
) -> Result<Map<String, Value>, MethodError> {
    set::run(&mut Secondary { world, caller, of }, arguments, creations)
}

struct Secondary<'a> {
    world: &'a mut World,
    caller: Permissions,
    of: Of,
}

impl Secondary<'_> {
    fn one(&mut self, id: u64) -> Option<&mut Credential> {
        let kind = self.of.kind;
        let credentials = &mut self.world.accounts.get_mut(&self.of.account)?.credentials;
        credentials.iter_mut().find(|credential| credential.id == id && credential.kind == kind)
    }

    /// Keys are held to the rule of accounts: who makes one grants only what they hold. Not recorded, read in the program.
    fn check_grant(&self, scope: &Scope) -> Result<(), Value> {
        let Scope::Replace(own) = scope else {
            return Ok(());
        };
        match own.without(self.caller).refusal() {
            Some(why) => Err(json!({"type": "forbidden", "description": why})),
            None => Ok(()),
        }
    }
}

/// The writable properties of a credential, by a path that is a whole property.
fn write(credential: &mut Credential, path: &str, value: &Value) -> Result<(), Value> {
    let bad = || invalid(path, "Invalid value for property.");
    match path {
        "description" => {
            let text = value.as_str().filter(|text| !text.is_empty());
            credential.description = Some(text.ok_or_else(bad)?.to_owned());
        }
        "expiresAt" if value.is_null() => credential.expires = None,
        "expiresAt" => {
            credential.expires = Some(value.as_str().and_then(Timestamp::parse).ok_or_else(bad)?);
        }
        "allowedIps" if value.is_object() => credential.allowed_ips = value.clone(),
        "allowedIps" => return Err(bad()),
        "permissions" => credential.scope = Scope::read(path, value)?,
        "secret" | "createdAt" => return Err(invalid(path, "Cannot modify server set property")),
        _ => return Err(invalid(path, "Invalid property")),
    }
    Ok(())
}

impl Objects for Secondary<'_> {
    fn create(
        &mut self,
        _: &str,
        fields: &Map<String, Value>,
        _: &Creations,
    ) -> Result<(u64, Map<String, Value>), Failure> {
        if fields.keys().any(|field| !KNOWN.contains(&field.as_str())) {
            return Err(invalid("", "Invalid key for object").into());
        }
        if !fields.get("description").is_some_and(|text| text.is_string() && text != "") {
            return Err(required("description").into());
        }
        let (kind, now) = (self.of.kind, self.world.settings.clock.now());
        let account = self.world.accounts.get(&self.of.account).ok_or_else(not_found)?;
        let present = account.credentials.iter().filter(|credential| credential.kind == kind).count();
        let (quota, what) = if kind == CredentialKind::ApiKey {
            ("maxApiKeys", "API keys")
        } else {
            ("maxAppPasswords", "app passwords")
        };
        let most = account.quota_of(quota).unwrap_or(MOST);
        if u64::try_from(present).is_ok_and(|present| present >= most) {
            // Of keys the wording is not recorded; the program has it.
            let why = format!("You have exceeded your quota of {most} {what}.");
            return Err(json!({"type": "overQuota", "description": why}).into());
        }
        // The number of one that is gone is used again, as recorded.
        let number = account.credentials.iter().map(|credential| credential.id).max().unwrap_or(0) + 1;
        let secret = secret_of(kind, self.of.account, number);
        let mut made = Credential::new(kind, number, &secret, now);
        fields.iter().try_for_each(|(field, value)| write(&mut made, field, value))?;
        self.check_grant(&made.scope)?;
        let account = self.world.accounts.get_mut(&self.of.account).ok_or_else(not_found)?;
        account.credentials.push(made);
        Ok((number, Map::from_iter([("secret".to_owned(), secret.into())])))
    }

    fn update(&mut self, id: u64, patch: &Map<String, Value>) -> Result<(), Failure> {
        let mut changed = self.one(id).ok_or_else(not_found)?.clone();
        patch.iter().try_for_each(|(path, value)| write(&mut changed, path, value))?;
        if patch.contains_key("permissions") {
            self.check_grant(&changed.scope)?;
        }
        *self.one(id).ok_or_else(not_found)? = changed;
        Ok(())
    }

    fn destroy(&mut self, id: u64) -> Result<(), Value> {
        self.one(id).ok_or_else(not_found)?;
        if let Some(account) = self.world.accounts.get_mut(&self.of.account) {
            account.credentials.retain(|credential| credential.id != id);
        }
        Ok(())
    }
}

/// A key begins with the numbers of its account and of itself, as all recorded ones do.
fn secret_of(kind: CredentialKind, account: u64, number: u64) -> String {
    if kind != CredentialKind::ApiKey {
        return format!("app_{}", id::hex(&id::random::<18>()));
    }
    let short = |id: u64| u32::try_from(id).unwrap_or(u32::MAX).to_be_bytes();
    let bytes = [&short(account)[..], &short(number)[..], &id::random::<20>()[..]].concat();
    format!("API_{}", URL_SAFE_NO_PAD.encode(bytes))
}
