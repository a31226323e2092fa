//! A server made ready for Dezky: from nothing, after every kind of damage, and killed anywhere on the way.

mod proof;

use std::collections::BTreeSet;
use std::time::Duration;

use kernel::{Clock, Timestamp};
use outbound::{CallError, Cause};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use simulator::{Fault, FaultKind, Running, State as _};
use tokio::net::TcpListener;

use super::client_of;
use crate::jmap::Set;
use crate::model::needed;
use crate::setup::{self, ACCOUNT_MARK, Applied, Code, KEY_MARK, Plan, Trouble, Wanted};
use crate::sim::{self, Setup, World};
use crate::{AccountKind, Created, NewAccount, Permissions, RIGHTS, Stalwart};

const PASSWORD: &str = "fake-administrator-password";
const ADDRESS: &str = "dezky@example.test";

/// An empty server, its administrator, and the key that Dezky has kept.
struct Bench {
    sim: Running<World>,
    admin: Stalwart,
    clock: Clock,
    kept: Option<SecretString>,
}

impl Bench {
    async fn empty() -> Self {
        let clock = Clock::manual(Timestamp::parse("2026-11-20T22:13:40Z").unwrap());
        let setup =
            Setup { clock: clock.clone(), dkim_delays: [Duration::ZERO; 2], ..Setup::empty(PASSWORD.into()) };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let sim = sim::serve(listener, None, setup).await.unwrap();
        let admin = Stalwart::as_administrator(client_of(&sim.origin), "admin@example.test", PASSWORD.into());
        Self { sim, admin, clock, kept: None }
    }

    async fn ready() -> Self {
        let mut bench = Self::empty().await;
        bench.run().await.unwrap();
        bench
    }

    async fn plan(&self) -> Plan {
        setup::plan(&self.admin, &self.wanted()).await.unwrap()
    }

    fn wanted(&self) -> Wanted {
        Wanted { key: self.kept.clone(), allowed_ips: None, replaces: false, now: self.clock.now() }
    }

    /// All but the proof.
    async fn run(&mut self) -> Result<Plan, Trouble> {
        let plan = setup::plan(&self.admin, &self.wanted()).await?;
        if plan.is_whole() {
            return Ok(plan);
        }
        let applied = setup::apply(&self.admin, &plan).await?;
        self.keep(&applied);
        setup::retire(&self.admin, &applied).await?;
        Ok(plan)
    }

    fn keep(&mut self, applied: &Applied) {
        if let Some(key) = &applied.key {
            self.kept = Some(key.secret.clone());
        }
    }

    fn key(&self) -> Stalwart {
        self.admin.with_key(self.kept.clone().unwrap())
    }

    fn inventory(&self, kind: &str) -> Vec<Value> {
        self.sim.store.read(World::inventory)[kind].as_array().unwrap().clone()
    }

    fn account(&self) -> Value {
        self.inventory("accounts").into_iter().find(|account| account["address"] == ADDRESS).unwrap()
    }

    fn put(&self, kind: &str, id: &str, fields: &Value) {
        self.sim.store.write(|world| world.put(kind, id, fields)).unwrap();
    }

    /// The key that was made here, as `/_sim` knows it: its path and its permissions.
    fn made_key(&self) -> (String, Vec<String>) {
        let ours: Vec<Value> =
            self.inventory("apiKeys").into_iter().filter(|key| key["description"] == KEY_MARK).collect();
        assert_eq!(ours.len(), 1, "{ours:?}");
        let names = ours[0]["permissions"].as_array().unwrap();
        let names = names.iter().map(|name| name.as_str().unwrap().to_owned()).collect();
        (ours[0]["id"].as_str().unwrap().to_owned(), names)
    }

    /// Takes one permission from that key, as far as the test of it goes.
    fn without(&self, permission: &str) {
        let (path, names) = self.made_key();
        let left: Vec<String> = names.into_iter().filter(|name| name != permission).collect();
        self.put("apiKeys", &path, &json!({"permissions": left}));
    }

