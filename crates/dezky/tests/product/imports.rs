//! Many people from a file, from outside: the dry run, the run, its death in the middle, and the list as a file again.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use outbound::Method;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json as value};

use crate::harness::{Dezky, Product, get, inventory, json, origin, set_faults};
use crate::invitations::links;
use crate::session::Visitor;
use crate::states::database;
use crate::tenant_api::{ANNA, BO, MAJA, TenantApi, eventually, find, items, text, within};
use crate::world::{Sockets, World, free_sockets, wait_until_ready};

/// How long a large import may take, on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_mins(2);

impl TenantApi<'_> {
    async fn import(&self, csv: &str, passwords: &str) -> String {
        let body = value!({"csv": csv, "passwords": passwords});
        let (status, made) = self.call(Method::Post, "/imports", body).await;
        assert_eq!(status, 201, "{made}");
        text(&made["id"])
    }

    /// Waits until all lines are done and everybody has everything.
    async fn imported(&self, id: &str) -> Value {
        let is_done = |shown: &Value| shown["status"] != "running" && shown["underWay"] == 0;
        self.until(&format!("/imports/{id}"), is_done).await
    }

    async fn members(&self) -> Vec<Value> {
        self.all("/users?limit=200").await
    }

    /// Waits until those of the demo are members.
    async fn begin(&self) {
        self.until("/users?limit=200", |all| items(all).len() >= 3).await;
    }

    async fn seats(&self, seats: usize) {
        let operator = TenantApi::of_operator(self.product, self.slug);
        assert_eq!(operator.call(Method::Patch, "", value!({"seats": seats})).await.0, 200);
    }
}

fn people(count: usize) -> String {
    (0..count).fold("name,email\n".to_owned(), |mut file, n| {
        let _ = writeln!(file, "Person Number{n},person{n}@acme-widgets.test");
        file
    })
}

