//! Many people at once, from a file. First every line is judged without changing anything; then the good ones are made,
//! one small transaction each, by the clock. Owns the tables `imports`, `import_rows` and `import_heads`; whoever is
//! made is made by the rules of `memberships`, and whoever can't be is invited.
//!
//! Invariants: a line of a file is done with its person or not at all, so a death at any point costs nothing; an import
//! goes on only while whoever started it may; a first password is given out once and kept nowhere.

mod actions;
mod api;
mod check;
mod error;
mod events;
mod file;
mod jobs;
mod lines;
mod model;
mod pages;
mod passwords;
mod reads;
mod recorded;
mod run;
mod service;
mod store;
mod tables;

pub use error::Error;
pub use service::Imports;

use access::Surface;
use i18n::{Language, Source};
use platform::Slice;
use web::ObjectPage;

/// Where its objects are opened.
const OBJECTS: [ObjectPage; 1] =
    [ObjectPage { kind: "import", surface: Surface::Portal, href: "/admin/{slug}/imports/{id}" }];

/// What the slice brings.
pub fn slice(imports: &Imports) -> Slice {
    let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
    Slice {
        routes: vec![api::routes(imports), pages::portal(imports)],
        objects: OBJECTS.to_vec(),
        shortcuts: pages::SHORTCUTS.to_vec(),
        actions: recorded::Action::ALL,
        texts: vec![english],
        subscribers: vec![events::subscriber()],
        jobs: vec![jobs::schedule(imports)],
        ..Slice::new("imports")
    }
}
