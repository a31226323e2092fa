//! `dezky bootstrap authentik`: the entries of crate `bootstrap`, shown, made and proven at a server.

use anyhow::{anyhow, bail, ensure};
use bootstrap::authentik::{ADMINS, OPERATOR, PORTAL, TOKEN_IDENTIFIER, entries};
use bootstrap::{Engine, Plan, Settings, Step, Verdict, render_blueprint};
use db::seal::Keys;
use i18n::Words;
use kernel::Clock;
use outbound::{CallError, Cause, Options, plain};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::time::Instant;
use upstream_authentik::{Authentik, Row, User};

use super::{
    DEADLINE, Ended, Given, Manner, PATIENCE, SERVICE, STEP, ask, is_confirmed, is_starting, keep, tell,
    type_of,
};
use crate::config::{SetUp, Values, text};
use crate::doctor::{self, Report};
use crate::{english, upstreams};

const ADMIN_TOKEN: &str = "AUTHENTIK_ADMIN_TOKEN";
/// What Authentik calls the accounts of people of the house.
const INTERNAL: &str = "internal";
/// The place and the mark of accounts that Dezky makes for members of workspaces.
const MADE: &str = "dezky";

/// The entries as a blueprint.
pub fn blueprint() -> String {
    render_blueprint(&entries(&Settings::example()))
}

/// Sets Authentik up. `operators` are names of people who get into the group that runs the platform.
pub async fn run(values: &mut Values, how: &Manner, operators: &[String]) -> anyhow::Result<Ended> {
    let set_up = SetUp::read(values)?;
    let words = english::words()?;
    let token = admin_token(&set_up)?;
    let admin = admin(&set_up, token.clone()).await?;
    // One that was typed serves the rest of this run; no file gets it.
    values.insert(ADMIN_TOKEN.to_owned(), token.expose_secret().to_owned());
    let entries = entries(&set_up.settings);
    let engine = Engine::new(&admin, &entries, &set_up.settings);
    let plan = plan(&engine).await?;
    show(&plan, &words);
    if plan.unknown().next().is_some() {
        bail!(
            "some of it can't be read, so nothing was done; AUTHENTIK_ADMIN_TOKEN must be an administrator's"
        );
    }
    let new = new_operators(&admin, &plan, operators).await?;
    for person in &new {
        tell("change", &format!("the group {}: {} joins it", set_up.settings.admin_group, described(person)));
    }
    if plan.is_to_do() || !new.is_empty() {
        if !is_confirmed(how)? {
            return Ok(Ended::ToDo);
        }
        ensure!(
            plan.waits_for().is_empty(),
            "Authentik hasn't made its own objects yet; look at its worker, then run this again"
        );
    } else if how.plan {
        return Ok(ended(&plan, &words));
    }
    let told = |step: &Step| tell("done", &words.say(&step.name));
    let after = engine.apply(plan, told).await.map_err(|error| anyhow!(words.explain(&error)))?;
    admit(&admin, &after, &new).await?;
    let mut given = given(&admin, &set_up, &after).await?;
    if text(values, "ENCRYPTION_KEYS").is_none() {
        given.push(("ENCRYPTION_KEYS", Keys::generate()));
    }
    keep(values, &how.settings, &given)?;
    prove(values, &set_up).await?;
    let ended = ended(&after, &words);
    if let Some(operator) = set_up.settings.operator.as_ref().filter(|_| !operators.is_empty()) {
        println!("Next: sign in at {operator}");
    }
    Ok(ended)
}

/// Says so where nobody can sign in to the operator console yet.
pub async fn remind(values: &Values) -> anyhow::Result<()> {
    let set_up = SetUp::read(values)?;
    let Some(token) = set_up.admin_token.clone() else { return Ok(()) };
    let admin = client(&set_up, token)?;
    let entries = entries(&set_up.settings);
    let plan = Engine::new(&admin, &entries, &set_up.settings).plan().await?;
    let Some(group) = plan.row(ADMINS) else { return Ok(()) };
    let users = admin.users_of_group(id_of(group)).await?.unwrap_or_default();
    if !users.iter().any(|user| user.is_active) {
        tell("note", "there is no operator yet: dezky bootstrap authentik --operator NAME");
    }
    Ok(())
}

