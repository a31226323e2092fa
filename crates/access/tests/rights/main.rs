//! Who holds which right, over a real database: every permission by every way to stand to a tenant.

#![cfg(test)]

mod known;

use access::people::{Admitted, Identity, admit};
use access::{
    AcceptInvitation, Actor, Attempt, CreateTenant, Denial, EditTenant, Error, Granted, ListTenants,
    ManageDomains, ManageGroups, ManageMail, ManageMembers, ManageStorage, ManageTenant, Origin, OwnAccount,
    OwnPassword, PERMISSIONS, PartnerRole, PathParams, Permission, Person, ReconcileTenant, Surface,
    TenantRole, Usage, ViewFlags, ViewPlatform, ViewPlatformAudit, ViewStorage, ViewTenant, ViewTenantAudit,
    addressed, roles,
};
use db::testing::TestDb;
use kernel::id::RequestId;
use kernel::{Clock, PartnerId, TenantId, Timestamp};
use sea_orm::ConnectionTrait as _;

struct Rig {
    test: TestDb,
    clock: Clock,
    own: TenantId,
    partner: PartnerId,
}

const POLICY: &str = "{}";

async fn rig() -> Rig {
    let clock = Clock::System;
    let rig = Rig {
        test: migrations::test_database().await,
        own: TenantId::new(&clock),
        partner: PartnerId::new(&clock),
        clock,
    };
    rig.sql(&format!("INSERT INTO partners (id, slug, name, status, created_at) VALUES ('{}', 'nord', 'Nord', 'active', 0)", rig.partner)).await;
    rig.tenant(rig.own, "acme").await;
    rig.tenant(TenantId::new(&rig.clock), "fjord").await;
    rig.sql(&format!("UPDATE tenants SET partner_id = '{}' WHERE slug = 'acme'", rig.partner)).await;
    rig
}

impl Rig {
    async fn sql(&self, text: &str) {
        self.test.db.read().execute_unprepared(text).await.unwrap();
    }

    async fn tenant(&self, id: TenantId, slug: &str) {
        self.sql(&format!(
            "INSERT INTO tenants (id, slug, name, name_key, plan, seats, status, billing_info, security_policy, \
             is_platform, version, created_at, updated_at) VALUES ('{id}', '{slug}', '{slug}', '{slug}', \
             'business', 1, 'active', '{{}}', '{POLICY}', FALSE, 1, 0, 0)"
        ))
        .await;
    }

    async fn status(&self, slug: &str, status: &str) {
        self.sql(&format!("UPDATE tenants SET status = '{status}' WHERE slug = '{slug}'")).await;
    }

    async fn person(&self, sub: &str, groups: &[&str]) -> Person {
        let tx = self.test.db.begin().await.unwrap();
        let admitted = admit(&tx, &self.clock, &identity(sub, groups), "admins").await.unwrap();
        tx.commit_silently("a test").await.unwrap();
        match admitted {
            Admitted::Created(person, _) | Admitted::Changed(person) | Admitted::Known(person) => person,
            Admitted::Removed(_) => panic!("removed"),
        }
    }

    async fn in_tenant(&self, person: &Person, role: TenantRole) {
        let tx = self.test.db.begin().await.unwrap();
        roles::set_tenant_role(&tx, &self.clock, self.own, person.id, role).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
    }

    async fn in_partner(&self, person: &Person, role: PartnerRole) {
        let tx = self.test.db.begin().await.unwrap();
        roles::set_partner_role(&tx, &self.clock, self.partner, person.id, role).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
    }

    async fn actor(&self, person: &Person, surface: Surface) -> Option<Actor> {
        let origin = Origin { address: None, user_agent: None, request_id: RequestId::new(&self.clock) };
        Actor::load(&self.test.db, person.id, surface, &origin, &self.clock).await.unwrap()
    }

    async fn ask<P: Permission>(&self, actor: &Actor, slug: &str) -> String {
        self.ask_to::<P>(actor, slug, Usage::Read).await
    }

