//! Names that oCIS accepts for a space: a tenant's name or domain is not always one (section 6).

/// The most bytes of a name.
const MOST: usize = 255;
const FORBIDDEN: [char; 10] = ['/', '\\', '.', ':', '?', '*', '"', '>', '<', '|'];

/// A valid name for a space, as near to `text` as can be: a run of forbidden and control characters becomes one
/// hyphen, blanks and hyphens at the ends go, and what is over 255 bytes is cut between two characters. A text
/// of which nothing is left becomes `Workspace`. `Nordlys A/S` gives `Nordlys A-S`, `acme.dk` gives `acme-dk`.
pub fn space_name(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    let mut in_run = false;
    for letter in text.chars() {
        let bad = FORBIDDEN.contains(&letter) || letter.is_control();
        if !bad {
            name.push(letter);
        } else if !in_run {
            name.push('-');
        }
        in_run = bad;
    }
    let ends = |letter: char| letter == '-' || letter.is_whitespace();
    let name = name.trim_matches(ends);
    let cut = name.floor_char_boundary(MOST);
    match name[..cut].trim_end_matches(ends) {
        "" => "Workspace".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_stay_readable() {
        for (text, name) in [
            ("Nordlys A/S", "Nordlys A-S"),
            ("acme.dk", "acme-dk"),
            ("Acme Inc.", "Acme Inc"),
            ("a...b", "a-b"),
            ("a--b", "a--b"),
            ("  Ærø Bogføring  ", "Ærø Bogføring"),
            ("\"??\"", "Workspace"),
            ("", "Workspace"),
        ] {
            assert_eq!(space_name(text), name);
        }
        assert_eq!(space_name(&"æ".repeat(200)).len(), 254);
    }

    proptest! {
        #[test]
        fn a_space_name_is_always_valid_and_stable(text in "[\\PC\\x00-\\x20/.:*|\" -]{0,300}") {
            let name = space_name(&text);
            prop_assert!((1..=MOST).contains(&name.len()));
            prop_assert_eq!(name.trim(), name.as_str());
            prop_assert!(!name.contains(FORBIDDEN));
            prop_assert_eq!(space_name(&name), name);
        }
    }
}
