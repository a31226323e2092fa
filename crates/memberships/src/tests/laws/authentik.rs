//! Accounts and memberships in Authentik.

use async_trait::async_trait;
use laws::{Object, Ownership, PRESENT, Spoiled, Subject, Upstream};
use reconcile::{Registered, Want};
use serde_json::{Value, json};
use simulator::{Dial, State};
use upstream_authentik::Authentik;
use upstream_authentik::sim::Sim;

use super::{
    OFF, Upstreams, client, listener, of_a_member, of_a_person, of_person_in, of_tenant, rows, sorted, text,
    username, with,
};
use crate::desired::{MEMBERSHIP, USER};

/// Somebody who is not Dezky's.
const SOMEBODY: &str = "9001";

pub async fn start() -> Sim {
    let setup = upstream_authentik::sim::Setup::new("token".into());
    upstream_authentik::sim::serve(listener().await, None, setup).await.unwrap()
}

pub fn connected(sim: &Sim) -> Authentik {
    Authentik::new(client("Authentik", &sim.origin), "token".into())
}

pub fn inventory(sim: &Sim, kind: &str) -> Vec<Value> {
    rows(&sim.store.read(State::inventory), kind)
}

/// The person whose account has this UUID.
pub fn person_of(sim: &Sim, uuid: &str) -> Value {
    let user = inventory(sim, "users").into_iter().find(|user| user["uuid"] == uuid);
    user.map_or(Value::Null, |user| user["attributes"]["dezky"]["person"].clone())
}

fn put(sim: &Sim, kind: &str, id: &str, fields: &Value) {
    sim.store.write(|world| world.put(kind, id, fields)).unwrap();
}

pub struct Accounts;

#[async_trait]
impl Subject for Accounts {
    fn kind(&self) -> &'static str {
        USER
    }

    fn names_are_unique(&self) -> bool {
        true
    }

    fn want(&self, _: &str) -> Want {
        of_a_person(USER)
    }

    fn title(&self, want: &Want) -> String {
        text(&want.spec["username"])
    }

    fn changed(&self, spec: &Value) -> Value {
        with(spec, json!({"name": "Renamed", "email": "other@people.test", "active": false}))
    }

    async fn start(&self) -> Box<dyn Upstream> {
        Box::new(AccountsThere(start().await))
    }
}

struct AccountsThere(Sim);

impl AccountsThere {
    fn number(&self, uuid: &str) -> String {
        inventory(&self.0, "users").into_iter().find(|user| user["uuid"] == uuid).unwrap()["id"].to_string()
    }
}

impl Upstream for AccountsThere {
    fn kind(&self) -> Registered {
        sorted(USER, &Upstreams { authentik: Ok(connected(&self.0)), ..OFF }).0
    }

    fn dial(&self) -> &Dial {
        &self.0.dial
    }

    fn objects(&self) -> Vec<Object> {
        let object = |whole: Value| Object {
            id: text(&whole["uuid"]),
            mark: whole["attributes"]["dezky"]["resource"].as_str().map(str::to_owned),
            fields: json!({
                "username": whole["username"], "name": whole["name"], "email": whole["email"],
                "active": whole["isActive"],
            }),
            whole,
        };
        inventory(&self.0, "users").into_iter().map(object).collect()
    }

    fn add_foreign(&self, name: &str) {
        put(&self.0, "users", SOMEBODY, &json!({"username": username(name), "name": "Somebody"}));
    }

    fn spoil(&self, id: &str, field: &str) -> Spoiled {
        let (fields, spoiled) = match field {
            "active" => (json!({"isActive": false}), Spoiled::Mendable),
            "username" => (json!({"username": "renamed"}), Spoiled::ForPeople),
            _ => (json!({field: "spoiled"}), Spoiled::Mendable),
        };
        put(&self.0, "users", &self.number(id), &fields);
        spoiled
    }

    fn remove(&self, id: &str) {
        let number = self.number(id);
        assert!(self.0.store.write(|world| world.remove("users", &number)));
    }
}

pub struct Memberships;

#[async_trait]
impl Subject for Memberships {
    fn kind(&self) -> &'static str {
        MEMBERSHIP
    }

    fn names_are_unique(&self) -> bool {
        false
    }

    fn want(&self, case: &str) -> Want {
        of_a_member(MEMBERSHIP, case)
    }

    fn before(&self, want: &Want) -> Vec<Want> {
        let name = text(&want.spec["group"]);
        let slug = name.trim_start_matches(provisioning::GROUP_PREFIX);
        let fields = json!({"name": name, "slug": slug, "state": "open"});
        let [account, _] = of_person_in(&want.spec);
        vec![of_tenant("authentik.group", &name, fields), account]
    }

    fn ownership(&self) -> Ownership {
        Ownership::Relation
    }

    fn changed(&self, spec: &Value) -> Value {
        with(spec, json!({PRESENT: false}))
    }

    async fn start(&self) -> Box<dyn Upstream> {
        Box::new(MembershipsThere(start().await))
    }
}

struct MembershipsThere(Sim);

impl MembershipsThere {
    fn groups(&self) -> Vec<Value> {
        let groups = inventory(&self.0, "groups").into_iter();
        groups.filter(|group| text(&group["name"]).starts_with(provisioning::GROUP_PREFIX)).collect()
    }

    fn upstreams(&self) -> Upstreams {
        Upstreams { authentik: Ok(connected(&self.0)), ..OFF }
    }
}

impl Upstream for MembershipsThere {
    fn kind(&self) -> Registered {
        sorted(MEMBERSHIP, &self.upstreams()).0
    }

    fn others(&self) -> Vec<Registered> {
        sorted(MEMBERSHIP, &self.upstreams()).1
    }

    fn dial(&self) -> &Dial {
        &self.0.dial
    }

    fn objects(&self) -> Vec<Object> {
        let users = inventory(&self.0, "users");
        let uuid = |number: &Value| users.iter().find(|user| user["id"] == *number).unwrap()["uuid"].clone();
        let mut objects = Vec::new();
        for group in self.groups() {
            for user in group["users"].as_array().unwrap() {
                let uuid = text(&uuid(user));
                let fields =
                    json!({"person": person_of(&self.0, &uuid), "group": group["name"], PRESENT: true});
                let id = format!("{}/{uuid}", text(&group["id"]));
                objects.push(Object { id, mark: None, whole: fields.clone(), fields });
            }
        }
        objects
    }

    fn add_foreign(&self, _: &str) {
        put(&self.0, "users", SOMEBODY, &json!({"username": "somebody"}));
        for group in self.groups() {
            put(&self.0, "groups", &text(&group["id"]), &json!({"users": [9001]}));
        }
    }

    fn spoil(&self, id: &str, field: &str) -> Spoiled {
        if field != PRESENT {
            return Spoiled::Fixed;
        }
        self.remove(id);
        Spoiled::Mendable
    }

    fn remove(&self, id: &str) {
        put(&self.0, "groups", id.split_once('/').unwrap().0, &json!({"users": []}));
    }
}
