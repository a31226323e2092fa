//! Browser sessions, on a real database.

#![cfg(test)]

use std::time::Duration;

use access::people::{Admitted, Identity, admit};
use access::sessions::{self, Claimed, Session, Tokens};
use access::{Actor, Origin, SessionLimits, Surface};
use db::seal::Keys;
use db::testing::TestDb;
use kernel::id::RequestId;
use kernel::{Clock, TenantId, Timestamp, UserId};
use sea_orm::ConnectionTrait as _;
use secrecy::SecretString;

struct Rig {
    test: TestDb,
    clock: Clock,
    keys: Keys,
    user: UserId,
}

async fn rig() -> Rig {
    let test = migrations::test_database().await;
    let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
    let anna = Identity {
        sub: "anna".into(),
        email: "anna@acme.test".into(),
        name: "Anna".into(),
        ..Identity::default()
    };
    let tx = test.db.begin().await.unwrap();
    let Admitted::Created(person, _) = admit(&tx, &clock, &anna, "admins").await.unwrap() else {
        panic!("she is new");
    };
    tx.commit_silently("a test").await.unwrap();
    Rig { test, clock, keys: Keys::new(&[Keys::generate()]).unwrap(), user: person.id }
}

fn tokens(refresh: &str) -> Tokens {
    Tokens { access: "access-secret".into(), refresh: Some(refresh.into()), id: None }
}

impl Rig {
    async fn begin(&self) -> (Session, SecretString) {
        let tx = self.test.db.begin().await.unwrap();
        let expires = self.clock.now().after(Duration::from_mins(5));
        let (keys, tokens) = (&self.keys, tokens("refresh-secret"));
        let claimed = Claimed {
            began_at: self.clock.now(),
            access_expires_at: expires,
            authenticated_at: self.clock.now(),
            sid: None,
        };
        let begun = sessions::begin(&tx, &self.clock, keys, Surface::Portal, self.user, &tokens, claimed);
        let (id, secret) = begun.await.unwrap();
        tx.commit_silently("a test").await.unwrap();
        (sessions::by_id(&self.test.db, id).await.unwrap().unwrap(), secret)
    }

