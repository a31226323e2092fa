//! What may be sent, by form and by JSON alike.

use kernel::EmailAddress;
use kernel::input::Shape::{Name, Text};
use kernel::input::{Field, Input};

/// The fields of a new password for a program.
pub const APP_PASSWORD: &[Field] = &[
    Field::required("name", Name(60), "The program or device, such as “Phone”."),
    Field::optional("mailbox", Text(254), "The mailbox, for people who have several."),
];

/// Reads a new password for a program: its name, and its mailbox.
pub fn app_password(input: &mut Input) -> Option<(String, Option<EmailAddress>)> {
    let (name, mailbox) = (input.name("name"), input.parse("mailbox"));
    Some((name?, mailbox))
}
