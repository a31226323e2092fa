//! Everything that Dezky depends on, with a day of history.

use access::ViewPlatform;
use axum::extract::State;
use i18n::Words;
use maud::{Markup, Render as _, html};
use probes::{Liveness, State as Up};
use web::ui::{Definition, PageHead, card, definitions, sparkline};
use web::{Failure, Right, View};

use super::upstreams::facts;
use crate::service::Tenants;

pub async fn show(
    Right(by): Right<ViewPlatform>,
    State(tenants): State<Tenants>,
    view: View,
) -> Result<Markup, Failure> {
    let all = tenants.liveness(&by).await?;
    let w = view.words();
    let now = tenants.0.clock.now();
    let count = |is: fn(&Up) -> bool| all.iter().filter(|liveness| is(&liveness.state)).count();
    let down = count(|state| matches!(state, Up::Down(..)));
    let used = all.len() - count(|state| matches!(state, Up::Off(_)));
    let unknown = count(|state| *state == Up::Unknown);
    let said = if unknown > 0 && down == 0 {
        w.tx("infrastructure-says-unknown", &[("unknown", unknown.into()), ("all", used.into())])
    } else {
        w.tx("infrastructure-says", &[("down", down.into()), ("all", used.into())])
    };
    let head =
        PageHead { title: w.t("nav-infrastructure"), summary: html! { (said) }, ..PageHead::default() };
    let content = html! { div class="cols even" { @for one in &all { (of_one(w, one, now)) } } };
    Ok(view.page(&w.t("nav-infrastructure"), &head, &content))
}

fn of_one(w: &Words, liveness: &Liveness, now: kernel::Timestamp) -> Markup {
    let [state, latency, asked, error] = facts(w, liveness, now);
    let rows = [
        Definition::new(w.t("up-latency"), latency),
        Definition::new(w.t("up-asked"), asked),
        Definition::new(w.t("up-error"), error),
    ];
    let inside = html! {
        (sparkline(&liveness.history, matches!(liveness.state, Up::Down(..))))
        p class="tiny muted" { (w.t("up-history")) }
        (definitions(true, &rows))
    };
    card(liveness.upstream, w.t(&format!("upstream-{}", liveness.upstream))).mark(state).body(inside).render()
}
