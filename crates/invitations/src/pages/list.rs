//! Who is invited: asked again, or no longer asked. The question whom to invite is that of the list of members.

use std::collections::BTreeSet;

use access::invitations::{Invitation, State as Stands};
use access::{Granted, ManageMembers, Surface};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::cursor::Page;
use kernel::{Coded as _, DomainName, ErrorKind as Wrong, InvitationId, Timestamp};
use maud::{Markup, html};
use members::pages::invite::{DIALOG, FIELDS, dialog_of};
use members::pages::{counted, lies_with_people, tabs};
use web::draft::Draft;
use web::ui::{
    self, Column, Confirm, Empty, Filter as Bar, FilterSelect, Icon, MenuItem, More, PageHead, Row, Size,
    StateMark, Table, Tone, button, confirm, empty, filter, table,
};
use web::{Done, Failure, FormBody, Query, Right, View};

use crate::api::{At, InvitationQuery};
use crate::error::Error;
use crate::input;
use crate::service::Invitations;

/// What the page shows.
pub struct Shown {
    query: InvitationQuery,
    page: Page<Invitation>,
    /// How many there are, where that is more than the page has.
    all: Option<u64>,
    /// Where mailboxes get their addresses.
    primary: Option<DomainName>,
    /// Where the list is.
    at: String,
    /// Whether they are sent again and withdrawn here.
    may_change: bool,
    /// Whom to invite is asked here.
    may_invite: bool,
    /// Those that let nobody in until they are sent again.
    held: BTreeSet<InvitationId>,
    pub waiting: u64,
    now: Timestamp,
}

impl Invitations {
    pub(super) async fn shown(
        &self,
        by: &Granted<ManageMembers>,
        query: InvitationQuery,
    ) -> Result<Shown, Failure> {
        let (limit, cursor) = query.list.read()?;
        let state = query.state()?;
        let page = self.page(by, state, cursor.as_ref(), limit).await?;
        let all = if page.is_part(cursor.as_ref()) { Some(self.count(by, state).await?) } else { None };
        let held = self.on_hold(by, &page.items).await?;
        let waiting = self.memberships.waiting_invitations(by).await?;
        let surface = by.actor().surface;
        Ok(Shown {
            query,
            page,
            all,
            primary: tenants::primary::of(&self.platform.db, by.tenant()).await?,
            at: format!("{}/invitations", web::workspace(surface, &by.scope().slug)),
            may_change: by.scope().status.is_live(),
            may_invite: surface == Surface::Portal,
            held,
            waiting,
            now: self.now(),
        })
    }
}

pub async fn show(
    Right(by): Right<ManageMembers>,
    State(invitations): State<Invitations>,
    Query(query): Query<InvitationQuery>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    view.say_done(&done, DONE);
    let slug = &by.scope().slug;
    lies_with_people(&mut view, slug);
    let shown = invitations.shown(&by, query).await?;
    let kept = view.refill(&format!("/admin/{slug}/invitations")).map(|body| Draft::kept(DIALOG, &body));
    Ok(page(&view, slug, &shown, kept.as_ref(), None))
}

/// What is said after an action, by its word.
pub const DONE: &[(&str, &str)] = &[
    ("invite", "invitation-done-invite"),
    ("resend", "invitation-done-resend"),
    ("revoke", "invitation-done-revoke"),
];

pub fn back(by: &Granted<ManageMembers>, done: &str) -> Response {
    let workspace = web::workspace(by.actor().surface, &by.scope().slug);
    Redirect::to(&format!("{workspace}/invitations?done={done}")).into_response()
}

pub fn belongs_on_page(error: &Error) -> bool {
    matches!(error.kind(), Wrong::Invalid | Wrong::Conflict | Wrong::Forbidden)
}

