//! Keys of the simulated server: what they may do, and how they end.

use std::collections::BTreeSet;

use kernel::Timestamp;
use outbound::{Cause, Effect};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use simulator::State as _;
use tokio::net::TcpListener;

use super::{KEY, Rig, client_of, new};
use crate::sim::{self, Setup, World};
use crate::{KeyPermissions, NewApiKey, NewKey, Stalwart};

const SERVICE: &str = "c";

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn key_for(permissions: &[&str]) -> NewApiKey {
    NewApiKey {
        description: "of a test".to_owned(),
        permissions: names(permissions),
        allowed_ips: BTreeSet::new(),
    }
}

impl Rig {
    async fn key(&self, new: &NewApiKey) -> (String, SecretString) {
        match self.stalwart.create_api_key(SERVICE, new).await.unwrap() {
            NewKey::Made { id, secret } => (id, secret),
            NewKey::TooMany => panic!("there are too many"),
        }
    }

    fn cause(error: &outbound::CallError) -> &Cause {
        assert_eq!(error.effect, Effect::None);
        &error.cause
    }
}

#[tokio::test]
async fn a_key_may_do_what_it_says_and_its_account_may() {
    let rig = Rig::start().await;
    let (id, secret) = rig.key(&key_for(&["authenticate", "sysDomainGet", "sysDomainQuery"])).await;
    assert!(secret.expose_secret().starts_with("API_"));
    let key = rig.stalwart.with_key(secret);
    assert_eq!(key.probe().await.unwrap().permissions.len(), 3);
    assert_eq!(key.list_domains().await.unwrap().len(), 1);
    assert!(matches!(
        Rig::cause(&key.create_domain(&new("acme.test")).await.unwrap_err()),
        Cause::Refused(403, _)
    ));

    // The role of its account is taken from it.
    let frozen = json!({"permissions": {"@type": "Merge", "disabledPermissions": {"sysDomainQuery": true}}});
    rig.put("accounts", SERVICE, &frozen);
    assert!(matches!(Rig::cause(&key.list_domains().await.unwrap_err()), Cause::Refused(403, _)));
    rig.put("accounts", SERVICE, &json!({"frozen": true}));
    assert!(matches!(Rig::cause(&key.probe().await.unwrap_err()), Cause::Unauthorized(Some(_))));
    rig.put("accounts", SERVICE, &json!({"frozen": false}));

    let listed = rig.stalwart.api_keys(SERVICE).await.unwrap();
    assert_eq!((listed.len(), &listed[0].id), (1, &id));
    let held = names(&["authenticate", "sysDomainGet", "sysDomainQuery"]);
    assert_eq!(listed[0].permissions, KeyPermissions::Replace(held));
    rig.stalwart.destroy_api_key(SERVICE, &id).await.unwrap();
    rig.stalwart.destroy_api_key(SERVICE, &id).await.unwrap();
    assert_eq!(Rig::cause(&key.probe().await.unwrap_err()), &Cause::Unauthorized(None));
}

#[tokio::test]
async fn part_of_the_rights_to_change_is_part_of_the_changes() {
    let rig = Rig::start().await;
    let id = rig.create("acme.test").await;
    let (_, secret) = rig.key(&key_for(&["authenticate", "sysDomainCreate", "sysDomainGet"])).await;
    let key = rig.stalwart.with_key(secret);
    key.create_domain(&new("nordlys.test")).await.unwrap();
    let error = key.destroy_domain(&id).await.unwrap_err();
    let why = "You are not authorized to destroy objects of this type".to_owned();
    assert_eq!(Rig::cause(&error), &Cause::Refused(403, Some(why)));
}

#[tokio::test]
async fn a_key_ends_and_is_for_some_addresses() {
    let rig = Rig::start().await;
    let (id, secret) = rig.key(&key_for(&["authenticate"])).await;
    let (key, path) = (rig.stalwart.with_key(secret), format!("{SERVICE}/{id}"));
    for (allowed, works) in [("203.0.113.0/24", false), ("127.0.0.0/8", true), ("127.0.0.1", true)] {
        rig.put("apiKeys", &path, &json!({"allowedIps": {allowed: true}}));
        assert_eq!(key.probe().await.is_ok(), works, "{allowed}");
        assert_eq!(rig.stalwart.api_keys(SERVICE).await.unwrap()[0].allowed_ips, names(&[allowed]));
    }
    rig.put("apiKeys", &path, &json!({"allowedIps": {}, "expiresAt": "2026-11-20T22:13:41Z"}));
    key.probe().await.unwrap();
    assert_eq!(
        rig.stalwart.api_keys(SERVICE).await.unwrap()[0].expires_at,
        Timestamp::parse("2026-11-20T22:13:41Z")
    );
    rig.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(Rig::cause(&key.probe().await.unwrap_err()), &Cause::Unauthorized(None));
}

