//! Slugs and display names.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A lower-case DNS-label-like name: 2 to 40 of `a-z 0-9 -`, begins with a letter, ends with a letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

/// Why a text is no slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("use 2 to 40 lower-case letters, digits and single hyphens, beginning with a letter")]
pub struct BadSlug;

impl Slug {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A slug proposed for a display name: letters folded to ASCII, everything else a hyphen.
    pub fn propose(name: &str) -> Option<Self> {
        let mut slug = String::new();
        for letter in name.chars().flat_map(char::to_lowercase) {
            let folded = fold(letter);
            if folded.is_empty() {
                if !slug.is_empty() && !slug.ends_with('-') {
                    slug.push('-');
                }
            } else {
                slug.push_str(folded.as_str());
            }
        }
        slug.truncate(40);
        slug.trim_matches('-').parse().ok()
    }
}

fn fold(letter: char) -> String {
    match letter {
        'a'..='z' | '0'..='9' => letter.to_string(),
        'æ' | 'ä' => "ae".into(),
        'ø' | 'ö' | 'œ' => "oe".into(),
        'å' => "aa".into(),
        'ü' => "ue".into(),
        'ß' => "ss".into(),
        'é' | 'è' | 'ê' | 'ë' => "e".into(),
        'á' | 'à' | 'â' | 'ã' => "a".into(),
        'í' | 'ì' | 'î' | 'ï' => "i".into(),
        'ó' | 'ò' | 'ô' | 'õ' => "o".into(),
        'ú' | 'ù' | 'û' => "u".into(),
        'ñ' => "n".into(),
        'ç' => "c".into(),
        _ => String::new(),
    }
}

impl FromStr for Slug {
    type Err = BadSlug;

    fn from_str(text: &str) -> Result<Self, BadSlug> {
        let long_enough = (2..=40).contains(&text.len());
        let letters = text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        let begins = text.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
        if long_enough && letters && begins && !text.ends_with('-') && !text.contains("--") {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadSlug)
        }
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Slug {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Why a text is no display name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// Nothing but blanks.
    #[error("must not be empty")]
    Empty,
    /// Over the limit.
    #[error("must be at most {0} characters")]
    TooLong(usize),
    /// A control or direction-changing character, which could make a name look like another.
    #[error("must not contain control or direction-changing characters")]
    Control,
}

/// Checks a name that people read: trimmed, 1 to `most` characters, any script, emoji too.
pub fn display_name(text: &str, most: usize) -> Result<String, BadName> {
    let name = text.trim();
    if name.is_empty() {
        return Err(BadName::Empty);
    }
    if name.chars().count() > most {
        return Err(BadName::TooLong(most));
    }
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
    };
    if name.chars().any(hidden) { Err(BadName::Control) } else { Ok(name.to_owned()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slugs_are_like_dns_labels() {
        for good in ["acme", "a1", "nordlys-as", "x-1-y"] {
            assert!(good.parse::<Slug>().is_ok(), "{good}");
        }
        for bad in ["", "a", "Acme", "-a1", "a1-", "a--b", "1ab", "æble", "a b", &"a".repeat(41)] {
            assert!(bad.parse::<Slug>().is_err(), "{bad}");
        }
    }

    #[test]
    fn danish_names_get_readable_slugs() {
        assert_eq!(Slug::propose("Ærø Bogføring ApS").unwrap().as_str(), "aeroe-bogfoering-aps");
        assert_eq!(Slug::propose("Nordlys A/S").unwrap().as_str(), "nordlys-a-s");
        assert_eq!(Slug::propose("🚀"), None);
    }

    #[test]
    fn names_keep_every_script_and_lose_only_hidden_characters() {
        assert_eq!(display_name("  Kaffe ☕ Ærø ", 80).unwrap(), "Kaffe ☕ Ærø");
        assert_eq!(display_name("a\u{202e}b", 80), Err(BadName::Control));
        assert_eq!(display_name(" ", 80), Err(BadName::Empty));
        assert_eq!(display_name("abc", 2), Err(BadName::TooLong(2)));
    }

    proptest! {
        #[test]
        fn a_proposed_slug_is_always_a_slug(name in "\\PC{0,60}") {
            if let Some(slug) = Slug::propose(&name) {
                prop_assert_eq!(slug.as_str().parse::<Slug>().unwrap(), slug);
            }
        }
    }
}