    async fn assert_whole(&mut self) {
        let before = self.sim.store.read(World::inventory);
        let again = self.run().await.unwrap();
        assert_eq!(again.findings, [], "there is something left to do");
        assert_eq!(self.sim.store.read(World::inventory), before);
        setup::prove(&self.key()).await.unwrap();
        assert_eq!(self.sim.store.read(World::inventory), before);
        assert_eq!(self.key().key_holder().await.unwrap().address, ADDRESS);
        self.made_key();
    }
}

fn codes(plan: &Plan) -> Vec<&'static str> {
    plan.findings.iter().map(|finding| finding.code.as_str()).collect()
}

fn mailbox(name: &str, domain: &str) -> NewAccount {
    NewAccount {
        kind: AccountKind::User,
        name: name.to_owned(),
        domain_id: domain.to_owned(),
        description: None,
        aliases: Vec::new(),
        quota: None,
        password: Some("correct horse battery".into()),
        permissions: Permissions::Inherit,
    }
}

#[tokio::test]
async fn an_empty_server_gets_an_account_and_a_key_and_nothing_the_second_time() {
    let mut bench = Bench::empty().await;
    let plan = bench.plan().await;
    assert_eq!(codes(&plan), ["account-missing", "key-missing"]);
    assert_eq!(plan.findings[0].names, [ADDRESS]);
    assert_eq!(bench.inventory("accounts").len(), 1, "a plan makes nothing");

    let applied = setup::apply(&bench.admin, &plan).await.unwrap();
    bench.keep(&applied);
    setup::prove(&bench.key()).await.unwrap();
    assert_eq!(setup::retire(&bench.admin, &applied).await.unwrap(), 0);
    bench.assert_whole().await;
    assert_eq!(setup::examine(&bench.key(), bench.clock.now()).await.unwrap(), []);

    let account = bench.account();
    assert_eq!(account["description"], ACCOUNT_MARK);
    assert_eq!((&account["roles"], &account["hasPassword"]), (&json!({"@type": "User"}), &json!(false)));
    let of_mailboxes = bench.admin.mailbox_permissions().await.unwrap();
    let held: BTreeSet<String> = bench.made_key().1.into_iter().collect();
    assert_eq!(held, needed(&of_mailboxes));
}

