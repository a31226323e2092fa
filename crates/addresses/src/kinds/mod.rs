//! What mailboxes are in Stalwart, as the reconciler sees it.

mod mailbox;

pub use mailbox::MailboxSpec;

use platform::Upstreams;
use reconcile::Registered;

use crate::MAILBOX;

/// The kinds that the slice brings.
pub fn kinds(upstreams: &Upstreams) -> Vec<Registered> {
    match &upstreams.stalwart {
        Ok(client) => vec![Registered::on(mailbox::Mailbox(client.clone()))],
        Err(why) => vec![Registered::off(MAILBOX, why)],
    }
}
