//! Each function of the client, and what each fault makes of it.

use std::time::Duration;

use outbound::{Cause, Effect, Method};
use serde_json::{Value, json};
use simulator::{FaultKind, State as _};
use upstream_authentik::{Authentik, Created, Group, GroupChange, NewGroup};

use crate::lab::{Lab, client};

const GROUPS: &str = "/api/v3/core/groups/";

fn new(name: &str) -> NewGroup {
    NewGroup { name: name.to_owned(), attributes: json!({"dezky": {"tenant": "ten_1"}, "plan": "pro"}) }
}

async fn create(authentik: &Authentik, name: &str) -> Group {
    match authentik.create_group(&new(name)).await.unwrap() {
        Created::New(group) => group,
        Created::Exists => panic!("{name} exists"),
    }
}

#[tokio::test]
async fn the_probe_says_whose_token_it_is() {
    let lab = Lab::start().await;
    let identity = lab.authentik.probe().await.unwrap();
    assert_eq!((identity.username.as_str(), identity.is_superuser), ("akadmin", true));
}

#[tokio::test]
async fn a_wrong_token_is_unauthorized_and_a_missing_right_is_refused() {
    let lab = Lab::start().await;
    let stranger = Authentik::new(lab.http.clone(), "wrong".into());
    let cause = stranger.probe().await.unwrap_err().cause;
    assert_eq!(cause, Cause::Unauthorized(Some("Token invalid/expired".to_owned())));

    let admins = lab.authentik.find_group("authentik Admins").await.unwrap().unwrap();
    lab.sim.store.write(|world| world.put("groups", &admins.id, &json!({"isSuperuser": false}))).unwrap();
    assert!(!lab.authentik.probe().await.unwrap().is_superuser);
    let cause = lab.authentik.list_groups("").await.unwrap_err().cause;
    assert!(matches!(cause, Cause::Refused(403, Some(why)) if why.contains("permission")));
}

#[tokio::test]
async fn a_group_is_made_found_changed_and_deleted() {
    let lab = Lab::start().await;
    let authentik = &lab.authentik;
    assert_eq!(authentik.find_group("nordlys").await.unwrap(), None);
    let group = create(authentik, "nordlys").await;
    assert_eq!(authentik.find_group("nordlys").await.unwrap(), Some(group.clone()));
    assert_eq!(authentik.find_group("Nordlys").await.unwrap(), None);
    assert_eq!(authentik.group(&group.id).await.unwrap(), Some(group.clone()));

    let change = GroupChange {
        name: Some("nordlys-as".to_owned()),
        attributes: Some(json!({"plan": "business", "seats": 3})),
    };
    let changed = authentik.update_group(&group.id, &change).await.unwrap();
    assert_eq!(changed.name, "nordlys-as");
    let expected = json!({"dezky": {"tenant": "ten_1"}, "plan": "business", "seats": 3});
    assert_eq!(Value::Object(changed.attributes.clone()), expected);
    assert_eq!(authentik.update_group(&group.id, &change).await.unwrap(), changed);

    authentik.delete_group(&group.id).await.unwrap();
    assert_eq!(authentik.group(&group.id).await.unwrap(), None);
    authentik.delete_group(&group.id).await.unwrap();
    let gone = authentik.update_group(&group.id, &change).await.unwrap_err();
    assert!(matches!(gone.cause, Cause::Refused(404, _)));
    assert_eq!(authentik.group("../users").await.unwrap(), None);
}

#[tokio::test]
async fn a_taken_name_is_no_error_and_a_bad_one_is() {
    let lab = Lab::start().await;
    create(&lab.authentik, "nordlys").await;
    assert_eq!(lab.authentik.create_group(&new("nordlys")).await.unwrap(), Created::Exists);
    create(&lab.authentik, "NORDLYS").await;
    let refused = lab.authentik.create_group(&new("")).await.unwrap_err();
    assert_eq!(refused.cause, Cause::Refused(400, Some("name: This field may not be blank.".to_owned())));
    assert_eq!(refused.effect, Effect::None);
}

#[tokio::test]
async fn superusers_groups_are_never_touched() {
    let lab = Lab::start().await;
    let admins = lab.authentik.find_group("authentik Admins").await.unwrap().unwrap();
    let change = GroupChange { name: Some("mine".to_owned()), attributes: None };
    for error in [
        lab.authentik.update_group(&admins.id, &change).await.unwrap_err(),
        lab.authentik.delete_group(&admins.id).await.unwrap_err(),
    ] {
        assert!(error.to_string().contains("makes superusers"), "{error}");
        assert_eq!(error.effect, Effect::None);
    }
    assert_eq!(lab.authentik.group(&admins.id).await.unwrap(), Some(admins));
}

#[tokio::test]
async fn a_list_is_read_to_its_last_page() {
    let lab = Lab::start().await;
    lab.sim.store.write(|world| {
        for number in 0..230 {
            let id = format!("00000000-0000-4000-8000-{number:012}");
            world.put("groups", &id, &json!({"name": format!("many-{number:03}")})).unwrap();
        }
    });
    let names = |groups: Vec<Group>| groups.into_iter().map(|group| group.name).collect::<Vec<_>>();
    let expected: Vec<String> = (0..230).map(|number| format!("many-{number:03}")).collect();
    assert_eq!(names(lab.authentik.list_groups("MANY-").await.unwrap()), expected);
    assert_eq!(lab.authentik.list_groups("").await.unwrap().len(), 232);
    assert!(lab.authentik.list_groups("none of them").await.unwrap().is_empty());
    for kind in [FaultKind::Duplicate, FaultKind::Reorder] {
        lab.fault("GET /api/v3/core/groups/", kind);
        assert_eq!(names(lab.authentik.list_groups("many-").await.unwrap()), expected, "{kind:?}");
    }
    lab.fault("GET /api/v3/core/groups/", FaultKind::Partial);
    let error = lab.authentik.list_groups("many-").await.unwrap_err();
    assert!(matches!(error.cause, Cause::Malformed(_)) && error.is_transient());
}