/// The least account that works: it gives nobody more than mailboxes and Dezky itself have.
#[tokio::test]
async fn the_key_of_dezky_is_no_administrators() {
    let bench = Bench::ready().await;
    let admin = json!({"@type": "User", "name": "other", "domainId": "b", "roles": {"@type": "Admin"}});
    let set: Set = bench
        .key()
        .change(&[("x:Account/set", json!({"create": {"new": admin}}))])
        .await
        .unwrap()
        .of(0)
        .unwrap();
    assert_eq!(set.not_created["new"].r#type, "forbidden");
    assert!(set.not_created["new"].reason().contains("not authorized to grant permissions"));
    let error = bench.key().default_domain().await.unwrap_err();
    assert!(matches!(error.cause, Cause::Refused(403, _)), "{error}");
}

#[tokio::test]
async fn without_any_one_right_of_the_table_something_that_dezky_does_fails() {
    let bench = Bench::ready().await;
    let (path, whole) = bench.made_key();
    for right in RIGHTS {
        bench.without(right.permission);
        let proven = setup::prove(&bench.key()).await;
        // That one is for many requests: `keys::without_unlimited_requests_a_minute_has_room_for_so_many`.
        let is_for_many = right.permission == "unlimitedRequests";
        assert_eq!(proven.is_ok(), is_for_many, "{}: {}", right.permission, right.allows);
        match setup::examine(&bench.key(), bench.clock.now()).await {
            Ok(findings) => {
                let missing = findings.iter().find(|finding| finding.code == Code::KeyRightsMissing);
                assert_eq!(missing.unwrap().names, [right.permission]);
            }
            Err(error) => {
                assert_eq!(right.permission, "authenticate");
                assert!(matches!(error.cause, Cause::Unauthorized(Some(_))));
            }
        }
        bench.put("apiKeys", &path, &json!({"permissions": whole}));
    }
    bench.clock.advance(Duration::from_hours(1));
    setup::prove(&bench.key()).await.unwrap();
    assert_eq!(bench.inventory("domains").len(), 1, "the last proof removes what others left");
}

/// Who may grant a permission is who holds it, and a new mailbox is granted all that its role gives.
#[tokio::test]
async fn without_any_one_permission_of_mailboxes_no_mailbox_is_made() {
    let bench = Bench::ready().await;
    let (path, whole) = bench.made_key();
    let key = bench.key();
    for permission in bench.admin.mailbox_permissions().await.unwrap() {
        bench.without(&permission);
        let error = key.create_account(&mailbox("anna", "b")).await.unwrap_err();
        let is_said = matches!(&error.cause, Cause::Refused(403, Some(why)) if why.contains(&permission));
        let is_shut = permission == "authenticate" && matches!(error.cause, Cause::Unauthorized(Some(_)));
        assert!(is_said || is_shut, "{permission}: {error}");
        bench.put("apiKeys", &path, &json!({"permissions": whole}));
    }
    assert!(matches!(key.create_account(&mailbox("anna", "b")).await, Ok(Created::New(_))));
}

#[tokio::test]
async fn a_run_that_is_killed_anywhere_is_whole_after_the_next() {
    for kind in [FaultKind::Refuse, FaultKind::ErrorAfter] {
        let mut pass = 0;
        loop {
            let mut bench = Bench::empty().await;
            let fault = Fault { route: "*".to_owned(), kind, times: None, delay_ms: None };
            bench.sim.dial.set_after(pass, fault);
            let ended = bench.run().await;
            bench.sim.dial.set(Vec::new());
            if ended.is_ok() {
                break;
            }
            bench.run().await.unwrap();
            // What the killed one made goes once the key is known.
            bench.run().await.unwrap();
            bench.assert_whole().await;
            assert_eq!(bench.inventory("accounts").len(), 2, "{kind:?} {pass}");
            pass += 1;
        }
        assert!(pass >= 9, "{kind:?}: {pass}");
    }
}

#[tokio::test]
async fn a_secret_that_was_not_kept_is_made_anew_and_its_key_removed_once_that_is_known() {
    let mut bench = Bench::empty().await;
    let plan = bench.plan().await;
    let lost = setup::apply(&bench.admin, &plan).await.unwrap().key.unwrap();
    let plan = bench.plan().await;
    assert_eq!(codes(&plan), ["key-missing", "keys-kept"]);
    bench.run().await.unwrap();
    bench.admin.with_key(lost.secret.clone()).probe().await.unwrap();
    assert_eq!(codes(&bench.run().await.unwrap()), ["keys-superseded"]);
    let error = bench.admin.with_key(lost.secret).probe().await.unwrap_err();
    assert_eq!(error.cause, Cause::Unauthorized(None));
    bench.assert_whole().await;
}

/// Run where the settings of the running product aren't in sight, it must not end that one's key.
#[tokio::test]
async fn a_key_that_may_be_anothers_stays_until_somebody_says_otherwise() {
    for (unknown, said) in [(None, "key-missing"), (Some("API_nonsense".into()), "key-refused")] {
        let mut bench = Bench::ready().await;
        let running = bench.key();
        bench.kept = unknown;
        let plan = bench.run().await.unwrap();
        assert_eq!(codes(&plan), [said, "keys-kept"]);
        running.probe().await.unwrap();
        bench.key().probe().await.unwrap();

        bench.kept = None;
        let plan = setup::plan(&bench.admin, &Wanted { replaces: true, ..bench.wanted() }).await.unwrap();
        assert_eq!(codes(&plan), ["key-missing", "keys-superseded"]);
        let applied = setup::apply(&bench.admin, &plan).await.unwrap();
        bench.keep(&applied);
        assert_eq!(setup::retire(&bench.admin, &applied).await.unwrap(), 2);
        assert_eq!(running.probe().await.unwrap_err().cause, Cause::Unauthorized(None));
        bench.assert_whole().await;
    }
}

#[tokio::test]
async fn where_no_more_keys_are_allowed_none_that_may_be_anothers_gives_way() {
    let mut bench = Bench::ready().await;
    let account = bench.account()["id"].as_str().unwrap().to_owned();
    for id in ['p', 'q', 'r', 's'] {
        let fields = json!({"secret": format!("API_{id}"), "description": KEY_MARK});
        bench.put("apiKeys", &format!("{account}/{id}"), &fields);
    }
    bench.kept = None;
    let before = bench.sim.store.read(World::inventory);
    let Err(Trouble::Blocked(finding)) = bench.run().await else {
        panic!("it went on");
    };
    assert_eq!(finding.code, Code::KeysFull);
    assert_eq!(bench.sim.store.read(World::inventory), before);
}

/// Whoever may make a mailbox can give it the name and the mark of Dezky's account.
#[tokio::test]
async fn an_account_at_which_somebody_else_can_sign_in_gets_no_rights() {
    for (said, key) in
        [("account-password", None), ("account-keys", Some("mine")), ("account-keys", Some(KEY_MARK))]
    {
        let mut bench = Bench::empty().await;
        let mut fields = json!({"name": "dezky", "domainId": "b", "description": ACCOUNT_MARK});
        if key.is_none() {
            fields["password"] = PASSWORD.into();
        }
        bench.put("accounts", "k", &fields);
        if let Some(description) = key {
            bench.put("apiKeys", "k/b", &json!({"secret": "API_mine", "description": description}));
        }
        let before = bench.sim.store.read(World::inventory);
        let plan = bench.plan().await;
        assert_eq!(plan.blocked_by().map(|finding| finding.code.as_str()), Some(said));
        assert!(matches!(bench.run().await, Err(Trouble::Blocked(_))));
        assert_eq!(bench.sim.store.read(World::inventory), before);
    }
    let bench = Bench::ready().await;
    let account = bench.account()["id"].as_str().unwrap().to_owned();
    bench.admin.create_app_password(&account, "mail program").await.unwrap();
    assert_eq!(codes(&bench.plan().await), ["account-password"]);
}

/// What is done to a server, what is said of it, and whether another key is made.
type Damage = (fn(&Bench), &'static [&'static str], bool);

