//! Who has an address: unique over all accounts, groups, lists and their aliases, disabled ones included (section 7).

use serde_json::{Value, json};

use super::aliases::Alias;
use super::ids;
use super::world::World;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Recipient {
    Account(u64),
    List(u64),
}

impl Recipient {
    fn to_json(self) -> Value {
        match self {
            Self::Account(id) => json!({"object": "Account", "id": ids::encode(id)}),
            Self::List(id) => json!({"object": "MailingList", "id": ids::encode(id)}),
        }
    }
}

/// Whether these addresses are free for `own`. Inside one object doubled ones are taken in silence (section 8).
pub fn check_free(
    world: &World,
    name: &str,
    domain: u64,
    aliases: &[Alias],
    own: Option<Recipient>,
) -> Result<(), Value> {
    let addresses = aliases.iter().map(|alias| (alias.name.as_str(), alias.domain));
    for (name, domain) in std::iter::once((name, domain)).chain(addresses) {
        let taken =
            holders(world).find(|holder| Some(holder.owner) != own && holder.has(name, domain, false));
        if let Some(holder) = taken {
            return Err(json!({
                "type": "primaryKeyViolation",
                "properties": ["email"],
                "objectId": holder.owner.to_json(),
            }));
        }
    }
    Ok(())
}

/// Whom mail to this address reaches, and whom a sign-in with it means: no disabled aliases.
pub fn reached(world: &World, name: &str, domain: u64) -> Option<Recipient> {
    holders(world).find(|holder| holder.has(name, domain, true)).map(|holder| holder.owner)
}

/// Accounts and lists that have any address on a domain.
pub fn users_of(world: &World, domain: u64) -> (Vec<u64>, Vec<u64>) {
    let (mut accounts, mut lists) = (Vec::new(), Vec::new());
    for holder in holders(world).filter(|holder| holder.uses(domain)) {
        match holder.owner {
            Recipient::Account(id) => accounts.push(id),
            Recipient::List(id) => lists.push(id),
        }
    }
    (accounts, lists)
}

/// Something that has addresses.
struct Holder<'a> {
    owner: Recipient,
    name: &'a str,
    domain: u64,
    aliases: &'a [Alias],
}

fn holders(world: &World) -> impl Iterator<Item = Holder<'_>> {
    let accounts = world.accounts.iter().map(|(id, account)| Holder {
        owner: Recipient::Account(*id),
        name: &account.name,
        domain: account.domain,
        aliases: &account.aliases,
    });
    let lists = world.lists.iter().map(|(id, list)| Holder {
        owner: Recipient::List(*id),
        name: &list.name,
        domain: list.domain,
        aliases: &list.aliases,
    });
    accounts.chain(lists)
}

impl Holder<'_> {
    fn has(&self, name: &str, domain: u64, only_enabled: bool) -> bool {
        let has =
            |alias: &Alias| alias.domain == domain && alias.name == name && (alias.enabled || !only_enabled);
        self.domain == domain && self.name == name || self.aliases.iter().any(has)
    }

    fn uses(&self, domain: u64) -> bool {
        self.domain == domain || self.aliases.iter().any(|alias| alias.domain == domain)
    }
}
