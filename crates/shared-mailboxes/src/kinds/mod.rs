//! What a shared mailbox is in Stalwart, as the reconciler sees it.

mod shared;

use addresses::SHARED;
use platform::Upstreams;
use reconcile::Registered;

/// The kinds that the slice brings.
pub fn kinds(upstreams: &Upstreams) -> Vec<Registered> {
    match &upstreams.stalwart {
        Ok(client) => vec![Registered::on(shared::Shared(client.clone()))],
        Err(why) => vec![Registered::off(SHARED, why)],
    }
}
