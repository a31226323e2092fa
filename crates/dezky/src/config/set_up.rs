//! The part of the configuration that is known before the upstreams are set up: where everything will be. What setting up
//! gives, such as keys and secrets, isn't asked for.

use bootstrap::Settings;
use secrecy::SecretString;
use url::Url;

use super::Config;
use super::problem::Problems;
use super::read::{admin_group, done, extra_roots, ocis_client_id};
use super::reader::{Reader, origin};
use super::source::Values;

/// What setting up Authentik needs.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// The origin in `iss`, and the one that browsers use.
    pub issuer_origin: String,
    /// Where this process reaches it.
    pub api: Url,
    /// An administrator's token, used once and kept nowhere.
    pub admin_token: Option<SecretString>,
    /// What differs from one installation to the next.
    pub settings: Settings,
    /// Certificates trusted beside the system's roots.
    pub extra_roots: Option<Vec<u8>>,
}

impl SetUp {
    /// Reads and checks it.
    pub fn read(values: &Values) -> Result<Self, Problems> {
        let mut reader = Reader::new(values);
        let r = &mut reader;
        let why = "people come back to this address after signing in";
        let portal = r.needed_url("PORTAL_URL", why).map(|url| origin(&url));
        let operator = r.needed_url("OPERATOR_URL", why).map(|url| origin(&url));
        let issuer = r.needed_url("AUTHENTIK_ISSUER", "it's the address of Authentik");
        let api = r.url("AUTHENTIK_API_URL");
        let ocis = r.url("OCIS_API_URL");
        let files = r.link("FILES_URL").filter(|_| ocis.is_some()).or(ocis).map(|url| origin(&url));
        let admin_token = r.text("AUTHENTIK_ADMIN_TOKEN").map(SecretString::from);
        let settings = Settings {
            portal,
            operator,
            files,
            files_client: ocis_client_id(r),
            admin_group: admin_group(r),
        };
        let extra_roots = extra_roots(r);
        let Some(issuer) = issuer else { return Err(reader.problems) };
        let set_up = Self {
            issuer_origin: origin(&issuer),
            api: api.unwrap_or(issuer),
            admin_token,
            settings,
            extra_roots,
        };
        done(reader, set_up)
    }
}

/// What setting up Stalwart needs.
#[derive(Debug, Clone)]
pub struct StalwartSetUp {
    /// Where this process reaches it.
    pub api: Url,
    /// The full address of an administrator.
    pub admin_user: Option<String>,
    /// Their password, used once and kept nowhere.
    pub admin_password: Option<SecretString>,
    /// Certificates trusted beside the system's roots.
    pub extra_roots: Option<Vec<u8>>,
}

impl StalwartSetUp {
    /// Reads and checks it.
    pub fn read(values: &Values) -> Result<Self, Problems> {
        let mut reader = Reader::new(values);
        let r = &mut reader;
        let api = r.needed_url("STALWART_API_URL", "it's the address of Stalwart");
        let admin_user = r.text("STALWART_ADMIN_USER").map(str::to_owned);
        let admin_password = r.text("STALWART_ADMIN_PASSWORD").map(SecretString::from);
        let extra_roots = extra_roots(r);
        let Some(api) = api else { return Err(reader.problems) };
        done(reader, Self { api, admin_user, admin_password, extra_roots })
    }
}

impl Config {
    /// What the entries of a configured product are compared by.
    pub fn set_up(&self) -> Settings {
        let origin_of = |surface| {
            let console = self.consoles.iter().find(|console| console.surface == surface);
            console.map(|console| console.address.origin.clone())
        };
        let files_client = match self.ocis.as_ref().map(|ocis| &ocis.credential) {
            Ok(super::OcisCredential::ClientCredentials { client_id, .. }) => Some(client_id.clone()),
            _ => None,
        };
        Settings {
            portal: origin_of(access::Surface::Portal),
            operator: origin_of(access::Surface::Operator),
            // With an account of oCIS's own provider, Authentik signs nobody in there.
            files: self.files.as_ref().filter(|_| files_client.is_some()).map(origin),
            files_client: files_client.unwrap_or_default(),
            admin_group: self.authentik.admin_group.clone(),
        }
    }
}
