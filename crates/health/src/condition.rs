//! How a tenant is, computed in one place from what is known now. Pages, badges, health and the API say nothing else of
//! it [B6, O9]. What isn't known is not fine.

use access::TenantStatus;
use findings::Finding;
use kernel::{DomainName, Explain as _, Message};
use provisioning::step_state;
use reconcile::{Outline, Status};

/// What the slice of domains says of one whose records are wrong.
pub const DNS: &str = "dns";
/// What it says of one whose records were never all seen.
pub const DNS_PENDING: &str = "dns_pending";
/// What the slice of storage says of a tenant whose storage is nearly used up.
pub const STORAGE: &str = "storage_full";
/// The source of what is said of a plan that is too small, by the slices of tenants and of storage.
pub const PLAN: &str = "plan";
/// What the finding on seats is about.
pub const OBJECT_SEATS: &str = "seats";
/// What that on storage is about.
pub const OBJECT_STORAGE: &str = "storage";
/// More seats are taken than there are.
pub const SEATS_OVER: &str = "seats_over_plan";
/// More storage is given out than there is.
pub const STORAGE_OVER: &str = "storage_over_plan";
/// The slice of domains, as the source of its findings.
const DOMAINS: &str = "domains";

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// A stable word.
    pub code: String,
    /// What it is about, such as a kind of resource.
    pub about: String,
    /// What is wrong, for people.
    pub message: Message,
}

/// How one of the three things is that a workspace is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It works, as far as is known.
    Ready,
    /// It is on its way.
    SettingUp,
    /// It is set up, and something is wrong with it.
    Attention,
    /// A step fails, or what does it does not answer.
    Failing,
    /// There is nothing to do, or it is switched off.
    Absent,
    /// The workspace is closed.
    Closed,
}

/// All that is known of a tenant.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Its state.
    pub status: TenantStatus,
    pub primary_domain: Option<&'a DomainName>,
    /// Its own resources.
    pub resources: &'a [Outline],
    /// What slices find wrong with it. One that is not known is as bad as any.
    pub findings: &'a [Finding],
    /// The upstreams that do not answer now.
    pub down: &'a [&'static str],
}

/// How a tenant is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Its state.
    pub status: TenantStatus,
    /// Whether its people can sign in.
    pub sign_in: Part,
    /// Whether it has mail.
    pub mail: Part,
    /// Whether it has files.
    pub files: Part,
    /// Percent of the checks that pass, rounded down; none while the workspace is closed, or nothing was checked yet.
    pub score: Option<u32>,
    /// What is wrong, the gravest first.
    pub reasons: Vec<Reason>,
}

/// What a finding says. One that is not known here is as bad as any.
pub fn reason(finding: &Finding) -> Reason {
    let name = &finding.object;
    let (code, key) = match finding.code.as_str() {
        DNS => ("dns_problem", "health-reason-dns"),
        DNS_PENDING => ("dns_pending", "health-reason-dns-pending"),
        STORAGE => ("storage_full", "health-reason-storage"),
        SEATS_OVER => (SEATS_OVER, "health-reason-seats-over"),
        STORAGE_OVER => (STORAGE_OVER, "health-reason-storage-over"),
        other => (other, "health-reason-other"),
    };
    let message = Message::new(key).with("name", name);
    Reason { code: code.to_owned(), about: name.clone(), message }
}

impl Known<'_> {
    /// How the tenant is.
    pub fn condition(&self) -> Condition {
        let is_closed = !self.status.is_open();
        let part = |kind| if is_closed { Part::Closed } else { self.part(kind) };
        // What is closed needs nothing but to be closed in full.
        let reasons = if is_closed { self.failing().collect() } else { self.reasons() };
        Condition {
            status: self.status,
            sign_in: part("authentik.group"),
            mail: part("stalwart.domain"),
            files: part("ocis.drive"),
            score: self.score(&reasons).filter(|_| !is_closed),
            reasons,
        }
    }

    fn part(&self, kind: &str) -> Part {
        let upstream = kind.split('.').next().unwrap_or(kind);
        let is_down = self.down.contains(&upstream);
        match step_state(self.resources, kind).status {
            Status::Error => Part::Failing,
            Status::Skipped => Part::Absent,
            Status::Pending => Part::SettingUp,
            Status::Ok if is_down => Part::Failing,
            Status::Ok if self.findings.iter().any(|finding| self.is_of(finding, kind)) => Part::Attention,
            Status::Ok => Part::Ready,
        }
    }

    /// Whether a finding is about what this kind of object is for.
    fn is_of(&self, finding: &Finding, kind: &str) -> bool {
        match kind {
            "stalwart.domain" => {
                let primary = self.primary_domain;
                finding.source == DOMAINS && primary.is_some_and(|name| name.ascii() == finding.object)
            }
            "ocis.drive" => finding.code == STORAGE,
            _ => false,
        }
    }

    fn reasons(&self) -> Vec<Reason> {
        let down = self.down.iter().filter(|upstream| self.uses(upstream)).map(|upstream| Reason {
            code: "upstream_down".to_owned(),
            about: (*upstream).to_owned(),
            message: Message::new("health-reason-down"),
        });
        let found = self.findings.iter().map(reason);
        down.chain(self.failing()).chain(found).collect()
    }

    fn failing(&self) -> impl Iterator<Item = Reason> {
        let failing = self.resources.iter().filter(|resource| resource.status == Status::Error);
        failing.map(|resource| Reason {
            code: "provisioning_error".to_owned(),
            about: resource.kind.clone(),
            message: match &resource.error {
                Some(error) => error.message(),
                None => Message::Quoted(String::new()),
            },
        })
    }

    /// Whether the tenant has, or is to have, anything there. An outline of a tenant says so of its mail domains alone;
    /// the other two it always has.
    fn uses(&self, upstream: &str) -> bool {
        let mut of_it = self.of_upstream(upstream).peekable();
        if of_it.peek().is_none() {
            return upstream == "authentik" || upstream == "ocis";
        }
        of_it.any(|resource| resource.status != Status::Skipped)
    }

    fn of_upstream<'a>(&'a self, upstream: &'a str) -> impl Iterator<Item = &'a Outline> {
        self.resources.iter().filter(move |resource| resource.kind.split('.').next() == Some(upstream))
    }

    /// What is on its way or switched off is no check. While a new workspace is being set up nothing is said to be fine.
    fn score(&self, reasons: &[Reason]) -> Option<u32> {
        let done = self.resources.iter().filter(|resource| resource.status == Status::Ok).count();
        let is_new = self.status == TenantStatus::Pending && reasons.is_empty();
        // What a service that is down has set up can't be said to work.
        let is_ok = |resource: &&Outline| resource.status == Status::Ok;
        let doubtful = self.down.iter().map(|upstream| self.of_upstream(upstream).filter(is_ok).count());
        let passed = done.saturating_sub(doubtful.sum());
        let all = passed + reasons.len();
        if all == 0 || is_new {
            return None;
        }
        u32::try_from(passed * 100 / all).ok()
    }
}

