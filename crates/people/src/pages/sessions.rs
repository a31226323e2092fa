//! Where somebody is signed in: their own page, and the part of a member's page. Ending one says what it does not end.

use access::{EndOwnSessions, Granted, ManageMembers, OwnAccount};
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::{SessionId, Timestamp};
use maud::{Markup, html};
use serde::Deserialize;
use web::ui::{
    self, Column, Confirm, Empty, Icon, PageHead, Row, Size, Table, button, confirm, empty, hidden,
    link_button, table,
};
use web::{Caller, Done, Failure, FormBody, Query, Right, View};

use super::live;
use crate::extent::Extent;
use crate::input;
use crate::service::People;
use crate::sessions::{Place, Seen, Sessions};

/// One's own.
pub(super) const PAGE: &str = "/account/sessions";
const END_ALL: &str = "end-all";

#[derive(Deserialize)]
pub(super) struct OwnAt {
    id: String,
}

fn current(caller: &Caller) -> Option<SessionId> {
    caller.session().map(|session| session.id)
}

pub(super) async fn show(
    Right(by): Right<OwnAccount>,
    State(people): State<People>,
    Extension(caller): Extension<Caller>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    view.say_done(&done, &[("end", "session-done-end")]);
    let found = people.own_sessions(&by, current(&caller)).await?;
    Ok(page(&view, &found, people.now()))
}

/// Ends one; the one that the caller acts in ends by signing out.
pub(super) async fn end(
    Right(by): Right<EndOwnSessions>,
    State(people): State<People>,
    Extension(caller): Extension<Caller>,
    Path(at): Path<OwnAt>,
) -> Result<Response, Failure> {
    people.end_own_session(&by, &at.id).await?;
    let is_current = current(&caller).is_some_and(|id| id.to_string() == at.id);
    let next = if is_current { "/signed-out".to_owned() } else { format!("{PAGE}?done=end") };
    Ok(Redirect::to(&next).into_response())
}

/// Ends all, once the question was answered.
pub(super) async fn end_all(
    Right(by): Right<EndOwnSessions>,
    State(people): State<People>,
    body: FormBody,
) -> Result<Response, Failure> {
    if body.typed("sure").is_none() {
        return Ok(Redirect::to(PAGE).into_response());
    }
    let mut input = body.without("sure").input(input::SIGN_OUT);
    let fate = input::app_passwords(&mut input);
    let fate = input.finish(Some(fate)).map_err(Failure::invalid)?;
    people.end_own_sessions(&by, fate).await?;
    Ok(Redirect::to("/signed-out").into_response())
}

/// Whether the passwords of mail programs are to go on.
pub fn keep_app_passwords(w: &Words) -> ui::Field {
    let field = ui::Field::new("keepAppPasswords", w.t("keep-app-passwords")).kind(ui::FieldKind::Checkbox);
    field.help(w.t("keep-app-passwords-help"))
}

fn page(view: &View, found: &Sessions, now: Timestamp) -> Markup {
    let (w, csrf) = (view.words(), &view.shell.csrf);
    let head = PageHead {
        title: w.t("nav-sessions"),
        summary: html! { (w.t("sessions-say")) },
        actions: html! {
            (link_button(w.t("own-password"), "/account/password").icon(Icon::Key))
            (link_button(w.t("mfa"), crate::second_factor::PAGE).icon(Icon::Shield))
        },
        ..PageHead::default()
    };
    let ask = Confirm {
        id: END_ALL.to_owned(),
        title: w.t("sessions-end-all-title"),
        says: w.t("sessions-end-all-says"),
        label: w.t("sessions-end-all"),
        keep: w.t("member-cancel"),
        action: format!("{PAGE}/end-all"),
        csrf: csrf.clone(),
        fields: Some(html! { (hidden("sure", "yes")) (ui::field(w, &keep_app_passwords(w))) }),
        ..Confirm::default()
    };
    let content = html! {
        div class="stack" {
            (list(w, found, now, |seen| Some(end_button(w, seen))))
            p class="small soft" { (w.t("sessions-own-mean")) }
            div class="row" { (button(w.t("sessions-end-all")).danger().icon(Icon::Leave).opens(END_ALL)) }
        }
        @for seen in &found.all {
            @if seen.is_current { (question(w, csrf, seen, "/sign-out")) }
            @else { (question(w, csrf, seen, &format!("{PAGE}/{}/end", seen.id))) }
        }
        (confirm(w, &ask))
    };
    view.page(&w.t("nav-sessions"), &head, &content)
}

