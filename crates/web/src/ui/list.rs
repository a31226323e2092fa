//! Lists of what happened and of what needs somebody, the worst first.

use maud::{Markup, html};

use super::{Icon, Tone, with_code};

/// A thing that needs somebody: why, how bad, and the way that mends it.
#[derive(Debug, Clone, Default)]
pub struct Reason {
    /// How bad.
    pub tone: Tone,
    /// What is wrong, in words.
    pub title: String,
    /// Where it is told in full.
    pub href: Option<String>,
    /// What it means or whom it touches.
    pub says: String,
    /// Its age, or what it takes from the health.
    pub aside: Option<Markup>,
    /// The action that mends it, a small button.
    pub action: Option<Markup>,
}

/// Things to do; inside a card, use `card(..).flush(reasons(..))`.
pub fn reasons(list: &[Reason]) -> Markup {
    html! {
        ol class="list" {
            @for one in list {
                li {
                    @if one.tone == Tone::Neutral { (Icon::Info) } @else { (one.tone.icon().toned(one.tone)) }
                    div {
                        h3 { @if let Some(href) = &one.href { a href=(href) { (one.title) } } @else { (one.title) } }
                        p { (with_code(&one.says)) }
                    }
                    div class="row-actions" {
                        @if let Some(aside) = &one.aside { span class="ago num" { (aside) } }
                        @if let Some(action) = &one.action { (action) }
                    }
                }
            }
        }
    }
}

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// The day of what follows.
    Day(String),
    /// When and what.
    At {
        /// When, already said.
        time: Markup,
        /// Who did what to whom; `b` marks the names.
        what: Markup,
    },
}

/// A timeline; `wide` makes room for dates. Inside a card, use `card(..).flush(events(..))`.
pub fn events(wide: bool, list: &[Event]) -> Markup {
    html! {
        ol class={ "timeline" @if wide { " wide-time" } } {
            @for event in list {
                @match event {
                    Event::Day(day) => { li class="day" { (day) } }
                    Event::At { time, what } => { li { span class="tiny muted" { (time) } span { (what) } } }
                }
            }
        }
    }
}
