//! The laws of all kinds, for lists.

use async_trait::async_trait;
use kernel::{Clock, EmailAddress, ListId, TenantId};
use laws::{Linked, Makers, Object, Spoiled, Subject, Upstream};
use outbound::{Client, Options};
use platform::Upstreams;
use reconcile::{Registered, Want};
use serde_json::{Value, json};
use simulator::{Dial, Running, State};
use tokio::net::TcpListener;
use upstream_stalwart::Stalwart;
use upstream_stalwart::sim::World;

use crate::desired::{LIST, of_list};
use crate::kinds::kinds;
use crate::model::List;

const OFF: Upstreams = Upstreams { authentik: Err("off"), stalwart: Err("off"), ocis: Err("off") };
/// The id of the domain that everything here is on.
const DOMAIN: &str = "zz";

/// What the simulator's inventory calls its objects.
const OBJECTS: &str = "lists";

laws::hold! {
    kinds(&OFF);
    list: Lists;
}

fn address(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

struct Lists;

#[async_trait]
impl Subject for Lists {
    fn kind(&self) -> &'static str {
        LIST
    }

    fn names_are_unique(&self) -> bool {
        true
    }

    fn want(&self, case: &str) -> Want {
        let clock = Clock::System;
        let (tenant, created_at, version) = (TenantId::new(&clock), clock.now(), 1);
        let address = address(&format!("{case}@acme.test"));
        let further = [self::address(&format!("{case}-too@acme.test"))];
        // As texts they sort otherwise than as addresses.
        let recipients = ["bo@acme.test", "bo2@acme.test", "out@elsewhere.test"].map(self::address).into();
        let description = Some("All of us".to_owned());
        let id = ListId::new(&clock);
        of_list(&List { id, tenant, address, description, recipients, version, created_at }, &further)
    }

    fn changed(&self, spec: &Value) -> Value {
        let mut spec = spec.clone();
        spec["description"] = json!("Another");
        spec["aliases"] = json!([]);
        spec["recipients"] = json!(["bo@acme.test", "new@elsewhere.test"]);
        spec
    }

    async fn start(&self) -> Box<dyn Upstream> {
        let setup = upstream_stalwart::sim::Setup::new("API_key".into());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let sim = upstream_stalwart::sim::serve(listener, None, setup).await.unwrap();
        let domain = json!({"name": "acme.test", "description": "dezky tenant=ten_1 resource=res_1"});
        sim.store.write(|world| world.put("domains", DOMAIN, &domain)).unwrap();
        sim.store.write(|world| world.put("domains", "zy", &json!({"name": "other.test"}))).unwrap();
        Box::new(Mails { sim, makers: Makers::default() })
    }
}

struct Mails {
    sim: Running<World>,
    makers: Makers,
}

impl Mails {
    fn put(&self, id: &str, fields: &Value) {
        self.sim.store.write(|world| world.put(OBJECTS, id, fields)).unwrap();
    }
}

impl Upstream for Mails {
    fn kind(&self) -> Registered {
        let options = Options { deadline: laws::DEADLINE, ..Options::default() };
        let client = Client::new("Stalwart", self.sim.origin.parse().unwrap(), options).unwrap();
        let stalwart = Stalwart::new(client, "API_key".into());
        let all = kinds(&Upstreams { stalwart: Ok(stalwart), ..OFF });
        let ours = all.into_iter().find(|registered| registered.name == LIST).unwrap();
        let needed = vec![DOMAIN.to_owned()];
        Registered::on(Linked { kind: ours.kind.unwrap(), needed, makers: self.makers.clone() })
    }

    fn dial(&self) -> &Dial {
        &self.sim.dial
    }

    fn objects(&self) -> Vec<Object> {
        let makers = self.makers.lock().unwrap();
        let split = |alias: &Value| {
            let (name, domain) = alias["address"].as_str()?.split_once('@')?;
            Some(json!({"name": name, "domain": domain}))
        };
        let object = |whole: Value| {
            let id = whole["id"].as_str().unwrap().to_owned();
            let aliases = whole["aliases"].as_array().unwrap().iter().filter_map(split);
            let (_, domain) = whole["address"].as_str().unwrap().split_once('@').unwrap();
            Object {
                mark: makers.get(&id).cloned(),
                fields: json!({
                    "name": whole["name"], "domain": domain, "description": whole["description"],
                    "aliases": aliases.collect::<Vec<_>>(), "recipients": whole["recipients"],
                }),
                id,
                whole,
            }
        };
        let inventory = self.sim.store.read(State::inventory);
        inventory[OBJECTS].as_array().unwrap().iter().cloned().map(object).collect()
    }

    fn add_foreign(&self, name: &str) {
        let (name, _) = name.split_once('@').unwrap();
        self.put("zx", &json!({"name": name, "domainId": DOMAIN, "description": "of somebody"}));
    }

    fn spoil(&self, id: &str, field: &str) -> Spoiled {
        let spoiled = match field {
            "name" => json!({"name": format!("spoiled-{id}")}),
            "domain" => json!({"domainId": "zy"}),
            "description" => json!({"description": "Spoiled"}),
            "aliases" => json!({"aliases": {"0": {"name": format!("x-{id}"), "domainId": "zy"}}}),
            "recipients" => json!({"recipients": {"bo@acme.test": true}}),
            _ => panic!("it has no {field}"),
        };
        self.put(id, &spoiled);
        if field == "domain" { Spoiled::ForPeople } else { Spoiled::Mendable }
    }

    fn remove(&self, id: &str) {
        assert!(self.sim.store.write(|world| world.remove(OBJECTS, id)));
    }
}
