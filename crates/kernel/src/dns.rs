//! Questions to the DNS and what servers answer (RFC 1035, RFC 2308, RFC 8020), free of any wire format.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::{DomainName, Explain};

/// The name of a node in the DNS: lower case, without a final dot, underscores allowed. `.` is the root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

/// The text is no name of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Explain)]
#[explain("input-dns-name")]
pub struct BadName;

/// Bytes of the longest name, written with dots (RFC 1035, 2.3.4).
const MOST_NAME: usize = 253;
/// Bytes of the longest label.
const MOST_LABEL: usize = 63;

impl Name {
    /// The root, also the target of "there is none" in MX and SRV (RFC 7505, RFC 2782).
    pub fn root() -> Self {
        Self(".".to_owned())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True for the root.
    pub fn is_root(&self) -> bool {
        self.0 == "."
    }

    /// The name one level up; none of the root.
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        Some(self.0.split_once('.').map_or_else(Self::root, |(_, rest)| Self(rest.to_owned())))
    }

    /// The name below this one.
    pub fn child(&self, label: &str) -> Result<Self, BadName> {
        if self.is_root() { label.parse() } else { format!("{label}.{}", self.0).parse() }
    }

    /// A name whose labels may hold spaces, as macros of SPF make them (RFC 7208, 7.2). Nobody types such a name.
    pub fn with_spaces(text: &str) -> Result<Self, BadName> {
        // A space is as long as what stands for it here, so limits hold for the name itself.
        text.replace(' ', "_").parse::<Self>()?;
        Ok(Self(text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase()))
    }

    /// True for `other` itself and all below it.
    pub fn is_within(&self, other: &Self) -> bool {
        let below = |rest: &str| rest.is_empty() || rest.ends_with('.');
        other.is_root() || self.0.strip_suffix(&other.0).is_some_and(below)
    }

    /// Its labels, the most special first.
    pub fn labels(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('.').filter(|label| !label.is_empty())
    }
}

