//! One of the staff: their role, the customers that they reach, and how they leave.

use access::{Granted, ManagePartner};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use i18n::Words;
use maud::{Markup, html};
use partners::pages::{back, belongs_on_page, below, place};
use partners::{Partner, reach};
use web::draft::{self, Draft, filled, version_of};
use web::ui::{self, Confirm, FormHead, Icon, Tone, button, card, confirm, hidden, submit as submit_button};
use web::{Failure, FormBody, Right, View};

use super::invite::{choices, picked, reach_field, reach_fields, role_field, without_picks};
use crate::api::At;
use crate::error::Error;
use crate::input;
use crate::reads::StaffMember;
use crate::service::PartnerStaff;

const FORM: &str = "staff-member";
const NAMES: &[&str] = &["role", "reach"];
const REMOVE: &str = "remove-staff";

/// What came back with the page.
#[derive(Default)]
struct Refused {
    draft: Option<Draft>,
    /// The customers that were ticked.
    ticked: Option<Vec<String>>,
    /// Why they were not removed.
    said: Option<String>,
}

pub async fn show(
    Right(by): Right<ManagePartner>,
    State(partners): State<PartnerStaff>,
    Path(at): Path<At>,
    mut view: View,
) -> Result<Markup, Failure> {
    let kept = view.refill(&format!("{}/staff/{}", place(&by.scope().slug), at.person()?));
    let ticked = kept.as_ref().map(picked);
    let draft = kept.map(|body| Draft::kept(FORM, &body));
    page(&partners, &by, &view, &at, &Refused { draft, ticked, said: None }).await
}

pub async fn submit(
    Right(by): Right<ManagePartner>,
    State(partners): State<PartnerStaff>,
    Path(at): Path<At>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let (user, ticked) = (at.person()?, picked(&body));
    let fields = without_picks(&body).without("version");
    let read = input::staff_change(fields.input(input::STAFF_FORM), Some(&ticked));
    let done = match read {
        Ok(change) => partners.change_staff(&by, user, change, Some(version_of(&body))).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(()) => Ok(back(&by.scope().slug, "/staff", "change").into_response()),
        Err(error) if belongs_on_page(&error) || matches!(error, Error::Stale) => {
            let draft = Draft::refused(FORM, &body, &error, NAMES);
            let refused = Refused { draft: Some(draft), ticked: Some(ticked), said: None };
            let page = page(&partners, &by, &view, &at, &refused).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn remove(
    Right(by): Right<ManagePartner>,
    State(partners): State<PartnerStaff>,
    Path(at): Path<At>,
    view: View,
) -> Result<Response, Failure> {
    match partners.remove_staff(&by, at.person()?).await {
        Ok(()) => Ok(back(&by.scope().slug, "/staff", "remove").into_response()),
        Err(error) if belongs_on_page(&error) => {
            let refused = Refused { said: Some(view.words().explain(&error)), ..Refused::default() };
            let page = page(&partners, &by, &view, &at, &refused).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(
    partners: &PartnerStaff,
    by: &Granted<ManagePartner>,
    view: &View,
    at: &At,
    refused: &Refused,
) -> Result<Markup, Failure> {
    let partner = partners.partners.details(by).await?.partner;
    let one = partners.staff_member(by, at.person()?).await?;
    let choices = choices(partners.partners.choices(by).await?, &one.chosen);
    let w = view.words();
    let here = format!("{}/staff/{}", place(partner.slug.as_str()), one.person.id);
    let own: Vec<String> = one.chosen.iter().map(|(slug, _)| slug.clone()).collect();
    let ticked = refused.ticked.as_ref().unwrap_or(&own);
    let draft = refused.draft.as_ref();
    let now =
        [role_field(w).value(one.staff.role.as_str()), reach_field(w).value(reach(&one.staff.customers))];
    let [role, reach] = now.clone().map(|field| filled(draft, FORM, field));
    let version = draft.map_or(one.staff.version, |draft| draft.version(one.staff.version));
    let form = FormHead { action: here.clone(), csrf: view.shell.csrf.clone(), swap: None };
    let inside = html! {
        (hidden("version", &version.to_string()))
        (draft::said(w, &w.t("partner-not-done"), draft, FORM, &now.each_ref()))
        (ui::field(w, &role))
        (reach_fields(w, &reach, &choices, ticked))
        @if partner.is_live() {
            div class="row" { (submit_button(w.t("partner-save")).primary()) }
        }
    };
    let mut head = below(view, &partner, &one.person.name, &kernel::readable_address(&one.person.email));
    head.actions = html! { (button(w.t("staff-remove")).danger().icon(Icon::Trash).opens(REMOVE)) };
    let content = html! {
        @if let Some(said) = &refused.said { (ui::banner(Tone::Bad, &w.t("partner-not-done"), said, None)) }
        (card("staff-member", w.t("staff-access")).body(form.form(&inside)))
        (question(w, &here, &view.shell.csrf, &partner, &one))
    };
    Ok(view.page(&one.person.name, &head, &content))
}

fn question(w: &Words, here: &str, csrf: &str, partner: &Partner, one: &StaffMember) -> Markup {
    let names = [("name", (&one.person.name).into()), ("partner", (&partner.name).into())];
    let question = Confirm {
        id: REMOVE.into(),
        title: w.tx("staff-remove-title", &names),
        says: w.t("staff-remove-says"),
        label: w.t("staff-remove"),
        keep: w.t("partner-cancel"),
        action: format!("{here}/remove"),
        csrf: csrf.to_owned(),
        ..Confirm::default()
    };
    confirm(w, &question)
}
