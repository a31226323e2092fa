//! What the sandbox knows of its people.

use db::{Error, Tx};
use kernel::{Timestamp, UserId};
use memberships::{Key, keys};

/// Notes that the account that the sandbox made for somebody has a password.
pub async fn made_with_password(tx: &Tx, user: UserId, account: &str, at: Timestamp) -> Result<(), Error> {
    keys::note_sign_in_key(tx, user, &Key { holder: account.to_lowercase(), at }).await
}
