//! Mailboxes in Stalwart.

use std::time::Duration;

use async_trait::async_trait;
use kernel::{Clock, MemberId, TenantId};
use laws::{Object, Ownership, Spoiled, Subject, Upstream};
use outbound::{Client, Options};
use platform::Upstreams;
use provisioning::DOMAIN;
use reconcile::{Registered, Want};
use serde_json::{Value, json};
use simulator::{Dial, Running, State};
use tokio::net::TcpListener;
use upstream_stalwart::Stalwart;
use upstream_stalwart::sim::World;

use crate::kinds::kinds;
use crate::{MAILBOX, aliases};

const OFF: Upstreams = Upstreams { authentik: Err("off"), stalwart: Err("off"), ocis: Err("off") };

laws::hold! {
    kinds(&OFF);
    mailbox: Mailboxes;
}

pub struct Mailboxes;

#[async_trait]
impl Subject for Mailboxes {
    fn kind(&self) -> &'static str {
        MAILBOX
    }

    fn names_are_unique(&self) -> bool {
        true
    }

    fn want(&self, case: &str) -> Want {
        let spec = json!({
            "name": "mette", "domain": format!("{case}.test"), "description": "Mette Hvid", "quotaBytes": 5_000_000,
            "frozen": false, "aliases": aliases::field(&[]), "groups": [],
        });
        let owner = MemberId::new(&Clock::System).to_string();
        Want { owner, kind: MAILBOX, name: format!("mette@{case}.test"), spec }
    }

    fn before(&self, want: &Want) -> Vec<Want> {
        let domain = text(&want.spec["domain"]);
        let owner = TenantId::new(&Clock::System).to_string();
        vec![Want { spec: json!({"tenantId": owner, "name": domain}), name: domain, owner, kind: DOMAIN }]
    }

    fn ownership(&self) -> Ownership {
        Ownership::Remembered
    }

    fn changed(&self, spec: &Value) -> Value {
        let mut spec = spec.clone();
        let changes = json!({"description": "Renamed", "quotaBytes": 7_000_000, "frozen": true});
        let Value::Object(changes) = changes else { panic!("changes are an object") };
        spec.as_object_mut().unwrap().extend(changes);
        spec
    }

    async fn start(&self) -> Box<dyn Upstream> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let mut setup = upstream_stalwart::sim::Setup::new("API_key".into());
        setup.dkim_delays = [Duration::from_millis(1), Duration::from_millis(2)];
        Box::new(MailboxesThere(upstream_stalwart::sim::serve(listener, None, setup).await.unwrap()))
    }
}

struct MailboxesThere(Running<World>);

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// An alias as a spec has it.
fn alias(shown: &Value) -> Value {
    let address = text(&shown["address"]);
    let (name, domain) = address.split_once('@').unwrap();
    json!({"domain": domain, "name": name})
}

impl MailboxesThere {
    fn domain_of(&self, id: &str) -> Value {
        self.inventory("accounts").into_iter().find(|account| account["id"] == id).unwrap()["domainId"]
            .clone()
    }

    fn inventory(&self, kind: &str) -> Vec<Value> {
        self.0.store.read(State::inventory)[kind].as_array().unwrap().clone()
    }

    fn put(&self, id: &str, fields: &Value) {
        self.0.store.write(|world| world.put("accounts", id, fields)).unwrap();
    }

    fn upstreams(&self) -> Upstreams {
        let options = Options { deadline: laws::DEADLINE, ..Options::default() };
        let client = Client::new("Stalwart", self.0.origin.parse().unwrap(), options).unwrap();
        let stalwart = Stalwart::new(client, "API_key".into());
        Upstreams { stalwart: Ok(stalwart), ..OFF }
    }
}

impl Upstream for MailboxesThere {
    fn kind(&self) -> Registered {
        kinds(&self.upstreams()).pop().unwrap()
    }

    fn others(&self) -> Vec<Registered> {
        let all = provisioning::kinds(&self.upstreams()).into_iter();
        all.filter(|registered| registered.kind.is_ok()).collect()
    }

    fn dial(&self) -> &Dial {
        &self.0.dial
    }

    fn objects(&self) -> Vec<Object> {
        let domains = self.inventory("domains");
        let name = |id: &Value| {
            domains.iter().find(|domain| domain["id"] == *id).map_or(Value::Null, |it| it["name"].clone())
        };
        let object = |whole: Value| Object {
            id: text(&whole["id"]),
            mark: None,
            fields: json!({
                "name": whole["name"], "domain": name(&whole["domainId"]),
                "description": whole["description"], "quotaBytes": whole["quota"], "frozen": whole["frozen"],
                "aliases": whole["aliases"].as_array().unwrap().iter().map(alias).collect::<Vec<_>>(),
                "groups": whole["groups"],
            }),
            whole,
        };
        let boxes = self.inventory("accounts").into_iter().filter(|account| account["@type"] == "User");
        boxes.map(object).collect()
    }

    fn add_foreign(&self, name: &str) {
        let (local, domain) = name.split_once('@').unwrap();
        let domains = self.inventory("domains");
        let id = &domains.iter().find(|known| known["name"] == domain).unwrap()["id"];
        self.put("zz", &json!({"name": local, "domainId": id, "description": "of somebody"}));
    }

    fn spoil(&self, id: &str, field: &str) -> Spoiled {
        let spoiled = match field {
            "domain" => return Spoiled::Fixed,
            "name" => json!({"name": "renamed"}),
            "description" => json!({"description": "Spoiled"}),
            "quotaBytes" => json!({"quotas": {"maxDiskQuota": 1}}),
            "frozen" => json!({"frozen": true}),
            "aliases" => {
                json!({"aliases": {"0": {"enabled": true, "name": "spoiled", "domainId": self.domain_of(id)}}})
            }
            "groups" => {
                let team = json!({"@type": "Group", "name": "team", "domainId": self.domain_of(id)});
                self.put("gg", &team);
                json!({"memberGroupIds": {"gg": true}})
            }
            _ => panic!("a mailbox has no {field}"),
        };
        self.put(id, &spoiled);
        Spoiled::Mendable
    }

    fn remove(&self, id: &str) {
        assert!(self.0.store.write(|world| world.remove("accounts", id)));
    }
}
