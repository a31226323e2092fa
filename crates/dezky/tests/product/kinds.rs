//! A law of every kind of upstream object and every sort of owner: whose it is is known, its plan lists it, the scan finds
//! it, it can be accepted and reverted, and it goes when its owner goes. The kinds come from their golden file, the
//! owners from the rows of a workspace that has one of everything.

use std::collections::BTreeSet;

use outbound::Method;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json as value};

use crate::actions::table::listed;
use crate::harness::{Dezky, inventory, origin};
use crate::tenant_api::{eventually, find, items, text};
use crate::world::{Sockets, World, free_sockets, tenant, wait_until_ready};

const KINDS: &str = include_str!("../../src/wiring/snapshots/dezky__wiring__tests__kinds.snap");
const GIB: i64 = 1 << 30;

/// What is wanted upstream, as its row says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    owner: String,
    kind: String,
    name: String,
    id: String,
}

/// An instance on which nothing may go that nobody ordered, and a workspace with one of everything.
struct Whole {
    world: World,
    sockets: Sockets,
    _serving: Dezky,
    /// Ids of the member, the group, the list and the shared mailbox.
    ids: [String; 4],
    /// Paths of the things that slices list as one of each.
    made: Vec<String>,
}

impl Whole {
    async fn start() -> Self {
        let (world, sockets) = (World::start().await, free_sockets());
        let serving = world.serve_with(&sockets, &[("UNORDERED_REMOVALS_AN_HOUR", "0")]);
        wait_until_ready(&sockets).await;
        world.admit(&sockets).await;
        let mut whole = Self { world, sockets, _serving: serving, ids: Default::default(), made: Vec::new() };
        whole.ok(Method::Post, "/api/tenants", tenant("acme")).await;
        whole.until("the workspace is active", async |it| it.acme("").await["status"] == "active").await;
        let new = value!({"name": "Mette Hvid", "email": "mette@private.test", "mailbox": "mette"});
        let member = text(&whole.post("/users", new).await["id"]);
        whole.until("all of Mette's is there", async |it| it.undone().await.is_empty()).await;
        // Her own drive comes with her first sign-in to files.
        let users = whole.inventory("ocis").await["users"].clone();
        let hers = text(&find(users.as_array().unwrap(), "displayName", "Mette Hvid")["id"]);
        whole.world.spoil("ocis", &format!("users/{hers}"), &value!({"drive": true})).await;
        let total = whole.acme("/storage").await["total"].as_i64().unwrap();
        whole.ok(Method::Patch, "/api/tenants/acme/storage", value!({"spaceBytes": total - 20 * GIB})).await;
        let share = format!("/api/tenants/acme/storage/members/{member}");
        whole.ok(Method::Patch, &share, value!({"quotaBytes": GIB})).await;
        let list = value!({"address": "all@acme.test", "recipients": ["mette@acme.test"]});
        let list = text(&whole.post("/mail/lists", list).await["id"]);
        let shared = value!({"address": "info@acme.test", "name": "Info", "readers": ["mette@acme.test"]});
        let shared = text(&whole.post("/mail/shared", shared).await["id"]);
        let group = value!({
            "name": "Finance", "address": "finance@acme.test", "spaceBytes": GIB, "members": [member],
        });
        let group = text(&whole.post("/groups", group).await["id"]);
        whole.ids = [member, group, list, shared];
        for (path, body) in listed().into_iter().flat_map(|slice| slice.one_of_each) {
            let id = text(&whole.post(&path, body).await["id"]);
            whole.made.push(format!("{path}/{id}"));
        }
        whole.until("each has what it needs", async |it| it.each_has_rows().await).await;
        whole.until("all is there", async |it| it.undone().await.is_empty()).await;
        whole
    }

    /// What somebody made needs nothing upstream before its follower saw it.
    async fn each_has_rows(&self) -> bool {
        let owners: BTreeSet<String> = self.rows().await.into_iter().map(|row| row.owner).collect();
        self.ids.iter().all(|id| owners.contains(id))
    }

