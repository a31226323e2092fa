//! What is wrong with a tenant, computed from what is known now [B6].

use findings::Finding;
use reconcile::{Resource, Status};

/// What the slice of domains says of one whose records are wrong.
pub const DNS: &str = "dns";

/// What the slice of storage says of a tenant whose storage is nearly used up.
pub const STORAGE: &str = "storage_full";

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// A stable word.
    pub code: &'static str,
    /// What it is about, such as a kind of resource.
    pub about: String,
    /// What is wrong, for people.
    pub message: String,
}

/// How a tenant is: the share of its checks that pass, and why the others don't.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Percent of the checks that pass, rounded down.
    pub score: u32,
    /// Why the others don't.
    pub reasons: Vec<Reason>,
}

/// The health that follows from a tenant's resources and from what other slices find; a step that is skipped or on its
/// way is no failure.
pub fn of(resources: &[Resource], findings: &[Finding]) -> Health {
    let failing =
        resources.iter().filter(|resource| resource.status == Status::Error).map(|resource| Reason {
            code: "provisioning_error",
            about: resource.kind.clone(),
            message: resource.error.clone().unwrap_or_default(),
        });
    let found = findings.iter().filter(|finding| finding.code == DNS).map(|finding| Reason {
        code: "dns_problem",
        about: finding.object.clone(),
        message: format!("The DNS records of {} need attention.", finding.object),
    });
    let full = findings.iter().filter(|finding| finding.code == STORAGE).map(|finding| Reason {
        code: "storage_full",
        about: finding.object.clone(),
        message: "Over 90 % of the storage is used.".to_owned(),
    });
    let reasons: Vec<Reason> = failing.chain(found).chain(full).collect();
    let (all, bad) = ((resources.len() + findings.len()).max(1), reasons.len());
    let score = u32::try_from((all - bad) * 100 / all).unwrap_or(0);
    Health { score, reasons }
}
