//! What comments and documents refer to is there: requirements such as `[A1]` are in docs/requirements.md, and sections
//! in the contract of an upstream, which lies in docs/upstreams.
//!
//! Everywhere a section is named with its contract: `(authentik, section 14)`. In the crate of an upstream and in its
//! contract the number alone is enough. Sections of an RFC come after its name and are left alone.

use std::collections::{BTreeMap, BTreeSet};

use super::Source;
use super::prose::{Passage, passages};

const REQUIREMENTS: &str = "docs/requirements.md";
const CONTRACTS: &str = "docs/upstreams/";

/// The references that lead nowhere.
pub fn check(sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    let known = Known::read(sources, &mut problems);
    for source in sources {
        for passage in passages(source) {
            for (at, sentence) in
                known.requirements_of(&passage).into_iter().chain(known.sections_of(&passage, source))
            {
                problems.push(format!("{}:{} {sentence}", source.path, passage.line(at)));
            }
        }
    }
    problems
}

/// What there is to refer to.
struct Known<'a> {
    requirements: BTreeSet<&'a str>,
    /// The numbers of each contract's sections.
    contracts: BTreeMap<&'a str, BTreeSet<u32>>,
}

/// Where in a passage something is wrong, and what.
type Wrong = (usize, String);

impl<'a> Known<'a> {
    fn read(sources: &'a [Source], problems: &mut Vec<String>) -> Self {
        let mut known = Self { requirements: BTreeSet::new(), contracts: BTreeMap::new() };
        for Source { path, text } in sources {
            if path == REQUIREMENTS {
                let defined = text.lines().filter_map(requirement);
                let twice = defined.filter(|number| !known.requirements.insert(number));
                problems.extend(twice.map(|number| format!("{path} has [{number}] twice")));
            } else if let Some(name) = contract(path) {
                let sections = known.contracts.entry(name).or_default();
                let twice = text.lines().filter_map(heading).filter(|number| !sections.insert(*number));
                problems.extend(twice.map(|number| format!("{path} has section {number} twice")));
            }
        }
        known
    }

    fn requirements_of(&self, passage: &Passage) -> Vec<Wrong> {
        let named = requirements(&passage.text).into_iter();
        let unknown = named.filter(|(_, number)| !self.requirements.contains(number));
        unknown
            .map(|(at, number)| (at, format!("names [{number}], which {REQUIREMENTS} does not have")))
            .collect()
    }

    fn sections_of(&self, passage: &Passage, source: &Source) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        for Sections { at, of, numbers } in sections(&passage.text) {
            let name = match of {
                Of::Another => continue,
                Of::Named(name) => Some(name),
                Of::Word(name) if self.contracts.contains_key(name) => Some(name),
                Of::Word(_) | Of::Nothing => self.own(source),
            };
            wrong.extend(numbers.iter().filter_map(|number| Some((at, self.missing(name, *number)?))));
        }
        wrong
    }

    /// The contract that a file speaks of without naming it.
    fn own<'s>(&self, source: &'s Source) -> Option<&'s str> {
        let of_crate = source.member().and_then(|member| member.strip_prefix("upstream-"));
        of_crate.or_else(|| contract(&source.path)).filter(|name| self.contracts.contains_key(name))
    }

    /// What is wrong with a reference, if anything is.
    fn missing(&self, name: Option<&str>, number: u32) -> Option<String> {
        let Some(name) = name else {
            return Some(format!(
                "names section {number} of no contract; write (authentik, section {number}), by a file of {CONTRACTS}"
            ));
        };
        let Some(sections) = self.contracts.get(name) else {
            return Some(format!("names section {number} of {name}, which is no file of {CONTRACTS}"));
        };
        (!sections.contains(&number))
            .then(|| format!("names section {number} of {name}, which {CONTRACTS}{name}.md does not have"))
    }
}

/// The name of the contract that lies there.
fn contract(path: &str) -> Option<&str> {
    path.strip_prefix(CONTRACTS)?.strip_suffix(".md")
}

/// The number that a line of the requirements defines.
fn requirement(line: &str) -> Option<&str> {
    let (number, _) = line.strip_prefix("- [")?.split_once(']')?;
    is_number(number).then_some(number)
}