/// The people of these names who aren't in the operators' group yet.
async fn new_operators(admin: &Authentik, plan: &Plan<'_>, names: &[String]) -> anyhow::Result<Vec<User>> {
    let mut known = Vec::new();
    if let Some(group) = plan.row(ADMINS) {
        known = admin.users_of_group(id_of(group)).await?.unwrap_or_default();
    }
    let mut new: Vec<User> = Vec::new();
    for name in names {
        let person = person(admin, name).await?;
        if known.iter().chain(&new).all(|known| known.id != person.id) {
            new.push(person);
        }
    }
    Ok(new)
}

/// The one account that a name or an address leads to, if it may run the platform. Who is known by an address isn't told by
/// user names alone: whoever has it as their user name need not be whom it was meant for.
async fn person(admin: &Authentik, name: &str) -> anyhow::Result<User> {
    let mut found = admin.users_known_by(name).await?;
    let named = admin.find_user(name).await?;
    found.extend(named.filter(|user| found.iter().all(|known| known.id != user.id)));
    match found.as_slice() {
        [] => bail!("Authentik has no account named {name}"),
        [person] => {
            must_be_person(admin, person).await?;
            Ok(person.clone())
        }
        several => {
            let all: Vec<String> = several.iter().map(described).collect();
            bail!(
                "Authentik has {} accounts named {name}: {}. Use a name that only one of them has",
                several.len(),
                all.join("; ")
            )
        }
    }
}

/// Operators are people of the house, with an account that nobody's workspace may change.
async fn must_be_person(admin: &Authentik, person: &User) -> anyhow::Result<()> {
    let name = plain(&person.username);
    let kind = type_of(admin, person).await?;
    ensure!(
        !kind.as_deref().is_some_and(|kind| kind.ends_with(SERVICE)),
        "{name} is a service account; operators are people"
    );
    ensure!(
        kind.as_deref() == Some(INTERNAL),
        "{name} is an account of the type {}; operators have internal accounts",
        plain(kind.as_deref().unwrap_or("unknown"))
    );
    ensure!(
        !is_of_workspace(person),
        "Dezky made the account {name} for a member of a workspace, whose administrators may change it. Operators have accounts of their own: create one in Authentik"
    );
    ensure!(person.is_active, "the account {name} is suspended. Resume it in Authentik first");
    ensure!(
        !person.is_superuser,
        "{name} is a superuser of Authentik. Operators need no rights there: use another account"
    );
    Ok(())
}

/// Told by its place or by its mark: an administrator may have moved it.
fn is_of_workspace(user: &User) -> bool {
    user.path.split('/').next() == Some(MADE) || user.attributes.contains_key(MADE)
}

/// Who it is, for whoever has to tell the right one.
fn described(user: &User) -> String {
    let or_none = |text: &str| if text.is_empty() { "none".to_owned() } else { plain(text) };
    format!(
        "{} (user name {}, e-mail {}, path {})",
        or_none(&user.name),
        plain(&user.username),
        or_none(&user.email),
        or_none(&user.path)
    )
}

async fn admit(admin: &Authentik, plan: &Plan<'_>, new: &[User]) -> anyhow::Result<()> {
    let Some(group) = plan.row(ADMINS) else { return Ok(()) };
    for person in new {
        admin.add_to_group(id_of(group), person.id).await?;
        tell("done", &format!("{} is an operator", person.username));
    }
    Ok(())
}

fn id_of(row: &Row) -> &str {
    row.get("pk").and_then(Value::as_str).unwrap_or_default()
}

/// What was left alone and can't be used is said once more, at the end.
fn ended(plan: &Plan<'_>, words: &Words) -> Ended {
    let missing: Vec<String> = plan.missing().map(|step| words.say(&step.name)).collect();
    if missing.is_empty() {
        return Ended::Done;
    }
    tell("missing", &format!("{}: left as they are, for the reasons above", missing.join(", ")));
    Ended::ToDo
}

