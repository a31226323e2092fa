//! What is wrong with Dezky's key, as far as the key itself can tell: for who has no administrator's password.

use kernel::Timestamp;
use outbound::{CallError, Cause};

use super::{Code, Finding, current};
use crate::Stalwart;
use crate::model::needed;

/// Reads what the key may do, what it must hold to add mailboxes, when it ends, and where it works from. What can't be read is a finding too.
/// Refused as unauthorized when the key is not taken.
pub async fn examine(stalwart: &Stalwart, now: Timestamp) -> Result<Vec<Finding>, CallError> {
    let owner = stalwart.probe().await?;
    let mut findings = Vec::new();
    let missing = if let Some(of_mailboxes) = readable(stalwart.mailbox_permissions().await)? {
        owner.missing_of(&needed(&of_mailboxes))
    } else {
        findings.push(Finding::of(Code::RolesUnread));
        owner.missing_rights().into_iter().map(str::to_owned).collect()
    };
    if !missing.is_empty() {
        findings.insert(0, Finding::new(Code::KeyRightsMissing, missing));
    }
    let holder = stalwart.key_holder().await?;
    let keys = readable(stalwart.api_keys(&holder.account_id).await)?;
    match keys.as_ref().and_then(|keys| current::find(keys, &holder.account_id, stalwart.key()?)) {
        Some(key) => {
            findings.extend(current::expiry(key, now));
            if !key.allowed_ips.is_empty() {
                findings.push(Finding::new(Code::KeyRestricted, key.allowed_ips.clone()));
            }
        }
        None => findings.push(Finding::of(Code::KeyUnread)),
    }
    Ok(findings)
}

/// What was read; none when the key may not read it.
fn readable<T>(read: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(CallError { cause: Cause::Refused(403, _), .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
