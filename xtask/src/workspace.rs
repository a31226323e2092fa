//! What cargo and git know of the workspace.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

/// The workspace and everything that it is built from.
pub struct Workspace {
    /// Its folder.
    pub root: PathBuf,
    /// Where cargo puts what it builds.
    pub target: PathBuf,
    /// Our crates.
    pub members: Vec<Package>,
    /// Everybody's crates, ours included.
    pub packages: Vec<Package>,
}

/// A crate.
#[derive(Clone, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence, as SPDX.
    pub license: Option<String>,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
    targets: Vec<Target>,
    id: String,
    manifest_path: PathBuf,
    metadata: Option<Told>,
}

/// Where a crate stands; each uses its own layer and those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Knows nothing of the product.
    Base,
    /// Clients of the upstreams.
    Upstream,
    /// What slices stand on.
    Platform,
    /// One noun of the product.
    Slice,
    /// Puts everything together.
    Product,
}

/// What a crate says about itself in `[package.metadata]`.
#[derive(Clone, Deserialize)]
struct Told {
    dezky: Option<Place>,
}

#[derive(Clone, Deserialize)]
struct Place {
    layer: Layer,
}

/// One dependency of a crate.
#[derive(Clone, Deserialize)]
pub struct Dependency {
    /// The crate.
    pub name: String,
    /// True when only a feature brings it in.
    pub optional: bool,
    /// None for what the crate itself needs; `dev` or `build` otherwise.
    pub kind: Option<String>,
    rename: Option<String>,
}

impl Dependency {
    /// As code says it.
    pub fn in_code(&self) -> String {
        self.rename.as_ref().unwrap_or(&self.name).replace('-', "_")
    }
}

#[derive(Clone, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

impl Workspace {
    /// Asks cargo.
    pub fn load() -> Result<Self> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let arguments = ["metadata", "--format-version", "1", "--all-features"];
        let output = Command::new(cargo).args(arguments).output().context("cargo metadata")?;
        if !output.status.success() {
            bail!("cargo metadata failed:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        let metadata: Metadata =
            serde_json::from_slice(&output.stdout).context("the answer of cargo metadata")?;
        let is_ours = |package: &&Package| metadata.workspace_members.contains(&package.id);
        Ok(Self {
            root: metadata.workspace_root,
            target: metadata.target_directory,
            members: metadata.packages.iter().filter(is_ours).cloned().collect(),
            packages: metadata.packages,
        })
    }

    /// Paths of all files that git has or would take, from the root.
    pub fn files(&self) -> Result<Vec<String>> {
        let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
        let output =
            Command::new("git").current_dir(&self.root).args(arguments).output().context("git ls-files")?;
        if !output.status.success() {
            bail!("git ls-files failed: the rules are checked in a git checkout");
        }
        let list = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
        let there = |path: &&str| !path.is_empty() && self.root.join(path).is_file();
        Ok(list.split('\0').filter(there).map(str::to_owned).collect())
    }
}

impl Package {
    /// True when it lies in a folder of this name.
    pub fn is_in(&self, folder: &str) -> bool {
        self.manifest_path.parent().and_then(Path::parent).is_some_and(|parent| parent.ends_with(folder))
    }

    /// Its folder, from the root.
    pub fn folder(&self, root: &Path) -> String {
        let folder = self.manifest_path.parent().and_then(|folder| folder.strip_prefix(root).ok());
        folder.map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Its layer, where it is one of ours.
    pub fn layer(&self) -> Option<Layer> {
        Some(self.metadata.as_ref()?.dezky.as_ref()?.layer)
    }

    /// What the crate itself needs, without what only its tests do.
    pub fn needs(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies.iter().filter(|on| on.kind.is_none())
    }

    /// True when it or its tests depend on a crate.
    pub fn touches(&self, name: &str) -> bool {
        self.name == name || self.dependencies.iter().any(|on| on.name == name)
    }

    /// Names of its test binaries.
    pub fn tests(&self) -> impl Iterator<Item = &str> {
        let is_test = |target: &&Target| target.kind.iter().any(|kind| kind == "test");
        self.targets.iter().filter(is_test).map(|target| target.name.as_str())
    }
}
