//! What somebody looks for, and the key by which a thing is found: the names and addresses that people know it by, each
//! folded by [`search_key`], so that case, accents and forms of letters don't matter.

use crate::address::{DomainName, readable_address};
use crate::name::search_key;

/// The most characters of one name in a key: an index of PostgreSQL takes no longer ones.
const MOST_OF_NAME: usize = 200;

/// The key of what goes by these names: each on a line of its own, with a line's end before the first and after the
/// last, so that a whole name and the beginning of one can be told from what is inside.
pub fn find_key(names: &[&str]) -> String {
    let mut key = "\n".to_owned();
    for name in names {
        let readable = readable(name);
        push(&mut key, &readable);
        // An address in the letters of protocols is one that people paste.
        if readable != *name {
            push(&mut key, name);
        }
    }
    key
}

fn push(key: &mut String, name: &str) {
    let folded: String = search_key(name).chars().take(MOST_OF_NAME).collect();
    if !folded.is_empty() {
        key.push_str(&folded);
        key.push('\n');
    }
}

fn readable(name: &str) -> String {
    if !name.contains("xn--") {
        return name.to_owned();
    }
    match name.parse::<DomainName>() {
        Ok(domain) => domain.unicode(),
        Err(_) => readable_address(name),
    }
}

/// What somebody looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle(String);

impl Needle {
    /// What was typed; none where nothing can be looked for by it.
    pub fn read(typed: &str) -> Option<Self> {
        let folded = search_key(typed);
        (!folded.is_empty()).then_some(Self(folded))
    }

    /// All of it, folded.
    pub fn whole(&self) -> &str {
        &self.0
    }

    /// Its words; what is found has each of them somewhere.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ')
    }

    /// Whether a key is found by it.
    pub fn finds(&self, key: &str) -> bool {
        self.words().all(|word| key.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(typed: &str, names: &[&str]) -> bool {
        Needle::read(typed).unwrap().finds(&find_key(names))
    }

    #[test]
    fn any_words_of_any_name_find_it_in_any_case_and_form() {
        let anna = ["Anna Sørensen", "anna@xn--r-3fa9c.dk"];
        for typed in
            ["anna", "SØRENSEN", "sorensen an", "anna@", "ærø", "aero.dk", "xn--r-3fa9c", "So\u{308}ren"]
        {
            assert!(finds(typed, &anna), "{typed}");
        }
        for typed in ["bo", "anna bo", "annas"] {
            assert!(!finds(typed, &anna), "{typed}");
        }
        assert!(
            finds("bücher", &["xn--bcher-kva.example"]) && finds("bucher.ex", &["xn--bcher-kva.example"])
        );
    }

    #[test]
    fn what_has_nothing_to_look_for_is_no_needle() {
        for typed in ["", "  ", "\u{200b}"] {
            assert_eq!(Needle::read(typed), None, "{typed:?}");
        }
        assert_eq!(Needle::read(" Ann  LEE ").unwrap().whole(), "ann lee");
    }

    #[test]
    fn a_key_has_each_name_on_its_line_and_is_never_long() {
        assert_eq!(find_key(&["Bo Lund", "", "bo@acme.dk"]), "\nbo lund\nbo@acme.dk\n");
        assert_eq!(find_key(&["a\nb"]), "\na b\n", "no name makes a line of its own");
        assert!(find_key(&[&"é".repeat(5000)]).len() < 300);
    }
}
