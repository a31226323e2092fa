//! What may be sent, by form and by JSON alike.

use kernel::FieldError;
use kernel::dns::Name;
use kernel::input::Shape::{Object, Text, Word};
use kernel::input::{Field, Input};
use upstream_dns::{Algorithm, Key};

use crate::model::Order;

/// The words of the algorithms of keys.
pub const ALGORITHMS: &[&str] = &["hmac-sha256", "hmac-sha384", "hmac-sha512"];

const SERVER: Field = Field::optional(
    "server",
    Text(253),
    "The server where the zone is updated, an address or a name. Default: the one in the zone's SOA record.",
);

/// The fields of a question for a plan.
pub const PUBLISH_PLAN: &[Field] = &[SERVER];

/// The fields of a key.
const KEY: &[Field] = &[
    Field::required("name", Text(253), "The key's name on the server."),
    Field::required("algorithm", Word(ALGORITHMS), "The key's algorithm."),
    Field::required(
        "secret",
        Text(1000),
        "The key's secret in base64. It is used only for this request and never stored.",
    ),
];

/// The fields of publishing.
pub const PUBLISH: &[Field] = &[
    Field::required("hash", Text(64), "The hash of the plan to apply."),
    SERVER,
    Field::required("key", Object(KEY), "The key that signs the update (TSIG)."),
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
