//! From settings to a [`Config`].

use std::collections::BTreeMap;
use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use access::Surface;
use access::allowances::Allowances;
use db::seal::Keys;
use domains::Challenge;
use kernel::dns::Name;
use kernel::slug::BadSlug;
use kernel::{DomainName, Slug};
use mailer::{Sender, Transport};
use publishing::{Connect, Signer};
use secrecy::SecretString;
use url::Url;

use super::problem::Problems;
use super::reader::{Reader, origin};
use super::source::{Values, text};
use super::{
    Address, Authentik, Config, Console, Dns, LogFormat, NOT_CONFIGURED, Ocis, OcisCredential, SWITCHED_OFF,
    Stalwart, limits,
};

const BAD_REACH: &str = "list pairs such as 192.0.2.53=127.0.0.1:5353, separated by commas";
const DAY: u64 = 24 * 3600;
/// What makes this a deployment rather than somebody's first look.
const DEPLOYED: [&str; 7] = [
    "PORTAL_URL",
    "OPERATOR_URL",
    "API_URL",
    "AUTHENTIK_ISSUER",
    "AUTHENTIK_API_URL",
    "STALWART_API_URL",
    "OCIS_API_URL",
];

/// True when an upstream or a public address is configured. A database alone is not enough [Q1].
pub fn is_deployed(values: &Values) -> bool {
    DEPLOYED.iter().any(|name| text(values, name).is_some())
}

/// How logs are written.
pub fn log_format(values: &Values) -> Result<LogFormat, Problems> {
    match text(values, "LOG_FORMAT") {
        None | Some("text") => Ok(LogFormat::Text),
        Some("json") => Ok(LogFormat::Json),
        Some(_) => Err(Problems::one("LOG_FORMAT", "must be text or json")),
    }
}

/// Whether a start brings the database up to date.
pub fn must_migrate(values: &Values) -> Result<bool, Problems> {
    let mut reader = Reader::new(values);
    let must = reader.flag("MIGRATE_AT_START", false);
    done(reader, must)
}

/// The keys of secrets at rest, for commands that need no other setting.
pub fn encryption_keys(values: &Values) -> Result<Keys, Problems> {
    let mut reader = Reader::new(values);
    match keys(&mut reader) {
        Some(keys) => Ok(keys),
        None => Err(reader.problems),
    }
}

pub(super) fn done<T>(reader: Reader<'_>, value: T) -> Result<T, Problems> {
    if reader.problems.is_empty() { Ok(value) } else { Err(reader.problems) }
}

/// Days, not more than ten years.
struct Days(u64);

impl FromStr for Days {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let days = text.parse().ok().filter(|days| *days <= 3650);
        days.map(Self).ok_or("use a number of days from 0 to 3650")
    }
}

/// Removals.
struct Removals(u64);

impl FromStr for Removals {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let most = text.parse().ok().filter(|most| *most <= 100_000);
        most.map(Self).ok_or("use a number from 0 to 100000")
    }
}

/// Seconds: a call has a third of them, and a crash is waited out for all of them.
struct Lease(Duration);

impl FromStr for Lease {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let seconds = text.parse().ok().filter(|seconds| (3..=600).contains(seconds));
        seconds
            .map(|seconds| Self(Duration::from_secs(seconds)))
            .ok_or("use a number of seconds from 3 to 600")
    }
}

/// How often something may be done within an hour.
struct Hourly(u32);

impl FromStr for Hourly {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let most = text.parse().ok().filter(|most| (1..=100_000).contains(most));
        most.map(Self).ok_or("use a number from 1 to 100000")
    }
}

fn allowances(r: &mut Reader<'_>) -> Allowances {
    let usual = Allowances::default();
    let mut hourly = |name: &str, usual| {
        let Hourly(most) = r.parsed(name, Hourly(usual));
        most
    };
    Allowances {
        look_ups: hourly("LOOK_UPS_PER_PERSON_AND_HOUR", usual.look_ups),
        mails_of_tenant: hourly("MAILS_PER_WORKSPACE_AND_HOUR", usual.mails_of_tenant),
        mails_to_address: hourly("MAILS_PER_ADDRESS_AND_HOUR", usual.mails_to_address),
    }
}

