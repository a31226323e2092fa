//! What may be sent, by form and by JSON alike.

use addresses::Fate;
use kernel::input::Shape::Flag;
use kernel::input::{Field, Input};

/// The field of what becomes of the passwords of mail programs.
pub(crate) const KEEP: Field = Field::optional(
    "keepAppPasswords",
    Flag,
    "True keeps app passwords. By default they end, since anyone with the old password may have created one.",
);

/// The fields of signing somebody out, and of a new password.
pub const SIGN_OUT: &[Field] = &[KEEP];

/// Reads what becomes of the passwords of mail programs.
pub fn app_passwords(input: &mut Input) -> Fate {
    Fate::chosen(input.flag("keepAppPasswords"))
}
