//! Who may do what. Owns people, roles and browser sessions, and is the only maker of [`Granted`], the proof of a
//! right that every action asks for. Reads tenants and partners, never writes them.

#![warn(missing_docs)]

pub mod account;
mod actor;
pub mod addressed;
pub mod allowances;
mod batch;
pub mod denials;
pub mod directory;
mod error;
mod granted;
pub mod invitations;
mod links;
pub mod people;
mod permission;
mod recorded;
mod rights;
mod role;
pub mod roles;
pub mod seats;
pub mod sessions;
pub mod staff_invitations;
mod subscriber;
mod tables;

pub use actor::{Actor, Origin, Person};
pub use batch::Accounts;
pub use directory::{MembershipStatus, PartnerRef, PartnerStatus, PersonStatus, TenantRef, TenantStatus};
pub use error::{Denial, Error};
pub use granted::{Attempt, Granted, PathParams, Reach, Scope, may_see};
pub use permission::{
    AcceptInvitation, ChooseWorkspace, CreateTenant, EditTenant, EndOwnSessions, EvaluateFlags, Everyone,
    FindAllPeople, ForgetKeptForm, Holders, ListTenants, ManageDomains, ManageDrift, ManageFlags,
    ManageGroups, ManageMail, ManageMembers, ManagePartner, ManagePartners, ManageStorage, ManageTenant,
    OwnAccount, OwnPassword, PERMISSIONS, Permission, ReconcileTenant, States, Usage, ViewAllDomains,
    ViewCustomers, ViewFlags, ViewPartner, ViewPlatform, ViewPlatformAudit, ViewStaff, ViewStorage,
    ViewTenant, ViewTenantAudit, While,
};
pub use recorded::Action;
pub use rights::{Customers, PartnerRights, Rights, SessionLimits, TenantRights};
pub use role::{PartnerRole, Surface, TenantRole};
pub use subscriber::{Departure, Events, Subscriber};
