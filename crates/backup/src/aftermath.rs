//! What is changed in a restored copy before anybody uses it, because the world went on without it: what it would let
//! happen once more, or wait for in vain. Plain SQL that both databases read alike, over the tables of all slices; it is
//! told of here, as a migration is, since no slice is at work yet.

use std::collections::BTreeMap;

use db::{Error, Tx};
use kernel::Timestamp;
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};

/// Stands for the moment of the restore.
const NOW: &str = ":now";
/// Stands for never, as in a time that something is due.
const NEVER: &str = ":never";

const STATEMENTS: &[&str] = &[
    // Who was signed out since stays out: everybody signs in again, and tokens of before are refused [A2].
    "DELETE FROM sessions",
    "DELETE FROM kept_forms",
    "UPDATE users SET valid_from = :now",
    // Whoever worked on something is gone.
    "UPDATE resources SET lease_until = NULL, lease_holder = NULL WHERE lease_until IS NOT NULL",
    "DELETE FROM turns",
    // What had yet to be created may have been created since. Names are looked for anyway; spaces have no names of their
    // own, and are searched for by their mark only in doubt. What has no mark is never in doubt by this: it would be
    // taken over.
    "UPDATE resources SET intent_at = :now
        WHERE kind = 'ocis.drive' AND upstream_id IS NULL AND intent_at IS NULL AND spec IS NOT NULL",
    // What was to be removed may be wanted again, by an order that is lost: a person confirms each removal anew. Where it
    // belongs is written down when it is due.
    "UPDATE resources SET ordered_at = NULL, stopped_at = :now, stopped_in = NULL
        WHERE ordered_at IS NOT NULL OR spec IS NULL",
    // What isn't done begins with the release. An object that is gone since isn't made again by that: whoever removed it is
    // not known any more, so a person applies the plan. Once it was seen this is over.
    "UPDATE resources SET stopped_at = :now, stopped_in = 'restore'
        WHERE spec IS NOT NULL AND upstream_id IS NOT NULL AND stopped_at IS NULL AND status IN ('pending', 'error')",
    // What the people of an ended workspace have for themselves goes when its grace period is over, and nobody orders that
    // apart: another workspace may have them since, by a membership that is lost.
    "UPDATE resources SET stopped_at = :now, stopped_in = NULL
        WHERE spec IS NOT NULL AND ordered_at IS NULL AND owner IN (
            SELECT members.user_id FROM members JOIN tenants ON tenants.id = members.tenant_id
            WHERE tenants.status = 'terminated')",
    // Most mails that waited were sent since. What they said is forgotten as if they had been: there may be a link in it.
    "UPDATE mails SET next_at = :never, text = '', html = NULL, sealed = FALSE,
        error = 'Not sent: it waited when the database was backed up.'
        WHERE sent_at IS NULL AND next_at < :never",
    // A link that was followed since would be good once more, and set the password of whoever followed it. An admin sends
    // the invitation again; by itself it isn't sent.
    "UPDATE invitations SET secret_hash = NULL, taken_until = NULL, sent_at = COALESCE(sent_at, :now),
        expires_at = CASE WHEN expires_at < :now THEN expires_at ELSE :now END
        WHERE accepted_at IS NULL AND revoked_at IS NULL",
    "UPDATE partner_invitations SET secret_hash = NULL, taken_until = NULL,
        expires_at = CASE WHEN expires_at < :now THEN expires_at ELSE :now END
        WHERE accepted_at IS NULL AND revoked_at IS NULL",
    // Whoever is made since would be invited once more.
    "UPDATE imports SET finished_at = :now, cancelled_at = :now, waits_for = NULL, waits_until = NULL
        WHERE finished_at IS NULL",
    // Who has replaced a generated password since must not lose their own to the clock. The end of one that was under way
    // is forgotten with this, for it names the former time.
    "UPDATE users SET otp_set_at = :now WHERE otp_set_at IS NOT NULL AND otp_ended_at IS NULL",
    // From the second attempt on, only passwords end that are older than the order.
    "UPDATE app_password_ends SET attempts = 1 WHERE attempts = 0",
    // A refresh token is good once, and was used minutes after the backup; to show it again may end its successors.
    "UPDATE ocis_tokens SET refresh = NULL, access = NULL, access_until = NULL, ticket = NULL, out_until = NULL,
        lost = 'cut_off' WHERE refresh IS NOT NULL OR ticket IS NOT NULL",
    OFFBOARDINGS,
];

/// Ways in that stand open again are shut for as long as if that had just begun.
const OFFBOARDINGS: &str = "UPDATE offboardings SET began_at = :now WHERE finished_at IS NULL";

/// The names of the workspaces that have these logs, by id; of one that was purged there is none.
pub(crate) async fn workspaces(tx: &Tx, chains: &[String]) -> Result<BTreeMap<String, String>, Error> {
    let query = Query::select()
        .columns(["id", "name"])
        .from("tenants")
        .and_where(Expr::col("id").is_in(chains.iter().cloned()))
        .to_owned();
    let rows = tx.query_all(&query).await?;
    rows.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get("", "name")?))).collect()
}

/// Changes the copy.
pub(crate) async fn apply(tx: &Tx, now: Timestamp) -> Result<(), Error> {
    run(tx, STATEMENTS, now).await
}

/// Changes what must not have grown old while the copy was held.
pub(crate) async fn apply_at_release(tx: &Tx, now: Timestamp) -> Result<(), Error> {
    run(tx, &[OFFBOARDINGS], now).await
}

async fn run(tx: &Tx, statements: &[&str], now: Timestamp) -> Result<(), Error> {
    for statement in statements {
        let statement =
            statement.replace(NOW, &now.micros().to_string()).replace(NEVER, &i64::MAX.to_string());
        tx.execute_unprepared(&statement).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_statements_are_read_by_the_database_and_may_be_repeated() {
        let test = migrations::test_database().await;
        for _ in 0..2 {
            let tx = test.db.begin().await.unwrap();
            apply(&tx, Timestamp::from_seconds(1_800_000_000)).await.unwrap();
            apply_at_release(&tx, Timestamp::from_seconds(1_800_000_001)).await.unwrap();
            tx.commit_silently("a test").await.unwrap();
        }
    }
}
