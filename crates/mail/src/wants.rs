//! From rows to what should be upstream. Pure: the same rows always give the same wants.

use std::collections::BTreeSet;

use kernel::EmailAddress;
use members::{SHARED, aliases};
use reconcile::Want;
use serde_json::json;

use crate::model::{List, Shared};

/// A distribution list.
pub const LIST: &str = "stalwart.list";

/// What a list needs upstream.
pub fn of_list(list: &List, further: &[EmailAddress]) -> Want {
    // In the order of texts, as the mail server shows them: that of addresses is another, by local part and domain.
    let recipients: BTreeSet<String> = list.recipients.iter().map(ToString::to_string).collect();
    Want {
        owner: list.id.to_string(),
        kind: LIST,
        name: list.address.to_string(),
        spec: json!({
            "name": list.address.local(),
            "domain": list.address.domain(),
            "description": list.description,
            "aliases": aliases::field(further),
            "recipients": recipients,
        }),
    }
}

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