#[tokio::test]
async fn a_dry_run_says_what_becomes_of_each_line_and_the_run_does_just_that() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.begin().await;
    let (status, _) = api.call(Method::Post, "/invitations", value!({"email": "in@vited.test"})).await;
    assert_eq!(status, 201);
    let seated = api.members().await.len();
    api.seats(seated + 1 + 4).await;
    let file = "\u{feff}E-mail;Name;Role;Mailbox\r\n\
        lis@acme-widgets.test;Lis Holm;;\r\n\
        ;Nobody;;\r\n\
        LIS@acme-widgets.test;Lis Again;;\r\n\
        anna@acme.test;Anna Again;;\r\n\
        otto@fjord.test;Otto;;\r\n\
        in@vited.test;Invited;;\r\n\
        ole@elsewhere.test;Ole;chef;\r\n\
        pia@elsewhere.test;Pia;;ø\r\n\
        '=cmd@x.test;=1+1;;\r\n\
        eva@elsewhere.test;Eva;admin;eva\r\n\
        six@elsewhere.test;One Too Many;;\r\n";
    let (status, report) = api.call(Method::Post, "/imports/check", value!({"csv": file})).await;
    assert_eq!(status, 200, "{report}");
    let told: Vec<(i64, Vec<&str>)> = report["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            let reasons = line["reasons"].as_array().unwrap().iter().map(|code| code.as_str().unwrap());
            (line["line"].as_i64().unwrap(), reasons.collect())
        })
        .collect();
    let expected: [(i64, &[&str]); 11] = [
        (2, &[]),
        (3, &["bad-address"]),
        (4, &["duplicate-address"]),
        (5, &["member-known"]),
        // Invited, which takes a seat too.
        (6, &[]),
        (7, &["already-invited"]),
        (8, &["unknown-role"]),
        (9, &["bad-mailbox"]),
        (10, &[]),
        (11, &[]),
        (12, &["no-seat"]),
    ];
    assert_eq!(told, expected.map(|(line, codes)| (line, codes.to_vec())), "{report}");
    assert_eq!((&report["good"], api.members().await.len()), (&value!(4), seated), "nothing was changed");

    let id = api.import(file, "invite").await;
    let done = api.imported(&id).await;
    let counts = (&done["status"], &done["made"], &done["invited"], &done["left"]);
    assert_eq!(counts, (&value!("done"), &value!(3), &value!(1), &value!(7)), "{done}");
    let lines = api.get(&format!("/imports/{id}/lines?left=true")).await;
    for line in items(&lines) {
        let number = line["line"].as_i64().unwrap();
        let judged = expected.iter().find(|(known, _)| *known == number).unwrap();
        assert_eq!(line["reason"], judged.1[0], "{line}");
    }

    // Who was made chooses a password by the link in their mail.
    let link = links(&product, "eva@elsewhere.test", 1).await.remove(0);
    let own = "seven brown goats in the fog";
    let sent = Visitor::default().send(Method::Post, &link, &[("password", own), ("csrf", "")]).await;
    assert_eq!(sent.status, 303, "{}", String::from_utf8_lossy(&sent.body));
    let eva = find(&api.members().await, "email", "eva@elsewhere.test").clone();
    assert_eq!((&eva["role"], &eva["passwordDueSince"]), (&value!("admin"), &Value::Null));
    assert_eq!(product.mail_sign_in(&text(&eva["mailboxAddress"]), own).await, 200);
    assert_eq!(
        Visitor::default().send(Method::Post, &link, &[("password", own), ("csrf", "")]).await.status,
        409
    );

    // The list as a file again.
    let file = product.call(Method::Get, "/api/tenants/acme/users.csv", api.token, None).await;
    let file = String::from_utf8(file.body.to_vec()).unwrap();
    assert!(
        file.starts_with("\u{feff}\"name\",\"email\",\"role\",\"mailbox\","),
        "Excel knows UTF-8 by its mark: {file}"
    );
    assert_eq!(file.lines().count(), 1 + api.members().await.len());
    assert!(file.contains("\n\"'=1+1\",\"'=cmd@x.test\","), "no cell is a formula: {file}");
    assert!(file.contains("\"Eva\",\"eva@elsewhere.test\",\"admin\",\"eva\","), "{file}");
    let (_, again) = api.call(Method::Post, "/imports/check", value!({"csv": file})).await;
    assert_eq!(again["good"], 0, "all of them are here: {again}");
    // The file is the owner's and admins' alone.
    let maja = TenantApi::of(&product, MAJA, "acme");
    assert_eq!(maja.call(Method::Get, "/users.csv", Value::Null).await.0, 403);
}

#[tokio::test]
async fn a_file_of_any_encoding_and_with_any_heads_is_read_or_asked_about() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let check = async |body: Value| api.call(Method::Post, "/imports/check", body).await;
    let file = |bytes: &[u8]| value!({"file": STANDARD.encode(bytes)});
    let latin =
        b"Navn;E-mail\r\nS\xf8ren \xc6r\xf8;soren@elsewhere.test\r\n\xc5se \xd8st;ase@elsewhere.test\r\n";
    let (status, report) = check(file(latin)).await;
    assert_eq!(
        (status, &report["encoding"], &report["good"]),
        (200, &value!("windows-1252"), &value!(2)),
        "{report}"
    );
    assert_eq!(report["lines"][0]["name"], "Søren Ærø");
    let mut wide = vec![0xff, 0xfe];
    wide.extend("name\temail\nŁódź Ž\tl@elsewhere.test\n".encode_utf16().flat_map(u16::to_le_bytes));
    let (_, report) = check(file(&wide)).await;
    assert_eq!(
        (&report["encoding"], &report["lines"][0]["name"]),
        (&value!("UTF-16LE"), &value!("Łódź Ž")),
        "{report}"
    );
    for (bytes, field) in [(&b"PK\x03\x04"[..], "file"), (b"name,email\nA\0na,a@x.test\n", "file")] {
        assert_eq!(api.refused(Method::Post, "/imports/check", file(bytes)).await.2, field);
    }
    let lost = value!({"csv": "name,email\nS\u{fffd}ren,s@elsewhere.test\n"});
    let (status, _, field, said) = api.refused(Method::Post, "/imports/check", lost).await;
    assert_eq!((status, &*field), (422, "csv"), "{said}");
    assert!(said.contains("Line 2"), "{said}");

    // Which column is which is asked once.
    let odd = "Kollege;Konto\nAnna Test;t@elsewhere.test\n";
    let (status, _, field, said) = api.refused(Method::Post, "/imports/check", value!({"csv": odd})).await;
    assert_eq!((status, &*field), (422, "csv"), "{said}");
    assert!(said.contains("“Kollege”"), "{said}");
    let told = value!({"csv": odd, "columns": {"name": "kollege", "email": "Konto"}});
    let (status, report) = check(told).await;
    assert_eq!((status, &report["lines"][0]["name"]), (200, &value!("Anna Test")), "{report}");
    let (status, report) = check(value!({"csv": odd})).await;
    assert_eq!(
        (status, &report["columns"][1]["meaning"]),
        (200, &value!("email")),
        "it is remembered: {report}"
    );
    let elsewhere = TenantApi::of_operator(&product, "fjord");
    assert_eq!(
        elsewhere.call(Method::Post, "/imports/check", value!({"csv": odd})).await.0,
        422,
        "for this workspace"
    );
}

