//! The glossary says where each term is in the code. So its types and tables must be there, and its terms in order.

use super::Source;

const GLOSSARY: &str = "docs/glossary.md";

/// The rows that are wrong.
pub fn check(sources: &[Source]) -> Vec<String> {
    let Some(glossary) = sources.iter().find(|source| source.path == GLOSSARY) else {
        return vec![format!("{GLOSSARY} is missing")];
    };
    let mut problems = Vec::new();
    let mut before = String::new();
    for (number, row) in glossary.text.lines().enumerate().filter_map(|(at, line)| Some((at + 1, row(line)?)))
    {
        let term = row.term.to_lowercase();
        if term <= before {
            problems.push(format!("{GLOSSARY}:{number} has “{}” twice or out of order", row.term));
        }
        if let Some(name) = row.kind.filter(|name| !is_type(sources, name)) {
            problems.push(format!("{GLOSSARY}:{number} names the type {name}, which is not in its crate"));
        }
        if let Some(name) = row.table.filter(|name| !is_table(sources, name)) {
            problems.push(format!("{GLOSSARY}:{number} names the table {name}, which no migration makes"));
        }
        before = term;
    }
    problems
}

struct Row<'a> {
    term: &'a str,
    kind: Option<&'a str>,
    table: Option<&'a str>,
}

/// A row of the table, without its head.
fn row(line: &str) -> Option<Row<'_>> {
    let cells: Vec<&str> = line.strip_prefix('|')?.split('|').map(str::trim).collect();
    let [term, _, kind, table, ..] = cells.as_slice() else { return None };
    let is_head = *term == "term" || term.starts_with("---");
    (!is_head).then(|| Row { term, kind: code(kind), table: code(table) })
}

fn code(cell: &str) -> Option<&str> {
    let name = cell.trim_matches('`');
    (!name.is_empty()).then_some(name)
}

/// True when the crate before the first `::` defines a type of the last name.
fn is_type(sources: &[Source], path: &str) -> bool {
    let (Some((member, _)), Some((_, name))) = (path.split_once("::"), path.rsplit_once("::")) else {
        return false;
    };
    let member = member.replace('_', "-");
    let mut own = sources
        .iter()
        .filter(|source| source.is_rust() && !source.is_test() && source.member() == Some(member.as_str()));
    own.any(|source| defines(&source.text, name))
}

/// A definition, or a line of a macro that makes types: it begins with the name and has a comment before it.
fn defines(text: &str, name: &str) -> bool {
    let mut before = "";
    text.lines().map(str::trim).any(|line| {
        let in_words = ["struct ", "enum ", "trait ", "type "].iter().any(|word| {
            line.strip_prefix("pub ")
                .and_then(|line| line.strip_prefix(word))
                .is_some_and(|rest| begins(rest, name))
        });
        let in_macro = before.starts_with("///") && begins(line, name) && !line.ends_with(',');
        before = line;
        in_words || in_macro
    })
}

fn begins(text: &str, name: &str) -> bool {
    let rest = text.strip_prefix(name);
    rest.is_some_and(|rest| rest.starts_with([' ', '<', '(', ';', ':']))
}

fn is_table(sources: &[Source], name: &str) -> bool {
    let made = format!("CREATE TABLE {name} (");
    let mut migrations = sources.iter().filter(|source| source.member() == Some("migrations"));
    migrations.any(|source| source.text.contains(&made))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rows: &str) -> String {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let head = "# Glossary\n\n| term | meaning | type | table |\n|---|---|---|---|\n";
        check(&[
            source("crates/sign-in/src/lib.rs", "pub struct Door<T>(T);\npub(crate) struct Hidden;\n"),
            source(
                "crates/sign-in/src/words.rs",
                "words! {\n    /// A place.\n    Place {\n        /// One.\n        One = 1,\n",
            ),
            source("crates/migrations/src/m001.rs", "\"CREATE TABLE doors (id TEXT)\""),
            source(GLOSSARY, &format!("{head}{rows}")),
        ])
        .join("\n")
    }

    #[test]
    fn types_and_tables_that_are_not_there_are_told() {
        let good = "| Alley | A way. | | |\n| door | A way in. | `sign_in::Door` | `doors` |\n| place | Where. | `sign_in::words::Place` | |\n";
        assert_eq!(told(good), "");
        for (row, expected) in [
            ("| door | A way in. | `sign_in::Gate` | |", "glossary.md:5 names the type sign_in::Gate"),
            ("| door | A way in. | `web::Door` | |", "the type web::Door"),
            ("| door | A way in. | `sign_in::Hidden` | |", "the type sign_in::Hidden"),
            ("| door | A way in. | `sign_in::One` | |", "the type sign_in::One"),
            ("| door | A way in. | | `gates` |", "the table gates"),
            ("| door | A way in. | | |\n| Door | Again. | | |", "glossary.md:6 has “Door” twice"),
            ("| door | A way in. | | |\n| alley | Late. | | |", "has “alley” twice or out of order"),
        ] {
            let problems = told(row);
            assert!(problems.contains(expected), "{expected} is not in {problems}");
        }
    }
}
