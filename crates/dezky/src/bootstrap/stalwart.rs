//! `dezky bootstrap stalwart`: Dezky's account at Stalwart and its key, by `upstream_stalwart::setup`. The key is tried and
//! written down before an older one goes, so a run that is stopped anywhere leaves a key that works.

use anyhow::{anyhow, bail};
use bootstrap::stalwart as words_of;
use i18n::Words;
use kernel::{Clock, Message};
use outbound::{CallError, Cause, Client, Options, plain};
use secrecy::SecretString;
use tokio::time::Instant;
use upstream_stalwart::Stalwart;
use upstream_stalwart::setup::{self, Applied, Code, Finding, Plan, Standing, Wanted};

use super::{DEADLINE, Ended, Manner, PATIENCE, STEP, ask, is_confirmed, is_starting, keep};
use crate::cli::AllowFrom;
use crate::config::{StalwartSetUp, Values, text};
use crate::english;

const KEY: &str = "STALWART_API_KEY";
const UNSET: &str = "set STALWART_ADMIN_USER and STALWART_ADMIN_PASSWORD to the full address and the password of an administrator of Stalwart";

/// Sets Stalwart up.
pub async fn run(
    values: &mut Values,
    how: &Manner,
    allow_from: Option<&AllowFrom>,
    replaces: bool,
) -> anyhow::Result<Ended> {
    let set_up = StalwartSetUp::read(values)?;
    let words = english::words()?;
    let admin = admin(&set_up).await?;
    let wanted = Wanted {
        key: text(values, KEY).map(SecretString::from),
        allowed_ips: allow_from.map(|from| from.0.clone()),
        replaces,
        now: Clock::System.now(),
    };
    let plan = setup::plan(&admin, &wanted).await.map_err(|error| refused(&error))?;
    show(&plan, &words);
    if plan.blocked_by().is_some() {
        bail!("nothing was done; change what is marked with “stop” first");
    }
    if plan.is_whole() && how.plan {
        return Ok(Ended::Done);
    }
    let mut applied = None;
    if !plan.is_whole() {
        if !is_confirmed(how)? {
            return Ok(Ended::ToDo);
        }
        let done = setup::apply(&admin, &plan).await;
        let done = done.map_err(|trouble| failed(&words, &words_of::trouble(&trouble)))?;
        tell(&plan, &done);
        applied = Some(done);
    }
    let is_older = |finding: &Finding| matches!(finding.code, Code::KeysSuperseded | Code::KeysKept);
    let had_keys = wanted.key.is_some() || plan.findings.iter().any(is_older);
    settle(values, how, &set_up, &Settled { admin, applied, before: wanted.key, had_keys, words }).await?;
    Ok(Ended::Done)
}

/// What is left to be done once Dezky has a key.
struct Settled {
    admin: Stalwart,
    applied: Option<Applied>,
    /// The key that Dezky had.
    before: Option<SecretString>,
    /// Whether there was any key before, so that somebody may use it.
    had_keys: bool,
    words: Words,
}

/// Tries the key, writes it down, and only then removes what it supersedes.
async fn settle(
    values: &mut Values,
    how: &Manner,
    set_up: &StalwartSetUp,
    Settled { admin, applied, before, had_keys, words }: &Settled,
) -> anyhow::Result<()> {
    let made = applied.as_ref().and_then(|applied| applied.key.as_ref()).map(|key| &key.secret);
    let Some(key) = made.or(before.as_ref()) else { bail!("Stalwart returned no key") };
    let proven = setup::prove(&admin.with_key(key.clone())).await;
    proven.map_err(|unproven| failed(words, &words_of::unproven(&unproven)))?;
    println!(
        "ok      Stalwart: mail domains, mailboxes, app passwords and distribution lists can be created and deleted"
    );
    let url = set_up.api.origin().ascii_serialization();
    keep(values, &how.settings, &[(KEY, key.clone()), ("STALWART_API_URL", url.into())])?;
    if made.is_some() && *had_keys {
        println!("note    {KEY} has changed; replace it wherever else it's set, and restart `dezky serve`");
    }
    if let Some(applied) = applied {
        let gone = setup::retire(admin, applied).await;
        let gone = gone.map_err(|error| anyhow!("{error}. Run this command again to remove older keys"))?;
        match gone {
            0 => {}
            1 => println!("done    removed 1 older key of Dezky"),
            _ => println!("done    removed {gone} older keys of Dezky"),
        }
    }
    Ok(())
}

