//! The slice with those of tenants in a small Dezky.

use std::time::Duration;

use access::{Surface, TenantRole, roles};
use audit::{Action, Chain, Context, Entry, Target, Where};
use customers::Customers;
use kernel::TenantId;
use platform::{Platform, Slice};
use provisioning::Provisioning;
use tenants::{Settings, Tenants};
use testkit::{Rig, Who};

use crate::Activity;

fn slices(platform: &Platform) -> Vec<Slice> {
    let settings = Settings {
        platform_slug: "dezky".parse().unwrap(),
        platform_name: "Dezky".into(),
        grace: Duration::ZERO,
    };
    let tenants = Tenants::new(platform, None, settings);
    vec![
        provisioning::slice(&Provisioning::new(platform)),
        health::slice(),
        tenants::slice(&tenants),
        customers::slice(&Customers::new(platform, &tenants)),
        crate::slice(&Activity::new(platform, &tenants)),
    ]
}

async fn rig() -> Rig {
    testkit::rig(slices).await
}

#[tokio::test]
async fn the_log_of_the_platform_is_for_operators_on_their_surface() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let same_person_at_the_portal = Who { surface: Surface::Portal, ..operator };
    let trainee = rig.person("jonas@dezky.test", &[], Surface::Operator).await;
    for (who, missing) in [(&same_person_at_the_portal, "audience"), (&trainee, "platform-admin")] {
        let refused = rig.get(who, "/api/audit").await;
        assert_eq!(refused.status.as_u16(), 403, "{missing}");
        assert_eq!(refused.json()["type"], format!("urn:dezky:problem:missing-{missing}"));
    }
}

#[tokio::test]
async fn the_log_of_another_tenant_is_not_found() {
    let rig = rig().await;
    let made = rig.make("acme", "Acme", None).await;
    rig.make("fjord", "Fjord", None).await;
    let anna = rig.person("anna@acme.test", &[], Surface::Portal).await;
    let tx = rig.test.db.begin().await.unwrap();
    let id = made["id"].as_str().unwrap().parse().unwrap();
    roles::set_tenant_role(&tx, &rig.clock, id, anna.person.id, TenantRole::Owner).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    let own = rig.get(&anna, "/api/tenants/acme/audit?action=tenant.create").await.json();
    assert_eq!(own["items"][0]["targetName"], "Acme", "{own:#}");
    assert_eq!(rig.get(&anna, "/api/tenants/fjord/audit").await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_parameter_that_is_sent_twice_counts_once_and_a_nul_is_refused() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let answered = rig.get(&operator, "/api/audit?q=a&q=b").await;
    assert_eq!(answered.status.as_u16(), 200, "{}", answered.text);
    assert_eq!(rig.get(&operator, "/api/audit?q=a.%00").await.status.as_u16(), 422);
}

#[tokio::test]
async fn operators_read_of_a_restore_once_and_a_workspace_in_its_own_log() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let made = rig.make("acme", "Acme", None).await;
    let id: TenantId = made["id"].as_str().unwrap().parse().unwrap();
    let by = Context::system("cli", &rig.clock);
    let restored = |target| Entry::done(Action::new("backup.restore", Where::Tenant), target);
    let tx = rig.test.db.begin().await.unwrap();
    let of_acme = restored(Target::thing("tenant", &id, &"Acme"));
    audit::append(&tx, &by, Chain::Tenant(id), of_acme).await.unwrap();
    let of_all = restored(Target::unnamed("platform", &"platform"));
    audit::commit(tx, &by, Chain::Platform, of_all).await.unwrap();
    let both = rig.get(&operator, "/api/audit?action=backup.restore").await.json();
    let of = |chain: &str| {
        let mut all = both["items"].as_array().unwrap().iter();
        all.find(|record| record["chain"] == chain).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let (own, platforms) = (of(&id.to_string()), of("platform"));
    let list = rig.page(&operator, "/audit").await.text;
    assert!(list.contains("All workspaces") && list.contains(&platforms), "{list}");
    assert!(!list.contains(&own), "{list}");
    let log = rig.page(&operator, "/tenants/acme/audit").await.text;
    assert!(log.contains(&own) && !log.contains("All workspaces"), "{log}");
}
