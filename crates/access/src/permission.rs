//! The closed list of permissions, who holds each and in which states: the policy table.

use crate::directory::{MembershipStatus, PartnerRef, PartnerStatus, PersonStatus, TenantRef, TenantStatus};
use crate::granted::{Reach, Scope};
use crate::role::{PartnerRole, TenantRole};

/// Who holds a permission, and in which states of what is concerned.
#[derive(Debug, Clone, Copy)]
pub struct Holders {
    /// Platform admins on the operator's surface.
    pub operators: bool,
    /// These roles of the tenant, on the portal's surface.
    pub tenant: &'static [TenantRole],
    /// These roles of the tenant's own partner, on the portal's surface.
    pub partner: &'static [PartnerRole],
    /// Every signed-in person, for what is their own.
    pub everyone: Everyone,
    /// The states in which it is held.
    pub states: States,
}

/// Whether every signed-in person holds a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Everyone {
    /// No.
    No,
    /// To read, always; to change, while they work somewhere: in a tenant or for a partner whose state is listed, or as
    /// an operator on the operator's surface.
    WhileWorking,
    /// Always: what it is about asks the state of something else, or changes nothing but the session.
    Always,
}

/// How a request uses a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// It only looks.
    Read,
    /// It may change something.
    Change,
}

/// The states in which something may be read, and those in which it may be changed.
#[derive(Debug, Clone, Copy)]
pub struct While<S: 'static> {
    /// To look.
    pub read: &'static [S],
    /// To change.
    pub change: &'static [S],
}

impl<S: PartialEq> While<S> {
    /// Whether this state is listed for this usage.
    pub fn lists(&self, usage: Usage, state: &S) -> bool {
        match usage {
            Usage::Read => self.read.contains(state),
            Usage::Change => self.change.contains(state),
        }
    }
}

/// The states in which a right is held: closed lists. A state that is not listed gives nothing.
#[derive(Debug, Clone, Copy)]
pub struct States {
    /// Of the person's account.
    pub person: While<PersonStatus>,
    /// Of the membership that gives the role.
    pub membership: &'static [MembershipStatus],
    /// Of the partner that gives the role.
    pub partner: &'static [PartnerStatus],
    /// Of the tenant, for its own people and the staff of its partner.
    pub tenant: While<TenantStatus>,
    /// Of the tenant, for operators.
    pub operators: While<TenantStatus>,
}

const PROVEN: &[PersonStatus] = &[PersonStatus::Active];
const SIGNED_IN: &[PersonStatus] = &[PersonStatus::Active, PersonStatus::PasswordDue];

const STATES: States = States {
    person: While { read: PROVEN, change: PROVEN },
    membership: &[MembershipStatus::Active],
    partner: &[PartnerStatus::Active],
    tenant: While { read: TenantStatus::OPEN, change: TenantStatus::OPEN },
    operators: While { read: TenantStatus::ALL, change: TenantStatus::LIVE },
};
/// Also a tenant that has ended has to be brought to its end.
const TO_THE_END: States =
    States { operators: While { read: TenantStatus::ALL, change: TenantStatus::ALL }, ..STATES };

const NOBODY: Holders =
    Holders { operators: false, tenant: &[], partner: &[], everyone: Everyone::No, states: STATES };
const OPERATORS: Holders = Holders { operators: true, ..NOBODY };
const TENANT_ADMINS: Holders =
    Holders { operators: true, tenant: &[TenantRole::Owner, TenantRole::Admin], ..NOBODY };
const OF_STAFF: Holders =
    Holders { partner: &[PartnerRole::Owner, PartnerRole::Admin, PartnerRole::Support], ..NOBODY };
const EVERYBODY: Holders = Holders { operators: true, everyone: Everyone::WhileWorking, ..NOBODY };

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

        /// The table: each permission by its name, with who holds it.
        pub const PERMISSIONS: &[(&str, Holders)] = &[$((stringify!($name), $name::HOLDERS)),*];
    };
}

