//! App passwords: one for each program of a person, in the account of that person (section 7).

use kernel::Timestamp;
use outbound::CallError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Stalwart;
use super::fields::text;
use crate::jmap::{Got, Responses};
use crate::model::{AppPassword, Destroyed, NewAppPassword};

impl Stalwart {
    /// Makes an app password. Its secret is told once, so after an unknown outcome list them, destroy the one
    /// with that description, and make another.
    pub async fn create_app_password(
        &self,
        account_id: &str,
        description: &str,
    ) -> Result<NewAppPassword, CallError> {
        let create = json!({"new": {"description": text(Some(description))}});
        let responses = self.of_account(account_id, "x:AppPassword/set", "create", create).await?;
        Ok(match responses.made_credential(0)? {
            Some((id, secret)) => NewAppPassword::Made { id, secret },
            None => NewAppPassword::TooMany,
        })
    }

    /// All app passwords of an account, without their secrets.
    pub async fn app_passwords(&self, account_id: &str) -> Result<Vec<AppPassword>, CallError> {
        self.check_id(account_id)?;
        // The id of the main password is among those not found (section 7).
        let get = json!({"accountId": account_id, "ids": null});
        let responses = self.read(&[("x:AppPassword/get", get)]).await?;
        let got: Got<Wire> = answered_for(&responses, 0, account_id)?;
        let passwords = got.list.into_iter().map(|wire| AppPassword {
            id: wire.id,
            description: wire.description.unwrap_or_default(),
            created_at: wire.created_at,
            expires_at: wire.expires_at,
        });
        Ok(passwords.collect())
    }

    /// Destroys an app password; it is refused from then on.
    pub async fn destroy_app_password(&self, account_id: &str, id: &str) -> Result<(), CallError> {
        let responses = self.of_account(account_id, "x:AppPassword/set", "destroy", json!([id])).await?;
        match responses.destroyed(0, id)? {
            Destroyed::Done => Ok(()),
            Destroyed::Linked(by) => Err(responses.malformed(format!("an app password is used by {by:?}"))),
        }
    }

    /// A change of what belongs to one account.
    pub(super) async fn of_account(
        &self,
        account_id: &str,
        method: &str,
        argument: &str,
        value: Value,
    ) -> Result<Responses, CallError> {
        self.check_id(account_id)?;
        let responses = self.change(&[(method, json!({"accountId": account_id, argument: value}))]).await?;
        answered_for::<Value>(&responses, 0, account_id)?;
        Ok(responses)
    }

    /// With a malformed id Stalwart would take the owner of the key for the account (section 4).
    pub(super) fn check_id(&self, account_id: &str) -> Result<(), CallError> {
        let digit = |letter: char| matches!(letter, 'a'..='z' | '0'..='3' | '7' | '9');
        if account_id.is_empty() || !account_id.chars().all(digit) {
            return Err(self.refusal("that is no id of an account"));
        }
        Ok(())
    }
}

/// What the call with that index answered, if it is about that account.
pub fn answered_for<T: for<'de> Deserialize<'de>>(
    responses: &Responses,
    index: usize,
    account_id: &str,
) -> Result<T, CallError> {
    let answer: Value = responses.of(index)?;
    if answer["accountId"] != account_id {
        return Err(responses.malformed(format!("it is not about the account {account_id}")));
    }
    T::deserialize(answer).map_err(|error| responses.malformed(error.to_string()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: String,
    description: Option<String>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
}
