//! Card, tiles, meter, progress. Numbers are known, or absent with the reason; never zero for "unknown".

use i18n::Words;
use maud::{Markup, Render, html};

use super::{Icon, Tone};

/// A hairline box; made by [`card`].
#[derive(Debug, Clone)]
pub struct Card {
    id: String,
    title: String,
    mark: Markup,
    says: Option<String>,
    aside: Markup,
    inside: Markup,
    padded: bool,
    footer: Option<Markup>,
    /// Whether it is open, where its head opens and folds it.
    fold: Option<bool>,
}

/// A card with a title; `id` is that of the card, its title is `{id}-t`.
pub fn card(id: impl Into<String>, title: impl Into<String>) -> Card {
    Card {
        id: id.into(),
        title: title.into(),
        mark: html! {},
        says: None,
        aside: html! {},
        inside: html! {},
        padded: true,
        footer: None,
        fold: None,
    }
}

impl Card {
    /// A state or badges right after the title.
    pub fn mark(mut self, mark: Markup) -> Self {
        self.mark = mark;
        self
    }

    /// A few quiet words after the title, such as "2 of 3 done".
    pub fn says(mut self, words: impl Into<String>) -> Self {
        self.says = Some(words.into());
        self
    }

    /// The right end of the head: an age, a small button.
    pub fn aside(mut self, aside: Markup) -> Self {
        self.aside = aside;
        self
    }

    /// The content, with 16 px around it.
    pub fn body(mut self, inside: Markup) -> Self {
        self.inside = inside;
        self.padded = true;
        self
    }

    /// Content that brings its own edges: steps, lists, timelines, tables.
    pub fn flush(mut self, inside: Markup) -> Self {
        self.inside = inside;
        self.padded = false;
        self
    }

    /// Its head opens and folds it: for what is done, and is looked up at most. Whoever has it open keeps it so; one that
    /// is folded is opened in place once there is something to see.
    pub fn fold(mut self, open: bool) -> Self {
        self.fold = Some(open);
        self
    }

    /// A line under the content.
    pub fn footer(mut self, footer: Markup) -> Self {
        self.footer = Some(footer);
        self
    }
}

impl Render for Card {
    fn render(&self) -> Markup {
        let head = html! {
            h2 id={ (self.id) "-t" } { (self.title) }
            (self.mark)
            @if let Some(says) = &self.says { span class="says" { (says) } }
            @if !self.aside.0.is_empty() { div class="push row" { (self.aside) } }
        };
        let inside = html! {
            @if self.padded { div class="body stack" { (self.inside) } } @else { (self.inside) }
            @if let Some(footer) = &self.footer { footer { (footer) } }
        };
        html! {
            @if let Some(open) = self.fold {
                details class="card fold" id=(self.id) open[open] data-fold=(if open { "open" } else { "shut" }) {
                    summary { (head) (Icon::Down.turning()) }
                    (inside)
                }
            } @else {
                section class="card" id=(self.id) aria-labelledby={ (self.id) "-t" } {
                    header { (head) }
                    (inside)
                }
            }
        }
    }
}

/// The figure of a tile.
#[derive(Debug, Clone)]
pub enum Figure {
    /// A number, already said in the reader's way.
    Known(String),
    /// A number with a unit before or words after it, both small.
    With {
        /// Such as "DKK".
        before: Option<String>,
        /// The number.
        value: String,
        /// Such as "of 688".
        after: Option<String>,
    },
    /// It isn't known; the tile's `change` says why.
    Unknown,
    /// It is being asked for.
    Loading,
}

/// One figure and the list behind it.
#[derive(Debug, Clone)]
pub struct Tile {
    /// What is counted.
    pub label: String,
    /// How many.
    pub figure: Figure,
    /// The change, the rest, or why it isn't known.
    pub change: String,
    /// The list behind it.
    pub href: Option<String>,
    /// `Warn` and `Bad` colour the figure.
    pub tone: Tone,
}

