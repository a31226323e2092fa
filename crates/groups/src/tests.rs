//! What is wanted upstream follows from the rows, whatever was done before. The slice behind its routes is tried in
//! `dezky`, with the simulators beside it.

use std::collections::BTreeMap;
use std::time::Duration;

use access::people::{Admitted, Identity, admit};
use access::{Actor, Granted, ManageGroups, Origin, Subscriber, Surface, TenantRole, roles};
use db::testing::TestDb;
use kernel::id::{RequestId, random};
use kernel::{Clock, Coded as _, GroupId, MemberId, TenantId, Timestamp, UserId};
use memberships::roster;
use platform::Platform;
use provisioning::{DRIVE, MailSettings, domain_want};
use sea_orm::ConnectionTrait as _;
use serde_json::Value;
use tenants::SecurityPolicy;

use crate::apply::TenantContext;
use crate::desired::wants;
use crate::model::{GRACE, Group, GroupChange, MOST_GROUPS, NewGroup};
use crate::reads::Order;
use crate::service::Groups;
use crate::store;

const PEOPLE: [&str; 4] = ["anna", "bo", "lone", "mette"];

struct Rig {
    test: TestDb,
    clock: Clock,
    tenant: TenantId,
    groups: Groups,
    subscriber: std::sync::Arc<dyn Subscriber>,
    by: Granted<ManageGroups>,
    members: Vec<(MemberId, UserId)>,
}

