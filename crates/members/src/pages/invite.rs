//! The question whom to invite. The list asks it too, so it is here; whatever comes of it is for the slice above.

use i18n::Words;
use kernel::DomainName;
use maud::{Markup, Render as _, html};
use web::draft::{self, Draft, filled};
use web::ui::{self, Field, FieldKind, button, dialog, submit};

pub use super::new::FIELDS;
use super::new::{mailbox_field, role_field};

/// The dialog's id.
pub const DIALOG: &str = "invite-member";

/// The dialog that asks whom to invite.
pub fn dialog_of(
    w: &Words,
    slug: &str,
    csrf: &str,
    primary: Option<&DomainName>,
    draft: Option<&Draft>,
) -> Markup {
    let fields = [
        Field::new("email", w.t("invitation-email"))
            .kind(FieldKind::Email)
            .help(w.t("invitation-email-help")),
        Field::new("name", w.t("member-name")).optional(),
        mailbox_field(w, primary).help(w.t("member-mailbox-help")),
        role_field(w),
    ];
    let body = html! {
        (draft::said(w, &w.t("invitation-not-sent"), draft, DIALOG, &[]))
        @for field in fields { (ui::field(w, &filled(draft, DIALOG, field))) }
        p class="small soft" { (w.t("invitation-says")) }
    };
    dialog(w, DIALOG, w.t("invitation-title"))
        .form(format!("/admin/{slug}/invitations"), csrf)
        .open(draft.is_some())
        .body(body)
        .footer(html! { (button(w.t("member-cancel")).closes(DIALOG)) (submit(w.t("invitation-send")).primary()) })
        .render()
}
