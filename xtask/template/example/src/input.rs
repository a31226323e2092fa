//! What may be sent, by form and by JSON alike.

use kernel::input::Field;
use kernel::input::Shape::Name;

use crate::model::MOST_NAME;

/// The fields of a new one.
pub const NEW: &[Field] = &[Field::required("name", Name(MOST_NAME), "What people know it by.")];
