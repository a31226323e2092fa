//! A thousand tenants of all sorts, damaged at random: what a plan lists is mended by applying it, and what can't be
//! mended says so.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use access::CreateTenant;
use axum::http::Method;
use futures_util::{StreamExt as _, stream};
use kernel::input::Input;
use kernel::name::display_name;
use reconcile::drift::DriftFilter;
use reconcile::{Change, PlanAction, Resource};
use serde_json::{Value, json};
use simulator::{State, Store};
use tenants::{MOST_NAME, NewTenant, Tenant};

use super::rig::{Rig, Who, patient_rig};
use crate::input::{CREATE, new_tenant};

const TENANTS: usize = 1000;
const AT_A_TIME: usize = 32;

/// Chance that can be repeated: `SplitMix64`.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % most as u64).unwrap()
    }

    fn one_in(&mut self, most: usize) -> bool {
        self.below(most) == 0
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

const WORDS: [&str; 28] = [
    "Ærø",
    "Bogføring",
    "A/S",
    "ApS",
    "日本テスト研究所",
    "Müller & Söhne",
    "☕",
    "👩‍👩‍👧",
    "“Øl”",
    "O'Neill",
    "a.b.c",
    "..",
    "-",
    "e\u{301}",
    "é",
    "<b>",
    "\"x\"",
    "%2F",
    "100 %",
    "$a!b",
    "Straße",
    "ИП Иванов",
    "شركة",
    "*?|",
    "\\",
    "dezky tenant=x",
    "null",
    "7",
];
const BLANKS: [&str; 6] = [" ", "", "  ", "\u{a0}", "\u{3000}", " - "];

/// A name that a workspace may have.
fn name(chance: &mut Chance) -> String {
    loop {
        let words = if chance.one_in(8) { 60 } else { 1 + chance.below(5) };
        let mut text = String::new();
        for _ in 0..words {
            text.push_str(chance.of(&WORDS));
            text.push_str(chance.of(&BLANKS));
        }
        let text: String = text.chars().take(MOST_NAME).collect();
        if let Ok(name) = display_name(&text, MOST_NAME) {
            return name;
        }
    }
}

fn tenant(chance: &mut Chance, n: usize) -> NewTenant {
    let plan = chance.of(&["starter", "business", "enterprise"]);
    let mut body =
        json!({"slug": format!("t{n}"), "name": name(chance), "plan": plan, "seats": 1 + chance.below(500)});
    if !chance.one_in(3) {
        let first = chance.of(&["ærø", "kontor-", "日本", "müller", "mail.x", "straße"]);
        body["primaryDomain"] = json!(format!("{first}{n}.test"));
    }
    new_tenant(Input::of_json(body, CREATE)).unwrap()
}

/// What is done to an object behind Dezky's back.
enum Harm {
    Put(String, Value),
    Gone(String),
}

/// What is done to the objects of each upstream, and what comes of it.
#[derive(Default)]
struct Damage {
    harms: BTreeMap<&'static str, Vec<Harm>>,
    /// The objects that applying a plan can't mend.
    lasting: BTreeSet<String>,
    /// The ids of what is nobody's.
    foreign: BTreeSet<String>,
}

impl Damage {
    fn put(&mut self, kind: &'static str, id: &str, fields: Value) {
        self.harms.entry(kind).or_default().push(Harm::Put(id.to_owned(), fields));
    }

    fn gone(&mut self, kind: &'static str, id: &str) {
        self.harms.entry(kind).or_default().push(Harm::Gone(id.to_owned()));
    }

    fn add_foreign(&mut self, kind: &'static str, id: String, fields: Value) {
        self.put(kind, &id, fields);
        self.foreign.insert(id);
    }

    fn on(&mut self, chance: &mut Chance, n: usize, resource: &Resource) {
        match resource.kind.as_str() {
            "authentik.group" => self.on_group(chance, n, resource),
            "stalwart.domain" => self.on_domain(chance, n, resource),
            _ => self.on_drive(chance, resource),
        }
    }

    /// It bears the mark of another now.
    fn stolen(&mut self, kind: &'static str, id: &str, fields: Value) {
        self.put(kind, id, fields);
        self.foreign.insert(id.to_owned());
    }

    fn on_group(&mut self, chance: &mut Chance, n: usize, resource: &Resource) {
        let (kind, id) = ("groups", resource.upstream_id.as_deref().unwrap());
        let dezky = json!({
            "tenant_id": resource.owner, "slug": format!("t{n}"), "state": "open", "resource": resource.id,
        });
        let with = |field: &str, value: &str| {
            let mut dezky = dezky.clone();
            dezky[field] = json!(value);
            json!({"attributes": {"dezky": dezky}})
        };
        match chance.below(12) {
            0 => self.gone(kind, id),
            1 => {
                self.gone(kind, id);
                self.add_foreign(kind, uuid(n), json!({"name": resource.name}));
                self.lasting.insert(resource.id.clone());
            }
            2 => self.put(kind, id, json!({"name": format!("renamed-{n}")})),
            3 => self.put(kind, id, json!({"name": format!("renamed-{n}"), "attributes": {}})),
            4 => self.put(kind, id, with("tenant_id", "ten_other")),
            5 => self.put(kind, id, with("slug", "other")),
            6 => self.put(kind, id, with("state", chance.of(&["closed", "open", "other"]))),
            7 => {
                self.stolen(kind, id, with("resource", "res_other"));
                self.lasting.insert(resource.id.clone());
            }
            8 => self.add_foreign(kind, uuid(n), json!({"name": format!("dezky-tenant-foreign-{n}")})),
            _ => {}
        }
    }

    fn on_domain(&mut self, chance: &mut Chance, n: usize, resource: &Resource) {
        let (kind, id) = ("domains", resource.upstream_id.as_deref().unwrap());
        let mark = |tenant: &str, resource: &str| json!({"description": format!("dezky tenant={tenant} resource={resource}")});
        match chance.below(12) {
            0 => self.gone(kind, id),
            1 => {
                self.gone(kind, id);
                self.add_foreign(kind, letters(n), json!({"name": resource.name}));
                self.lasting.insert(resource.id.clone());
            }
            2 => self.put(kind, id, json!({"description": "mine now"})),
            3 => self.put(kind, id, json!({"description": null})),
            4 => self.put(kind, id, mark("ten_other", &resource.id)),
            5 => {
                self.put(kind, id, json!({"name": format!("renamed-{n}.test")}));
                self.lasting.insert(resource.id.clone());
            }
            6 => {
                self.stolen(kind, id, mark(&resource.owner, "res_other"));
                self.lasting.insert(resource.id.clone());
            }
            7 => self.add_foreign(kind, letters(n), json!({"name": format!("foreign-{n}.test")})),
            _ => {}
        }
    }

    fn on_drive(&mut self, chance: &mut Chance, resource: &Resource) {
        let (kind, id) = ("drives", resource.upstream_id.as_deref().unwrap());
        let (quota, disabled) = (1 + chance.below(1 << 40), chance.one_in(2));
        match chance.below(12) {
            0 => self.gone(kind, id),
            1 => self.put(kind, id, json!({"name": name(chance)})),
            2 => self.put(kind, id, json!({"quotaTotal": quota})),
            3 => self.put(kind, id, json!({"disabled": disabled})),
            4 => self.put(kind, id, json!({"description": chance.of(&["", "mine now"])})),
            5 => self.put(
                kind,
                id,
                json!({"name": "Renamed", "description": "", "quotaTotal": quota, "disabled": disabled}),
            ),
            // Names are not unique there, so another one is made.
            6 => self.stolen(kind, id, json!({"description": "dezky tenant=ten_other resource=res_other"})),
            7 => self.add_foreign(kind, format!("store$foreign-{id}"), json!({"name": resource.name})),
            _ => {}
        }
    }

    /// All of it at once.
    fn strike(&self, rig: &Rig) {
        self.strike_one(&rig.authentik.store, "groups");
        self.strike_one(&rig.stalwart.store, "domains");
        self.strike_one(&rig.ocis.store, "drives");
    }

    fn strike_one<S: State>(&self, store: &Store<S>, kind: &'static str) {
        store.write(|world| {
            for harm in self.harms.get(kind).into_iter().flatten() {
                match harm {
                    Harm::Put(id, fields) => world.put(kind, id, fields).unwrap(),
                    Harm::Gone(id) => assert!(world.remove(kind, id), "{id}"),
                }
            }
        });
    }
}

fn uuid(n: usize) -> String {
    format!("{n:08x}-1111-4222-8333-{n:012x}")
}

/// An id such as Stalwart gives.
fn letters(n: usize) -> String {
    format!("{n:04}")
        .chars()
        .map(|digit| char::from(b"bcdefghijk"[digit.to_digit(10).unwrap() as usize]))
        .fold("z".to_owned(), |id, letter| format!("{id}{letter}"))
}

/// Makes them, closes some and ends some, and waits until nothing is under way.
async fn make_all(rig: &Rig, operator: &Who, chance: &mut Chance) -> Vec<Tenant> {
    let new: Vec<_> = (0..TENANTS).map(|n| (tenant(chance, n), chance.below(10))).collect();
    let by = rig.proof::<CreateTenant>(&[]).await;
    let make = async |(new, fate): (NewTenant, usize)| {
        let tenant = rig.tenants.create(&by, new).await.unwrap().tenant().clone();
        rig.reconciler.settle(&tenant.id.to_string(), Duration::from_mins(1)).await.unwrap();
        let (path, none) = (format!("/api/tenants/{}", tenant.slug), Value::Null);
        let answer = match fate {
            0 => rig.post(operator, &format!("{path}/suspend"), json!({})).await,
            1 => rig.call(operator, Method::DELETE, &path, none).await,
            _ => return tenant,
        };
        assert!(answer.status.is_success(), "{}", answer.text);
        rig.reconciler.settle(&tenant.id.to_string(), Duration::from_mins(1)).await.unwrap();
        tenant
    };
    stream::iter(new).map(make).buffered(AT_A_TIME).collect().await
}

/// True for what a plan can't mend, if it says so.
fn says_so(change: &Change, resources: &[Resource]) -> bool {
    let resource = resources.iter().find(|resource| resource.id == change.resource).unwrap();
    let is_renamed = resource.error.as_ref().is_some_and(|error| error.is("blocked-domain-renamed"));
    match change.action {
        PlanAction::Foreign => change.note.is_some(),
        PlanAction::Update => change.fields[0].field == "name" && is_renamed,
        _ => false,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_after_apply_is_empty_on_a_thousand_random_tenants() {
    let seed = u64::from_le_bytes(kernel::id::random());
    println!("seed: {seed}");
    let (rig, mut chance) = (patient_rig().await, Chance(seed));
    let operator = rig.operator().await;
    let began = std::time::Instant::now();
    let tenants = make_all(&rig, &operator, &mut chance).await;
    println!("made after {:?}", began.elapsed());
    let mut damage = Damage::default();
    for (n, tenant) in tenants.iter().enumerate() {
        for resource in reconcile::of_owner(rig.test.db.read(), &tenant.id.to_string()).await.unwrap() {
            assert!(resource.error.is_none(), "{resource:?}");
            damage.on(&mut chance, n, &resource);
        }
    }
    damage.strike(&rig);
    let mend = async |tenant: &Tenant| {
        let owner = tenant.id.to_string();
        let owners = [owner.clone()];
        let plan = rig.reconciler.plan(&owners).await.unwrap();
        rig.reconciler.apply(&owners, &plan.hash, |_| true).await.unwrap();
        let after = rig.reconciler.plan(&owners).await.unwrap();
        let resources = reconcile::of_owner(rig.test.db.read(), &owner).await.unwrap();
        for change in &after.changes {
            assert!(damage.lasting.contains(&change.resource), "seed {seed}: {tenant:?}: {change:?}");
            assert!(says_so(change, &resources), "seed {seed}: {change:?} of {resources:?}");
        }
        after.changes.len()
    };
    let lasting: Vec<usize> = stream::iter(&tenants).map(mend).buffer_unordered(AT_A_TIME).collect().await;
    assert_eq!(lasting.iter().sum::<usize>(), damage.lasting.len(), "seed {seed}");
    println!("mended after {:?}", began.elapsed());
    rig.scan().await;
    let all =
        reconcile::drift::page(rig.test.db.read(), &DriftFilter::default(), None, 10_000).await.unwrap();
    let mut found = BTreeSet::new();
    for drift in all.items.into_iter().filter(|drift| drift.subject.name != "example.test") {
        assert!(drift.is_unclaimed(), "seed {seed}: {drift:?}");
        found.insert(drift.upstream_id.unwrap());
    }
    let wrong: Vec<_> = found.symmetric_difference(&damage.foreign).collect();
    assert!(wrong.is_empty(), "seed {seed}: {wrong:?}");
    println!("scanned after {:?}", began.elapsed());
}
