//! Specs that can't be read.

use reconcile::{Resource, Status};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{all_ok, rig};

/// How a box should be.
#[derive(Serialize, Deserialize)]
pub struct Spec {
    size: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    colour: Option<String>,
}

pub fn said(resource: &Resource) -> Option<&str> {
    resource.error.as_ref().map(|error| error.said.as_str())
}

#[tokio::test]
async fn a_spec_that_cant_be_read_is_an_error_that_touches_nothing_and_it_can_still_be_removed() {
    let rig = rig().await;
    rig.want("shelf.box", json!({"size": 1})).await;
    rig.until("made", all_ok).await;
    let calls = || {
        let state = rig.world.lock();
        (state.reads, state.creates, state.objects.clone())
    };
    let before = calls();
    rig.want("shelf.box", json!({"colour": "red"})).await;
    let failing = rig.until("failing", |owned| owned[0].status == Status::Error).await;
    let error = failing[0].error.clone().unwrap();
    assert!(error.is("blocked-configuration"), "{error}");
    assert!(!error.to_string().contains("size"), "the parser's words are for the log: {error}");
    assert_eq!(calls(), before, "the upstream was not asked");
    rig.destroy("shelf.box").await;
    rig.until("gone", <[Resource]>::is_empty).await;
    assert_eq!(rig.world.count(), 0);
}
