//! What may be sent, by form and by JSON alike.

use kernel::input::Shape::{Name, Text, Texts};
use kernel::input::{Field, Input};
use mail::{MOST_TEXT, read_addresses};

use crate::model::{NewShared, SharedChange};

const READERS: Field =
    Field::optional("readers", Texts(500), "The readers: addresses of members' mailboxes.");

/// The fields of a new shared mailbox.
pub const NEW_SHARED: &[Field] = &[
    Field::required("address", Text(254), "The address, on a domain of the workspace."),
    Field::required("name", Name(MOST_TEXT), "The name people see."),
    READERS,
];
/// The fields of a change of a shared mailbox.
pub const SHARED: &[Field] = &[Field::optional("name", Name(MOST_TEXT), "The name people see."), READERS];

/// Reads a new shared mailbox.
pub fn new_shared(input: &mut Input) -> Option<NewShared> {
    let (address, name) = (input.parse("address"), input.name("name"));
    let readers = read_addresses(input, "readers").unwrap_or_default();
    Some(NewShared { address: address?, name: name?, readers })
}

/// Reads a change of a shared mailbox.
pub fn shared(input: &mut Input) -> SharedChange {
    SharedChange { name: input.name("name"), readers: read_addresses(input, "readers") }
}
