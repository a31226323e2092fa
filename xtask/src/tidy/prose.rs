//! What people wrote for people: the comments of code, and documents without their code.

use super::literals::comments;
use super::{Source, has_ending};

/// Comments in lines that follow each other, or a paragraph of a document.
pub struct Passage {
    /// Its words in one line. Code in backticks is blank.
    pub text: String,
    /// Where in `text` each line begins, and its number in the file.
    lines: Vec<(usize, usize)>,
}

impl Passage {
    /// The number of the line that has this place of the text.
    pub fn line(&self, at: usize) -> usize {
        let before = self.lines.iter().rev().find(|(start, _)| *start <= at);
        before.map_or(1, |(_, number)| *number)
    }
}

/// All prose of a file; none where nothing is known of its comments.
pub fn passages(source: &Source) -> Vec<Passage> {
    let Source { path, text } = source;
    let lines = if source.is_rust() {
        of_rust(text)
    } else if has_ending(path, "js") || has_ending(path, "css") {
        of_script(text, has_ending(path, "js"))
    } else if has_ending(path, "ftl") || has_ending(path, "toml") {
        after_hashes(text)
    } else if has_ending(path, "md") {
        of_document(text)
    } else {
        Vec::new()
    };
    joined(&lines)
}

/// The prose of one line, with its number.
type Line<'a> = (usize, &'a str);

fn of_rust(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let (mut counted, mut number) = (0, 1);
    for comment in comments(text) {
        number += newlines(&text[counted..comment.start]);
        counted = comment.start;
        lines.extend(comment.text.lines().enumerate().map(|(more, line)| (number + more, line)));
    }
    lines
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

/// Comments of scripts and style sheets. They begin a line or stand after a blank; within a string that isn't so.
fn of_script(text: &str, has_line_comments: bool) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut is_inside = false;
    for (number, line) in text.lines().enumerate() {
        let start = if is_inside { Some(0) } else { begins(line, "/*") };
        if let Some(start) = start {
            let end = line[start..].find("*/").map(|end| start + end);
            is_inside = end.is_none();
            lines.push((number + 1, &line[start..end.unwrap_or(line.len())]));
        } else if let Some(start) = begins(line, "//").filter(|_| has_line_comments) {
            lines.push((number + 1, &line[start..]));
        }
    }
    lines
}

fn begins(line: &str, mark: &str) -> Option<usize> {
    let mut places = line.match_indices(mark).map(|(at, _)| at);
    places.find(|at| line[..*at].chars().next_back().is_none_or(char::is_whitespace))
}

fn after_hashes(text: &str) -> Vec<Line<'_>> {
    let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line.trim_start()));
    lines.filter(|(_, line)| line.starts_with('#')).collect()
}

/// A document without its blocks of code.
fn of_document(text: &str) -> Vec<Line<'_>> {
    let mut is_code = false;
    let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line));
    let prose = lines.filter(|(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_fence && !is_code && !line.trim().is_empty()
    });
    prose.collect()
}

fn joined(lines: &[Line<'_>]) -> Vec<Passage> {
    let follow = |one: &Line<'_>, next: &Line<'_>| one.0 + 1 >= next.0;
    lines.chunk_by(follow).map(passage).collect()
}

fn passage(lines: &[Line<'_>]) -> Passage {
    let mut passage = Passage { text: String::new(), lines: Vec::new() };
    for (number, line) in lines {
        passage.lines.push((passage.text.len(), *number));
        passage.text.push_str(without_marks(line));
        passage.text.push(' ');
    }
    passage.text = without_code(&passage.text);
    passage
}

fn without_marks(line: &str) -> &str {
    line.trim().trim_start_matches(['/', '!', '*', '#']).trim_start()
}

/// The same text, as long as before, with blanks for what is in backticks.
fn without_code(text: &str) -> String {
    let mut parts = text.split('`').peekable();
    let mut prose = String::new();
    let mut is_code = false;
    while let Some(part) = parts.next() {
        if is_code && parts.peek().is_some() {
            prose.push_str(&" ".repeat(part.len()));
        } else {
            prose.push_str(part);
        }
        if parts.peek().is_some() {
            prose.push('`');
        }
        is_code = !is_code;
    }
    prose
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> Vec<(usize, String)> {
        let source = Source { path: path.to_owned(), text: text.to_owned() };
        let passages = passages(&source);
        passages.iter().map(|passage| (passage.line(0), passage.text.trim().to_owned())).collect()
    }

    #[test]
    fn comments_that_follow_each_other_are_one_passage() {
        let code = "fn f() {}\n/// one\n/// two\nfn g() { h(\"// no\"); } // three `code[A1]`\n";
        assert_eq!(told("x.rs", code), [(2, "one two three `        `".to_owned())]);
        assert_eq!(
            told("x.js", "a(\"http://x\");\n/* one\n   two */\nb(); // three\n"),
            [(2, "one two three".to_owned())]
        );
        assert_eq!(told("x.css", ".a { b: url(//c); }\n\n/* one */\n"), [(3, "one".to_owned())]);
        assert_eq!(told("x.ftl", "# one\nkey = # no\n"), [(1, "one".to_owned())]);
    }

    #[test]
    fn a_document_is_its_paragraphs_without_code() {
        let document = "# one\n\n```\nno\n```\n\ntwo\nthree\n";
        let expected = [(1, "one".to_owned()), (7, "two three".to_owned())];
        assert_eq!(told("x.md", document), expected);
    }

    #[test]
    fn a_place_leads_to_its_line() {
        let source = Source { path: "x.rs".to_owned(), text: "\n// one\n// two\n".to_owned() };
        let passages = passages(&source);
        let at = passages[0].text.find("two").unwrap();
        assert_eq!(passages[0].line(at), 3);
    }
}
