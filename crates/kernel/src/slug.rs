//! Slugs: names for addresses. Which words of the routes none may be stands here, and a test over the route table
//! finds what is missing.

use std::fmt;
use std::str::FromStr;

use deunicode::deunicode_char;
use icu_normalizer::ComposingNormalizerBorrowed;
use serde::{Serialize, Serializer};

use crate::Explain;

/// A lower-case DNS-label-like name: 2 to 40 of `a-z 0-9 -`, begins with a letter, ends with a letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

/// Why a text is no slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Explain)]
#[explain("input-slug")]
pub struct BadSlug;

/// Words that addresses of the product mean something else by, now or some day, and those that people take for it.
const RESERVED: &[&str] = &[
    "about",
    "access",
    "account",
    "accounts",
    "activity",
    "add",
    "admin",
    "admins",
    "all",
    "api",
    "app",
    "apps",
    "assets",
    "audit",
    "auth",
    "billing",
    "branding",
    "bulk",
    "callback",
    "check",
    "client",
    "components",
    "console",
    "create",
    "dashboard",
    "default",
    "delete",
    "docs",
    "domains",
    "drift",
    "edit",
    "events",
    "export",
    "favicon",
    "files",
    "flags",
    "groups",
    "health",
    "help",
    "home",
    "import",
    "imports",
    "incidents",
    "index",
    "infrastructure",
    "invitation",
    "invitations",
    "invoices",
    "jobs",
    "kept-forms",
    "launch",
    "live",
    "login",
    "logout",
    "mail",
    "me",
    "members",
    "metrics",
    "new",
    "none",
    "null",
    "ofrep",
    "openapi",
    "operator",
    "owner",
    "palette",
    "partner",
    "partners",
    "payouts",
    "plan",
    "plans",
    "platform",
    "portal",
    "prices",
    "profile",
    "public",
    "reports",
    "robots",
    "root",
    "search",
    "security",
    "settings",
    "setup",
    "shared",
    "sign-in",
    "sign-out",
    "sign-up",
    "signed-out",
    "staff-invitation",
    "start",
    "static",
    "status",
    "storage",
    "subscription",
    "subscriptions",
    "support",
    "system",
    "tenant",
    "tenants",
    "theme",
    "tickets",
    "undefined",
    "user",
    "users",
    "webhooks",
    "well-known",
    "workspace",
    "workspaces",
    "www",
];

impl Slug {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an address of the product means something else by it.
    pub fn is_reserved(&self) -> bool {
        RESERVED.contains(&self.as_str())
    }

    /// A slug proposed for a display name: letters of any script as those of ASCII, everything else a hyphen.
    pub fn propose(name: &str) -> Option<Self> {
        let mut slug = String::new();
        let name = ComposingNormalizerBorrowed::new_nfc().normalize(name);
        for letter in name.chars() {
            let folded = fold(letter);
            let plain =
                folded.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase());
            let before = slug.len();
            slug.extend(plain);
            // A sign that is a word by itself.
            if folded.ends_with(' ') {
                slug.push('-');
            }
            // What a letter leaves out is nothing; what is no letter stands between words.
            let is_between = before == slug.len() && !is_silent(letter);
            if is_between && !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        slug.truncate(40);
        slug.trim_matches('-').parse().ok()
    }
}

/// Part of a word without a sound of its own: an apostrophe, an accent, a soft sign.
fn is_silent(letter: char) -> bool {
    matches!(letter, '\'' | '’' | 'ʼ') || letter.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&letter)
}

fn fold(letter: char) -> &'static str {
    match letter {
        // As Danes, Norwegians and Germans write them where they have to.
        'æ' | 'ä' | 'Æ' | 'Ä' => "ae",
        'ø' | 'ö' | 'œ' | 'Ø' | 'Ö' | 'Œ' => "oe",
        'å' | 'Å' => "aa",
        'ü' | 'Ü' => "ue",
        letter if letter.is_alphanumeric() => deunicode_char(letter).unwrap_or_default(),
        _ => "",
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
    fn names_of_any_script_get_readable_slugs() {
        for (name, slug) in [
            ("Ærø Bogføring ApS", "aeroe-bogfoering-aps"),
            ("Nordlys A/S", "nordlys-a-s"),
            ("Łódź Škoda", "lodz-skoda"),
            ("Șiauliai", "siauliai"),
            ("Gyo\u{30b}r", "gyor"),
            ("Straße GROẞ", "strasse-gross"),
            ("Þórður Guðmundsson", "thordur-gudmundsson"),
            ("İstanbul Işık Çağrı", "istanbul-isik-cagri"),
            ("Αθήνα", "athena"),
            ("Москва", "moskva"),
            ("L’Œuvre d'Émile", "loeuvre-demile"),
            ("Đà Nẵng", "da-nang"),
        ] {
            assert_eq!(Slug::propose(name).map(|slug| slug.to_string()).as_deref(), Some(slug), "{name}");
        }
        assert_eq!(Slug::propose("🚀"), None);
    }

    #[test]
    fn words_of_the_addresses_are_reserved() {
        for word in RESERVED {
            assert!(word.parse::<Slug>().unwrap().is_reserved(), "{word}");
        }
        assert!(!"newport".parse::<Slug>().unwrap().is_reserved());
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
