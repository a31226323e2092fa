//! One member: who they are, what they have, and what can be done.

use access::{Departure, Granted, ManageMembers, TenantStatus, ViewTenantAudit};
use activity::latest_records;
use addresses::Mailbox;
use audit::Record;
use axum::extract::{Path, State};
use axum::response::Response;
use i18n::Words;
use kernel::UserId;
use maud::{Markup, html};
use memberships::{At, Error, Member, PasswordState, Status};
use people::pages::{live as known, sessions};
use people::{Extent, Sessions, Why};
use web::draft::{self, Draft, filled};
use web::ui::{
    self, Confirm, Crumb, Definition, Field, FieldKind, FormHead, Icon, MenuItem, PageHead, Tone, button,
    card, confirm, definitions, submit,
};
use web::{Done, Failure, Live, Query, Right, View};

use super::new::role_field;
use super::{address, mark, place, role, steps};
use crate::reads::{Details, Heirs, Step};
use crate::service::Members;

/// The form of what may be changed, and the question before an offboarding.
pub const FORM: &str = "member";
pub const OFFBOARD: &str = "offboard";

/// What is said after an action, by its word.
const DONE: &[(&str, &str)] = &[
    ("change", "member-done-change"),
    ("suspend", "member-done-suspend"),
    ("resume", "member-done-resume"),
    ("force-logout", "member-done-force-logout"),
    ("end-session", "session-done-end"),
    ("force-logout-here", "member-done-force-logout-here"),
    ("sign-out-later", "member-done-sign-out-later"),
];

pub async fn show(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    view.say_done(&done, DONE);
    let shown = members.shown(&by, at.user()?).await?;
    let kept = view.refill(&place(&by.scope().slug, &shown.details.member));
    let question = Question { draft: kept.map(|body| Draft::kept(FORM, &body)), ..Question::default() };
    Ok(page(&view, &by, &shown, members.now(), &question, &html! {}))
}

/// The live stream of the page's moving parts.
pub async fn live(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
    live: Live,
    view: View,
) -> Result<Response, Failure> {
    let user = at.user()?;
    let (right, words) = (by.clone(), view.words().clone());
    let render = move || {
        let (members, by, words) = (members.clone(), by.clone(), words.clone());
        async move {
            let (member, did) = members.progress(&by, user).await?;
            let workspace = by.status_now(&members.platform.db).await?;
            Ok(vec![
                pill(&words, &member, &did, workspace),
                steps::list(&words, &member, &did, workspace, Some(members.now())),
                rest(&words, &member),
            ])
        }
    };
    live.stream(right, render).await
}

/// What the page shows.
pub struct Shown {
    pub details: Details,
    sessions: Sessions,
    /// How far signing them out reaches, and whether they work elsewhere too.
    extent: Extent,
    is_shared: bool,
    /// Whether they were made to leave, and who has their addresses.
    departure: Option<(Departure, Option<Member>)>,
    /// Who could get their mail.
    heirs: Heirs,
    /// What was done to them last.
    latest: Vec<Record>,
}

/// So many of the latest records are shown.
const LATEST: u64 = 5;

impl Members {
    /// What was done to somebody last.
    pub(super) async fn latest(
        &self,
        by: &Granted<ManageMembers>,
        user: UserId,
        most: u64,
    ) -> Result<Vec<Record>, Error> {
        let db = &self.platform.db;
        let log = by.demand::<ViewTenantAudit>(db).await?;
        let of_them = audit::AuditFilter { q: Some(user.to_string()), ..audit::AuditFilter::default() };
        Ok(activity::of_tenant(db, &log, &of_them, None, most).await?.items)
    }

