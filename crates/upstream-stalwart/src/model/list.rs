//! Mailing lists: everybody may write to one, each recipient gets a copy (section 9).

use std::collections::BTreeSet;

use kernel::EmailAddress;

use super::Alias;

/// A mailing list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailingList {
    /// Stalwart's id; lists can't be searched by name, so it is to be kept.
    pub id: String,
    /// The part before the `@`, lower case.
    pub name: String,
    /// The domain.
    pub domain_id: String,
    /// The whole address.
    pub address: String,
    /// A text for people; never empty.
    pub description: Option<String>,
    /// Its further addresses.
    pub aliases: Vec<Alias>,
    /// Who gets a copy, as Stalwart has it: others may have put what is no address.
    pub recipients: BTreeSet<String>,
}

/// A mailing list to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewList {
    /// The part before the `@`.
    pub name: String,
    /// The domain.
    pub domain_id: String,
    /// A text for people; an empty one counts as none.
    pub description: Option<String>,
    /// Its further addresses.
    pub aliases: Vec<Alias>,
    /// Who gets a copy; nobody is allowed.
    pub recipients: BTreeSet<EmailAddress>,
}

/// What is to change in a mailing list; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListChange {
    /// The new part before the `@`.
    pub name: Option<String>,
    /// The new text; `Some(None)` removes it.
    pub description: Option<Option<String>>,
    /// All further addresses that it shall have.
    pub aliases: Option<Vec<Alias>>,
    /// All who shall get a copy.
    pub recipients: Option<BTreeSet<EmailAddress>>,
}
