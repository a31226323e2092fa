//! What pages say back: nothing here, couldn't be read, not yet, done. Errors say what happened, what it means and what
//! to do, with the request id.

use i18n::Words;
use maud::{Markup, html};

use super::{Icon, Tone, copy, link_button};

/// Nothing is here, and what to do about it.
#[derive(Debug, Clone)]
pub struct Empty {
    /// Its icon.
    pub icon: Icon,
    /// "No members yet".
    pub title: String,
    /// What would be here and how it gets here.
    pub says: String,
    /// The action, primary when the list is new.
    pub actions: Option<Markup>,
}

/// An empty list, an empty search, or a page without the right to see it.
pub fn empty(empty: &Empty) -> Markup {
    html! {
        div class="empty" {
            (empty.icon.large())
            h2 { (empty.title) }
            p { (empty.says) }
            @if let Some(actions) = &empty.actions { div class="row" { (actions) } }
        }
    }
}

/// A part that couldn't be made: what happened, what it means and what to do.
pub fn error_state(
    w: &Words,
    title: &str,
    says: &str,
    actions: Option<&Markup>,
    request: Option<&str>,
) -> Markup {
    html! {
        div class="empty bad" role="alert" {
            (Icon::Bad.large())
            h2 { (title) }
            p { (says) }
            @if let Some(actions) = actions { div class="row" { (actions) } }
            @if let Some(request) = request { p class="id" { (w.t("ui-request")) " " (copy(w, request)) } }
        }
    }
}

/// Grey lines in the place of content that comes.
pub fn skeleton(w: &Words, lines: usize) -> Markup {
    html! {
        div class="stack tight" aria-busy="true" {
            span class="sr" role="status" { (w.t("ui-loading")) }
            @for n in 0..lines { span class={ "skel w" (3 - n % 3) } {} }
        }
    }
}

/// A title on a line of its own, a sentence, one action; stands in the page and belongs to it.
pub fn banner(tone: Tone, lead: &str, says: &str, action: Option<&Markup>) -> Markup {
    html! {
        div class={ "banner " (tone.class()) } role=[(tone == Tone::Bad).then_some("alert")] {
            (tone.icon())
            div { p { b { (lead) } } p { (says) } }
            @if let Some(action) = action { (action) }
        }
    }
}

/// What an action led to, said on the next page.
#[derive(Debug, Clone)]
pub struct Flash {
    /// How it went.
    pub tone: Tone,
    /// What happened: "Jonas Ravn is suspended. 2 sessions ended."
    pub text: String,
    /// A form with an undo button.
    pub undo: Option<Markup>,
}

/// A toast; one without an undo and without trouble fades after a while.
pub fn toast(w: &Words, flash: &Flash) -> Markup {
    let fades = flash.undo.is_none() && flash.tone != Tone::Bad;
    let role = if flash.tone == Tone::Bad { "alert" } else { "status" };
    html! {
        div class={ "toast " (flash.tone.class()) } role=(role) data-fades=[fades.then_some("")] {
            (flash.tone.icon())
            p { (flash.text) }
            @if let Some(undo) = &flash.undo { (undo) }
            button class="btn only quiet s" type="button" data-dismiss aria-label=(w.t("ui-dismiss")) { (Icon::X) }
        }
    }
}

impl Empty {
    /// The state of a page somebody may not see.
    pub fn no_right(title: impl Into<String>, says: impl Into<String>) -> Self {
        Self { icon: Icon::Lock, title: title.into(), says: says.into(), actions: None }
    }

    /// A search or a choice of filters without a find; `all` is the address without either. Without a searched text
    /// there is no spelling to check.
    pub fn no_match(w: &Words, query: &str, region: &str, all: &str) -> Self {
        let query = query.trim();
        let (title, says, clear) = if query.is_empty() {
            (w.t("ui-no-match-filter"), w.t("ui-no-match-filter-says"), w.t("ui-clear-filter"))
        } else {
            let title = w.tx("ui-no-match", &[("query", query.into())]);
            (title, w.t("ui-no-match-says"), w.t("ui-clear-all"))
        };
        let clear = link_button(clear, all).swaps(region);
        Self { icon: Icon::Search, title, says, actions: Some(html! { (clear) }) }
    }
}