#[tokio::test]
async fn a_link_goes_where_it_can_be_read_and_others_get_a_password_once() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.begin().await;
    api.seats(50).await;
    let file = "name,email,private email\n\
        Lis Holm,lis@acme-widgets.test,lis@home.test\n\
        Ole Holm,ole@acme-widgets.test,\n\
        Eva Holm,eva@acme-widgets.test,eva2@acme-widgets.test\n";
    let report = api.ok(Method::Post, "/imports/check", value!({"csv": file})).await;
    let to: Vec<&Value> = report["lines"].as_array().unwrap().iter().map(|line| &line["linkTo"]).collect();
    assert_eq!(to, [&value!("lis@home.test"), &Value::Null, &Value::Null]);
    assert_eq!(report["lines"][2]["reasons"], value!(["bad-private-address"]), "{report}");
    let id = api.import(file, "invite").await;
    let done = api.imported(&id).await;
    assert_eq!(
        (&done["made"], &done["left"], &done["withoutPassword"]),
        (&value!(2), &value!(1), &value!(1)),
        "{done}"
    );
    let lines = api.get(&format!("/imports/{id}/lines")).await;
    assert_eq!(items(&lines)[0]["state"], "left", "what needs somebody stands first: {lines}");

    // The link tells whose account it opens, not where its mail went.
    let link = links(&product, "lis@home.test", 1).await.remove(0);
    let (_, page) = Visitor::default().visit(&link).await;
    assert!(String::from_utf8_lossy(&page.body).contains("lis@acme-widgets.test"));
    let mails = product.objects("mail", "mails").await;
    assert!(
        !Value::Array(mails).to_string().contains("ole@acme-widgets.test"),
        "nobody mails a locked mailbox"
    );

    let given = api.ok(Method::Post, &format!("/imports/{id}/passwords"), value!({})).await;
    let ole = &given["people"][0];
    assert_eq!(
        (&ole["email"], &given["remaining"]),
        (&value!("ole@acme-widgets.test"), &value!(0)),
        "{given}"
    );
    assert_eq!(product.mail_sign_in("ole@acme-widgets.test", &text(&ole["oneTimePassword"])).await, 200);
    let again = api.ok(Method::Post, &format!("/imports/{id}/passwords"), value!({})).await;
    assert_eq!(again["people"], value!([]), "once");
    let records = api.get("/audit?limit=5&action=import.passwords").await;
    assert_eq!(items(&records).len(), 1, "{records}");
}

/// A workspace in a product of its own, beside simulators that outlive it.
struct Stage {
    world: World,
    sockets: Sockets,
}