/// The part of a member's page. Oneself has a page for it.
pub fn of_member(
    w: &Words,
    by: &Granted<ManageMembers>,
    found: &Sessions,
    extent: Extent,
    may_end: bool,
    now: Timestamp,
) -> Markup {
    let says = match extent {
        Extent::Everything => "sessions-mean",
        Extent::Workspace => "sessions-mean-here",
    };
    let action = |seen: &Seen| may_end.then(|| end_button(w, seen));
    let name = &by.scope().name;
    html! {
        div class="stack" {
            h2 { (w.t("nav-sessions")) }
            (list(w, found, now, action))
            @if extent == Extent::Workspace || !found.all.is_empty() {
                p class="small soft" { (w.tx(says, &[("workspace", name.into())])) }
            }
        }
    }
}

/// The questions before one is ended.
pub fn questions(w: &Words, csrf: &str, at: &str, found: &Sessions) -> Markup {
    html! { @for seen in &found.all { (question(w, csrf, seen, &format!("{at}/sessions/{}/end", seen.id))) } }
}

fn question(w: &Words, csrf: &str, seen: &Seen, action: &str) -> Markup {
    let says = match seen.places.as_slice() {
        _ if seen.is_current => "session-end-this-says",
        [Place::SignIn] => "session-end-sign-in-says",
        places if places.contains(&Place::SignIn) => "session-end-all-says",
        _ => "session-end-says",
    };
    let ask = Confirm {
        id: dialog_of(seen),
        title: w.t("session-end-title"),
        says: w.t(says),
        label: w.t("session-end"),
        keep: w.t("member-cancel"),
        action: action.to_owned(),
        csrf: csrf.to_owned(),
        ..Confirm::default()
    };
    confirm(w, &ask)
}

fn end_button(w: &Words, seen: &Seen) -> Markup {
    html! { (button(w.t("session-end")).small().opens(dialog_of(seen))) }
}

fn dialog_of(seen: &Seen) -> String {
    format!("end-{}", seen.id)
}

fn list(w: &Words, found: &Sessions, now: Timestamp, action: impl Fn(&Seen) -> Option<Markup>) -> Markup {
    let nothing = Empty {
        icon: Icon::Screen,
        title: w.t("sessions-none"),
        says: w.t("sessions-none-says"),
        actions: None,
    };
    let shown = Table {
        id: "sessions".into(),
        caption: w.t("sessions-browsers"),
        columns: vec![
            Column::new(w.t("session-browser")),
            Column::new(w.t("session-address")).lo(),
            Column::new(w.t("session-began")).lo(),
            Column::new(w.t("session-seen")),
        ],
        rows: found.all.iter().map(|seen| row(w, seen, now, action(seen)).into()).collect(),
        size: Size::Tall,
        empty: Some(empty(&nothing)),
        ..Table::default()
    };
    html! {
        @if let Some(why) = found.silent { (live::silent(w, "sessions-silent", why)) }
        (table(w, &shown))
    }
}

/// Browser and system of a session, as far as they are known.
pub fn browser(w: &Words, seen: &Seen) -> String {
    match (seen.browser.as_str(), seen.system.as_str()) {
        ("", "") => w.t("session-browser-unknown"),
        (browser, "") => browser.to_owned(),
        ("", system) => system.to_owned(),
        (browser, system) => {
            w.tx("session-browser-on", &[("browser", browser.into()), ("system", system.into())])
        }
    }
}

/// Where a browser is signed in.
pub fn places(w: &Words, seen: &Seen) -> String {
    let word = |place: &Place| w.t(&format!("session-place-{}", place.as_str().replace('_', "-")));
    seen.places.iter().map(word).collect::<Vec<_>>().join(" · ")
}

fn row(w: &Words, seen: &Seen, now: Timestamp, action: Option<Markup>) -> Row {
    let browser = browser(w, seen);
    let place = places(w, seen);
    let unknown = || html! { span class="muted" { "–" } };
    let at = |at: Option<Timestamp>| at.map_or_else(unknown, |at| ui::ago(w, at, now));
    Row {
        key: seen.id.clone(),
        name: format!("{browser}, {place}"),
        cells: vec![
            html! {
                span class="block" { (browser) @if seen.is_current { " " (ui::tag(w.t("session-this"))) } }
                small class="muted block" { (place) }
            },
            html! { @if seen.address.is_empty() { (unknown()) } @else { span class="num" { (seen.address) } } },
            at(seen.began_at),
            at(seen.last_seen_at),
        ],
        actions: action,
        ..Row::default()
    }
}
