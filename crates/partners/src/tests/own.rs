//! What the staff of a partner see of it and of its customers [A4, C6].

use access::{Customers, PartnerRole, Surface, TenantRef, roles};
use serde_json::{Value, json};
use testkit::{Rig, Who};

use super::{attach, delete, employ, partner, rig, slugs};

/// Gives somebody these customers and no others.
async fn choose(rig: &Rig, who: &Who, partner: &Value, chosen: &[&Value]) {
    let tx = rig.test.db.begin().await.unwrap();
    let id = partner["id"].as_str().unwrap().parse().unwrap();
    let ids = chosen.iter().map(|tenant| tenant["id"].as_str().unwrap().parse().unwrap()).collect();
    roles::set_customers(&tx, id, who.person.id, &Customers::Chosen(ids)).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
}

/// What somebody is told who tries again what a tenant needs.
async fn retry(rig: &Rig, who: &Who, slug: &str) -> u16 {
    rig.post(who, &format!("/api/tenants/{slug}/reconcile"), json!({})).await.status.as_u16()
}

#[tokio::test]
async fn staff_see_their_own_partner_and_its_customers_and_no_others() {
    let rig = rig().await;
    let (nordit, alpenwerk) =
        (partner(&rig, "nordit", "NordIT").await, partner(&rig, "alpenwerk", "Alpenwerk").await);
    for (slug, of) in [("acme", "nordit"), ("fjord", "nordit"), ("alpenblick", "alpenwerk")] {
        rig.make(slug, slug, None).await;
        assert_eq!(attach(&rig, of, slug).await.status.as_u16(), 200);
    }
    let frida = rig.person("frida@nordit.test", &[], Surface::Portal).await;
    assert_eq!(rig.get(&frida, "/api/partner").await.status.as_u16(), 404, "nobody's staff");
    employ(&rig, &frida, &nordit, PartnerRole::Owner).await;
    let own = rig.get(&frida, "/api/partner").await.json();
    assert_eq!(
        (&own["slug"], &own["role"], &own["reach"]),
        (&json!("nordit"), &json!("owner"), &json!("all"))
    );
    assert!(own.get("billingInfo").is_none(), "{own}");
    assert_eq!(slugs(&rig.get(&frida, "/api/partner/tenants").await.json()), ["acme", "fjord"]);
    assert_eq!(slugs(&rig.get(&frida, "/api/partner/tenants?q=fjo").await.json()), ["fjord"]);
    assert_eq!([retry(&rig, &frida, "acme").await, retry(&rig, &frida, "alpenblick").await], [200, 404]);
    let petra = rig.person("petra@alpenwerk.test", &[], Surface::Portal).await;
    employ(&rig, &petra, &alpenwerk, PartnerRole::Admin).await;
    assert_eq!([retry(&rig, &petra, "acme").await, retry(&rig, &petra, "alpenblick").await], [404, 200]);
}

#[tokio::test]
async fn who_reaches_chosen_customers_finds_no_others() {
    let rig = rig().await;
    let nordit = partner(&rig, "nordit", "NordIT").await;
    let mut made = Vec::new();
    for slug in ["acme", "fjord"] {
        made.push(rig.make(slug, slug, None).await);
        attach(&rig, "nordit", slug).await;
    }
    let frida = rig.person("frida@nordit.test", &[], Surface::Portal).await;
    employ(&rig, &frida, &nordit, PartnerRole::Admin).await;
    choose(&rig, &frida, &nordit, &[&made[0]]).await;
    assert_eq!(rig.get(&frida, "/api/partner").await.json()["reach"], "chosen");
    assert_eq!(slugs(&rig.get(&frida, "/api/partner/tenants").await.json()), ["acme"]);
    assert_eq!([retry(&rig, &frida, "acme").await, retry(&rig, &frida, "fjord").await], [200, 404]);
    choose(&rig, &frida, &nordit, &[]).await;
    assert_eq!(slugs(&rig.get(&frida, "/api/partner/tenants").await.json()), Vec::<&str>::new());
    assert_eq!(retry(&rig, &frida, "acme").await, 404, "nothing is chosen, so nothing is reached");
}

