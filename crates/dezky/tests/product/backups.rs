//! Backups by the command line, of a product at work: nothing that was acknowledged is missing, what is restored does
//! nothing by itself, and keys are rotated while people sign in.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use db::seal::Keys;
use db::testing::TestDb;
use db::{Backend, Db, Options};
use outbound::Method;
use sea_orm::{ConnectionTrait as _, Statement};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json as value};
use tempfile::TempDir;
use url::Url;

use crate::harness::{Dezky, get, json, origin, remove, set_faults};
use crate::session::Visitor;
use crate::tenant_api::{IDA, eventually, text};
use crate::world::{Sockets, World, tenant, wait_until_ready};

/// A world with a backup of it, and an empty place.
struct Rig {
    world: World,
    sockets: Sockets,
    folder: TempDir,
}

/// An empty place for a restore, and what must live as long as it is used.
struct Place {
    url: String,
    _server: Option<TestDb>,
}

fn said(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{out}{err}")
}

/// Where programs are.
fn path() -> String {
    std::env::var_os("PATH").unwrap().into_string().unwrap()
}

impl Rig {
    async fn start() -> (Self, Dezky) {
        let world = World::start().await;
        // Where the identity provider sends people back to.
        let socket = |part| origin(&world.said, part).trim_start_matches("http://").to_owned();
        let sockets = ["portal", "operator", "api"].map(socket);
        let instance = world.serve(&sockets, None);
        wait_until_ready(&sockets).await;
        world.admit(&sockets).await;
        (Self { world, sockets, folder: tempfile::tempdir().unwrap() }, instance)
    }

    fn to(&self) -> PathBuf {
        self.folder.path().join("backup")
    }

    fn backup(&self) -> Command {
        let to = self.to();
        self.world.command(&["backup", to.to_str().unwrap()], &[("PATH", &path())])
    }

    /// Makes a backup.
    fn back_up(&self) {
        let made = self.backup().output().unwrap();
        assert!(made.status.success(), "{}", said(&made));
    }

    async fn place(&self) -> Place {
        if self.world.database.db.backend() == Backend::Sqlite {
            let file = self.folder.path().join("restored.db");
            return Place { url: db::url_of_file(&file), _server: None };
        }
        let server = db::testing::empty().await;
        Place { url: server.url.clone(), _server: Some(server) }
    }

    /// A command for the place.
    fn at(&self, place: &Place, arguments: &[&str], over: &[(&str, &str)]) -> Command {
        let path = path();
        let mut all = vec![("DATABASE_URL", place.url.as_str()), ("PATH", &path)];
        all.retain(|(name, _)| over.iter().all(|(own, _)| own != name));
        all.extend(over);
        self.world.command(arguments, &all)
    }

    fn run_at(&self, place: &Place, arguments: &[&str]) -> Output {
        self.at(place, arguments, &[]).output().unwrap()
    }

    fn restore(&self, place: &Place, over: &[(&str, &str)]) -> Output {
        self.at(place, &["restore", self.to().to_str().unwrap()], over).output().unwrap()
    }

    async fn make(&self, slug: &str) -> u16 {
        let made = self.world.call(&self.sockets, Method::Post, "/api/tenants", Some(tenant(slug))).await;
        made.unwrap().status
    }

    async fn rename(&self, slug: &str, name: &str) {
        let (path, body) = (format!("/api/tenants/{slug}"), value!({"name": name}));
        let done = self.world.call(&self.sockets, Method::Patch, &path, Some(body)).await.unwrap();
        assert_eq!(done.status, 200, "{}", json(&done));
    }

    async fn faults(&self, faults: Value) {
        set_faults(origin(&self.world.said, "sandbox/ocis"), faults).await;
    }

    /// The names of the spaces that Dezky made, sorted.
    async fn spaces(&self) -> Vec<String> {
        let [_, _, drives] = self.world.marked().await;
        let name = |drive: &String| {
            serde_json::from_str::<Value>(drive).unwrap()["name"].as_str().unwrap().to_owned()
        };
        let mut names: Vec<String> = drives.iter().map(name).collect();
        names.sort();
        names
    }

    async fn until_ok(&self, slug: &str) {
        eventually(&format!("{slug} is as it should be"), async || {
            let plan = self.world.plan(&self.sockets, slug).await;
            if plan["changes"] == value!([]) { Ok(()) } else { Err(plan) }
        })
        .await;
    }

