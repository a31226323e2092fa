//! Removals that wait for a person, on the page of a tenant.

use access::ManageTenant;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use web::{Failure, FormBody, Right, View};

use super::overview::{Shown, page};
use crate::input;
use crate::service::Customers;

/// Lets them go on; the name of the workspace must be typed, since it can't be undone [O5].
pub async fn go_on(
    Right(by): Right<ManageTenant>,
    State(customers): State<Customers>,
    mut view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let form = body.input(input::COUNTED_AND_CONFIRMED);
    let typed = form.text("confirm").unwrap_or_default();
    let hash = provisioning::hash(form).map_err(Failure::invalid)?;
    if !kernel::name::is_same(&typed, &by.scope().name) {
        let stopped = customers.provisioning.stopped(&by).await?;
        let (details, people) = (customers.tenants.details(&by).await?, customers.role_holders(&by).await?);
        if stopped.is_empty() {
            let text = view.words().t("stopped-moved");
            view.warn(text);
        }
        let wrong_removals = Some(view.words().t("stopped-wrong-name"));
        let page = page(&view, &Shown { details, people, stopped, wrong_removals }, None);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    match customers.provisioning.let_removals_go_on(&by, &hash).await {
        Ok(_) => {
            let back = format!("/tenants/{}?done=removals", by.scope().slug);
            Ok(Redirect::to(&back).into_response())
        }
        Err(provisioning::Error::RemovalsMoved(_)) => {
            let text = view.words().t("stopped-moved");
            view.warn(text);
            Ok((StatusCode::CONFLICT, customers.page_of(&by, &view, None).await?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
