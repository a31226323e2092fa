//! The slice through its service, on two instances and a clock that the tests move; and through the front door.

mod api;
mod ofrep;
mod pages;
mod rig;

use std::time::Duration;

use access::people::{Admitted, Identity, admit};
use access::{Actor, Granted, ManageFlags, Origin, Surface, TenantRef, directory};
use db::testing::TestDb;
use kernel::id::RequestId;
use kernel::{Clock, Coded as _, TenantId, Timestamp};
use platform::Platform;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::gate::{Gate, NEW_BILLING_ENGINE};
use crate::model::{Change, Flag, FlagId, Key, Kind, MOST_FLAGS, Rule};
use crate::service::Flags;
use crate::store::{self, Reached};

struct Rig {
    test: TestDb,
    clock: Clock,
    flags: Flags,
    by: Granted<ManageFlags>,
}

async fn rig() -> Rig {
    let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
    let test = migrations::test_database().await;
    let identity = Identity {
        sub: "ida".into(),
        email: "ida@dezky.test".into(),
        name: "Ida".into(),
        groups: vec!["admins".into()],
        ..Identity::default()
    };
    let tx = test.db.begin().await.unwrap();
    let admitted = admit(&tx, &clock, &identity, "admins").await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    let Admitted::Created(ida, _) = admitted else { panic!("Ida is new") };
    let origin = Origin { address: None, user_agent: None, request_id: RequestId::new(&clock) };
    let actor = Actor::load(&test.db, ida.id, Surface::Operator, &origin, &clock).await.unwrap().unwrap();
    let by = Granted::prove(&test.db, &actor, &Vec::new()).await.unwrap();
    let flags = instance(&test, &clock);
    Rig { test, clock, flags, by }
}

/// One more instance over the same database.
fn instance(test: &TestDb, clock: &Clock) -> Flags {
    Flags::new(&Platform::new(platform::testing::handles(&test.db, clock)))
}

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

fn of_kind(kind: Kind) -> Change {
    Change { kind: Some(kind), ..Change::default() }
}

impl Rig {
    async fn run(&self, statement: &str) {
        self.test.db.read().execute_unprepared(statement).await.unwrap();
    }

    /// A tenant, of a partner or of none.
    async fn tenant(&self, slug: &str, status: &str, partner: Option<&str>) -> TenantRef {
        let id = TenantId::new(&self.clock);
        let partner = partner.map_or_else(|| "NULL".to_owned(), |partner| format!("'{partner}'"));
        self.run(&format!(
            "INSERT INTO tenants (id, slug, name, name_key, plan, seats, partner_id, status, billing_info, \
             security_policy, is_platform, version, created_at, updated_at) VALUES ('{id}', '{slug}', '{slug}', \
             '{slug}', 'business', 5, {partner}, '{status}', '{{}}', '{{}}', FALSE, 1, 1, 1)"
        ))
        .await;
        directory::tenants_by_ids(self.test.db.read(), &[id]).await.unwrap().pop().unwrap()
    }

    async fn create(&self, text: &str, change: &Change) -> Flag {
        self.flags.create(&self.by, key(text), change).await.unwrap()
    }

    async fn history(&self, flag: &Flag) -> Vec<(String, Value, Value)> {
        let records = self.flags.history(&self.by, flag.id, None, 50).await.unwrap().items;
        let told = |record: audit::Record| {
            (record.action, record.before.unwrap_or_default(), record.after.unwrap_or_default())
        };
        records.into_iter().map(told).collect()
    }
}

