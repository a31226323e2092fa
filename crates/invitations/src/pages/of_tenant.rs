//! Who is invited to one workspace, for operators: asked again, or no longer asked, by the rules of the portal's page.
//! The owner of a new workspace is invited before anybody can sign in to it.

use access::invitations::Invitation;
use access::{Granted, ManageMembers};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use members::pages::counted;
use tenants::{Tenants, tenant_head};
use web::{Done, Failure, Query, Right, View};

use super::list::{DONE, back, belongs_on_page, content};
use crate::api::{At, InvitationQuery};
use crate::error::Error;
use crate::service::Invitations;

/// Both services: the page is among the workspace's.
type Services = (Invitations, Tenants);

pub async fn show(
    Right(by): Right<ManageMembers>,
    State(services): State<Services>,
    Query(query): Query<InvitationQuery>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    view.say_done(&done, DONE);
    page(&services, &by, &view, query, None).await
}

async fn page(
    (invitations, tenants): &Services,
    by: &Granted<ManageMembers>,
    view: &View,
    query: InvitationQuery,
    refused: Option<&str>,
) -> Result<Markup, Failure> {
    let shown = invitations.shown(by, query).await?;
    let details = tenants.details(by).await?;
    let w = view.words();
    let inside = html! {
        p class="soft" { (w.tx("invitations-waiting", &[("count", counted(shown.waiting))])) }
        (content(w, &view.shell.csrf, &shown, refused))
    };
    let head = tenant_head(view, &details, "invitations", Markup::default());
    Ok(view.page(&details.tenant.name, &head, &inside))
}

pub async fn resend(
    Right(by): Right<ManageMembers>,
    State(services): State<Services>,
    Path(at): Path<At>,
    view: View,
) -> Result<Response, Failure> {
    let done = services.0.resend(&by, at.invitation()?).await;
    answered(&services, &by, &view, done, "resend").await
}

pub async fn revoke(
    Right(by): Right<ManageMembers>,
    State(services): State<Services>,
    Path(at): Path<At>,
    view: View,
) -> Result<Response, Failure> {
    let done = services.0.revoke(&by, at.invitation()?).await;
    answered(&services, &by, &view, done, "revoke").await
}

/// A refusal of an action on a row stands above the list.
async fn answered(
    services: &Services,
    by: &Granted<ManageMembers>,
    view: &View,
    done: Result<Invitation, Error>,
    word: &str,
) -> Result<Response, Failure> {
    match done {
        Ok(_) => Ok(back(by, word)),
        Err(error) if belongs_on_page(&error) => {
            let why = view.words().explain(&error);
            let page = page(services, by, view, InvitationQuery::default(), Some(&why)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
