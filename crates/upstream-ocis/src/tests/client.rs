//! What the client makes of a server that works.

use outbound::{Cause, Effect};
use serde_json::json;
use tokio::net::TcpListener;

use super::{Rig, SERVICE, TOKEN, client_of, clock, new, setup};
use crate::{Credential, DriveChange, Ocis, sim, space_name};

#[tokio::test]
async fn the_probe_tells_who_it_is_and_whether_admin() {
    let rig = Rig::start().await;
    let me = rig.ocis.probe().await.unwrap();
    assert_eq!((me.user_name.as_str(), me.is_admin), (SERVICE, true));
    assert_eq!(me.id, rig.service());
    rig.set_role("User");
    assert!(!rig.ocis.probe().await.unwrap().is_admin);
}

#[tokio::test]
async fn a_drive_lives_from_create_to_purge() {
    let rig = Rig::start().await;
    let made = rig.create("Tenant A").await;
    assert_eq!(made.description.as_deref(), Some("Space of tenant A"));
    assert_eq!(made.alias, "project/tenant-a");
    assert_eq!((made.quota_total, made.quota_used, made.disabled), (Some(1_000), Some(0), false));
    assert!(made.id.contains('$'));
    assert_eq!(rig.ocis.drive(&made.id).await.unwrap().as_ref(), Some(&made));

    let change =
        DriveChange { name: Some(space_name("Nordlys A/S")), description: None, quota_bytes: Some(0) };
    let changed = rig.ocis.update_drive(&made.id, &change).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.quota_total), ("Nordlys A-S", Some(0)));
    assert_eq!(changed.description, made.description);

    rig.ocis.disable_drive(&made.id).await.unwrap();
    rig.ocis.disable_drive(&made.id).await.unwrap();
    let disabled = rig.ocis.drive(&made.id).await.unwrap().unwrap();
    assert_eq!((disabled.disabled, disabled.quota_total, disabled.quota_used), (true, Some(0), None));
    let restored = rig.ocis.restore_drive(&made.id).await.unwrap();
    assert!(!restored.disabled);

    rig.ocis.purge_drive(&made.id).await.unwrap();
    rig.ocis.purge_drive(&made.id).await.unwrap();
    assert_eq!(rig.ocis.drive(&made.id).await.unwrap(), None);
    let error = rig.ocis.disable_drive(&made.id).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Refused(404, Some(_))));
}

#[tokio::test]
async fn two_drives_of_one_name_are_two() {
    let rig = Rig::start().await;
    let (first, second) = (rig.create("Tenant A").await, rig.create("Tenant A").await);
    assert_ne!(first.id, second.id);
}

#[tokio::test]
async fn project_drives_come_by_name_with_disabled_ones_and_without_personal_ones() {
    let rig = Rig::start().await;
    for name in ["Beta", "alpha", "Gamma"] {
        rig.create(name).await;
    }
    let drives = rig.ocis.project_drives().await.unwrap();
    rig.ocis.disable_drive(&drives[0].id).await.unwrap();
    let drives = rig.ocis.project_drives().await.unwrap();
    let names: Vec<&str> = drives.iter().map(|drive| drive.name.as_str()).collect();
    assert_eq!(names, ["alpha", "Beta", "Gamma"]);
    assert!(drives[0].disabled && !drives[1].disabled);
    assert!(rig.inventory("drives").iter().any(|drive| drive["driveType"] == "personal"));
}

#[tokio::test]
async fn a_service_user_that_lost_its_role_gets_no_short_list() {
    let rig = Rig::start().await;
    rig.put("drives", "s$foreign", &json!({"name": "Foreign"}));
    assert_eq!(rig.ocis.project_drives().await.unwrap().len(), 1);
    rig.set_role("User");
    let error = rig.ocis.project_drives().await.unwrap_err();
    assert!(matches!(error.cause, Cause::Refused(403, Some(_))));
    assert_eq!(rig.ocis.drive("s$foreign").await.unwrap(), None);
    let error = rig.ocis.create_drive(&new("Tenant A")).await.unwrap_err();
    assert_eq!(error.effect, Effect::None);
    assert!(matches!(error.cause, Cause::Refused(403, Some(_))));
}

#[tokio::test]
async fn what_the_server_would_choke_on_is_not_sent() {
    let rig = Rig::start().await;
    let drive = rig.create("Tenant A").await;
    let change = DriveChange { quota_bytes: Some(-1), ..DriveChange::default() };
    let error = rig.ocis.update_drive(&drive.id, &change).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Refused(400, Some(_))));
    let mut bad = new("Tenant B");
    bad.quota_bytes = -1;
    assert!(rig.ocis.create_drive(&bad).await.is_err());
    assert_eq!(rig.ocis.drive(&drive.id).await.unwrap(), Some(drive));
}

#[tokio::test]
async fn a_refused_name_gives_the_servers_reason() {
    let rig = Rig::start().await;
    let error = rig.ocis.create_drive(&new("acme.dk")).await.unwrap_err();
    assert!(error.to_string().contains("must not contain"), "{error}");
    assert!(rig.ocis.create_drive(&new(&space_name("acme.dk"))).await.is_ok());
}

#[tokio::test]
async fn a_wrong_address_is_no_missing_drive() {
    let rig = Rig::start().await;
    for (path, text) in [("/graph", false), ("/nope", true)] {
        let base = format!("{}{path}", rig.sim.origin);
        let ocis = Ocis::new(client_of("oCIS", &base), Credential::Token(TOKEN.into()));
        let error = ocis.drive("a$b").await.unwrap_err();
        assert_eq!(matches!(error.cause, Cause::Malformed(_)), text, "{error}");
    }
}

#[tokio::test]
async fn usage_set_behind_its_back_is_seen() {
    let rig = Rig::start().await;
    let drive = rig.create("Tenant A").await;
    rig.put("drives", &drive.id, &json!({"quotaUsed": 999, "name": "Renamed"}));
    let drive = rig.ocis.drive(&drive.id).await.unwrap().unwrap();
    assert_eq!((drive.quota_used, drive.name.as_str()), (Some(999), "Renamed"));
}

#[tokio::test]
async fn what_the_simulator_remembers_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ocis.json");
    let start = || async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let sim = sim::serve(listener, Some(&file), setup(clock(), None)).await.unwrap();
        let ocis = Ocis::new(client_of("oCIS", &sim.origin), Credential::Token(TOKEN.into()));
        (sim, ocis)
    };
    let (sim, ocis) = start().await;
    let me = ocis.probe().await.unwrap();
    let drive = ocis.create_drive(&new("Tenant A")).await.unwrap();
    sim.stop();
    assert!(!std::fs::read_to_string(&file).unwrap().contains(TOKEN));

    let (_sim, ocis) = start().await;
    assert_eq!(ocis.probe().await.unwrap(), me);
    assert_eq!(ocis.drive(&drive.id).await.unwrap(), Some(drive));
}