    /// Both ask the upstreams, side by side.
    pub(super) async fn shown(&self, by: &Granted<ManageMembers>, user: UserId) -> Result<Shown, Error> {
        let (details, sessions) = tokio::try_join!(self.details(by, user), self.people.sessions(by, user))?;
        let (extent, is_shared) = self.people.reach(by, &details.member).await?;
        let departure = self.departure(by, user).await?;
        let heirs = self.heirs(by, user).await?;
        let latest = self.latest(by, user, LATEST).await?;
        Ok(Shown { details, sessions, extent, is_shared, departure, heirs, latest })
    }
}

/// What was said of a typed name, and of a change.
#[derive(Default)]
pub struct Question {
    /// Of the name that confirms a removal.
    pub wrong_name: Option<String>,
    /// Of an action.
    pub refused: Option<String>,
    /// What was typed in the form, and what is wrong with it.
    pub draft: Option<Draft>,
    /// The same of the question before an offboarding.
    pub leaving: Option<Draft>,
}

/// What else of the member the page shows: without a place of its own, it moves the page when it changes.
fn rest(w: &Words, member: &Member) -> Markup {
    html! { (member.version) (member.name) (address(member)) (role(w, member)) (member.password_due_since.is_some()) }
}

pub fn pill(w: &Words, member: &Member, steps: &[Step], workspace: TenantStatus) -> Markup {
    html! { span id="member-state" { (mark(w, member, steps, workspace).pill()) } }
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
    let Shown { details, sessions: found, extent, .. } = shown;
    let (w, member, slug) = (view.words(), &details.member, &by.scope().slug);
    let at = place(slug, member);
    let is_oneself = by.actor().person.id == member.user;
    let may_end = !is_oneself && member.status() != Status::Removing;
    let head = PageHead {
        title: member.name.clone(),
        state: Some(pill(w, member, &details.steps, by.scope().status)),
        summary: html! { (address(member)) " · " (role(w, member)) },
        crumbs: vec![Crumb { label: w.t("nav-members"), href: Some(format!("/admin/{slug}/members")) }],
        actions: if may_end { actions(w, details) } else { Markup::default() },
        ..PageHead::default()
    };
    let content = html! {
        div class="stack" data-live={ (at) "/live" } {
            @if let Some(said) = &question.refused { (ui::banner(Tone::Bad, &w.t("member-not-done"), said, None)) }
            (news(w, details))
            (departed(w, &at, shown))
            @if member.own_account {
                (ui::banner(Tone::Info, &w.tx("member-own-account", &[("name", (&member.name).into())]), &w.t("member-own-account-says"), None))
            }
            div class="cols object" {
                div class="stack" {
                    @if member.status() != Status::Removing {
                        @if is_oneself { p class="soft small" { (w.t("member-oneself")) } }
                        @if let Some(form) = form(w, &at, &view.shell.csrf, details, is_oneself, question.draft.as_ref()) {
                            (card("change", w.t("member-change")).body(form))
                        }
                    }
                    (sessions::of_member(w, by, found, *extent, may_end, now))
                    (latest_records(w, &shown.latest, &web::address(&format!("/admin/{slug}/audit"), &[("q", member.user.to_string())])))
                }
                div class="stack" { (cards(w, details, by.scope().status, now)) }
            }
        }
        @if may_end { (sessions::questions(w, &view.shell.csrf, &at, found)) }
        @if may_end { (questions(w, &at, &view.shell.csrf, shown, question)) }
        (above)
    };
    view.page(&member.name, &head, &content)
}

/// What is not as usual, and what can't be known just now.
pub fn news(w: &Words, details: &Details) -> Markup {
    let of_upstream = |why: &Why| why.is_of_upstream();
    html! {
        @if let Some((_, Some(_))) = &details.sign_out {
            (ui::banner(Tone::Warn, &w.t("member-sign-out-open"), &w.t("member-sign-out-open-says"), None))
        }
        @if let Some(why) = details.live.second_factor.err().filter(of_upstream) { (known::silent(w, "mfa-silent", why)) }
        @if let Some(why) = details.live.mail.err().filter(of_upstream) { (known::silent(w, "mail-use-silent", why)) }
    }
}