#[tokio::test]
async fn a_change_is_known_at_once_here_and_within_two_seconds_elsewhere() {
    let rig = rig().await;
    let acme = rig.tenant("acme", "active", None).await;
    let (here, there) = (&rig.flags, instance(&rig.test, &rig.clock));
    let on = async |flags: &Flags| flags.is_on(&acme, NEW_BILLING_ENGINE).await;
    assert!(!on(here).await && !on(&there).await, "there is no such flag yet");

    let flag = rig.create("new_billing_engine", &of_kind(Kind::On)).await;
    assert!(on(here).await, "who changed it knows it");
    rig.clock.advance(Duration::from_millis(900));
    assert!(!on(&there).await, "nobody looks more often than once a second");
    rig.clock.advance(Duration::from_millis(200));
    assert!(on(&there).await);

    for (what, expected) in [("kill", false), ("revive", true), ("off", false)] {
        match what {
            "kill" => here.kill(&rig.by, &flag.key).await.unwrap(),
            "revive" => here.revive(&rig.by, &flag.key).await.unwrap(),
            _ => here.update(&rig.by, &flag.key, &of_kind(Kind::Off), None).await.unwrap(),
        };
        assert_eq!(on(here).await, expected, "{what} here");
        rig.clock.advance(Duration::from_secs(2));
        assert_eq!(on(&there).await, expected, "{what} there");
    }
    here.update(&rig.by, &flag.key, &of_kind(Kind::On), None).await.unwrap();
    rig.clock.advance(Duration::from_secs(2));
    assert!(on(&there).await);
    here.remove(&rig.by, &flag.key).await.unwrap();
    rig.clock.advance(Duration::from_secs(2));
    assert!(!on(&there).await && !on(here).await, "what was removed is off");
    assert!(audit::verify(rig.test.db.read()).await.unwrap().findings.is_empty());
}

#[tokio::test]
async fn a_flag_begins_and_ends_by_the_clock_with_nobody_changing_it() {
    let rig = rig().await;
    let acme = rig.tenant("acme", "active", None).await;
    let now = rig.clock.now();
    let change = Change {
        starts_at: Some(Some(now.after(Duration::from_secs(10)))),
        ends_at: Some(Some(now.after(Duration::from_secs(20)))),
        ..of_kind(Kind::On)
    };
    rig.create("new_billing_engine", &change).await;
    for (seconds, expected) in [(0, false), (10, true), (9, true), (1, false)] {
        rig.clock.advance(Duration::from_secs(seconds));
        assert_eq!(rig.flags.is_on(&acme, NEW_BILLING_ENGINE).await, expected, "after {seconds} s more");
    }
}

#[tokio::test]
async fn a_database_that_was_put_back_and_a_clock_that_was_set_back_are_noticed() {
    let rig = rig().await;
    let acme = rig.tenant("acme", "active", None).await;
    rig.create("new_billing_engine", &of_kind(Kind::On)).await;
    rig.create("other", &of_kind(Kind::On)).await;
    assert!(rig.flags.is_on(&acme, NEW_BILLING_ENGINE).await);
    // As of before the first of them.
    rig.run("DELETE FROM flags").await;
    rig.run("UPDATE flag_changes SET change = 1").await;
    let Clock::Manual(at) = &rig.clock else { panic!("the clock is the test's") };
    at.fetch_sub(3_600_000_000, std::sync::atomic::Ordering::SeqCst);
    assert!(!rig.flags.is_on(&acme, NEW_BILLING_ENGINE).await);
    assert!(!rig.flags.is_on(&acme, Gate::new("other")).await);
}

#[tokio::test]
async fn a_database_that_was_put_back_and_has_gone_on_since_is_read_as_a_whole() {
    let rig = rig().await;
    let acme = rig.tenant("acme", "active", None).await;
    rig.create("new_billing_engine", &of_kind(Kind::On)).await;
    rig.create("other", &of_kind(Kind::On)).await;
    assert!(rig.flags.is_on(&acme, NEW_BILLING_ENGINE).await);
    // As of before the first of them, with as many changes since as this instance knows of, or more.
    for changes in [2, 7] {
        rig.run("DELETE FROM flags WHERE key = 'new_billing_engine'").await;
        rig.run(&format!("UPDATE flag_changes SET change = {changes}")).await;
        rig.run(&format!("INSERT INTO restores (restored_at, taken_at) VALUES ({changes}, 1)")).await;
        rig.clock.advance(Duration::from_secs(2));
        assert!(!rig.flags.is_on(&acme, NEW_BILLING_ENGINE).await, "{changes}");
        assert!(rig.flags.is_on(&acme, Gate::new("other")).await, "{changes}");
        rig.create("new_billing_engine", &of_kind(Kind::On)).await;
        assert!(rig.flags.is_on(&acme, NEW_BILLING_ENGINE).await, "{changes}");
    }
}

