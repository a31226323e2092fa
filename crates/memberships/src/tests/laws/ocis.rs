//! Accounts, the limits of their drives and memberships of spaces in oCIS.

use std::collections::BTreeMap;

use async_trait::async_trait;
use kernel::Clock;
use laws::{Object, Ownership, PRESENT, Spoiled, Subject, Upstream};
use reconcile::{Registered, Want};
use serde_json::{Map, Value, json};
use simulator::{Dial, Running, State};
use upstream_authentik::sim::Sim;
use upstream_ocis::sim::World;
use upstream_ocis::{Credential, Ocis};

use super::authentik::{connected, person_of};
use super::{
    Upstreams, authentik, client, listener, of_a_member, of_a_person, of_person_in, of_tenant, rows, sorted,
    text, with,
};
use crate::desired::{FILES_QUOTA, FILES_USER, SPACE_MEMBERSHIP};

const SERVICE: &str = "svc";
/// Somebody who is not Dezky's.
const SOMEBODY: &str = "somebody-id";
/// A UUID that nobody has.
const NOBODY: &str = "6a2f5a8e-1111-4222-8333-444455556666";

/// oCIS, and the Authentik whose people it lets in.
struct Both {
    ocis: Running<World>,
    authentik: Sim,
}

impl Both {
    async fn start() -> Self {
        let setup = upstream_ocis::sim::Setup {
            issuer: "https://id.example.test/".into(),
            userinfo: None,
            static_tokens: BTreeMap::from([("files".to_owned(), SERVICE.to_owned())]),
            admin_user: SERVICE.into(),
            clock: Clock::System,
        };
        let ocis = upstream_ocis::sim::serve(listener().await, None, setup).await.unwrap();
        Self { ocis, authentik: authentik::start().await }
    }

    fn sorted(&self, kind: &str) -> (Registered, Vec<Registered>) {
        let ocis = Ocis::new(client("oCIS", &self.ocis.origin), Credential::Token("files".into()));
        let authentik = connected(&self.authentik);
        sorted(kind, &Upstreams { authentik: Ok(authentik), stalwart: Err("off"), ocis: Ok(ocis) })
    }

    fn inventory(&self, kind: &str) -> Vec<Value> {
        rows(&self.ocis.store.read(State::inventory), kind)
    }

    fn put(&self, kind: &str, id: &str, fields: &Value) {
        self.ocis.store.write(|world| world.put(kind, id, fields)).unwrap();
    }

    /// The person of an account's name.
    fn person(&self, user: &Value) -> Value {
        person_of(&self.authentik, &text(&user["onPremisesSamAccountName"]))
    }
}

pub struct Accounts;

#[async_trait]
impl Subject for Accounts {
    fn kind(&self) -> &'static str {
        FILES_USER
    }

    fn names_are_unique(&self) -> bool {
        true
    }

    fn want(&self, _: &str) -> Want {
        of_a_person(FILES_USER)
    }

    fn before(&self, want: &Want) -> Vec<Want> {
        let [account, _] = of_person_in(&want.spec);
        vec![account]
    }

    fn ownership(&self) -> Ownership {
        Ownership::Remembered
    }

    fn title(&self, want: &Want) -> String {
        text(&want.spec["name"])
    }

    fn changed(&self, spec: &Value) -> Value {
        with(spec, json!({"name": "Renamed", "email": "other@people.test", "enabled": false}))
    }

    async fn start(&self) -> Box<dyn Upstream> {
        Box::new(AccountsThere(Both::start().await))
    }
}

struct AccountsThere(Both);

impl Upstream for AccountsThere {
    fn kind(&self) -> Registered {
        self.0.sorted(FILES_USER).0
    }

    fn others(&self) -> Vec<Registered> {
        self.0.sorted(FILES_USER).1
    }

    fn dial(&self) -> &Dial {
        &self.0.ocis.dial
    }

