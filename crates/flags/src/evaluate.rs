//! Whether a flag is on for a tenant: a pure function of the flag, the tenant and the time. Which tenants a share reaches
//! follows from stable numbers of the flag's key and the tenant's id, so a larger share only adds tenants.

use access::TenantRef;
use kernel::{PartnerId, TenantId, Timestamp};
use tenants::Plan;

use crate::model::{Flag, FlagId, Key, Kind, Rule, WHOLE};

/// A flag made ready to be evaluated.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The flag.
    pub id: FlagId,
    /// By what programs know it.
    pub key: Key,
    killed: bool,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    kind: Kind,
    /// How many of the buckets the share reaches.
    share: u64,
    /// In order.
    tenants: Box<[TenantId]>,
    partners: Box<[PartnerId]>,
    plans: Box<[Plan]>,
    /// The number of its key.
    seed: u64,
}

/// A tenant, as far as flags ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// Its id.
    pub tenant: TenantId,
    /// Whose customer it is.
    pub partner: Option<PartnerId>,
    /// What it is on; none where that is a plan which this program doesn't know.
    pub plan: Option<Plan>,
    /// The number of its id.
    point: u64,
}

/// Why a flag is on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It was stopped by hand.
    Killed,
    /// Its time has not come.
    NotStarted,
    /// Its time is over.
    Ended,
    /// It is off for everybody.
    Off,
    /// It is on for everybody.
    On,
    /// It names the tenant, its partner or its plan, or those that it names are others.
    Target,
    /// The tenant is within its share, or outside.
    Share,
}

/// Whether a flag is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// It is.
    pub enabled: bool,
    /// Why.
    pub reason: Reason,
}

impl Decision {
    const fn of(enabled: bool, reason: Reason) -> Self {
        Self { enabled, reason }
    }
}

