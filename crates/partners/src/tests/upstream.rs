//! What partners have upstream: it follows from the rows alone.

use std::time::Duration;

use access::{PartnerRole, PartnerStatus, Surface, roles};
use kernel::PartnerId;
use memberships::MEMBERSHIP;
use serde_json::{Value, json};
use simulator::State;
use tenants::BillingInfo;
use testkit::Rig;

use super::{all_tenants, change, delete, employ, partner, rig, slices};
use crate::desired::{ALL_STAFF, in_all as in_all_staff, wants};
use crate::model::{ContactInfo, Margin, Partner};
use crate::{Partners, apply, store};

/// The group of this name at the identity provider, once it is as wished.
async fn group(rig: &Rig, name: &str, wished: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    for _ in 0..200 {
        let all = rig.authentik.store.read(State::inventory)["groups"].take();
        let found = all.as_array().unwrap().iter().find(|group| group["name"] == name);
        last = found.cloned().unwrap_or_default();
        if wished(&last) {
            return last;
        }
        rig.reconciler.nudge();
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{name} never came to be as wished: {last:#}");
}

/// What differs among groups; the mail server has a domain of its own.
async fn of_groups(rig: &Rig) -> Vec<String> {
    let mut all = rig.drifts().await;
    all.retain(|drift| drift.contains(" authentik."));
    all
}

#[tokio::test]
async fn a_partner_has_its_own_group_while_it_lives_and_all_have_one_together() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let nordit = partner(&rig, "nordit", "NordIT").await;
    let own = group(&rig, "dezky-partner-nordit", |group| !group.is_null()).await;
    let marked = &own["attributes"]["dezky"];
    assert_eq!((&marked["partner_id"], &marked["state"]), (&nordit["id"], &json!("open")));
    assert!(marked.get("tenant_id").is_none(), "{marked}");
    group(&rig, "dezky-partner-staff", |group| !group.is_null()).await;
    change(&rig, "/api/partners/nordit", json!({"name": "NordIT A/S"})).await;
    let is_named = |group: &Value| group["attributes"]["dezky"]["display_name"] == "NordIT A/S";
    group(&rig, "dezky-partner-nordit", is_named).await;
    rig.post(&operator, "/api/partners/nordit/suspend", json!({})).await;
    group(&rig, "dezky-partner-nordit", |group| group["attributes"]["dezky"]["state"] == "closed").await;
    delete(&rig, "/api/partners/nordit").await;
    group(&rig, "dezky-partner-nordit", Value::is_null).await;
    group(&rig, "dezky-partner-staff", |group| !group.is_null()).await;
    rig.scan().await;
    assert_eq!(of_groups(&rig).await, Vec::<String>::new(), "nothing is left over, and nothing foreign");
}

#[tokio::test]
async fn a_group_that_somebody_changed_is_found_as_the_partners() {
    let rig = rig().await;
    partner(&rig, "nordit", "NordIT").await;
    let own = group(&rig, "dezky-partner-nordit", |group| !group.is_null()).await;
    let mut attributes = own["attributes"].clone();
    attributes["dezky"]["partner_id"] = json!("par_another");
    let id = own["id"].as_str().unwrap();
    rig.authentik.store.write(|world| world.put("groups", id, &json!({"attributes": attributes}))).unwrap();
    rig.reconciler.settle("partner-staff", Duration::from_secs(3)).await.unwrap();
    rig.scan().await;
    assert_eq!(of_groups(&rig).await, ["changed authentik.group dezky-partner-nordit partnerId"]);
}

#[tokio::test]
async fn what_is_wanted_upstream_follows_from_the_rows_alone() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let nordit = partner(&rig, "nordit", "NordIT").await;
    for (email, role) in [("frida@nordit.test", PartnerRole::Owner), ("sven@nordit.test", PartnerRole::Admin)]
    {
        let who = rig.person(email, &[], Surface::Portal).await;
        employ(&rig, &who, &nordit, role).await;
    }
    rig.post(&operator, "/api/partners/nordit/suspend", json!({})).await;
    let (db, id) = (rig.test.db.read(), nordit["id"].as_str().unwrap());
    let partner = store::by_slug(db, "nordit").await.unwrap().unwrap();
    assert_eq!(partner.status, PartnerStatus::Suspended);
    let staff = roles::staff(db, partner.id).await.unwrap();
    let recomputed: Vec<_> =
        wants(&partner, &staff).into_iter().map(|want| (want.kind.to_owned(), Some(want.spec))).collect();
    let stored = reconcile::of_owner(db, id).await.unwrap();
    let stored: Vec<_> = stored.into_iter().map(|resource| (resource.kind, resource.spec)).collect();
    assert_eq!(stored, recomputed);
    assert_eq!(stored.len(), 3, "its group, and that two people are in it");
    let in_all = reconcile::of_owner(db, ALL_STAFF).await.unwrap();
    let in_all: Vec<_> = in_all.into_iter().filter(|resource| resource.kind == MEMBERSHIP).collect();
    let wanted: Vec<_> = staff.iter().map(|one| Some(in_all_staff(one.user, false).spec)).collect();
    assert_eq!(in_all.into_iter().map(|resource| resource.spec).collect::<Vec<_>>(), wanted);
    let known = rig.reconciler.owners(&[id.to_owned(), "partner-staff".to_owned()]).await.unwrap();
    assert_eq!(known[id].name.as_deref(), Some("NordIT"));
    assert!(known.values().all(|owner| owner.tenants.is_empty()), "{known:?}");
}

