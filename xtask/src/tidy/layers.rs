//! Which crate may depend on which: the layers of ARCHITECTURE.md, as a table.

use crate::workspace::{Package, Workspace};

/// Our crates from the lowest layer up, and what of ours each may need. Tests may need more.
const LAYERS: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("mail-dns", &["kernel"]),
    ("outbound", &["kernel"]),
    ("simulator", &["kernel"]),
    ("db", &["kernel"]),
    ("i18n", &["kernel"]),
    ("migrations", &["kernel", "db"]),
    ("audit", &["kernel", "db"]),
    ("jobs", &["kernel", "db"]),
    ("mailer", &["kernel", "simulator", "db", "jobs"]),
    ("access", &["kernel", "db", "audit"]),
    ("findings", &["kernel", "db"]),
    ("reconcile", &["kernel", "outbound", "db", "audit", "jobs"]),
    // For tests alone: what must hold for every kind.
    ("laws", &["kernel", "outbound", "db", "migrations", "simulator", "reconcile"]),
    ("probes", &["kernel", "outbound", "db", "jobs"]),
    ("web", &["kernel", "db", "i18n", "audit", "access", "findings"]),
    ("upstream-authentik", &["kernel", "outbound", "simulator"]),
    ("upstream-stalwart", &["kernel", "outbound", "simulator"]),
    ("upstream-ocis", &["kernel", "outbound", "simulator"]),
    ("upstream-dns", &["kernel", "simulator"]),
    (
        "sign-in",
        &["kernel", "outbound", "db", "i18n", "audit", "jobs", "access", "web", "upstream-authentik"],
    ),
    ("drift", &["kernel", "db", "i18n", "audit", "jobs", "access", "reconcile", "web"]),
    (
        "tenants",
        &[
            "kernel",
            "outbound",
            "db",
            "i18n",
            "audit",
            "jobs",
            "access",
            "reconcile",
            "probes",
            "findings",
            "web",
            "upstream-authentik",
            "upstream-stalwart",
            "upstream-ocis",
            "sign-in",
            "drift",
        ],
    ),
    (
        "domains",
        &[
            "kernel",
            "outbound",
            "db",
            "i18n",
            "audit",
            "jobs",
            "access",
            "findings",
            "mailer",
            "reconcile",
            "web",
            "upstream-dns",
            "upstream-stalwart",
            "mail-dns",
            "tenants",
        ],
    ),
    (
        "members",
        &[
            "kernel",
            "db",
            "i18n",
            "outbound",
            "audit",
            "jobs",
            "access",
            "mailer",
            "reconcile",
            "web",
            "upstream-authentik",
            "upstream-stalwart",
            "upstream-ocis",
            "tenants",
        ],
    ),
    (
        "joining",
        &["kernel", "db", "i18n", "audit", "jobs", "access", "reconcile", "web", "tenants", "members"],
    ),
    (
        "offboarding",
        &[
            "kernel",
            "db",
            "i18n",
            "outbound",
            "audit",
            "jobs",
            "access",
            "reconcile",
            "web",
            "upstream-authentik",
            "upstream-stalwart",
            "members",
        ],
    ),
    (
        "mail",
        &[
            "kernel",
            "db",
            "i18n",
            "outbound",
            "audit",
            "access",
            "reconcile",
            "web",
            "upstream-stalwart",
            "tenants",
            "members",
        ],
    ),
    (
        "storage",
        &[
            "kernel",
            "db",
            "i18n",
            "outbound",
            "audit",
            "jobs",
            "access",
            "findings",
            "reconcile",
            "web",
            "upstream-ocis",
            "tenants",
            "members",
        ],
    ),
    (
        "groups",
        &[
            "kernel",
            "db",
            "i18n",
            "audit",
            "access",
            "reconcile",
            "web",
            "tenants",
            "members",
            "mail",
            "storage",
            "upstream-ocis",
        ],
    ),
    ("home", &["kernel", "access", "i18n", "web", "tenants", "domains", "members", "mail"]),
    ("xtask", &[]),
];

/// The binary, which wires everything.
const TOP: &str = "dezky";

/// Crates of others that only these of ours may use.
const RESERVED: &[(&str, &[&str])] = &[
    ("reqwest", &["outbound"]),
    ("lettre", &["mailer"]),
    (
        "sea-orm",
        &[
            "db",
            "migrations",
            "audit",
            "jobs",
            "access",
            "reconcile",
            "probes",
            "findings",
            "web",
            "sign-in",
            "tenants",
            "domains",
            "members",
            "joining",
            "offboarding",
            "mail",
            "storage",
            "groups",
            "mailer",
        ],
    ),
    ("sea-orm-migration", &["migrations"]),
    (
        "axum",
        &[
            "web",
            "simulator",
            "mailer",
            "upstream-authentik",
            "upstream-stalwart",
            "upstream-ocis",
            "upstream-dns",
            "sign-in",
            "drift",
            "tenants",
            "domains",
            "members",
            "joining",
            "offboarding",
            "mail",
            "storage",
            "groups",
            "home",
            // The bare handler beside which `bench` puts the product.
            "xtask",
            TOP,
        ],
    ),
    ("anyhow", &[TOP, "xtask"]),
];

const BANNED: &[&str] = &["aws-lc-rs", "aws-lc-sys", "openssl-sys", "native-tls"];

/// The rules that are broken.
pub fn check(workspace: &Workspace) -> Vec<String> {
    let is_ours = |name: &str| workspace.members.iter().any(|member| member.name == name);
    let mut problems = Vec::new();
    for member in workspace.members.iter().filter(|member| member.name != TOP) {
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == member.name) else {
            problems.push(format!(
                "the crate {} has no layer; give it a line in xtask/src/tidy/layers.rs",
                member.name
            ));
            continue;
        };
        let wrong = member.needs().filter(|on| is_ours(&on.name) && !allowed.contains(&on.name.as_str()));
        problems.extend(wrong.map(|on| {
            format!(
                "the crate {} needs {}, which is not below it; layers only look down (ARCHITECTURE.md)",
                member.name, on.name
            )
        }));
    }
    problems.extend(workspace.members.iter().flat_map(reserved));
    let packages = workspace.packages.iter();
    let banned = packages.filter(|package| BANNED.contains(&package.name.as_str()));
    problems.extend(banned.map(|package| {
        format!("the crate {} is banned: TLS and cryptography are rustls with ring", package.name)
    }));
    problems
}

/// True for crates that call something outside and simulate it.
fn is_client(name: &str) -> bool {
    name.starts_with("upstream-") || name == "mailer"
}

fn reserved(member: &Package) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, users) in RESERVED {
        let Some(on) = member.needs().find(|on| on.name == *name) else {
            continue;
        };
        if !users.contains(&member.name.as_str()) {
            problems.push(format!(
                "the crate {} needs {name}, which is only for {}",
                member.name,
                users.join(", ")
            ));
        } else if *name == "axum" && is_client(&member.name) && !on.optional {
            problems.push(format!(
                "the crate {} needs axum always; only its simulator may (feature `sim`)",
                member.name
            ));
        }
    }
    problems
}
