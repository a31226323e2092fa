//! DMARC policies in the DNS (RFC 9989, 4.7, and what receivers by RFC 7489, 6.3 make of them).

use std::fmt;
use std::str::FromStr;

use crate::tags::{self, Tags};

/// A policy record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a tag of the record by itself")]
pub struct Dmarc {
    /// `p=`; without a valid one but with reports, as `none` (RFC 7489, 6.6.3).
    pub policy: Policy,
    /// `p`, and `sp` and `np` where they are there, can be read.
    pub has_policy: bool,
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
    /// `t=y`: receivers apply the next milder policy.
    pub is_testing: bool,
    /// `psd=`: where the organization's own names begin.
    pub suffix: Option<Suffix>,
    /// Tags with values that receivers pass over, as they stand.
    pub ignored: Vec<String>,
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

/// What `psd=` says of the domain that has the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suffix {
    /// `y`: others register their domains below it.
    Public,
    /// `n`: it is an organization's own.
    Own,
    /// `u`: nothing is said.
    Unsaid,
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
}

impl Error {
    /// A short stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Tags(error) => error.code(),
            Self::Version => "version",
            Self::NoPolicy => "no-policy",
            Self::BadPolicy { .. } => "bad-policy",
        }
    }

    /// The part of the record that is meant.
    pub fn part(&self) -> &str {
        match self {
            Self::Tags(error) => error.part(),
            Self::Version => "v",
            Self::NoPolicy => "p",
            Self::BadPolicy { tag, .. } => tag,
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

const KNOWN: &[&str] = &["v", "p", "sp", "np", "pct", "rua", "ruf", "adkim", "aspf", "fo", "ri", "t", "psd"];

/// True for what receivers take for a record; they pass over all else (RFC 7489, 6.6.3).
pub fn is_record(text: &str) -> bool {
    tags::after_version(text, "DMARC1", true).is_some()
}

impl FromStr for Dmarc {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let tags = Tags::parse(text)?;
        if !is_record(text) {
            return Err(Error::Version);
        }
        let mut reader = Reader { tags: &tags, ignored: Vec::new() };
        let rua = reader.uris("rua");
        let policies = policies(&tags);
        // Who wants reports gets them, whatever is wrong with the policy.
        let has_policy = policies.is_ok();
        let (policy, subdomains, nonexistent) = match policies {
            Ok(policies) => policies,
            Err(_) if !rua.is_empty() => (Policy::None, None, None),
            Err(error) => return Err(error),
        };
        let percent = |text: &str| number(text).and_then(|n| u8::try_from(n).ok()).filter(|n| *n <= 100);
        Ok(Self {
            policy,
            has_policy,
            is_in_order: tags.position("p") == Some(1),
            subdomains,
            nonexistent,
            percent: reader.value("pct", percent).unwrap_or(100),
            rua,
            ruf: reader.uris("ruf"),
            strict_dkim: reader.value("adkim", |text| letter(text, 's', 'r')).unwrap_or(false),
            strict_spf: reader.value("aspf", |text| letter(text, 's', 'r')).unwrap_or(false),
            failures: reader.failures(),
            interval: reader.value("ri", number),
            is_testing: reader.value("t", |text| letter(text, 'y', 'n')).unwrap_or(false),
            suffix: reader.value("psd", suffix),
            ignored: reader.ignored,
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

impl Policy {
    /// What receivers apply in its place while it is tested (RFC 9989, 4.7).
    pub fn tested(self) -> Self {
        match self {
            Self::Reject => Self::Quarantine,
            Self::Quarantine | Self::None => Self::None,
        }
    }
}

/// Reads the tags other than policies. A value that can't be is as good as none, and is noted (RFC 9989, 4.7).
struct Reader<'t> {
    tags: &'t Tags<'t>,
    ignored: Vec<String>,
}

impl Reader<'_> {
    fn value<T>(&mut self, tag: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let value = self.tags.get(tag)?;
        let read = read(value);
        if read.is_none() {
            self.ignored.push(format!("{tag}={value}"));
        }
        read
    }

    fn uris(&mut self, tag: &str) -> Vec<Uri> {
        let uris = self.tags.get(tag).into_iter().flat_map(|value| value.split(','));
        let (good, bad): (Vec<_>, Vec<_>) =
            uris.map(|text| uri(text).ok_or(text)).partition(std::result::Result::is_ok);
        let bad = bad.into_iter().filter_map(std::result::Result::err);
        self.ignored.extend(bad.map(|text| format!("{tag}={}", text.trim_matches(tags::is_space))));
        good.into_iter().flatten().collect()
    }

    fn failures(&mut self) -> Vec<String> {
        let words = self.tags.get("fo").map(tags::words).unwrap_or_default();
        let (good, bad): (Vec<String>, Vec<String>) =
            words.into_iter().partition(|word| matches!(word.as_str(), "0" | "1" | "d" | "s"));
        self.ignored.extend(bad.into_iter().map(|word| format!("fo={word}")));
        good
    }
}

type Policies = (Policy, Option<Policy>, Option<Policy>);

fn policies(tags: &Tags<'_>) -> Result<Policies, Error> {
    let policy = policy("p", tags.get("p"))?.ok_or(Error::NoPolicy)?;
    Ok((policy, self::policy("sp", tags.get("sp"))?, self::policy("np", tags.get("np"))?))
}

impl FromStr for Policy {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::None, Self::Quarantine, Self::Reject];
        all.into_iter().find(|policy| policy.as_str().eq_ignore_ascii_case(text)).ok_or(())
    }
}

fn policy(tag: &'static str, value: Option<&str>) -> Result<Option<Policy>, Error> {
    let read = |value: &str| value.parse().map_err(|()| Error::BadPolicy { tag, value: value.to_owned() });
    value.map(read).transpose()
}

fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// One of two letters; true for the first.
fn letter(text: &str, yes: char, no: char) -> Option<bool> {
    let is = |letter: char| text.len() == 1 && text.starts_with([letter, letter.to_ascii_uppercase()]);
    if is(yes) { Some(true) } else { is(no).then_some(false) }
}

fn suffix(text: &str) -> Option<Suffix> {
    match text {
        "y" | "Y" => Some(Suffix::Public),
        "n" | "N" => Some(Suffix::Own),
        "u" | "U" => Some(Suffix::Unsaid),
        _ => None,
    }
}

fn uri(text: &str) -> Option<Uri> {
    let text = text.trim_matches(tags::is_space);
    let (address, limit) = match text.split_once('!') {
        Some((address, limit)) => (address, Some(limit)),
        None => (text, None),
    };
    let (scheme, rest) = address.split_once(':')?;
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
    let is_good = is_scheme && is_clean && is_limit && (is_address || !is_mail);
    is_good.then(|| Uri { address: address.to_owned(), limit: limit.map(str::to_owned) })
}

impl Suffix {
    fn as_str(self) -> &'static str {
        match self {
            Self::Public => "y",
            Self::Own => "n",
            Self::Unsaid => "u",
        }
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
            ("t", self.is_testing.then(|| "y".to_owned())),
            ("psd", self.suffix.map(|suffix| suffix.as_str().to_owned())),
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
            (" v=DMARC1; p=none", "version", "v"),
            ("v=DMARC1; rua=a@b.test", "no-policy", "p"),
            ("v=DMARC1; p=block; rua=a@b.test", "bad-policy", "p"),
            ("v=DMARC1; p=none; p=none", "twice", "p"),
            ("v=DMARC1;; p=none", "empty-tag", ""),
        ] {
            let error = text.parse::<Dmarc>().unwrap_err();
            assert_eq!((error.code(), error.part()), (code, part), "{text}");
        }
    }

    #[test]
    fn what_can_t_be_read_beside_the_policy_is_passed_over_and_noted() {
        for (rest, ignored) in [
            ("fo=2", "fo=2"),
            ("fo=1:x", "fo=x"),
            ("fo=", "fo="),
            ("pct=101", "pct=101"),
            ("pct=-1", "pct=-1"),
            ("pct=+1", "pct=+1"),
            ("pct=half", "pct=half"),
            ("ri=often", "ri=often"),
            ("aspf=strict", "aspf=strict"),
            ("adkim=", "adkim="),
            ("t=yes", "t=yes"),
            ("psd=x", "psd=x"),
            ("rua=a@b.test", "rua=a@b.test"),
            ("rua=mailto:a@b.test!10x", "rua=mailto:a@b.test!10x"),
            ("ruf=mailto:b.test", "ruf=mailto:b.test"),
            ("rua=mailto:a@b.test, b@b.test", "rua=b@b.test"),
        ] {
            let dmarc: Dmarc = format!("v=DMARC1; p=reject; {rest}").parse().unwrap();
            assert_eq!(
                (dmarc.policy, dmarc.percent, dmarc.is_testing),
                (Policy::Reject, 100, false),
                "{rest}"
            );
            assert_eq!(dmarc.ignored, [ignored], "{rest}");
        }
    }

    #[test]
    fn a_record_with_reports_and_without_a_valid_policy_acts_as_none() {
        for start in ["", "p=block; ", "p=; ", "p=reject; sp=some; ", "p=reject; np=; "] {
            let dmarc: Dmarc = format!("v=DMARC1; {start}rua=mailto:a@b.test").parse().unwrap();
            assert_eq!((dmarc.policy, dmarc.below(), dmarc.has_policy), (Policy::None, Policy::None, false));
        }
    }

    #[test]
    fn a_policy_in_test_is_the_next_milder_one() {
        let dmarc: Dmarc = "v = DMARC1; p=reject; t=y; psd=n".parse().unwrap();
        assert!(dmarc.is_testing && dmarc.suffix == Some(Suffix::Own));
        let tested = [Policy::Reject, Policy::Quarantine, Policy::None].map(Policy::tested);
        assert_eq!(tested, [Policy::Quarantine, Policy::None, Policy::None]);
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
                policy, has_policy: true, is_in_order: true, subdomains, nonexistent, percent, rua, ruf,
                strict_dkim: strict.0, strict_spf: strict.1, failures, interval,
                is_testing: strict.0 != strict.1, suffix: strict.0.then_some(Suffix::Unsaid), ignored: vec![],
                others: vec![("x".to_owned(), "n".to_owned())],
            };
            prop_assert_eq!(dmarc.to_string().parse::<Dmarc>(), Ok(dmarc));
        }
    }
}
