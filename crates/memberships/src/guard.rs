//! What holds for whatever is done with a member, and how the log names them.

use access::{Granted, ManageMembers, TenantRole};
use audit::Target;
use db::Tx;
use kernel::UserId;
use serde_json::{Value, json};
use tenants::primary::{self, Holder};

use crate::error::Error;
use crate::model::{Member, Status, needs_owner};
use crate::store;

/// A member, as the audit log names them.
pub fn target(member: &Member) -> Target {
    // An address that is only claimed names nobody.
    let email = if member.email_verified { member.email.as_str() } else { "" };
    Target::person("member", &member.user, &member.name, email)
}

/// What the audit log says of a member; ids instead of personal data.
pub fn audited(member: &Member) -> Value {
    json!({
        "role": member.role.as_str(), "status": member.status().as_str(),
        "hasMailbox": member.mailbox.is_some(), "mailQuota": member.mail_quota,
        "storageQuota": member.storage_quota,
    })
}

/// The tenant, locked: whatever is done to its members is done one after another.
pub async fn live_holder(tx: &Tx, by: &Granted<ManageMembers>) -> Result<Holder, Error> {
    let holder = primary::lock_holder(tx, by.tenant()).await?.ok_or(Error::NotFound)?;
    if holder.status.is_live() { Ok(holder) } else { Err(Error::WrongState(holder.status.as_str())) }
}

/// Only owners and operators touch owners.
pub fn may_touch(by: &Granted<ManageMembers>, role: TenantRole) -> Result<(), Error> {
    let own = by.actor().rights.in_tenant(&by.scope().slug).map(|rights| rights.role);
    let may = by.actor().is_operator() || own == Some(TenantRole::Owner) || !needs_owner(role);
    if may { Ok(()) } else { Err(Error::OwnersOnly) }
}

/// A member that is not being removed, in a locked tenant. All memberships of the person are locked with it: they come
/// before the person's own row, which other tenants' actions and the reconciler take after them.
pub async fn member_of(tx: &Tx, by: &Granted<ManageMembers>, user: UserId) -> Result<Member, Error> {
    store::lock_of_user(tx, user).await?;
    let member = store::by_user(&**tx, by.tenant(), user).await?.ok_or(Error::NotFound)?;
    if member.status() == Status::Removing { Err(Error::Removing) } else { Ok(member) }
}

/// Refuses what nobody does to themself, and what would leave the workspace without an owner [E6].
pub async fn guard(tx: &Tx, by: &Granted<ManageMembers>, member: &Member) -> Result<(), Error> {
    may_touch(by, member.role)?;
    if by.actor().person.id == member.user {
        return Err(Error::Oneself);
    }
    let is_owner = member.role == TenantRole::Owner && member.status() == Status::Active;
    if is_owner && store::other_owners(tx, member.tenant, member.user).await? == 0 {
        return Err(Error::LastOwner);
    }
    Ok(())
}
