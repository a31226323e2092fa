//! Whose account a token of the external issuer stands for: by a claim, and made where nobody has one and that is
//! switched on (section 2).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use simulator::Store;

use super::user::User;
use super::world::{World, new_uuid};

/// What of an account the claim may be compared with.
const ATTRIBUTES: [&str; 3] = ["username", "mail", "userid"];

/// How the server is told to take tokens of the external issuer.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct External {
    /// `OCIS_OIDC_ISSUER`; that of the setup without one.
    pub issuer: Option<String>,
    /// `PROXY_USER_OIDC_CLAIM`; `sub` without one.
    claim: Option<String>,
    /// `PROXY_USER_CS3_CLAIM`; `username` without one.
    attribute: Option<String>,
    /// `PROXY_AUTOPROVISION_ACCOUNTS`.
    autoprovisions: bool,
}

/// Why a request is not let in; the body is always empty.
pub enum Refusal {
    /// The token is no good: challenged, unless a browser script asks.
    Token,
    /// The account is unknown or disabled: not challenged.
    Account,
    /// A claim is missing, or no account can be made of the claims.
    Claim,
    /// The handler crashes and drops the connection.
    Crash,
}

impl External {
    /// Reads the switches; what isn't named is as it is without.
    pub fn read(fields: &Value) -> Result<Self, String> {
        let text = |name: &str| fields[name].as_str().map(str::to_owned);
        let attribute = text("attribute");
        if let Some(unknown) = attribute.as_deref().filter(|name| !ATTRIBUTES.contains(name)) {
            return Err(format!("an account has no {unknown:?} that a claim is compared with"));
        }
        let autoprovisions = fields["autoprovisions"] == true;
        Ok(Self { issuer: text("issuer"), claim: text("claim"), attribute, autoprovisions })
    }

    /// The claim that names the account.
    pub fn claim(&self) -> &str {
        self.claim.as_deref().unwrap_or("sub")
    }

    /// The id of the account that claims name.
    pub fn account_of(&self, store: &Store<World>, claims: &Value) -> Result<String, Refusal> {
        let value = claims[self.claim()].as_str().filter(|value| !value.is_empty()).ok_or(Refusal::Claim)?;
        let known = store.read(|world| {
            let user = self.find(world, value)?;
            Some((user.id.clone(), user.enabled))
        });
        match known {
            Some((id, true)) => Ok(id),
            Some((_, false)) if self.autoprovisions => Err(Refusal::Crash),
            None if self.autoprovisions => store.write(|world| world.provision(claims)),
            _ => Err(Refusal::Account),
        }
    }

    fn find<'a>(&self, world: &'a World, value: &str) -> Option<&'a User> {
        match self.attribute.as_deref() {
            Some("userid") => world.users.get(value),
            Some("mail") => {
                let has_it =
                    |user: &&User| user.mail.as_ref().is_some_and(|mail| mail.eq_ignore_ascii_case(value));
                world.users.values().find(has_it)
            }
            _ => world.user_named(value),
        }
    }
}

impl World {
    /// Makes an account of claims. One that has the name already is taken for it; without an address it works, with an
    /// empty one it fails each time (section 13).
    fn provision(&mut self, claims: &Value) -> Result<String, Refusal> {
        let text = |name: &str| claims[name].as_str();
        let name = text("preferred_username").filter(|name| !name.is_empty()).ok_or(Refusal::Claim)?;
        let display_name = text("name").ok_or(Refusal::Claim)?;
        if text("email") == Some("") {
            return Err(Refusal::Claim);
        }
        for group in claims["groups"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !self.groups.values().any(|known| known == group) {
                self.groups.insert(new_uuid(), group.to_owned());
            }
        }
        if let Some(user) = self.user_named(name) {
            return Ok(user.id.clone());
        }
        let id = self.add_user(new_uuid(), name.to_owned());
        if let Some(user) = self.users.get_mut(&id) {
            display_name.clone_into(&mut user.display_name);
            user.mail = text("email").map(str::to_owned);
            user.has_identity = true;
        }
        Ok(id)
    }
}
