//! What may be sent, by form and by JSON alike.

use access::TenantRole;
use kernel::Message;
use kernel::input::Shape::{Name, Text, Word};
use kernel::input::{Field, Input};

use crate::model::{MemberChange, NewMember};

/// The words of the roles, the least first.
pub const ROLES: &[&str] = &["member", "admin", "owner"];

/// The longest name.
pub const NAME: usize = 120;

/// The fields of a new member.
pub const NEW: &[Field] = &[
    Field::required("name", Name(NAME), "The full name."),
    Field::required("email", Text(254), "The sign-in address."),
    Field::optional("role", Word(ROLES), "`member` by default."),
    Field::optional(
        "mailbox",
        Text(64),
        "The mailbox name, before the `@`; by default that of the sign-in address.",
    ),
];

/// The fields of a change.
pub const CHANGE: &[Field] = &[
    Field::optional("name", Name(NAME), "The full name."),
    Field::optional("role", Word(ROLES), "The role in the workspace."),
    Field::optional("mailbox", Text(64), "The mailbox name, before the `@`, for a member without a mailbox."),
];

/// Reads a role.
pub fn role(input: &mut Input) -> Option<TenantRole> {
    input.read("role", |text| TenantRole::parse(text).ok_or(Message::new("input-role")))
}

/// Reads a new member.
pub fn new(input: &mut Input) -> Option<NewMember> {
    let (name, email, role, mailbox) =
        (input.name("name"), input.parse("email"), role(input), input.parse("mailbox"));
    Some(NewMember { name: name?, email: email?, role: role.unwrap_or(TenantRole::Member), mailbox })
}

/// Reads a change.
pub fn change(input: &mut Input) -> MemberChange {
    MemberChange { name: input.name("name"), role: role(input), mailbox: input.parse("mailbox") }
}