#[cfg(test)]
mod tests {
    use kernel::Timestamp;

    use super::*;

    const KINDS: [&str; 3] = ["authentik.group", "stalwart.domain", "ocis.drive"];

    struct Case {
        status: TenantStatus,
        resources: Vec<Outline>,
        findings: Vec<Finding>,
        down: Vec<&'static str>,
    }

    impl Case {
        fn condition(&self) -> Condition {
            let domain = "acme.test".parse().unwrap();
            let Self { status, resources, findings, down } = self;
            Known { status: *status, primary_domain: Some(&domain), resources, findings, down }.condition()
        }
    }

    fn case(status: TenantStatus, steps: [Status; 3]) -> Case {
        let step = |(kind, status): (&str, Status)| Outline {
            owner: String::new(),
            kind: kind.to_owned(),
            name: "acme".to_owned(),
            is_wanted: true,
            upstream_id: Some("1".to_owned()),
            status,
            reason: None,
            error: None,
            attempts: 0,
            attempted_at: None,
            next_at: Timestamp::from_micros(0),
        };
        let resources = KINDS.into_iter().zip(steps).map(step).collect();
        Case { status, resources, findings: Vec::new(), down: Vec::new() }
    }

    fn found(code: &str, object: &str) -> Finding {
        let since = Timestamp::from_seconds(1_800_000_000);
        Finding { source: "domains".into(), object: object.into(), code: code.into(), since }
    }

    const DONE: [Status; 3] = [Status::Ok; 3];

    #[test]
    fn a_closed_workspace_is_neither_fine_nor_scored() {
        for status in [TenantStatus::Suspended, TenantStatus::Terminated, TenantStatus::Purged] {
            let is = case(status, DONE).condition();
            assert_eq!((is.sign_in, is.mail, is.files), (Part::Closed, Part::Closed, Part::Closed));
            assert_eq!((is.score, is.reasons), (None, Vec::new()), "{status:?}");
        }
        let failing = case(TenantStatus::Suspended, [Status::Error, Status::Ok, Status::Ok]).condition();
        assert_eq!(failing.reasons.len(), 1, "what isn't closed in full is said");
    }

    #[test]
    fn what_was_not_checked_has_no_score() {
        let new = case(TenantStatus::Pending, [Status::Pending; 3]).condition();
        assert_eq!((new.score, new.sign_in), (None, Part::SettingUp));
        let half = case(TenantStatus::Pending, [Status::Ok, Status::Pending, Status::Ok]).condition();
        assert_eq!(half.score, None, "a half-made workspace is not at 100 %");
        let none = case(TenantStatus::Active, [Status::Skipped; 3]).condition();
        assert_eq!((none.score, none.mail), (None, Part::Absent));
        let failing = case(TenantStatus::Pending, [Status::Ok, Status::Error, Status::Pending]).condition();
        assert_eq!(failing.score, Some(50));
    }

    #[test]
    fn all_is_well_only_where_nothing_is_wrong() {
        let well = case(TenantStatus::Active, DONE).condition();
        assert_eq!((well.score, well.mail, well.reasons.len()), (Some(100), Part::Ready, 0));
        let no_mx =
            Case { findings: vec![found(DNS_PENDING, "acme.test")], ..case(TenantStatus::Active, DONE) };
        let no_mx = no_mx.condition();
        assert_eq!((no_mx.mail, no_mx.sign_in, no_mx.score), (Part::Attention, Part::Ready, Some(75)));
        let down = Case { down: vec!["stalwart"], ..case(TenantStatus::Active, DONE) }.condition();
        assert_eq!((down.mail, down.score), (Part::Failing, Some(66)));
        assert_eq!(down.reasons[0].code, "upstream_down");
    }

    #[test]
    fn a_finding_that_nobody_here_knows_is_a_bad_one() {
        let unknown = Case { findings: vec![found("unheard_of", "x")], ..case(TenantStatus::Active, DONE) };
        let is = unknown.condition();
        assert_eq!((is.score, is.reasons[0].code.as_str()), (Some(75), "unheard_of"));
    }
}
