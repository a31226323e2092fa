//! Small marks: a state is an icon and a word, a badge counts, a tag names, an avatar is someone.

use i18n::Words;
use maud::{Markup, Render, html};

use super::Icon;

/// What colour may mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// No state.
    #[default]
    Neutral,
    /// Fine.
    Ok,
    /// Needs someone soon.
    Warn,
    /// Broken or dangerous.
    Bad,
    /// Good to know.
    Info,
}

impl Tone {
    /// Its class in the sheet.
    pub fn class(self) -> &'static str {
        match self {
            Self::Neutral => "",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Info => "info",
        }
    }

    /// The icon that says the same without colour.
    pub fn icon(self) -> Icon {
        match self {
            Self::Neutral | Self::Info => Icon::Info,
            Self::Ok => Icon::Ok,
            Self::Warn => Icon::Warn,
            Self::Bad => Icon::Bad,
        }
    }
}

/// How a thing is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum State {
    /// Done or correct.
    Ok,
    /// In use.
    Active,
    /// Works, but someone should look.
    Attention,
    /// Waits for its turn.
    #[default]
    Pending,
    /// Runs now.
    Running,
    /// Failed.
    Error,
    /// Not wanted here.
    Skipped,
    /// Invited, not yet come.
    Invited,
    /// Switched off for a time.
    Suspended,
    /// Ended, kept until it is purged.
    Terminated,
    /// The other side doesn't answer.
    Unknown,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Ok,
        Self::Active,
        Self::Attention,
        Self::Pending,
        Self::Running,
        Self::Error,
        Self::Skipped,
        Self::Invited,
        Self::Suspended,
        Self::Terminated,
        Self::Unknown,
    ];

    /// Its class in the sheet.
    pub fn class(self) -> &'static str {
        match self {
            Self::Ok | Self::Active => "ok",
            Self::Attention => "warn",
            Self::Pending | Self::Unknown => "pending",
            Self::Running => "busy",
            Self::Error => "bad",
            Self::Skipped | Self::Suspended | Self::Terminated => "skip",
            Self::Invited => "info",
        }
    }

    /// Its icon.
    pub fn icon(self) -> Icon {
        match self {
            Self::Ok | Self::Active => Icon::Ok,
            Self::Attention => Icon::Warn,
            Self::Pending => Icon::Pending,
            Self::Running => Icon::Busy,
            Self::Error => Icon::Bad,
            Self::Skipped => Icon::Skip,
            Self::Invited => Icon::Send,
            Self::Suspended => Icon::Pause,
            Self::Terminated => Icon::Trash,
            Self::Unknown => Icon::Help,
        }
    }

    /// Its word.
    pub fn word(self, w: &Words) -> String {
        match self {
            Self::Ok => w.t("ui-state-ok"),
            Self::Active => w.t("ui-state-active"),
            Self::Attention => w.t("ui-state-attention"),
            Self::Pending => w.t("ui-state-pending"),
            Self::Running => w.t("ui-state-running"),
            Self::Error => w.t("ui-state-error"),
            Self::Skipped => w.t("ui-state-skipped"),
            Self::Invited => w.t("ui-state-invited"),
            Self::Suspended => w.t("ui-state-suspended"),
            Self::Terminated => w.t("ui-state-terminated"),
            Self::Unknown => w.t("ui-state-unknown"),
        }
    }
}

/// A state to be shown; made by [`state`] or [`state_said`].
#[derive(Debug, Clone)]
pub struct StateMark {
    state: State,
    text: String,
    pill: bool,
}

impl StateMark {
    /// Its words.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// On a ground of its own, for titles.
    pub fn pill(mut self) -> Self {
        self.pill = true;
        self
    }
}

impl Render for StateMark {
    fn render(&self) -> Markup {
        let pill = if self.pill { " pill" } else { "" };
        html! { span class={ "state " (self.state.class()) (pill) } { (self.state.icon()) (self.text) } }
    }
}

/// A state in its own word.
pub fn state(w: &Words, state: State) -> StateMark {
    state_said(state, state.word(w))
}

/// A state in better words, such as "Trial, 9 days left".
pub fn state_said(state: State, text: impl Into<String>) -> StateMark {
    StateMark { state, text: text.into(), pill: false }
}

/// A count; `title` says what is counted.
pub fn badge(count: impl Render, tone: Tone, title: Option<&str>) -> Markup {
    html! { span class={ "badge " (tone.class()) } title=[title] { (count) } }
}

/// A name such as that of an upstream or a record type.
pub fn tag(text: impl Render) -> Markup {
    html! { span class="tag" { (text) } }
}

/// Initials on a hue that follows from `id`, so that a person keeps their colour. They are painted by the sheet, so that
/// no control is read by them.
pub fn avatar(name: &str, id: &str) -> Markup {
    html! { span class={ "avatar h" (hue(id)) } aria-hidden="true" data-initials=(initials(name)) {} }
}

/// The mark of a workspace or a product, on the brand's colour.
pub fn logo(mark: &str) -> Markup {
    html! { span class="logo" aria-hidden="true" { (mark) } }
}

/// A person or a customer in a cell: avatar, name, and a quieter line under it.
pub fn who(name: &str, id: &str, small: Option<&str>) -> Markup {
    html! {
        span class="who" {
            (avatar(name, id))
            span { span class="cut block" { (name) } @if let Some(small) = small { small class="cut" { (kernel::readable_address(small)) } } }
        }
    }
}

/// The first letters of the first and the last word.
pub(crate) fn initials(name: &str) -> String {
    let first = |word: &str| word.chars().find(|c| c.is_alphanumeric());
    let words: Vec<&str> = name.split([' ', '-', '.', '@']).filter(|word| first(word).is_some()).collect();
    let last = if words.len() > 1 { words.last() } else { None };
    let letters = words.first().into_iter().chain(last).filter_map(|word| first(word));
    letters.flat_map(char::to_uppercase).collect()
}

/// One of the ten hues of the sheet.
pub(crate) fn hue(id: &str) -> u32 {
    id.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 10 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_name() {
        assert_eq!(initials("Anne-Sofie Østergård"), "AØ");
        assert_eq!(initials("øl"), "Ø");
        assert_eq!(initials("  "), "");
    }

    #[test]
    fn a_person_keeps_a_hue_of_the_sheet() {
        assert_eq!(hue("mem_1"), hue("mem_1"));
        assert!((1..=200).all(|n| (1..=10).contains(&hue(&n.to_string()))));
    }
}
