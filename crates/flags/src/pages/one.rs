//! One flag: how it is, its form, its history, and stopping it at once.

use access::{Granted, ManageFlags};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use i18n::Words;
use kernel::Timestamp;
use maud::{Markup, Render as _, html};
use web::draft::{Draft, version_of};
use web::ui::{self, Confirm, Crumb, Definition, Icon, PageHead, Tone, button, card, confirm, definitions};
use web::{Done, Failure, FormBody, Query, Right, View};

use super::form::{FORM, NAMES, OF, Shown, form, place};
use super::{history, state_of};
use crate::api::At;
use crate::error::Error;
use crate::input;
use crate::model::{Flag, Key, Standing};
use crate::reads::{Details, MOST_HISTORY, Summary};
use crate::service::Flags;
use crate::store::Reached;

const KILL: &str = "kill-flag";
const REVIVE: &str = "revive-flag";
const REMOVE: &str = "remove-flag";

pub async fn show(
    Right(by): Right<ManageFlags>,
    State(flags): State<Flags>,
    Path(at): Path<At>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    let known = [
        ("created", "flag-done-created"),
        ("saved", "flag-done-saved"),
        ("killed", "flag-done-killed"),
        ("revived", "flag-done-revived"),
    ];
    view.say_done(&done, &known);
    let details = flags.details(&by, &at.key()?).await?;
    let draft = view.refill(&place(Some(&details.summary.flag.key))).map(|body| Draft::kept(FORM, &body));
    let shown = Shown { details: Some(&details), draft: draft.as_ref(), reached: None };
    page(&flags, &by, &view, &shown, None).await
}

async fn save(flags: &Flags, by: &Granted<ManageFlags>, key: &Key, body: &FormBody) -> Result<Flag, Error> {
    let typed = body.without("version").without(OF);
    let sent = input::change(typed.input(input::CHANGE_FORM)).map_err(Error::Invalid)?;
    flags.update(by, key, &flags.change_of(sent).await?, Some(version_of(body))).await
}

