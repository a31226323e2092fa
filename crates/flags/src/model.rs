//! What a feature flag is, and what of it may be changed. No I/O.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use kernel::{Explain, FieldError, PartnerId, TenantId, Timestamp};
use serde::{Serialize, Serializer};
use tenants::Plan;

/// The most flags there may be.
pub const MOST_FLAGS: u64 = 1000;
/// The most letters of a key.
pub const MOST_KEY: usize = 64;
/// The most letters of a description.
pub const MOST_DESCRIPTION: usize = 200;
/// The most tenants that a flag names.
pub const MOST_TENANTS: usize = 10_000;
/// The most partners that a flag names.
pub const MOST_PARTNERS: usize = 1000;
/// The most plans that are sent at once, whether or not they are different ones.
pub const MOST_PLANS: usize = 20;
/// All tenants, as a share in basis points.
pub const WHOLE: i64 = 10_000;

/// Keys that addresses mean something else by.
const RESERVED: [&str; 3] = ["evaluate", "new", "preview"];

kernel::ids! {
    /// A feature flag.
    FlagId = "flg";
}

/// By what programs know a flag: 2 to 64 of `a-z 0-9 . _ -`, begins with a letter. Clones share the text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(Arc<str>);

/// Why a text is no key.
#[derive(Debug, Clone, PartialEq, Eq, Explain)]
pub enum BadKey {
    /// It has other letters, or too many.
    #[explain("flag-key-bad")]
    Shape,
    /// An address means something else by it.
    #[explain("flag-key-reserved", values(key = _0))]
    Reserved(String),
}

impl Key {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Key {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let fits = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-')
        };
        let begins = text.starts_with(|first: char| first.is_ascii_lowercase());
        if !begins || !(2..=MOST_KEY).contains(&text.len()) || !text.bytes().all(fits) {
            return Err(BadKey::Shape);
        }
        if RESERVED.contains(&text) { Err(BadKey::Reserved(text.to_owned())) } else { Ok(Self(text.into())) }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// For whom a flag is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// For nobody.
    #[default]
    Off,
    /// For everybody.
    On,
    /// For those that it names; where it names nobody, for nobody.
    Targeted,
    /// For a share of all tenants, and for those that it names.
    Rollout,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Off, Self::On, Self::Targeted, Self::Rollout];
    /// Their words.
    pub const WORDS: &'static [&'static str] = &["off", "on", "targeted", "rollout"];

    /// The word in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
            Self::Targeted => "targeted",
            Self::Rollout => "rollout",
        }
    }

    /// The kind of a word; none for a word that is not known.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Who gets a flag, and from when until when.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    /// For whom it is on.
    pub kind: Kind,
    /// The share of a rollout, in basis points.
    pub share: i64,
    /// The tenants that it names.
    pub tenants: BTreeSet<TenantId>,
    /// The partners that it names: all their customers.
    pub partners: BTreeSet<PartnerId>,
    /// The plans that it names: all tenants that are on one of them.
    pub plans: BTreeSet<Plan>,
    /// Before this it is off.
    pub starts_at: Option<Timestamp>,
    /// From this on it is off.
    pub ends_at: Option<Timestamp>,
}

/// A feature flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its id.
    pub id: FlagId,
    /// By what programs know it.
    pub key: Key,
    /// What people know of it.
    pub description: Option<String>,
    /// Who gets it.
    pub rule: Rule,
    /// Since when it is off whatever its rule says.
    pub killed_at: Option<Timestamp>,
    /// Counts its changes.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who did that, by their id.
    pub updated_by: String,
}

/// What is to be changed of a flag. What it doesn't name stays.
#[derive(Debug, Clone, Default)]
#[expect(clippy::option_option, reason = "none is left alone, none inside is taken away")]
pub struct Change {
    /// What people know of it; none inside takes it away.
    pub description: Option<Option<String>>,
    /// For whom it is on.
    pub kind: Option<Kind>,
    /// The share, in basis points.
    pub share: Option<i64>,
    /// The tenants that it names.
    pub tenants: Option<BTreeSet<TenantId>>,
    /// The partners that it names.
    pub partners: Option<BTreeSet<PartnerId>>,
    /// The plans that it names.
    pub plans: Option<BTreeSet<Plan>>,
    /// When it begins.
    pub starts_at: Option<Option<Timestamp>>,
    /// When it ends.
    pub ends_at: Option<Option<Timestamp>>,
}

impl Change {
    /// The rule as it is after the change.
    pub fn rule(&self, before: &Rule) -> Rule {
        Rule {
            kind: self.kind.unwrap_or(before.kind),
            share: self.share.unwrap_or(before.share),
            tenants: self.tenants.clone().unwrap_or_else(|| before.tenants.clone()),
            partners: self.partners.clone().unwrap_or_else(|| before.partners.clone()),
            plans: self.plans.clone().unwrap_or_else(|| before.plans.clone()),
            starts_at: self.starts_at.unwrap_or(before.starts_at),
            ends_at: self.ends_at.unwrap_or(before.ends_at),
        }
    }
}

impl Rule {
    /// What no rule may say.
    pub fn check(&self) -> Result<(), FieldError> {
        match (self.starts_at, self.ends_at) {
            (Some(starts), Some(ends)) if ends <= starts => {
                Err(FieldError::of("endsAt", "out_of_range", "flag-ends-early"))
            }
            _ => Ok(()),
        }
    }
}

/// How a flag is at a moment, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Stopped by hand.
    Killed,
    /// Its time has not come.
    Waiting,
    /// Its time is over.
    Over,
    /// As its kind says.
    Live(Kind),
}

impl Flag {
    /// How it is.
    pub fn standing(&self, now: Timestamp) -> Standing {
        if self.killed_at.is_some() {
            Standing::Killed
        } else if self.rule.starts_at.is_some_and(|starts| now < starts) {
            Standing::Waiting
        } else if self.rule.ends_at.is_some_and(|ends| now >= ends) {
            Standing::Over
        } else {
            Standing::Live(self.rule.kind)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_word_that_no_address_means_something_else_by() {
        for good in ["new_billing_engine", "beta.search", "x-2", "ab"] {
            assert_eq!(good.parse::<Key>().map(|key| key.to_string()), Ok(good.to_owned()));
        }
        let long = "a".repeat(MOST_KEY + 1);
        for bad in ["", "a", "New", "2x", "_x", "a b", "ø-flag", "a/b", "a%b", &long] {
            assert_eq!(bad.parse::<Key>(), Err(BadKey::Shape), "{bad}");
        }
        for reserved in RESERVED {
            assert_eq!(reserved.parse::<Key>(), Err(BadKey::Reserved(reserved.to_owned())));
        }
    }

    #[test]
    fn kinds_are_known_by_their_words() {
        assert_eq!(Kind::ALL.map(Kind::as_str), Kind::WORDS);
        assert!(Kind::ALL.into_iter().all(|kind| Kind::parse(kind.as_str()) == Some(kind)));
        assert_eq!(Kind::parse("ON"), None, "a word that is not known is no kind");
    }

    #[test]
    fn an_end_comes_after_its_beginning() {
        let at = |seconds| Some(Timestamp::from_seconds(seconds));
        let rule = |starts_at, ends_at| Rule { starts_at, ends_at, ..Rule::default() };
        assert_eq!(rule(at(5), at(6)).check(), Ok(()));
        assert_eq!(rule(None, at(6)).check(), Ok(()));
        assert_eq!(rule(at(5), at(5)).check().unwrap_err().field, "endsAt");
    }
}
