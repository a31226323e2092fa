//! One member: who they are, what they have, and what can be done.

use access::{Granted, ManageMembers};
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use i18n::Words;
use kernel::UserId;
use maud::{Markup, html};
use serde::Deserialize;
use web::ui::{
    self, Confirm, Crumb, Definition, Field, Flash, FormHead, Icon, Kind, PageHead, Tone, button, card,
    confirm, definitions, submit,
};
use web::{Caller, Failure, Right, View, Web};

use super::new::Draft;
use super::{address, live, mark, place, role, sessions, steps};
use crate::api::At;
use crate::error::Error;
use crate::input;
use crate::mine::MailboxState;
use crate::model::{Mailbox, Member, Status};
use crate::reads::{Details, Step};
use crate::service::Members;
use crate::sessions::Sessions;

#[derive(Deserialize)]
pub struct After {
    done: Option<String>,
}

pub async fn show(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
    Query(after): Query<After>,
    mut view: View,
) -> Result<Markup, Failure> {
    let key = match after.done.as_deref() {
        Some("change") => Some("member-done-change"),
        Some("suspend") => Some("member-done-suspend"),
        Some("resume") => Some("member-done-resume"),
        Some("force-logout") => Some("member-done-force-logout"),
        Some("end-session") => Some("session-done-end"),
        Some("sign-out-later") => Some("member-done-sign-out-later"),
        _ => None,
    };
    if let Some(key) = key {
        let text = view.words().t(key);
        view.shell.flashes.push(Flash { tone: Tone::Ok, text, undo: None });
    }
    let shown = members.shown(&by, at.user()?).await?;
    let kept = view.refill(&place(&by.scope().slug, &shown.details.member));
    let question = Question { draft: kept.map(|body| Draft::kept(&body)), ..Question::default() };
    Ok(page(&view, &by, &shown, members.now(), &question, &html! {}))
}

/// The live stream of the page's moving parts.
pub async fn live(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
    Extension(caller): Extension<Caller>,
    Extension(web): Extension<Web>,
    view: View,
) -> Result<Response, Failure> {
    let user = at.user()?;
    let (right, words) = (by.clone(), view.words().clone());
    let render = move || {
        let (members, by, words) = (members.clone(), by.clone(), words.clone());
        async move {
            let (member, did) = members.progress(&by, user).await?;
            Ok(vec![pill(&words, &member, &did), steps::list(&words, &member, &did, Some(members.now()))])
        }
    };
    Ok(web::live(&web, &caller, right, render))
}

/// What the page shows.
pub struct Shown {
    pub details: Details,
    sessions: Sessions,
}

impl Members {
    /// Both ask the upstreams, side by side.
    pub(super) async fn shown(&self, by: &Granted<ManageMembers>, user: UserId) -> Result<Shown, Error> {
        let (details, sessions) = tokio::try_join!(self.details(by, user), self.sessions(by, user))?;
        Ok(Shown { details, sessions })
    }
}

/// What was said of a typed name, and of a change.
#[derive(Default)]
pub struct Question {
    /// Of the name that confirms a removal.
    pub wrong_name: Option<String>,
    /// Of a deed.
    pub refused: Option<String>,
    /// What was typed in the form, and what is wrong with it.
    pub draft: Option<Draft>,
    /// The same of the question before an offboarding.
    pub leaving: Option<Draft>,
}

fn pill(w: &Words, member: &Member, steps: &[Step]) -> Markup {
    html! { span id="member-state" { (mark(w, member, steps).pill()) } }
}

