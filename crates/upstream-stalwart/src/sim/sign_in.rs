//! Who calls: an API key for its account, or a person with a password or an app password (sections 3 and 7).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::addresses::{self, Recipient};
use super::credentials::CredentialKind;
use super::permissions::Permissions;
use super::world::World;

/// The account that the key of the setup belongs to.
pub const SERVICE: u64 = 2;

/// Who calls.
pub struct Caller {
    pub account: u64,
    pub permissions: Permissions,
}

/// What an `Authorization` header opens.
pub enum Attempt {
    Open(Caller),
    /// The right password, but no permission to sign in, or not from here.
    Shut,
    Wrong,
}

/// Tries the value of an `Authorization` header.
pub fn attempt(world: &World, authorization: &str) -> Attempt {
    if let Some(key) = authorization.strip_prefix("Bearer ") {
        return by_key(world, key);
    }
    let pair = authorization.strip_prefix("Basic ").and_then(|text| STANDARD.decode(text).ok());
    let pair = pair.and_then(|bytes| String::from_utf8(bytes).ok());
    match pair.as_deref().and_then(|pair| pair.split_once(':')) {
        Some((address, password)) => by_password(world, address, password),
        None => Attempt::Wrong,
    }
}

/// The key of the setup may do everything; any other what it may of what its account may.
fn by_key(world: &World, secret: &str) -> Attempt {
    if world.settings.accepts(secret) {
        return Attempt::Open(Caller { account: SERVICE, permissions: Permissions::all() });
    }
    let now = world.settings.clock.now();
    let found = world.accounts.iter().find_map(|(id, account)| {
        let mut keys = account.credentials.iter().filter(|one| one.kind == CredentialKind::ApiKey);
        let key = keys.find(|key| !key.is_expired(now) && key.is(secret))?;
        Some((*id, account, key))
    });
    let Some((id, account, key)) = found else {
        return Attempt::Wrong;
    };
    let permissions = key.scope.of(world.granted(account));
    if !key.allows_caller() {
        return Attempt::Shut;
    }
    open(Caller { account: id, permissions })
}

fn open(caller: Caller) -> Attempt {
    if caller.permissions.include("authenticate") { Attempt::Open(caller) } else { Attempt::Shut }
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
    let fits = account.credentials.iter().find(|credential| match credential.kind {
        CredentialKind::Password => credential.is(password),
        CredentialKind::App => !credential.is_expired(now) && credential.is(password),
        // A key is no password (transcript 02).
        CredentialKind::ApiKey => false,
    });
    let Some(credential) = fits else {
        return Attempt::Wrong;
    };
    let mut permissions = credential.scope.of(world.granted(account));
    if credential.is_expired(now) {
        // Nearly all are gone until the password is changed.
        permissions = permissions.and(Permissions::of(["authenticate", "sysAccountPasswordUpdate"]));
    }
    open(Caller { account: id, permissions })
}

fn account_of(world: &World, address: &str) -> Option<u64> {
    let (name, domain) = address.rsplit_once('@')?;
    let domain = world.domains.iter().find(|(_, known)| known.name == domain).map(|(id, _)| *id)?;
    match addresses::reached(world, name, domain)? {
        Recipient::Account(id) => Some(id),
        Recipient::List(_) => None,
    }
}