    async fn again(&self, session: &Session) -> Session {
        sessions::by_id(&self.test.db, session.id).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn a_session_is_found_by_its_secret_on_its_own_surface_only() {
    let rig = rig().await;
    let (session, secret) = rig.begin().await;
    let found = sessions::find(&rig.test.db, Surface::Portal, &secret).await.unwrap().unwrap();
    assert_eq!((found.id, found.user), (session.id, rig.user));
    assert!(sessions::find(&rig.test.db, Surface::Operator, &secret).await.unwrap().is_none());
    let guess = SecretString::from(session.id.to_string());
    assert!(sessions::find(&rig.test.db, Surface::Portal, &guess).await.unwrap().is_none());
    let tx = rig.test.db.begin().await.unwrap();
    sessions::end(&tx, session.id, rig.clock.now()).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    assert!(sessions::find(&rig.test.db, Surface::Portal, &secret).await.unwrap().is_none());
}

#[tokio::test]
async fn neither_the_row_nor_a_debug_print_shows_a_secret() {
    use secrecy::ExposeSecret as _;
    let rig = rig().await;
    let (session, secret) = rig.begin().await;
    let query = "SELECT secret_hash, tokens FROM sessions";
    let row = rig
        .test
        .db
        .read()
        .query_one_raw(sea_orm::Statement::from_string(rig.test.db.read().get_database_backend(), query));
    let row = row.await.unwrap().unwrap();
    let stored = format!(
        "{} {}",
        row.try_get::<String>("", "secret_hash").unwrap(),
        row.try_get::<String>("", "tokens").unwrap()
    );
    let printed = format!("{session:?} {:?}", session.tokens(&rig.keys).unwrap());
    for text in [stored, printed] {
        for hidden in ["access-secret", "refresh-secret", secret.expose_secret()] {
            assert!(!text.contains(hidden), "{text}");
        }
    }
    assert_eq!(session.tokens(&rig.keys).unwrap().refresh.as_deref(), Some("refresh-secret"));
}

#[tokio::test]
async fn one_of_many_refreshes_and_the_others_see_that_it_is_done() {
    let rig = rig().await;
    let (session, _) = rig.begin().await;
    let now = rig.clock.now();
    let until = now.after(Duration::from_secs(15));
    let asked = (0..6).map(|_| sessions::lease_refresh(&rig.test.db, &session, now, until));
    let won = futures_util::future::join_all(asked).await;
    assert_eq!(won.into_iter().filter(|won| *won.as_ref().unwrap()).count(), 1);
    // Whoever held the lease died: it is free once it ran out.
    rig.clock.advance(Duration::from_secs(16));
    let now = rig.clock.now();
    assert!(
        sessions::lease_refresh(&rig.test.db, &session, now, now.after(Duration::from_secs(15)))
            .await
            .unwrap()
    );
    sessions::keep_tokens(&rig.test.db, &rig.keys, session.id, &tokens("second")).await.unwrap();
    let expires = now.after(Duration::from_mins(5));
    sessions::refreshed(&rig.test.db, session.id, expires).await.unwrap();
    let fresh = rig.again(&session).await;
    assert_eq!((fresh.access_expires_at, fresh.issuer_down_since), (expires, None));
    assert_eq!(fresh.tokens(&rig.keys).unwrap().refresh.as_deref(), Some("second"));
    // With the old expiry in hand nobody refreshes a second time.
    let late = sessions::lease_refresh(&rig.test.db, &session, now, now.after(Duration::from_secs(15)));
    assert!(!late.await.unwrap());
}

#[tokio::test]
async fn an_issuer_that_is_down_is_left_alone_for_a_while_and_counted_from_the_first_failure() {
    let rig = rig().await;
    let (session, _) = rig.begin().await;
    let first = rig.clock.now();
    sessions::issuer_down(&rig.test.db, &session, first, first.after(Duration::from_secs(5))).await.unwrap();
    let down = rig.again(&session).await;
    let lease = |now: Timestamp| now.after(Duration::from_secs(15));
    assert!(!sessions::lease_refresh(&rig.test.db, &down, first, lease(first)).await.unwrap());
    rig.clock.advance(Duration::from_secs(6));
    let now = rig.clock.now();
    assert!(sessions::lease_refresh(&rig.test.db, &down, now, lease(now)).await.unwrap());
    sessions::issuer_down(&rig.test.db, &down, now, now).await.unwrap();
    assert_eq!(rig.again(&session).await.issuer_down_since, Some(first));
}

#[tokio::test]
async fn the_workspace_chosen_last_is_the_first_of_the_next_session() {
    let rig = rig().await;
    let (session, _) = rig.begin().await;
    assert_eq!(session.active_tenant, None);
    sessions::choose_tenant(&rig.test.db, session.id, "fjord").await.unwrap();
    assert_eq!(rig.begin().await.0.active_tenant.as_deref(), Some("fjord"));
}

#[tokio::test]
async fn the_strictest_policy_of_a_persons_workspaces_limits_the_session() {
    let rig = rig().await;
    for (slug, status, idle) in [("acme", "active", 30), ("fjord", "suspended", 20), ("old", "terminated", 1)]
    {
        let id = TenantId::new(&rig.clock);
        let policy = format!(r#"{{"sessionIdleMinutes":{idle},"sessionAbsoluteMinutes":60}}"#);
        let insert = format!(
            "INSERT INTO tenants (id, slug, name, name_key, plan, seats, status, billing_info, security_policy, \
             is_platform, version, created_at, updated_at) VALUES ('{id}', '{slug}', '{slug}', '{slug}', \
             'business', 1, '{status}', '{{}}', '{policy}', FALSE, 1, 0, 0)"
        );
        rig.test.db.read().execute_unprepared(&insert).await.unwrap();
        let tx = rig.test.db.begin().await.unwrap();
        access::roles::set_tenant_role(&tx, &rig.clock, id, rig.user, access::TenantRole::Member)
            .await
            .unwrap();
        tx.commit_silently("a test").await.unwrap();
    }
    let origin = Origin { address: None, user_agent: None, request_id: RequestId::new(&rig.clock) };
    let actor =
        Actor::load(&rig.test.db, rig.user, Surface::Portal, &origin, &rig.clock).await.unwrap().unwrap();
    let limits = actor.rights.session_limits();
    assert_eq!(limits, SessionLimits { idle: Duration::from_mins(20), absolute: Duration::from_hours(1) });

    let (session, _) = rig.begin().await;
    for _ in 0..5 {
        rig.clock.advance(Duration::from_mins(11));
        let now = rig.clock.now();
        assert!(!rig.again(&session).await.is_too_old(now, limits));
        sessions::touch(&rig.test.db, &rig.again(&session).await, now).await.unwrap();
    }
    rig.clock.advance(Duration::from_mins(6));
    assert!(rig.again(&session).await.is_too_old(rig.clock.now(), limits), "61 minutes in all");
}
