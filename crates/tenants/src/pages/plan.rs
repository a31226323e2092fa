//! The plan tab: what differs upstream, and what is decided about it [B5].

use access::{Granted, ManageTenant};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Coded as _;
use maud::Markup;
use serde::Deserialize;
use web::ui::{Flash, Tone};
use web::{DONE, Failure, FormBody, Parameters, Query, Right, Tables, View};

use super::plan_view::{Shown, Wrong, page};
use crate::error::Error;
use crate::input;
use crate::service::Tenants;

#[derive(Deserialize)]
pub struct After {
    /// The decision that led here.
    done: Option<String>,
}

impl Parameters for After {
    const TABLES: Tables = &[DONE];
}

pub async fn show(
    Right(by): Right<ManageTenant>,
    State(tenants): State<Tenants>,
    Query(after): Query<After>,
    mut view: View,
) -> Result<Markup, Failure> {
    let key = match after.done.as_deref() {
        Some("revert") => Some("done-revert"),
        Some("adopt") => Some("done-adopt"),
        Some("accept") => Some("done-accept"),
        Some("withdraw") => Some("done-withdraw"),
        _ => None,
    };
    if let Some(key) = key {
        let text = view.words().t(key);
        view.shell.flashes.push(Flash { tone: Tone::Ok, text, undo: None });
    }
    planned(&tenants, &by, &view, None).await
}

async fn planned(
    tenants: &Tenants,
    by: &Granted<ManageTenant>,
    view: &View,
    wrong: Option<Wrong>,
) -> Result<Markup, Failure> {
    let plan = tenants.plan(by).await?;
    let shown = Shown {
        details: tenants.details(by).await?,
        names: tenants.acceptors(&plan.accepted).await?,
        owners: tenants.owners_of(&plan).await?,
        plan,
        history: tenants.history(by).await?,
        read_at: by.clock().now(),
    };
    Ok(page(view, &shown, wrong.as_ref()))
}

/// Leads back to the plan, or shows it anew with what stood against the decision.
async fn back(
    tenants: &Tenants,
    by: &Granted<ManageTenant>,
    view: &mut View,
    decided: Result<&str, Error>,
) -> Result<Response, Failure> {
    let why = match decided {
        Ok(done) => {
            let plan = format!("/tenants/{}/plan?done={done}", by.scope().slug);
            return Ok(Redirect::to(&plan).into_response());
        }
        Err(Error::PlanMoved | Error::NoSuchChange) => view.words().t("plan-moved"),
        Err(error @ (Error::NotAdoptable(_) | Error::NothingToDo)) => error.advice().unwrap_or_default(),
        Err(error) => return Err(error.into()),
    };
    view.shell.flashes.push(Flash { tone: Tone::Warn, text: why, undo: None });
    Ok((StatusCode::CONFLICT, planned(tenants, by, view, None).await?).into_response())
}

pub async fn apply(
    Right(by): Right<ManageTenant>,
    State(tenants): State<Tenants>,
    mut view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let hash = input::hash(body.input(input::APPLY)).map_err(Failure::invalid)?;
    match tenants.apply(&by, &hash).await {
        Ok(_) => Ok(Redirect::to(&format!("/tenants/{}?done=apply", by.scope().slug)).into_response()),
        Err(error) => back(&tenants, &by, &mut view, Err(error)).await,
    }
}

pub async fn revert(
    Right(by): Right<ManageTenant>,
    State(tenants): State<Tenants>,
    mut view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let chosen = input::chosen(body.input(input::CHOSEN)).map_err(Failure::invalid)?;
    let decided = tenants.revert(&by, &chosen).await.map(|_| "revert");
    back(&tenants, &by, &mut view, decided).await
}

pub async fn adopt(
    Right(by): Right<ManageTenant>,
    State(tenants): State<Tenants>,
    mut view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let chosen = input::chosen(body.input(input::CHOSEN)).map_err(Failure::invalid)?;
    let decided = tenants.adopt(&by, &chosen).await.map(|()| "adopt");
    if decided.is_ok() {
        tenants.settle(by.tenant()).await?;
    }
    back(&tenants, &by, &mut view, decided).await
}

pub async fn accept(
    Right(by): Right<ManageTenant>,
    State(tenants): State<Tenants>,
    mut view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    match input::acceptance(body.input(input::ACCEPT)) {
        Ok((chosen, reason, days)) => {
            let decided = tenants.accept(&by, &chosen, reason, days).await.map(|_| "accept");
            back(&tenants, &by, &mut view, decided).await
        }
        Err(errors) => {
            let typed = |name: &str| body.typed(name).unwrap_or_default().to_owned();
            let wrong =
                Wrong { kind: typed("kind"), key: typed("key"), typed: drift::Typed::of(&body, errors) };
            let page = planned(&tenants, &by, &view, Some(wrong)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

pub async fn withdraw(
    Right(by): Right<ManageTenant>,
    State(tenants): State<Tenants>,
    mut view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let id = body.typed("id").unwrap_or_default();
    let decided = tenants.withdraw_acceptance(&by, id).await.map(|()| "withdraw");
    back(&tenants, &by, &mut view, decided).await
}
