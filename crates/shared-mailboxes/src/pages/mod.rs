//! The slice's pages: a section of the mail settings in the portal.

mod list;
mod one;

use access::{ManageMail, Surface};
use mail::pages::Section;
use web::ui::Icon;
use web::{Mount, Routes, Shortcut};

use crate::service::SharedMailboxes;

/// The slice's place in the mail settings.
pub const SECTION: Section = Section { label: "mail-shared", path: "/shared", place: 10 };

/// Its ways to what people do often.
pub const SHORTCUTS: [Shortcut; 1] = [Shortcut::new::<ManageMail>(
    Surface::Portal,
    "mail-add-shared",
    "/admin/{slug}/mail/shared#add-shared",
    Icon::Plus,
)];

pub fn portal(mailboxes: &SharedMailboxes) -> Routes {
    Routes::new(Mount::Portal)
        .get("/admin/{slug}/mail/shared", list::show)
        .large()
        .post("/admin/{slug}/mail/shared", list::create)
        .get("/admin/{slug}/mail/shared/{id}", one::show)
        .large()
        .post("/admin/{slug}/mail/shared/{id}", one::change)
        .post("/admin/{slug}/mail/shared/{id}/remove", one::remove)
        .with_state(mailboxes.clone())
}
