//! What passes with time, and that everything that can be said has words.

use std::collections::BTreeMap;
use std::time::Duration;

use access::Events;
use audit::{AuditFilter, Context};
use kernel::message::ToValue;
use kernel::{Clock, DomainId, Message, TenantId, Timestamp};
use mail_dns::{Advice, Code, DomainState, Purpose, Verdict};
use platform::Platform;
use proptest::prelude::*;
use reconcile::{Obstacle, StepError};
use upstream_dns::{Dns, Options, Resolver};

use crate::check::Looked;
use crate::model::{
    CLAIM_LASTS, Challenge, Domain, Finding, Pace, Proof, changes, jittered, marked_zone, users, wait,
};
use crate::service::{Domains, Settings};
use crate::store;

const PACE: Pace =
    Pace { busy: Duration::from_secs(30), calm: Duration::from_mins(30), slow: Duration::from_hours(1) };

/// The slice over an empty database, with a DNS that refuses at once.
struct Rig {
    test: db::testing::TestDb,
    clock: Clock,
    domains: Domains,
    tenant: TenantId,
}

async fn rig() -> Rig {
    let test = migrations::test_database().await;
    let clock = Clock::manual(Timestamp::from_micros(1_800_000_000_000_000));
    let tenant = TenantId::new(&clock);
    let billing = serde_json::json!(tenants::BillingInfo::default());
    let policy = serde_json::json!(tenants::SecurityPolicy::default());
    let insert = format!(
        "INSERT INTO tenants (id, slug, name, name_key, plan, seats, status, billing_info, security_policy, \
         is_platform, version, created_at, updated_at) VALUES ('{tenant}', 'acme', 'Acme', 'acme', 'starter', 1, \
         'active', '{billing}', '{policy}', FALSE, 1, 1, 1)"
    );
    let tx = test.db.begin().await.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(&*tx, &insert).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    let platform = Platform::new(platform::testing::handles(&test.db, &clock));
    let workspace = tenants::Settings {
        platform_slug: "dezky".parse().unwrap(),
        platform_name: "Dezky".into(),
        grace: Duration::ZERO,
    };
    let tenants = tenants::Tenants::new(&platform, None, workspace);
    let nobody = Resolver::udp("127.0.0.1:9".parse().unwrap());
    let options =
        Options { resolvers: vec![nobody], deadline: Duration::from_millis(50), ..Options::default() };
    let settings = Settings {
        challenge: Challenge { label: "_proof".to_owned(), prefix: "proof=".to_owned() },
        links: Vec::new(),
    };
    let dns = Dns::new(options).unwrap();
    let domains = Domains::new(&platform, &tenants, dns, settings);
    Rig { test, clock, domains, tenant }
}

impl Rig {
    async fn claim(&self, name: &str) -> DomainId {
        let claim = Domain::claim(&self.clock, self.tenant, name.parse().unwrap());
        let tx = self.test.db.begin().await.unwrap();
        store::insert(&tx, &claim).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
        claim.id
    }

    async fn names(&self) -> Vec<String> {
        let all = store::of_tenant(self.test.db.read(), self.tenant).await.unwrap();
        all.into_iter().map(|domain| domain.name.to_string()).collect()
    }
}

#[tokio::test]
async fn a_claim_that_nobody_proves_lapses_after_its_time_and_says_so() {
    let rig = rig().await;
    rig.claim("acme.test").await;
    rig.domains.check_due().await.unwrap();
    rig.clock.advance(CLAIM_LASTS.checked_sub(Duration::from_mins(1)).unwrap());
    rig.domains.check_due().await.unwrap();
    assert_eq!(rig.names().await, ["acme.test"]);
    rig.clock.advance(Duration::from_hours(2));
    rig.domains.check_due().await.unwrap();
    assert_eq!(rig.names().await, Vec::<String>::new());
    let log = audit::page(rig.test.db.read(), None, &AuditFilter::default(), None, 10).await.unwrap();
    let actions: Vec<&str> = log.items.iter().map(|record| record.action.as_str()).collect();
    assert_eq!(actions, ["domain.lapse"]);
}

#[tokio::test]
async fn what_nobody_answers_changes_no_state_and_is_asked_again() {
    let rig = rig().await;
    let id = rig.claim("acme.test").await;
    rig.domains.check_due().await.unwrap();
    let tx = rig.test.db.begin().await.unwrap();
    let checked = store::lock(&tx, id).await.unwrap().unwrap();
    assert_eq!((checked.state, checked.is_proven()), (DomainState::Pending, false));
    assert!(checked.findings.iter().all(Finding::is_unknown), "{:?}", checked.findings);
    let until_next = checked.next_check_at.since(rig.clock.now());
    assert!(until_next > Duration::from_secs(20) && until_next < Duration::from_secs(40), "{until_next:?}");
}

