//! The plan tab: what differs upstream, and what is decided about it [B5].

use access::{Granted, ManageTenant};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Explain as _;
use maud::Markup;

use web::{Done, Failure, FormBody, Query, Right, View};

use super::plan_view::{Shown, Wrong, page};
use crate::accept::Typed;
use crate::error::Error;
use crate::input;
use crate::service::Drift;

pub async fn show(
    Right(by): Right<ManageTenant>,
    State(drift): State<Drift>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    let known = [
        ("revert", "done-revert"),
        ("adopt", "done-adopt"),
        ("accept", "done-accept"),
        ("withdraw", "done-withdraw"),
    ];
    view.say_done(&done, &known);
    planned(&drift, &by, &view, None).await
}

async fn planned(
    drift: &Drift,
    by: &Granted<ManageTenant>,
    view: &View,
    wrong: Option<Wrong>,
) -> Result<Markup, Failure> {
    let plan = drift.plan(by).await?;
    let shown = Shown {
        details: drift.tenants.details(by).await?,
        names: drift.acceptors(&plan.accepted).await?,
        owners: drift.owners_of(&plan).await?,
        plan,
        history: drift.history(by).await?,
        read_at: by.clock().now(),
    };
    Ok(page(view, &shown, wrong.as_ref()))
}

/// Leads back to the plan, or shows it anew with what stood against the decision.
async fn back(
    drift: &Drift,
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
        Err(error @ (Error::NotAdoptable(_) | Error::NothingToDo)) => {
            view.words().advice(&error.message()).unwrap_or_default()
        }
        Err(error) => return Err(error.into()),
    };
    view.warn(why);
    Ok((StatusCode::CONFLICT, planned(drift, by, view, None).await?).into_response())
}

pub async fn apply(
    Right(by): Right<ManageTenant>,
    State(drift): State<Drift>,
    mut view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let hash = input::hash(body.input(input::APPLY)).map_err(Failure::invalid)?;
    match drift.apply(&by, &hash).await {
        Ok(_) => Ok(Redirect::to(&format!("/tenants/{}?done=apply", by.scope().slug)).into_response()),
        Err(error) => back(&drift, &by, &mut view, Err(error)).await,
    }
}

pub async fn revert(
    Right(by): Right<ManageTenant>,
    State(drift): State<Drift>,
    mut view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let chosen = input::chosen(body.input(input::CHOSEN)).map_err(Failure::invalid)?;
    let decided = drift.revert(&by, &chosen).await.map(|_| "revert");
    back(&drift, &by, &mut view, decided).await
}

pub async fn adopt(
    Right(by): Right<ManageTenant>,
    State(drift): State<Drift>,
    mut view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let chosen = input::chosen(body.input(input::CHOSEN)).map_err(Failure::invalid)?;
    let decided = drift.adopt(&by, &chosen).await.map(|()| "adopt");
    if decided.is_ok() {
        drift.tenants.settle(by.tenant()).await?;
    }
    back(&drift, &by, &mut view, decided).await
}

pub async fn accept(
    Right(by): Right<ManageTenant>,
    State(drift): State<Drift>,
    mut view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    match input::acceptance(body.input(input::ACCEPT)) {
        Ok((chosen, reason, days)) => {
            let decided = drift.accept_change(&by, &chosen, reason, days).await.map(|_| "accept");
            back(&drift, &by, &mut view, decided).await
        }
        Err(errors) => {
            let typed = |name: &str| body.typed(name).unwrap_or_default().to_owned();
            let wrong = Wrong { kind: typed("kind"), key: typed("key"), typed: Typed::of(&body, errors) };
            let page = planned(&drift, &by, &view, Some(wrong)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

pub async fn withdraw(
    Right(by): Right<ManageTenant>,
    State(drift): State<Drift>,
    mut view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let id = body.typed("id").unwrap_or_default();
    let decided = drift.withdraw_acceptance(&by, id).await.map(|()| "withdraw");
    back(&drift, &by, &mut view, decided).await
}
