//! Whether Dezky's key at Stalwart can do what is needed: what `dezky bootstrap stalwart` compares, as far as the key itself
//! can tell. A few rights that are missing have a line each.

use bootstrap::stalwart as words_of;
use i18n::Words;
use kernel::{Clock, Message};
use outbound::{CallError, Cause};
use upstream_stalwart::setup::{self, Code, Finding, Standing};
use upstream_stalwart::{RIGHTS, Right, Stalwart};

use super::{Report, mend_of};
use crate::english;

const NAME: &str = "Stalwart";
const MEND: &str = "Run `dezky bootstrap stalwart`.";
/// So many rights that are missing have a line each.
const FEW: usize = 3;
const ACCEPTS: &str = "accepts the key";

/// Compares, and says what isn't as it must be.
pub async fn check(client: &Stalwart, clock: &Clock, report: &mut Report) -> anyhow::Result<()> {
    let words = english::words()?;
    let findings = match setup::examine(client, clock.now()).await {
        Ok(findings) => findings,
        Err(error) => {
            refused(&error, &words, report);
            return Ok(());
        }
    };
    report.line(NAME, ACCEPTS, Ok(()), MEND);
    for finding in &findings {
        let message = words_of::finding(finding);
        match finding.code {
            Code::KeyRightsMissing => rights(&finding.names, report),
            code if code.standing() == Standing::Noted => {
                report.unchecked(NAME, "the key", &english::in_full(&words, &message));
            }
            _ => wrong("the key", &message, &words, report),
        }
    }
    let is_about_rights =
        |finding: &Finding| matches!(finding.code, Code::KeyRightsMissing | Code::RolesUnread);
    if !findings.iter().any(is_about_rights) {
        report.line(NAME, "the key has all rights that Dezky needs", Ok(()), MEND);
    }
    Ok(())
}

/// The server didn't take the key, or didn't answer.
fn refused(error: &CallError, words: &Words, report: &mut Report) {
    let message = match &error.cause {
        Cause::Unauthorized(None) => {
            words_of::finding(&Finding { code: Code::KeyRefused, names: Vec::new() })
        }
        // With the key alone a frozen account and a key for other addresses look alike (stalwart, section 5).
        Cause::Unauthorized(Some(_)) => Message::new("bootstrap-stalwart-key-shut"),
        _ => {
            let mend = mend_of(Some(error), "Check STALWART_API_URL, and that Stalwart is running.");
            report.line(NAME, ACCEPTS, Err(error.to_string()), mend);
            return;
        }
    };
    wrong(ACCEPTS, &message, words, report);
}

fn wrong(what: &str, message: &Message, words: &Words, report: &mut Report) {
    let mend = match words.advice(message) {
        Some(advice) => format!("{advice} {MEND}"),
        None => MEND.to_owned(),
    };
    report.line(NAME, what, Err(words.say(message)), &mend);
}

/// Those of the table one by one where they are few, and those of mailboxes together: there may be hundreds.
fn rights(missing: &[String], report: &mut Report) {
    let of_dezky: Vec<Right> = missing.iter().filter_map(|name| of_table(name)).collect();
    if of_dezky.len() > FEW {
        let names: Vec<&str> = of_dezky.iter().map(|right| right.permission).collect();
        let why = format!("{} of {} are missing: {}", names.len(), RIGHTS.len(), names.join(", "));
        let mend = format!("Dezky can manage mail only with all of them. {MEND}");
        report.line(NAME, "the key has the rights that Dezky needs", Err(why), &mend);
        // Those of mailboxes come with them.
        return;
    }
    for right in of_dezky {
        let what = format!("the key has the right {}", right.permission);
        let mend = format!("With it, Dezky {}. {MEND}", right.allows);
        report.line(NAME, &what, Err("it's missing".to_owned()), &mend);
    }
    let others: Vec<&str> =
        missing.iter().filter(|name| of_table(name).is_none()).map(String::as_str).collect();
    if let Some(first) = others.first() {
        let why = match others.len() {
            1 => format!("{first} is missing"),
            count => format!("{count} are missing, {first} among them"),
        };
        let mend = format!("Dezky can add mailboxes only with all of them. {MEND}");
        report.line(NAME, "the key has the rights that mailboxes have", Err(why), &mend);
    }
}

fn of_table(name: &str) -> Option<Right> {
    RIGHTS.into_iter().find(|right| right.permission == name)
}
