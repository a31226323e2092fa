//! Every query on the refresh token's row, and what the row means.

use db::seal::{self, Keys};
use db::{Db, Error, Tx, sealed};
use kernel::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _, QuerySelect as _};
use secrecy::{ExposeSecret as _, SecretString};

use super::tables;

pub use tables::Model as Row;

/// The one row.
const NAME: &str = "service";
/// What the row says of a token that was out and did not come back.
pub const CUT_OFF: &str = "cut_off";
/// The columns that are sealed.
pub const REFRESH: &sealed::Column = &column("refresh");
pub const ACCESS: &sealed::Column = &column("access");

const fn column(name: &'static str) -> sealed::Column {
    sealed::Column {
        table: "ocis_tokens",
        name,
        id: "name",
        word: name,
        bound_to: &["name"],
        sealed_if: None,
    }
}

/// What can be had of the row now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The token, sealed.
    Token(String),
    /// There is none.
    Nothing {
        /// It was out and did not come back.
        lost: bool,
        /// Whether the user may be signed in now.
        may_sign_in: bool,
    },
}

/// What can be had of a row; none while another has the token out.
pub fn claim(row: &Row, now: Timestamp, has_password: bool) -> Option<Claim> {
    let is_over = row.out_until.is_none_or(|until| until <= now.micros());
    match (&row.ticket, &row.refresh) {
        (Some(_), _) if !is_over => None,
        (Some(_), refresh) => {
            // Nothing was shown by a sign-in that was cut off.
            let lost = refresh.is_some() || row.lost.is_some();
            Some(Claim::Nothing { lost, may_sign_in: has_password })
        }
        (None, Some(refresh)) => Some(Claim::Token(refresh.clone())),
        (None, None) => {
            Some(Claim::Nothing { lost: row.lost.is_some(), may_sign_in: has_password && is_over })
        }
    }
}

/// Seals a token for its column.
pub fn seal(keys: &Keys, column: &sealed::Column, token: &SecretString) -> Result<String, seal::Error> {
    keys.seal(&column.place(&[NAME]), token.expose_secret())
}

/// Opens what was sealed for a column.
pub fn open(keys: &Keys, column: &sealed::Column, sealed: &str) -> Result<SecretString, seal::Error> {
    keys.open(&column.place(&[NAME]), sealed)
}

/// The row, if there was ever a token.
pub async fn read(db: &Db) -> Result<Option<Row>, Error> {
    Ok(tables::Entity::find_by_id(NAME).one(db.read()).await?)
}

/// The row, locked for this transaction; made when it isn't there.
pub async fn lock(tx: &Tx, now: Timestamp) -> Result<Row, Error> {
    let first = Row {
        name: NAME.to_owned(),
        refresh: None,
        access: None,
        access_until: None,
        ticket: None,
        out_until: None,
        lost: None,
        updated_at: now.micros(),
    };
    let is_there = OnConflict::column(tables::Column::Name).do_nothing_on([tables::Column::Name]).to_owned();
    tables::Entity::insert(first.clone().into_active_model())
        .on_conflict(is_there)
        .exec_without_returning(&**tx)
        .await?;
    Ok(tables::Entity::find_by_id(NAME).lock_exclusive().one(&**tx).await?.unwrap_or(first))
}

/// Writes the locked row.
pub async fn write(tx: &Tx, row: Row, now: Timestamp) -> Result<(), Error> {
    Row { updated_at: now.micros(), ..row }.into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}
