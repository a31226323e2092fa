//! What is done with a member from their page.

use access::{Granted, ManageMembers};
use addresses::Fate;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::input::Field;
use kernel::input::Shape::Raw;
use kernel::{Coded, ErrorKind, UserId};
use maud::html;
use memberships::{At, Error, input};
use people::{Extent, OneAt, SignOut};
use web::draft::Draft;
use web::{Failure, FormBody, Right, View};

use super::new::made_dialog;
use super::one::{FORM, OFFBOARD, Question, page};
use crate::service::Members;

/// The typed name that confirms a removal.
const CONFIRM: &[Field] = &[Field::optional("confirm", Raw(120), "The member's name.")];

fn back(by: &Granted<ManageMembers>, user: UserId, done: &str) -> Response {
    Redirect::to(&format!("/admin/{}/members/{user}?done={done}", by.scope().slug)).into_response()
}

/// True for a refusal of what was sent, which is said where it was typed.
fn is_of_the_form(error: &impl Coded) -> bool {
    matches!(error.kind(), ErrorKind::Conflict | ErrorKind::Forbidden | ErrorKind::Invalid | ErrorKind::Stale)
}

impl Members {
    /// A refusal that belongs on the page is shown there; any other is a page of its own.
    pub async fn refused(
        &self,
        by: &Granted<ManageMembers>,
        view: &View,
        user: UserId,
        error: impl Coded + Send,
    ) -> Result<Response, Failure> {
        if !is_of_the_form(&error) {
            return Err(error.into());
        }
        let w = view.words();
        let fields: Vec<String> = error.fields().iter().map(|field| w.say(&field.message)).collect();
        let refused = if fields.is_empty() { w.explain(&error) } else { fields.join(" ") };
        self.answered(by, view, user, Question { refused: Some(refused), ..Question::default() }).await
    }

    /// The same of an offboarding: what is wrong with its field is said there, and the question is open again.
    pub async fn refused_to_leave(
        &self,
        by: &Granted<ManageMembers>,
        view: &View,
        user: UserId,
        body: &FormBody,
        error: impl Coded + Send,
    ) -> Result<Response, Failure> {
        if error.fields().is_empty() {
            return self.refused(by, view, user, error).await;
        }
        let leaving = Some(Draft::refused(OFFBOARD, body, &error, &["mailTo"]));
        self.answered(by, view, user, Question { leaving, ..Question::default() }).await
    }

    /// The page with what was said of something that was sent.
    async fn answered(
        &self,
        by: &Granted<ManageMembers>,
        view: &View,
        user: UserId,
        question: Question,
    ) -> Result<Response, Failure> {
        let shown = self.shown(by, user).await?;
        let page = page(view, by, &shown, self.now(), &question, &html! {});
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    }
}

pub async fn change(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let user = at.user()?;
    let version = body.typed("version").and_then(|text| text.parse().ok());
    let mut input = body.without("version").input(input::CHANGE);
    let change = input::change(&mut input);
    let done = match input.finish(Some(change)) {
        Ok(change) => members.update(&by, user, change, version).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(_) => Ok(back(&by, user, "change")),
        Err(error) if is_of_the_form(&error) => {
            let draft = Some(Draft::refused(FORM, &body, &error, &["name", "role", "mailbox"]));
            members.answered(&by, &view, user, Question { draft, ..Question::default() }).await
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn suspend(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
    view: View,
) -> Result<Response, Failure> {
    let user = at.user()?;
    match members.suspend(&by, user).await {
        Ok(_) => Ok(back(&by, user, "suspend")),
        Err(error) => members.refused(&by, &view, user, error).await,
    }
}

pub async fn resume(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
    view: View,
) -> Result<Response, Failure> {
    let user = at.user()?;
    match members.resume(&by, user).await {
        Ok(_) => Ok(back(&by, user, "resume")),
        Err(error) => members.refused(&by, &view, user, error).await,
    }
}

pub async fn force_logout(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let user = at.user()?;
    match members.force_logout(&by, user, fate(&body)?).await {
        Ok(done) if done.sign_ins != SignOut::Done => Ok(back(&by, user, "sign-out-later")),
        Ok(done) if done.extent == Extent::Workspace => Ok(back(&by, user, "force-logout-here")),
        Ok(_) => Ok(back(&by, user, "force-logout")),
        Err(error) => members.refused(&by, &view, user, error).await,
    }
}

fn fate(body: &FormBody) -> Result<Fate, Failure> {
    let mut input = body.input(people::input::SIGN_OUT);
    let fate = people::input::app_passwords(&mut input);
    input.finish(Some(fate)).map_err(Failure::invalid)
}

/// Answers with the page and the password on it: it is shown once, so there is no address for it.
pub async fn reset_password(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let user = at.user()?;
    let made = match members.reset_password(&by, user, fate(&body)?).await {
        Ok(made) => made,
        Err(error) => return members.refused(&by, &view, user, error).await,
    };
    let shown = members.shown(&by, user).await?;
    let password = made_dialog(view.words(), by.scope(), &made, &shown.details, false);
    let page = page(&view, &by, &shown, members.now(), &Question::default(), &password);
    Ok(([(header::CACHE_CONTROL, "no-store")], page).into_response())
}

/// Ends one session of a member.
pub async fn end_session(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<OneAt>,
    view: View,
) -> Result<Response, Failure> {
    let user = at.user()?;
    match members.people.end_session(&by, user, at.session()).await {
        Ok(()) => {
            let next = format!("/admin/{}/members/{user}?done=end-session", by.scope().slug);
            Ok(Redirect::to(&next).into_response())
        }
        Err(error) if matches!(error.kind(), ErrorKind::Conflict | ErrorKind::Forbidden) => {
            members.refused(&by, &view, user, error).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Removes a member; the name must be typed, since the mail can't be brought back [O5].
pub async fn remove(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let user = at.user()?;
    let shown = members.shown(&by, user).await?;
    let typed = body.input(CONFIRM).text("confirm").unwrap_or_default();
    if !kernel::name::is_same(&typed, &shown.details.member.name) {
        let question =
            Question { wrong_name: Some(view.words().t("member-wrong-name")), ..Question::default() };
        let page = page(&view, &by, &shown, members.now(), &question, &html! {});
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    match members.remove(&by, user).await {
        Ok(_) => Ok(Redirect::to(&format!("/admin/{}/members?done=remove", by.scope().slug)).into_response()),
        Err(error) => members.refused(&by, &view, user, error).await,
    }
}
