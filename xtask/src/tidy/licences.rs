//! Which licences the crates that we build from may have.

use crate::workspace::Workspace;

const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// The packages whose licence is not allowed.
pub fn check(workspace: &Workspace) -> Vec<String> {
    let refused = workspace.packages.iter().filter_map(|package| {
        let licence = package.license.as_deref().unwrap_or("none that it names");
        let problem = format!(
            "the crate {} {} has the licence {licence}, which is not in the list of xtask/src/tidy/licences.rs",
            package.name, package.version
        );
        (!is_allowed(licence)).then_some(problem)
    });
    refused.collect()
}

/// Reads an SPDX expression; crates of old write `/` for OR. What can't be read is not allowed.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let answer = either(&mut rest);
    answer == Some(true) && rest.is_empty()
}

fn either(words: &mut &[&str]) -> Option<bool> {
    let mut answer = both(words)?;
    while take(words, "OR") {
        answer |= both(words)?;
    }
    Some(answer)
}

fn both(words: &mut &[&str]) -> Option<bool> {
    let mut answer = one(words)?;
    while take(words, "AND") {
        answer &= one(words)?;
    }
    Some(answer)
}

fn one(words: &mut &[&str]) -> Option<bool> {
    if take(words, "(") {
        let answer = either(words)?;
        return take(words, ")").then_some(answer);
    }
    let (name, rest) = words.split_first()?;
    *words = rest;
    if take(words, "WITH") {
        // An exception only adds freedom.
        *words = words.get(1..)?;
    }
    Some(ALLOWED.contains(name))
}

fn take(words: &mut &[&str], wanted: &str) -> bool {
    match words.split_first() {
        Some((first, rest)) if *first == wanted => {
            *words = rest;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn one_good_licence_of_several_is_enough_and_all_of_a_conjunction_are_needed() {
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "MIT OR LGPL-2.1-or-later",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0-only",
        ] {
            assert!(is_allowed(good), "{good}");
        }
        for bad in ["GPL-3.0-only", "MIT AND AGPL-3.0-only", "none that it names", "", "(MIT", "MIT OR"] {
            assert!(!is_allowed(bad), "{bad}");
        }
    }
}
