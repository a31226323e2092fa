//! What the client makes of users, groups of theirs, and second factors.

use std::collections::BTreeSet;

use outbound::{Cause, Effect};
use serde_json::{Value, json};
use simulator::{Fault, FaultKind, State as _};
use upstream_authentik::{Authentik, Created, DeviceKind, NewUser, User, UserChange};

use crate::lab::{Lab, TEN_MINUTES};

const USERS: &str = "/api/v3/core/users/";
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

pub fn new(username: &str) -> NewUser {
    NewUser {
        username: username.to_owned(),
        name: "Bo Example".to_owned(),
        email: "bo@acme.test".to_owned(),
        path: "tenants/acme".to_owned(),
        attributes: json!({"dezky": {"user_id": "usr_1"}, "locale": "da"}),
        is_active: true,
        groups: Vec::new(),
    }
}

pub async fn create(authentik: &Authentik, username: &str) -> User {
    match authentik.create_user(&new(username)).await.unwrap() {
        Created::New(user) => user,
        Created::Exists => panic!("{username} exists"),
    }
}

fn ids(users: &[User]) -> Vec<i64> {
    users.iter().map(|user| user.id).collect()
}

#[tokio::test]
async fn a_user_is_made_found_changed_and_deleted() {
    let lab = Lab::start().await;
    let authentik = &lab.authentik;
    assert_eq!(authentik.find_user("bo@acme.test").await.unwrap(), None);
    let user = create(authentik, "Bo@ACME.test").await;
    assert_eq!((user.username.as_str(), user.is_active), ("bo@acme.test", true));
    assert_eq!((user.path.as_str(), user.is_superuser), ("tenants/acme", false));
    assert_eq!(authentik.find_user("BO@acme.test").await.unwrap(), Some(user.clone()));
    assert_eq!(authentik.user(user.id).await.unwrap(), Some(user.clone()));
    assert_eq!(authentik.user_of_uuid(&user.uuid).await.unwrap(), Some(user.clone()));
    for nothing in [NOBODY, "../groups", ""] {
        assert_eq!(authentik.user_of_uuid(nothing).await.unwrap(), None, "{nothing:?}");
    }

    let change = UserChange {
        name: Some("Bo Renamed".to_owned()),
        email: Some("bo.renamed@acme.test".to_owned()),
        attributes: Some(json!({"locale": "de", "title": null})),
        is_active: None,
    };
    let changed = authentik.update_user(user.id, &change).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.email.as_str()), ("Bo Renamed", "bo.renamed@acme.test"));
    let expected = json!({"dezky": {"user_id": "usr_1"}, "locale": "de", "title": null});
    assert_eq!(Value::Object(changed.attributes.clone()), expected);
    assert_eq!(authentik.update_user(user.id, &change).await.unwrap(), changed);

    authentik.delete_user(user.id).await.unwrap();
    authentik.delete_user(user.id).await.unwrap();
    assert_eq!(authentik.user(user.id).await.unwrap(), None);
    for gone in [
        authentik.update_user(user.id, &change).await.unwrap_err(),
        authentik.set_password(user.id, &"x".into()).await.unwrap_err(),
        authentik.recovery_link(user.id, TEN_MINUTES).await.unwrap_err(),
    ] {
        assert!(matches!(gone.cause, Cause::Refused(404, _)), "{gone}");
    }
}

#[tokio::test]
async fn a_name_in_other_case_is_refused_because_ocis_knows_no_case() {
    let lab = Lab::start().await;
    let user = create(&lab.authentik, "bo@acme.test").await;
    assert_eq!(lab.authentik.create_user(&new("Bo@acme.test")).await.unwrap(), Created::Exists);
    // Somebody else made this one; the server does not mind.
    let fields = json!({"username": "CLEO@acme.test"});
    lab.sim.store.write(|world| world.put("users", "77", &fields)).unwrap();
    let error = lab.authentik.create_user(&new("cleo@acme.test")).await.unwrap_err();
    assert!(error.to_string().contains("user 77 only in case"), "{error}");
    assert_eq!(error.effect, Effect::None);
    assert_eq!(ids(&lab.authentik.users_like("BO@acme.test").await.unwrap()), [user.id]);
    assert_eq!(lab.authentik.find_user("cleo@acme.test").await.unwrap(), None);
}