fn break_key(bench: &Bench, fields: &Value) {
    let (path, _) = bench.made_key();
    bench.put("apiKeys", &path, fields);
}

fn break_account(bench: &Bench, fields: &Value) {
    bench.put("accounts", bench.account()["id"].as_str().unwrap(), fields);
}

const DAMAGES: [Damage; 9] = [
    (|bench| bench.without("sysMailingListQuery"), &["key-rights-missing", "keys-superseded"], true),
    (
        |bench| break_key(bench, &json!({"expiresAt": "2026-11-20T22:13:40Z"})),
        &["key-expires", "keys-superseded"],
        true,
    ),
    (
        |bench| break_key(bench, &json!({"expiresAt": "2026-12-01T00:00:00Z"})),
        &["key-expires", "keys-superseded"],
        true,
    ),
    (
        |bench| {
            let (path, _) = bench.made_key();
            assert!(bench.sim.store.write(|world| world.remove("apiKeys", &path)));
        },
        &["key-refused"],
        true,
    ),
    (|bench| break_account(bench, &json!({"frozen": true})), &["account-rights-missing"], false),
    (
        |bench| break_account(bench, &json!({"roles": {"@type": "Admin"}})),
        &["account-roles", "account-rights-surplus"],
        false,
    ),
    (
        |bench| break_account(bench, &json!({"permissions": {"@type": "Inherit"}})),
        &["account-rights-missing"],
        false,
    ),
    (
        |bench| {
            let role = bench.inventory("roles").swap_remove(0);
            let mut names = role["permissions"].as_array().unwrap().clone();
            names.push("sysTraceGet".into());
            bench.put("roles", "b", &json!({"permissions": names}));
        },
        &["key-rights-missing", "keys-superseded"],
        true,
    ),
    (
        |bench| {
            let id = bench.account()["id"].as_str().unwrap().to_owned();
            assert!(bench.sim.store.write(|world| world.remove("accounts", &id)));
        },
        &["account-missing", "key-refused"],
        true,
    ),
];

