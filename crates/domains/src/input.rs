//! What may be sent, by form and by JSON alike.

use kernel::input::Shape::{Text, Word};
use kernel::input::{Field, Input};
use kernel::{DomainName, EmailAddress};
use mail_dns::dmarc::Policy;

/// The words of the policies.
pub const POLICIES: &[&str] = &["none", "quarantine", "reject"];

/// The field of a new domain.
pub const ADD: &[Field] = &[Field::required("name", Text(253), "The domain, in either form.")];

/// The field of a policy.
pub const DMARC: &[Field] = &[Field::required(
    "policy",
    Word(POLICIES),
    "What others should do with mail that is not from the domain.",
)];

/// The field of the address that a device is set up for.
pub const ADDRESS: &[Field] = &[Field::required("address", Text(320), "An address on the domain.")];

pub fn name(input: &mut Input) -> Option<DomainName> {
    input.parse("name")
}

pub fn policy(input: &mut Input) -> Option<Policy> {
    input.read("policy", |text| text.parse::<Policy>().map_err(|()| "must be none, quarantine or reject"))
}

pub fn address(input: &mut Input) -> Option<EmailAddress> {
    input.parse("address")
}
