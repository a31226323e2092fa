//! The configuration: read from the environment and a file, checked whole, so that one start tells all that is wrong.
//! The only place that reads the environment.

mod limits;
mod names;
mod problem;
mod read;
mod reader;
mod set_up;
mod source;
mod spelling;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use access::Surface;
use db::seal::Keys;
use kernel::{DomainName, Slug};
use secrecy::SecretString;
use upstream_dns::Resolver;
use url::Url;

pub use names::NAMES;
pub use problem::Problems;
pub use read::{encryption_keys, is_deployed, log_format, must_migrate};
pub use set_up::{SetUp, StalwartSetUp};
#[cfg(debug_assertions)]
pub use source::fail_point;
pub use source::{Values, has_file, misspelt, misspelt_in, over_file, text, usual_path, values};

/// What is said first where a command lacks settings and there is no file of them.
pub const NOTHING_FOUND: &str = "no settings were found: neither DEZKY_CONFIG nor ./.env. With systemd they are in \
                                 /etc/dezky/dezky.env";
/// Why an upstream is not used.
pub const NOT_CONFIGURED: &str = "not_configured";
/// Why an upstream is not used.
pub const SWITCHED_OFF: &str = "switched_off";

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl LogFormat {
    /// True for logs that programs read.
    pub fn is_json(self) -> bool {
        self == Self::Json
    }
}

/// Where something is served, and the origin that people use for it.
#[derive(Debug, Clone)]
pub struct Address {
    /// Without a path.
    pub origin: String,
    /// The socket.
    pub listen: SocketAddr,
}

/// A surface that is served.
#[derive(Debug, Clone)]
pub struct Console {
    /// Which.
    pub surface: Surface,
    /// Where.
    pub address: Address,
    /// The secret of its OIDC client.
    pub client_secret: SecretString,
}

/// The identity provider.
#[derive(Debug, Clone)]
pub struct Authentik {
    /// The origin in `iss`, and the one that browsers use.
    pub issuer_origin: String,
    /// Where this process reaches it.
    pub api: Url,
    /// The group that makes a new person a platform admin.
    pub admin_group: String,
    /// The token for provisioning, or why there is none.
    pub api_token: Result<SecretString, &'static str>,
}

/// The mail server.
#[derive(Debug, Clone)]
pub struct Stalwart {
    /// Where it is.
    pub api: Url,
    /// Its API key.
    pub api_key: SecretString,
}

/// The file server.
#[derive(Debug, Clone)]
pub struct Ocis {
    /// Where it is.
    pub api: Url,
    /// The service user.
    pub service_user: String,
    /// How it signs in.
    pub credential: OcisCredential,
}

/// How the file server's service user signs in.
#[derive(Debug, Clone)]
pub enum OcisCredential {
    /// As a service account of the identity provider.
    ClientCredentials {
        /// The OIDC client that the file server trusts.
        client_id: String,
        /// The app password of the account.
        app_password: SecretString,
    },
    /// As an account of the file server's own provider.
    RefreshToken {
        /// Its password, to sign it in anew.
        password: Option<SecretString>,
    },
}

/// How the DNS is asked.
#[derive(Debug, Clone)]
pub struct Dns {
    /// The public resolvers.
    pub resolvers: Vec<Resolver>,
    /// Where addresses of name servers are really reached, in a sandbox.
    pub reach: BTreeMap<IpAddr, SocketAddr>,
    /// Where the documents of mail programs are really reached, in a sandbox.
    pub clients_at: Option<Url>,
    /// The words of the record that proves who a domain belongs to.
    pub challenge: domains::Challenge,
    /// The template under which DNS hosts know this service.
    pub connect: Option<publishing::Connect>,
}

/// Everything that is configured.
#[derive(Debug, Clone)]
pub struct Config {
    /// The database; it may hold a password.
    pub database_url: SecretString,
    /// The API's own address.
    pub api: Address,
    /// The surfaces.
    pub consoles: Vec<Console>,
    /// The identity provider.
    pub authentik: Authentik,
    /// The mail server, or why it is not used.
    pub stalwart: Result<Stalwart, &'static str>,
    /// The file server, or why it is not used.
    pub ocis: Result<Ocis, &'static str>,
    /// Where people open their mail in a browser, if there is such a place.
    pub webmail: Option<Url>,
    /// Where they open their files.
    pub files: Option<Url>,
    /// The DNS.
    pub dns: Dns,
    /// How mails are sent; none where no mail server is configured.
    pub mail: Option<mailer::Settings>,
    /// The keys of secrets at rest.
    pub keys: Keys,
    /// The slug of the platform's own workspace.
    pub platform_slug: Slug,
    /// Its name, which is the product's.
    pub platform_name: String,
    /// The platform's own domains, on which only its own workspace makes accounts.
    pub platform_domains: Vec<DomainName>,
    /// How long a terminated tenant is kept.
    pub grace: Duration,
    /// How many objects of a tenant that nobody ordered to go one upstream may lose within an hour.
    pub unordered_removals: u64,
    /// How long a step may hold what it works on.
    pub lease: Duration,
    /// Certificates trusted beside the system's roots.
    pub extra_roots: Option<Vec<u8>>,
    /// Whether proxies in front may be believed about addresses.
    pub trust_forwarded: bool,
    /// Where what is counted is served; none where nobody watches.
    pub metrics: Option<SocketAddr>,
    /// What connections may hold.
    pub listening: crate::listen::Limits,
    /// What requests and live pages may hold.
    pub limits: web::Limits,
    /// Whether a workspace may have more members than its plan has seats.
    pub beyond_seats: bool,
    /// How many mails people may have sent, and how often they may ask who is known here.
    pub allowances: access::allowances::Allowances,
    /// The name of the deployment, shown in the top bar.
    pub environment: Option<String>,
}
