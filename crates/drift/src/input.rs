//! What may be sent about a plan, by form and by JSON alike.

use kernel::FieldError;
use kernel::input::Shape::Text;
use kernel::input::{Field, Input};

use crate::accept::{DAYS, REASON, reason_and_days};
use crate::decide::Chosen;

/// The field of a plan that is to be carried out.
pub const APPLY: &[Field] = &[Field::required("hash", Text(64), "The hash of the plan.")];

const HASH: Field = APPLY[0];
const KIND: Field = Field::required("kind", Text(40), "The kind of object, as in the plan.");
const KEY: Field = Field::required("key", Text(253), "The object's name, as in the plan.");

/// The fields that name one change of a plan.
pub const CHOSEN: &[Field] = &[HASH, KIND, KEY];

/// The fields of an acceptance.
pub const ACCEPT: &[Field] = &[HASH, KIND, KEY, REASON, DAYS];

/// A call without fields.
pub const NOTHING: &[Field] = &[];

/// Reads the hash of a plan.
pub fn hash(input: Input) -> Result<String, Vec<FieldError>> {
    let hash = input.text("hash");
    input.finish(hash)
}

fn named(input: &Input) -> Option<Chosen> {
    Some(Chosen { hash: input.text("hash")?, kind: input.text("kind")?, key: input.text("key")? })
}

/// Reads which change of a plan is meant.
pub fn chosen(input: Input) -> Result<Chosen, Vec<FieldError>> {
    let chosen = named(&input);
    input.finish(chosen)
}

/// Reads an acceptance: of what, why, for how many days.
pub fn acceptance(mut input: Input) -> Result<(Chosen, String, u32), Vec<FieldError>> {
    let accepted = reason_and_days(&mut input)
        .and_then(|(reason, days)| named(&input).map(|chosen| (chosen, reason, days)));
    input.finish(accepted)
}
