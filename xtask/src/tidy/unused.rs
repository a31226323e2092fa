//! Dependencies that a crate names and doesn't use. The compiler sees crates, not who asked for them.

use super::Source;
use crate::workspace::{Dependency, Package, Workspace};

/// One sentence for each dependency that no file of its crate names.
pub fn check(workspace: &Workspace, sources: &[Source]) -> Vec<String> {
    workspace.members.iter().flat_map(|member| unused(workspace, member, sources)).collect()
}

fn unused(workspace: &Workspace, member: &Package, sources: &[Source]) -> Vec<String> {
    let folder = super::place_of(member.folder(&workspace.root));
    let own = |source: &&Source| {
        let is_below = source.path.strip_prefix(&folder).is_some_and(|rest| rest.starts_with('/'));
        is_below && source.is_rust()
    };
    let own: Vec<&Source> = sources.iter().filter(own).collect();
    let is_used = |on: &Dependency| {
        let name = on.in_code();
        let is_for_tests = on.kind.as_deref() == Some("dev");
        let may_use = |source: &&&Source| is_for_tests || !source.is_test_target(&folder);
        own.iter().filter(may_use).any(|source| names(&source.text, &name))
    };
    let idle = member.dependencies.iter().filter(|on| !is_used(on));
    idle.map(|on| format!("the crate {} depends on {}, which it doesn't use", member.name, on.name)).collect()
}

/// Whether a crate is named: as a path, or by a `use` of itself.
fn names(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let is_inner = |c: char| c.is_alphanumeric() || c == '_';
        let starts = !text[..at].ends_with(is_inner);
        let rest = &text[at + name.len()..];
        let used = text[..at].ends_with("use ") || text[..at].ends_with("crate ");
        starts && !rest.starts_with(is_inner) && (rest.starts_with("::") || used)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_is_named_by_a_path_or_a_use() {
        assert!(names("use serde::Deserialize;", "serde"));
        assert!(names("fn f() -> url::Url", "url"));
        assert!(names("use db;", "db"));
        assert!(!names("use serde_json::Value;", "serde"));
        assert!(!names("// the url of it", "url"));
        assert!(!names("my_url::Url", "url"));
    }
}
