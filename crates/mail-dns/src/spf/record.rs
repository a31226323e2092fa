//! An SPF record as it is written (RFC 7208, 4.5 to 6).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use super::addresses::{Range, network as network_of};
use super::macros::Spec;

/// A record: its terms in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spf {
    /// What follows `v=spf1`.
    pub terms: Vec<Term>,
}

/// One term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A mechanism and what it makes of those that it fits.
    Directive(Qualifier, Mechanism),
    /// `redirect=`: where to go on if nothing fits.
    Redirect(Spec),
    /// `exp=`: where the sentence for those who are refused is.
    Explanation(Spec),
    /// Another modifier, which is passed over, though its macros must be macros.
    Other(String, String),
}

/// What is made of a sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Qualifier {
    /// `+`: may send.
    Pass,
    /// `-`: may not.
    Fail,
    /// `~`: probably may not.
    SoftFail,
    /// `?`: nothing is said.
    Neutral,
}

/// Whom a directive fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mechanism {
    /// Everybody.
    All,
    /// Whoever passes another domain's record.
    Include(Spec),
    /// The addresses of a name, or of the domain.
    A(Option<Spec>, Cidr),
    /// The addresses of the mail exchangers of a name, or of the domain.
    Mx(Option<Spec>, Cidr),
    /// Whoever has a name within a domain, by a look-up that RFC 7208, 5.5 advises against.
    Ptr(Option<Spec>),
    /// A network.
    Ip4(Ipv4Addr, u8),
    /// A network.
    Ip6(Ipv6Addr, u8),
    /// Everybody, if the name has an address.
    Exists(Spec),
}

/// How many leading bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    /// Of IPv4 addresses.
    pub v4: u8,
    /// Of IPv6 addresses.
    pub v6: u8,
}

/// What is wrong with a record. Any of these makes receivers take the whole record for broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It does not begin with `v=spf1`.
    #[error("the record must begin with v=spf1 and a space")]
    Version,
    /// There is a character beyond ASCII, or none that is visible.
    #[error("“{0}” has a character that isn't allowed")]
    Character(String),
    /// A mechanism that there is not.
    #[error("“{0}” isn't an SPF mechanism")]
    Unknown(String),
    /// A mechanism that needs a name has none, or the other way round.
    #[error("“{0}” needs another argument, or none")]
    Argument(String),
    /// What should be an address is none.
    #[error("“{0}” has no valid address or network")]
    Address(String),
    /// What should be a domain is none.
    #[error("“{0}” has no valid domain")]
    Domain(String),
    /// A modifier that may be there once is there twice.
    #[error("{0} appears twice")]
    Twice(&'static str),
}

impl Error {
    /// A short stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Character(_) => "character",
            Self::Unknown(_) => "unknown-mechanism",
            Self::Argument(_) => "argument",
            Self::Address(_) => "address",
            Self::Domain(_) => "domain",
            Self::Twice(_) => "twice",
        }
    }

    /// The part of the record that is meant.
    pub fn part(&self) -> &str {
        match self {
            Self::Version => "v=spf1",
            Self::Character(term)
            | Self::Unknown(term)
            | Self::Argument(term)
            | Self::Address(term)
            | Self::Domain(term) => term,
            Self::Twice(name) => name,
        }
    }
}

/// True for what receivers take for an SPF record (RFC 7208, 4.5).
pub fn is_spf(text: &str) -> bool {
    let start = text.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("v=spf1"));
    start && (text.len() == 6 || text[6..].starts_with(' '))
}

impl FromStr for Spf {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if !is_spf(text) {
            return Err(Error::Version);
        }
        let words = text[6..].split(' ').filter(|word| !word.is_empty());
        let terms = words.map(term).collect::<Result<Vec<_>, _>>()?;
        let count = |test: fn(&Term) -> bool| terms.iter().filter(|term| test(term)).count();
        if count(|term| matches!(term, Term::Redirect(_))) > 1 {
            return Err(Error::Twice("redirect"));
        }
        if count(|term| matches!(term, Term::Explanation(_))) > 1 {
            return Err(Error::Twice("exp"));
        }
        Ok(Self { terms })
    }
}

fn term(word: &str) -> Result<Term, Error> {
    if !word.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::Character(word.to_owned()));
    }
    let end = word.find([':', '/', '=']).unwrap_or(word.len());
    if let (name, Some(value)) = (&word[..end], word[end..].strip_prefix('=')) {
        return modifier(word, name, value);
    }
    let qualifier = word.chars().next().and_then(Qualifier::read);
    let rest = if qualifier.is_some() { &word[1..] } else { word };
    Ok(Term::Directive(qualifier.unwrap_or(Qualifier::Pass), mechanism(word, rest)?))
}

fn modifier(word: &str, name: &str, value: &str) -> Result<Term, Error> {
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic());
    if !starts_well || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        return Err(Error::Unknown(word.to_owned()));
    }
    match name.to_ascii_lowercase().as_str() {
        "redirect" => Ok(Term::Redirect(domain(word, value)?)),
        "exp" => domain(word, value).map(Term::Explanation),
        _ if !Spec::is_macro_string(value) => Err(Error::Argument(word.to_owned())),
        _ => Ok(Term::Other(name.to_owned(), value.to_owned())),
    }
}

