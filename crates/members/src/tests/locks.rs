//! What is done at once about one person takes turns: their memberships are locked before what they have everywhere, and
//! that before their resources. On PostgreSQL another order is a deadlock.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use access::people;
use addresses::Fate;
use kernel::UserId;
use memberships::{MemberChange, USER, rows};
use reconcile::{ResourceSubscriber, look_again};

use super::rig::{Rig, rig};

/// Lets one thing begin a moment after another that takes its time.
fn side_by_side<T>(
    first: impl Future<Output = Result<(), db::Error>>,
    then: impl Future<Output = T>,
) -> Pin<Box<impl Future<Output = T>>> {
    Box::pin(async {
        let later = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            then.await
        };
        let (done, then) = tokio::join!(first, later);
        done.expect("whoever waits has nothing that it needs");
        then
    })
}

/// The other comes as far as it can.
async fn take_time() {
    tokio::time::sleep(Duration::from_millis(300)).await;
}

/// Who is told of what members have upstream.
fn told(rig: &Rig) -> Arc<dyn ResourceSubscriber> {
    memberships::slice(&rig.memberships).resource_subscribers.remove(0)
}

/// What another workspace does when it gives the person storage.
async fn give_storage(rig: &Rig, user: UserId) -> Result<(), db::Error> {
    let tx = rig.test.db.begin().await?;
    rows::lock_of_user(&tx, user).await?;
    take_time().await;
    people::lock(&tx, user).await?;
    tx.commit_silently("a test").await
}

/// What a workspace does that changes its state.
async fn write_wants(rig: &Rig, user: UserId) -> Result<(), db::Error> {
    let tx = rig.test.db.begin().await?;
    people::lock(&tx, user).await?;
    take_time().await;
    look_again(&tx, &rig.clock, &user.to_string(), USER).await?;
    tx.commit_silently("a test").await
}

#[tokio::test]
async fn no_action_takes_a_person_before_their_memberships() {
    let rig = rig().await;
    let (acme, fjord) = (rig.tenant("acme", true).await, rig.tenant("fjord", true).await);
    let bo = rig.member(acme, "bo@acme.test").await.user;
    rig.give_role(fjord, bo).await;
    rig.follow().await.unwrap();
    let by = rig.operator("acme").await;
    let members = &rig.members;
    let renamed = MemberChange { name: Some("Bo Ærø".to_owned()), ..MemberChange::default() };
    side_by_side(give_storage(&rig, bo), members.update(&by, bo, renamed, None)).await.unwrap();
    side_by_side(give_storage(&rig, bo), members.force_logout(&by, bo, Fate::Ended)).await.unwrap();
    side_by_side(give_storage(&rig, bo), members.suspend(&by, bo)).await.unwrap();
    side_by_side(give_storage(&rig, bo), members.resume(&by, bo)).await.unwrap();
    side_by_side(give_storage(&rig, bo), members.reset_password(&by, bo, Fate::Ended)).await.unwrap();
    side_by_side(give_storage(&rig, bo), members.remove(&by, bo)).await.unwrap();
    assert!(rig.of(fjord, bo).await.is_some());
}

#[tokio::test]
async fn noting_what_became_of_a_persons_objects_takes_them_in_the_same_order() {
    let rig = rig().await;
    let (acme, fjord) = (rig.tenant("acme", true).await, rig.tenant("fjord", true).await);
    let member = rig.member(acme, "bo@acme.test").await;
    let bo = member.user;
    rig.give_role(fjord, bo).await;
    rig.follow().await.unwrap();
    // Their account was made: the resource is written, then their row.
    let noted = async {
        let tx = rig.test.db.begin().await?;
        told(&rig).lock(&tx, &bo.to_string()).await?;
        look_again(&tx, &rig.clock, &bo.to_string(), USER).await?;
        people::link(&tx, bo, "another-uuid").await?;
        tx.commit_silently("a test").await
    };
    side_by_side(write_wants(&rig, bo), noted).await.unwrap();
    // The last object of a membership is gone: whatever else they were a member of may go with it.
    let second = rig.of(fjord, bo).await.unwrap();
    let forgotten = async {
        let tx = rig.test.db.begin().await?;
        told(&rig).lock(&tx, &second.id.to_string()).await?;
        take_time().await;
        rows::update(&tx, &second).await?;
        tx.commit_silently("a test").await
    };
    side_by_side(forgotten, give_storage(&rig, bo)).await.unwrap();
}
