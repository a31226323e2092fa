//! Workspaces and people in a database of their own, with no upstream behind them.

use std::time::Duration;

use ::people::People;
use access::people::{Admitted, Identity, admit};
use access::{Actor, Granted, ManageMembers, Origin, Surface, TenantRole, people, roles};
use audit::Chain;
use db::testing::TestDb;
use jobs::Schedule;
use kernel::id::RequestId;
use kernel::{Clock, TenantId, Timestamp, UserId};
use memberships::{Member, Memberships, NewMember, Settings, make, rows};
use platform::Platform;
use provisioning::{MailSettings, domain_want};
use sea_orm::ConnectionTrait as _;
use tenants::SecurityPolicy;
use upstream_stalwart::Stalwart;

use crate::Members;

pub const WEEK: Duration = Duration::from_hours(7 * 24);

pub struct Rig {
    pub test: TestDb,
    pub clock: Clock,
    pub memberships: Memberships,
    pub people: People,
    pub members: Members,
}

pub async fn rig() -> Rig {
    with_mail(Err("off")).await
}

/// The same with a mail server.
pub async fn with_mail(stalwart: Result<Stalwart, &'static str>) -> Rig {
    let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
    let test = migrations::test_database().await;
    let mut handles = platform::testing::handles(&test.db, &clock);
    handles.upstreams.stalwart = stalwart;
    let platform = Platform::new(handles);
    let settings = tenants::Settings {
        platform_slug: "dezky".parse().unwrap(),
        platform_name: "Dezky".into(),
        grace: Duration::ZERO,
    };
    let tenants = tenants::Tenants::new(&platform, None, settings);
    let memberships = Memberships::new(&platform, Settings { beyond_seats: false });
    let people = People::new(&platform, &memberships);
    let members = Members::new(&platform, &tenants, &memberships, &people);
    Rig { test, clock, memberships, people, members }
}

/// Does some work of the clock once.
async fn run(jobs: Vec<Schedule>, name: &str) -> Result<(), String> {
    let job = jobs.into_iter().find(|job| job.name == name).unwrap();
    job.work.run().await
}

impl Rig {
    /// Makes members of those who have a role, and gives mailboxes their domain.
    pub async fn follow(&self) -> Result<(), String> {
        run(memberships::slice(&self.memberships).jobs, "members.follow").await
    }

    /// Ends generated passwords that are too old.
    pub async fn end_passwords(&self) -> Result<(), String> {
        run(::people::slice(&self.people).jobs, "members.passwords").await
    }

    pub async fn sql(&self, statement: &str) {
        self.test.db.write().await.unwrap().execute_unprepared(statement).await.unwrap();
    }

    /// A workspace, with the domain `<slug>.test` if it has one.
    pub async fn tenant(&self, slug: &str, has_domain: bool) -> TenantId {
        // So that ids follow one another.
        self.clock.advance(Duration::from_millis(1));
        let id = TenantId::new(&self.clock);
        let policy = serde_json::to_string(&SecurityPolicy::default()).unwrap();
        let domain = if has_domain { format!("'{slug}.test'") } else { "NULL".to_owned() };
        self.sql(&format!(
            "INSERT INTO tenants (id, slug, name, name_key, plan, seats, status, billing_info, security_policy, \
             is_platform, version, created_at, updated_at, primary_domain) VALUES ('{id}', '{slug}', '{slug}', \
             '{slug}', 'business', 500, 'active', '{{}}', '{policy}', FALSE, 1, 1, 1, {domain})"
        ))
        .await;
        if has_domain {
            let domain = format!("{slug}.test").parse().unwrap();
            let tx = self.test.db.begin().await.unwrap();
            let want = domain_want(id, &domain, &MailSettings::default());
            reconcile::want(&tx, &self.clock, &want).await.unwrap();
            tx.commit_silently("a test").await.unwrap();
        }
        id
    }

    /// Somebody who has signed in.
    pub async fn person(&self, email: &str) -> UserId {
        self.admitted(email, &[]).await
    }

