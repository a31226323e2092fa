//! Copies are taken while others write, and put back; secrets are sealed with another key. On either database.

#![cfg(test)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use audit::{AuditFilter, Chain, Context, Entry, Target};
use backup::{Error, Manifest, Restored, Source, rotate};
use db::seal::Keys;
use db::testing::TestDb;
use db::{Backend, Db, Options, sealed};
use kernel::{Clock, TenantId};
use sea_orm::{ConnectionTrait as _, Statement};
use secrecy::SecretString;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

audit::actions! {
    Platform {
        TestWrite = "test.write",
    }
}

/// A database that is copied.
struct Rig {
    test: TestDb,
    db: Db,
    keys: Keys,
    folder: TempDir,
}

/// An empty place, and what must live as long as it is used.
struct Place {
    url: String,
    _server: Option<TestDb>,
}

const TENANT: &str = "INSERT INTO tenants (id, slug, name, name_key, plan, seats, status, billing_info,
    security_policy, is_platform, version, created_at, updated_at)
    VALUES ('ten_1', 'a', 'A', 'a', 'team', 1, 'active', '{}', '{}', FALSE, 1, 1, 1)";

fn by() -> Context {
    Context::system("tests", &Clock::System)
}

fn new_keys() -> Keys {
    of_one(&Keys::generate())
}

fn of_one(key: &SecretString) -> Keys {
    Keys::new(std::slice::from_ref(key)).unwrap()
}

impl Rig {
    async fn start() -> Self {
        let (test, keys) = (migrations::test_database().await, new_keys());
        let db = test.db.clone().sealed_with(keys.clone());
        Self { test, db, keys, folder: tempfile::tempdir().unwrap() }
    }

    async fn write(&self) {
        let tx = self.db.begin().await.unwrap();
        let entry = Entry::done(Action::TestWrite, Target::unnamed("platform", &"platform"));
        audit::commit(tx, &by(), Chain::Platform, entry).await.unwrap();
    }

    async fn run(&self, statement: &str) {
        run_on(&self.db, statement).await;
    }

    /// Puts one invitation of each kind into the one tenant.
    async fn add_invitations(&self) {
        for (id, more) in [
            ("waiting", "'h1', 1, 9000000000000000, NULL, NULL"),
            ("unsent", "NULL, NULL, 9000000000000000, NULL, NULL"),
            ("expired", "'h2', 1, 2, NULL, NULL"),
            ("accepted", "'h3', 1, 9000000000000000, 2, NULL"),
            ("revoked", "'h4', 1, 9000000000000000, NULL, 2"),
        ] {
            let row = format!(
                "INSERT INTO invitations (id, tenant_id, email, name, role, created_at, secret_hash, sent_at, expires_at,
                    accepted_at, revoked_at) VALUES ('{id}', 'ten_1', 'b@b.test', 'B', 'member', 1, {more})"
            );
            self.run(&row).await;
        }
    }

    /// Puts mails into the outbox that were sealed with these keys.
    async fn add_mails(&self, keys: &Keys, numbers: std::ops::Range<u32>) {
        let tx = self.db.begin().await.unwrap();
        for number in numbers {
            let id = format!("mail_{number:04}");
            let text = keys.seal(&mailer::SEALED[0].place(&[&id]), "hush").unwrap();
            let row = format!(
                "INSERT INTO mails (id, key, recipient, subject, text, sealed, attempts, created_at, next_at)
                 VALUES ('{id}', '{id}', 'a@b.test', 'x', '{text}', TRUE, 0, 1, 2)"
            );
            tx.execute_unprepared(&row).await.unwrap();
        }
        tx.commit_silently("a test").await.unwrap();
    }

    fn backup(&self) -> PathBuf {
        self.folder.path().join("backup")
    }

    async fn make(&self) -> Manifest {
        self.make_until(&CancellationToken::new()).await.unwrap()
    }

    async fn make_until(&self, stop: &CancellationToken) -> Result<Manifest, Error> {
        let (db, url, columns) = (&self.db, &self.test.url, &mailer::SEALED);
        backup::make(Source { db, url, columns, hidden: &[], stop }, &self.backup(), &by()).await
    }

    async fn place(&self) -> Place {
        self.place_called("restored.db").await
    }

    async fn place_called(&self, name: &str) -> Place {
        if self.db.backend() == Backend::Sqlite {
            let file = self.folder.path().join(name);
            return Place { url: db::url_of_file(&file), _server: None };
        }
        let server = db::testing::empty().await;
        Place { url: server.url.clone(), _server: Some(server) }
    }

    async fn restore_with(&self, place: &Place, keys: &Keys, migrates: bool) -> Result<Restored, Error> {
        let (url, columns, stop) = (&place.url, &mailer::SEALED, &CancellationToken::new());
        let target = backup::Target { url, keys, columns, hidden: &[], migrates, stop };
        backup::restore(&self.backup(), target, &by()).await
    }

    async fn restore(&self, place: &Place) -> Result<Restored, Error> {
        self.restore_with(place, &self.keys, false).await
    }
}

