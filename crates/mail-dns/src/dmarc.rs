//! DMARC policies in the DNS (RFC 7489, 6.3; RFC 9091).

use std::fmt;
use std::str::FromStr;

use crate::tags::{self, Tags};

/// A policy record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dmarc {
    /// `p=`.
    pub policy: Policy,
    /// `p` comes right after the version, as RFC 7489 has it. Most receivers do not mind.
    pub is_in_order: bool,
    /// `sp=`: for subdomains, where it differs.
    pub subdomains: Option<Policy>,
    /// `np=`: for subdomains that do not exist.
    pub nonexistent: Option<Policy>,
    /// `pct=`: for how many mails in a hundred.
    pub percent: u8,
    /// `rua=`: where daily reports go.
    pub rua: Vec<Uri>,
    /// `ruf=`: where reports of single mails go.
    pub ruf: Vec<Uri>,
    /// `adkim=s`.
    pub strict_dkim: bool,
    /// `aspf=s`.
    pub strict_spf: bool,
    /// `fo=`: when single mails are reported.
    pub failures: Vec<String>,
    /// `ri=`: seconds between reports.
    pub interval: Option<u32>,
    /// Tags that are not known here; receivers pass them over as well.
    pub others: Vec<(String, String)>,
}

/// What receivers should do with mail that fails. The later, the stronger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Policy {
    /// Nothing but report.
    None,
    /// Treat it as suspicious.
    Quarantine,
    /// Refuse it.
    Reject,
}

/// Where reports go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uri {
    /// `mailto:...`.
    pub address: String,
    /// The largest report that is taken, as written: `10m`.
    pub limit: Option<String>,
}

/// What is wrong with a policy record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is no list of tags.
    #[error(transparent)]
    Tags(#[from] tags::Error),
    /// It does not begin with `v=DMARC1`, in these letters.
    #[error("the record must begin with v=DMARC1, in capital letters")]
    Version,
    /// There is no tag `p`.
    #[error("the tag p with the policy is missing")]
    NoPolicy,
    /// A policy that there is not.
    #[error("{tag}={value}: a policy is none, quarantine or reject")]
    BadPolicy {
        /// `p`, `sp` or `np`.
        tag: &'static str,
        /// What it is set to.
        value: String,
    },
    /// A tag has a value that it can't have.
    #[error("{tag}={value} is not possible")]
    BadValue {
        /// Which.
        tag: &'static str,
        /// What it is set to.
        value: String,
    },
    /// That is no address for reports.
    #[error("“{0}” is no address such as mailto:reports@acme.dk")]
    BadUri(String),
}

impl Error {
    /// A short stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Tags(error) => error.code(),
            Self::Version => "version",
            Self::NoPolicy => "no-policy",
            Self::BadPolicy { .. } => "bad-policy",
            Self::BadValue { .. } => "bad-value",
            Self::BadUri(_) => "bad-uri",
        }
    }

    /// The part of the record that is meant.
    pub fn part(&self) -> &str {
        match self {
            Self::Tags(error) => error.part(),
            Self::Version => "v",
            Self::NoPolicy => "p",
            Self::BadPolicy { tag, .. } | Self::BadValue { tag, .. } => tag,
            Self::BadUri(uri) => uri,
        }
    }
}

impl Policy {
    /// As in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }
}

const KNOWN: &[&str] = &["v", "p", "sp", "np", "pct", "rua", "ruf", "adkim", "aspf", "fo", "ri"];

impl FromStr for Dmarc {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let tags = Tags::parse(text)?;
        if tags.position("v") != Some(0) || tags.get("v") != Some("DMARC1") {
            return Err(Error::Version);
        }
        let percent = number("pct", tags.get("pct"))?.unwrap_or(100);
        let percent = u8::try_from(percent).ok().filter(|percent| *percent <= 100);
        Ok(Self {
            policy: policy("p", tags.get("p"))?.ok_or(Error::NoPolicy)?,
            is_in_order: tags.position("p") == Some(1),
            subdomains: policy("sp", tags.get("sp"))?,
            nonexistent: policy("np", tags.get("np"))?,
            percent: percent.ok_or_else(|| bad("pct", tags.get("pct").unwrap_or_default()))?,
            rua: uris(tags.get("rua"))?,
            ruf: uris(tags.get("ruf"))?,
            strict_dkim: is_strict("adkim", tags.get("adkim"))?,
            strict_spf: is_strict("aspf", tags.get("aspf"))?,
            failures: failures(tags.get("fo"))?,
            interval: number("ri", tags.get("ri"))?,
            others: tags.beyond(KNOWN),
        })
    }
}

