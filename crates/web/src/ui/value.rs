//! Values that must be exact: copied, kept secret, compared. Monospace.

use i18n::Words;
use maud::{Markup, html};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Icon, button};

/// A value that is cut when there is no room, and copied whole.
pub fn copy(w: &Words, value: &str) -> Markup {
    html! {
        span class="copy" {
            span title=(value) { (value) }
            button type="button" data-copy=(value) aria-label=(w.tx("ui-copy-value", &[("value", value.into())])) { (Icon::Copy) }
        }
    }
}

/// A secret that is shown once.
#[derive(Debug, Clone)]
pub struct Secret {
    /// Unique on the page.
    pub id: String,
    /// What it is: "First password, for sign-in and mail".
    pub label: String,
    /// The secret itself: what is read, read out, selected or copied is exactly this.
    pub value: SecretString,
    /// Characters in a group, told apart by their tone alone; 0 where it has groups of its own.
    pub group: usize,
}

/// The secret in big letters, a button, and the check that must be set before its dialog closes: the script says so under
/// it, in a line that is there before, so that it is read out. Nothing stands between the secret's groups, no gap either:
/// it would be typed.
pub fn secret(w: &Words, secret: &Secret) -> Markup {
    let value = secret.value.expose_secret();
    let letters: Vec<char> = value.chars().collect();
    let long = if secret.group == 0 { letters.len().max(1) } else { secret.group };
    let groups = letters.chunks(long).map(|group| group.iter().collect::<String>());
    let must = format!("{}-must", secret.id);
    html! {
        section class="secret" aria-labelledby=(secret.id) {
            p class="label-line lead-line" id=(secret.id) { (secret.label) }
            p class="value" { @for group in groups { span { (group) } wbr; } }
            div class="foot" {
                label class="tick" {
                    input type="checkbox" data-must=(must) data-free aria-describedby=(must);
                    span { (w.t("ui-saved-it")) small { (w.t("ui-not-again")) } }
                }
                (button(w.t("ui-copy")).icon(Icon::Copy).small().copies(value).autofocus())
                p class="must" id=(must) aria-live="assertive" data-says=(w.t("ui-save-first")) {}
            }
        }
    }
}

/// Text as it is: JSON, zone files, commands. With an `id` a button can copy it from there.
pub fn code(id: Option<&str>, text: &str) -> Markup {
    html! { pre class="code" id=[id] tabindex="0" { (text) } }
}

/// A sentence in which what stands between backticks is a command; one in which they don't pair up isn't ours.
pub fn with_code(text: &str) -> Markup {
    let is_of_others = text.matches('`').count() % 2 == 1;
    html! {
        @if is_of_others { (text) } @else {
            @for (at, part) in text.split('`').enumerate() {
                @if at % 2 == 1 { code { (part) } } @else { (part) }
            }
        }
    }
}

/// A name and what it stands for.
#[derive(Debug, Clone)]
pub struct Definition {
    /// The name.
    pub term: String,
    /// What it is.
    pub is: Markup,
}

impl Definition {
    /// A name and what it stands for.
    pub fn new(term: impl Into<String>, is: Markup) -> Self {
        Self { term: term.into(), is }
    }
}

/// Names and values in two columns; `ruled` draws hairlines between them, for cards.
pub fn definitions(ruled: bool, list: &[Definition]) -> Markup {
    html! {
        dl class={ "dl" @if ruled { " ruled" } } { @for one in list { dt { (one.term) } dd { (one.is) } } }
    }
}

/// A piece of a compared text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// On both sides.
    Same(String),
    /// On this side only.
    Differs(String),
}

impl Part {
    /// Splits two texts at spaces and semicolons into what is the same and what differs.
    pub fn compare(left: &str, right: &str) -> (Vec<Self>, Vec<Self>) {
        let split = |text: &str| -> Vec<String> {
            text.split_inclusive([' ', ';', '=', ',']).map(str::to_owned).collect()
        };
        let (a, b) = (split(left), split(right));
        let common = common(&a, &b);
        (mark(&a, common.iter().map(|pair| pair.0)), mark(&b, common.iter().map(|pair| pair.1)))
    }
}

/// The longest common run of pieces, as pairs of places.
fn common(a: &[String], b: &[String]) -> Vec<(usize, usize)> {
    let mut best = vec![vec![0_usize; b.len() + 1]; a.len() + 1];
    for (i, x) in a.iter().enumerate().rev() {
        for (j, y) in b.iter().enumerate().rev() {
            best[i][j] = if x == y { best[i + 1][j + 1] + 1 } else { best[i + 1][j].max(best[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if best[i + 1][j] >= best[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

fn mark(pieces: &[String], same: impl Iterator<Item = usize>) -> Vec<Part> {
    let same: std::collections::HashSet<usize> = same.collect();
    let mut parts: Vec<Part> = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        match (parts.last_mut(), same.contains(&at)) {
            (Some(Part::Same(text)), true) | (Some(Part::Differs(text)), false) => text.push_str(piece),
            (_, true) => parts.push(Part::Same(piece.clone())),
            (_, false) => parts.push(Part::Differs(piece.clone())),
        }
    }
    parts
}

fn marked(parts: &[Part], wanted: bool) -> Markup {
    html! {
        @for part in parts {
            @match part {
                Part::Same(text) => (text),
                Part::Differs(text) if wanted => { ins { (text) } }
                Part::Differs(text) => { del { (text) } }
            }
        }
    }
}

/// Expected and found beside each other, differing parts marked. Compare long texts here, short fields in [`changes`].
pub fn diff(w: &Words, expected: &str, found: &str) -> Markup {
    let (left, right) = Part::compare(expected, found);
    html! {
        div class="diff" {
            div { p class="side" { (w.t("ui-expected")) } pre { (marked(&left, true)) } }
            div { p class="side" { (w.t("ui-found-value")) } pre { (marked(&right, false)) } }
        }
    }
}

/// Fields with a value on each side; `left` and `right` name the sides, `None` means absent. The wanted or new side is
/// marked as coming, the other as going, wherever they differ.
pub fn changes(
    w: &Words,
    heads: (&str, &str),
    new_is_left: bool,
    rows: &[(String, Option<String>, Option<String>)],
) -> Markup {
    let cell = |value: &Option<String>, differs: bool, comes: bool| {
        let text = value.clone().unwrap_or_else(|| w.t("ui-absent"));
        html! { code { @if !differs { (text) } @else if comes { ins { (text) } } @else { del { (text) } } } }
    };
    html! {
        div class="fields" {
            span { (w.t("ui-field")) } span { (heads.0) } span { (heads.1) }
            @for (name, left, right) in rows {
                span { (name) }
                (cell(left, left != right, new_is_left))
                (cell(right, left != right, !new_is_left))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(parts: &[Part]) -> String {
        parts
            .iter()
            .map(|part| match part {
                Part::Same(t) | Part::Differs(t) => t.as_str(),
            })
            .collect()
    }

    #[test]
    fn only_what_differs_is_marked() {
        let (left, right) = Part::compare("v=DMARC1; p=quarantine; rua=x", "v=DMARC1; p=none; rua=x");
        assert!(left.contains(&Part::Differs("quarantine;".into())), "{left:?}");
        assert!(right.contains(&Part::Differs("none;".into())), "{right:?}");
    }

    proptest! {
        #[test]
        fn marking_loses_no_letter(a in "[a-c =;]{0,20}", b in "[a-c =;]{0,20}") {
            let (left, right) = Part::compare(&a, &b);
            prop_assert_eq!(text(&left), a);
            prop_assert_eq!(text(&right), b);
        }
    }
}