/// A partner and a role from before there were groups for them.
#[tokio::test]
async fn what_nobody_has_written_is_written_by_the_clock() {
    let mut partners = None;
    let rig = testkit::rig(|platform| {
        partners = Some(Partners::new(platform, &all_tenants(platform)));
        slices(platform)
    })
    .await;
    let (partners, db) = (partners.unwrap(), rig.test.db.read());
    let old = Partner { status: PartnerStatus::Suspended, ..from_before(&rig, "nordit") };
    let ended = Partner { status: PartnerStatus::Terminated, ..from_before(&rig, "ended") };
    let tx = rig.test.db.begin().await.unwrap();
    store::insert(&tx, &old).await.unwrap();
    store::insert(&tx, &ended).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    let (frida, sven) = (
        rig.person("frida@nordit.test", &[], Surface::Portal).await,
        rig.person("sven@nordit.test", &[], Surface::Portal).await,
    );
    employ(&rig, &frida, &json!({"id": old.id}), PartnerRole::Owner).await;
    // Who joins before that hides nobody from it.
    employ(&rig, &sven, &json!({"id": old.id}), PartnerRole::Admin).await;
    let tx = rig.test.db.begin().await.unwrap();
    apply::join(&tx, &rig.clock, &old, sven.person.id).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    assert_eq!(store::unwritten(db, 100).await.unwrap(), [old.id]);
    partners.follow().await.unwrap();
    assert!(store::unwritten(db, 100).await.unwrap().is_empty());
    group(&rig, "dezky-partner-nordit", |group| group["attributes"]["dezky"]["state"] == "closed").await;
    for owner in [old.id.to_string(), ALL_STAFF.to_owned()] {
        let owned = reconcile::of_owner(db, &owner).await.unwrap();
        let people = owned.iter().filter(|resource| resource.kind == MEMBERSHIP);
        assert_eq!(people.count(), 2, "{owner}");
    }
    assert!(reconcile::of_owner(db, &ended.id.to_string()).await.unwrap().is_empty());
}

fn from_before(rig: &Rig, slug: &str) -> Partner {
    Partner {
        id: PartnerId::new(&rig.clock),
        slug: slug.parse().unwrap(),
        name: slug.to_owned(),
        domain: None,
        status: PartnerStatus::Active,
        margin: Margin::default(),
        contact: ContactInfo::default(),
        billing: BillingInfo::default(),
        version: 1,
        created_at: rig.clock.now(),
        terminated_at: None,
    }
}
