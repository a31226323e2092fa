//! Kept forms in the database: sealed, each for one person in one browser, and only for a quarter of an hour.

use std::fmt;
use std::time::Duration;

use access::Surface;
use db::seal::Keys;
use db::{Db, Error, Tx, sealed};
use kernel::id::{hex, random_token};
use kernel::{Timestamp, UserId};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set,
};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::tables::kept_forms::{ActiveModel, Column, Entity, Model};

/// How long a form is kept.
pub const KEPT: Duration = Duration::from_mins(15);
/// The most that is kept of one person; the oldest goes first.
const MOST_OF_PERSON: usize = 5;

/// The sealed forms.
pub const FORM: sealed::Column = sealed::Column {
    table: "kept_forms",
    name: "form",
    id: "id",
    word: "form",
    bound_to: &["id", "surface", "user_id", "browser_hash"],
    sealed_if: None,
};

/// A form as it was sent, without its secrets.
#[derive(Clone, Serialize, Deserialize)]
pub struct Form {
    /// The path that it was sent to.
    pub action: String,
    /// The path of the page that it was sent from.
    pub page: Option<String>,
    /// What was typed.
    pub fields: Vec<(String, String)>,
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form").field("action", &self.action).field("page", &self.page).finish_non_exhaustive()
    }
}

/// Whose a form is: a person, in one browser, on one surface.
#[derive(Debug, Clone)]
pub struct Holder {
    pub surface: Surface,
    /// The person.
    pub user: UserId,
    /// The hash of the browser's secret.
    browser: String,
}

impl Holder {
    /// A person in the browser that holds this secret.
    pub fn new(surface: Surface, user: UserId, secret: &str) -> Self {
        Self { surface, user, browser: hash(secret) }
    }

    fn place(&self, id: &str) -> String {
        FORM.place(&[id, self.surface.as_str(), &self.user.to_string(), &self.browser])
    }
}

/// A form that was found.
#[derive(Debug)]
pub struct Found {
    pub id: String,
    pub form: Form,
}

fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// Stands beside the secret in the cookie, so that nobody else is told of a form that was never theirs.
pub fn mark(secret: &str, user: UserId) -> String {
    hash(&format!("{secret} {user}")).chars().take(16).collect()
}

/// Keeps a form, in place of an older one of the same browser that goes to the same path.
pub async fn keep(db: &Db, keys: &Keys, now: Timestamp, holder: &Holder, form: &Form) -> Result<(), Error> {
    let tx = db.begin().await?;
    // Forms of one person that come at once are counted one after another.
    access::people::lock(&tx, holder.user).await?;
    let before = of_holder(&*tx, keys, now, holder).await?;
    let replaced = before.iter().filter(|found| found.form.action == form.action);
    let mut old: Vec<String> = replaced.map(|found| found.id.clone()).collect();
    let all = Entity::find()
        .filter(Column::UserId.eq(holder.user.to_string()))
        .order_by_desc(Column::KeptAt)
        .all(&*tx)
        .await?;
    let rest = all.into_iter().map(|row| row.id).filter(|id| !old.contains(id));
    let oldest: Vec<String> = rest.skip(MOST_OF_PERSON - 1).collect();
    old.extend(oldest);
    let id = random_token();
    let text = serde_json::to_string(form).map_err(|error| Error::damaged("kept_forms", error))?;
    let row = ActiveModel {
        form: Set(keys.seal(&holder.place(&id), &text)?),
        id: Set(id),
        browser_hash: Set(holder.browser.clone()),
        surface: Set(holder.surface.as_str().to_owned()),
        user_id: Set(holder.user.to_string()),
        kept_at: Set(now.micros()),
    };
    Entity::delete_many().filter(Column::Id.is_in(old)).exec(&*tx).await?;
    row.insert(&*tx).await?;
    tx.commit_silently("a form is kept for its sender").await
}

/// The forms of a holder whose time is not over, the newest first.
pub async fn of_holder(
    on: &impl ConnectionTrait,
    keys: &Keys,
    now: Timestamp,
    holder: &Holder,
) -> Result<Vec<Found>, Error> {
    let rows = Entity::find()
        .filter(Column::BrowserHash.eq(&holder.browser))
        .filter(Column::Surface.eq(holder.surface.as_str()))
        .filter(Column::UserId.eq(holder.user.to_string()))
        .filter(Column::KeptAt.gt(now.before(KEPT).micros()))
        .order_by_desc(Column::KeptAt)
        .all(on)
        .await?;
    Ok(rows.into_iter().filter_map(|row| open(keys, holder, row)).collect())
}

/// A form whose key is gone is gone too; that must not keep anybody from the page.
fn open(keys: &Keys, holder: &Holder, row: Model) -> Option<Found> {
    let opened = keys.open(&holder.place(&row.id), &row.form).map_err(|error| error.to_string());
    let form =
        opened.and_then(|text| serde_json::from_str(text.expose_secret()).map_err(|error| error.to_string()));
    match form {
        Ok(form) => Some(Found { id: row.id, form }),
        Err(error) => {
            tracing::warn!(error, "a kept form can't be opened");
            None
        }
    }
}

/// Forgets these forms.
pub async fn forget(db: &Db, ids: Vec<String>) -> Result<(), Error> {
    Entity::delete_many().filter(Column::Id.is_in(ids)).exec(db.read()).await?;
    Ok(())
}

/// Forgets all that a browser holds of a surface.
pub async fn forget_browser(db: &Db, surface: Surface, secret: &str) -> Result<(), Error> {
    of_browser(surface, secret).exec(db.read()).await?;
    Ok(())
}

/// Forgets what a browser holds of others than this person.
pub async fn forget_others(tx: &Tx, surface: Surface, secret: &str, user: UserId) -> Result<(), Error> {
    of_browser(surface, secret).filter(Column::UserId.ne(user.to_string())).exec(&**tx).await?;
    Ok(())
}

fn of_browser(surface: Surface, secret: &str) -> sea_orm::DeleteMany<Entity> {
    Entity::delete_many()
        .filter(Column::BrowserHash.eq(hash(secret)))
        .filter(Column::Surface.eq(surface.as_str()))
}

/// Forgets the forms whose time is over; gives how many.
pub async fn purge(db: &Db, now: Timestamp) -> Result<u64, Error> {
    let old = Entity::delete_many().filter(Column::KeptAt.lte(now.before(KEPT).micros()));
    Ok(old.exec(db.read()).await?.rows_affected)
}
