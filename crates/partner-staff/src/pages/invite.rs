//! Inviting somebody to the staff, with the customers that they will reach; and the part of the form that chooses them.

use access::{Granted, ManagePartner};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use i18n::Words;
use maud::{Markup, html};
use partners::Partner;
use partners::pages::{back, belongs_on_page, below, place};
use tenants::Details;
use web::draft::{self, Draft, filled};
use web::ui::{self, Field, FieldKind, FormHead, Icon, card, link_button, submit as submit_button};
use web::{Failure, FormBody, Right, View};

use super::role;
use crate::error::Error;
use crate::input;
use crate::model::MOST_CHOSEN;
use crate::service::PartnerStaff;

const FORM: &str = "invite-staff";
const NAMES: &[&str] = &["email", "name", "role", "reach"];

/// The name of the ticks.
const PICK: &str = "pick";

/// A customer to be ticked: slug and name.
pub type Choice = (String, String);

/// The customers to be ticked: those that were chosen are among them, though they ended or there are too many others.
pub fn choices(listed: Vec<Details>, chosen: &[Choice]) -> Vec<Choice> {
    let listed = listed.into_iter().map(|details| (details.tenant.slug.to_string(), details.tenant.name));
    let mut all: Vec<Choice> = listed.collect();
    for one in chosen {
        if !all.iter().any(|(slug, _)| *slug == one.0) {
            all.push(one.clone());
        }
    }
    all
}

/// The customers that were ticked, one more than there may be at the most.
pub fn picked(body: &FormBody) -> Vec<String> {
    body.every(PICK).take(MOST_CHOSEN + 1).map(str::to_owned).collect()
}

/// The form without its ticks.
pub fn without_picks(body: &FormBody) -> FormBody {
    body.without(PICK)
}

pub async fn show(
    Right(by): Right<ManagePartner>,
    State(partners): State<PartnerStaff>,
    mut view: View,
) -> Result<Markup, Failure> {
    let kept = view.refill(&action(&by.scope().slug));
    let ticked = kept.as_ref().map(picked).unwrap_or_default();
    let draft = kept.map(|body| Draft::kept(FORM, &body));
    page(&partners, &by, &view, draft.as_ref(), &ticked).await
}

pub async fn submit(
    Right(by): Right<ManagePartner>,
    State(partners): State<PartnerStaff>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let ticked = picked(&body);
    let read = input::new_staff(without_picks(&body).input(input::INVITE_FORM), Some(&ticked));
    let done = match read {
        Ok(new) => partners.invite(&by, new).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(_) => Ok(back(&by.scope().slug, "/staff", "invite").into_response()),
        Err(error) if belongs_on_page(&error) => {
            let draft = Draft::refused(FORM, &body, &error, NAMES);
            let page = page(&partners, &by, &view, Some(&draft), &ticked).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn action(slug: &str) -> String {
    format!("{}/staff/invite", place(slug))
}

async fn page(
    partners: &PartnerStaff,
    by: &Granted<ManagePartner>,
    view: &View,
    draft: Option<&Draft>,
    ticked: &[String],
) -> Result<Markup, Failure> {
    let partner = partners.partners.details(by).await?.partner;
    let choices = choices(partners.partners.choices(by).await?, &[]);
    Ok(render(view, &partner, &choices, draft, ticked))
}

fn render(
    view: &View,
    partner: &Partner,
    choices: &[Choice],
    draft: Option<&Draft>,
    ticked: &[String],
) -> Markup {
    let (w, slug) = (view.words(), partner.slug.as_str());
    let email = Field::new("email", w.t("staff-email")).kind(FieldKind::Email).help(w.t("staff-email-help"));
    let email = Field { autofocus: true, autocomplete: Some("off"), ..email };
    let name = Field::new("name", w.t("staff-name")).optional();
    let form = FormHead { action: action(slug), csrf: view.shell.csrf.clone(), swap: None };
    let inside = html! {
        (draft::said(w, &w.t("partner-not-done"), draft, FORM, &[]))
        (ui::field(w, &filled(draft, FORM, email)))
        (ui::field(w, &filled(draft, FORM, name)))
        (ui::field(w, &filled(draft, FORM, role_field(w).value("support"))))
        (reach_fields(w, &filled(draft, FORM, reach_field(w).value("all")), choices, ticked))
        div class="row" {
            (submit_button(w.t("staff-invite-send")).primary().icon(Icon::Mail))
            (link_button(w.t("partner-cancel"), format!("{}/staff", place(slug))).quiet())
        }
    };
    let title = w.tx("staff-invite-title", &[("partner", (&partner.name).into())]);
    let head = below(view, partner, &title, &w.t("staff-invite-says"));
    view.page(&title, &head, &html! { (card("invite", w.t("staff-invite")).body(form.form(&inside))) })
}

/// The field of the role.
pub fn role_field(w: &Words) -> Field {
    use access::PartnerRole::{Admin, Billing, Owner, Support};
    let options = [Owner, Admin, Support, Billing].map(|one| (one.as_str().to_owned(), role(w, one)));
    Field::new("role", w.t("staff-role"))
        .kind(FieldKind::Select(options.to_vec()))
        .help(w.t("staff-role-help"))
}

/// The field of how far somebody reaches.
pub fn reach_field(w: &Words) -> Field {
    let options = ["all", "chosen"].map(|word| (word.to_owned(), w.t(&format!("staff-reach-of-{word}"))));
    Field::new("reach", w.t("staff-reach")).kind(FieldKind::Radio(options.to_vec()))
}

/// How far somebody reaches, and the customers to be ticked.
pub fn reach_fields(w: &Words, reach: &Field, choices: &[Choice], ticked: &[String]) -> Markup {
    html! {
        (ui::field(w, reach))
        fieldset class="field" {
            legend { (w.t("staff-choices")) }
            @if choices.is_empty() { p class="small soft" { (w.t("partner-no-customers")) } }
            div class="stack tight" {
                @for (slug, name) in choices {
                    label class="tick" {
                        input type="checkbox" name=(PICK) value=(slug) checked[ticked.iter().any(|one| one == slug)];
                        span { (name) }
                    }
                }
            }
            p class="help" { (w.t("staff-choices-help")) }
        }
    }
}
