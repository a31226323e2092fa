//! Pages for people: the mails that were caught, newest first, and each of them.

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use simulator::Store;

use super::world::{Caught, World};

const STYLE: &str = "
:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif }
body { max-width: 56rem; margin: 3rem auto; padding: 0 1rem; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid #8884; vertical-align: top }
pre { white-space: pre-wrap; font: inherit }
pre.source { font: .875rem/1.5 ui-monospace, monospace }
";

/// The pages.
pub fn routes(store: Store<World>) -> Router {
    Router::new().route("/", get(list)).route("/mails/{id}", get(show)).with_state(store)
}

async fn list(Shared(store): Shared<Store<World>>) -> Markup {
    let rows = store.read(|world| {
        html! {
            @for mail in world.mails().rev() {
                tr {
                    th scope="row" { a href={ "/mails/" (mail.id) } { (subject(mail)) } }
                    td { (mail.to.join(", ")) }
                    td { (when(mail)) }
                }
            }
        }
    });
    page(
        "Mails",
        &html! {
            p { "What was sent. Nothing here leaves this machine." }
            @if rows.0.is_empty() {
                p { "No mail has come yet." }
            } @else {
                table {
                    thead { tr { th scope="col" { "Subject" } th scope="col" { "To" } th scope="col" { "Came" } } }
                    tbody { (rows) }
                }
            }
        },
    )
}

async fn show(Shared(store): Shared<Store<World>>, Path(id): Path<String>) -> Response {
    let shown = store.read(|world| world.mail(&id).map(|mail| page(subject(mail), &view(mail))));
    let not_found = || {
        let said = html! { p { "There is no such mail. " a href="/" { "All mails" } } };
        (StatusCode::NOT_FOUND, page("Not found", &said)).into_response()
    };
    shown.map_or_else(not_found, IntoResponse::into_response)
}

fn view(mail: &Caught) -> Markup {
    html! {
        p { a href="/" { "All mails" } }
        table {
            tbody {
                tr { th scope="row" { "From" } td { (mail.from) } }
                tr { th scope="row" { "To" } td { (mail.to.join(", ")) } }
                tr { th scope="row" { "Came" } td { (when(mail)) } }
                tr { th scope="row" { "Message-ID" } td { (mail.message_id) } }
            }
        }
        pre { (linked(&mail.text)) }
        @if let Some(source) = &mail.html {
            details {
                summary { "HTML" }
                pre.source { (source) }
            }
        }
    }
}

/// To the minute: nobody compares the seconds of two mails.
fn when(mail: &Caught) -> Markup {
    let at = mail.at.to_string();
    let minute: String = at.chars().take(16).collect();
    html! { time datetime=(at) { (minute.replace('T', " ")) " UTC" } }
}

fn subject(mail: &Caught) -> &str {
    if mail.subject.is_empty() { "(no subject)" } else { &mail.subject }
}

/// The text, in which addresses of pages can be followed.
fn linked(text: &str) -> Markup {
    let follows = |letter: char| letter.is_whitespace() || ".,;:)>".contains(letter);
    html! {
        @for word in text.split_inclusive(char::is_whitespace) {
            @let (address, rest) = word.split_at(word.trim_end_matches(follows).len());
            @if address.starts_with("http://") || address.starts_with("https://") {
                a href=(address) rel="noreferrer" { (address) } (rest)
            } @else {
                (word)
            }
        }
    }
}

fn page(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { h1 { (title) } (content) } }
        }
    }
}
