//! What Dezky writes into accounts and lists, in one form. Stalwart is lax in places and rewrites in others
//! (section 11), so what it would take for something else is refused here.

use std::collections::{BTreeMap, BTreeSet};

use kernel::EmailAddress;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::model::{Alias, Permissions};

const LONGEST_LOCAL_PART: usize = 64;

/// An empty description is an error to Stalwart; null is its way to say none (section 6).
pub fn text(description: Option<&str>) -> Value {
    description.filter(|text| !text.is_empty()).into()
}

/// The part before the `@` in lower case. Stalwart would take one with spaces and store it without them (section 7).
pub fn local_part(name: &str) -> Result<String, &'static str> {
    let dots_ok = !name.starts_with('.') && !name.ends_with('.') && !name.contains("..");
    let letters_ok = name.chars().all(|letter| {
        !letter.is_whitespace() && !letter.is_control() && !matches!(letter, '@' | '"' | '<' | '>' | ',')
    });
    if (1..=LONGEST_LOCAL_PART).contains(&name.len()) && letters_ok && dots_ok {
        Ok(name.to_lowercase())
    } else {
        Err("this is not the part of an address before the @")
    }
}

/// The aliases as a list, each address once and without the account's own: Stalwart takes doubled ones in
/// silence (section 8).
pub fn alias_list(aliases: &[Alias], own: Option<(&str, &str)>) -> Result<Value, &'static str> {
    let mut seen = BTreeSet::new();
    let mut list = Map::new();
    for alias in aliases {
        let name = local_part(&alias.name)?;
        let is_own = own == Some((name.as_str(), alias.domain_id.as_str()));
        if is_own || !seen.insert((name.clone(), alias.domain_id.as_str())) {
            continue;
        }
        let entry = json!({
            "name": name,
            "domainId": alias.domain_id,
            "enabled": alias.enabled,
            "description": text(alias.description.as_deref()),
        });
        list.insert(list.len().to_string(), entry);
    }
    Ok(list.into())
}

/// A set of names, ids or addresses as Stalwart writes it.
pub fn name_set<T: ToString>(names: &BTreeSet<T>) -> Value {
    let entries = names.iter().map(|name| (name.to_string(), Value::Bool(true)));
    Value::Object(entries.collect())
}

/// Recipients are neither checked nor normalised by Stalwart (section 9); these are, by their type.
pub fn recipients(addresses: &BTreeSet<EmailAddress>) -> Value {
    name_set(addresses)
}

pub fn permissions(permissions: &Permissions) -> Result<Value, &'static str> {
    let sets = |kind: &str, enabled: &BTreeSet<String>, disabled: &BTreeSet<String>| {
        json!({
            "@type": kind,
            "enabledPermissions": name_set(enabled),
            "disabledPermissions": name_set(disabled),
        })
    };
    match permissions {
        Permissions::Inherit => Ok(json!({"@type": "Inherit"})),
        Permissions::Merge { enabled, disabled } => Ok(sets("Merge", enabled, disabled)),
        Permissions::Replace { enabled, disabled } => Ok(sets("Replace", enabled, disabled)),
        Permissions::Unknown => Err("permissions of an unknown kind can be read only"),
    }
}

/// The entries of a list that Stalwart writes as an object, in their order.
pub fn in_order<T>(list: BTreeMap<String, T>) -> Vec<(usize, T)> {
    let mut entries: Vec<(usize, T)> =
        list.into_iter().filter_map(|(key, entry)| Some((key.parse().ok()?, entry))).collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}

/// The names in a set.
pub fn names(set: BTreeMap<String, bool>) -> BTreeSet<String> {
    set.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect()
}

