//! The sandbox's secrets: made at the first start, kept in its folder.

use db::seal::Keys;
use kernel::id::random_token;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use super::home::Home;

const FILE: &str = "secrets.json";

/// What the parts of the sandbox know each other by. Nothing outside this machine takes any of it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secrets {
    pub authentik_api_token: String,
    pub portal_client_secret: String,
    pub operator_client_secret: String,
    pub files_client_secret: String,
    pub stalwart_api_key: String,
    /// A folder of an older version has none.
    #[serde(default = "random_token")]
    pub stalwart_admin_password: String,
    pub ocis_service_password: String,
    pub encryption_key: String,
}

impl Secrets {
    fn generate() -> Self {
        Self {
            authentik_api_token: random_token(),
            portal_client_secret: random_token(),
            operator_client_secret: random_token(),
            files_client_secret: random_token(),
            stalwart_api_key: format!("API_{}", random_token()),
            stalwart_admin_password: random_token(),
            ocis_service_password: random_token(),
            encryption_key: Keys::generate().expose_secret().to_owned(),
        }
    }

    /// The secrets of this sandbox.
    pub fn of(home: &Home) -> anyhow::Result<Self> {
        let secrets = home.read(FILE)?.unwrap_or_else(Self::generate);
        home.write(FILE, &secrets)?;
        Ok(secrets)
    }
}
