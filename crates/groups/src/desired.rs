//! From a group's rows to what should be upstream. Pure: the same rows always give the same wants.

use access::TenantRef;
use memberships::roster::Entry;
use memberships::{MEMBERSHIP, MembershipSpec, SPACE_MEMBERSHIP, SpaceMembershipSpec};
use provisioning::{DRIVE, DriveSpec, GROUP, GroupSpec, INNER_GROUP_PREFIX};
use reconcile::{Want, spec_of};

use crate::model::Group;

/// What a group is called at the identity provider: apps get it with a sign-in.
pub fn name_for_apps(tenant: &str, group: &Group) -> String {
    format!("{INNER_GROUP_PREFIX}{tenant}.{}", group.slug)
}

/// What its drive is known by. No slug has two hyphens in a row, so it is the name of no tenant's.
fn drive_name(tenant: &TenantRef, group: &Group) -> String {
    format!("{}--{}", tenant.slug, group.slug)
}

/// What a group with these people needs upstream; nothing once it is being removed.
pub fn wants(group: &Group, tenant: &TenantRef, people: &[Entry]) -> Vec<Want> {
    if group.removed_at.is_some() {
        return Vec::new();
    }
    let owner = group.id.to_string();
    let at_sign_in = name_for_apps(&tenant.slug, group);
    let mut wants = vec![Want {
        owner: owner.clone(),
        kind: GROUP,
        name: at_sign_in.clone(),
        spec: spec_of(&GroupSpec {
            name: at_sign_in.clone(),
            tenant_id: Some(tenant.id.to_string()),
            partner_id: None,
            slug: tenant.slug.clone(),
            state: if tenant.status.is_open() { "open" } else { "closed" }.to_owned(),
            display_name: Some(group.name.clone()),
        }),
    }];
    let of_person = |kind, person: &Entry, spec| Want {
        owner: owner.clone(),
        kind,
        name: memberships::by_group(&owner, person.member),
        spec,
    };
    wants.extend(people.iter().map(|person| {
        let spec = MembershipSpec {
            person: person.user.to_string(),
            group: at_sign_in.clone(),
            present: person.is_let_in(tenant.status),
        };
        of_person(MEMBERSHIP, person, spec_of(&spec))
    }));
    if let Some(address) = &group.address {
        // Who is suspended stays in it, for mail keeps arriving [E3].
        let recipients = people.iter().filter_map(|person| person.mailbox.clone()).collect();
        wants.push(mail::of_group(group.id, address, &group.name, &recipients));
    }
    if let Some(bytes) = group.space {
        let drive = drive_name(tenant, group);
        // A closed tenant's spaces are closed for everybody at once.
        wants.extend(people.iter().map(|person| {
            let spec = SpaceMembershipSpec {
                person: person.user.to_string(),
                space: drive.clone(),
                present: !person.suspended,
            };
            of_person(SPACE_MEMBERSHIP, person, spec_of(&spec))
        }));
        wants.push(Want {
            owner: owner.clone(),
            kind: DRIVE,
            name: drive,
            spec: spec_of(&DriveSpec {
                name: upstream_ocis::space_name(&group.name),
                tenant_id: tenant.id.to_string(),
                quota_bytes: bytes,
                enabled: tenant.status.is_open(),
            }),
        });
    }
    wants
}