/// The page; `above` is a dialog that is open.
pub fn page(
    view: &View,
    by: &Granted<ManageMembers>,
    shown: &Shown,
    now: kernel::Timestamp,
    question: &Question,
    above: &Markup,
) -> Markup {
    let Shown { details, sessions: found } = shown;
    let (w, member, slug) = (view.words(), &details.member, &by.scope().slug);
    let at = place(slug, member);
    let head = PageHead {
        title: member.name.clone(),
        state: Some(pill(w, member, &details.steps)),
        summary: html! { (address(member)) " · " (role(w, member)) },
        crumbs: vec![Crumb { label: w.t("nav-members"), href: Some(format!("/admin/{slug}/members")) }],
        ..PageHead::default()
    };
    let is_oneself = by.actor().person.id == member.user;
    let may_end = !is_oneself && member.status() != Status::Removing;
    let content = html! {
        div class="stack" data-live={ (at) "/live" } {
            @if let Some(said) = &question.refused { (ui::banner(Tone::Bad, &w.t("member-not-done"), said, None)) }
            @if let Some((_, Some(_))) = &details.sign_out {
                (ui::banner(Tone::Warn, &w.t("member-sign-out-open"), &w.t("member-sign-out-open-says"), None))
            }
            @if let Some(why) = details.live.second_factor.err().filter(|why| why.is_of_upstream()) {
                (live::silent(w, "mfa-silent", why))
            }
            @if let Some(why) = details.live.mail.err().filter(|why| why.is_of_upstream()) {
                (live::silent(w, "mail-use-silent", why))
            }
            (card("facts", w.t("member-facts")).body(facts(w, details, now)))
            (card("steps-card", w.t("member-steps")).flush(steps::list(w, member, &details.steps, Some(now))))
            (sessions::of_member(w, by, found, may_end, now))
            @if member.status() != Status::Removing {
                (card("change", w.t("member-change")).body(form(w, &at, &view.shell.csrf, details, question.draft.as_ref())))
                @if is_oneself {
                    (card("deeds", w.t("member-deeds")).body(html! { p class="soft small" { (w.t("member-oneself")) } }))
                } @else {
                    (card("deeds", w.t("member-deeds")).body(deeds(w, details)))
                }
            }
        }
        @if may_end { (sessions::questions(w, &view.shell.csrf, &at, found)) }
        @if may_end { (questions(w, &at, &view.shell.csrf, details, question)) }
        (above)
    };
    view.page(&member.name, &head, &content)
}

fn facts(w: &Words, details: &Details, now: kernel::Timestamp) -> Markup {
    let member = &details.member;
    let mailbox = member.mailbox.as_ref().and_then(Mailbox::address);
    let mut list = vec![
        Definition::new(w.t("member-email"), html! { (ui::copy(w, &member.email)) }),
        Definition::new(
            w.t("member-mailbox"),
            html! {
                @match &mailbox { Some(mailbox) => (ui::copy(w, mailbox)), None => span class="muted" { (w.t("member-no-mailbox")) } }
                @if details.mailbox == Some(MailboxState::NoPassword) { small class="soft block" { (w.t("member-mailbox-locked")) } }
            },
        ),
        Definition::new(w.t("mfa"), live::second_factor(w, details.live.second_factor)),
        Definition::new(
            w.t("member-last-sign-in"),
            html! {
                @match member.last_sign_in_at {
                    Some(at) => (ui::ago(w, at, now)),
                    None => span class="muted" { (w.t("member-never")) },
                }
            },
        ),
        Definition::new(
            w.t("member-password"),
            html! {
                @match member.password_due_since {
                    Some(_) if member.password_ended => (w.t("member-password-ended")),
                    Some(since) => { (w.t("member-password-due")) " " (ui::ago(w, since, now)) }
                    None => (w.t("member-password-own")),
                }
            },
        ),
        Definition::new(w.t("member-since"), ui::date(w, member.created_at)),
    ];
    if mailbox.is_some() {
        list.insert(2, Definition::new(w.t("member-mailbox-use"), live::mail(w, details.live.mail)));
    }
    definitions(true, &list)
}

