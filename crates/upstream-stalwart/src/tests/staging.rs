//! What the recorded server had at the beginning of a file, in its one long run, and what a recorded step did that the
//! simulator leaves out and that later steps show.

use std::time::Duration;

use serde_json::{Value, json};
use simulator::State as _;

use super::Rig;
use crate::jmap::Set;

/// Makes what is there at the beginning of a file.
pub async fn prepare(rig: &Rig, file: &str) {
    let number: u32 = file[..2].parse().unwrap();
    if number == 2 {
        put(rig, "accounts", "b", &json!({"password": "FakeGenerated16c"}));
        // It is made in this file.
        assert!(rig.sim.store.write(|world| world.remove("accounts", "c")));
    } else {
        put(rig, "accounts", "c", &json!({"password": "fake-service-password-1"}));
    }
    if number >= 4 {
        for (id, name) in [("c", "acme-widgets.test"), ("d", "renamed-options.test")] {
            put(rig, "domains", id, &json!({"name": name}));
        }
        rig.clock.advance(Duration::from_secs(2));
        let other = json!({"subAddressing": {"@type": "Disabled"}});
        set_domain(rig, "c", &other).await;
        set_domain(rig, "d", &other).await;
        let aliases = json!({"alias-two.test": true, "alias-three.test": true});
        set_domain(rig, "d", &json!({"aliases": aliases, "description": "Renamed"})).await;
        set_domain(rig, "d", &json!({"dkimManagement": {"@type": "Manual"}})).await;
    }
    // Steps of 11 are about domains only.
    if number >= 5 && number != 11 {
        people(rig, number);
    }
    if number >= 7 && number != 11 {
        lists(rig);
        use_up_account_ids(rig, number).await;
    }
    if number >= 5 && number != 11 {
        rig.sim.store.write(|world| {
            let keys = world.inventory()["dkimSignatures"].clone();
            for key in keys.as_array().unwrap().iter().filter(|key| key["domainId"] == "d") {
                assert!(world.remove("dkimSignatures", key["id"].as_str().unwrap()));
            }
        });
    }
}

fn people(rig: &Rig, number: u32) {
    let alias = |name: &str, domain: &str, enabled: bool| json!({"name": name, "domainId": domain, "enabled": enabled});
    let mut alice = json!({
        "name": "alice", "domainId": "c", "description": "Alice Example", "password": "fake-alice-password-1",
    });
    if number >= 6 {
        alice["aliases"] = json!({
            "0": alias("info", "c", true), "1": alias("parked", "c", false), "2": alias("elsewhere", "d", true),
        });
    }
    put(rig, "accounts", "d", &alice);
    let bob = json!({
        "name": "bob.example", "domainId": "c", "password": "fake-bob-password-1",
        "quotas": {"maxDiskQuota": 5_000_000, "maxEmails": 1000},
        "aliases": {"0": alias("bob", "c", true), "1": alias("bob", "d", false)},
    });
    put(rig, "accounts", "e", &bob);
    put(rig, "accounts", "f", &json!({"name": "caroline", "domainId": "c"}));
    if number >= 8 {
        let group = json!({
            "@type": "Group", "name": "support", "domainId": "c", "quotas": {"maxDiskQuota": 104_857_600},
            "aliases": {"0": alias("helpdesk", "c", true)},
        });
        put(rig, "accounts", "m", &group);
        put(rig, "accounts", "d", &json!({"memberGroupIds": {"m": true}}));
    }
}

fn lists(rig: &Rig) {
    let team = json!({"alice@acme-widgets.test": true, "bob.example@acme-widgets.test": true});
    put(rig, "lists", "b", &json!({"name": "team", "domainId": "c", "recipients": team}));
    let news = json!({
        "name": "news", "domainId": "c", "aliases": {"0": {"name": "newsletter", "domainId": "c"}},
        "recipients": {"alice@acme-widgets.test": true, "someone@elsewhere.example.org": true},
    });
    put(rig, "lists", "c", &news);
}

/// The group of 07 gets the id that it has in later files.
async fn use_up_account_ids(rig: &Rig, number: u32) {
    if number != 7 {
        return;
    }
    for name in ["g", "h", "i", "j", "k", "l"] {
        let fields = json!({"@type": "User", "name": name, "domainId": "c"});
        let calls = [
            ("x:Account/set", json!({"create": {name: fields}})),
            ("x:Account/set", json!({"destroy": [name]})),
        ];
        let set: Set = rig.stalwart.change(&calls).await.unwrap().of(1).unwrap();
        assert_eq!(set.destroyed, [name]);
    }
}

/// Does behind the simulator's back what a step did; `later` are the steps after it.
pub async fn do_left_out(rig: &Rig, step: &str, later: &[Value]) {
    match step {
        "administrator changes own password" => {
            put(rig, "accounts", "b", &json!({"password": "fake-admin-password-1"}));
        }
        step if step.starts_with("manual signing: a key made by the caller") => {
            let key = json!({"@type": "Dkim1RsaSha256", "domainId": "d", "selector": "own-key-1"});
            put(rig, "dkimSignatures", "jppr7t2uajqa", &key);
        }
        "two keys with the same selector are not refused" => {
            let key = json!({"@type": "Dkim1RsaSha256", "domainId": "d", "selector": "own-key-1"});
            put(rig, "dkimSignatures", "jppr7t0iakqa", &key);
        }
        // The task makes what is missing, as switching to automatic signing does.
        "ask the server to make missing keys: a task" => {
            for kind in ["Manual", "Automatic"] {
                set_domain(rig, "d", &json!({"dkimManagement": {"@type": kind}})).await;
            }
        }
        // The server takes entries in the order in which they were sent; in the simulator the bad one is first.
        "create error: unknown role (the whole method call fails)" => {
            put(rig, "accounts", "i", &json!({"name": "good-before", "domainId": "c"}));
        }
        "a list for parallel writes" => {
            let stored = &later[0]["response"]["body"]["methodResponses"][0][1]["list"][0]["recipients"];
            let lists = rig.sim.store.read(|world| world.inventory()["lists"].clone());
            let list = lists.as_array().unwrap().iter().find(|list| list["name"] == "parallel").unwrap();
            put(rig, "lists", list["id"].as_str().unwrap(), &json!({"recipients": stored}));
        }
        "what the 24 parallel patches were answered" => {
            put(rig, "accounts", "t", &json!({"name": "race", "domainId": "c"}));
        }
        _ => {}
    }
}

fn put(rig: &Rig, kind: &str, id: &str, fields: &Value) {
    rig.sim.store.write(|world| world.put(kind, id, fields)).unwrap();
}

async fn set_domain(rig: &Rig, id: &str, patch: &Value) {
    let calls = [("x:Domain/set", json!({"update": {id: patch}}))];
    let set: Set = rig.stalwart.change(&calls).await.unwrap().of(0).unwrap();
    assert!(set.updated.contains_key(id));
}
