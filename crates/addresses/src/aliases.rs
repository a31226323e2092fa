//! Aliases as Stalwart has them: a field of the account or list that they lead to, with the ids of domains in it
//! (stalwart, section 8). Mailboxes, lists and shared mailboxes have them alike.

use std::collections::BTreeMap;

use kernel::EmailAddress;
use outbound::{CallError, Cause};
use provisioning::DOMAIN;
use reconcile::{Actual, Created, Need, Obstacle, Problem, Target, spec_of};
use serde::{Deserialize, Serialize};
use upstream_stalwart::{Alias, Stalwart};

/// A further address in a spec.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AliasSpec {
    /// The part before the `@`.
    pub name: String,
    pub domain: String,
}

/// A spec of what has an address and may have further ones.
pub trait Addressed {
    /// The domain of its own address.
    fn domain(&self) -> &str;
    /// Its further addresses.
    fn aliases(&self) -> &[AliasSpec];
}

/// Says that a person must move something back to its domain.
pub fn moved() -> Problem {
    Problem::Blocked(Obstacle::new("blocked-moved"))
}

/// The field of a spec.
pub fn field(aliases: &[EmailAddress]) -> Vec<AliasSpec> {
    let alias =
        |it: &EmailAddress| AliasSpec { name: it.local().to_owned(), domain: it.domain().ascii().to_owned() };
    let mut aliases: Vec<AliasSpec> = aliases.iter().map(alias).collect();
    aliases.sort_unstable();
    aliases
}

/// The domains that an object of this spec needs: its own first, each once.
pub fn needs(spec: &impl Addressed) -> Vec<Need> {
    let mut names = vec![spec.domain()];
    for alias in spec.aliases() {
        let name = alias.domain.as_str();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let need = |name: &str| Need { kind: DOMAIN, name: name.to_owned(), unwanted: "awaiting_ownership" };
    names.into_iter().map(need).collect()
}

/// The names of the domains that a resource needs, by their id in Stalwart.
fn known<S: Addressed>(target: &Target<'_, S>) -> BTreeMap<String, String> {
    let wanted = target.spec.filter(|_| target.is_wanted);
    let needs = wanted.map(needs).unwrap_or_default();
    target.needed.iter().cloned().zip(needs.into_iter().map(|need| need.name)).collect()
}

/// The aliases that an object shall have, as Stalwart takes them.
pub fn wanted<S: Addressed>(target: &Target<'_, S>, spec: &S) -> Result<Vec<Alias>, Problem> {
    wanted_on(&known(target), spec.aliases())
}

/// The same of an object that does not wait for the domains of its aliases: those that bear Dezky's mark are asked for.
pub async fn wanted_now<S: Addressed>(
    stalwart: &Stalwart,
    target: &Target<'_, S>,
    spec: &S,
) -> Result<Vec<Alias>, Problem> {
    let mut known = known(target);
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
    wanted_on(&known, spec.aliases())
}

fn wanted_on(known: &BTreeMap<String, String>, aliases: &[AliasSpec]) -> Result<Vec<Alias>, Problem> {
    let alias = |alias: &AliasSpec| -> Result<Alias, Problem> {
        let found = known.iter().find(|(_, domain)| **domain == alias.domain);
        let (id, _) = found.ok_or_else(|| domain_missing(alias))?;
        let (name, domain_id) = (alias.name.clone(), id.clone());
        Ok(Alias { name, domain_id, enabled: true, description: None })
    };
    aliases.iter().map(alias).collect()
}

fn domain_missing(AliasSpec { name, domain }: &AliasSpec) -> Problem {
    let obstacle = Obstacle::new("blocked-alias-domain-missing").with("domain", domain);
    Problem::Blocked(obstacle.with("address", format!("{name}@{domain}")))
}

/// The names of the domains of an object and its aliases, by their id: those that are needed are known, others asked.
pub async fn domains<S: Addressed>(
    stalwart: &Stalwart,
    target: &Target<'_, S>,
    own: &str,
    aliases: &[Alias],
) -> Result<BTreeMap<String, String>, CallError> {
    let mut names = known(target);
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
pub fn shown(aliases: &[Alias], domains: &BTreeMap<String, String>) -> Vec<AliasSpec> {
    let alias = |it: &Alias| AliasSpec {
        name: it.name.clone(),
        domain: domains.get(&it.domain_id).map_or("?", String::as_str).to_owned(),
    };
    let mut shown: Vec<AliasSpec> = aliases.iter().filter(|alias| alias.enabled).map(alias).collect();
    shown.sort_unstable();
    shown
}

/// Who has an address that is taken.
pub async fn taken(stalwart: &Stalwart, object: &str, id: &str) -> Result<Obstacle, Problem> {
    let owner = stalwart.whose(object, id).await?;
    Ok(match owner.address {
        Some(address) if object == "MailingList" => {
            Obstacle::new("blocked-address-of-list").with("address", address)
        }
        Some(address) => Obstacle::new("blocked-address-taken").with("address", address),
        None => Obstacle::new("blocked-address-of-other"),
    })
}

/// Nothing in these objects can hold a mark, and the id that a create answers may be another's: an upstream that
/// answered from an old copy gives it to two. So what it shows under the id must be what was asked for, or nobody knows
/// what was made.
pub fn made(
    is_there: Result<bool, CallError>,
    upstream_id: String,
    spec: &impl Serialize,
) -> Result<Created, Problem> {
    let why = match is_there {
        Ok(true) => {
            let fields = spec_of(spec);
            return Ok(Created::New(Actual { upstream_id, mark: None, fields, waiting: None }));
        }
        Ok(false) => "it does not show what it says it made".to_owned(),
        Err(error) => error.to_string(),
    };
    Err(CallError::unknown("Stalwart", Cause::Malformed(why)).into())
}
