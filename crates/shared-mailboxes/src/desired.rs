//! From rows to what should be upstream. Pure: the same rows always give the same wants.

use addresses::SHARED;
use addresses::aliases::{self, Addressed, AliasSpec};
use kernel::EmailAddress;
use reconcile::{Want, spec_of};
use serde::{Deserialize, Serialize};

use crate::model::Shared;

/// How a shared mailbox should be. Who reads it is a field of their mailboxes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SharedSpec {
    /// The part before the `@`.
    pub name: String,
    pub domain: String,
    /// What people call it.
    pub description: String,
    pub aliases: Vec<AliasSpec>,
}

impl Addressed for SharedSpec {
    fn domain(&self) -> &str {
        &self.domain
    }

    fn aliases(&self) -> &[AliasSpec] {
        &self.aliases
    }
}

/// What a shared mailbox needs upstream.
pub fn of_shared(shared: &Shared, further: &[EmailAddress]) -> Want {
    let spec = SharedSpec {
        name: shared.address.local().to_owned(),
        domain: shared.address.domain().ascii().to_owned(),
        description: shared.name.clone(),
        aliases: aliases::field(further),
    };
    Want {
        owner: shared.id.to_string(),
        kind: SHARED,
        name: shared.address.to_string(),
        spec: spec_of(&spec),
    }
}
