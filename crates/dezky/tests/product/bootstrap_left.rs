//! What `dezky bootstrap authentik` leaves alone: what is somebody else's, and what somebody replaced.

use outbound::Method;
use serde_json::{Value, json as value};

use crate::bootstrap::OFF;
use crate::empty::Empty;

#[tokio::test]
async fn what_is_somebody_elses_is_left_and_said() {
    let empty = Empty::start();
    let person = value!({"username": "dezky", "name": "Dez Ky", "type": "internal"});
    empty.api(Method::Post, "core/users/", Some(person)).await;
    let flow = value!({"name": "Own", "slug": "own", "title": "Own", "designation": "recovery"});
    let flow = empty.api(Method::Post, "flows/instances/", Some(flow)).await;
    let brand = empty.find("core/brands/", "default", &value!(true)).await;
    let path = format!("core/brands/{}/", brand["brand_uuid"].as_str().unwrap());
    empty.api(Method::Patch, &path, Some(value!({"flow_recovery": flow["pk"]}))).await;

    let (code, said) = empty.bootstrap(&["--yes"]);
    assert_eq!(code, Some(2), "{said}");
    let missing = "missing the service account dezky, the API token dezky-api: left as they are";
    assert!(said.lines().any(|line| line.starts_with(missing)), "{said}");
    for left in [
        "the service account dezky: An account",
        "the API token dezky-api: It needs",
        "another recovery flow",
    ] {
        assert!(said.lines().any(|line| line.starts_with("leave ") && line.contains(left)), "{left}: {said}");
    }
    let person = empty.find("core/users/", "username", &value!("dezky")).await;
    assert_eq!(
        (&person["name"], &person["type"], &person["roles"]),
        (&value!("Dez Ky"), &value!("internal"), &value!([]))
    );
    assert_eq!(empty.find("core/brands/", "default", &value!(true)).await["flow_recovery"], flow["pk"]);
    let settings = std::fs::read_to_string(empty.settings()).unwrap();
    assert!(!settings.contains("AUTHENTIK_API_TOKEN"), "{settings}");
}

#[tokio::test]
async fn a_role_that_others_have_gets_no_rights() {
    let empty = Empty::start();
    let role = empty.api(Method::Post, "rbac/roles/", Some(value!({"name": "dezky"}))).await;
    let person = value!({"username": "ida", "name": "Ida", "type": "internal"});
    let person = empty.api(Method::Post, "core/users/", Some(person)).await;
    let place = format!("rbac/roles/{}/add_user/", role["pk"].as_str().unwrap());
    empty.api(Method::Post, &place, Some(value!({"pk": person["pk"]}))).await;
    let (code, said) = empty.bootstrap(&["--yes"]);
    assert_eq!(code, Some(2), "{said}");
    let left = said.lines().find(|line| line.starts_with("leave   the role dezky: "));
    assert!(left.is_some_and(|line| line.contains("of Dezky: ida.")), "{said}");
    let path = format!("rbac/permissions/?page_size=100&role={}", role["pk"].as_str().unwrap());
    assert_eq!(empty.api(Method::Get, &path, None).await["results"], value!([]));

    // Once nobody else has it, it is Dezky's; who gets it later is named.
    let place = place.replace("add_user", "remove_user");
    empty.api(Method::Post, &place, Some(value!({"pk": person["pk"]}))).await;
    empty.set_up();
    empty
        .api(Method::Post, &place.replace("remove_user", "add_user"), Some(value!({"pk": person["pk"]})))
        .await;
    let (code, said) = empty.doctor(&OFF);
    let is_named = |line: &str| line.starts_with("FAIL  Authentik: the role dezky: ") && line.contains("ida");
    assert!(code == Some(1) && said.lines().any(is_named), "{said}");
}

#[tokio::test]
async fn what_others_name_their_things_forges_no_line() {
    let empty = Empty::start();
    let role = empty.api(Method::Post, "rbac/roles/", Some(value!({"name": "dezky"}))).await;
    let name = "x\nok      all is well\u{1b}[1A";
    let person = value!({"username": name, "name": "X", "type": "internal"});
    let person = empty.api(Method::Post, "core/users/", Some(person)).await;
    let place = format!("rbac/roles/{}/add_user/", role["pk"].as_str().unwrap());
    empty.api(Method::Post, &place, Some(value!({"pk": person["pk"]}))).await;
    let (_, said) = empty.bootstrap(&["--plan"]);
    assert!(said.contains("x ok      all is well [1A"), "{said}");
    assert!(!said.lines().any(|line| line.starts_with("ok      all is well")), "{said}");
    assert!(!said.contains('\u{1b}'), "{said}");
}

