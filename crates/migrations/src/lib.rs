//! The one linear history of the schema. A migration that has landed is never edited; old code must tolerate the
//! schema that a new migration leaves, since instances are upgraded one after another.

#![warn(missing_docs)]

mod m001_foundation;
mod m002_kept_forms;
mod m003_drift;
mod m004_domains;
mod m005_mails;
mod m006_published;
mod m007_members;
mod m008_mail;
mod m009_invitations;
mod m010_storage;
mod m011_offboardings;
mod m012_groups;
mod m013_hand_over;
mod m014_mailbox_keys;
mod m015_links;
mod m016_password_ends;
mod m017_own_accounts;
mod m020_allowances;
mod m021_removals;
mod m023_password_keys;
mod m024_name_keys;
mod m025_imports;
mod m026_palette;
mod m028_storage;
mod m029_joining;
mod m030_access;
mod m031_stopped;
mod m032_whose;
mod m033_restored;
mod m034_due;
mod m035_obstacles;
mod m036_restores;
mod m037_flags;
mod m038_partners;
mod m039_refusals;

use db::{Backend, Db, Error};
use sea_orm::{ConnectionTrait, Statement};
use sea_orm_migration::{MigrationTrait, MigratorTrait};

pub use m036_restores::RESTORES;

struct History;

#[async_trait::async_trait]
impl MigratorTrait for History {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m001_foundation::Migration),
            Box::new(m002_kept_forms::Migration),
            Box::new(m003_drift::Migration),
            Box::new(m004_domains::Migration),
            Box::new(m005_mails::Migration),
            Box::new(m006_published::Migration),
            Box::new(m007_members::Migration),
            Box::new(m008_mail::Migration),
            Box::new(m009_invitations::Migration),
            Box::new(m010_storage::Migration),
            Box::new(m011_offboardings::Migration),
            Box::new(m012_groups::Migration),
            Box::new(m013_hand_over::Migration),
            Box::new(m014_mailbox_keys::Migration),
            Box::new(m015_links::Migration),
            Box::new(m016_password_ends::Migration),
            Box::new(m017_own_accounts::Migration),
            Box::new(m020_allowances::Migration),
            Box::new(m021_removals::Migration),
            Box::new(m023_password_keys::Migration),
            Box::new(m024_name_keys::Migration),
            Box::new(m025_imports::Migration),
            Box::new(m026_palette::Migration),
            Box::new(m028_storage::Migration),
            Box::new(m029_joining::Migration),
            Box::new(m030_access::Migration),
            Box::new(m031_stopped::Migration),
            Box::new(m032_whose::Migration),
            Box::new(m033_restored::Migration),
            Box::new(m034_due::Migration),
            Box::new(m035_obstacles::Migration),
            Box::new(m036_restores::Migration),
            Box::new(m037_flags::Migration),
            Box::new(m038_partners::Migration),
            Box::new(m039_refusals::Migration),
        ]
    }
}

/// Any number that no other program on the same PostgreSQL server uses for advisory locks.
const LOCK: i64 = 0x6465_7a6b_7901;

/// Brings the schema up to date. Instances that start together take turns. A schema that a newer program moved on is
/// left as it is: it suits the version before that one too [Q6].
pub async fn migrate(db: &Db) -> Result<(), Error> {
    if pending(db).await? == 0 {
        return Ok(());
    }
    if db.backend() == Backend::Sqlite {
        return Ok(History::up(db.read(), None).await?);
    }
    // Held by this transaction's connection until it ends; the migrations themselves run on another one.
    let turn = db.begin().await?;
    turn.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
    History::up(db.read(), None).await?;
    turn.commit_silently("the schema moves on").await
}

/// How many migrations this program has that the database lacks. Those that it has besides are a newer program's, beside
/// which this one may run and start again.
pub async fn pending(db: &Db) -> Result<usize, Error> {
    History::install(db.read()).await?;
    let applied = applied(db.read()).await?;
    Ok(names().iter().filter(|name| !applied.contains(name)).count())
}

/// The names of all migrations that this program has.
pub fn names() -> Vec<String> {
    History::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

/// The names of those that a database has, which was migrated at least once.
pub async fn applied(on: &impl ConnectionTrait) -> Result<Vec<String>, Error> {
    let query = "SELECT version FROM seaql_migrations ORDER BY version";
    let rows = on.query_all_raw(Statement::from_string(on.get_database_backend(), query)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "version")).collect::<Result<_, _>>()?)
}

/// A migrated database for a test: a copy of one that was migrated once in the run of the tests.
///
/// # Panics
/// When a migration fails.
#[expect(clippy::expect_used, reason = "only tests call it")]
pub async fn test_database() -> db::testing::TestDb {
    const ADDRESS: &str = "address";
    let migrated = async |folder: &std::path::Path| {
        let fresh = db::testing::empty().await;
        migrate(&fresh.db).await.expect("the schema is made");
        std::fs::write(folder.join(ADDRESS), fresh.keep(folder).await).expect("the folder is writable");
    };
    let schema = db::testing::once("schema", migrated).await;
    let address = std::fs::read_to_string(schema.join(ADDRESS)).expect("the schema has an address");
    db::testing::copy_of(&address).await
}
