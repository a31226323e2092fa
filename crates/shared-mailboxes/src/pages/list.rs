//! The shared mailboxes of a workspace.

use std::collections::BTreeMap;

use access::{Granted, ManageMail};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::cursor::Page;
use mail::pages::{Choices, bytes, mark, said};
use maud::{Markup, Render as _, html};
use upstream_stalwart::Usage;
use web::draft::{Draft, filled};
use web::ui::{
    self, Column, Empty, Field, FieldKind, Icon, More, PageHead, Row, Size, Tab, Table, button, dialog,
    empty, submit, table,
};
use web::{Done, Failure, FormBody, ListQuery, Query, Right, View};

use super::SECTION;
use crate::error::Error;
use crate::input;
use crate::reads::SharedDetails;
use crate::service::SharedMailboxes;

const DIALOG: &str = "add-shared";

impl SharedMailboxes {
    async fn list_page(
        &self,
        by: &Granted<ManageMail>,
        view: &View,
        query: &ListQuery,
        draft: Option<&Draft>,
    ) -> Result<Markup, Failure> {
        let (limit, cursor) = query.read()?;
        let all = self.page(by, cursor.as_ref(), limit).await?;
        let usage = self.mail.usage(by).await?;
        let tabs = self.mail.tabs(view.words(), &by.scope().slug, SECTION);
        let choices = self.mail.choices_of_people(by).await?;
        let shown = Shown { tabs, all, is_later: query.is_later(), usage, choices };
        Ok(page(view, &by.scope().slug, shown, draft))
    }
}

pub async fn show(
    Right(by): Right<ManageMail>,
    State(mailboxes): State<SharedMailboxes>,
    Query(query): Query<ListQuery>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    view.say_done(&done, &[("gone", "mail-done-shared-gone")]);
    let kept = view.refill(&place(&by.scope().slug)).map(|body| Draft::kept(DIALOG, &body));
    mailboxes.list_page(&by, &view, &query, kept.as_ref()).await
}

/// The page, and where a new one is sent to.
fn place(slug: &str) -> String {
    format!("/admin/{slug}/mail/shared")
}

pub async fn create(
    Right(by): Right<ManageMail>,
    State(mailboxes): State<SharedMailboxes>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let mut input = body.input(input::NEW_SHARED);
    let new = input::new_shared(&mut input);
    let made = match input.finish(new) {
        Ok(new) => mailboxes.create(&by, new).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match made {
        Ok(shared) => {
            let place = format!("/admin/{}/mail/shared/{}?done=made", by.scope().slug, shared.id);
            Ok(Redirect::to(&place).into_response())
        }
        Err(error) => {
            let draft = Draft::of(DIALOG, &body, error, &["address", "name", "readers"])?;
            let page = mailboxes.list_page(&by, &view, &ListQuery::default(), Some(&draft)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// What the page shows.
struct Shown {
    tabs: Vec<Tab>,
    all: Page<SharedDetails>,
    /// Whether others come before these.
    is_later: bool,
    usage: Option<BTreeMap<String, Usage>>,
    choices: Choices,
}

fn page(view: &View, slug: &str, mut shown: Shown, draft: Option<&Draft>) -> Markup {
    let w = view.words();
    let tabs = std::mem::take(&mut shown.tabs);
    let head = PageHead {
        title: w.t("nav-mail"),
        summary: html! { (w.t("mail-shared-says")) },
        actions: html! { (button(w.t("mail-add-shared")).primary().icon(Icon::Plus).opens(DIALOG)) },
        tabs,
        ..PageHead::default()
    };
    let content = html! {
        (list(w, slug, &shown))
        (add_dialog(w, slug, &view.shell.csrf, &shown.choices, draft))
    };
    view.page(&w.t("mail-shared"), &head, &content)
}

fn list(w: &Words, slug: &str, shown: &Shown) -> Markup {
    let (all, usage) = (&shown.all, shown.usage.as_ref());
    let more = all.next.as_ref().map(|next| web::address(&place(slug), &[("cursor", next.to_string())]));
    let mut columns = vec![
        Column::new(w.t("mail-shared-mailbox")),
        Column::new(w.t("mail-shared-readers")).md(),
        Column::new(w.t("mail-state")).md(),
    ];
    if usage.is_some() {
        columns.push(Column::figure(w.t("mail-used")).lo());
    }
    let row = |details: &SharedDetails| {
        let shared = &details.shared;
        let address = shared.address.to_string();
        let readers: Vec<&str> = details.readers.iter().map(|reader| reader.name.as_str()).collect();
        let mut cells = vec![
            ui::who(&shared.name, &shared.id.to_string(), Some(&address)),
            html! {
                @if readers.is_empty() { span class="muted" { (w.t("mail-shared-unread")) } }
                @else { span class="cut" { (readers.join(", ")) } }
            },
            mark(w, &details.state).render(),
        ];
        if let Some(usage) = usage {
            cells.push(html! { @if let Some(usage) = usage.get(&address) { (bytes(w, usage.used)) } });
        }
        Row {
            key: shared.id.to_string(),
            name: shared.name.clone(),
            href: Some(format!("/admin/{slug}/mail/shared/{}", shared.id)),
            cells,
            ..Row::default()
        }
    };
    let nothing = Empty {
        icon: Icon::Users,
        title: w.t("mail-shared-none"),
        says: w.t("mail-shared-none-says"),
        actions: Some(html! { (button(w.t("mail-add-shared")).icon(Icon::Plus).opens(DIALOG)) }),
    };
    let list = Table {
        id: "shared".into(),
        caption: w.t("mail-shared"),
        columns,
        rows: all.items.iter().map(|details| row(details).into()).collect(),
        more: (!all.items.is_empty()).then(|| {
            let said = w.tx("mail-shared-shown", &[("count", all.items.len().into())]);
            More::after(w, all.items.len(), said, more, shown.is_later)
        }),
        size: Size::Tall,
        empty: Some(empty(&nothing)),
        ..Table::default()
    };
    table(w, &list)
}

/// The field of who reads a shared mailbox.
pub fn readers_field(w: &Words, choices: &Choices) -> Field {
    choices
        .among(Field::new("readers", w.t("mail-shared-readers")))
        .kind(FieldKind::Textarea)
        .optional()
        .help(w.t("mail-shared-readers-help"))
}

fn add_dialog(w: &Words, slug: &str, csrf: &str, choices: &Choices, draft: Option<&Draft>) -> Markup {
    let address = choices.on_own_domain(Field::new("address", w.t("mail-address")));
    let name = Field::new("name", w.t("mail-shared-name")).help(w.t("mail-shared-name-help"));
    let body = html! {
        (said(w, draft, DIALOG, &[]))
        (ui::field(w, &filled(draft, DIALOG, address.help(w.t("mail-own-domain")))))
        (ui::field(w, &filled(draft, DIALOG, name)))
        (ui::field(w, &filled(draft, DIALOG, readers_field(w, choices))))
    };
    dialog(w, DIALOG, w.t("mail-add-shared"))
        .form(place(slug), csrf)
        .open(draft.is_some())
        .body(body)
        .footer(
            html! { (button(w.t("mail-cancel")).closes(DIALOG)) (submit(w.t("mail-add-shared")).primary()) },
        )
        .render()
}
