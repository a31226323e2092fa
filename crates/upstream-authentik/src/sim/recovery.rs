//! The recovery flow (section 10): a link for one person, and the page behind it that sets a password and signs in,
//! in place of the flow that an installation would have. A link is spent when it is opened.

use std::time::Duration;

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use simulator::Store;

use super::page::{not_found, page};
use super::secret::{self, Salted};
use super::sign_in::{COOKIE, cookies, new_session, with_cookie};
use super::world::World;

/// How long the page may stay open.
const OPEN: Duration = Duration::from_hours(1);

/// What the brand says about recovery.
#[derive(Clone, Serialize, Deserialize)]
pub struct Brand {
    /// The slug of the flow; none ships, so an installation makes one.
    pub flow: Option<String>,
    /// With `require_token` the server makes no links.
    pub requires_token: bool,
}

impl Default for Brand {
    fn default() -> Self {
        Self { flow: Some("dezky-recovery".to_owned()), requires_token: false }
    }
}

/// A link that nobody has opened yet. In clear, because asking again gives the same one.
#[derive(Clone, Serialize, Deserialize)]
pub struct Link {
    pub token: String,
    pub expires: Timestamp,
}

/// A flow that a link began; by digest of the browser's cookie.
#[derive(Clone, Serialize, Deserialize)]
pub struct FlowPlan {
    pub user: i64,
    pub expires: Timestamp,
}

pub fn routes() -> Router<Store<World>> {
    Router::new().route("/if/flow/{slug}/", get(show).post(submit))
}

#[derive(Deserialize)]
struct Opened {
    #[serde(default)]
    flow_token: String,
}

#[derive(Deserialize)]
struct Chosen {
    #[serde(default)]
    password: String,
    #[serde(default)]
    password_repeat: String,
}

impl World {
    /// The token of a user's link: the one that there is until it is opened, with a new end.
    pub fn recovery_token(&mut self, user: i64, valid: Duration) -> String {
        let now = self.now();
        let known = self.recovery_links.get(&user).filter(|link| link.expires > now);
        let token = known.map_or_else(secret::random_text::<45>, |link| link.token.clone());
        self.recovery_links.insert(user, Link { token: token.clone(), expires: now.after(valid) });
        token
    }

    /// Spends the link with that token; the cookie of the flow that it begins.
    fn open_link(&mut self, token: &str) -> Option<String> {
        self.purge();
        let (user, _) = self.recovery_links.iter().find(|(_, link)| link.token == token)?;
        let user = *user;
        self.recovery_links.remove(&user);
        let cookie = secret::random_text::<32>();
        let plan = FlowPlan { user, expires: self.now().after(OPEN) };
        self.recovery_plans.insert(secret::digest(&cookie), plan);
        Some(cookie)
    }

    /// The user whose flow the browser is in.
    fn recovering(&self, headers: &HeaderMap) -> Option<(String, i64)> {
        let keys = cookies(headers, COOKIE).map(|value| secret::digest(&value));
        let now = self.now();
        let plans = keys.filter_map(|key| Some((self.recovery_plans.get(&key)?.clone(), key)));
        let (plan, key) = plans.into_iter().find(|(plan, _)| plan.expires > now)?;
        self.users.get(&plan.user).filter(|user| user.is_active)?;
        Some((key, plan.user))
    }

    fn is_recovery(&self, slug: &str) -> bool {
        self.brand.flow.as_deref() == Some(slug)
    }
}

/// Without a token, or with a spent one, the form is shown too: it refuses at the end.
async fn show(
    State(store): State<Store<World>>,
    Path(slug): Path<String>,
    Query(opened): Query<Opened>,
) -> Response {
    if !store.read(|world| world.is_recovery(&slug)) {
        return not_found();
    }
    match store.write(|world| world.open_link(&opened.flow_token)) {
        Some(cookie) => with_cookie(form(None), &cookie),
        None => form(None),
    }
}

async fn submit(
    State(store): State<Store<World>>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    Form(chosen): Form<Chosen>,
) -> Response {
    if !store.read(|world| world.is_recovery(&slug)) {
        return not_found();
    }
    if chosen.password.is_empty() || chosen.password != chosen.password_repeat {
        return form(Some("Passwords don't match."));
    }
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let cookie = store.write(|world| {
        let (key, pk) = world.recovering(&headers)?;
        world.recovery_plans.remove(&key);
        let now = world.now();
        let user = world.users.get_mut(&pk)?;
        user.password = Some(Salted::new(&chosen.password));
        user.password_change_date = now;
        Some(new_session(world, pk, agent, None))
    });
    if let Some(cookie) = cookie {
        return with_cookie((StatusCode::FOUND, [(header::LOCATION, "/")]).into_response(), &cookie);
    }
    let why = "<div role=\"alert\">No user found and can't create new user.</div>";
    page("Permission denied", why).into_response()
}

fn form(problem: Option<&str>) -> Response {
    let alert = problem.map(|text| format!("<div role=\"alert\">{text}</div>")).unwrap_or_default();
    let body = format!(
        "<p>Simulated authentik</p>\
         <form method=\"post\">\
         <label for=\"password\">Password</label>\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"new-password\" required \
         autofocus>\
         <label for=\"password_repeat\">Password (repeat)</label>\
         <input id=\"password_repeat\" name=\"password_repeat\" type=\"password\" \
         autocomplete=\"new-password\" required>{alert}\
         <button type=\"submit\">Continue</button></form>"
    );
    page("Reset your password", &body).into_response()
}
