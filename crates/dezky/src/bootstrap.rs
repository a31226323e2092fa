//! `dezky bootstrap`: takes empty upstreams to what the product needs. Reads everything, shows what it would do, asks, does
//! it, proves it by use, and writes the settings that came of it. Stopped anywhere, it goes on where it was.

pub mod ask;
mod authentik;
mod ocis;
mod stalwart;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use bootstrap::settings_file::{self, Lock};
use db::seal::Keys;
use outbound::{CallError, Cause, plain};
use secrecy::{ExposeSecret as _, SecretString};
use upstream_authentik::{Authentik, User};

use crate::cli::{Bootstrap, How};
use crate::config::{self, Config, Values, over_file, text};

const DEADLINE: Duration = Duration::from_secs(10);
/// A server that was just started is waited for this long.
const PATIENCE: Duration = Duration::from_mins(1);
const STEP: Duration = Duration::from_secs(2);
/// What one part gives and another needs.
const GIVEN: [&str; 5] = [
    "AUTHENTIK_API_TOKEN",
    "AUTHENTIK_PORTAL_CLIENT_SECRET",
    "AUTHENTIK_OPERATOR_CLIENT_SECRET",
    "STALWART_API_KEY",
    "OCIS_SERVICE_PASSWORD",
];
/// Where Authentik has its accounts, and what it calls those of programs.
const USERS: &str = "/api/v3/core/users/";
const SERVICE: &str = "service_account";
/// There is something to do, and it wasn't done.
const TO_DO: u8 = 2;

/// How to go about it.
struct Manner {
    /// Without asking.
    yes: bool,
    /// Only showing what would be done.
    plan: bool,
    /// The file that is written.
    settings: PathBuf,
}

impl From<&How> for Manner {
    fn from(how: &How) -> Self {
        let settings = how.settings.clone().unwrap_or_else(config::usual_path);
        Self { yes: how.yes, plan: how.plan, settings }
    }
}

/// How a part of it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// Everything is as it must be.
    Done,
    /// There is something to do.
    ToDo,
}

impl Ended {
    /// How two parts ended together.
    fn and(self, other: Self) -> Self {
        if self == Self::Done { other } else { self }
    }
}