/// The number of a section that begins in this line.
fn heading(line: &str) -> Option<u32> {
    let (number, _) = line.strip_prefix("## ")?.split_once(". ")?;
    number.parse().ok()
}

/// A capital letter with one or two digits.
fn is_number(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_ascii_uppercase())
        && matches!(letters.as_str().len(), 1 | 2)
        && letters.all(|letter| letter.is_ascii_digit())
}

/// What stands in brackets and looks like numbers of requirements. A link and an index of something are none.
fn requirements(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('[') {
        let before = text[..at].chars().next_back();
        let Some((inside, after)) = text[at + 1..].split_once(']') else { continue };
        let is_index = before.is_some_and(|letter| letter.is_alphanumeric() || "_]`".contains(letter));
        let numbers: Vec<&str> = inside.split(',').map(str::trim).collect();
        if !is_index && !after.starts_with(['(', '[']) && numbers.iter().all(|number| is_number(number)) {
            found.extend(numbers.into_iter().map(|number| (at, number)));
        }
    }
    found
}

/// A reference to sections.
struct Sections<'a> {
    at: usize,
    of: Of<'a>,
    numbers: Vec<u32>,
}

/// What stands before the word “section”.
#[derive(Clone, Copy)]
enum Of<'a> {
    /// A name in the place where a contract's belongs: after a bracket, before a comma.
    Named(&'a str),
    /// A word before a comma, which may be a contract or not.
    Word(&'a str),
    Nothing,
    /// An RFC.
    Another,
}

const WORD: &str = "section";

fn sections(text: &str) -> Vec<Sections<'_>> {
    let lower = text.to_ascii_lowercase();
    let places = lower.match_indices(WORD).map(|(at, _)| at);
    places.filter_map(|at| sections_at(text, at)).collect()
}

fn sections_at(text: &str, at: usize) -> Option<Sections<'_>> {
    let (before, after) = (&text[..at], &text[at + WORD.len()..]);
    if before.chars().next_back().is_some_and(char::is_alphanumeric) {
        return None;
    }
    let many = after.strip_prefix('s');
    let (numbers, rest) = numbers(many.unwrap_or(after).strip_prefix(' ')?, many.is_some())?;
    let of = if rest.starts_with(" of RFC") { Of::Another } else { named(before) };
    Some(Sections { at, of, numbers })
}

/// The numbers at the beginning: `7`, and where there are many `6, 7 and 9` or `6 to 8`.
fn numbers(text: &str, are_many: bool) -> Option<(Vec<u32>, &str)> {
    let (first, mut rest) = number(text)?;
    let mut numbers = vec![first];
    if !are_many {
        return Some((numbers, rest));
    }
    loop {
        let next = |joint: &str| rest.strip_prefix(joint).and_then(number);
        if let Some((last, after)) = next(" to ") {
            let from = numbers.last().map_or(last, |number| number + 1);
            numbers.extend(from..=last);
            rest = after;
        } else if let Some((more, after)) = next(", ").or_else(|| next(" and ")) {
            numbers.push(more);
            rest = after;
        } else {
            break;
        }
    }
    Some((numbers, rest))
}

/// The first number; of `4.2` it is 4, and both are behind.
fn number(text: &str) -> Option<(u32, &str)> {
    let (first, rest) = digits(text);
    let below = rest.strip_prefix('.').map(digits).filter(|(second, _)| !second.is_empty());
    Some((first.parse().ok()?, below.map_or(rest, |(_, rest)| rest)))
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len()))
}

