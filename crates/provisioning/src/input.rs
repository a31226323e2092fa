//! What may be sent to let removals go on, by form and by JSON alike.

use kernel::FieldError;
use kernel::input::Shape::Text;
use kernel::input::{Field, Input};

/// The field of what an operator saw and lets be destroyed.
pub const COUNTED: &[Field] =
    &[Field::required("hash", Text(64), "The hash of the pending objects, as shown.")];

/// Reads the hash of what waits.
pub fn hash(input: Input) -> Result<String, Vec<FieldError>> {
    let hash = input.text("hash");
    input.finish(hash)
}
