//! What may be sent, by form and by JSON alike.

use kernel::dns::Name;
use kernel::input::Shape::{Object, Text, Word};
use kernel::input::{Field, Input};
use kernel::{DomainName, EmailAddress, FieldError};
use mail_dns::dmarc::Policy;
use upstream_dns::{Algorithm, Key};

use crate::publish::Order;

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
    input.read("name", DomainName::typed)
}

pub fn policy(input: &mut Input) -> Option<Policy> {
    input.read("policy", |text| text.parse::<Policy>().map_err(|()| "must be none, quarantine or reject"))
}

/// The words of the algorithms of keys.
pub const ALGORITHMS: &[&str] = &["hmac-sha256", "hmac-sha384", "hmac-sha512"];

const SERVER: Field = Field::optional(
    "server",
    Text(253),
    "The server at which the zone is changed, an address or a name; the one that the zone's SOA names unless told.",
);

/// The fields of a question for a plan.
pub const PUBLISH_PLAN: &[Field] = &[SERVER];

/// The fields of a key.
const KEY: &[Field] = &[
    Field::required("name", Text(253), "Its name at the server."),
    Field::required("algorithm", Word(ALGORITHMS), "How it signs."),
    Field::required("secret", Text(1000), "Its secret in base64. It is used for this and not kept."),
];

/// The fields of publishing.
pub const PUBLISH: &[Field] = &[
    Field::required("hash", Text(64), "The hash of the plan that is to be carried out."),
    SERVER,
    Field::required("key", Object(KEY), "The key for changes of the zone (TSIG)."),
];

pub fn order(mut input: Input) -> Result<Order, Vec<FieldError>> {
    let key = input.object("key", KEY, key).flatten();
    let order = input.text("hash").zip(key);
    let order = order.map(|(hash, key)| Order { hash, server: input.text("server"), key });
    input.finish(order)
}

fn key(input: &mut Input) -> Option<Key> {
    let name = input.parse::<Name>("name");
    let algorithm = input.parse::<Algorithm>("algorithm");
    let (name, algorithm) = name.zip(algorithm)?;
    input.read("secret", |secret| Key::new(name, algorithm, secret))
}

pub fn address(input: &mut Input) -> Option<EmailAddress> {
    input.parse("address")
}
