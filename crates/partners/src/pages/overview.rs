//! One partner: what is known of it, and what closes or ends it.

use access::{ManagePartner, PartnerStatus};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use maud::{Markup, html};
use web::ui::{
    self, Confirm, Definition, Icon, button, card, confirm, copy, definitions, link_button, submit,
};
use web::{Done, Failure, FormBody, Query, Right, View};

use super::{back, head, place};
use crate::input;
use crate::model::Partner;
use crate::reads::Whole;
use crate::service::Partners;

const SUSPEND: &str = "suspend";
const TERMINATE: &str = "terminate";

/// What is said after an action, by its word.
const DONE: &[(&str, &str)] = &[
    ("create", "partner-done-create"),
    ("update", "partner-done-update"),
    ("suspend", "partner-done-suspend"),
    ("resume", "partner-done-resume"),
    ("terminate", "partner-done-terminate"),
];

pub async fn show(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    let whole = partners.whole(&by).await?;
    if let Some(key) = done.among(DONE) {
        let text = view.words().tx(key, &[("name", (&whole.partner.name).into())]);
        view.toast(text);
    }
    Ok(page(&view, &whole, None))
}

pub async fn suspend(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
) -> Result<Redirect, Failure> {
    partners.suspend(&by).await?;
    Ok(back(&by.scope().slug, "", "suspend"))
}

pub async fn resume(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
) -> Result<Redirect, Failure> {
    partners.resume(&by).await?;
    Ok(back(&by.scope().slug, "", "resume"))
}

/// Ends a partner; its name must be typed, since it can't be undone [O5].
pub async fn terminate(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let typed = body.input(input::CONFIRM).text("confirm").unwrap_or_default();
    if !kernel::name::is_same(&typed, &by.scope().name) {
        let wrong = view.words().t("partner-wrong-name");
        let page = page(&view, &partners.whole(&by).await?, Some(wrong));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    partners.terminate(&by).await?;
    Ok(back(&by.scope().slug, "", "terminate").into_response())
}

/// The page; `wrong_name` reopens the last dialog with what was wrong in it.
fn page(view: &View, whole: &Whole, wrong_name: Option<String>) -> Markup {
    let (w, csrf, partner) = (view.words(), view.shell.csrf.as_str(), &whole.partner);
    let content = html! {
        div class="cols" {
            div class="stack" {
                (card("reach", w.t("partner-reach")).body(reach(w, whole)))
                (card("contact", w.t("partner-form-contact")).body(contact(w, partner)))
            }
            (card("about", w.t("partner-about")).body(about(w, partner)))
        }
        @if partner.is_live() { (questions(w, csrf, whole, wrong_name)) }
    };
    view.page(&partner.name, &head(view, partner, "overview", actions(w, csrf, partner)), &content)
}

fn actions(w: &Words, csrf: &str, partner: &Partner) -> Markup {
    let at = place(partner.slug.as_str());
    html! {
        @if partner.is_live() {
            (link_button(w.t("partner-edit"), format!("{at}/edit")).icon(Icon::Pencil))
            @if partner.status == PartnerStatus::Suspended {
                form method="post" action={ (at) "/resume" } {
                    (ui::hidden("csrf", csrf))
                    (submit(w.t("partner-resume")).primary())
                }
            } @else {
                (button(w.t("partner-suspend")).icon(Icon::Pause).opens(SUSPEND))
            }
            (button(w.t("partner-terminate")).danger().opens(TERMINATE))
        }
    }
}

fn questions(w: &Words, csrf: &str, whole: &Whole, wrong_name: Option<String>) -> Markup {
    let partner = &whole.partner;
    let name = || [("name", (&partner.name).into())];
    let at = place(partner.slug.as_str());
    let staff = (Icon::Users, w.tx("partner-goes-staff", &[("count", whole.staff.into())]));
    let customers = (Icon::Tenant, w.tx("partner-keeps-customers", &[("count", whole.customers.into())]));
    let suspend = Confirm {
        id: SUSPEND.into(),
        title: w.tx("partner-suspend-title", &name()),
        says: w.t("partner-suspend-says"),
        goes: vec![staff.clone(), customers.clone()],
        label: w.t("partner-suspend"),
        keep: w.t("partner-keep-open"),
        action: format!("{at}/suspend"),
        csrf: csrf.to_owned(),
        ..Confirm::default()
    };
    let terminate = Confirm {
        id: TERMINATE.into(),
        title: w.tx("partner-terminate-title", &name()),
        says: w.t("partner-terminate-says"),
        goes: vec![staff, customers],
        name: Some(partner.name.clone()),
        label: w.t("partner-terminate"),
        keep: w.t("partner-keep"),
        action: format!("{at}/terminate"),
        csrf: csrf.to_owned(),
        error: wrong_name,
        ..Confirm::default()
    };
    html! {
        @if partner.status == PartnerStatus::Active { (confirm(w, &suspend)) }
        (confirm(w, &terminate))
    }
}

/// How many it concerns, with the ways to them.
fn reach(w: &Words, whole: &Whole) -> Markup {
    let at = place(whole.partner.slug.as_str());
    let way = |path: &str, says: String| html! { a href={ (at) (path) } { (says) } };
    let rows = [
        Definition::new(
            w.t("partner-customers"),
            way("/customers", w.tx("partner-count-customers", &[("count", whole.customers.into())])),
        ),
        Definition::new(
            w.t("partner-tab-staff"),
            way("/staff", w.tx("partner-count-staff", &[("count", whole.staff.into())])),
        ),
    ];
    definitions(true, &rows)
}

fn or_none(w: &Words, text: Option<&String>) -> Markup {
    html! {
        @if let Some(text) = text { (text) } @else { span class="muted" { (w.t("partner-not-given")) } }
    }
}

fn contact(w: &Words, partner: &Partner) -> Markup {
    let contact = &partner.contact;
    let rows = [
        Definition::new(w.t("partner-contact-name"), or_none(w, contact.name.as_ref())),
        Definition::new(w.t("partner-contact-email"), or_none(w, contact.email.as_ref())),
        Definition::new(w.t("partner-contact-phone"), or_none(w, contact.phone.as_ref())),
    ];
    definitions(true, &rows)
}

fn about(w: &Words, partner: &Partner) -> Markup {
    let billing = &partner.billing;
    let mut rows = vec![
        Definition::new(w.t("partner-slug"), copy(w, partner.slug.as_str())),
        Definition::new(w.t("partner-id"), copy(w, &partner.id.to_string())),
        Definition::new(w.t("partner-billing-company"), or_none(w, billing.company.as_ref())),
        Definition::new(w.t("partner-billing-vat"), or_none(w, billing.vat_id.as_ref())),
        Definition::new(w.t("partner-billing-country"), or_none(w, billing.country.as_ref())),
        Definition::new(w.t("partner-billing-email"), or_none(w, billing.email.as_ref())),
    ];
    if let Some(at) = partner.terminated_at {
        rows.push(Definition::new(w.t("partner-ended"), ui::date(w, at)));
    }
    definitions(true, &rows)
}
