//! Names in SPF records, in which macros may stand (RFC 7208, 7).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use kernel::dns::Name;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::client::Client;

/// A name, maybe with macros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec(Vec<Part>);

/// A part of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// As it stands.
    Literal(String),
    /// `%{...}`.
    Macro(Macro),
    /// `%%`: a percent sign.
    Percent,
    /// `%_`: a space.
    Space,
    /// `%-`: a space as in an address of a page.
    UrlSpace,
}

/// A macro: `%{d2r-}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Macro {
    /// What it stands for, as written; a capital letter asks for what is safe in an address of a page.
    pub letter: char,
    /// How many labels, counted from the right.
    pub digits: Option<u8>,
    /// The labels are turned round.
    pub is_reversed: bool,
    /// What parts labels, where it is not a dot.
    pub delimiters: String,
}

/// For what a macro is resolved.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub client: &'a Client,
    /// The domain whose record is read.
    pub domain: &'a Name,
    /// The client's name by its address, as far as that holds.
    pub validated: &'a str,
}

/// The letters of macros in names; explanations have three more (RFC 7208, 7.2).
const IN_NAMES: &str = "slodiphv";
const IN_TEXTS: &str = "slodiphvcrt";
/// What an address of a page may hold as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Spec {
    /// Its parts.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// The name it stands for, or none where that is no name.
    pub(super) fn resolve(&self, scope: Scope<'_>) -> Option<Name> {
        let text = self.text(scope);
        // A name that came out too long loses labels from the left (RFC 7208, 7.3).
        let mut rest = text.as_str();
        while rest.strip_suffix('.').unwrap_or(rest).len() > 253 {
            rest = rest.split_once('.')?.1;
        }
        Name::with_spaces(rest).ok()
    }

    /// The text it stands for.
    pub(super) fn text(&self, scope: Scope<'_>) -> String {
        self.0.iter().map(|part| part.resolve(scope)).collect()
    }

    /// True where the name depends on that of the client's address.
    pub(super) fn needs_validated(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Macro(one) if one.letter.eq_ignore_ascii_case(&'p')))
    }

    /// An explanation: words, and more macros than names have (RFC 7208, 6.2).
    pub(super) fn explanation(text: &str) -> Result<Self, BadSpec> {
        read(text, IN_TEXTS, " ")
    }

    /// What a modifier may be set to that nobody knows: anything in which macros are macros, nothing included.
    pub(super) fn is_macro_string(text: &str) -> bool {
        text.is_empty() || read(text, IN_TEXTS, "").is_ok()
    }

    /// True where a name can end like this: below a top domain, or with a macro.
    pub(super) fn is_complete(&self) -> bool {
        match self.0.last() {
            Some(Part::Literal(text)) => {
                let text = text.strip_suffix('.').unwrap_or(text);
                let top = text.rsplit_once('.').map(|(_, top)| top);
                top.is_some_and(is_top)
            }
            Some(_) => true,
            None => false,
        }
    }
}

/// A top domain has a letter, and no hyphen at an end.
fn is_top(label: &str) -> bool {
    let all = |test: fn(u8) -> bool| label.bytes().all(test);
    !label.is_empty()
        && all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !all(|byte| byte.is_ascii_digit())
        && !label.starts_with('-')
        && !label.ends_with('-')
}

impl Part {
    fn resolve(&self, scope: Scope<'_>) -> String {
        match self {
            Self::Literal(text) => text.clone(),
            Self::Macro(one) => one.resolve(scope),
            Self::Percent => "%".to_owned(),
            Self::Space => " ".to_owned(),
            Self::UrlSpace => "%20".to_owned(),
        }
    }
}

