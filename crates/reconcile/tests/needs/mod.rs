//! Resources that need others: a table and the legs under it, in a world where time stands still unless it is told to
//! go on. So whatever happens here happens at once and not at the next look.

mod workshop;

use std::time::Duration;

use kernel::{Clock, TenantId};
use reconcile::{PlanAction, Reconciler, Status, Want, destroy, drift, look_again, want, want_known};
use serde_json::{Value, json};

use workshop::{LEG, TABLE, Workshop};

fn table(size: u32) -> Want {
    Want { owner: "ten_1".into(), kind: TABLE, name: "round".into(), spec: json!({"size": size}) }
}

fn leg() -> Want {
    Want { owner: "mem_1".into(), kind: LEG, name: "first".into(), spec: json!({"table": "round"}) }
}

fn owners() -> [String; 2] {
    ["ten_1".to_owned(), "mem_1".to_owned()]
}

async fn actions(engine: &Reconciler) -> Vec<(String, PlanAction)> {
    let plan = engine.plan(&owners()).await.unwrap();
    plan.changes.into_iter().map(|change| (change.kind, change.action)).collect()
}

#[tokio::test]
async fn what_needs_another_waits_and_is_made_as_soon_as_that_is() {
    let shop = Workshop::open().await;
    shop.want(&leg()).await;
    let waiting = shop.until(&leg(), |leg| leg.reason.is_some()).await;
    assert_eq!((waiting.status, waiting.reason.as_deref()), (Status::Pending, Some("nobody_wants_it")));
    assert_eq!(shop.calls(LEG), 0, "without its table there is nothing to ask");
    shop.want(&table(1)).await;
    let made = shop.until(&leg(), |leg| leg.status == Status::Ok).await;
    assert_eq!(made.reason, None);
    assert_eq!(shop.fields(LEG), [json!({"table": "1"})], "it knows where its table is");
}

#[tokio::test]
async fn what_waits_says_so_once_the_other_is_wanted() {
    let shop = Workshop::open().await;
    shop.world().is_down = true;
    shop.want(&table(1)).await;
    shop.until(&table(1), |table| table.error.is_some()).await;
    shop.want(&leg()).await;
    let waiting = shop.until(&leg(), |leg| leg.reason.is_some()).await;
    assert_eq!(waiting.reason.as_deref(), Some("waits_for_dependency"));
}

#[tokio::test]
async fn what_was_never_made_goes_with_what_it_needs() {
    let shop = Workshop::open().await;
    shop.want(&leg()).await;
    shop.until(&leg(), |leg| leg.reason.is_some()).await;
    shop.let_go(&leg()).await;
    shop.until_gone(&leg()).await;
    assert_eq!(shop.calls(LEG), 0);
}

#[tokio::test]
async fn what_may_have_been_made_is_looked_for_though_nobody_wants_it_any_more() {
    let shop = Workshop::open().await;
    shop.want(&table(1)).await;
    shop.until(&table(1), |table| table.status == Status::Ok).await;
    shop.world().loses_answer = true;
    shop.want(&leg()).await;
    shop.until(&leg(), |leg| leg.error.is_some()).await;
    assert_eq!(shop.fields(LEG).len(), 1, "it was made, and nobody knows");
    shop.let_go(&leg()).await;
    shop.until_gone(&leg()).await;
    assert_eq!(shop.fields(LEG), Vec::<Value>::new());
}

#[tokio::test]
async fn a_plan_lists_what_lacks_something_and_doing_it_makes_it_wait() {
    let shop = Workshop::open().await;
    shop.want(&leg()).await;
    shop.until(&leg(), |leg| leg.reason.is_some()).await;
    assert_eq!(actions(&shop.engine).await, [(LEG.to_owned(), PlanAction::Create)]);
    let plan = shop.engine.plan(&owners()).await.unwrap();
    shop.engine.apply(&owners(), &plan.hash, |_| true).await.unwrap();
    assert_eq!(shop.find(&leg()).await.unwrap().reason.as_deref(), Some("nobody_wants_it"));
    assert_eq!(shop.calls(LEG), 0);
}

#[tokio::test]
async fn a_plan_says_what_goes_along_with_something_that_is_made_anew() {
    let shop = Workshop::with_both().await;
    assert_eq!(actions(&shop.engine).await, []);
    shop.world().remove(TABLE);
    let plan = shop.engine.plan(&owners()).await.unwrap();
    let listed: Vec<_> = plan.changes.iter().map(|change| (change.kind.as_str(), change.action)).collect();
    assert_eq!(listed, [(TABLE, PlanAction::Create), (LEG, PlanAction::Update)]);
    shop.engine.apply(&owners(), &plan.hash, |_| true).await.unwrap();
    assert_eq!(shop.fields(LEG), [json!({"table": "3"})], "the table first, then what stands under it");
    assert_eq!(actions(&shop.engine).await, []);
}

