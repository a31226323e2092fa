//! What doesn't follow from the entries: secrets, Dezky's own accounts, what people may do and shouldn't, oCIS, and the way
//! to the upstreams.

use bootstrap::authentik::FILES_CLAIM;
use outbound::Method;
use serde_json::{Value, json};

use super::Harm::{Api, Put, Remove};
use super::{Bench, Harm, NO_MAIL, Told};
use crate::harness::inventory;
use crate::settings::tls_before;

const IDA: &str = "ida@dezky.test";
/// Ids of objects that are put.
const UUIDS: [&str; 3] = [
    "5f0c1b7e-2f7e-4a53-9a3c-0c4c6a2b7d01",
    "5f0c1b7e-2f7e-4a53-9a3c-0c4c6a2b7d02",
    "5f0c1b7e-2f7e-4a53-9a3c-0c4c6a2b7d03",
];
const AUTHENTIK: &[&str] = &["authentik"];
const ISSUERS: &str = "issuers/external";
const NOWHERE: &str = "http://127.0.0.1:1";
const TOKEN: &str = "FAIL  Authentik: accepts the token";
const AWAY: &str = "FAIL  Authentik: answers: ";
const MANAGES: &str = "FAIL  Authentik: groups can be created, changed and deleted";
const FILES: &str = "FAIL  oCIS: accepts the service user's token";

/// The account that Authentik makes for the secret of the file service's client.
const STRANGER: &str = "ak-dezky-files-client_credentials";

/// One thing that is wrong, what the doctor says of it, and what mends it.
struct Case {
    what: &'static str,
    harms: Vec<Harm>,
    /// Settings that only the doctor gets.
    over: Vec<(&'static str, String)>,
    told: Told,
    /// What people undo by hand.
    undone: Vec<Harm>,
    /// What `dezky bootstrap` is run with.
    command: &'static [&'static str],
}

impl Case {
    fn new(what: &'static str, harms: Vec<Harm>, line: &str, says: &str, mend: &str) -> Self {
        let told = Told { line: line.to_owned(), says: says.to_owned(), mend: mend.to_owned() };
        Self { what, harms, over: Vec::new(), told, undone: Vec::new(), command: &[] }
    }

    /// With a setting that is wrong.
    fn set(what: &'static str, over: (&'static str, &str), line: &str, says: &str, mend: &str) -> Self {
        Self { over: vec![(over.0, over.1.to_owned())], ..Self::new(what, Vec::new(), line, says, mend) }
    }

    fn undone(self, undone: Vec<Harm>) -> Self {
        Self { undone, ..self }
    }

    fn by(self, command: &'static [&'static str]) -> Self {
        Self { command, ..self }
    }
}

