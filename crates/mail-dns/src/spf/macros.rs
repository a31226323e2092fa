//! Names in SPF records, in which macros may stand (RFC 7208, 7).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use kernel::dns::Name;

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

/// For whom a macro is resolved.
pub(super) struct Client<'a> {
    pub address: IpAddr,
    /// The name with which it greets.
    pub helo: &'a Name,
    /// The domain in the sender's address.
    pub sender: &'a Name,
}

impl Spec {
    /// Its parts.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// The name it stands for, or none where that is no name.
    pub(super) fn resolve(&self, domain: &Name, client: &Client<'_>) -> Option<Name> {
        let text: String = self.0.iter().map(|part| part.resolve(domain, client)).collect();
        // A name that came out too long loses labels from the left (RFC 7208, 7.3).
        let mut rest = text.as_str();
        while rest.len() > 253 {
            rest = rest.split_once('.')?.1;
        }
        rest.parse().ok()
    }

    /// True where a name can end like this: below a top domain, or with a macro.
    pub(super) fn is_complete(&self) -> bool {
        match self.0.last() {
            Some(Part::Macro(_)) => true,
            Some(Part::Literal(text)) => {
                let text = text.strip_suffix('.').unwrap_or(text);
                let top = text.rsplit_once('.').map(|(_, top)| top);
                top.is_some_and(is_top)
            }
            _ => false,
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
    fn resolve(&self, domain: &Name, client: &Client<'_>) -> String {
        match self {
            Self::Literal(text) => text.clone(),
            Self::Macro(one) => one.resolve(domain, client),
            Self::Percent => "%".to_owned(),
            Self::Space => " ".to_owned(),
            Self::UrlSpace => "%20".to_owned(),
        }
    }
}

impl Macro {
    fn resolve(&self, domain: &Name, client: &Client<'_>) -> String {
        let value = match self.letter.to_ascii_lowercase() {
            's' => format!("postmaster@{}", client.sender),
            'l' => "postmaster".to_owned(),
            'o' => client.sender.to_string(),
            'd' => domain.to_string(),
            'i' => dotted(client.address),
            'v' => if client.address.is_ipv4() { "in-addr" } else { "ip6" }.to_owned(),
            'h' => client.helo.to_string(),
            // The name by address: RFC 7208, 5.5 says not to rely on it, and there is none here.
            _ => "unknown".to_owned(),
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
        labels[labels.len() - kept..].join(".")
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
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if first != '%' {
                let end = rest.find('%').unwrap_or(rest.len());
                let (literal, after) = rest.split_at(end);
                if !literal.bytes().all(|byte| byte.is_ascii_graphic()) {
                    return Err(BadSpec);
                }
                parts.push(Part::Literal(literal.to_owned()));
                rest = after;
                continue;
            }
            let (part, after) = escape(&rest[1..])?;
            parts.push(part);
            rest = after;
        }
        if parts.is_empty() { Err(BadSpec) } else { Ok(Self(parts)) }
    }
}

/// What follows a percent sign.
fn escape(text: &str) -> Result<(Part, &str), BadSpec> {
    if let Some(inner) = text.strip_prefix('{') {
        let (inner, after) = inner.split_once('}').ok_or(BadSpec)?;
        return Ok((Part::Macro(read_macro(inner)?), after));
    }
    let single = [('%', Part::Percent), ('_', Part::Space), ('-', Part::UrlSpace)];
    let found = single.into_iter().find_map(|(letter, part)| Some((part, text.strip_prefix(letter)?)));
    found.ok_or(BadSpec)
}

fn read_macro(text: &str) -> Result<Macro, BadSpec> {
    let letter = text.chars().next().ok_or(BadSpec)?;
    // The letters c, r and t are for explanations alone.
    if !"slodiphv".contains(letter.to_ascii_lowercase()) {
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
