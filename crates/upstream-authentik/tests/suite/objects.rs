//! Replays the recordings about what the API makes and changes: applications, accounts and their rights, settings, flows.

use outbound::Method;
use serde_json::{Value, json};
use simulator::{State as _, Step};
use upstream_authentik::sim::Setup;

use crate::lab::Lab;
use crate::transcripts::{Meanwhile, Nothing, Replay};

/// What ships, as the recordings call it: the kind, the name and the recorded id.
const SHIPPED: [[&str; 3]; 11] = [
    ["flows", "default-provider-authorization-implicit-consent", "d4a09324-329f-4738-880a-7674ccde21d3"],
    ["flows", "default-provider-invalidation-flow", "58c9d8dc-7da5-49d1-ae9f-474a4aaab4b1"],
    ["flows", "default-invalidation-flow", "eadd7833-b42d-4f6c-b280-2e2329ccbb89"],
    ["flows", "default-authentication-flow", "8ae0ca4a-ee14-4996-bfe7-c917e883c7de"],
    ["stages", "default-password-change-prompt", "91f0718f-ef53-4e15-986d-41c51461fe55"],
    ["stages", "default-password-change-write", "8f923c20-b3db-42c1-9d44-0d24d348df62"],
    ["stages", "default-authentication-login", "3563d201-2109-4fbe-8009-5f48dceef2f7"],
    ["stages", "default-authenticator-totp-setup", "94c37ba4-fe3f-4adc-87c3-213aeaabce58"],
    ["stages", "default-authenticator-webauthn-setup", "c9263feb-fee7-4f65-94c4-5788f763922f"],
    ["keyPairs", "authentik Self-signed Certificate", "7af372f8-783a-45f0-b829-ba7e4dd1e9e5"],
    ["groups", "authentik Admins", "6fc4cf89-8554-4ae3-8148-0db8a4b8bcd2"],
];

impl Lab {
    /// The row of the inventory whose field has that value.
    pub fn row(&self, kind: &str, field: &str, value: &str) -> Value {
        let inventory = self.sim.store.read(simulator::State::inventory);
        let rows = inventory[kind].as_array().unwrap();
        let row = rows.iter().find(|row| row[field] == value);
        row.unwrap_or_else(|| panic!("{kind} have no {field} {value}")).clone()
    }

    pub fn remove(&self, kind: &str, id: &str) {
        assert!(self.sim.store.write(|world| world.remove(kind, id)), "{kind} {id}");
    }

    /// In place of the group of the setup, one with the recorded id.
    fn put_acme(&self, id: &str, users: &[i64]) {
        let known = self.row("groups", "name", "acme");
        self.remove("groups", known["id"].as_str().unwrap());
        self.put("groups", id, &json!({"name": "acme", "users": users}));
    }

    /// The next user has this number.
    fn count_users_from(&self, next: i64) {
        let last = (next - 1).to_string();
        self.put("users", &last, &json!({"username": "somebody"}));
        self.remove("users", &last);
    }

    /// The next provider has the number after this one.
    fn put_provider(&self, id: &str, name: &str) {
        let flow = |slug: &str| self.row("flows", "slug", slug)["pk"].clone();
        let fields = json!({
            "name": name,
            "authorization_flow": flow("default-provider-authorization-implicit-consent"),
            "invalidation_flow": flow("default-provider-invalidation-flow"),
            "redirect_uris": [],
        });
        self.put("providers", id, &fields);
    }
}

impl Replay {
    /// Knows what ships.
    pub fn of_shipped(lab: &Lab) -> Self {
        let mut replay = Self::default();
        for [kind, name, recorded] in SHIPPED {
            let row = lab.row(kind, if kind == "flows" { "slug" } else { "name" }, name);
            let ours = row.get("pk").unwrap_or(&row["id"]).as_str().unwrap();
            replay.ids.insert(recorded.to_owned(), ours.to_owned());
        }
        replay
    }
}

/// Without the flow that recovers, as the recorded servers.
async fn lab() -> Lab {
    Lab::with(|setup| Setup { has_recovery: false, ..setup }).await
}

pub async fn applications() -> Vec<Step> {
    let lab = lab().await;
    for (pk, name) in [("33", "in"), ("34", "out")] {
        lab.put("users", pk, &json!({"username": format!("sso-{name}@acme.test")}));
    }
    lab.put_acme("d253ffd8-395a-4435-8e1f-674e5b1d0c77", &[33]);
    lab.put_provider("20", "other");
    let text = include_str!("../transcripts/20-sso-apps.json");
    Replay::of_shipped(&lab).run(&lab, text, &mut Applications).await
}

