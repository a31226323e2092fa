//! The laws of all kinds, for a workspace's three.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use kernel::{Clock, TenantId};
use laws::{Object, Spoiled, Subject, Upstream};
use outbound::{Client, Options};
use platform::Upstreams;
use reconcile::{Registered, Want};
use serde_json::{Value, json};
use simulator::{Dial, Running, State};
use tokio::net::TcpListener;
use upstream_authentik::Authentik;
use upstream_authentik::sim::Sim;
use upstream_ocis::{Credential, Ocis};
use upstream_stalwart::Stalwart;

use crate::desired::{KINDS, MailSettings, Workspace, wants};
use crate::kinds;

const OFF: Upstreams = Upstreams { authentik: Err("off"), stalwart: Err("off"), ocis: Err("off") };

laws::hold! {
    kinds(&OFF);
    group: Group;
    domain: Domain;
    drive: Drive;
}

#[test]
fn the_kinds_are_those_that_people_read() {
    let registered: Vec<&str> = kinds(&OFF).iter().map(|registered| registered.name).collect();
    assert_eq!(registered, KINDS);
}

/// What a workspace of this slug wants of a kind.
fn want(kind: &str, slug: &str) -> Want {
    let workspace = Workspace {
        id: TenantId::new(&Clock::System),
        slug: slug.parse().unwrap(),
        name: format!("Workspace {slug}"),
        is_open: true,
        primary_domain: Some(format!("{slug}.test").parse().unwrap()),
        space: 25 * (50 << 30),
    };
    wants(&workspace, &MailSettings::default()).into_iter().find(|want| want.kind == kind).unwrap()
}

/// A spec with some fields replaced.
fn with(spec: &Value, changes: Value) -> Value {
    let mut spec = spec.clone();
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    spec.as_object_mut().unwrap().extend(changes);
    spec
}

fn client(name: &'static str, origin: &str) -> Client {
    let options = Options { deadline: laws::DEADLINE, ..Options::default() };
    Client::new(name, origin.parse().unwrap(), options).unwrap()
}

async fn listener() -> TcpListener {
    TcpListener::bind(("127.0.0.1", 0)).await.unwrap()
}

/// The one kind that is on.
fn only(upstreams: &Upstreams) -> Registered {
    kinds(upstreams).into_iter().find(|registered| registered.kind.is_ok()).unwrap()
}

fn rows(inventory: &Value, kind: &str) -> Vec<Value> {
    inventory[kind].as_array().unwrap().clone()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A word of a mark in free text, as in `dezky tenant=... resource=...`.
fn word(text: &Value, name: &str) -> Option<String> {
    let mark = text.as_str()?.strip_prefix("dezky ")?;
    mark.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
}

struct Group;

#[async_trait]
impl Subject for Group {
    fn kind(&self) -> &'static str {
        "authentik.group"
    }

    fn names_are_unique(&self) -> bool {
        true
    }

    fn want(&self, case: &str) -> Want {
        want(self.kind(), case)
    }

    fn changed(&self, spec: &Value) -> Value {
        with(spec, json!({"state": "closed"}))
    }

    async fn start(&self) -> Box<dyn Upstream> {
        let setup = upstream_authentik::sim::Setup::new("token".into());
        Box::new(Groups(upstream_authentik::sim::serve(listener().await, None, setup).await.unwrap()))
    }
}

struct Groups(Sim);

impl Groups {
    fn put(&self, id: &str, fields: &Value) {
        self.0.store.write(|world| world.put("groups", id, fields)).unwrap();
    }
}

impl Upstream for Groups {
    fn kind(&self) -> Registered {
        let authentik = Authentik::new(client("Authentik", &self.0.origin), "token".into());
        only(&Upstreams { authentik: Ok(authentik), ..OFF })
    }

    fn dial(&self) -> &Dial {
        &self.0.dial
    }

    fn objects(&self) -> Vec<Object> {
        let object = |whole: Value| {
            let dezky = &whole["attributes"]["dezky"];
            Object {
                id: text(&whole["id"]),
                mark: dezky["resource"].as_str().map(str::to_owned),
                fields: json!({
                    "name": whole["name"], "tenantId": dezky["tenant_id"], "slug": dezky["slug"],
                    "state": dezky["state"],
                }),
                whole,
            }
        };
        rows(&self.0.store.read(State::inventory), "groups").into_iter().map(object).collect()
    }

    fn add_foreign(&self, name: &str) {
        let fields = json!({"name": name, "attributes": {"owner": "somebody"}});
        self.put("6a2f5a8e-1111-4222-8333-444455556666", &fields);
    }

    fn spoil(&self, id: &str, field: &str) -> Spoiled {
        if field == "name" {
            self.put(id, &json!({"name": "renamed"}));
            return Spoiled::Mendable;
        }
        let object = self.objects().into_iter().find(|object| object.id == id).unwrap();
        let mut attributes = object.whole["attributes"].clone();
        let field = if field == "tenantId" { "tenant_id" } else { field };
        attributes["dezky"][field] = json!("spoiled");
        self.put(id, &json!({"attributes": attributes}));
        Spoiled::Mendable
    }

    fn remove(&self, id: &str) {
        assert!(self.0.store.write(|world| world.remove("groups", id)));
    }
}

struct Domain;

