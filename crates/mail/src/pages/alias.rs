//! One alias.

use access::ManageMail;
use addresses::AddressKind;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, Render as _, html};
use web::ui::{self, Confirm, Crumb, Definition, Icon, MenuItem, PageHead, card, confirm, definitions};
use web::{Failure, Right, View};

use super::mark_of;
use crate::api::AtAlias;
use crate::service::Mail;

const REMOVE: &str = "remove-alias";

pub async fn show(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    Path(at): Path<AtAlias>,
    view: View,
) -> Result<Markup, Failure> {
    let row = mail.alias(&by, &at.address()?).await?;
    let (w, slug, address) = (view.words(), &by.scope().slug, row.entry.address.to_string());
    let place = format!("/admin/{slug}/mail");
    let head = PageHead {
        title: address.clone(),
        summary: html! { (w.t("mail-kind-alias")) },
        crumbs: vec![Crumb { label: w.t("nav-mail"), href: Some(place.clone()) }],
        actions: ui::more(w, &address, &[MenuItem::danger(Icon::Trash, w.t("mail-alias-remove"), REMOVE)]),
        ..PageHead::default()
    };
    let leads_to = html! {
        @if let Some(owner) = &row.owner {
            @match (&owner.person, owner.kind) {
                (Some((user, name)), _) => { a href={ "/admin/" (slug) "/members/" (user) } { (name) } " " },
                (None, AddressKind::List) => {
                    a href={ (place) "/lists/" (row.entry.object) } { (w.t("mail-kind-list")) } " "
                },
                (None, AddressKind::Shared) => {
                    a href={ (place) "/shared/" (row.entry.object) } { (w.t("mail-kind-shared")) } " "
                },
                (None, _) => {},
            }
            (ui::copy(w, &owner.address.to_string()))
        }
    };
    let facts = [
        Definition::new(w.t("mail-address"), html! { (ui::copy(w, &address)) }),
        Definition::new(w.t("mail-leads-to"), leads_to),
        Definition::new(w.t("mail-state"), mark_of(w, &row, by.scope().status).render()),
    ];
    let ask = Confirm {
        id: REMOVE.to_owned(),
        title: w.tx("mail-alias-remove-title", &[("address", (&address).into())]),
        says: w.t("mail-alias-remove-says"),
        label: w.t("mail-alias-remove"),
        keep: w.t("mail-cancel"),
        action: format!("{place}/aliases/{address}/remove"),
        csrf: view.shell.csrf.clone(),
        ..Confirm::default()
    };
    let content = html! {
        (card("facts", w.t("mail-facts")).body(definitions(true, &facts)))
        (confirm(w, &ask))
    };
    Ok(view.page(&address, &head, &content))
}

pub async fn remove(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    Path(at): Path<AtAlias>,
) -> Result<Response, Failure> {
    mail.remove_alias(&by, &at.address()?).await?;
    Ok(Redirect::to(&format!("/admin/{}/mail?done=alias-gone", by.scope().slug)).into_response())
}