/// The ids of what is there.
struct Ids {
    role: String,
    account: Value,
    admins: String,
    trainees: String,
    other_role: String,
    ida: Value,
    flow: Value,
    refusal: Value,
    console: Value,
    files: String,
    mappings: Vec<Value>,
    issuer: String,
    ocis_user: String,
    service: Value,
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn api(method: Method, path: String, body: Value) -> Harm {
    Api(method, path, body)
}

fn put(simulator: &'static str, path: &str, fields: Value) -> Harm {
    Put(simulator, path.to_owned(), fields)
}

fn remove(simulator: &'static str, path: &str) -> Harm {
    Remove(simulator, path.to_owned())
}

impl Ids {
    /// Makes an operator, another group, another role and a stage that refuses people, and looks for the rest.
    async fn of(bench: &Bench) -> Self {
        let made = async |path: &str, body: Value| {
            bench.empty.api(Method::Post, path, Some(body)).await["pk"].clone()
        };
        let person = json!({"username": IDA, "name": "Ida Holm", "email": IDA, "type": "internal"});
        let ida = made("core/users/", person).await;
        let (code, said) = bench.empty.bootstrap(&["--yes", "--operator", IDA]);
        assert!(code == Some(0) && said.contains("ida@dezky.test is an operator"), "{said}");
        let files = bench.row("files-provider").await;
        let users = inventory(bench.simulator("ocis")).await["users"].clone();
        assert_eq!(users.as_array().unwrap().len(), 1, "{users:#}");
        Self {
            role: text(&bench.row("role").await["pk"]),
            account: bench.row("account").await["pk"].clone(),
            admins: text(&bench.row("admins").await["pk"]),
            trainees: text(&made("core/groups/", json!({"name": "trainees"})).await),
            other_role: text(&made("rbac/roles/", json!({"name": "more"})).await),
            ida,
            flow: bench.row("recovery").await["pk"].clone(),
            refusal: made("stages/deny/", json!({"name": "no-operators"})).await,
            console: bench.row("operator-application").await["pk"].clone(),
            files: text(&files["pk"]),
            mappings: files["property_mappings"].as_array().unwrap().clone(),
            issuer: format!("{}/application/o/dezky-files/", bench.empty.authentik()),
            ocis_user: text(&users[0]["id"]),
            service: {
                let name = json!(bench.empty.env("OCIS_SERVICE_USER"));
                bench.empty.find("core/users/", "username", &name).await["pk"].clone()
            },
        }
    }
}

/// What lets codes go elsewhere, and a secret that is another one.
fn of_clients() -> Vec<Case> {
    let uris = |mode: &str, url: &str| {
        let uri = json!({"matching_mode": mode, "url": url, "redirect_uri_type": "authorization"});
        json!({"redirect_uris": [uri]})
    };
    let (portal, files) = ("providers/dezky-portal", "providers/dezky-files");
    let none = json!({"redirect_uris": []});
    vec![
        Case::new(
            "another client secret",
            vec![put("authentik", "applications/dezky-portal", json!({"clientSecret": "another"}))],
            "FAIL  Sign-in: dezky-portal is known by its secret",
            "doesn’t accept the client secret of dezky-portal",
            "dezky bootstrap authentik",
        )
        .by(AUTHENTIK),
        Case::new(
            "a redirect address that is a pattern",
            vec![put("authentik", portal, uris("regex", "https://.*"))],
            "FAIL  Sign-in: codes of sign-ins go to dezky-portal alone",
            "https://.* is a pattern (regex)",
            "Remove the address from the provider",
        )
        .undone(vec![put("authentik", portal, none.clone())])
        .by(AUTHENTIK),
        Case::new(
            "a redirect address of somebody else",
            vec![put("authentik", files, uris("strict", "https://elsewhere.test/"))],
            "FAIL  Sign-in: codes of sign-ins go to dezky-files alone",
            "https://elsewhere.test/ isn't below",
            "Remove the address from the provider",
        )
        .undone(vec![put("authentik", files, none)])
        .by(AUTHENTIK),
    ]
}

/// Dezky's own account at Authentik, its role and its token.
fn of_account(ids: &Ids) -> Vec<Case> {
    let Ids { role, account, trainees, other_role, ida, .. } = ids;
    let permissions = |action: &str, name: &str, method: Method| {
        let path = format!("rbac/permissions/assigned_by_roles/{role}/{action}/");
        vec![api(method, path, json!({"permissions": [name]}))]
    };
    let member = |role: &str, action: &str, user: &Value| {
        vec![api(Method::Post, format!("rbac/roles/{role}/{action}_user/"), json!({"pk": user}))]
    };
    let user = format!("core/users/{account}/");
    let mend = "dezky bootstrap authentik";
    let of_account = "FAIL  Authentik: the service account dezky: ";
    let of_role = "FAIL  Authentik: the role dezky: ";
    let (less, more) = ("authentik_core.delete_group", "authentik_events.view_event");
    let by = |what, harms, line: &str, says: &str| Case::new(what, harms, line, says, mend).by(AUTHENTIK);
    vec![
        by(
            "a permission less",
            permissions("unassign", less, Method::Patch),
            of_role,
            "must have authentik_core.delete_group",
        ),
        by(
            "a permission more",
            permissions("assign", more, Method::Post),
            of_role,
            "must not have authentik_events.view_event",
        ),
        by("the account isn't in the role", member(role, "remove", account), MANAGES, "permission"),
        by(
            "the account is in another role",
            member(other_role, "add", account),
            of_account,
            "roles must not have",
        ),
        by(
            "the account is in a group",
            vec![api(Method::Post, format!("core/groups/{trainees}/add_user/"), json!({"pk": account}))],
            of_account,
            "groups must not have",
        ),
        Case::new(
            "others have the role",
            member(role, "add", ida),
            of_role,
            "of Dezky: ida@dezky.test.",
            "take it from them",
        )
        .undone(member(role, "remove", ida)),
        by(
            "the account is suspended",
            vec![api(Method::Patch, user, json!({"is_active": false}))],
            TOKEN,
            "",
        ),
        by(
            "the token expired",
            vec![put(
                "authentik",
                "tokens/dezky-api",
                json!({"expiring": true, "expires": "2020-01-01T00:00:00Z"}),
            )],
            TOKEN,
            "Token invalid/expired",
        ),
        by(
            "the token is deleted",
            vec![remove("authentik", "tokens/dezky-api")],
            TOKEN,
            "Token invalid/expired",
        ),
        by("the role is deleted", vec![remove("authentik", &format!("roles/{role}"))], MANAGES, "permission"),
        by(
            "the account is deleted",
            vec![remove("authentik", &format!("users/{account}"))],
            TOKEN,
            "Token invalid/expired",
        ),
    ]
}

/// What people may change, and is said.
fn of_people(ids: &Ids) -> Vec<Case> {
    let Ids { admins, trainees, ida, flow, refusal, console, .. } = ids;
    let group = format!("core/groups/{admins}/");
    let superusers = |is_set: bool| vec![api(Method::Patch, group.clone(), json!({"is_superuser": is_set}))];
    let console_mode = |mode: &str| {
        let path = "core/applications/dezky-operator/".to_owned();
        vec![api(Method::Patch, path, json!({"policy_engine_mode": mode}))]
    };
    let bound = format!("bindings/{}", UUIDS[0]);
    let step = format!("flowBindings/{}", UUIDS[1]);
    vec![
        Case::new(
            "nobody is an operator",
            vec![api(Method::Post, format!("{group}remove_user/"), json!({"pk": ida}))],
            "note  Authentik: the members of the group dezky-platform-admins",
            "no one can sign in to the operator console",
            "dezky bootstrap authentik --operator",
        )
        .by(&["authentik", "--operator", IDA]),
        Case::new(
            "operators are superusers",
            superusers(true),
            "note  Authentik: the group dezky-platform-admins: ",
            "are superusers of Authentik",
            "AUTHENTIK_ADMIN_GROUP",
        )
        .undone(superusers(false)),
        Case::new(
            "another group may open the operator console",
            vec![put("authentik", &bound, json!({"target": console, "group": trainees, "order": 2}))],
            "note  Authentik: the operator console’s binding",
            "too: trainees.",
            "operators’ group at sign-in",
        )
        .undone(vec![remove("authentik", &bound)]),
        Case::new(
            "the operator console asks for all bindings",
            console_mode("all"),
            "FAIL  Authentik: the provider of the application dezky-operator",
            "asks for all of its bindings",
            "policy engine mode to “any”",
        )
        .undone(console_mode("any")),
        Case::new(
            "people are refused when the mail is sent",
            vec![put("authentik", &step, json!({"target": flow, "stage": refusal, "order": 25}))],
            "note  Authentik: the recovery flow’s step dezky-recovery-email: ",
            "behind the e-mail stage, when the mail with the link is sent: no-operators.",
            "an order below that of",
        )
        .undone(vec![remove("authentik", &step)]),
        Case::new(
            "another recovery flow is in use",
            vec![put("authentik", "brands/default", json!({"flowRecovery": "default-invalidation-flow"}))],
            "note  Authentik: the recovery flow of the default brand: ",
            "already has another recovery flow",
            "stays in use",
        )
        .undone(vec![put("authentik", "brands/default", json!({"flowRecovery": "dezky-recovery"}))]),
    ]
}

/// How oCIS is told to take tokens; by the right claim, unless another is named.
fn told(mut switches: Value) -> Harm {
    if switches["claim"].is_null() {
        switches["claim"] = json!(FILES_CLAIM);
    }
    put("ocis", ISSUERS, switches)
}

fn told_right() -> Vec<Harm> {
    vec![told(json!({}))]
}

/// The accounts of the file service.
fn of_ocis(ids: &Ids) -> Vec<Case> {
    let Ids { files, mappings, ocis_user, service, .. } = ids;
    let active = |is_active: bool| {
        vec![api(Method::Patch, format!("core/users/{service}/"), json!({"is_active": is_active}))]
    };
    let line = "FAIL  oCIS: accounts are made by Dezky alone";
    let mend = "PROXY_AUTOPROVISION_ACCOUNTS=false";
    let user = format!("users/{ocis_user}");
    let role = |role: &str| vec![put("ocis", &user, json!({"role": role}))];
    let makes = || told(json!({"autoprovisions": true}));
    // Without an address an account can be made of a program's claims.
    let others = mappings.iter().enumerate().filter(|(at, _)| *at != 1);
    let without: Vec<&Value> = others.map(|(_, id)| id).collect();
    let provider = format!("providers/oauth2/{files}/");
    let no_address = api(Method::Patch, provider, json!({"property_mappings": without}));
    let another = format!("users/{}", UUIDS[2]);
    vec![
        Case::new(
            "the service user isn't Admin",
            role("User"),
            "FAIL  oCIS: the service user has the role Admin",
            "incomplete",
            &format!("OCIS_ADMIN_USER_ID of oCIS to {ocis_user}"),
        )
        .undone(role("Admin")),
        Case::new(
            "accounts are to be made of claims",
            vec![makes()],
            line,
            "oCIS tries to make an account for a token",
            mend,
        )
        .undone(told_right()),
        Case::new(
            "accounts are made of claims",
            vec![no_address, makes()],
            line,
            "let in as “ak-dezky-files-client_credentials”",
            mend,
        )
        .undone(told_right())
        .by(AUTHENTIK),
        Case::new(
            "oCIS has the account that it is tried with",
            vec![put("ocis", &another, json!({"onPremisesSamAccountName": STRANGER}))],
            "?     oCIS: accounts are made by Dezky alone",
            "not known: oCIS has an account “ak-dezky-files-client_credentials”",
            "remove that account",
        )
        .undone(vec![remove("ocis", &another)]),
        Case::new(
            "the service account is suspended",
            active(false),
            FILES,
            "suspended",
            "exists and is active",
        )
        .undone(active(true)),
        Case::set(
            "another app password",
            ("OCIS_SERVICE_PASSWORD", "wrong"),
            FILES,
            "app password",
            "dezky bootstrap ocis",
        ),
    ]
}

/// Whom the file service takes tokens for.
fn of_tokens(ids: &Ids) -> Vec<Case> {
    let claim = "PROXY_USER_OIDC_CLAIM=dezky_files_account";
    let another = format!("users/{}", UUIDS[2]);
    let named = json!({"onPremisesSamAccountName": "svc-platform-api", "role": "Admin"});
    let by_name = || told(json!({"claim": "preferred_username"}));
    let refused = |what, switches, says: &str, mend: &str| {
        Case::new(what, vec![told(switches)], FILES, says, mend).undone(told_right())
    };
    let unknown = "unknown or disabled";
    vec![
        refused("the claim is that of names", json!({"claim": "preferred_username"}), unknown, claim),
        Case::new(
            "the claim finds another account",
            vec![put("ocis", &another, named), by_name()],
            "FAIL  oCIS: tokens name accounts as Dezky does",
            "for the account “svc-platform-api”",
            claim,
        )
        .undone(vec![remove("ocis", &another), told(json!({}))]),
        refused(
            "the claim is compared with ids",
            json!({"attribute": "userid"}),
            unknown,
            "PROXY_USER_CS3_CLAIM=username",
        ),
        refused("no token has the claim", json!({"claim": "nothing"}), "internal error (500)", claim),
        refused(
            "another issuer is trusted",
            json!({"issuer": "https://elsewhere.test/"}),
            "another issuer",
            &format!("OCIS_OIDC_ISSUER of oCIS to {}", ids.issuer),
        ),
    ]
}

/// Clocks, addresses and certificates.
async fn of_the_way(bench: &Bench) -> Vec<Case> {
    let clock = |seconds: u64| vec![put("authentik", "clocks/own", json!({"aheadSeconds": seconds}))];
    let trusted = |is_trusted: bool| put("authentik", "proxies/all", json!({"areTrusted": is_trusted}));
    let stranger = tls_before(bench.empty.authentik()).await;
    let reached = "can't be reached";
    let key = "FAIL  Stalwart: accepts the key";
    let named = Case::set(
        "an inner address, and the public host isn't believed",
        ("AUTHENTIK_ISSUER", "https://id.example.test"),
        "FAIL  Sign-in: dezky-portal is known by its secret",
        "AUTHENTIK_ISSUER is https://id.example.test",
        "AUTHENTIK_LISTEN__TRUSTED_PROXY_CIDRS",
    );
    vec![
        Case::new(
            "clocks differ",
            clock(120),
            "FAIL  Sign-in: the clocks of Authentik and of this machine agree",
            "s ahead",
            "NTP",
        )
        .undone(clock(0)),
        Case::set("Authentik is down", ("AUTHENTIK_API_URL", NOWHERE), AWAY, reached, "AUTHENTIK_API_URL"),
        Case::set("Stalwart is down", ("STALWART_API_URL", NOWHERE), key, reached, "STALWART_API_URL"),
        Case::set("oCIS is down", ("OCIS_API_URL", NOWHERE), FILES, reached, "OCIS_API_URL"),
        Case::set(
            "another key of Stalwart",
            ("STALWART_API_KEY", "API_another"),
            key,
            "doesn’t accept the key",
            "dezky bootstrap stalwart",
        ),
        Case::set(
            "a certificate of an unknown authority",
            ("AUTHENTIK_API_URL", &stranger),
            TOKEN,
            "isn't trusted",
            "EXTRA_CA_CERTS",
        ),
        Case { harms: vec![trusted(false)], ..named }.undone(vec![trusted(true)]),
    ]
}

// What is in front of a simulator runs here, and must go on while a command is waited for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_thing_besides_is_named_with_what_mends_it() {
    let bench = Bench::start();
    let ids = Ids::of(&bench).await;
    let mut cases = of_clients();
    cases.extend(of_account(&ids));
    cases.extend(of_people(&ids));
    cases.extend(of_ocis(&ids));
    cases.extend(of_tokens(&ids));
    cases.extend(of_the_way(&bench).await);
    assert_eq!(cases.len(), 38);
    for case in cases {
        bench.shown(case).await;
    }
    bench.assert_well();
}

impl Bench {
    /// Does harm, reads what the doctor says of it, and mends it as that says.
    async fn shown(&self, case: Case) {
        let Case { what, harms, over, told, undone, command } = case;
        for harm in harms {
            self.do_harm(harm).await;
        }
        let mut settings: Vec<(&str, &str)> =
            over.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if !told.line.contains("Stalwart") {
            settings.push(NO_MAIL);
        }
        let (code, said) = self.empty.doctor(&settings);
        assert_eq!(code, Some(i32::from(told.line.starts_with("FAIL"))), "{what}: {said}");
        told.assert_in(&said);
        for harm in undone {
            self.do_harm(harm).await;
        }
        if !command.is_empty() {
            let (code, said) = self.empty.run_with(&[&["bootstrap"][..], command, &["--yes"]].concat(), &[]);
            assert_eq!(code, Some(0), "{what}: {said}");
        }
        self.assert_whole(what).await;
    }
}
