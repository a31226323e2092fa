//! The same action on several members: what will happen to how many, then what became of each.

use access::{Granted, ManageMembers};
use addresses::Fate;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::{StreamExt as _, stream};
use i18n::Words;
use kernel::{Coded as _, ErrorKind, Explain as _, Message, UserId};
use maud::{Markup, html};
use memberships::{Error, Member, rows};
use people::pages::sessions::keep_app_passwords;
use people::{Extent, SignOut};
use web::ui::{
    self, Bulk, Column, Crumb, FormHead, Icon, PageHead, Row, Size, Table, card, hidden, link_button, submit,
    table,
};
use web::{Failure, FormBody, Right, View};

use super::{place, who};
use crate::service::Members;

/// Done side by side: each waits for the upstreams a moment.
const AT_A_TIME: usize = 8;
/// The most of one form; no list shows more.
const MOST: usize = 200;

/// What can be done to several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BulkAction {
    Suspend,
    Resume,
    ForceLogout,
    Remind,
    RemindMfa,
}

impl BulkAction {
    const ALL: [Self; 5] = [Self::Suspend, Self::Resume, Self::ForceLogout, Self::Remind, Self::RemindMfa];

    const fn word(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::ForceLogout => "force-logout",
            Self::Remind => "remind",
            Self::RemindMfa => "remind-mfa",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Suspend => Icon::Pause,
            Self::Resume => Icon::Undo,
            Self::ForceLogout => Icon::Leave,
            Self::Remind => Icon::Mail,
            Self::RemindMfa => Icon::Shield,
        }
    }
}

/// The bar under the list.
pub fn bar(w: &Words, slug: &str, csrf: &str) -> Bulk {
    let action = |action: BulkAction| {
        submit(w.t(&format!("bulk-{}", action.word()))).icon(action.icon()).value("operation", action.word())
    };
    Bulk {
        action: format!("/admin/{slug}/members/bulk"),
        csrf: csrf.to_owned(),
        buttons: BulkAction::ALL.map(action).to_vec(),
    }
}

/// What became of one.
enum Outcome {
    Done,
    /// As far as this workspace may.
    Here,
    Later,
    Nothing,
    Refused(Message),
}

impl Outcome {
    fn of_mail(sent: bool) -> Self {
        if sent { Self::Done } else { Self::Nothing }
    }
}

pub async fn submitted(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let action = BulkAction::ALL.into_iter().find(|action| Some(action.word()) == body.typed("operation"));
    let mut picked: Vec<UserId> = body.every("pick").filter_map(|id| id.parse().ok()).take(MOST).collect();
    picked.sort_unstable();
    picked.dedup();
    let people = members.picked(&by, &picked).await?;
    let Some(action) = action.filter(|_| !people.is_empty()) else {
        return Ok(Redirect::to(&format!("/admin/{}/members", by.scope().slug)).into_response());
    };
    if body.typed("sure").is_none() {
        return Ok(question(&view, &by, action, &people).into_response());
    }
    let fate = Fate::chosen(body.typed("keepAppPasswords").map(|word| word == "on"));
    let tried = people.into_iter().map(|member| {
        let (members, by) = (&members, &by);
        async move { members.bulk_one(by, action, member, fate).await }
    });
    let mut done = Vec::new();
    for outcome in stream::iter(tried).buffered(AT_A_TIME).collect::<Vec<_>>().await {
        done.push(outcome?);
    }
    Ok(report(&view, &by, action, &done).into_response())
}

impl Members {
    /// Those of the picked who are members here.
    async fn picked(&self, by: &Granted<ManageMembers>, picked: &[UserId]) -> Result<Vec<Member>, Error> {
        Ok(rows::of_users(self.platform.db.read(), by.tenant(), picked).await?)
    }

