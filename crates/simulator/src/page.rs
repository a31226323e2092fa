//! What simulators show to people: one frame for their pages, and a list of what is in one that has no page of its own.

use axum::extract::State as Shared;
use axum::http::{HeaderMap, header};
use axum::response::Html;
use serde_json::Value;

use crate::store::{State, Store};

const STYLE: &str = "
:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere;
  background: Canvas; color: CanvasText }
ul { padding: 0; list-style: none }
li { padding: .5rem 0; border-bottom: 1px solid #8886 }
li small { display: block }
:focus-visible { outline: 3px solid; outline-offset: 2px }
";
/// As many things of one kind are named; the rest is counted.
const SHOWN: usize = 100;
/// What people know things by, the best first.
const NAMES: [&str; 8] =
    ["displayName", "name", "subject", "description", "emailAddress", "email", "username", "id"];

/// A page; `main` is HTML already.
pub fn page(title: &str, main: &str) -> Html<String> {
    let title = escape(title);
    Html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main><h1>{title}</h1>{main}</main></body></html>"
    ))
}

/// Text made safe for HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// True for a browser that shows a page, false for a program that calls an API.
pub fn is_for_people(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|kinds| kinds.contains("text/html"))
}

/// A number of bytes for people, in units of 1024.
pub fn bytes(n: i64) -> String {
    let (mut tenths, mut unit) = (i128::from(n) * 10, 0);
    let units = ["B", "KB", "MB", "GB", "TB"];
    while tenths >= 10_240 && unit + 1 < units.len() {
        (tenths, unit) = (tenths / 1024, unit + 1);
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, units[unit]).replace(".0 ", " ")
}

/// A list of lines, each with something smaller below it that may be empty.
pub fn list(title: &str, rows: &[(String, String)]) -> String {
    let row = |(name, below): &(String, String)| {
        let below =
            if below.is_empty() { String::new() } else { format!("<small>{}</small>", escape(below)) };
        format!("<li>{}{below}</li>", escape(name))
    };
    let shown: String = rows.iter().take(SHOWN).map(row).collect();
    let rest = rows.len().saturating_sub(SHOWN);
    let rest = if rest == 0 { String::new() } else { format!("<p>and {rest} more</p>") };
    let rows =
        if rows.is_empty() { "<p>Nothing yet.</p>".to_owned() } else { format!("<ul>{shown}</ul>{rest}") };
    format!("<h2>{}</h2>{rows}", escape(title))
}

/// What is in a simulator, by kind, as the inventory has it.
pub fn overview<S: State>(title: &str, Shared(store): Shared<Store<S>>) -> Html<String> {
    let inventory = store.read(State::inventory);
    let kinds = inventory.as_object().into_iter().flatten();
    let of_kind = |(kind, things): (&String, &Value)| {
        let things = things.as_array().map(Vec::as_slice).unwrap_or_default();
        let rows: Vec<(String, String)> = things.iter().map(|one| (name_of(one), String::new())).collect();
        list(&format!("{kind} ({})", rows.len()), &rows)
    };
    let said: String = kinds.map(of_kind).collect();
    page(title, &format!("<p>A simulator: what is in it. Nothing here leaves this machine.</p>{said}"))
}

fn name_of(thing: &Value) -> String {
    let named = NAMES.iter().filter_map(|name| thing[*name].as_str()).find(|name| !name.is_empty());
    named.unwrap_or("(no name)").to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_people_wrote_is_text_on_a_page() {
        let Html(shown) = page("A & <b>", &list("Spaces", &[("<script>".to_owned(), "1 < 2".to_owned())]));
        assert!(shown.contains("<title>A &amp; &lt;b&gt;</title>"), "{shown}");
        assert!(shown.contains("&lt;script&gt;<small>1 &lt; 2</small>"), "{shown}");
        assert_eq!(shown.matches("<main>").count(), 1);
    }

    #[test]
    fn a_long_list_says_how_many_it_leaves_out() {
        let rows: Vec<(String, String)> = (0..SHOWN + 3).map(|n| (n.to_string(), String::new())).collect();
        assert!(list("Many", &rows).contains("<p>and 3 more</p>"));
        assert!(list("None", &[]).contains("Nothing yet."));
    }

    #[test]
    fn things_and_bytes_are_said_for_people() {
        assert_eq!(name_of(&json!({"id": "a1", "name": "", "email": "a@b.test"})), "a@b.test");
        assert_eq!(name_of(&json!({})), "(no name)");
        assert_eq!((bytes(0), bytes(1536), bytes(5 << 30)), ("0 B".into(), "1.5 KB".into(), "5 GB".into()));
    }
}