/// Spreads each bit of a number over all of its bits (the last step of `SplitMix64`).
const fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// The number of a text: FNV-1a, spread. It is part of what was promised to customers, so it never changes.
pub fn digest(bytes: &[u8]) -> u64 {
    let fold = |number: u64, byte: &u8| (number ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    mix(bytes.iter().fold(0xcbf2_9ce4_8422_2325, fold))
}

impl Subject {
    /// A tenant by its ids, and the word of its plan.
    pub fn new(tenant: TenantId, partner: Option<PartnerId>, plan: &str) -> Self {
        Self { tenant, partner, plan: Plan::parse(plan), point: digest(tenant.to_string().as_bytes()) }
    }

    /// The number by which answers for it are told from those for others.
    pub fn point(&self) -> u64 {
        self.point
    }
}

impl From<&TenantRef> for Subject {
    fn from(tenant: &TenantRef) -> Self {
        Self::new(tenant.id, tenant.partner, &tenant.plan)
    }
}

impl Compiled {
    /// Of a flag.
    pub fn new(flag: &Flag) -> Self {
        let killed = flag.killed_at.is_some();
        Self { killed, ..Self::of_rule(flag.id, &flag.key, &flag.rule) }
    }

    /// Of a rule, as if nobody had stopped the flag.
    pub fn of_rule(id: FlagId, key: &Key, rule: &Rule) -> Self {
        Self {
            id,
            key: key.clone(),
            killed: false,
            starts_at: rule.starts_at,
            ends_at: rule.ends_at,
            kind: rule.kind,
            share: u64::try_from(rule.share.clamp(0, WHOLE)).unwrap_or(0),
            tenants: rule.tenants.iter().copied().collect(),
            partners: rule.partners.iter().copied().collect(),
            plans: rule.plans.iter().copied().collect(),
            seed: digest(key.as_str().as_bytes()),
        }
    }

    fn names(&self, subject: &Subject) -> bool {
        let of_partner = |partner: &PartnerId| self.partners.binary_search(partner).is_ok();
        self.tenants.binary_search(&subject.tenant).is_ok()
            || subject.partner.as_ref().is_some_and(of_partner)
            || subject.plan.is_some_and(|plan| self.plans.contains(&plan))
    }

    /// Which of the buckets a tenant is in.
    fn bucket(&self, subject: &Subject) -> u64 {
        mix(self.seed ^ subject.point) % WHOLE.unsigned_abs()
    }

    /// What its kind says, whatever the time.
    pub fn by_rule(&self, subject: &Subject) -> Decision {
        match self.kind {
            Kind::Off => Decision::of(false, Reason::Off),
            Kind::On => Decision::of(true, Reason::On),
            Kind::Targeted => Decision::of(self.names(subject), Reason::Target),
            Kind::Rollout if self.names(subject) => Decision::of(true, Reason::Target),
            Kind::Rollout => Decision::of(self.bucket(subject) < self.share, Reason::Share),
        }
    }
}

/// Whether a flag is on for a tenant now. Being stopped wins over its dates, and those over whom it is for.
pub fn evaluate(flag: &Compiled, subject: &Subject, now: Timestamp) -> Decision {
    if flag.killed {
        Decision::of(false, Reason::Killed)
    } else if flag.starts_at.is_some_and(|starts| now < starts) {
        Decision::of(false, Reason::NotStarted)
    } else if flag.ends_at.is_some_and(|ends| now >= ends) {
        Decision::of(false, Reason::Ended)
    } else {
        flag.by_rule(subject)
    }
}

#[cfg(test)]
mod tests {
    use kernel::Clock;
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn tenant(number: u64) -> Subject {
        Subject::new(format!("ten_{number:032x}").parse().unwrap(), None, "business")
    }

    fn flag(key: &str, rule: &Rule, killed: bool) -> Compiled {
        let id = FlagId::new(&Clock::System);
        Compiled { killed, ..Compiled::of_rule(id, &key.parse().unwrap(), rule) }
    }

    fn rollout(share: i64) -> Rule {
        Rule { kind: Kind::Rollout, share, ..Rule::default() }
    }

    fn is_on(key: &str, share: i64, number: u64) -> bool {
        evaluate(&flag(key, &rollout(share), false), &tenant(number), NOW).enabled
    }

    #[test]
    fn a_share_reaches_that_many_of_a_hundred_thousand_tenants_within_one_percent() {
        let all: Vec<Subject> = (1..=100_000).map(tenant).collect();
        for key in ["new_billing_engine", "beta.search"] {
            for share in [0, 1, 100, 1000, 2500, 5000, 7500, 9900, WHOLE] {
                let flag = flag(key, &rollout(share), false);
                let reached = all.iter().filter(|one| evaluate(&flag, one, NOW).enabled).count();
                let meant = usize::try_from(share * 10).unwrap();
                assert!(reached.abs_diff(meant) <= 1000, "{key} {share}: {reached}");
                assert!(share % WHOLE != 0 || reached == meant, "{key}: nobody and everybody are exact");
            }
        }
        // Two flags don't fall on the same tenants.
        let both = |one: &&Subject| {
            ["one", "two"].iter().all(|key| evaluate(&flag(key, &rollout(5000), false), one, NOW).enabled)
        };
        let both = all.iter().take(10_000).filter(both).count();
        assert!(both.abs_diff(2500) <= 250, "{both}");
    }

    #[test]
    fn the_place_of_a_tenant_never_changes() {
        let bucket = |key: &str, number| flag(key, &rollout(0), false).bucket(&tenant(number));
        let known =
            [("new_billing_engine", 1, 7574), ("new_billing_engine", 2, 574), ("beta.search", 1, 2902)];
        for (key, number, place) in known {
            assert_eq!(bucket(key, number), place, "{key} {number}");
        }
    }

    #[test]
    fn an_empty_target_reaches_nobody() {
        let rule = Rule { kind: Kind::Targeted, share: WHOLE, ..Rule::default() };
        let decision = evaluate(&flag("empty", &rule, false), &tenant(1), NOW);
        assert_eq!(decision, Decision::of(false, Reason::Target));
    }

    #[test]
    fn the_customers_of_a_named_partner_are_named() {
        let partner: PartnerId = PartnerId::new(&Clock::System);
        let rule = Rule { kind: Kind::Targeted, partners: [partner].into(), ..Rule::default() };
        let flag = flag("partners", &rule, false);
        let customer = Subject { partner: Some(partner), ..tenant(1) };
        let of_another = Subject { partner: Some(PartnerId::new(&Clock::System)), ..tenant(1) };
        let told = [customer, of_another, tenant(1)].map(|one| evaluate(&flag, &one, NOW).enabled);
        assert_eq!(told, [true, false, false]);
    }

    #[test]
    fn the_tenants_of_a_named_plan_are_named() {
        let rule = Rule {
            kind: Kind::Targeted,
            plans: [Plan::Business, Plan::Enterprise].into(),
            ..Rule::default()
        };
        let flag = flag("plans", &rule, false);
        let on = |plan: &str| {
            let subject = Subject::new(tenant(1).tenant, None, plan);
            evaluate(&flag, &subject, NOW).enabled
        };
        assert_eq!(["starter", "business", "enterprise", "galactic"].map(on), [false, true, true, false]);
    }

    proptest! {
        #[test]
        fn a_larger_share_only_adds_tenants(number: u64, small in 0..=WHOLE, large in 0..=WHOLE) {
            let (small, large) = (small.min(large), small.max(large));
            prop_assert!(!is_on("monotone", small, number) || is_on("monotone", large, number));
        }

        #[test]
        fn what_is_stopped_is_off_then_dates_count_then_names_then_the_share(
            number: u64, kind in 0..4_usize, share in 0..=WHOLE, named: bool, killed: bool,
            starts in proptest::option::of(-5..5_i64), ends in proptest::option::of(-5..5_i64),
        ) {
            let subject = tenant(number);
            let at = |days: i64| Timestamp::from_seconds(NOW.seconds() + days * 86_400);
            let rule = Rule {
                kind: Kind::ALL[kind], share, starts_at: starts.map(at), ends_at: ends.map(at),
                tenants: if named { [subject.tenant].into() } else { [].into() }, ..Rule::default()
            };
            let expected = if killed { Decision::of(false, Reason::Killed) }
                else if starts.is_some_and(|days| days > 0) { Decision::of(false, Reason::NotStarted) }
                else if ends.is_some_and(|days| days <= 0) { Decision::of(false, Reason::Ended) }
                else {
                    match (rule.kind, named) {
                        (Kind::Off, _) => Decision::of(false, Reason::Off),
                        (Kind::On, _) => Decision::of(true, Reason::On),
                        (Kind::Targeted, _) => Decision::of(named, Reason::Target),
                        (Kind::Rollout, true) => Decision::of(true, Reason::Target),
                        (Kind::Rollout, false) => Decision::of(is_on("order", share, number), Reason::Share),
                    }
                };
            prop_assert_eq!(evaluate(&flag("order", &rule, killed), &subject, NOW), expected);
        }
    }
}