impl Tile {
    fn render(&self, w: &Words) -> Markup {
        let tone = if matches!(self.tone, Tone::Warn | Tone::Bad) { self.tone } else { Tone::Neutral };
        let loading = matches!(self.figure, Figure::Loading);
        let inside = html! {
            span class="label" { @if tone != Tone::Neutral { (tone.icon()) } (self.label) }
            @match &self.figure {
                Figure::Known(value) => { span class="figure" { (value) } }
                Figure::With { before, value, after } => span class="figure" {
                    @if let Some(before) = before { small { (before) } " " }
                    (value)
                    @if let Some(after) = after { " " small { (after) } }
                },
                Figure::Unknown => { span class="figure unknown" { (w.t("ui-not-known")) } }
                Figure::Loading => { span class="figure" { span class="skel w2" {} } }
            }
            span class="change" { @if loading { span class="skel w3 thin" {} } @else { (self.change) } }
        };
        let busy = loading.then_some("true");
        html! {
            @if let Some(href) = &self.href {
                a class={ "tile " (tone.class()) } href=(href) aria-busy=[busy] { (inside) }
            } @else {
                div class={ "tile " (tone.class()) } aria-busy=[busy] { (inside) }
            }
        }
    }
}

/// A row of up to five tiles; `label` names it for those who don't see it.
pub fn tiles(w: &Words, label: &str, tiles: &[Tile]) -> Markup {
    let of = match tiles.len() {
        1 => " one",
        2 => " two",
        3 => " three",
        4 => " four",
        _ => "",
    };
    html! { section class={ "tiles" (of) } aria-label=(label) { @for tile in tiles { (tile.render(w)) } } }
}

/// How much of a limit is used.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    /// What is used.
    pub label: String,
    /// Used and limit in one unit; `None` when it isn't known.
    pub used: Option<(f64, f64)>,
    /// "1.02 of 1.2 TB", or why it isn't known.
    pub said: String,
    /// What it means, shown with the warning at 80 and 95 %.
    pub note: Option<String>,
}

/// A meter with marks at 80 and 95 %, where it warns.
pub fn meter(meter: &Meter) -> Markup {
    let Some((used, limit)) = meter.used.filter(|(_, limit)| *limit > 0.0) else {
        return html! {
            div class="meter" { p class="top-line" { span { (meter.label) } span class="num muted" { (meter.said) } } }
        };
    };
    let share = (used / limit * 100.0).clamp(0.0, 100.0);
    let tone = match share {
        s if s >= 95.0 => Tone::Bad,
        s if s >= 80.0 => Tone::Warn,
        _ => Tone::Neutral,
    };
    html! {
        div class={ "meter " (tone.class()) } {
            p class="top-line" { span { (meter.label) } span class="num" { (meter.said) } }
            svg role="meter" aria-label=(meter.label) aria-valuemin="0" aria-valuemax=(limit)
                aria-valuenow=(used.min(limit)) aria-valuetext=(meter.said) {
                rect class="track" width="100%" height="6" {}
                rect class="fill" width={ (format!("{share:.1}")) "%" } height="6" {}
                rect class="limit" x="80%" width="1" height="6" {}
                rect class="limit" x="95%" width="1" height="6" {}
            }
            @if let Some(note) = &meter.note {
                p class="note" { @if tone != Tone::Neutral { (tone.icon()) } (note) }
            }
        }
    }
}

/// How far a piece of work is.
#[derive(Debug, Clone, Copy)]
pub enum Progress {
    /// So many of so many.
    Of(u32, u32),
    /// Nobody knows how long.
    GoesOn,
}

/// A progress bar with its words.
pub fn progress(label: &str, at: Progress) -> Markup {
    let (width, now, of) = match at {
        Progress::Of(done, all) if all > 0 => (
            format!("{:.1}%", f64::from(done.min(all)) / f64::from(all) * 100.0),
            Some(done.min(all)),
            Some(all),
        ),
        Progress::Of(..) => ("0%".to_owned(), Some(0), Some(1)),
        Progress::GoesOn => ("28%".to_owned(), None, None),
    };
    let class = if now.is_some() { "fill" } else { "fill goes-on" };
    html! {
        div class="progress" {
            p class="row" {
                @if now.is_none() { (Icon::Busy) }
                span { (label) }
                @if let (Some(now), Some(of)) = (now, of) { span class="push num muted" { (now) " / " (of) } }
            }
            svg role="progressbar" aria-label=(label) aria-valuemin="0" aria-valuenow=[now] aria-valuemax=[of] {
                rect class="track" width="100%" height="4" {}
                rect class=(class) width=(width) height="4" {}
            }
        }
    }
}
