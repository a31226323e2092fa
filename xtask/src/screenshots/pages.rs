//! Which pages pictures are taken of, and who looks at each. Neighbours with one door and person share a sign-in.

use std::collections::BTreeMap;

/// Where a page is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// The portal.
    Portal,
    /// The operator console.
    Operator,
    /// The API's documentation.
    Docs,
}

/// Who looks at a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Nobody is signed in.
    Nobody,
    /// A platform admin.
    PlatformAdmin,
    /// An owner or admin of a tenant.
    TenantAdmin,
    /// Somebody who is a member of tenants and nothing more.
    Member,
    /// Somebody without any tenant or partner.
    Newcomer,
    /// Somebody of the operator's surface who holds no right there.
    Trainee,
}

/// One page.
#[derive(Debug)]
pub struct Page {
    /// Where it is served.
    pub door: Door,
    /// Who looks.
    pub who: Who,
    /// Its path; an id that is known only once something is made stands in braces.
    pub path: &'static str,
    /// The beginning of its pictures' names.
    pub name: &'static str,
}

impl Page {
    /// True when its name contains `only`.
    pub fn is_wanted(&self, only: Option<&str>) -> bool {
        only.is_none_or(|part| self.name.contains(part))
    }

    /// Its path with these ids in it.
    pub fn path_with(&self, ids: &BTreeMap<&str, String>) -> String {
        let put = |path: String, (name, id): (&&str, &String)| path.replace(&format!("{{{name}}}"), id);
        ids.iter().fold(self.path.to_owned(), put)
    }
}

const fn page(door: Door, who: Who, path: &'static str, name: &'static str) -> Page {
    Page { door, who, path, name }
}

/// All pages.
pub const PAGES: &[Page] = &[
    page(Door::Portal, Who::Nobody, "/signed-out", "portal-signed-out"),
    page(Door::Docs, Who::Nobody, "/", "api-docs"),
    page(Door::Operator, Who::PlatformAdmin, "/", "operator-dashboard"),
    page(Door::Operator, Who::PlatformAdmin, "/tenants", "operator-tenants"),
    page(Door::Operator, Who::PlatformAdmin, "/tenants?q=zzz", "operator-tenants-none"),
    page(Door::Operator, Who::PlatformAdmin, "/tenants/new", "operator-tenant-new"),
    page(Door::Operator, Who::PlatformAdmin, "/tenants/acme", "operator-tenant"),
    page(Door::Operator, Who::PlatformAdmin, "/tenants/acme/members", "operator-tenant-members"),
    page(Door::Operator, Who::PlatformAdmin, "/tenants/acme/members/{member}", "operator-tenant-member"),
    page(Door::Operator, Who::PlatformAdmin, "/tenants/acme/invitations", "operator-tenant-invitations"),
    page(Door::Operator, Who::PlatformAdmin, "/tenants/acme/domains", "operator-tenant-domains"),
    page(
        Door::Operator,
        Who::PlatformAdmin,
        "/tenants/acme/domains/acme-widgets.test",
        "operator-tenant-domain",
    ),
    page(Door::Operator, Who::PlatformAdmin, "/tenants/acme/plan", "operator-tenant-plan"),
    page(Door::Operator, Who::PlatformAdmin, "/tenants/acme/audit", "operator-tenant-audit"),
    page(Door::Operator, Who::PlatformAdmin, "/drift", "operator-drift"),
    page(Door::Operator, Who::PlatformAdmin, "/domains", "operator-domains"),
    page(Door::Operator, Who::PlatformAdmin, "/audit", "operator-audit"),
    page(Door::Operator, Who::PlatformAdmin, "/infrastructure", "operator-infrastructure"),
    page(Door::Operator, Who::PlatformAdmin, "/_components", "components"),
    page(Door::Operator, Who::PlatformAdmin, "/nowhere", "operator-not-found"),
    page(Door::Operator, Who::Trainee, "/", "operator-forbidden"),
    page(Door::Portal, Who::Member, "/", "portal-home-member"),
    page(Door::Portal, Who::Member, "/admin", "portal-admin-forbidden"),
    page(Door::Portal, Who::Newcomer, "/", "portal-home-newcomer"),
    page(Door::Portal, Who::TenantAdmin, "/", "portal-home-admin"),
    page(Door::Portal, Who::TenantAdmin, "/admin", "portal-admin"),
    page(Door::Portal, Who::TenantAdmin, "/admin/acme/groups", "portal-groups"),
    page(Door::Portal, Who::TenantAdmin, "/admin/acme/mail", "portal-mail"),
    page(
        Door::Portal,
        Who::TenantAdmin,
        "/admin/acme/mail/aliases/sales@acme-widgets.test",
        "portal-mail-alias",
    ),
    page(Door::Portal, Who::TenantAdmin, "/admin/acme/mail/lists/{list}", "portal-mail-list"),
    page(Door::Portal, Who::TenantAdmin, "/admin/acme/mail/shared", "portal-mail-shared"),
    page(Door::Portal, Who::TenantAdmin, "/admin/acme/mail/shared/{shared}", "portal-mail-shared-one"),
    page(Door::Portal, Who::TenantAdmin, "/admin/acme/mail/domains", "portal-mail-domains"),
    page(Door::Portal, Who::TenantAdmin, "/account/app-passwords", "portal-app-passwords"),
    page(Door::Portal, Who::TenantAdmin, "/admin/acme/domains", "portal-domains"),
    page(Door::Portal, Who::TenantAdmin, "/admin/acme/domains/acme-widgets.test", "portal-domain"),
    page(Door::Portal, Who::TenantAdmin, "/admin/acme/domains/new-brand.test", "portal-domain-claim"),
    page(
        Door::Portal,
        Who::TenantAdmin,
        "/admin/acme/domains/acme-widgets.test/publish",
        "portal-domain-publish",
    ),
    page(
        Door::Portal,
        Who::TenantAdmin,
        "/admin/acme/domains/acme-widgets.test/clients?ask=now",
        "portal-domain-clients",
    ),
    page(Door::Portal, Who::TenantAdmin, "/admin/acme/members", "portal-members"),
    page(
        Door::Portal,
        Who::TenantAdmin,
        "/admin/acme/members?mfa=on&sort=-lastSignIn",
        "portal-members-second-factor",
    ),
    page(Door::Portal, Who::TenantAdmin, "/account/mail", "portal-mail-on-devices"),
    page(Door::Portal, Who::TenantAdmin, "/account/sessions", "portal-sessions"),
    page(Door::Portal, Who::TenantAdmin, "/account/second-factor", "portal-second-factor"),
    page(Door::Portal, Who::TenantAdmin, "/admin/acme/invitations", "portal-invitations"),
    page(Door::Portal, Who::TenantAdmin, "/admin/acme/members/import", "portal-import"),
    page(Door::Portal, Who::TenantAdmin, "/account/password", "portal-password"),
    page(Door::Portal, Who::TenantAdmin, "/admin/acme/storage", "portal-storage"),
    page(Door::Portal, Who::TenantAdmin, "/admin/acme/storage?of={member}", "portal-storage-limit"),
    page(Door::Portal, Who::TenantAdmin, "/admin/acme/audit", "portal-admin-audit"),
];