/// Settings that came of it, some of them secret.
type Given = Vec<(&'static str, SecretString)>;

/// Prepares what is asked for.
pub async fn run(values: Values, what: &Bootstrap) -> anyhow::Result<ExitCode> {
    let how = match what {
        Bootstrap::Authentik { blueprint: true, .. } => {
            print!("{}", authentik::blueprint());
            return Ok(ExitCode::SUCCESS);
        }
        Bootstrap::Authentik { rights: true, .. } => {
            print!("{}", bootstrap::authentik::rights::page());
            return Ok(ExitCode::SUCCESS);
        }
        Bootstrap::Stalwart { rights: true, .. } => {
            print!("{}", bootstrap::stalwart::page());
            return Ok(ExitCode::SUCCESS);
        }
        Bootstrap::Authentik { how, .. }
        | Bootstrap::Stalwart { how, .. }
        | Bootstrap::Ocis { how }
        | Bootstrap::All { how } => how,
    };
    let is_named = how.settings.is_some();
    let how = &Manner::from(how);
    let _locked = if how.plan { None } else { Some(locked(&how.settings)?) };
    // What an earlier run gave is known to this one.
    let values = &mut over_file(values, &how.settings)?;
    // Of the usual file it was said already.
    if is_named {
        for name in config::misspelt_in(&how.settings, values)? {
            eprintln!("dezky: {name}");
        }
    }
    let ended = match what {
        Bootstrap::Authentik { operator, .. } => authentik::run(values, how, operator).await?,
        Bootstrap::Stalwart { allow_from, replace_key, .. } => {
            stalwart::run(values, how, allow_from.as_ref(), *replace_key).await?
        }
        Bootstrap::Ocis { .. } => ocis::run(values, how).await?,
        Bootstrap::All { .. } => {
            let ended = all(values, how).await?;
            if ended == Ended::Done && !how.plan {
                authentik::remind(values).await?;
            }
            ended
        }
    };
    Ok(match ended {
        Ended::Done => ExitCode::SUCCESS,
        Ended::ToDo => ExitCode::from(TO_DO),
    })
}

/// Two runs at once would each make what the other makes, and the later would write over the earlier.
fn locked(file: &Path) -> anyhow::Result<Lock> {
    let lock = settings_file::lock(file);
    let lock = lock.with_context(|| format!("the folder of {} can't be used", file.display()))?;
    lock.with_context(|| {
        format!("another `dezky bootstrap` is running with the folder of {}; wait for it", file.display())
    })
}

/// One after the other: the file service signs in at Authentik. A plan shows what can be shown of all of them.
async fn all(values: &mut Values, how: &Manner) -> anyhow::Result<Ended> {
    if text(values, "OCIS_API_URL").is_some() {
        foresee(values)?;
    }
    println!("Authentik");
    let authentik = authentik::run(values, how, &[]).await?;
    if authentik == Ended::ToDo && !how.plan {
        return Ok(Ended::ToDo);
    }
    let mut stalwart = Ended::Done;
    if text(values, "STALWART_API_URL").is_none() {
        println!("Stalwart: skipped, since STALWART_API_URL isn't set");
    } else {
        println!("Stalwart");
        stalwart = stalwart::run(values, how, None, false).await?;
    }
    if text(values, "OCIS_API_URL").is_none() {
        println!("oCIS: skipped, since OCIS_API_URL isn't set");
        return Ok(authentik.and(stalwart));
    }
    // It needs the settings that the others give.
    if authentik.and(stalwart) == Ended::ToDo {
        println!("oCIS: set up after Authentik and Stalwart");
        return Ok(Ended::ToDo);
    }
    println!("oCIS");
    ocis::run(values, how).await
}

/// Fails where the last part would lack a setting even with all that the others give, before anything is done.
fn foresee(values: &Values) -> anyhow::Result<()> {
    let mut own = values.clone();
    let given = GIVEN.map(|name| (name, SecretString::from("given by then")));
    for (name, value) in given.into_iter().chain([("ENCRYPTION_KEYS", Keys::generate())]) {
        if text(&own, name).is_none() {
            own.insert(name.to_owned(), value.expose_secret().to_owned());
        }
    }
    Config::read(&own)?;
    Ok(())
}

/// A line of a plan or of what was done. Names of others are in it.
fn tell(verb: &str, what: &str) {
    println!("{verb:<7} {}", plain(what));
}

/// What Authentik says that an account is: a person's or a program's.
async fn type_of(authentik: &Authentik, user: &User) -> anyhow::Result<Option<String>> {
    let row = authentik.object_at(USERS, &user.id.to_string()).await?;
    Ok(row.as_ref().and_then(|row| row.get("type")?.as_str()).map(str::to_owned))
}

/// A server that starts isn't reached, or its front end answers in its place.
fn is_starting(error: &CallError) -> bool {
    matches!(error.cause, Cause::Unreachable | Cause::Closed | Cause::Timeout | Cause::Broken(_))
}

/// Whether what was shown is to be done. Without a terminal somebody must have said so before.
fn is_confirmed(how: &Manner) -> anyhow::Result<bool> {
    if how.plan {
        return Ok(false);
    }
    if how.yes {
        return Ok(true);
    }
    if !ask::is_possible() {
        eprintln!("dezky: nothing was done; add --yes to do it without being asked");
        return Ok(false);
    }
    ask::yes("Do this?")
}

/// Writes settings into the file, and lets the rest of this run use them.
fn keep(values: &mut Values, file: &Path, given: &[(&'static str, SecretString)]) -> anyhow::Result<()> {
    for (name, value) in given {
        values.insert((*name).to_owned(), value.expose_secret().to_owned());
    }
    let written = settings_file::write(file, given);
    let is_new = written.with_context(|| format!("{} can't be written", file.display()))?;
    let names: Vec<&str> = given.iter().map(|(name, _)| *name).collect();
    let verb = if is_new { "wrote" } else { "has" };
    println!("{verb:<7} {}: {}", file.display(), names.join(", "));
    // What `serve` is given from here: it wins, or is what it was.
    let serving = config::values()?;
    for (name, value) in given {
        let plain = |value: &str| value.trim_end_matches('/').to_owned();
        if text(&serving, name).is_some_and(|other| plain(other) != plain(value.expose_secret())) {
            println!(
                "note    {name} is set to another value in the environment or its own file; change it there too"
            );
        }
    }
    Ok(())
}
