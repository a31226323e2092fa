//! What the client makes of mailboxes, groups and lists.

use std::collections::BTreeSet;

use outbound::{Cause, Effect};
use secrecy::ExposeSecret as _;
use serde_json::json;
use simulator::{Fault, FaultKind, State as _};

use super::Rig;
use crate::{
    AccountChange, AccountKind, Alias, Created, Destroyed, LinkedObject, NewAccount, NewAppPassword, NewList,
    PasswordSet, Permissions, SignIn, Updated,
};

const PASSWORD: &str = "correct horse battery";

impl Rig {
    /// A domain with the mailbox `anna` on it: the ids of both.
    pub async fn with_anna(&self) -> (String, String) {
        let domain = self.create("acme.test").await;
        let anna = self.mailbox("anna", &domain).await;
        (domain, anna)
    }

    pub async fn mailbox(&self, name: &str, domain: &str) -> String {
        match self.stalwart.create_account(&account(name, domain)).await.unwrap() {
            Created::New(id) => id,
            exists @ Created::Exists { .. } => panic!("{exists:?}"),
        }
    }

    pub fn put(&self, kind: &str, id: &str, fields: &serde_json::Value) {
        self.sim.store.write(|world| world.put(kind, id, fields)).unwrap();
    }

    fn calls(&self) -> u64 {
        self.sim.calls.list().values().sum()
    }
}

fn account(name: &str, domain: &str) -> NewAccount {
    NewAccount {
        kind: AccountKind::User,
        name: name.to_owned(),
        domain_id: domain.to_owned(),
        description: Some(String::new()),
        aliases: Vec::new(),
        quota: Some(5_000_000),
        password: Some(PASSWORD.into()),
        permissions: Permissions::Inherit,
    }
}

fn list(name: &str, domain: &str) -> NewList {
    NewList {
        name: name.to_owned(),
        domain_id: domain.to_owned(),
        description: None,
        aliases: Vec::new(),
        recipients: BTreeSet::new(),
    }
}

fn alias(name: &str, domain: &str) -> Alias {
    Alias { name: name.to_owned(), domain_id: domain.to_owned(), enabled: true, description: None }
}

fn object(object: &str, id: &str) -> LinkedObject {
    LinkedObject { object: object.to_owned(), id: id.to_owned() }
}

#[tokio::test]
async fn what_stalwart_would_store_otherwise_is_refused_before_anything_is_sent() {
    let rig = Rig::start().await;
    let (domain, anna) = rig.with_anna().await;
    let before = rig.calls();
    for name in ["in ner", "x@acme.test", ".dot", ""] {
        let error = rig.stalwart.create_account(&account(name, &domain)).await.unwrap_err();
        assert!(matches!(error.cause, Cause::Refused(400, Some(_))), "{name}");
        assert_eq!(error.effect, Effect::None);
        assert!(rig.stalwart.create_list(&list(name, &domain)).await.is_err());
    }
    let hash = "$6$fakesalt$xxxxxxxxxxxxxxxxxxxxxxxx";
    let hashed = NewAccount { password: Some(hash.into()), ..account("hashed", &domain) };
    assert!(rig.stalwart.create_account(&hashed).await.is_err());
    let group = NewAccount { kind: AccountKind::Group, ..account("group", &domain) };
    assert!(rig.stalwart.create_account(&group).await.is_err());
    let unknown = AccountChange { permissions: Some(Permissions::Unknown), ..AccountChange::default() };
    assert!(rig.stalwart.update_account(&anna, &unknown).await.is_err());
    for refused in [hash, "****"] {
        let set = rig.stalwart.set_password(&anna, &refused.into()).await.unwrap();
        assert!(matches!(set, PasswordSet::Refused(_)));
    }
    let nothing = rig.stalwart.update_account(&anna, &AccountChange::default()).await.unwrap();
    assert_eq!(nothing, Updated::Done);
    assert_eq!(rig.calls(), before);
}

#[tokio::test]
async fn an_id_that_stalwart_would_take_for_none_never_reaches_the_owner_of_the_key() {
    let rig = Rig::start().await;
    for id in ["", "!!", "D", "4"] {
        assert!(rig.stalwart.create_app_password(id, "phone").await.is_err(), "{id}");
        assert!(rig.stalwart.app_passwords(id).await.is_err(), "{id}");
    }
    assert_eq!(rig.stalwart.app_passwords("c").await.unwrap(), []);
}

