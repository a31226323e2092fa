//! What is missing or different, read by an administrator and changed by nobody.

use std::collections::BTreeSet;

use outbound::CallError;

use super::current::{self, Heard};
use super::{ACCOUNT_MARK, ACCOUNT_NAME, Code, Finding, KEY_MARK, Standing, Wanted};
use crate::model::needed;
use crate::{ApiKey, DefaultDomain, NewApiKey, Permissions, Roles, ServiceAccount, Stalwart};

/// What is missing or different, and what would put it right.
#[derive(Debug, Clone)]
pub struct Plan {
    /// In the order in which it would be put right.
    pub findings: Vec<Finding>,
    pub(super) work: Option<Work>,
}

/// What there is to do where nothing stands in the way.
#[derive(Debug, Clone)]
pub(super) struct Work {
    pub domain: DefaultDomain,
    /// The account that there is.
    pub account: Option<String>,
    /// What the account gets besides the role of mailboxes.
    pub more: BTreeSet<String>,
    pub changes_account: bool,
    /// The key to be made.
    pub key: Option<NewApiKey>,
    /// The key that Dezky has, where it belongs to the account.
    pub current: Option<String>,
    /// Whether the other keys that were made here are known to be superseded.
    pub retires: bool,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_whole(&self) -> bool {
        self.findings.iter().all(|finding| finding.code.standing() == Standing::Noted)
    }

    /// What stands in the way of doing anything.
    pub fn blocked_by(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.code.standing() == Standing::Blocked)
    }

    fn blocked(finding: Finding) -> Self {
        Self { findings: vec![finding], work: None }
    }
}

/// Compares the server with what Dezky needs. Refused as unauthorized when the administrator's password is wrong.
pub async fn plan(admin: &Stalwart, wanted: &Wanted) -> Result<Plan, CallError> {
    let owner = admin.probe().await?;
    let lacking = owner.missing_rights();
    if !lacking.is_empty() {
        return Ok(Plan::blocked(Finding::new(Code::AdministratorRights, lacking)));
    }
    let of_mailboxes = admin.mailbox_permissions().await?;
    let needed = needed(&of_mailboxes);
    let lacking = owner.missing_of(&needed);
    if !lacking.is_empty() {
        return Ok(Plan::blocked(Finding::new(Code::AdministratorRights, lacking)));
    }
    let Some(domain) = admin.default_domain().await? else {
        return Ok(Plan::blocked(Finding::of(Code::NoDefaultDomain)));
    };
    let more = &needed - &of_mailboxes;
    let Some(account) = admin.service_account(ACCOUNT_NAME, &domain.id).await? else {
        let address = format!("{ACCOUNT_NAME}@{}", domain.name);
        return of_nothing(
            admin,
            wanted,
            domain,
            Finding::new(Code::AccountMissing, [address]),
            more,
            needed,
        )
        .await;
    };
    if account.description.as_deref() != Some(ACCOUNT_MARK) {
        return Ok(Plan::blocked(Finding::new(Code::AccountForeign, [account.address])));
    }
    let mut findings = of_account(admin, &account, &needed).await?;
    let changes_account = findings.iter().any(|finding| finding.code.standing() == Standing::Change);
    let is_frozen = findings
        .iter()
        .any(|finding| finding.code == Code::AccountRightsMissing && has(finding, "authenticate"));
    let keys = admin.api_keys(&account.id).await?;
    let seen =
        of_key(admin, wanted, &Place { account: &account, is_frozen, keys: &keys, needed: &needed }).await?;
    findings.extend(seen.findings);
    let retires = seen.is_known || wanted.replaces;
    findings.extend(would_gain(&findings, &keys, retires));
    let makes_key = findings.iter().any(|finding| finding.code.wants_a_key());
    let stays = |key: &&ApiKey| !makes_key && seen.current == Some(key.id.as_str());
    let superseded: Vec<String> =
        current::ours(&keys).filter(|key| !stays(key)).map(|key| key.created_at.to_string()).collect();
    if !superseded.is_empty() {
        let code = if retires { Code::KeysSuperseded } else { Code::KeysKept };
        findings.push(Finding::new(code, superseded));
    }
    let present = keys.iter().find(|key| Some(key.id.as_str()) == seen.current);
    let allowed_ips = wanted.allowed_ips.clone().or_else(|| present.map(|key| key.allowed_ips.clone()));
    let key = makes_key.then(|| new_key(needed.clone(), allowed_ips.unwrap_or_default()));
    let current = seen.current.map(str::to_owned);
    let work =
        Work { domain, account: Some(account.id.clone()), more, changes_account, key, current, retires };
    Ok(Plan { findings, work: Some(work) })
}

/// Where there is no account, only the key that Dezky has can be anything, and then it is of another account.
async fn of_nothing(
    admin: &Stalwart,
    wanted: &Wanted,
    domain: DefaultDomain,
    missing: Finding,
    more: BTreeSet<String>,
    needed: BTreeSet<String>,
) -> Result<Plan, CallError> {
    let key = match &wanted.key {
        None => Finding::of(Code::KeyMissing),
        Some(secret) => match current::listen(&admin.with_key(secret.clone())).await? {
            Heard::Works(holder) => Finding::new(Code::KeyForeign, [holder.address]),
            Heard::Refused | Heard::Shut => Finding::of(Code::KeyRefused),
        },
    };
    let key_to_make = new_key(needed, wanted.allowed_ips.clone().unwrap_or_default());
    let work = Work {
        domain,
        account: None,
        more,
        changes_account: false,
        key: Some(key_to_make),
        current: None,
        retires: true,
    };
    Ok(Plan { findings: vec![missing, key], work: Some(work) })
}

