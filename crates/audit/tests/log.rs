//! The log through its public functions, on a real database.

#![cfg(test)]

use audit::{Actor, AuditFilter, Chain, Context, Entry, Outcome, Target, append, page, verify};
use db::testing::TestDb;
use kernel::{Clock, TenantId, Timestamp, UserId};
use sea_orm::ConnectionTrait as _;
use serde_json::json;

audit::actions! {
    Tenant {
        TenantCreate = "tenant.create",
        TenantUpdate = "tenant.update",
        TenantSuspend = "tenant.suspend",
        TenantTerminate = "tenant.terminate",
        MemberCreate = "member.create",
    }
    Platform {
        SessionSignIn = "session.sign_in",
    }
}

struct Rig {
    test: TestDb,
    context: Context,
    tenant: TenantId,
}

async fn rig() -> Rig {
    let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
    let mut context = Context::system("tests", &clock);
    context.actor = Actor::User {
        id: UserId::new(&clock),
        email: Some("Anna@acme.test".into()),
        is_verified: true,
        name: "Anna Ærø".into(),
    };
    context.address = Some("192.0.2.7".into());
    Rig { test: migrations::test_database().await, tenant: TenantId::new(&clock), context }
}

impl Rig {
    async fn write(&self, chain: Chain, action: Action, name: &str, outcome: Outcome) {
        self.context.clock.advance(std::time::Duration::from_millis(5));
        let target = Target::thing("tenant", &self.tenant, &name);
        let entry = Entry::done(action, target).outcome(outcome).after(json!({"plan": "business"}));
        let tx = self.test.db.begin().await.unwrap();
        append(&tx, &self.context, chain, entry).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
    }

    async fn actions(&self, chain: Option<Chain>, filter: AuditFilter) -> Vec<String> {
        let page = page(self.test.db.read(), chain, &filter, None, 50).await.unwrap();
        page.items.into_iter().map(|record| record.action).collect()
    }
}

#[tokio::test]
async fn the_log_is_read_newest_first_page_by_page() {
    let rig = rig().await;
    let chain = Chain::Tenant(rig.tenant);
    for action in [Action::TenantCreate, Action::TenantUpdate, Action::TenantSuspend] {
        rig.write(chain, action, "Acme", Outcome::Ok).await;
    }
    let first = page(rig.test.db.read(), Some(chain), &AuditFilter::default(), None, 2).await.unwrap();
    assert_eq!(first.items[0].action, "tenant.suspend");
    assert_eq!(first.items[0].actor_name.as_deref(), Some("Anna Ærø"));
    let rest =
        page(rig.test.db.read(), Some(chain), &AuditFilter::default(), first.next.as_ref(), 2).await.unwrap();
    assert_eq!(rest.items.iter().map(|r| r.action.as_str()).collect::<Vec<_>>(), ["tenant.create"]);
    assert!(rest.next.is_none());
}

#[tokio::test]
async fn filters_narrow_and_other_chains_stay_out() {
    let rig = rig().await;
    let chain = Chain::Tenant(rig.tenant);
    rig.write(chain, Action::TenantCreate, "Ærø Bogføring ApS", Outcome::Ok).await;
    rig.write(chain, Action::TenantTerminate, "Ærø Bogføring ApS", Outcome::Denied).await;
    rig.write(Chain::Platform, Action::SessionSignIn, "operator", Outcome::Ok).await;
    let q = |text: &str| AuditFilter { q: Some(text.into()), ..AuditFilter::default() };
    assert_eq!(rig.actions(Some(chain), q("bogføring ÆRØ")).await.len(), 2);
    assert_eq!(rig.actions(Some(chain), q("anna@acme.test")).await.len(), 2);
    assert_eq!(rig.actions(Some(chain), q("tenant.terminate")).await, ["tenant.terminate"]);
    assert!(rig.actions(Some(chain), q("bogfør")).await.is_empty(), "only whole words match");
    let denied = AuditFilter { outcome: Some("denied".into()), ..AuditFilter::default() };
    assert_eq!(rig.actions(Some(chain), denied).await, ["tenant.terminate"]);
    assert_eq!(rig.actions(None, AuditFilter::default()).await.len(), 3);
    let since = AuditFilter { since: Some(rig.context.clock.now()), ..AuditFilter::default() };
    assert_eq!(rig.actions(None, since).await, ["session.sign_in"]);
}