impl Config {
    /// Reads and checks everything.
    pub fn read(values: &Values) -> Result<Self, Problems> {
        let mut reader = Reader::new(values);
        let r = &mut reader;
        let api = address(r, "API_URL", "API_LISTEN", 4402);
        let consoles = consoles(r);
        let authentik = authentik(r);
        let stalwart = stalwart(r);
        let ocis = ocis(r);
        let webmail = r.link("WEBMAIL_URL");
        // oCIS serves its pages where it serves its API.
        let files = r.link("FILES_URL").or_else(|| ocis.as_ref().ok().map(|ocis| ocis.api.clone()));
        let dns = dns(r);
        let keys = keys(r);
        let platform_slug = slug(r);
        let platform_name = r.text("PLATFORM_NAME").unwrap_or("Dezky").to_owned();
        let Days(days) = r.parsed("TERMINATION_GRACE_DAYS", Days(30));
        let Removals(unordered_removals) = r.parsed("UNORDERED_REMOVALS_AN_HOUR", Removals(20));
        let beyond_seats = r.flag("SEATS_MAY_BE_EXCEEDED", false);
        let allowances = allowances(r);
        let Lease(lease) = r.parsed("LEASE_SECONDS", Lease(Duration::from_mins(1)));
        let extra_roots = extra_roots(r);
        let mail = mail(r, extra_roots.as_deref());
        let hosts = [webmail.as_ref(), files.as_ref()].into_iter().flatten().map(origin);
        let hosts = hosts.chain(consoles.iter().map(|console| console.address.origin.clone()));
        let hosts = hosts.chain(api.as_ref().map(|api| api.origin.clone()));
        let hosts = hosts.chain(authentik.as_ref().map(|authentik| authentik.issuer_origin.clone()));
        let platform_domains = platform_domains(r, hosts, mail.as_ref());
        let trust_forwarded = r.flag("TRUST_FORWARDED", false);
        let listening = limits::listening(r, trust_forwarded);
        let limits = limits::requests(r);
        let metrics = r.optional("METRICS_LISTEN");
        let environment = r.text("ENVIRONMENT_NAME").map(str::to_owned);
        let (Some(api), Some(authentik), Some(dns), Some(keys), Some(platform_slug)) =
            (api, authentik, dns, keys, platform_slug)
        else {
            return Err(reader.problems);
        };
        let config = Self {
            database_url: crate::database::url(values).into(),
            api,
            consoles,
            authentik,
            stalwart,
            ocis,
            webmail,
            files,
            dns,
            mail,
            keys,
            platform_slug,
            platform_name,
            platform_domains,
            grace: Duration::from_secs(days * DAY),
            unordered_removals,
            beyond_seats,
            allowances,
            lease,
            extra_roots,
            trust_forwarded,
            listening,
            limits,
            metrics,
            environment,
        };
        done(reader, config)
    }
}

