//! Every text that a page asks for is in the English catalogue, every English text is asked for, and the other
//! languages have no text that English lacks.

use std::collections::{BTreeMap, BTreeSet};

use super::Source;
use super::literals::{Literal, literals};
use super::stated::{self, Stated};

/// Beginnings of keys that `i18n` itself asks for, or whose rest is made at run time in a way that `dynamic` below does
/// not see.
const MADE_AT_RUN_TIME: &[&str] = &["list-and"];

/// The rules that are broken.
pub fn check(sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    let english = keys(sources, "en", &mut problems);
    for language in ["da", "de"] {
        let others = keys(sources, language, &mut problems);
        let extra = others.iter().filter(|(key, _)| !english.contains_key(*key));
        problems.extend(extra.map(|(key, path)| format!("{path} has {key}, which English lacks")));
    }
    let mut used = Used::default();
    let asking = sources.iter().filter(|source| {
        let member = source.member();
        source.is_rust() && !source.is_test() && member.is_some_and(|name| name != "i18n")
    });
    for source in asking {
        used.collect(source);
    }
    problems.extend(unfilled(sources));
    let missing = used.asked.iter().filter(|(key, _)| !english.contains_key(key.as_str()));
    problems
        .extend(missing.map(|(key, path)| format!("{path} asks for the text {key}, which no en.ftl has")));
    let unused = english.iter().filter(|(key, _)| !used.has(key));
    problems.extend(unused.map(|(key, path)| format!("{path} has {key}, which nothing asks for")));
    problems
}

/// Texts of errors with a place that no value fills.
fn unfilled(sources: &[Source]) -> Vec<String> {
    let mut places: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.path.ends_with("/text/en.ftl")) {
        let mut key = "";
        for line in source.text.lines() {
            key = key_of(line).unwrap_or(key);
            let names = line.split('$').skip(1).map(|rest| {
                let ends = |letter: char| !letter.is_ascii_alphanumeric();
                rest.split(ends).next().unwrap_or_default().to_owned()
            });
            places.entry(key).or_default().extend(names);
        }
    }
    let mut problems = Vec::new();
    for source in sources.iter().filter(|source| source.is_rust() && !source.is_test()) {
        for Stated { key, values } in stated::of(source) {
            let wanted = places.get(key.as_str()).into_iter().flatten();
            let unknown = wanted.filter(|name| !values.contains(*name));
            problems.extend(
                unknown.map(|name| {
                    format!("{} gives the text {key} no value {name}, which it needs", source.path)
                }),
            );
        }
    }
    problems
}

/// The keys of a language, and the file that has each.
fn keys<'a>(sources: &'a [Source], language: &str, problems: &mut Vec<String>) -> BTreeMap<&'a str, &'a str> {
    let ending = format!("/text/{language}.ftl");
    let mut keys = BTreeMap::new();
    for source in sources.iter().filter(|source| source.path.ends_with(&ending)) {
        for key in source.text.lines().filter_map(key_of) {
            if let Some(other) = keys.insert(key, source.path.as_str()) {
                problems.push(format!("{} has {key}, which {other} has too", source.path));
            }
        }
    }
    keys
}

/// The key of a line that begins a message.
fn key_of(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    let key = key.trim_end();
    is_key(key).then_some(key)
}

fn is_key(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
}

#[derive(Default)]
struct Used {
    /// Keys that code asks a catalogue for, and where.
    asked: BTreeMap<String, String>,
    /// Whatever could be a key.
    named: BTreeSet<String>,
    /// Beginnings of keys that are made with `format!`.
    beginnings: BTreeSet<String>,
}

impl Used {
    fn collect(&mut self, source: &Source) {
        for Stated { key, .. } in stated::of(source) {
            self.named.insert(key.clone());
            self.asked.insert(key, source.path.clone());
        }
        let code = without_tests(&source.text);
        for literal in literals(code) {
            if is_key(literal.text) {
                self.named.insert(literal.text.to_owned());
                if is_asked(code, &literal) {
                    self.asked.insert(literal.text.to_owned(), source.path.clone());
                }
            } else if let Some(beginning) = dynamic(literal.text) {
                self.beginnings.insert(beginning.to_owned());
            }
        }
    }

    fn has(&self, key: &str) -> bool {
        let beginnings = self.beginnings.iter().map(String::as_str);
        self.named.contains(key)
            || beginnings.chain(MADE_AT_RUN_TIME.iter().copied()).any(|beginning| key.starts_with(beginning))
    }
}

/// Tests stand at the end of a file.
pub fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod ").next().unwrap_or(text)
}

/// True for `.t("key")`, `.tx("key", ..)`, `Message::new("key")`, `Obstacle::new("key")`, the last of `FieldError::of(.., "key")` and the label of
/// a `Nav`.
fn is_asked(code: &str, literal: &Literal<'_>) -> bool {
    let before = code[..literal.start].trim_end();
    if [".t(", ".tx(", "Message::new(", "Obstacle::new("].iter().any(|asks| before.ends_with(asks)) {
        return true;
    }
    let after = &code[literal.start + literal.text.len() + 2..];
    let arguments = before.rsplit_once("FieldError::of(").map(|(_, arguments)| arguments);
    if arguments.is_some_and(|arguments| arguments.matches(',').count() == 2 && !arguments.contains(')'))
        && after.starts_with(')')
    {
        return true;
    }
    let opened = before.strip_suffix("label:").and_then(|head| {
        let (_, fields) = head.rsplit_once("Nav {")?;
        Some(fields)
    });
    opened.is_some_and(|fields| !fields.contains('}'))
}

/// The beginning of a key such as `plan-{}`.
fn dynamic(text: &str) -> Option<&str> {
    let (beginning, _) = text.split_once('{')?;
    (is_key(beginning) && beginning.ends_with('-')).then_some(beginning)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_text_whose_places_an_error_does_not_fill_is_told() {
        let code = "#[coded(Conflict, \"taken\", values(name = _0))]\nTaken(String),";
        let sources = [
            source("crates/x/src/error.rs", code),
            source(
                "crates/x/text/en.ftl",
                "error-taken = { $name } has it.\n    .advice = Ask { $owner }.\n",
            ),
        ];
        let problems = check(&sources);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains("gives the text error-taken no value owner"), "{}", problems[0]);
    }

    #[test]
    fn missing_unused_and_foreign_texts_are_told() {
        let code = "let a = w.t(\"there\"); let b = w.tx(\n    \"absent\", &[]); \
                    let c = w.t(&format!(\"plan-{}\", plan)); Nav { label: \"nav-absent\" }; \
                    Obstacle::new(\"blocked-absent\")";
        let sources = [
            source("crates/x/src/lib.rs", code),
            source(
                "crates/x/text/en.ftl",
                "there = There\nplan-one = One\nunused = Not\n    .attribute = x\n",
            ),
            source("crates/x/text/da.ftl", "there = Der\nonly-danish = Kun\n"),
        ];
        let problems = check(&sources).join("\n");
        for expected in [
            "text absent,",
            "text nav-absent,",
            "text blocked-absent,",
            "has unused, which nothing",
            "has only-danish, which English",
        ] {
            assert!(problems.contains(expected), "{expected} is not in:\n{problems}");
        }
        assert_eq!(check(&sources).len(), 5, "{problems}");
    }
}
