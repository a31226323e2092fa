//! The shape of a slice: small enough to be read in an hour, and its files named as in any other.

use super::Source;

/// The most lines of Rust in a slice's `src`, its tests not counted.
const MOST_LINES: usize = 4000;

/// What files were called elsewhere, and what the house calls them.
const NAMES: &[(&str, &str)] = &[
    ("errors", "error"),
    ("handlers", "pages` or `api"),
    ("models", "model"),
    ("page", "pages"),
    ("queries", "store` or `reads"),
    ("read", "reads"),
    ("routes", "pages` or `api"),
    ("types", "model"),
    ("view", "api"),
    ("views", "pages` or `api"),
    ("want", "desired"),
    ("wants", "apply"),
    ("watch", "events` or `jobs"),
];

/// The rules that are broken.
pub fn check(sources: &[Source], slices: &[&str]) -> Vec<String> {
    let mut problems = Vec::new();
    for slice in slices {
        let inside = format!("crates/{slice}/src/");
        let own = || sources.iter().filter(|source| source.is_rust() && source.path.starts_with(&inside));
        let lines: usize =
            own().filter(|source| !source.is_test()).map(|source| source.text.lines().count()).sum();
        if lines > MOST_LINES {
            problems.push(format!("the slice {slice} has {lines} lines; above {MOST_LINES} it is two nouns"));
        }
        problems.extend(own().filter_map(|source| misnamed(source, &inside)));
    }
    problems
}

fn misnamed(source: &Source, inside: &str) -> Option<String> {
    let name = source.path.strip_prefix(inside)?.strip_suffix(".rs")?;
    let told = |right: &str| format!("{}: the house calls that `{right}`", source.path);
    if name.ends_with("_api") {
        return Some(told("api/"));
    }
    NAMES.iter().find(|(other, _)| *other == name).map(|(_, right)| told(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, lines: usize) -> Source {
        Source { path: path.to_owned(), text: "x\n".repeat(lines) }
    }

    #[test]
    fn a_slice_that_grew_too_large_and_a_file_of_another_name_are_told() {
        let sources = [
            source("crates/a/src/store.rs", MOST_LINES),
            source("crates/a/src/tests/more.rs", 500),
            source("crates/b/src/reads.rs", MOST_LINES),
            source("crates/b/src/lib.rs", 1),
            source("crates/c/src/read.rs", 1),
            source("crates/c/src/plan_api.rs", 1),
            source("crates/c/src/pages/view.rs", 1),
        ];
        let told = check(&sources, &["a", "b", "c"]);
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].contains("the slice b has 4001 lines"), "{}", told[0]);
        assert!(told[1].contains("reads") && told[2].contains("api/"), "{told:?}");
    }
}