impl Dmarc {
    /// What applies to a domain below the one that has this record.
    pub fn below(&self) -> Policy {
        self.subdomains.unwrap_or(self.policy)
    }
}

impl FromStr for Policy {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::None, Self::Quarantine, Self::Reject];
        all.into_iter().find(|policy| policy.as_str().eq_ignore_ascii_case(text)).ok_or(())
    }
}

fn bad(tag: &'static str, value: &str) -> Error {
    Error::BadValue { tag, value: value.to_owned() }
}

fn policy(tag: &'static str, value: Option<&str>) -> Result<Option<Policy>, Error> {
    let read = |value: &str| value.parse().map_err(|()| Error::BadPolicy { tag, value: value.to_owned() });
    value.map(read).transpose()
}

fn number(tag: &'static str, value: Option<&str>) -> Result<Option<u32>, Error> {
    let is_number = |value: &str| value.bytes().all(|byte| byte.is_ascii_digit());
    let read = |value: &str| {
        let number = value.parse().ok().filter(|_| is_number(value));
        number.ok_or_else(|| bad(tag, value))
    };
    value.map(read).transpose()
}

fn is_strict(tag: &'static str, value: Option<&str>) -> Result<bool, Error> {
    match value {
        None | Some("r" | "R") => Ok(false),
        Some("s" | "S") => Ok(true),
        Some(other) => Err(bad(tag, other)),
    }
}

fn failures(value: Option<&str>) -> Result<Vec<String>, Error> {
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    let words = tags::words(value);
    let is_known = |word: &String| matches!(word.as_str(), "0" | "1" | "d" | "s");
    if words.iter().all(is_known) { Ok(words) } else { Err(bad("fo", value)) }
}

fn uris(value: Option<&str>) -> Result<Vec<Uri>, Error> {
    value.map_or_else(|| Ok(Vec::new()), |value| value.split(',').map(uri).collect())
}

fn uri(text: &str) -> Result<Uri, Error> {
    let text = text.trim_matches(tags::is_space);
    let wrong = || Error::BadUri(text.to_owned());
    let (address, limit) = match text.split_once('!') {
        Some((address, limit)) => (address, Some(limit)),
        None => (text, None),
    };
    let (scheme, rest) = address.split_once(':').ok_or_else(wrong)?;
    let is_mail = scheme.eq_ignore_ascii_case("mailto");
    let is_address = rest.split_once('@').is_some_and(|(local, at)| !local.is_empty() && !at.is_empty());
    let is_scheme = !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_clean = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic());
    let is_limit = limit.is_none_or(|limit| {
        let digits = limit.trim_end_matches(['k', 'm', 'g', 't', 'K', 'M', 'G', 'T']);
        limit.len() - digits.len() <= 1
            && !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    if is_scheme && is_clean && is_limit && (is_address || !is_mail) {
        Ok(Uri { address: address.to_owned(), limit: limit.map(str::to_owned) })
    } else {
        Err(wrong())
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)?;
        self.limit.as_ref().map_or(Ok(()), |limit| write!(f, "!{limit}"))
    }
}