#[tokio::test]
async fn what_is_gone_from_the_mail_server_is_gone_here_and_a_claim_stays() {
    let rig = rig().await;
    rig.claim("claim.test").await;
    let removed = rig.claim("removed.test").await;
    let tx = rig.test.db.begin().await.unwrap();
    let row = store::lock(&tx, removed).await.unwrap().unwrap();
    store::update(&tx, &Domain { removing_at: Some(rig.clock.now()), ..row }).await.unwrap();
    crate::events::resource_subscriber(Events::default())
        .resource_changed(&tx, &rig.clock, &rig.tenant.to_string())
        .await
        .unwrap();
    tx.commit_silently("a test").await.unwrap();
    assert_eq!(rig.names().await, ["claim.test"]);
}

/// What a check finds when the proof is there.
fn shown(domain: &Domain) -> Looked {
    let challenge = Challenge { label: "_proof".to_owned(), prefix: "proof=".to_owned() };
    let finding = |expected| mail_dns::Finding {
        expected,
        verdict: Verdict::Ok,
        found: vec![],
        advice: Advice { code: Code::Fine, values: BTreeMap::default() },
    };
    let findings = domain.expected(&challenge).unwrap().into_iter().map(finding).collect();
    Looked { zone: None, findings, asked: vec![], host: None }
}

#[tokio::test]
async fn who_proves_a_domain_a_moment_too_late_hears_at_once_that_another_has_it() {
    let rig = rig().await;
    let id = rig.claim("acme.test").await;
    let tx = rig.test.db.begin().await.unwrap();
    let claim = store::lock(&tx, id).await.unwrap().unwrap();
    tx.commit_silently("a test").await.unwrap();
    // Another tenant has proven it, in a transaction that nobody sees before it ends.
    let other = provisioning::domain_want(
        TenantId::new(&rig.clock),
        &claim.name,
        &provisioning::MailSettings::default(),
    );
    let tx = rig.test.db.begin().await.unwrap();
    reconcile::want(&tx, &rig.clock, &other).await.unwrap();
    let ends = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        tx.commit_silently("a test").await.unwrap();
    };
    let context = Context::system("domains", &rig.clock);
    let (written, ()) = tokio::join!(rig.domains.write(&context, &claim, shown(&claim)), ends);
    let written = written.unwrap();
    assert!(!written.is_proven());
    assert_eq!(written.findings[0].code, crate::check::TAKEN);
}

#[tokio::test]
async fn a_domain_that_is_made_again_shows_no_keys_of_the_one_before() {
    let rig = rig().await;
    let id = rig.claim("acme.test").await;
    let tx = rig.test.db.begin().await.unwrap();
    let claim = store::lock(&tx, id).await.unwrap().unwrap();
    reconcile::want(
        &tx,
        &rig.clock,
        &provisioning::domain_want(rig.tenant, &claim.name, &provisioning::MailSettings::default()),
    )
    .await
    .unwrap();
    let made = async |upstream_id: &str| {
        let update = format!("UPDATE resources SET upstream_id = '{upstream_id}', status = 'ok'");
        sea_orm::ConnectionTrait::execute_unprepared(&*tx, &update).await.unwrap();
        let owner = rig.tenant.to_string();
        crate::events::resource_subscriber(Events::default())
            .resource_changed(&tx, &rig.clock, &owner)
            .await
            .unwrap();
        store::lock(&tx, id).await.unwrap().unwrap()
    };
    let now = rig.clock.now();
    let key = Finding { purpose: "dkim".to_owned(), ..finding("k._domainkey.acme.test", "ok") };
    let proof = Finding { purpose: "ownership".to_owned(), ..finding("_proof.acme.test", "ok") };
    let zone = marked_zone("c", "k._domainkey IN TXT \"v=DKIM1; p=\"");
    let domain = Domain {
        proven: Some((Proof::Dns, now)),
        zone: Some(zone),
        zone_read_at: Some(now),
        findings: vec![proof.clone(), key],
        ..claim
    };
    assert_eq!(
        domain.expected(&Challenge { label: "_p".to_owned(), prefix: String::new() }).unwrap().len(),
        2
    );
    store::update(&tx, &domain).await.unwrap();
    assert_eq!(made("c").await, domain, "it is the same object");
    let again = made("d").await;
    assert_eq!((again.zone, again.zone_read_at, again.findings), (None, None, vec![proof]));
}

