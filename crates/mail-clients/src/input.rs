//! What may be sent, by form and by JSON alike.

use kernel::EmailAddress;
use kernel::input::Shape::Text;
use kernel::input::{Field, Input};

/// The field of the address that a device is set up for.
pub const ADDRESS: &[Field] = &[Field::required("address", Text(320), "An address on the domain.")];

pub fn address(input: &mut Input) -> Option<EmailAddress> {
    input.parse("address")
}