#[tokio::test]
async fn users_are_listed_by_group_path_and_attribute_and_each_row_is_looked_at() {
    let lab = Lab::start().await;
    let authentik = &lab.authentik;
    let bo = create(authentik, "bo@acme.test").await;
    let beside = NewUser { path: "tenants/acme2".to_owned(), ..new("ib@acme.test") };
    authentik.create_user(&beside).await.unwrap();
    let acme = authentik.find_group("acme").await.unwrap().unwrap();
    authentik.add_to_group(&acme.id, bo.id).await.unwrap();
    authentik.add_to_group(&acme.id, bo.id).await.unwrap();
    let anna = lab.pk_of("anna@acme.test").await;

    let mark = json!("usr_1");
    let place = ["dezky", "user_id"];
    for ignored in [false, true] {
        if ignored {
            let times = json!({"times": 3});
            lab.sim.store.write(|world| world.put("ignoredFilters", "next", &times)).unwrap();
        }
        let mut members = ids(&authentik.users_of_group(&acme.id).await.unwrap().unwrap());
        members.sort_unstable();
        assert_eq!(members, [anna, bo.id], "ignored: {ignored}");
        assert_eq!(ids(&authentik.users_below("tenants/acme").await.unwrap()), [bo.id]);
        assert_eq!(authentik.users_with(&place, &mark).await.unwrap().len(), 2);
    }
    assert_eq!(authentik.users_of_group(NOBODY).await.unwrap(), None);
    assert_eq!(authentik.users_of_group("../users").await.unwrap(), None);
    let names = |groups: Vec<upstream_authentik::Group>| groups.into_iter().map(|group| group.name);
    let groups = authentik.groups_of_user(bo.id).await.unwrap().unwrap();
    assert_eq!(names(groups).collect::<Vec<_>>(), ["acme"]);
    assert_eq!(authentik.groups_of_user(999).await.unwrap(), None);

    authentik.remove_from_group(&acme.id, bo.id).await.unwrap();
    authentik.remove_from_group(&acme.id, bo.id).await.unwrap();
    authentik.remove_from_group(NOBODY, bo.id).await.unwrap();
    authentik.remove_from_group(&acme.id, 999).await.unwrap();
    assert_eq!(ids(&authentik.users_of_group(&acme.id).await.unwrap().unwrap()), [anna]);
    for (group, user) in [(NOBODY, bo.id), (acme.id.as_str(), 999)] {
        let error = authentik.add_to_group(group, user).await.unwrap_err();
        assert!(matches!(error.cause, Cause::Refused(404, _)), "{error}");
    }
}

#[tokio::test]
async fn members_are_read_to_the_last_page_each_once() {
    let lab = Lab::start().await;
    let acme = lab.authentik.find_group("acme").await.unwrap().unwrap();
    lab.sim.store.write(|world| {
        for pk in 1_000..1_230 {
            let fields = json!({"username": format!("many-{pk}"), "groups": [acme.id]});
            world.put("users", &pk.to_string(), &fields).unwrap();
        }
    });
    assert_eq!(lab.authentik.users_of_group(&acme.id).await.unwrap().unwrap().len(), 231);
    for kind in [FaultKind::Duplicate, FaultKind::Reorder] {
        lab.fault(&format!("GET {USERS}"), kind);
        assert_eq!(lab.authentik.users_of_group(&acme.id).await.unwrap().unwrap().len(), 231, "{kind:?}");
    }
    lab.fault(&format!("GET {USERS}"), FaultKind::Partial);
    let error = lab.authentik.users_of_group(&acme.id).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Malformed(_)) && error.is_transient());
}

#[tokio::test]
async fn nobody_is_put_among_superusers() {
    let lab = Lab::start().await;
    let bo = create(&lab.authentik, "bo@acme.test").await;
    let admins = lab.authentik.find_group("authentik Admins").await.unwrap().unwrap().id;
    let among = NewUser { groups: vec![admins.clone()], ..new("ib@acme.test") };
    for error in [
        lab.authentik.add_to_group(&admins, bo.id).await.unwrap_err(),
        lab.authentik.remove_from_group(&admins, bo.id).await.unwrap_err(),
        lab.authentik.create_user(&among).await.unwrap_err(),
    ] {
        assert!(error.to_string().contains("makes superusers"), "{error}");
        assert_eq!(error.effect, Effect::None);
    }
    assert_eq!(lab.authentik.find_user("ib@acme.test").await.unwrap(), None);
}

