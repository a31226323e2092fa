//! Names that people read: what one may hold, and the key by which two are the same. What a character is, Unicode's own
//! properties say, never a list here.

use std::borrow::Cow;
use std::fmt;

use deunicode::deunicode_char;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::props::{
    BidiControl, BinaryProperty as _, DefaultIgnorableCodePoint, Emoji, EnumeratedProperty as _,
    ExtendedPictographic, GeneralCategory, GeneralCategoryGroup, Script,
};

use crate::{Explain, Message};

/// The most marks on one letter: no script needs more, and more run over the lines above.
const MOST_MARKS: usize = 4;

/// Why a text is no name.
#[derive(Debug, Clone, PartialEq, Eq, Explain)]
pub enum BadName {
    /// Nothing but blanks.
    #[explain("input-name")]
    Empty,
    /// Over the limit.
    #[explain("input-too-long", values(most = _0))]
    TooLong(usize),
    /// A character that can't be seen, or turns the direction of what follows.
    #[explain(transparent)]
    Hidden(Hidden),
    /// Nothing that can be read out.
    #[explain("input-no-letter")]
    NoLetter,
    /// More marks on a letter than can be read.
    #[explain("input-marks", values(most = MOST_MARKS))]
    Marks,
}

/// A character that can't be seen, or makes a text look like another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    code: u32,
    /// What can be seen before it.
    after: String,
}

impl Explain for Hidden {
    fn message(&self) -> Message {
        let code = format!("U+{:04X}", self.code);
        match self.after.as_str() {
            "" => Message::new("input-hidden").with("code", code),
            after => Message::new("input-hidden-after").with("code", code).with("after", after),
        }
    }
}

impl fmt::Display for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

impl std::error::Error for Hidden {}

fn category(letter: char) -> GeneralCategory {
    GeneralCategory::for_char(letter)
}

/// Spaces of any kind, in rows, as one each; none at the ends.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn composed(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}

