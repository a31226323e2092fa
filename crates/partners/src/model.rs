//! Pure types and rules of a partner.

use std::fmt;
use std::str::FromStr;

use access::{Customers, PartnerRef, PartnerStatus};
use kernel::{DomainName, Explain, PartnerId, Slug, Timestamp};
use serde::{Deserialize, Serialize};
use tenants::BillingInfo;

/// The most letters of a partner's name.
pub const MOST_NAME: usize = 120;
/// The slug that the group of all partners' staff would share with a partner's own.
const OF_ALL_STAFF: &str = "staff";

/// A partner's part of what its customers pay, in hundredths of a per cent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Margin(i64);

/// The text is no such part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Explain)]
#[explain("input-margin")]
pub struct BadMargin;

impl Margin {
    /// All of it.
    const MOST: i64 = 10_000;

    /// Of so many hundredths of a per cent.
    pub fn of_basis_points(points: i64) -> Option<Self> {
        (0..=Self::MOST).contains(&points).then_some(Self(points))
    }

    /// In hundredths of a per cent.
    pub fn basis_points(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Margin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl FromStr for Margin {
    type Err = BadMargin;

    /// Per cent with at most two decimals; no sign, no blank, no other mark than a dot.
    fn from_str(text: &str) -> Result<Self, BadMargin> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !are_digits(whole) || !are_digits(part) || whole.len() > 3 || part.len() > 2 {
            return Err(BadMargin);
        }
        let whole: i64 = whole.parse().map_err(|_| BadMargin)?;
        let part: i64 = format!("{part:0<2}").parse().map_err(|_| BadMargin)?;
        Self::of_basis_points(whole * 100 + part).ok_or(BadMargin)
    }
}

/// Whom to talk to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContactInfo {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
}

/// A partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    pub id: PartnerId,
    /// Its name for addresses; never changes, never given again.
    pub slug: Slug,
    /// Its name for people.
    pub name: String,
    /// Where its website and its people's addresses are; nothing follows from it.
    pub domain: Option<DomainName>,
    pub status: PartnerStatus,
    pub margin: Margin,
    pub contact: ContactInfo,
    pub billing: BillingInfo,
    /// Counts the changes.
    pub version: i64,
    pub created_at: Timestamp,
    pub terminated_at: Option<Timestamp>,
}

impl Partner {
    /// As far as rights need it.
    pub fn reference(&self) -> PartnerRef {
        PartnerRef { id: self.id, slug: self.slug.to_string(), name: self.name.clone() }
    }

    /// True until it was ended.
    pub fn is_live(&self) -> bool {
        self.status != PartnerStatus::Terminated
    }
}

/// A partner to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPartner {
    pub slug: Slug,
    pub name: String,
    pub domain: Option<DomainName>,
    pub margin: Margin,
    pub contact: ContactInfo,
    pub billing: BillingInfo,
}

impl NewPartner {
    /// Whether nobody can have its slug.
    pub fn is_reserved(&self) -> bool {
        self.slug.is_reserved() || self.slug.as_str() == OF_ALL_STAFF
    }
}

/// Changes of a partner; none leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartnerChange {
    pub name: Option<String>,
    /// `Some(None)` clears it.
    pub domain: Option<Option<DomainName>>,
    pub margin: Option<Margin>,
    pub contact: Option<ContactInfo>,
    pub billing: Option<BillingInfo>,
}

impl PartnerChange {
    /// The partner after the change.
    pub fn apply(self, partner: &Partner) -> Partner {
        let before = partner.clone();
        Partner {
            name: self.name.unwrap_or(before.name),
            domain: self.domain.unwrap_or(before.domain),
            margin: self.margin.unwrap_or(before.margin),
            contact: self.contact.unwrap_or(before.contact),
            billing: self.billing.unwrap_or(before.billing),
            ..before
        }
    }
}

/// The word for how far somebody reaches, in the log and on the wire.
pub fn reach(customers: &Customers) -> &'static str {
    match customers {
        Customers::All => "all",
        Customers::Chosen(_) => "chosen",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_margin_is_a_decimal_of_two_places_from_nothing_to_all() {
        for (typed, said) in
            [("0", "0.00"), ("12.5", "12.50"), ("7.05", "7.05"), ("100", "100.00"), ("099.99", "99.99")]
        {
            assert_eq!(typed.parse::<Margin>().unwrap().to_string(), said, "{typed}");
        }
        for bad in ["", ".5", "5.", "12,5", "100.01", "-1", "+1", "1e1", "12.345", "1000", " 1", "1 ", "٣"] {
            assert_eq!(bad.parse::<Margin>(), Err(BadMargin), "{bad}");
        }
        assert_eq!(Margin::of_basis_points(10_001), None);
        assert_eq!("12.5".parse::<Margin>().unwrap().basis_points(), 1250);
    }
}
