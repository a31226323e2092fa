//! One shared mailbox: who reads it, and what it can't do.

use access::{Granted, ManageMail};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::SharedId;
use kernel::input::Field as Typed;
use kernel::input::Shape::Raw;
use mail::pages::{Choices, aliases, bytes, mark, said};
use maud::{Markup, Render as _, html};
use upstream_stalwart::Usage;
use web::draft::{Draft, filled, version_of};
use web::ui::{
    self, Confirm, Crumb, Definition, Field, FormHead, Icon, MenuItem, PageHead, card, confirm, definitions,
    hidden, submit,
};
use web::{Done, Failure, FormBody, Query, Right, View};

use super::list::readers_field;
use crate::api::At;
use crate::error::Error;
use crate::input;
use crate::reads::SharedDetails;
use crate::service::SharedMailboxes;

const REMOVE: &str = "remove-shared";
const FORM: &str = "shared";
/// The typed name that confirms a removal.
const CONFIRM: &[Typed] = &[Typed::optional("confirm", Raw(120), "The name of the shared mailbox.")];

/// What was refused on the page.
#[derive(Default)]
struct Refused {
    draft: Option<Draft>,
    /// Of the name that confirms a removal.
    wrong_name: Option<String>,
}

impl SharedMailboxes {
    async fn one_page(
        &self,
        by: &Granted<ManageMail>,
        view: &View,
        at: &At,
        refused: &Refused,
    ) -> Result<Markup, Failure> {
        let details = self.one(by, at.id()?).await?;
        let usage = self.mail.usage(by).await?;
        let used = usage.and_then(|mut all| all.remove(&details.shared.address.to_string()));
        let choices = self.mail.choices_of_people(by).await?;
        Ok(page(view, by, &Shown { details, used, choices }, refused))
    }
}

pub async fn show(
    Right(by): Right<ManageMail>,
    State(mailboxes): State<SharedMailboxes>,
    Path(at): Path<At>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    view.say_done(&done, &[("made", "mail-done-shared"), ("saved", "mail-done-saved")]);
    let draft = view.refill(&action(&by, at.id()?)).map(|body| Draft::kept(FORM, &body));
    mailboxes.one_page(&by, &view, &at, &Refused { draft, ..Refused::default() }).await
}

fn action(by: &Granted<ManageMail>, shared: SharedId) -> String {
    format!("/admin/{}/mail/shared/{shared}", by.scope().slug)
}

