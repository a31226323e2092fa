//! The upstream objects of examples, as the reconciler sees them.

mod example;

use platform::Upstreams;
use reconcile::Registered;

use crate::desired::EXAMPLE;

/// The kinds that the slice brings.
pub fn kinds(upstreams: &Upstreams) -> Vec<Registered> {
    vec![match &upstreams.authentik {
        Ok(client) => Registered::on(example::Example(client.clone())),
        Err(why) => Registered::off(EXAMPLE, why),
    }]
}
