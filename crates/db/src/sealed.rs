//! Columns of sealed values: which key each value needs, whether it can be opened, and sealing it again with another
//! key. Whoever owns a column says how its values are bound to their rows, once, for sealing and for all of this.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, QueryResult};
use secrecy::ExposeSecret as _;

use crate::seal::{self, ID_LENGTH, Keys};
use crate::{Error, Tx};

/// A column of sealed values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The table.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The column that tells rows apart, a text.
    pub id: &'static str,
    /// The word for the values in what they are bound to.
    pub word: &'static str,
    /// The columns whose values they are bound to.
    pub bound_to: &'static [&'static str],
    /// The column that says of each row whether its value is sealed, where some are not.
    pub sealed_if: Option<&'static str>,
}

impl Column {
    /// What a value is bound to, in the row with these values of [`Column::bound_to`].
    pub fn place<T: AsRef<str>>(&self, values: &[T]) -> String {
        debug_assert_eq!(values.len(), self.bound_to.len(), "{self:?}");
        let mut place = format!("{}.{}", self.table, self.word);
        for value in values {
            place.push('.');
            place.push_str(value.as_ref());
        }
        place
    }

    /// The rows that have a sealed value.
    fn rows(&self) -> SelectStatement {
        let mut select = Query::select();
        select.from(self.table).and_where(Expr::col(self.name).is_not_null());
        if let Some(sealed) = self.sealed_if {
            select.and_where(Expr::col(sealed).eq(true));
        }
        select
    }

    /// The fingerprint at the beginning of a value.
    fn key_id(&self) -> Expr {
        Expr::cust(format!("substr(\"{}\", 1, {ID_LENGTH})", self.name))
    }

    /// Values after that of the row `after`, in the order of ids.
    fn values(&self, after: &str, most: u64) -> SelectStatement {
        let mut select = self.rows();
        select
            .columns([self.id, self.name])
            .and_where(Expr::col(self.id).gt(after))
            .order_by(self.id, Order::Asc)
            .limit(most);
        for (at, column) in self.bound_to.iter().enumerate() {
            select.expr_as(Expr::col(*column), bound(at));
        }
        select
    }

    fn read(&self, row: &QueryResult) -> Result<Value, Error> {
        let bound_to: Result<Vec<String>, _> =
            (0..self.bound_to.len()).map(|at| row.try_get("", &bound(at))).collect();
        Ok(Value {
            id: row.try_get("", self.id)?,
            sealed: row.try_get("", self.name)?,
            place: self.place(&bound_to?),
        })
    }
}

fn bound(at: usize) -> String {
    format!("bound_{at}")
}

/// One value.
struct Value {
    id: String,
    sealed: String,
    place: String,
}

/// Values that are looked at in one query.
const BATCH: u64 = 500;

/// How many values each key seals, by its fingerprint.
pub async fn count(on: &impl ConnectionTrait, columns: &[Column]) -> Result<BTreeMap<String, u64>, Error> {
    let mut all = BTreeMap::new();
    for column in columns {
        let mut select = column.rows();
        select.expr_as(column.key_id(), "key_id").expr_as(Expr::cust("COUNT(*)"), "many");
        select.add_group_by([column.key_id()]);
        for row in on.query_all(&select).await? {
            let many: i64 = row.try_get("", "many")?;
            *all.entry(row.try_get("", "key_id")?).or_default() += u64::try_from(many).unwrap_or_default();
        }
    }
    Ok(all)
}

/// How many values can't be opened though their key is there: they were changed, or copied from another row.
pub async fn count_forged(on: &impl ConnectionTrait, keys: &Keys, columns: &[Column]) -> Result<u64, Error> {
    let mut forged = 0;
    for column in columns {
        let mut after = String::new();
        loop {
            let rows = on.query_all(&column.values(&after, BATCH)).await?;
            let Some(last) = rows.last() else { break };
            after = last.try_get("", column.id)?;
            for row in &rows {
                let Value { sealed, place, .. } = column.read(row)?;
                forged += u64::from(matches!(keys.open(&place, &sealed), Err(seal::Error::Forged)));
            }
        }
    }
    Ok(forged)
}

/// What sealing some values again came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resealed {
    /// How many have the first key now.
    pub values: u64,
    /// How many can't be opened though their key is there, and were left.
    pub forged: u64,
    /// How many have a key that isn't there, and were left.
    pub unknown: u64,
    /// The last row that was looked at; none when there was none left.
    pub last: Option<String>,
}

