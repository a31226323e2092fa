//! The closed list of permissions and who holds each: the policy table.

use crate::directory::TenantRef;
use crate::granted::{Reach, Scope};
use crate::role::{PartnerRole, TenantRole};

/// Who holds a permission.
#[derive(Debug, Clone, Copy)]
pub struct Holders {
    /// Platform admins on the operator's surface.
    pub operators: bool,
    /// These roles of the tenant, on the portal's surface.
    pub tenant: &'static [TenantRole],
    /// These roles of the tenant's own partner, on the portal's surface.
    pub partner: &'static [PartnerRole],
    /// Every signed-in person, for what is their own.
    pub everyone: bool,
    /// Also while the person has yet to replace a generated password.
    pub password_due: bool,
}

const NOBODY: Holders =
    Holders { operators: false, tenant: &[], partner: &[], everyone: false, password_due: false };
const OPERATORS: Holders = Holders { operators: true, ..NOBODY };
const TENANT_ADMINS: Holders =
    Holders { operators: true, tenant: &[TenantRole::Owner, TenantRole::Admin], ..NOBODY };

/// One permission. Implemented here only; a new one is a new line in the list below.
pub trait Permission: Clone + Send + Sync + 'static {
    /// Its name, for the route table and for denials.
    const NAME: &'static str;
    /// Who holds it.
    const HOLDERS: Holders;
    /// What it is held over.
    type Scope: Scope;
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident over $scope:ty: $holders:expr;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl Permission for $name {
                const NAME: &'static str = stringify!($name);
                const HOLDERS: Holders = $holders;
                type Scope = $scope;
            }
        )*
    };
}

permissions! {
    /// See one's own account, sessions and rights.
    OwnAccount over (): Holders { everyone: true, operators: true, password_due: true, ..NOBODY };
    /// List the tenants one can reach: all for operators, one's own for others.
    ListTenants over Reach: Holders { everyone: true, operators: true, ..NOBODY };
    /// See the operator console.
    ViewPlatform over (): OPERATORS;
    /// Read the audit log across all tenants.
    ViewPlatformAudit over (): OPERATORS;
    /// See what differs upstream across all tenants; accept what belongs to none.
    ManageDrift over (): OPERATORS;
    /// See the domains of all tenants.
    ViewAllDomains over (): OPERATORS;
    /// Make a tenant.
    CreateTenant over (): OPERATORS;
    /// Suspend, resume, end, plan and apply; change plan, seats, partner and domain.
    ManageTenant over TenantRef: OPERATORS;
    /// See a tenant's settings and state.
    ViewTenant over TenantRef: TENANT_ADMINS;
    /// Change a tenant's name, industry and billing information.
    EditTenant over TenantRef: TENANT_ADMINS;
    /// Try again what is not provisioned.
    ReconcileTenant over TenantRef: Holders {
        partner: &[PartnerRole::Owner, PartnerRole::Admin],
        ..TENANT_ADMINS
    };
    /// See, add, check, change and remove a tenant's mail domains.
    ManageDomains over TenantRef: TENANT_ADMINS;
    /// See, add, change, suspend and remove a tenant's people; end their sign-ins and give them new passwords.
    ManageMembers over TenantRef: TENANT_ADMINS;
    /// See, make, change and remove the groups inside a tenant, and who is in them.
    ManageGroups over TenantRef: TENANT_ADMINS;
    /// See and change where a tenant's mail goes: aliases, lists, shared mailboxes, settings of domains.
    ManageMail over TenantRef: TENANT_ADMINS;
    /// See how much of a tenant's storage is used, and by whom.
    ViewStorage over TenantRef: TENANT_ADMINS;
    /// Share out a tenant's storage.
    ManageStorage over TenantRef: TENANT_ADMINS;
    /// Read a tenant's audit log.
    ViewTenantAudit over TenantRef: TENANT_ADMINS;
}
