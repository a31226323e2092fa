//! What may be sent, by form and by JSON.

use kernel::input::Shape::{Integer, Text};
use kernel::input::{Field, Input};
use kernel::{FieldError, Message};

use crate::error::Error;
use crate::model::read_gigabytes;

/// More than any plan has.
const MOST: i64 = 1 << 60;

/// The share of a member, as JSON.
pub const SHARE: &[Field] =
    &[Field::optional("quotaBytes", Integer(1, MOST), "The limit in bytes; null for no limit of their own.")];

/// What the space may hold, as JSON.
pub const SPACE: &[Field] = &[Field::optional(
    "spaceBytes",
    Integer(1, MOST),
    "The limit in bytes, at most all of the storage; null for half of it, now and when the plan changes.",
)];

/// Either of them, as a form.
pub const FORM: &[Field] =
    &[Field::optional("gigabytes", Text(20), "The limit in gigabytes; empty for no limit of its own.")];

/// Bytes, or none where the field is null. A field that is left out says nothing, so that is a mistake.
pub fn bytes(mut input: Input, name: &'static str) -> Result<Option<i64>, Error> {
    let read = if input.is_null(name) { Some(None) } else { input.integer(name).map(Some) };
    if read.is_none() {
        input.fail(name, "required", Message::new("input-required"));
    }
    input.finish(read).map_err(Error::Invalid)
}

/// The bytes of typed gigabytes.
pub fn gigabytes(typed: &str) -> Result<Option<i64>, Error> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let bytes = read_gigabytes(typed).filter(|bytes| (1..=MOST).contains(bytes));
    let wrong = || FieldError::of("gigabytes", "not_a_number", "input-gigabytes");
    bytes.map(Some).ok_or_else(|| Error::Invalid(vec![wrong()]))
}
