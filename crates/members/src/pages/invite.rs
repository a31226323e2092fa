//! The question whom to invite. The list asks it too, so it is here; whatever comes of it is for the slice above.

use i18n::Words;
use maud::{Markup, Render as _, html};
use web::ui::{self, Field, FieldKind, Tone, button, dialog, submit};

use super::new::{Draft, role_field};

/// The dialog's id.
pub const DIALOG: &str = "invite-member";

/// The dialog that asks whom to invite.
pub fn dialog_of(w: &Words, slug: &str, csrf: &str, draft: Option<&Draft>) -> Markup {
    let value = |name: &str| draft.map(|draft| draft.value(name)).unwrap_or_default();
    let error = |name: &str| draft.and_then(|draft| draft.error(name));
    // The page has a dialog with fields of the same names.
    let scoped = |field: Field| Field { scope: "invite".to_owned(), ..field };
    let fields = [
        Field::new("email", w.t("invitation-email"))
            .kind(FieldKind::Email)
            .value(value("email"))
            .help(w.t("invitation-email-help"))
            .error(error("email")),
        Field::new("name", w.t("member-name")).optional().value(value("name")).error(error("name")),
        Field::new("mailbox", w.t("member-mailbox"))
            .optional()
            .value(value("mailbox"))
            .help(w.t("member-mailbox-help"))
            .error(error("mailbox")),
        role_field(w, draft),
    ]
    .map(scoped);
    let body = html! {
        @if let Some(said) = draft.and_then(Draft::said) {
            (ui::banner(Tone::Bad, &w.t("invitation-not-sent"), &w.explain(said), None))
        }
        @for field in &fields { (ui::field(w, field)) }
        p class="small soft" { (w.t("invitation-says")) }
    };
    dialog(w, DIALOG, w.t("invitation-title"))
        .form(format!("/admin/{slug}/invitations"), csrf)
        .open(draft.is_some())
        .body(body)
        .footer(html! { (button(w.t("member-cancel")).closes(DIALOG)) (submit(w.t("invitation-send")).primary()) })
        .render()
}