#[tokio::test]
async fn an_account_has_five_keys_and_the_number_of_one_that_is_gone_is_given_again() {
    let rig = Rig::start().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(rig.key(&key_for(&["authenticate"])).await.0);
    }
    let sixth = rig.stalwart.create_api_key(SERVICE, &key_for(&["authenticate"])).await.unwrap();
    assert!(matches!(sixth, NewKey::TooMany));
    let last = ids.pop().unwrap();
    rig.stalwart.destroy_api_key(SERVICE, &last).await.unwrap();
    assert_eq!(rig.key(&key_for(&["authenticate"])).await.0, last);
}

#[tokio::test]
async fn only_who_may_impersonate_makes_keys_for_others_and_only_of_what_they_hold() {
    let rig = Rig::start().await;
    let rights = ["authenticate", "sysApiKeyCreate", "sysApiKeyQuery", "sysApiKeyGet"];
    let (_, secret) = rig.key(&key_for(&rights)).await;
    let key = rig.stalwart.with_key(secret);
    let error = key.create_api_key("b", &key_for(&["authenticate"])).await.unwrap_err();
    assert!(
        matches!(Rig::cause(&error), Cause::Refused(403, Some(why)) if why.ends_with("owner of account b"))
    );
    let error = key.create_api_key(SERVICE, &key_for(&["authenticate", "sysDomainGet"])).await.unwrap_err();
    let why = "You are not authorized to grant permissions: sysDomainGet".to_owned();
    assert_eq!(Rig::cause(&error), &Cause::Refused(403, Some(why)));
    assert!(matches!(
        key.create_api_key(SERVICE, &key_for(&["authenticate"])).await,
        Ok(NewKey::Made { .. })
    ));
}

#[tokio::test]
async fn without_unlimited_requests_a_minute_has_room_for_so_many() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let setup = Setup { requests_a_minute: 3, ..Setup::new(KEY.into()) };
    let sim = sim::serve(listener, None, setup).await.unwrap();
    let full = Stalwart::new(client_of(&sim.origin), KEY.into());
    let both = [&["authenticate", "sysDomainGet", "sysDomainQuery"][..], &["unlimitedRequests"]].concat();
    for (permissions, enough) in [(&both[..3], false), (&both[..], true)] {
        let NewKey::Made { secret, .. } = full.create_api_key(SERVICE, &key_for(permissions)).await.unwrap()
        else {
            panic!("there are too many");
        };
        let key = full.with_key(secret);
        let mut last = Ok(());
        // A minute can end between two of them, but not twice.
        for _ in 0..8 {
            last = last.and(key.list_domains().await.map(drop));
        }
        match last {
            Ok(()) => assert!(enough),
            Err(error) => assert!(!enough && error.cause == Cause::RateLimited, "{error}"),
        }
    }
}

#[tokio::test]
async fn keys_and_roles_are_shown_and_changed() {
    let rig = Rig::start().await;
    let (id, _) = rig.key(&key_for(&["authenticate", "emailSend"])).await;
    let shown = rig.sim.store.read(World::inventory);
    let key = &shown["apiKeys"][0];
    assert_eq!(
        (&key["accountId"], &key["permissions"]),
        (&json!("c"), &json!(["emailSend", "authenticate"]))
    );
    let path = format!("{SERVICE}/{id}");
    rig.put("apiKeys", &path, &json!({"permissions": ["authenticate"]}));
    let shown = rig.sim.store.read(World::inventory);
    assert_eq!(shown["apiKeys"][0]["permissions"], json!(["authenticate"]));

    let user = |shown: &Value| shown["roles"][0]["permissions"].as_array().unwrap().len();
    assert_eq!((&shown["roles"][0]["description"], user(&shown)), (&json!("User"), 244));
    rig.put("roles", "b", &json!({"permissions": ["authenticate", "emailReceive"]}));
    assert_eq!(rig.stalwart.mailbox_permissions().await.unwrap(), names(&["authenticate", "emailReceive"]));
    assert!(rig.sim.store.write(|world| world.remove("apiKeys", &path)));
    assert_eq!(rig.stalwart.api_keys(SERVICE).await.unwrap(), []);
}