fn address(r: &mut Reader<'_>, url: &str, listen: &str, port: u16) -> Option<Address> {
    let public = r.needed_url(url, "people and programs are sent to this address");
    let listen = r.parsed(listen, SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    Some(Address { origin: origin(&public?), listen })
}

/// The surfaces whose audience is accepted.
fn consoles(r: &mut Reader<'_>) -> Vec<Console> {
    let audiences = r.text("AUTHENTIK_AUDIENCE").unwrap_or("dezky-portal,dezky-operator");
    let mut consoles = Vec::new();
    for audience in audiences.split(',').map(str::trim) {
        let console = match audience {
            "dezky-portal" => console(r, Surface::Portal, "PORTAL_URL", "PORTAL_LISTEN", 4400),
            "dezky-operator" => console(r, Surface::Operator, "OPERATOR_URL", "OPERATOR_LISTEN", 4401),
            _ => {
                let what = "must list dezky-portal, dezky-operator or both, separated by commas";
                r.problems.add("AUTHENTIK_AUDIENCE", what);
                None
            }
        };
        consoles.extend(console);
    }
    consoles
}

fn console(r: &mut Reader<'_>, surface: Surface, url: &str, listen: &str, port: u16) -> Option<Console> {
    let address = address(r, url, listen, port);
    let secret = match surface {
        Surface::Portal => "AUTHENTIK_PORTAL_CLIENT_SECRET",
        Surface::Operator => "AUTHENTIK_OPERATOR_CLIENT_SECRET",
    };
    let client_secret = r.made(secret, "no one can sign in without it", "authentik");
    Some(Console { surface, address: address?, client_secret: client_secret? })
}

fn authentik(r: &mut Reader<'_>) -> Option<Authentik> {
    let issuer = r.needed_url("AUTHENTIK_ISSUER", "the `iss` of tokens is compared with it");
    let api = r.url("AUTHENTIK_API_URL");
    let enabled = r.flag("AUTHENTIK_PROVISIONING_ENABLED", true);
    let api_token = match r.text("AUTHENTIK_API_TOKEN") {
        _ if !enabled => Err(SWITCHED_OFF),
        None => Err(NOT_CONFIGURED),
        Some(token) => Ok(SecretString::from(token)),
    };
    let admin_group = admin_group(r);
    let issuer = issuer?;
    Some(Authentik { issuer_origin: origin(&issuer), api: api.unwrap_or(issuer), admin_group, api_token })
}

pub(super) fn admin_group(r: &Reader<'_>) -> String {
    r.text("AUTHENTIK_ADMIN_GROUP").unwrap_or("dezky-platform-admins").to_owned()
}

/// The address of an upstream, or why the upstream is not used. None when its address is wrong, which is noted.
fn upstream(r: &mut Reader<'_>, url: &str, enabled: &str) -> Option<Result<Url, &'static str>> {
    let on = r.flag(enabled, true);
    if !on {
        return Some(Err(SWITCHED_OFF));
    }
    if r.text(url).is_none() {
        return Some(Err(NOT_CONFIGURED));
    }
    r.url(url).map(Ok)
}

fn stalwart(r: &mut Reader<'_>) -> Result<Stalwart, &'static str> {
    let api =
        upstream(r, "STALWART_API_URL", "STALWART_PROVISIONING_ENABLED").ok_or(NOT_CONFIGURED).flatten()?;
    let key = r.made("STALWART_API_KEY", "STALWART_API_URL needs it", "stalwart");
    Ok(Stalwart { api, api_key: key.ok_or(NOT_CONFIGURED)? })
}

fn ocis(r: &mut Reader<'_>) -> Result<Ocis, &'static str> {
    let api = upstream(r, "OCIS_API_URL", "OCIS_PROVISIONING_ENABLED").ok_or(NOT_CONFIGURED).flatten()?;
    let why = "OCIS_API_URL needs it";
    let user = r.needed("OCIS_SERVICE_USER", why).map(str::to_owned);
    let credential = match r.text("OCIS_CREDENTIAL") {
        None | Some("client_credentials") => {
            let client_id = ocis_client_id(r);
            let password = r.made("OCIS_SERVICE_PASSWORD", why, "ocis");
            password.map(|app_password| OcisCredential::ClientCredentials { client_id, app_password })
        }
        Some("refresh_token") => {
            let password = r.text("OCIS_SERVICE_LOGIN_PASSWORD").map(SecretString::from);
            Some(OcisCredential::RefreshToken { password })
        }
        Some(_) => {
            r.problems.add("OCIS_CREDENTIAL", "must be client_credentials or refresh_token");
            None
        }
    };
    Ok(Ocis { api, service_user: user.ok_or(NOT_CONFIGURED)?, credential: credential.ok_or(NOT_CONFIGURED)? })
}

pub(super) fn ocis_client_id(r: &Reader<'_>) -> String {
    r.text("OCIS_CLIENT_ID").unwrap_or("dezky-files").to_owned()
}

fn dns(r: &mut Reader<'_>) -> Option<Dns> {
    let listed = r.text("DNS_RESOLVERS").unwrap_or("1.1.1.1,8.8.8.8");
    let resolvers = listed.split(',').map(|one| one.trim().parse()).collect::<Result<_, _>>();
    let resolvers = noted(r, "DNS_RESOLVERS", resolvers);
    let reach =
        r.text("DNS_REACH").map_or(Ok(BTreeMap::new()), |text| text.split(',').map(reached).collect());
    let reach = noted(r, "DNS_REACH", reach);
    let label: Result<String, _> = challenge_label(r.text("DOMAIN_CHALLENGE_LABEL"));
    let label = noted(r, "DOMAIN_CHALLENGE_LABEL", label);
    let prefix = r.text("DOMAIN_CHALLENGE_PREFIX").unwrap_or("workspace-verification=").to_owned();
    let clients_at = r.url("MAIL_CLIENT_CHECK_URL");
    let challenge = Challenge { label: label?, prefix };
    Some(Dns { resolvers: resolvers?, reach: reach?, clients_at, challenge, connect: connect(r) })
}

fn connect(r: &mut Reader<'_>) -> Option<Connect> {
    let signer = r.text("DOMAIN_CONNECT_KEY").map(signer);
    let signer = signer.and_then(|signer| noted(r, "DOMAIN_CONNECT_KEY", signer));
    let ends = [r.text("DOMAIN_CONNECT_PROVIDER"), r.text("DOMAIN_CONNECT_SERVICE")];
    if ends.iter().all(Option::is_none) {
        return None;
    }
    let why = "DNS hosts identify a template by provider and service";
    let provider = r.needed("DOMAIN_CONNECT_PROVIDER", why).map(template_word);
    let service = r.needed("DOMAIN_CONNECT_SERVICE", why).map(template_word);
    let provider = noted(r, "DOMAIN_CONNECT_PROVIDER", provider?);
    let service = noted(r, "DOMAIN_CONNECT_SERVICE", service?);
    Some(Connect { provider: provider?, service: service?, signer })
}

/// The label of a key in the DNS and the file that it is in.
fn signer(pair: &str) -> Result<Signer, String> {
    let (label, file) = pair.split_once('=').ok_or("use the key's label in the DNS, =, and a file")?;
    let pem = std::fs::read_to_string(file.trim()).map_err(|error| error.to_string())?;
    Signer::new(label.trim(), &pem).map_err(|bad| bad.to_string())
}

/// A part of a path that needs no encoding.
fn template_word(text: &str) -> Result<String, &'static str> {
    let is_word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    if is_word { Ok(text.to_owned()) } else { Err("use only letters, digits, dots, hyphens and underscores") }
}

fn mail(r: &mut Reader<'_>, extra_roots: Option<&[u8]>) -> Option<mailer::Settings> {
    let url = r.text("MAIL_URL")?;
    let transport = noted(r, "MAIL_URL", Transport::new(url, extra_roots));
    let from = r.needed("MAIL_FROM", "every mail needs a sender")?.parse::<Sender>();
    let from = noted(r, "MAIL_FROM", from);
    Some(mailer::Settings::new(transport?, from?))
}

fn reached(pair: &str) -> Result<(IpAddr, SocketAddr), &'static str> {
    let (address, at) = pair.trim().split_once('=').ok_or(BAD_REACH)?;
    Ok((address.parse().map_err(|_| BAD_REACH)?, at.parse().map_err(|_| BAD_REACH)?))
}

/// A label of a name in the DNS, so that with every domain it makes a name.
fn challenge_label(text: Option<&str>) -> Result<String, &'static str> {
    let name = text.unwrap_or("_workspace-challenge").parse::<Name>().map(|name| name.to_string());
    let label = name.ok().filter(|label| !label.contains('.'));
    label.ok_or("use one label of a DNS name, such as _workspace-challenge")
}

fn keys(r: &mut Reader<'_>) -> Option<Keys> {
    let listed = r.needed("ENCRYPTION_KEYS", "secrets at rest are encrypted with the first of them")?;
    let keys: Vec<SecretString> = listed.split(',').map(|key| key.trim().into()).collect();
    noted(r, "ENCRYPTION_KEYS", Keys::new(&keys))
}

fn slug(r: &mut Reader<'_>) -> Option<Slug> {
    let slug = r.text("PLATFORM_SLUG").unwrap_or("dezky").parse();
    let rule = "use 2 to 40 lower-case letters, digits and single hyphens, starting with a letter";
    noted(r, "PLATFORM_SLUG", slug.map_err(|_: BadSlug| rule))
}

/// Those that are named, that of the address that mails are from, and the hosts that people are sent to.
fn platform_domains(
    r: &mut Reader<'_>,
    origins: impl Iterator<Item = String>,
    mail: Option<&mailer::Settings>,
) -> Vec<DomainName> {
    let named = r.text("PLATFORM_DOMAINS").unwrap_or_default().split(',').map(str::trim);
    let mut domains = Vec::new();
    for name in named.filter(|name| !name.is_empty()) {
        let domain = name.parse().map_err(|_| format!("“{name}” isn't a domain such as example.com"));
        domains.extend(noted(r, "PLATFORM_DOMAINS", domain));
    }
    domains.extend(mail.map(|mail| mail.from.address.domain().clone()));
    let host = |origin: String| Url::parse(&origin).ok()?.host_str()?.parse().ok();
    domains.extend(origins.filter_map(host));
    domains
}

pub(super) fn extra_roots(r: &mut Reader<'_>) -> Option<Vec<u8>> {
    let file = r.text("EXTRA_CA_CERTS")?;
    noted(r, "EXTRA_CA_CERTS", std::fs::read(file))
}

fn noted<T, E: Display>(r: &mut Reader<'_>, name: &str, result: Result<T, E>) -> Option<T> {
    result.map_err(|why| r.problems.add(name, format!("can't be used: {why}"))).ok()
}