#[tokio::test]
async fn a_password_is_found_wherever_it_stands_and_app_passwords_stay() {
    let rig = Rig::start().await;
    let (_, anna) = rig.with_anna().await;
    let stalwart = &rig.stalwart;
    let NewAppPassword::Made { secret, .. } = stalwart.create_app_password(&anna, "phone").await.unwrap()
    else {
        panic!("too many");
    };
    // The app password is the first entry now.
    stalwart.remove_password(&anna).await.unwrap();
    assert_eq!(stalwart.verify_login("anna@acme.test", &PASSWORD.into()).await.unwrap(), SignIn::Refused);
    for password in ["the first new one", "the second new one"] {
        assert_eq!(stalwart.set_password(&anna, &password.into()).await.unwrap(), PasswordSet::Done);
        let sign_in = stalwart.verify_login("Anna@acme.test", &password.into()).await.unwrap();
        assert_eq!(sign_in, SignIn::Accepted);
    }
    let sign_in = stalwart.verify_login("anna@acme.test", &"the first new one".into()).await.unwrap();
    assert_eq!(sign_in, SignIn::Refused);
    assert_eq!(stalwart.verify_login("anna@acme.test", &secret).await.unwrap(), SignIn::Accepted);

    let why = match stalwart.set_password(&anna, &"password1".into()).await.unwrap() {
        PasswordSet::Refused(why) => why,
        PasswordSet::Done => panic!("it was taken"),
    };
    assert!(why.contains("too weak") && !why.contains("secret"), "{why}");
    let error = stalwart.set_password("zzz", &PASSWORD.into()).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Refused(404, _)));
}

#[tokio::test]
async fn an_account_has_five_app_passwords_and_each_can_be_destroyed() {
    let rig = Rig::start().await;
    let (_, anna) = rig.with_anna().await;
    for number in 0..5 {
        let made = rig.stalwart.create_app_password(&anna, &format!("phone {number}")).await.unwrap();
        assert!(matches!(made, NewAppPassword::Made { .. }));
    }
    let sixth = rig.stalwart.create_app_password(&anna, "one more").await.unwrap();
    assert!(matches!(sixth, NewAppPassword::TooMany));
    let listed = rig.stalwart.app_passwords(&anna).await.unwrap();
    assert_eq!((listed.len(), listed[4].description.as_str()), (5, "phone 4"));
    for _ in 0..2 {
        rig.stalwart.destroy_app_password(&anna, &listed[0].id).await.unwrap();
    }
    assert_eq!(rig.stalwart.app_passwords(&anna).await.unwrap(), listed[1..]);
    assert!(rig.stalwart.create_app_password(&anna, "").await.is_err());
}

#[tokio::test]
async fn a_frozen_account_is_told_from_a_wrong_password_by_any_of_its_addresses() {
    let rig = Rig::start().await;
    let (domain, anna) = rig.with_anna().await;
    let parked = Alias { enabled: false, ..alias("parked", &domain) };
    let change = AccountChange {
        aliases: Some(vec![alias("Sales", &domain), alias("sales", &domain), parked]),
        permissions: Some(Permissions::frozen()),
        ..AccountChange::default()
    };
    assert_eq!(rig.stalwart.update_account(&anna, &change).await.unwrap(), Updated::Done);
    let read = rig.stalwart.account(&anna).await.unwrap().unwrap();
    assert_eq!((read.aliases.len(), read.permissions.bar_sign_in()), (2, true));
    assert!(!Permissions::Unknown.bar_sign_in() && !Permissions::Inherit.bar_sign_in());
    for (name, password, sign_in) in [
        ("anna", PASSWORD, SignIn::Frozen),
        ("sales", PASSWORD, SignIn::Frozen),
        ("anna", "wrong", SignIn::Refused),
        ("parked", PASSWORD, SignIn::Refused),
        ("nobody", PASSWORD, SignIn::Refused),
    ] {
        let address = format!("{name}@acme.test");
        let is = rig.stalwart.verify_login(&address, &password.into()).await.unwrap();
        assert_eq!(is, sign_in, "{name} {password}");
    }
}