    /// One refusal holds up none of the others; what is broken does.
    async fn bulk_one(
        &self,
        by: &Granted<ManageMembers>,
        action: BulkAction,
        member: Member,
        fate: Fate,
    ) -> Result<(Member, Outcome), Error> {
        let user = member.user;
        let done = match action {
            BulkAction::Suspend => self.suspend(by, user).await.map(|_| Outcome::Done),
            BulkAction::Resume => self.resume(by, user).await.map(|_| Outcome::Done),
            BulkAction::ForceLogout => {
                self.force_logout(by, user, fate).await.map(|done| match done.sign_ins {
                    SignOut::Pending(_) => Outcome::Later,
                    SignOut::Done if !done.are_ended => Outcome::Later,
                    SignOut::Done if done.extent == Extent::Workspace => Outcome::Here,
                    SignOut::Done => Outcome::Done,
                })
            }
            BulkAction::Remind => self.memberships.remind(by, user).await.map(Outcome::of_mail),
            BulkAction::RemindMfa => self.remind_of_second_factor(by, user).await.map(Outcome::of_mail),
        };
        match done {
            Ok(outcome) => Ok((member, outcome)),
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::Conflict | ErrorKind::Forbidden | ErrorKind::NotFound
                ) =>
            {
                Ok((member, Outcome::Refused(error.message())))
            }
            Err(error) => Err(error),
        }
    }
}

fn head(w: &Words, slug: &str, title: String, summary: &str) -> PageHead {
    PageHead {
        title,
        summary: html! { (summary) },
        crumbs: vec![Crumb { label: w.t("nav-members"), href: Some(format!("/admin/{slug}/members")) }],
        ..PageHead::default()
    }
}

fn question(view: &View, by: &Granted<ManageMembers>, action: BulkAction, people: &[Member]) -> Markup {
    let (w, slug) = (view.words(), &by.scope().slug);
    let count = people.len();
    let title = w.tx(&format!("bulk-{}-title", action.word()), &[("count", count.into())]);
    let inside = html! {
        p { (w.t(&format!("bulk-{}-says", action.word()))) }
        ul class="goes" { @for member in people { li { (who(member)) } } }
        @for member in people { (hidden("pick", &member.user.to_string())) }
        (hidden("operation", action.word()))
        (hidden("sure", "yes"))
        @if action == BulkAction::ForceLogout { (ui::field(w, &keep_app_passwords(w))) }
        div class="row" {
            (link_button(w.t("member-cancel"), format!("/admin/{slug}/members")))
            (submit(w.tx(&format!("bulk-{}-sure", action.word()), &[("count", count.into())])).sure())
        }
    };
    let form =
        FormHead { action: format!("/admin/{slug}/members/bulk"), csrf: view.shell.csrf.clone(), swap: None };
    let content = html! { (card("sure", w.t("bulk-sure")).body(form.form(&inside))) };
    view.page(&title, &head(w, slug, title.clone(), &w.t("bulk-nothing-yet")), &content)
}

fn report(
    view: &View,
    by: &Granted<ManageMembers>,
    action: BulkAction,
    done: &[(Member, Outcome)],
) -> Markup {
    let (w, slug) = (view.words(), &by.scope().slug);
    let good = done
        .iter()
        .filter(|(_, outcome)| matches!(outcome, Outcome::Done | Outcome::Here | Outcome::Later))
        .count();
    let title = w.t(&format!("bulk-{}", action.word()));
    let said = w.tx("bulk-done", &[("done", good.into()), ("all", done.len().into())]);
    let row = |(member, outcome): &(Member, Outcome)| Row {
        key: member.user.to_string(),
        name: member.name.clone(),
        href: Some(place(slug, member)),
        cells: vec![who(member), html! { (shown(w, action, outcome)) }],
        ..Row::default()
    };
    let list = Table {
        id: "outcomes".into(),
        caption: title.clone(),
        columns: vec![Column::new(w.t("member-person")), Column::new(w.t("import-fate"))],
        rows: done.iter().map(|one| row(one).into()).collect(),
        size: Size::Tall,
        ..Table::default()
    };
    view.page(&title, &head(w, slug, title.clone(), &said), &table(w, &list))
}

fn shown(w: &Words, action: BulkAction, outcome: &Outcome) -> Markup {
    match outcome {
        Outcome::Done => {
            html! { (ui::state_said(ui::State::Ok, w.t(&format!("bulk-{}-done", action.word())))) }
        }
        Outcome::Here => html! { (ui::state_said(ui::State::Ok, w.t("bulk-force-logout-here"))) },
        Outcome::Later => html! { (ui::state_said(ui::State::Running, w.t("bulk-later"))) },
        Outcome::Nothing => html! { (ui::state_said(ui::State::Skipped, w.t("bulk-nothing"))) },
        Outcome::Refused(why) => html! {
            (ui::state_said(ui::State::Error, w.t("bulk-refused")))
            small class="block" { (w.explain(why)) }
        },
    }
}