impl Place {
    async fn open(&self) -> Db {
        Db::connect(&self.url, &Options::default()).await.unwrap()
    }

    /// True while nothing is there.
    async fn is_empty(&self) -> bool {
        if let Some(file) = db::file_of_url(&self.url) {
            return !file.exists();
        }
        let db = self.open().await;
        let tables = "SELECT COUNT(*) AS n FROM pg_tables WHERE schemaname = current_schema()";
        number(&db, tables).await == 0
    }
}

async fn run_on(db: &Db, statement: &str) {
    db.write().await.unwrap().execute_unprepared(statement).await.unwrap();
}

async fn number(db: &Db, query: &str) -> i64 {
    let on = db.read();
    let row = on.query_one_raw(Statement::from_string(on.get_database_backend(), query)).await.unwrap();
    row.unwrap().try_get("", "n").unwrap()
}

async fn actions(db: &Db) -> Vec<String> {
    let filter = AuditFilter::default();
    let page = audit::page(db.read(), Some(Chain::Platform), &filter, None, 20).await.unwrap();
    page.items.into_iter().map(|record| record.action).collect()
}

/// Changes the manifest of a backup.
fn edit(folder: &Path, change: impl FnOnce(&mut Value)) {
    let path = folder.join("manifest.json");
    let mut manifest = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    std::fs::write(path, manifest.to_string()).unwrap();
}