#[tokio::test]
async fn a_flag_that_a_newer_version_wrote_is_off_and_the_others_go_on() {
    let rig = rig().await;
    let acme = rig.tenant("acme", "active", None).await;
    rig.create("new_billing_engine", &of_kind(Kind::On)).await;
    rig.create("other", &of_kind(Kind::On)).await;
    assert!(rig.flags.is_on(&acme, NEW_BILLING_ENGINE).await);
    rig.run("UPDATE flags SET kind = 'by-moon', change = 3 WHERE key = 'new_billing_engine'").await;
    rig.run("UPDATE flag_changes SET change = 3").await;
    rig.clock.advance(Duration::from_secs(2));
    assert!(!rig.flags.is_on(&acme, NEW_BILLING_ENGINE).await);
    assert!(rig.flags.is_on(&acme, Gate::new("other")).await);
    assert!(instance(&rig.test, &rig.clock).is_on(&acme, Gate::new("other")).await);
}

#[tokio::test]
async fn a_gate_without_a_flag_is_shut_and_the_log_is_told_once() {
    let rig = rig().await;
    let acme = rig.tenant("acme", "active", None).await;
    let gate = Gate::new("nobody.made.this");
    assert!(!rig.flags.is_on(&acme, gate).await);
    assert!(!rig.flags.tell_unknown(gate), "it was told already");
    assert!(rig.flags.tell_unknown(Gate::new("nor.this")));
}

#[tokio::test]
async fn nothing_is_open_while_the_database_is_away() {
    let rig = rig().await;
    let acme = rig.tenant("acme", "active", None).await;
    rig.create("new_billing_engine", &of_kind(Kind::On)).await;
    let fresh = instance(&rig.test, &rig.clock);
    rig.run("ALTER TABLE flag_changes RENAME TO away").await;
    assert!(!fresh.is_on(&acme, NEW_BILLING_ENGINE).await);
    rig.run("ALTER TABLE away RENAME TO flag_changes").await;
    assert!(fresh.is_on(&acme, NEW_BILLING_ENGINE).await, "it is looked for again at once");
}

#[tokio::test]
async fn each_change_has_one_record_with_before_and_after() {
    let rig = rig().await;
    let acme = rig.tenant("acme", "active", None).await;
    let fjord = rig.tenant("fjord", "active", None).await;
    let named = |tenants: &[&TenantRef]| Change {
        tenants: Some(tenants.iter().map(|tenant| tenant.id).collect()),
        ..of_kind(Kind::Targeted)
    };
    let flag = rig.create("beta", &named(&[&acme])).await;
    let tick = || rig.clock.advance(Duration::from_secs(1));
    tick();
    let again = rig.flags.update(&rig.by, &flag.key, &named(&[&acme]), None).await.unwrap();
    assert_eq!(again, flag, "said again, it changes nothing");
    let changed = rig.flags.update(&rig.by, &flag.key, &named(&[&fjord]), Some(1)).await.unwrap();
    assert_eq!((changed.version, changed.updated_by.clone()), (2, rig.by.context().actor.id()));
    let stale = rig.flags.update(&rig.by, &flag.key, &of_kind(Kind::On), Some(1)).await.unwrap_err();
    assert_eq!(stale.code(), "stale");
    tick();
    // Whatever version anybody read, it is stopped.
    rig.flags.kill(&rig.by, &flag.key).await.unwrap();
    rig.flags.kill(&rig.by, &flag.key).await.unwrap();

    let history = rig.history(&flag).await;
    let actions: Vec<&str> = history.iter().map(|(action, ..)| action.as_str()).collect();
    assert_eq!(actions, ["flag.kill", "flag.update", "flag.create"]);
    let (_, before, after) = &history[1];
    assert_eq!((&before["tenants"], &after["tenants"]), (&json!([acme.id]), &json!([fjord.id])));
    assert_eq!((&before["tenantCount"], &after["tenantCount"]), (&json!(1), &json!(1)));
    let (_, before, after) = &history[0];
    assert_eq!((&before["killed"], &after["killed"]), (&json!(false), &json!(true)));
    assert_eq!((&before["tenants"], &after["tenants"]), (&json!([]), &json!([])), "nobody else is named");
}

