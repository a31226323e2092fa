//! What follows from the entries of Authentik: each rule of each of them broken, and each of them deleted. All entries have
//! one thing wrong at once, each of them one; so a run of the doctor serves many.

use bootstrap::{Attribute, Entry, Model, Ref, Rule, Want};
use outbound::{Call, Method};
use serde_json::{Value, json};
use upstream_authentik::Row;

use super::{Bench, NO_MAIL, Told};
use crate::harness::client;

/// What is deleted together: nothing that goes with something else of it.
const GENERATIONS: [&[Model]; 4] = [
    &[Model::PolicyBinding, Model::Prompt, Model::Application],
    &[Model::FlowStageBinding],
    &[
        Model::IdentificationStage,
        Model::EmailStage,
        Model::ValidateStage,
        Model::PromptStage,
        Model::UserWriteStage,
        Model::UserLoginStage,
        Model::ExpressionPolicy,
        Model::ScopeMapping,
        Model::Group,
    ],
    &[Model::Flow, Model::Provider],
];

/// A rule of an entry that is broken.
struct Broken {
    /// Which rule of its entry it is.
    round: usize,
    path: String,
    body: Value,
    told: Told,
}

/// Where the API has an object.
fn path_of(model: Model, row: &Row) -> String {
    let key = &row[model.key()];
    let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
    format!("{}{key}/", model.path().trim_start_matches("/api/v3/"))
}

/// Another value of a field than Dezky wants, which the server takes.
fn other(field: &str) -> &'static str {
    match field {
        "scope_name" => "email",
        "expression" => "return {}",
        "client_type" => "public",
        "sub_mode" => "user_id",
        "issuer_mode" => "global",
        "logout_uri" => "https://elsewhere.test/",
        "logout_method" => "frontchannel",
        "designation" => "authentication",
        "authentication" => "require_token",
        "field_key" => "other",
        "type" => "text",
        "user_creation_mode" => "create_when_required",
        "not_configured_action" => "deny",
        _ => panic!("say what {field} could be besides"),
    }
}

impl Bench {
    /// The value that breaks a rule, and what is said of it; none for what is only set at first, and for what the
    /// account needs to be asked with, which is among the cases.
    fn wrong(&self, entry: &Entry, rule: &Attribute, row: &Row, flow: &Value) -> Option<(Value, String)> {
        let field = rule.field;
        if rule.rule == Rule::AtCreation || [Model::Role, Model::User].contains(&entry.model) {
            return None;
        }
        let must = |wanted: &str| format!("{field} must have {wanted}");
        let wanted = self.settings.describe(&rule.want, &self.entries);
        Some(match &rule.want {
            Want::List(all) => {
                let kept = row[field].as_array().unwrap()[..1].to_vec();
                let said: Vec<String> =
                    all[1..].iter().map(|one| self.settings.describe(one, &self.entries)).collect();
                (Value::Array(kept), must(&said.join(", ")))
            }
            Want::Plain(Value::Bool(is_set)) => (json!(!is_set), must(&wanted)),
            Want::Plain(Value::Number(number)) => (json!(number.as_i64().unwrap() + 1), must(&wanted)),
            // An expression is said with its lines in one.
            Want::Plain(_) if field == "expression" => (json!(other(field)), must("")),
            Want::Plain(_) | Want::Text(..) => (json!(other(field)), must(&wanted)),
            Want::Ref(Ref::Found(Model::Flow, ..)) => (flow.clone(), must(&wanted)),
            Want::Ref(_) => (Value::Null, must(&wanted)),
            Want::Object(_) => panic!("{field} is an object"),
        })
    }

    async fn broken(&self) -> Vec<Broken> {
        let shipped = json!("default-provider-invalidation-flow");
        let flow = self.empty.find("flows/instances/", "slug", &shipped).await["pk"].clone();
        let plan = self.plan().await;
        let mut all = Vec::new();
        for entry in &self.entries {
            let row = plan.row(entry.id).unwrap();
            let wrong = entry.attributes.iter().filter_map(|rule| {
                let (value, says) = self.wrong(entry, rule, row, &flow)?;
                let mut body = json!({rule.field: value});
                if entry.model.repeats_identifiers() {
                    for (field, _) in &entry.identifiers {
                        body[*field] = row[*field].clone();
                    }
                }
                Some((body, says))
            });
            all.extend(wrong.enumerate().map(|(round, (body, says))| Broken {
                round,
                path: path_of(entry.model, row),
                body,
                told: self.told(entry, says),
            }));
        }
        all
    }

    fn told(&self, entry: &Entry, says: String) -> Told {
        let line = format!("FAIL  Authentik: {}: ", self.name(entry));
        Told { line, says, mend: "Run `dezky bootstrap authentik`".to_owned() }
    }

    /// Deletes objects of these kinds; what must be said of each.
    async fn delete(&self, models: &[Model]) -> Vec<Told> {
        let plan = self.plan().await;
        let (mut deleted, mut told) = (Vec::new(), Vec::new());
        let of = |model: &Model| {
            let model = *model;
            self.entries.iter().filter(move |entry| entry.model == model)
        };
        for entry in models.iter().flat_map(of) {
            let path = path_of(entry.model, plan.row(entry.id).unwrap());
            // Two entries may speak of one object.
            if !deleted.contains(&path) {
                let token = self.empty.env("AUTHENTIK_ADMIN_TOKEN").into();
                let call = Call::new(Method::Delete, format!("/api/v3/{path}")).bearer(token);
                let answer = client(self.empty.authentik()).send(call).await.unwrap();
                assert_eq!(answer.status, 204, "{path}");
                told.push(self.told(entry, "missing".to_owned()));
                deleted.push(path);
            }
        }
        told
    }
}

#[tokio::test]
async fn each_rule_of_each_entry_that_is_broken_is_named_and_mended() {
    let bench = Bench::start();
    let broken = bench.broken().await;
    assert!(broken.len() >= 75, "{} rules are broken", broken.len());
    for round in 0.. {
        let of_round: Vec<&Broken> = broken.iter().filter(|broken| broken.round == round).collect();
        if of_round.is_empty() {
            break;
        }
        for Broken { path, body, .. } in &of_round {
            bench.empty.api(Method::Patch, path, Some(body.clone())).await;
        }
        let (code, said) = bench.empty.doctor(&[NO_MAIL]);
        assert_eq!(code, Some(1), "{said}");
        for Broken { told, .. } in of_round {
            told.assert_in(&said);
            let line = said.lines().find(|line| line.starts_with(&told.line)).unwrap();
            assert_eq!(line.matches(" must have ").count(), 1, "{line}");
        }
        bench.empty.set_up();
        bench.assert_whole(&format!("round {round}")).await;
    }
    bench.assert_well();
}

#[tokio::test]
async fn each_entry_that_is_deleted_is_named_and_made_anew() {
    let bench = Bench::start();
    let mut count = 0;
    for models in GENERATIONS {
        let all = bench.delete(models).await;
        count += all.len();
        let (code, said) = bench.empty.doctor(&[NO_MAIL]);
        assert_eq!(code, Some(1), "{said}");
        for told in &all {
            told.assert_in(&said);
        }
        bench.empty.set_up();
        bench.assert_whole(&format!("{models:?}")).await;
    }
    // All but the brand, which the server makes, the provider of an application, and the account with what it signs in by.
    assert_eq!(count, bench.entries.len() - 5);
    bench.assert_well();
}
