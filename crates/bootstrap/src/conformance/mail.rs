//! What may be wrong with Dezky's key at Stalwart, done by an administrator. A key can't be changed into a worse one and
//! back, so another takes its place in the settings; the command that mends it removes both.

use std::collections::BTreeSet;

use secrecy::SecretString;
use upstream_stalwart::setup::{ACCOUNT_NAME, KEY_MARK};
use upstream_stalwart::{ApiKey, KeyPermissions, NewApiKey, NewKey, Stalwart};

use super::{Part, Site, Told, Trouble, failed};
use crate::settings_file;

/// The step with a key that may do less.
pub const WEAKER: &str = "Stalwart: a key with one right less";

const KEY: &str = "STALWART_API_KEY";
const MEND: &str = "`dezky bootstrap stalwart`";
/// The right that the key lacks.
const RIGHT: &str = "sysDomainCreate";

/// Dezky's key has one right less than it needs.
pub async fn weaker(site: &mut Site) -> Told {
    let (admin, account, key) = only_key(site).await?;
    let KeyPermissions::Replace(mut permissions) = key.permissions else {
        return Err(failed("the key has no permissions of its own"));
    };
    permissions.remove(RIGHT);
    let new = NewApiKey { description: KEY_MARK.to_owned(), permissions, allowed_ips: BTreeSet::new() };
    let NewKey::Made { secret, .. } = admin.create_api_key(&account, &new).await? else {
        return Err(failed("the account can't have another key"));
    };
    settings_file::write(&site.file(), &[(KEY, secret)])?;
    named_and_mended(site, &format!("the key has the right {RIGHT}: it's missing")).await
}

/// Dezky's key was removed. The server sees one sign-in that fails.
pub async fn removed(site: &mut Site) -> Told {
    let (admin, account, key) = only_key(site).await?;
    admin.destroy_api_key(&account, &key.id).await?;
    named_and_mended(site, "doesn’t accept the key").await
}

async fn named_and_mended(site: &mut Site, part: &str) -> Told {
    let told = match site.doctor(&[]).await {
        Ok(ran) => ran.must_name(Part::Stalwart.lines(), &[part], MEND),
        Err(trouble) => Err(trouble),
    };
    // In any case: the next thing is to be the only one that is wrong.
    let mended = site.mend(Part::Stalwart).await;
    let named = told?;
    mended?;
    // Whatever was made for it is gone.
    only_key(site).await?;
    Ok(named)
}

/// An administrator, Dezky's account, and the one key that was made for it.
async fn only_key(site: &Site) -> Result<(Stalwart, String, ApiKey), Trouble> {
    let address = site.setting(Part::Stalwart.address()).unwrap_or_default();
    let user = site.setting("STALWART_ADMIN_USER").unwrap_or_default();
    let password: SecretString = site.secret("STALWART_ADMIN_PASSWORD")?;
    let admin = Stalwart::as_administrator(site.client("Stalwart", address, None)?, user, password);
    let domain = admin.default_domain().await?.ok_or_else(|| failed("Stalwart has no default domain"))?;
    let account = admin.service_account(ACCOUNT_NAME, &domain.id).await?;
    let account = account.ok_or_else(|| failed(format!("Stalwart has no account {ACCOUNT_NAME}")))?.id;
    let mut keys = admin.api_keys(&account).await?;
    keys.retain(|key| key.description == KEY_MARK);
    let count = keys.len();
    match (keys.pop(), count) {
        (Some(key), 1) => Ok((admin, account, key)),
        _ => Err(failed(format!("Dezky's account has {count} keys that were made for it, not one"))),
    }
}
