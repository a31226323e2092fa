//! `/admin/settings/` and `/core/brands/current/` (section 10).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use super::fields::Fields;
use super::{Answer, Shared, ok};
use crate::sim::duration;
use crate::sim::objects::{text, value_of};
use crate::sim::world::World;

const DURATIONS: [&str; 2] = ["event_retention", "default_token_duration"];

pub async fn show(State(store): Shared) -> Answer {
    Ok(ok(store.read(World::settings)))
}

/// Each given field is replaced as a whole, and must be of the kind that it was.
pub async fn change(State(store): Shared, body: Bytes) -> Answer {
    let mut fields = Fields::read(&body)?;
    store.write(|world| {
        let mut settings = world.settings();
        for (name, known) in settings.as_object_mut().into_iter().flatten() {
            let Some(given) = fields.value(name).cloned() else {
                continue;
            };
            let is_like = std::mem::discriminant(&given) == std::mem::discriminant(known);
            let is_right =
                !DURATIONS.contains(&name.as_str()) || given.as_str().and_then(duration::parse).is_some();
            if is_like && is_right {
                *known = given;
            } else {
                fields.refuse(name, "Not a valid value.");
            }
        }
        fields.check()?;
        world.keep_settings(settings.clone());
        Ok(ok(settings))
    })
}

/// The brand of the host that is called, for everybody.
pub async fn current_brand(State(store): Shared, headers: HeaderMap) -> Response {
    ok(store.read(|world| {
        let brand = world.brand_at(&world.called_at(&headers)).cloned().unwrap_or_default();
        let mut shown = json!({
            "matched_domain": text(&brand, "domain"),
            "branding_title": text(&brand, "branding_title"),
            "branding_logo": text(&brand, "branding_logo"),
            "branding_logo_themed_urls": null,
            "branding_favicon": text(&brand, "branding_favicon"),
            "branding_favicon_themed_urls": null,
            "branding_custom_css": text(&brand, "branding_custom_css"),
            "ui_footer_links": [],
            "ui_theme": "automatic",
            "default_locale": "",
            "flags": {"flows_continuous_login": false, "flows_refresh_others": false},
        });
        let flows = brand.keys().filter(|name| name.starts_with("flow_"));
        for name in flows.filter(|name| !value_of(&brand, name).is_null()) {
            let flow = world.objects.get("flows", text(&brand, name));
            shown[name.as_str()] = flow.map_or(Value::Null, |flow| json!(text(flow, "slug")));
        }
        shown
    }))
}