    async fn ask_to<P: Permission>(&self, actor: &Actor, slug: &str, usage: Usage) -> String {
        let path: PathParams = vec![("slug".into(), slug.into())];
        let attempt = Attempt { path, usage, route: format!("{usage:?} {} {slug}", P::NAME) };
        match Granted::<P>::prove_by(&self.test.db, actor, attempt).await {
            Ok(_) => "yes".into(),
            Err(Error::Denied(denial)) => word(&denial).into(),
            Err(error) => panic!("{error}"),
        }
    }

    /// The answers of all permissions, in the order of the policy table.
    async fn answers(&self, actor: &Actor, slug: &str) -> [String; 10] {
        [
            self.ask::<OwnAccount>(actor, slug).await,
            self.ask::<ListTenants>(actor, slug).await,
            self.ask::<ViewPlatform>(actor, slug).await,
            self.ask::<ViewPlatformAudit>(actor, slug).await,
            self.ask::<CreateTenant>(actor, slug).await,
            self.ask::<ManageTenant>(actor, slug).await,
            self.ask::<ViewTenant>(actor, slug).await,
            self.ask::<EditTenant>(actor, slug).await,
            self.ask::<ReconcileTenant>(actor, slug).await,
            self.ask::<ViewTenantAudit>(actor, slug).await,
        ]
    }
}

fn identity(sub: &str, groups: &[&str]) -> Identity {
    Identity {
        sub: sub.into(),
        email: format!("{sub}@acme.test"),
        name: sub.into(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        ..Identity::default()
    }
}

fn word(denial: &Denial) -> &'static str {
    match denial {
        Denial::MissingAudience { .. } => "audience",
        Denial::MissingPlatformAdmin => "admin",
        Denial::MissingRole { .. } => "role",
        Denial::Suspended(_) => "suspended",
        Denial::Ended(_) => "ended",
        Denial::WrongState { .. } => "state",
        Denial::NoWorkspace => "workspace",
        Denial::SignedOut(_) => "signed out",
        Denial::PasswordDue => "password",
        Denial::NotFound => "none",
    }
}

