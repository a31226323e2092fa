//! What may be sent of an invitation, by form and by JSON alike.

use access::TenantRole;
use kernel::input::Shape::{Name, Text, Word};
use kernel::input::{Field, Input};
use memberships::NewMember;
use memberships::input::{NAME, ROLES, role};

/// The fields of an invitation.
pub const INVITE: &[Field] = &[
    Field::required("email", Text(254), "The address the invitation goes to."),
    Field::optional("name", Name(NAME), "The full name; they can change it when they accept."),
    Field::optional("role", Word(ROLES), "`member` by default."),
    Field::optional(
        "mailbox",
        Text(64),
        "The mailbox name, before the `@`; by default that of the sign-in address.",
    ),
];

/// Reads an invitation.
pub fn invitation(input: &mut Input) -> Option<NewMember> {
    let (name, email, role, mailbox) =
        (input.name("name"), input.parse("email"), role(input), input.parse("mailbox"));
    let role = role.unwrap_or(TenantRole::Member);
    Some(NewMember { name: name.unwrap_or_default(), email: email?, role, mailbox })
}
