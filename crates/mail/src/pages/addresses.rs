//! All addresses of a workspace in one list: mailboxes, aliases, lists, shared mailboxes.

use std::collections::BTreeMap;

use access::{Granted, ManageMail, TenantRef};
use addresses::{AddressFilter, AddressKind};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::cursor::Page;
use kernel::input::Shape;
use maud::{Markup, Render as _, html};
use serde::Deserialize;
use upstream_stalwart::Usage;
use web::draft::{Draft, filled};
use web::ui::{
    self, Column, Empty, Field, FieldKind, Filter as Bar, FilterSelect, Icon, More, PageHead, Row as Shown,
    Size, Table, button, dialog, empty, filter, submit, table,
};
use web::{Done, Failure, FormBody, ListQuery, PAGING, Parameter, Parameters, Query, Right, Tables, View};

use super::{ADDRESSES, Choices, bytes, mark_of, said};
use crate::error::Error;
use crate::input;
use crate::reads::Row;
use crate::service::Mail;

const ALIAS: &str = "add-alias";
const LIST: &str = "add-list";

/// The parameters of the query.
const FILTERS: &[Parameter] = &[
    Parameter::optional("q", Shape::Search, "Part of the address, or of its person's name."),
    Parameter::optional("kind", Shape::Text(20), "What the address belongs to."),
];

/// The query of the list.
#[derive(Debug, Default, Deserialize)]
pub struct AddressQuery {
    q: Option<String>,
    kind: Option<String>,
    #[serde(flatten)]
    list: ListQuery,
}

impl Parameters for AddressQuery {
    const TABLES: Tables = &[FILTERS, PAGING];
}

impl AddressQuery {
    fn filter(&self) -> AddressFilter {
        let q = self.q.clone().filter(|q| !q.is_empty());
        AddressFilter { q, kind: self.kind.as_deref().and_then(AddressKind::parse) }
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let all = [("q", &self.q), ("kind", &self.kind)];
        let given = all.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
        given.filter(|(_, value)| !value.is_empty()).collect()
    }
}

/// What the page shows.
struct Content {
    query: AddressQuery,
    page: Page<Row>,
    /// How many there are, where that is more than the page has.
    all: Option<u64>,
    /// None when the mail server does not say.
    usage: Option<BTreeMap<String, Usage>>,
    choices: Choices,
}

impl Mail {
    async fn content(&self, by: &Granted<ManageMail>, query: AddressQuery) -> Result<Content, Failure> {
        let (limit, cursor) = query.list.read()?;
        let filter = query.filter();
        let page = self.addresses(by, &filter, cursor.as_ref(), limit).await?;
        let all = if page.is_part(cursor.as_ref()) {
            Some(addresses::count(self.platform.db.read(), by.tenant(), &filter).await?)
        } else {
            None
        };
        let usage = self.usage(by).await?;
        Ok(Content { query, page, all, usage, choices: self.choices(by).await? })
    }

    async fn refused(
        &self,
        by: &Granted<ManageMail>,
        view: &View,
        draft: Result<Draft, Error>,
    ) -> Result<Response, Failure> {
        let draft = draft?;
        let content = self.content(by, AddressQuery::default()).await?;
        let page = page(view, self, by.scope(), &content, Some(&draft));
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    }
}

pub async fn show(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    Query(query): Query<AddressQuery>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    let known = [
        ("alias", "mail-done-alias"),
        ("alias-gone", "mail-done-alias-gone"),
        ("list-gone", "mail-done-list-gone"),
    ];
    view.say_done(&done, &known);
    let content = mail.content(&by, query).await?;
    let slug = &by.scope().slug;
    // One dialog is open at a time; the other form stays kept.
    let kept = match view.refill(&alias_action(slug)) {
        Some(body) => Some(Draft::kept(ALIAS, &body)),
        None => view.refill(&list_action(slug)).map(|body| Draft::kept(LIST, &body)),
    };
    Ok(page(&view, &mail, by.scope(), &content, kept.as_ref()))
}

fn alias_action(slug: &str) -> String {
    format!("/admin/{slug}/mail/aliases")
}

fn list_action(slug: &str) -> String {
    format!("/admin/{slug}/mail/lists")
}