#[tokio::test]
async fn everything_that_uses_a_domain_can_be_named() {
    let rig = Rig::start().await;
    let (domain, anna) = rig.with_anna().await;
    let other = rig.create("nordlys.test").await;
    let change = AccountChange { aliases: Some(vec![alias("sales", &other)]), ..AccountChange::default() };
    rig.stalwart.update_account(&anna, &change).await.unwrap();
    let team = NewList { aliases: vec![alias("all", &domain)], ..list("team", &other) };
    let Created::New(team) = rig.stalwart.create_list(&team).await.unwrap() else { panic!() };

    let Destroyed::Linked(by) = rig.stalwart.destroy_domain(&other).await.unwrap() else { panic!() };
    let owners = rig.stalwart.owners(&by).await.unwrap();
    let named: Vec<(&str, Option<&str>)> =
        owners.iter().map(|owner| (owner.of.object.as_str(), owner.address.as_deref())).collect();
    assert_eq!(named, [("Account", Some("anna@acme.test")), ("MailingList", Some("team@nordlys.test"))]);
    assert_eq!(owners[0].aliases, [alias("sales", &other)]);

    let whose = async |of: &str, id: &str| rig.stalwart.whose(of, id).await.unwrap().address;
    assert_eq!(whose("Domain", &domain).await.as_deref(), Some("acme.test"));
    assert_eq!(whose("MailingList", &team).await.as_deref(), Some("team@nordlys.test"));
    assert_eq!(whose("Account", "zzz").await, None);
    assert_eq!(whose("SystemSettings", "singleton").await, None);
}

#[tokio::test]
async fn a_taken_address_tells_its_owner_for_creates_and_changes() {
    let rig = Rig::start().await;
    let (domain, anna) = rig.with_anna().await;
    let bob = rig.mailbox("bob", &domain).await;
    let again = rig.stalwart.create_account(&account("Anna", &domain)).await.unwrap();
    assert_eq!(again, Created::Exists { object: "Account".to_owned(), id: anna.clone() });
    let rename = AccountChange { name: Some("anna".to_owned()), ..AccountChange::default() };
    let taken = rig.stalwart.update_account(&bob, &rename).await.unwrap();
    assert_eq!(taken, Updated::Taken(object("Account", &anna)));
    let missing = rig.stalwart.update_account("zzz", &rename).await.unwrap_err();
    assert!(matches!(missing.cause, Cause::Refused(404, _)));
}

#[tokio::test]
async fn lists_of_more_than_a_page_are_whole() {
    let rig = Rig::start().await;
    let (domain, _) = rig.with_anna().await;
    rig.sim.store.write(|world| {
        for n in 0..510_u32 {
            let digit = |n: u32| char::from(b'b' + u8::try_from(n % 10).unwrap());
            let id = format!("c{}{}{}", digit(n / 100), digit(n / 10), digit(n));
            world.put("accounts", &id, &json!({"name": format!("m{n}"), "domainId": domain})).unwrap();
            let list =
                json!({"name": format!("l{n}"), "domainId": if n < 3 { "b" } else { domain.as_str() }});
            world.put("lists", &id, &list).unwrap();
        }
    });
    let accounts = rig.stalwart.list_accounts(&domain).await.unwrap();
    assert_eq!(accounts.len(), 511);
    assert_eq!(rig.stalwart.usage(&domain).await.unwrap().len(), 511);
    assert_eq!(rig.stalwart.list_lists(None).await.unwrap().len(), 510);
    assert_eq!(rig.stalwart.list_lists(Some("b")).await.unwrap().len(), 3);
    let mut ids: Vec<&str> = accounts.iter().map(|account| account.id.as_str()).collect();
    ids.push("zzz");
    assert_eq!(rig.stalwart.accounts(&ids).await.unwrap(), accounts);
    rig.fail_next(FaultKind::Partial);
    assert!(matches!(rig.stalwart.accounts(&ids).await.unwrap_err().cause, Cause::Malformed(_)));
    rig.fail_next(FaultKind::Partial);
    assert!(matches!(rig.stalwart.usage(&domain).await.unwrap_err().cause, Cause::Malformed(_)));
}

