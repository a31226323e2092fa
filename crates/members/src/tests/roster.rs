//! Looking for members: by the keys that are stored, a page at a time.

use kernel::cursor::Page;
use kernel::{Cursor, TenantId};
use memberships::roster::{self, Listed, Sought};

use super::rig::{Rig, rig};

async fn page(rig: &Rig, tenant: TenantId, sought: Sought<'_>, after: Option<&Cursor>) -> Listed {
    roster::page(rig.test.db.read(), tenant, sought, after, 2).await.unwrap()
}

#[tokio::test]
async fn pages_hold_everybody_who_is_looked_for_once_by_their_stored_keys() {
    let rig = rig().await;
    let (acme, other) = (rig.tenant("acme", true).await, rig.tenant("other", true).await);
    let mut ids = Vec::new();
    for local in ["ada", "bo", "cy", "di_x", "ed"] {
        ids.push(rig.member(acme, &format!("{local}@acme.test")).await.id);
    }
    rig.member(other, "bo@other.test").await;
    // Nobody computes it again: ten thousand names would be read for it.
    rig.sql(&format!("UPDATE members SET name_key = 'zz' WHERE id = '{}'", ids[0])).await;
    rig.sql(&format!("UPDATE members SET name_key = 'zz' WHERE id = '{}'", ids[1])).await;
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let Listed { page: Page { items, next }, all } =
            page(&rig, acme, Sought::default(), cursor.as_ref()).await;
        assert_eq!(all, 5);
        assert!(items.len() <= 2, "no more than a page");
        seen.extend(items.into_iter().map(|entry| entry.member));
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen[..3], ids[2..], "by their keys");
    seen.sort_unstable();
    ids.sort_unstable();
    assert_eq!(seen, ids, "each once");
}

#[tokio::test]
async fn a_text_is_looked_for_in_names_and_whole_addresses_and_is_no_pattern() {
    let rig = rig().await;
    let acme = rig.tenant("acme", true).await;
    let mut ids = Vec::new();
    for local in ["ada", "bo", "di_x"] {
        ids.push(rig.member(acme, &format!("{local}@acme.test")).await.id);
    }
    let found = async |q: &str, without: &[kernel::MemberId]| {
        let listed = page(&rig, acme, Sought { q, without }, None).await;
        (listed.all, listed.page.items.into_iter().map(|entry| entry.member).collect::<Vec<_>>())
    };
    assert_eq!(found("  BO ", &[]).await, (1, vec![ids[1]]));
    assert_eq!(found("ada@acme", &[]).await, (1, vec![ids[0]]));
    assert_eq!(found("_", &[]).await, (1, vec![ids[2]]));
    assert_eq!(found("%", &[]).await, (0, Vec::new()));
    assert_eq!(found("acme.test", &[ids[0]]).await, (2, vec![ids[1], ids[2]]));
    rig.sql(&format!("UPDATE members SET removed_at = 1 WHERE id = '{}'", ids[1])).await;
    assert_eq!(found("", &[]).await, (2, vec![ids[0], ids[2]]), "who is going is no member any more");
}