    async fn admitted(&self, email: &str, groups: &[&str]) -> UserId {
        self.clock.advance(Duration::from_millis(1));
        let identity = Identity {
            sub: email.to_owned(),
            email: email.to_owned(),
            name: email.split('@').next().unwrap().to_owned(),
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            email_verified: true,
            ..Identity::default()
        };
        let tx = self.test.db.begin().await.unwrap();
        let admitted = admit(&tx, &self.clock, &identity, "admins").await.unwrap();
        let Admitted::Created(person, _) = admitted else { panic!("{email} is new") };
        // Whose account is their own is another matter, of tests from outside.
        people::made_by_sandbox(&tx, TenantId::new(&self.clock), person.id).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
        person.id
    }

    /// Gives a role, as it is given elsewhere.
    pub async fn give_role(&self, tenant: TenantId, user: UserId) {
        let tx = self.test.db.begin().await.unwrap();
        roles::set_tenant_role(&tx, &self.clock, tenant, user, TenantRole::Member).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
    }

    /// Somebody with a role and what follows from it.
    pub async fn member(&self, tenant: TenantId, email: &str) -> Member {
        let user = self.person(email).await;
        self.give_role(tenant, user).await;
        self.follow().await.unwrap();
        self.of(tenant, user).await.unwrap_or_else(|| panic!("{email} is no member"))
    }

    pub async fn of(&self, tenant: TenantId, user: UserId) -> Option<Member> {
        rows::by_user(self.test.db.read(), tenant, user).await.unwrap()
    }

    pub async fn mailbox(&self, tenant: TenantId, user: UserId) -> Option<String> {
        self.of(tenant, user).await.and_then(|member| member.mailbox?.address())
    }

    /// Generates a password now, as far as the database knows.
    pub async fn generate_password(&self, user: UserId) {
        let tx = self.test.db.begin().await.unwrap();
        people::set_password_due(&tx, user, Some(self.clock.now())).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
    }

    /// The proof that an operator may manage the members of a workspace.
    pub async fn operator(&self, slug: &str) -> Granted<ManageMembers> {
        let user = self.admitted(&format!("ida@{slug}.dezky.test"), &["admins"]).await;
        let origin = Origin { address: None, user_agent: None, request_id: RequestId::new(&self.clock) };
        let actor = Actor::load(&self.test.db, user, Surface::Operator, &origin, &self.clock).await;
        let path = vec![("slug".to_owned(), slug.to_owned())];
        Granted::prove(&self.test.db, &actor.unwrap().unwrap(), &path).await.unwrap()
    }

    /// The records of one action in a workspace's log, the newest first.
    pub async fn records(&self, tenant: TenantId, action: &str) -> Vec<audit::Record> {
        let filter = audit::AuditFilter { action: Some(action.to_owned()), ..audit::AuditFilter::default() };
        let chain = Some(Chain::Tenant(tenant));
        audit::page(self.test.db.read(), chain, &filter, None, 500).await.unwrap().items
    }
}

/// Makes somebody a member who has an account and agreed to it.
pub async fn join(rig: &Rig, tenant: TenantId, user: UserId) -> Result<Member, memberships::Error> {
    let clock = &rig.clock;
    let tx = rig.test.db.begin().await.unwrap();
    let holder = tenants::primary::lock_holder(&tx, tenant).await.unwrap().unwrap();
    let person = people::by_ids(&*tx, &[user]).await.unwrap().remove(0);
    let new = NewMember {
        name: person.name.clone(),
        email: person.email.parse().unwrap(),
        role: TenantRole::Member,
        mailbox: None,
    };
    let tenant = access::directory::tenants_by_ids(&*tx, &[tenant]).await.unwrap().remove(0);
    let made = make::membership(&tx, clock, &tenant, &holder, &make::Room::default(), person, &new).await?;
    tx.commit_silently("a test").await.unwrap();
    Ok(made)
}