permissions! {
    /// See one's own account, sessions and rights; change what is one's own.
    OwnAccount over (): Holders {
        states: States { person: While { read: SIGNED_IN, change: PROVEN }, ..STATES },
        ..EVERYBODY
    };
    /// Choose one's own password.
    OwnPassword over (): Holders {
        states: States { person: While { read: SIGNED_IN, change: SIGNED_IN }, ..STATES },
        ..EVERYBODY
    };
    /// End one's own sessions, wherever one works or worked: a stolen one goes on whatever the state of a workspace is.
    EndOwnSessions over (): Holders {
        everyone: Everyone::Always,
        states: States { person: While { read: SIGNED_IN, change: SIGNED_IN }, ..STATES },
        ..EVERYBODY
    };
    /// Choose the workspace that a session works in.
    ChooseWorkspace over (): Holders { everyone: Everyone::Always, ..EVERYBODY };
    /// Forget a form of one's own that was kept when one's session ended: it changes nothing but what the browser holds.
    ForgetKeptForm over (): Holders {
        everyone: Everyone::Always,
        states: States { person: While { read: SIGNED_IN, change: SIGNED_IN }, ..STATES },
        ..EVERYBODY
    };
    /// Accept an invitation as oneself; the link asks the state of the workspace that it leads to.
    AcceptInvitation over (): Holders { everyone: Everyone::Always, ..EVERYBODY };
    /// List the tenants one can reach: all for operators, one's own for others.
    ListTenants over Reach: EVERYBODY;
    /// See the operator console.
    ViewPlatform over (): OPERATORS;
    /// Read the audit log across all tenants.
    ViewPlatformAudit over (): OPERATORS;
    /// See what differs upstream across all tenants; accept what belongs to none.
    ManageDrift over (): OPERATORS;
    /// See the domains of all tenants.
    ViewAllDomains over (): OPERATORS;
    /// Find the people of all tenants, and who is invited.
    FindAllPeople over (): OPERATORS;
    /// See, create, change, stop and remove feature flags.
    ManageFlags over (): OPERATORS;
    /// Ask which flags are on; of a tenant only where [`ViewFlags`] is held over it.
    EvaluateFlags over (): Holders { everyone: Everyone::Always, ..EVERYBODY };
    /// Know which flags are on for a tenant.
    ViewFlags over TenantRef: Holders {
        tenant: &[TenantRole::Owner, TenantRole::Admin, TenantRole::Member],
        partner: &[PartnerRole::Owner, PartnerRole::Admin, PartnerRole::Support, PartnerRole::Billing],
        ..TENANT_ADMINS
    };
    /// Make a tenant.
    CreateTenant over (): OPERATORS;
    /// List the partners, and make one.
    ManagePartners over (): OPERATORS;
    /// See and change one partner, its customers and its staff; suspend, resume and end it.
    ManagePartner over PartnerRef: OPERATORS;
    /// See the partner that one works for.
    ViewPartner over PartnerRef: Holders {
        partner: &[PartnerRole::Owner, PartnerRole::Admin, PartnerRole::Support, PartnerRole::Billing],
        ..NOBODY
    };
    /// See the customers that one reaches for the partner that one works for.
    ViewCustomers over PartnerRef: OF_STAFF;
    /// See the staff of the partner that one works for.
    ViewStaff over PartnerRef: OF_STAFF;
    /// Suspend, resume, end, plan and apply; change plan, seats, partner and domain.
    ManageTenant over TenantRef: Holders { states: TO_THE_END, ..OPERATORS };
    /// See a tenant's settings and state.
    ViewTenant over TenantRef: TENANT_ADMINS;
    /// Change a tenant's name, industry and billing information.
    EditTenant over TenantRef: TENANT_ADMINS;
    /// Try again what is not provisioned.
    ReconcileTenant over TenantRef: Holders {
        partner: &[PartnerRole::Owner, PartnerRole::Admin],
        states: TO_THE_END,
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
