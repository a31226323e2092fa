//! Accounts, their drives, and what a person's token opens.

use outbound::{Call, Cause, Client, Effect};
use serde_json::json;
use simulator::{FaultKind, State as _};

use super::issuer::{ISSUER, Issuer, LIFE, jwt};
use super::{Rig, SERVICE, client_of, clock, new_user, setup, start};
use crate::sim::{Userinfo, World};
use crate::{Created, DriveOwner, NewUser, Role, User, UserChange};

const NOBODY: &str = "11111111-2222-4333-8444-555555555555";

/// A request of Erin, which makes her personal drive.
async fn visit(rig: &Rig) -> u16 {
    let call = Call::get("/graph/v1.0/me/drive").bearer("token-of-erin".into());
    client_of("oCIS", &rig.sim.origin).send(call).await.unwrap().status
}

#[tokio::test]
async fn an_account_is_made_found_changed_and_deleted() {
    let rig = Rig::start().await;
    assert_eq!(rig.ocis.user("erin").await.unwrap(), None);
    let erin = rig.person("erin").await;
    assert_eq!(erin.mail.as_deref(), Some("erin@tenant-a.example.test"));
    let found = rig.ocis.user(&erin.id).await.unwrap().unwrap();
    assert_eq!((&found.id, &found.mail, found.enabled), (&erin.id, &None, Some(true)));
    assert_eq!(rig.ocis.user("ERIN").await.unwrap(), Some(found.clone()));
    assert_eq!(rig.ocis.user(NOBODY).await.unwrap(), None);
    assert_eq!(rig.ocis.role_of(&erin.id).await.unwrap(), Some(Role::User));
    assert_eq!(rig.ocis.role_of(&rig.service()).await.unwrap(), Some(Role::Admin));
    assert_eq!(rig.ocis.role_of(NOBODY).await.unwrap(), None);

    let change = UserChange {
        user_name: None,
        display_name: Some("Erin Renamed".to_owned()),
        mail: Some("erin@acme.test".to_owned()),
        enabled: None,
    };
    let changed = rig.ocis.update_user(&erin.id, &change).await.unwrap();
    assert_eq!(
        (changed.display_name.as_str(), changed.mail.as_deref()),
        ("Erin Renamed", Some("erin@acme.test"))
    );
    assert_eq!(rig.ocis.update_user(&erin.id, &change).await.unwrap(), changed);
    let same = rig.ocis.update_user(&erin.id, &UserChange::default()).await.unwrap();
    assert_eq!(same.display_name, "Erin Renamed");

    rig.ocis.delete_user(&erin.id).await.unwrap();
    rig.ocis.delete_user(&erin.id).await.unwrap();
    let gone = rig.ocis.update_user(&erin.id, &change).await.unwrap_err();
    assert!(matches!(gone.cause, Cause::Refused(404, _)));
    let own = rig.ocis.delete_user(&rig.service()).await.unwrap_err();
    assert!(own.to_string().contains("self deletion"), "{own}");
}

#[tokio::test]
async fn an_account_is_read_with_its_address_and_keeps_its_drive_under_another_name() {
    let rig = Rig::start().await;
    let uuid = "6cd9e726-7073-4c72-ae9b-3ba1401c6017";
    let erin = rig.person(uuid).await;
    // The same word is in another's address.
    let other = NewUser { mail: Some(format!("{uuid}@acme.test")), ..new_user("frank") };
    rig.ocis.create_user(&other).await.unwrap();
    let found = rig.ocis.user_with_mail(&erin.id).await.unwrap().unwrap();
    assert_eq!((&found.id, &found.mail), (&erin.id, &erin.mail));
    assert_eq!(rig.ocis.user_with_mail(NOBODY).await.unwrap(), None);

    let renamed = |name: &str| UserChange { user_name: Some(name.to_owned()), ..UserChange::default() };
    let changed = rig.ocis.update_user(&erin.id, &renamed("erin")).await.unwrap();
    assert_eq!((&changed.id, changed.user_name.as_str()), (&erin.id, "erin"));
    let taken = rig.ocis.update_user(&erin.id, &renamed("Frank")).await.unwrap_err();
    assert!(matches!(taken.cause, Cause::Refused(409, _)), "{taken}");
    assert!(rig.ocis.update_user(&erin.id, &renamed(" ")).await.is_err(), "it would change nothing");
}