fn form(w: &Words, at: &str, csrf: &str, details: &Details, draft: Option<&Draft>) -> Markup {
    let member = &details.member;
    let roles = input::ROLES.iter().map(|word| ((*word).to_owned(), w.t(&format!("role-{word}"))));
    let typed = |name: &str, stored: &str| draft.map_or_else(|| stored.to_owned(), |draft| draft.value(name));
    let field = |name: &'static str, label: &str, stored: &str| {
        let error = draft.and_then(|draft| draft.error(name));
        Field::new(name, w.t(label)).value(typed(name, stored)).error(error)
    };
    let role = field("role", "member-role", member.role.as_str()).kind(Kind::Select(roles.collect()));
    let mailbox = field("mailbox", "member-mailbox", "").optional().help(w.t("member-mailbox-give"));
    let name = field("name", "member-name", &member.name);
    let is_stale = draft.is_some_and(|draft| draft.is_stale);
    let saved = [(name.clone(), member.name.clone()), (role.clone(), member.role.as_str().to_owned())];
    // Of the page on which it was typed: what somebody else changed since must still be seen, and is shown then.
    let version = member.version.to_string();
    let version = if is_stale { version } else { typed("version", &version) };
    let inside = html! {
        @if let Some(said) = draft.and_then(Draft::said) {
            (ui::banner(Tone::Bad, &w.t("member-not-done"), said, None))
        }
        @if is_stale { (ui::conflict(w, &saved)) }
        (ui::hidden("version", &version))
        (ui::field(w, &name))
        (ui::field(w, &role.help(w.t("member-role-help"))))
        @if member.mailbox.is_none() { (ui::field(w, &mailbox)) }
        div class="row" { (submit(w.t("member-save"))) }
    };
    FormHead { action: at.to_owned(), csrf: csrf.to_owned(), swap: None }.form(&inside)
}

fn deeds(w: &Words, details: &Details) -> Markup {
    let is_suspended = details.member.status() == Status::Suspended;
    html! {
        div class="row wrap" {
            (button(w.t("member-reset-password")).icon(Icon::Key).opens("reset-password"))
            (button(w.t("member-force-logout")).icon(Icon::Leave).opens("force-logout"))
            @if is_suspended {
                (button(w.t("member-resume")).icon(Icon::Undo).opens("resume"))
            } @else {
                (button(w.t("member-suspend")).icon(Icon::Pause).opens("suspend"))
            }
            (button(w.t("member-offboard")).icon(Icon::Lock).opens("offboard"))
            (button(w.t("member-remove")).danger().icon(Icon::Trash).opens("remove"))
        }
    }
}

/// Who gets the mail of who leaves.
fn mail_to(w: &Words, details: &Details, draft: Option<&Draft>) -> Option<Markup> {
    details.member.mailbox.as_ref()?.address()?;
    let field = Field::new("mailTo", w.t("offboard-mail-field")).kind(Kind::Email).optional();
    let field = match draft {
        Some(draft) => field.value(draft.value("mailTo")).error(draft.error("mailTo")),
        None => field,
    };
    Some(ui::field(w, &field.help(w.t("offboard-mail-field-help"))))
}

fn questions(w: &Words, at: &str, csrf: &str, details: &Details, question: &Question) -> Markup {
    let name = &details.member.name;
    let ask = |deed: &str| Confirm {
        id: deed.to_owned(),
        title: w.tx(&format!("member-{deed}-title"), &[("name", name.into())]),
        says: w.t(&format!("member-{deed}-says")),
        deed: w.t(&format!("member-{deed}")),
        keep: w.t("member-cancel"),
        action: format!("{at}/{deed}"),
        csrf: csrf.to_owned(),
        ..Confirm::default()
    };
    let remove = Confirm { name: Some(name.clone()), error: question.wrong_name.clone(), ..ask("remove") };
    let leaving = question.leaving.as_ref();
    let offboard = Confirm {
        fields: mail_to(w, details, leaving),
        error: leaving.map(|_| w.t("member-not-done")),
        ..ask("offboard")
    };
    let turn = if details.member.status() == Status::Suspended { "resume" } else { "suspend" };
    html! {
        (confirm(w, &ask("reset-password")))
        (confirm(w, &ask("force-logout")))
        (confirm(w, &ask(turn)))
        (confirm(w, &offboard))
        (confirm(w, &remove))
    }
}
