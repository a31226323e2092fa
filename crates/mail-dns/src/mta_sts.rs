//! The record of MTA-STS (RFC 8461, 3.1).

use std::fmt;
use std::str::FromStr;

use crate::tags::{self, Tags};

/// `v=STSv1; id=...`: says that there is a policy, and which version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MtaSts {
    /// Which version of the policy. It changes whenever the policy does.
    pub id: String,
}

/// What is wrong with the record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is no list of tags.
    #[error(transparent)]
    Tags(#[from] tags::Error),
    /// It does not begin with the version.
    #[error("the record must begin with v=STSv1")]
    Version,
    /// It names no version of the policy.
    #[error("the tag id is missing")]
    NoId,
    /// The id is no word of 1 to 32 letters and digits.
    #[error("the id “{0}” must be 1 to 32 letters and digits")]
    BadId(String),
}

impl Error {
    /// A short stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Tags(error) => error.code(),
            Self::Version => "version",
            Self::NoId => "no-id",
            Self::BadId(_) => "bad-id",
        }
    }

    /// The part of the record that is meant.
    pub fn part(&self) -> &str {
        match self {
            Self::Tags(error) => error.part(),
            Self::Version => "v",
            Self::NoId => "id",
            Self::BadId(id) => id,
        }
    }
}

/// True for what senders take for such a record; they pass over all else.
pub fn is_record(text: &str) -> bool {
    tags::after_version(text, "STSv1", false).is_some_and(|rest| !rest.is_empty())
}

impl FromStr for MtaSts {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let tags = Tags::parse_tight(text)?;
        if tags::after_version(text, "STSv1", false).is_none() {
            return Err(Error::Version);
        }
        let id = tags.get("id").ok_or(Error::NoId)?;
        if !(1..=32).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Error::BadId(id.to_owned()));
        }
        Ok(Self { id: id.to_owned() })
    }
}

impl fmt::Display for MtaSts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v=STSv1; id={}", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_begins_with_the_version_is_a_record() {
        assert!(is_record("v=STSv1; id=1") && is_record("v=STSv1;") && is_record("v=STSv1 ;id="));
        for text in ["", " v=STSv1; id=1", "v = STSv1; id=1", "v=stsv1; id=1", "v=STSv10; id=1", "v=STSv1"] {
            assert!(!is_record(text), "{text}");
        }
    }

    #[test]
    fn records_are_read_and_refused() {
        let record: MtaSts = "v=STSv1; id=20160831085700Z;".parse().unwrap();
        assert_eq!(record.to_string(), "v=STSv1; id=20160831085700Z");
        for (text, code) in [
            ("", "empty"),
            ("id=1; v=STSv1", "version"),
            ("v=stsv1; id=1", "version"),
            (" v=STSv1; id=1", "version"),
            ("v = STSv1; id=1", "blank-at-equals"),
            ("v=STSv1; id = 1", "blank-at-equals"),
            ("v=STSv1, id=1", "version"),
            ("v=STSv1", "no-id"),
            ("v=STSv1; id=", "bad-id"),
            ("v=STSv1; id=a-b", "bad-id"),
            ("v=STSv1; id=123456789012345678901234567890123", "bad-id"),
        ] {
            assert_eq!(text.parse::<MtaSts>().unwrap_err().code(), code, "{text}");
        }
    }
}