#[async_trait]
impl Subject for Domain {
    fn kind(&self) -> &'static str {
        "stalwart.domain"
    }

    fn names_are_unique(&self) -> bool {
        true
    }

    fn want(&self, case: &str) -> Want {
        want(self.kind(), case)
    }

    fn changed(&self, spec: &Value) -> Value {
        let catch_all = "all@elsewhere.test";
        with(spec, json!({"tenantId": "ten_another", "catchAll": catch_all, "plusAddresses": false}))
    }

    async fn start(&self) -> Box<dyn Upstream> {
        let mut setup = upstream_stalwart::sim::Setup::new("API_key".into());
        setup.dkim_delays = [Duration::from_millis(10), Duration::from_millis(20)];
        Box::new(Domains(upstream_stalwart::sim::serve(listener().await, None, setup).await.unwrap()))
    }
}

struct Domains(Running<upstream_stalwart::sim::World>);

impl Domains {
    fn put(&self, id: &str, fields: &Value) {
        self.0.store.write(|world| world.put("domains", id, fields)).unwrap();
    }
}

impl Upstream for Domains {
    fn kind(&self) -> Registered {
        let stalwart = Stalwart::new(client("Stalwart", &self.0.origin), "API_key".into());
        only(&Upstreams { stalwart: Ok(stalwart), ..OFF })
    }

    fn dial(&self) -> &Dial {
        &self.0.dial
    }

    fn objects(&self) -> Vec<Object> {
        let object = |whole: Value| Object {
            id: text(&whole["id"]),
            mark: word(&whole["description"], "resource"),
            fields: json!({
                "name": whole["name"], "tenantId": word(&whole["description"], "tenant"),
                "catchAll": whole["catchAllAddress"],
                "plusAddresses": whole["subAddressing"]["@type"] == "Enabled",
            }),
            whole,
        };
        rows(&self.0.store.read(State::inventory), "domains").into_iter().map(object).collect()
    }

    fn add_foreign(&self, name: &str) {
        self.put("zz", &json!({"name": name, "description": "of somebody"}));
    }

    fn spoil(&self, id: &str, field: &str) -> Spoiled {
        if field == "name" {
            self.put(id, &json!({"name": "renamed.test"}));
            return Spoiled::ForPeople;
        }
        self.put(
            id,
            &match field {
                "catchAll" => json!({"catchAllAddress": "somebody@elsewhere.test"}),
                "plusAddresses" => json!({"subAddressing": {"@type": "Disabled"}}),
                _ => json!({"description": "spoiled"}),
            },
        );
        Spoiled::Mendable
    }

    fn remove(&self, id: &str) {
        assert!(self.0.store.write(|world| world.remove("domains", id)));
    }
}

struct Drive;

#[async_trait]
impl Subject for Drive {
    fn kind(&self) -> &'static str {
        "ocis.drive"
    }

    fn names_are_unique(&self) -> bool {
        false
    }

    fn want(&self, case: &str) -> Want {
        want(self.kind(), case)
    }

    fn changed(&self, spec: &Value) -> Value {
        with(spec, json!({"name": "Renamed", "quotaBytes": 5_000_000, "enabled": false}))
    }

    async fn start(&self) -> Box<dyn Upstream> {
        let setup = upstream_ocis::sim::Setup {
            issuer: "https://id.example.test/".into(),
            userinfo: None,
            static_tokens: BTreeMap::from([("files".to_owned(), "svc".to_owned())]),
            admin_user: "svc".into(),
            clock: Clock::System,
        };
        Box::new(Drives(upstream_ocis::sim::serve(listener().await, None, setup).await.unwrap()))
    }
}

struct Drives(Running<upstream_ocis::sim::World>);

impl Drives {
    fn put(&self, id: &str, fields: &Value) {
        self.0.store.write(|world| world.put("drives", id, fields)).unwrap();
    }
}

impl Upstream for Drives {
    fn kind(&self) -> Registered {
        let ocis = Ocis::new(client("oCIS", &self.0.origin), Credential::Token("files".into()));
        only(&Upstreams { ocis: Ok(ocis), ..OFF })
    }

    fn dial(&self) -> &Dial {
        &self.0.dial
    }

    fn objects(&self) -> Vec<Object> {
        let object = |whole: Value| Object {
            id: text(&whole["id"]),
            mark: word(&whole["description"], "resource"),
            fields: json!({
                "name": whole["name"], "tenantId": word(&whole["description"], "tenant"),
                "quotaBytes": whole["quota"]["total"], "enabled": whole["disabled"] == json!(false),
            }),
            whole,
        };
        let drives = rows(&self.0.store.read(State::inventory), "drives").into_iter();
        drives.filter(|drive| drive["driveType"] == "project").map(object).collect()
    }

    fn add_foreign(&self, name: &str) {
        self.put("p$foreign", &json!({"name": name, "description": "of somebody"}));
    }

    fn spoil(&self, id: &str, field: &str) -> Spoiled {
        let spoiled = match field {
            "name" => json!({"name": "Spoiled"}),
            "tenantId" => json!({"description": "spoiled"}),
            "quotaBytes" => json!({"quotaTotal": 1}),
            "enabled" => json!({"disabled": true}),
            _ => panic!("a drive has no {field}"),
        };
        self.put(id, &spoiled);
        Spoiled::Mendable
    }

    fn remove(&self, id: &str) {
        assert!(self.0.store.write(|world| world.remove("drives", id)));
    }
}