impl FromStr for Name {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        if text == "." {
            return Ok(Self::root());
        }
        let text = text.strip_suffix('.').unwrap_or(text);
        let visible = |label: &str| label.bytes().all(|byte| byte.is_ascii_graphic());
        let is_label = |label: &str| (1..=MOST_LABEL).contains(&label.len()) && visible(label);
        if text.len() > MOST_NAME || !text.split('.').all(is_label) {
            return Err(BadName);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

impl From<&DomainName> for Name {
    fn from(domain: &DomainName) -> Self {
        Self(domain.ascii().to_owned())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The types of records that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordType {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// Who may issue certificates (RFC 8659).
    Caa,
    /// Another name for a name.
    Cname,
    /// A mail exchanger.
    Mx,
    /// A name server.
    Ns,
    /// A name for an address.
    Ptr,
    /// The start of a zone.
    Soa,
    /// A service (RFC 2782).
    Srv,
    /// A certificate of a service (RFC 6698).
    Tlsa,
    /// Text.
    Txt,
}

impl RecordType {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::A,
        Self::Aaaa,
        Self::Caa,
        Self::Cname,
        Self::Mx,
        Self::Ns,
        Self::Ptr,
        Self::Soa,
        Self::Srv,
        Self::Tlsa,
        Self::Txt,
    ];

    /// As in a zone file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Caa => "CAA",
            Self::Cname => "CNAME",
            Self::Mx => "MX",
            Self::Ns => "NS",
            Self::Ptr => "PTR",
            Self::Soa => "SOA",
            Self::Srv => "SRV",
            Self::Tlsa => "TLSA",
            Self::Txt => "TXT",
        }
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Question {
    /// Of which name.
    pub name: Name,
    /// For which records.
    pub kind: RecordType,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Data {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// An IPv6 address.
    Aaaa(Ipv6Addr),
    /// Who may issue certificates.
    Caa {
        /// Its flags; 128 is "critical".
        flags: u8,
        /// `issue`, say.
        tag: String,
        /// What the tag is set to.
        value: String,
    },
    /// Another name.
    Cname(Name),
    /// A mail exchanger.
    Mx {
        /// The lower, the earlier it is tried.
        preference: u16,
        /// The host; the root says that no mail is taken (RFC 7505).
        exchange: Name,
    },
    /// A name server.
    Ns(Name),
    /// A name for an address.
    Ptr(Name),
    /// The start of a zone.
    Soa {
        /// The first name server.
        primary: Name,
        /// Counts the versions of the zone.
        serial: u32,
        /// For how many seconds "there is none" may be kept (RFC 2308).
        minimum: u32,
    },
    /// A service.
    Srv {
        /// The lower, the earlier it is tried.
        priority: u16,
        /// The share among equals.
        weight: u16,
        /// The port.
        port: u16,
        /// The host; the root says that the service is not offered.
        target: Name,
    },
    /// A certificate of a service.
    Tlsa {
        /// Certificate usage.
        usage: u8,
        /// Selector.
        selector: u8,
        /// Matching type.
        matching: u8,
        /// The association.
        data: Vec<u8>,
    },
    /// Text, in the strings in which it came.
    Txt(Vec<Vec<u8>>),
}

impl Data {
    /// The type of the record.
    pub fn kind(&self) -> RecordType {
        match self {
            Self::A(_) => RecordType::A,
            Self::Aaaa(_) => RecordType::Aaaa,
            Self::Caa { .. } => RecordType::Caa,
            Self::Cname(_) => RecordType::Cname,
            Self::Mx { .. } => RecordType::Mx,
            Self::Ns(_) => RecordType::Ns,
            Self::Ptr(_) => RecordType::Ptr,
            Self::Soa { .. } => RecordType::Soa,
            Self::Srv { .. } => RecordType::Srv,
            Self::Tlsa { .. } => RecordType::Tlsa,
            Self::Txt(_) => RecordType::Txt,
        }
    }
}

/// What is to become of the records of one name and type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The name.
    pub name: Name,
    /// The type.
    pub kind: RecordType,
    /// All that was there when it was looked.
    pub before: Vec<Data>,
    /// What of it goes.
    pub remove: Vec<Data>,
    /// What comes.
    pub add: Vec<Record>,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Record {
    /// Whose it is.
    pub name: Name,
    /// For how many seconds it may be kept.
    pub ttl: u32,
    /// What it says.
    pub data: Data,
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The records of the type that was asked for, in the order in which they came, and the aliases (CNAME) that led
    /// to them. The question's name is the first alias where there are any.
    Records {
        /// The aliases that were followed.
        aliases: Vec<Record>,
        /// The records, never none.
        records: Vec<Record>,
    },
    /// The name, or what it is an alias for, is there and has no such record.
    NoData {
        /// The aliases that were followed.
        aliases: Vec<Record>,
    },
    /// The name, or what it is an alias for, is not there, and neither is anything below it (RFC 8020).
    NoName {
        /// The aliases that were followed.
        aliases: Vec<Record>,
    },
    /// The server said nothing that can be used. Never to be taken for "there is none".
    Failed(Failure),
}

/// Why there is no usable answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Failure {
    /// Nothing came in time.
    TimedOut,
    /// The server can't be reached: its address is not known, or the connection is refused.
    Unreachable,
    /// SERVFAIL: its own look-up failed, DNSSEC included.
    ServerFailed,
    /// REFUSED or NOTAUTH: it does not answer for this name.
    Refused,
    /// It is named as responsible for the zone and does not know it ("lame").
    Lame,
    /// What came is no DNS message, or another error of the server.
    Malformed,
    /// Aliases lead in a circle, or over too many steps.
    AliasLoop,
}

impl Failure {
    /// A short stable word for it.
    pub fn code(self) -> &'static str {
        match self {
            Self::TimedOut => "timed-out",
            Self::Unreachable => "unreachable",
            Self::ServerFailed => "server-failed",
            Self::Refused => "refused",
            Self::Lame => "lame",
            Self::Malformed => "malformed",
            Self::AliasLoop => "alias-loop",
        }
    }
}

/// Who answered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Server {
    /// A resolver, by what people call it: `1.1.1.1`, say.
    Resolver(String),
    /// A server that is responsible for the zone, by its name.
    Authority(Name),
}

/// What all that were asked answered to one question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answers(pub Vec<(Server, Answer)>);

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    #[test]
    fn names_are_lower_case_and_have_no_final_dot() {
        assert_eq!(name("_DMARC.Acme.test.").as_str(), "_dmarc.acme.test");
        assert_eq!(name("."), Name::root());
        for bad in ["", "a..b", "a b.test", &"x".repeat(64), &["abcdefg"; 40].join("."), "ærø.test"] {
            assert_eq!(bad.parse::<Name>(), Err(BadName), "{bad}");
        }
    }

    #[test]
    fn a_name_has_spaces_only_where_that_is_asked_for() {
        let name = |text: &str| Name::with_spaces(text).map(|name| name.as_str().to_owned());
        assert_eq!(name("Mac ro.Acme.test."), Ok("mac ro.acme.test".to_owned()));
        assert_eq!(name("a..b"), Err(BadName));
        assert_eq!(name(&format!("{}.test", "x ".repeat(32))), Err(BadName));
    }

    #[test]
    fn names_know_what_is_above_and_below_them() {
        let acme = name("acme.test");
        assert_eq!(name("test").parent(), Some(Name::root()));
        assert_eq!(Name::root().parent(), None);
        assert_eq!(acme.child("_dmarc").unwrap().parent(), Some(acme.clone()));
        assert!(name("mail.acme.test").is_within(&acme) && acme.is_within(&acme));
        assert!(!name("notacme.test").is_within(&acme) && acme.is_within(&Name::root()));
        assert_eq!(Name::root().labels().count(), 0);
    }
}
