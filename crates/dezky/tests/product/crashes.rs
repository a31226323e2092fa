//! The process is killed at every point of a step, at work on every kind; whoever starts next ends it, and nothing is
//! there twice or left over. Each tenant sees one death.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use outbound::Method;
use reconcile::Point;
use serde_json::{Value, json as value};

use crate::harness::json;
use crate::world::{Sockets, World, free_sockets, tenant, wait_until_ready};

/// What a tenant goes through when the process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Create,
    Update,
    Delete,
}

impl Change {
    const ALL: [Self; 3] = [Self::Create, Self::Update, Self::Delete];

    /// The points to which a kind comes on the way.
    fn points(self, kind: &str) -> Vec<Point> {
        let own = match self {
            // A domain is read back when its keys are there.
            Self::Create if kind == "stalwart.domain" => &[Point::CreateIntended, Point::CreateCalled][..],
            Self::Create => &[Point::CreateIntended, Point::CreateCalled, Point::CreateRead],
            Self::Update => &[Point::UpdateLeased, Point::UpdateCalled, Point::UpdateRead],
            Self::Delete => &[Point::DeleteCounted, Point::DeleteCalled, Point::DeleteRead],
        };
        let always = [Point::Claimed, Point::Found, Point::RecordWritten, Point::RecordCommitted];
        always.iter().chain(own).copied().collect()
    }

    /// The tenants, each with the point at which its process dies.
    fn tenants(self, kind: &str) -> Vec<(String, Point)> {
        let slug = |point: Point| format!("{self:?}-{point}").to_lowercase().replace('.', "-");
        self.points(kind).into_iter().map(|point| (slug(point), point)).collect()
    }
}

#[test]
fn every_point_is_on_the_way_of_a_change() {
    let tried: Vec<Point> = Change::ALL.iter().flat_map(|change| change.points("ocis.drive")).collect();
    for point in Point::ALL {
        assert!(tried.contains(&point), "nothing dies at {point}");
    }
}

#[tokio::test]
async fn a_death_at_any_point_leaves_every_group_once() {
    die_everywhere("authentik.group").await;
}

#[tokio::test]
async fn a_death_at_any_point_leaves_every_domain_once() {
    die_everywhere("stalwart.domain").await;
}

#[tokio::test]
async fn a_death_at_any_point_leaves_every_drive_once() {
    die_everywhere("ocis.drive").await;
}

async fn die_everywhere(kind: &str) {
    let (world, sockets) = (World::start().await, free_sockets());
    let [created, updated, deleted] = Change::ALL.map(|change| change.tenants(kind));
    let healthy = world.serve(&sockets, None);
    wait_until_ready(&sockets).await;
    world.admit(&sockets).await;
    let made = updated.iter().chain(&deleted).map(|(slug, _)| async {
        let path = "/api/tenants";
        let made = world.call(&sockets, Method::Post, path, Some(tenant(slug))).await.unwrap();
        assert_eq!(made.status, 201, "{}", json(&made));
        until_settled(&world, &sockets, slug, "active").await;
    });
    join_all(made).await;
    drop(healthy);

    for (change, tenants) in Change::ALL.into_iter().zip([&created, &updated, &deleted]) {
        for (slug, point) in tenants {
            die(&world, &sockets, kind, change, slug, *point).await;
        }
    }

    let heir = world.serve(&sockets, None);
    wait_until_ready(&sockets).await;
    let suspended = if kind == "authentik.group" { "suspended" } else { "active" };
    for (tenants, status) in [(&created, "active"), (&updated, suspended), (&deleted, "purged")] {
        join_all(tenants.iter().map(|(slug, _)| until_settled(&world, &sockets, slug, status))).await;
    }
    // The platform's own workspace has no domain.
    let kept = created.len() + updated.len();
    let marked = world.marked().await;
    let counted = marked.each_ref().map(Vec::len);
    assert_eq!(counted, [kept + 1, kept, kept + 1], "{marked:#?}");
    drop(heir);
    world.verify_audit();
}

/// Does the change with a process that dies at the point.
async fn die(world: &World, sockets: &Sockets, kind: &str, change: Change, slug: &str, point: Point) {
    let name = match kind {
        "authentik.group" => format!("dezky-tenant-{slug}"),
        "stalwart.domain" => format!("{slug}.test"),
        _ => slug.to_owned(),
    };
    let mut mortal = world.serve(sockets, Some(&format!("{kind}/{name}:{point}=kill")));
    wait_until_ready(sockets).await;
    let (said, is_dead) = tokio::join!(act(world, sockets, kind, change, slug), mortal.dies_by_kill());
    assert!(is_dead, "{change:?} of {slug} never came to {point} of {kind}: {said}");
}

/// Does the change; gives what was answered, which most often dies with the process.
async fn act(world: &World, sockets: &Sockets, kind: &str, change: Change, slug: &str) -> String {
    let path = format!("/api/tenants/{slug}");
    let call = async |method, path: &str, body| match world.call(sockets, method, path, body).await {
        Ok(answer) => format!("{} {}", answer.status, json(&answer)),
        Err(error) => error.to_string(),
    };
    match (change, kind) {
        (Change::Create, _) => call(Method::Post, "/api/tenants", Some(tenant(slug))).await,
        (Change::Delete, _) => call(Method::Delete, &path, None).await,
        (Change::Update, "authentik.group") => {
            call(Method::Post, &format!("{path}/suspend"), Some(value!({}))).await
        }
        (Change::Update, "ocis.drive") => call(Method::Patch, &path, Some(value!({"seats": 50}))).await,
        // Nothing that a tenant may change changes its domain; only drift is mended there.
        (Change::Update, _) => {
            let domain = domain_id(world, slug).await;
            world.spoil("stalwart", &format!("domains/{domain}"), &value!({"description": "spoiled"})).await;
            let hash = world.plan(sockets, slug).await["hash"].clone();
            call(Method::Post, &format!("{path}/apply"), Some(value!({"hash": hash}))).await
        }
    }
}

async fn domain_id(world: &World, slug: &str) -> String {
    let [_, domains, _] = world.marked().await;
    let domains = domains.iter().map(|domain| serde_json::from_str::<Value>(domain).unwrap());
    let mut ours = domains.filter(|domain| domain["name"] == format!("{slug}.test"));
    ours.next().unwrap()["id"].as_str().unwrap().to_owned()
}

/// Waits until a tenant is as it should be everywhere, and looks that it is there once.
async fn until_settled(world: &World, sockets: &Sockets, slug: &str, status: &str) {
    let began = Instant::now();
    let mut last = Value::Null;
    while began.elapsed() < Duration::from_mins(1) {
        let found = world.call(sockets, Method::Get, &format!("/api/tenants/{slug}"), None).await.unwrap();
        last = json(&found);
        let steps = last["provisioningStatus"].as_object().into_iter().flatten();
        let is_done = last["status"] == status
            && (status == "purged"
                || steps.into_iter().all(|(_, step)| step == "ok")
                    && world.plan(sockets, slug).await["changes"] == value!([]));
        if is_done {
            let id = last["id"].as_str().unwrap();
            let count = |objects: Vec<String>| objects.iter().filter(|object| object.contains(id)).count();
            let right = usize::from(status != "purged");
            assert_eq!(world.marked().await.map(count), [right; 3], "{slug}");
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let plan = world.plan(sockets, slug).await;
    panic!("{slug} never came to be {status}: {last:#}\n{plan:#}");
}
