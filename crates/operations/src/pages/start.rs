//! Where the portal leads whoever runs a workspace.

use access::{OwnAccount, TenantRights, TenantRole};
use axum::response::Redirect;
use web::{Failure, Refusal, Right, View};

/// `/admin` leads to the workspace that the person works in; the page there refuses whoever lacks the right.
pub async fn to_admin(Right(_): Right<OwnAccount>, view: View) -> Result<Redirect, Failure> {
    let slug = view.active.ok_or(Refusal::NoWorkspace)?;
    Ok(Redirect::to(&format!("/admin/{slug}")))
}

/// Where a sign-in without a destination leads to [A6]: those who run the workspace they work in to its overview,
/// others home.
pub async fn to_start(Right(own): Right<OwnAccount>, view: View) -> Redirect {
    let rights = view.active.as_deref().and_then(|slug| own.actor().rights.in_tenant(slug));
    let runs = |rights: &&TenantRights| rights.role != TenantRole::Member && rights.tenant.status.is_open();
    match rights.filter(runs) {
        Some(rights) => Redirect::to(&format!("/admin/{}", rights.tenant.slug)),
        None => Redirect::to("/"),
    }
}
