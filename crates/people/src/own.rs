//! A person's own password: chosen by them, set on sign-in and mailboxes together [N1].

use access::{Granted, OwnPassword, directory, people, sessions};
use addresses::Fate;
use audit::{Chain, Entry, Outcome};
use db::Tx;
use kernel::Message;
use kernel::input::Shape::Raw;
use kernel::input::{Field, Input};
use memberships::{Error, NotDone, rows, with_mailbox};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use crate::credentials::{Credential, Credentials};
use crate::recorded::Action;
use crate::service::People;
use crate::{input, otp, store};

/// The field of a password.
pub const PASSWORD: &[Field] =
    &[Field::required("password", Raw(128), "The new password, 10 to 128 characters."), input::KEEP];

/// The shortest password.
const SHORTEST: usize = 10;

/// Reads a password. What may stand in it is judged by [`judge`].
pub fn read(input: &mut Input) -> Option<SecretString> {
    input
        .read("password", |text| {
            if text.chars().count() < SHORTEST {
                Err(Message::new("input-password-short").with("least", SHORTEST))
            } else {
                Ok(text.to_owned())
            }
        })
        .map(SecretString::from)
}

/// Refuses what would be no password of one's own, or too easy to guess.
pub fn judge(password: &str, name: &str, email: &str) -> Result<(), Message> {
    let lower = password.to_lowercase();
    let local = email.split('@').next().unwrap_or_default();
    let own = name.split_whitespace().chain([local]).map(str::to_lowercase);
    let holds_own = own.filter(|part| part.chars().count() > 3).any(|part| lower.contains(&part));
    let mut letters: Vec<char> = lower.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if otp::looks_generated(password) {
        return Err(Message::new("password-generated"));
    }
    if holds_own {
        return Err(Message::new("password-own-name"));
    }
    if letters.len() < 5 {
        return Err(Message::new("password-repeats"));
    }
    Ok(())
}

impl People {
    /// Sets the caller's own password, on all their credentials. Their other sign-ins end, the one that they act in too if the
    /// identity provider knows it: whoever knew the old password is out.
    pub async fn set_own_password(
        &self,
        by: &Granted<OwnPassword>,
        password: &SecretString,
        app_passwords: Fate,
    ) -> Result<Credentials, Error> {
        let person = &by.actor().person;
        judge(password.expose_secret(), &person.name, &person.email).map_err(Error::WeakPassword)?;
        // The record comes first: what follows may take effect and die before it could be written down.
        self.record_own(by, Outcome::Ok, app_passwords).await?;
        let done = self.replace_password(by, password, app_passwords).await;
        if done.is_err() {
            self.record_own(by, Outcome::Failed, app_passwords).await?;
        }
        done
    }

    async fn record_own(
        &self,
        by: &Granted<OwnPassword>,
        outcome: Outcome,
        app_passwords: Fate,
    ) -> Result<(), Error> {
        let entry = Entry::done(Action::UserSetPassword, by.actor().person.target())
            .outcome(outcome)
            .after(json!({"appPasswords": app_passwords.as_str()}));
        let tx = self.platform.db.begin().await?;
        let chain = self.chain_of_own(&tx, by).await?;
        Ok(audit::commit(tx, by.context(), chain, entry).await?)
    }

    /// Where it is told: to the one workspace that someone with an account made here works in, whose admins see the
    /// password of who came by invitation as well. What concerns several, or an account of one's own, is told to none.
    async fn chain_of_own(&self, tx: &Tx, by: &Granted<OwnPassword>) -> Result<Chain, Error> {
        let memberships = rows::of_user(&**tx, by.actor().person.id).await?;
        let mut live = memberships.iter().filter(|member| member.removed_at.is_none());
        let (Some(only), None) = (live.next(), live.next()) else { return Ok(Chain::Platform) };
        let tenant = directory::tenants_by_ids(&**tx, &[only.tenant]).await?.pop();
        let is_told = !only.own_account && tenant.is_some_and(|tenant| tenant.status.is_live());
        Ok(if is_told { Chain::Tenant(only.tenant) } else { Chain::Platform })
    }

    async fn replace_password(
        &self,
        by: &Granted<OwnPassword>,
        password: &SecretString,
        app_passwords: Fate,
    ) -> Result<Credentials, Error> {
        let person = &by.actor().person;
        let mut memberships = rows::of_user(self.platform.db.read(), person.id).await?;
        memberships.retain(|member| member.removed_at.is_none());
        let credentials = self.set_everywhere(person.id, &memberships, password).await?;
        if let Some(why) = credentials.mailboxes.iter().find_map(|(_, credential)| match credential {
            Credential::Refused(why) => Some(why.clone()),
            _ => None,
        }) {
            return Err(Error::WeakPassword(Message::quoted(&why)));
        }
        // A credential that may still be a generated password leaves it to be replaced.
        if credentials.sign_in != Credential::Set || credentials.any_failed() {
            let why = credentials
                .sign_in
                .why()
                .map_or_else(|| Message::new("password-part-silent"), Message::quoted);
            return Err(Error::NotDone(NotDone::PasswordNotEverywhere(why)));
        }
        let now = self.platform.clock.now();
        let tx = self.platform.db.begin().await?;
        people::set_password_due(&tx, person.id, None).await?;
        sessions::end_all(&tx, person.id, now).await?;
        store::ask_sign_out(&tx, person.id, now).await?;
        self.app_passwords().ask_end(&tx, &with_mailbox(&memberships), app_passwords).await?;
        tx.commit_silently("what follows from a password that was recorded").await?;
        self.app_passwords().end_now(&with_mailbox(&memberships), app_passwords).await?;
        self.sign_out_now(person.id).await?;
        Ok(credentials)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_that_are_no_secret_are_refused() {
        let judged = |password| judge(password, "Anna Ærø", "anna.b@acme.test");
        assert_eq!(judged("a brown goat in the fog"), Ok(()));
        for bad in ["I am Anna, hello", "anna.b-and-more", "aaaaaaaaaaaaaa", "abcd-efgh-jkmn-pqrs"] {
            assert!(judged(bad).is_err(), "{bad}");
        }
    }
}
