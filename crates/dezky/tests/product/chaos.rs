//! Three instances on one PostgreSQL make many tenants at once while one of them is killed every few seconds. All
//! become active, and nothing is there twice. `CHAOS_TENANTS` says how many.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use outbound::{Call, Client, Method, Options};
use serde_json::{Value, json as value};

use crate::harness::{Dezky, json};
use crate::world::{Sockets, World, free_sockets, tenant, wait_until_ready};

const INSTANCES: usize = 3;
/// How many there are in a usual run of the suite.
const FEW: usize = 60;
const BETWEEN_KILLS: Duration = Duration::from_millis(2500);
/// The longest that a client waits before it asks again.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
const PATIENCE: Duration = Duration::from_mins(4);

#[tokio::test]
async fn tenants_made_at_once_survive_instances_that_are_killed() {
    if std::env::var_os("TEST_DATABASE_URL").is_none() {
        eprintln!("skipped: several instances need PostgreSQL, which TEST_DATABASE_URL names");
        return;
    }
    let wanted = std::env::var_os("CHAOS_TENANTS").and_then(|many| many.to_str()?.parse().ok());
    let slugs: Vec<String> = (0..wanted.unwrap_or(FEW)).map(|number| format!("chaos-{number}")).collect();
    let world = World::start().await;
    let sockets = [(); INSTANCES].map(|()| free_sockets());
    let instances = sockets.each_ref().map(|sockets| world.serve(sockets, None));
    for sockets in &sockets {
        wait_until_ready(sockets).await;
    }
    world.admit(&sockets[0]).await;

    let (began, is_over) = (Instant::now(), AtomicBool::new(false));
    let work = async {
        let apis = sockets.each_ref().map(api);
        let made = slugs.iter().enumerate().map(|(index, slug)| make(&world, &apis, index, slug));
        join_all(made).await;
        let answered = began.elapsed();
        until_all_active(&world, &sockets, &slugs).await;
        is_over.store(true, Ordering::SeqCst);
        answered
    };
    let (answered, (kills, instances)) =
        tokio::join!(work, kill_one_by_one(&world, &sockets, instances, &is_over));
    let took = began.elapsed();

    for sockets in &sockets {
        wait_until_ready(sockets).await;
    }
    let many = slugs.len();
    // The platform's own workspace has no domain.
    assert_eq!(world.marked().await.map(|objects| objects.len()), [many + 1, many, many + 1]);
    check_each(&world, &sockets[0], &slugs).await;
    drop(instances);
    world.verify_audit();
    eprintln!(
        "{many} tenants, {kills} kills: all requests answered after {:.1} s, all active after {:.1} s",
        answered.as_secs_f64(),
        took.as_secs_f64()
    );
}

/// Kills one instance after the other and starts it again at once; gives how often, and who is left.
async fn kill_one_by_one(
    world: &World,
    sockets: &[Sockets; INSTANCES],
    instances: [Dezky; INSTANCES],
    is_over: &AtomicBool,
) -> (usize, [Dezky; INSTANCES]) {
    let (mut instances, mut kills) = (instances, 0);
    while !is_over.load(Ordering::SeqCst) {
        tokio::time::sleep(BETWEEN_KILLS).await;
        let victim = kills % INSTANCES;
        instances[victim].kill();
        instances[victim] = world.serve(&sockets[victim], None);
        kills += 1;
    }
    (kills, instances)
}

/// Makes a tenant as a careful client does: the same request with the same key, on one instance after the other, until
/// there is an answer.
async fn make(world: &World, apis: &[Client; INSTANCES], index: usize, slug: &str) {
    let began = Instant::now();
    let mut last;
    for attempt in index.. {
        let api = &apis[attempt % INSTANCES];
        let call = Call::new(Method::Post, "/api/tenants")
            .bearer(world.token().into())
            .header("idempotency-key", format!("make {slug}"))
            .json(&tenant(slug));
        match api.send(call).await {
            Ok(answer) if answer.status == 201 => return,
            // The request before died, perhaps after it had done its work. Nobody knows yet: the key is held.
            Ok(answer) if answer.status == 409 || answer.status == 422 => {
                let look = Call::get(format!("/api/tenants/{slug}")).bearer(world.token().into());
                let found = api.send(look).await;
                last = json(&answer).to_string();
                if found.is_ok_and(|found| found.status == 200) {
                    return;
                }
            }
            Ok(answer) if answer.status < 500 => panic!("{slug}: {}", json(&answer)),
            Ok(answer) => last = json(&answer).to_string(),
            Err(error) => last = error.to_string(),
        }
        assert!(began.elapsed() < PATIENCE, "{slug} is not made; the last answer was {last}");
        let tries = u32::try_from(attempt - index).unwrap_or(u32::MAX);
        tokio::time::sleep(Duration::from_millis(250).saturating_mul(tries + 1).min(LONGEST_PAUSE)).await;
    }
}

/// A client that holds back nothing.
fn api(sockets: &Sockets) -> Client {
    let options = Options { deadline: Duration::from_secs(20), at_a_time: 1000, ..Options::default() };
    Client::new("Dezky", format!("http://{}", sockets[2]).parse().unwrap(), options).unwrap()
}

async fn until_all_active(world: &World, sockets: &[Sockets; INSTANCES], slugs: &[String]) {
    let (began, mut left) = (Instant::now(), slugs.to_vec());
    for attempt in 0.. {
        let mut pending = Vec::new();
        for slug in left {
            let at = &sockets[attempt % INSTANCES];
            let found = world.call(at, Method::Get, &format!("/api/tenants/{slug}"), None).await;
            let is_active = found.is_ok_and(|found| json(&found)["status"] == "active");
            if !is_active {
                pending.push(slug);
            }
        }
        if pending.is_empty() {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "these never became active: {pending:?}");
        left = pending;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Each tenant is everywhere once, and a plan would change nothing.
async fn check_each(world: &World, sockets: &Sockets, slugs: &[String]) {
    let marked = world.marked().await;
    for slug in slugs {
        let found = world.call(sockets, Method::Get, &format!("/api/tenants/{slug}"), None).await.unwrap();
        let id: Value = json(&found)["id"].clone();
        let id = id.as_str().unwrap();
        let count = |objects: &Vec<String>| objects.iter().filter(|object| object.contains(id)).count();
        assert_eq!(marked.each_ref().map(count), [1; 3], "{slug}");
        assert_eq!(world.plan(sockets, slug).await["changes"], value!([]), "{slug}");
    }
}