struct Applications;

impl Meanwhile for Applications {
    async fn before(&mut self, lab: &Lab, name: &str, replay: &mut Replay) {
        match name {
            "create the groups mapping" => lab.remove("mappings", "dezky: groups"),
            "create provider: duplicate client_id" => {
                let ours =
                    lab.row("providers", "name", "acme-wiki")["client_id"].as_str().unwrap().to_owned();
                replay.ids.insert("DBM38TojUiQKCUHOI0LuFiCfHJ1ByAINLWqdt1xR".to_owned(), ours);
            }
            // A transaction makes them.
            "delete application leaves the provider" => {
                lab.put_provider("24", "acme-tx");
                lab.put("applications", "acme-tx", &json!({"name": "Acme TX", "provider": 24}));
            }
            _ => {}
        }
    }
}

pub async fn accounts() -> Vec<Step> {
    let lab = lab().await;
    lab.count_users_from(37);
    // The recording makes one of that name.
    let acme = lab.row("groups", "name", "acme");
    lab.remove("groups", acme["id"].as_str().unwrap());
    let text = include_str!("../transcripts/50-service-accounts-tokens-permissions.json");
    Replay::of_shipped(&lab).run(&lab, text, &mut Accounts).await
}

struct Accounts;

impl Meanwhile for Accounts {
    async fn before(&mut self, _: &Lab, name: &str, replay: &mut Replay) {
        replay.api_key = (name == "old key after set_key").then(|| "the-key-before".to_owned());
    }
}

pub async fn settings() -> Vec<Step> {
    let lab = lab().await;
    lab.put("users", "43", &json!({"username": "flag"}));
    lab.put("applications", "flag-app", &json!({"name": "Flag"}));
    let text = include_str!("../transcripts/53-settings-and-token-expiry.json");
    Replay::default().run(&lab, text, &mut Settings).await
}

struct Settings;

impl Meanwhile for Settings {
    async fn before(&mut self, lab: &Lab, name: &str, _: &mut Replay) {
        if name.starts_with("token with an expiry of my own") {
            lab.remove("tokens", "short-lived");
        }
    }
}

pub async fn least_privilege() -> Vec<Step> {
    let lab = lab().await;
    lab.put("users", "44", &json!({"username": "dezky-control-plane"}));
    let role = "6e15a382-230b-41d0-b806-e2b68f75c4de";
    lab.put("roles", role, &json!({"name": "least", "members": [44]}));
    lab.put("tokens", "least", &json!({"user": 44, "key": "<api-token>", "expiring": false}));
    lab.put_provider("29", "other");
    let text = include_str!("../transcripts/54-least-privilege-role.json");
    Replay::of_shipped(&lab).run(&lab, text, &mut Nothing).await
}

pub async fn flows() -> Vec<Step> {
    let lab = lab().await;
    for (pk, username) in [("39", "member"), ("40", "outsider")] {
        lab.put("users", pk, &json!({"username": username}));
    }
    lab.put_acme("e5b0f360-2142-421e-867d-f321064342ab", &[39]);
    let text = include_str!("../transcripts/70-flows-stages-policies.json");
    Replay::of_shipped(&lab).run(&lab, text, &mut Flows).await
}

struct Flows;

impl Meanwhile for Flows {
    /// The recording lacks the request that bound the stage.
    async fn before(&mut self, lab: &Lab, name: &str, replay: &mut Replay) {
        if name == "deny for one group" {
            let target = lab.row("flows", "slug", "default-authentication-flow")["pk"].clone();
            let stage = lab.row("stages", "name", "acme-deny")["pk"].clone();
            let body = json!({"target": target, "stage": stage, "order": 36});
            let made = lab.api(Method::Post, "/api/v3/flows/bindings/", Some(body)).await;
            let made: Value = made.json().unwrap();
            for (recorded, field) in [
                ("c91b2dae-bbd4-4c2e-a485-75b8483b484a", "pk"),
                ("1344927d-4b8d-45e8-9437-4343f7f4dd72", "policybindingmodel_ptr_id"),
            ] {
                replay.ids.insert(recorded.to_owned(), made[field].as_str().unwrap().to_owned());
            }
        }
    }
}