#[tokio::test]
async fn a_chosen_customer_that_leaves_and_comes_back_is_no_longer_chosen() {
    let rig = rig().await;
    let nordit = partner(&rig, "nordit", "NordIT").await;
    let acme = rig.make("acme", "Acme", None).await;
    attach(&rig, "nordit", "acme").await;
    let frida = rig.person("frida@nordit.test", &[], Surface::Portal).await;
    employ(&rig, &frida, &nordit, PartnerRole::Admin).await;
    choose(&rig, &frida, &nordit, &[&acme]).await;
    assert_eq!(retry(&rig, &frida, "acme").await, 200);
    assert_eq!(delete(&rig, "/api/partners/nordit/tenants/acme").await.status.as_u16(), 204);
    assert_eq!(retry(&rig, &frida, "acme").await, 404);
    attach(&rig, "nordit", "acme").await;
    assert_eq!(retry(&rig, &frida, "acme").await, 404, "who reaches it is said anew");
}

#[tokio::test]
async fn a_partner_that_is_suspended_or_ended_closes_for_its_staff_at_once() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let nordit = partner(&rig, "nordit", "NordIT").await;
    rig.make("acme", "Acme", None).await;
    attach(&rig, "nordit", "acme").await;
    let frida = rig.person("frida@nordit.test", &[], Surface::Portal).await;
    employ(&rig, &frida, &nordit, PartnerRole::Owner).await;
    let told =
        async || [rig.get(&frida, "/api/partner").await.status.as_u16(), retry(&rig, &frida, "acme").await];
    assert_eq!(told().await, [200, 200]);
    rig.post(&operator, "/api/partners/nordit/suspend", json!({})).await;
    assert_eq!(told().await, [404, 404]);
    rig.post(&operator, "/api/partners/nordit/resume", json!({})).await;
    assert_eq!(told().await, [200, 200]);
    delete(&rig, "/api/partners/nordit").await;
    assert_eq!(told().await, [404, 404]);
    let acme = rig.get(&operator, "/api/tenants/acme").await.json();
    assert_eq!(
        (&acme["partnerId"], &acme["status"]),
        (&nordit["id"], &json!("active")),
        "its customers go on"
    );
}

#[tokio::test]
async fn billing_sees_its_partner_and_no_customers() {
    let rig = rig().await;
    let nordit = partner(&rig, "nordit", "NordIT").await;
    let bent = rig.person("bent@nordit.test", &[], Surface::Portal).await;
    employ(&rig, &bent, &nordit, PartnerRole::Billing).await;
    assert_eq!(rig.get(&bent, "/api/partner").await.status.as_u16(), 200);
    let refused = rig.get(&bent, "/api/partner/tenants").await;
    let told = (refused.status.as_u16(), refused.json()["type"].clone());
    assert_eq!(told, (403, json!("urn:dezky:problem:missing-role")));
}

#[tokio::test]
async fn who_works_for_two_partners_is_at_the_first_with_every_right() {
    let rig = rig().await;
    let (nordit, alpenwerk) =
        (partner(&rig, "nordit", "NordIT").await, partner(&rig, "alpenwerk", "Alpenwerk").await);
    let bent = rig.person("bent@nordit.test", &[], Surface::Portal).await;
    employ(&rig, &bent, &nordit, PartnerRole::Owner).await;
    employ(&rig, &bent, &alpenwerk, PartnerRole::Billing).await;
    assert_eq!(rig.get(&bent, "/api/partner").await.json()["slug"], "alpenwerk");
    let refused = rig.get(&bent, "/api/partner/tenants").await;
    let told = (refused.status.as_u16(), refused.json()["type"].clone());
    assert_eq!(told, (403, json!("urn:dezky:problem:missing-role")), "not the other's customers");
}

/// What is judged beside a proof goes by the same set.
#[tokio::test]
async fn what_is_only_offered_goes_by_the_chosen_customers_too() {
    let rig = rig().await;
    let nordit = partner(&rig, "nordit", "NordIT").await;
    let acme = rig.make("acme", "Acme", None).await;
    attach(&rig, "nordit", "acme").await;
    let frida = rig.person("frida@nordit.test", &[], Surface::Portal).await;
    employ(&rig, &frida, &nordit, PartnerRole::Owner).await;
    let may = async || {
        let account = access::account::by_id(rig.test.db.read(), frida.person.id).await.unwrap().unwrap();
        let origin = access::Origin {
            address: None,
            user_agent: None,
            request_id: kernel::id::RequestId::new(&rig.clock),
        };
        let actor = access::Actor::of(account, Surface::Portal, &origin, &rig.clock);
        let ids = [acme["id"].as_str().unwrap().parse().unwrap()];
        let found = access::directory::tenants_by_ids(rig.test.db.read(), &ids).await.unwrap();
        let tenant: &TenantRef = found.first().unwrap();
        access::may_see::<access::ReconcileTenant>(&actor, tenant)
    };
    assert!(may().await);
    choose(&rig, &frida, &nordit, &[]).await;
    assert!(!may().await);
}
