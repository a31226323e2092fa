//! A stand-in for mail: what would become of a message, recipient by recipient, and how much fuller the mailboxes
//! are afterwards (sections 6, 7 and 9; transcripts 09, 10 and 14). No message is kept.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use simulator::Store;

use super::addresses::{self, Recipient};
use super::ids;
use super::world::World;

/// A small mail.
const SIZE: u64 = 310;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Where a bounce would go.
    #[serde(rename = "from")]
    _from: String,
    to: Recipients,
    /// How many bytes it has.
    size: Option<u64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Recipients {
    One(String),
    Some(Vec<String>),
}

/// What became of one copy.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Copy {
    /// Whom it was sent to.
    to: String,
    /// Whom it went to in the end: through an alias, a list, the catch-all.
    address: String,
    outcome: Outcome,
    account_id: Option<String>,
    why: Option<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    /// It is in the mailbox.
    Stored,
    /// It was taken, and an error goes back to the sender.
    Bounced,
    /// It was not taken.
    Refused,
    /// It was taken and waits in the queue, for three days at most.
    Deferred,
    /// It went on to another server.
    Relayed,
}

/// `POST /_sim/deliver {"from", "to", "size"?}`.
pub async fn deliver(State(store): State<Store<World>>, Json(mail): Json<Mail>) -> Json<Value> {
    let recipients = match mail.to {
        Recipients::One(to) => vec![to],
        Recipients::Some(all) => all,
    };
    let size = mail.size.unwrap_or(SIZE);
    let copies: Vec<Copy> =
        store.write(|world| recipients.iter().flat_map(|to| sent(world, to, size)).collect());
    Json(json!({"copies": copies}))
}

/// What becomes of the copies for one recipient of the envelope.
fn sent(world: &mut World, to: &str, size: u64) -> Vec<Copy> {
    let Some(target) = target(world, to) else {
        let outside = domain_of(world, to).is_none();
        let why = if outside { "550 5.1.2 Relay not allowed." } else { "550 5.1.2 Mailbox does not exist." };
        return vec![Copy::of(to, to, Outcome::Refused, Some(why))];
    };
    let mut copies = Vec::new();
    let mut seen = BTreeSet::new();
    let mut left = vec![target];
    while let Some(target) = left.pop() {
        match target {
            Recipient::Account(id) => copies.push(stored(world, to, id, size)),
            Recipient::List(id) if seen.insert(id) => {
                let list = world.lists.get(&id).map(|list| list.recipients.clone()).unwrap_or_default();
                for address in list {
                    match (self::target(world, &address), domain_of(world, &address)) {
                        (Some(target), _) => left.push(target),
                        (None, None) if address.contains('@') => {
                            copies.push(Copy::of(to, &address, Outcome::Relayed, None));
                        }
                        (None, _) => {
                            let why = Some("550 5.1.2 Mailbox does not exist.");
                            copies.push(Copy::of(to, &address, Outcome::Bounced, why));
                        }
                    }
                }
            }
            Recipient::List(_) => {}
        }
    }
    copies
}

fn stored(world: &mut World, to: &str, id: u64, size: u64) -> Copy {
    let present = world.accounts.get(&id);
    let receives = present.is_some_and(|account| world.granted(account).include("emailReceive"));
    let Some(account) = world.accounts.get_mut(&id) else {
        return Copy::of(to, to, Outcome::Bounced, None);
    };
    let (outcome, why) = if !receives {
        // It is looked up at delivery, an instant after the 250 (section 7).
        (Outcome::Bounced, Some("not authorized to receive email"))
    } else if account.quota().is_some_and(|most| account.used.saturating_add(size) > most) {
        (Outcome::Deferred, Some("451 4.3.0 Mailbox over quota."))
    } else {
        account.used = account.used.saturating_add(size);
        (Outcome::Stored, None)
    };
    let address = world.accounts.get(&id).map(|account| account.address(world)).unwrap_or_default();
    Copy { account_id: Some(ids::encode(id)), ..Copy::of(to, &address, outcome, why) }
}

impl Copy {
    fn of(to: &str, address: &str, outcome: Outcome, why: Option<&'static str>) -> Self {
        Self { to: to.to_owned(), address: address.to_owned(), outcome, account_id: None, why }
    }
}

/// The domain of an address, also by one of the domain's further names.
fn domain_of(world: &World, address: &str) -> Option<u64> {
    world.owner_of(&address.rsplit_once('@')?.1.to_lowercase())
}

/// Whom an address reaches: directly, without what follows its plus, or through the catch-all.
fn target(world: &World, address: &str) -> Option<Recipient> {
    let find = |address: &str| {
        let address = address.to_lowercase();
        let (name, _) = address.rsplit_once('@')?;
        let id = domain_of(world, &address)?;
        addresses::reached(world, name, id).or_else(|| {
            let domain = world.domains.get(&id)?;
            let (name, _) = name.split_once('+')?;
            let enabled = domain.properties["subAddressing"]["@type"] == "Enabled";
            enabled.then(|| addresses::reached(world, name, id)).flatten()
        })
    };
    find(address).or_else(|| {
        let domain = world.domains.get(&domain_of(world, address)?)?;
        find(domain.properties["catchAllAddress"].as_str()?)
    })
}