impl Stage {
    async fn start(seats: usize) -> (Self, Dezky) {
        let (world, sockets) = (World::start().await, free_sockets());
        let process = world.serve(&sockets, None);
        wait_until_ready(&sockets).await;
        world.admit(&sockets).await;
        let stage = Self { world, sockets };
        let new = value!({"slug": "big", "name": "Big ApS", "plan": "business", "seats": seats, "primaryDomain": "big.test"});
        assert_eq!(stage.call(Method::Post, "/api/tenants", Some(new)).await["slug"], "big");
        eventually("big is active", async || {
            let big = stage.call(Method::Get, "/api/tenants/big", None).await;
            if big["status"] == "active" { Ok(()) } else { Err(big) }
        })
        .await;
        (stage, process)
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let answer = self.world.call(&self.sockets, method, path, body).await.unwrap();
        assert!(answer.status < 300, "{path}: {}", json(&answer));
        json(&answer)
    }

    async fn import(&self, count: usize) -> String {
        let body = value!({"csv": people(count)});
        text(&self.call(Method::Post, "/api/tenants/big/imports", Some(body)).await["id"])
    }

    async fn show(&self, id: &str) -> Value {
        self.call(Method::Get, &format!("/api/tenants/big/imports/{id}"), None).await
    }

    fn origin(&self, simulator: &str) -> &str {
        origin(&self.world.said, &format!("sandbox/{simulator}"))
    }

    /// How often each person of an import is found upstream.
    async fn found(&self, simulator: &str, kind: &str) -> BTreeMap<String, usize> {
        let all = inventory(self.origin(simulator)).await;
        let mut found = BTreeMap::new();
        for object in all[kind].as_array().unwrap() {
            let said = object.to_string();
            if let Some(at) = said.find("Person Number") {
                let name: String = said[at..].chars().take_while(|letter| *letter != '"').collect();
                *found.entry(name).or_default() += 1;
            }
        }
        found
    }
}

#[tokio::test]
async fn an_import_that_is_killed_over_and_over_makes_everybody_once() {
    const PEOPLE: usize = 60;
    let (stage, mut process) = Stage::start(PEOPLE).await;
    let id = stage.import(PEOPLE).await;
    for kill in 1..=3 {
        // So that it dies in the middle.
        let began = Instant::now();
        while stage.show(&id).await["made"].as_u64().unwrap() < kill * 12 && began.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        process.kill();
        process = stage.world.serve(&stage.sockets, None);
        wait_until_ready(&stage.sockets).await;
    }
    let done = within(PATIENCE, "all are made", async || {
        let shown = stage.show(&id).await;
        if shown["status"] == "done" && shown["underWay"] == 0 { Ok(shown) } else { Err(shown) }
    })
    .await;
    assert_eq!((&done["made"], &done["left"]), (&value!(PEOPLE), &value!(0)), "{done}");
    for (simulator, kind) in [("authentik", "users"), ("stalwart", "accounts"), ("ocis", "users")] {
        let found = stage.found(simulator, kind).await;
        assert_eq!(found.len(), PEOPLE, "{simulator}");
        assert!(found.values().all(|count| *count == 1), "{simulator} has {found:?}");
    }
    let made = "/api/tenants/big/audit?limit=200&action=member.create";
    let records = stage.call(Method::Get, made, None).await;
    assert_eq!(records["items"].as_array().map(Vec::len), Some(PEOPLE), "each was made once");
    let invited = stage.call(Method::Get, "/api/tenants/big/invitations?limit=200", None).await;
    assert_eq!(invited["items"].as_array().map(Vec::len), Some(PEOPLE), "each was invited once");
    stage.world.verify_audit();
}