#[tokio::test]
async fn what_was_committed_before_a_copy_is_in_it_whoever_writes_meanwhile() {
    let rig = Rig::start().await;
    let (written, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
    let writing = async {
        while !is_over.load(Ordering::SeqCst) {
            rig.write().await;
            written.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
        }
    };
    let copying = async {
        while written.load(Ordering::SeqCst) < 20 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let before = written.load(Ordering::SeqCst);
        let manifest = rig.make().await;
        let during = written.load(Ordering::SeqCst) - before;
        is_over.store(true, Ordering::SeqCst);
        (before, during, manifest)
    };
    let ((), (before, during, manifest)) = tokio::join!(writing, copying);
    assert!(during > 0, "nobody could write while the copy was taken");
    let head = &manifest.holds.chains["platform"];
    assert!(u64::try_from(head.seq).unwrap() >= before, "{head:?}, {before} before");
    let place = rig.place().await;
    let restored = rig.restore(&place).await.unwrap();
    assert_eq!((restored.pending, restored.forged, restored.findings.len()), (0, 0, 0));
    let db = place.open().await;
    assert_eq!(audit::verify(db.read()).await.unwrap().findings, []);
    assert_eq!(number(&db, "SELECT COUNT(*) AS n FROM audit_log").await, head.seq + 1);
    assert_eq!(actions(&db).await[0], "backup.restore", "the log goes on from where the copy ended");
    assert!(actions(&rig.db).await.contains(&"backup.create".to_owned()));
}

/// Stopped while it waits for the first time: then there is something of it already.
#[tokio::test]
async fn what_is_stopped_leaves_nothing_and_can_be_run_again() {
    let rig = Rig::start().await;
    rig.write().await;
    let stop = CancellationToken::new();
    let (made, ()) = tokio::join!(rig.make_until(&stop), async { stop.cancel() });
    assert!(matches!(made, Err(Error::Stopped)), "{made:?}");
    assert_eq!(std::fs::read_dir(rig.folder.path()).unwrap().count(), 0);
    rig.make().await;
    let (place, stop) = (rig.place().await, CancellationToken::new());
    let (url, keys, columns) = (&place.url, &rig.keys, &mailer::SEALED);
    let target = backup::Target { url, keys, columns, hidden: &[], migrates: false, stop: &stop };
    let (folder, context) = (rig.backup(), by());
    let restoring = backup::restore(&folder, target, &context);
    let (restored, ()) = tokio::join!(restoring, async { stop.cancel() });
    assert!(matches!(restored, Err(Error::Stopped)), "{restored:?}");
    assert!(place.is_empty().await);
    rig.restore(&place).await.unwrap();
}

#[tokio::test]
async fn each_log_tells_of_the_restore_however_many_there_are() {
    let rig = Rig::start().await;
    rig.write().await;
    // More than are listed at a time; their logs are empty, but for one.
    let ids: Vec<TenantId> = (0..501).map(|_| TenantId::new(&Clock::System)).collect();
    let heads: Vec<String> = ids.iter().map(|id| format!("('{id}', 0, '')")).collect();
    rig.run(&format!("INSERT INTO audit_heads (chain, seq, hash) VALUES {}", heads.join(", "))).await;
    let tx = rig.db.begin().await.unwrap();
    let entry = Entry::done(Action::TestWrite, Target::unnamed("platform", &"platform"));
    audit::commit(tx, &by(), Chain::Tenant(ids[7]), entry).await.unwrap();
    rig.run(&TENANT.replace("ten_1", &ids[7].to_string()).replace("'A'", "'Acme'")).await;
    let manifest = rig.make().await;
    let place = rig.place().await;
    rig.restore(&place).await.unwrap();
    let db = place.open().await;
    assert_eq!(audit::verify(db.read()).await.unwrap().findings, []);
    let told = "SELECT COUNT(DISTINCT chain) AS n FROM audit_log WHERE action = 'backup.restore'";
    assert_eq!(number(&db, told).await, 502);
    let last = audit::page(db.read(), Some(Chain::Tenant(ids[7])), &AuditFilter::default(), None, 20).await;
    let last = last.unwrap().items;
    assert_eq!(last.len(), 2);
    assert_eq!(last[0].action, "backup.restore");
    assert_eq!(last[0].after.as_ref().unwrap(), &json!({"takenAt": manifest.taken_at}));
    let target = |record: &audit::Record| (record.target_kind.clone(), record.target_name.clone());
    assert_eq!(target(&last[0]), ("tenant".to_owned(), "Acme".to_owned()));
    // Who reads all logs together reads it once.
    let once = AuditFilter { told_once: &["backup.restore"], ..AuditFilter::default() };
    let all = audit::page(db.read(), None, &once, None, 600).await.unwrap().items;
    let told: Vec<_> = all.iter().filter(|record| record.action == "backup.restore").map(target).collect();
    assert_eq!(told, [("platform".to_owned(), "platform".to_owned())]);
}

#[tokio::test]
async fn a_copy_that_was_changed_is_refused_and_leaves_the_place_empty() {
    let rig = Rig::start().await;
    rig.write().await;
    let manifest = rig.make().await;
    let mut files = std::fs::read_dir(rig.backup()).unwrap().map(|file| file.unwrap().path());
    let data = files.find(|path| path.extension().is_none_or(|end| end != "json")).unwrap();
    let whole = std::fs::read(&data).unwrap();
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    std::fs::write(&data, changed).unwrap();
    let place = rig.place().await;
    let refused = rig.restore(&place).await.unwrap_err();
    assert!(matches!(refused, Error::Changed(_)), "{refused}");
    assert!(place.is_empty().await);
    // The manifest is no better to change than the data.
    std::fs::write(&data, whole).unwrap();
    let rows = manifest.holds.tables["audit_log"];
    edit(&rig.backup(), |manifest| manifest["holds"]["tables"]["audit_log"] = json!(rows + 1));
    let refused = rig.restore(&place).await.unwrap_err();
    assert!(refused.to_string().contains("the table audit_log"), "{refused}");
}

#[tokio::test]
async fn without_its_keys_a_copy_is_refused_and_they_are_named() {
    let rig = Rig::start().await;
    rig.add_mails(&rig.keys, 0..1).await;
    let manifest = rig.make().await;
    assert_eq!(manifest.holds.keys, BTreeMap::from([(rig.keys.sealing().to_owned(), 1)]));
    let place = rig.place().await;
    let refused = rig.restore_with(&place, &new_keys(), false).await.unwrap_err();
    assert!(refused.to_string().contains(rig.keys.sealing()), "{refused}");
    assert!(place.is_empty().await);
    rig.restore(&place).await.unwrap();
}

#[tokio::test]
async fn what_is_there_already_is_left_as_it_is() {
    let rig = Rig::start().await;
    rig.make().await;
    let place = rig.place().await;
    rig.restore(&place).await.unwrap();
    let refused = rig.restore(&place).await.unwrap_err();
    assert!(matches!(refused, Error::NotEmpty { .. }), "{refused}");
    let db = place.open().await;
    assert_eq!(actions(&db).await, ["backup.restore"]);
}

#[tokio::test]
async fn a_log_that_is_left_beside_the_place_is_not_read_into_the_copy() {
    let rig = Rig::start().await;
    let place = rig.place().await;
    let Some(file) = db::file_of_url(&place.url) else { return };
    rig.make().await;
    let left = file.with_extension("db-wal");
    std::fs::write(&left, "of another database").unwrap();
    let refused = rig.restore(&place).await.unwrap_err();
    assert!(refused.to_string().contains("db-wal exists"), "{refused}");
}

#[tokio::test]
async fn a_schema_or_a_format_that_is_newer_than_this_program_is_refused() {
    let rig = Rig::start().await;
    rig.make().await;
    let place = rig.place().await;
    edit(&rig.backup(), |manifest| {
        manifest["holds"]["migrations"].as_array_mut().unwrap().push(json!("m999_future"));
    });
    let refused = rig.restore(&place).await.unwrap_err();
    assert!(refused.to_string().contains("m999_future"), "{refused}");
    edit(&rig.backup(), |manifest| manifest["format"] = json!(2));
    let refused = rig.restore(&place).await.unwrap_err();
    assert!(refused.to_string().contains("the format 2"), "{refused}");
    assert!(place.is_empty().await);
}

#[tokio::test]
async fn an_older_schema_is_restored_as_it_is_and_prepared_once_it_is_migrated() {
    let rig = Rig::start().await;
    rig.run("DROP TABLE restores").await;
    rig.run("DELETE FROM seaql_migrations WHERE version = 'm036_restores'").await;
    rig.add_mails(&rig.keys, 0..1).await;
    rig.make().await;
    let place = rig.place().await;
    assert_eq!(rig.restore(&place).await.unwrap().pending, 1);
    let db = place.open().await;
    let waiting = format!("SELECT COUNT(*) AS n FROM mails WHERE next_at < {}", i64::MAX);
    assert_eq!(number(&db, &waiting).await, 1, "its schema isn't known yet");
    migrations::migrate(&db).await.unwrap();
    assert!(backup::is_held(&db).await.unwrap());
    for _ in 0..2 {
        backup::prepare(&db, Clock::System.now()).await.unwrap();
    }
    assert_eq!(number(&db, &waiting).await, 0);
    let place = rig.place_called("other.db").await;
    assert_eq!(rig.restore_with(&place, &rig.keys, true).await.unwrap().pending, 0);
    assert_eq!(number(&place.open().await, &waiting).await, 0, "in one go");
}

/// What the world did after the copy was taken isn't done once more by it.
#[tokio::test]
async fn a_restored_copy_waits_for_nobody_and_does_nothing_twice() {
    const NEVER: i64 = i64::MAX;
    let rig = Rig::start().await;
    for statement in [
        "INSERT INTO users (id, email, name, platform_admin, created_at, otp_set_at) VALUES
            ('usr_1', 'a@b.test', 'A', FALSE, 1, 1)",
        "INSERT INTO sessions (id, secret_hash, surface, user_id, csrf, tokens, access_expires_at, created_at,
            last_seen_at) VALUES ('ses_1', 'h', 'portal', 'usr_1', 'c', 't', 1, 1, 1)",
        "INSERT INTO app_password_ends (member_id, since, attempts, next_at) VALUES ('mem_1', 1, 0, 1)",
        "INSERT INTO ocis_tokens (name, refresh, updated_at) VALUES ('service', 'sealed', 1)",
        TENANT,
        "INSERT INTO users (id, email, name, platform_admin, created_at) VALUES ('usr_2', 'c@b.test', 'C', FALSE, 1)",
        "INSERT INTO tenants (id, slug, name, name_key, plan, seats, status, billing_info, security_policy,
            is_platform, version, created_at, updated_at)
            VALUES ('ten_2', 'b', 'B', 'b', 'team', 1, 'terminated', '{}', '{}', FALSE, 1, 1, 1)",
        "INSERT INTO members (id, tenant_id, user_id, name_key, version, created_at)
            VALUES ('mem_1', 'ten_1', 'usr_1', 'a', 1, 1), ('mem_2', 'ten_2', 'usr_2', 'c', 1, 1)",
        "INSERT INTO offboardings (id, tenant_id, user_id, started_by, began_at, finished_at, next_at, attempts, report)
            VALUES ('off_1', 'ten_1', 'usr_1', 'usr_1', 1, NULL, 1, 0, '[]'),
            ('off_2', 'ten_1', 'usr_1', 'usr_1', 1, 2, 1, 0, '[]')",
    ] {
        rig.run(statement).await;
    }
    let resource = |id: &str, kind: &str, spec: &str, more: &str| {
        format!(
            "INSERT INTO resources (id, owner, kind, name, spec, spec_version, status, attempts, next_at, created_at,
                updated_at, lease_until, ordered_at) VALUES ('{id}', 'ten_1', '{kind}', '{id}', {spec}, 1, 'pending', 0,
                1, 1, 1, {more})"
        )
    };
    rig.run(&resource("space", "ocis.drive", "'{}'", "5, NULL")).await;
    rig.run(&resource("box", "stalwart.mailbox", "'{}'", "NULL, NULL")).await;
    rig.run(&resource("gone", "ocis.drive", "NULL", "NULL, 1")).await;
    rig.run(&resource("ended", "authentik.group", "'{}'", "NULL, 1")).await;
    rig.run(&resource("known", "stalwart.domain", "'{}'", "NULL, NULL")).await;
    rig.run("UPDATE resources SET upstream_id = 'd' WHERE id = 'known'").await;
    for user in ["usr_1", "usr_2"] {
        rig.run(&resource(user, "ocis.user", "'{}'", "NULL, NULL")).await;
        let settled = "UPDATE resources SET status = 'ok', owner = id WHERE id";
        rig.run(&format!("{settled} = '{user}'")).await;
    }
    rig.add_mails(&rig.keys, 0..2).await;
    rig.add_invitations().await;
    rig.make().await;
    let place = rig.place().await;
    rig.restore(&place).await.unwrap();
    let (db, now) = (place.open().await, Clock::System.now().micros());
    for (expected, rows) in [
        (0, "sessions"),
        (0, "users WHERE valid_from IS NULL OR otp_set_at < 1000"),
        (0, "resources WHERE lease_until IS NOT NULL OR ordered_at IS NOT NULL"),
        // A mailbox bears no mark: in doubt, somebody else's would be taken over.
        (1, "resources WHERE intent_at IS NOT NULL"),
        (1, "resources WHERE intent_at IS NOT NULL AND id = 'space'"),
        (2, "resources WHERE stopped_at IS NOT NULL AND id IN ('gone', 'ended')"),
        // It isn't made again by the clock where it is gone.
        (1, "resources WHERE stopped_at IS NOT NULL AND stopped_in = 'restore'"),
        (1, "resources WHERE stopped_in = 'restore' AND id = 'known'"),
        // Files of people go with an ended workspace.
        (1, "resources WHERE stopped_at IS NOT NULL AND id = 'usr_2'"),
        (0, "resources WHERE stopped_at IS NOT NULL AND id = 'usr_1'"),
        (2, &format!("mails WHERE next_at = {NEVER} AND error IS NOT NULL AND text = '' AND NOT sealed")),
        (1, "offboardings WHERE began_at > 1 AND id = 'off_1'"),
        (1, "offboardings WHERE began_at = 1"),
        // Neither good, nor sent by itself.
        (2, "invitations WHERE secret_hash IS NULL AND sent_at IS NOT NULL AND id IN ('waiting', 'unsent')"),
        (0, &format!("invitations WHERE id IN ('waiting', 'unsent') AND expires_at > {now}")),
        (1, "invitations WHERE secret_hash IS NULL AND expires_at = 2 AND id = 'expired'"),
        (2, "invitations WHERE secret_hash IS NOT NULL AND id IN ('accepted', 'revoked')"),
        (1, "app_password_ends WHERE attempts = 1"),
        (1, "ocis_tokens WHERE refresh IS NULL AND lost = 'cut_off'"),
    ] {
        assert_eq!(number(&db, &format!("SELECT COUNT(*) AS n FROM {rows}")).await, expected, "{rows}");
    }
    let waiting = backup::waiting(&db).await.unwrap();
    assert_eq!((waiting.steps, waiting.removals, waiting.mails, waiting.invitations), (4, 1, 0, 2));
    assert!(backup::is_held(&db).await.unwrap());
    run_on(&db, "UPDATE offboardings SET began_at = 1").await;
    assert!(backup::release(&db, &by()).await.unwrap());
    assert!(!backup::is_held(&db).await.unwrap());
    assert_eq!(number(&db, "SELECT COUNT(*) AS n FROM offboardings WHERE began_at > 1").await, 1);
    assert!(!backup::release(&db, &by()).await.unwrap(), "once");
    let mut told = actions(&db).await;
    told.sort();
    assert_eq!(told, ["backup.release", "backup.restore"]);
}

