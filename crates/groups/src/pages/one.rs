//! One group: what can be done with it.

use access::{Granted, ManageGroups};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::GroupId;
use kernel::input::Field;
use kernel::input::Shape::Raw;
use maud::Markup;
use web::draft::{Draft, version_of};
use web::{Done, Failure, FormBody, Live, Query, Right, View};

use super::list::refused;
use super::view::{self, FORM, Refused};
use crate::api::At;
use crate::error::Error;
use crate::input;
use crate::model::{GroupChange, MOST_AT_ONCE};
use crate::service::Groups;

/// The typed name that confirms a removal.
const CONFIRM: &[Field] = &[Field::optional("confirm", Raw(120), "The name of the group.")];

impl Groups {
    async fn one_page(
        &self,
        by: &Granted<ManageGroups>,
        view: &View,
        id: GroupId,
        refused: &Refused,
    ) -> Result<Markup, Failure> {
        let details = self.details(by, id).await?;
        let offer = self.offer(by).await?;
        Ok(view::page(view, &by.scope().slug, &details, &offer, self.now(), refused))
    }

    async fn refused(
        &self,
        by: &Granted<ManageGroups>,
        view: &View,
        id: GroupId,
        refused: &Refused,
    ) -> Result<Response, Failure> {
        let page = self.one_page(by, view, id, refused).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    }
}

/// What was done, in a sentence: `made`, or `in-2` for how many were added.
fn said(view: &View, word: &str) -> Option<String> {
    let w = view.words();
    if let Some((what, count)) = word.split_once('-') {
        let count: i64 = count.parse().ok()?;
        return match what {
            "in" => Some(w.tx("group-done-in", &[("count", count.into())])),
            "out" => Some(w.tx("group-done-out", &[("count", count.into())])),
            _ => None,
        };
    }
    match word {
        "made" => Some(w.t("group-done-made")),
        "saved" => Some(w.t("group-done-saved")),
        _ => None,
    }
}

pub async fn show(
    Right(by): Right<ManageGroups>,
    State(groups): State<Groups>,
    Path(at): Path<At>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    let id = at.id()?;
    if let Some(text) = done.word().and_then(|word| said(&view, word)) {
        view.toast(text);
    }
    let kept = view.refill(&format!("/admin/{}/groups/{id}", by.scope().slug));
    let draft = kept.map(|body| Draft::kept(FORM, &body));
    groups.one_page(&by, &view, id, &Refused { draft, ..Refused::default() }).await
}

/// The live stream of the page's moving parts.
pub async fn live(
    Right(by): Right<ManageGroups>,
    State(groups): State<Groups>,
    Path(at): Path<At>,
    live: Live,
    view: View,
) -> Result<Response, Failure> {
    let id = at.id()?;
    let (right, words) = (by.clone(), view.words().clone());
    let render = move || {
        let (groups, by, words) = (groups.clone(), by.clone(), words.clone());
        async move {
            let details = groups.details(&by, id).await?;
            let rest = view::rest(&words, &by.scope().slug, &details);
            Ok(vec![view::pill(&words, &details), view::steps(&words, &details, groups.now()), rest])
        }
    };
    live.stream(right, render).await
}

pub async fn change(
    Right(by): Right<ManageGroups>,
    State(groups): State<Groups>,
    Path(at): Path<At>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let id = at.id()?;
    let group = groups.details(&by, id).await?.group;
    let mut input = body.without("version").input(input::CHANGE_FORM);
    let mut change = input::change(&mut input);
    // Gigabytes are rounded to be shown, so what was not touched is not said anew.
    if body.typed("space").map(str::trim) == group.space.map(storage::say_gigabytes).as_deref() {
        change.space = None;
    }
    let done = match input.finish(Some(change)) {
        Ok(change) => groups.update(&by, id, change, Some(version_of(&body))).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(_) => {
            let place = format!("/admin/{}/groups/{id}?done=saved", by.scope().slug);
            Ok(Redirect::to(&place).into_response())
        }
        Err(error) => {
            let draft = Some(refused(FORM, &body, error)?);
            groups.refused(&by, &view, id, &Refused { draft, ..Refused::default() }).await
        }
    }
}

/// True when the name was typed that confirms what can't be undone [O5].
fn is_sure(body: &FormBody, name: &str) -> bool {
    body.input(CONFIRM).text("confirm").is_some_and(|typed| kernel::name::is_same(&typed, name))
}

/// Removes the group. Where files go with it, its name must be typed.
pub async fn remove(
    Right(by): Right<ManageGroups>,
    State(groups): State<Groups>,
    Path(at): Path<At>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let id = at.id()?;
    let details = groups.details(&by, id).await?;
    if view::has_files(&details) && !is_sure(&body, &details.group.name) {
        let wrong_name = Some(view.words().t("group-wrong-name"));
        return groups.refused(&by, &view, id, &Refused { wrong_name, ..Refused::default() }).await;
    }
    let removed = groups.remove(&by, id).await?;
    let mut said = vec![("done", "gone".to_owned())];
    said.extend(removed.files_until.map(|until| ("until", until.to_string())));
    let place = web::address(&format!("/admin/{}/groups", by.scope().slug), &said);
    Ok(Redirect::to(&place).into_response())
}

/// Takes its space from a group; the name must be typed, since files go with it.
pub async fn remove_space(
    Right(by): Right<ManageGroups>,
    State(groups): State<Groups>,
    Path(at): Path<At>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let id = at.id()?;
    let group = groups.details(&by, id).await?.group;
    if !is_sure(&body, &group.name) {
        let wrong_space_name = Some(view.words().t("group-wrong-name"));
        return groups.refused(&by, &view, id, &Refused { wrong_space_name, ..Refused::default() }).await;
    }
    let change = GroupChange { space: Some(None), ..GroupChange::default() };
    groups.update(&by, id, change, None).await?;
    let place = format!("/admin/{}/groups/{id}?done=saved", by.scope().slug);
    Ok(Redirect::to(&place).into_response())
}

/// Takes the ticked people out.
pub async fn take_out(
    Right(by): Right<ManageGroups>,
    State(groups): State<Groups>,
    Path(at): Path<At>,
    body: FormBody,
) -> Result<Response, Failure> {
    let id = at.id()?;
    let picked: Vec<String> = body.every("pick").take(MOST_AT_ONCE).map(str::to_owned).collect();
    let count = groups.take_out(&by, id, &picked).await?;
    let place = format!("/admin/{}/groups/{id}?done=out-{count}", by.scope().slug);
    Ok(Redirect::to(&place).into_response())
}
