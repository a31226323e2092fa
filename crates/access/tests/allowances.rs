//! Allowances on a real database, by the injected clock.

#![cfg(test)]

use std::time::Duration;

use access::allowances::{self, Allowances, Purse};
use kernel::{Clock, TenantId, Timestamp};

const FEW: Allowances = Allowances { look_ups: 3, mails_of_tenant: 10, mails_to_address: 2 };

#[tokio::test]
async fn who_spends_at_once_gets_no_more_than_there_is_and_what_is_not_committed_costs_nothing() {
    let test = migrations::test_database().await;
    let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
    let purse = Purse::MailsOf(TenantId::new(&clock));
    let spend = async |commit: bool| {
        let tx = test.db.begin().await.unwrap();
        let spent = allowances::spend(&tx, &clock, &purse, &FEW).await.unwrap();
        if commit {
            tx.commit_silently("a test").await.unwrap();
        }
        spent
    };
    for _ in 0..20 {
        assert!(spend(false).await.is_ok(), "given up again");
    }
    let all = futures_util::future::join_all((0..30).map(|_| spend(true))).await;
    assert_eq!(all.iter().filter(|spent| spent.is_ok()).count(), 10);
    let refused = all.into_iter().find_map(Result::err).unwrap();
    assert_eq!(
        (refused.most, refused.minutes(), refused.again_at),
        (10, 60, clock.now().after(Duration::from_hours(1)))
    );
    assert!(allowances::check(&test.db, &clock, &purse, &FEW).await.unwrap().is_err());
    clock.advance(Duration::from_mins(50));
    assert_eq!(spend(true).await.unwrap_err().minutes(), 10);
    clock.advance(Duration::from_mins(10));
    assert!(allowances::check(&test.db, &clock, &purse, &FEW).await.unwrap().is_ok());
    assert!(spend(true).await.is_ok());
    clock.advance(Duration::from_hours(2));
    assert_eq!(allowances::purge(&test.db, clock.now()).await.unwrap(), 1);
}

#[tokio::test]
async fn what_is_left_is_given_in_part_and_each_purse_is_its_own() {
    let test = migrations::test_database().await;
    let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
    let (anna, other) = ("anna@acme.test".parse().unwrap(), "ANNA@Elsewhere.test".parse().unwrap());
    let tx = test.db.begin().await.unwrap();
    let take = async |purse: Purse<'_>, wanted| {
        allowances::spend_up_to(&tx, &clock, &purse, wanted, &FEW).await.unwrap().ok()
    };
    assert_eq!(take(Purse::MailsTo(&anna), 5).await, Some(2));
    assert_eq!(take(Purse::MailsTo(&anna), 1).await, None);
    assert_eq!(take(Purse::MailsTo(&anna), 0).await, Some(0), "nothing costs nothing");
    assert_eq!(take(Purse::MailsTo(&other), 1).await, Some(1));
}
