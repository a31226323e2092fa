//! A form that was sent over somebody else's change: both versions beside each other, and what was typed stays.

use std::collections::BTreeSet;

use i18n::Words;
use maud::{Markup, html};

use super::{Field, FieldKind, Icon};

/// Both versions of the fields that differ: each as it was typed, and its value as it is saved now. It takes the focus,
/// and stands in the form, which is sent again with the version that is shown here.
pub fn conflict(w: &Words, fields: &[(Field, String)]) -> Markup {
    let rows: Vec<&(Field, String)> = fields.iter().filter(|(typed, now)| differs(typed, now)).collect();
    html! {
        div class="conflict" role="alert" tabindex="-1" autofocus data-attend {
            p class="lead" { (Icon::Warn) b { (w.t("ui-changed")) } }
            @if rows.is_empty() { p class="small" { (w.t("ui-changed-same")) } }
            @else {
                p class="small" { (w.t("ui-changed-says")) }
                table {
                    thead { tr {
                        th scope="col" { (w.t("ui-field")) }
                        th scope="col" { (w.t("ui-changed-yours")) }
                        th scope="col" { (w.t("ui-changed-now")) }
                    } }
                    tbody { @for (typed, now) in rows { (row(w, typed, now)) } }
                }
            }
        }
    }
}

/// Of a list the order means nothing.
fn differs(typed: &Field, now: &str) -> bool {
    if typed.exact && typed.kind == FieldKind::Textarea {
        let lines = |text: &str| -> BTreeSet<String> {
            text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
        };
        return lines(&typed.value) != lines(now);
    }
    typed.value.trim() != now.trim()
}

fn row(w: &Words, typed: &Field, now: &str) -> Markup {
    let saved = said(w, typed, now);
    html! {
        tr {
            th scope="row" { a href={ "#" (typed.id()) } { (typed.label) } }
            td { (said(w, typed, &typed.value)) }
            td {
                button class="link" type="button" data-take=(typed.id()) value=(now)
                    aria-label=(w.tx("ui-changed-take", &[("value", saved.as_str().into())])) { (saved) }
            }
        }
    }
}

/// A value as its field shows it.
fn said(w: &Words, field: &Field, value: &str) -> String {
    let chosen = match &field.kind {
        FieldKind::Select(options) | FieldKind::Radio(options) => {
            options.iter().find(|(known, _)| known == value)
        }
        _ => None,
    };
    match chosen {
        Some((_, label)) => label.clone(),
        None if value.trim().is_empty() => w.t("ui-absent"),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::tests::words;

    #[test]
    fn only_what_differs_is_shown_in_the_words_of_its_field() {
        let plans = vec![("a".to_owned(), "Plan A".to_owned()), ("b".to_owned(), "Plan B".to_owned())];
        let fields = [
            (Field::new("name", "Name").value("Acme"), "Acme".to_owned()),
            (Field::new("plan", "Plan").kind(FieldKind::Select(plans)).value("a"), "b".to_owned()),
            (Field::new("note", "Note").value(""), "<b>".to_owned()),
        ];
        let html = conflict(&words(), &fields).into_string();
        assert!(!html.contains("Acme") && html.contains("Plan A") && html.contains("Plan B"), "{html}");
        assert!(html.contains("absent") && html.contains("&lt;b&gt;"), "{html}");
        let list = Field { exact: true, ..Field::new("to", "To").kind(FieldKind::Textarea) };
        let reordered = [(list.value("b@x.test\r\na@x.test"), "a@x.test\nb@x.test".to_owned())];
        assert!(
            !conflict(&words(), &reordered).into_string().contains("<table"),
            "an order is no difference"
        );
        let same = conflict(&words(), &fields[..1]).into_string();
        assert!(!same.contains("<table") && same.contains("Your values match what was saved"), "{same}");
    }
}
