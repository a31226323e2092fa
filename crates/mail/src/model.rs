//! What lists are, and the rules for addresses. No I/O.

use std::collections::BTreeSet;
use std::str::FromStr;

use addresses::{BadLocalPart, LocalPart};
use kernel::{DomainName, EmailAddress, Explain, ListId, TenantId, Timestamp};

/// The most recipients of a list.
pub const MOST_RECIPIENTS: usize = 2000;
/// The most characters of all recipients of a list together: with its further addresses they fit into an object of
/// Stalwart, which may have 200,000 bytes (stalwart, section 5).
pub const MOST_RECIPIENT_CHARACTERS: usize = 140_000;
/// The most lists of a workspace: who writes one address looks at all of them for loops.
pub const MOST_LISTS: u64 = 1000;
/// The most further addresses of a mailbox, a list or a shared mailbox.
pub const MOST_ALIASES: usize = 100;
/// The most letters of a name or a description.
pub const MOST_TEXT: usize = 120;

/// A distribution list: each recipient gets a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Its id, also the owner of what it needs upstream.
    pub id: ListId,
    pub tenant: TenantId,
    /// Its address; it never changes.
    pub address: EmailAddress,
    /// What it is for.
    pub description: Option<String>,
    /// Who gets a copy.
    pub recipients: BTreeSet<EmailAddress>,
    /// Counts the changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A list to be made.
#[derive(Debug, Clone)]
pub struct NewList {
    pub address: OwnAddress,
    /// What it is for.
    pub description: Option<String>,
    /// Who gets a copy.
    pub recipients: BTreeSet<EmailAddress>,
}

/// What can be changed of a list; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ListChange {
    /// What it is for; `Some(None)` removes it.
    #[expect(clippy::option_option, reason = "left as it is, removed, or set")]
    pub description: Option<Option<String>>,
    /// All who get a copy.
    pub recipients: Option<BTreeSet<EmailAddress>>,
}

/// An address that a tenant may give to something of its own: its local part is as strict as that of a mailbox. Whether
/// the domain is the tenant's own is for the action to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnAddress(EmailAddress);

/// Why a text is no address of one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Explain)]
pub enum BadAddress {
    /// No `@` in it.
    #[explain("mail-address-none")]
    NoAddress,
    /// A local part in quotes: RFC 5321 knows it, mail programs and people do not.
    #[explain("mail-address-quoted")]
    Quoted,
    /// Another letter than an address of one's own may have.
    #[explain("mail-address-syntax")]
    Syntax,
    /// Over 64 characters (RFC 5321, 4.5.3.1.1).
    #[explain("mail-address-long")]
    TooLong,
    /// No domain after the `@`.
    #[explain("mail-address-domain")]
    Domain,
}

impl OwnAddress {
    /// The address.
    pub fn address(&self) -> &EmailAddress {
        &self.0
    }

    /// The domain.
    pub fn domain(&self) -> &DomainName {
        self.0.domain()
    }
}

impl FromStr for OwnAddress {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Self, BadAddress> {
        let (local, domain) = text.trim().rsplit_once('@').ok_or(BadAddress::NoAddress)?;
        if local.contains('"') {
            return Err(BadAddress::Quoted);
        }
        let local: LocalPart = local.parse().map_err(|error| match error {
            BadLocalPart::TooLong => BadAddress::TooLong,
            BadLocalPart::Syntax => BadAddress::Syntax,
        })?;
        let domain: DomainName = domain.parse().map_err(|_| BadAddress::Domain)?;
        let whole = format!("{}@{domain}", local.as_str());
        whole.parse().map(Self).map_err(|_| BadAddress::Syntax)
    }
}

/// Where a recipient of a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Something of the tenant's has the address.
    Inside,
    /// On a domain of the tenant's, where nobody has the address.
    Nobody,
    /// On a domain of somebody else: mail leaves the tenant [F2].
    Outside,
}

impl Place {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Nobody => "nobody",
            Self::Outside => "outside",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_wrong_with_an_address_is_said() {
        let bad = |text: &str| text.parse::<OwnAddress>().unwrap_err();
        assert_eq!(bad("sales"), BadAddress::NoAddress);
        assert_eq!(bad("\"sales team\"@acme.test"), BadAddress::Quoted);
        assert_eq!(bad("sales team@acme.test"), BadAddress::Syntax);
        assert_eq!(bad("sales+x@acme.test"), BadAddress::Syntax);
        assert_eq!(bad(&format!("{}@acme.test", "a".repeat(65))), BadAddress::TooLong);
        assert_eq!(bad("sales@acme"), BadAddress::Domain);
        let good: OwnAddress = " Sales@ACME.test. ".parse().unwrap();
        assert_eq!(good.address().to_string(), "sales@acme.test");
    }

    proptest! {
        #[test]
        fn an_address_that_is_taken_is_stable(text in "\\PC{0,30}(@[a-z.\\PC]{0,30})?") {
            if let Ok(own) = text.parse::<OwnAddress>() {
                prop_assert_eq!(own.address().to_string().parse::<OwnAddress>(), Ok(own.clone()));
            }
        }
    }
}