#[tokio::test]
async fn after_a_failed_creation_only_a_read_tells_what_happened() {
    let lab = Lab::start().await;
    for (number, (kind, effect, happened)) in [
        (FaultKind::TimeoutBefore, Effect::Unknown, false),
        (FaultKind::TimeoutAfter, Effect::Unknown, true),
        (FaultKind::ErrorAfter, Effect::Unknown, true),
        (FaultKind::RateLimit, Effect::None, false),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("faulty-{number}@acme.test");
        lab.fault(&format!("POST {USERS}"), kind);
        let error = lab.impatient().create_user(&new(&name)).await.unwrap_err();
        assert_eq!(error.effect, effect, "{kind:?}");
        assert_eq!(lab.authentik.find_user(&name).await.unwrap().is_some(), happened, "{kind:?}");
    }
    for stored in [false, true] {
        let fields = json!({"times": 1, "stored": stored});
        lab.sim.store.write(|world| world.put("breakdowns", "next", &fields)).unwrap();
        let name = format!("broken-{stored}@acme.test");
        let error = lab.authentik.create_user(&new(&name)).await.unwrap_err();
        assert_eq!((&error.cause, error.effect), (&Cause::Broken(405), Effect::Unknown));
        assert_eq!(lab.authentik.find_user(&name).await.unwrap().is_some(), stored);
    }
}

#[tokio::test]
async fn second_factors_are_counted_without_recovery_codes_and_unfinished_ones() {
    let lab = Lab::start().await;
    let bo = create(&lab.authentik, "bo@acme.test").await;
    let anna = lab.pk_of("anna@acme.test").await;
    lab.sim.store.write(|world| {
        for (id, user, confirmed) in [
            ("totp/4", bo.id, true),
            ("static/4", bo.id, true),
            ("webauthn/4", bo.id, true),
            ("sms/1", bo.id, false),
            ("totp/5", anna, true),
        ] {
            world.put("devices", id, &json!({"user": user, "confirmed": confirmed})).unwrap();
        }
    });
    let devices = lab.authentik.devices_of(bo.id).await.unwrap().unwrap();
    let kinds: Vec<DeviceKind> = devices.iter().map(|device| device.kind).collect();
    assert_eq!(kinds, [DeviceKind::Totp, DeviceKind::WebAuthn, DeviceKind::RecoveryCodes]);
    assert_eq!(devices.iter().filter(|device| device.is_second_factor()).count(), 2);
    lab.authentik.remove_device(bo.id, &devices[0]).await.unwrap();
    lab.authentik.remove_device(bo.id, &devices[0]).await.unwrap();
    assert_eq!(lab.authentik.devices_of(bo.id).await.unwrap().unwrap().len(), 2);
    assert_eq!(lab.authentik.devices_of(anna).await.unwrap().unwrap().len(), 1);
    assert_eq!(lab.authentik.devices_of(999).await.unwrap(), None);

    // The rows don't say whose they are, so a list of everybody's costs nobody a device.
    lab.sim.store.write(|world| world.put("ignoredFilters", "all", &json!({"times": 1}))).unwrap();
    let everybodys = lab.authentik.devices_of(bo.id).await.unwrap().unwrap();
    let other = everybodys.iter().find(|device| device.kind == DeviceKind::Totp).unwrap();
    let error = lab.authentik.remove_device(bo.id, other).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Refused(409, _)), "{error}");
    lab.authentik.remove_device(anna, other).await.unwrap();
    assert_eq!(lab.authentik.devices_of(anna).await.unwrap().unwrap(), []);
}

#[tokio::test]
async fn who_has_a_second_factor_is_known_of_everybody_at_once_or_of_nobody() {
    let lab = Lab::start().await;
    let bo = create(&lab.authentik, "bo@acme.test").await;
    let cleo = create(&lab.authentik, "cleo@acme.test").await;
    let anna = lab.pk_of("anna@acme.test").await;
    let put = |id: &str, user: i64, confirmed: bool| {
        let fields = json!({"user": user, "confirmed": confirmed});
        lab.sim.store.write(|world| world.put("devices", id, &fields)).unwrap();
    };
    put("webauthn/1", bo.id, true);
    put("static/4", cleo.id, true);
    put("sms/1", cleo.id, false);
    // More than a page.
    for number in 1..=130 {
        put(&format!("totp/{number}"), anna, true);
    }
    let known = lab.authentik.users_with_second_factor().await.unwrap();
    assert_eq!(known, BTreeSet::from([anna, bo.id]), "recovery codes and unfinished enrolments are none");
    for kind in [FaultKind::Partial, FaultKind::Malformed, FaultKind::RateLimit] {
        let route = "GET /api/v3/authenticators/admin/totp/".to_owned();
        lab.sim.dial.set(vec![Fault { route, kind, times: None, delay_ms: None }]);
        assert!(
            lab.authentik.users_with_second_factor().await.is_err(),
            "{kind:?}: nobody is said to have none"
        );
    }
}
