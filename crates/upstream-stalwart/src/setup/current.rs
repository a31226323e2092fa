//! Which of an account's keys is the one that Dezky has: its secret is all that Dezky knows of it.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Timestamp;
use outbound::{CallError, Cause};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Code, Finding, KEY_MARK};
use crate::{ApiKey, KeyHolder, Stalwart, ids};

/// A key that ends within this is replaced.
const SOON: Duration = Duration::from_hours(30 * 24);
const PREFIX: &str = "API_";

/// What the server says to a key.
pub enum Heard {
    Works(KeyHolder),
    /// 401: it is wrong, it was destroyed or it has ended.
    Refused,
    /// 403: its account may not sign in, or not from here.
    Shut,
}

pub async fn listen(stalwart: &Stalwart) -> Result<Heard, CallError> {
    match stalwart.key_holder().await {
        Ok(holder) => Ok(Heard::Works(holder)),
        Err(CallError { cause: Cause::Unauthorized(None), .. }) => Ok(Heard::Refused),
        Err(CallError { cause: Cause::Unauthorized(Some(_)), .. }) => Ok(Heard::Shut),
        Err(error) => Err(error),
    }
}

/// The keys of the account that were made here.
pub fn ours(keys: &[ApiKey]) -> impl Iterator<Item = &ApiKey> {
    keys.iter().filter(|key| key.description == KEY_MARK)
}

/// The key of that account with that secret. The number of a key that is gone is given again, so this is true only of a secret
/// that the server takes or that has just ended.
pub fn find<'a>(keys: &'a [ApiKey], account_id: &str, secret: &SecretString) -> Option<&'a ApiKey> {
    match numbers(secret.expose_secret()) {
        Some((account, id)) if account == account_id => keys.iter().find(|key| key.id == id),
        Some(_) => None,
        None => {
            let mut ours = ours(keys);
            ours.next().filter(|_| ours.next().is_none())
        }
    }
}

/// The account and the key that a secret names: all recorded ones begin with both numbers (transcripts 02 and 16). None
/// when a later version makes them otherwise.
fn numbers(secret: &str) -> Option<(String, String)> {
    let bytes = URL_SAFE_NO_PAD.decode(secret.strip_prefix(PREFIX)?).ok()?;
    let number = |at: usize| -> Option<u32> {
        let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(four))
    };
    (bytes.len() == 28).then_some(())?;
    Some((ids::encode(number(0)?.into()), ids::encode(number(4)?.into())))
}

/// What there is to say about the end of a key.
pub fn expiry(key: &ApiKey, now: Timestamp) -> Option<Finding> {
    let at = key.expires_at?;
    let code = if at <= now.after(SOON) { Code::KeyExpires } else { Code::KeyExpiresLater };
    Some(Finding::new(code, [at.to_string()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recorded_key_names_its_account_and_itself() {
        for (secret, account, id) in [
            ("API_AAAAAgAAAAFmYWtlLWFwaS1rZXktMDAwMDAxIQ", "c", "b"),
            ("API_AAAAAgAAAANmYWtlLWFwaS1rZXktMDAwMDIyIQ", "c", "d"),
        ] {
            assert_eq!(numbers(secret), Some((account.to_owned(), id.to_owned())));
        }
        for other in ["API_", "API_AAAAAgAAAAE", "app_AAAAAgAAAAFmYWtlLWFwaS1rZXktMDAwMDAxIQ", ""] {
            assert_eq!(numbers(other), None, "{other}");
        }
    }
}
