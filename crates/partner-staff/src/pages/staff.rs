//! The staff of a partner, and who is invited to be of it.

use access::staff_invitations::StaffInvitation;
use access::{Customers, Granted, ManagePartner, PartnerStatus};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use i18n::Words;
use kernel::Timestamp;
use maud::{Markup, Render as _, html};
use partners::Partner;
use partners::pages::{back, belongs_on_page, head, place};
use web::ui::{
    self, Column, Confirm, Empty, Icon, Row, State as Mark, Table, Tone, button, confirm, empty, link_button,
    state_said, submit, table,
};
use web::{Done, Failure, Query, Right, View};

use super::role;
use crate::api::At;
use crate::error::Error;
use crate::reads::StaffMember;
use crate::service::PartnerStaff;

const DONE: &[(&str, &str)] = &[
    ("invite", "staff-done-invite"),
    ("change", "staff-done-change"),
    ("remove", "staff-done-remove"),
    ("resend", "staff-done-resend"),
    ("revoke", "staff-done-revoke"),
];

/// What the page shows.
struct Shown {
    partner: Partner,
    staff: Vec<StaffMember>,
    waiting: Vec<StaffInvitation>,
    now: Timestamp,
}

impl PartnerStaff {
    async fn shown_staff(&self, by: &Granted<ManagePartner>) -> Result<Shown, Error> {
        Ok(Shown {
            partner: self.partners.details(by).await?.partner,
            staff: self.staff(by).await?,
            waiting: self.waiting(by).await?,
            now: self.now(),
        })
    }
}

pub async fn show(
    Right(by): Right<ManagePartner>,
    State(partners): State<PartnerStaff>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    view.say_done(&done, DONE);
    Ok(page(&view, &partners.shown_staff(&by).await?, None))
}

pub async fn resend(
    Right(by): Right<ManagePartner>,
    State(partners): State<PartnerStaff>,
    Path(at): Path<At>,
    view: View,
) -> Result<Response, Failure> {
    let done = partners.resend(&by, at.invitation()?).await;
    answered(&partners, &by, &view, done, "resend").await
}

pub async fn revoke(
    Right(by): Right<ManagePartner>,
    State(partners): State<PartnerStaff>,
    Path(at): Path<At>,
    view: View,
) -> Result<Response, Failure> {
    let done = partners.revoke(&by, at.invitation()?).await;
    answered(&partners, &by, &view, done, "revoke").await
}

