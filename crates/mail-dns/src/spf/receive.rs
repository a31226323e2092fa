//! What a receiver makes of a client: `check_host` of RFC 7208, 4.

use std::fmt;

use kernel::dns::{Name, RecordType};

use super::check::Problem;
use super::client::Client;
use super::record::{Qualifier, Spf};
use super::walk::{Reach, Walk, is_domain, only_record};
use crate::known::{Known, Look, Lookup, Progress};

/// The result (RFC 7208, 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpfResult {
    /// There is no record.
    None,
    /// Nothing is said of the client.
    Neutral,
    /// The client may send.
    Pass,
    /// The client may not send.
    Fail,
    /// The client probably may not send.
    SoftFail,
    /// A look-up failed for the moment.
    TempError,
    /// The record can't be used.
    PermError,
}

/// What came out for a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The result.
    pub verdict: SpfResult,
    /// The domain's own words for whoever may not send.
    pub explanation: Option<String>,
    /// Why the record can't be used, or can't be used for the moment.
    pub problem: Option<Problem>,
}

impl SpfResult {
    /// As in `Received-SPF` (RFC 7208, 9.1).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Neutral => "neutral",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::SoftFail => "softfail",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

impl fmt::Display for SpfResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<SpfResult> for Received {
    fn from(verdict: SpfResult) -> Self {
        Self { verdict, explanation: None, problem: None }
    }
}

impl From<Problem> for Received {
    fn from(problem: Problem) -> Self {
        let verdict = match problem {
            Problem::LookupFailed(_) => SpfResult::TempError,
            _ => SpfResult::PermError,
        };
        Self { verdict, explanation: None, problem: Some(problem) }
    }
}

/// Checks a client as a receiver does, by the record of the domain that it gives.
pub fn check_host(client: &Client, known: &Known) -> Progress<Received> {
    let mut lookup = Lookup::new(known);
    let domain = client.domain.parse::<Name>().ok().filter(is_domain);
    let received = match domain {
        // What is no name on the internet has no record (RFC 7208, 4.3).
        None => SpfResult::None.into(),
        Some(domain) => by_domain(client, &domain, &mut lookup),
    };
    lookup.close(received)
}

fn by_domain(client: &Client, domain: &Name, lookup: &mut Lookup<'_>) -> Received {
    let records = match lookup.look(domain, RecordType::Txt) {
        Look::Unasked | Look::Void => return SpfResult::None.into(),
        Look::Failed => return Problem::LookupFailed(domain.clone()).into(),
        Look::Records(records) => records,
    };
    let spf = match only_record(records) {
        Ok(text) => text.parse::<Spf>().map_err(|error| Problem::Syntax(domain.clone(), error)),
        Err(0) => return SpfResult::None.into(),
        Err(count) => Err(Problem::Several(count)),
    };
    let spf = match spf {
        Ok(spf) => spf,
        Err(problem) => return problem.into(),
    };
    let mut walk = Walk::new(domain, client, Reach::Match, lookup);
    match walk.for_client(domain, &spf) {
        Err(problem) => problem.into(),
        Ok(None | Some(Qualifier::Neutral)) => SpfResult::Neutral.into(),
        Ok(Some(Qualifier::Pass)) => SpfResult::Pass.into(),
        Ok(Some(Qualifier::SoftFail)) => SpfResult::SoftFail.into(),
        Ok(Some(Qualifier::Fail)) => Received { explanation: walk.explain(), ..SpfResult::Fail.into() },
    }
}
