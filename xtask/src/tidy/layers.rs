//! Which crate may depend on which: each says its layer in its `Cargo.toml`, and looks down only.

use super::Source;
use crate::workspace::{Layer, Package, Workspace};

/// Crates of others that only some of ours may use: whole layers, and single crates.
const RESERVED: &[(&str, &[Layer], &[&str])] = &[
    ("reqwest", &[], &["outbound"]),
    ("lettre", &[], &["mailer"]),
    ("sea-orm", &[Layer::Platform, Layer::Slice], &["db"]),
    ("sea-orm-migration", &[], &["migrations"]),
    // `xtask` has the bare handler beside which `bench` puts the product.
    ("axum", &[Layer::Upstream, Layer::Slice, Layer::Product], &["web", "simulator", "mailer", "testkit"]),
    ("anyhow", &[Layer::Product], &[]),
];

const BANNED: &[&str] = &["aws-lc-rs", "aws-lc-sys", "openssl-sys", "native-tls"];

/// The rules that are broken.
pub fn check(workspace: &Workspace) -> Vec<String> {
    let mut problems: Vec<String> =
        workspace.members.iter().flat_map(|member| looks_up(workspace, member)).collect();
    problems.extend(workspace.members.iter().flat_map(reserved));
    let packages = workspace.packages.iter();
    let banned = packages.filter(|package| BANNED.contains(&package.name.as_str()));
    problems.extend(banned.map(|package| {
        format!("the crate {} is banned: TLS and cryptography are rustls with ring", package.name)
    }));
    problems
}

/// What a crate needs of the layers above it. Tests may need more.
fn looks_up(workspace: &Workspace, member: &Package) -> Vec<String> {
    let Some(layer) = member.layer() else {
        return vec![format!(
            "the crate {} has no layer; say it in its Cargo.toml: [package.metadata.dezky], layer = \"slice\"",
            member.name
        )];
    };
    let needed = member
        .needs()
        .filter_map(|on| workspace.members.iter().find(|other| other.name == on.name))
        .filter(|other| other.layer().is_some_and(|above| above > layer));
    let told = |other: &Package| {
        format!(
            "the crate {} needs {}, which is above it; layers only look down (ARCHITECTURE.md)",
            member.name, other.name
        )
    };
    needed.map(told).collect()
}

/// The slices as they are wired: each after those that it stands on, for events are told in that order.
pub fn check_wiring(workspace: &Workspace, sources: &[Source]) -> Vec<String> {
    const WIRING: &str = "crates/dezky/src/wiring.rs";
    let Some(wiring) = sources.iter().find(|source| source.path == WIRING) else {
        return vec![format!("{WIRING} is missing; it puts the slices together")];
    };
    let place = |name: &str| wiring.text.find(&format!(" {}::slice(", name.replace('-', "_")));
    let mut problems = Vec::new();
    let slices = || workspace.members.iter().filter(|member| member.layer() == Some(Layer::Slice));
    for slice in slices().filter(|slice| slice.is_in("crates")) {
        let Some(own) = place(&slice.name) else {
            problems
                .push(format!("the slice {} is not put together with the others in {WIRING}", slice.name));
            continue;
        };
        let later = slices().filter(|other| slice.needs().any(|on| on.name == other.name));
        let later = later.filter(|other| place(&other.name).is_some_and(|at| at > own));
        problems.extend(
            later.map(|other| {
                format!("{WIRING}: {} stands on {}, and comes after it", slice.name, other.name)
            }),
        );
    }
    problems
}

/// True for crates that call something outside and simulate it.
fn is_client(member: &Package) -> bool {
    member.layer() == Some(Layer::Upstream) || member.name == "mailer"
}

fn reserved(member: &Package) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, layers, crates) in RESERVED {
        let Some(on) = member.needs().find(|on| on.name == *name) else {
            continue;
        };
        let is_allowed = member.layer().is_some_and(|layer| layers.contains(&layer))
            || crates.contains(&member.name.as_str());
        if !is_allowed {
            problems
                .push(format!("the crate {} may not need {name} (xtask/src/tidy/layers.rs)", member.name));
        } else if *name == "axum" && is_client(member) && !on.optional {
            problems.push(format!(
                "the crate {} needs axum always; only its simulator may (feature `sim`)",
                member.name
            ));
        }
    }
    problems
}