#[tokio::test]
async fn a_copy_that_nobody_prepared_is_prepared_before_it_is_released() {
    let rig = Rig::start().await;
    rig.add_mails(&rig.keys, 0..1).await;
    // As one is left by whoever dies once the schema is up to date.
    rig.run("INSERT INTO restores (restored_at, taken_at) VALUES (2, 1)").await;
    assert!(backup::release(&rig.db, &by()).await.unwrap());
    let open = format!("SELECT COUNT(*) AS n FROM mails WHERE next_at < {}", i64::MAX);
    assert_eq!(number(&rig.db, &open).await, 0);
    let prepared =
        "SELECT COUNT(*) AS n FROM restores WHERE prepared_at IS NOT NULL AND released_at IS NOT NULL";
    assert_eq!(number(&rig.db, prepared).await, 1);
}

#[tokio::test]
async fn a_backup_that_the_log_does_not_tell_of_is_not_there() {
    let rig = Rig::start().await;
    rig.run(match rig.db.backend() {
        Backend::Sqlite => {
            "CREATE TRIGGER shut BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'the log is shut'); END"
        }
        Backend::Postgres => "ALTER TABLE audit_log ADD CONSTRAINT shut CHECK (action <> 'backup.create')",
    })
    .await;
    rig.make_until(&CancellationToken::new()).await.unwrap_err();
    let left = std::fs::read_dir(rig.folder.path()).unwrap().count();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_guard_elsewhere_on_the_search_path_says_nothing() {
    let rig = Rig::start().await;
    if rig.db.backend() == Backend::Sqlite {
        return;
    }
    rig.run("CREATE SCHEMA elsewhere").await;
    rig.run("CREATE TABLE elsewhere.restoring (since BIGINT)").await;
    let url = format!("{}?options=-csearch_path%3Dpublic,elsewhere", rig.test.url);
    let db = Db::connect(&url, &Options::default()).await.unwrap();
    assert_eq!(number(&db, "SELECT COUNT(*) AS n FROM restoring").await, 0, "it is on the search path");
    assert!(!backup::is_cut_off(&db).await.unwrap());
}

#[tokio::test]
async fn what_others_have_in_the_same_database_is_named_and_not_copied() {
    let rig = Rig::start().await;
    if rig.db.backend() == Backend::Sqlite {
        return;
    }
    for statement in [
        "CREATE SCHEMA elsewhere",
        "CREATE TABLE elsewhere.theirs (id BIGINT)",
        "CREATE TABLE of_extension (id BIGINT)",
        "ALTER EXTENSION plpgsql ADD TABLE of_extension",
    ] {
        rig.run(statement).await;
    }
    let manifest = rig.make().await;
    assert_eq!(manifest.database.leaves_out, ["schema elsewhere"]);
    assert!(!manifest.holds.tables.contains_key("of_extension"), "{:?}", manifest.holds.tables);
    let place = rig.place().await;
    rig.restore(&place).await.unwrap();
    let theirs = "SELECT COUNT(*) AS n FROM pg_class WHERE relname IN ('theirs', 'of_extension')";
    assert_eq!(number(&place.open().await, theirs).await, 0);
}

#[tokio::test]
async fn a_database_whose_restore_was_cut_off_is_known_and_not_restored_into() {
    let rig = Rig::start().await;
    rig.make().await;
    let place = rig.place().await;
    if let Some(file) = db::file_of_url(&place.url) {
        std::fs::write(file.with_extension("db.restoring"), "half").unwrap();
    } else {
        let db = place.open().await;
        assert!(!backup::is_cut_off(&db).await.unwrap());
        db.write().await.unwrap().execute_unprepared("CREATE TABLE restoring (since BIGINT)").await.unwrap();
        assert!(backup::is_cut_off(&db).await.unwrap());
    }
    let refused = rig.restore(&place).await.unwrap_err();
    assert!(refused.to_string().contains("cut off"), "{refused}");
}

/// What SQLite kept beside the copy that was cut off would be read into the next one.
#[tokio::test]
async fn a_log_of_a_restore_that_was_cut_off_is_not_read_into_another() {
    let rig = Rig::start().await;
    rig.make().await;
    let place = rig.place().await;
    let Some(file) = db::file_of_url(&place.url) else { return };
    let left =
        ["db.restoring-wal", "db.restoring-shm", "db.restoring-journal"].map(|it| file.with_extension(it));
    for one in &left {
        std::fs::write(one, "of another").unwrap();
    }
    let refused = rig.restore(&place).await.unwrap_err().to_string();
    for one in &left {
        assert!(refused.contains(&*one.to_string_lossy()), "{refused}");
        std::fs::remove_file(one).unwrap();
    }
    assert!(refused.contains("cut off") && !file.exists(), "{refused}");
    rig.restore(&place).await.unwrap();
}

#[tokio::test]
async fn a_rotation_may_die_anywhere_and_is_recorded_once() {
    let (rig, new) = (Rig::start().await, Keys::generate());
    let old = Keys::generate();
    let (of_old, of_new) = (of_one(&old), of_one(&new));
    // As many as go into a few transactions, and no more.
    rig.add_mails(&of_old, 0..800).await;
    rig.add_mails(&of_new, 800..805).await;
    let db = rig.test.db.clone().sealed_with(Keys::new(&[new, old]).unwrap());
    // One run dies after its first transaction, another within one.
    let column = &mailer::SEALED[0];
    let tx = db.begin().await.unwrap();
    let first = sealed::reseal(&tx, column, "", 200).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    let tx = db.begin().await.unwrap();
    sealed::reseal(&tx, column, &first.last.unwrap(), 200).await.unwrap();
    drop(tx);
    let rotated = rotate(&db, &mailer::SEALED, &by()).await.unwrap();
    assert_eq!((first.values, rotated.values), (200, 600));
    assert_eq!(rotated.keys, BTreeMap::from([(of_new.sealing().to_owned(), 805)]));
    assert_eq!((rotated.left, rotated.forged), (0, 0));
    assert_eq!(sealed::count_forged(db.read(), &of_new, &mailer::SEALED).await.unwrap(), 0);
    assert_eq!(rotate(&db, &mailer::SEALED, &by()).await.unwrap().values, 0);
    assert_eq!(actions(&db).await, ["key.rotate"]);
}

#[tokio::test]
async fn values_of_a_key_that_is_gone_are_left_and_counted() {
    let (rig, lost) = (Rig::start().await, new_keys());
    rig.add_mails(&lost, 0..2).await;
    rig.add_mails(&rig.keys, 2..3).await;
    let rotated = rotate(&rig.db, &mailer::SEALED, &by()).await.unwrap();
    assert_eq!((rotated.values, rotated.left, rotated.forged), (0, 2, 0));
    assert_eq!(rotated.keys[lost.sealing()], 2);
    assert_eq!(actions(&rig.db).await, Vec::<String>::new());
}
