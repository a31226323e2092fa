//! The slice's pages: a workspace's mail in the portal.

mod addresses;
mod alias;
mod domains;
mod list;

use ::addresses::AddressKind;
use access::{Actor, Granted, ManageMail, Surface, TenantRole, TenantStatus};
use i18n::Words;
use kernel::EmailAddress;
use maud::{Markup, html};
use reconcile::Status;
use web::draft::Draft;
use web::ui::{self, Field, Icon, State, StateMark, Tab, state_said};
use web::{Mount, Nav, Routes, Shortcut};

use crate::error::Error;
use crate::reads::{MailState, Row};
use crate::service::Mail;

fn tenant_admins(actor: &Actor, active: Option<&str>) -> bool {
    let rights = active.and_then(|slug| actor.rights.in_tenant(slug));
    rights.is_some_and(|rights| rights.role != TenantRole::Member)
}

/// The slice's place in the navigation.
pub(crate) const NAV: Nav = Nav {
    surface: Surface::Portal,
    label: "nav-mail",
    href: "/admin/{slug}/mail",
    icon: Icon::Mail,
    counts: None,
    place: 17,
    shown_to: tenant_admins,
};

/// Its ways to what people do often.
pub(crate) const SHORTCUTS: [Shortcut; 2] = [
    Shortcut::new::<ManageMail>(
        Surface::Portal,
        "mail-add-alias",
        "/admin/{slug}/mail#add-alias",
        Icon::Plus,
    ),
    Shortcut::new::<ManageMail>(Surface::Portal, "mail-add-list", "/admin/{slug}/mail#add-list", Icon::Plus),
];

pub(crate) fn portal(mail: &Mail) -> Routes {
    Routes::new(Mount::Portal)
        .get("/admin/{slug}/mail", addresses::show)
        .post("/admin/{slug}/mail/aliases", addresses::add_alias)
        .large()
        .post("/admin/{slug}/mail/lists", addresses::create_list)
        .get("/admin/{slug}/mail/aliases/{address}", alias::show)
        .post("/admin/{slug}/mail/aliases/{address}/remove", alias::remove)
        .get("/admin/{slug}/mail/lists/{id}", list::show)
        .large()
        .post("/admin/{slug}/mail/lists/{id}", list::change)
        .post("/admin/{slug}/mail/lists/{id}/remove", list::remove)
        .get("/admin/{slug}/mail/domains", domains::show)
        .post("/admin/{slug}/mail/domains/{name}", domains::change)
        .with_state(mail.clone())
}

/// A section of the mail settings, with a page of its own.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// The key of its words.
    pub label: &'static str,
    /// Its address after that of the first one.
    pub path: &'static str,
    /// The lower, the earlier it comes.
    pub place: u8,
}

/// The slice's own sections.
pub(crate) const SECTIONS: [Section; 2] = [ADDRESSES, DOMAINS];
const ADDRESSES: Section = Section { label: "mail-addresses", path: "", place: 0 };
const DOMAINS: Section = Section { label: "mail-domains", path: "/domains", place: 20 };

impl Mail {
    /// The sections as tabs, on the page of one of them.
    pub fn tabs(&self, w: &Words, slug: &str, now: Section) -> Vec<Tab> {
        let tab = |section: &Section| Tab {
            label: w.t(section.label),
            href: format!("/admin/{slug}/mail{}", section.path),
            current: section.path == now.path,
            badge: None,
        };
        self.sections.iter().map(tab).collect()
    }
}

/// So many addresses are offered to choose from; others are typed.
const OFFERED: u64 = 200;

/// What forms of addresses offer to choose from.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    domains: Vec<(String, String)>,
    addresses: Vec<(String, String)>,
}

impl Choices {
    /// A field of an address on one of the workspace's own domains.
    pub fn on_own_domain(&self, field: Field) -> Field {
        Field { exact: true, domains: self.domains.clone(), ..field }
    }

    /// A field of an address, or of one on each line, which the workspace may have already.
    pub fn among(&self, field: Field) -> Field {
        Field { exact: true, among: self.addresses.clone(), ..field }
    }
}

impl Mail {
    /// What there is to choose from.
    pub(crate) async fn choices(&self, by: &Granted<ManageMail>) -> Result<Choices, Error> {
        self.choices_of(by, None).await
    }

    /// The same, with the mailboxes of people alone.
    pub async fn choices_of_people(&self, by: &Granted<ManageMail>) -> Result<Choices, Error> {
        self.choices_of(by, Some(AddressKind::Mailbox)).await
    }

    async fn choices_of(
        &self,
        by: &Granted<ManageMail>,
        kind: Option<AddressKind>,
    ) -> Result<Choices, Error> {
        let (db, tenant) = (self.platform.db.read(), by.tenant());
        Ok(Choices {
            domains: ::addresses::domain_choices(db, tenant).await?,
            addresses: ::addresses::choices(db, tenant, kind, OFFERED).await?,
        })
    }
}

/// The state of an object in the mail server, in a word. Its own words are for operators: a branded workspace does not
/// name its upstreams [J4].
pub fn mark(w: &Words, state: &MailState) -> StateMark {
    match state.status {
        Status::Ok => state_said(State::Ok, w.t("mail-state-ok")),
        Status::Pending if state.reason.as_deref() == Some("awaiting_ownership") => {
            state_said(State::Pending, w.t("mail-state-unproven"))
        }
        Status::Pending => state_said(State::Running, w.t("mail-state-busy")),
        Status::Skipped => state_said(State::Skipped, w.t("mail-state-skipped")),
        Status::Error => state_said(State::Error, w.t("mail-state-error")),
    }
}

/// The same of an address. What is there may be closed: who was suspended or offboarded doesn't get in, and mail still
/// arrives.
fn mark_of(w: &Words, row: &Row, workspace: TenantStatus) -> StateMark {
    let of_person = row.owner.as_ref().filter(|owner| owner.person.is_some());
    let is_closed = of_person.is_some_and(|owner| !(owner.is_open && workspace.is_open()));
    if is_closed && row.state.status == Status::Ok {
        // In the words of the member's page.
        return state_said(State::Suspended, w.t("member-step-stalwart-mailbox-closed"));
    }
    mark(w, &row.state)
}

/// The further addresses of something that has them.
pub fn aliases(w: &Words, all: &[EmailAddress]) -> Markup {
    html! {
        @if all.is_empty() { span class="muted" { (w.t("mail-no-aliases")) } }
        @for alias in all { div { (ui::copy(w, &alias.to_string())) } }
    }
}

/// What is wrong with none of a form's fields.
pub fn said(w: &Words, draft: Option<&Draft>, form: &'static str, fields: &[&Field]) -> Markup {
    web::draft::said(w, &w.t("mail-not-done"), draft, form, fields)
}

/// A size that the mail server told.
pub fn bytes(w: &Words, used: u64) -> String {
    ui::bytes(w, i64::try_from(used).unwrap_or(i64::MAX))
}