    fn console(&self) -> &str {
        origin(&self.world.said, "operator")
    }

    /// Signs the admin in to the operator console; the session is kept with sealed tokens.
    async fn sign_in(&self) -> Visitor {
        let people = self.world.said["people"].as_array().unwrap();
        let ida = people.iter().find(|person| person["email"] == IDA).unwrap();
        let mut visitor = Visitor::default();
        visitor.sign_in(self.console(), IDA, ida["password"].as_str().unwrap()).await;
        visitor
    }

    async fn is_in(&self, visitor: &mut Visitor) -> bool {
        let me = Url::parse(self.console()).unwrap().join("/api/me").unwrap();
        visitor.send(Method::Get, &me, &[]).await.status == 200
    }

    async fn until_spaces(&self, expected: &[&str]) {
        eventually(&format!("the spaces are {expected:?}"), async || {
            let now = self.spaces().await;
            if now == expected { Ok(()) } else { Err(format!("{now:?}")) }
        })
        .await;
    }
}

async fn run_on(url: &str, statement: &str) {
    let db = Db::connect(url, &Options::default()).await.unwrap();
    db.write().await.unwrap().execute_unprepared(statement).await.unwrap();
    db.close().await;
}

async fn slugs(url: &str) -> Vec<String> {
    let db = Db::connect(url, &Options::default()).await.unwrap();
    let on = db.read();
    let query = Statement::from_string(on.get_database_backend(), "SELECT slug FROM tenants");
    let rows = on.query_all_raw(query).await.unwrap();
    rows.iter().map(|row| row.try_get("", "slug").unwrap()).collect()
}

#[tokio::test]
async fn all_that_was_acknowledged_before_a_backup_is_in_its_restore() {
    let (rig, instance) = Rig::start().await;
    assert_eq!(rig.make("early").await, 201);
    let (acknowledged, is_over) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    let load = async {
        for number in 0.. {
            let slug = format!("load-{number}");
            if rig.make(&slug).await == 201 {
                acknowledged.lock().unwrap().push(slug);
            }
            if is_over.load(Ordering::SeqCst) {
                break;
            }
        }
    };
    let copying = async {
        eventually("there is load", async || {
            let many = acknowledged.lock().unwrap().len();
            if many >= 3 { Ok(()) } else { Err(many) }
        })
        .await;
        let before = acknowledged.lock().unwrap().clone();
        let mut backup = rig.backup();
        let made = tokio::task::spawn_blocking(move || backup.output().unwrap()).await.unwrap();
        is_over.store(true, Ordering::SeqCst);
        (before, made)
    };
    let ((), (before, made)) = tokio::join!(load, copying);
    assert!(made.status.success(), "{}", said(&made));
    rig.rename("early", "Later").await;
    rig.until_ok("early").await;
    assert_eq!(rig.make("since").await, 201);
    rig.until_ok("since").await;
    drop(instance);

    let place = rig.place().await;
    let restored = rig.restore(&place, &[]);
    assert!(restored.status.success(), "{}", said(&restored));
    let verified = rig.run_at(&place, &["audit", "verify"]);
    assert!(verified.status.success(), "{}", said(&verified));
    let found = slugs(&place.url).await;
    let missing: Vec<_> = before.iter().filter(|slug| !found.contains(slug)).collect();
    assert!(missing.is_empty(), "{missing:?} were acknowledged, and are not in {found:?}");
    // What changed since is what differs.
    let plan = rig.run_at(&place, &["plan", "early"]);
    assert_eq!(plan.status.code(), Some(2), "{}", said(&plan));
    assert!(said(&plan).contains("expected \"Workspace early\", found \"Later\""), "{}", said(&plan));
    // What was made since is in no plan, as nothing here knows of it.
    assert!(!said(&plan).contains("Left over"), "{}", said(&plan));
    let all = rig.run_at(&place, &["plan", "--json"]);
    let all: Value = serde_json::from_slice(&all.stdout).unwrap();
    let left = all["leftOver"]["objects"].as_array().unwrap();
    assert!(left.contains(&value!({"kind": "ocis.drive", "name": "Workspace since"})), "{all:#}");
    assert!(left.iter().all(|one| one["name"] != "Later"), "{all:#}");
    for command in ["plan", "resume"] {
        let told = rig.run_at(&place, &[command]);
        assert_eq!(told.status.code(), Some(2), "{}", said(&told));
        assert!(said(&told).contains("Left over: ") && said(&told).contains("group "), "{}", said(&told));
    }
    let again = rig.restore(&place, &[]);
    assert!(!again.status.success() && said(&again).contains("into an empty place only"), "{}", said(&again));
}