#[tokio::test]
async fn a_name_is_taken_whatever_its_case_and_a_mail_never_is() {
    let rig = Rig::start().await;
    rig.person("erin").await;
    assert_eq!(rig.ocis.create_user(&new_user("Erin")).await.unwrap(), Created::Exists);
    let same_mail = NewUser { mail: new_user("erin").mail, ..new_user("frank") };
    assert!(matches!(rig.ocis.create_user(&same_mail).await.unwrap(), Created::New(_)));
    // A uuid of the issuer, which begins with a digit.
    rig.person("6cd9e726-7073-4c72-ae9b-3ba1401c6017").await;
}

#[tokio::test]
async fn what_would_be_refused_or_ignored_is_not_sent() {
    let rig = Rig::start().await;
    let erin = rig.person("erin").await;
    for new in [
        NewUser { display_name: " ".to_owned(), ..new_user("a") },
        NewUser { mail: Some(String::new()), ..new_user("a") },
        new_user(""),
    ] {
        let error = rig.ocis.create_user(&new).await.unwrap_err();
        assert!(matches!(error.cause, Cause::Refused(400, Some(_))), "{error}");
    }
    let empty = UserChange { display_name: Some(String::new()), ..UserChange::default() };
    let error = rig.ocis.update_user(&erin.id, &empty).await.unwrap_err();
    assert!(error.to_string().contains("can't be empty"), "{error}");
    let error = rig.ocis.create_user(&new_user("a b")).await.unwrap_err();
    assert!(error.to_string().contains("Invalid username"), "{error}");
}

#[tokio::test]
async fn all_accounts_come_at_once_and_only_to_an_admin() {
    let rig = Rig::start().await;
    for number in 0..150 {
        let fields = json!({"onPremisesSamAccountName": format!("many-{number:03}")});
        rig.put("users", &format!("id-{number}"), &fields);
    }
    let names = |users: Vec<User>| users.into_iter().map(|user| user.user_name).collect::<Vec<_>>();
    let users = names(rig.ocis.users().await.unwrap());
    assert_eq!((users.len(), users[0].as_str()), (151, "many-000"));
    rig.fail_next("GET /graph/v1.0/users", FaultKind::Duplicate);
    assert_eq!(rig.ocis.users().await.unwrap().len(), 151);
    assert!(rig.ocis.is_admin().await.unwrap());
    rig.set_role("User");
    assert!(!rig.ocis.is_admin().await.unwrap());
    for error in [rig.ocis.users().await.unwrap_err(), rig.ocis.usage().await.unwrap_err()] {
        assert!(error.to_string().contains("does not have the role Admin"), "{error}");
    }
    let error = rig.ocis.create_user(&new_user("erin")).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Refused(403, _)));
}

#[tokio::test]
async fn a_create_without_an_answer_is_found_by_its_name() {
    let rig = Rig::start().await;
    for (name, kind, happened) in [
        ("erin", FaultKind::TimeoutAfter, true),
        ("frank", FaultKind::ErrorAfter, true),
        ("grace", FaultKind::TimeoutBefore, false),
    ] {
        rig.fail_next("POST /graph/v1.0/users", kind);
        let error = rig.ocis.create_user(&new_user(name)).await.unwrap_err();
        assert_eq!(error.effect, Effect::Unknown, "{kind:?}");
        assert_eq!(rig.ocis.user(name).await.unwrap().is_some(), happened, "{kind:?}");
    }
}

