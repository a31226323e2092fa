//! Lists as they are stored.

use std::collections::BTreeSet;

use kernel::{Clock, EmailAddress, ListId, TenantId};
use sea_orm::ConnectionTrait as _;

use crate::model::{List, MOST_RECIPIENTS};
use crate::store;

#[tokio::test]
async fn a_list_of_the_most_recipients_is_written_and_read_back() {
    let test = migrations::test_database().await;
    let clock = Clock::System;
    let tenant = TenantId::new(&clock);
    let insert = format!(
        "INSERT INTO tenants (id, slug, name, name_key, plan, seats, status, billing_info, security_policy, \
         is_platform, version, created_at, updated_at) VALUES ('{tenant}', 'acme', 'Acme', 'acme', 'starter', 1, \
         'active', '{{}}', '{{}}', FALSE, 1, 1, 1)"
    );
    let tx = test.db.begin().await.unwrap();
    tx.execute_unprepared(&insert).await.unwrap();
    let recipients: BTreeSet<EmailAddress> =
        (0..MOST_RECIPIENTS).map(|n| format!("person-{n}@elsewhere.test").parse().unwrap()).collect();
    let list = List {
        id: ListId::new(&clock),
        tenant,
        address: "all@acme.test".parse().unwrap(),
        description: None,
        recipients: recipients.clone(),
        version: 1,
        created_at: clock.now(),
    };
    store::insert_list(&tx, &list).await.unwrap();
    assert_eq!(store::count_lists(&tx, tenant).await.unwrap(), 1);
    assert_eq!(store::count_lists(&tx, TenantId::new(&clock)).await.unwrap(), 0);
    let gone: EmailAddress = "person-7@elsewhere.test".parse().unwrap();
    let with = store::lists_with(&tx, tenant, std::slice::from_ref(&gone)).await.unwrap();
    assert_eq!(with, std::slice::from_ref(&list));
    let mut less = list.clone();
    less.recipients.remove(&gone);
    store::update_list(&tx, &less).await.unwrap();
    assert!(store::lists_with(&tx, tenant, &[gone]).await.unwrap().is_empty());
    tx.commit_silently("a test").await.unwrap();
    let read = store::list_by_id(test.db.read(), tenant, list.id).await.unwrap();
    assert_eq!(read, Some(less));
    let other = TenantId::new(&clock);
    assert_eq!(store::list_by_id(test.db.read(), other, list.id).await.unwrap(), None, "it is another's");
}
