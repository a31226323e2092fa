//! What a start says on standard output: one JSON object for scripts [P4], or a few lines for people.

use std::io::Write as _;
use std::time::Duration;

use access::Surface;
use serde::Serialize;

use super::people::{Example, PEOPLE};
use super::ports::{Ports, origin};
use super::simulators::Sandbox;
use crate::config::Values;

const TOKENS: Duration = Duration::from_hours(12);

/// Where everything is: origins without a path.
#[derive(Debug, Clone)]
pub struct Addresses {
    pub portal: String,
    pub operator: String,
    pub api: String,
    pub authentik: String,
    pub stalwart: String,
    pub ocis: String,
    pub dns: String,
    pub mail: String,
    pub index: String,
}

impl Addresses {
    /// The addresses of these listeners.
    pub fn of(ports: &Ports) -> anyhow::Result<Self> {
        Ok(Self {
            portal: origin(&ports.portal)?,
            operator: origin(&ports.operator)?,
            api: origin(&ports.api)?,
            authentik: origin(&ports.authentik)?,
            stalwart: origin(&ports.stalwart)?,
            ocis: origin(&ports.ocis)?,
            dns: origin(&ports.dns)?,
            mail: origin(&ports.mail)?,
            index: origin(&ports.index)?,
        })
    }
}

#[derive(Serialize)]
struct Announcement<'a> {
    portal: &'a str,
    operator: &'a str,
    api: &'a str,
    docs: &'a str,
    sandbox: Simulators<'a>,
    people: Vec<Entry>,
    /// Where what is counted is served.
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    env: Option<Values>,
}

#[derive(Serialize)]
struct Simulators<'a> {
    authentik: &'a str,
    stalwart: &'a str,
    ocis: &'a str,
    dns: &'a str,
    mail: &'a str,
}

#[derive(Serialize)]
struct Entry {
    name: &'static str,
    email: &'static str,
    password: &'static str,
    surface: &'static str,
    roles: Vec<&'static str>,
    token: String,
}

/// Says that the product runs in the sandbox, and where what is counted is served, if it is.
pub fn dev(json: bool, sandbox: &Sandbox, with_demo: bool, metrics: Option<&str>) -> anyhow::Result<()> {
    if json {
        return say_json(&Announcement { metrics, ..announcement(sandbox, with_demo, None) });
    }
    let at = &sandbox.addresses;
    let mut text = format!(
        "\nDezky is running.\n\n  Operator console  {}\n  Portal            {}\n  API               {}\n  \
         Sandbox           {}\n\nSign in as\n",
        at.operator, at.portal, at.api, at.index
    );
    text.extend(PEOPLE.iter().map(|person| line(person, with_demo)));
    text += "\nPress Ctrl-C to stop.\n\n";
    say(&text)
}

/// Says that the simulators run alone.
pub fn sandbox(json: bool, sandbox: &Sandbox) -> anyhow::Result<()> {
    if json {
        return say_json(&announcement(sandbox, false, Some(sandbox.settings())));
    }
    let mut text =
        format!("\nThe sandbox is running: {}\n\nSettings to use it with\n\n", sandbox.addresses.index);
    text.extend(sandbox.settings().into_iter().map(|(name, value)| {
        format!(
            "{name}={value}
"
        )
    }));
    text += "\nPress Ctrl-C to stop.\n\n";
    say(&text)
}

/// Whom to sign in as, in one line.
fn line(person: &Example, with_demo: bool) -> String {
    let may = if with_demo || person.roles == person.roles(false) {
        person.may
    } else {
        "has no workspace without demo data"
    };
    let consoles: Vec<&str> = person.surfaces.iter().map(|surface| console(*surface)).collect();
    let (name, email, password, consoles) =
        (person.name, person.email, person.password, consoles.join(" and "));
    format!("  {name:<14} {email:<21} {password:<20} {consoles}: {may}\n")
}

fn console(surface: Surface) -> &'static str {
    match surface {
        Surface::Portal => "portal",
        Surface::Operator => "operator console",
    }
}

fn announcement(sandbox: &Sandbox, with_demo: bool, env: Option<Values>) -> Announcement<'_> {
    let at = &sandbox.addresses;
    // An empty sandbox has none of them.
    let known = PEOPLE.iter().filter(|person| sandbox.authentik.user_uuid(person.email).is_some());
    let people = known.flat_map(|person| {
        person.surfaces.iter().map(move |surface| Entry {
            name: person.name,
            email: person.email,
            password: person.password,
            surface: surface.as_str(),
            roles: person.roles(with_demo),
            token: sandbox.authentik.mint(person.email, surface.audience(), TOKENS).unwrap_or_default(),
        })
    });
    Announcement {
        portal: &at.portal,
        operator: &at.operator,
        api: &at.api,
        // The API's own address answers with the documentation.
        docs: &at.api,
        sandbox: Simulators {
            authentik: &at.authentik,
            stalwart: &at.stalwart,
            ocis: &at.ocis,
            dns: &at.dns,
            mail: &at.mail,
        },
        people: people.collect(),
        metrics: None,
        env,
    }
}

fn say_json(announcement: &Announcement<'_>) -> anyhow::Result<()> {
    say(&format!("{}\n", serde_json::to_string(announcement)?))
}

fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
