//! Who calls: the owner of an API key, or a person with a password or an app password (sections 3 and 7).

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::addresses::{self, Recipient};
use super::credentials::CredentialKind;
use super::world::World;

/// The account that the API keys belong to.
pub const SERVICE: u64 = 2;
/// What a plain user may do to accounts, and the permissions that a freeze takes.
const OF_USERS: [&str; 11] = [
    "authenticate",
    "authenticateWithAlias",
    "emailReceive",
    "emailSend",
    "sysAccountPasswordGet",
    "sysAccountPasswordUpdate",
    "sysAppPasswordCreate",
    "sysAppPasswordDestroy",
    "sysAppPasswordGet",
    "sysAppPasswordQuery",
    "sysAppPasswordUpdate",
];

/// What a caller may do.
#[derive(Clone)]
pub enum Permissions {
    All,
    Only(BTreeSet<String>),
}

impl Permissions {
    pub fn include(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.contains(name),
        }
    }
}

/// Who calls.
pub struct Caller {
    pub account: u64,
    pub permissions: Permissions,
}

/// What an `Authorization` header opens.
pub enum Attempt {
    Open(Caller),
    /// The right password, but no permission to sign in.
    Shut,
    Wrong,
}

/// Tries the value of an `Authorization` header.
pub fn attempt(world: &World, authorization: &str) -> Attempt {
    if let Some(key) = authorization.strip_prefix("Bearer ") {
        let permissions = world.permissions_of(key);
        return permissions
            .map_or(Attempt::Wrong, |permissions| Attempt::Open(Caller { account: SERVICE, permissions }));
    }
    let pair = authorization.strip_prefix("Basic ").and_then(|text| STANDARD.decode(text).ok());
    let pair = pair.and_then(|bytes| String::from_utf8(bytes).ok());
    match pair.as_deref().and_then(|pair| pair.split_once(':')) {
        Some((address, password)) => by_password(world, address, password),
        None => Attempt::Wrong,
    }
}

/// By the main address or an enabled alias; the local part alone is not enough (transcript 09).
fn by_password(world: &World, address: &str, password: &str) -> Attempt {
    let address = address.to_lowercase();
    let Some(id) = account_of(world, &address) else {
        return Attempt::Wrong;
    };
    let (Some(account), now) = (world.accounts.get(&id), world.settings.clock.now()) else {
        return Attempt::Wrong;
    };
    let fits = account.credentials.iter().find(|credential| {
        credential.is(password) && !(credential.kind == CredentialKind::App && credential.is_expired(now))
    });
    let Some(credential) = fits else {
        return Attempt::Wrong;
    };
    if !account.may("authenticate") {
        return Attempt::Shut;
    }
    let permissions = if credential.is_expired(now) {
        // Nearly all are gone until the password is changed.
        Permissions::Only(BTreeSet::from(["sysAccountPasswordUpdate".to_owned()]))
    } else if account.is_admin() {
        Permissions::All
    } else {
        Permissions::Only(OF_USERS.iter().map(|name| (*name).to_owned()).collect())
    };
    Attempt::Open(Caller { account: id, permissions })
}

fn account_of(world: &World, address: &str) -> Option<u64> {
    let (name, domain) = address.rsplit_once('@')?;
    let domain = world.domains.iter().find(|(_, known)| known.name == domain).map(|(id, _)| *id)?;
    match addresses::reached(world, name, domain)? {
        Recipient::Account(id) => Some(id),
        Recipient::List(_) => None,
    }
}