pub async fn create(
    Right(by): Right<ManageMembers>,
    State(invitations): State<Invitations>,
    mut view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    lies_with_people(&mut view, &by.scope().slug);
    let mut input = body.input(input::INVITE);
    let new = input::invitation(&mut input);
    let done = match input.finish(new) {
        Ok(new) => invitations.invite(&by, new).await,
        Err(errors) => Err(memberships::Error::Invalid(errors).into()),
    };
    match done {
        Ok(_) => Ok(back(&by, "invite")),
        Err(error) if belongs_on_page(&error) => {
            let shown = invitations.shown(&by, InvitationQuery::default()).await?;
            let draft = Draft::refused(DIALOG, &body, &error, FIELDS);
            let page = page(&view, &by.scope().slug, &shown, Some(&draft), None);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// A refusal of an action on a row stands above the list.
async fn answered(
    invitations: &Invitations,
    by: &Granted<ManageMembers>,
    mut view: View,
    done: Result<Invitation, Error>,
    word: &str,
) -> Result<Response, Failure> {
    match done {
        Ok(_) => Ok(back(by, word)),
        Err(error) if belongs_on_page(&error) => {
            let shown = invitations.shown(by, InvitationQuery::default()).await?;
            lies_with_people(&mut view, &by.scope().slug);
            let why = view.words().explain(&error);
            let page = page(&view, &by.scope().slug, &shown, None, Some(&why));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn resend(
    Right(by): Right<ManageMembers>,
    State(invitations): State<Invitations>,
    Path(at): Path<At>,
    view: View,
) -> Result<Response, Failure> {
    let done = invitations.resend(&by, at.invitation()?).await;
    answered(&invitations, &by, view, done, "resend").await
}

pub async fn revoke(
    Right(by): Right<ManageMembers>,
    State(invitations): State<Invitations>,
    Path(at): Path<At>,
    view: View,
) -> Result<Response, Failure> {
    let done = invitations.revoke(&by, at.invitation()?).await;
    answered(&invitations, &by, view, done, "revoke").await
}

fn page(view: &View, slug: &str, shown: &Shown, draft: Option<&Draft>, refused: Option<&str>) -> Markup {
    let w = view.words();
    let head = PageHead {
        title: w.t("nav-members"),
        summary: html! { (w.tx("invitations-waiting", &[("count", counted(shown.waiting))])) },
        actions: html! { (button(w.t("member-invite")).primary().icon(Icon::Mail).opens(DIALOG)) },
        tabs: tabs(w, slug, "invitations", shown.waiting),
        ..PageHead::default()
    };
    let content = html! {
        (content(w, &view.shell.csrf, shown, refused))
        (dialog_of(w, slug, &view.shell.csrf, shown.primary.as_ref(), draft))
    };
    view.page(&w.t("members-tab-invitations"), &head, &content)
}

/// The list, what stood against an action on one of them, and the questions before an action.
pub fn content(w: &Words, csrf: &str, shown: &Shown, refused: Option<&str>) -> Markup {
    let open = shown.page.items.iter().filter(|one| shown.may_change && is_open(one, shown.now));
    html! {
        @if let Some(said) = refused { (ui::banner(Tone::Bad, &w.t("member-not-done"), said, None)) }
        (list(w, csrf, shown))
        @for one in open { (question(w, &shown.at, csrf, one)) }
    }
}

fn is_open(one: &Invitation, now: Timestamp) -> bool {
    matches!(one.state(now), Stands::Waiting | Stands::Expired)
}

fn list(w: &Words, csrf: &str, shown: &Shown) -> Markup {
    let at = shown.at.as_str();
    let chosen = shown.query.state.clone().unwrap_or_default();
    let more = shown
        .page
        .next
        .as_ref()
        .map(|next| web::address(at, &[("state", chosen.clone()), ("cursor", next.to_string())]));
    let states = ["waiting", "accepted", "revoked", "expired"]
        .map(|word| (word.to_owned(), w.t(&format!("invitation-{word}"))));
    let bar = Bar {
        action: at.to_owned(),
        region: "invitations".into(),
        selects: vec![FilterSelect {
            groups: Vec::new(),
            name: "state".into(),
            label: w.t("member-state"),
            options: states.to_vec(),
            value: chosen.clone(),
        }],
        ..Bar::default()
    };
    let none = if chosen.is_empty() {
        empty(&Empty {
            icon: Icon::Mail,
            title: w.t("invitations-none"),
            says: w.t(if shown.may_invite { "invitations-none-says" } else { "invitations-none-here" }),
            actions: shown
                .may_invite
                .then(|| html! { (button(w.t("member-invite")).icon(Icon::Mail).opens(DIALOG)) }),
        })
    } else {
        empty(&Empty::no_match(w, "", "invitations", at))
    };
    let items = &shown.page.items;
    let list = Table {
        id: "invitations".into(),
        caption: w.t("members-tab-invitations"),
        columns: vec![
            Column::new(w.t("member-person")),
            Column::new(w.t("member-state")),
            Column::new(w.t("member-role")).md(),
            Column::new(w.t("invitation-sent")).lo(),
        ],
        rows: items.iter().map(|one| row(w, csrf, one, shown).into()).collect(),
        filter: Some(filter(w, &bar)),
        more: Some(More::of(
            w,
            items.len(),
            shown.all,
            w.tx("invitations-shown", &[("count", items.len().into())]),
            more,
            shown.query.list.is_later(),
        )),
        size: Size::Tall,
        empty: Some(none),
        ..Table::default()
    };
    table(w, &list)
}

/// The state in a word; one that is held lets nobody in until it is sent again.
pub(crate) fn state_mark(w: &Words, state: Stands, is_held: bool) -> StateMark {
    let (mark, word) = match state {
        Stands::Waiting if is_held => (ui::State::Error, "held"),
        Stands::Waiting => (ui::State::Pending, state.as_str()),
        Stands::Accepted => (ui::State::Ok, state.as_str()),
        Stands::Revoked | Stands::Expired => (ui::State::Skipped, state.as_str()),
    };
    ui::state_said(mark, w.t(&format!("invitation-{word}")))
}

fn row(w: &Words, csrf: &str, one: &Invitation, shown: &Shown) -> Row {
    let (now, is_held) = (shown.now, shown.held.contains(&one.id));
    let state = one.state(now);
    let email = one.email.to_string();
    let name = if one.name.is_empty() { &email } else { &one.name };
    Row {
        key: one.id.to_string(),
        name: name.clone(),
        cells: vec![
            ui::who(name, &one.id.to_string(), Some(&email)),
            html! {
                (state_mark(w, state, is_held))
                @if is_held {
                    small class="muted block" { (w.t("invitation-held-says")) }
                } @else if state == Stands::Waiting {
                    small class="muted block" { (w.t("invitation-until")) " " (ui::date(w, one.expires_at)) }
                }
            },
            html! { (w.t(&format!("role-{}", one.role.as_str()))) },
            html! {
                @match one.sent_at {
                    Some(sent) => (ui::ago(w, sent, now)),
                    None => span class="muted" { (w.t("invitation-unsent")) },
                }
            },
        ],
        actions: (shown.may_change && is_open(one, now)).then(|| {
            let resend = MenuItem::Post {
                icon: Icon::Send,
                label: w.t("invitation-resend"),
                action: format!("{}/{}/resend", shown.at, one.id),
                csrf: csrf.to_owned(),
            };
            let revoke = MenuItem::danger(Icon::X, w.t("invitation-revoke"), question_id(one));
            Row::menu(w, &one.id.to_string(), name, &[resend, MenuItem::Line, revoke])
        }),
        ..Row::default()
    }
}

fn question_id(one: &Invitation) -> String {
    format!("revoke-{}", one.id)
}

fn question(w: &Words, at: &str, csrf: &str, one: &Invitation) -> Markup {
    let email = one.email.to_string();
    let says = if one.user.is_some() { "invitation-revoke-account-says" } else { "invitation-revoke-says" };
    confirm(
        w,
        &Confirm {
            id: question_id(one),
            title: w.tx("invitation-revoke-title", &[("email", (&email).into())]),
            says: w.t(says),
            label: w.t("invitation-revoke"),
            keep: w.t("member-cancel"),
            action: format!("{at}/{}/revoke", one.id),
            csrf: csrf.to_owned(),
            ..Confirm::default()
        },
    )
}