/// `permissions` on the wire.
#[derive(Deserialize)]
#[serde(tag = "@type", rename_all_fields = "camelCase")]
pub enum PermissionsRead {
    Inherit,
    Merge {
        #[serde(default)]
        enabled_permissions: BTreeMap<String, bool>,
        #[serde(default)]
        disabled_permissions: BTreeMap<String, bool>,
    },
    Replace {
        #[serde(default)]
        enabled_permissions: BTreeMap<String, bool>,
        #[serde(default)]
        disabled_permissions: BTreeMap<String, bool>,
    },
    #[serde(other)]
    Unknown,
}

impl From<PermissionsRead> for Permissions {
    fn from(read: PermissionsRead) -> Self {
        match read {
            PermissionsRead::Inherit => Self::Inherit,
            PermissionsRead::Merge { enabled_permissions, disabled_permissions } => {
                Self::Merge { enabled: names(enabled_permissions), disabled: names(disabled_permissions) }
            }
            PermissionsRead::Replace { enabled_permissions, disabled_permissions } => {
                Self::Replace { enabled: names(enabled_permissions), disabled: names(disabled_permissions) }
            }
            PermissionsRead::Unknown => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn alias(name: &str, domain_id: &str) -> Alias {
        Alias { name: name.to_owned(), domain_id: domain_id.to_owned(), enabled: true, description: None }
    }

    #[test]
    fn what_stalwart_would_rewrite_is_refused() {
        for bad in ["", "in ner", "x@acme.test", ".dot", "dot.", "a..b", "a\tb", "a,b"] {
            assert!(local_part(bad).is_err(), "{bad}");
        }
        assert_eq!(local_part("Bob.Example+x").as_deref(), Ok("bob.example+x"));
    }

    #[test]
    fn permissions_are_written_as_they_are_read() {
        for known in [
            json!({"@type": "Inherit"}),
            json!({"@type": "Merge", "enabledPermissions": {}, "disabledPermissions": {"authenticate": true}}),
            json!({"@type": "Replace", "enabledPermissions": {"emailSend": true}, "disabledPermissions": {}}),
        ] {
            let read = Permissions::from(PermissionsRead::deserialize(&known).unwrap());
            assert_eq!(permissions(&read), Ok(known));
        }
        assert_eq!(
            permissions(&Permissions::frozen()).unwrap()["disabledPermissions"],
            json!({"authenticate": true})
        );
        let later = Permissions::from(PermissionsRead::deserialize(&json!({"@type": "Later"})).unwrap());
        assert!(later == Permissions::Unknown && permissions(&later).is_err());
    }

    #[test]
    fn empty_texts_are_none() {
        assert_eq!((text(Some("")), text(None)), (Value::Null, Value::Null));
    }

    proptest! {
        #[test]
        fn a_local_part_that_is_taken_is_stable(name in "\\PC{0,70}") {
            if let Ok(taken) = local_part(&name) {
                prop_assert!(!taken.contains('@') && !taken.contains(char::is_whitespace));
                prop_assert_eq!(name.to_lowercase(), taken);
            }
        }

        #[test]
        fn each_alias_is_written_once_in_a_row_of_positions(
            names in proptest::collection::vec(("[abAB]{1,2}", "[cd]"), 0..12),
        ) {
            let aliases: Vec<Alias> = names.iter().map(|(name, domain)| alias(name, domain)).collect();
            let written = alias_list(&aliases, Some(("a", "c"))).unwrap();
            let written = written.as_object().unwrap();
            let mut addresses: Vec<(String, String)> = (0..written.len())
                .map(|at| &written[&at.to_string()])
                .map(|entry| (entry["name"].to_string(), entry["domainId"].to_string()))
                .collect();
            let own = ("\"a\"".to_owned(), "\"c\"".to_owned());
            prop_assert!(!addresses.contains(&own));
            let wanted: BTreeSet<(String, String)> = names
                .iter()
                .map(|(name, domain)| (format!("\"{}\"", name.to_lowercase()), format!("\"{domain}\"")))
                .filter(|address| *address != own)
                .collect();
            addresses.sort();
            prop_assert_eq!(addresses, wanted.into_iter().collect::<Vec<_>>());
        }
    }
}