#[tokio::test]
async fn whatever_is_changed_behind_dezkys_back_is_said_and_put_right() {
    for (damage, said, makes_key) in DAMAGES {
        let mut bench = Bench::ready().await;
        let before = bench.kept.clone().unwrap();
        damage(&bench);
        let plan = bench.run().await.unwrap();
        assert_eq!(codes(&plan), said);
        let same = bench.kept.as_ref().unwrap().expose_secret() == before.expose_secret();
        assert_eq!(same, !makes_key, "{said:?}");
        bench.assert_whole().await;
    }
}

#[tokio::test]
async fn the_new_key_works_before_the_old_one_goes() {
    let mut bench = Bench::ready().await;
    let old = bench.key();
    let allowed_ips = Some(BTreeSet::from(["127.0.0.0/8".to_owned()]));
    let plan = setup::plan(&bench.admin, &Wanted { allowed_ips, ..bench.wanted() }).await.unwrap();
    assert_eq!(codes(&plan), ["key-addresses", "keys-superseded"]);
    let applied = setup::apply(&bench.admin, &plan).await.unwrap();
    bench.keep(&applied);
    old.probe().await.unwrap();
    setup::prove(&bench.key()).await.unwrap();
    assert_eq!(setup::retire(&bench.admin, &applied).await.unwrap(), 1);
    assert_eq!(old.probe().await.unwrap_err().cause, Cause::Unauthorized(None));
    bench.assert_whole().await;

    // Where nothing is said of addresses they stay, over a rotation too; and a key that isn't for here is not replaced.
    bench.without("sysRoleGet");
    bench.run().await.unwrap();
    assert_eq!(bench.inventory("apiKeys")[0]["allowedIps"], json!({"127.0.0.0/8": true}));
    break_key(&bench, &json!({"allowedIps": {"203.0.113.7": true}}));
    let plan = bench.plan().await;
    assert_eq!(
        (codes(&plan), plan.findings[0].names.as_slice()),
        (vec!["key-blocked"], &["203.0.113.7".to_owned()][..])
    );
    assert!(matches!(setup::apply(&bench.admin, &plan).await, Err(Trouble::Blocked(_))));
}

#[tokio::test]
async fn an_account_of_that_name_without_the_mark_is_never_touched() {
    let bench = Bench::empty().await;
    bench.put("accounts", "k", &json!({"name": "dezky", "domainId": "b", "description": "Somebody"}));
    let before = bench.sim.store.read(World::inventory);
    let plan = bench.plan().await;
    assert_eq!(codes(&plan), ["account-foreign"]);
    assert!(!plan.is_whole());
    assert!(matches!(setup::apply(&bench.admin, &plan).await, Err(Trouble::Blocked(_))));
    assert_eq!(bench.sim.store.read(World::inventory), before);
}

#[tokio::test]
async fn an_address_that_a_list_has_is_never_taken() {
    let mut bench = Bench::empty().await;
    bench.put("lists", "k", &json!({"name": "dezky", "domainId": "b"}));
    let before = bench.sim.store.read(World::inventory);
    let Err(Trouble::Blocked(finding)) = bench.run().await else {
        panic!("it went on");
    };
    assert_eq!(
        (finding.code, finding.names.as_slice()),
        (Code::AddressTaken, &["MailingList".to_owned(), "k".to_owned()][..])
    );
    assert_eq!(bench.sim.store.read(World::inventory), before);
}