/// The administrator's token, as it is set or typed.
fn admin_token(set_up: &SetUp) -> anyhow::Result<SecretString> {
    match &set_up.admin_token {
        Some(token) => Ok(token.clone()),
        None if ask::is_possible() => ask::secret("API token of an administrator of Authentik"),
        None => bail!("set AUTHENTIK_ADMIN_TOKEN to the key of an administrator's API token"),
    }
}

/// A client with the administrator's token, once the server answers.
async fn admin(set_up: &SetUp, token: SecretString) -> anyhow::Result<Authentik> {
    let client = client(set_up, token)?;
    let began = Instant::now();
    let identity = loop {
        match client.probe().await {
            Err(error) if is_starting(&error) && began.elapsed() < PATIENCE => {
                println!("wait    {error}; trying again for up to {} s", PATIENCE.as_secs());
                tokio::time::sleep(STEP).await;
            }
            Err(CallError { cause: Cause::Unauthorized(why), .. }) => bail!(
                "Authentik doesn't accept AUTHENTIK_ADMIN_TOKEN ({}). Use the key of a token with the intent “API Token”",
                why.as_deref().unwrap_or("no reason given")
            ),
            answer => break answer?,
        }
    };
    ensure!(
        identity.is_superuser,
        "AUTHENTIK_ADMIN_TOKEN belongs to {}, who is no administrator of Authentik",
        plain(&identity.username)
    );
    Ok(client)
}

fn client(set_up: &SetUp, token: SecretString) -> anyhow::Result<Authentik> {
    let options =
        Options { deadline: DEADLINE, extra_roots: set_up.extra_roots.clone(), ..Options::default() };
    Ok(Authentik::new(upstreams::provider_at(&set_up.issuer_origin, &set_up.api, options)?, token))
}

/// What is to be done, once the server has made what it makes by itself.
async fn plan<'a>(engine: &Engine<'a>) -> anyhow::Result<Plan<'a>> {
    let began = Instant::now();
    loop {
        let plan = engine.plan().await?;
        let waits: Vec<&str> = plan.waits_for().into_iter().collect();
        if waits.is_empty() || began.elapsed() >= PATIENCE {
            return Ok(plan);
        }
        println!(
            "wait    Authentik hasn't made its own objects yet ({}); trying again for up to {} s",
            waits.join(", "),
            PATIENCE.as_secs()
        );
        tokio::time::sleep(STEP).await;
    }
}

fn show(plan: &Plan<'_>, words: &Words) {
    let kept = plan.steps.iter().filter(|step| step.verdict == Verdict::Keep).count();
    for step in &plan.steps {
        let name = words.say(&step.name);
        match &step.verdict {
            Verdict::Keep => {}
            Verdict::Create => tell("create", &name),
            Verdict::Change(differences) => {
                tell("change", &format!("{name}: {}", doctor::differing(differences)));
            }
            Verdict::Leave(why) => tell("leave", &format!("{name}: {}", words.say(why))),
            Verdict::Waits(what) => {
                tell("wait", &format!("{name}: needs {what}, which Authentik makes by itself"));
            }
            Verdict::Unknown(why) => tell("?", &format!("{name}: can't be read: {}", words.say(why))),
        }
    }
    if kept > 0 {
        tell("ok", &format!("{kept} of {} are set up as Dezky needs them", plan.steps.len()));
    }
}

/// The settings that `serve` needs of it. Secrets are Authentik's own: they are read, never set.
async fn given(admin: &Authentik, set_up: &SetUp, plan: &Plan<'_>) -> anyhow::Result<Given> {
    let mut given = Given::new();
    let origins = [
        ("PORTAL_URL", set_up.settings.portal.clone()),
        ("OPERATOR_URL", set_up.settings.operator.clone()),
        ("AUTHENTIK_ISSUER", Some(set_up.issuer_origin.clone())),
        ("AUTHENTIK_ADMIN_GROUP", Some(set_up.settings.admin_group.clone())),
    ];
    given.extend(origins.into_iter().filter_map(|(name, value)| Some((name, value?.into()))));
    let secrets =
        [("AUTHENTIK_PORTAL_CLIENT_SECRET", PORTAL), ("AUTHENTIK_OPERATOR_CLIENT_SECRET", OPERATOR)];
    for (name, provider) in secrets {
        let row = plan.row(provider);
        let secret = row.and_then(|row| row.get("client_secret")?.as_str()).filter(|text| !text.is_empty());
        let secret = secret.ok_or_else(|| anyhow!("Authentik shows no secret for {name}"))?;
        given.push((name, secret.into()));
    }
    if plan.row(bootstrap::authentik::TOKEN).is_some() {
        given.push(("AUTHENTIK_API_TOKEN", admin.token_key(TOKEN_IDENTIFIER).await?));
    }
    Ok(given)
}