impl fmt::Display for Dmarc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |uris: &[Uri]| uris.iter().map(Uri::to_string).collect::<Vec<_>>().join(",");
        let word = |policy: Option<Policy>| policy.map(|policy| policy.to_string());
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let strict = |is_strict: bool| is_strict.then(|| "s".to_owned());
        write!(f, "v=DMARC1; p={}", self.policy)?;
        let tags = [
            ("sp", word(self.subdomains)),
            ("np", word(self.nonexistent)),
            ("pct", (self.percent < 100).then(|| self.percent.to_string())),
            ("rua", some(list(&self.rua))),
            ("ruf", some(list(&self.ruf))),
            ("adkim", strict(self.strict_dkim)),
            ("aspf", strict(self.strict_spf)),
            ("fo", some(self.failures.join(":"))),
            ("ri", self.interval.map(|seconds| seconds.to_string())),
        ];
        for (name, value) in tags.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
            write!(f, "; {name}={value}")?;
        }
        self.others.iter().try_for_each(|(name, value)| write!(f, "; {name}={value}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_tags_are_read() {
        let text = "v=DMARC1; p=Quarantine; sp=reject; np=none; pct=50; rua=mailto:a@b.test!10m, \
                    https://b.test/r; ruf=mailto:c@b.test; adkim=s; aspf=r; fo=1:d; ri=3600; x=y";
        let dmarc: Dmarc = text.parse().unwrap();
        assert_eq!((dmarc.policy, dmarc.below()), (Policy::Quarantine, Policy::Reject));
        assert_eq!((dmarc.nonexistent, dmarc.percent), (Some(Policy::None), 50));
        assert_eq!(
            dmarc.rua[0],
            Uri { address: "mailto:a@b.test".to_owned(), limit: Some("10m".to_owned()) }
        );
        assert_eq!((dmarc.rua.len(), dmarc.ruf.len(), dmarc.interval), (2, 1, Some(3600)));
        assert!(dmarc.strict_dkim && !dmarc.strict_spf && dmarc.is_in_order);
        assert_eq!(dmarc.others, [("x".to_owned(), "y".to_owned())]);
    }

    #[test]
    fn what_is_wrong_with_a_policy_is_named() {
        for (text, code, part) in [
            ("v=DMARC1", "no-policy", "p"),
            ("v=DMARC1; p=block", "bad-policy", "p"),
            ("v=DMARC1; p=none; sp=", "bad-policy", "sp"),
            ("v=DMARC1; p=none; np=x", "bad-policy", "np"),
            ("p=none; v=DMARC1", "version", "v"),
            ("v=dmarc1; p=none", "version", "v"),
            ("v=DMARC1 p=none", "version", "v"),
            ("v=DMARC1; p=none; pct=101", "bad-value", "pct"),
            ("v=DMARC1; p=none; pct=+1", "bad-value", "pct"),
            ("v=DMARC1; p=none; aspf=strict", "bad-value", "aspf"),
            ("v=DMARC1; p=none; fo=2", "bad-value", "fo"),
            ("v=DMARC1; p=none; ri=often", "bad-value", "ri"),
            ("v=DMARC1; p=none; rua=a@b.test", "bad-uri", "a@b.test"),
            ("v=DMARC1; p=none; rua=mailto:a@b.test!10x", "bad-uri", "mailto:a@b.test!10x"),
            ("v=DMARC1; p=none; ruf=mailto:b.test", "bad-uri", "mailto:b.test"),
            ("v=DMARC1; p=none; p=none", "twice", "p"),
            ("v=DMARC1;; p=none", "empty-tag", ""),
        ] {
            let error = text.parse::<Dmarc>().unwrap_err();
            assert_eq!((error.code(), error.part()), (code, part), "{text}");
        }
    }

    fn any_policy() -> impl Strategy<Value = Policy> {
        prop_oneof![Just(Policy::None), Just(Policy::Quarantine), Just(Policy::Reject)]
    }

    fn any_uri() -> impl Strategy<Value = Uri> {
        let limit = proptest::option::of("[0-9]{1,3}[kmgt]?");
        ("mailto:[a-z+]{1,8}@[a-z]{1,8}\\.test", limit).prop_map(|(address, limit)| Uri { address, limit })
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(v=DMARC1; )?([a-z]{1,5}=[\\PC]{0,20};? ?){0,5}") {
            let _ = text.parse::<Dmarc>();
        }

        #[test]
        fn policies_survive_being_written(
            policy in any_policy(),
            subdomains in proptest::option::of(any_policy()),
            nonexistent in proptest::option::of(any_policy()),
            percent in 0..=100_u8,
            rua in proptest::collection::vec(any_uri(), 0..3),
            ruf in proptest::collection::vec(any_uri(), 0..2),
            strict in any::<(bool, bool)>(),
            failures in proptest::collection::vec("[01ds]", 0..3),
            interval in any::<Option<u32>>(),
        ) {
            let dmarc = Dmarc {
                policy, is_in_order: true, subdomains, nonexistent, percent, rua, ruf,
                strict_dkim: strict.0, strict_spf: strict.1, failures, interval,
                others: vec![("psd".to_owned(), "n".to_owned())],
            };
            prop_assert_eq!(dmarc.to_string().parse::<Dmarc>(), Ok(dmarc));
        }
    }
}
