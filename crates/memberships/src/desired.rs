//! From a member's row to what should be upstream. Pure: the same rows always give the same wants.

use access::{TenantRef, TenantStatus};
use addresses::mailboxes::Extras;
use addresses::{MAILBOX, MailboxSpec, aliases};
use kernel::{MemberId, UserId};
use reconcile::{Want, spec_of};
use serde::{Deserialize, Serialize};

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

/// How a person's account at the identity provider should be.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum UserSpec {
    /// It is its owner's, which `own` says and is always true. It is only looked at: what goes by its id must know that
    /// it is there [A16].
    Own { own: bool },
    /// It is given by Dezky.
    Given(GivenUser),
}

/// How an account should be that Dezky gives.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GivenUser {
    /// None where Dezky didn't give one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    pub name: String,
    pub email: String,
    pub active: bool,
}

/// How a person's account for files should be.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FilesUserSpec {
    /// The person's id.
    pub person: String,
    pub name: String,
    /// Empty where they have none.
    pub email: String,
    pub enabled: bool,
}

/// How much a person's own drive may hold.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FilesQuotaSpec {
    /// The person's id.
    pub person: String,
    /// 0 for no limit.
    pub quota_bytes: i64,
}

/// Whether a person is in a group at the identity provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MembershipSpec {
    /// The person's id.
    pub person: String,
    /// The group's name there.
    pub group: String,
    pub present: bool,
}

/// Whether a person may edit a space.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpaceMembershipSpec {
    /// The person's id.
    pub person: String,
    /// The name of the space's drive.
    pub space: String,
    pub present: bool,
}

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
    let want = |kind, spec| Want { owner: owner.clone(), kind, name: owner.clone(), spec };
    let user = want(USER, spec_of(&account(holder)));
    if !holder.has_files {
        return vec![user];
    }
    let files = FilesUserSpec {
        person: owner.clone(),
        name: holder.name.clone(),
        email: holder.email.clone(),
        enabled: holder.may_have_files,
    };
    let files = want(FILES_USER, spec_of(&files));
    let quota = holder.files_quota.map(|quota_bytes| {
        want(FILES_QUOTA, spec_of(&FilesQuotaSpec { person: owner.clone(), quota_bytes }))
    });
    [Some(user), Some(files), quota].into_iter().flatten().collect()
}

fn account(holder: &Holder) -> UserSpec {
    if holder.own {
        return UserSpec::Own { own: true };
    }
    UserSpec::Given(GivenUser {
        username: holder.username.clone(),
        name: holder.name.clone(),
        email: holder.email.clone(),
        active: holder.may_sign_in,
    })
}

/// What a membership needs. `has_domain`: the domain of its mailbox is the tenant's own.
pub(crate) fn of_member(member: &Member, tenant: &TenantRef, has_domain: bool, extras: &Extras) -> Vec<Want> {
    let want = |kind, spec| Want { owner: member.id.to_string(), kind, name: member.id.to_string(), spec };
    let group = MembershipSpec {
        person: member.user.to_string(),
        group: format!("{}{}", provisioning::GROUP_PREFIX, tenant.slug),
        present: member.is_let_in(tenant.status),
    };
    let space = SpaceMembershipSpec {
        person: member.user.to_string(),
        space: tenant.slug.clone(),
        // A closed tenant's space is closed for everybody at once.
        present: member.status() == Status::Active,
    };
    let mut wants = vec![want(MEMBERSHIP, spec_of(&group)), want(SPACE_MEMBERSHIP, spec_of(&space))];
    if has_domain {
        wants.extend(mailbox(member, tenant.status, extras));
    }
    wants
}

fn mailbox(member: &Member, tenant: TenantStatus, extras: &Extras) -> Option<Want> {
    let mailbox = member.mailbox.as_ref()?;
    let domain = mailbox.domain.as_ref()?;
    let spec = MailboxSpec {
        name: mailbox.local.as_str().to_owned(),
        domain: domain.ascii().to_owned(),
        description: member.name.clone(),
        quota_bytes: member.mail_quota,
        // Mail keeps arriving [B1, E3].
        frozen: !member.is_let_in(tenant),
        aliases: aliases::field(&extras.aliases),
        groups: extras.groups.clone(),
    };
    Some(Want { owner: member.id.to_string(), kind: MAILBOX, name: mailbox.address()?, spec: spec_of(&spec) })
}

/// What a group owns for one of its people is named by both, so that it is found by either.
pub fn by_group(group: &str, member: MemberId) -> String {
    format!("{group}/{member}")
}

/// The owner of what a membership needs.
pub fn owner(member: MemberId) -> String {
    member.to_string()
}
