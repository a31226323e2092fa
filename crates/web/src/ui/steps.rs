//! The step list: what the reconciler did, does and waits for. Each row has an id and is swapped in its place.

use i18n::Words;
use maud::{Markup, html};

use super::{State, copy, slug, tag};

/// What went wrong in a step, in the upstream's words and in ours.
#[derive(Debug, Clone, Default)]
pub struct Trouble {
    /// What was said, redacted.
    pub said: String,
    /// What it means and what to do.
    pub means: Option<String>,
    /// The request id, to be copied.
    pub request: Option<String>,
}

/// One step.
#[derive(Debug, Clone, Default)]
pub struct Step {
    /// Stable, unique on the page; empty takes it from the label.
    pub id: String,
    /// What is set up.
    pub label: String,
    /// Whose work it is, shown as a tag. Leave it out on branded pages.
    pub tag: Option<String>,
    /// How it is.
    pub state: State,
    /// What happened or is waited for.
    pub detail: Option<String>,
    /// When, or how long; already said.
    pub time: Option<Markup>,
    /// How often it was tried.
    pub attempts: Option<u32>,
    /// Shown in a box under the row.
    pub trouble: Option<Trouble>,
    /// Retry, or the link that mends it. In the trouble box when there is trouble.
    pub action: Option<Markup>,
}

/// The list; inside a card, use `card(..).flush(steps(..))`.
pub fn steps(w: &Words, id: &str, steps: &[Step]) -> Markup {
    html! { ol class="steps" id=(id) { @for one in steps { (step(w, one)) } } }
}

/// One row, as a live update sends it: `<li id="step-{id}">`.
pub fn step(w: &Words, step: &Step) -> Markup {
    let id = if step.id.is_empty() { slug(&step.label) } else { slug(&step.id) };
    html! {
        li class={ "step " (step.state.class()) } id={ "step-" (id) } {
            (step.state.icon().named(&step.state.word(w)))
            div {
                h3 { (step.label) @if let Some(name) = &step.tag { " " (tag(name)) } }
                @if let Some(detail) = &step.detail { p { (detail) } }
                @if step.trouble.is_none() && let Some(action) = &step.action { p class="row wrap act" { (action) } }
            }
            p class="when" {
                @if let Some(time) = &step.time { (time) }
                @if let Some(attempts) = step.attempts {
                    @if step.time.is_some() { br; " " }
                    (w.tx("ui-attempts", &[("count", i64::from(attempts).into())]))
                }
            }
            @if let Some(trouble) = &step.trouble {
                div class="trouble" {
                    p class="said" { (trouble.said) }
                    @if let Some(means) = &trouble.means { p { (means) } }
                    @if step.action.is_some() || trouble.request.is_some() {
                        div class="row wrap" {
                            @if let Some(action) = &step.action { (action) }
                            @if let Some(request) = &trouble.request {
                                span class="push muted tiny" { (w.t("ui-request")) " " (copy(w, request)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