/// Answers on the portal: five that need no tenant, then those over one.
fn portal(over_tenant: [&'static str; 4]) -> Vec<&'static str> {
    let mut all = vec!["yes", "yes", "audience", "audience", "audience", "audience"];
    all.extend(over_tenant);
    all
}

#[tokio::test]
async fn every_permission_for_every_way_to_stand_to_a_tenant() {
    let rig = rig().await;
    let admin = rig.person("ida", &["admins"]).await;
    let trainee = rig.person("jonas", &[]).await;
    let operator = rig.actor(&admin, Surface::Operator).await.unwrap();
    assert_eq!(rig.answers(&operator, "acme").await, ["yes"; 10]);
    assert_eq!(rig.ask::<ViewTenant>(&operator, "nowhere").await, "none");
    let trainee = rig.actor(&trainee, Surface::Operator).await.unwrap();
    let refused = ["yes", "admin", "admin", "admin", "admin", "admin", "admin", "admin", "admin", "admin"];
    assert_eq!(rig.answers(&trainee, "acme").await, refused);
    // An operator's right counts on the operator's surface only.
    let at_the_portal = rig.actor(&admin, Surface::Portal).await.unwrap();
    assert_eq!(rig.answers(&at_the_portal, "acme").await.to_vec(), portal(["none"; 4]));

    for (role, expected) in
        [(TenantRole::Owner, ["yes"; 4]), (TenantRole::Admin, ["yes"; 4]), (TenantRole::Member, ["role"; 4])]
    {
        let person = rig.person(role.as_str(), &[]).await;
        rig.in_tenant(&person, role).await;
        let actor = rig.actor(&person, Surface::Portal).await.unwrap();
        assert_eq!(rig.answers(&actor, "acme").await.to_vec(), portal(expected), "{role}");
        assert_eq!(rig.answers(&actor, "fjord").await.to_vec(), portal(["none"; 4]), "{role} elsewhere");
        rig.status("acme", "suspended").await;
        let closed = expected.map(|answer| if answer == "yes" { "suspended" } else { answer });
        let actor = rig.actor(&person, Surface::Portal).await.unwrap();
        assert_eq!(rig.answers(&actor, "acme").await.to_vec(), portal(closed), "{role} of a suspended one");
        rig.status("acme", "terminated").await;
        let actor = rig.actor(&person, Surface::Portal).await.unwrap();
        assert_eq!(rig.answers(&actor, "acme").await.to_vec(), portal(["none"; 4]), "{role} of an ended one");
        rig.status("acme", "active").await;
    }
    for (role, reconcile) in [
        (PartnerRole::Owner, "yes"),
        (PartnerRole::Admin, "yes"),
        (PartnerRole::Support, "role"),
        (PartnerRole::Billing, "role"),
    ] {
        let person = rig.person(&format!("staff-{role}"), &[]).await;
        rig.in_partner(&person, role).await;
        let actor = rig.actor(&person, Surface::Portal).await.unwrap();
        let expected = portal(["none", "none", reconcile, "none"]);
        assert_eq!(rig.answers(&actor, "acme").await.to_vec(), expected, "partner {role}");
        assert_eq!(rig.answers(&actor, "fjord").await.to_vec(), portal(["none"; 4]), "partner {role}");
    }
}

#[tokio::test]
async fn a_member_who_works_for_the_partner_holds_what_either_gives() {
    let rig = rig().await;
    let person = rig.person("maja", &[]).await;
    rig.in_tenant(&person, TenantRole::Member).await;
    rig.in_partner(&person, PartnerRole::Admin).await;
    let actor = rig.actor(&person, Surface::Portal).await.unwrap();
    assert_eq!(rig.answers(&actor, "acme").await.to_vec(), portal(["role", "role", "yes", "role"]));
    rig.sql("UPDATE partners SET status = 'suspended'").await;
    let actor = rig.actor(&person, Surface::Portal).await.unwrap();
    assert_eq!(rig.ask::<ReconcileTenant>(&actor, "acme").await, "role", "a closed partner gives nothing");
}

#[tokio::test]
async fn a_word_that_nobody_knows_gives_nothing() {
    let rig = rig().await;
    let person = rig.person("anna", &[]).await;
    rig.in_tenant(&person, TenantRole::Owner).await;
    rig.sql("UPDATE tenant_roles SET role = 'emperor'").await;
    let actor = rig.actor(&person, Surface::Portal).await.unwrap();
    assert_eq!(rig.ask::<ViewTenant>(&actor, "acme").await, "none");
}

#[tokio::test]
async fn who_has_a_generated_password_may_do_nothing_but_replace_it() {
    let rig = rig().await;
    let person = rig.person("anna", &[]).await;
    rig.in_tenant(&person, TenantRole::Owner).await;
    rig.sql("UPDATE users SET otp_set_at = 1").await;
    let actor = rig.actor(&person, Surface::Portal).await.unwrap();
    assert_eq!(rig.ask::<OwnAccount>(&actor, "acme").await, "yes");
    assert_eq!(rig.ask::<ViewTenant>(&actor, "acme").await, "password");
    assert_eq!(rig.ask::<ListTenants>(&actor, "acme").await, "password");
}

#[tokio::test]
async fn a_suspended_membership_gives_nothing_and_comes_back_as_it_was() {
    let rig = rig().await;
    let person = rig.person("anna", &[]).await;
    rig.in_tenant(&person, TenantRole::Admin).await;
    rig.sql("UPDATE tenant_roles SET suspended_at = 1").await;
    let actor = rig.actor(&person, Surface::Portal).await.unwrap();
    assert_eq!(rig.ask::<ViewTenant>(&actor, "acme").await, "none");
    rig.sql("UPDATE tenant_roles SET suspended_at = NULL").await;
    let actor = rig.actor(&person, Surface::Portal).await.unwrap();
    assert_eq!(rig.ask::<ViewTenant>(&actor, "acme").await, "yes");
}

#[tokio::test]
async fn a_group_inside_a_tenant_makes_nobody_a_member() {
    let rig = rig().await;
    let person =
        rig.person("anna", &["dezky-group-acme.finance", "dezky-group-acme.dezky-tenant-acme"]).await;
    let actor = rig.actor(&person, Surface::Portal).await.unwrap();
    assert!(actor.rights.tenants.is_empty(), "only the tenant's own group does");
}

#[tokio::test]
async fn a_removed_person_has_no_rights_and_no_claim_brings_them_back() {
    let rig = rig().await;
    let person = rig.person("anna", &["dezky-tenant-acme"]).await;
    let actor = rig.actor(&person, Surface::Portal).await.unwrap();
    assert_eq!(rig.ask::<ViewTenant>(&actor, "acme").await, "role", "the group made a member");
    let path = vec![("slug".to_owned(), "acme".to_owned())];
    let held = Granted::<OwnAccount>::prove(&rig.test.db, &actor, &path).await.unwrap();
    rig.sql("UPDATE users SET removed_at = 1").await;
    assert!(!held.still_held(&rig.test.db).await.unwrap());
    assert!(rig.actor(&person, Surface::Portal).await.is_none());
    let tx = rig.test.db.begin().await.unwrap();
    let again = admit(&tx, &rig.clock, &identity("anna", &["admins", "dezky-tenant-acme"]), "admins").await;
    assert!(matches!(again.unwrap(), Admitted::Removed(_)));
    let email = "anna@acme.test".parse().unwrap();
    assert_eq!(addressed::holder(rig.test.db.read(), &email).await.unwrap(), None);
}

#[tokio::test]
async fn a_right_that_was_taken_is_no_longer_held_by_its_proof() {
    let rig = rig().await;
    let person = rig.person("anna", &[]).await;
    rig.in_tenant(&person, TenantRole::Admin).await;
    let actor = rig.actor(&person, Surface::Portal).await.unwrap();
    let path = vec![("slug".to_owned(), "acme".to_owned())];
    let held = Granted::<ViewTenant>::prove(&rig.test.db, &actor, &path).await.unwrap();
    assert!(held.still_held(&rig.test.db).await.unwrap());
    let tx = rig.test.db.begin().await.unwrap();
    assert!(roles::take_tenant_role(&tx, rig.own, person.id).await.unwrap());
    tx.commit_silently("a test").await.unwrap();
    assert!(!held.still_held(&rig.test.db).await.unwrap());
}

#[tokio::test]
async fn a_denied_attempt_is_recorded_whatever_its_address_holds() {
    let rig = rig().await;
    let person = rig.person("eve", &[]).await;
    let actor = rig.actor(&person, Surface::Portal).await.unwrap();
    for slug in ["acme", "a\0b", "Ærø/../x", &"x".repeat(5000)] {
        assert_eq!(rig.ask::<ViewTenant>(&actor, slug).await, "none", "{slug:?}");
    }
    let page = audit::page(rig.test.db.read(), None, &audit::AuditFilter::default(), None, 10).await.unwrap();
    assert_eq!(page.items.len(), 4, "each route by itself");
    assert!(page.items.iter().all(|record| record.action == "access.denied" && record.outcome == "denied"));
}

/// Every state that a tenant can have, and one that this program does not know.
const STATES: [&str; 6] = ["pending", "active", "suspended", "terminated", "purged", "frozen"];

/// What is told in each of the states, to look and to change.
type Told = [[&'static str; 6]; 2];

const OPEN_ONLY: Told = [["yes", "yes", "suspended", "none", "none", "none"]; 2];
const STAFF: Told = [["yes", "yes", "suspended", "ended", "ended", "none"]; 2];
const LOOKS_TO_THE_END: Told =
    [["yes", "yes", "yes", "yes", "yes", "none"], ["yes", "yes", "yes", "state", "state", "none"]];
const TO_THE_END: Told = [["yes", "yes", "yes", "yes", "yes", "none"]; 2];
const OWN: Told = [["yes"; 6], ["yes", "yes", "suspended", "workspace", "workspace", "workspace"]];

async fn holds<P: Permission>(rig: &Rig, who: &Person, surface: Surface, told: Told) {
    for (usage, told) in [Usage::Read, Usage::Change].into_iter().zip(told) {
        for (state, told) in STATES.into_iter().zip(told) {
            rig.status("acme", state).await;
            let actor = rig.actor(who, surface).await.unwrap();
            let answer = rig.ask_to::<P>(&actor, "acme", usage).await;
            assert_eq!(answer, told, "{} by {} to {usage:?} while {state}", P::NAME, who.name);
        }
    }
    rig.status("acme", "active").await;
}

#[tokio::test]
async fn each_right_is_held_in_the_states_that_it_names_and_in_no_other() {
    let rig = rig().await;
    let (ida, anna, frida) =
        (rig.person("ida", &["admins"]).await, rig.person("anna", &[]).await, rig.person("frida", &[]).await);
    rig.in_tenant(&anna, TenantRole::Owner).await;
    rig.in_partner(&frida, PartnerRole::Owner).await;
    let mut tried = 0;
    macro_rules! over_a_tenant {
        ($($permission:ident: $operators:expr;)*) => {$(
            tried += 1;
            holds::<$permission>(&rig, &anna, Surface::Portal, OPEN_ONLY).await;
            holds::<$permission>(&rig, &ida, Surface::Operator, $operators).await;
        )*};
    }
    over_a_tenant! {
        ViewTenant: LOOKS_TO_THE_END;
        EditTenant: LOOKS_TO_THE_END;
        ReconcileTenant: TO_THE_END;
        ManageDomains: LOOKS_TO_THE_END;
        ManageMembers: LOOKS_TO_THE_END;
        ManageGroups: LOOKS_TO_THE_END;
        ManageMail: LOOKS_TO_THE_END;
        ViewFlags: LOOKS_TO_THE_END;
        ViewStorage: LOOKS_TO_THE_END;
        ManageStorage: LOOKS_TO_THE_END;
        ViewTenantAudit: LOOKS_TO_THE_END;
    }
    holds::<ManageTenant>(&rig, &ida, Surface::Operator, TO_THE_END).await;
    holds::<ReconcileTenant>(&rig, &frida, Surface::Portal, STAFF).await;
    for own in [OWN, [["yes"; 6]; 2]] {
        let always = own[1] == ["yes"; 6];
        let (who, surface) = if always { (&ida, Surface::Operator) } else { (&anna, Surface::Portal) };
        holds::<OwnAccount>(&rig, who, surface, own).await;
        holds::<OwnPassword>(&rig, who, surface, own).await;
        holds::<AcceptInvitation>(&rig, who, surface, [["yes"; 6]; 2]).await;
    }
    let over_tenants = PERMISSIONS.iter().filter(|(_, holders)| !holders.tenant.is_empty());
    assert_eq!(tried, over_tenants.count(), "a new right over tenants is tried too");
}

#[tokio::test]
async fn the_staff_of_a_partner_that_is_closed_change_nothing_that_is_their_own() {
    let rig = rig().await;
    let frida = rig.person("frida", &[]).await;
    rig.in_partner(&frida, PartnerRole::Owner).await;
    for (state, own, over_tenant) in [
        ("active", "yes", "yes"),
        ("suspended", "workspace", "none"),
        ("terminated", "workspace", "none"),
        ("frozen", "workspace", "none"),
    ] {
        rig.sql(&format!("UPDATE partners SET status = '{state}'")).await;
        let actor = rig.actor(&frida, Surface::Portal).await.unwrap();
        assert_eq!(rig.ask_to::<OwnAccount>(&actor, "acme", Usage::Change).await, own, "{state}");
        assert_eq!(
            rig.ask_to::<ReconcileTenant>(&actor, "acme", Usage::Change).await,
            over_tenant,
            "{state}"
        );
    }
}

#[tokio::test]
async fn a_membership_that_is_closed_changes_nothing_that_is_its_persons_own() {
    let rig = rig().await;
    let maja = rig.person("maja", &[]).await;
    rig.in_tenant(&maja, TenantRole::Member).await;
    rig.sql("UPDATE tenant_roles SET suspended_at = 1").await;
    let actor = rig.actor(&maja, Surface::Portal).await.unwrap();
    assert_eq!(rig.ask_to::<OwnAccount>(&actor, "acme", Usage::Change).await, "workspace");
    assert_eq!(rig.ask_to::<AcceptInvitation>(&actor, "acme", Usage::Change).await, "yes");
}

#[tokio::test]
async fn the_right_of_an_operator_counts_on_their_own_surface_alone() {
    let rig = rig().await;
    let ida = rig.person("ida", &["admins"]).await;
    for (surface, answer) in [(Surface::Operator, "yes"), (Surface::Portal, "workspace")] {
        let actor = rig.actor(&ida, surface).await.unwrap();
        assert_eq!(rig.ask_to::<OwnAccount>(&actor, "acme", Usage::Change).await, answer, "{surface}");
    }
}

#[tokio::test]
async fn a_proof_is_no_longer_held_once_the_tenant_is_in_a_state_that_it_does_not_name() {
    let rig = rig().await;
    let anna = rig.person("anna", &[]).await;
    rig.in_tenant(&anna, TenantRole::Owner).await;
    let actor = rig.actor(&anna, Surface::Portal).await.unwrap();
    let path = vec![("slug".to_owned(), "acme".to_owned())];
    let tenant = Granted::<ViewTenant>::prove(&rig.test.db, &actor, &path).await.unwrap();
    let own = Granted::<OwnAccount>::prove(&rig.test.db, &actor, &path).await.unwrap();
    for (state, held) in STATES.into_iter().zip([true, true, false, false, false, false]) {
        rig.status("acme", state).await;
        assert_eq!(tenant.still_held(&rig.test.db).await.unwrap(), held, "{state}");
        assert_eq!(own.still_held(&rig.test.db).await.unwrap(), held, "{state}");
    }
    rig.status("acme", "active").await;
    rig.sql("UPDATE users SET otp_set_at = 1").await;
    assert!(!tenant.still_held(&rig.test.db).await.unwrap(), "the password is due");
}

impl Rig {
    /// How often the log says that something was denied, record by record; of one moment in no order.
    async fn denied(&self) -> Vec<i64> {
        let page =
            audit::page(self.test.db.read(), None, &audit::AuditFilter::default(), None, 200).await.unwrap();
        let count = |record: audit::Record| record.after.unwrap()["count"].as_i64().unwrap();
        let mut counts: Vec<i64> = page.items.into_iter().map(count).collect();
        counts.sort_unstable();
        counts
    }
}

#[tokio::test]
async fn what_is_denied_again_within_a_minute_is_one_record_with_its_count() {
    let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
    let rig = Rig { clock: clock.clone(), ..rig().await };
    let (eve, mallory) = (rig.person("eve", &[]).await, rig.person("mallory", &[]).await);
    let attempt = |slug: &str, route: &str| Attempt {
        path: vec![("slug".into(), slug.into())],
        usage: Usage::Read,
        route: route.into(),
    };
    let rig = &rig;
    let try_it = async |who: &Person, slug: String, route: &'static str| {
        let actor = rig.actor(who, Surface::Portal).await.unwrap();
        Granted::<ViewTenant>::prove_by(&rig.test.db, &actor, attempt(&slug, route)).await.unwrap_err();
    };
    // Many at once, each at another address of one route.
    futures_util::future::join_all((0..40).map(|n| try_it(&eve, format!("acme-{n}"), "GET /a/{slug}"))).await;
    try_it(&eve, "acme".into(), "GET /b/{slug}").await;
    try_it(&mallory, "acme".into(), "GET /a/{slug}").await;
    assert_eq!(rig.denied().await, [1, 1, 1], "one by actor and route, at once");
    access::denials::write_counted(&rig.test.db, &clock).await.unwrap();
    assert_eq!(rig.denied().await, [1, 1, 1], "the minute is not over");
    clock.advance(std::time::Duration::from_mins(1));
    try_it(&eve, "acme".into(), "GET /a/{slug}").await;
    let writing = (0..4).map(|_| access::denials::write_counted(&rig.test.db, &clock));
    for written in futures_util::future::join_all(writing).await {
        written.unwrap();
    }
    assert_eq!(
        rig.denied().await,
        [1, 1, 1, 1, 39],
        "what followed is one record more, by whomever it is written"
    );
    clock.advance(std::time::Duration::from_mins(1));
    access::denials::write_counted(&rig.test.db, &clock).await.unwrap();
    assert_eq!(rig.denied().await.len(), 5, "what was tried once is written once");
    let report = audit::verify(rig.test.db.read()).await.unwrap();
    assert_eq!(report.findings, []);
}
