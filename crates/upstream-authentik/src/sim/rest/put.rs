//! Changes of the API's objects behind everybody's back (`/_sim`): by the names of their fields, and what the server would
//! refuse is refused.

use serde_json::{Map, Value, json};

use super::fields::Fields;
use super::write::write;
use crate::sim::family::{self, Family};
use crate::sim::objects::{Object, text_of, value_of};
use crate::sim::secret;
use crate::sim::world::World;

/// What the API has other ways for.
const HIDDEN: [(&str, &str); 3] = [("roles", "members"), ("roles", "permissions"), ("tokens", "key")];

/// Changes an object, found by its id or its name, or makes one.
pub fn put(world: &mut World, kind: &str, id: &str, fields: &Object) -> Result<(), String> {
    let known = world.object_called(kind, id).cloned();
    let family = known.as_ref().map_or_else(|| family::only(kind), |object| family::of(kind, object));
    let family = family.ok_or_else(|| format!("there is no {id:?} of kind {kind:?}"))?;
    let mut given = fields.clone();
    given.remove("id");
    let is_new = known.is_none();
    let mut object = match known {
        Some(object) => object,
        None => called(world.new_object(family), family, id, &mut given),
    };
    for (_, name) in HIDDEN.iter().filter(|(of, _)| *of == kind) {
        if let Some(value) = given.remove(*name) {
            object.insert((*name).to_owned(), value);
        }
    }
    if let Some(unknown) = given.keys().find(|name| family.field(name).is_none()) {
        return Err(format!("{kind} have no {unknown:?} that can be put"));
    }
    write(world, family, &mut object, Fields::of(given), is_new)
        .map_err(|problem| problem.body.to_string())?;
    world.objects.put(family.kind, object);
    Ok(())
}

/// A new object under the id or the name that it is put with.
fn called(mut object: Object, family: &Family, id: &str, given: &mut Object) -> Object {
    match id.parse::<i64>() {
        Ok(number) if family.kind == "providers" => {
            object.insert("pk".to_owned(), json!(number));
        }
        _ if secret::is_uuid(id) => {
            object.insert(family.id().to_owned(), json!(id));
        }
        _ if family.field(family.key).is_some() => {
            given.entry(family.key).or_insert_with(|| json!(id));
        }
        _ => {}
    }
    object
}

/// Another application, or another setting of one that is there or of its provider.
pub fn put_application(world: &mut World, slug: &str, fields: &Object) -> Result<(), String> {
    let Some(application) = world.objects.find("applications", "slug", slug) else {
        return put(world, "applications", slug, fields);
    };
    let provider = text_of(value_of(application, "provider"));
    let mut own = Object::new();
    for (name, value) in fields {
        let (field, value) = match name.as_str() {
            "subMode" => ("sub_mode", value.clone()),
            "clientSecret" => ("client_secret", value.clone()),
            "grantTypes" => ("grant_types", value.clone()),
            "redirectUris" => ("redirect_uris", redirect_uris(world, &provider, "authorization", value)?),
            "logoutUris" => ("redirect_uris", redirect_uris(world, &provider, "logout", value)?),
            // Without a signing key its tokens are signed with the client secret.
            "hasSigningKey" => ("signing_key", json!(world.shipped_key().filter(|_| *value == true))),
            _ => {
                own.insert(name.clone(), value.clone());
                continue;
            }
        };
        put(world, "providers", &provider, &Map::from_iter([(field.to_owned(), value)]))?;
    }
    if own.is_empty() { Ok(()) } else { put(world, "applications", slug, &own) }
}

/// The addresses of a provider with others of one type.
fn redirect_uris(world: &World, provider: &str, kind: &str, given: &Value) -> Result<Value, String> {
    let provider = world.objects.get("providers", provider).ok_or("the application has no provider")?;
    let mut all = value_of(provider, "redirect_uris").as_array().cloned().unwrap_or_default();
    all.retain(|uri| uri["redirect_uri_type"] != kind);
    let given = given.as_array().ok_or("the addresses must be a list")?;
    all.extend(
        given.iter().map(|uri| json!({"matching_mode": "strict", "url": uri, "redirect_uri_type": kind})),
    );
    Ok(Value::Array(all))
}

/// Changes settings of the system.
pub fn put_settings(world: &mut World, fields: &Object) -> Result<(), String> {
    let mut settings = world.settings();
    for (name, value) in fields {
        let known = settings.get_mut(name).ok_or_else(|| format!("there is no setting {name:?}"))?;
        known.clone_from(value);
    }
    world.keep_settings(settings);
    Ok(())
}