/// Seals values again with the first key, at most `most` of them, of rows after `after`. One that was written meanwhile
/// is left as it is.
pub async fn reseal(tx: &Tx, column: &Column, after: &str, most: u64) -> Result<Resealed, Error> {
    let keys = tx.keys();
    let mut select = column.values(after, most);
    select.and_where(column.key_id().ne(keys.sealing()));
    let mut done = Resealed::default();
    for row in tx.query_all(&select).await? {
        let Value { id, sealed, place } = column.read(&row)?;
        done.last = Some(id.clone());
        let secret = match keys.open(&place, &sealed) {
            Ok(secret) => secret,
            Err(seal::Error::UnknownKey(_)) => {
                done.unknown += 1;
                continue;
            }
            Err(_) => {
                done.forged += 1;
                continue;
            }
        };
        let again = keys.seal(&place, secret.expose_secret())?;
        let update = Query::update()
            .table(column.table)
            .value(column.name, again)
            .and_where(Expr::col(column.id).eq(id))
            .and_where(Expr::col(column.name).eq(sealed))
            .to_owned();
        done.values += tx.execute(&update).await?.rows_affected();
    }
    Ok(done)
}

/// True when a row after `after` has a value of one of the former keys.
pub async fn is_left(
    on: &impl ConnectionTrait,
    keys: &Keys,
    column: &Column,
    after: &str,
) -> Result<bool, Error> {
    let mut select = column.values(after, 1);
    select.and_where(column.key_id().is_in(keys.ids().skip(1)));
    Ok(on.query_one(&select).await?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    const HUSH: Column = Column {
        table: "hushed",
        name: "text",
        id: "id",
        word: "text",
        bound_to: &["id", "owner"],
        sealed_if: Some("sealed"),
    };

    async fn insert(db: &crate::Db, id: &str, text: &str, sealed: bool) {
        let write = db.write().await.unwrap();
        let row = format!("INSERT INTO hushed VALUES ('{id}', 'anna', '{text}', {sealed})");
        write.execute_unprepared(&row).await.unwrap();
    }

    #[tokio::test]
    async fn values_are_counted_opened_and_sealed_again() {
        let test = testing::empty().await;
        let table = "CREATE TABLE hushed (id TEXT PRIMARY KEY, owner TEXT, text TEXT, sealed BOOLEAN)";
        test.db.write().await.unwrap().execute_unprepared(table).await.unwrap();
        let [old, new, lost] = [(); 3].map(|()| Keys::generate());
        let [of_old, of_lost] = [&old, &lost].map(|key| Keys::new(std::slice::from_ref(key)).unwrap());
        for id in ["a", "b", "c"] {
            insert(&test.db, id, &of_old.seal(&HUSH.place(&[id, "anna"]), "hush").unwrap(), true).await;
        }
        insert(&test.db, "d", &of_lost.seal(&HUSH.place(&["d", "anna"]), "hush").unwrap(), true).await;
        insert(&test.db, "e", &of_old.seal(&HUSH.place(&["a", "anna"]), "moved").unwrap(), true).await;
        insert(&test.db, "f", "open.and.plain", false).await;

        let keys = Keys::new(&[new.clone(), old]).unwrap();
        let db = test.db.clone().sealed_with(keys.clone());
        assert_eq!(count_forged(db.read(), &keys, &[HUSH]).await.unwrap(), 1, "the one of another row");
        let tx = db.begin().await.unwrap();
        let first = reseal(&tx, &HUSH, "", 2).await.unwrap();
        assert!(is_left(&*tx, &keys, &HUSH, "b").await.unwrap());
        assert_eq!(first, Resealed { values: 2, forged: 0, unknown: 0, last: Some("b".to_owned()) });
        let rest = reseal(&tx, &HUSH, "b", 9).await.unwrap();
        assert_eq!(rest, Resealed { values: 1, forged: 1, unknown: 1, last: Some("e".to_owned()) });
        assert_eq!(reseal(&tx, &HUSH, "e", 9).await.unwrap(), Resealed::default());
        assert!(!is_left(&*tx, &keys, &HUSH, "e").await.unwrap());
        tx.commit_silently("a test").await.unwrap();

        let counted = count(db.read(), &[HUSH]).await.unwrap();
        let expected = [(keys.sealing(), 3), (of_old.sealing(), 1), (of_lost.sealing(), 1)];
        assert_eq!(counted, expected.map(|(id, many)| (id.to_owned(), many)).into());
        let alone = Keys::new(&[new]).unwrap();
        let values = db.read().query_all(&HUSH.values("", 3)).await.unwrap();
        for value in &values {
            let value = HUSH.read(value).unwrap();
            assert_eq!(alone.open(&value.place, &value.sealed).unwrap().expose_secret(), "hush");
        }
    }
}
