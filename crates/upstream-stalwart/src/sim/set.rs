//! The frame of every `/set`: creates and updates, then destroys, each entry for itself (section 4).

use serde_json::{Map, Value, json};

use super::ids;
use super::jmap::{Creations, MethodError, destroy_ids};

/// Why an entry failed.
pub enum Failure {
    /// A set error; other entries go on.
    One(Value),
    /// The method fails, although earlier entries are stored (section 5, `serverUnavailable`).
    All(MethodError),
}

impl From<Value> for Failure {
    fn from(error: Value) -> Self {
        Self::One(error)
    }
}

/// The objects of one type, as a `/set` changes them.
pub trait Objects {
    /// Makes an object; besides its id the answer tells what is in the map.
    fn create(
        &mut self,
        key: &str,
        fields: &Map<String, Value>,
        creations: &Creations,
    ) -> Result<(u64, Map<String, Value>), Failure>;
    fn update(&mut self, id: u64, patch: &Map<String, Value>) -> Result<(), Failure>;
    fn destroy(&mut self, id: u64) -> Result<(), Value>;
}

pub fn run(
    objects: &mut impl Objects,
    arguments: &Map<String, Value>,
    creations: &mut Creations,
) -> Result<Map<String, Value>, MethodError> {
    destroy_ids(arguments, creations)?;
    let mut answer = Answer::default();
    for (key, value) in entries(arguments, "create") {
        let made = match value.as_object() {
            Some(fields) => objects.create(key, fields, creations),
            None => Err(Failure::One(invalid("", "Invalid value type for object"))),
        };
        match made {
            Ok((id, mut told)) => {
                creations.insert(key.clone(), ids::encode(id));
                told.insert("id".to_owned(), ids::encode(id).into());
                answer.add("created", key, told.into());
            }
            Err(Failure::One(error)) => answer.add("notCreated", key, error),
            Err(Failure::All(error)) => return Err(error),
        }
    }
    let destroy = destroy_ids(arguments, creations)?;
    for (text, patch) in entries(arguments, "update") {
        let (Some(id), Some(patch)) = (ids::decode(text), patch.as_object()) else {
            continue;
        };
        let doomed = destroy.iter().any(|(_, doomed)| *doomed == id);
        let outcome = if doomed {
            Err(json!({"type": "willDestroy", "description": "ID will be destroyed."}).into())
        } else {
            objects.update(id, patch)
        };
        match outcome {
            Ok(()) => answer.add("updated", text, Value::Null),
            Err(Failure::One(error)) => answer.add("notUpdated", text, error),
            Err(Failure::All(error)) => return Err(error),
        }
    }
    for (text, id) in destroy {
        match objects.destroy(id) {
            Ok(()) => answer.destroyed.push(text),
            Err(error) => answer.add("notDestroyed", &text, error),
        }
    }
    Ok(answer.finish())
}

/// The parts of an answer; those without content are left out.
#[derive(Default)]
struct Answer {
    parts: Map<String, Value>,
    destroyed: Vec<String>,
}

impl Answer {
    fn add(&mut self, part: &str, key: &str, value: Value) {
        let part = self.parts.entry(part).or_insert_with(|| json!({}));
        if let Some(part) = part.as_object_mut() {
            part.insert(key.to_owned(), value);
        }
    }

    fn finish(mut self) -> Map<String, Value> {
        if !self.destroyed.is_empty() {
            self.parts.insert("destroyed".to_owned(), self.destroyed.into());
        }
        self.parts
    }
}

fn entries<'a>(
    arguments: &'a Map<String, Value>,
    name: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    arguments.get(name).and_then(Value::as_object).into_iter().flatten()
}

/// The members that a path leads through: `/` and `~` in a name are written `~1` and `~0`.
pub fn members(path: &str) -> Vec<String> {
    path.split('/').map(|member| member.replace("~1", "/").replace("~0", "~")).collect()
}

/// The set error for a bad value.
pub fn invalid(property: &str, why: &str) -> Value {
    json!({"type": "invalidPatch", "description": why, "properties": [property]})
}

/// The set error for a rule that a value breaks.
pub fn broken_rule(property: &str, why: &str) -> Value {
    json!({"type": "invalidProperties", "description": why, "properties": [property]})
}

/// The set error for what an object lacks.
pub fn required(property: &str) -> Value {
    let missing = json!([{"type": "Required", "property": property}]);
    json!({"type": "validationFailed", "validationErrors": missing})
}

/// The set error for a reference to nothing.
pub fn foreign(object: &str, id: &str) -> Value {
    json!({"type": "invalidForeignKey", "objectId": {"object": object, "id": id}})
}

/// The set error for an object that others point at.
pub fn linked(object: &str, id: u64, by: &[(&str, u64)]) -> Value {
    let link = |(object, id): &(&str, u64)| json!({"object": object, "id": ids::encode(*id)});
    json!({
        "type": "objectIsLinked",
        "objectId": {"object": object, "id": ids::encode(id)},
        "linkedObjects": by.iter().map(link).collect::<Vec<_>>(),
    })
}

/// The set error for an id of nothing.
pub fn not_found() -> Value {
    json!({"type": "notFound"})
}
