//! Which client a request comes from, and whether it proves it.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use secrecy::ExposeSecret;

use super::Form;
use crate::sim::app::App;
use crate::sim::world::World;

/// What a request says about its client: `client_secret_basic`, else `client_secret_post`.
pub struct Client {
    pub id: String,
    pub secret: Option<String>,
}

impl Client {
    pub fn read(headers: &HeaderMap, form: &Form) -> Option<Self> {
        if let Some((id, secret)) = basic(headers) {
            return Some(Self { id, secret: Some(secret) });
        }
        let id = form.get("client_id")?.clone();
        Some(Self { id, secret: form.get("client_secret").cloned() })
    }

    /// The client when its secret is right; a public one needs none.
    pub fn proven(&self, world: &World) -> Option<App> {
        let app = world.app(&self.id)?;
        (app.is_public || self.has_secret_of(&app)).then_some(app)
    }

    /// True when the secret was sent and is right.
    pub fn has_secret_of(&self, app: &App) -> bool {
        let known = app.client_secret.as_ref().map(ExposeSecret::expose_secret);
        known.is_some() && known == self.secret.as_deref()
    }
}

/// Both parts are percent-decoded (section 14).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let part = |text: &str| Some(percent_decode_str(text).decode_utf8().ok()?.into_owned());
    Some((part(id)?, part(secret)?))
}
