//! How an account comes to be, follows its token, and is gone.

use futures_util::future::join_all;

use crate::rig::{ADMINS, OPERATOR, PORTAL, Visitor, rig, user};

#[tokio::test]
async fn a_stranger_makes_the_account_once() {
    let rig = rig().await;
    let token = rig.token("maja", "dezky-portal");
    assert_eq!(rig.call("GET", "/api/me", &token).await.code(), "no-account");
    let made = join_all((0..8).map(|_| rig.call("PUT", "/api/users/me", &token))).await;
    let mut statuses: Vec<u16> = made.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 200, 201]);
    assert_eq!(made[0].json()["email"], "maja@example.test");
    assert_eq!(rig.count("users").await, 1);
    assert_eq!(rig.count("audit_log WHERE action = 'user.create'").await, 1);
    assert_eq!(rig.call("GET", "/api/me", &token).await.status, 200);
}

#[tokio::test]
async fn a_group_that_is_listed_twice_gives_one_right_and_gives_it_once_in_a_life() {
    let rig = rig().await;
    let mut ida = Visitor::new(&rig);
    assert_eq!(ida.sign_in(OPERATOR, "ida").await.status, 303);
    let me = ida.get(&format!("{OPERATOR}/api/me")).await.json();
    assert_eq!(me["user"]["platformAdmin"], true);
    let log = "audit_log WHERE after LIKE '%\"rights\":[\"platform_admin\"]%'";
    assert_eq!(rig.count(log).await, 1, "the right is recorded once");
    // The right is taken; the group is still in every token.
    rig.sql("UPDATE users SET platform_admin = FALSE").await;
    let me = ida.get(&format!("{OPERATOR}/api/me")).await.json();
    assert_eq!(me["user"]["platformAdmin"], false, "at the next request");
    ida.sign_in(OPERATOR, "ida").await;
    let token = rig.token("ida", "dezky-operator");
    assert_eq!(rig.call("PUT", "/api/users/me", &token).await.json()["platformAdmin"], false);
    // A group that comes later gives nothing either.
    rig.call("PUT", "/api/users/me", &rig.token("maja", "dezky-operator")).await;
    rig.sim.add_user(&user("late", &[]));
    rig.call("PUT", "/api/users/me", &rig.token("late", "dezky-operator")).await;
    let users = rig.issued("users");
    let pk = users.iter().find(|user| user["username"] == "late").unwrap()["id"].to_string();
    let group = rig.issued("groups").into_iter().find(|group| group["name"] == ADMINS).unwrap();
    let joined = serde_json::json!({"groups": [group["id"]]});
    rig.sim.store.write(|world| simulator::State::put(world, "users", &pk, &joined)).unwrap();
    let late = rig.call("PUT", "/api/users/me", &rig.token("late", "dezky-operator")).await;
    assert_eq!((late.status.as_u16(), &late.json()["platformAdmin"]), (200, &false.into()));
}

#[tokio::test]
async fn a_removed_person_is_refused_everywhere_and_not_made_again() {
    let rig = rig().await;
    let mut maja = Visitor::new(&rig);
    maja.sign_in(PORTAL, "maja").await;
    let token = rig.token("maja", "dezky-portal");
    rig.sql(&format!("UPDATE users SET removed_at = {}", rig.clock.now().micros())).await;
    assert!(matches!(maja.me(PORTAL).await, 401 | 403), "the session goes on");
    assert_eq!(rig.call("GET", "/api/me", &token).await.code(), "account-removed");
    assert_eq!(rig.call("PUT", "/api/users/me", &token).await.code(), "account-removed");
    let again = maja.sign_in(PORTAL, "maja").await;
    assert_eq!(again.status, 403);
    assert!(again.text.contains("invite you again"), "{}", again.text);
    assert_eq!((rig.count("users").await, rig.count("sessions").await), (1, 0));
}

#[tokio::test]
async fn address_and_name_follow_the_token_and_people_are_never_linked_by_address() {
    let rig = rig().await;
    rig.call("PUT", "/api/users/me", &rig.token("maja", "dezky-portal")).await;
    let users = rig.issued("users");
    let of = |name: &str| users.iter().find(|user| user["username"] == name).unwrap()["id"].to_string();
    let renamed = serde_json::json!({"email": "Maja.Holm@Example.test", "name": "Maja Holm"});
    rig.sim.store.write(|world| simulator::State::put(world, "users", &of("maja"), &renamed)).unwrap();
    let maja = rig.call("PUT", "/api/users/me", &rig.token("maja", "dezky-portal")).await;
    assert_eq!(maja.status, 200);
    assert_eq!(
        (maja.json()["email"].as_str(), maja.json()["name"].as_str()),
        (Some("maja.holm@example.test"), Some("Maja Holm"))
    );
    let same = serde_json::json!({"email": "maja.holm@example.test"});
    rig.sim.store.write(|world| simulator::State::put(world, "users", &of("ida"), &same)).unwrap();
    let ida = rig.call("PUT", "/api/users/me", &rig.token("ida", "dezky-portal")).await;
    assert_eq!(ida.status, 201, "another subject is another person");
    assert_ne!(ida.json()["id"], maja.json()["id"]);
}
