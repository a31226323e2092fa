//! One distribution list.

use access::{Granted, ManageMail};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::ListId;
use maud::{Markup, Render as _, html};
use web::draft::{Draft, filled, version_of};
use web::ui::{
    self, Confirm, Crumb, Definition, Field, FieldKind, FormHead, Icon, MenuItem, PageHead, Tone, card,
    confirm, definitions, hidden, submit,
};
use web::{Done, Failure, FormBody, Query, Right, View};

use super::{Choices, aliases, mark, said};
use crate::api::AtList;
use crate::error::Error;
use crate::input;
use crate::model::Place;
use crate::reads::ListDetails;
use crate::service::Mail;

const REMOVE: &str = "remove-list";
const FORM: &str = "list";

pub async fn show(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    Path(at): Path<AtList>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    view.say_done(&done, &[("made", "mail-done-list"), ("saved", "mail-done-saved")]);
    let details = mail.list(&by, at.id()?).await?;
    let choices = mail.choices(&by).await?;
    let kept = view.refill(&action(&by, details.list.id)).map(|body| Draft::kept(FORM, &body));
    Ok(page(&view, &by, &details, &choices, kept.as_ref()))
}

fn action(by: &Granted<ManageMail>, list: ListId) -> String {
    format!("/admin/{}/mail/lists/{list}", by.scope().slug)
}

pub async fn change(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    Path(at): Path<AtList>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let id = at.id()?;
    let mut input = body.without("version").input(input::LIST);
    let change = input::list(&mut input);
    let done = match input.finish(Some(change)) {
        Ok(change) => mail.update_list(&by, id, change, Some(version_of(&body))).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("{}?done=saved", action(&by, id))).into_response()),
        Err(error) => {
            let draft = Draft::of(FORM, &body, error, &["description", "recipients"])?;
            let (details, choices) = (mail.list(&by, id).await?, mail.choices(&by).await?);
            let page = page(&view, &by, &details, &choices, Some(&draft));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

pub async fn remove(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    Path(at): Path<AtList>,
) -> Result<Response, Failure> {
    mail.remove_list(&by, at.id()?).await?;
    Ok(Redirect::to(&format!("/admin/{}/mail?done=list-gone", by.scope().slug)).into_response())
}

fn page(
    view: &View,
    by: &Granted<ManageMail>,
    details: &ListDetails,
    choices: &Choices,
    draft: Option<&Draft>,
) -> Markup {
    let (w, slug, address) = (view.words(), &by.scope().slug, details.list.address.to_string());
    let at = action(by, details.list.id);
    let head = PageHead {
        title: address.clone(),
        state: Some(mark(w, &details.state).pill().render()),
        summary: html! { (w.tx("mail-list-says", &[("count", details.list.recipients.len().into())])) },
        crumbs: vec![Crumb { label: w.t("nav-mail"), href: Some(format!("/admin/{slug}/mail")) }],
        actions: ui::more(w, &address, &[MenuItem::danger(Icon::Trash, w.t("mail-list-remove"), REMOVE)]),
        ..PageHead::default()
    };
    let ask = Confirm {
        id: REMOVE.to_owned(),
        title: w.tx("mail-list-remove-title", &[("address", (&address).into())]),
        says: w.t("mail-list-remove-says"),
        label: w.t("mail-list-remove"),
        keep: w.t("mail-cancel"),
        action: format!("{at}/remove"),
        csrf: view.shell.csrf.clone(),
        ..Confirm::default()
    };
    let content = html! {
        div class="stack" {
            (warnings(w, details))
            div class="cols object" {
                (card("change", w.t("mail-change")).body(form(w, &at, &view.shell.csrf, details, choices, draft)))
                (card("facts", w.t("mail-facts")).body(facts(w, details)))
            }
        }
        (confirm(w, &ask))
    };
    view.page(&address, &head, &content)
}

/// Who is outside, and whom nobody is.
fn warnings(w: &Words, details: &ListDetails) -> Markup {
    let at = |place: Place| {
        let there = details.places.iter().filter(|(_, is)| **is == place);
        there.map(|(address, _)| address.to_string()).collect::<Vec<_>>()
    };
    let (outside, nobody) = (at(Place::Outside), at(Place::Nobody));
    let say = |lead: &str, says: &str, who: &[String]| {
        let count = [("count", who.len().into())];
        let named = [("who", some_of(w, who).into())];
        ui::banner(Tone::Warn, &w.tx(lead, &count), &w.tx(says, &named), None)
    };
    html! {
        @if !outside.is_empty() { (say("mail-list-outside", "mail-list-outside-says", &outside)) }
        @if !nobody.is_empty() { (say("mail-list-nobody", "mail-list-nobody-says", &nobody)) }
    }
}

/// How many addresses a warning names.
const NAMED: usize = 5;

/// Addresses in a sentence; of many, the first.
fn some_of(w: &Words, all: &[String]) -> String {
    match all.split_at_checked(NAMED) {
        Some((first, rest)) if !rest.is_empty() => {
            w.tx("mail-and-more", &[("who", first.join(", ").into()), ("count", rest.len().into())])
        }
        _ => all.join(", "),
    }
}

fn facts(w: &Words, details: &ListDetails) -> Markup {
    let list = [
        Definition::new(w.t("mail-address"), html! { (ui::copy(w, &details.list.address.to_string())) }),
        Definition::new(w.t("mail-aliases"), aliases(w, &details.aliases)),
        Definition::new(w.t("mail-since"), ui::date(w, details.list.created_at)),
    ];
    definitions(true, &list)
}

fn form(
    w: &Words,
    at: &str,
    csrf: &str,
    details: &ListDetails,
    choices: &Choices,
    draft: Option<&Draft>,
) -> Markup {
    let list = &details.list;
    let recipients: Vec<String> = list.recipients.iter().map(ToString::to_string).collect();
    let description = Field::new("description", w.t("mail-list-description"))
        .optional()
        .value(list.description.clone().unwrap_or_default());
    let to = choices
        .among(Field::new("recipients", w.t("mail-list-recipients")))
        .kind(FieldKind::Textarea)
        .value(recipients.join("\n"))
        .help(w.t("mail-list-recipients-help"));
    let version = draft.map_or(list.version, |draft| draft.version(list.version));
    let inside = html! {
        (hidden("version", &version.to_string()))
        (said(w, draft, FORM, &[&description, &to]))
        (ui::field(w, &filled(draft, FORM, description)))
        (ui::field(w, &filled(draft, FORM, to)))
        div class="row" { (submit(w.t("mail-save")).primary()) }
    };
    FormHead { action: at.to_owned(), csrf: csrf.to_owned(), swap: None }.form(&inside)
}
