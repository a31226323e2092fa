//! `dezky doctor`: exercises each configured upstream with the rights that will be needed, and says how to mend what is
//! missing. What it makes upstream bears a name of its own and is removed again.

use std::fmt::Display;
use std::path::Path;
use std::time::Duration;

use anyhow::bail;
use backup::Standing;
use db::Db;
use i18n::Words;
use kernel::Clock;
use kernel::id::RequestId;
use outbound::{BadCertificate, CallError, Cause, plain};
use serde_json::json;
use telemetry::Questions;
use upstream_authentik::{Authentik, Created, GroupChange, NewGroup, NewUser, Recovery};
use upstream_dns::Dns;
use web::Told;

use crate::config::{Config, NOT_CONFIGURED, SWITCHED_OFF, Values};
use crate::{database, drift_cli, english, upstreams};

const DEADLINE: Duration = Duration::from_secs(10);
/// How long a link is good that nobody gets.
const LINK: Duration = Duration::from_mins(1);
/// With this begin the names of what is made to try something.
const PREFIX: &str = "dezky-doctor-";
/// A run takes seconds. What is older than this was left by one that was stopped.
const ABANDONED: Duration = Duration::from_hours(1);
/// Where its accounts are.
const PLACE: &str = "dezky/doctor";
const TOKEN: &str = "AUTHENTIK_API_TOKEN";
const ACCEPTS: &str = "accepts the token";
const TRUST: &str = "Add the certificate of the authority that issued it to the file in EXTRA_CA_CERTS.";

mod ocis;
mod set_up;
pub mod sign_in;
mod stalwart;

pub use set_up::differing;

/// What was found, each said at once.
#[derive(Default)]
pub struct Report {
    failed: usize,
    unchecked: usize,
}

impl Report {
    /// Fails where something is wrong, so that scripts notice.
    pub fn conclude(&self) -> anyhow::Result<()> {
        match self.unchecked {
            0 => {}
            1 => println!("1 check could not be made, so its result is unknown"),
            count => println!("{count} checks could not be made, so their result is unknown"),
        }
        match self.failed {
            0 => Ok(()),
            1 => bail!("1 check failed"),
            count => bail!("{count} checks failed"),
        }
    }

    /// One line, whatever upstreams call their things.
    fn say(verb: &str, upstream: &str, what: &str, why: &str) {
        println!("{verb:<5} {upstream}: {}: {}", plain(what), plain(why));
    }

    /// What was left alone, for a reason.
    fn left(upstream: &str, what: &str, why: &str) {
        Self::say("note", upstream, what, why);
    }

    /// What is for people to do, and how. It doesn't fail: a platform that was just set up is like that.
    fn open(upstream: &str, what: &str, why: &str, mend: &str) {
        Self::say("note", upstream, what, why);
        println!("      {}", plain(mend));
    }

    /// Neither right nor wrong, for it can't be checked.
    pub fn unchecked(&mut self, upstream: &str, what: &str, why: &str) {
        self.unchecked += 1;
        Self::say("?", upstream, what, why);
    }

    fn line(&mut self, upstream: &str, what: &str, result: Result<(), String>, mend: &str) {
        match result {
            Ok(()) => println!("ok    {upstream}: {}", plain(what)),
            Err(why) => {
                self.failed += 1;
                Self::say("FAIL", upstream, what, &why);
                println!("      {}", plain(mend));
            }
        }
    }
}

/// Checks everything that is configured; fails when something is wrong, so that scripts notice.
pub async fn run(values: Values, data: Option<&Path>) -> anyhow::Result<()> {
    let values = &data.map_or(Ok(values), drift_cli::of_dev)?;
    let config = Config::read(values)?;
    let clock = Clock::System;
    let mut report = Report::default();
    let db = check_database(values, &english::words()?, &mut report).await;
    let found = upstreams::connect(&config, db.as_ref(), &clock, DEADLINE)?;
    let is_there = sign_in::answers(&config, &mut report).await?;
    if is_there {
        sign_in::check(&config, found.authentik.as_ref().ok(), &mut report).await?;
    }
    match &found.authentik {
        Ok(client) if is_there => check_authentik(client, &config, &clock, &mut report).await?,
        Ok(_) => {}
        Err(why) => leave_out("Authentik", why, TOKEN),
    }
    match &found.stalwart {
        Ok(client) => stalwart::check(client, &clock, &mut report).await?,
        Err(why) => leave_out("Stalwart", why, "STALWART_API_URL"),
    }
    match &found.ocis {
        Ok(_) if !is_there && sign_in::is_files_issuer(&config) => ocis::unchecked(&mut report),
        Ok(client) => ocis::check(client, &config, found.authentik.as_ref().ok(), &mut report).await?,
        Err(why) => leave_out("oCIS", why, "OCIS_API_URL"),
    }
    check_dns(&upstreams::dns(&config, &clock, Questions::default())?, &mut report).await;
    match &config.mail {
        Some(settings) => check_mail(settings, &mut report).await,
        None => leave_out("Mail", NOT_CONFIGURED, "MAIL_URL"),
    }
    if let Some(db) = db {
        db.close().await;
    }
    report.conclude()
}