#[tokio::test]
async fn a_person_has_their_name_in_the_log_until_it_is_erased() {
    let rig = rig().await;
    let chain = Chain::Tenant(rig.tenant);
    let user = UserId::new(&rig.context.clock);
    let target = Target::person("member", &user, "Mette Østergård", "mette@acme.test");
    let tx = rig.test.db.begin().await.unwrap();
    append(&tx, &rig.context, chain, Entry::done(Action::MemberCreate, target)).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    for q in ["mette", "østergård", "mette@acme.test", &user.to_string()] {
        let filter = AuditFilter { q: Some(q.into()), ..AuditFilter::default() };
        assert_eq!(rig.actions(Some(chain), filter).await, ["member.create"], "{q}");
    }
    let shown = async || {
        let page = page(rig.test.db.read(), Some(chain), &AuditFilter::default(), None, 1).await.unwrap();
        page.items.into_iter().next().unwrap()
    };
    let record = shown().await;
    assert_eq!(
        (&*record.target_name, record.target_email.as_deref()),
        ("Mette Østergård", Some("mette@acme.test"))
    );
    rig.test
        .db
        .read()
        .execute_unprepared("UPDATE audit_log SET personal = NULL, actor_email = NULL")
        .await
        .unwrap();
    let record = shown().await;
    assert_eq!((record.target_name, record.target_email), (user.to_string(), None));
    assert_eq!(verify(rig.test.db.read()).await.unwrap().findings, []);
}

#[tokio::test]
async fn every_kind_of_tampering_is_found() {
    for (tamper, expected) in [
        ("UPDATE audit_log SET outcome = 'ok' WHERE seq = 2", 1),
        ("UPDATE audit_log SET personal = '{}' WHERE seq = 2", 1),
        ("DELETE FROM audit_log WHERE seq = 2", 2),
        ("DELETE FROM audit_log WHERE seq = 3", 1),
        ("UPDATE audit_log SET actor_email = 'eve@evil.test' WHERE seq = 2", 1),
        ("DELETE FROM audit_heads", 1),
        // Erasing personal data as the law asks is no tampering.
        ("UPDATE audit_log SET personal = NULL, actor_email = NULL WHERE seq = 2", 0),
    ] {
        let rig = rig().await;
        for outcome in [Outcome::Ok, Outcome::Denied, Outcome::Ok] {
            rig.write(Chain::Platform, Action::TenantCreate, "Acme", outcome).await;
        }
        assert!(verify(rig.test.db.read()).await.unwrap().findings.is_empty());
        rig.test.db.read().execute_unprepared(tamper).await.unwrap();
        let report = verify(rig.test.db.read()).await.unwrap();
        assert_eq!(report.findings.len(), expected, "{tamper}: {:?}", report.findings);
    }
}

#[tokio::test]
async fn writers_side_by_side_make_one_unbroken_chain() {
    let rig = std::sync::Arc::new(rig().await);
    let writers = (0..12).map(|_| rig.write(Chain::Platform, Action::TenantCreate, "Acme", Outcome::Ok));
    futures_util::future::join_all(writers).await;
    let report = verify(rig.test.db.read()).await.unwrap();
    assert_eq!((report.rows, report.findings.len()), (12, 0));
}

#[tokio::test]
async fn rows_that_are_written_during_the_check_are_no_alarm() {
    let rig = std::sync::Arc::new(rig().await);
    let writing = async {
        for _ in 0..60 {
            rig.write(Chain::Platform, Action::TenantCreate, "Acme", Outcome::Ok).await;
        }
    };
    let checking = async {
        for _ in 0..60 {
            assert_eq!(verify(rig.test.db.read()).await.unwrap().findings, []);
        }
    };
    futures_util::future::join(writing, checking).await;
}

#[tokio::test]
async fn a_search_of_very_many_words_is_one_flat_question() {
    let rig = rig().await;
    let chain = Chain::Tenant(rig.tenant);
    rig.write(chain, Action::TenantCreate, "Ærø Bogføring ApS", Outcome::Ok).await;
    let q = |text: String| AuditFilter { q: Some(text), ..AuditFilter::default() };
    let many = (0..20_000).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
    assert!(rig.actions(Some(chain), q(format!("{many} bogføring"))).await.is_empty());
    let again = "bogføring ærø BOGFØRING ".repeat(2_000);
    assert_eq!(rig.actions(Some(chain), q(again)).await, ["tenant.create"], "the same word counts once");
}
