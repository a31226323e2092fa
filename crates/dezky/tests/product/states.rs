//! The third axis of the matrix: everybody at every route that asks for a right over a tenant or over what is their own,
//! in every state of the tenant, the partner, the membership and the person. States are set behind the product's back,
//! so that sessions and tokens from before them are still there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use db::{Db, Options};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use sea_orm::ConnectionTrait as _;

use crate::harness::Product;
use crate::matrix::{Asker, OWN, Proof, Route, routes, session};
use crate::tenant_api::{ANNA, IDA, MAJA};

const FRIDA: &str = "frida@nordit.test";

/// Who asks, and where.
const PEOPLE: [(&str, &str, &str); 4] = [
    ("member", MAJA, "portal"),
    ("tenant owner", ANNA, "portal"),
    ("owner of its partner", FRIDA, "portal"),
    ("platform admin", IDA, "operator"),
];

/// A state, how it comes to be and how it ends, and for whom it matters.
struct Circumstance {
    name: &'static str,
    begins: String,
    ends: String,
    whom: &'static [&'static str],
}

fn tenant(state: &'static str) -> Circumstance {
    let set = |state| format!("UPDATE tenants SET status = '{state}' WHERE slug = 'acme'");
    let whom = &["member", "tenant owner", "owner of its partner", "platform admin"];
    Circumstance { name: state, begins: set(state), ends: set("active"), whom }
}

fn partner(name: &'static str, state: &'static str) -> Circumstance {
    let set = |state| format!("UPDATE partners SET status = '{state}' WHERE slug = 'nordit'");
    Circumstance { name, begins: set(state), ends: set("active"), whom: &["owner of its partner"] }
}

