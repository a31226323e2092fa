//! `cargo xtask tidy`: the repository's own rules. Each rule that is broken is one sentence, and all are told.

mod addresses;
mod english;
mod glossary;
mod layers;
mod licences;
mod literals;
mod prose;
mod references;
mod slices;
mod sources;
mod stated;
mod texts;
mod unused;

use anyhow::{Context as _, Result, bail};

use crate::workspace::{Layer, Workspace};

/// A text file of the repository.
pub struct Source {
    /// Its path from the root.
    pub path: String,
    /// What is in it.
    pub text: String,
}

impl Source {
    fn is_rust(&self) -> bool {
        has_ending(&self.path, "rs")
    }

    /// The name of its crate, for what lies in `crates/`.
    fn member(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    /// True for a test binary of the crate in this folder: what these alone use is a dependency of tests.
    fn is_test_target(&self, folder: &str) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with("/tests/"))
    }

    /// True for code that only tests run.
    fn is_test(&self) -> bool {
        self.path.split('/').any(|part| matches!(part, "tests" | "tests.rs"))
    }
}

fn has_ending(path: &str, wanted: &str) -> bool {
    let ending = std::path::Path::new(path).extension();
    ending.is_some_and(|ending| ending == wanted)
}

/// Checks all rules.
pub fn run() -> Result<()> {
    let workspace = Workspace::load()?;
    let sources = read(&workspace)?;
    let slices = workspace.members.iter().filter(|member| member.layer() == Some(Layer::Slice));
    let slices: Vec<&str> = slices.map(|member| member.name.as_str()).chain(["example"]).collect();
    let mut problems = layers::check(&workspace);
    problems.extend(layers::check_wiring(&workspace, &sources));
    problems.extend(licences::check(&workspace));
    problems.extend(addresses::check(&sources));
    problems.extend(english::check(&sources, &slices));
    problems.extend(glossary::check(&sources));
    problems.extend(references::check(&sources));
    problems.extend(slices::check(&sources, &slices));
    problems.extend(sources::check(&sources, &slices));
    problems.extend(texts::check(&sources));
    problems.extend(unused::check(&workspace, &sources));
    for problem in &problems {
        eprintln!("tidy: {problem}");
    }
    if !problems.is_empty() {
        bail!("{} rules of the repository are broken (see above)", problems.len());
    }
    println!("{} files and {} packages keep the rules", sources.len(), workspace.packages.len());
    Ok(())
}

/// All text files; pictures and the like are left out.
fn read(workspace: &Workspace) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in workspace.files()? {
        let bytes = std::fs::read(workspace.root.join(&path)).with_context(|| path.clone())?;
        if let Ok(text) = String::from_utf8(bytes) {
            sources.push(Source { path: place_of(path), text });
        }
    }
    Ok(sources)
}

/// Where a file is judged: for the template of slices the rules hold as for what is made of it, so it is told by the
/// paths that it would have.
fn place_of(path: String) -> String {
    match path.strip_prefix("xtask/template/") {
        Some("migration.rs") => "crates/migrations/src/m000_examples.rs".to_owned(),
        Some(inner) => format!("crates/{inner}"),
        None => path,
    }
}