fn mechanism(word: &str, text: &str) -> Result<Mechanism, Error> {
    let end = text.find([':', '/']).unwrap_or(text.len());
    let (name, argument) = text.split_at(end);
    let wrong = || Error::Argument(word.to_owned());
    let needed = || argument.strip_prefix(':').ok_or_else(wrong);
    match name.to_ascii_lowercase().as_str() {
        "all" if argument.is_empty() => Ok(Mechanism::All),
        "all" => Err(wrong()),
        "include" => Ok(Mechanism::Include(domain(word, needed()?)?)),
        "exists" => Ok(Mechanism::Exists(domain(word, needed()?)?)),
        "ptr" if argument.is_empty() => Ok(Mechanism::Ptr(None)),
        "ptr" => Ok(Mechanism::Ptr(Some(domain(word, needed()?)?))),
        "a" => named(word, argument).map(|(spec, cidr)| Mechanism::A(spec, cidr)),
        "mx" => named(word, argument).map(|(spec, cidr)| Mechanism::Mx(spec, cidr)),
        "ip4" => network(word, needed()?, 32).map(|(address, bits)| Mechanism::Ip4(address, bits)),
        "ip6" => network(word, needed()?, 128).map(|(address, bits)| Mechanism::Ip6(address, bits)),
        _ => Err(Error::Unknown(word.to_owned())),
    }
}

fn domain(word: &str, text: &str) -> Result<Spec, Error> {
    let spec = text.parse::<Spec>().ok().filter(Spec::is_complete);
    spec.ok_or_else(|| Error::Domain(word.to_owned()))
}

fn network<T: FromStr>(word: &str, text: &str, most: u8) -> Result<(T, u8), Error> {
    let wrong = || Error::Address(word.to_owned());
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, length(bits, most).ok_or_else(wrong)?),
        None => (text, most),
    };
    Ok((address.parse().map_err(|_| wrong())?, bits))
}

/// `:name/24//64`, each part of which may be missing.
fn named(word: &str, argument: &str) -> Result<(Option<Spec>, Cidr), Error> {
    // A slash may stand within a macro, so lengths are looked for from the end.
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let wrong = || Error::Address(word.to_owned());
    let mut cidr = Cidr::default();
    let mut rest = argument;
    if let Some((before, bits)) = rest.rsplit_once("//").filter(|(_, bits)| digits(bits)) {
        cidr.v6 = length(bits, 128).ok_or_else(wrong)?;
        rest = before;
    }
    if let Some((before, bits)) = rest.rsplit_once('/').filter(|(_, bits)| digits(bits)) {
        cidr.v4 = length(bits, 32).ok_or_else(wrong)?;
        rest = before;
    }
    match rest.strip_prefix(':') {
        Some(text) => Ok((Some(domain(word, text)?), cidr)),
        None if rest.is_empty() => Ok((None, cidr)),
        None => Err(Error::Argument(word.to_owned())),
    }
}

/// A length without leading zeros.
fn length(bits: &str, most: u8) -> Option<u8> {
    let is_number = bits.bytes().all(|byte| byte.is_ascii_digit()) && (bits == "0" || !bits.starts_with('0'));
    bits.parse().ok().filter(|bits| is_number && *bits <= most)
}

impl Qualifier {
    fn read(letter: char) -> Option<Self> {
        match letter {
            '+' => Some(Self::Pass),
            '-' => Some(Self::Fail),
            '~' => Some(Self::SoftFail),
            '?' => Some(Self::Neutral),
            _ => None,
        }
    }
}

impl Default for Cidr {
    fn default() -> Self {
        Self { v4: 32, v6: 128 }
    }
}

impl Cidr {
    /// The network of an address.
    pub(super) fn network(self, address: IpAddr) -> Range {
        network_of(address, if address.is_ipv4() { self.v4 } else { self.v6 })
    }
}

impl fmt::Display for Qualifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "",
            Self::Fail => "-",
            Self::SoftFail => "~",
            Self::Neutral => "?",
        })
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.v4 < 32 {
            write!(f, "/{}", self.v4)?;
        }
        if self.v6 < 128 {
            write!(f, "//{}", self.v6)?;
        }
        Ok(())
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, spec) = match self {
            Self::All => ("all", None),
            Self::Include(spec) => ("include", Some(spec)),
            Self::Exists(spec) => ("exists", Some(spec)),
            Self::A(spec, _) => ("a", spec.as_ref()),
            Self::Mx(spec, _) => ("mx", spec.as_ref()),
            Self::Ptr(spec) => ("ptr", spec.as_ref()),
            Self::Ip4(address, 32) => return write!(f, "ip4:{address}"),
            Self::Ip4(address, bits) => return write!(f, "ip4:{address}/{bits}"),
            Self::Ip6(address, 128) => return write!(f, "ip6:{address}"),
            Self::Ip6(address, bits) => return write!(f, "ip6:{address}/{bits}"),
        };
        f.write_str(name)?;
        if let Some(spec) = spec {
            write!(f, ":{spec}")?;
        }
        match self {
            Self::A(_, cidr) | Self::Mx(_, cidr) => write!(f, "{cidr}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Spf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("v=spf1")?;
        self.terms.iter().try_for_each(|term| match term {
            Term::Directive(qualifier, mechanism) => write!(f, " {qualifier}{mechanism}"),
            Term::Redirect(spec) => write!(f, " redirect={spec}"),
            Term::Explanation(spec) => write!(f, " exp={spec}"),
            Term::Other(name, value) => write!(f, " {name}={value}"),
        })
    }
}
