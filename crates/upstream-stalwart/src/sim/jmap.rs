//! Runs the method calls of one request in order, each for itself; there is no transaction (section 4).

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::credentials::CredentialKind;
use super::permissions::Permissions;
use super::secondary::{self, Of};
use super::sign_in::Caller;
use super::world::World;
use super::{account, dkim, domain, ids, list, role, settings};

/// The most ids of one get and objects of one set.
pub const MOST_OBJECTS: usize = 500;

/// A method call: name, arguments, id.
pub type MethodCall = (String, Map<String, Value>, String);
/// Creation ids and the ids they stand for.
pub type Creations = BTreeMap<String, String>;

/// Why one method call failed.
pub struct MethodError {
    kind: &'static str,
    description: String,
}

impl MethodError {
    pub fn new(kind: &'static str, description: impl Into<String>) -> Self {
        Self { kind, description: description.into() }
    }

    /// The answer to a write conflict, and to some bad input (section 5).
    pub fn unavailable() -> Self {
        let why = "This server is temporarily unavailable. Attempting this same operation later may succeed.";
        Self::new("serverUnavailable", why)
    }

    fn too_large() -> Self {
        let why = "The number of ids requested by the client exceeds the maximum number the server is willing \
                   to process in a single method call.";
        Self::new("requestTooLarge", why)
    }
}

/// Who sent a request, and the ids that it created.
pub struct Session {
    pub caller: Caller,
    /// The request's own `createdIds`. With them, names in `destroy` are dropped (transcript 11).
    pub told: Option<Creations>,
}