pub async fn submit(
    Right(by): Right<ManageFlags>,
    State(flags): State<Flags>,
    Path(at): Path<At>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let key = at.key()?;
    match save(&flags, &by, &key, &body).await {
        Ok(_) => Ok(back(&key, "saved").into_response()),
        Err(error) => {
            let draft = Draft::of(FORM, &body, error, NAMES)?;
            let details = flags.details(&by, &key).await?;
            let shown = Shown { details: Some(&details), draft: Some(&draft), reached: None };
            let page = page(&flags, &by, &view, &shown, None).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

fn back(key: &Key, done: &str) -> Redirect {
    Redirect::to(&format!("/flags/{key}?done={done}"))
}

pub async fn kill(
    Right(by): Right<ManageFlags>,
    State(flags): State<Flags>,
    Path(at): Path<At>,
) -> Result<Redirect, Failure> {
    let flag = flags.kill(&by, &at.key()?).await?;
    Ok(back(&flag.key, "killed"))
}

pub async fn revive(
    Right(by): Right<ManageFlags>,
    State(flags): State<Flags>,
    Path(at): Path<At>,
) -> Result<Redirect, Failure> {
    let flag = flags.revive(&by, &at.key()?).await?;
    Ok(back(&flag.key, "revived"))
}

/// Removes a flag; its key must be typed, since it can't be undone [O5].
pub async fn remove(
    Right(by): Right<ManageFlags>,
    State(flags): State<Flags>,
    Path(at): Path<At>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let key = at.key()?;
    if body.input(input::CONFIRM).text("confirm").as_deref() != Some(key.as_str()) {
        let details = flags.details(&by, &key).await?;
        let shown = Shown { details: Some(&details), draft: None, reached: None };
        let wrong_key = Some(view.words().t("flag-wrong-key"));
        let page = page(&flags, &by, &view, &shown, wrong_key).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    flags.remove(&by, &key).await?;
    Ok(Redirect::to("/flags?done=removed").into_response())
}

/// The page of a flag; `wrong_key` reopens the dialog of its removal with what was wrong in it.
pub async fn page(
    flags: &Flags,
    by: &Granted<ManageFlags>,
    view: &View,
    shown: &Shown<'_>,
    wrong_key: Option<String>,
) -> Result<Markup, Failure> {
    let Some(details) = shown.details else { return Err(Error::NotFound.into()) };
    let (w, now, flag) = (view.words(), flags.now(), &details.summary.flag);
    let records = flags.history(by, flag.id, None, MOST_HISTORY).await?.items;
    let reached = flags.reached(by, &flag.key, &flag.rule).await?;
    // Of what was typed it is known only where somebody asked.
    let typed = if shown.draft.is_some() { shown.reached } else { Some(reached) };
    let shown = Shown { reached: typed, ..*shown };
    let key = flag.key.to_string();
    let head = PageHead {
        title: key.clone(),
        state: Some(state_of(w, flag, now).pill().render()),
        summary: html! { (flag.description.clone().unwrap_or_else(|| w.t("flag-no-description"))) },
        actions: actions(w, flag),
        crumbs: vec![
            Crumb { label: w.t("nav-flags"), href: Some("/flags".into()) },
            Crumb { label: key.clone(), href: None },
        ],
        ..PageHead::default()
    };
    let content = html! {
        div class="stack" {
            @if let Some(at) = flag.killed_at { (killed(w, at, now)) }
            div class="cols" {
                (card("flag-rule", w.t("flag-rule")).body(form(view, &shown)))
                div class="stack" {
                    (card("facts", w.t("flag-facts")).body(facts(w, details, now)))
                    (card("history", w.t("flag-history")).flush(history::timeline(w, &records, now)))
                }
            }
        }
        @for question in questions(w, &view.shell.csrf, flag, (reached, now), wrong_key) { (confirm(w, &question)) }
    };
    Ok(view.page(&key, &head, &content))
}

fn killed(w: &Words, at: Timestamp, now: Timestamp) -> Markup {
    let says = w.tx("flag-killed-says", &[("date", ui::day(w, at, now).into())]);
    ui::banner(Tone::Warn, &w.t("flag-killed"), &says, None)
}

fn actions(w: &Words, flag: &Flag) -> Markup {
    html! {
        (button(w.t("flag-remove")).icon(Icon::Trash).opens(REMOVE))
        @if flag.killed_at.is_some() {
            (button(w.t("flag-revive")).primary().icon(Icon::Undo).opens(REVIVE))
        } @else {
            (button(w.t("flag-kill")).danger().icon(Icon::Pause).opens(KILL))
        }
    }
}

/// For how many tenants a flag is on just now, of those that its rule reaches.
fn on_for(flag: &Flag, reached: Reached, now: Timestamp) -> Reached {
    match flag.standing(now) {
        Standing::Live(_) => reached,
        Standing::Killed | Standing::Waiting | Standing::Over => Reached { tenants: 0, ..reached },
    }
}

fn questions(
    w: &Words,
    csrf: &str,
    flag: &Flag,
    (reached, now): (Reached, Timestamp),
    wrong_key: Option<String>,
) -> Vec<Confirm> {
    let key = [("key", flag.key.as_str().into())];
    let counted = |text: &str, Reached { tenants, of }: Reached| {
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        vec![(Icon::Tenant, w.tx(text, &[("count", count(tenants).into()), ("of", count(of).into())]))]
    };
    let question = |id: &str, title: &str, says: &str, label: &str, verb: &str| Confirm {
        id: id.to_owned(),
        title: w.tx(title, &key),
        says: w.t(says),
        label: w.t(label),
        keep: w.t("flag-cancel"),
        action: format!("/flags/{}/{verb}", flag.key),
        csrf: csrf.to_owned(),
        ..Confirm::default()
    };
    let now_on = counted("flag-on-for", on_for(flag, reached, now));
    let switch = if flag.killed_at.is_some() {
        let revived = Flag { killed_at: None, ..flag.clone() };
        let goes = counted("flag-on-again-for", on_for(&revived, reached, now));
        Confirm { goes, ..question(REVIVE, "flag-revive-title", "flag-revive-says", "flag-revive", "revive") }
    } else {
        let goes = now_on.clone();
        Confirm { goes, ..question(KILL, "flag-kill-title", "flag-kill-says", "flag-kill", "kill") }
    };
    let remove = Confirm {
        goes: now_on,
        name: Some(flag.key.to_string()),
        error: wrong_key,
        ..question(REMOVE, "flag-remove-title", "flag-remove-says", "flag-remove", "remove")
    };
    vec![remove, switch]
}

fn facts(w: &Words, details: &Details, now: Timestamp) -> Markup {
    let Summary { flag, changed_by } = &details.summary;
    let list = [
        Definition::new(w.t("flag-key"), ui::copy(w, flag.key.as_str())),
        Definition::new(w.t("flag-changed-by"), html! { (changed_by.as_deref().unwrap_or("–")) }),
        Definition::new(w.t("flag-changed"), ui::ago(w, flag.updated_at, now)),
        Definition::new(w.t("flag-created"), ui::date(w, flag.created_at)),
    ];
    definitions(true, &list)
}