    async fn ok(&self, method: Method, path: &str, body: Value) -> Value {
        let body = Some(body).filter(|body| !body.is_null());
        let answer = self.world.call(&self.sockets, method, path, body).await.unwrap();
        assert!(answer.status < 300, "{path}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    async fn acme(&self, path: &str) -> Value {
        self.ok(Method::Get, &format!("/api/tenants/acme{path}"), Value::Null).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.ok(Method::Post, &format!("/api/tenants/acme{path}"), body).await
    }

    async fn until(&self, what: &str, is: impl AsyncFn(&Self) -> bool) {
        eventually(what, async || if is(self).await { Ok(()) } else { Err(self.undone().await.join(", ")) })
            .await;
    }

    async fn select(&self, columns: &str, which: &str) -> Vec<Vec<String>> {
        let on = self.world.database.db.read();
        let query = format!("SELECT {columns} FROM resources WHERE {which} ORDER BY kind, name");
        let query = Statement::from_string(on.get_database_backend(), query);
        let rows = on.query_all_raw(query).await.unwrap();
        let of = |row: &sea_orm::QueryResult| {
            columns
                .split(", ")
                .map(|column| row.try_get::<Option<String>>("", column).unwrap().unwrap_or_default())
                .collect()
        };
        rows.iter().map(of).collect()
    }

    /// What is wanted and not settled.
    async fn undone(&self) -> Vec<String> {
        let rows = self.select("kind, name, status, reason, error", "status <> 'ok'").await;
        rows.into_iter().map(|row| row.join(" ")).collect()
    }

    /// All that there is, save of the platform's own workspace.
    async fn rows(&self) -> Vec<Row> {
        let own = text(&self.ok(Method::Get, "/api/tenants/dezky", Value::Null).await["id"]);
        let rows = self.select("owner, kind, name, upstream_id", &format!("owner <> '{own}'")).await;
        let row = |row: Vec<String>| {
            let [owner, kind, name, id] = row.try_into().unwrap();
            Row { owner, kind, name, id }
        };
        rows.into_iter().map(row).collect()
    }

    async fn inventory(&self, simulator: &str) -> Value {
        inventory(origin(&self.world.said, &format!("sandbox/{simulator}"))).await
    }

    /// Changes something of an object behind Dezky's back. A kind of which neither this nor its slice says how fails.
    async fn spoil(&self, row: &Row) {
        let simulator = row.kind.split('.').next().unwrap();
        let all = self.inventory(simulator).await;
        let one =
            |kind: &str, field: &str, says: &str| find(all[kind].as_array().unwrap(), field, says).clone();
        let number = |uuid: &str| one("users", "uuid", uuid)["id"].clone();
        let id = row.id.as_str();
        let (path, fields) = match row.kind.as_str() {
            "authentik.group" => {
                let mut attributes = one("groups", "id", id)["attributes"].clone();
                attributes["dezky"]["slug"] = value!("spoiled");
                (format!("groups/{id}"), value!({"attributes": attributes}))
            }
            "authentik.user" => (format!("users/{}", number(id)), value!({"name": "Spoiled"})),
            "authentik.membership" => {
                let (group, person) = id.split_once('/').unwrap();
                let mut users = one("groups", "id", group)["users"].as_array().unwrap().clone();
                users.retain(|user| *user != number(person));
                (format!("groups/{group}"), value!({"users": users}))
            }
            "stalwart.domain" => (format!("domains/{id}"), value!({"subAddressing": {"@type": "Disabled"}})),
            "stalwart.mailbox" => (format!("accounts/{id}"), value!({"frozen": true})),
            "stalwart.shared" => (format!("accounts/{id}"), value!({"description": "Spoiled"})),
            "stalwart.list" => {
                (format!("lists/{id}"), value!({"recipients": {"stranger@elsewhere.test": true}}))
            }
            "ocis.drive" => (format!("drives/{id}"), value!({"name": "Spoiled"})),
            "ocis.user" => (format!("users/{id}"), value!({"displayName": "Spoiled"})),
            "ocis.quota" => {
                let drives = all["drives"].as_array().unwrap().iter();
                let is_own = |drive: &&Value| text(&drive["id"]).ends_with(&format!("${id}"));
                let drive = text(&drives.clone().find(is_own).unwrap()["id"]);
                (format!("drives/{drive}"), value!({"quotaTotal": 1000}))
            }
            "ocis.membership" => {
                let (drive, user) = id.split_once('|').unwrap();
                let mut members = one("drives", "id", drive)["members"].as_object().unwrap().clone();
                members.remove(user);
                (format!("drives/{drive}"), value!({"members": members}))
            }
            kind => {
                let spoil = listed().into_iter().find_map(|slice| slice.spoils.get(kind).cloned());
                let spoil =
                    spoil.unwrap_or_else(|| panic!("no tests/routes.json says how {kind} is spoiled"));
                (spoil.object.replace("{id}", id), spoil.fields)
            }
        };
        self.world.spoil(simulator, &path, &fields).await;
    }

    async fn plan(&self) -> (String, BTreeSet<(String, String)>, usize) {
        let plan = self.world.plan(&self.sockets, "acme").await;
        let pairs = |list: &Value| -> BTreeSet<(String, String)> {
            let all = list.as_array().unwrap_or_else(|| panic!("no plan: {plan}")).iter();
            all.map(|change| (text(&change["kind"]), text(&change["key"]))).collect()
        };
        (text(&plan["hash"]), pairs(&plan["changes"]), plan["accepted"].as_array().unwrap().len())
    }

    /// Decides about each of these in turn; each decision makes another plan.
    async fn decide(&self, action: &str, rows: &[Row], more: &Value) {
        for row in rows {
            let mut body = value!({"hash": self.plan().await.0, "kind": row.kind, "key": row.name});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            self.post(&format!("/drift/{action}"), body).await;
        }
    }
}

fn pairs(rows: &[Row]) -> BTreeSet<(String, String)> {
    rows.iter().map(|row| (row.kind.clone(), row.name.clone())).collect()
}

#[tokio::test]
async fn every_kind_of_every_owner_is_known_planned_scanned_accepted_reverted_and_purged() {
    let whole = Whole::start().await;
    let rows = whole.rows().await;
    let golden = KINDS.splitn(3, "---\n").nth(2).unwrap().lines();
    let kinds: BTreeSet<&str> =
        golden.filter_map(|line| line.split_once(':')).map(|(kind, _)| kind).collect();
    let tried: BTreeSet<&str> = rows.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(tried, kinds, "this law tries every kind there is");
    let owners: BTreeSet<&str> = rows.iter().filter_map(|row| row.owner.split('_').next()).collect();
    println!("tried on {} objects of {owners:?}", rows.len());

    for row in &rows {
        whole.spoil(row).await;
    }
    whole.ok(Method::Post, "/api/drift/scan", value!({})).await;
    eventually("the scan finds each, and whose it is", async || {
        let drift = whole.ok(Method::Get, "/api/drift?difference=changed&limit=200", Value::Null).await;
        let ours = items(&drift).iter().filter(|one| one["tenant"] == "acme");
        let found: BTreeSet<_> = ours.map(|one| (text(&one["kind"]), text(&one["key"]))).collect();
        let missed: Vec<_> = pairs(&rows).difference(&found).cloned().collect();
        if missed.is_empty() { Ok(()) } else { Err(format!("{missed:?}")) }
    })
    .await;
    assert_eq!(whole.plan().await.1, pairs(&rows), "the plan lists each");

    whole.decide("accept", &rows, &value!({"reason": "For a while.", "days": 1})).await;
    let (_, open, accepted) = whole.plan().await;
    assert_eq!((open.len(), accepted), (0, rows.len()), "each is accepted: {open:?}");
    for acceptance in whole.acme("/drift").await["accepted"].as_array().unwrap() {
        let path = format!("/api/tenants/acme/drift/{}", text(&acceptance["id"]));
        whole.ok(Method::Delete, &path, Value::Null).await;
    }
    whole.decide("revert", &rows, &value!({})).await;
    assert_eq!(whole.plan().await.1, BTreeSet::new(), "each is reverted");

    whole.ok(Method::Delete, "/api/tenants/acme", Value::Null).await;
    whole.until("all is purged", async |it| it.rows().await.is_empty()).await;
    assert_eq!(whole.acme("").await["status"], "purged");
}

#[tokio::test]
async fn what_people_remove_goes_where_nothing_else_may() {
    let whole = Whole::start().await;
    let [member, group, list, shared] = &whole.ids;
    for path in [
        format!("/mail/lists/{list}"),
        format!("/mail/shared/{shared}"),
        format!("/users/{member}"),
        format!("/groups/{group}"),
    ]
    .iter()
    .chain(&whole.made)
    {
        whole.ok(Method::Delete, &format!("/api/tenants/acme{path}"), Value::Null).await;
    }
    // The files of a group's space are kept for a week.
    let left = |rows: Vec<Row>| -> Vec<String> {
        rows.into_iter().filter(|row| !row.owner.starts_with("ten_")).map(|row| row.kind).collect()
    };
    whole.until("only files are left", async |it| left(it.rows().await) == ["ocis.drive"]).await;
    assert_eq!(whole.acme("/stopped-removals").await["count"], 0);
}

#[tokio::test]
async fn saying_the_same_again_puts_right_what_somebody_changed() {
    let whole = Whole::start().await;
    let [member, group, list, shared] = &whole.ids;
    let rows = whole.rows().await;
    let recipients = value!({"recipients": ["mette@acme.test"]});
    let readers = value!({"name": "Info", "readers": ["mette@acme.test"]});
    let again = [
        ("lst", format!("/mail/lists/{list}"), recipients),
        ("shm", format!("/mail/shared/{shared}"), readers),
        ("gro", format!("/groups/{group}"), value!({"name": "Finance"})),
        ("mem", format!("/users/{member}"), value!({"name": "Mette Hvid"})),
        ("ten", String::new(), value!({"name": "Workspace acme"})),
    ];
    for (owner, path, body) in again {
        let theirs: Vec<Row> =
            rows.iter().filter(|row| row.owner.split('_').next() == Some(owner)).cloned().collect();
        assert!(!theirs.is_empty(), "{owner} has something");
        for row in &theirs {
            whole.spoil(row).await;
        }
        assert_eq!(whole.plan().await.1, pairs(&theirs));
        whole.ok(Method::Patch, &format!("/api/tenants/acme{path}"), body).await;
        whole.until(&format!("all of {owner} is right again"), async |it| it.plan().await.1.is_empty()).await;
    }
}