fn person(name: &'static str, column: &str, since: &str, whom: &'static [&'static str]) -> Circumstance {
    let set =
        |value| format!("UPDATE users SET {column} = {value} WHERE email IN ('{MAJA}', '{ANNA}', '{FRIDA}')");
    Circumstance { name, begins: set(since), ends: set("NULL"), whom }
}

/// The workspace ended their sign-ins; another one that they work in keeps them.
fn signed_out_of_acme() -> Circumstance {
    let whom = format!("SELECT id FROM users WHERE email IN ('{MAJA}', '{ANNA}')");
    let end = |at: &str| {
        format!(
            "UPDATE tenant_roles SET valid_from = {at} WHERE user_id IN ({whom})
                AND tenant_id IN (SELECT id FROM tenants WHERE slug = 'acme');"
        )
    };
    let fjord = "SELECT id FROM tenants WHERE slug = 'fjord'";
    let enter = format!(
        "INSERT INTO tenant_roles (tenant_id, user_id, role, created_at)
            SELECT t.id, u.id, 'member', 0 FROM tenants t, users u
            WHERE t.id IN ({fjord}) AND u.id IN ({whom});"
    );
    let leave = format!("DELETE FROM tenant_roles WHERE tenant_id IN ({fjord}) AND user_id IN ({whom});");
    Circumstance {
        name: "signed out of it",
        begins: end("9000000000000000") + &enter,
        ends: end("NULL") + &leave,
        whom: &["member", "tenant owner"],
    }
}

fn circumstances() -> Vec<Circumstance> {
    let people = &["member", "tenant owner", "owner of its partner"];
    let membership = |value: &str| {
        format!(
            "UPDATE tenant_roles SET suspended_at = {value} WHERE tenant_id IN (SELECT id FROM tenants WHERE slug = 'acme')"
        )
    };
    vec![
        tenant("active"),
        tenant("pending"),
        tenant("suspended"),
        tenant("terminated"),
        tenant("purged"),
        // A word that a newer program may write.
        tenant("frozen"),
        partner("partner suspended", "suspended"),
        partner("partner terminated", "terminated"),
        partner("partner frozen", "frozen"),
        Circumstance {
            name: "membership suspended",
            begins: membership("1"),
            ends: membership("NULL"),
            whom: &["member", "tenant owner"],
        },
        signed_out_of_acme(),
        // Set late enough not to be ended meanwhile, as one that nobody used in time.
        person("password due", "otp_set_at", "9000000000000000", people),
        // Sessions end by it, so it comes last.
        person("removed", "removed_at", "1", people),
    ]
}

/// The database of a product, to be changed behind its back.
pub async fn database(product: &Product) -> Db {
    let file = format!("sqlite:{}", product.folder.path().join("data/dezky.db").display());
    Db::connect(product.database_url().unwrap_or(&file), &Options::default()).await.unwrap()
}

/// The rights over the partner that somebody works for.
const OF_STAFF: [&str; 3] = ["ViewPartner", "ViewCustomers", "ViewStaff"];

/// What is asked of a right here: over a tenant, over what is one's own, or over one's own partner.
fn is_asked(route: &Route) -> bool {
    let is_own = OWN.contains(&route.guard) || OF_STAFF.contains(&route.guard);
    route.guard != "(open)" && (route.path.contains("{slug}") || is_own)
}

/// Whether an operator would end by it what is looked at here.
fn is_of_life(route: &Route) -> bool {
    let below = route.path.split_once("{slug}").map(|(_, below)| below);
    let is_action = matches!(below, Some("/suspend" | "/resume" | "/terminate"));
    is_action || (route.method == "DELETE" && below == Some(""))
}

/// Whether somebody got past the right. What they are told beyond it is the matter of other tests.
fn shortly(outcome: &str) -> String {
    let beyond =
        outcome.starts_with("404 no-such") || matches!(outcome, "404 link-unknown" | "404 no-workspace");
    if beyond || outcome.starts_with("is let in") { "let in".to_owned() } else { outcome.to_owned() }
}

/// By right and kind of use, then by person and what they are told, in which circumstances and at how many routes.
type Told =
    BTreeMap<(String, &'static str), BTreeMap<&'static str, BTreeMap<String, BTreeSet<&'static str>>>>;

struct World {
    product: Product,
    asker: Asker,
    db: Db,
    proofs: Vec<(&'static str, &'static str, Proof)>,
    told: Told,
}

impl World {
    async fn start() -> Self {
        let product = Product::start("small").await;
        let db = database(&product).await;
        let mut proofs = Vec::new();
        for (role, email, console) in PEOPLE {
            proofs.push((role, "api", Proof::Token(product.token(email, console).to_owned())));
            proofs.push((role, console, session(&product, console, email).await));
        }
        let asker =
            Asker { client: Client::builder(TokioExecutor::new()).build_http(), told: BTreeMap::new() };
        Self { product, asker, db, proofs, told: Told::new() }
    }

    async fn try_all(&mut self, circumstance: &Circumstance) {
        self.db.write().await.unwrap().execute_unprepared(&circumstance.begins).await.unwrap();
        for (role, place, proof) in self.proofs.iter().filter(|(role, ..)| circumstance.whom.contains(role)) {
            let served = |route: &Route| match *place {
                "api" => route.mount == "Api",
                console => route.mount.eq_ignore_ascii_case(console),
            };
            for route in routes().into_iter().filter(|route| is_asked(route) && served(route)) {
                if *role == "platform admin" && is_of_life(&route) {
                    continue;
                }
                let outcome =
                    self.asker.outcome(&route, self.product.origin(place), "in a state", proof).await;
                let usage = if route.method == "GET" { "to read" } else { "to change" };
                let people = self.told.entry((route.guard.to_owned(), usage)).or_default();
                let outcomes = people.entry(role).or_default();
                outcomes.entry(shortly(&outcome)).or_default().insert(circumstance.name);
            }
        }
        self.db.write().await.unwrap().execute_unprepared(&circumstance.ends).await.unwrap();
    }

    fn table(&self) -> String {
        let mut table = String::new();
        for ((guard, usage), people) in &self.told {
            let _ = writeln!(table, "{guard}, {usage}");
            for (role, outcomes) in people {
                let _ = writeln!(table, "  {role}");
                for (outcome, names) in outcomes {
                    let names: Vec<&str> = names.iter().copied().collect();
                    let _ = writeln!(table, "    {outcome}: {}", names.join(", "));
                }
            }
        }
        table
    }
}

#[tokio::test]
async fn everybody_is_let_in_only_in_the_states_that_the_golden_file_says() {
    let mut world = World::start().await;
    for circumstance in circumstances() {
        world.try_all(&circumstance).await;
    }
    insta::assert_snapshot!("states", world.table());
}
