//! Adding a member, and the password that is shown once.

use access::{ManageMembers, TenantRef};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use i18n::Words;
use kernel::{Coded as _, DomainName};
use maud::{Markup, Render as _, html};
use memberships::{Error, input};
use people::Credential;
use web::draft::{self, Draft, filled};
use web::ui::{self, Field, FieldKind, Icon, Secret, button, dialog, secret, submit};
use web::{Failure, FormBody, Right, View};

use super::{address, list, place, steps};
use crate::actions::Made;
use crate::api::MemberQuery;
use crate::reads::Details;
use crate::service::Members;

pub const DIALOG: &str = "add-member";
const MADE: &str = "member-made";

/// The fields of both dialogs that ask for somebody new.
pub const FIELDS: &[&str] = &["name", "email", "mailbox", "role"];

pub async fn create(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let mut input = body.input(input::NEW);
    let new = input::new(&mut input);
    let made = match input.finish(new) {
        Ok(new) => members.create(&by, new).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    let tenant = by.scope();
    let shown = members.shown_list(&by, MemberQuery::default()).await?;
    match made {
        Ok(made) => {
            let details = members.details(&by, made.member.user).await?;
            let card = made_dialog(view.words(), tenant, &made, &details, true);
            let page = list::page(&view, tenant, &shown, None, &card);
            Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], page).into_response())
        }
        Err(error)
            if matches!(
                error.kind(),
                kernel::ErrorKind::Invalid | kernel::ErrorKind::Conflict | kernel::ErrorKind::Forbidden
            ) =>
        {
            let draft = Draft::refused(DIALOG, &body, &error, FIELDS);
            let page = list::page(&view, tenant, &shown, Some(&draft), &html! {});
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

pub fn dialog_of(
    w: &Words,
    slug: &str,
    csrf: &str,
    primary: Option<&DomainName>,
    draft: Option<&Draft>,
) -> Markup {
    let fields = [
        Field::new("name", w.t("member-name")),
        Field::new("email", w.t("member-email")).kind(FieldKind::Email).help(w.t("member-email-help")),
        mailbox_field(w, primary).help(w.t("member-mailbox-help")),
        role_field(w),
    ];
    // No account can be made for the address, and its person can be asked.
    let is_to_be_invited = draft.is_some_and(|draft| draft.is_for(&["has-account", "foreign-domain"]));
    let body = html! {
        (draft::said(w, &w.t("member-not-added"), draft, DIALOG, &[]))
        @for field in fields { (ui::field(w, &filled(draft, DIALOG, field))) }
    };
    dialog(w, DIALOG, w.t("member-add-title"))
        .form(format!("/admin/{slug}/members"), csrf)
        .open(draft.is_some())
        .body(body)
        .footer(html! {
            (button(w.t("member-cancel")).closes(DIALOG))
            @if is_to_be_invited {
                (submit(w.t("member-invite-instead")).action(format!("/admin/{slug}/invitations")).primary())
            } @else {
                (submit(w.t("member-add")).primary())
            }
        })
        .render()
}

/// The name of a mailbox on the primary domain.
pub(super) fn mailbox_field(w: &Words, primary: Option<&DomainName>) -> Field {
    let suffix = primary.map(|domain| format!("@{}", domain.unicode()));
    Field { exact: true, suffix, ..Field::new("mailbox", w.t("member-mailbox")) }.optional()
}

/// The choice of a role.
pub(super) fn role_field(w: &Words) -> Field {
    let roles = input::ROLES.iter().map(|word| ((*word).to_owned(), w.t(&format!("role-{word}"))));
    Field::new("role", w.t("member-role")).kind(FieldKind::Select(roles.collect())).value("member")
}

/// The dialog with the password: of a new member with the steps, which the page under it lacks, or after a reset. The
/// address becomes the member's, so that a reload does not send the form again.
pub fn made_dialog(
    w: &Words,
    tenant: &TenantRef,
    made: &Made,
    details: &Details,
    with_steps: bool,
) -> Markup {
    let member = &made.member;
    let at = place(&tenant.slug, member);
    let body = html! {
        div data-address=(at) {}
        (password(w, made))
        p class="small soft" { (w.t("member-password-says")) }
        (steps::refusals(w, &made.credentials))
        @if with_steps {
            section data-live={ (at) "/live" } { (steps::list(w, &details.member, &details.steps, tenant.status, None)) }
        }
    };
    let key = if with_steps { "member-made-title" } else { "member-password-title" };
    let title = w.tx(key, &[("name", (&member.name).into())]);
    dialog(w, MADE, title)
        .lead(html! { span class="avatar-lead" { (ui::avatar(&member.name, &member.user.to_string())) } })
        .open(true)
        .body(body)
        .footer(html! {
            span class="muted small push-end cut" { (address(member)) }
            (button(w.t("member-made-done")).primary().icon(Icon::Check).closes(MADE))
        })
        .render()
}

/// The password, named after the credentials that took it.
fn password(w: &Words, made: &Made) -> Markup {
    let has_mail = made.credentials.mailboxes.iter().any(|(_, credential)| *credential == Credential::Set);
    let has_sign_in = made.credentials.sign_in == Credential::Set;
    let label = match (has_sign_in, has_mail) {
        (true, true) => "member-password-both",
        (true, false) => "member-password-sign-in",
        (false, true) => "member-password-mail",
        (false, false) => {
            return ui::banner(
                ui::Tone::Warn,
                &w.t("member-no-password"),
                &w.t("member-no-password-says"),
                None,
            );
        }
    };
    secret(w, &Secret { id: "otp".to_owned(), label: w.t(label), value: made.password.clone(), group: 0 })
}