impl Macro {
    fn resolve(&self, Scope { client, domain, validated }: Scope<'_>) -> String {
        let value = match self.letter.to_ascii_lowercase() {
            's' => format!("{}@{}", client.local, client.domain),
            'l' => client.local.clone(),
            'o' => client.domain.clone(),
            'd' => domain.to_string(),
            'i' => dotted(client.address),
            'v' => if client.address.is_ipv4() { "in-addr" } else { "ip6" }.to_owned(),
            'h' => client.helo.clone(),
            'c' => client.address.to_string(),
            'r' => client.receiver.clone(),
            't' => client.seconds.to_string(),
            _ => validated.to_owned(),
        };
        let is_delimiter = |letter: char| match self.delimiters.as_str() {
            "" => letter == '.',
            delimiters => delimiters.contains(letter),
        };
        let mut labels: Vec<&str> = value.split(is_delimiter).collect();
        if self.is_reversed {
            labels.reverse();
        }
        let kept = self.digits.map_or(labels.len(), |digits| usize::from(digits).min(labels.len()));
        let kept = labels[labels.len() - kept..].join(".");
        if self.letter.is_ascii_uppercase() { utf8_percent_encode(&kept, ESCAPED).to_string() } else { kept }
    }
}

/// An address as macros have it: IPv6 in single digits.
fn dotted(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let digits = format!("{:032x}", u128::from(address));
            let digits: Vec<String> = digits.chars().map(String::from).collect();
            digits.join(".")
        }
    }
}

/// The text has a macro that there is not, or a character that may not be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadSpec;

impl FromStr for Spec {
    type Err = BadSpec;

    fn from_str(text: &str) -> Result<Self, BadSpec> {
        read(text, IN_NAMES, "")
    }
}

fn read(text: &str, letters: &str, spaces: &str) -> Result<Spec, BadSpec> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first != '%' {
            let end = rest.find('%').unwrap_or(rest.len());
            let (literal, after) = rest.split_at(end);
            if !literal.chars().all(|letter| letter.is_ascii_graphic() || spaces.contains(letter)) {
                return Err(BadSpec);
            }
            parts.push(Part::Literal(literal.to_owned()));
            rest = after;
            continue;
        }
        let (part, after) = escape(&rest[1..], letters)?;
        parts.push(part);
        rest = after;
    }
    if parts.is_empty() { Err(BadSpec) } else { Ok(Spec(parts)) }
}

/// What follows a percent sign.
fn escape<'t>(text: &'t str, letters: &str) -> Result<(Part, &'t str), BadSpec> {
    if let Some(inner) = text.strip_prefix('{') {
        let (inner, after) = inner.split_once('}').ok_or(BadSpec)?;
        return Ok((Part::Macro(read_macro(inner, letters)?), after));
    }
    let single = [('%', Part::Percent), ('_', Part::Space), ('-', Part::UrlSpace)];
    let found = single.into_iter().find_map(|(letter, part)| Some((part, text.strip_prefix(letter)?)));
    found.ok_or(BadSpec)
}

fn read_macro(text: &str, letters: &str) -> Result<Macro, BadSpec> {
    let letter = text.chars().next().ok_or(BadSpec)?;
    if !letters.contains(letter.to_ascii_lowercase()) {
        return Err(BadSpec);
    }
    let rest = &text[1..];
    let after = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let digits = match &rest[..rest.len() - after.len()] {
        "" => None,
        digits => Some(digits.parse::<u32>().map_err(|_| BadSpec)?),
    };
    // More labels than a name can have are all labels.
    let digits = digits.map(|digits| u8::try_from(digits).unwrap_or(u8::MAX));
    let delimiters = after.strip_prefix(['r', 'R']);
    let is_reversed = delimiters.is_some();
    let delimiters = delimiters.unwrap_or(after);
    if digits == Some(0) || !delimiters.chars().all(|letter| ".-+,/_=".contains(letter)) {
        return Err(BadSpec);
    }
    Ok(Macro { letter, digits, is_reversed, delimiters: delimiters.to_owned() })
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Literal(text) => f.write_str(text),
            Part::Macro(one) => write!(f, "{one}"),
            Part::Percent => f.write_str("%%"),
            Part::Space => f.write_str("%_"),
            Part::UrlSpace => f.write_str("%-"),
        })
    }
}

impl fmt::Display for Macro {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits.map(|digits| digits.to_string()).unwrap_or_default();
        let turned = if self.is_reversed { "r" } else { "" };
        write!(f, "%{{{}{digits}{turned}{}}}", self.letter, self.delimiters)
    }
}