#[tokio::test]
async fn a_restored_product_undoes_nothing_until_somebody_lets_it() {
    let (rig, instance) = Rig::start().await;
    assert_eq!(rig.make("early").await, 201);
    rig.until_spaces(&["Dezky", "Workspace early"]).await;
    // Two steps are open when the backup is made: another name, and a space.
    rig.faults(value!([{"route": "*", "kind": "refuse"}])).await;
    rig.rename("early", "As it was").await;
    assert_eq!(rig.make("late").await, 201);
    rig.back_up();
    rig.faults(value!([])).await;
    rig.until_spaces(&["As it was", "Dezky", "Workspace late"]).await;
    rig.rename("early", "As it is").await;
    let now = ["As it is", "Dezky", "Workspace late"];
    rig.until_spaces(&now).await;
    drop(instance);

    let place = rig.place().await;
    let restored = rig.restore(&place, &[]);
    assert!(restored.status.success() && said(&restored).contains("dezky resume"), "{}", said(&restored));
    let refused = rig.run_at(&place, &["reconcile"]);
    assert!(!refused.status.success() && said(&refused).contains("dezky resume"), "{}", said(&refused));
    let doctor = rig.run_at(&place, &["doctor"]);
    assert!(!doctor.status.success() && said(&doctor).contains("Held since a restore"), "{}", said(&doctor));
    // As if whoever prepared it had died before.
    run_on(&place.url, "UPDATE users SET valid_from = NULL").await;
    run_on(&place.url, "UPDATE restores SET prepared_at = NULL").await;
    let instance = rig.world.serve_with(&rig.sockets, &[("DATABASE_URL", &place.url)]);
    wait_until_ready(&rig.sockets).await;
    // Who was signed out since stays out; so a token of before says nothing.
    let me = rig.world.call(&rig.sockets, Method::Get, "/api/me", None).await.unwrap();
    assert_eq!(me.status, 401);
    let mut ida = rig.sign_in().await;
    let log = Url::parse(rig.console()).unwrap().join("/tenants/early/audit").unwrap();
    let log = String::from_utf8_lossy(&ida.visit(&log).await.1.body).into_owned();
    assert!(log.contains("isn’t in this log") && log.contains("Held since a restore."), "{log}");
    let home = get(&format!("http://{}", rig.sockets[0]), "/").await;
    let again = home.header("retry-after").and_then(|after| after.parse::<u32>().ok());
    assert!(home.status == 503 && again.is_some_and(|after| after > 200), "{} {again:?}", home.status);
    // An open step would be done within a second.
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(rig.spaces().await, now, "it is held");
    let plan = rig.run_at(&place, &["plan", "early"]);
    assert!(said(&plan).contains("expected \"As it was\", found \"As it is\""), "{}", said(&plan));
    let asked = rig.run_at(&place, &["resume"]);
    assert_eq!(asked.status.code(), Some(2), "{}", said(&asked));
    assert!(
        said(&asked).contains("unfinished steps: ") && said(&asked).contains("--yes"),
        "{}",
        said(&asked)
    );
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(rig.spaces().await, now, "it is still held");
    let resumed = rig.run_at(&place, &["resume", "--yes"]);
    assert!(resumed.status.success(), "{}", said(&resumed));
    // The space of `late` was made since: it is found, and not made again.
    rig.until_spaces(&["As it was", "Dezky", "Workspace late"]).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(rig.spaces().await.len(), 3);
    let again = rig.run_at(&place, &["resume"]);
    assert!(said(&again).contains("nothing to resume"), "{}", said(&again));
    drop(instance);
}

