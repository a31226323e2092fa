//! From rows to what should be upstream. Pure: the same rows always give the same wants.

use std::collections::BTreeSet;

use addresses::aliases::{self, Addressed, AliasSpec};
use kernel::{EmailAddress, GroupId};
use reconcile::{Want, spec_of};
use serde::{Deserialize, Serialize};

use crate::model::List;

/// A distribution list.
pub const LIST: &str = "stalwart.list";

/// How a list should be.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListSpec {
    /// The part before the `@`.
    pub name: String,
    pub domain: String,
    pub description: Option<String>,
    pub aliases: Vec<AliasSpec>,
    /// In the order of texts, as the mail server shows them: that of addresses is another, by local part and domain.
    pub recipients: BTreeSet<String>,
}

impl Addressed for ListSpec {
    fn domain(&self) -> &str {
        &self.domain
    }

    fn aliases(&self) -> &[AliasSpec] {
        &self.aliases
    }
}

impl ListSpec {
    /// One at an address, with nothing else said of it.
    fn at(address: &EmailAddress, recipients: &BTreeSet<EmailAddress>) -> Self {
        Self {
            name: address.local().to_owned(),
            domain: address.domain().ascii().to_owned(),
            description: None,
            aliases: Vec::new(),
            recipients: recipients.iter().map(ToString::to_string).collect(),
        }
    }
}

/// What the address of a group needs upstream: a list whose recipients are the mailboxes of its people.
pub fn of_group(
    group: GroupId,
    address: &EmailAddress,
    name: &str,
    recipients: &BTreeSet<EmailAddress>,
) -> Want {
    let spec = ListSpec { description: Some(name.to_owned()), ..ListSpec::at(address, recipients) };
    Want { owner: group.to_string(), kind: LIST, name: address.to_string(), spec: spec_of(&spec) }
}

/// What a list needs upstream.
pub fn of_list(list: &List, further: &[EmailAddress]) -> Want {
    let spec = ListSpec {
        description: list.description.clone(),
        aliases: aliases::field(further),
        ..ListSpec::at(&list.address, &list.recipients)
    };
    Want { owner: list.id.to_string(), kind: LIST, name: list.address.to_string(), spec: spec_of(&spec) }
}
