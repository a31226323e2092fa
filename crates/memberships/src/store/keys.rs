//! What took which password last: the account for sign-in, and the mailbox of each membership. The password itself is kept
//! nowhere; it goes by the time at which it was set.

use db::{Error, Tx};
use kernel::{MemberId, Timestamp, UserId};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::model::Key;
use crate::tables::{members, passwords};

/// Notes that a mailbox took a password of its person.
pub async fn note_mailbox_key(tx: &Tx, user: UserId, id: MemberId, key: &Key) -> Result<(), Error> {
    members::Entity::update_many()
        .col_expr(members::Column::MailboxKeyed, key.holder.as_str().into())
        .col_expr(members::Column::MailboxKeyedAt, key.at.micros().into())
        .filter(members::Column::Id.eq(id.to_string()))
        .exec(&**tx)
        .await?;
    note(tx, user, key.at, None).await
}

/// Notes that an account took one.
pub async fn note_sign_in_key(tx: &Tx, user: UserId, key: &Key) -> Result<(), Error> {
    note(tx, user, key.at, Some(&key.holder)).await
}

/// The latest of all stays the last one, whoever is slow to note theirs.
async fn note(tx: &Tx, user: UserId, at: Timestamp, account: Option<&str>) -> Result<(), Error> {
    use passwords::Column as P;
    let row = passwords::ActiveModel {
        user_id: Set(user.to_string()),
        account: Set(account.map(str::to_owned)),
        account_at: Set(account.map(|_| at.micros())),
        last_at: Set(at.micros()),
    };
    let latest =
        "CASE WHEN excluded.last_at > passwords.last_at THEN excluded.last_at ELSE passwords.last_at END";
    let mut again = OnConflict::column(P::UserId);
    again.value(P::LastAt, Expr::cust(latest));
    if account.is_some() {
        again.update_columns([P::Account, P::AccountAt]);
    }
    passwords::Entity::insert(row).on_conflict(again).exec_without_returning(&**tx).await?;
    Ok(())
}
