//! The slice's pages in the operator console. Those of a partner's staff are in `partner-staff`, under the same head.

mod customers;
mod edit;
mod form;
mod list;
mod log;
mod new;
mod overview;

use access::{Actor, ManagePartners, PartnerStatus, Surface};
use axum::response::Redirect;
use i18n::Words;
use kernel::{Coded, ErrorKind};
use maud::{Markup, Render as _, html};
use web::ui::{self, Crumb, Icon, PageHead, State, Tab};
use web::{Mount, Nav, Routes, Shortcut, View};

use crate::model::Partner;
use crate::service::Partners;

fn operators(actor: &Actor, _: Option<&str>) -> bool {
    actor.is_operator()
}

/// The slice's place in the navigation.
pub const NAV: [Nav; 1] = [Nav {
    surface: Surface::Operator,
    label: "nav-partners",
    href: "/partners",
    icon: Icon::Partner,
    counts: None,
    place: 20,
    shown_to: operators,
}];

/// Its ways to what people do often.
pub const SHORTCUTS: [Shortcut; 1] =
    [Shortcut::new::<ManagePartners>(Surface::Operator, "partners-new", "/partners/new", Icon::Plus)];

pub fn operator(partners: &Partners) -> Routes {
    Routes::new(Mount::Operator)
        .get("/partners", list::show)
        .get("/partners/new", new::show)
        .post("/partners", new::submit)
        .get("/partners/{partner}", overview::show)
        .get("/partners/{partner}/edit", edit::show)
        .post("/partners/{partner}/edit", edit::submit)
        .post("/partners/{partner}/suspend", overview::suspend)
        .post("/partners/{partner}/resume", overview::resume)
        .post("/partners/{partner}/terminate", overview::terminate)
        .get("/partners/{partner}/customers", customers::show)
        .post("/partners/{partner}/customers", customers::attach)
        .post("/partners/{partner}/customers/{tenant}/detach", customers::detach)
        .get("/partners/{partner}/audit", log::show)
        .with_state(partners.clone())
}

/// Where a partner's pages begin.
pub fn place(slug: &str) -> String {
    format!("/partners/{slug}")
}

/// Back to one of them, which says what was done.
pub fn back(slug: &str, below: &str, done: &str) -> Redirect {
    Redirect::to(&format!("{}{below}?done={done}", place(slug)))
}

/// A refusal that whoever reads the page can act on stands on it; any other is a page of its own.
pub fn belongs_on_page(error: &impl Coded) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Invalid | ErrorKind::Conflict | ErrorKind::TooMany | ErrorKind::Unavailable
    )
}

/// How a partner is, in a word.
fn mark(w: &Words, status: PartnerStatus) -> ui::StateMark {
    ui::state(
        w,
        match status {
            PartnerStatus::Active => State::Active,
            PartnerStatus::Suspended => State::Suspended,
            PartnerStatus::Terminated => State::Terminated,
        },
    )
}

/// The head that all pages of a partner share.
pub fn head(view: &View, partner: &Partner, current: &str, actions: Markup) -> PageHead {
    let w = view.words();
    let tab = |(name, path): (&str, &str)| Tab {
        label: w.t(&format!("partner-tab-{name}")),
        href: format!("{}{path}", place(partner.slug.as_str())),
        current: name == current,
        badge: None,
    };
    let tabs =
        [("overview", ""), ("customers", "/customers"), ("staff", "/staff"), ("audit", "/audit")].map(tab);
    let facts = html! {
        @if let Some(domain) = &partner.domain { span { (Icon::Globe) code { (domain.unicode()) } } }
        span { (Icon::Coins) (w.tx("partner-margin-says", &[("margin", partner.margin.to_string().into())])) }
        span { (Icon::Calendar) (w.t("partner-since")) " " (ui::date(w, partner.created_at)) }
    };
    PageHead {
        title: partner.name.clone(),
        state: Some(mark(w, partner.status).pill().render()),
        summary: html! { (w.t(&format!("partner-is-{}", partner.status.as_str()))) },
        facts: Some(facts),
        actions,
        tabs: tabs.to_vec(),
        crumbs: vec![
            Crumb { label: w.t("nav-partners"), href: Some("/partners".into()) },
            Crumb { label: partner.name.clone(), href: None },
        ],
        wide: false,
    }
}

/// The head of a page below those.
pub fn below(view: &View, partner: &Partner, title: &str, says: &str) -> PageHead {
    let w = view.words();
    PageHead {
        title: title.to_owned(),
        summary: html! { (says) },
        crumbs: vec![
            Crumb { label: w.t("nav-partners"), href: Some("/partners".into()) },
            Crumb { label: partner.name.clone(), href: Some(place(partner.slug.as_str())) },
            Crumb { label: title.to_owned(), href: None },
        ],
        ..PageHead::default()
    }
}
