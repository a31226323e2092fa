//! Accounts that many requests ask for at the same time are read in one statement. Nothing is kept: the statement that
//! answers a request always begins after the request came.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use db::{Db, Error};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use sea_orm::DbErr;

use crate::account::{self, Account};

/// The most accounts in one statement.
const MOST: usize = 64;

type Found = Result<Arc<HashMap<String, Account>>, Failed>;
type Reading = Shared<BoxFuture<'static, Found>>;
/// The subjects of a batch; none once its statement has begun.
type Subjects = Arc<Mutex<Option<Vec<String>>>>;

/// Reads accounts. While one statement runs, whoever comes is gathered for the next. Clones share this.
#[derive(Clone)]
pub struct Accounts {
    db: Db,
    latest: Arc<Mutex<Option<Batch>>>,
}

/// It lives as long as somebody waits for it, so that a statement nobody waits for any more is given up.
struct Batch {
    subjects: Subjects,
    reading: WeakShared<BoxFuture<'static, Found>>,
}

/// Why a batch was not read.
#[derive(Clone)]
enum Failed {
    /// It would fail for each by itself too.
    Unavailable(String),
    /// It may be about one of them.
    Other,
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts").field("db", &self.db).finish_non_exhaustive()
    }
}

impl Accounts {
    /// Reads from this database.
    pub fn new(db: Db) -> Self {
        Self { db, latest: Arc::default() }
    }

    /// The account of a subject as it is now.
    pub async fn by_sub(&self, sub: &str) -> Result<Option<Account>, Error> {
        match self.join(sub).await {
            Ok(found) => Ok(found.get(sub).cloned()),
            Err(Failed::Unavailable(why)) => Err(Error::Unavailable(DbErr::Custom(why))),
            Err(Failed::Other) => Box::pin(account::by_sub(&self.db, sub)).await,
        }
    }

    /// Joins the batch that has not begun yet, or makes it.
    fn join(&self, sub: &str) -> Reading {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let before = latest.as_ref().and_then(|batch| batch.reading.upgrade());
        if let (Some(batch), Some(reading)) = (latest.as_ref(), &before)
            && let Some(subjects) = &mut *batch.subjects.lock().unwrap_or_else(PoisonError::into_inner)
            && subjects.len() < MOST
        {
            subjects.push(sub.to_owned());
            return reading.clone();
        }
        let subjects: Subjects = Arc::new(Mutex::new(Some(vec![sub.to_owned()])));
        let reading = read_after(before, self.db.clone(), subjects.clone()).boxed().shared();
        *latest = reading.downgrade().map(|reading| Batch { subjects, reading });
        reading
    }
}

/// Reads a batch once the one before it has been read.
async fn read_after(before: Option<Reading>, db: Db, subjects: Subjects) -> Found {
    if let Some(before) = before {
        // What came of it concerns others; it was only waited for.
        let _ = before.await;
    }
    let subjects = subjects.lock().unwrap_or_else(PoisonError::into_inner).take();
    let found = account::by_subs(&db, &subjects.unwrap_or_default()).await;
    found.map(Arc::new).map_err(|error| match error {
        Error::Unavailable(cause) => Failed::Unavailable(cause.to_string()),
        _ => Failed::Other,
    })
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use futures_util::future::join_all;
    use kernel::Clock;

    use super::*;
    use crate::people::{Identity, admit};

    fn identity(n: usize) -> Identity {
        let email = format!("p{n}@dezky.test");
        Identity { sub: format!("sub-{n}"), email, name: format!("P {n}"), ..Identity::default() }
    }

    #[tokio::test]
    async fn each_of_many_gets_their_own_account_and_whoever_comes_later_what_is_there_later() {
        let test = migrations::test_database().await;
        for n in 0..100 {
            let tx = test.db.begin().await.unwrap();
            admit(&tx, &Clock::System, &identity(n), "admins").await.unwrap();
            tx.commit_silently("a test").await.unwrap();
        }
        let accounts = Accounts::new(test.db.clone());
        let ask = |n: usize| {
            let accounts = accounts.clone();
            async move { accounts.by_sub(&format!("sub-{n}")).await.unwrap() }
        };
        let found = join_all((0..101).map(ask)).await;
        for (n, account) in found.iter().take(100).enumerate() {
            assert_eq!(account.as_ref().unwrap().person.email, format!("p{n}@dezky.test"));
        }
        assert!(found[100].is_none());
        let tx = test.db.begin().await.unwrap();
        let renamed = Identity { name: "New".to_owned(), ..identity(7) };
        admit(&tx, &Clock::System, &renamed, "admins").await.unwrap();
        tx.commit_silently("a test").await.unwrap();
        assert_eq!(ask(7).await.unwrap().person.name, "New");
    }

    #[tokio::test]
    async fn a_batch_that_nobody_waits_for_any_more_holds_up_nobody() {
        let test = migrations::test_database().await;
        let accounts = Accounts::new(test.db.clone());
        let mut once = Context::from_waker(Waker::noop());
        // The database may be faster than one look.
        let (given_up, follows) = loop {
            let mut first = Box::pin(accounts.by_sub("a"));
            let mut second = Box::pin(accounts.by_sub("b"));
            if first.as_mut().poll(&mut once).is_pending() && second.as_mut().poll(&mut once).is_pending() {
                break (first, second);
            }
        };
        drop(given_up);
        assert!(follows.await.unwrap().is_none());
        assert!(accounts.by_sub("c").await.unwrap().is_none());
    }
}
