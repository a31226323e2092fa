//! All flags: how each is, and who changed it last.

use access::ManageFlags;
use axum::extract::State;
use i18n::Words;
use kernel::Timestamp;
use kernel::cursor::Page;
use maud::{Markup, Render as _, html};
use web::ui::{
    self, Column, Empty, Filter as Bar, Icon, More, PageHead, Row, Table, empty, filter, link_button, table,
};
use web::{Done, Failure, Query, Right, View};

use super::state_of;
use crate::api::FlagQuery;
use crate::input::per_cent;
use crate::model::Kind;
use crate::reads::Summary;
use crate::service::Flags;

pub async fn show(
    Right(by): Right<ManageFlags>,
    State(flags): State<Flags>,
    Query(query): Query<FlagQuery>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    view.say_done(&done, &[("removed", "flag-done-removed")]);
    let (limit, cursor) = query.list.read()?;
    let page = flags.page(&by, query.needle().as_ref(), cursor.as_ref(), limit).await?;
    Ok(render(&view, &query, &page, flags.now()))
}

fn create(w: &Words) -> Markup {
    link_button(w.t("flag-create"), "/flags/new").primary().icon(Icon::Plus).render()
}

fn render(view: &View, query: &FlagQuery, page: &Page<Summary>, now: Timestamp) -> Markup {
    let w = view.words();
    let head = PageHead {
        title: w.t("nav-flags"),
        summary: html! { (w.t("flags-say")) },
        actions: create(w),
        ..PageHead::default()
    };
    let q = query.q.as_deref().map(str::trim).unwrap_or_default();
    let more = page.next.as_ref().map(|next| {
        let mut pairs = vec![("cursor", next.to_string())];
        if !q.is_empty() {
            pairs.insert(0, ("q", q.to_owned()));
        }
        web::address("/flags", &pairs)
    });
    let bar = Bar {
        action: "/flags".into(),
        region: "flags".into(),
        search: Some(w.t("flags-search")),
        query: q.to_owned(),
        ..Bar::default()
    };
    let said = w.tx("flags-shown", &[("count", page.items.len().into())]);
    let list = Table {
        id: "flags".into(),
        caption: w.t("nav-flags"),
        columns: vec![
            Column::new(w.t("flag-key")),
            Column::new(w.t("flag-state")),
            Column::figure(w.t("flag-share")).md(),
            Column::new(w.t("flag-changed-by")).md(),
            Column::new(w.t("flag-changed")).lo(),
        ],
        rows: page.items.iter().map(|summary| row(w, summary, now).into()).collect(),
        filter: Some(filter(w, &bar)),
        more: Some(More::after(w, page.items.len(), said, more, query.list.is_later())),
        empty: Some(nothing(w, q)),
        ..Table::default()
    };
    view.page(&w.t("nav-flags"), &head, &table(w, &list))
}

fn row(w: &Words, Summary { flag, changed_by }: &Summary, now: Timestamp) -> Row {
    let share = (flag.rule.kind == Kind::Rollout).then(|| format!("{} %", per_cent(flag.rule.share)));
    Row {
        key: flag.key.to_string(),
        name: flag.key.to_string(),
        href: Some(format!("/flags/{}", flag.key)),
        cells: vec![
            html! {
                code { (flag.key) }
                @if let Some(description) = &flag.description { small class="muted block cut" { (description) } }
            },
            state_of(w, flag, now).render(),
            html! { span class="num" { (share.as_deref().unwrap_or("–")) } },
            html! { (changed_by.as_deref().unwrap_or("–")) },
            ui::ago(w, flag.updated_at, now),
        ],
        ..Row::default()
    }
}

fn nothing(w: &Words, q: &str) -> Markup {
    if q.is_empty() {
        let (title, says) = (w.t("flags-none"), w.t("flags-none-says"));
        return empty(&Empty { icon: Icon::Flag, title, says, actions: Some(create(w)) });
    }
    empty(&Empty::no_match(w, q, "flags", "/flags"))
}
