//! Rules about the text of files: size, header, and what may not be in them.

use super::{Source, has_ending};

const MOST_LINES: usize = 600;

/// Slices keep their queries in these files only.
const QUERY_FILES: &[&str] = &["tables", "store"];

/// Where the environment may be read.
const ENVIRONMENT: &[&str] = &[
    "crates/dezky/",
    "crates/db/src/testing.rs",
    "xtask/",
    "crates/domains/examples/",
    "crates/mail-dns/examples/",
];

/// Marks of unfinished work. In two parts, so that this file does not break its own rule.
const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("db", "g!("),
];

/// Folders that exist on one machine only.
const MACHINE: &[&str] = &[concat!("/wo", "rk"), concat!("/ro", "ot"), concat!("/ho", "me")];

/// The rules that are broken.
pub fn check(sources: &[Source], slices: &[&str]) -> Vec<String> {
    let rust = sources.iter().filter(|source| source.is_rust());
    let mut problems: Vec<String> = rust.flat_map(|source| check_rust(source, slices)).collect();
    let ours = sources.iter().filter(|source| !has_ending(&source.path, "lock") && source.path != "LICENSE");
    problems.extend(ours.flat_map(check_text));
    problems
}

fn check_rust(source: &Source, slices: &[&str]) -> Vec<String> {
    let Source { path, text } = source;
    let mut problems = Vec::new();
    let lines = text.lines().count();
    if lines > MOST_LINES {
        problems.push(format!("{path} has {lines} lines; the most is {MOST_LINES}, so it is two files"));
    }
    if !text.starts_with("//!") {
        problems.push(format!("{path} does not begin with `//!`: why is it there?"));
    }
    if !ENVIRONMENT.iter().any(|place| path.starts_with(place)) {
        problems.extend(lines_with(source, "std::env").map(|line| {
            format!("{path}:{line} reads the environment; configuration is the matter of crates/dezky")
        }));
    }
    // That something is recorded is the log's word alone.
    if source.member().is_some_and(|name| name != "audit" && name != "db") {
        problems.extend(
            lines_with(source, "by_the_log").map(|line| {
                format!("{path}:{line} says that something is recorded; only audit::append does")
            }),
        );
    }
    let is_slice = source.member().is_some_and(|name| slices.contains(&name));
    if is_slice && !source.is_test() && !holds_queries(path) {
        problems
            .extend(lines_with(source, "sea_orm").map(|line| {
                format!("{path}:{line} uses sea_orm; in a slice only tables.rs and store.rs do")
            }));
    }
    problems
}

fn holds_queries(path: &str) -> bool {
    path.split('/').any(|part| QUERY_FILES.contains(&part.strip_suffix(".rs").unwrap_or(part)))
}

fn check_text(source: &Source) -> Vec<String> {
    let path = &source.path;
    let mut problems = Vec::new();
    for mark in UNFINISHED {
        problems.extend(lines_with(source, mark).map(|line| format!("{path}:{line} says {mark}")));
    }
    for (number, line) in source.text.lines().enumerate() {
        let named = MACHINE.iter().find(|folder| names_folder(line, folder));
        problems.extend(
            named.map(|folder| format!("{path}:{} names {folder}, which is of one machine only", number + 1)),
        );
    }
    problems
}

fn lines_with<'a>(source: &'a Source, text: &'a str) -> impl Iterator<Item = usize> + 'a {
    let lines = source.text.lines().enumerate();
    lines.filter_map(move |(number, line)| line.contains(text).then_some(number + 1))
}

/// True when a line names the folder itself, not a longer path that contains its name.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + folder.len()..].chars().next();
        let goes_on = |letter: char| letter.is_alphanumeric() || "-_".contains(letter);
        let is_start = before.is_none_or(|letter| !goes_on(letter) && !"./}>~$*".contains(letter));
        is_start && after.is_none_or(|letter| !goes_on(letter))
    })
}

#[cfg(test)]
mod tests {
    use super::{MACHINE, names_folder};

    #[test]
    fn only_a_machines_folder_is_one() {
        let folder = MACHINE[0];
        assert!(names_folder(&format!("see `{folder}/main`"), folder));
        assert!(!names_folder(&format!("POST {folder}space"), folder));
        assert!(!names_folder(&format!("crates{folder}/x"), folder));
    }
}