/// The world, as far as a request may touch it.
pub enum Access<'a> {
    /// No call changes anything.
    Look(&'a World),
    /// Some call may.
    Change(&'a mut World),
}

/// The `methodResponses` to these calls.
pub fn run(mut world: Access<'_>, session: &mut Session, calls: Vec<MethodCall>) -> Vec<Value> {
    let mut responses: Vec<(String, Value, String)> = Vec::new();
    let mut creations = Creations::new();
    for (name, arguments, id) in calls {
        let allowed = may(session.caller.permissions, &name, &arguments);
        let outcome = allowed.and_then(|()| resolved(arguments, &responses)).and_then(|arguments| {
            let caller = &session.caller;
            match &mut session.told {
                None => answered(&mut world, caller, &name, arguments, &mut creations),
                Some(told) => {
                    let mut made = Creations::new();
                    let outcome = answered(&mut world, caller, &name, arguments, &mut made);
                    told.append(&mut made);
                    outcome
                }
            }
        });
        responses.push(match outcome {
            Ok(answer) => (name, Value::Object(answer), id),
            Err(error) if error.description.is_empty() => {
                ("error".to_owned(), json!({"type": error.kind}), id)
            }
            Err(error) => {
                let body = json!({"type": error.kind, "description": error.description});
                ("error".to_owned(), body, id)
            }
        });
    }
    responses.into_iter().map(|response| json!(response)).collect()
}

/// A caller with few permissions is refused by the method (section 5). What no permission is for is left to the method
/// itself. The words to who lacks some parts of a set are not recorded; the program has them.
fn may(held: Permissions, name: &str, arguments: &Map<String, Value>) -> Result<(), MethodError> {
    let Some((object, method)) = name.strip_prefix("x:").and_then(|name| name.split_once('/')) else {
        return Ok(());
    };
    let lacks = |right: &str| {
        let right = format!("sys{object}{right}");
        Permissions::is_known(&right) && !held.include(&right)
    };
    let refused =
        |what: &str| Err(MethodError::new("forbidden", format!("You are not authorized to {what}")));
    let parts = [("create", "Create"), ("update", "Update"), ("destroy", "Destroy")];
    match method {
        "get" if lacks("Get") => refused("perform this action"),
        "query" if lacks("Query") => refused("perform this action"),
        "set" if parts.iter().all(|(_, right)| lacks(right)) => {
            refused("create, update or destroy objects of this type")
        }
        "set" => match parts.iter().find(|(part, right)| lacks(right) && names(arguments, part)) {
            Some((part, _)) => refused(&format!("{part} objects of this type")),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Whether a set is to create, update or destroy anything.
fn names(arguments: &Map<String, Value>, part: &str) -> bool {
    let given = match arguments.get(part) {
        Some(Value::Object(entries)) => !entries.is_empty(),
        Some(Value::Array(entries)) => !entries.is_empty(),
        _ => false,
    };
    given || arguments.contains_key(&format!("#{part}"))
}

/// Makes a call.
fn answered(
    world: &mut Access<'_>,
    caller: &Caller,
    name: &str,
    arguments: Map<String, Value>,
    creations: &mut Creations,
) -> Result<Map<String, Value>, MethodError> {
    if name == "Core/echo" {
        return Ok(arguments);
    }
    let account = account_of(caller, &arguments)?;
    let mut answer = match world {
        Access::Change(world) if name.ends_with("/set") => {
            changed(world, &Change { caller, account, name }, &arguments, creations)?
        }
        Access::Change(world) => looked(world, account, name, &arguments)?,
        Access::Look(world) => looked(world, account, name, &arguments)?,
    };
    answer.insert("accountId".to_owned(), ids::encode(account).into());
    Ok(answer)
}

/// Which account a call is about: a malformed id counts as none, and whoever may impersonate may name any (section 4).
fn account_of(caller: &Caller, arguments: &Map<String, Value>) -> Result<u64, MethodError> {
    let named = arguments.get("accountId").and_then(Value::as_str).and_then(ids::decode);
    match named {
        Some(id) if id != caller.account && !caller.permissions.include("impersonate") => {
            let why = format!("You are not an owner of account {}", ids::encode(id));
            Err(MethodError::new("forbidden", why))
        }
        named => Ok(named.unwrap_or(caller.account)),
    }
}

fn looked(
    world: &World,
    account: u64,
    name: &str,
    arguments: &Map<String, Value>,
) -> Result<Map<String, Value>, MethodError> {
    let mut heard = Cow::Borrowed(arguments);
    for (argument, is_ignored) in [("filter", world.ignores_filters), ("position", world.ignores_positions)] {
        if is_ignored && name.ends_with("/query") && heard.contains_key(argument) {
            heard.to_mut().remove(argument);
        }
    }
    let arguments = &*heard;
    match name {
        "x:Domain/get" => domain::get(world, arguments),
        "x:Domain/query" => domain::query(world, arguments),
        "x:DkimSignature/get" => dkim::get(world, arguments),
        "x:DkimSignature/query" => dkim::query(world, arguments),
        "x:Account/get" => account::get(world, arguments),
        "x:Account/query" => account::query(world, arguments),
        "x:MailingList/get" => list::get(world, arguments),
        "x:MailingList/query" => list::query(world, arguments),
        "x:AppPassword/get" => secondary::get(world, app_passwords(account), arguments),
        "x:AppPassword/query" => secondary::query(world, app_passwords(account), arguments),
        "x:ApiKey/get" => secondary::get(world, api_keys(account), arguments),
        "x:ApiKey/query" => secondary::query(world, api_keys(account), arguments),
        "x:Role/get" => role::get(world, arguments),
        "x:Role/query" => role::query(world, arguments),
        "x:Authentication/get" => settings::get(world, settings::authentication, arguments),
        "x:SystemSettings/get" => settings::get(world, settings::system, arguments),
        _ => Err(MethodError::new("unknownMethod", name)),
    }
}

fn app_passwords(account: u64) -> Of {
    Of { kind: CredentialKind::App, account }
}

fn api_keys(account: u64) -> Of {
    Of { kind: CredentialKind::ApiKey, account }
}

/// A `/set`: who asks, about which account, of which objects.
struct Change<'a> {
    caller: &'a Caller,
    account: u64,
    name: &'a str,
}

/// A change, unless it runs into a write conflict: then it may be stored all the same (section 5).
fn changed(
    world: &mut World,
    change: &Change<'_>,
    arguments: &Map<String, Value>,
    creations: &mut Creations,
) -> Result<Map<String, Value>, MethodError> {
    let Some(conflict) = world.take_conflict() else {
        return set(world, change, arguments, creations);
    };
    if conflict.stored {
        set(world, change, arguments, creations)?;
    }
    Err(MethodError::unavailable())
}

fn set(
    world: &mut World,
    change: &Change<'_>,
    arguments: &Map<String, Value>,
    creations: &mut Creations,
) -> Result<Map<String, Value>, MethodError> {
    let caller = change.caller.permissions;
    match change.name {
        "x:Domain/set" => domain::set(world, arguments, creations),
        "x:DkimSignature/set" => dkim::set(world, arguments, creations),
        "x:Account/set" => account::set(world, caller, arguments, creations),
        "x:MailingList/set" => list::set(world, arguments, creations),
        "x:AppPassword/set" => {
            secondary::set(world, caller, app_passwords(change.account), arguments, creations)
        }
        "x:ApiKey/set" => secondary::set(world, caller, api_keys(change.account), arguments, creations),
        name => Err(MethodError::new("unknownMethod", name)),
    }
}

/// The arguments with their result references (`#ids`, `#destroy`) replaced.
fn resolved(
    arguments: Map<String, Value>,
    responses: &[(String, Value, String)],
) -> Result<Map<String, Value>, MethodError> {
    let mut resolved = Map::new();
    for (name, value) in arguments {
        let Some(target) = name.strip_prefix('#') else {
            resolved.insert(name, value);
            continue;
        };
        let (of, method) = (value["resultOf"].as_str(), value["name"].as_str());
        let path = value["path"].as_str().unwrap_or_default();
        let found = responses
            .iter()
            .find(|(name, _, id)| Some(id.as_str()) == of && Some(name.as_str()) == method)
            .and_then(|(_, body, _)| at_path(body, path));
        let Some(found) = found else {
            let (of, method) = (of.unwrap_or_default(), method.unwrap_or_default());
            let why = format!("Result reference to {of}#{method} not found.");
            return Err(MethodError::new("invalidResultReference", why));
        };
        resolved.insert(target.to_owned(), found);
    }
    Ok(resolved)
}

/// A JSON pointer in which `*` stands for every entry of a list (RFC 8620, 3.7).
fn at_path(value: &Value, path: &str) -> Option<Value> {
    let Some((head, tail)) = path.split_once("/*") else {
        return value.pointer(path).cloned();
    };
    let entries = value.pointer(head)?.as_array()?;
    Some(entries.iter().filter_map(|entry| at_path(entry, tail)).collect())
}

/// An argument of the kind that `read` reads; null counts as absent.
pub fn argument<T>(
    arguments: &Map<String, Value>,
    name: &str,
    kind: &str,
    read: impl Fn(&Value) -> Option<T>,
) -> Result<Option<T>, MethodError> {
    match arguments.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => read(value).map(Some).ok_or_else(|| {
            let is = match value {
                Value::String(_) => format!("invalid type: string {value}"),
                Value::Number(_) => format!("invalid value: integer `{value}`"),
                other => format!("invalid type: {other}"),
            };
            MethodError::new("invalidArguments", format!("{is}, expected {kind}"))
        }),
    }
}

/// Which objects a get wants.
pub struct Wanted {
    pub found: Vec<u64>,
    missing: Vec<String>,
}

impl Wanted {
    pub fn answer(self, list: Vec<Value>) -> Map<String, Value> {
        let mut answer = Map::new();
        answer.insert("list".to_owned(), list.into());
        answer.insert("notFound".to_owned(), self.missing.into());
        answer
    }
}

/// Reads `ids`; `null` means all, of which the server gives 500 without a word about the rest (section 4).
pub fn get_ids(arguments: &Map<String, Value>, all: &[u64]) -> Result<Wanted, MethodError> {
    let wanted = argument(arguments, "ids", "a sequence", |value| value.as_array().cloned())?;
    let Some(wanted) = wanted else {
        return Ok(Wanted { found: all.iter().copied().take(MOST_OBJECTS).collect(), missing: Vec::new() });
    };
    if wanted.len() > MOST_OBJECTS {
        return Err(MethodError::too_large());
    }
    let texts = || wanted.iter().filter_map(Value::as_str);
    let id = |text: &str| ids::decode(text).filter(|id| all.contains(id));
    let malformed = texts().filter(|text| ids::decode(text).is_none());
    let unknown = texts().filter(|text| ids::decode(text).is_some() && id(text).is_none());
    Ok(Wanted {
        found: texts().filter_map(id).collect(),
        missing: malformed.chain(unknown).map(str::to_owned).collect(),
    })
}

/// The properties that a get asks for; the id always comes along, unknown names are ignored.
pub fn pick(arguments: &Map<String, Value>, mut object: Map<String, Value>) -> Value {
    if let Some(wanted) = arguments.get("properties").and_then(Value::as_array) {
        object.retain(|name, _| name == "id" || wanted.iter().any(|property| property == name));
    }
    Value::Object(object)
}

/// The ids to destroy; malformed ones are dropped silently, `#name` is what this request created under the name.
pub fn destroy_ids(
    arguments: &Map<String, Value>,
    creations: &Creations,
) -> Result<Vec<(String, u64)>, MethodError> {
    let size = |name: &str| match arguments.get(name) {
        Some(Value::Object(entries)) => entries.len(),
        Some(Value::Array(entries)) => entries.len(),
        _ => 0,
    };
    if ["create", "update", "destroy"].map(size).iter().sum::<usize>() > MOST_OBJECTS {
        return Err(MethodError::too_large());
    }
    let destroy = argument(arguments, "destroy", "a sequence", |value| value.as_array().cloned())?;
    let ids = destroy.unwrap_or_default().into_iter().filter_map(|entry| {
        let text = entry.as_str()?;
        let text = match text.strip_prefix('#') {
            Some(name) => creations.get(name)?.clone(),
            None => text.to_owned(),
        };
        ids::decode(&text).map(|id| (text, id))
    });
    Ok(ids.collect())
}