#[tokio::test]
async fn what_was_replaced_and_is_gone_is_not_waited_for() {
    let empty = Empty::start();
    empty.set_up();
    let shipped = value!("default-provider-authorization-implicit-consent");
    let flow = value!({"name": "Own", "slug": "own", "title": "Own", "designation": "authorization"});
    let flow = empty.api(Method::Post, "flows/instances/", Some(flow)).await;
    let providers = empty.api(Method::Get, "providers/oauth2/?page_size=100", None).await;
    for provider in providers["results"].as_array().unwrap() {
        let path = format!("providers/oauth2/{}/", provider["pk"]);
        empty.api(Method::Patch, &path, Some(value!({"authorization_flow": flow["pk"]}))).await;
    }
    empty.api(Method::Delete, &format!("flows/instances/{}/", shipped.as_str().unwrap()), None).await;
    let (code, said) = empty.bootstrap(&["--plan"]);
    assert!(code == Some(0) && !said.contains("wait "), "{said}");
}

#[tokio::test]
async fn all_bindings_of_the_operator_console_are_judged_and_those_of_others_said() {
    let empty = Empty::start();
    empty.set_up();
    let bound = empty.find("policies/bindings/", "/group_obj/name", &value!("dezky-platform-admins")).await;
    // Who isn't in the group passes this one.
    let negated = value!({"target": bound["target"], "group": bound["group"], "order": 1, "negate": true});
    empty.api(Method::Post, "policies/bindings/", Some(negated)).await;
    let (code, said) = empty.doctor(&OFF);
    assert!(code == Some(1) && said.contains("negate must have false"), "{said}");
    empty.set_up();

    let group = empty.api(Method::Post, "core/groups/", Some(value!({"name": "trainees"}))).await;
    let other = value!({"target": bound["target"], "group": group["pk"], "order": 2});
    empty.api(Method::Post, "policies/bindings/", Some(other)).await;
    let (code, said) = empty.doctor(&OFF);
    let is_said = |line: &str| line.starts_with("note  Authentik: ") && line.contains("too: trainees.");
    assert!(code == Some(0) && said.lines().any(is_said), "{said}");
}

#[tokio::test]
async fn an_application_of_another_provider_is_left() {
    let empty = Empty::start();
    empty.set_up();
    let files = empty.find("providers/oauth2/", "client_id", &value!("dezky-files")).await["pk"].clone();
    let portal = empty.find("providers/oauth2/", "client_id", &value!("dezky-portal")).await["pk"].clone();
    let path = |slug: &str| format!("core/applications/{slug}/");
    empty.api(Method::Patch, &path("dezky-files"), Some(value!({"provider": Value::Null}))).await;
    empty.api(Method::Patch, &path("dezky-portal"), Some(value!({"provider": files}))).await;
    let (code, said) = empty.bootstrap(&["--yes"]);
    // The file service's own application can't have its provider then, and that is told.
    assert!(code == Some(1) && said.contains("leave   the application dezky-portal: "), "{said}");
    let left = empty.api(Method::Get, &path("dezky-portal"), None).await;
    assert_eq!(left["provider"], files);
    empty.api(Method::Patch, &path("dezky-portal"), Some(value!({"provider": portal}))).await;
    empty.set_up();
}

#[tokio::test]
async fn a_stage_that_refuses_people_once_the_mail_is_sent_is_said() {
    let empty = Empty::start();
    empty.set_up();
    let stage = empty.api(Method::Post, "stages/deny/", Some(value!({"name": "no-operators"}))).await;
    let flow = empty.find("flows/instances/", "slug", &value!("dezky-recovery")).await;
    let bound = value!({"target": flow["pk"], "stage": stage["pk"], "order": 25});
    let bound = empty.api(Method::Post, "flows/bindings/", Some(bound)).await;
    let (code, said) = empty.bootstrap(&["--plan"]);
    let is_said = |line: &str| line.starts_with("leave   the recovery flow’s step dezky-recovery-email: ");
    let line = said.lines().find(|line| is_said(line));
    assert!(code == Some(0) && line.is_some_and(|line| line.contains("is sent: no-operators.")), "{said}");

    // Before the mail it refuses in time.
    let path = format!("flows/bindings/{}/", bound["pk"].as_str().unwrap());
    empty.api(Method::Patch, &path, Some(value!({"order": 15}))).await;
    let (code, said) = empty.bootstrap(&["--plan"]);
    assert!(code == Some(0) && !said.lines().any(is_said), "{said}");
}