/// Who they are and what they have.
pub fn cards(w: &Words, details: &Details, workspace: TenantStatus, now: kernel::Timestamp) -> Markup {
    let steps = steps::list(w, &details.member, &details.steps, workspace, Some(now));
    html! {
        (card("facts", w.t("member-facts")).body(facts(w, details, now)))
        (card("steps-card", w.t("member-steps")).flush(steps).fold(!steps::are_done(&details.steps)))
    }
}

fn facts(w: &Words, details: &Details, now: kernel::Timestamp) -> Markup {
    let member = &details.member;
    let mailbox = member.mailbox.as_ref().and_then(Mailbox::address);
    let mut list = vec![
        Definition::new(
            w.t("member-email"),
            html! {
                (ui::copy(w, &kernel::readable_address(&member.email)))
                @if !member.email_verified { " " (ui::tag(w.t("address-unverified"))) }
            },
        ),
        Definition::new(
            w.t("member-mailbox"),
            html! {
                @match &mailbox { Some(mailbox) => (ui::copy(w, mailbox)), None => span class="muted" { (w.t("member-no-mailbox")) } }
                @match details.mailbox {
                    Some(PasswordState::NoPassword) => small class="soft block" { (w.t("member-mailbox-locked")) },
                    Some(PasswordState::Earlier) => small class="soft block" { (w.t("member-mailbox-earlier")) },
                    Some(PasswordState::Waiting | PasswordState::Ready) | None => {}
                }
            },
        ),
        Definition::new(w.t("mfa"), known::second_factor(w, details.live.second_factor)),
        Definition::new(
            w.t("member-last-sign-in"),
            html! {
                @match member.last_sign_in_at {
                    Some(at) => (ui::ago(w, at, now)),
                    None => span class="muted" { (w.t("member-never")) },
                }
            },
        ),
        Definition::new(w.t("member-password"), password(w, details, now)),
        Definition::new(w.t("member-since"), ui::date(w, member.created_at)),
    ];
    if mailbox.is_some() {
        list.insert(2, Definition::new(w.t("member-mailbox-use"), known::mail(w, details.live.mail)));
    }
    definitions(true, &list)
}

/// What their password is, and whether it signs them in.
fn password(w: &Words, details: &Details, now: kernel::Timestamp) -> Markup {
    let member = &details.member;
    let state = member.sign_in_state();
    html! {
        @match member.password_due_since {
            _ if member.own_account => (w.t("member-password-theirs")),
            _ if member.password_ended => (w.t("member-password-ended")),
            _ if state == Some(PasswordState::NoPassword) && details.is_invited => (w.t("member-password-invited")),
            _ if state == Some(PasswordState::NoPassword) => (w.t("member-password-none")),
            Some(since) => { (w.t("member-password-due")) " " (ui::ago(w, since, now)) }
            None if state == Some(PasswordState::Waiting) => (w.t("member-password-waiting")),
            None => (w.t("member-password-own")),
        }
        @if state == Some(PasswordState::Earlier) && !member.password_ended {
            small class="soft block" { (w.t("member-sign-in-earlier")) }
        }
    }
}

