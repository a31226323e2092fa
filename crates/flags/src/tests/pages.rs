//! The operator's pages through the front door.

use serde_json::json;
use testkit::Answer;

use super::rig::{Rig, furnished};

impl Rig {
    async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send_form(&self.ida, path, fields).await
    }

    async fn read(&self, path: &str) -> String {
        let page = self.page(&self.ida, path).await;
        assert_eq!(page.status.as_u16(), 200, "{path}: {}", page.text);
        page.text
    }
}

#[tokio::test]
async fn the_list_says_how_each_flag_is_and_who_changed_it() {
    let (rig, ..) = furnished().await;
    let page = rig.read("/flags").await;
    for said in ["everybody", "On for everyone", "only.acme", "On for those named", "ida"] {
        assert!(page.contains(said), "{said}");
    }
    let found = rig.read("/flags?q=acme").await;
    assert!(found.contains("/flags/only.acme") && !found.contains("/flags/everybody"));
}

#[tokio::test]
async fn a_flag_is_created_changed_stopped_and_removed_by_forms() {
    let (rig, ..) = furnished().await;
    let typed = [
        ("key", "beta"),
        ("description", "New search"),
        ("kind", "rollout"),
        ("share", "12.5"),
        ("tenants", "acme\r\nfjord"),
        ("partners", ""),
        ("startsAt", ""),
        ("endsAt", "2099-01-31"),
    ];
    let made = rig.send("/flags", &typed).await;
    assert_eq!(
        (made.status.as_u16(), made.headers["location"].to_str().unwrap()),
        (303, "/flags/beta?done=created")
    );
    let page = rig.read("/flags/beta?done=created").await;
    for said in
        ["On for 12.5% of tenants", "Reaches 2 of 2 tenants", "2099-01-31", "Flag created", "acme\nfjord"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    let again = rig.send("/flags", &typed).await;
    assert_eq!(again.status.as_u16(), 422);
    assert!(
        again.text.contains("Another flag has this key") && again.text.contains("New search"),
        "{}",
        again.text
    );

    let change = |version, kind| {
        [
            ("version", version),
            ("flag", "beta"),
            ("kind", kind),
            ("share", "50"),
            ("tenants", ""),
            ("partners", ""),
            ("description", ""),
            ("startsAt", ""),
            ("endsAt", ""),
        ]
    };
    let saved = rig.send("/flags/beta", &change("1", "on")).await;
    assert_eq!(saved.headers["location"].to_str().unwrap(), "/flags/beta?done=saved");
    let stale = rig.send("/flags/beta", &change("1", "off")).await;
    assert_eq!(stale.status.as_u16(), 422);
    assert!(
        stale.text.contains("class=\"conflict\"") && stale.text.contains("name=\"version\" value=\"2\""),
        "{}",
        stale.text
    );
    let bad = [("version", "2"), ("flag", "beta"), ("kind", "targeted"), ("tenants", "acme\nnobody")];
    let bad = rig.send("/flags/beta", &bad).await;
    assert!(bad.text.contains("No tenant has the workspace ID “nobody”"), "{}", bad.text);

    assert_eq!(rig.send("/flags/beta/kill", &[]).await.headers["location"], "/flags/beta?done=killed");
    let page = rig.read("/flags/beta").await;
    assert!(page.contains("This flag is stopped") && page.contains("Flag stopped"), "{page}");
    assert!(page.contains("Resume beta?") && page.contains("On again for 2 of 2 tenants"), "{page}");
    assert!(page.contains("On for 0 of 2 tenants now"), "a removal takes it from nobody: {page}");
    assert!(page.contains("Who gets it: a share → everyone"), "{page}");
    assert_eq!(rig.send("/flags/beta/revive", &[]).await.headers["location"], "/flags/beta?done=revived");
    let page = rig.read("/flags/beta").await;
    assert!(page.contains("Stop beta?") && page.contains("Type beta to continue"), "{page}");
    assert_eq!(page.matches("On for 2 of 2 tenants now").count(), 2, "to stop it and to remove it: {page}");
    assert_eq!(rig.send("/flags/beta/remove", &[]).await.status.as_u16(), 422);
    for typed in ["", "Beta", "everybody"] {
        let refused = rig.send("/flags/beta/remove", &[("confirm", typed)]).await;
        assert_eq!(refused.status.as_u16(), 422, "{typed}");
        assert!(refused.text.contains("This doesn’t match the flag’s key"), "{}", refused.text);
    }
    let removed = rig.send("/flags/beta/remove", &[("confirm", "beta")]).await;
    assert_eq!(removed.headers["location"], "/flags?done=removed");
    assert_eq!(rig.page(&rig.ida, "/flags/beta").await.status.as_u16(), 404);
}

#[tokio::test]
async fn what_is_typed_says_how_many_it_reaches_and_changes_nothing() {
    let (rig, ..) = furnished().await;
    let typed = [("key", "beta"), ("kind", "targeted"), ("tenants", "acme")];
    let whole = rig.send("/flags/preview", &typed).await;
    assert!(
        whole.text.contains("Reaches one of 2 tenants") && whole.text.contains("value=\"beta\""),
        "{}",
        whole.text
    );
    let of_another = [("flag", "everybody"), ("version", "1"), ("kind", "off"), ("tenants", "")];
    let whole = rig.send("/flags/preview", &of_another).await;
    assert!(
        whole.text.contains("Reaches 0 of 2 tenants") && whole.text.contains("action=\"/flags/everybody\"")
    );
    for unread in [[("key", ""), ("kind", "on")], [("key", "beta"), ("tenants", "nobody")]] {
        let said = rig.send("/flags/preview", &unread).await;
        assert_eq!(said.status.as_u16(), 200);
        assert!(said.text.contains("Fill in the form to see how many tenants it reaches"), "{}", said.text);
    }
    assert_eq!(rig.page(&rig.ida, "/flags/beta").await.status.as_u16(), 404);
}

/// What the form on a page says that the flag reaches.
fn reach(page: &str) -> &str {
    let (_, said) = page.split_once("id=\"reach\"").unwrap();
    let (_, said) = said.split_once("<b class=\"num\">").unwrap();
    said.split_once("</b>").unwrap().0
}

#[tokio::test]
async fn what_a_form_is_said_to_reach_is_reached_once_it_is_saved() {
    let (rig, ..) = furnished().await;
    let bodies: [(&[(&str, &str)], &str); 4] = [
        (&[("kind", "rollout"), ("share", ""), ("tenants", "")], "Reaches 0 of 2 tenants"),
        (&[("kind", "rollout"), ("share", ""), ("tenants", "fjord")], "Reaches one of 2 tenants"),
        (&[("kind", "rollout")], "Reaches 2 of 2 tenants"),
        (&[("kind", "targeted")], "Reaches one of 2 tenants"),
    ];
    for (number, (typed, said)) in bodies.into_iter().enumerate() {
        let key = format!("beta-{number}");
        let rule = json!({"key": key, "kind": "rollout", "shareBasisPoints": 10_000, "tenants": ["acme"]});
        rig.flag(rule).await;
        let mut sent = vec![("version", "1"), ("flag", key.as_str())];
        sent.extend(typed);
        let previewed = rig.send("/flags/preview", &sent).await;
        assert_eq!((previewed.status.as_u16(), reach(&previewed.text)), (200, said), "{typed:?}");
        let saved = rig.send(&format!("/flags/{key}"), &sent).await;
        assert_eq!(saved.status.as_u16(), 303, "{}", saved.text);
        assert_eq!(reach(&rig.read(&format!("/flags/{key}")).await), said, "{typed:?}");
    }
}

#[tokio::test]
async fn plans_are_named_in_the_form_and_told_in_the_history() {
    let (rig, ..) = furnished().await;
    let typed = [("key", "beta"), ("kind", "targeted"), ("plans", "business\r\nenterprise")];
    assert_eq!(rig.send("/flags", &typed).await.status.as_u16(), 303);
    let page = rig.read("/flags/beta").await;
    assert_eq!(reach(&page), "Reaches 2 of 2 tenants");
    assert!(page.contains("business\nenterprise") && page.contains("On for those named"), "{page}");
    let change = [("version", "1"), ("flag", "beta"), ("kind", "targeted"), ("plans", "starter")];
    assert_eq!(rig.send("/flags/beta", &change).await.status.as_u16(), 303);
    let page = rig.read("/flags/beta").await;
    assert_eq!(reach(&page), "Reaches 0 of 2 tenants");
    assert!(page.contains("Plans named: Business, Enterprise → Starter"), "{page}");
    let wrong = [("version", "2"), ("flag", "beta"), ("kind", "targeted"), ("plans", "galactic")];
    let refused = rig.send("/flags/beta", &wrong).await;
    assert_eq!(refused.status.as_u16(), 422);
    assert!(refused.text.contains("“galactic” isn’t a plan"), "{}", refused.text);
}
