//! What `/_sim` lets an operator of the simulator do: see and change objects, and send a mail.

use outbound::{Call, Method};
use serde_json::{Value, json};
use simulator::State as _;

use super::{Rig, client_of};
use crate::sim::World;
use crate::{DomainSettings, DomainSettingsChange, SignIn};

/// What became of a mail, as (last address, outcome).
async fn deliver(rig: &Rig, to: Value, size: u64) -> Vec<(String, String)> {
    let mail = json!({"from": "someone@elsewhere.test", "to": to, "size": size});
    let call = Call::new(Method::Post, "/_sim/deliver").json(&mail);
    let answer: Value = client_of(&rig.sim.origin).send(call).await.unwrap().json().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let copies = answer["copies"].as_array().unwrap();
    copies.iter().map(|copy| (text(&copy["address"]), text(&copy["outcome"]))).collect()
}

fn copy(address: &str, outcome: &str) -> (String, String) {
    (address.to_owned(), outcome.to_owned())
}

#[tokio::test]
async fn mail_follows_aliases_lists_and_the_catch_all() {
    let rig = Rig::start().await;
    let (domain, anna) = rig.with_anna().await;
    let aliases = json!({
        "0": {"name": "sales", "domainId": domain},
        "1": {"name": "parked", "domainId": domain, "enabled": false},
    });
    rig.put("accounts", &anna, &json!({"aliases": aliases}));
    let recipients = json!({"sales@acme.test": true, "gone@acme.test": true, "x@outside.test": true, "team@acme.test": true});
    rig.put("lists", "b", &json!({"name": "team", "domainId": domain, "recipients": recipients}));

    assert_eq!(deliver(&rig, json!("sales@acme.test"), 100).await, [copy("anna@acme.test", "stored")]);
    assert_eq!(deliver(&rig, json!("anna+tag@acme.test"), 100).await, [copy("anna@acme.test", "stored")]);
    let mut copies = deliver(&rig, json!(["team@acme.test"]), 100).await;
    copies.sort();
    let wanted = [("anna@acme.test", "stored"), ("gone@acme.test", "bounced"), ("x@outside.test", "relayed")];
    assert_eq!(copies, wanted.map(|(address, outcome)| copy(address, outcome)));
    let refused = json!(["parked@acme.test", "nobody@acme.test", "x@outside.test"]);
    assert!(deliver(&rig, refused, 100).await.iter().all(|(_, outcome)| outcome == "refused"));
    assert_eq!(rig.stalwart.usage(&domain).await.unwrap()[0].used, 300);

    let change = DomainSettingsChange {
        catch_all: Some(Some("anna@acme.test".parse().unwrap())),
        plus_addresses: Some(false),
    };
    rig.stalwart.update_domain_settings(&domain, &change).await.unwrap();
    for caught in ["parked@acme.test", "nobody@acme.test", "anna+tag@acme.test"] {
        assert_eq!(deliver(&rig, json!(caught), 100).await, [copy("anna@acme.test", "stored")]);
    }
}

#[tokio::test]
async fn mail_to_a_frozen_account_arrives_unless_receiving_is_taken_too() {
    let rig = Rig::start().await;
    let (domain, anna) = rig.with_anna().await;
    rig.put("accounts", &anna, &json!({"frozen": true}));
    assert_eq!(deliver(&rig, json!("anna@acme.test"), 100).await, [copy("anna@acme.test", "stored")]);
    let all = json!({"authenticate": true, "emailReceive": true, "emailSend": true});
    let freeze = json!({"permissions": {"@type": "Merge", "disabledPermissions": all}});
    rig.put("accounts", &anna, &freeze);
    assert_eq!(deliver(&rig, json!("anna@acme.test"), 100).await, [copy("anna@acme.test", "bounced")]);
    rig.put("accounts", &anna, &json!({"frozen": false, "quotas": {"maxDiskQuota": 250}}));
    let outcomes: Vec<_> = [100, 100, u64::MAX].into_iter().collect();
    let mut seen = Vec::new();
    for size in outcomes {
        seen.extend(
            deliver(&rig, json!("anna@acme.test"), size).await.into_iter().map(|(_, outcome)| outcome),
        );
    }
    assert_eq!(seen, ["stored", "deferred", "deferred"]);
    assert_eq!(rig.stalwart.usage(&domain).await.unwrap()[0].used, 200);
}

