//! Message catalogues: Fluent texts of all slices, joined at start. Knows languages and words, nothing of pages.
//!
//! A key that no catalogue has is shown as itself; `cargo xtask tidy` fails on such a key before anybody sees it.

#![warn(missing_docs)]

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use kernel::message::{Part, Value};
use kernel::{Explain, Message};
use unic_langid::LanguageIdentifier;

/// The languages of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English, complete and the fallback.
    #[default]
    English,
    /// Danish.
    Danish,
    /// German.
    German,
}

impl Language {
    /// All of them, the fallback first.
    pub const ALL: [Self; 3] = [Self::English, Self::Danish, Self::German];

    /// The BCP 47 code, for `lang` and for storage.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Danish => "da",
            Self::German => "de",
        }
    }

    /// A whole number with its thousands parted: `3,412`, in Danish and German `3.412`.
    pub fn number(self, n: i64) -> String {
        let separator = match self {
            Self::English => ',',
            Self::Danish | Self::German => '.',
        };
        let digits = n.unsigned_abs().to_string();
        let mut said = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                said.push(separator);
            }
            said.push(digit);
        }
        if n < 0 { format!("−{said}") } else { said }
    }

    /// The language of a code such as `da` or `da-DK`.
    pub fn of_code(code: &str) -> Option<Self> {
        let primary = code.trim().split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.code()))
    }
}

/// One Fluent source of a slice or of the platform.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// Its language.
    pub language: Language,
    /// The Fluent text.
    pub text: &'static str,
}

/// A catalogue can't be built.
#[derive(Debug, thiserror::Error)]
#[error("the {language} catalogue is broken: {why}")]
pub struct Broken {
    language: &'static str,
    why: String,
}

/// All texts in all languages.
pub struct Catalogues {
    bundles: HashMap<Language, FluentBundle<FluentResource>>,
    /// Those that hold every text that English has. Half a page in another language is offered to nobody.
    offered: Vec<Language>,
}

impl std::fmt::Debug for Catalogues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Catalogues")
    }
}

impl Catalogues {
    /// Joins sources. Two messages with one key are an error.
    pub fn new(sources: &[Source]) -> Result<Self, Broken> {
        let (mut bundles, mut keys) = (HashMap::new(), HashMap::new());
        for language in Language::ALL {
            let broken = |why: String| Broken { language: language.code(), why };
            let id: LanguageIdentifier = language.code().parse().map_err(|e| broken(format!("{e}")))?;
            let mut bundle = FluentBundle::new_concurrent(vec![id]);
            bundle.set_use_isolating(false);
            bundle.set_formatter(Some(match language {
                Language::English => |value, _| counted(Language::English, value),
                Language::Danish => |value, _| counted(Language::Danish, value),
                Language::German => |value, _| counted(Language::German, value),
            }));
            let own: &mut HashSet<&str> = keys.entry(language).or_default();
            for source in sources.iter().filter(|source| source.language == language) {
                let resource = FluentResource::try_new(source.text.to_owned())
                    .map_err(|(_, errors)| broken(format!("{errors:?}")))?;
                own.extend(source.text.lines().filter_map(key));
                bundle.add_resource(resource).map_err(|errors| broken(format!("{errors:?}")))?;
            }
            bundles.insert(language, bundle);
        }
        let english = keys.remove(&Language::English).unwrap_or_default();
        let is_whole = |language: &Language| {
            *language == Language::English || keys.get(language).is_some_and(|own| english.is_subset(own))
        };
        let offered = Language::ALL.into_iter().filter(is_whole).collect();
        Ok(Self { bundles, offered })
    }

    /// The languages that pages are shown in.
    pub fn offered(&self) -> &[Language] {
        &self.offered
    }

    /// The first language of an `Accept-Language` header that is offered. Browsers send them in order of preference.
    pub fn preferred(&self, accept_language: &str) -> Language {
        let mut named =
            accept_language.split(',').filter_map(|part| Language::of_code(part.split(';').next()?));
        named.find(|language| self.offered.contains(language)).unwrap_or_default()
    }

