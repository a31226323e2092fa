//! What the client says when the server misbehaves: whether a change may have happened.

use std::time::Duration;

use outbound::{Cause, Effect};
use simulator::FaultKind;

use super::{Rig, new};
use crate::DriveChange;

#[tokio::test]
async fn a_create_without_an_answer_has_an_unknown_effect_and_is_found_by_its_mark() {
    let rig = Rig::start().await;
    rig.fail_next("POST /graph/v1.0/drives", FaultKind::TimeoutAfter);
    let error = rig.ocis.create_drive(&new("Tenant A")).await.unwrap_err();
    assert_eq!((error.cause, error.effect), (Cause::Timeout, Effect::Unknown));
    let drives = rig.ocis.project_drives().await.unwrap();
    assert_eq!(drives.len(), 1);
    assert_eq!(drives[0].description.as_deref(), Some("Space of tenant A"));
}

#[tokio::test]
async fn broken_answers_to_a_change_leave_its_effect_unknown() {
    for kind in [FaultKind::ErrorAfter, FaultKind::Malformed, FaultKind::Refuse] {
        let rig = Rig::start().await;
        rig.fail_next("POST /graph/v1.0/drives", kind);
        let error = rig.ocis.create_drive(&new("Tenant A")).await.unwrap_err();
        assert_eq!(error.effect, Effect::Unknown, "{kind:?}");
        assert!(error.is_transient(), "{kind:?}");
    }
}

#[tokio::test]
async fn a_read_never_has_an_effect() {
    let rig = Rig::start().await;
    for kind in [FaultKind::TimeoutAfter, FaultKind::ErrorAfter, FaultKind::Malformed, FaultKind::Refuse] {
        rig.fail_next("GET /graph/v1.0/drives", kind);
        let error = rig.ocis.project_drives().await.unwrap_err();
        assert_eq!(error.effect, Effect::None, "{kind:?}");
    }
}

#[tokio::test]
async fn a_limit_says_how_long_to_wait() {
    let rig = Rig::start().await;
    rig.fail_next("POST /graph/v1.0/drives", FaultKind::RateLimit);
    let error = rig.ocis.create_drive(&new("Tenant A")).await.unwrap_err();
    assert_eq!((&error.cause, error.effect), (&Cause::RateLimited, Effect::None));
    assert_eq!(error.retry_after, Some(Duration::from_secs(1)));
}

#[tokio::test]
async fn a_change_or_a_purge_that_timed_out_can_be_done_again() {
    let rig = Rig::start().await;
    let drive = rig.create("Tenant A").await;
    let change = DriveChange { quota_bytes: Some(5), ..DriveChange::default() };
    rig.fail_next("PATCH /graph/v1.0/drives/", FaultKind::TimeoutAfter);
    let error = rig.ocis.update_drive(&drive.id, &change).await.unwrap_err();
    assert_eq!(error.effect, Effect::Unknown);
    let drive = rig.ocis.update_drive(&drive.id, &change).await.unwrap();
    assert_eq!(drive.quota_total, Some(5));

    rig.fail_next("DELETE /graph/v1.0/drives/", FaultKind::TimeoutAfter);
    assert!(rig.ocis.purge_drive(&drive.id).await.is_err());
    rig.ocis.purge_drive(&drive.id).await.unwrap();
    assert_eq!(rig.ocis.drive(&drive.id).await.unwrap(), None);
}

#[tokio::test]
async fn doubled_rows_come_once_and_a_partial_list_can_not_be_told() {
    let rig = Rig::start().await;
    for name in ["Alpha", "Beta"] {
        rig.create(name).await;
    }
    rig.fail_next("GET /graph/v1.0/drives", FaultKind::Duplicate);
    assert_eq!(rig.ocis.project_drives().await.unwrap().len(), 2);
    // The API has no count and no paging (section 6): absence needs a read of the one drive.
    rig.fail_next("GET /graph/v1.0/drives", FaultKind::Partial);
    let short = rig.ocis.project_drives().await.unwrap();
    assert_eq!(short.len(), 1);
}

#[tokio::test]
async fn a_stale_read_still_takes_the_token() {
    let rig = Rig::start().await;
    rig.ocis.probe().await.unwrap();
    let drive = rig.create("Tenant A").await;
    rig.fail_next("GET /graph/v1.0/drives/", FaultKind::Stale);
    assert_eq!(rig.ocis.drive(&drive.id).await.unwrap(), None);
    assert!(rig.ocis.drive(&drive.id).await.unwrap().is_some());
}
