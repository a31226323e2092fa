//! What may be sent, by form and by JSON alike.

use kernel::input::Field;
use kernel::input::Shape::Text;

/// The fields of an offboarding.
pub const OFFBOARD: &[Field] = &[Field::optional(
    "mailTo",
    Text(254),
    "The address of a member who gets their new mail. By default it still goes to the closed mailbox.",
)];
