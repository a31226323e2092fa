//! `dezky keys list`, `dezky keys rotate`: which key encrypts what, and encrypting it again with another. Keys are told by
//! their fingerprints.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use db::Db;
use db::seal::Keys;
use db::sealed::{self, Column};

use crate::backup_cli::by;
use crate::config::{self, Values};
use crate::{database, drift_cli};

/// Something still needs an old key.
const LEFT: u8 = 2;

/// All columns of sealed values.
pub fn sealed_columns() -> Vec<Column> {
    let own = [access::sessions::TOKENS, sign_in::KEPT_FORM];
    own.into_iter().chain(mailer::SEALED).chain(storage::SEALED).collect()
}

async fn open(values: Values, data: Option<&Path>) -> anyhow::Result<Db> {
    let values = &data.map_or(Ok(values), drift_cli::of_dev)?;
    let keys = config::encryption_keys(values)?;
    Ok(database::connect_current(&database::url(values)).await?.sealed_with(keys))
}

/// Shows the keys.
pub async fn list(values: Values, data: Option<&Path>) -> anyhow::Result<()> {
    let db = open(values, data).await?;
    let counted = sealed::count(db.read(), &sealed_columns()).await?;
    print(db.keys(), &counted);
    db.close().await;
    Ok(())
}

/// Encrypts everything again with the first key.
pub async fn rotate(values: Values, data: Option<&Path>) -> anyhow::Result<ExitCode> {
    let db = open(values, data).await?;
    let rotated = Box::pin(backup::rotate(&db, &sealed_columns(), &by())).await?;
    println!("Encrypted again: {}", rotated.values);
    print(db.keys(), &rotated.keys);
    db.close().await;
    if rotated.forged > 0 {
        println!(
            "{} values are damaged: they can't be decrypted, although their key is configured",
            rotated.forged
        );
    }
    if rotated.left == 0 {
        println!(
            "Every value is encrypted with the first key. Once every instance runs with the new keys, remove the others \
             from ENCRYPTION_KEYS"
        );
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{} values still need other keys. If an instance still runs with another key first, restart it, then run this again",
        rotated.left
    );
    Ok(ExitCode::from(LEFT))
}

/// One line for each key, the configured ones first.
fn print(keys: &Keys, counted: &BTreeMap<String, u64>) {
    for (place, id) in keys.ids().enumerate() {
        let role = if place == 0 { "encrypts" } else { "decrypts" };
        println!("{id}  {:>8}  {role}", counted.get(id).copied().unwrap_or_default());
    }
    for (id, many) in counted.iter().filter(|(id, _)| keys.ids().all(|known| known != *id)) {
        println!("{id}  {many:>8}  not in ENCRYPTION_KEYS");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    /// Where secrets are sealed, and where the columns are listed. What a cookie holds for ten minutes is in no column.
    const SEALS: [&str; 5] = [
        "access/src/sessions.rs",
        "mailer/src/store.rs",
        "sign-in/src/kept/store.rs",
        "sign-in/src/pages.rs",
        "storage/src/credential/store.rs",
    ];

    fn look(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
            if path.is_dir() && name != "tests" {
                look(&path, found);
            }
            if path.extension().is_none_or(|ending| ending != "rs") || name == "tests.rs" {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let shipped = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            if ["keys.seal(", "keys().seal("].iter().any(|call| shipped.contains(call)) {
                found.insert(path.strip_prefix("..").unwrap().display().to_string());
            }
        }
    }

    #[test]
    fn whatever_seals_a_value_is_known_to_a_rotation() {
        let mut found = BTreeSet::new();
        for krate in std::fs::read_dir("..").unwrap().map(Result::unwrap) {
            // It seals again what the others did.
            if krate.file_name() != "db" {
                look(&krate.path().join("src"), &mut found);
            }
        }
        assert_eq!(found, SEALS.map(str::to_owned).into(), "list its column in `sealed_columns`");
        let columns = super::sealed_columns();
        let places: BTreeSet<_> = columns.iter().map(|column| (column.table, column.name)).collect();
        assert_eq!((places.len(), columns.len()), (6, 6), "{places:?}");
    }
}