#[tokio::test]
async fn keys_of_others_stay_and_only_superseded_ones_give_way() {
    let mut bench = Bench::ready().await;
    let account = bench.account()["id"].as_str().unwrap().to_owned();
    let put = |bench: &Bench, id: char, description: &str| {
        let fields = json!({"secret": format!("API_{id}"), "description": description});
        bench.put("apiKeys", &format!("{account}/{id}"), &fields);
    };
    for id in ['p', 'q', 'r'] {
        put(&bench, id, "Backup");
    }
    let others = |bench: &Bench| {
        bench.inventory("apiKeys").into_iter().filter(|key| key["description"] == "Backup").count()
    };
    // Of five keys the one that nobody has makes room for the new one.
    bench.without("sysRoleGet");
    put(&bench, 'o', KEY_MARK);
    bench.run().await.unwrap();
    assert_eq!(others(&bench), 3);
    bench.assert_whole().await;

    // Where only the one that works is left, nothing gives way.
    put(&bench, 'z', "Backup");
    bench.without("sysRoleGet");
    let before = bench.sim.store.read(World::inventory);
    let Err(Trouble::Blocked(finding)) = bench.run().await else {
        panic!("it went on");
    };
    assert_eq!((finding.code, finding.names.len()), (Code::KeysFull, 5));
    assert_eq!(bench.sim.store.read(World::inventory), before);
}

#[tokio::test]
async fn a_key_of_another_account_is_left_where_it_is() {
    let mut bench = Bench::empty().await;
    let other = json!({"name": "control-plane", "domainId": "b", "roles": {"@type": "Admin"}});
    bench.put("accounts", "k", &other);
    bench.put("apiKeys", "k/b", &json!({"secret": "API_before", "description": "by hand"}));
    bench.kept = Some("API_before".into());
    let plan = bench.run().await.unwrap();
    assert_eq!(codes(&plan), ["account-missing", "key-foreign"]);
    assert_eq!(plan.findings[1].names, ["control-plane@example.test"]);
    bench.assert_whole().await;
    bench.admin.with_key("API_before".into()).probe().await.unwrap();
}

#[tokio::test]
async fn who_is_no_administrator_is_told_what_they_lack() {
    let bench = Bench::empty().await;
    bench.put("accounts", "k", &json!({"name": "anna", "domainId": "b", "password": PASSWORD}));
    let client = || client_of(&bench.sim.origin);
    let anna = Stalwart::as_administrator(client(), "anna@example.test", PASSWORD.into());
    let plan = setup::plan(&anna, &bench.wanted()).await.unwrap();
    assert_eq!(codes(&plan), ["administrator-rights"]);
    assert!(plan.findings[0].names.contains(&"sysDomainCreate".to_owned()));
    assert!(matches!(setup::apply(&anna, &plan).await, Err(Trouble::Blocked(_))));

    let wrong = Stalwart::as_administrator(client(), "admin@example.test", "nonsense".into());
    let error: CallError = setup::plan(&wrong, &bench.wanted()).await.unwrap_err();
    assert_eq!(error.cause, Cause::Unauthorized(None));
    assert!(!format!("{wrong:?} {:?}", bench.wanted()).contains("nonsense"));
}

#[tokio::test]
async fn a_key_says_of_itself_what_it_can_and_what_it_cannot_tell() {
    let bench = Bench::ready().await;
    let examine = async || {
        let findings = setup::examine(&bench.key(), bench.clock.now()).await.unwrap();
        findings.into_iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>()
    };
    break_key(&bench, &json!({"expiresAt": "2027-11-20T22:13:40Z"}));
    assert_eq!(examine().await, ["key-expires-later"]);
    break_key(&bench, &json!({"expiresAt": "2026-11-30T22:13:40Z"}));
    assert_eq!(examine().await, ["key-expires"]);
    break_key(&bench, &json!({"expiresAt": null, "allowedIps": {"127.0.0.1": true}}));
    assert_eq!(examine().await, ["key-restricted"]);
    break_key(&bench, &json!({"allowedIps": {}}));
    bench.without("sysApiKeyGet");
    assert_eq!(examine().await, ["key-rights-missing", "key-unread"]);
    bench.without("sysRoleGet");
    assert_eq!(examine().await, ["key-rights-missing", "roles-unread", "key-unread"]);
}