/// The keys through which somebody else would get the rights that the account lacks: whoever may name a mailbox can name one
/// as Dezky's.
fn would_gain(findings: &[Finding], keys: &[ApiKey], retires: bool) -> Option<Finding> {
    let gives = |finding: &Finding| matches!(finding.code, Code::AccountRoles | Code::AccountRightsMissing);
    if !findings.iter().any(gives) {
        return None;
    }
    let others = keys.iter().filter(|key| !retires || key.description != KEY_MARK);
    let described: Vec<&str> = others.map(|key| key.description.as_str()).collect();
    (!described.is_empty()).then(|| Finding::new(Code::AccountKeys, described))
}

fn new_key(permissions: BTreeSet<String>, allowed_ips: BTreeSet<String>) -> NewApiKey {
    NewApiKey { description: KEY_MARK.to_owned(), permissions, allowed_ips }
}

fn has(finding: &Finding, name: &str) -> bool {
    finding.names.iter().any(|named| named == name)
}

/// The least that works is the role of mailboxes, and the rights of the table besides: what an administrator may do
/// beyond that no key of this account can ever do.
async fn of_account(
    admin: &Stalwart,
    account: &ServiceAccount,
    needed: &BTreeSet<String>,
) -> Result<Vec<Finding>, CallError> {
    let mut findings = Vec::new();
    if account.roles != Roles::User {
        findings.push(Finding::new(Code::AccountRoles, [account.address.clone()]));
    }
    let given = admin.permissions_of_roles(&account.roles).await?;
    let held = effective(given, &account.permissions);
    for (code, names) in
        [(Code::AccountRightsMissing, needed - &held), (Code::AccountRightsSurplus, &held - needed)]
    {
        if !names.is_empty() {
            findings.push(Finding::new(code, names));
        }
    }
    if account.has_password {
        findings.push(Finding::new(Code::AccountPassword, [account.address.clone()]));
    }
    Ok(findings)
}

/// What an account may do by its roles and what differs from these; nothing where that can't be told.
fn effective(given: BTreeSet<String>, permissions: &Permissions) -> BTreeSet<String> {
    match permissions {
        Permissions::Inherit => given,
        Permissions::Merge { enabled, disabled } => &(&given | enabled) - disabled,
        Permissions::Replace { enabled, disabled } => enabled - disabled,
        Permissions::Unknown => BTreeSet::new(),
    }
}

/// Where Dezky's key is looked for.
struct Place<'a> {
    account: &'a ServiceAccount,
    is_frozen: bool,
    keys: &'a [ApiKey],
    needed: &'a BTreeSet<String>,
}

/// What there is to say about Dezky's key, and which it is.
struct Seen<'a> {
    findings: Vec<Finding>,
    current: Option<&'a str>,
    /// Whether the key in sight is one of the account's, or was. Else another Dezky may have one of those that there are.
    is_known: bool,
}

impl<'a> Seen<'a> {
    fn only(finding: Finding) -> Self {
        Self { findings: vec![finding], current: None, is_known: false }
    }

    fn of(key: &'a ApiKey, wanted: &Wanted, needed: &BTreeSet<String>) -> Self {
        let mut findings = Vec::new();
        // The account will have all that is needed.
        let lacking = match key.permissions.within(needed) {
            Some(held) => needed - &held,
            None => needed.clone(),
        };
        if !lacking.is_empty() {
            findings.push(Finding::new(Code::KeyRightsMissing, lacking));
        }
        findings.extend(current::expiry(key, wanted.now));
        if wanted.allowed_ips.as_ref().is_some_and(|wanted| *wanted != key.allowed_ips) {
            findings.push(Finding::new(Code::KeyAddresses, key.allowed_ips.clone()));
        }
        Self { findings, current: Some(key.id.as_str()), is_known: true }
    }
}

async fn of_key<'a>(admin: &Stalwart, wanted: &Wanted, place: &Place<'a>) -> Result<Seen<'a>, CallError> {
    let Some(secret) = &wanted.key else {
        return Ok(Seen::only(Finding::of(Code::KeyMissing)));
    };
    let found = current::find(place.keys, &place.account.id, secret);
    Ok(match (current::listen(&admin.with_key(secret.clone())).await?, found) {
        (Heard::Works(holder), _) if holder.account_id != place.account.id => {
            Seen::only(Finding::new(Code::KeyForeign, [holder.address]))
        }
        (Heard::Works(_), None) => {
            Seen { findings: vec![Finding::of(Code::KeyUntold)], current: None, is_known: true }
        }
        (Heard::Works(_), Some(key)) => Seen::of(key, wanted, place.needed),
        (Heard::Shut, Some(key)) => shut(key, wanted, place),
        (Heard::Refused, Some(key)) if key.expires_at.is_some_and(|at| at <= wanted.now) => {
            let findings = current::expiry(key, wanted.now).into_iter().collect();
            Seen { findings, current: None, is_known: true }
        }
        (Heard::Refused | Heard::Shut, _) => Seen::only(Finding::of(Code::KeyRefused)),
    })
}

/// The account is frozen, and then the key works again once it isn't; or the key is not for this address, and then a new
/// one would be of no more use here.
fn shut<'a>(key: &'a ApiKey, wanted: &Wanted, place: &Place<'_>) -> Seen<'a> {
    let mut seen = Seen::of(key, wanted, place.needed);
    let changes = seen.findings.iter().any(|finding| finding.code.wants_a_key());
    if !place.is_frozen && !changes {
        seen.findings.push(Finding::new(Code::KeyBlocked, key.allowed_ips.clone()));
    }
    seen
}
