//! Which pages pictures are taken of, and who looks at each. Neighbours with one site and person share a sign-in.

use std::collections::BTreeMap;

/// Where a page is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Site {
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
    pub site: Site,
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

const fn page(site: Site, who: Who, path: &'static str, name: &'static str) -> Page {
    Page { site, who, path, name }
}

/// All pages.
pub const PAGES: &[Page] = &[
    page(Site::Portal, Who::Nobody, "/signed-out", "portal-signed-out"),
    page(Site::Docs, Who::Nobody, "/", "api-docs"),
    page(Site::Operator, Who::PlatformAdmin, "/", "operator-dashboard"),
    page(Site::Operator, Who::PlatformAdmin, "/partners", "operator-partners"),
    page(Site::Operator, Who::PlatformAdmin, "/partners/new", "operator-partner-new"),
    page(Site::Operator, Who::PlatformAdmin, "/partners/nordit", "operator-partner"),
    page(Site::Operator, Who::PlatformAdmin, "/partners/nordit/edit", "operator-partner-edit"),
    page(Site::Operator, Who::PlatformAdmin, "/partners/nordit/customers", "operator-partner-customers"),
    page(Site::Operator, Who::PlatformAdmin, "/partners/nordit/staff", "operator-partner-staff"),
    page(Site::Operator, Who::PlatformAdmin, "/partners/nordit/staff/invite", "operator-partner-invite"),
    page(Site::Operator, Who::PlatformAdmin, "/partners/nordit/audit", "operator-partner-activity"),
    page(Site::Operator, Who::PlatformAdmin, "/tenants", "operator-tenants"),
    page(Site::Operator, Who::PlatformAdmin, "/tenants?q=zzz", "operator-tenants-none"),
    page(Site::Operator, Who::PlatformAdmin, "/tenants/new", "operator-tenant-new"),
    page(Site::Operator, Who::PlatformAdmin, "/tenants/acme", "operator-tenant"),
    page(Site::Operator, Who::PlatformAdmin, "/tenants/acme/members", "operator-tenant-members"),
    page(Site::Operator, Who::PlatformAdmin, "/tenants/acme/members/{member}", "operator-tenant-member"),
    page(Site::Operator, Who::PlatformAdmin, "/tenants/acme/invitations", "operator-tenant-invitations"),
    page(Site::Operator, Who::PlatformAdmin, "/tenants/acme/domains", "operator-tenant-domains"),
    page(
        Site::Operator,
        Who::PlatformAdmin,
        "/tenants/acme/domains/acme-widgets.test",
        "operator-tenant-domain",
    ),
    page(Site::Operator, Who::PlatformAdmin, "/tenants/acme/plan", "operator-tenant-plan"),
    page(Site::Operator, Who::PlatformAdmin, "/tenants/acme/audit", "operator-tenant-audit"),
    page(Site::Operator, Who::PlatformAdmin, "/drift", "operator-drift"),
    page(Site::Operator, Who::PlatformAdmin, "/flags", "operator-flags"),
    page(Site::Operator, Who::PlatformAdmin, "/flags/new", "operator-flag-new"),
    page(Site::Operator, Who::PlatformAdmin, "/domains", "operator-domains"),
    page(Site::Operator, Who::PlatformAdmin, "/audit", "operator-audit"),
    page(Site::Operator, Who::PlatformAdmin, "/infrastructure", "operator-infrastructure"),
    page(Site::Operator, Who::PlatformAdmin, "/_components", "components"),
    page(Site::Operator, Who::PlatformAdmin, "/nowhere", "operator-not-found"),
    page(Site::Operator, Who::Trainee, "/", "operator-forbidden"),
    page(Site::Portal, Who::Member, "/", "portal-home-member"),
    page(Site::Portal, Who::Member, "/admin", "portal-admin-forbidden"),
    page(Site::Portal, Who::Newcomer, "/", "portal-home-newcomer"),
    page(Site::Portal, Who::TenantAdmin, "/", "portal-home-admin"),
    page(Site::Portal, Who::TenantAdmin, "/admin", "portal-admin"),
    page(Site::Portal, Who::TenantAdmin, "/admin/acme/groups", "portal-groups"),
    page(Site::Portal, Who::TenantAdmin, "/admin/acme/mail", "portal-mail"),
    page(
        Site::Portal,
        Who::TenantAdmin,
        "/admin/acme/mail/aliases/sales@acme-widgets.test",
        "portal-mail-alias",
    ),
    page(Site::Portal, Who::TenantAdmin, "/admin/acme/mail/lists/{list}", "portal-mail-list"),
    page(Site::Portal, Who::TenantAdmin, "/admin/acme/mail/shared", "portal-mail-shared"),
    page(Site::Portal, Who::TenantAdmin, "/admin/acme/mail/shared/{shared}", "portal-mail-shared-one"),
    page(Site::Portal, Who::TenantAdmin, "/admin/acme/mail/domains", "portal-mail-domains"),
    page(Site::Portal, Who::TenantAdmin, "/account/app-passwords", "portal-app-passwords"),
    page(Site::Portal, Who::TenantAdmin, "/admin/acme/domains", "portal-domains"),
    page(Site::Portal, Who::TenantAdmin, "/admin/acme/domains/acme-widgets.test", "portal-domain"),
    page(Site::Portal, Who::TenantAdmin, "/admin/acme/domains/new-brand.test", "portal-domain-claim"),
    page(
        Site::Portal,
        Who::TenantAdmin,
        "/admin/acme/domains/acme-widgets.test/publish",
        "portal-domain-publish",
    ),
    page(
        Site::Portal,
        Who::TenantAdmin,
        "/admin/acme/domains/acme-widgets.test/clients?ask=now",
        "portal-domain-clients",
    ),
    page(Site::Portal, Who::TenantAdmin, "/admin/acme/members", "portal-members"),
    page(
        Site::Portal,
        Who::TenantAdmin,
        "/admin/acme/members?mfa=on&sort=-lastSignIn",
        "portal-members-second-factor",
    ),
    page(Site::Portal, Who::TenantAdmin, "/account/mail", "portal-mail-on-devices"),
    page(Site::Portal, Who::TenantAdmin, "/account/sessions", "portal-sessions"),
    page(Site::Portal, Who::TenantAdmin, "/account/second-factor", "portal-second-factor"),
    page(Site::Portal, Who::TenantAdmin, "/admin/acme/invitations", "portal-invitations"),
    page(Site::Portal, Who::TenantAdmin, "/admin/acme/members/import", "portal-import"),
    page(Site::Portal, Who::TenantAdmin, "/account/password", "portal-password"),
    page(Site::Portal, Who::TenantAdmin, "/admin/acme/storage", "portal-storage"),
    page(Site::Portal, Who::TenantAdmin, "/admin/acme/storage?of={member}", "portal-storage-limit"),
    page(Site::Portal, Who::TenantAdmin, "/admin/acme/audit", "portal-admin-audit"),
];