pub async fn change(
    Right(by): Right<ManageMail>,
    State(mailboxes): State<SharedMailboxes>,
    Path(at): Path<At>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let id = at.id()?;
    let mut input = body.without("version").input(input::SHARED);
    let change = input::shared(&mut input);
    let done = match input.finish(Some(change)) {
        Ok(change) => mailboxes.update(&by, id, change, Some(version_of(&body))).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("{}?done=saved", action(&by, id))).into_response()),
        Err(error) => {
            let draft = Some(Draft::of(FORM, &body, error, &["name", "readers"])?);
            let refused = Refused { draft, ..Refused::default() };
            let page = mailboxes.one_page(&by, &view, &at, &refused).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// Removes it; the name must be typed, since the mail can't be brought back [O5].
pub async fn remove(
    Right(by): Right<ManageMail>,
    State(mailboxes): State<SharedMailboxes>,
    Path(at): Path<At>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let details = mailboxes.one(&by, at.id()?).await?;
    let typed = body.input(CONFIRM).text("confirm").unwrap_or_default();
    if !kernel::name::is_same(&typed, &details.shared.name) {
        let wrong_name = Some(view.words().t("mail-wrong-name"));
        let refused = Refused { wrong_name, ..Refused::default() };
        let page = mailboxes.one_page(&by, &view, &at, &refused).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    mailboxes.remove(&by, details.shared.id).await?;
    Ok(Redirect::to(&format!("/admin/{}/mail/shared?done=gone", by.scope().slug)).into_response())
}

/// What the page shows.
struct Shown {
    details: SharedDetails,
    used: Option<Usage>,
    choices: Choices,
}

fn page(view: &View, by: &Granted<ManageMail>, shown: &Shown, refused: &Refused) -> Markup {
    let Shown { details, used, .. } = shown;
    let (w, slug, shared) = (view.words(), &by.scope().slug, &details.shared);
    let all = format!("/admin/{slug}/mail/shared");
    let at = action(by, shared.id);
    let head = PageHead {
        title: shared.name.clone(),
        state: Some(mark(w, &details.state).pill().render()),
        summary: html! { (shared.address) },
        crumbs: vec![
            Crumb { label: w.t("nav-mail"), href: Some(format!("/admin/{slug}/mail")) },
            Crumb { label: w.t("mail-shared"), href: Some(all) },
        ],
        actions: ui::more(
            w,
            &shared.name,
            &[MenuItem::danger(Icon::Trash, w.t("mail-shared-remove"), REMOVE)],
        ),
        ..PageHead::default()
    };
    let ask = Confirm {
        id: REMOVE.to_owned(),
        title: w.tx("mail-shared-remove-title", &[("name", (&shared.name).into())]),
        says: w.t("mail-shared-remove-says"),
        name: Some(shared.name.clone()),
        error: refused.wrong_name.clone(),
        label: w.t("mail-shared-remove"),
        keep: w.t("mail-cancel"),
        action: format!("{at}/remove"),
        csrf: view.shell.csrf.clone(),
        ..Confirm::default()
    };
    let content = html! {
        div class="cols object" {
            (card("change", w.t("mail-change")).body(form(w, &at, &view.shell.csrf, shown, refused.draft.as_ref())))
            div class="stack" {
                (card("facts", w.t("mail-facts")).body(facts(w, slug, details, used.as_ref())))
                (card("limits", w.t("mail-shared-how")).body(html! {
                    p class="small soft" { (w.t("mail-shared-how-read")) }
                    p class="small soft" { (w.t("mail-shared-how-send")) }
                }))
            }
        }
        (confirm(w, &ask))
    };
    view.page(&shared.name, &head, &content)
}

fn facts(w: &Words, slug: &str, details: &SharedDetails, used: Option<&Usage>) -> Markup {
    let readers = html! {
        @if details.readers.is_empty() { span class="muted" { (w.t("mail-shared-unread")) } }
        @for reader in &details.readers {
            div { a href={ "/admin/" (slug) "/members/" (reader.user) } { (reader.name) } " " span class="muted" { (reader.address) } }
        }
    };
    let mut list = vec![
        Definition::new(w.t("mail-address"), html! { (ui::copy(w, &details.shared.address.to_string())) }),
        Definition::new(w.t("mail-aliases"), aliases(w, &details.aliases)),
        Definition::new(w.t("mail-shared-readers"), readers),
    ];
    if let Some(usage) = used {
        list.push(Definition::new(w.t("mail-used"), html! { (bytes(w, usage.used)) }));
    }
    definitions(true, &list)
}

fn form(w: &Words, at: &str, csrf: &str, shown: &Shown, draft: Option<&Draft>) -> Markup {
    let details = &shown.details;
    let readers: Vec<String> = details.readers.iter().map(|reader| reader.address.to_string()).collect();
    let name = Field::new("name", w.t("mail-shared-name")).value(&details.shared.name);
    let (name, readers) =
        (name.help(w.t("mail-shared-name-help")), readers_field(w, &shown.choices).value(readers.join("\n")));
    let version = draft.map_or(details.shared.version, |draft| draft.version(details.shared.version));
    let inside = html! {
        (hidden("version", &version.to_string()))
        (said(w, draft, FORM, &[&name, &readers]))
        (ui::field(w, &filled(draft, FORM, name)))
        (ui::field(w, &filled(draft, FORM, readers)))
        div class="row" { (submit(w.t("mail-save")).primary()) }
    };
    FormHead { action: at.to_owned(), csrf: csrf.to_owned(), swap: None }.form(&inside)
}