#[tokio::test]
async fn a_personal_drive_appears_with_its_persons_first_request_and_takes_a_quota() {
    let rig = Rig::start().await;
    let erin = rig.person("erin").await;
    assert_eq!(rig.ocis.personal_drive(&erin.id).await.unwrap(), None);
    assert_eq!(visit(&rig).await, 200);
    let drive = rig.ocis.personal_drive(&erin.id).await.unwrap().unwrap();
    assert_eq!(drive.quota_total, Some(0));
    assert_eq!(rig.ocis.set_quota(&drive.id, 500).await.unwrap().quota_total, Some(500));
    let error = rig.ocis.set_quota(&drive.id, -1).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Refused(400, Some(_))));

    rig.put("drives", &drive.id, &json!({"used": 700}));
    let space = rig.create("Tenant A").await;
    let shut = rig.create("Shut").await;
    rig.ocis.disable_drive(&shut.id).await.unwrap();
    let usage = rig.ocis.usage().await.unwrap();
    assert!(usage.iter().all(|usage| usage.drive != shut.id));
    let of = |id: &str| usage.iter().find(|usage| usage.drive == id).unwrap();
    assert_eq!((of(&drive.id).total, of(&drive.id).used), (Some(500), Some(700)));
    assert_eq!(of(&drive.id).owner, DriveOwner::User(erin.id.clone()));
    assert_eq!((&of(&space.id).owner, of(&space.id).used), (&DriveOwner::Space, Some(0)));

    rig.ocis.delete_user(&erin.id).await.unwrap();
    assert_eq!(rig.ocis.drive(&drive.id).await.unwrap(), None, "it goes with its person");
}

#[tokio::test]
async fn disabling_shuts_out_at_once_and_enabling_lets_in_again() {
    let rig = Rig::start().await;
    assert_eq!(visit(&rig).await, 401, "nobody is made by signing in");
    let erin = rig.person("erin").await;
    assert_eq!(visit(&rig).await, 200);
    let enabled = |enabled| UserChange { enabled: Some(enabled), ..UserChange::default() };
    assert_eq!(rig.ocis.update_user(&erin.id, &enabled(false)).await.unwrap().enabled, Some(false));
    assert_eq!(visit(&rig).await, 401);
    assert_eq!(rig.ocis.update_user(&erin.id, &enabled(true)).await.unwrap().enabled, Some(true));
    assert_eq!(visit(&rig).await, 200);
}

/// What section 13 says about a person's tokens, row by row.
#[tokio::test]
async fn a_persons_token_opens_what_the_table_says() {
    let clock = clock();
    let issuer = Issuer::start(clock.clone(), "anna").await;
    let userinfo = Userinfo {
        client: client_of("Authentik", &issuer.origin),
        path: "/application/o/userinfo/".to_owned(),
    };
    let sim = start(setup(clock.clone(), Some(userinfo))).await;
    let http = client_of("oCIS", &sim.origin);
    let token = |number| {
        let token = jwt(ISSUER, clock.now().seconds() + LIFE, number);
        issuer.book.lock().unwrap().tokens.push(token.clone());
        token
    };
    let (seen, unseen) = (token(1), token(2));
    let put = |fields| sim.store.write(|world: &mut World| world.put("users", "anna-id", &fields)).unwrap();

    assert_eq!(opens(&http, &seen).await, (401, false), "no account yet");
    put(json!({"onPremisesSamAccountName": "anna"}));
    assert_eq!(opens(&http, &seen).await, (200, false), "the same token, as soon as there is one");
    // Suspended at the issuer: it deletes all tokens.
    issuer.book.lock().unwrap().tokens.clear();
    assert_eq!(opens(&http, &seen).await, (200, false), "kept claims");
    assert_eq!(opens(&http, &unseen).await, (401, true), "not seen before");
    put(json!({"accountEnabled": false}));
    assert_eq!(opens(&http, &seen).await, (401, false), "disabled here as well");
    put(json!({"accountEnabled": true}));
    assert_eq!(opens(&http, &seen).await, (200, false), "even a token that was deleted");
    clock.advance(std::time::Duration::from_secs(LIFE.unsigned_abs()));
    assert_eq!(opens(&http, &seen).await, (401, true), "until it ends");
    assert_ne!(SERVICE, "anna");
}

/// The status, and whether it was challenged.
async fn opens(http: &Client, token: &str) -> (u16, bool) {
    let answer = http.send(Call::get("/graph/v1.0/me").bearer(token.into())).await.unwrap();
    (answer.status, answer.header("www-authenticate").is_some())
}