/// What can be changed; none where nothing can. One's own role is for another admin to change.
fn form(
    w: &Words,
    at: &str,
    csrf: &str,
    details: &Details,
    is_oneself: bool,
    draft: Option<&Draft>,
) -> Option<Markup> {
    let member = &details.member;
    if is_oneself && member.own_account && member.mailbox.is_some() {
        return None;
    }
    let role = Field { label: w.t("member-role"), ..role_field(w) }
        .value(member.role.as_str())
        .help(w.t("member-role-help"));
    let mailbox = Field::new("mailbox", w.t("member-mailbox")).optional().help(w.t("member-mailbox-give"));
    let name = Field::new("name", w.t("member-name")).value(&member.name);
    // Whose account is their own is called what that says, and nobody changes their own role.
    let fields: Vec<Field> = [
        (!member.own_account).then_some(name),
        (!is_oneself).then_some(role),
        member.mailbox.is_none().then_some(mailbox),
    ]
    .into_iter()
    .flatten()
    .collect();
    let version = draft.map_or(member.version, |draft| draft.version(member.version));
    let inside = html! {
        (draft::said(w, &w.t("member-not-done"), draft, FORM, &fields.iter().collect::<Vec<_>>()))
        (ui::hidden("version", &version.to_string()))
        @for field in fields { (ui::field(w, &filled(draft, FORM, field))) }
        div class="row" { (submit(w.t("member-save"))) }
    };
    Some(FormHead { action: at.to_owned(), csrf: csrf.to_owned(), swap: None }.form(&inside))
}

/// What lets them in again, or in at all, and in the menu all else that can be done with them.
fn actions(w: &Words, details: &Details) -> Markup {
    let member = &details.member;
    let is_suspended = member.status() == Status::Suspended;
    let has_password = !member.own_account;
    let item = |icon, verb: &str| MenuItem::opens(icon, w.t(&format!("member-{verb}")), verb);
    let mut items = Vec::new();
    if has_password && is_suspended {
        items.push(item(Icon::Key, "reset-password"));
    }
    if has_password || is_suspended {
        items.push(item(Icon::Leave, "force-logout"));
    }
    if !is_suspended {
        items.push(item(Icon::Pause, "suspend"));
    }
    items.extend([
        MenuItem::Line,
        item(Icon::Lock, OFFBOARD),
        MenuItem::danger(Icon::Trash, w.t("member-remove"), "remove"),
    ]);
    html! {
        @if is_suspended {
            (button(w.t("member-resume")).primary().icon(Icon::Undo).opens("resume"))
        } @else if has_password {
            (button(w.t("member-reset-password")).icon(Icon::Key).opens("reset-password"))
        } @else {
            (button(w.t("member-force-logout")).icon(Icon::Leave).opens("force-logout"))
        }
        (ui::more(w, &member.name, &items))
    }
}