#[tokio::test]
async fn a_removed_flag_leaves_its_key_to_another_with_a_history_of_its_own() {
    let rig = rig().await;
    let first = rig.create("beta", &of_kind(Kind::On)).await;
    let taken = rig.flags.create(&rig.by, key("beta"), &of_kind(Kind::Off)).await.unwrap_err();
    assert_eq!((taken.code(), taken.fields()[0].field.as_str()), ("key-taken", "key"));
    rig.flags.remove(&rig.by, &first.key).await.unwrap();
    assert_eq!(rig.flags.remove(&rig.by, &first.key).await.unwrap_err().code(), "no-such-flag");
    let second = rig.create("beta", &of_kind(Kind::Off)).await;
    assert_ne!(first.id, second.id);
    assert_eq!(rig.history(&first).await.len(), 2);
    assert_eq!(rig.history(&second).await.len(), 1);
}

#[tokio::test]
async fn there_are_no_more_flags_than_may_be() {
    let rig = rig().await;
    let now = rig.clock.now();
    let tx = rig.test.db.begin().await.unwrap();
    for n in 0..MOST_FLAGS {
        let flag = Flag {
            id: FlagId::new(&rig.clock),
            key: key(&format!("flag-{n:04}")),
            description: None,
            rule: Rule { kind: Kind::On, ..Rule::default() },
            killed_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
            updated_by: "test".into(),
        };
        store::insert(&tx, &flag, 0).await.unwrap();
    }
    tx.commit_silently("a test").await.unwrap();
    let refused = rig.flags.create(&rig.by, key("more"), &of_kind(Kind::On)).await.unwrap_err();
    assert_eq!(refused.code(), "too-many-flags");
    let acme = rig.tenant("acme", "active", None).await;
    assert!(rig.flags.is_on(&acme, Gate::new("flag-0999")).await);
    let (mut seen, mut after) = (0, None);
    loop {
        let page = rig.flags.page(&rig.by, None, after.as_ref(), 200).await.unwrap();
        seen += page.items.len();
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, 1000);
}

#[tokio::test]
async fn how_many_a_rule_reaches_is_counted_over_tenants_that_have_not_ended() {
    let rig = rig().await;
    let partner = kernel::PartnerId::new(&rig.clock);
    rig.run(&format!(
        "INSERT INTO partners (id, slug, name, status, created_at) VALUES ('{partner}', 'nordit', 'NordIT', 'active', 1)"
    ))
    .await;
    let mut live = Vec::new();
    for n in 0..40 {
        let of = (n < 10).then(|| partner.to_string());
        live.push(rig.tenant(&format!("t{n}"), "active", of.as_deref()).await);
    }
    let ended = rig.tenant("ended", "terminated", Some(&partner.to_string())).await;
    let reached = async |rule: Rule| {
        let Reached { tenants, of } = rig.flags.reached(&rig.by, &key("beta"), &rule).await.unwrap();
        assert_eq!(of, 40);
        tenants
    };
    let of_kind = |kind| Rule { kind, ..Rule::default() };
    assert_eq!(reached(of_kind(Kind::Off)).await, 0);
    assert_eq!(reached(of_kind(Kind::On)).await, 40);
    assert_eq!(reached(of_kind(Kind::Targeted)).await, 0, "an empty target reaches nobody");
    let named = Rule {
        tenants: [live[0].id, live[20].id, ended.id].into(),
        partners: [partner].into(),
        ..of_kind(Kind::Targeted)
    };
    assert_eq!(reached(named.clone()).await, 11, "ten customers, one of them named too, and one more");
    let rollout = |share| Rule { kind: Kind::Rollout, share, ..named.clone() };
    assert_eq!(reached(rollout(0)).await, 11, "who is named is in whatever the share");
    assert_eq!(reached(rollout(10_000)).await, 40);
    // What is counted is what is decided.
    let share = Rule { share: 5000, ..of_kind(Kind::Rollout) };
    let counted = reached(share.clone()).await;
    let change = Change { kind: Some(Kind::Rollout), share: Some(5000), ..Change::default() };
    rig.create("beta", &change).await;
    let mut on = 0;
    for tenant in &live {
        on += u64::from(rig.flags.is_on(tenant, Gate::new("beta")).await);
    }
    assert_eq!(counted, on);
}