    fn objects(&self) -> Vec<Object> {
        let object = |whole: Value| Object {
            id: text(&whole["id"]),
            mark: None,
            fields: json!({
                "person": self.0.person(&whole), "name": whole["displayName"], "email": whole["mail"],
                "enabled": whole["accountEnabled"],
            }),
            whole,
        };
        self.0.inventory("users").into_iter().map(object).collect()
    }

    fn add_foreign(&self, name: &str) {
        let users = authentik::inventory(&self.0.authentik, "users");
        let user = users.iter().find(|user| user["attributes"]["dezky"]["person"] == name).unwrap();
        self.0.put("users", SOMEBODY, &json!({"onPremisesSamAccountName": user["uuid"]}));
    }

    fn spoil(&self, id: &str, field: &str) -> Spoiled {
        let spoiled = match field {
            "person" => json!({"onPremisesSamAccountName": NOBODY}),
            "name" => json!({"displayName": "Spoiled"}),
            "email" => json!({"mail": "spoiled@people.test"}),
            "enabled" => json!({"accountEnabled": false}),
            _ => panic!("an account has no {field}"),
        };
        self.0.put("users", id, &spoiled);
        Spoiled::Mendable
    }

    fn remove(&self, id: &str) {
        assert!(self.0.ocis.store.write(|world| world.remove("users", id)));
    }
}

/// How much a person's own drive may hold, which is there once they signed in to files.
pub struct Quotas;

#[async_trait]
impl Subject for Quotas {
    fn kind(&self) -> &'static str {
        FILES_QUOTA
    }

    fn names_are_unique(&self) -> bool {
        false
    }

    fn want(&self, _: &str) -> Want {
        of_a_person(FILES_QUOTA)
    }

    fn before(&self, want: &Want) -> Vec<Want> {
        of_person_in(&want.spec).into()
    }

    fn ownership(&self) -> Ownership {
        Ownership::Property
    }

    fn changed(&self, spec: &Value) -> Value {
        with(spec, json!({"quotaBytes": 9_000_000}))
    }

    async fn start(&self) -> Box<dyn Upstream> {
        Box::new(QuotasThere(Both::start().await))
    }
}

struct QuotasThere(Both);

impl QuotasThere {
    /// The own drives of people, by the ids of their accounts.
    fn drives(&self) -> BTreeMap<String, Value> {
        let personal = self.0.inventory("drives").into_iter().filter(|it| it["driveType"] == "personal");
        personal.map(|drive| (text(&drive["id"]).split_once('$').unwrap().1.to_owned(), drive)).collect()
    }
}

impl Upstream for QuotasThere {
    fn kind(&self) -> Registered {
        self.0.sorted(FILES_QUOTA).0
    }

    fn others(&self) -> Vec<Registered> {
        self.0.sorted(FILES_QUOTA).1
    }

    /// They sign in to files for the first time.
    fn prepare(&self, want: &Want) {
        let users = self.0.inventory("users");
        let user = users.iter().filter(|user| user["onPremisesSamAccountName"] != SERVICE);
        let user = user.into_iter().find(|user| self.0.person(user) == want.spec["person"]).unwrap();
        self.0.put("users", &text(&user["id"]), &json!({"drive": true}));
    }

    fn dial(&self) -> &Dial {
        &self.0.ocis.dial
    }

    fn objects(&self) -> Vec<Object> {
        let users = self.0.inventory("users");
        let of = |id: &String| {
            users.iter().find(|user| user["id"] == *id && user["onPremisesSamAccountName"] != SERVICE)
        };
        let drives = self.drives().into_iter().filter_map(|(id, whole)| {
            let fields = json!({"person": self.0.person(of(&id)?), "quotaBytes": whole["quota"]["total"]});
            Some(Object { id, mark: None, fields, whole })
        });
        drives.collect()
    }

    fn add_foreign(&self, _: &str) {
        let fields = json!({"onPremisesSamAccountName": "somebody", "drive": true});
        self.0.put("users", SOMEBODY, &fields);
    }

