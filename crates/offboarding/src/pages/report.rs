//! The report of an offboarding: how each way in was found, and when.

use access::{Granted, ManageMembers};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use kernel::{EmailAddress, Timestamp};
use maud::{Markup, html};
use members::pages::place;
use memberships::{At, Error as Refusal, Member, rows};
use web::ui::{
    self, Column, Crumb, Definition, PageHead, Row, Size, State as Mark, Table, Tone, card, definitions,
    state_said, table,
};
use web::{Failure, FormBody, Live, Right, View};

use crate::error::Error;
use crate::hand_over::Handed;
use crate::input;
use crate::model::{AccessState, Offboarding, Seen};
use crate::service::Offboardings;

pub async fn begin(
    Right(by): Right<ManageMembers>,
    State(offboardings): State<Offboardings>,
    Path(at): Path<At>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let user = at.user()?;
    let mut fields = body.input(input::OFFBOARD);
    let mail_to = fields.parse::<EmailAddress>("mailTo");
    let done = match fields.finish(Some(mail_to)) {
        Ok(mail_to) => offboardings.offboard(&by, user, mail_to.as_ref()).await,
        Err(errors) => Err(Refusal::Invalid(errors).into()),
    };
    match done {
        Ok(_) => {
            let report = format!("/admin/{}/members/{user}/offboard", by.scope().slug);
            Ok(Redirect::to(&report).into_response())
        }
        Err(error) => offboardings.members.refused_to_leave(&by, &view, user, &body, error).await,
    }
}

async fn found(
    offboardings: &Offboardings,
    by: &Granted<ManageMembers>,
    at: &At,
) -> Result<(Member, Offboarding), Error> {
    let user = at.user()?;
    let details = offboardings.members.details(by, user).await?;
    Ok((details.member, offboardings.offboarding(by, user).await?.ok_or(Refusal::NotFound)?))
}

pub async fn show(
    Right(by): Right<ManageMembers>,
    State(offboardings): State<Offboardings>,
    Path(at): Path<At>,
    view: View,
) -> Result<Markup, Failure> {
    let (member, offboarding) = found(&offboardings, &by, &at).await?;
    let heir = match &offboarding.handed {
        Some(handed) => offboardings.memberships.by_id(&by, handed.to).await?,
        None => None,
    };
    let (w, slug) = (view.words(), &by.scope().slug);
    let member = &member;
    let back = Back::of(&offboarding, member);
    let head = PageHead {
        title: w.tx("offboard-title", &[("name", (&member.name).into())]),
        state: Some(pill(w, &offboarding, back)),
        summary: html! { (w.t("offboard-began")) " " (ui::moment(w, offboarding.began_at)) },
        crumbs: vec![
            Crumb { label: w.t("nav-members"), href: Some(format!("/admin/{slug}/members")) },
            Crumb { label: member.name.clone(), href: Some(place(slug, member)) },
        ],
        ..PageHead::default()
    };
    let content = html! {
        div class="stack" data-live={ (place(slug, member)) "/offboard/live" } {
            (report(w, &offboarding, back))
            @if back.is_none() {
                (ui::banner(Tone::Info, &w.t("offboard-not-at-once"), &w.t("offboard-not-at-once-says"), None))
                (card("handed", w.t("offboard-handed")).body(handed(w, &by.scope().slug, offboarding.handed.as_ref(), heir.as_ref())))
            }
        }
    };
    Ok(view.page(&w.t("member-offboard"), &head, &content))
}

/// The live stream of the report.
pub async fn live(
    Right(by): Right<ManageMembers>,
    State(offboardings): State<Offboardings>,
    Path(at): Path<At>,
    live: Live,
    view: View,
) -> Result<Response, Failure> {
    let user = at.user()?;
    let (right, words) = (by.clone(), view.words().clone());
    let render = move || {
        let (offboardings, by, words) = (offboardings.clone(), by.clone(), words.clone());
        async move {
            let found = offboardings.offboarding(&by, user).await?.ok_or(Refusal::NotFound)?;
            let member = rows::by_user(offboardings.platform.db.read(), by.tenant(), user).await?;
            let back = Back::of(&found, &member.ok_or(Refusal::NotFound)?);
            // Where mail is now has no place of its own: it moves the page when it changes.
            let mail = handed(&words, &by.scope().slug, found.handed.as_ref(), None);
            Ok(vec![pill(&words, &found, back), report(&words, &found, back), mail])
        }
    };
    live.stream(right, render).await
}

