//! The operator's list of drift.

use access::{Granted, ManageDrift, TenantRef};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use maud::{Markup, Render as _, html};
use reconcile::drift::{Acceptance, Difference, Drift as Found, Scanned, Subject};
use web::ui::{
    self, Column, Empty, Filter as Bar, FilterSelect, FormHead, Icon, More, PageHead, Row, Size, Table, Tone,
    banner, button, card, date, empty, filter, hidden, link_button, moment, submit, table,
};
use web::{Done, Failure, FormBody, Query, Right, View};

use super::kind_name;
use super::words::field_name;
use crate::accept::{ACCEPT, AcceptDialog, Typed, accept_dialog, reason_and_days};
use crate::api::{DriftQuery, UPSTREAMS};
use crate::service::{Drift, Listing};

pub async fn show(
    Right(by): Right<ManageDrift>,
    State(drift): State<Drift>,
    Query(list): Query<DriftQuery>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    let known =
        [("scan", "drift-done-scan"), ("accept", "drift-done-accept"), ("withdraw", "drift-done-withdraw")];
    view.say_done(&done, &known);
    page(&drift, &by, &view, &list, None).await
}

async fn page(
    drift: &Drift,
    by: &Granted<ManageDrift>,
    view: &View,
    query: &DriftQuery,
    wrong: Option<(String, Typed)>,
) -> Result<Markup, Failure> {
    let (limit, cursor) = query.list.read()?;
    let listing = drift.list(by, &query.filter()?, cursor.as_ref(), limit).await?;
    Ok(render(view, query, &listing, wrong.as_ref()))
}

pub async fn scan(Right(by): Right<ManageDrift>, State(drift): State<Drift>) -> Result<Redirect, Failure> {
    drift.scan_now(&by).await?;
    Ok(Redirect::to("/drift?done=scan"))
}