/// Uses what was made as `serve` will: the clients with their secrets, and the service account with its own token.
async fn prove(values: &Values, set_up: &SetUp) -> anyhow::Result<()> {
    let mut report = Report::default();
    let text = |name: &str| text(values, name).unwrap_or_default().to_owned();
    let consoles = [
        (access::Surface::Portal, "AUTHENTIK_PORTAL_CLIENT_SECRET", &set_up.settings.portal),
        (access::Surface::Operator, "AUTHENTIK_OPERATOR_CLIENT_SECRET", &set_up.settings.operator),
    ];
    let oidc_clients = consoles.into_iter().filter_map(|(surface, secret, origin)| {
        let client_secret = text(secret).into();
        Some(sign_in::OidcClient { surface, client_secret, origin: origin.clone()? })
    });
    let options =
        Options { deadline: DEADLINE, extra_roots: set_up.extra_roots.clone(), ..Options::default() };
    let settings = sign_in::Settings {
        issuer_origin: set_up.issuer_origin.clone(),
        provider: upstreams::provider_at(&set_up.issuer_origin, &set_up.api, options)?,
        oidc_clients: oidc_clients.collect(),
        admin_group: set_up.settings.admin_group.clone(),
        directory: None,
    };
    doctor::sign_in::check_consoles(&settings, None, &mut report).await?;
    let token = text("AUTHENTIK_API_TOKEN");
    if token.is_empty() {
        report.unchecked(
            "Authentik",
            "the service account",
            "its token was left as it is, so it isn't tried",
        );
    } else {
        let own = client(set_up, token.into())?;
        doctor::check_rights(&own, &set_up.issuer_origin, &Clock::System, &mut report).await;
    }
    report.conclude()
}

#[cfg(test)]
mod tests {
    use bootstrap::Entry;

    use super::*;

    fn user(path: &str, attributes: &Value) -> User {
        let row = serde_json::json!({
            "pk": 7, "uuid": "", "username": "ida\u{1b}[2J", "is_active": true, "path": path,
            "attributes": attributes, "name": "Ida Holm",
        });
        serde_json::from_value(row).unwrap()
    }

    #[test]
    fn what_dezky_made_for_a_workspace_is_told_by_its_place_or_its_mark() {
        let (none, marked) = (serde_json::json!({}), serde_json::json!({"dezky": {"resource": "res_1"}}));
        for (path, attributes, is_made) in [
            ("dezky", &none, true),
            ("dezky/doctor", &none, true),
            ("users", &marked, true),
            ("users", &none, false),
            ("dezky2", &none, false),
            ("", &none, false),
        ] {
            assert_eq!(is_of_workspace(&user(path, attributes)), is_made, "{path} {attributes}");
        }
    }

    #[test]
    fn an_account_is_described_without_what_a_terminal_obeys() {
        let said = described(&user("users", &serde_json::json!({})));
        assert_eq!(said, "Ida Holm (user name ida [2J, e-mail none, path users)");
    }

    #[test]
    fn the_blueprint_has_every_entry_and_no_secret() {
        let written = blueprint();
        for Entry { id, .. } in entries(&Settings::example()) {
            assert!(written.contains(&format!("\n  - id: {id}\n")), "{id}");
        }
        let is_secret = |line: &str| line.trim_start().starts_with("key:") || line.contains("client_secret");
        assert!(!written.lines().any(is_secret));
    }
}
