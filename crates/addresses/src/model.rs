//! What an address is, and the rules that need nothing but what they are given. No I/O.

use kernel::{DomainName, EmailAddress, Explain, UserId};

/// What an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddressKind {
    /// A person's mailbox.
    Mailbox,
    /// A further address of something.
    Alias,
    /// A distribution list.
    List,
    /// A mailbox that several people read.
    Shared,
    /// The people of a group.
    Group,
}

impl AddressKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Mailbox, Self::Alias, Self::List, Self::Shared, Self::Group];

    /// The word in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox",
            Self::Alias => "alias",
            Self::List => "list",
            Self::Shared => "shared",
            Self::Group => "group",
        }
    }

    /// From the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// An address, and what has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub address: EmailAddress,
    /// What it is.
    pub kind: AddressKind,
    /// The id of what has it: of a membership, a list, a shared mailbox, a group.
    pub object: String,
    /// What people call that, where no table here says.
    pub label: Option<String>,
}

/// What has addresses, by what people know it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressOwner {
    /// What its main address is.
    pub kind: AddressKind,
    /// Its main address.
    pub address: EmailAddress,
    /// Whose it is, if it is a person's.
    pub person: Option<(UserId, String)>,
    /// True while what has it is open, as far as it is its own to say: a membership that is suspended or removed is not.
    pub is_open: bool,
}

/// Which addresses to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressFilter {
    /// Part of the address, or of the name of the person who has it.
    pub q: Option<String>,
    /// Of this kind.
    pub kind: Option<AddressKind>,
}

/// A member's mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// What stands before the `@`.
    pub local: LocalPart,
    /// The domain; none while the tenant has none.
    pub domain: Option<DomainName>,
}

impl Mailbox {
    /// The whole address, once there is a domain.
    pub fn address(&self) -> Option<String> {
        self.domain.as_ref().map(|domain| format!("{}@{}", self.local.as_str(), domain.ascii()))
    }
}

/// The local part of an address that Dezky makes: stricter than RFC 5321, as mail programs and people are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPart(String);

/// The text is no local part of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Explain)]
pub enum BadLocalPart {
    /// Other letters than a mailbox may have.
    #[explain("input-local-part")]
    Syntax,
    /// Over 64 characters (RFC 5321, 4.5.3.1.1).
    #[explain("input-local-part-too-long")]
    TooLong,
}

impl LocalPart {
    /// As text, lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// One for what can be none as it is: what may not stand in one is left out, or becomes a dot.
    pub fn propose(text: &str) -> Option<Self> {
        let mut name = String::new();
        for letter in text.chars().filter(|letter| *letter != '\'').map(|letter| letter.to_ascii_lowercase())
        {
            let is_plain = letter.is_ascii_alphanumeric() || "._-".contains(letter);
            match if is_plain { letter } else { '.' } {
                '.' if name.ends_with('.') => {}
                letter => name.push(letter),
            }
        }
        name.trim_matches(['.', '_', '-']).parse().ok()
    }

    /// Another one, with a short word of letters before it. What is too long for that is cut.
    #[must_use]
    pub fn after(&self, word: &str) -> Self {
        let kept: String = self.0.chars().take(63usize.saturating_sub(word.len())).collect();
        Self(format!("{word}.{}", kept.trim_end_matches(['.', '-', '_'])))
    }
}

impl std::str::FromStr for LocalPart {
    type Err = BadLocalPart;

    fn from_str(text: &str) -> Result<Self, BadLocalPart> {
        let text = text.trim().to_ascii_lowercase();
        if text.len() > 64 {
            return Err(BadLocalPart::TooLong);
        }
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let ends = [text.bytes().next(), text.bytes().last()];
        let ends_ok = ends.iter().all(|end| end.is_some_and(is_plain));
        let inner_ok = text.bytes().all(|b| is_plain(b) || b"._-".contains(&b));
        if ends_ok && inner_ok && !text.contains("..") { Ok(Self(text)) } else { Err(BadLocalPart::Syntax) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn local_parts_are_what_people_can_type() {
        for good in ["anna", "Anna.B", "a", "bo-2", "x_y"] {
            assert!(good.parse::<LocalPart>().is_ok(), "{good}");
        }
        for bad in ["", ".", "anna.", "-bo", "a..b", "anna b", "\"anna\"", "anna@acme", "ærø", "a+b"] {
            assert_eq!(bad.parse::<LocalPart>(), Err(BadLocalPart::Syntax), "{bad}");
        }
        assert_eq!("a".repeat(65).parse::<LocalPart>(), Err(BadLocalPart::TooLong));
    }

    proptest! {
        #[test]
        fn what_parses_stays_as_it_is(text in "\\PC{0,70}") {
            if let Ok(local) = text.parse::<LocalPart>() {
                prop_assert_eq!(local.as_str().parse::<LocalPart>(), Ok(local.clone()));
            }
        }
    }
}
