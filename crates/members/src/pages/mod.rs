//! The slice's pages: a workspace's members. What the pages of the slices above show in the same way is public.

mod actions;
mod bulk;
pub mod invite;
mod list;
mod new;
mod of_tenant;
mod one;
mod steps;

use access::{Actor, ManageMembers, Surface, TenantRole, TenantStatus};
use addresses::Mailbox;
use i18n::{Arg, Words};
use maud::{Markup, html};
use memberships::{Member, Status};
use reconcile::Status as StepStatus;
use tenants::Tenants;
use web::ui::{Icon, State, StateMark, Tab, Tone, avatar, state_said};
use web::{Mount, Nav, Routes, Shortcut, TenantTab, View};

use crate::reads::Step;
use crate::service::Members;

fn tenant_admins(actor: &Actor, active: Option<&str>) -> bool {
    let rights = active.and_then(|slug| actor.rights.in_tenant(slug));
    rights.is_some_and(|rights| rights.role != TenantRole::Member)
}

/// The slice's places in the navigation.
pub(crate) const NAV: [Nav; 1] = [Nav {
    surface: Surface::Portal,
    label: "nav-members",
    href: "/admin/{slug}/members",
    icon: Icon::Users,
    counts: None,
    place: 15,
    shown_to: tenant_admins,
}];

pub(crate) fn portal(members: &Members) -> Routes {
    Routes::new(Mount::Portal)
        .get("/admin/{slug}/members", list::show)
        .post("/admin/{slug}/members", new::create)
        .get("/admin/{slug}/members/{id}", one::show)
        .get("/admin/{slug}/members/{id}/live", one::live)
        .post("/admin/{slug}/members/{id}", actions::change)
        .post("/admin/{slug}/members/{id}/suspend", actions::suspend)
        .post("/admin/{slug}/members/{id}/resume", actions::resume)
        .post("/admin/{slug}/members/{id}/force-logout", actions::force_logout)
        .post("/admin/{slug}/members/{id}/reset-password", actions::reset_password)
        .post("/admin/{slug}/members/{id}/remove", actions::remove)
        .post("/admin/{slug}/members/{id}/sessions/{session}/end", actions::end_session)
        .post("/admin/{slug}/members/bulk", bulk::submitted)
        .with_state(members.clone())
}

/// The people of a tenant among its pages in the operator console.
pub(crate) const TENANT_TABS: [TenantTab; 1] =
    [TenantTab { name: "members", label: "nav-members", path: "/members", place: 4 }];

pub(crate) fn of_tenant(members: &Members, tenants: &Tenants) -> [Routes; 2] {
    let shown = Routes::new(Mount::Operator)
        .get("/tenants/{slug}/members", of_tenant::list)
        .get("/tenants/{slug}/members/{id}", of_tenant::show)
        .with_state((members.clone(), tenants.clone()));
    let followed = Routes::new(Mount::Operator)
        .get("/tenants/{slug}/members/{id}/live", one::live)
        .with_state(members.clone());
    [shown, followed]
}

/// Its ways to what people do often.
pub const SHORTCUTS: [Shortcut; 2] = [
    Shortcut::new::<ManageMembers>(
        Surface::Portal,
        "member-add-title",
        "/admin/{slug}/members#add-member",
        Icon::Plus,
    ),
    Shortcut::new::<ManageMembers>(
        Surface::Portal,
        "member-invite-people",
        "/admin/{slug}/invitations#invite-member",
        Icon::Send,
    ),
];

/// The lists of people: who is here, and who is asked to come.
pub fn tabs(w: &Words, slug: &str, current: &str, waiting: u64) -> Vec<Tab> {
    let tab = |name: &str, href: String| Tab {
        label: w.t(&format!("members-tab-{name}")),
        href,
        current: name == current,
        badge: None,
    };
    let waits = (waiting > 0).then(|| {
        let said = w.tx("invitations-waiting", &[("count", counted(waiting))]);
        (u32::try_from(waiting).unwrap_or(u32::MAX), Tone::Neutral, said)
    });
    vec![
        tab("people", format!("/admin/{slug}/members")),
        Tab { badge: waits, ..tab("invitations", format!("/admin/{slug}/invitations")) },
        tab("import", format!("/admin/{slug}/members/import")),
    ]
}

/// For a page that is a tab of the list of people, whatever its own address is.
pub fn lies_with_people(view: &mut View, slug: &str) {
    view.shell.lies_under(&format!("/admin/{slug}/members"));
}

/// A number for a text.
pub fn counted(count: u64) -> Arg<'static> {
    i64::try_from(count).unwrap_or(i64::MAX).into()
}

/// The state in a word: nobody of a closed workspace is let in, whatever their own state [O9].
pub(crate) fn mark(w: &Words, member: &Member, steps: &[Step], workspace: TenantStatus) -> StateMark {
    let failing = steps.iter().any(|step| step.status == StepStatus::Error);
    let busy = steps.iter().any(|step| step.status == StepStatus::Pending);
    match member.status() {
        Status::Removing => state_said(State::Running, w.t("member-removing")),
        Status::Suspended => state_said(State::Suspended, w.t("member-suspended")),
        Status::Active if !workspace.is_open() => {
            state_said(State::Suspended, w.t("member-workspace-closed"))
        }
        Status::Active if failing => state_said(State::Error, w.t("member-failing")),
        Status::Active if busy => state_said(State::Running, w.t("member-busy")),
        Status::Active if member.lacks_password() => {
            state_said(State::Attention, w.t("member-no-password-yet"))
        }
        Status::Active => state_said(State::Active, w.t("member-active")),
    }
}

/// The address that people know a member by.
pub(crate) fn address(member: &Member) -> String {
    let address = member.mailbox.as_ref().and_then(Mailbox::address);
    kernel::readable_address(&address.unwrap_or_else(|| member.email.clone()))
}

/// Avatar, name and address.
fn who(member: &Member) -> Markup {
    html! {
        span class="who" {
            (avatar(&member.name, &member.user.to_string()))
            span { span class="cut block" { (member.name) } small class="cut" { (address(member)) } }
        }
    }
}

fn role(w: &Words, member: &Member) -> String {
    w.t(&format!("role-{}", member.role.as_str()))
}

/// The address of a member's page in the portal.
pub fn place(slug: &str, member: &Member) -> String {
    format!("{}/members/{}", web::workspace(Surface::Portal, slug), member.user)
}