/// That they were made to leave: when, with the report, and who has their addresses.
fn departed(w: &Words, at: &str, shown: &Shown) -> Markup {
    let Some((departure, heir)) = &shown.departure else { return html! {} };
    // Suspended again later is another matter than that they left.
    let is_out = shown.details.member.status() == Status::Suspended && departure.restored_at.is_none();
    let key = match (is_out, departure.is_shut) {
        (true, true) => "member-departed",
        (true, false) => "member-departing",
        (false, _) => "member-came-back",
    };
    let taken = Some(departure.addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    let taken = taken.filter(|addresses| is_out && !addresses.is_empty());
    html! {
        section class="card pad stack tight" id="departure" aria-label=(w.t("member-departure")) {
            p {
                strong { (w.t(key)) } " " (ui::moment(w, departure.began_at))
            }
            @if let Some(at) = departure.restored_at {
                p class="small soft" { (w.t("member-restored")) " " (ui::moment(w, at)) }
            }
            @if let Some(addresses) = &taken {
                p class="small soft" { (w.tx("member-handed-over", &[("addresses", addresses.into()), ("name", heir_name(w, heir.as_ref()).into())])) }
            }
            div class="row" { (ui::link_button(w.t("member-departure-report"), format!("{at}{}", departure.report)).small()) }
        }
    }
}

fn heir_name(w: &Words, heir: Option<&Member>) -> String {
    heir.map_or_else(|| w.t("member-nobody-here"), |heir| heir.name.clone())
}

/// What letting them in again does: addresses come back, and whoever has them loses them.
fn resume_says(w: &Words, shown: &Shown) -> String {
    let said = says(w, "resume", shown);
    match &shown.departure {
        Some((departure, heir)) if !departure.addresses.is_empty() => {
            let addresses =
                departure.addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let name = heir_name(w, heir.as_ref());
            let back = w.tx("member-resume-takes", &[("addresses", addresses.into()), ("name", name.into())]);
            format!("{said} {back}")
        }
        _ => said,
    }
}

/// Who gets the mail of who leaves: nobody, or one of the colleagues. Of more than a list shows, the address is typed.
fn mail_to(w: &Words, shown: &Shown, draft: Option<&Draft>) -> Option<Markup> {
    shown.details.member.mailbox.as_ref()?.address()?;
    let typed = draft.and_then(|draft| draft.typed("mailTo")).unwrap_or_default().to_owned();
    let colleagues = shown.heirs.first.iter();
    let mut options: Vec<(String, String)> =
        colleagues.map(|(address, name)| (address.clone(), format!("{name} – {address}"))).collect();
    let field = Field::new("mailTo", w.t("offboard-mail-field"));
    let field = if shown.heirs.has_more {
        let field = field.kind(FieldKind::Email).optional().help(w.t("offboard-mail-field-help-typed"));
        Field { among: options, autocomplete: Some("off"), ..field }
    } else {
        options.insert(0, (String::new(), w.t("offboard-mail-nobody")));
        // What was sent by hand is shown as it was.
        if !options.iter().any(|(address, _)| *address == typed) {
            options.push((typed.clone(), typed.clone()));
        }
        field.kind(FieldKind::Select(options)).help(w.t("offboard-mail-field-help"))
    };
    Some(ui::field(w, &filled(draft, OFFBOARD, field)))
}

/// The words of an action: of somebody with an account of their own, or who works elsewhere too, it reaches less far.
fn says(w: &Words, verb: &str, shown: &Shown) -> String {
    let key = format!("member-{verb}-says");
    let of_own = format!("{key}-own");
    let of_shared = format!("{key}-shared");
    if shown.details.member.own_account && w.has(&of_own) {
        w.t(&of_own)
    } else if shown.extent == Extent::Workspace && shown.is_shared && w.has(&of_shared) {
        w.t(&of_shared)
    } else {
        w.t(&key)
    }
}

fn questions(w: &Words, at: &str, csrf: &str, shown: &Shown, question: &Question) -> Markup {
    let details = &shown.details;
    let name = &details.member.name;
    let has_mailbox = details.member.mailbox.is_some();
    let keep = |scope: &str| {
        let field = Field { scope: scope.to_owned(), ..sessions::keep_app_passwords(w) };
        has_mailbox.then(|| ui::field(w, &field))
    };
    let ask = |verb: &str| Confirm {
        id: verb.to_owned(),
        title: w.tx(&format!("member-{verb}-title"), &[("name", name.into())]),
        says: says(w, verb, shown),
        label: w.t(&format!("member-{verb}")),
        keep: w.t("member-cancel"),
        action: format!("{at}/{verb}"),
        csrf: csrf.to_owned(),
        ..Confirm::default()
    };
    let remove = Confirm { name: Some(name.clone()), error: question.wrong_name.clone(), ..ask("remove") };
    let leaving = question.leaving.as_ref();
    let offboard = Confirm {
        fields: mail_to(w, shown, leaving),
        error: leaving.map(|_| w.t("member-not-done")),
        ..ask(OFFBOARD)
    };
    let turn = if details.member.status() == Status::Suspended { "resume" } else { "suspend" };
    html! {
        @if !details.member.own_account {
            (confirm(w, &Confirm { fields: keep("reset"), ..ask("reset-password") }))
        }
        (confirm(w, &Confirm { fields: keep("force"), ..ask("force-logout") }))
        @if turn == "resume" {
            (confirm(w, &Confirm { says: resume_says(w, shown), ..ask(turn) }))
        } @else {
            (confirm(w, &ask(turn)))
        }
        (confirm(w, &offboard))
        (confirm(w, &remove))
    }
}
