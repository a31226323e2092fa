//! What may be sent, by form and by JSON alike.

use kernel::input::Shape::{Text, Word};
use kernel::input::{Field, Input};
use kernel::{DomainName, Message};
use mail_dns::dmarc::Policy;

/// The words of the policies.
pub const POLICIES: &[&str] = &["none", "quarantine", "reject"];

/// The field of a new domain.
pub const ADD: &[Field] = &[Field::required("name", Text(253), "The domain, in Unicode or ASCII form.")];

/// The field of a policy.
pub const DMARC: &[Field] =
    &[Field::required("policy", Word(POLICIES), "What receivers do when mail fails DMARC.")];

pub fn name(input: &mut Input) -> Option<DomainName> {
    input.read("name", DomainName::typed)
}

pub fn policy(input: &mut Input) -> Option<Policy> {
    input.read("policy", |text| text.parse::<Policy>().map_err(|()| Message::new("input-policy")))
}
