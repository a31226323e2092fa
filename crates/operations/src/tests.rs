//! The pages with those of tenants, of their plans and of their logs in a small Dezky.

use std::time::Duration;

use access::{Surface, TenantRole};
use activity::Activity;
use customers::Customers;
use db::Connection as _;
use drift::Drift;
use memberships::Memberships;
use people::People;
use platform::{Platform, Slice};
use provisioning::Provisioning;
use tenants::{Settings, Tenants};
use testkit::Rig;

use crate::Operations;

fn slices(platform: &Platform) -> Vec<Slice> {
    let settings = Settings {
        platform_slug: "dezky".parse().unwrap(),
        platform_name: "Dezky".into(),
        grace: Duration::ZERO,
    };
    let tenants = Tenants::new(platform, None, settings);
    let memberships = Memberships::new(platform, memberships::Settings { beyond_seats: false });
    let people = People::new(platform, &memberships);
    vec![
        provisioning::slice(&Provisioning::new(platform)),
        health::slice(),
        tenants::slice(&tenants),
        customers::slice(&Customers::new(platform, &tenants)),
        activity::slice(&Activity::new(platform, &tenants)),
        drift::slice(&Drift::new(platform, &tenants)),
        crate::slice(&Operations::new(platform, &tenants, &people)),
    ]
}

async fn rig() -> Rig {
    testkit::rig(slices).await
}

#[tokio::test]
async fn what_people_type_is_shown_and_never_run() {
    let rig = rig().await;
    let operator = rig.operator().await;
    rig.make("xss", "<script>alert(1)</script>", None).await;
    for path in ["/", "/tenants/xss", "/tenants/xss/plan", "/tenants/xss/audit", "/audit"] {
        let page = rig.page(&operator, path).await;
        assert_eq!(page.status.as_u16(), 200, "{path}");
        assert!(!page.text.contains("<script>alert"), "{path}");
        assert!(page.text.contains("&lt;script&gt;"), "{path}");
    }
}

#[tokio::test]
async fn pages_refuse_whoever_lacks_the_right() {
    let rig = rig().await;
    let made = rig.make("acme", "Acme", None).await;
    let trainee = rig.person("jonas@dezky.test", &[], Surface::Operator).await;
    let refused = rig.page(&trainee, "/").await;
    assert_eq!(refused.status.as_u16(), 403);
    assert!(refused.text.contains("Only platform admins can do this"));
    let maja = rig.person("maja@acme.test", &[], Surface::Portal).await;
    let tx = rig.test.db.begin().await.unwrap();
    let id = made["id"].as_str().unwrap().parse().unwrap();
    access::roles::set_tenant_role(&tx, &rig.clock, id, maja.person.id, TenantRole::Member).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    assert_eq!(rig.page(&maja, "/admin/acme").await.status.as_u16(), 403);
    assert_eq!(rig.page(&maja, "/admin").await.headers["location"], "/admin/acme");
    let stranger = rig.person("eve@evil.test", &[], Surface::Portal).await;
    assert_eq!(rig.page(&stranger, "/admin/acme").await.status.as_u16(), 404);
}

#[tokio::test]
async fn an_address_of_a_first_owner_opens_no_overview() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let nora = rig.person("nora@aeroe.test", &[], Surface::Portal).await;
    assert_eq!(rig.page(&nora, "/admin/aeroe").await.status.as_u16(), 404);
    let form = [
        ("name", "Ærø"),
        ("slug", "aeroe"),
        ("plan", "business"),
        ("seats", "5"),
        ("owner.email", "nora@aeroe.test"),
    ];
    assert_eq!(rig.send_form(&operator, "/tenants", &form).await.status.as_u16(), 303);
    rig.until_active("aeroe").await;
    let admin = rig.page(&nora, "/admin/aeroe").await;
    assert_eq!(admin.status.as_u16(), 404, "she is invited by a link, whoever holds the address");
}

#[tokio::test]
async fn once_a_domain_is_claimed_what_is_left_is_to_prove_it_and_to_publish_its_records() {
    let rig = rig().await;
    let made = rig.make("acme", "Acme", None).await;
    let olga = rig.person("olga@acme.test", &[], Surface::Portal).await;
    let tx = rig.test.db.begin().await.unwrap();
    let id: kernel::TenantId = made["id"].as_str().unwrap().parse().unwrap();
    access::roles::set_tenant_role(&tx, &rig.clock, id, olga.person.id, TenantRole::Owner).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    let run = async |statement: String| {
        rig.test.db.read().execute_unprepared(&statement).await.unwrap();
    };
    // Whether the list offers to add a domain, and whether it leads to the page of one.
    let offered = async || {
        let page = rig.page(&olga, "/admin/acme").await;
        assert_eq!(page.status.as_u16(), 200, "{}", page.text);
        let leads = |to: &str| page.text.contains(&format!("href=\"/admin/acme/domains{to}\""));
        (leads("#add-domain"), leads("/acme.test"))
    };
    assert_eq!(offered().await, (true, false), "there is none yet");
    run(format!(
        "INSERT INTO domains (id, tenant_id, name, token, state, state_since, findings, asked, next_check_at, \
         lapses_at, created_at) VALUES ('{}', '{id}', 'acme.test', 'token', 'pending', 1, '[]', '[]', \
         {never}, {never}, 1)",
        kernel::DomainId::new(&rig.clock),
        never = i64::MAX,
    ))
    .await;
    assert_eq!(offered().await, (false, true), "it is claimed");
    run("UPDATE domains SET proof = 'dns', proven_at = 2, lapses_at = NULL".to_owned()).await;
    assert_eq!(offered().await, (false, false), "it is proven, and nothing is wrong with it");
    let finding = "INSERT INTO findings (tenant_id, source, object, code, since) VALUES";
    run(format!("{finding} ('{id}', 'domains', 'acme.test', 'dns_pending', 1)")).await;
    assert_eq!(offered().await, (false, true), "its records are wrong");
}
