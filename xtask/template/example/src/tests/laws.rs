//! The laws of all kinds, for the group in Authentik that stands for an example.

use async_trait::async_trait;
use kernel::{Clock, TenantId};
use laws::{Object, Spoiled, Subject, Upstream};
use outbound::{Client, Options};
use platform::Upstreams;
use reconcile::{Registered, Want};
use serde_json::{Value, json};
use simulator::{Dial, State};
use tokio::net::TcpListener;
use upstream_authentik::Authentik;
use upstream_authentik::sim::{Setup, Sim, serve};

use crate::desired::{EXAMPLE, wants};
use crate::kinds::kinds;
use crate::model::{Example, ExampleId};

const OFF: Upstreams = Upstreams { authentik: Err("off"), stalwart: Err("off"), ocis: Err("off") };

laws::hold! {
    kinds(&OFF);
    example: Standing;
}

struct Standing;

#[async_trait]
impl Subject for Standing {
    fn kind(&self) -> &'static str {
        EXAMPLE
    }

    fn names_are_unique(&self) -> bool {
        true
    }

    fn want(&self, case: &str) -> Want {
        let clock = Clock::System;
        let example = Example {
            id: ExampleId::new(&clock),
            tenant: TenantId::new(&clock),
            name: case.to_owned(),
            created_at: clock.now(),
            removed_at: None,
        };
        wants(&example).pop().unwrap()
    }

    fn changed(&self, spec: &Value) -> Value {
        let mut changed = spec.clone();
        changed["displayName"] = json!("Renamed");
        changed
    }

    async fn start(&self) -> Box<dyn Upstream> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        Box::new(Groups(serve(listener, None, Setup::new("token".into())).await.unwrap()))
    }
}

struct Groups(Sim);

impl Groups {
    fn put(&self, id: &str, fields: &Value) {
        self.0.store.write(|world| world.put("groups", id, fields)).unwrap();
    }
}

fn object(whole: &Value) -> Object {
    let dezky = &whole["attributes"]["dezky"];
    Object {
        id: whole["id"].as_str().unwrap().to_owned(),
        mark: dezky["resource"].as_str().map(str::to_owned),
        fields: json!({
            "name": whole["name"], "tenantId": dezky["tenant_id"], "displayName": dezky["display_name"],
        }),
        whole: whole.clone(),
    }
}

impl Upstream for Groups {
    fn kind(&self) -> Registered {
        let options = Options { deadline: laws::DEADLINE, ..Options::default() };
        let client = Client::new("Authentik", self.0.origin.parse().unwrap(), options).unwrap();
        let authentik = Ok(Authentik::new(client, "token".into()));
        kinds(&Upstreams { authentik, ..OFF }).pop().unwrap()
    }

    fn dial(&self) -> &Dial {
        &self.0.dial
    }

    fn objects(&self) -> Vec<Object> {
        let inventory = self.0.store.read(State::inventory);
        inventory["groups"].as_array().unwrap().iter().map(object).collect()
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
        let attribute = if field == "tenantId" { "tenant_id" } else { "display_name" };
        attributes["dezky"][attribute] = json!("spoiled");
        self.put(id, &json!({"attributes": attributes}));
        Spoiled::Mendable
    }

    fn remove(&self, id: &str) {
        assert!(self.0.store.write(|world| world.remove("groups", id)));
    }
}
