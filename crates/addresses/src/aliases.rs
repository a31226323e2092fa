//! Aliases as Stalwart has them: a field of the account or list that they lead to, with the ids of domains in it
//! (stalwart, section 8). Mailboxes, lists and shared mailboxes have them alike.

use std::collections::BTreeMap;

use kernel::EmailAddress;
use outbound::{CallError, Cause};
use provisioning::DOMAIN;
use reconcile::{Actual, Created, Need, Problem, Resource};
use serde_json::{Value, json};
use upstream_stalwart::{Alias, Stalwart};

/// The field of a spec.
pub fn field(aliases: &[EmailAddress]) -> Value {
    let mut aliases: Vec<(&str, &str)> =
        aliases.iter().map(|alias| (alias.local(), alias.domain().ascii())).collect();
    aliases.sort_unstable();
    aliases.into_iter().map(|(name, domain)| json!({"name": name, "domain": domain})).collect()
}

/// The domains that an object of this spec needs: its own first, each once.
pub fn needs(spec: &Value) -> Vec<Need> {
    let own = spec["domain"].as_str().unwrap_or_default();
    let mut names = vec![own];
    for alias in spec["aliases"].as_array().into_iter().flatten() {
        let name = alias["domain"].as_str().unwrap_or_default();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let need = |name: &str| Need { kind: DOMAIN, name: name.to_owned(), unwanted: "awaiting_ownership" };
    names.into_iter().map(need).collect()
}

/// The names of the domains that a resource needs, by their id in Stalwart.
fn known(resource: &Resource) -> BTreeMap<String, String> {
    let needs = resource.spec.as_ref().map(needs).unwrap_or_default();
    resource.needed.iter().cloned().zip(needs.into_iter().map(|need| need.name)).collect()
}

/// The aliases that an object shall have, as Stalwart takes them.
pub fn wanted(resource: &Resource, spec: &Value) -> Result<Vec<Alias>, Problem> {
    wanted_on(&known(resource), spec)
}

/// The same of an object that does not wait for the domains of its aliases: those that bear Dezky's mark are asked for.
pub async fn wanted_now(
    stalwart: &Stalwart,
    resource: &Resource,
    spec: &Value,
) -> Result<Vec<Alias>, Problem> {
    let mut known = known(resource);
    for need in needs(spec) {
        if known.values().any(|name| *name == need.name) {
            continue;
        }
        let Ok(name) = need.name.parse() else { continue };
        let found = stalwart.find_domain(&name).await?;
        let is_ours = |text: &Option<String>| text.as_deref().is_some_and(|text| text.starts_with("dezky "));
        if let Some(domain) = found.filter(|domain| is_ours(&domain.description)) {
            known.insert(domain.id, domain.name);
        }
    }
    wanted_on(&known, spec)
}

fn wanted_on(known: &BTreeMap<String, String>, spec: &Value) -> Result<Vec<Alias>, Problem> {
    let alias = |alias: &Value| {
        let (name, domain) = (alias["name"].as_str()?, alias["domain"].as_str()?);
        let (id, _) = known.iter().find(|(_, known)| *known == domain)?;
        Some(Alias { name: name.to_owned(), domain_id: id.clone(), enabled: true, description: None })
    };
    let all = spec["aliases"].as_array().into_iter().flatten().map(alias).collect::<Option<Vec<_>>>();
    all.ok_or_else(|| Problem::Blocked("the domain of an alias is not there yet".to_owned()))
}

/// The names of the domains of an object and its aliases, by their id: those that are needed are known, others asked.
pub async fn domains(
    stalwart: &Stalwart,
    resource: &Resource,
    own: &str,
    aliases: &[Alias],
) -> Result<BTreeMap<String, String>, CallError> {
    let mut names = known(resource);
    for id in std::iter::once(own).chain(aliases.iter().map(|alias| alias.domain_id.as_str())) {
        if !names.contains_key(id)
            && let Some(domain) = stalwart.domain(id).await?
        {
            names.insert(id.to_owned(), domain.name);
        }
    }
    Ok(names)
}

/// The aliases of an object as the field of a spec. Disabled ones get no mail, so they count as none.
pub fn shown(aliases: &[Alias], domains: &BTreeMap<String, String>) -> Value {
    let mut shown: Vec<(&str, &str)> = aliases
        .iter()
        .filter(|alias| alias.enabled)
        .map(|alias| (alias.name.as_str(), domains.get(&alias.domain_id).map_or("?", String::as_str)))
        .collect();
    shown.sort_unstable();
    shown.into_iter().map(|(name, domain)| json!({"name": name, "domain": domain})).collect()
}

/// Who has an address that is taken, in a sentence.
pub async fn taken(stalwart: &Stalwart, object: &str, id: &str) -> Result<String, Problem> {
    let owner = stalwart.whose(object, id).await?;
    let what = match object {
        "MailingList" => "the list ",
        _ => "",
    };
    Ok(match owner.address {
        Some(address) => format!("An address of it belongs to {what}{address} in Stalwart already."),
        None => "An address of it belongs to something else in Stalwart already.".to_owned(),
    })
}

/// Nothing in these objects can hold a mark, and the id that a create answers may be another's: an upstream that
/// answered from an old copy gives it to two. So what it shows under the id must be what was asked for, or nobody knows
/// what was made.
pub fn made(
    is_there: Result<bool, CallError>,
    upstream_id: String,
    spec: &Value,
) -> Result<Created, Problem> {
    let why = match is_there {
        Ok(true) => {
            let fields = spec.clone();
            return Ok(Created::New(Actual { upstream_id, mark: None, fields, waiting: None }));
        }
        Ok(false) => "it does not show what it says it made".to_owned(),
        Err(error) => error.to_string(),
    };
    Err(CallError::unknown("Stalwart", Cause::Malformed(why)).into())
}
