//! From the rows of a partner and its staff to what should be upstream. Pure: the same rows always give the same wants.

use access::PartnerStatus;
use access::roles::Staff;
use kernel::{PartnerId, UserId};
use memberships::{MEMBERSHIP, MembershipSpec};
use provisioning::{GROUP, GroupSpec, PARTNER_GROUP_PREFIX};
use reconcile::{Want, spec_of};

use crate::model::Partner;

/// The owner of what the staff of all partners have in common.
pub const ALL_STAFF: &str = "partner-staff";

/// The group that a partner's staff are in.
pub fn group_of(partner: &Partner) -> String {
    format!("{PARTNER_GROUP_PREFIX}{}", partner.slug)
}

/// The group that the staff of all partners are in. No partner has this for a slug.
fn group_of_all() -> String {
    format!("{PARTNER_GROUP_PREFIX}staff")
}

fn membership(owner: &str, user: UserId, group: String, present: bool) -> Want {
    Want {
        owner: owner.to_owned(),
        kind: MEMBERSHIP,
        name: name_of(owner, user),
        spec: spec_of(&MembershipSpec { person: user.to_string(), group, present }),
    }
}

/// That somebody is in a group is named by whose group it is and by them.
pub fn name_of(owner: &str, user: UserId) -> String {
    format!("{owner}/{user}")
}

/// What a partner needs; nothing once it has ended.
pub fn wants(partner: &Partner, staff: &[Staff]) -> Vec<Want> {
    if !partner.is_live() {
        return Vec::new();
    }
    let owner = partner.id.to_string();
    let is_open = partner.status == PartnerStatus::Active;
    let group = Want {
        owner: owner.clone(),
        kind: GROUP,
        name: group_of(partner),
        spec: spec_of(&GroupSpec {
            name: group_of(partner),
            tenant_id: None,
            partner_id: Some(owner.clone()),
            slug: partner.slug.to_string(),
            state: if is_open { "open" } else { "closed" }.to_owned(),
            display_name: Some(partner.name.clone()),
        }),
    };
    let people = staff.iter().map(|one| membership(&owner, one.user, group_of(partner), is_open));
    std::iter::once(group).chain(people).collect()
}

/// The group of all staff.
pub fn of_all() -> Want {
    Want {
        owner: ALL_STAFF.to_owned(),
        kind: GROUP,
        name: group_of_all(),
        spec: spec_of(&GroupSpec {
            name: group_of_all(),
            tenant_id: None,
            partner_id: None,
            slug: "staff".to_owned(),
            state: "open".to_owned(),
            display_name: None,
        }),
    }
}

/// That somebody is in it, while a partner that is open has them.
pub fn in_all(user: UserId, present: bool) -> Want {
    membership(ALL_STAFF, user, group_of_all(), present)
}

/// The partner that owns something.
pub fn partner_of(owner: &str) -> Option<PartnerId> {
    owner.parse().ok()
}
