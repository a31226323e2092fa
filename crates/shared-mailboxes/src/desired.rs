//! From rows to what should be upstream. Pure: the same rows always give the same wants.

use addresses::{SHARED, aliases};
use kernel::EmailAddress;
use reconcile::Want;
use serde_json::json;

use crate::model::Shared;

/// What a shared mailbox needs upstream. Who reads it is a field of their mailboxes.
pub fn of_shared(shared: &Shared, further: &[EmailAddress]) -> Want {
    Want {
        owner: shared.id.to_string(),
        kind: SHARED,
        name: shared.address.to_string(),
        spec: json!({
            "name": shared.address.local(),
            "domain": shared.address.domain(),
            "description": shared.name,
            "aliases": aliases::field(further),
        }),
    }
}
