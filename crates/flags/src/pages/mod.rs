//! The slice's pages on the operator console: all flags, a new one, and one with its form and its history.

mod form;
mod history;
mod list;
mod new;
mod one;

use access::{Actor, ManageFlags, Surface};
use i18n::Words;
use kernel::Timestamp;
use tenants::Plan;
use web::ui::{Icon, State, StateMark, state_said};
use web::{Mount, Nav, Routes, Shortcut};

use crate::input::per_cent;
use crate::model::{Flag, Kind, Rule, Standing};
use crate::service::Flags;

fn operators(actor: &Actor, _: Option<&str>) -> bool {
    actor.is_operator()
}

/// The slice's place in the navigation.
pub const NAV: [Nav; 1] = [Nav {
    surface: Surface::Operator,
    label: "nav-flags",
    href: "/flags",
    icon: Icon::Flag,
    counts: None,
    place: 60,
    shown_to: operators,
}];

/// Its ways to what people do often.
pub const SHORTCUTS: [Shortcut; 1] =
    [Shortcut::new::<ManageFlags>(Surface::Operator, "flag-create", "/flags/new", Icon::Plus)];

pub fn operator(flags: &Flags) -> Routes {
    Routes::new(Mount::Operator)
        .get("/flags", list::show)
        .large()
        .post("/flags", new::submit)
        .get("/flags/new", new::show)
        .large()
        .post("/flags/preview", form::preview)
        .get("/flags/{key}", one::show)
        .large()
        .post("/flags/{key}", one::submit)
        .post("/flags/{key}/kill", one::kill)
        .post("/flags/{key}/revive", one::revive)
        .post("/flags/{key}/remove", one::remove)
        .with_state(flags.clone())
}

/// A plan as people know it.
fn name_of_plan(w: &Words, plan: Plan) -> String {
    w.t(&format!("plan-{}", plan.as_str()))
}

/// How a flag is, in words.
pub fn state_of(w: &Words, flag: &Flag, now: Timestamp) -> StateMark {
    match flag.standing(now) {
        Standing::Killed => state_said(State::Attention, w.t("flag-state-killed")),
        Standing::Waiting => state_said(State::Pending, w.t("flag-state-waiting")),
        Standing::Over => state_said(State::Skipped, w.t("flag-state-over")),
        Standing::Live(kind) => live(w, kind, &flag.rule),
    }
}

fn live(w: &Words, kind: Kind, rule: &Rule) -> StateMark {
    let named = rule.tenants.len() + rule.partners.len() + rule.plans.len();
    match kind {
        Kind::Off => state_said(State::Suspended, w.t("flag-state-off")),
        Kind::On => state_said(State::Active, w.t("flag-state-on")),
        Kind::Targeted if named == 0 => state_said(State::Suspended, w.t("flag-state-nobody")),
        Kind::Targeted => state_said(State::Active, w.t("flag-state-targeted")),
        Kind::Rollout => {
            let share = [("share", per_cent(rule.share).into())];
            state_said(State::Active, w.tx("flag-state-rollout", &share))
        }
    }
}