/// What is gone since the backup is made again by whoever applies the plan, and not by the clock.
#[tokio::test]
async fn what_is_gone_since_the_backup_is_made_again_only_by_a_plan() {
    let (rig, instance) = Rig::start().await;
    assert_eq!(rig.make("early").await, 201);
    rig.until_spaces(&["Dezky", "Workspace early"]).await;
    rig.faults(value!([{"route": "*", "kind": "refuse"}])).await;
    rig.rename("early", "As it was").await;
    rig.back_up();
    drop(instance);
    rig.faults(value!([])).await;
    let [_, _, drives] = rig.world.marked().await;
    let drives = drives.iter().map(|drive| serde_json::from_str::<Value>(drive).unwrap());
    let drive = drives.into_iter().find(|drive| drive["name"] == "Workspace early").unwrap();
    remove(
        origin(&rig.world.said, "sandbox/ocis"),
        &format!("drives/{}", text(&drive["id"]).replace('$', "%24")),
    )
    .await;

    let place = rig.place().await;
    let restored = rig.restore(&place, &[]);
    assert!(restored.status.success(), "{}", said(&restored));
    let resumed = rig.run_at(&place, &["resume", "--yes"]);
    assert!(resumed.status.success(), "{}", said(&resumed));
    let tried = rig.run_at(&place, &["reconcile", "early", "--wait", "3"]);
    assert_eq!(tried.status.code(), Some(2), "{}", said(&tried));
    assert!(said(&tried).contains("is gone since"), "{}", said(&tried));
    assert_eq!(rig.spaces().await, ["Dezky"]);
    let plan = rig.run_at(&place, &["plan", "early", "--json"]);
    let plan: Value = serde_json::from_slice(&plan.stdout).unwrap();
    let applied = rig.run_at(&place, &["apply", "early", "--hash", &text(&plan["tenants"][0]["hash"])]);
    assert!(applied.status.success(), "{}", said(&applied));
    assert_eq!(rig.spaces().await, ["As it was", "Dezky"]);
}

#[tokio::test]
async fn a_running_instance_notices_that_its_database_was_restored() {
    let (rig, instance) = Rig::start().await;
    assert_eq!(rig.make("early").await, 201);
    rig.until_spaces(&["Dezky", "Workspace early"]).await;
    let restored = "INSERT INTO restores (restored_at, taken_at, prepared_at) VALUES (3, 2, 3)";
    run_on(&rig.world.database.url, restored).await;
    // It looks every two seconds.
    tokio::time::sleep(Duration::from_secs(5)).await;
    rig.rename("early", "Later").await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(rig.spaces().await, ["Dezky", "Workspace early"], "it is held");
    let resumed = rig.world.run(&["resume", "--yes"]);
    assert!(resumed.status.success(), "{}", said(&resumed));
    rig.until_spaces(&["Dezky", "Later"]).await;
    drop(instance);
}

#[tokio::test]
async fn a_backup_needs_its_keys_and_every_byte() {
    let (rig, instance) = Rig::start().await;
    rig.sign_in().await;
    rig.back_up();
    drop(instance);
    let listed = rig.world.run(&["keys", "list"]);
    let fingerprint = said(&listed).split_whitespace().next().unwrap().to_owned();
    let place = rig.place().await;
    let other = Keys::generate();
    let refused = rig.restore(&place, &[("ENCRYPTION_KEYS", other.expose_secret())]);
    assert!(!refused.status.success() && said(&refused).contains(&fingerprint), "{}", said(&refused));
    assert!(!said(&refused).contains(other.expose_secret()));
    let data = data_of(&rig.to());
    let mut bytes = std::fs::read(&data).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&data, bytes).unwrap();
    let refused = rig.restore(&place, &[]);
    assert!(!refused.status.success() && said(&refused).contains("SHA-256"), "{}", said(&refused));
    let taken = rig.backup().output().unwrap();
    assert!(!taken.status.success() && said(&taken).contains("exists already"), "{}", said(&taken));
}

/// The file of a backup that isn't its manifest.
fn data_of(backup: &Path) -> PathBuf {
    let mut files = std::fs::read_dir(backup).unwrap().map(|file| file.unwrap().path());
    files.find(|path| path.extension().is_none_or(|end| end != "json")).unwrap()
}

