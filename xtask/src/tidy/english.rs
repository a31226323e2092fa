//! What people read stands in catalogues (`text/`), so that it can be read over, and be in their language: no sentence in
//! the code of slices, of rights or of the frame of pages.
//!
//! Left in the code, in English, is what isn't said to the people of a workspace: the documentation of the API beside each
//! field, and the log.

use super::Source;
use super::literals::{Literal, literals};

/// What is written for developers, for who sets the product up, or by the demonstration.
const ELSEWHERE: &[&str] = &[
    "crates/publishing/src/connect/sign.rs",
    "crates/web/src/openapi.rs",
    "crates/web/src/ui/gallery/",
    "/demo.rs",
    "/demo/",
];

/// Calls whose texts people of a workspace don't read.
const NOT_SAID: &[&str] =
    &["::required(", "::optional(", "doc: ", "commit_silently(", "tracing::", "assert!(", "assert_eq!("];

/// The rules that are broken.
pub fn check(sources: &[Source], slices: &[&str]) -> Vec<String> {
    let speaks = |source: &&Source| {
        let member = source.member().unwrap_or_default();
        source.is_rust()
            && !source.is_test()
            && (slices.contains(&member) || ["access", "web"].contains(&member))
            && source.path.contains("/src/")
            && !ELSEWHERE.iter().any(|place| source.path.contains(place))
    };
    sources.iter().filter(speaks).flat_map(sentences).collect()
}

fn sentences(source: &Source) -> Vec<String> {
    let code = super::texts::without_tests(&source.text);
    let said = literals(code).into_iter().filter(|literal| is_said(code, literal));
    said.map(|literal| {
        let line = code[..literal.start].matches('\n').count() + 1;
        format!("{}:{line} says “{}”; words for people stand in a catalogue", source.path, literal.text)
    })
    .collect()
}

fn is_said(code: &str, literal: &Literal<'_>) -> bool {
    let before = &code[..literal.start];
    let is_of_error = before.trim_end().ends_with("#[error(") && literal.text.contains(' ');
    let statement = before.rsplit([';', '}']).next().unwrap_or(before);
    is_of_error || (is_sentence(literal.text) && !NOT_SAID.iter().any(|call| statement.contains(call)))
}

/// True for words between a capital and a full stop.
fn is_sentence(text: &str) -> bool {
    let begins = text.starts_with(|first: char| first.is_uppercase() || first == '“');
    begins && !text.starts_with("SELECT ") && text.contains(' ') && text.trim_end().ends_with(['.', '?', '!'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_found_and_what_developers_read_is_not() {
        let code = "let a = Field::required(\"name\", Text(5), \"The full name.\");\n\
                    tracing::warn!(\"It is gone.\");\n\
                    let b = op(\"Add a member\");\n\
                    let c = \"Ask your provider.\";\n\
                    #[error(\"no such member\")]\n";
        let source = |path: &str| Source { path: path.into(), text: code.into() };
        let sources = [
            source("crates/members/src/error.rs"),
            source("crates/members/src/demo/user.rs"),
            source("crates/mail-dns/src/lib.rs"),
        ];
        let problems = check(&sources, &["members"]);
        assert_eq!(problems.len(), 2, "{problems:#?}");
        assert!(problems[0].contains("error.rs:4 says “Ask your provider.”"), "{}", problems[0]);
    }
}