/// That somebody has access again, and since when if that was noted. The report tells of the past then and claims nothing.
#[derive(Clone, Copy)]
struct Back(Option<Timestamp>);

impl Back {
    fn of(offboarding: &Offboarding, member: &Member) -> Option<Self> {
        let is_back = offboarding.restored_at.is_some() || member.suspended_at.is_none();
        is_back.then_some(Self(offboarding.restored_at))
    }
}

fn pill(w: &Words, offboarding: &Offboarding, back: Option<Back>) -> Markup {
    let (mark, key) = if back.is_some() {
        (Mark::Skipped, "offboard-restored")
    } else if offboarding.is_shut() {
        (Mark::Ok, "offboard-shut")
    } else if offboarding.goes_on() {
        (Mark::Running, "offboard-goes-on")
    } else {
        (Mark::Error, "offboard-open")
    };
    html! { span id="offboard-state" { (state_said(mark, w.t(key)).pill()) } }
}

fn report(w: &Words, offboarding: &Offboarding, back: Option<Back>) -> Markup {
    let open = offboarding.checks.iter().filter(|seen| !seen.verdict.is_settled()).count();
    let list = Table {
        id: "checks".into(),
        caption: w.t("offboard-accesses"),
        columns: vec![
            Column::new(w.t("offboard-access")),
            Column::new(w.t("member-state")),
            Column::new(w.t("offboard-how")).md(),
            Column::new(w.t("offboard-at")).lo(),
        ],
        rows: offboarding.checks.iter().map(|seen| row(w, seen, back.is_some()).into()).collect(),
        size: Size::Tall,
        ..Table::default()
    };
    html! {
        div class="stack" id="offboard-report" {
            @if let Some(Back(at)) = back {
                section class="card pad stack tight" {
                    p {
                        strong {
                            @match at {
                                Some(at) => { (w.t("offboard-restored-on")) " " (ui::moment(w, at)) }
                                None => (w.t("offboard-restored-earlier")),
                            }
                        }
                    }
                    p class="small soft" { (w.t("offboard-restored-says")) }
                }
            } @else if open > 0 {
                (ui::banner(Tone::Bad, &w.tx("offboard-left", &[("count", open.into())]), &w.t("offboard-left-says"), None))
            }
            (table(w, &list))
        }
    }
}

/// Where mail and files are now.
fn handed(w: &Words, slug: &str, handed: Option<&Handed>, heir: Option<&Member>) -> Markup {
    let mail = match (handed, heir) {
        (Some(handed), Some(heir)) => html! {
            p { (w.t("offboard-mail-to")) " " a href=(place(slug, heir)) { (heir.name) } }
            ul class="small mono" { @for address in handed.addresses() { li { (address) } } }
        },
        (Some(_), None) => html! { p { (w.t("offboard-mail-to-nobody")) } },
        (None, _) => html! { p { (w.t("offboard-mail-stays")) } },
    };
    let facts = [
        Definition::new(w.t("offboard-new-mail"), mail),
        Definition::new(w.t("offboard-old-mail"), html! { (w.t("offboard-old-mail-says")) }),
        Definition::new(w.t("offboard-own-files"), html! { (w.t("offboard-own-files-says")) }),
        Definition::new(w.t("offboard-shared-files"), html! { (w.t("offboard-shared-files-says")) }),
    ];
    definitions(true, &facts)
}

fn row(w: &Words, seen: &Seen, is_past: bool) -> Row {
    let place = seen.place.as_str().replace('_', "-");
    let label = w.t(&format!("offboard-access-{place}"));
    let tense = if is_past { "was" } else { "verdict" };
    let mark = match seen.verdict {
        _ if is_past => Mark::Skipped,
        AccessState::Refused => Mark::Ok,
        AccessState::Open => Mark::Error,
        AccessState::Elsewhere | AccessState::Own => Mark::Skipped,
        AccessState::Unknown => Mark::Pending,
    };
    Row {
        key: place,
        name: label.clone(),
        cells: vec![
            html! { (label) },
            html! {
                (state_said(mark, w.t(&format!("offboard-{tense}-{}", seen.verdict.as_str()))))
                @if let Some(left) = seen.left.filter(|left| *left > 0 && !is_past) {
                    small class="muted block" { (w.tx("offboard-counted", &[("count", left.into())])) }
                }
            },
            html! { (w.t(&format!("offboard-how-{}", seen.how.as_str()))) },
            ui::moment(w, seen.at),
        ],
        ..Row::default()
    }
}
