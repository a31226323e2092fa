//! Reading specs, and comparing them with what is there, field by field.

use serde_json::Value;

use crate::kind::{Actual, FieldChange, Kind, Problem, Target};
use crate::obstacle::Obstacle;

/// The differences in the fields that are compared; the rest of a spec says of what it is.
pub fn compared(spec: &Value, actual: &Actual, fields: &[&str]) -> Vec<FieldChange> {
    let differs = |field: &&str| {
        let want = spec.get(field)?;
        let have = actual.fields.get(field).unwrap_or(&Value::Null);
        (have != want).then(|| FieldChange {
            field: (*field).to_owned(),
            want: want.clone(),
            have: have.clone(),
        })
    };
    fields.iter().filter_map(differs).collect()
}

/// What a field of a spec or of what was read says.
pub fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// The id of something that is needed. The reconciler has found it before it asks to make anything.
///
/// # Errors
/// When it wasn't.
pub fn needed<'t, K: Kind>(kind: &K, target: &Target<'t, K::Spec>, at: usize) -> Result<&'t str, Problem> {
    let missing = || Obstacle::new("blocked-need-missing").with("title", kind.title(target));
    target.needed.get(at).map(String::as_str).ok_or_else(|| Problem::Blocked(missing()))
}
