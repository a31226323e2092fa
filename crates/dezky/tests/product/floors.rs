//! How long a workspace and a person take beside the calls that they need, at upstreams as slow as those recorded. To be
//! run by itself; it prints figures and holds nobody to them but by a wide margin.

use std::time::{Duration, Instant};

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::{json, origin, set_faults};
use crate::tenant_api::text;
use crate::world::{World, free_sockets, tenant, wait_until_ready};

/// How many of each are made, one after another.
const MADE: u32 = 20;
/// To find a group, to make it; meanwhile the domain's keys come, the later of two at random within 60 to 350 ms: 260 ms
/// on average.
const TENANT: Duration = Duration::from_millis(260);
/// To find an account, make it, add it to its group, and set its password.
const MEMBER: Duration = Duration::from_millis(46 + 3 * 107);

fn delay(route: &str, millis: u64) -> Value {
    value!({"route": route, "kind": "delay", "delayMs": millis})
}

#[tokio::test]
#[ignore = "measures, and wants the machine for itself"]
async fn a_workspace_and_a_person_beside_the_floor_of_calls() {
    let (world, sockets) = (World::start().await, free_sockets());
    let _serving = world.serve(&sockets, None);
    wait_until_ready(&sockets).await;
    world.admit(&sockets).await;
    let at = |name: &str| origin(&world.said, &format!("sandbox/{name}")).to_owned();
    let authentik = value!([delay("GET /api/v3/", 46), delay("POST /api/v3/", 107)]);
    let ocis = value!([delay("GET /graph/", 21), delay("*", 15)]);
    for (name, faults) in [("authentik", authentik), ("stalwart", value!([delay("*", 4)])), ("ocis", ocis)] {
        set_faults(&at(name), faults).await;
    }
    let make = async |path: &str, body: Value, is_done: &dyn Fn(&Value) -> bool| {
        let began = Instant::now();
        let made = world.call(&sockets, Method::Post, path, Some(body)).await.unwrap();
        let took = began.elapsed();
        assert!(made.status < 300, "{}", json(&made));
        (took, is_done(&json(&made)))
    };
    let (mut took, mut done) = (Duration::ZERO, 0);
    for n in 0..MADE {
        let is_active = |made: &Value| made["status"] == "active";
        let (one, is_done) = make("/api/tenants", tenant(&format!("floor-{n}")), &is_active).await;
        took += one;
        done += u32::from(is_done);
    }
    said("a workspace", took, TENANT, done);
    let (mut took, mut done) = (Duration::ZERO, 0);
    for n in 0..MADE {
        let body = value!({"name": format!("Person {n}"), "email": format!("p{n}@private.test"), "mailbox": format!("p{n}")});
        let is_set = |made: &Value| text(&made["doors"]["signIn"]["state"]) == "set";
        let (one, is_done) = make("/api/tenants/floor-0/users", body, &is_set).await;
        took += one;
        done += u32::from(is_done);
    }
    said("a person", took, MEMBER, done);
}

fn said(what: &str, took: Duration, floor: Duration, done: u32) {
    let mean = took / MADE;
    let floors = mean.as_secs_f64() / floor.as_secs_f64();
    println!(
        "{what}: {mean:.0?} on average, {floors:.2} floors of {floor:.0?}; {done} of {MADE} done in the answer"
    );
    assert!(floors < 4.0, "{what} takes {floors:.2} floors");
}
