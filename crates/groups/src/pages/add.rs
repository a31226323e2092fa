//! Adding people to a group: members are searched for and ticked, with script or without.

use access::ManageGroups;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::input::Shape;
use maud::{Markup, html};
use memberships::roster::{Entry, Listed};
use serde::Deserialize;
use web::ui::{
    self, Bulk, Column, Crumb, Empty, Filter as Bar, Icon, More, PageHead, Row, Size, Table, Tone, empty,
    filter, submit as submit_button, table,
};
use web::{Failure, FormBody, Parameter, Parameters, Query, Right, Tables, View};

use crate::api::At;
use crate::error::Error;
use crate::model::{Group, MOST_AT_ONCE};
use crate::service::Groups;

/// The most that are shown; who is not among them is searched for.
const SHOWN: u64 = 50;

/// The parameters of the query.
const PARAMETERS: &[Parameter] = &[Parameter::optional("q", Shape::Search, "Who to search for.")];

#[derive(Deserialize)]
pub struct Search {
    q: Option<String>,
}

impl Parameters for Search {
    const TABLES: Tables = &[PARAMETERS];
}

pub async fn show(
    Right(by): Right<ManageGroups>,
    State(groups): State<Groups>,
    Path(at): Path<At>,
    Query(search): Query<Search>,
    view: View,
) -> Result<Markup, Failure> {
    let id = at.id()?;
    let group = groups.details(&by, id).await?.group;
    let q = search.q.as_deref().map(str::trim).unwrap_or_default();
    let others = groups.others(&by, id, q, SHOWN).await?;
    Ok(page(&view, &by.scope().slug, &group, q, &others, None))
}

pub async fn submit(
    Right(by): Right<ManageGroups>,
    State(groups): State<Groups>,
    Path(at): Path<At>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let id = at.id()?;
    let slug = &by.scope().slug;
    let picked: Vec<String> = body.every("pick").take(MOST_AT_ONCE).map(str::to_owned).collect();
    match groups.add(&by, id, &picked).await {
        Ok(_) if picked.is_empty() => {
            Ok(Redirect::to(&format!("/admin/{slug}/groups/{id}/add")).into_response())
        }
        Ok(count) => Ok(Redirect::to(&format!("/admin/{slug}/groups/{id}?done=in-{count}")).into_response()),
        Err(error @ (Error::NoSuchMember(_) | Error::TooManyPeople | Error::WrongState(_))) => {
            let said = view.words().explain(&error);
            let group = groups.details(&by, id).await?.group;
            let others = groups.others(&by, id, "", SHOWN).await?;
            let page = page(&view, slug, &group, "", &others, Some(&said));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn page(view: &View, slug: &str, group: &Group, q: &str, others: &Listed, wrong: Option<&str>) -> Markup {
    let w = view.words();
    let all = format!("/admin/{slug}/groups");
    let at = format!("{all}/{}", group.id);
    let title = w.tx("group-add-to", &[("name", (&group.name).into())]);
    let head = PageHead {
        title: title.clone(),
        summary: html! { (w.t("group-add-says")) },
        crumbs: vec![
            Crumb { label: w.t("nav-groups"), href: Some(all) },
            Crumb { label: group.name.clone(), href: Some(at.clone()) },
        ],
        ..PageHead::default()
    };
    let content = html! {
        div class="stack" {
            @if let Some(wrong) = wrong { (ui::banner(Tone::Bad, &w.t("group-not-done"), wrong, None)) }
            (list(w, slug, &at, &view.shell.csrf, q, others))
        }
    };
    view.page(&title, &head, &content)
}

fn list(w: &Words, slug: &str, at: &str, csrf: &str, q: &str, others: &Listed) -> Markup {
    let here = format!("{at}/add");
    let bar = Bar {
        action: here.clone(),
        region: "others".into(),
        search: Some(w.t("group-search-members")),
        query: q.to_owned(),
        ..Bar::default()
    };
    let nothing = if q.is_empty() {
        Empty {
            icon: Icon::Users,
            title: w.t("group-everybody"),
            says: w.t("group-everybody-says"),
            actions: None,
        }
    } else {
        Empty::no_match(w, q, "others", &here)
    };
    let row = |entry: &Entry| Row {
        key: entry.user.to_string(),
        name: entry.name.clone(),
        href: Some(format!("/admin/{slug}/members/{}", entry.user)),
        cells: vec![
            ui::who(&entry.name, &entry.user.to_string(), Some(&entry.address())),
            html! {
                @if entry.suspended { (ui::state_said(ui::State::Suspended, w.t("group-person-suspended"))) }
                @else { (ui::state_said(ui::State::Active, w.t("group-person-active"))) }
            },
        ],
        ..Row::default()
    };
    let shown = &others.page.items;
    let said = if others.page.next.is_some() {
        w.tx("group-others-some", &[("shown", shown.len().into()), ("count", others.all.into())])
    } else {
        w.tx("group-others-shown", &[("count", shown.len().into())])
    };
    let list = Table {
        id: "others".into(),
        caption: w.t("group-others"),
        columns: vec![Column::new(w.t("group-person")), Column::new(w.t("group-state"))],
        rows: shown.iter().map(|entry| row(entry).into()).collect(),
        filter: Some(filter(w, &bar)),
        bulk: Some(Bulk {
            action: format!("{at}/members"),
            csrf: csrf.to_owned(),
            buttons: vec![submit_button(w.t("group-add-picked")).primary().icon(Icon::Plus)],
        }),
        more: Some(More { said, href: None, all: None }),
        size: Size::Tall,
        empty: Some(empty(&nothing)),
        ..Table::default()
    };
    table(w, &list)
}