fn named(before: &str) -> Of<'_> {
    let before = before.trim_end();
    let (head, has_comma) = before.strip_suffix(',').map_or((before, false), |head| (head, true));
    let start = head.rfind(|letter: char| !letter.is_alphanumeric() && letter != '-').map_or(0, |at| at + 1);
    let Some((front, word)) = head.split_at_checked(start) else { return Of::Nothing };
    if front.ends_with("RFC ") {
        Of::Another
    } else if !has_comma || word.is_empty() {
        Of::Nothing
    } else if front.ends_with('(') {
        Of::Named(word)
    } else {
        Of::Word(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    /// What is told of a text at this place, beside one requirement and three contracts.
    fn told(path: &str, text: &str) -> Vec<String> {
        check(&[
            source(REQUIREMENTS, "# Requirements\n\n- [A1] One, see [B12].\n- [B12] Two.\n"),
            source("docs/upstreams/authentik.md", "## 1. One\n## 2. Two\n"),
            source("docs/upstreams/stalwart.md", "## 4. Four\n\nAs section 4 says.\n## 5. Five\n"),
            source("docs/upstreams/stalwart-events.md", "## 1. One, see (stalwart, section 4).\n"),
            source(path, text),
        ])
    }

    #[test]
    fn a_reference_that_leads_nowhere_is_told_wherever_it_is_planted() {
        for (path, text, expected) in [
            (
                "crates/x/src/lib.rs",
                "fn f() {}\n/// Never [Z9].\n",
                "x/src/lib.rs:2 names [Z9], which docs/req",
            ),
            ("crates/x/src/lib.rs", "// Both [A1,\n// B2].\n", ":1 names [B2], which"),
            ("assets/x.js", "f(); // because of [C1]\n", "assets/x.js:1 names [C1]"),
            ("assets/x.css", "/* [C1] */\n", "assets/x.css:1 names [C1]"),
            ("crates/x/text/en.ftl", "# [C1]\n", "en.ftl:1 names [C1]"),
            ("README.md", "See\n[C1].\n", "README.md:2 names [C1]"),
            (
                "crates/x/src/lib.rs",
                "// So it is (authentik, section 3).\n",
                "section 3 of authentik, which docs/up",
            ),
            ("crates/x/src/lib.rs", "// (stalwart, sections 4 to 6)\n", "section 6 of stalwart, which"),
            (
                "crates/x/src/lib.rs",
                "// (stalwart-events,\n// section 4)\n",
                ":2 names section 4 of stalwart-events",
            ),
            ("crates/x/src/lib.rs", "// as the contract says, section 1\n", "section 1 of no contract"),
            (
                "crates/x/src/lib.rs",
                "// (authentic, section 1)\n",
                "section 1 of authentic, which is no file",
            ),
            ("crates/upstream-stalwart/src/lib.rs", "// (sections 4 and 6)\n", "section 6 of stalwart"),
            ("crates/upstream-stalwart/src/lib.rs", "// (authentik, section 4)\n", "section 4 of authentik"),
            ("docs/upstreams/ocis.md", "## 1. One\n\nSee section 2.\n", "ocis.md:3 names section 2 of ocis"),
            (REQUIREMENTS, "- [A1] Again.\n", "has [A1] twice"),
            ("docs/upstreams/authentik.md", "## 2. Again\n", "has section 2 twice"),
        ] {
            let problems = told(path, text);
            assert_eq!(problems.len(), 1, "{text}: {problems:?}");
            assert!(problems[0].contains(expected), "{expected} is not in {problems:?}");
        }
    }

    #[test]
    fn what_is_there_and_what_is_no_reference_is_not_told() {
        for (path, text) in [
            ("crates/x/src/lib.rs", "//! One [A1], [A1, B12]; more (authentik, sections 1 and 2).\n"),
            ("crates/x/src/lib.rs", "/// (stalwart,\n/// section 4; authentik, section 1)\nfn f() {}\n"),
            (
                "crates/x/src/lib.rs",
                "let cell = table[Z9]; let text = \"[Z9], section 9\"; // `row[Z9]` row[Z9]\n",
            ),
            (
                "crates/x/src/lib.rs",
                "// RFC 8705 section 3, RFC 6238, section 9, and section 4.2 of RFC 7208\n",
            ),
            ("crates/x/src/lib.rs", "// The sections of a page; 9 of them. A subsection 9.\n"),
            ("crates/upstream-stalwart/src/lib.rs", "// As section 5 says (section 4, “Freeze”).\n"),
            ("docs/x.md", "[Z9](https://x.test), [A](x.md)\n\n```\n[Z9] section 9\n```\n"),
            ("crates/x/Cargo.toml", "[Z9]\n"),
        ] {
            assert_eq!(told(path, text), Vec::<String>::new(), "{text}");
        }
    }
}
