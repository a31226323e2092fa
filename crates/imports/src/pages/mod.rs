//! The slice's pages: a file of people and what would become of each line, and how far an import is.

mod new;
mod one;

use access::{ManageMembers, Surface};
use web::ui::Icon;
use web::{Mount, Routes, Shortcut};

use crate::service::Imports;

/// Its ways to what people do often.
pub const SHORTCUTS: [Shortcut; 1] = [Shortcut::new::<ManageMembers>(
    Surface::Portal,
    "import-title",
    "/admin/{slug}/members/import",
    Icon::Download,
)];

pub fn portal(imports: &Imports) -> Routes {
    Routes::new(Mount::Portal)
        .get("/admin/{slug}/members/import", new::show)
        .large()
        .post("/admin/{slug}/members/import", new::check)
        .get("/admin/{slug}/members/import/template.csv", new::template)
        .large()
        .post("/admin/{slug}/imports", new::start)
        .get("/admin/{slug}/imports/{id}", one::show)
        .get("/admin/{slug}/imports/{id}/live", one::live)
        .post("/admin/{slug}/imports/{id}/cancel", one::cancel)
        .post("/admin/{slug}/imports/{id}/passwords", one::passwords)
        .get("/admin/{slug}/imports/{id}/skipped.csv", one::skipped)
        .with_state(imports.clone())
}
