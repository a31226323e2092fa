//! Doing what a plan says, and removing what that supersedes.

use outbound::CallError;
use secrecy::SecretString;

use super::current::ours;
use super::plan::Work;
use super::{ACCOUNT_MARK, ACCOUNT_NAME, Code, Finding, Plan};
use crate::{Created, NewApiKey, NewKey, Stalwart, Updated};

/// What was done.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The key that was made: its secret is shown once and must be kept before [`retire`].
    pub key: Option<MadeKey>,
    account_id: String,
    /// The key that Dezky has from now on, where the others are known to be superseded.
    current: Option<String>,
}

/// A key that was made.
#[derive(Debug, Clone)]
pub struct MadeKey {
    /// Its id, within its account.
    pub id: String,
    /// `API_...`; nobody can read it again.
    pub secret: SecretString,
}

/// Why a plan was not done.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// A call failed. Planned and done again, all of it ends well: nothing is made twice.
    Call(CallError),
    /// A person has to change this first.
    Blocked(Finding),
}

impl From<CallError> for Trouble {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

/// Does what a plan says, but for the keys that it supersedes: these go when the new one is proven and kept.
pub async fn apply(admin: &Stalwart, plan: &Plan) -> Result<Applied, Trouble> {
    if let Some(finding) = plan.blocked_by() {
        return Err(Trouble::Blocked(finding.clone()));
    }
    let Some(work) = &plan.work else {
        return Err(Trouble::Call(admin.refusal("there is nothing to do by this plan")));
    };
    let account_id = match &work.account {
        Some(id) if work.changes_account => {
            update(admin, id, work).await?;
            id.clone()
        }
        Some(id) => id.clone(),
        None => create(admin, work).await?,
    };
    let key = match &work.key {
        Some(new) => Some(make_key(admin, &account_id, new, work).await?),
        None => None,
    };
    let current = key.as_ref().map(|key| key.id.clone()).or_else(|| work.current.clone());
    Ok(Applied { key, account_id, current: current.filter(|_| work.retires) })
}

async fn update(admin: &Stalwart, id: &str, work: &Work) -> Result<(), Trouble> {
    match admin.update_service_account(id, &work.more).await? {
        Updated::Done => Ok(()),
        Updated::Taken(of) => Err(Trouble::Blocked(Finding::new(Code::AddressTaken, [of.object, of.id]))),
    }
}

/// What has the address by now may be the account that a lost answer told of.
async fn create(admin: &Stalwart, work: &Work) -> Result<String, Trouble> {
    let domain = &work.domain.id;
    match admin.create_service_account(ACCOUNT_NAME, domain, ACCOUNT_MARK, &work.more).await? {
        Created::New(id) => Ok(id),
        Created::Exists { object, id } => {
            let present = admin.service_account(ACCOUNT_NAME, domain).await?;
            let ours = present.filter(|account| account.description.as_deref() == Some(ACCOUNT_MARK));
            let Some(account) = ours else {
                return Err(Trouble::Blocked(Finding::new(Code::AddressTaken, [object, id])));
            };
            update(admin, &account.id, work).await?;
            Ok(account.id)
        }
    }
}

/// Makes a key before any is removed. Where the account has as many as it may have, a superseded one gives way, the oldest
/// first, and never the one that Dezky works with.
async fn make_key(
    admin: &Stalwart,
    account_id: &str,
    new: &NewApiKey,
    work: &Work,
) -> Result<MadeKey, Trouble> {
    loop {
        if let NewKey::Made { id, secret } = admin.create_api_key(account_id, new).await? {
            return Ok(MadeKey { id, secret });
        }
        let keys = admin.api_keys(account_id).await?;
        let spare = ours(&keys).filter(|key| work.retires && work.current.as_ref() != Some(&key.id));
        let Some(oldest) = spare.min_by_key(|key| key.created_at) else {
            let described = keys.into_iter().map(|key| key.description);
            return Err(Trouble::Blocked(Finding::new(Code::KeysFull, described)));
        };
        admin.destroy_api_key(account_id, &oldest.id).await?;
    }
}

/// Removes the keys that were made here and are superseded: how many. Those of others stay, and so does everything where
/// it isn't known which key Dezky has.
pub async fn retire(admin: &Stalwart, applied: &Applied) -> Result<usize, CallError> {
    let Some(current) = &applied.current else {
        return Ok(0);
    };
    let keys = admin.api_keys(&applied.account_id).await?;
    let superseded: Vec<&str> = ours(&keys).map(|key| key.id.as_str()).filter(|id| id != current).collect();
    for id in &superseded {
        admin.destroy_api_key(&applied.account_id, id).await?;
    }
    Ok(superseded.len())
}
