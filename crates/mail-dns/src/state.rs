//! What the findings make of a domain as a whole.

use crate::examine::{Finding, Verdict};

/// How a mail domain is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DomainState {
    /// It has never been right so far.
    Pending,
    /// All that mail needs is there.
    Verified,
    /// It was right once, and something that mail needs is wrong now.
    Attention,
}

impl DomainState {
    /// A short stable word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Verified => "verified",
            Self::Attention => "attention",
        }
    }
}

/// The state after these findings. Where nobody answered, what was known before goes on being believed.
pub fn state(findings: &[Finding], before: DomainState) -> DomainState {
    let needed = || findings.iter().filter(|finding| finding.expected.needed).map(|finding| finding.verdict);
    let is_wrong = |verdict: Verdict| !matches!(verdict, Verdict::Ok | Verdict::Error);
    if needed().any(is_wrong) {
        return match before {
            DomainState::Pending => DomainState::Pending,
            DomainState::Verified | DomainState::Attention => DomainState::Attention,
        };
    }
    let is_known = needed().count() > 0 && needed().all(|verdict| verdict == Verdict::Ok);
    if is_known { DomainState::Verified } else { before }
}
