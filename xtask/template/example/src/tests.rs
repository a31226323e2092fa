//! The slice through its service, without an upstream. Its routes are tried in `dezky`, with the simulators beside them.

mod laws;

use access::people::{Admitted, Identity, admit};
use access::{Actor, Granted, ManageGroups, Origin, Surface};
use db::testing::TestDb;
use kernel::id::RequestId;
use kernel::{Clock, Coded as _, TenantId, Timestamp};
use platform::Platform;
use reconcile::Resource;
use sea_orm::ConnectionTrait as _;
use serde_json::json;

use crate::desired::wants;
use crate::model::{Example, ExampleId, MOST_EXAMPLES};
use crate::service::Examples;
use crate::store;

struct Rig {
    test: TestDb,
    clock: Clock,
    tenant: TenantId,
    examples: Examples,
    by: Granted<ManageGroups>,
}

async fn rig() -> Rig {
    let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
    let test = migrations::test_database().await;
    let tenant = TenantId::new(&clock);
    let insert = format!(
        "INSERT INTO tenants (id, slug, name, name_key, plan, seats, status, billing_info, security_policy, \
         is_platform, version, created_at, updated_at, space_quota) VALUES ('{tenant}', 'acme', 'Acme', 'acme', \
         'business', 5, 'active', '{{}}', '{}', FALSE, 1, 1, 1, 1)",
        json!(tenants::SecurityPolicy::default()),
    );
    test.db.read().execute_unprepared(&insert).await.unwrap();
    let identity = Identity {
        sub: "ida".into(),
        email: "ida@acme.test".into(),
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
    let path = vec![("slug".to_owned(), "acme".to_owned())];
    let by = Granted::prove(&test.db, &actor, &path).await.unwrap();
    let examples = Examples::new(&Platform::new(platform::testing::handles(&test.db, &clock)));
    Rig { test, clock, tenant, examples, by }
}

impl Rig {
    async fn create(&self, name: &str) -> Result<Example, crate::Error> {
        self.examples.create(&self.by, name.to_owned()).await
    }

    async fn upstream(&self, id: ExampleId) -> Vec<Resource> {
        reconcile::of_owner(self.test.db.read(), &id.to_string()).await.unwrap()
    }

    async fn rows(&self) -> Vec<Example> {
        store::all_of_tenant(self.test.db.read(), self.tenant).await.unwrap()
    }
}

#[tokio::test]
async fn what_was_added_is_wanted_upstream_and_its_name_is_taken() {
    let rig = rig().await;
    let added = rig.create("Økonomi").await.unwrap();
    let specs: Vec<_> = rig.upstream(added.id).await.into_iter().map(|resource| resource.spec).collect();
    let wanted: Vec<_> = wants(&added).into_iter().map(|want| Some(want.spec)).collect();
    assert_eq!(specs, wanted);
    assert_eq!(rig.create("ØKONOMI").await.unwrap_err().code(), "name-taken");
    assert_eq!(rig.rows().await, [added]);
    assert!(audit::verify(rig.test.db.read()).await.unwrap().findings.is_empty());
}

#[tokio::test]
async fn what_was_removed_is_let_go_and_leaves_its_name_to_others() {
    let rig = rig().await;
    let id = rig.create("Sales").await.unwrap().id;
    rig.examples.remove(&rig.by, id).await.unwrap();
    let [left]: [Resource; 1] = rig.upstream(id).await.try_into().unwrap();
    assert_eq!((left.spec, left.destroy_after), (None, Some(rig.clock.now())));
    assert_eq!(rig.examples.remove(&rig.by, id).await.unwrap_err().code(), "not-found");
    let again = rig.create("Sales").await.unwrap().id;
    let page = rig.examples.page(&rig.by, None, 50).await.unwrap();
    assert_eq!(page.items.iter().map(|one| one.example.id).collect::<Vec<_>>(), [again]);
}

#[tokio::test]
async fn a_list_goes_on_after_its_cursor_and_ends_at_the_most_there_may_be() {
    let rig = rig().await;
    let tx = rig.test.db.begin().await.unwrap();
    for n in 1..=MOST_EXAMPLES {
        let (id, created_at) = (ExampleId::new(&rig.clock), rig.clock.now());
        let one = Example { id, tenant: rig.tenant, name: format!("{n:03}"), created_at, removed_at: None };
        store::insert(&tx, &one).await.unwrap();
    }
    tx.commit_silently("a test").await.unwrap();
    assert_eq!(rig.create("One more").await.unwrap_err().code(), "too-many-examples");
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = rig.examples.page(&rig.by, after.as_ref(), 30).await.unwrap();
        seen.extend(page.items.into_iter().map(|one| one.example.name));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, (1..=MOST_EXAMPLES).map(|n| format!("{n:03}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_goes_with_its_tenant_is_forgotten_when_nothing_of_it_is_left() {
    let rig = rig().await;
    let id = rig.create("Sales").await.unwrap().id;
    let subscriber = crate::events::subscriber(rig.clock.clone());
    let tx = rig.test.db.begin().await.unwrap();
    subscriber.tenant_purged(&tx, rig.tenant).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    assert_eq!(subscriber.owners_in(&rig.test.db, rig.tenant).await.unwrap(), [id.to_string()]);
    assert!(rig.upstream(id).await.iter().all(|resource| resource.spec.is_none()));
    rig.examples.forget_gone().await.unwrap();
    assert_eq!(rig.rows().await.len(), 1, "something of it is left");
    for table in ["resource_history", "resources"] {
        rig.test.db.read().execute_unprepared(&format!("DELETE FROM {table}")).await.unwrap();
    }
    rig.examples.forget_gone().await.unwrap();
    assert_eq!(rig.rows().await, []);
}