/// Says that something isn't looked at, by the setting that has it so.
fn leave_out(name: &str, why: &str, setting: &str) {
    match why {
        NOT_CONFIGURED if setting == TOKEN => {
            println!("skip  {name}: {setting} isn't set. `dezky bootstrap authentik` makes it and writes it");
        }
        NOT_CONFIGURED => println!("skip  {name}: {setting} isn't set"),
        SWITCHED_OFF => println!("skip  {name}: {}_PROVISIONING_ENABLED is false", name.to_uppercase()),
        other => println!("skip  {name}: {other}"),
    }
}

fn said<T>(result: Result<T, impl Display>) -> Result<(), String> {
    result.map(drop).map_err(|error| error.to_string())
}

/// What to do about a call that failed: what its cause says by itself, or what is usual.
fn mend_of<'a>(error: Option<&CallError>, usual: &'a str) -> &'a str {
    match error.map(|error| &error.cause) {
        Some(Cause::Certificate(BadCertificate::Issuer)) => TRUST,
        _ => usual,
    }
}

/// The database, when it can be used.
async fn check_database(values: &Values, words: &Words, report: &mut Report) -> Option<Db> {
    let mend = "Check DATABASE_URL, and that the server is running and allows this machine.";
    let db = match database::connect_existing(&database::url(values)).await {
        Ok(db) => db,
        Err(error) => {
            report.line("Database", "answers", Err(format!("{error:#}")), mend);
            return None;
        }
    };
    report.line("Database", "answers", said(db.ping().await), mend);
    let pending = match migrations::pending(&db).await {
        Ok(0) => Ok(()),
        Ok(1) => Err("1 migration is missing".to_owned()),
        Ok(count) => Err(format!("{count} migrations are missing")),
        Err(error) => Err(error.to_string()),
    };
    let is_usable = pending.is_ok();
    report.line("Database", "its schema is current", pending, "Run `dezky migrate`.");
    if !is_usable {
        return None;
    }
    check_hold(&db, words, report).await;
    Some(db)
}

/// A restored database is held: what the pages of operators say of that is said here too.
async fn check_hold(db: &Db, words: &Words, report: &mut Report) {
    let (said, mend) = match backup::standing(db).await {
        Ok(Standing::Held(hold)) => {
            let Told { lead, says, advice } = web::told(words, &hold);
            (Err(format!("{lead} {says}")), advice)
        }
        // A restore that was cut off was refused when the database was opened.
        Ok(Standing::Free | Standing::CutOff) => (Ok(()), String::new()),
        Err(error) => (Err(error.to_string()), "Run this again.".to_owned()),
    };
    report.line("Database", "the product acts by itself", said, &mend);
}

async fn check_authentik(
    client: &Authentik,
    config: &Config,
    clock: &Clock,
    report: &mut Report,
) -> anyhow::Result<()> {
    let mend = "Check AUTHENTIK_API_URL and AUTHENTIK_API_TOKEN. `dezky bootstrap authentik` gives Dezky's account a token that doesn't expire, and writes it into its file.";
    let answers = client.probe().await;
    let superuser = answers.as_ref().ok().filter(|identity| identity.is_superuser);
    if let Some(identity) = superuser {
        let why = format!(
            "it belongs to {}, a superuser. The token that `dezky bootstrap authentik` writes may do only what Dezky needs",
            identity.username
        );
        Report::left("Authentik", "AUTHENTIK_API_TOKEN", &why);
    }
    let usable = answers.is_ok();
    let mend = mend_of(answers.as_ref().err(), mend);
    report.line("Authentik", ACCEPTS, said(answers), mend);
    if usable {
        check_rights(client, &config.authentik.issuer_origin, clock, report).await;
        set_up::check(client, &config.set_up(), report).await?;
    }
    Ok(())
}

/// Uses a token as the product does, on a group and a person of its own. What runs left that were stopped an hour ago or
/// earlier goes first; a run that is at it meanwhile keeps what it made.
pub async fn check_rights(client: &Authentik, issuer_origin: &str, clock: &Clock, report: &mut Report) {
    if let Err(error) = clear(client, clock).await {
        let mend = format!("Delete what is named {PREFIX}… in Authentik.");
        report.line("Authentik", "nothing is left of earlier checks", Err(error.to_string()), &mend);
    }
    let mend =
        "Run `dezky bootstrap authentik`: it sets the recovery flow and gives Dezky's role the rights.";
    let what = "groups can be created, changed and deleted";
    report.line("Authentik", what, groups(client, clock).await, mend);
    let what = "people can be created, given a link to choose a password, and deleted";
    report.line("Authentik", what, people(client, issuer_origin, clock).await, mend);
}