/// The process dies when half of the data is written, and on a server between what the program did and our own word.
#[tokio::test]
async fn a_restore_that_is_killed_leaves_nothing_that_opens() {
    let (rig, instance) = Rig::start().await;
    rig.back_up();
    drop(instance);
    let place = rig.place().await;
    if let Some(file) = db::file_of_url(&place.url) {
        signal_halfway(&rig, &place, "-KILL");
        assert!(!file.exists());
        let refused = rig.restore(&place, &[]);
        assert!(!refused.status.success() && said(&refused).contains("cut off"), "{}", said(&refused));
        std::fs::remove_file(file.with_extension("db.restoring")).unwrap();
    } else {
        kill_after_the_program(&rig, &place);
        for command in [&["serve"][..], &["migrate"], &["plan"], &["restore", rig.to().to_str().unwrap()]] {
            let refused = rig.run_at(&place, command);
            assert!(!refused.status.success(), "{command:?}: {}", said(&refused));
            assert!(said(&refused).contains("cut off"), "{command:?}: {}", said(&refused));
        }
    }
    let place = rig.place().await;
    let restored = rig.restore(&place, &[]);
    assert!(restored.status.success(), "{}", said(&restored));
}

/// Has the data come through a pipe, which holds it up as long as the test wants.
fn signal_halfway(rig: &Rig, place: &Place, signal: &str) {
    let data = data_of(&rig.to());
    let bytes = std::fs::read(&data).unwrap();
    std::fs::remove_file(&data).unwrap();
    assert!(Command::new("mkfifo").arg(&data).status().unwrap().success());
    let mut restore = rig.at(place, &["restore", rig.to().to_str().unwrap()], &[]);
    let mut restore = restore.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut pipe = std::fs::OpenOptions::new().write(true).open(&data).unwrap();
    pipe.write_all(&bytes[..bytes.len() / 2]).unwrap();
    assert!(Command::new("kill").args([signal, &restore.id().to_string()]).status().unwrap().success());
    drop(pipe);
    assert!(!restore.wait().unwrap().success());
    std::fs::remove_file(&data).unwrap();
    std::fs::write(&data, bytes).unwrap();
}

/// A `PATH` on which something else comes instead of one of PostgreSQL's programs, but where its version is asked for.
fn with_instead(rig: &Rig, program: &str, what: &str) -> String {
    let (folder, all) = (tempfile::tempdir_in(rig.folder.path()).unwrap().keep(), path());
    let text = format!(
        "#!/bin/sh\nexport PATH='{all}'\n[ \"$1\" = --version ] && exec {program} --version\n{what}\n"
    );
    let file = folder.join(program);
    std::fs::write(&file, text).unwrap();
    assert!(Command::new("chmod").arg("+x").arg(&file).status().unwrap().success());
    format!("{}:{all}", folder.display())
}

const STOP: &str = "kill -TERM $PPID; exec sleep 60";

#[tokio::test]
async fn a_restore_that_is_stopped_leaves_the_place_empty_and_can_be_run_again() {
    let (rig, instance) = Rig::start().await;
    rig.back_up();
    drop(instance);
    let place = rig.place().await;
    if let Some(file) = db::file_of_url(&place.url) {
        signal_halfway(&rig, &place, "-TERM");
        assert!(!file.exists() && !file.with_extension("db.restoring").exists());
    } else {
        let stopped = rig.restore(&place, &[("PATH", &with_instead(&rig, "pg_restore", STOP))]);
        assert!(
            !stopped.status.success() && said(&stopped).contains("stopped by a signal"),
            "{}",
            said(&stopped)
        );
    }
    let restored = rig.restore(&place, &[]);
    assert!(restored.status.success(), "{}", said(&restored));
}

/// Of SQLite's the crate's own tests see to that: its copy can't be held up.
#[tokio::test]
async fn a_backup_that_is_stopped_or_killed_is_none() {
    let (rig, instance) = Rig::start().await;
    if rig.world.database.db.backend() == Backend::Sqlite {
        return;
    }
    let with = |what: &str| {
        let before = with_instead(&rig, "pg_dump", what);
        rig.world.command(&["backup", rig.to().to_str().unwrap()], &[("PATH", &before)]).output().unwrap()
    };
    let partial = rig.folder.path().join("backup.partial");
    let stopped = with(STOP);
    assert!(
        !stopped.status.success() && said(&stopped).contains("stopped by a signal"),
        "{}",
        said(&stopped)
    );
    assert!(!rig.to().exists() && !partial.exists());
    let killed = with("kill -9 $PPID");
    assert!(!killed.status.success() && !rig.to().exists() && partial.exists(), "{}", said(&killed));
    let place = rig.place().await;
    let refused = rig.run_at(&place, &["restore", partial.to_str().unwrap()]);
    assert!(!refused.status.success() && said(&refused).contains("no complete backup"), "{}", said(&refused));
    std::fs::remove_dir_all(&partial).unwrap();
    rig.back_up();
    drop(instance);
}