#[tokio::test]
async fn an_import_ends_when_it_is_stopped_or_its_starter_may_no_longer() {
    const PEOPLE: usize = 400;
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.begin().await;
    api.seats(3 * PEOPLE).await;
    let id = api.import(&people(PEOPLE), "later").await;
    let (status, stopped) = api.call(Method::Post, &format!("/imports/{id}/cancel"), value!({})).await;
    assert_eq!((status, &stopped["status"]), (200, &value!("cancelled")), "{stopped}");
    let made = stopped["made"].as_u64().unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let later = api.get(&format!("/imports/{id}")).await;
    assert_eq!(later["made"].as_u64().unwrap(), made, "nobody is made after it was stopped");
    assert!(later["waiting"].as_u64().unwrap() > 0, "{later}");

    // Bo, an admin, starts one; Anna takes his role while it runs.
    let bo = text(&find(&api.members().await, "email", BO)["id"]);
    let others = people(PEOPLE).replace("Number", "No").replace("person", "p");
    let id = TenantApi::of(&product, BO, "acme").import(&others, "later").await;
    let demoted = api.call(Method::Patch, &format!("/users/{bo}"), value!({"role": "member"})).await;
    assert_eq!(demoted.0, 200, "{}", demoted.1);
    let ended = within(PATIENCE, "it ends", async || {
        let now = api.get(&format!("/imports/{id}")).await;
        if now["status"] == "running" { Err(now) } else { Ok(now) }
    })
    .await;
    assert_eq!(ended["status"], "cancelled", "{ended}");

    // One whose last line is done has finished, though it is stopped before it says so.
    let id = api.import("name,email\nOne,one@acme-widgets.test\n", "later").await;
    api.imported(&id).await;
    let again = format!("UPDATE imports SET finished_at = NULL WHERE id = '{id}'");
    database(&product).await.write().await.unwrap().execute_unprepared(&again).await.unwrap();
    let (status, finished) = api.call(Method::Post, &format!("/imports/{id}/cancel"), value!({})).await;
    assert_eq!((status, &finished["status"], &finished["waiting"]), (200, &value!("done"), &value!(0)));
}

/// How long an import of 500 takes when each call upstream takes 20 ms:
/// `cargo test --release -p dezky --test product five_hundred -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "takes minutes, and its figures are for people to read"]
async fn five_hundred_people_beside_the_floor_of_calls() {
    const PEOPLE: usize = 500;
    /// Calls that nobody can be made without, by upstream; eight at a time.
    const FLOOR: [(&str, u32); 3] = [("authentik", 5), ("stalwart", 3), ("ocis", 4)];
    let latency = Duration::from_millis(20);
    let (stage, _process) = Stage::start(PEOPLE).await;
    for (simulator, _) in FLOOR {
        let slow = value!([{"route": "*", "kind": "delay", "delayMs": 20}]);
        set_faults(stage.origin(simulator), slow).await;
    }
    let calls = async |simulator: &str| {
        let counted = json(&get(stage.origin(simulator), "/_sim/calls").await);
        counted["calls"].as_object().unwrap().values().filter_map(Value::as_u64).sum::<u64>()
    };
    let mut before = Vec::new();
    for (simulator, _) in FLOOR {
        before.push(calls(simulator).await);
    }
    let began = Instant::now();
    let id = stage.import(PEOPLE).await;
    let (mut rows, patience) = (None, Duration::from_mins(10));
    loop {
        let shown = stage.show(&id).await;
        if shown["status"] == "done" && rows.is_none() {
            rows = Some(began.elapsed());
        }
        if shown["status"] == "done" && shown["underWay"] == 0 {
            break;
        }
        assert!(began.elapsed() < patience, "{shown}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let all = began.elapsed();
    let most = FLOOR.iter().map(|(_, calls)| *calls).max().unwrap_or_default();
    let floor = latency * most * u32::try_from(PEOPLE).unwrap() / 8;
    println!(
        "{PEOPLE} people: rows written after {:.1} s, everything upstream after {:.1} s; the floor of calls is {:.1} s",
        rows.unwrap_or_default().as_secs_f64(),
        all.as_secs_f64(),
        floor.as_secs_f64(),
    );
    for ((simulator, calls_of_one), before) in FLOOR.iter().zip(before) {
        println!(
            "{simulator}: {} calls in all; {calls_of_one} for each would do",
            calls(simulator).await - before
        );
    }
}
