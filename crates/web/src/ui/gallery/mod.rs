//! Every component in every state, for the eye and for tests; routed in development only. Its words are examples and
//! stay in English.

mod forms;
mod marks;
mod values;

use kernel::clock::Timestamp;
use maud::{Markup, html};

use super::{PageHead, Shell, link_button};

/// The moment the examples speak of, so that each rendering is the same.
const NOW: Timestamp = Timestamp::from_seconds(1_763_633_632);

/// A part of the gallery.
fn demo(id: &str, title: &str, says: &str, inside: &Markup) -> Markup {
    html! {
        section class="demo" aria-labelledby={ "demo-" (id) } {
            header { h2 id={ "demo-" (id) } { (title) } p { (says) } }
            div class="demo-body" { (inside) }
        }
    }
}

/// The page; put it behind a route such as `/_components`.
pub fn page(shell: &Shell) -> Markup {
    let head = PageHead {
        summary: html! { "Every part in every state, with the text it should have." },
        actions: html! { (link_button("Plain action", "#demo-buttons")) (link_button("Primary action", "#demo-buttons").primary()) },
        ..PageHead::default()
    };
    shell.page("Components", &head, &content(shell))
}

fn content(shell: &Shell) -> Markup {
    html! { (marks::all(shell)) (values::all(shell)) (forms::all(shell)) }
}