    fn spoil(&self, id: &str, field: &str) -> Spoiled {
        if field != "quotaBytes" {
            return Spoiled::Fixed;
        }
        self.0.put("drives", &text(&self.drives()[id]["id"]), &json!({"quotaTotal": 1_000}));
        Spoiled::Mendable
    }

    fn remove(&self, id: &str) {
        let drive = text(&self.drives()[id]["id"]);
        assert!(self.0.ocis.store.write(|world| world.remove("drives", &drive)));
    }
}

pub struct Memberships;

#[async_trait]
impl Subject for Memberships {
    fn kind(&self) -> &'static str {
        SPACE_MEMBERSHIP
    }

    fn names_are_unique(&self) -> bool {
        false
    }

    fn want(&self, case: &str) -> Want {
        of_a_member(SPACE_MEMBERSHIP, case)
    }

    fn before(&self, want: &Want) -> Vec<Want> {
        let slug = text(&want.spec["space"]);
        let space = of_tenant("ocis.drive", &slug, json!({"name": slug, "quotaBytes": 10, "enabled": true}));
        std::iter::once(space).chain(of_person_in(&want.spec)).collect()
    }

    fn beside(&self, want: &Want) -> Option<Want> {
        Some(of_a_member(SPACE_MEMBERSHIP, &text(&want.spec["space"])))
    }

    fn ownership(&self) -> Ownership {
        Ownership::Relation
    }

    fn changed(&self, spec: &Value) -> Value {
        with(spec, json!({PRESENT: false}))
    }

    async fn start(&self) -> Box<dyn Upstream> {
        Box::new(MembershipsThere(Both::start().await))
    }
}

struct MembershipsThere(Both);

impl MembershipsThere {
    fn spaces(&self) -> Vec<Value> {
        let drives = self.0.inventory("drives").into_iter();
        drives.filter(|drive| drive["driveType"] == "project").collect()
    }

    /// Gives a member of a space another role, or none.
    fn set(&self, drive: &str, user: &str, role: Option<&str>) {
        let space = self.spaces().into_iter().find(|space| space["id"] == drive).unwrap();
        let mut members: Map<String, Value> = space["members"].as_object().unwrap().clone();
        members.remove(user);
        members.extend(role.map(|role| (user.to_owned(), json!(role))));
        self.0.put("drives", drive, &json!({"members": members}));
    }
}

impl Upstream for MembershipsThere {
    fn kind(&self) -> Registered {
        self.0.sorted(SPACE_MEMBERSHIP).0
    }

    fn others(&self) -> Vec<Registered> {
        self.0.sorted(SPACE_MEMBERSHIP).1
    }

    fn dial(&self) -> &Dial {
        &self.0.ocis.dial
    }

    fn objects(&self) -> Vec<Object> {
        let users = self.0.inventory("users");
        let mut objects = Vec::new();
        for space in self.spaces() {
            for (id, role) in space["members"].as_object().unwrap() {
                let user = users.iter().find(|user| user["id"] == *id).unwrap();
                if user["onPremisesSamAccountName"] == SERVICE {
                    continue;
                }
                let present = if role == "editor" { json!(true) } else { role.clone() };
                let fields = json!({"person": self.0.person(user), "space": space["name"], PRESENT: present});
                let id = format!("{}|{id}", text(&space["id"]));
                objects.push(Object { id, mark: None, whole: fields.clone(), fields });
            }
        }
        objects
    }

    fn add_foreign(&self, _: &str) {
        self.0.put("users", SOMEBODY, &json!({"onPremisesSamAccountName": "somebody"}));
        for space in self.spaces() {
            self.set(&text(&space["id"]), SOMEBODY, Some("viewer"));
        }
    }

    fn spoil(&self, id: &str, field: &str) -> Spoiled {
        if field != PRESENT {
            return Spoiled::Fixed;
        }
        let (drive, user) = id.split_once('|').unwrap();
        self.set(drive, user, Some("viewer"));
        Spoiled::Mendable
    }

    fn remove(&self, id: &str) {
        let (drive, user) = id.split_once('|').unwrap();
        self.set(drive, user, None);
    }
}
