//! Recovery flows (section 10): a link for one person, and the page behind it that sets a password and signs in as far as
//! the stages of the flow do. A link is spent when it is opened.

use std::time::Duration;

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use simulator::Store;

use super::access::Asked;
use super::family;
use super::objects::{Object, id_of, text};
use super::page::{not_found, page};
use super::secret::{self, Salted};
use super::sign_in::{COOKIE, cookies, new_session, with_cookie};
use super::world::World;

/// How long the page may stay open.
const OPEN: Duration = Duration::from_hours(1);

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

    /// Spends the link with that token; whose it was, and the cookie of the flow that it begins.
    fn open_link(&mut self, token: &str) -> Option<(i64, String)> {
        self.purge();
        let (user, _) = self.recovery_links.iter().find(|(_, link)| link.token == token)?;
        let user = *user;
        self.recovery_links.remove(&user);
        let cookie = secret::random_text::<32>();
        let plan = FlowPlan { user, expires: self.now().after(OPEN) };
        self.recovery_plans.insert(secret::digest(&cookie), plan);
        Some((user, cookie))
    }

    /// The flow of the brand of an origin (section 10).
    pub(super) fn recovery_flow(&self, origin: &str) -> Option<&Object> {
        let flow = text(self.brand_at(origin)?, "flow_recovery");
        self.objects.get("flows", flow)
    }

    /// What of a flow applies, each with the word of its type: what is bound to a stage may leave it out.
    fn applicable(&self, slug: &str, asked: Asked) -> Option<Vec<(&'static str, &Object)>> {
        let flow = self
            .objects
            .find("flows", "slug", slug)
            .filter(|flow| text(flow, "designation") == "recovery")?;
        let bound = self.stages_of(&id_of(flow)).into_iter();
        let applies = |binding: &str| {
            let mode =
                self.objects.get("flowBindings", binding).map_or("any", |it| text(it, "policy_engine_mode"));
            self.passes(binding, mode, asked).unwrap_or(true)
        };
        let stages = bound.filter(|(binding, _)| applies(binding)).filter_map(|(_, stage)| {
            let stage = self.objects.get("stages", &stage)?;
            Some((family::of("stages", stage)?.model, stage))
        });
        Some(stages.collect())
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
}

/// Without a token, or with a spent one, the form is shown too: it refuses at the end. A flow that begins with asking who it
/// is asks that, unless a policy leaves it out because a token began it.
async fn show(
    State(store): State<Store<World>>,
    Path(slug): Path<String>,
    Query(opened): Query<Opened>,
) -> Response {
    let is_there = store.read(|world| world.applicable(&slug, Asked::default()).is_some());
    if !is_there {
        return not_found();
    }
    let opened = store.write(|world| world.open_link(&opened.flow_token));
    let asked = Asked { user: opened.as_ref().map(|(user, _)| *user), is_restored: opened.is_some() };
    let first = store.read(|world| first_stage(&world.applicable(&slug, asked).unwrap_or_default()));
    let page = match first {
        First::Password => form(None),
        First::Identification => identification(),
        First::Nothing => {
            page("Not applicable", "<p>Flow does not apply to current user.</p>").into_response()
        }
    };
    match opened {
        Some((_, cookie)) => with_cookie(page, &cookie),
        None => page,
    }
}

/// What the browser is shown first.
enum First {
    Identification,
    Password,
    Nothing,
}

fn first_stage(stages: &[(&str, &Object)]) -> First {
    match stages.first() {
        Some(("promptstage", _)) => First::Password,
        Some(("identificationstage", _)) => First::Identification,
        _ => First::Nothing,
    }
}

async fn submit(
    State(store): State<Store<World>>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    Form(chosen): Form<Chosen>,
) -> Response {
    let known = store.read(|world| world.recovering(&headers));
    let asked = Asked { user: known.as_ref().map(|(_, user)| *user), is_restored: known.is_some() };
    let Some(does) = store.read(|world| Some(Does::of(&world.applicable(&slug, asked)?))) else {
        return not_found();
    };
    if matches!(does.first, First::Identification) {
        return page("Check your e-mail", "<p>An e-mail is on its way, if the account exists.</p>")
            .into_response();
    }
    if chosen.password.is_empty() || chosen.password != chosen.password_repeat {
        return form(Some("Passwords don't match."));
    }
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some((key, pk)) = known else {
        let why = "<div role=\"alert\">No user found and can't create new user.</div>";
        return page("Permission denied", why).into_response();
    };
    let cookie = store.write(|world| {
        world.recovery_plans.remove(&key);
        let now = world.now();
        if let Some(user) = world.users.get_mut(&pk).filter(|_| does.writes) {
            user.password = Some(Salted::new(&chosen.password));
            user.password_change_date = now;
        }
        does.signs_in.then(|| new_session(world, pk, agent, None))
    });
    let done = (StatusCode::FOUND, [(header::LOCATION, "/")]).into_response();
    match cookie {
        Some(cookie) => with_cookie(done, &cookie),
        None => done,
    }
}

/// What a flow does with the password.
struct Does {
    first: First,
    writes: bool,
    signs_in: bool,
}

impl Does {
    fn of(stages: &[(&str, &Object)]) -> Self {
        let has = |model: &str| stages.iter().any(|(known, _)| *known == model);
        Self { first: first_stage(stages), writes: has("userwritestage"), signs_in: has("userloginstage") }
    }
}

/// Asks who it is. Mails are left out here.
fn identification() -> Response {
    let body = "<p>Simulated authentik</p>\
                <form method=\"post\">\
                <label for=\"username\">Username or e-mail</label>\
                <input id=\"username\" name=\"username\" autocomplete=\"username\" required autofocus>\
                <button type=\"submit\">Continue</button></form>";
    page("Reset your password", body).into_response()
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
