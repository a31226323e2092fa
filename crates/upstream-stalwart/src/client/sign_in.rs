//! Signing in as a member, to see whether a way in is shut: never to do anything in anybody's name.

use std::collections::BTreeMap;
use std::time::Duration;

use outbound::{Call, CallError};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use super::Stalwart;
use crate::jmap;
use crate::model::SignIn;

/// How long a sign-in is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

impl Stalwart {
    /// Tries an address and a password, or an app password. Failed attempts count: a hundred a day ban the address
    /// that Dezky calls from, unless that is allowed (section 5), so never try in a loop.
    pub async fn verify_login(&self, address: &str, password: &SecretString) -> Result<SignIn, CallError> {
        // Some refusals take a minute (section 17); what is slow to say so is not known.
        let call = Call::get("/jmap/session").basic(address, password.clone()).deadline(PATIENCE);
        let answer = self.client.send(call).await?;
        match answer.status {
            401 => return Ok(SignIn::Refused),
            403 => return Ok(SignIn::Frozen),
            _ => {}
        }
        let answer = jmap::accepted(answer)?;
        let session: Session = answer.json()?;
        // Without credentials the answer is 200 too, with no accounts (section 1).
        if session.accounts.is_empty() {
            let why = "it opened a session of nobody".to_owned();
            return Err(answer.error(outbound::Cause::Malformed(why)));
        }
        Ok(SignIn::Accepted)
    }
}

#[derive(Deserialize)]
struct Session {
    accounts: BTreeMap<String, Value>,
}
