//! The slice's pages: a workspace's domains in the portal, and those of all workspaces in the operator console.

mod all;
mod list;
mod of_tenant;
mod one;
mod records;

use access::{Actor, ManageDomains, Surface, TenantRole, TenantStatus};
use i18n::Words;
use mail_dns::DomainState;
use maud::{Markup, html};
use tenants::Tenants;
use web::ui::{Icon, State, StateMark, state_said};
use web::{Mount, Nav, Routes, Shortcut, TenantTab};

use crate::model::Domain;
use crate::service::Domains;
use crate::store::Shown;

fn operators(actor: &Actor, _: Option<&str>) -> bool {
    actor.is_operator()
}

fn tenant_admins(actor: &Actor, active: Option<&str>) -> bool {
    let rights = active.and_then(|slug| actor.rights.in_tenant(slug));
    rights.is_some_and(|rights| rights.role != TenantRole::Member)
}

/// The slice's places in the navigation.
pub const NAV: [Nav; 2] = [
    Nav {
        surface: Surface::Operator,
        label: "nav-domains",
        href: "/domains",
        icon: Icon::Globe,
        counts: None,
        place: 20,
        shown_to: operators,
    },
    Nav {
        surface: Surface::Portal,
        label: "nav-domains",
        href: "/admin/{slug}/domains",
        icon: Icon::Globe,
        counts: Some(crate::SOURCE),
        place: 20,
        shown_to: tenant_admins,
    },
];

/// Its ways to what people do often.
pub const SHORTCUTS: [Shortcut; 1] = [Shortcut::new::<ManageDomains>(
    Surface::Portal,
    "domain-add-title",
    "/admin/{slug}/domains#add-domain",
    Icon::Plus,
)];

pub fn operator(domains: &Domains) -> Routes {
    Routes::new(Mount::Operator)
        .get("/domains", all::show)
        .get("/tenants/{slug}/domains/{name}", of_tenant::show_one)
        .get("/tenants/{slug}/domains/{name}/live", one::live)
        .post("/tenants/{slug}/domains/{name}/recheck", one::recheck)
        .with_state(domains.clone())
}

/// The domains of a tenant among its pages in the operator console.
pub const TENANT_TABS: [TenantTab; 1] =
    [TenantTab { name: "domains", label: "tab-domains", path: "/domains", place: 10 }];

pub fn of_tenant(domains: &Domains, tenants: &Tenants) -> Routes {
    Routes::new(Mount::Operator)
        .get("/tenants/{slug}/domains", of_tenant::show)
        .post("/tenants/{slug}/domains/{name}/vouch", of_tenant::vouch)
        .with_state((domains.clone(), tenants.clone()))
}

pub fn portal(domains: &Domains) -> Routes {
    Routes::new(Mount::Portal)
        .get("/admin/{slug}/domains", list::show)
        .post("/admin/{slug}/domains", list::add)
        .get("/admin/{slug}/domains/live", list::live)
        .get("/admin/{slug}/domains/{name}", one::show)
        .get("/admin/{slug}/domains/{name}/live", one::live)
        .get("/admin/{slug}/domains/{name}/zone", crate::api::zone)
        .post("/admin/{slug}/domains/{name}/recheck", one::recheck)
        .post("/admin/{slug}/domains/{name}/dmarc", one::dmarc)
        .post("/admin/{slug}/domains/{name}/primary", one::primary)
        .post("/admin/{slug}/domains/{name}/remove", one::remove)
        .with_state(domains.clone())
}

/// A way from a domain's page in the portal to one that stands on it: the slice of that one brings it.
#[derive(Debug, Clone, Copy)]
pub struct PageLink {
    /// The key of its words.
    pub label: &'static str,
    pub icon: Icon,
    /// The address after that of the domain's page.
    pub path: &'static str,
    /// For which domains it is shown.
    pub shown_for: fn(&Domain) -> bool,
    /// What the domain's page says after a redirect from there: the word of the redirect and the key of the sentence.
    pub done: &'static [(&'static str, &'static str)],
}

/// The state in a word: what its records say counts only while its workspace is open [O9].
pub fn mark(w: &Words, domain: &Domain, workspace: TenantStatus) -> StateMark {
    let shown = Shown::of(domain, workspace);
    let state = match shown {
        Shown::Removing => State::Running,
        Shown::Suspended => State::Suspended,
        Shown::Ended => State::Terminated,
        Shown::Unproven | Shown::State(DomainState::Pending) => State::Pending,
        Shown::State(DomainState::Verified) => State::Ok,
        Shown::State(DomainState::Attention) => State::Attention,
    };
    state_said(state, w.t(&format!("domain-state-{}", shown.as_str())))
}

/// What comes next, in a sentence.
pub fn says(w: &Words, domain: &Domain, workspace: TenantStatus) -> String {
    let taken = domain.findings.iter().any(|finding| finding.code == crate::check::TAKEN);
    if taken {
        return w.t("advice-belongs-to-another");
    }
    if domain.removing_at.is_some() {
        return w.t("domain-says-removing");
    }
    let shown = Shown::of(domain, workspace);
    if matches!(shown, Shown::Suspended | Shown::Ended) {
        return w.t(&format!("domain-says-{}", shown.as_str()));
    }
    if !domain.is_proven() {
        return w.t("domain-says-unproven");
    }
    if domain.zone.is_none() {
        return w.t("domain-says-making");
    }
    let (right, all) = domain.score();
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let wrong = domain.findings.iter().filter(|finding| finding.needed && finding.is_wrong()).count();
    match domain.worst() {
        Some(finding) => {
            let what = records::purpose(w, finding);
            let first = w.tx(&format!("domain-wrong-{}", finding.verdict), &[("what", what.into())]);
            let more = w.tx("domain-wrong-more", &[("more", number(wrong - 1).into())]);
            if wrong > 1 { format!("{first} {more}") } else { first }
        }
        None if right == all => w.t("domain-says-all"),
        None => w.tx("domain-says-optional", &[("left", number(all - right).into())]),
    }
}

/// The name in both forms, where they differ.
fn both_names(domain: &Domain) -> Markup {
    let unicode = domain.name.unicode();
    html! {
        (unicode)
        @if unicode != domain.name.ascii() { " " small class="muted mono" { (domain.name.ascii()) } }
    }
}
