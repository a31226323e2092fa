//! From a member's row to what should be upstream. Pure: the same rows always give the same wants.

use access::{TenantRef, TenantStatus};
use addresses::mailboxes::Extras;
use addresses::{MAILBOX, aliases};
use kernel::{MemberId, UserId};
use reconcile::Want;
use serde_json::json;

use crate::model::{Member, Status};

/// A person's account at the identity provider.
pub const USER: &str = "authentik.user";
/// That it is in a tenant's group.
pub const MEMBERSHIP: &str = "authentik.membership";
/// A person's account for files.
pub const FILES_USER: &str = "ocis.user";
/// How much a person's own drive may hold.
pub const FILES_QUOTA: &str = "ocis.quota";
/// That it may edit a tenant's space.
pub const SPACE_MEMBERSHIP: &str = "ocis.membership";

/// The kinds that a membership owns.
pub const OF_MEMBER: [&str; 3] = [MEMBERSHIP, SPACE_MEMBERSHIP, MAILBOX];

/// A person, as far as their accounts depend on it. What is global upstream follows all that they are [E3].
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is one fact of the person")]
pub struct Holder {
    /// The person.
    pub user: UserId,
    /// Their user name at the identity provider; none where Dezky didn't give it.
    pub username: Option<String>,
    /// True where Dezky did not make the account.
    pub own: bool,
    pub name: String,
    /// Their address.
    pub email: String,
    /// True while anything lets them sign in.
    pub may_sign_in: bool,
    /// True while an open membership lets them have files.
    pub may_have_files: bool,
    /// True while they have an account for files, or should.
    pub has_files: bool,
    /// How much their own drive may hold, in bytes: what their workspaces give them, 0 for no limit. None while nobody
    /// ever said.
    pub files_quota: Option<i64>,
}

/// What a person needs, whatever they are a member of.
pub fn of_person(holder: &Holder) -> Vec<Want> {
    let owner = holder.user.to_string();
    let mut account = json!({"name": holder.name, "email": holder.email, "active": holder.may_sign_in});
    if let Some(username) = &holder.username {
        account["username"] = json!(username);
    }
    if holder.own {
        // It is only looked at: what goes by its id must know that it is there [A16].
        account = json!({"own": true});
    }
    let user = Want { owner: owner.clone(), kind: USER, name: owner.clone(), spec: account };
    let files = Want {
        kind: FILES_USER,
        spec: json!({"person": owner, "name": holder.name, "email": holder.email, "enabled": holder.may_have_files}),
        name: owner.clone(),
        owner: owner.clone(),
    };
    if !holder.has_files {
        return vec![user];
    }
    let quota = holder.files_quota.map(|bytes| Want {
        kind: FILES_QUOTA,
        spec: json!({"person": owner, "quotaBytes": bytes}),
        name: owner.clone(),
        owner,
    });
    [Some(user), Some(files), quota].into_iter().flatten().collect()
}

/// What a membership needs. `has_domain`: the domain of its mailbox is the tenant's own.
pub(crate) fn of_member(member: &Member, tenant: &TenantRef, has_domain: bool, extras: &Extras) -> Vec<Want> {
    let let_in = member.is_let_in(tenant.status);
    let want = |kind, spec| Want { owner: member.id.to_string(), kind, name: member.id.to_string(), spec };
    let person = member.user.to_string();
    let group = json!({"person": person, "group": format!("{}{}", provisioning::GROUP_PREFIX, tenant.slug), "present": let_in});
    // A closed tenant's space is closed for everybody at once.
    let is_open = member.status() == Status::Active;
    let space = json!({"person": person, "space": tenant.slug, "present": is_open});
    let mut wants = vec![want(MEMBERSHIP, group), want(SPACE_MEMBERSHIP, space)];
    if has_domain {
        wants.extend(mailbox(member, tenant.status, extras));
    }
    wants
}

fn mailbox(member: &Member, tenant: TenantStatus, extras: &Extras) -> Option<Want> {
    let mailbox = member.mailbox.as_ref()?;
    let domain = mailbox.domain.as_ref()?;
    let spec = json!({
        "name": mailbox.local.as_str(),
        "domain": domain.ascii(),
        "description": member.name,
        "quotaBytes": member.mail_quota,
        // Mail keeps arriving [B1, E3].
        "frozen": !member.is_let_in(tenant),
        "aliases": aliases::field(&extras.aliases),
        "groups": extras.groups,
    });
    Some(Want { owner: member.id.to_string(), kind: MAILBOX, name: mailbox.address()?, spec })
}

/// What a group owns for one of its people is named by both, so that it is found by either.
pub fn by_group(group: &str, member: MemberId) -> String {
    format!("{group}/{member}")
}

/// The owner of what a membership needs.
pub fn owner(member: MemberId) -> String {
    member.to_string()
}