#[tokio::test]
async fn an_unknown_outcome_is_told_by_the_next_attempt() {
    let rig = Rig::start().await;
    let domain = rig.create("acme.test").await;
    rig.fail_next(FaultKind::TimeoutAfter);
    let error = rig.stalwart.create_account(&account("anna", &domain)).await.unwrap_err();
    assert_eq!(error.effect, Effect::Unknown);
    let again = rig.stalwart.create_account(&account("anna", &domain)).await.unwrap();
    let Created::Exists { id, .. } = again else { panic!("{again:?}") };
    let anna = rig.stalwart.find_account("Anna", &domain).await.unwrap().unwrap();
    assert_eq!((&anna.id, anna.quota, anna.description), (&id, Some(5_000_000), None));

    rig.put("conflicts", "b", &json!({"times": 1, "stored": true}));
    let gone = AccountChange { quota: Some(None), ..AccountChange::default() };
    let error = rig.stalwart.update_account(&id, &gone).await.unwrap_err();
    assert_eq!((&error.cause, error.effect), (&Cause::Broken(503), Effect::Unknown));
    assert!(error.is_transient());
    assert_eq!(rig.stalwart.update_account(&id, &gone).await.unwrap(), Updated::Done);
    rig.fail_next(FaultKind::ErrorAfter);
    assert_eq!(rig.stalwart.destroy_account(&id).await.unwrap_err().effect, Effect::Unknown);
    assert_eq!(rig.stalwart.destroy_account(&id).await.unwrap(), Destroyed::Done);
}

#[tokio::test]
async fn a_sign_in_that_is_not_answered_is_neither_accepted_nor_refused() {
    let rig = Rig::start().await;
    rig.with_anna().await;
    let route = "GET /jmap/session".to_owned();
    for (kind, cause) in [
        (FaultKind::Refuse, Cause::Closed),
        (FaultKind::RateLimit, Cause::RateLimited),
        (FaultKind::ErrorAfter, Cause::Broken(500)),
    ] {
        rig.sim.dial.set(vec![Fault { route: route.clone(), kind, times: Some(1), delay_ms: None }]);
        let error = rig.stalwart.verify_login("anna@acme.test", &PASSWORD.into()).await.unwrap_err();
        assert_eq!((error.cause, error.effect), (cause, Effect::None), "{kind:?}");
    }
}

#[tokio::test]
async fn a_key_that_may_not_grant_says_so_and_can_still_change_a_password() {
    let rig = Rig::start().await;
    let (domain, anna) = rig.with_anna().await;
    let permissions = ["authenticate", "sysAccountGet", "sysAccountCreate", "sysAccountUpdate"];
    rig.put("apiKeys", "b", &json!({"secret": "API_limited", "permissions": permissions}));
    let limited = crate::Stalwart::new(super::client_of(&rig.sim.origin), "API_limited".into());
    let error = limited.create_account(&account("bob", &domain)).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Refused(403, Some(why)) if why.contains("grant permissions")));
    let set = limited.set_password(&anna, &"another good one".into()).await.unwrap();
    assert_eq!(set, PasswordSet::Done);
    let freeze = AccountChange { permissions: Some(Permissions::frozen()), ..AccountChange::default() };
    assert!(limited.update_account(&anna, &freeze).await.is_err());
}

#[tokio::test]
async fn no_secret_is_shown_or_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stalwart.json");
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let setup = crate::sim::Setup::new(super::KEY.into());
    let sim = crate::sim::serve(listener, Some(&file), setup).await.unwrap();
    let stalwart = crate::Stalwart::new(super::client_of(&sim.origin), super::KEY.into());
    let new = account("anna", "b");
    assert!(!format!("{new:?}").contains(PASSWORD));
    let Created::New(anna) = stalwart.create_account(&new).await.unwrap() else { panic!() };
    let made = stalwart.create_app_password(&anna, "phone").await.unwrap();
    assert!(!format!("{made:?}").contains("app_"));
    let NewAppPassword::Made { secret, .. } = made else { panic!() };
    let inventory = sim.store.read(|world| world.inventory().to_string());
    sim.stop();
    for text in [inventory, std::fs::read_to_string(&file).unwrap()] {
        assert!(text.contains("phone"));
        assert!(!text.contains(PASSWORD) && !text.contains(secret.expose_secret()));
    }
}