#[tokio::test]
async fn a_plan_of_several_owners_has_one_hash() {
    let shop = Workshop::with_both().await;
    let before = shop.engine.plan(&owners()).await.unwrap();
    shop.world().change(LEG, json!({"table": "elsewhere"}));
    let after = shop.engine.plan(&owners()).await.unwrap();
    assert_ne!(before.hash, after.hash);
    assert_eq!(after.changes[0].owner, "mem_1");
    let alone = shop.engine.plan(&owners()[..1]).await.unwrap();
    assert_eq!(alone.changes, [], "one owner's plan lists nothing of another's");
    assert!(shop.engine.apply(&owners(), &before.hash, |_| true).await.is_err(), "the world moved");
}

#[tokio::test]
async fn what_goes_by_a_former_id_is_looked_at_again_when_it_is_asked_for() {
    let shop = Workshop::with_both().await;
    shop.world().remove(TABLE);
    shop.want(&table(2)).await;
    shop.until(&table(2), |table| table.upstream_id.as_deref() == Some("3")).await;
    assert_eq!(shop.find(&leg()).await.unwrap().status, Status::Ok, "nobody told it");
    let tx = shop.test.db.begin().await.unwrap();
    look_again(&tx, &shop.clock, "mem_1", LEG).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    shop.until(&leg(), |leg| leg.status == Status::Ok).await;
    assert_eq!(shop.fields(LEG), [json!({"table": "3"})]);
}

#[tokio::test]
async fn what_is_known_to_be_ones_own_is_taken_as_it_is_and_mended() {
    let shop = Workshop::open().await;
    let theirs = shop.world().put(TABLE, None, json!({"size": 7}));
    let tx = shop.test.db.begin().await.unwrap();
    want_known(&tx, &shop.clock, &table(1), Some(&theirs)).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    let known = shop.until(&table(1), |table| table.status == Status::Ok).await;
    assert_eq!(known.upstream_id, Some(theirs));
    assert_eq!(shop.fields(TABLE), [json!({"size": 1})]);
    // Once it is wanted nobody's word about another id counts.
    let tx = shop.test.db.begin().await.unwrap();
    want_known(&tx, &shop.clock, &table(2), Some("another")).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    let same = shop.until(&table(2), |table| table.spec_version == 2 && table.status == Status::Ok).await;
    assert_eq!(same.upstream_id, known.upstream_id);
}

#[tokio::test]
async fn what_a_person_has_is_told_in_their_tenants_log_without_what_it_says() {
    let mut tenants = [TenantId::new(&Clock::System), TenantId::new(&Clock::System)];
    tenants.sort_unstable();
    let shop = Workshop::of_a_person("mem_1", tenants).await;
    shop.world().change(LEG, json!({"table": "Mette's"}));
    shop.clock.advance(Duration::from_secs(1));
    shop.engine.scan().await.unwrap();
    let found =
        drift::page(shop.test.db.read(), &drift::DriftFilter::default(), None, 10).await.unwrap().items;
    assert_eq!(found[0].subject.fields[0].have, json!("Mette's"), "the list shows it");
    let page =
        audit::page(shop.test.db.read(), None, &audit::AuditFilter::default(), None, 10).await.unwrap();
    let mut told: Vec<String> = page.items.iter().map(|record| record.chain.clone()).collect();
    told.sort();
    assert_eq!(told, tenants.map(|tenant| tenant.to_string()), "each workspace of theirs is told");
    for record in page.items {
        let after = record.after.unwrap();
        assert_eq!(after["fields"], json!([{"field": "table"}]));
        assert!(!format!("{after}").contains("Mette"), "{after}");
    }
}

impl Workshop {
    async fn with_both() -> Self {
        let shop = Self::open().await;
        shop.make_both().await;
        shop
    }

    async fn make_both(&self) {
        self.want(&table(1)).await;
        self.want(&leg()).await;
        self.until(&leg(), |leg| leg.status == Status::Ok).await;
    }

    async fn of_a_person(owner: &'static str, tenants: [TenantId; 2]) -> Self {
        let shop = Self::open_with(vec![std::sync::Arc::new(workshop::Person { owner, tenants })]).await;
        shop.make_both().await;
        shop
    }

    async fn want(&self, wanted: &Want) {
        let tx = self.test.db.begin().await.unwrap();
        want(&tx, &self.clock, wanted).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
    }

    async fn let_go(&self, wanted: &Want) {
        let tx = self.test.db.begin().await.unwrap();
        destroy(&tx, &self.clock, &wanted.owner, wanted.kind, self.clock.now()).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
    }
}
