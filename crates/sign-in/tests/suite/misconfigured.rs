//! An issuer that is set up otherwise than sign-in needs it: nobody comes in as somebody else, people hear that trying again
//! is no use, operators what to change, and whoever is signed in stays so for a while.

use std::time::Duration;

use serde_json::{Value, json};
use sign_in::Trouble;

use crate::rig::{PORTAL, Rig, VALID, Visitor, rig, settings};

const PORTAL_CLIENT: &str = "dezky-portal";

/// What can be wrong with a client, and what is right.
fn wrongs() -> [(Value, Value); 7] {
    let by_uuid = json!({"subMode": "user_uuid"});
    [
        (json!({"clientSecret": "another"}), json!({"clientSecret": "the-clients-secret"})),
        (json!({"subMode": "hashed_user_id"}), by_uuid.clone()),
        (json!({"subMode": "user_id"}), by_uuid.clone()),
        (json!({"subMode": "user_username"}), by_uuid.clone()),
        (json!({"subMode": "user_email"}), by_uuid),
        (json!({"hasSigningKey": false}), json!({"hasSigningKey": true})),
        (json!({"redirectUris": []}), json!({"redirectUris": [format!("{PORTAL}/sign-in/callback")]})),
    ]
}

#[tokio::test]
async fn a_client_that_is_set_up_wrong_lets_nobody_in_twice_and_says_that_trying_again_is_no_use() {
    let rig = rig().await;
    Visitor::new(&rig).sign_in(PORTAL, "maja").await;
    for (wrong, right) in wrongs() {
        let mut maja = Visitor::new(&rig);
        // Until the code is there all is well: the browser goes by the address that it is sent to.
        let callback = maja.until_callback(PORTAL, "/sign-in", "maja").await;
        rig.set_client(PORTAL_CLIENT, &wrong);
        let said = maja.get(&callback).await;
        assert_eq!(said.status, 503, "{wrong}: {}", said.text);
        assert!(
            said.text.contains("Trying again doesn’t help")
                || said.text.contains("Trying again doesn't help")
        );
        assert!(!said.text.contains("Authentik") && !said.text.contains("right now"), "{wrong}");
        assert_eq!((rig.count("users").await, rig.count("sessions").await), (1, 1), "{wrong}");
        rig.set_client(PORTAL_CLIENT, &right);
        assert_eq!(Visitor::new(&rig).sign_in(PORTAL, "maja").await.status, 303, "{right}");
        rig.sql("DELETE FROM sessions WHERE id <> (SELECT MIN(id) FROM sessions)").await;
    }
}

#[tokio::test]
async fn a_token_whose_subject_is_no_uuid_is_nobodys() {
    let rig = rig().await;
    for mode in ["hashed_user_id", "user_id", "user_username", "user_email"] {
        rig.set_client(PORTAL_CLIENT, &json!({"subMode": mode}));
        let token = rig.token("maja", PORTAL_CLIENT);
        assert_eq!(rig.call("PUT", "/api/users/me", &token).await.status, 401, "{mode}");
        assert_eq!(rig.call("GET", "/api/me", &token).await.status, 401, "{mode}");
    }
    assert_eq!(rig.count("users").await, 0);
}

#[tokio::test]
async fn a_session_outlives_a_setting_that_is_put_right_in_time() {
    for (wrong, right) in [&wrongs()[0], &wrongs()[1]] {
        let rig = rig().await;
        let mut maja = Visitor::new(&rig);
        maja.sign_in(PORTAL, "maja").await;
        rig.set_client(PORTAL_CLIENT, wrong);
        rig.clock.advance(VALID);
        assert_eq!(maja.me(PORTAL).await, 200, "{wrong}");
        rig.set_client(PORTAL_CLIENT, right);
        rig.clock.advance(Duration::from_secs(10));
        assert_eq!(maja.me(PORTAL).await, 200, "{right}");
        rig.set_client(PORTAL_CLIENT, wrong);
        rig.clock.advance(VALID);
        assert_eq!(maja.me(PORTAL).await, 200, "{wrong}");
        rig.clock.advance(Duration::from_mins(16));
        assert_eq!(maja.me(PORTAL).await, 401, "{wrong}: for good");
    }
}

async fn examined(rig: &Rig, change: impl FnOnce(&mut sign_in::Settings)) -> Result<(), Trouble> {
    let mut settings = settings(&rig.sim.origin);
    change(&mut settings);
    settings.examine(&settings.oidc_clients[0]).await
}

#[tokio::test]
async fn what_is_wrong_is_found_with_nobody_signing_in() {
    let rig = rig().await;
    assert_eq!(examined(&rig, |_| ()).await, Ok(()));
    let client = PORTAL_CLIENT;
    rig.set_client(client, &json!({"clientSecret": "another"}));
    assert_eq!(examined(&rig, |_| ()).await, Err(Trouble::Secret(client)));
    rig.set_client(client, &json!({"clientSecret": "the-clients-secret", "hasSigningKey": false}));
    assert_eq!(examined(&rig, |_| ()).await, Err(Trouble::NoKey(client)));
    rig.set_client(client, &json!({"hasSigningKey": true}));
    // As if a proxy did not say under which address people know it.
    let unknown = examined(&rig, |settings| {
        settings.provider =
            outbound::Client::new("Authentik", rig.sim.origin.parse().unwrap(), outbound::Options::default())
                .unwrap();
    });
    let found = unknown.await.unwrap_err();
    assert!(matches!(&found, Trouble::Issuer { found, .. } if found.starts_with(&rig.sim.origin)), "{found}");
}
