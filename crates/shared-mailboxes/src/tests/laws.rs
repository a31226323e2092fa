//! The laws of all kinds, for shared mailboxes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use addresses::SHARED;
use async_trait::async_trait;
use kernel::{Clock, EmailAddress, SharedId, TenantId};
use laws::{Object, Spoiled, Subject, Upstream};
use outbound::{Client, Options};
use platform::Upstreams;
use reconcile::{Actual, AnyKind, Created, FieldChange, Listed, Need, Problem, Registered, Resource, Want};
use serde_json::{Value, json};
use simulator::{Dial, Running, State};
use tokio::net::TcpListener;
use upstream_stalwart::Stalwart;
use upstream_stalwart::sim::World;

use crate::desired::of_shared;
use crate::kinds::kinds;
use crate::model::Shared;

const OFF: Upstreams = Upstreams { authentik: Err("off"), stalwart: Err("off"), ocis: Err("off") };
/// The id of the domain that everything here is on.
const DOMAIN: &str = "zz";

/// What the simulator's inventory calls its objects.
const OBJECTS: &str = "accounts";

laws::hold! {
    kinds(&OFF);
    shared: SharedMailboxes;
}

fn address(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

struct SharedMailboxes;

#[async_trait]
impl Subject for SharedMailboxes {
    fn kind(&self) -> &'static str {
        SHARED
    }

    fn names_are_unique(&self) -> bool {
        true
    }

    fn want(&self, case: &str) -> Want {
        let clock = Clock::System;
        let (tenant, created_at, version) = (TenantId::new(&clock), clock.now(), 1);
        let address = address(&format!("{case}@acme.test"));
        let further = [self::address(&format!("{case}-too@acme.test"))];
        let (id, name, readers) = (SharedId::new(&clock), "Support".to_owned(), Vec::new());
        of_shared(&Shared { id, tenant, address, name, readers, version, created_at }, &further)
    }

    fn changed(&self, spec: &Value) -> Value {
        let mut spec = spec.clone();
        spec["description"] = json!("Another");
        spec["aliases"] = json!([]);
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

/// Which resource made which object. Nothing in the objects says so.
type Makers = Arc<Mutex<BTreeMap<String, String>>>;

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
        let ours = all.into_iter().find(|registered| registered.name == SHARED).unwrap();
        Registered::on(Linked { kind: ours.kind.unwrap(), makers: self.makers.clone() })
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
                    "aliases": aliases.collect::<Vec<_>>(),
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
        let group = json!({"@type": "Group", "name": name, "domainId": DOMAIN, "description": "of somebody"});
        self.put("zx", &group);
    }

    fn spoil(&self, id: &str, field: &str) -> Spoiled {
        let spoiled = match field {
            "name" => json!({"name": format!("spoiled-{id}")}),
            "domain" => json!({"domainId": "zy"}),
            "description" => json!({"description": "Spoiled"}),
            "aliases" => json!({"aliases": {"0": {"name": format!("x-{id}"), "domainId": "zy"}}}),
            _ => panic!("it has no {field}"),
        };
        self.put(id, &spoiled);
        if field == "domain" { Spoiled::ForPeople } else { Spoiled::Mendable }
    }

    fn remove(&self, id: &str) {
        assert!(self.sim.store.write(|world| world.remove(OBJECTS, id)));
    }
}

/// A kind whose domain is there, and that remembers what it made: the laws try it alone.
struct Linked {
    kind: Box<dyn AnyKind>,
    makers: Makers,
}

impl Linked {
    fn linked(resource: &Resource) -> Resource {
        let mut linked = resource.clone();
        linked.needed = vec![DOMAIN.to_owned()];
        linked
    }

    fn note(&self, resource: &Resource, made: &Actual) {
        self.makers.lock().unwrap().insert(made.upstream_id.clone(), resource.id.clone());
    }
}

#[async_trait]
impl AnyKind for Linked {
    fn name(&self) -> &'static str {
        self.kind.name()
    }

    fn title(&self, resource: &Resource) -> String {
        self.kind.title(resource)
    }

    fn is_relation(&self) -> bool {
        self.kind.is_relation()
    }

    fn check(&self, spec: &Value) -> Result<(), Problem> {
        self.kind.check(spec)
    }

    fn writes_into(&self, resource: &Resource) -> Option<Need> {
        self.kind.writes_into(resource)
    }

    /// Nothing: its domain is there, and no kind of this trial makes domains.
    fn needs(&self, _: &Resource) -> Vec<Need> {
        Vec::new()
    }

    async fn read(&self, resource: &Resource) -> Result<Option<Actual>, Problem> {
        self.kind.read(&Self::linked(resource)).await
    }

    async fn search(&self, resource: &Resource) -> Result<Option<Actual>, Problem> {
        let found = self.kind.search(&Self::linked(resource)).await?;
        if let Some(found) = found.as_ref().filter(|found| found.mark.as_ref() == Some(&resource.id)) {
            self.note(resource, found);
        }
        Ok(found)
    }

    async fn create(&self, resource: &Resource, spec: &Value) -> Result<Created, Problem> {
        let created = self.kind.create(&Self::linked(resource), spec).await?;
        if let Created::New(made) = &created {
            self.note(resource, made);
        }
        Ok(created)
    }

    async fn update(
        &self,
        resource: &Resource,
        spec: &Value,
        actual: &Actual,
        changes: &[FieldChange],
    ) -> Result<(), Problem> {
        self.kind.update(&Self::linked(resource), spec, actual, changes).await
    }

    async fn close(&self, actual: &Actual) -> Result<(), Problem> {
        self.kind.close(actual).await
    }

    async fn delete(&self, resource: &Resource, actual: &Actual) -> Result<(), Problem> {
        self.kind.delete(&Self::linked(resource), actual).await
    }

    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        self.kind.list().await
    }

    fn as_read(&self, resource: &Resource, listed: Actual) -> Actual {
        self.kind.as_read(resource, listed)
    }

    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange> {
        self.kind.diff(spec, actual)
    }
}