#[tokio::test]
async fn domains_that_are_due_are_taken_once() {
    let rig = rig().await;
    for n in 0..10 {
        rig.claim(&format!("d{n}.test")).await;
    }
    let now = rig.clock.now();
    let take = async || {
        let tx = rig.test.db.begin().await.unwrap();
        let taken = store::claim_due(&tx, now, now.after(Duration::from_mins(1)), 6).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
        taken.len()
    };
    assert_eq!([take().await, take().await, take().await], [6, 4, 0]);
}

#[test]
fn everything_that_can_be_said_of_a_record_has_words() {
    let texts = include_str!("../text/en.ftl");
    let has = |key: &str| texts.lines().any(|line| line.starts_with(&format!("{key} =")));
    let codes = Code::ALL.iter().map(|code| format!("advice-{}", code.as_str()));
    let purposes = Purpose::ALL.iter().map(|purpose| format!("purpose-{}", purpose.as_str()));
    let missing: Vec<String> = codes.chain(purposes).filter(|key| !has(key)).collect();
    assert_eq!(missing, Vec::<String>::new());
    for code in Code::ALL {
        let key = format!("advice-{} =", code.as_str());
        let text = texts.lines().find(|line| line.starts_with(&key)).unwrap();
        let mut rest = text;
        while let Some((_, after)) = rest.split_once("{ $") {
            let (name, after) = after.split_once(' ').unwrap();
            assert!(code.values().contains(&name), "{key} has no value {name}");
            rest = after;
        }
    }
}

fn finding(name: &str, verdict: &str) -> Finding {
    Finding {
        purpose: "mx".to_owned(),
        needed: true,
        name: name.to_owned(),
        kind: "MX".to_owned(),
        value: String::new(),
        verdict: verdict.to_owned(),
        found: vec![],
        code: "fine".to_owned(),
        values: std::collections::BTreeMap::default(),
    }
}

#[test]
fn only_another_verdict_is_a_change() {
    let before = [finding("a", "ok"), finding("b", "ok")];
    let after = [finding("a", "ok"), finding("b", "missing"), finding("c", "ok")];
    let told: Vec<_> =
        changes(&before, &after).into_iter().map(|change| (change.name, change.was, change.is)).collect();
    let ok = || Some("ok".to_owned());
    assert_eq!(told, [("b".to_owned(), ok(), "missing".to_owned()), ("c".to_owned(), None, "ok".to_owned())]);
    assert_eq!(changes(&after, &after), []);
}

proptest! {
    #[test]
    fn checks_part_by_a_fifth_at_most(seconds in 1_u64..1_000_000, chance: u32) {
        let all = Duration::from_secs(seconds);
        let wait = jittered(all, chance);
        prop_assert!(wait >= all.mul_f64(0.799) && wait <= all.mul_f64(1.201));
    }

    #[test]
    fn a_claim_is_looked_at_ever_less_often(hours in 0_u64..1000) {
        let clock = Clock::manual(Timestamp::from_micros(1_800_000_000_000_000));
        let claim = Domain::claim(&clock, TenantId::new(&clock), "acme.test".parse().unwrap());
        let now = clock.now().after(Duration::from_hours(hours));
        prop_assert_eq!(wait(PACE, &claim, now), if hours < 2 { PACE.busy } else { PACE.slow });
    }
}

#[test]
fn what_uses_a_domain_is_read_of_its_refusal_and_of_the_sentence_of_the_version_before() {
    let stored = |said: &str, obstacle: Option<Obstacle>| {
        let (said, obstacle) = StepError::columns(Some(&StepError { said: said.to_owned(), obstacle }));
        users(&StepError::read(said, obstacle.as_deref()).unwrap())
    };
    let of_type = provisioning::user_of_type;
    let all = vec!["a@acme.test".to_value(), of_type("Account").to_value()];
    let used = Obstacle::new(provisioning::DOMAIN_USED).with(provisioning::USERS, all);
    let expected = [Message::Quoted("a@acme.test".to_owned()), of_type("Account").or_english("account")];
    assert_eq!(stored("The domain is still used.", Some(used)), expected);
    let newer = [
        Message::new("domain-used-forward").with("address", "c@acme.test"),
        Message::new("domain-used-shared-calendar"),
    ];
    let all: Vec<_> = newer.iter().map(ToValue::to_value).collect();
    let used = Obstacle::new(provisioning::DOMAIN_USED).with(provisioning::USERS, all);
    let [forward, calendar] = newer;
    let expected = [forward.or_english("c@acme.test"), calendar.or_english("shared calendar")];
    assert_eq!(stored("The domain is still used.", Some(used)), expected, "no key is shown");
    let before = stored("the domain is still used by MailingList, b@acme.test", None);
    assert_eq!(before, [of_type("MailingList"), Message::Quoted("b@acme.test".to_owned())]);
    assert_eq!(stored("", None), [of_type("")]);
}