pub async fn accept(
    Right(by): Right<ManageDrift>,
    State(drift): State<Drift>,
    Path(id): Path<String>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let mut input = body.input(ACCEPT);
    let read = reason_and_days(&mut input);
    match input.finish(read) {
        Ok((reason, days)) => {
            drift.accept(&by, &id, reason, days).await?;
            Ok(Redirect::to("/drift?done=accept").into_response())
        }
        Err(errors) => {
            let wrong = Some((id, Typed::of(&body, errors)));
            let page = page(&drift, &by, &view, &DriftQuery::default(), wrong).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

pub async fn withdraw(
    Right(by): Right<ManageDrift>,
    State(drift): State<Drift>,
    body: FormBody,
) -> Result<Redirect, Failure> {
    drift.withdraw(&by, body.typed("id").unwrap_or_default()).await?;
    Ok(Redirect::to("/drift?done=withdraw"))
}

fn render(view: &View, query: &DriftQuery, listing: &Listing, wrong: Option<&(String, Typed)>) -> Markup {
    let w = view.words();
    let csrf = &view.shell.csrf;
    let scan = FormHead { action: "/drift/scan".into(), csrf: csrf.clone(), swap: None };
    let head = PageHead {
        title: w.t("nav-drift"),
        summary: summary(w, listing),
        actions: scan.form(&html! { (submit(w.t("drift-scan")).icon(Icon::Refresh)) }),
        ..PageHead::default()
    };
    let content = html! {
        @for scan in &listing.scans { (unread(w, scan)) }
        (table(w, &list(w, query, listing)))
        @if !listing.accepted.is_empty() { (accepted(w, csrf, listing)) }
        @for found in listing.page.items.iter().filter(|found| found.is_unclaimed()) {
            (accept_dialog(w, &AcceptDialog {
                id: dialog_of(found),
                name: listing.title(&found.subject),
                action: format!("/drift/{}/accept", found.id),
                csrf,
                hidden: Markup::default(),
                typed: wrong.filter(|(id, _)| *id == found.id).map(|(_, typed)| typed),
            }))
        }
    };
    view.page(&w.t("nav-drift"), &head, &content)
}

fn summary(w: &Words, listing: &Listing) -> Markup {
    let open = w.tx("drift-open", &[("count", usize::try_from(listing.open).unwrap_or(usize::MAX).into())]);
    let last = listing.scans.iter().map(|scan| scan.at).min();
    html! {
        (open) " "
        @match last {
            Some(at) => { (w.t("drift-last-scan")) " " (moment(w, at)) "." }
            None => (w.t("drift-never-scanned")),
        }
    }
}

fn unread(w: &Words, scan: &Scanned) -> Markup {
    let Some(error) = &scan.error else { return Markup::default() };
    let lead = w.tx("drift-unread", &[("kind", kind_name(w, &scan.kind).into())]);
    banner(Tone::Warn, &lead, &w.explain(error), None)
}

fn dialog_of(found: &Found) -> String {
    format!("accept-{}", found.id)
}

fn list(w: &Words, query: &DriftQuery, listing: &Listing) -> Table {
    let more = listing.page.next.as_ref().map(|next| {
        let mut pairs = pairs(query);
        pairs.push(("cursor", next.to_string()));
        web::address("/drift", &pairs)
    });
    Table {
        id: "drift".into(),
        caption: w.t("nav-drift"),
        columns: vec![
            Column::new(w.t("drift-object")),
            Column::new(w.t("drift-difference")),
            Column::new(w.t("drift-workspace")).md(),
            Column::new(w.t("drift-found")).lo(),
        ],
        rows: listing.page.items.iter().map(|found| row(w, listing, found).into()).collect(),
        size: Size::Tall,
        filter: Some(filter(w, &bar(w, query))),
        more: Some(More::after(
            w,
            listing.page.items.len(),
            w.tx("drift-shown", &[("count", listing.page.items.len().into())]),
            more,
            query.list.is_later(),
        )),
        empty: Some(nothing(w, query)),
        ..Table::default()
    }
}

fn row(w: &Words, listing: &Listing, found: &Found) -> Row {
    let subject = &found.subject;
    let tenants = listing.tenants_of(subject);
    let title = listing.title(subject);
    let plan = plan_of(subject, &tenants);
    let actions = if found.is_unclaimed() {
        button(w.t("drift-accept")).small().quiet().opens(dialog_of(found))
    } else {
        link_button(w.t("drift-decide"), plan.clone().unwrap_or_default()).small().quiet()
    };
    Row {
        key: found.id.clone(),
        name: title.to_owned(),
        href: plan,
        cells: vec![
            html! { (title) small class="muted block cut" { (kind_name(w, &subject.kind)) } },
            html! {
                (ui::tag(w.t(&format!("difference-{}", subject.difference.as_str()))))
                small class="muted block cut" { (said(w, found)) }
            },
            html! {
                @if tenants.is_empty() { span class="muted" { "–" } }
                @for (index, tenant) in tenants.iter().enumerate() {
                    @if index > 0 { ", " }
                    a href={ "/tenants/" (tenant.slug) } { (tenant.name) }
                }
            },
            html! { (moment(w, found.found_at)) },
        ],
        actions: Some(actions.render()),
        current: false,
    }
}

/// Where it is decided about: in the plan of a tenant that the object belongs to.
fn plan_of(subject: &Subject, tenants: &[&TenantRef]) -> Option<String> {
    let tenant = tenants.first().filter(|_| !subject.difference.is_unclaimed())?;
    Some(format!("/tenants/{}/plan", tenant.slug))
}

/// What differs, in a line: the fields, or the id of what nobody claims.
fn said(w: &Words, found: &Found) -> String {
    match found.subject.difference {
        Difference::Missing => w.t("difference-missing-says"),
        Difference::Changed => {
            let names = found.subject.fields.iter().map(|field| field_name(w, &field.field));
            names.collect::<Vec<_>>().join(", ")
        }
        Difference::Foreign | Difference::Orphan => found.upstream_id.clone().unwrap_or_default(),
    }
}

fn accepted(w: &Words, csrf: &str, listing: &Listing) -> Markup {
    let inside = html! {
        ol class="changes" { @for acceptance in &listing.accepted { (one_accepted(w, csrf, listing, acceptance)) } }
    };
    let says = w.tx("drift-accepted-count", &[("count", listing.accepted.len().into())]);
    card("accepted", w.t("drift-accepted")).says(says).flush(inside).render()
}

fn one_accepted(w: &Words, csrf: &str, listing: &Listing, acceptance: &Acceptance) -> Markup {
    let subject = &acceptance.subject;
    let by = listing.names.get(&acceptance.accepted_by).unwrap_or(&acceptance.accepted_by);
    let plan = plan_of(subject, &listing.tenants_of(subject));
    let end = FormHead { action: "/drift/withdraw".into(), csrf: csrf.to_owned(), swap: None };
    html! {
        li class="change" {
            span { (Icon::Clock) }
            div {
                h3 {
                    (ui::tag(w.t(&format!("difference-{}", subject.difference.as_str())))) " "
                    (kind_name(w, &subject.kind)) " " code { (listing.title(subject)) }
                }
                p {
                    (w.tx("drift-accepted-by", &[("name", by.into())])) " " (date(w, acceptance.expires_at)) ": "
                    q { (acceptance.reason) }
                }
            }
            div class="row-actions" {
                @match plan {
                    Some(plan) => (link_button(w.t("drift-decide"), plan).small().quiet()),
                    None => (end.form(&html! { (hidden("id", &acceptance.id)) (submit(w.t("drift-end")).small().quiet()) })),
                }
            }
        }
    }
}

/// The parts of the query that say something, in one order.
fn pairs(query: &DriftQuery) -> Vec<(&'static str, String)> {
    let all = [("upstream", &query.upstream), ("difference", &query.difference)];
    let given = all.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
    given.filter(|(_, value)| !value.is_empty()).collect()
}

fn bar(w: &Words, query: &DriftQuery) -> Bar {
    let option = |word: &str, key: String| (word.to_owned(), w.t(&key));
    let upstreams = UPSTREAMS.map(|word| option(word, format!("upstream-{word}")));
    let differences = Difference::ALL.map(|one| option(one.as_str(), format!("difference-{}", one.as_str())));
    let select =
        |name: &str, label: &str, options: Vec<(String, String)>, value: &Option<String>| FilterSelect {
            groups: Vec::new(),
            name: name.to_owned(),
            label: w.t(label),
            options,
            value: value.clone().unwrap_or_default(),
        };
    Bar {
        action: "/drift".into(),
        region: "drift".into(),
        selects: vec![
            select("upstream", "drift-upstream", upstreams.to_vec(), &query.upstream),
            select("difference", "drift-difference", differences.to_vec(), &query.difference),
        ],
        ..Bar::default()
    }
}

fn nothing(w: &Words, query: &DriftQuery) -> Markup {
    if pairs(query).is_empty() {
        let (title, says) = (w.t("drift-none"), w.t("drift-none-says"));
        return empty(&Empty { icon: Icon::Ok, title, says, actions: None });
    }
    empty(&Empty::no_match(w, "", "drift", "/drift"))
}
