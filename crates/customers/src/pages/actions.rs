//! What an operator does to a tenant from its page. Each leads back to it and says what was done.

use access::{EditTenant, ManageTenant, ReconcileTenant};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use tenants::TenantChange;
use web::{Failure, FormBody, Right, View};

use crate::input;
use crate::service::Customers;

fn back(slug: &str, done: &str) -> Redirect {
    Redirect::to(&format!("/tenants/{slug}?done={done}"))
}

pub async fn suspend(
    Right(by): Right<ManageTenant>,
    State(Customers { tenants, .. }): State<Customers>,
) -> Result<Redirect, Failure> {
    tenants.suspend(&by).await?;
    Ok(back(&by.scope().slug, "suspend"))
}

pub async fn resume(
    Right(by): Right<ManageTenant>,
    State(Customers { tenants, .. }): State<Customers>,
) -> Result<Redirect, Failure> {
    tenants.resume(&by).await?;
    Ok(back(&by.scope().slug, "resume"))
}

pub async fn reconcile(
    Right(by): Right<ReconcileTenant>,
    State(Customers { tenants, .. }): State<Customers>,
) -> Result<Redirect, Failure> {
    tenants.reconcile(&by).await?;
    Ok(back(&by.scope().slug, "reconcile"))
}

/// Gives a tenant the storage of its plan again.
pub async fn storage_by_plan(
    Right(by): Right<EditTenant>,
    State(Customers { tenants, .. }): State<Customers>,
) -> Result<Redirect, Failure> {
    let change = TenantChange { storage_quota: Some(None), ..TenantChange::default() };
    tenants.update(&by, change, None).await?;
    Ok(back(&by.scope().slug, "update"))
}

/// Ends a tenant; its name must be typed, since it can't be undone [O5].
pub async fn terminate(
    Right(by): Right<ManageTenant>,
    State(customers): State<Customers>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let typed = body.input(input::CONFIRM).text("confirm").unwrap_or_default();
    if !kernel::name::is_same(&typed, &by.scope().name) {
        let wrong = view.words().t("terminate-wrong-name");
        let page = customers.page_of(&by, &view, Some(wrong)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    customers.tenants.terminate(&by).await?;
    Ok(back(&by.scope().slug, "terminate").into_response())
}
