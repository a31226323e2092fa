//! The two settings objects that Dezky reads: which domain is the server's own, and which roles accounts get. They can't
//! be changed here.

use serde_json::{Map, Value, json};

use super::ids;
use super::jmap::{MethodError, get_ids, pick};
use super::world::World;

/// One object; asked for all, the server lists none (section 17).
pub fn get(
    world: &World,
    object: fn(&World) -> Value,
    arguments: &Map<String, Value>,
) -> Result<Map<String, Value>, MethodError> {
    let by_id = arguments.get("ids").is_some_and(|ids| !ids.is_null());
    let there: &[u64] = if by_id { &[ids::SINGLETON] } else { &[] };
    let wanted = get_ids(arguments, there)?;
    let shown = |_: &u64| pick(arguments, object(world).as_object().cloned().unwrap_or_default());
    let list = wanted.found.iter().map(shown).collect();
    Ok(wanted.answer(list))
}

/// `x:Authentication`, as recorded (transcript 02).
pub fn authentication(_: &World) -> Value {
    json!({
        "id": "singleton",
        "directoryId": null,
        "defaultUserRoleIds": {"b": true},
        "defaultGroupRoleIds": {"c": true},
        "defaultTenantRoleIds": {"d": true, "b": true},
        "defaultAdminRoleIds": {"e": true, "b": true},
        "passwordHashAlgorithm": "argon2id",
        "passwordMinLength": 8,
        "passwordMaxLength": 128,
        "passwordMinStrength": "three",
        "passwordDefaultExpiry": null,
        "maxAppPasswords": 5,
        "maxApiKeys": 5,
    })
}

/// `x:SystemSettings`, as recorded (transcript 12).
pub fn system(world: &World) -> Value {
    let names = ["caldav", "carddav", "imap", "jmap", "managesieve", "pop3", "smtp", "webdav"];
    let service = |name: &str| (name.to_owned(), json!({"hostname": null, "cleartext": false}));
    json!({
        "id": "singleton",
        "defaultHostname": world.settings.hostname,
        "defaultDomainId": world.default_domain.map(ids::encode),
        "defaultCertificateId": null,
        "threadPoolSize": null,
        "maxConnections": 8192,
        "proxyTrustedNetworks": {},
        "mailExchangers": {"0": {"hostname": null, "priority": 10}},
        "services": Value::Object(names.map(service).into_iter().collect()),
        "providerInfo": {},
    })
}
