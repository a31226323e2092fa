//! The objects that the API makes and changes: each is kept as the fields that it shows, and what they are is told by
//! its [`Family`].

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::family::{self, Family, Field, FieldKind, Standard};
use super::secret;
use super::world::World;

pub type Object = Map<String, Value>;
type Kinds = BTreeMap<String, BTreeMap<String, Object>>;

/// Objects by kind and then by id. Behind a pointer, since there are many from the first start on and the world is
/// copied before each change of anything.
#[derive(Clone, Default)]
pub struct Objects(Arc<Kinds>);

impl Serialize for Objects {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_ref().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Objects {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Kinds::deserialize(deserializer).map(|kinds| Self(Arc::new(kinds)))
    }
}

impl Objects {
    pub fn of(&self, kind: &str) -> impl Iterator<Item = &Object> {
        self.0.get(kind).into_iter().flat_map(BTreeMap::values)
    }

    pub fn get(&self, kind: &str, id: &str) -> Option<&Object> {
        self.0.get(kind)?.get(id)
    }

    /// The object of a kind with that value in a field.
    pub fn find(&self, kind: &str, field: &str, value: &str) -> Option<&Object> {
        self.of(kind).find(|object| text_of(value_of(object, field)) == value)
    }

    pub fn put(&mut self, kind: &str, object: Object) {
        let id = id_of(&object);
        Arc::make_mut(&mut self.0).entry(kind.to_owned()).or_default().insert(id, object);
    }

    pub fn get_mut(&mut self, kind: &str, id: &str) -> Option<&mut Object> {
        Arc::make_mut(&mut self.0).get_mut(kind)?.get_mut(id)
    }

    fn remove(&mut self, kind: &str, id: &str) -> Option<Object> {
        self.get(kind, id)?;
        Arc::make_mut(&mut self.0).get_mut(kind)?.remove(id)
    }
}

/// What identifies an object among those of its kind.
pub fn id_of(object: &Object) -> String {
    text_of(object.get("pk").unwrap_or_else(|| value_of(object, "brand_uuid")))
}

/// What a field holds; null when it isn't there.
pub fn value_of<'a>(object: &'a Object, field: &str) -> &'a Value {
    object.get(field).unwrap_or(&Value::Null)
}

/// A value as a query has it.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The text in a field; empty when there is none.
pub fn text<'a>(object: &'a Object, field: &str) -> &'a str {
    value_of(object, field).as_str().unwrap_or_default()
}

/// The texts in the list in a field.
pub fn texts<'a>(object: &'a Object, field: &str) -> impl Iterator<Item = &'a str> {
    value_of(object, field).as_array().into_iter().flatten().filter_map(Value::as_str)
}

pub fn flag(object: &Object, field: &str) -> bool {
    *value_of(object, field) == Value::Bool(true)
}

impl World {
    /// An object with the defaults of its family, which nothing has yet.
    pub(super) fn new_object(&self, family: &Family) -> Object {
        let mut object = Object::new();
        let id = match family.kind {
            "providers" => {
                let known = self.objects.of(family.kind).filter_map(|known| value_of(known, "pk").as_i64());
                json!(known.max().unwrap_or_default() + 1)
            }
            _ => json!(secret::uuid()),
        };
        object.insert(family.id().to_owned(), id);
        if family.has_pointer {
            object.insert("policybindingmodel_ptr_id".to_owned(), json!(secret::uuid()));
        }
        if !family.title.is_empty() {
            object.insert("component".to_owned(), json!(family.component));
            object.insert("verbose_name".to_owned(), json!(family.title));
            object.insert("verbose_name_plural".to_owned(), json!(family.plural()));
            object.insert("meta_model_name".to_owned(), json!(family.model_name()));
        }
        for field in family.fields {
            object.insert(field.name.to_owned(), field.standard.value());
        }
        object
    }

    /// Makes an object without any check: what the server ships with, and what a setup brings.
    pub(super) fn make(&mut self, family: &Family, fields: Value) -> Object {
        let mut object = self.new_object(family);
        if let Value::Object(fields) = fields {
            object.extend(fields);
        }
        self.objects.put(family.kind, object.clone());
        object
    }