/// PostgreSQL's program did it all, and did not learn so.
#[tokio::test]
async fn a_restore_whose_success_was_not_told_leaves_nothing_that_opens() {
    let (rig, instance) = Rig::start().await;
    rig.back_up();
    drop(instance);
    let place = rig.place().await;
    if db::file_of_url(&place.url).is_some() {
        return;
    }
    let failed = with_the_program_and(&rig, &place, "{ echo 'the answer was lost' >&2; exit 1; }");
    assert!(!failed.status.success() && said(&failed).contains("the answer was lost"), "{}", said(&failed));
    let refused = rig.run_at(&place, &["plan"]);
    assert!(!refused.status.success() && said(&refused).contains("cut off"), "{}", said(&refused));
}

/// Kills who called PostgreSQL's program, once that is done.
fn kill_after_the_program(rig: &Rig, place: &Place) {
    let killed = with_the_program_and(rig, place, "kill -9 $PPID");
    assert!(!killed.status.success() && killed.status.code().is_none(), "{}", said(&killed));
}

/// Restores with a program before PostgreSQL's, which does something else once that is done.
fn with_the_program_and(rig: &Rig, place: &Place, then: &str) -> Output {
    let folder = rig.folder.path().join("bin");
    std::fs::create_dir(&folder).unwrap();
    let program = folder.join("pg_restore");
    let all = path();
    let text = format!(
        "#!/bin/sh\nexport PATH='{all}'\npg_restore \"$@\" || exit 1\n[ \"$1\" = --version ] || {then}\n"
    );
    std::fs::write(&program, text).unwrap();
    assert!(Command::new("chmod").arg("+x").arg(&program).status().unwrap().success());
    let before = format!("{}:{all}", folder.display());
    rig.restore(place, &[("PATH", &before)])
}

#[tokio::test]
async fn keys_are_rotated_while_people_sign_in_and_then_the_old_one_is_not_needed() {
    let (rig, instance) = Rig::start().await;
    let mut before = rig.sign_in().await;
    drop(instance);
    let old = rig.world.said["env"]["ENCRYPTION_KEYS"].as_str().unwrap();
    let new = Keys::generate();
    let both = format!("{},{old}", new.expose_secret());
    let instance = rig.world.serve_with(&rig.sockets, &[("ENCRYPTION_KEYS", &both)]);
    wait_until_ready(&rig.sockets).await;
    let is_over = AtomicBool::new(false);
    let load = async {
        while !is_over.load(Ordering::SeqCst) {
            rig.sign_in().await;
        }
    };
    let rotating = async {
        let mut rotate = rig.world.command(&["keys", "rotate"], &[("ENCRYPTION_KEYS", &both)]);
        let rotated = tokio::task::spawn_blocking(move || rotate.output().unwrap()).await.unwrap();
        is_over.store(true, Ordering::SeqCst);
        rotated
    };
    let ((), rotated) = tokio::join!(load, rotating);
    assert!(rotated.status.success(), "{}", said(&rotated));
    assert!(!said(&rotated).contains("Encrypted again: 0\n"), "{}", said(&rotated));
    drop(instance);

    let alone = [("ENCRYPTION_KEYS", new.expose_secret())];
    let listed = said(&rig.world.run_with(&["keys", "list"], &alone));
    assert!(listed.contains("encrypts") && !listed.contains("not in ENCRYPTION_KEYS"), "{listed}");
    let of_old = said(&rig.world.run_with(&["keys", "list"], &[("ENCRYPTION_KEYS", old)]));
    assert!(of_old.contains("not in ENCRYPTION_KEYS"), "what isn't there is told: {of_old}");
    let instance = rig.world.serve_with(&rig.sockets, &alone);
    wait_until_ready(&rig.sockets).await;
    assert!(rig.is_in(&mut before).await, "a session of before goes on");
    let mut after = rig.sign_in().await;
    assert!(rig.is_in(&mut after).await);
    rig.world.verify_audit();
    drop(instance);
}