pub async fn add_alias(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let mut input = body.input(input::NEW_ALIAS);
    let new = input::new_alias(&mut input);
    let done = match input.finish(new) {
        Ok((address, target)) => mail.add_alias(&by, &address, &target).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/admin/{}/mail?done=alias", by.scope().slug)).into_response()),
        Err(error) => mail.refused(&by, &view, Draft::of(ALIAS, &body, error, &["address", "target"])).await,
    }
}

pub async fn create_list(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let mut input = body.input(input::NEW_LIST);
    let new = input::new_list(&mut input);
    let made = match input.finish(new) {
        Ok(new) => mail.create_list(&by, new).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match made {
        Ok(list) => {
            let place = format!("/admin/{}/mail/lists/{}?done=made", by.scope().slug, list.id);
            Ok(Redirect::to(&place).into_response())
        }
        Err(error) => {
            let fields = ["address", "description", "recipients"];
            mail.refused(&by, &view, Draft::of(LIST, &body, error, &fields)).await
        }
    }
}

fn page(view: &View, mail: &Mail, tenant: &TenantRef, content: &Content, draft: Option<&Draft>) -> Markup {
    let slug = &tenant.slug;
    let w = view.words();
    let head = PageHead {
        title: w.t("nav-mail"),
        summary: html! { (w.t("mail-says")) },
        actions: html! {
            (button(w.t("mail-add-alias")).icon(Icon::Plus).opens(ALIAS))
            (button(w.t("mail-add-list")).primary().icon(Icon::Plus).opens(LIST))
        },
        tabs: mail.tabs(w, slug, ADDRESSES),
        ..PageHead::default()
    };
    let content = html! {
        (list(w, tenant, content))
        (alias_dialog(w, slug, &view.shell.csrf, &content.choices, draft))
        (list_dialog(w, slug, &view.shell.csrf, &content.choices, draft))
    };
    view.page(&w.t("nav-mail"), &head, &content)
}

fn list(w: &Words, tenant: &TenantRef, content: &Content) -> Markup {
    let at = format!("/admin/{}/mail", tenant.slug);
    let items = &content.page.items;
    let more = content.page.next.as_ref().map(|next| {
        let mut pairs = content.query.pairs();
        pairs.push(("cursor", next.to_string()));
        web::address(&at, &pairs)
    });
    let mut columns = vec![
        Column::new(w.t("mail-address")),
        Column::new(w.t("mail-kind")).md(),
        Column::new(w.t("mail-state")).md(),
    ];
    // Hidden rather than nought while the mail server does not say.
    if content.usage.is_some() {
        columns.push(Column::figure(w.t("mail-used")).lo());
    }
    let shown = Table {
        id: "addresses".into(),
        caption: w.t("mail-addresses"),
        columns,
        rows: items.iter().map(|row| shown(w, tenant, row, content.usage.as_ref()).into()).collect(),
        filter: Some(filter(w, &bar(w, &at, &content.query))),
        more: Some(More::of(
            w,
            items.len(),
            content.all,
            w.tx("mail-shown", &[("count", items.len().into())]),
            more,
            content.query.list.is_later(),
        )),
        size: Size::Tall,
        empty: Some(nothing(w, &at, &content.query)),
        ..Table::default()
    };
    table(w, &shown)
}

fn bar(w: &Words, at: &str, query: &AddressQuery) -> Bar {
    let kinds = AddressKind::ALL.map(AddressKind::as_str);
    let kinds = kinds.map(|word| (word.to_owned(), w.t(&format!("mail-kind-{word}"))));
    Bar {
        action: at.to_owned(),
        region: "addresses".into(),
        search: Some(w.t("mail-search")),
        query: query.q.clone().unwrap_or_default(),
        selects: vec![FilterSelect {
            groups: Vec::new(),
            name: "kind".into(),
            label: w.t("mail-kind"),
            options: kinds.to_vec(),
            value: query.kind.clone().unwrap_or_default(),
        }],
        ..Bar::default()
    }
}

fn shown(w: &Words, tenant: &TenantRef, row: &Row, usage: Option<&BTreeMap<String, Usage>>) -> Shown {
    let (slug, entry, address) = (&tenant.slug, &row.entry, row.entry.address.to_string());
    let person = row.owner.as_ref().and_then(|owner| owner.person.as_ref());
    let href = match (entry.kind, person) {
        (AddressKind::Alias, _) => Some(format!("/admin/{slug}/mail/aliases/{address}")),
        (AddressKind::List, _) => Some(format!("/admin/{slug}/mail/lists/{}", entry.object)),
        (AddressKind::Shared, _) => Some(format!("/admin/{slug}/mail/shared/{}", entry.object)),
        (AddressKind::Group, _) => Some(format!("/admin/{slug}/groups/{}", entry.object)),
        (AddressKind::Mailbox, Some((user, _))) => Some(format!("/admin/{slug}/members/{user}")),
        (AddressKind::Mailbox, None) => None,
    };
    let leads_to = match (&row.owner, person) {
        (_, Some((_, name))) => Some(name.clone()),
        _ if entry.kind == AddressKind::Group => entry.label.clone(),
        (Some(owner), None) if entry.kind == AddressKind::Alias => Some(owner.address.to_string()),
        _ => None,
    };
    let used = usage.and_then(|all| all.get(&address)).filter(|_| entry.kind != AddressKind::Alias);
    let kind = w.t(&format!("mail-kind-{}", entry.kind.as_str()));
    let mut cells = vec![
        html! {
            span class="who" {
                (icon(entry.kind).named(&kind))
                span {
                    span class="cut block" { (address) }
                    @if let Some(leads_to) = &leads_to { small class="cut" { (leads_to) } }
                }
            }
        },
        html! { (kind) },
        mark_of(w, row, tenant.status).render(),
    ];
    if usage.is_some() {
        cells.push(html! { @if let Some(usage) = used { (bytes(w, usage.used)) } });
    }
    Shown { key: address.clone(), name: address, href, cells, ..Shown::default() }
}

fn icon(kind: AddressKind) -> Icon {
    match kind {
        AddressKind::Mailbox => Icon::User,
        AddressKind::Alias => Icon::Arrow,
        AddressKind::List => Icon::Send,
        AddressKind::Shared => Icon::Users,
        AddressKind::Group => Icon::Group,
    }
}

fn nothing(w: &Words, at: &str, query: &AddressQuery) -> Markup {
    if query.pairs().is_empty() {
        return empty(&Empty {
            icon: Icon::Mail,
            title: w.t("mail-none"),
            says: w.t("mail-none-says"),
            actions: None,
        });
    }
    empty(&Empty::no_match(w, query.q.as_deref().unwrap_or_default(), "addresses", at))
}

fn alias_dialog(w: &Words, slug: &str, csrf: &str, choices: &Choices, draft: Option<&Draft>) -> Markup {
    let address = choices.on_own_domain(Field::new("address", w.t("mail-alias-address")));
    let target = choices.among(Field::new("target", w.t("mail-alias-target")));
    let body = html! {
        (said(w, draft, ALIAS, &[]))
        (ui::field(w, &filled(draft, ALIAS, address.help(w.t("mail-own-domain")))))
        (ui::field(w, &filled(draft, ALIAS, target.help(w.t("mail-alias-target-help")))))
    };
    dialog(w, ALIAS, w.t("mail-add-alias"))
        .form(alias_action(slug), csrf)
        .open(draft.is_some_and(|draft| draft.form == ALIAS))
        .body(body)
        .footer(
            html! { (button(w.t("mail-cancel")).closes(ALIAS)) (submit(w.t("mail-add-alias")).primary()) },
        )
        .render()
}

fn list_dialog(w: &Words, slug: &str, csrf: &str, choices: &Choices, draft: Option<&Draft>) -> Markup {
    let address = choices.on_own_domain(Field::new("address", w.t("mail-list-address")));
    let description = Field::new("description", w.t("mail-list-description")).optional();
    let recipients = choices.among(Field::new("recipients", w.t("mail-list-recipients")));
    let recipients = recipients.kind(FieldKind::Textarea).optional().help(w.t("mail-list-recipients-help"));
    let body = html! {
        (said(w, draft, LIST, &[]))
        (ui::field(w, &filled(draft, LIST, address.help(w.t("mail-own-domain")))))
        (ui::field(w, &filled(draft, LIST, description)))
        (ui::field(w, &filled(draft, LIST, recipients)))
    };
    dialog(w, LIST, w.t("mail-add-list"))
        .form(list_action(slug), csrf)
        .open(draft.is_some_and(|draft| draft.form == LIST))
        .body(body)
        .footer(html! { (button(w.t("mail-cancel")).closes(LIST)) (submit(w.t("mail-add-list")).primary()) })
        .render()
}
