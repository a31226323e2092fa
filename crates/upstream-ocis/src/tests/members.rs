//! Members of a space.

use outbound::{Cause, Effect};
use serde_json::json;
use simulator::FaultKind;

use super::Rig;
use crate::{Changed, InSpace, Invited, Member, Membership, Removed, SpaceRole};

const NOBODY: &str = "11111111-2222-4333-8444-555555555555";

async fn roles(rig: &Rig, drive: &str) -> Vec<(Member, SpaceRole)> {
    match rig.ocis.space_members(drive).await.unwrap() {
        InSpace::Open(members) => {
            let mut roles: Vec<_> = members.into_iter().map(|one| (one.member, one.role)).collect();
            roles.sort_by_key(|(member, _)| format!("{member:?}"));
            roles
        }
        other => panic!("{other:?}"),
    }
}

fn user(id: &str) -> Member {
    Member::User(id.to_owned())
}

#[tokio::test]
async fn a_member_is_invited_changed_and_removed() {
    let rig = Rig::start().await;
    let (erin, space) = (rig.person("erin").await.id, rig.create("Tenant A").await.id);
    assert_eq!(roles(&rig, &space).await, [(user(&rig.service()), SpaceRole::Manager)]);
    let invite = || rig.ocis.invite(&space, &erin, &SpaceRole::Editor);
    assert_eq!(invite().await.unwrap(), InSpace::Open(Invited::New));
    assert_eq!(invite().await.unwrap(), InSpace::Open(Invited::Already));
    assert!(roles(&rig, &space).await.contains(&(user(&erin), SpaceRole::Editor)));
    let change = rig.ocis.change_member(&space, &erin, &SpaceRole::Viewer).await.unwrap();
    assert_eq!(change, InSpace::Open(Changed::Done));
    assert!(roles(&rig, &space).await.contains(&(user(&erin), SpaceRole::Viewer)));
    for _ in 0..2 {
        // The second time the server has an internal error; the list tells that all is well.
        let removed = rig.ocis.remove_member(&space, &erin).await.unwrap();
        assert_eq!(removed, InSpace::Open(Removed::Done));
    }
    let change = rig.ocis.change_member(&space, &erin, &SpaceRole::Editor).await.unwrap();
    assert_eq!(change, InSpace::Open(Changed::NoMember));
    assert_eq!(roles(&rig, &space).await.len(), 1);
    let error = rig.ocis.invite(&space, NOBODY, &SpaceRole::Editor).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Refused(400, Some(_))), "{error}");
    assert_eq!(error.effect, Effect::None);
}

#[tokio::test]
async fn the_role_admin_is_no_membership() {
    let rig = Rig::start().await;
    let (erin, space) = (rig.person("erin").await.id, rig.create("Tenant A").await.id);
    rig.put("drives", &space, &json!({"members": {(erin.clone()): "manager"}}));
    assert!(rig.ocis.drive(&space).await.unwrap().is_some(), "it is seen all the same");
    assert_eq!(rig.ocis.space_members(&space).await.unwrap(), InSpace::NotAMember);
    assert_eq!(rig.ocis.invite(&space, &erin, &SpaceRole::Editor).await.unwrap(), InSpace::NotAMember);
    assert_eq!(rig.ocis.change_member(&space, &erin, &SpaceRole::Editor).await.unwrap(), InSpace::NotAMember);
    assert_eq!(rig.ocis.remove_member(&space, &erin).await.unwrap(), InSpace::NotAMember);

    rig.ocis.purge_drive(&space).await.unwrap();
    assert_eq!(rig.ocis.space_members(&space).await.unwrap(), InSpace::Gone);
    assert_eq!(rig.ocis.remove_member(&space, &erin).await.unwrap(), InSpace::Gone);
}

#[tokio::test]
async fn the_last_manager_stays_and_a_deleted_user_dangles() {
    let rig = Rig::start().await;
    let (erin, space) = (rig.person("erin").await.id, rig.create("Tenant A").await.id);
    let own = rig.service();
    assert_eq!(rig.ocis.remove_member(&space, &own).await.unwrap(), InSpace::Open(Removed::LastManager));
    rig.ocis.invite(&space, &erin, &SpaceRole::Editor).await.unwrap();
    rig.ocis.delete_user(&erin).await.unwrap();
    assert!(roles(&rig, &space).await.contains(&(user(&erin), SpaceRole::Editor)));
    assert_eq!(rig.ocis.remove_member(&space, &erin).await.unwrap(), InSpace::Open(Removed::Done));
}

#[tokio::test]
async fn a_removal_that_broke_down_is_no_success() {
    let rig = Rig::start().await;
    let (erin, space) = (rig.person("erin").await.id, rig.create("Tenant A").await.id);
    rig.ocis.invite(&space, &erin, &SpaceRole::Editor).await.unwrap();
    rig.fail_next("DELETE /graph/v1beta1/drives/", FaultKind::ErrorAfter);
    let removed = rig.ocis.remove_member(&space, &erin).await.unwrap();
    assert_eq!(removed, InSpace::Open(Removed::Done), "it happened, as the list tells");

    rig.ocis.invite(&space, &erin, &SpaceRole::Editor).await.unwrap();
    rig.fail_next("DELETE /graph/v1beta1/drives/", FaultKind::TimeoutBefore);
    let error = rig.ocis.remove_member(&space, &erin).await.unwrap_err();
    assert_eq!((error.cause, error.effect), (Cause::Timeout, Effect::Unknown));
    rig.fail_next("POST /graph/v1beta1/drives/", FaultKind::TimeoutAfter);
    let frank = rig.person("frank").await.id;
    assert!(rig.ocis.invite(&space, &frank, &SpaceRole::Viewer).await.is_err());
    let again = rig.ocis.invite(&space, &frank, &SpaceRole::Viewer).await.unwrap();
    assert_eq!(again, InSpace::Open(Invited::Already));
}

#[tokio::test]
async fn groups_and_ends_of_memberships_are_read() {
    let rig = Rig::start().await;
    let space = rig.create("Tenant A").await.id;
    rig.put("groups", "g1", &json!({"displayName": "All"}));
    let own = rig.service();
    rig.put("drives", &space, &json!({"members": {(own.clone()): "manager", "g:g1": "editor", "u9": "odd"}}));
    let InSpace::Open(members) = rig.ocis.space_members(&space).await.unwrap() else { panic!("closed") };
    let one = |member: Member| members.iter().find(|one| one.member == member).cloned();
    let group = Member::Group("g1".to_owned());
    let expected = Membership { member: group.clone(), role: SpaceRole::Editor, expires: None };
    assert_eq!(one(group), Some(expected));
    assert_eq!(one(user("u9")).unwrap().role, SpaceRole::Other("odd".to_owned()));
}
