//! What is left to set up in a workspace, with the way to each: a list that goes once all of it is done.

use domains::Held;
use i18n::Words;
use kernel::DomainName;
use maud::{Markup, Render as _, html};
use tenants::{Details, Seats};
use web::ui::{State, Step, card, link_button, steps};

/// The findings of the slice of domains.
const DOMAINS: &str = "domains";

/// One thing to set up.
struct Task {
    /// Its part in the keys of its words.
    name: &'static str,
    is_done: bool,
    /// Where it is done; none while something else comes first.
    href: Option<String>,
}

/// All that is to be set up, in the order in which it is done best.
pub struct Setup {
    tasks: Vec<Task>,
    /// The domain that is still to be proven, or whose records are to be published.
    waits_for: Option<String>,
}

impl Setup {
    /// What is done of it; `first` is a domain that the workspace has or claims, and whether the reader has a second
    /// factor may not be known.
    pub fn of(details: &Details, seats: Seats, first: Option<&Held>, second_factor: Option<bool>) -> Self {
        let at = format!("/admin/{}", details.tenant.slug);
        let primary = details.tenant.primary_domain.as_ref();
        let domain = primary.or(first.map(|held| &held.name)).map(DomainName::ascii);
        let is_proven = primary.is_some() || first.is_some_and(|held| held.is_proven);
        let is_wrong = |name: &str| {
            details.findings.iter().any(|finding| finding.source == DOMAINS && finding.object == name)
        };
        let waits_for = domain.filter(|name| !is_proven || is_wrong(name)).map(str::to_owned);
        let task = |name, is_done, href| Task { name, is_done, href };
        let add = Some(format!("{at}/domains#add-domain"));
        let records = domain.map(|name| format!("{at}/domains/{name}"));
        let mut tasks = vec![
            task("domain", domain.is_some(), add),
            task("records", domain.is_some() && waits_for.is_none(), records),
            task("member", seats.taken() > 1, Some(format!("{at}/members#add-member"))),
        ];
        if let Some(has) = second_factor {
            tasks.push(task("factor", has, Some(people::SECOND_FACTOR_PAGE.to_owned())));
        }
        Self { tasks, waits_for }
    }

    /// Whether this is among what is left, and so is no news elsewhere.
    pub fn tells(&self, reason: &health::Reason) -> bool {
        reason.code == "dns_pending" && self.waits_for.as_ref() == Some(&reason.about)
    }
}

/// The list; nothing once all is done.
pub fn card_of(w: &Words, setup: &Setup) -> Markup {
    let all = setup.tasks.len();
    let done = setup.tasks.iter().filter(|task| task.is_done).count();
    if done == all {
        return Markup::default();
    }
    let first = setup.tasks.iter().position(|task| !task.is_done);
    let step = |(at, task): (usize, &Task)| {
        let button = task.href.as_deref().filter(|_| !task.is_done).map(|href| {
            let button = link_button(w.t(&format!("setup-{}-do", task.name)), href).small();
            if Some(at) == first { button.primary() } else { button }
        });
        Step {
            id: format!("setup-{}", task.name),
            label: w.t(&format!("setup-{}", task.name)),
            state: if task.is_done { State::Ok } else { State::Pending },
            detail: (!task.is_done).then(|| w.t(&format!("setup-{}-says", task.name))),
            action: button.map(|button| html! { (button) }),
            ..Step::default()
        }
    };
    let list: Vec<Step> = setup.tasks.iter().enumerate().map(step).collect();
    card("setup", w.t("setup-title"))
        .says(w.tx("setup-done", &[("done", done.into()), ("all", all.into())]))
        .flush(steps(w, "setup-steps", &list))
        .render()
}
