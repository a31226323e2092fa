//! What `x:Domain` allows in its properties, and what it says to the rest (sections 5 and 6).

use kernel::EmailAddress;
use serde_json::{Map, Value, json};

use super::names;
use super::set::{foreign, invalid};

/// All properties of a domain.
pub const PROPERTIES: [&str; 17] = [
    "id",
    "name",
    "aliases",
    "isEnabled",
    "createdAt",
    "description",
    "logo",
    "certificateManagement",
    "dkimManagement",
    "dnsManagement",
    "memberTenantId",
    "directoryId",
    "catchAllAddress",
    "subAddressing",
    "allowRelaying",
    "reportAddressUri",
    "dnsZoneFile",
];

/// What a new domain has besides name and times.
pub fn defaults() -> Map<String, Value> {
    let values = json!({
        "aliases": {},
        "allowRelaying": false,
        "catchAllAddress": null,
        "certificateManagement": {"@type": "Manual"},
        "description": null,
        "directoryId": null,
        "dkimManagement": automatic(),
        "dnsManagement": {"@type": "Manual"},
        "isEnabled": true,
        "logo": null,
        "memberTenantId": null,
        "reportAddressUri": "mailto:postmaster",
        "subAddressing": {"@type": "Enabled"},
    });
    values.as_object().cloned().unwrap_or_default()
}

fn automatic() -> Value {
    json!({
        "@type": "Automatic",
        "algorithms": {"Dkim1Ed25519Sha256": true, "Dkim1RsaSha256": true},
        "deleteAfter": 2_592_000_000_u64,
        "retireAfter": 604_800_000,
        "rotateAfter": 7_776_000_000_u64,
        "selectorTemplate": "v{version}-{algorithm}-{date-%Y%m%d}",
    })
}

/// The stored form of a value, or the set error.
pub fn checked(property: &str, value: &Value) -> Result<Value, Value> {
    let text = value.as_str().filter(|text| !text.is_empty());
    let refused = |why: &str| Err(invalid(property, why));
    match property {
        "createdAt" | "dnsZoneFile" => refused("Cannot modify server set property"),
        "name" => match text.map(names::normalise) {
            Some(Some(name)) => Ok(name.into()),
            Some(None) => refused("Invalid domain name"),
            None => refused("Invalid value for property."),
        },
        "aliases" => aliases(value),
        "isEnabled" | "allowRelaying" if !value.is_boolean() => {
            refused("Invalid value for boolean property (expected true or false)")
        }
        "description" | "logo" | "reportAddressUri" if text.is_none() && !value.is_null() => {
            refused("Invalid value for property.")
        }
        "catchAllAddress" if !value.is_null() => match text.map(str::parse::<EmailAddress>) {
            Some(Ok(address)) => Ok(address.to_string().into()),
            _ => refused("Invalid email address"),
        },
        "memberTenantId" if !value.is_null() => Err(foreign("Tenant", value.as_str().unwrap_or_default())),
        "directoryId" if !value.is_null() => Err(foreign("Directory", value.as_str().unwrap_or_default())),
        "subAddressing" => choice(property, value, &["Enabled", "Disabled", "Custom"]),
        "dnsManagement" | "certificateManagement" => choice(property, value, &["Manual", "Automatic"]),
        "dkimManagement" => {
            let chosen = choice(property, value, &["Manual", "Automatic"])?;
            if chosen["@type"] == "Manual" {
                return Ok(chosen);
            }
            let mut whole = automatic();
            if let (Some(whole), Value::Object(chosen)) = (whole.as_object_mut(), chosen) {
                whole.extend(chosen);
            }
            Ok(whole)
        }
        _ => Ok(value.clone()),
    }
}

/// Sets of names are objects with `true`, never arrays.
fn aliases(value: &Value) -> Result<Value, Value> {
    let bad = |why: &str| invalid("aliases", why);
    let entries = value.as_object().ok_or_else(|| bad("Invalid value for property."))?;
    entries
        .iter()
        .filter(|(_, keep)| **keep == true)
        .map(|(name, _)| {
            let name = names::normalise(name).ok_or_else(|| bad("Invalid domain name"))?;
            Ok((name, Value::Bool(true)))
        })
        .collect::<Result<Map<_, _>, Value>>()
        .map(Value::Object)
}

fn choice(property: &str, value: &Value, of: &[&str]) -> Result<Value, Value> {
    match value["@type"].as_str() {
        Some(chosen) if of.contains(&chosen) => Ok(value.clone()),
        _ => Err(invalid(property, "Missing or invalid '@type' property in object")),
    }
}
