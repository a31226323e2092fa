//! What is asked before a difference may stay: why, and for how long.

use i18n::Words;
use kernel::input::Shape::{Integer, Text};
use kernel::input::{Field, Input};
use kernel::{FieldError, Message};
use maud::{Markup, Render as _, html};
use web::FormBody;
use web::ui::{self, FieldKind, button, dialog, submit};

/// Why.
pub const REASON: Field = Field::required("reason", Text(500), "Why it is accepted.");
/// For how long.
pub const DAYS: Field = Field::required("days", Integer(1, 365), "For how many days.");
/// Both.
pub const ACCEPT: &[Field] = &[REASON, DAYS];

/// Reads why and for how many days.
pub fn reason_and_days(input: &mut Input) -> Option<(String, u32)> {
    let reason = input.read("reason", |text| {
        if text.chars().count() < 3 { Err(Message::new("drift-reason-short")) } else { Ok(text.to_owned()) }
    });
    let days = input.integer("days").and_then(|days| u32::try_from(days).ok());
    reason.zip(days)
}

/// What was typed into the dialog, and what is wrong with it.
#[derive(Debug, Clone)]
pub struct Typed {
    reason: String,
    days: String,
    errors: Vec<FieldError>,
}

impl Typed {
    /// As it was sent.
    pub fn of(body: &FormBody, errors: Vec<FieldError>) -> Self {
        let typed = |name: &str| body.typed(name).unwrap_or_default().to_owned();
        Self { reason: typed("reason"), days: typed("days"), errors }
    }

    fn error(&self, field: &str) -> Option<Message> {
        self.errors.iter().find(|error| error.field == field).map(|error| error.message.clone())
    }
}

/// The dialog that asks.
#[derive(Debug)]
pub struct AcceptDialog<'a> {
    pub id: String,
    /// The object's name.
    pub name: &'a str,
    /// Where it is posted to.
    pub action: String,
    /// Against forgery.
    pub csrf: &'a str,
    /// Fields that name the difference.
    pub hidden: Markup,
    /// What was typed and refused; opens the dialog.
    pub typed: Option<&'a Typed>,
}

/// Draws the dialog.
pub fn accept_dialog(w: &Words, asked: &AcceptDialog<'_>) -> Markup {
    let days = [1_i64, 7, 30, 90, 365].map(|n| (n.to_string(), w.tx("drift-days", &[("count", n.into())])));
    let scoped =
        |name: &str, label: &str| ui::Field { scope: asked.id.clone(), ..ui::Field::new(name, w.t(label)) };
    let reason = ui::Field { autofocus: true, ..scoped("reason", "drift-reason") }
        .help(w.t("drift-reason-help"))
        .value(asked.typed.map_or("", |typed| &typed.reason))
        .error(asked.typed.and_then(|typed| typed.error("reason")));
    let until = scoped("days", "drift-for")
        .kind(FieldKind::Select(days.to_vec()))
        .value(asked.typed.map_or("30", |typed| &typed.days))
        .error(asked.typed.and_then(|typed| typed.error("days")));
    let body = html! {
        p class="small" { (w.t("drift-accept-says")) }
        (asked.hidden)
        (ui::field(w, &reason)) (ui::field(w, &until))
    };
    let footer = html! {
        (button(w.t("drift-accept-cancel")).closes(&asked.id))
        (submit(w.t("drift-accept-submit")).primary())
    };
    dialog(w, &asked.id, w.tx("drift-accept-title", &[("name", asked.name.into())]))
        .form(&asked.action, asked.csrf)
        .open(asked.typed.is_some())
        .body(body)
        .footer(footer)
        .render()
}
