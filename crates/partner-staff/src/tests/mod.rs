//! The slice through its own router, on a real database, against the simulators.

mod invitations;
mod link;
mod staff;
mod upstream;

use std::ops::Deref;
use std::time::Duration;

use ::invitations::Invitations;
use access::people::{Admitted, Identity, admit};
use access::{Customers, PartnerRole, Surface, roles, staff_invitations};
use axum::http::Method;
use kernel::{InvitationId, PartnerId, TenantId};
use memberships::Memberships;
use partners::Partners;
use people::People;
use platform::{Platform, Slice};
use provisioning::Provisioning;
use secrecy::SecretString;
use serde_json::{Value, json};
use simulator::State;
use tenants::{Settings, Tenants};
use testkit::{Answer, Who};

use crate::PartnerStaff;

/// How long one thing begins after another that goes on meanwhile.
const A_WHILE: Duration = Duration::from_millis(200);

/// The slice in a small Dezky with the partner `nordit`, whose customers are `acme` and `fjord`.
struct Rig {
    kit: testkit::Rig,
    staff: PartnerStaff,
    partner: PartnerId,
}

impl Deref for Rig {
    type Target = testkit::Rig;

    fn deref(&self) -> &testkit::Rig {
        &self.kit
    }
}

fn slices(platform: &Platform, own: &mut Option<PartnerStaff>) -> Vec<Slice> {
    let settings = Settings {
        platform_slug: "dezky".parse().unwrap(),
        platform_name: "Dezky".into(),
        grace: Duration::ZERO,
    };
    let tenants = Tenants::new(platform, None, settings);
    let memberships = Memberships::new(platform, memberships::Settings { beyond_seats: false });
    let people = People::new(platform, &memberships);
    let partners = Partners::new(platform, &tenants);
    let staff = PartnerStaff::new(platform, &partners, &memberships, &people);
    *own = Some(staff.clone());
    vec![
        provisioning::slice(&Provisioning::new(platform)),
        health::slice(),
        tenants::slice(&tenants),
        customers::slice(&customers::Customers::new(platform, &tenants)),
        memberships::slice(&memberships),
        people::slice(&people),
        ::invitations::slice(&Invitations::new(platform, &tenants, &memberships, &people)),
        partners::slice(&partners),
        crate::slice(&staff),
    ]
}

async fn rig() -> Rig {
    let mut own = None;
    let kit = testkit::rig(|platform| slices(platform, &mut own)).await;
    let operator = kit.operator().await;
    let made = kit.post(&operator, "/api/partners", json!({"slug": "nordit", "name": "NordIT A/S"})).await;
    let partner = made.json()["id"].as_str().unwrap().parse().unwrap();
    for slug in ["acme", "fjord"] {
        kit.make(slug, slug, None).await;
        let attached = kit.post(&operator, "/api/partners/nordit/tenants", json!({"slug": slug})).await;
        assert_eq!(attached.status.as_u16(), 200, "{}", attached.text);
    }
    Rig { kit, staff: own.unwrap(), partner }
}

impl Rig {
    /// Somebody with an account at the identity provider, signed in to the portal.
    async fn somebody(&self, email: &str, number: u32) -> Who {
        let id = number.to_string();
        let user = json!({"username": email, "name": email, "email": email});
        self.authentik.store.write(|world| world.put("users", &id, &user)).unwrap();
        let users = self.authentik.store.read(State::inventory)["users"].take();
        let user = users.as_array().unwrap().iter().find(|user| user["username"] == email).unwrap().clone();
        let identity = Identity {
            sub: user["uuid"].as_str().unwrap().to_owned(),
            email: email.to_owned(),
            name: email.split('@').next().unwrap().to_owned(),
            ..Identity::default()
        };
        let tx = self.test.db.begin().await.unwrap();
        let admitted = admit(&tx, &self.clock, &identity, "admins").await.unwrap();
        tx.commit_silently("a test").await.unwrap();
        let Admitted::Created(person, _) = admitted else { panic!("{email} is new") };
        Who { surface: Surface::Portal, person }
    }

    /// Gives somebody a role, as whoever follows a link gets it.
    async fn employ(&self, who: &Who, role: PartnerRole) {
        self.employ_at(self.partner, who, role).await;
    }

    async fn employ_at(&self, partner: PartnerId, who: &Who, role: PartnerRole) {
        let clock = &self.clock;
        let tx = self.test.db.begin().await.unwrap();
        let partner = partners::rows::lock(&tx, partner).await.unwrap().unwrap();
        roles::set_partner_role(&tx, clock, partner.id, who.person.id, role).await.unwrap();
        partners::apply::join(&tx, clock, &partner, who.person.id).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
    }

    async fn invite(&self, body: Value) -> Answer {
        self.post(&self.operator().await, "/api/partners/nordit/invitations", body).await
    }

    /// The secret of a new link of an invitation; a former one is worth nothing from then on.
    async fn link(&self, invitation: &Value) -> SecretString {
        let id: InvitationId = invitation["id"].as_str().unwrap().parse().unwrap();
        let tx = self.test.db.begin().await.unwrap();
        let secret = staff_invitations::give_link(&tx, &self.clock, id).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
        secret
    }

    /// The staff, as an operator sees them.
    async fn listed(&self) -> Vec<Value> {
        let all = self.get(&self.operator().await, "/api/partners/nordit/users").await;
        assert_eq!(all.status.as_u16(), 200, "{}", all.text);
        all.json()["items"].as_array().unwrap().clone()
    }

    /// The staff, once the identity provider has said of all who has a second factor.
    async fn listed_with_factors(&self) -> Vec<Value> {
        for _ in 0..200 {
            let listed = self.listed().await;
            if listed.iter().all(|one| one["mfa"].is_boolean()) {
                return listed;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the identity provider never told who has a second factor")
    }

    async fn change(&self, who: &Who, body: Value) -> Answer {
        let path = format!("/api/partners/nordit/users/{}", who.person.id);
        self.call(&self.operator().await, Method::PATCH, &path, body).await
    }

    async fn remove(&self, who: &Who) -> Answer {
        let path = format!("/api/partners/nordit/users/{}", who.person.id);
        self.call(&self.operator().await, Method::DELETE, &path, Value::Null).await
    }

    /// What somebody is told who tries again what a tenant needs.
    async fn retry(&self, who: &Who, slug: &str) -> u16 {
        self.post(who, &format!("/api/tenants/{slug}/reconcile"), json!({})).await.status.as_u16()
    }

    async fn tenant(&self, slug: &str) -> TenantId {
        let found = self.get(&self.operator().await, &format!("/api/tenants/{slug}")).await.json();
        found["id"].as_str().unwrap().parse().unwrap()
    }

    /// The customers that somebody reaches by their row.
    async fn reach(&self, who: &Who) -> Customers {
        let all = roles::staff(self.test.db.read(), self.partner).await.unwrap();
        all.into_iter().find(|one| one.user == who.person.id).unwrap().customers
    }

    /// The actions on staff in the platform's log, the oldest first.
    async fn actions(&self) -> Vec<String> {
        let filter = audit::AuditFilter::default();
        let all = audit::page(self.test.db.read(), None, &filter, None, 200).await.unwrap().items;
        let actions = all.into_iter().rev().map(|record| record.action);
        actions.filter(|action| action.starts_with("staff.")).collect()
    }
}

fn kind(answer: &Answer) -> (u16, String) {
    let problem = answer.json()["type"].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), problem.trim_start_matches("urn:dezky:problem:").to_owned())
}