async fn person(test: &TestDb, clock: &Clock, name: &str, groups: &[&str]) -> UserId {
    let identity = Identity {
        sub: name.to_owned(),
        email: format!("{name}@acme.test"),
        name: name.to_owned(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        ..Identity::default()
    };
    let tx = test.db.begin().await.unwrap();
    let admitted = admit(&tx, clock, &identity, "admins").await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    let Admitted::Created(person, _) = admitted else { panic!("{name} is new") };
    person.id
}

async fn rig() -> Rig {
    let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
    let test = migrations::test_database().await;
    let tenant = TenantId::new(&clock);
    let policy = serde_json::to_string(&SecurityPolicy::default()).unwrap();
    let insert = format!(
        "INSERT INTO tenants (id, slug, name, name_key, plan, seats, status, billing_info, security_policy, \
         is_platform, version, created_at, updated_at, space_quota) VALUES ('{tenant}', 'acme', 'Acme', 'acme', \
         'business', 5, 'active', '{{}}', '{policy}', FALSE, 1, 1, 1, 1)"
    );
    test.db.read().execute_unprepared(&insert).await.unwrap();
    let mut members = Vec::new();
    for name in PEOPLE {
        let (member, user) = (MemberId::new(&clock), person(&test, &clock, name, &[]).await);
        // Mette has no mailbox.
        let domain = if name == "mette" { "NULL" } else { "'acme.test'" };
        let insert = format!(
            "INSERT INTO members (id, tenant_id, user_id, name_key, mailbox, mailbox_domain, version, created_at) \
             VALUES ('{member}', '{tenant}', '{user}', '{name}', '{name}', {domain}, 1, 1)"
        );
        test.db.read().execute_unprepared(&insert).await.unwrap();
        members.push((member, user));
    }
    let tx = test.db.begin().await.unwrap();
    for (_, user) in &members {
        roles::set_tenant_role(&tx, &clock, tenant, *user, TenantRole::Member).await.unwrap();
    }
    let domain = domain_want(tenant, &"acme.test".parse().unwrap(), &MailSettings::default());
    reconcile::want(&tx, &clock, &domain).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    let ida = person(&test, &clock, "ida", &["admins"]).await;
    let origin = Origin { address: None, user_agent: None, request_id: RequestId::new(&clock) };
    let actor = Actor::load(&test.db, ida, Surface::Operator, &origin, &clock).await.unwrap().unwrap();
    let path = vec![("slug".to_owned(), "acme".to_owned())];
    let by = Granted::prove(&test.db, &actor, &path).await.unwrap();
    let groups = Groups::new(&Platform::new(platform::testing::handles(&test.db, &clock)));
    let subscriber = crate::events::subscriber(clock.clone());
    Rig { test, clock, tenant, groups, subscriber, by, members }
}

impl Rig {
    async fn some_group(&self, chance: u8) -> Option<GroupId> {
        let all = store::of_tenant(self.test.db.read(), self.tenant).await.unwrap();
        let at = usize::from(chance) % all.len().max(1);
        all.get(at).map(|group| group.id)
    }

    fn someone(&self, chance: u8) -> (MemberId, UserId) {
        self.members[usize::from(chance) % self.members.len()]
    }

    /// Somebody else's slice changes a row and tells of it.
    async fn behind(&self, sql: &str, member: Option<MemberId>) {
        let tx = self.test.db.begin().await.unwrap();
        tx.execute_unprepared(sql).await.unwrap();
        match member {
            Some(member) => self.subscriber.member_changed(&tx, self.tenant, member).await.unwrap(),
            None => self.subscriber.tenant_changed(&tx, self.tenant).await.unwrap(),
        }
        tx.commit_silently("a test").await.unwrap();
    }

    /// One action by chance. What is refused is refused for a reason, and changes nothing.
    async fn action(&self, chance: [u8; 4]) {
        let [action, one, two, three] = chance;
        let (member, user) = self.someone(two);
        let name = ["Finance", "Sales", "Økonomi"][usize::from(two) % 3].to_owned();
        let address = ["all", "sales"][usize::from(three) % 2];
        let address = (one % 2 == 0).then(|| format!("{address}@acme.test").parse().unwrap());
        let space = (three % 3 == 0).then_some(i64::from(one) + 1);
        let group = self.some_group(one).await;
        let done = match (action % 9, group) {
            (0 | 1, _) | (_, None) => {
                let people = vec![user.to_string()];
                let new = NewGroup { name, slug: None, description: None, address, space, people };
                self.groups.create(&self.by, new).await.map(drop)
            }
            (2 | 3, Some(group)) => {
                let wish = GroupChange {
                    name: Some(name),
                    description: None,
                    address: Some(address),
                    space: Some(space),
                };
                self.groups.update(&self.by, group, wish, None).await.map(drop)
            }
            (4, Some(group)) => self.groups.add(&self.by, group, &[user.to_string()]).await.map(drop),
            (5, Some(group)) => self.groups.take_out(&self.by, group, &[user.to_string()]).await.map(drop),
            (6, Some(group)) => self.groups.remove(&self.by, group).await.map(drop),
            (7, Some(_)) => {
                let at = if one % 2 == 0 { "NULL" } else { "1" };
                let sql = format!("UPDATE tenant_roles SET suspended_at = {at} WHERE user_id = '{user}'");
                self.behind(&sql, Some(member)).await;
                Ok(())
            }
            (_, Some(_)) => {
                let status = if one % 2 == 0 { "active" } else { "suspended" };
                self.behind(&format!("UPDATE tenants SET status = '{status}'"), None).await;
                Ok(())
            }
        };
        if let Err(error) = done {
            let known = ["name-taken", "address-taken", "name-lingers", "over-plan", "no-such-member"];
            assert!(known.contains(&error.code()), "{error}");
        }
    }

    /// The rows of `resources` say what the other rows say, and nothing more. `gone` remembers from when on each object
    /// that was let go may be destroyed, as that follows from the moment of the action.
    async fn check(&self, gone: &mut BTreeMap<String, Timestamp>, done: &[[u8; 4]]) {
        let tx = self.test.db.begin().await.unwrap();
        let context = TenantContext::of(&tx, self.tenant).await.unwrap();
        for group in store::all_of_tenant(&*tx, self.tenant).await.unwrap() {
            let people = store::people_of(&*tx, group.id).await.unwrap();
            let people: Vec<roster::Entry> =
                context.roster.iter().filter(|entry| people.contains_key(&entry.member)).cloned().collect();
            let mut wanted: Vec<(String, String, Value)> = wants(&group, &context.tenant, &people)
                .into_iter()
                .map(|want| (want.kind.to_owned(), want.name, want.spec))
                .collect();
            let mut stored = Vec::new();
            for resource in reconcile::of_owner(&*tx, &group.id.to_string()).await.unwrap() {
                let is_kept = resource.kind == DRIVE;
                let Some(spec) = resource.spec else {
                    let now = self.clock.now();
                    let after =
                        gone.entry(resource.id).or_insert(if is_kept { now.after(GRACE) } else { now });
                    assert_eq!(resource.destroy_after, Some(*after), "{} after {done:?}", resource.name);
                    continue;
                };
                gone.remove(&resource.id);
                stored.push((resource.kind, resource.name, spec));
            }
            wanted.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
            stored.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
            assert_eq!(stored, wanted, "{} after {done:?}", group.name);
        }
    }
}

#[tokio::test]
async fn what_is_wanted_follows_from_the_rows_whatever_was_done_before() {
    for _ in 0..4 {
        let rig = rig().await;
        let (mut gone, mut done) = (BTreeMap::new(), Vec::new());
        for _ in 0..40 {
            let chance = random();
            done.push(chance);
            rig.clock.advance(Duration::from_mins(1));
            rig.action(chance).await;
            rig.check(&mut gone, &done).await;
        }
        // Who leaves is in no group, and a workspace that is purged leaves nothing behind, its files included.
        let (member, _) = rig.members[0];
        rig.behind(&format!("UPDATE members SET removed_at = 1 WHERE id = '{member}'"), Some(member)).await;
        rig.check(&mut gone, &done).await;
        assert_eq!(store::of_member(rig.test.db.read(), member).await.unwrap(), []);
        let tx = rig.test.db.begin().await.unwrap();
        rig.subscriber.tenant_purged(&tx, rig.tenant).await.unwrap();
        for owner in rig.subscriber.owners_in(&rig.test.db, rig.tenant).await.unwrap() {
            for resource in reconcile::of_owner(&*tx, &owner).await.unwrap() {
                assert!(
                    resource.spec.is_none() && resource.destroy_after <= Some(rig.clock.now()),
                    "{resource:?}"
                );
            }
        }
        tx.commit_silently("a test").await.unwrap();
        assert!(audit::verify(rig.test.db.read()).await.unwrap().findings.is_empty());
    }
}

#[tokio::test]
async fn groups_that_are_being_removed_leave_room_for_others() {
    let rig = rig().await;
    let tx = rig.test.db.begin().await.unwrap();
    for n in 1..=MOST_GROUPS {
        let group = Group {
            id: GroupId::new(&rig.clock),
            tenant: rig.tenant,
            slug: format!("group-{n}").parse().unwrap(),
            name: format!("Group {n}"),
            description: None,
            address: None,
            space: None,
            version: 1,
            created_at: rig.clock.now(),
            removed_at: (n == 1).then(|| rig.clock.now()),
        };
        store::insert(&tx, &group).await.unwrap();
    }
    tx.commit_silently("a test").await.unwrap();
    let make = async |name: &str| {
        let (name, people) = (name.to_owned(), Vec::new());
        let new = NewGroup { name, slug: None, description: None, address: None, space: None, people };
        rig.groups.create(&rig.by, new).await
    };
    make("Finance").await.unwrap();
    assert_eq!(make("Sales").await.unwrap_err().code(), "too-many-groups");
}

#[tokio::test]
async fn of_the_domains_to_choose_from_the_primary_one_is_the_first() {
    let rig = rig().await;
    let tx = rig.test.db.begin().await.unwrap();
    for name in ["zz.test", "aa.test"] {
        let domain = domain_want(rig.tenant, &name.parse().unwrap(), &MailSettings::default());
        reconcile::want(&tx, &rig.clock, &domain).await.unwrap();
    }
    tx.commit_silently("a test").await.unwrap();
    let db = rig.test.db.read();
    let choices = async || {
        let all = addresses::domain_choices(db, rig.tenant).await.unwrap();
        all.into_iter().map(|(sent, _)| sent).collect::<Vec<_>>()
    };
    assert_eq!(choices().await, ["aa.test", "acme.test", "zz.test"], "none is");
    db.execute_unprepared("UPDATE tenants SET primary_domain = 'acme.test'").await.unwrap();
    assert_eq!(choices().await, ["acme.test", "aa.test", "zz.test"]);
}

#[tokio::test]
async fn a_page_of_groups_says_how_many_there_are_on_all_of_them() {
    let rig = rig().await;
    for name in ["Finance", "Sales", "Support"] {
        let new = NewGroup {
            name: name.to_owned(),
            slug: None,
            description: None,
            address: None,
            space: None,
            people: Vec::new(),
        };
        rig.groups.create(&rig.by, new).await.unwrap();
    }
    let page = async |q: Option<&str>, after: Option<&kernel::Cursor>| {
        let (page, count) = rig.groups.page(&rig.by, q, Order::default(), after, 2).await.unwrap();
        let names: Vec<String> = page.items.into_iter().map(|summary| summary.group.name).collect();
        (names, count, page.next)
    };
    let (names, count, next) = page(None, None).await;
    assert_eq!((names, count), (vec!["Finance".to_owned(), "Sales".to_owned()], 3));
    let (names, count, _) = page(None, next.as_ref()).await;
    assert_eq!((names, count), (vec!["Support".to_owned()], 3), "on the last one too");
    assert_eq!(page(Some("s"), None).await.1, 2, "of those that are looked for");
}