    /// Removes an object. What can't be without it goes too, and other fields forget it (section 7, danger).
    pub(super) fn remove_object(&mut self, kind: &str, id: &str) -> bool {
        let Some(object) = self.objects.remove(kind, id) else {
            return false;
        };
        if kind == "providers" {
            self.drop_tokens_of_client(text(&object, "client_id"));
        }
        self.forget(kind, id);
        true
    }

    /// Takes an id out of the fields of all objects.
    pub(super) fn forget(&mut self, kind: &str, id: &str) {
        for family in family::ALL {
            for field in family.fields.iter().filter(|field| field.kind.names(kind)) {
                let mut holders: Vec<Object> = self.objects.of(family.kind).cloned().collect();
                holders.retain(|holder| family.has(holder) && holds(value_of(holder, field.name), id));
                for holder in holders {
                    self.let_go(family, field, holder, id);
                }
            }
        }
    }

    fn let_go(&mut self, family: &Family, field: &Field, mut holder: Object, id: &str) {
        let is_list = value_of(&holder, field.name).is_array();
        if !is_list && family.goes_with(field) {
            self.remove_object(family.kind, &id_of(&holder));
            return;
        }
        match holder.get_mut(field.name) {
            Some(Value::Array(ids)) => ids.retain(|known| text_of(known) != id),
            Some(value) => *value = Value::Null,
            None => {}
        }
        self.objects.put(family.kind, holder);
    }

    /// Takes a user out of all roles.
    pub(super) fn leave_roles(&mut self, user: i64) {
        let roles: Vec<Object> = self.objects.of("roles").cloned().collect();
        for mut role in roles {
            if let Some(Value::Array(members)) = role.get_mut("members") {
                members.retain(|member| *member != user);
                self.objects.put("roles", role);
            }
        }
    }

    /// Whether there is something of that id for a field that names such things.
    pub(super) fn is_there(&self, kind: &str, id: &Value) -> bool {
        let (text, number) = (id.as_str().unwrap_or_default(), id.as_i64());
        match kind {
            "users" => number.is_some_and(|pk| self.users.contains_key(&pk)),
            "groups" => self.groups.contains_key(text),
            "targets" => family::TARGETS.iter().any(|kind| self.objects.get(kind, text).is_some()),
            "providers" => number.is_some_and(|pk| self.objects.get(kind, &pk.to_string()).is_some()),
            _ => self.objects.get(kind, text).is_some(),
        }
    }

    /// What `/_sim` and tests call an object: its id, or another name that it alone has.
    pub(super) fn object_called(&self, kind: &str, name: &str) -> Option<&Object> {
        const NAMES: [&str; 6] = ["slug", "identifier", "client_id", "domain", "managed", "name"];
        if kind == "brands" && name == "default" {
            return self.objects.of(kind).find(|brand| flag(brand, "default"));
        }
        let by_name = |field: &&str| self.objects.of(kind).find(|object| text(object, field) == name);
        self.objects.get(kind, name).or_else(|| NAMES.iter().find_map(by_name))
    }
}

fn holds(value: &Value, id: &str) -> bool {
    match value {
        Value::Array(ids) => ids.iter().any(|known| text_of(known) == id),
        other => text_of(other) == id,
    }
}

impl Standard {
    /// The value of a field that nobody gave.
    fn value(&self) -> Value {
        match self {
            Self::Required | Self::Null => Value::Null,
            Self::Text(text) => json!(text),
            Self::Flag(flag) => json!(flag),
            Self::Number(number) => json!(number),
            Self::Decimal(number) => json!(number),
            Self::List(words) => json!(words),
            Self::Object => json!({}),
            Self::Fresh(make) => json!(make()),
        }
    }
}

impl FieldKind {
    /// Whether it holds ids of such objects.
    fn names(&self, kind: &str) -> bool {
        match self {
            Self::One(named) | Self::Many(named) => {
                *named == kind || *named == "targets" && family::TARGETS.contains(&kind)
            }
            _ => false,
        }
    }
}