/// Removes the accounts and groups of earlier runs, each told by its name and by its place or mark.
async fn clear(client: &Authentik, clock: &Clock) -> Result<(), CallError> {
    let is_left = |name: &str| name.starts_with(PREFIX) && !is_recent(name, clock);
    for user in client.users_below(PLACE).await? {
        if user.path == PLACE && is_left(&user.username) {
            client.delete_user(user.id).await?;
        }
    }
    for group in client.list_groups(PREFIX).await? {
        let is_marked = group.attributes.get("dezky").is_some_and(|mark| mark.get("doctor").is_some());
        if is_marked && is_left(&group.name) {
            client.delete_group(&group.id).await?;
        }
    }
    Ok(())
}

/// Whether a run that began within the last hour gave something its name: ids sort by the time they were made.
fn is_recent(name: &str, clock: &Clock) -> bool {
    let an_hour_ago = RequestId::new(&Clock::manual(clock.now().before(ABANDONED))).to_string();
    let id = name.strip_prefix(PREFIX).unwrap_or(name);
    id.parse::<RequestId>().is_ok() && *id > *an_hour_ago
}

async fn people(client: &Authentik, issuer_origin: &str, clock: &Clock) -> Result<(), String> {
    let name = format!("{PREFIX}{}", RequestId::new(clock));
    let new = NewUser {
        username: name.clone(),
        name: name.clone(),
        email: String::new(),
        path: PLACE.to_owned(),
        attributes: json!({}),
        is_active: true,
        groups: Vec::new(),
    };
    let made = match client.create_user(&new).await.map_err(|error| error.to_string())? {
        Created::New(user) => user,
        Created::Exists => return Err(format!("an account “{name}” already exists")),
    };
    let link = match client.recovery_link(made.id, LINK).await {
        Ok(Recovery::Link(link)) if link.origin == issuer_origin => Ok(()),
        Ok(Recovery::Link(link)) => Err(format!("links lead to {}, not to {issuer_origin}", link.origin)),
        Ok(Recovery::NoFlow) => Err("the brand of Authentik's address has no recovery flow".to_owned()),
        Ok(Recovery::NotApplicable) => Err("the recovery flow asks for a token itself".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    // Removed in any case; the first thing that went wrong is what is told.
    let removed = said(client.delete_user(made.id).await);
    link.and(removed)
}

async fn groups(client: &Authentik, clock: &Clock) -> Result<(), String> {
    let name = format!("{PREFIX}{}", RequestId::new(clock));
    let new = NewGroup { name: name.clone(), attributes: json!({"dezky": {"doctor": true}}) };
    let made = match client.create_group(&new).await.map_err(|error| error.to_string())? {
        Created::New(group) => group,
        Created::Exists => return Err(format!("a group “{name}” already exists")),
    };
    let change = GroupChange { name: None, attributes: Some(json!({"dezky": {"doctor": "done"}})) };
    let changed = said(client.update_group(&made.id, &change).await);
    // Removed in any case; the first thing that went wrong is what is told.
    let removed = said(client.delete_group(&made.id).await);
    changed.and(removed)
}

/// Each resolver by itself: domains are checked by what all of them say.
async fn check_dns(dns: &Dns, report: &mut Report) {
    for health in dns.health().await {
        let what = format!("{} answers ({} ms)", health.resolver, health.latency.as_millis());
        match health.state {
            Ok(()) => report.line("DNS", &what, Ok(()), ""),
            Err(trouble) => {
                let what = format!("{} can be used", health.resolver);
                report.line("DNS", &what, Err(trouble.to_string()), trouble.advice());
            }
        }
    }
}

/// As for a mail, without one.
async fn check_mail(settings: &mailer::Settings, report: &mut Report) {
    match settings.probe(DEADLINE).await {
        Ok(()) => report.line("Mail", "the mail server is ready for mail", Ok(()), ""),
        Err(trouble) => {
            let said = Err(trouble.to_string());
            report.line("Mail", "the mail server is ready for mail", said, trouble.advice());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_check_is_one() {
        let said = |failed| Report { failed, unchecked: 0 }.conclude().map_err(|error| error.to_string());
        assert_eq!(said(0), Ok(()));
        assert_eq!(said(1), Err("1 check failed".to_owned()));
        assert_eq!(said(2), Err("2 checks failed".to_owned()));
    }
}
