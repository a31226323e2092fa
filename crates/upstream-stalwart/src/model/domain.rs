//! Mail domains (section 6).

use kernel::{DomainName, EmailAddress, Timestamp};
use serde::{Deserialize, Deserializer};

/// A mail domain.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Domain {
    /// Stalwart's id; it stays when the name changes.
    pub id: String,
    /// The ASCII form, lower case.
    pub name: String,
    /// A text for people; never empty.
    #[serde(default)]
    pub description: Option<String>,
    /// Who gets mail to unknown and to disabled addresses, as Stalwart has it.
    #[serde(default, rename = "catchAllAddress")]
    pub catch_all: Option<String>,
    /// Whether `anna+anything` reaches `anna`. None when a rule of the operator's own decides (`Custom`).
    #[serde(default, rename = "subAddressing", deserialize_with = "plus_addresses")]
    pub plus_addresses: Option<bool>,
    /// When Stalwart made it, in whole seconds.
    pub created_at: Timestamp,
}

fn plus_addresses<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    #[derive(Deserialize)]
    struct Choice {
        #[serde(rename = "@type")]
        kind: String,
    }
    Ok(match Choice::deserialize(from)?.kind.as_str() {
        "Enabled" => Some(true),
        "Disabled" => Some(false),
        _ => None,
    })
}

/// A domain to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDomain {
    /// Its name.
    pub name: DomainName,
    /// A text for people; an empty one counts as none.
    pub description: Option<String>,
}

/// What is to change in a domain; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DomainChange {
    /// The new description; `Some(None)` removes it.
    pub description: Option<Option<String>>,
}

/// How a domain treats addresses that nobody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainSettings {
    /// Who gets mail to unknown and to disabled addresses, as Stalwart has it.
    pub catch_all: Option<String>,
    /// Whether `anna+anything` reaches `anna`. None when a rule of the operator's own decides (`Custom`).
    pub plus_addresses: Option<bool>,
}

/// What is to change in the settings of a domain; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DomainSettingsChange {
    /// The new catch-all address; `Some(None)` removes it.
    pub catch_all: Option<Option<EmailAddress>>,
    /// Whether plus addresses shall work.
    pub plus_addresses: Option<bool>,
}

/// A signing key of a domain.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DkimKey {
    /// Stalwart's id.
    pub id: String,
    /// The domain that it signs for.
    #[serde(rename = "domainId")]
    pub domain_id: String,
    /// The label before `._domainkey`.
    pub selector: String,
    /// `Dkim1Ed25519Sha256`, `Dkim1RsaSha256`, or what a later version adds.
    #[serde(rename = "@type")]
    pub algorithm: String,
}