#[tokio::test]
async fn objects_are_put_shown_and_removed() {
    let rig = Rig::start().await;
    let domain = rig.create("acme.test").await;
    let anna = json!({
        "name": "anna", "domainId": domain, "password": "hunter2", "usedDiskQuota": 42,
        "aliases": {"0": {"name": "sales", "domainId": domain}},
    });
    rig.put("accounts", "k", &anna);
    rig.put("lists", "k", &json!({"name": "team", "domainId": domain, "recipients": {"Odd Name": true}}));
    let sign_in = rig.stalwart.verify_login("sales@acme.test", &"hunter2".into()).await.unwrap();
    assert_eq!(sign_in, SignIn::Accepted);
    rig.stalwart.create_app_password("k", "phone").await.unwrap();

    let shown = rig.sim.store.read(World::inventory);
    let account = shown["accounts"].as_array().unwrap().iter().find(|one| one["id"] == "k").unwrap();
    assert_eq!(account["address"], "anna@acme.test");
    assert_eq!(account["aliases"], json!([{"address": "sales@acme.test", "enabled": true}]));
    assert_eq!((&account["frozen"], &account["usedDiskQuota"]), (&json!(false), &json!(42)));
    assert_eq!(shown["lists"][0]["recipients"], json!(["Odd Name"]));
    let phone = &shown["app_passwords"][0];
    assert_eq!((&phone["accountId"], &phone["description"]), (&json!("k"), &json!("phone")));

    let taken = json!({"name": "sales", "domainId": domain});
    let why = rig.sim.store.write(|world| world.put("lists", "l", &taken)).unwrap_err();
    assert_eq!(why, "Account k has that address");
    let bad = rig.sim.store.write(|world| world.put("accounts", "k", &json!({"nonsense": 1}))).unwrap_err();
    assert!(bad.contains("refuses"), "{bad}");
    rig.sim.store.write(|world| {
        assert!(world.remove("app_passwords", phone["id"].as_str().unwrap()));
        assert!(world.remove("lists", "k") && world.remove("accounts", "k"));
        assert!(!world.remove("lists", "k") && !world.remove("app_passwords", "k/b"));
    });
}

#[tokio::test]
async fn a_rule_of_the_operators_own_for_plus_addresses_is_neither_on_nor_off() {
    let rig = Rig::start().await;
    let domain = rig.create("acme.test").await;
    let custom = json!({"update": {&domain: {"subAddressing": {"@type": "Custom"}}}});
    rig.stalwart.change(&[("x:Domain/set", custom)]).await.unwrap();
    let read = rig.stalwart.domain_settings(&domain).await.unwrap();
    assert_eq!(read, Some(DomainSettings { catch_all: None, plus_addresses: None }));
    assert_eq!(rig.stalwart.domain_settings("zzz").await.unwrap(), None);
}

#[tokio::test]
async fn a_state_from_before_there_were_mailboxes_is_read() {
    let rig = Rig::start().await;
    let mut kept = rig.sim.store.read(|world| serde_json::to_value(world)).unwrap();
    kept["accounts"] = json!({"1": {"name": "admin", "domain": 1}});
    for later in ["lists", "last_account", "last_list"] {
        assert!(kept.as_object_mut().unwrap().remove(later).is_some());
    }
    let world: World = serde_json::from_value(kept).unwrap();
    assert_eq!(world.inventory()["accounts"][0]["address"], "admin@example.test");
}
