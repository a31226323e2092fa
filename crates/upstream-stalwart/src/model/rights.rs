//! What Dezky needs of a Stalwart server, permission by permission: the one table that the key is made from and that a key is
//! judged by (section 3).

use std::collections::BTreeSet;

use serde::Deserialize;

/// A permission, and what Dezky can't do without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Right {
    /// Stalwart's name for it.
    pub permission: &'static str,
    /// What Dezky does with it, as in "Dezky ...".
    pub allows: &'static str,
}

const fn right(permission: &'static str, allows: &'static str) -> Right {
    Right { permission, allows }
}

/// What Dezky does with Stalwart's objects. To make a mailbox or to open a frozen one the key must hold all that the
/// role of mailboxes gives as well: who may grant a permission is who holds it.
pub const RIGHTS: [Right; 28] = [
    right("authenticate", "signs in with its key"),
    right("unlimitedRequests", "sends more than 1000 requests a minute, or 4 at a time"),
    right("impersonate", "adds, lists and removes the app passwords of members"),
    right("sysDomainGet", "reads mail domains and the DNS records they need"),
    right("sysDomainQuery", "finds and lists mail domains"),
    right("sysDomainCreate", "adds mail domains"),
    right("sysDomainUpdate", "changes descriptions, catch-all and plus addresses of mail domains"),
    right("sysDomainDestroy", "removes mail domains"),
    right("sysDkimSignatureGet", "reads the signing keys of mail domains"),
    right("sysDkimSignatureQuery", "finds the signing keys of mail domains"),
    right("sysDkimSignatureDestroy", "removes the signing keys of a mail domain that is removed"),
    right("sysAccountGet", "reads mailboxes and shared mailboxes"),
    right("sysAccountQuery", "finds and lists mailboxes and shared mailboxes"),
    right("sysAccountCreate", "adds mailboxes and shared mailboxes"),
    right("sysAccountUpdate", "changes, freezes and restores mailboxes, and sets their passwords"),
    right("sysAccountDestroy", "removes mailboxes and shared mailboxes"),
    right("sysMailingListGet", "reads distribution lists"),
    right("sysMailingListQuery", "lists distribution lists"),
    right("sysMailingListCreate", "adds distribution lists"),
    right("sysMailingListUpdate", "changes distribution lists"),
    right("sysMailingListDestroy", "removes distribution lists"),
    right("sysAppPasswordGet", "lists app passwords"),
    right("sysAppPasswordCreate", "adds app passwords"),
    right("sysAppPasswordDestroy", "removes app passwords"),
    right("sysApiKeyGet", "reads when its own key expires"),
    right("sysApiKeyQuery", "finds its own key"),
    right("sysAuthenticationGet", "reads which roles mailboxes get"),
    right("sysRoleGet", "reads what these roles give, which its key must hold to add mailboxes"),
];

/// What stands for the role of mailboxes where that can't be read.
const OF_MAILBOXES: [&str; 2] = ["emailReceive", "emailSend"];

/// `/api/account` never tells these, though the roles give them and accounts hold them (transcripts 02, 07 and 16).
const NEVER_TOLD: [&str; 5] = [
    "jmapPrincipalChanges",
    "jmapPrincipalGet",
    "jmapPrincipalGetAvailability",
    "jmapPrincipalQuery",
    "jmapPrincipalQueryChanges",
];

/// All that a key must hold, where mailboxes get these permissions from their role.
pub fn needed(of_mailboxes: &BTreeSet<String>) -> BTreeSet<String> {
    RIGHTS.iter().map(|right| right.permission.to_owned()).chain(of_mailboxes.iter().cloned()).collect()
}

/// Who the key belongs to (`GET /api/account`, section 1).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct KeyOwner {
    /// The names of the permissions that the key has, such as `sysDomainCreate`.
    pub permissions: BTreeSet<String>,
    /// `oss` for the open source build.
    #[serde(default)]
    pub edition: String,
}

impl KeyOwner {
    /// The rights that Dezky needs and the key lacks, as far as that shows without reading the role of mailboxes.
    pub fn missing_rights(&self) -> Vec<&'static str> {
        let needed = RIGHTS.iter().map(|right| right.permission).chain(OF_MAILBOXES);
        needed.filter(|right| !self.permissions.contains(*right)).collect()
    }

    /// Of what is needed, what the key lacks; what is never told counts as held.
    pub fn missing_of(&self, needed: &BTreeSet<String>) -> BTreeSet<String> {
        let told = |right: &&String| !NEVER_TOLD.contains(&right.as_str());
        needed.difference(&self.permissions).filter(told).cloned().collect()
    }
}
