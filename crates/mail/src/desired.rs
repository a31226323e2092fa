//! From rows to what should be upstream. Pure: the same rows always give the same wants.

use std::collections::BTreeSet;

use addresses::aliases;
use kernel::{EmailAddress, GroupId};
use reconcile::Want;
use serde_json::json;

use crate::model::List;

/// A distribution list.
pub const LIST: &str = "stalwart.list";

/// What the address of a group needs upstream: a list whose recipients are the mailboxes of its people.
pub fn of_group(
    group: GroupId,
    address: &EmailAddress,
    name: &str,
    recipients: &BTreeSet<EmailAddress>,
) -> Want {
    let recipients = as_texts(recipients);
    Want {
        owner: group.to_string(),
        kind: LIST,
        name: address.to_string(),
        spec: json!({
            "name": address.local(),
            "domain": address.domain(),
            "description": name,
            "aliases": aliases::field(&[]),
            "recipients": recipients,
        }),
    }
}

/// In the order of texts, as the mail server shows them: that of addresses is another, by local part and domain.
fn as_texts(recipients: &BTreeSet<EmailAddress>) -> BTreeSet<String> {
    recipients.iter().map(ToString::to_string).collect()
}

/// What a list needs upstream.
pub fn of_list(list: &List, further: &[EmailAddress]) -> Want {
    let recipients = as_texts(&list.recipients);
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
