//! Whether the identity provider is set up as sign-in needs it: asked there, with nobody signing in. What is wrong is
//! for operators; the people who sign in are told only that trying again doesn't help.

use access::Surface;
use kernel::Explain;
use outbound::{Call, CallError, Method};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use crate::service::{OidcClient, Settings};

/// What the log says of mending it: there the trouble is said with what to do about it.
pub(crate) const DOCTOR: &str = "run `dezky doctor`";

/// What keeps people from signing in until somebody changes a setting.
#[derive(Debug, Clone, PartialEq, Eq, Explain)]
pub enum Trouble {
    /// The identity provider could not be asked.
    #[explain("sign-in-trouble-call", values(why = _0.to_string()))]
    Call(#[from] CallError),
    /// There is no such application.
    #[explain("sign-in-trouble-application", values(client = _0))]
    NoApplication(&'static str),
    /// The tokens would name another issuer.
    #[explain("sign-in-trouble-issuer")]
    Issuer {
        /// The client.
        client: &'static str,
        /// What it calls itself.
        found: String,
        /// What tokens are compared with.
        wanted: String,
    },
    /// The tokens would not be signed by a key that others can check.
    #[explain("sign-in-trouble-key", values(client = _0))]
    NoKey(&'static str),
    /// The client is not known by its secret.
    #[explain("sign-in-trouble-secret", values(client = _0, setting = secret_setting(_0)))]
    Secret(&'static str),
    /// The token endpoint refuses the client for another reason.
    #[explain("sign-in-trouble-client")]
    Client {
        /// The client.
        client: &'static str,
        /// The protocol's word for it.
        why: String,
    },
    /// The tokens name accounts in another way than the API.
    #[explain("sign-in-trouble-subject", values(client = _0))]
    Subject(&'static str),
    /// What Authentik issued can't be used.
    #[explain("sign-in-trouble-token")]
    Token {
        /// The client.
        client: &'static str,
        /// Why.
        why: String,
    },
}

/// The setting that holds a client's secret.
fn secret_setting(client: &str) -> &'static str {
    if client == Surface::Portal.audience() {
        "AUTHENTIK_PORTAL_CLIENT_SECRET"
    } else {
        "AUTHENTIK_OPERATOR_CLIENT_SECRET"
    }
}

impl Settings {
    /// The `iss` of a surface's tokens (authentik, section 14: per provider, with a final slash).
    pub fn issuer(&self, surface: Surface) -> String {
        format!("{}/application/o/{}/", self.issuer_origin, surface.audience())
    }

    /// Looks whether a surface's client is set up at the identity provider as it is here: its issuer, key and secret.
    pub async fn examine(&self, oidc_client: &OidcClient) -> Result<(), Trouble> {
        let client = oidc_client.surface.audience();
        let found = self.provider.send(Call::get(path(client, ".well-known/openid-configuration"))).await?;
        if found.status == 404 {
            return Err(Trouble::NoApplication(client));
        }
        let found: Value = found.success(|_| None)?.json()?;
        let found = found["issuer"].as_str().unwrap_or("nothing").to_owned();
        let wanted = self.issuer(oidc_client.surface);
        if found != wanted {
            return Err(Trouble::Issuer { client, found, wanted });
        }
        let keys = self.provider.send(Call::get(path(client, "jwks/"))).await?.success(|_| None)?;
        let keys: Value = keys.json()?;
        if keys["keys"].as_array().is_none_or(Vec::is_empty) {
            return Err(Trouble::NoKey(client));
        }
        self.try_secret(client, &oidc_client.client_secret).await
    }

    /// The client is looked at before the token that it brings, so one that nobody has tells whether the secret is
    /// right (authentik, section 14).
    async fn try_secret(&self, client: &'static str, secret: &SecretString) -> Result<(), Trouble> {
        let secret = SecretString::from(secret.expose_secret());
        let call = Call::new(Method::Post, "/application/o/token/")
            .basic(client, secret)
            .form(&[("grant_type", "refresh_token"), ("refresh_token", "dezky-examines-its-client")])
            .only_reads();
        let answer = self.provider.send(call).await?;
        if answer.status >= 500 || answer.status == 429 {
            answer.success(|_| None)?;
            return Ok(());
        }
        let body: Value = answer.json()?;
        match body["error"].as_str().unwrap_or("its answer isn't OAuth") {
            "invalid_grant" => Ok(()),
            "invalid_client" => Err(Trouble::Secret(client)),
            why => Err(Trouble::Client { client, why: why.to_owned() }),
        }
    }
}

fn path(client: &str, rest: &str) -> String {
    format!("/application/o/{client}/{rest}")
}
