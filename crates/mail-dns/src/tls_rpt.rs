//! The record that asks for reports on TLS (RFC 8460, 3).

use std::fmt;
use std::str::FromStr;

use crate::tags::{self, Tags};

/// `v=TLSRPTv1; rua=...`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsRpt {
    /// Where reports go: `mailto:` or `https:`.
    pub rua: Vec<String>,
}

/// What is wrong with the record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is no list of tags.
    #[error(transparent)]
    Tags(#[from] tags::Error),
    /// It does not begin with the version.
    #[error("the record must begin with v=TLSRPTv1")]
    Version,
    /// It does not say where reports go.
    #[error("the tag rua is missing")]
    NoReports,
    /// That is no address for reports.
    #[error("“{0}” must be a mailto: or https: address")]
    BadUri(String),
}

impl Error {
    /// A short stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Tags(error) => error.code(),
            Self::Version => "version",
            Self::NoReports => "no-reports",
            Self::BadUri(_) => "bad-uri",
        }
    }

    /// The part of the record that is meant.
    pub fn part(&self) -> &str {
        match self {
            Self::Tags(error) => error.part(),
            Self::Version => "v",
            Self::NoReports => "rua",
            Self::BadUri(uri) => uri,
        }
    }
}

/// True for what senders take for such a record; they pass over all else.
pub fn is_record(text: &str) -> bool {
    tags::after_version(text, "TLSRPTv1", false).is_some_and(|rest| !rest.is_empty())
}

impl FromStr for TlsRpt {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let tags = Tags::parse_tight(text)?;
        if tags::after_version(text, "TLSRPTv1", false).is_none() {
            return Err(Error::Version);
        }
        let rua = tags.get("rua").ok_or(Error::NoReports)?;
        let rua = rua.split(',').map(|uri| uri.trim_matches(tags::is_space).to_owned());
        let rua: Vec<String> = rua.collect();
        match rua.iter().find(|uri| !is_target(uri)) {
            Some(bad) => Err(Error::BadUri(bad.clone())),
            None => Ok(Self { rua }),
        }
    }
}

fn is_target(uri: &str) -> bool {
    let lower = uri.to_ascii_lowercase();
    let mail = lower.strip_prefix("mailto:").and_then(|address| address.split_once('@'));
    let is_mail = mail.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    let is_clean = uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"!,;".contains(&byte));
    is_clean && (is_mail || lower.strip_prefix("https://").is_some_and(|rest| !rest.is_empty()))
}

impl fmt::Display for TlsRpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v=TLSRPTv1; rua={}", self.rua.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_begins_with_the_version_is_a_record() {
        assert!(is_record("v=TLSRPTv1;rua=mailto:a@b.test") && is_record("v=TLSRPTv1 ; rua="));
        for text in
            [" v=TLSRPTv1; rua=mailto:a@b.test", "v=TLSRPTv11; rua=", "v=tlsrptv1; rua=", "v=TLSRPTv1"]
        {
            assert!(!is_record(text), "{text}");
        }
    }

    #[test]
    fn records_are_read_and_refused() {
        let record: TlsRpt = "v=TLSRPTv1;rua=mailto:a@b.test, https://b.test/x".parse().unwrap();
        assert_eq!(record.to_string(), "v=TLSRPTv1; rua=mailto:a@b.test,https://b.test/x");
        for (text, code) in [
            ("v=TLSRPTv2; rua=mailto:a@b.test", "version"),
            (" v=TLSRPTv1; rua=mailto:a@b.test", "version"),
            ("v=TLSRPTv1; rua= mailto:a@b.test", "blank-at-equals"),
            ("v=TLSRPTv1", "no-reports"),
            ("v=TLSRPTv1; rua=", "bad-uri"),
            ("v=TLSRPTv1; rua=a@b.test", "bad-uri"),
            ("v=TLSRPTv1; rua=mailto:a", "bad-uri"),
            ("v=TLSRPTv1; rua=mailto:a@b.test,", "bad-uri"),
            ("v=TLSRPTv1; rua=http://b.test", "bad-uri"),
        ] {
            assert_eq!(text.parse::<TlsRpt>().unwrap_err().code(), code, "{text}");
        }
    }
}