    /// The text of a key, or the attribute of it that is named.
    fn find(
        &self,
        language: Language,
        text: (&str, Option<&str>),
        args: &[(&str, Arg<'_>)],
    ) -> Option<String> {
        let (said, errors) = self.filled(language, text, args)?;
        if !errors.is_empty() {
            tracing::warn!(key = text.0, ?errors, "a text was made with errors");
        }
        Some(said)
    }

    /// The same with what is wrong with it, such as a place that has no value.
    fn filled(
        &self,
        language: Language,
        (key, attribute): (&str, Option<&str>),
        args: &[(&str, Arg<'_>)],
    ) -> Option<(String, Vec<FluentError>)> {
        let bundle = self.bundles.get(&language)?;
        let message = bundle.get_message(key)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        let mut values = FluentArgs::new();
        for (name, value) in args {
            values.set(*name, value.fluent());
        }
        let mut errors = Vec::new();
        let said = bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned();
        Some((said, errors))
    }
}

/// A count of a text as people write it; anything else is shown as it is.
fn counted(language: Language, value: &FluentValue<'_>) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    number.as_string().parse().ok().map(|n| language.number(n))
}

/// The key that a line of a Fluent text begins.
fn key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    let key = key.trim_end();
    let is_key = line.starts_with(|first: char| first.is_ascii_alphabetic())
        && key.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
    is_key.then_some(key)
}

/// A value that goes into a text.
#[derive(Debug, Clone)]
pub enum Arg<'a> {
    /// Words.
    Text(Cow<'a, str>),
    /// A count; plural rules follow it.
    Count(i64),
}

impl Arg<'_> {
    fn fluent(&self) -> FluentValue<'_> {
        match self {
            Self::Text(text) => FluentValue::from(text.as_ref()),
            Self::Count(count) => FluentValue::from(*count),
        }
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<i64> for Arg<'_> {
    fn from(count: i64) -> Self {
        Self::Count(count)
    }
}

impl From<usize> for Arg<'_> {
    fn from(count: usize) -> Self {
        Self::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

/// The texts in one person's language.
#[derive(Debug, Clone)]
pub struct Words {
    language: Language,
    catalogues: Arc<Catalogues>,
}

impl Words {
    /// Words of `language`; of English where that isn't offered.
    pub fn new(catalogues: Arc<Catalogues>, language: Language) -> Self {
        let is_offered = catalogues.offered.contains(&language);
        Self { language: if is_offered { language } else { Language::English }, catalogues }
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The text of a key.
    pub fn t(&self, key: &str) -> String {
        self.tx(key, &[])
    }

    /// The text of a key with values, as in `w.tx("tenants-count", &[("count", 3_i64.into())])`.
    pub fn tx(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.find((key, None), args).unwrap_or_else(|| {
            tracing::warn!(key, "no catalogue has this text");
            key.to_owned()
        })
    }

    fn find(&self, text: (&str, Option<&str>), args: &[(&str, Arg<'_>)]) -> Option<String> {
        let other = || self.catalogues.find(Language::English, text, args);
        self.catalogues.find(self.language, text, args).or_else(other)
    }

    /// What happened, in sentences; of a part that the text hasn't got, all of it.
    pub fn say(&self, message: &Message) -> String {
        match message {
            Message::Quoted(said) => said.clone(),
            Message::Stored(message, english) => {
                if self.knows(message) {
                    self.say(message)
                } else {
                    english.clone()
                }
            }
            Message::Text { key, part, values } => {
                let values = self.values(values);
                let of_field = match part {
                    Part::Field => self.find((key, Some("field")), &values),
                    Part::Value => None,
                };
                of_field.unwrap_or_else(|| self.tx(key, &values))
            }
        }
    }

    /// What to do about it, where anything helps.
    pub fn advice(&self, message: &Message) -> Option<String> {
        match message {
            Message::Quoted(_) => None,
            // The English was stored with its advice.
            Message::Stored(message, _) => self.knows(message).then(|| self.advice(message)).flatten(),
            Message::Text { key, values, .. } => self.find((key, Some("advice")), &self.values(values)),
        }
    }

    /// What happened and what to do about it.
    pub fn explain(&self, error: &impl Explain) -> String {
        let message = error.message();
        let said = self.say(&message);
        match self.advice(&message) {
            Some(advice) => format!("{said} {advice}"),
            None => said,
        }
    }

    fn values<'a>(&self, values: &'a [(Cow<'static, str>, Value)]) -> Vec<(&'a str, Arg<'a>)> {
        values.iter().map(|(name, value)| (name.as_ref(), self.value(value))).collect()
    }

    fn value<'a>(&self, value: &'a Value) -> Arg<'a> {
        match value {
            Value::Text(text) => text.into(),
            Value::Count(count) => Arg::Count(*count),
            Value::Message(message) => self.say(message).into(),
            Value::List(all) => self.list(all).into(),
        }
    }

    /// `a, b and c`.
    fn list(&self, all: &[Value]) -> String {
        let text = |value: &Value| match self.value(value) {
            Arg::Text(text) => text.into_owned(),
            Arg::Count(count) => self.language.number(count),
        };
        match all {
            [] => String::new(),
            [only] => text(only),
            [all @ .., last] => {
                let first: Vec<String> = all.iter().map(text).collect();
                self.tx("list-and", &[("first", first.join(", ").into()), ("last", text(last).into())])
            }
        }
    }

    /// True when there is a text for all that a message is said with, and it has what the text asks for.
    fn knows(&self, message: &Message) -> bool {
        match message {
            Message::Quoted(_) => true,
            Message::Stored(message, _) => self.knows(message),
            Message::Text { key, values, .. } => {
                let is_filled = || {
                    let said = self.catalogues.filled(Language::English, (key, None), &self.values(values));
                    said.is_some_and(|(_, errors)| errors.is_empty())
                };
                values.iter().all(|(_, value)| self.knows_value(value)) && is_filled()
            }
        }
    }

    fn knows_value(&self, value: &Value) -> bool {
        match value {
            Value::Text(_) | Value::Count(_) => true,
            Value::Message(message) => self.knows(message),
            Value::List(all) => all.iter().all(|one| self.knows_value(one)),
        }
    }

    /// True when English has the key; other languages fall back to it.
    pub fn has(&self, key: &str) -> bool {
        self.catalogues.bundles.get(&Language::English).is_some_and(|bundle| bundle.has_message(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str =
        "tenants = { $count ->\n    [one] one tenant\n   *[other] { $count } tenants\n}\nonly = Only here";

    fn catalogues() -> Arc<Catalogues> {
        let sources = [
            Source { language: Language::English, text: ENGLISH },
            Source { language: Language::Danish, text: "tenants = { $count } kunder" },
            Source { language: Language::German, text: "tenants = { $count } Kunden\nonly = Nur hier" },
        ];
        Arc::new(Catalogues::new(&sources).unwrap())
    }

    fn words(language: Language) -> Words {
        Words::new(catalogues(), language)
    }

    #[test]
    fn counts_follow_the_plural_rules() {
        assert_eq!(words(Language::English).tx("tenants", &[("count", 1_i64.into())]), "one tenant");
        assert_eq!(words(Language::German).tx("tenants", &[("count", 3_i64.into())]), "3 Kunden");
    }

    #[test]
    fn a_language_that_lacks_a_text_is_offered_to_nobody() {
        assert_eq!(catalogues().offered(), [Language::English, Language::German]);
        let danish = words(Language::Danish);
        assert_eq!(danish.language(), Language::English, "so `lang` is right");
        assert_eq!(danish.tx("tenants", &[("count", 3_i64.into())]), "3 tenants");
        assert_eq!(words(Language::German).t("nowhere"), "nowhere");
    }

    #[test]
    fn an_error_says_what_happened_what_to_do_and_what_is_wrong_with_its_field() {
        const TEXTS: &str = "error-taken = { $what } It’s taken.\n    .advice = Choose another.\n    .field = Taken.\n\
                             what = There are { $count }.\nshort = Short.\nlist-and = { $first } and { $last }\nall = { $all }";
        let source = Source { language: Language::English, text: TEXTS };
        let w = Words::new(Arc::new(Catalogues::new(&[source]).unwrap()), Language::Danish);
        let taken =
            Message::new("error-taken").with("what", Message::new("what").with("count", 12_345_usize));
        assert_eq!(w.explain(&taken), "There are 12,345. It’s taken. Choose another.");
        assert_eq!(w.say(&taken.of_field()), "Taken.");
        assert_eq!(w.say(&Message::new("short").of_field()), "Short.");
        let all = |all: &[&str]| w.say(&Message::new("all").with("all", all));
        assert_eq!([all(&["a"]), all(&["a", "b", "c"])], ["a", "a, b and c"]);
        assert_eq!(w.explain(&Message::Quoted("no such host".to_owned())), "no such host");
    }

    #[test]
    fn what_another_version_stored_is_said_as_it_was_in_english_where_a_text_is_missing() {
        let w = words(Language::German);
        let stored = |message: Message| w.explain(&message.or_english("As stored."));
        assert_eq!(stored(Message::new("only")), "Nur hier");
        assert_eq!(stored(Message::new("later")), "As stored.");
        let inside = Message::new("only").with("what", vec![Message::new("later")]);
        assert_eq!(stored(inside), "As stored.");
    }

    #[test]
    fn what_was_stored_with_its_advice_is_not_advised_again() {
        let text = "taken = { $by } has it.\n    .advice = Choose another.";
        let source = Source { language: Language::English, text };
        let w = Words::new(Arc::new(Catalogues::new(&[source]).unwrap()), Language::English);
        let stored = |by: Message| {
            let taken = Message::new("taken").with("by", by);
            w.explain(&taken.or_english("A calendar has it. Choose another."))
        };
        assert_eq!(stored(Message::new("later")), "A calendar has it. Choose another.");
        let before = Message::new("taken").or_english("It is taken.");
        assert_eq!(w.explain(&before), "It is taken.", "a version before stored no such value");
        assert_eq!(stored(Message::Quoted("Mette".to_owned())), "Mette has it. Choose another.");
    }

    #[test]
    fn the_browser_chooses_among_those_that_are_offered() {
        let preferred = |header: &str| catalogues().preferred(header);
        assert_eq!(preferred("fr-FR, da-DK;q=0.8, de;q=0.5"), Language::German);
        assert_eq!(preferred("da, en"), Language::English);
        assert_eq!(preferred(""), Language::English);
    }
}