/// Joins letters of scripts whose letters join, and the parts of an emoji; elsewhere it is only hidden.
fn may_join(before: Option<char>, after: Option<char>) -> bool {
    let joins = |letter: char| {
        let script = Script::for_char(letter);
        let plain = [Script::Latin, Script::Greek, Script::Cyrillic, Script::Common, Script::Inherited];
        let is_picture = ExtendedPictographic::for_char(letter)
            || matches!(letter, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{2640}' | '\u{2642}');
        (!plain.contains(&script) && !is_hidden_alone(letter)) || is_picture
    };
    before.is_some_and(joins) && after.is_some_and(joins)
}

/// Whether nobody sees it, whatever stands beside it.
fn is_hidden_alone(letter: char) -> bool {
    GeneralCategoryGroup::Other.contains(category(letter))
        || DefaultIgnorableCodePoint::for_char(letter)
        || BidiControl::for_char(letter)
        // Blank by their glyphs, which no property says: a Braille cell without dots, a note without a head. And what
        // stands for a character that somebody could not read.
        || matches!(letter, '\u{2800}' | '\u{1d159}' | '\u{fffd}')
}

/// The first character of a text that can't be seen. Line breaks and tabs are for others to judge.
pub fn hidden(text: &str) -> Option<Hidden> {
    let letters: Vec<char> = text.chars().collect();
    let is_hidden = |at: usize| {
        let (before, after) = (at.checked_sub(1).and_then(|at| letters.get(at)), letters.get(at + 1));
        match letters.get(at).copied() {
            None | Some('\n' | '\r' | '\t') => false,
            Some('\u{200c}' | '\u{200d}') => !may_join(before.copied(), after.copied()),
            Some('\u{fe0e}' | '\u{fe0f}') => !before.is_some_and(|letter| Emoji::for_char(*letter)),
            Some(letter) => is_hidden_alone(letter),
        }
    };
    let at = (0..letters.len()).find(|at| is_hidden(*at))?;
    let before: String = letters.iter().take(at).skip(at.saturating_sub(12)).collect();
    let before = before.trim();
    Some(Hidden { code: letters.get(at).map_or(0, |letter| u32::from(*letter)), after: before.to_owned() })
}

/// Reads a name that people read: composed, its blanks one each, 1 to `most` characters of any script, emoji too, with
/// something that can be read out.
pub fn display_name(text: &str, most: usize) -> Result<String, BadName> {
    let name = composed(&one_line(text)).into_owned();
    if name.is_empty() {
        return Err(BadName::Empty);
    }
    if name.chars().count() > most {
        return Err(BadName::TooLong(most));
    }
    if let Some(hidden) = hidden(&name) {
        return Err(BadName::Hidden(hidden));
    }
    let is_read = |letter: char| {
        let category = category(letter);
        GeneralCategoryGroup::Letter.contains(category) || GeneralCategoryGroup::Number.contains(category)
    };
    if !name.chars().any(is_read) {
        return Err(BadName::NoLetter);
    }
    let mut marks = 0;
    for letter in name.chars() {
        marks = if GeneralCategoryGroup::Mark.contains(category(letter)) { marks + 1 } else { 0 };
        if marks > MOST_MARKS {
            return Err(BadName::Marks);
        }
    }
    Ok(name)
}

/// A name that came from elsewhere, without what can't be seen in it; none where nothing is left to read.
pub fn cleaned(text: &str, most: usize) -> Option<String> {
    let mut text = one_line(text);
    while let Some(found) = hidden(&text) {
        text = text.chars().filter(|letter| u32::from(*letter) != found.code).collect();
    }
    let text: String = one_line(&text).chars().take(most).collect();
    display_name(&text, most).ok()
}

/// What a name is compared by where two may not be the same: one form of each character, one case, one blank.
pub fn key(name: &str) -> String {
    let seen: String =
        name.chars().filter(|letter| letter.is_whitespace() || !is_hidden_alone(*letter)).collect();
    settled(seen, |text| {
        let compatible = ComposingNormalizerBorrowed::new_nfkc();
        // Upper case first: it is there that `ß` and `ss`, `ς` and `σ` meet.
        let folded: String = compatible
            .normalize(text)
            .chars()
            .flat_map(char::to_uppercase)
            .flat_map(char::to_lowercase)
            .collect();
        one_line(&compatible.normalize(&folded))
    })
}

/// A text put through a step until that changes nothing more: a few characters take it twice.
fn settled(mut text: String, step: impl Fn(&str) -> String) -> String {
    for _ in 0..4 {
        let next = step(&text);
        if next == text {
            break;
        }
        text = next;
    }
    text
}

/// Whether a typed name is that very one, as a question asks before what can't be undone: letter by letter, but for how
/// a keyboard composes them.
pub fn is_same(typed: &str, name: &str) -> bool {
    let composed = |text: &str| one_line(&ComposingNormalizerBorrowed::new_nfc().normalize(text));
    typed == name || composed(typed) == composed(name)
}

/// What a name is looked for by, and what is looked for: its key, without accents.
pub fn search_key(text: &str) -> String {
    settled(key(text), |text| {
        let mut found = String::with_capacity(text.len());
        let apart = DecomposingNormalizerBorrowed::new_nfd().normalize(text);
        for letter in apart.chars().filter(|letter| is_bare(*letter)) {
            match latin(letter) {
                Some(plain) => found.push_str(plain),
                None => found.push(letter),
            }
        }
        key(&found)
    })
}

/// No accent, of no script in particular.
fn is_bare(letter: char) -> bool {
    category(letter) != GeneralCategory::NonspacingMark || Script::for_char(letter) != Script::Inherited
}

/// A Latin letter that is no letter of ASCII in those.
fn latin(letter: char) -> Option<&'static str> {
    let is_foreign = !letter.is_ascii() && Script::for_char(letter) == Script::Latin;
    if is_foreign { deunicode_char(letter) } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Each alone and inside a name: none can be seen.
    const UNSEEN: &str = "\u{200b}\u{3164}\u{2800}\u{ad}\u{34f}\u{61c}\u{e0041}\u{202e}\u{2066}\u{feff}\u{115f}\u{ffa0}\
        \u{180e}\u{2060}\u{200e}\u{206a}\u{fff9}\u{e000}\u{fffe}\u{1d173}\u{7}\u{85}\u{200d}\u{fe0f}\u{fffd}";

    #[test]
    fn no_name_has_anything_that_cant_be_seen() {
        for letter in UNSEEN.chars().filter(|letter| !letter.is_whitespace()) {
            for name in [
                letter.to_string(),
                format!("An{letter}na"),
                format!("{letter}Anna"),
                format!("Anna{letter}"),
            ] {
                let refused = display_name(&name, 80);
                assert!(
                    matches!(refused, Err(BadName::Hidden(_))),
                    "U+{:04X}: {refused:?}",
                    u32::from(letter)
                );
            }
            assert_eq!(cleaned(&format!("An{letter}na"), 80).as_deref(), Some("Anna"));
        }
        let said = display_name("Anna\u{202e}", 80).unwrap_err().message();
        assert_eq!(said, Message::new("input-hidden-after").with("code", "U+202E").with("after", "Anna"));
    }

    #[test]
    fn names_keep_every_script_and_have_something_to_read() {
        let joined = ["می\u{200c}خواهم", "क\u{94d}\u{200d}ष", "Kaffe 👩\u{200d}💻 ☕\u{fe0f}"];
        for name in ["Kaffe ☕ Ærø", "O’Brien-Smith", "李小龍", "Ελένη", "חנה", "7", "Ngũgĩ wa Thiong'o"]
            .into_iter()
            .chain(joined)
        {
            assert_eq!(display_name(&format!("  {name} "), 80).as_deref(), Ok(name));
        }
        assert_eq!(display_name("Anna\n\tMaria\u{a0}Test", 80).as_deref(), Ok("Anna Maria Test"));
        assert_eq!(display_name("Cafe\u{301}", 80).as_deref(), Ok("Café"), "one form of each letter");
        for nothing in ["!!!", "—", "☕", "\u{301}\u{301}"] {
            assert_eq!(display_name(nothing, 80), Err(BadName::NoLetter), "{nothing}");
        }
        assert_eq!(display_name(" \u{3000}\u{2028} ", 80), Err(BadName::Empty));
        assert_eq!(display_name("abc", 2), Err(BadName::TooLong(2)));
        assert_eq!(display_name(&format!("Z{}", "\u{335}".repeat(5)), 80), Err(BadName::Marks));
    }

    #[test]
    fn two_forms_of_one_name_have_one_key() {
        for (one, other) in [
            ("Café", "CAFE\u{301}"),
            (" Anna  Maria", "anna\u{a0}maria "),
            ("Straße", "STRASSE"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
            ("Ａｃｍｅ", "acme"),
            ("Acme", "Ac\u{ad}me"),
        ] {
            assert_eq!(key(one), key(other), "{one}");
        }
        assert_ne!(key("Lån"), key("Lan"), "different words stay different names");
    }

    #[test]
    fn what_is_looked_for_is_found_without_accents() {
        for (name, sought) in [
            ("E\u{301}mile", "émile"),
            ("Émile", "emile"),
            ("İbrahim", "ibrahim"),
            ("Işık", "isik"),
            ("Łódź Škoda", "lodz skoda"),
            ("Søren Ærø", "soren aero"),
            ("Þór Guðmundsson", "thor gudmundsson"),
            ("Жанна Й", "жанна й"),
            ("Ἀθηνᾶ", "αθηνα"),
            ("Anna", " anna "),
        ] {
            assert_eq!(search_key(name), search_key(sought), "{name}");
        }
    }

    proptest! {
        #[test]
        fn keys_are_stable_and_what_is_cleaned_is_a_name(text in "\\PC{0,60}") {
            prop_assert_eq!(key(&key(&text)), key(&text));
            prop_assert_eq!(search_key(&search_key(&text)), search_key(&text));
            if let Some(name) = cleaned(&text, 80) {
                prop_assert_eq!(display_name(&name, 80), Ok(name.clone()));
            }
            if let Ok(name) = display_name(&text, 80) {
                prop_assert!(hidden(&name).is_none());
            }
        }
    }
}