/// A client with the administrator's password, once the server answers.
async fn admin(set_up: &StalwartSetUp) -> anyhow::Result<Stalwart> {
    let address = match &set_up.admin_user {
        Some(address) => address.clone(),
        None if ask::is_possible() => ask::text("Full address of an administrator of Stalwart")?,
        None => bail!(UNSET),
    };
    let password = match &set_up.admin_password {
        Some(password) => password.clone(),
        None if ask::is_possible() => ask::secret(&format!("Password of {address}"))?,
        None => bail!(UNSET),
    };
    let options =
        Options { deadline: DEADLINE, extra_roots: set_up.extra_roots.clone(), ..Options::default() };
    let client = Client::new("Stalwart", set_up.api.clone(), options)?;
    let admin = Stalwart::as_administrator(client, address, password);
    let began = Instant::now();
    loop {
        match admin.probe().await {
            Err(error) if is_starting(&error) && began.elapsed() < PATIENCE => {
                println!("wait    {error}; trying again for up to {} s", PATIENCE.as_secs());
                tokio::time::sleep(STEP).await;
            }
            Err(error) => return Err(refused(&error)),
            Ok(_) => return Ok(admin),
        }
    }
}

/// Why an administrator can't be used, and what to do.
fn refused(error: &CallError) -> anyhow::Error {
    match &error.cause {
        Cause::Unauthorized(None) => anyhow!(
            "Stalwart doesn't accept STALWART_ADMIN_USER and STALWART_ADMIN_PASSWORD. Use the full address of an administrator, such as admin@example.com, and their password. Don't guess: Stalwart blocks an address after some wrong ones"
        ),
        Cause::Unauthorized(Some(_)) => anyhow!(
            "Stalwart doesn't let the account in STALWART_ADMIN_USER in. It's frozen, or Stalwart blocks this address after wrong passwords. Use another administrator, or remove the block in Stalwart"
        ),
        Cause::RateLimited => anyhow!(
            "Stalwart is limiting requests, as it does after wrong passwords. Check STALWART_ADMIN_USER and STALWART_ADMIN_PASSWORD, wait a minute, and run this again"
        ),
        // In bootstrap mode nothing but its own setup works (stalwart, section 2).
        Cause::Refused(403, why) => anyhow!(
            "Stalwart doesn't show its settings ({}). If it's in bootstrap mode, finish its own setup in a browser first, restart it, and use the administrator that it named at the end",
            why.as_deref().unwrap_or("no reason given")
        ),
        Cause::Refused(..) | Cause::Malformed(_) => {
            anyhow!("{error}. Check that STALWART_API_URL is the address of Stalwart 0.16")
        }
        _ => anyhow!("{error}. Check STALWART_API_URL, and that Stalwart is running"),
    }
}

fn show(plan: &Plan, words: &Words) {
    for finding in &plan.findings {
        let verb = match finding.code.standing() {
            Standing::Create => "create",
            Standing::Change => "change",
            Standing::Remove => "remove",
            Standing::Blocked => "stop",
            Standing::Noted => "note",
        };
        super::tell(verb, &english::in_full(words, &words_of::finding(finding)));
    }
    if plan.is_whole() {
        println!("ok      Dezky's account at Stalwart and its key are set up as Dezky needs them");
    }
}

/// Says what was done; keys that are superseded go later.
fn tell(plan: &Plan, applied: &Applied) {
    let has = |codes: &[Code]| plan.findings.iter().any(|finding| codes.contains(&finding.code));
    if has(&[Code::AccountMissing]) {
        println!("done    created Dezky's account at Stalwart");
    }
    if has(&[Code::AccountRoles, Code::AccountRightsMissing, Code::AccountRightsSurplus]) {
        println!("done    gave Dezky's account the rights that it needs, and no others");
    }
    if applied.key.is_some() {
        println!("done    created an API key");
    }
}

fn failed(words: &Words, message: &Message) -> anyhow::Error {
    anyhow!("Stalwart: {}", plain(&english::in_full(words, message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_refuses_an_administrator_says_what_to_do() {
        let said = |cause| refused(&CallError::without_effect("Stalwart", cause)).to_string();
        let forbidden = Cause::Refused(403, Some("only the setup works".to_owned()));
        for (cause, part) in [
            (Cause::Unauthorized(None), "Use the full address"),
            (Cause::Unauthorized(Some("frozen".to_owned())), "remove the block"),
            (Cause::RateLimited, "wait a minute"),
            (forbidden, "(only the setup works). If it's in bootstrap mode, finish its own setup"),
            (Cause::Refused(404, None), "the address of Stalwart 0.16"),
            (Cause::Unreachable, "Check STALWART_API_URL, and that Stalwart is running"),
        ] {
            assert!(said(cause.clone()).contains(part), "{cause:?}");
        }
    }
}
