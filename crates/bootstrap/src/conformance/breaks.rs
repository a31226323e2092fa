//! What somebody may do to an Authentik that is set up, as data: the same list is tried against the simulator by the
//! product's tests and against real servers by `cargo xtask conformance`.

use outbound::{Call, Method};
use serde_json::{Value, json};
use upstream_authentik::{Authentik, Row};

use super::site::Undo;
use super::{Part, Site, Told, Trouble, failed};
use crate::model::Model;

/// The command that mends all of these.
const MEND: &str = "`dezky bootstrap authentik`";

/// What is done to an object.
enum Harm {
    /// It goes.
    Delete,
    /// A field is set otherwise.
    Set(&'static str, Value),
    /// A claim is taken off a provider: the field by which it is told, and its value.
    Unclaim(&'static str, &'static str),
    /// A role loses a right.
    Deny(&'static str),
}

/// One thing that is broken, and what the doctor names.
pub struct Break {
    /// The step.
    pub what: &'static str,
    model: Model,
    /// The field by which the object is told, or a path into it, and its value.
    told_by: &'static str,
    value: Value,
    harm: Harm,
    named: &'static str,
    /// What was set by hand is lost with the object.
    is_loss: bool,
}

impl Break {
    fn new(
        what: &'static str,
        (model, told_by, value): (Model, &'static str, Value),
        harm: Harm,
        named: &'static str,
    ) -> Self {
        Self { what, model, told_by, value, harm, named, is_loss: false }
    }

    /// The object is made anew without what was set by hand.
    fn with_loss(self) -> Self {
        Self { is_loss: true, ..self }
    }
}

fn provider(client: &'static str) -> (Model, &'static str, Value) {
    (Model::Provider, "client_id", client.into())
}

fn named(model: Model, name: &'static str) -> (Model, &'static str, Value) {
    (model, "name", name.into())
}

/// The address to which people come back is another's.
pub fn redirect_address() -> Break {
    let other = json!([{"matching_mode": "strict", "url": "https://dezky-conformance.invalid/",
        "redirect_uri_type": "authorization"}]);
    let harm = Harm::Set("redirect_uris", other);
    Break::new("a redirect address is another", provider("dezky-operator"), harm, "/sign-in/callback")
}

/// All of them, or those with which nothing is lost.
pub fn all(may_lose: bool) -> Vec<Break> {
    let all = [vec![redirect_address()], of_clients(), of_recovery(), of_account()];
    all.into_iter().flatten().filter(|one| may_lose || !one.is_loss).collect()
}

fn of_clients() -> Vec<Break> {
    use Harm::{Delete, Set, Unclaim};
    let set =
        |what, client, field, value, named| Break::new(what, provider(client), Set(field, value), named);
    let admins = "dezky-platform-admins";
    vec![
        set(
            "another subject mode",
            "dezky-portal",
            "sub_mode",
            json!("user_id"),
            "sub_mode must have user_uuid",
        ),
        set(
            "another issuer mode",
            "dezky-portal",
            "issuer_mode",
            json!("global"),
            "issuer_mode must have per_provider",
        ),
        set("no signing key", "dezky-portal", "signing_key", Value::Null, "signing_key"),
        set(
            "a grant is missing",
            "dezky-files",
            "grant_types",
            json!(["authorization_code"]),
            "client_credentials",
        ),
        Break::new(
            "no claim of groups",
            provider("dezky-operator"),
            Unclaim("name", "dezky-groups"),
            "property_mappings must have dezky-groups",
        ),
        Break::new(
            "no offline_access",
            provider("dezky-portal"),
            Unclaim("managed", "goauthentik.io/providers/oauth2/scope-offline_access"),
            "scope-offline_access",
        ),
        Break::new(
            "the claim of groups says nothing",
            named(Model::ScopeMapping, "dezky-groups"),
            Set("expression", json!("return {}")),
            "expression must have",
        ),
        Break::new(
            "the claim of files is gone",
            named(Model::ScopeMapping, "dezky-files-account"),
            Delete,
            "the claim of the file service",
        ),
        Break::new(
            "the console isn't bound to its group",
            (Model::PolicyBinding, "/group_obj/name", admins.into()),
            Delete,
            "the operator console’s binding to the group dezky-platform-admins: missing",
        ),
        Break::new(
            "an application is gone",
            (Model::Application, "slug", "dezky-portal".into()),
            Delete,
            "the application dezky-portal: missing",
        )
        .with_loss(),
        Break::new(
            "the group of operators is gone",
            named(Model::Group, admins),
            Delete,
            "the group dezky-platform-admins: missing",
        )
        .with_loss(),
    ]
}

fn of_recovery() -> Vec<Break> {
    use Harm::{Delete, Set};
    let flow = || (Model::Flow, "slug", json!("dezky-recovery"));
    let by_link = "dezky-recovery-by-link";
    vec![
        Break::new(
            "no recovery flow is in use",
            (Model::Brand, "default", true.into()),
            Set("flow_recovery", Value::Null),
            "the recovery flow of the default brand",
        ),
        Break::new(
            "the recovery flow wants a token",
            flow(),
            Set("authentication", json!("require_token")),
            "authentication must have none",
        ),
        Break::new(
            "recovery resumes who is suspended",
            named(Model::EmailStage, "dezky-recovery-email"),
            Set("activate_user_on_success", true.into()),
            "activate_user_on_success",
        ),
        Break::new(
            "a condition of recovery is off",
            (Model::PolicyBinding, "/policy_obj/name", by_link.into()),
            Delete,
            "the condition of the step",
        ),
        Break::new(
            "the policy of recovery is gone",
            named(Model::ExpressionPolicy, by_link),
            Delete,
            "the condition of the step",
        ),
        Break::new("the recovery flow is gone", flow(), Delete, "the recovery flow dezky-recovery: missing")
            .with_loss(),
        Break::new(
            "a stage of recovery is gone",
            named(Model::IdentificationStage, "dezky-recovery-identification"),
            Delete,
            "identification: missing",
        )
        .with_loss(),
        Break::new(
            "a field of recovery is gone",
            named(Model::Prompt, "dezky-recovery-repeat"),
            Delete,
            "the field dezky-recovery-repeat",
        )
        .with_loss(),
    ]
}

fn of_account() -> Vec<Break> {
    vec![
        Break::new(
            "the API token will expire",
            (Model::Token, "identifier", "dezky-api".into()),
            Harm::Set("expiring", true.into()),
            "the API token dezky-api: expiring",
        ),
        Break::new(
            "a right is missing",
            named(Model::Role, "dezky"),
            Harm::Deny("authentik_core.add_group"),
            "permissions must have authentik_core.add_group",
        ),
    ]
}

/// Breaks one thing: the doctor names it, and the command that it names mends it and nothing else. What was set is then
/// as it was, also after a failure.
pub async fn try_one(site: &mut Site, broken: &Break) -> Told {
    let authentik = site.authentik()?;
    let row = find(&authentik, broken.model, broken.told_by, &broken.value).await?;
    plant(site, &authentik, broken, &row).await?;
    let told = match site.doctor(&[]).await {
        Ok(ran) => ran.must_name(Part::Authentik.lines(), &[broken.named], MEND),
        Err(trouble) => Err(trouble),
    };
    // In any case: the next thing is to be the only one that is wrong.
    let mended = site.mend(Part::Authentik).await;
    site.undo_all().await?;
    let named = told?;
    match (mended?, &broken.harm) {
        // With an object, others that name it may have gone.
        (1, _) | (2.., Harm::Delete) => Ok(named),
        (count, _) => Err(failed(format!("{MEND} did {count} things, not the one that was wrong"))),
    }
}

/// The object of a kind that has this value. What is a path tells by an object in it, for which there is no filter.
async fn find(authentik: &Authentik, model: Model, field: &str, value: &Value) -> Result<Row, Trouble> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let has_it = |row: &Row| {
        let found = match field.strip_prefix('/') {
            Some(path) => path.split_once('/').and_then(|(outer, inner)| row.get(outer)?.get(inner)),
            None => row.get(field),
        };
        found == Some(value)
    };
    let found = if model.is_read_by_key() {
        authentik.object_at(model.path(), &text).await?
    } else {
        let filters = if field.starts_with('/') { Vec::new() } else { vec![(field, text.as_str())] };
        authentik.objects_at(model.path(), &filters, has_it).await?.into_iter().next()
    };
    found.ok_or_else(|| failed(format!("{} has nothing with the {field} {text}", model.path())))
}

async fn plant(site: &mut Site, authentik: &Authentik, broken: &Break, row: &Row) -> Result<(), Trouble> {
    let model = broken.model;
    let key = text_of(row.get(model.key()));
    match &broken.harm {
        Harm::Delete => {
            let call = Call::new(Method::Delete, format!("{}{key}/", model.path()));
            let answer = site.provider()?.send(call.bearer(site.secret("AUTHENTIK_ADMIN_TOKEN")?)).await?;
            answer.success(|_| None)?;
        }
        Harm::Set(field, value) => set(site, authentik, (model, key, row), field, value.clone()).await?,
        Harm::Unclaim(told_by, value) => {
            let claim = find(authentik, Model::ScopeMapping, told_by, &json!(value)).await?;
            let id = claim.get("pk");
            let mut left =
                row.get("property_mappings").and_then(Value::as_array).cloned().unwrap_or_default();
            left.retain(|one| Some(one) != id);
            set(site, authentik, (model, key, row), "property_mappings", left.into()).await?;
        }
        Harm::Deny(right) => {
            site.remember(Undo::Right(key.clone(), right));
            authentik.unassign_permissions(&key, &[(*right).to_owned()]).await?;
        }
    }
    Ok(())
}

/// Sets a field; what it was is set back at the end.
async fn set(
    site: &mut Site,
    authentik: &Authentik,
    (model, key, row): (Model, String, &Row),
    field: &'static str,
    value: Value,
) -> Result<(), Trouble> {
    let before = row.get(field).cloned().unwrap_or_default();
    site.remember(Undo::Field { model, key: key.clone(), field, value: before });
    let fields = Row::from_iter([(field.to_owned(), value)]);
    authentik.change_object(model.path(), &key, row, &fields).await?;
    Ok(())
}

/// Sets a field back where it differs from what it was, such as a list to which more was added by hand.
pub async fn set_back(
    authentik: &Authentik,
    model: Model,
    key: &str,
    field: &str,
    value: &Value,
) -> Result<(), Trouble> {
    let row = authentik.object_at(model.path(), key).await?;
    let row = row.ok_or_else(|| failed(format!("{}{key}/ is gone", model.path())))?;
    if row.get(field) != Some(value) {
        let fields = Row::from_iter([(field.to_owned(), value.clone())]);
        authentik.change_object(model.path(), key, &row, &fields).await?;
    }
    Ok(())
}

fn text_of(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).map_or_else(|| value.unwrap_or(&Value::Null).to_string(), str::to_owned)
}
