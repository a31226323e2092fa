//! Everything that Dezky depends on, with a day of history, a row each, live.

use access::ViewPlatform;
use axum::extract::State;
use axum::response::Response;
use i18n::Words;
use maud::{Markup, html};
use probes::{Liveness, State as Up};
use web::ui::PageHead;
use web::{Failure, Live, Right, View};

use super::upstreams::list;
use crate::service::Operations;

pub async fn show(
    Right(by): Right<ViewPlatform>,
    State(operations): State<Operations>,
    view: View,
) -> Result<Markup, Failure> {
    let all = operations.liveness(&by).await?;
    let w = view.words();
    let now = operations.platform.clock.now();
    let head =
        PageHead { title: w.t("nav-infrastructure"), summary: summary(w, &all), ..PageHead::default() };
    let content = html! {
        div data-live="/infrastructure/live" {
            (list(w, &all, now))
            p class="small soft" { (w.t("up-history")) }
        }
    };
    Ok(view.page(&w.t("nav-infrastructure"), &head, &content))
}

/// The live stream of the page.
pub async fn live(
    Right(by): Right<ViewPlatform>,
    State(operations): State<Operations>,
    live: Live,
    view: View,
) -> Result<Response, Failure> {
    let (right, words) = (by.clone(), view.words().clone());
    let render = move || {
        let (operations, by, words) = (operations.clone(), by.clone(), words.clone());
        async move {
            let all = operations.liveness(&by).await?;
            let now = operations.platform.clock.now();
            Ok(vec![summary(&words, &all), list(&words, &all, now)])
        }
    };
    live.stream(right, render).await
}

fn summary(w: &Words, all: &[Liveness]) -> Markup {
    let count = |is: fn(&Up) -> bool| all.iter().filter(|liveness| is(&liveness.state)).count();
    let refusing = all.iter().filter(|liveness| liveness.refuses).count();
    let down = count(|state| matches!(state, Up::Down(..))) - refusing;
    let used = all.len() - count(|state| matches!(state, Up::Off(_)));
    let unknown = count(|state| *state == Up::Unknown);
    let said = if unknown > 0 && down == 0 {
        w.tx("infrastructure-says-unknown", &[("unknown", unknown.into()), ("all", used.into())])
    } else {
        w.tx("infrastructure-says", &[("down", down.into()), ("all", used.into())])
    };
    let refused = w.tx("infrastructure-refused", &[("refusing", refusing.into()), ("all", used.into())]);
    html! {
        span id="infrastructure-summary" {
            @if refusing == 0 || down > 0 { (said) }
            @if refusing > 0 { " " (refused) }
        }
    }
}
