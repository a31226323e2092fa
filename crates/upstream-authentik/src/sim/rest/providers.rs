//! What a provider of OAuth 2 has beside its fields (section 7).

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde_json::json;

use super::objects::find;
use super::{Answer, Shared, ok};
use crate::sim::family::PROVIDER;
use crate::sim::objects::id_of;
use crate::sim::oidc::issue;

/// Some are null, and one is missing, until there is an application (section 15).
pub async fn setup_urls(State(store): Shared, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    store.read(|world| {
        let at = world.called_at(&headers);
        let root = format!("{at}/application/o");
        let provider = find(world, &PROVIDER, &id)?;
        let application = world.objects.find("applications", "provider", &id_of(provider));
        let app = application.and_then(|application| world.app_of_slug(application.get("slug")?.as_str()?));
        let of_app = |end: &str| app.as_ref().map(|app| format!("{root}/{}/{end}", app.slug));
        let mut urls = json!({
            "issuer": app.as_ref().map(|app| issue::issuer(&at, app)),
            "authorize": format!("{root}/authorize/"),
            "token": format!("{root}/token/"),
            "user_info": format!("{root}/userinfo/"),
            "provider_info": of_app(".well-known/openid-configuration"),
            "logout": of_app("end-session/"),
        });
        if let Some(jwks) = of_app("jwks/") {
            urls["jwks"] = json!(jwks);
        }
        Ok(ok(urls))
    })
}