#[tokio::test]
async fn after_a_failed_creation_only_a_read_tells_what_happened() {
    let lab = Lab::start().await;
    for (number, (kind, cause, effect, happened)) in [
        (FaultKind::TimeoutBefore, Cause::Timeout, Effect::Unknown, false),
        (FaultKind::TimeoutAfter, Cause::Timeout, Effect::Unknown, true),
        (FaultKind::ErrorAfter, Cause::Broken(500), Effect::Unknown, true),
        (FaultKind::Refuse, Cause::Closed, Effect::Unknown, false),
        (FaultKind::RateLimit, Cause::RateLimited, Effect::None, false),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("faulty-{number}");
        lab.fault(&format!("POST {GROUPS}"), kind);
        let error = lab.impatient().create_group(&new(&name)).await.unwrap_err();
        assert_eq!((&error.cause, error.effect), (&cause, effect), "{kind:?}");
        assert_eq!(lab.authentik.find_group(&name).await.unwrap().is_some(), happened, "{kind:?}");
    }
}

#[tokio::test]
async fn a_cut_answer_is_malformed_whatever_its_status() {
    let lab = Lab::start().await;
    lab.fault(&format!("POST {GROUPS}"), FaultKind::Malformed);
    let error = lab.authentik.create_group(&new("nordlys")).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Malformed(_)));
    assert_eq!(error.effect, Effect::Unknown);

    lab.fault(&format!("POST {GROUPS}"), FaultKind::Malformed);
    let error = lab.authentik.create_group(&new("nordlys")).await.unwrap_err();
    assert!(error.is_transient(), "a 400 that can't be read must be tried again: {error}");

    let gone = "00000000-0000-4000-8000-000000000000";
    lab.fault(&format!("GET {GROUPS}"), FaultKind::Malformed);
    let error = lab.authentik.group(gone).await.unwrap_err();
    assert!(error.is_transient(), "a 404 that can't be read says nothing: {error}");
}

#[tokio::test]
async fn a_failed_deletion_or_change_can_be_repeated() {
    let lab = Lab::start().await;
    let group = create(&lab.authentik, "nordlys").await;
    let change = GroupChange { name: None, attributes: Some(json!({"plan": "free"})) };
    lab.fault(&format!("PATCH {GROUPS}"), FaultKind::TimeoutAfter);
    let error = lab.impatient().update_group(&group.id, &change).await.unwrap_err();
    assert_eq!(error.effect, Effect::Unknown);
    assert_eq!(lab.authentik.update_group(&group.id, &change).await.unwrap().attributes["plan"], "free");

    lab.fault(&format!("DELETE {GROUPS}"), FaultKind::ErrorAfter);
    let error = lab.authentik.delete_group(&group.id).await.unwrap_err();
    assert_eq!((error.cause, error.effect), (Cause::Broken(500), Effect::Unknown));
    lab.authentik.delete_group(&group.id).await.unwrap();

    lab.fault(&format!("GET {GROUPS}"), FaultKind::Stale);
    assert!(lab.authentik.find_group("nordlys").await.unwrap().is_some(), "a stale read");
    assert!(lab.authentik.find_group("nordlys").await.unwrap().is_none());
}

#[tokio::test]
async fn an_empty_405_is_a_server_error() {
    let lab = Lab::start().await;
    let astray = client(&format!("{}/astray", lab.sim.origin), Duration::from_secs(20));
    let astray = Authentik::new(astray, "an-api-token".into());
    let error = astray.create_group(&new("nordlys")).await.unwrap_err();
    assert_eq!((error.cause, error.effect), (Cause::Broken(405), Effect::Unknown));
    let error = astray.find_group("nordlys").await.unwrap_err();
    assert!(matches!(error.cause, Cause::Malformed(_)), "no route is not the same as no group");
    assert_eq!(error.effect, Effect::None);
}

#[tokio::test]
async fn a_change_that_broke_down_may_have_happened() {
    let lab = Lab::start().await;
    for (stored, name) in [(false, "nordlys"), (true, "acme-as")] {
        let fields = json!({"times": 1, "stored": stored});
        lab.sim.store.write(|world| world.put("breakdowns", "next", &fields)).unwrap();
        let error = lab.authentik.create_group(&new(name)).await.unwrap_err();
        assert_eq!((&error.cause, error.effect), (&Cause::Broken(405), Effect::Unknown));
        assert!(error.is_transient());
        assert_eq!(lab.authentik.find_group(name).await.unwrap().is_some(), stored);
    }
    let answer = lab.api(Method::Post, "/api/v3/admin/version/", None).await;
    assert!(answer.json::<Value>().unwrap()["detail"].is_string(), "a wrong method says so");
}

#[tokio::test]
async fn the_token_is_never_shown() {
    let lab = Lab::start().await;
    assert!(!format!("{:?}", lab.authentik).contains("an-api-token"));
    let answer = lab.api(Method::Get, "/api/v3/core/users/me/", None).await;
    assert_eq!(answer.status, 200);
}