/// A refusal of an action on a row stands above the list.
async fn answered(
    partners: &PartnerStaff,
    by: &Granted<ManagePartner>,
    view: &View,
    done: Result<StaffInvitation, Error>,
    word: &str,
) -> Result<Response, Failure> {
    match done {
        Ok(_) => Ok(back(&by.scope().slug, "/staff", word).into_response()),
        Err(error) if belongs_on_page(&error) => {
            let why = view.words().explain(&error);
            let page = page(view, &partners.shown_staff(by).await?, Some(&why));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn page(view: &View, shown: &Shown, refused: Option<&str>) -> Markup {
    let (w, csrf, partner) = (view.words(), view.shell.csrf.as_str(), &shown.partner);
    let at = place(partner.slug.as_str());
    let is_open = partner.status == PartnerStatus::Active;
    let invite = html! {
        @if is_open {
            (link_button(w.t("staff-invite"), format!("{at}/staff/invite")).primary().icon(Icon::Mail))
        }
    };
    let content = html! {
        div class="stack" {
            @if let Some(said) = refused { (ui::banner(Tone::Bad, &w.t("partner-not-done"), said, None)) }
            (staff(w, &at, shown))
            @if !shown.waiting.is_empty() { (invitations(w, &at, csrf, shown)) }
        }
        @for one in &shown.waiting { (question(w, &at, csrf, one)) }
    };
    view.page(&partner.name, &head(view, partner, "staff", invite), &content)
}

/// Which customers somebody reaches, in a word.
fn reach(w: &Words, customers: &Customers) -> String {
    match customers {
        Customers::All => w.t("staff-reach-all"),
        Customers::Chosen(chosen) => w.tx("staff-reach-chosen", &[("count", chosen.len().into())]),
    }
}

fn factor(w: &Words, one: &StaffMember) -> Markup {
    let (state, key) = match one.second_factor {
        Ok(true) => (Mark::Ok, "staff-factor-on"),
        Ok(false) => (Mark::Attention, "staff-factor-off"),
        Err(_) => (Mark::Unknown, "staff-factor-unknown"),
    };
    state_said(state, w.t(key)).render()
}

fn last_sign_in(w: &Words, one: &StaffMember, shown: &Shown) -> Markup {
    html! {
        @if let Some(last) = one.last_sign_in_at { (ui::ago(w, last, shown.now)) }
        @else { span class="muted" { (w.t("staff-never")) } }
    }
}

fn staff(w: &Words, at: &str, shown: &Shown) -> Markup {
    let row = |one: &StaffMember| Row {
        key: one.person.id.to_string(),
        name: one.person.name.clone(),
        href: Some(format!("{at}/staff/{}", one.person.id)),
        cells: vec![
            ui::who(&one.person.name, &one.person.id.to_string(), Some(&one.person.email)),
            html! { (role(w, one.staff.role)) },
            html! { (reach(w, &one.staff.customers)) },
            factor(w, one),
            last_sign_in(w, one, shown),
        ],
        ..Row::default()
    };
    let nothing =
        Empty { icon: Icon::Users, title: w.t("staff-none"), says: w.t("staff-none-says"), actions: None };
    let list = Table {
        id: "staff".into(),
        caption: w.t("partner-tab-staff"),
        columns: vec![
            Column::new(w.t("staff-person")),
            Column::new(w.t("staff-role")),
            Column::new(w.t("staff-reach")).md(),
            Column::new(w.t("staff-factor")).md(),
            Column::new(w.t("staff-last-sign-in")).lo(),
        ],
        rows: shown.staff.iter().map(|one| row(one).into()).collect(),
        empty: Some(empty(&nothing)),
        ..Table::default()
    };
    table(w, &list)
}

fn invitations(w: &Words, at: &str, csrf: &str, shown: &Shown) -> Markup {
    let actions = |one: &StaffInvitation| {
        html! {
            form method="post" action={ (at) "/invitations/" (one.id) "/resend" } {
                (ui::hidden("csrf", csrf))
                (submit(w.t("staff-resend")).small().icon(Icon::Send))
            }
            (button(w.t("staff-revoke")).small().icon(Icon::Minus).opens(question_of(one)))
        }
    };
    let row = |one: &StaffInvitation| Row {
        key: one.id.to_string(),
        name: one.email.to_string(),
        cells: vec![
            html! {
                (kernel::readable_address(&one.email.to_string()))
                @if !one.name.is_empty() { small class="muted block" { (one.name) } }
            },
            html! { (role(w, one.role)) },
            html! { (reach(w, &one.customers)) },
            ui::date(w, one.expires_at),
        ],
        actions: Some(actions(one)),
        ..Row::default()
    };
    let list = Table {
        id: "staff-invitations".into(),
        caption: w.t("staff-invitations"),
        columns: vec![
            Column::new(w.t("staff-invited")),
            Column::new(w.t("staff-role")),
            Column::new(w.t("staff-reach")).md(),
            Column::new(w.t("staff-expires")).md(),
        ],
        rows: shown.waiting.iter().map(|one| row(one).into()).collect(),
        ..Table::default()
    };
    html! {
        div {
            div class="section-head" { h2 { (w.t("staff-invitations")) } }
            (table(w, &list))
        }
    }
}

fn question_of(one: &StaffInvitation) -> String {
    format!("revoke-{}", one.id)
}

fn question(w: &Words, at: &str, csrf: &str, one: &StaffInvitation) -> Markup {
    let email = kernel::readable_address(&one.email.to_string());
    let question = Confirm {
        id: question_of(one),
        title: w.tx("staff-revoke-title", &[("email", email.into())]),
        says: w.t("staff-revoke-says"),
        label: w.t("staff-revoke"),
        keep: w.t("partner-cancel"),
        action: format!("{at}/invitations/{}/revoke", one.id),
        csrf: csrf.to_owned(),
        ..Confirm::default()
    };
    confirm(w, &question)
}
