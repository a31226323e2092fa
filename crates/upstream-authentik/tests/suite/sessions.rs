//! Signing people out by the client, and suspending them.

use outbound::{Cause, Effect};
use serde_json::json;
use simulator::{FaultKind, State as _};
use upstream_authentik::{Ended, TokenKind, UserChange};

use crate::browser::{Browser, Tokens, error, invalid};
use crate::lab::{Lab, person};
use crate::people::is_asked_to_sign_in;

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// Anna with two browsers and Bo with one, and their tokens.
struct People {
    lab: Lab,
    anna: i64,
    bo: i64,
    browsers: [Browser; 3],
    tokens: [Tokens; 3],
}

impl People {
    async fn start() -> Self {
        let lab = Lab::start().await;
        lab.sim.add_user(&person("bo@acme.test", &["acme"]));
        let mut signed_in = Vec::new();
        for login in ["anna@acme.test", "anna@acme.test", "bo@acme.test"] {
            let mut browser = Browser::new(&lab);
            let code = browser.sign_in(login, "correct horse").await;
            signed_in.push((browser, Tokens::of(&lab.exchange(&code).await)));
        }
        let (browsers, tokens): (Vec<_>, Vec<_>) = signed_in.into_iter().unzip();
        Self {
            anna: lab.pk_of("anna@acme.test").await,
            bo: lab.pk_of("bo@acme.test").await,
            lab,
            browsers: browsers.try_into().unwrap_or_else(|_| panic!("three browsers")),
            tokens: tokens.try_into().unwrap_or_else(|_| panic!("three tokens")),
        }
    }

    fn ignore_filters(&self, times: u64) {
        let fields = json!({"times": times});
        self.lab.sim.store.write(|world| world.put("ignoredFilters", "next", &fields)).unwrap();
    }
}

#[tokio::test]
async fn only_a_persons_own_sessions_and_tokens_are_listed_whatever_the_filter_answers() {
    let people = People::start().await;
    let authentik = &people.lab.authentik;
    for ignored in [0, 9] {
        people.ignore_filters(ignored);
        let sessions = authentik.sessions_of(people.anna).await.unwrap();
        assert_eq!(sessions.len(), 2);
        assert!(sessions.iter().all(|session| session.user == people.anna));
        for kind in [TokenKind::Refresh, TokenKind::Access] {
            let tokens = authentik.tokens_of(kind, people.anna).await.unwrap();
            assert_eq!(tokens.len(), 2, "{kind:?}");
            assert!(tokens.iter().all(|token| token.user == people.anna && token.provider == "portal"));
        }
    }
    assert!(authentik.sessions_of(999).await.unwrap().is_empty());
    assert!(authentik.tokens_of(TokenKind::Refresh, 999).await.unwrap().is_empty());
}

#[tokio::test]
async fn ending_everything_leaves_others_alone_even_when_filters_are_ignored() {
    for ignored in [0, 9] {
        let people = People::start().await;
        let lab = &people.lab;
        // One that a refresh token minted: it belongs to the session, too, as long as that lives.
        let minted = Tokens::of(&lab.refresh(&people.tokens[0].refresh).await);
        people.ignore_filters(ignored);
        let ended = lab.authentik.end_everything(people.anna).await.unwrap();
        assert_eq!(ended, Ended { sessions: 2, refresh_tokens: 3, access_tokens: 0 });
        assert_eq!(lab.userinfo(&minted.access).await.status, 401);
        assert_eq!(error(&lab.refresh(&minted.refresh).await), invalid("grant"));
        assert_eq!(error(&lab.refresh(&people.tokens[1].refresh).await), invalid("grant"));
        assert!(
            is_asked_to_sign_in(&people.browsers[0]).await && is_asked_to_sign_in(&people.browsers[1]).await
        );

        assert!(!is_asked_to_sign_in(&people.browsers[2]).await);
        assert_eq!(lab.userinfo(&people.tokens[2].access).await.status, 200);
        Tokens::of(&lab.refresh(&people.tokens[2].refresh).await);
        people.ignore_filters(0);
        assert_eq!(lab.authentik.sessions_of(people.bo).await.unwrap().len(), 1);
        assert_eq!(lab.authentik.end_everything(people.anna).await.unwrap(), Ended::default());
    }
}

#[tokio::test]
async fn tokens_that_a_refresh_token_minted_after_the_session_are_ended_too() {
    let people = People::start().await;
    let lab = &people.lab;
    assert_eq!(lab.authentik.end_sessions_of(people.anna).await.unwrap(), 2);
    let minted = Tokens::of(&lab.refresh(&people.tokens[0].refresh).await);
    assert_eq!(lab.userinfo(&minted.access).await.status, 200, "it has no session to go with");
    let ended = lab.authentik.end_everything(people.anna).await.unwrap();
    assert_eq!(ended, Ended { sessions: 0, refresh_tokens: 3, access_tokens: 1 });
    assert_eq!(lab.userinfo(&minted.access).await.status, 401);
}

#[tokio::test]
async fn one_session_ends_and_the_others_go_on() {
    let people = People::start().await;
    let lab = &people.lab;
    let sessions = lab.authentik.sessions_of(people.anna).await.unwrap();
    lab.authentik.end_session(&sessions[0].id).await.unwrap();
    lab.authentik.end_session(&sessions[0].id).await.unwrap();
    lab.authentik.end_session(NOBODY).await.unwrap();
    let asked =
        [is_asked_to_sign_in(&people.browsers[0]).await, is_asked_to_sign_in(&people.browsers[1]).await];
    assert_eq!(asked.iter().filter(|asked| **asked).count(), 1);
    assert_eq!(lab.authentik.sessions_of(people.anna).await.unwrap(), sessions[1..]);
    let error = lab.authentik.end_session("bulk_delete").await.unwrap_err();
    assert!(matches!(error.cause, Cause::Refused(404, _)));
}

#[tokio::test]
async fn a_new_password_ends_nothing_and_a_suspension_everything() {
    let people = People::start().await;
    let lab = &people.lab;
    lab.authentik.set_password(people.anna, &"new".into()).await.unwrap();
    assert!(!is_asked_to_sign_in(&people.browsers[0]).await);
    assert_eq!(lab.authentik.tokens_of(TokenKind::Refresh, people.anna).await.unwrap().len(), 2);
    let refused = lab.authentik.set_password(people.anna, &"".into()).await.unwrap_err();
    assert!(matches!(refused.cause, Cause::Refused(400, Some(_))));

    let active = |is_active| UserChange { is_active: Some(is_active), ..UserChange::default() };
    assert!(!lab.authentik.update_user(people.anna, &active(false)).await.unwrap().is_active);
    assert!(is_asked_to_sign_in(&people.browsers[0]).await);
    let mut browser = Browser::new(lab);
    let page = "/if/flow/default-authentication-flow/";
    assert_eq!(browser.submit(page, "anna@acme.test", "new").await.status, 200, "no sign-in");
    assert!(lab.authentik.update_user(people.anna, &active(true)).await.unwrap().is_active);
    assert!(is_asked_to_sign_in(&people.browsers[0]).await, "nothing comes back");
    assert_eq!(error(&lab.refresh(&people.tokens[0].refresh).await), invalid("grant"));
    assert_eq!(browser.submit(page, "anna@acme.test", "new").await.status, 302);
}

#[tokio::test]
async fn a_suspension_that_left_sessions_is_made_good() {
    let people = People::start().await;
    let lab = &people.lab;
    let put = json!({"username": "anna@acme.test", "name": "Anna", "is_active": false});
    let path = format!("/api/v3/core/users/{}/", people.anna);
    assert_eq!(lab.api(outbound::Method::Put, &path, Some(put)).await.status, 200);
    assert_eq!(lab.authentik.sessions_of(people.anna).await.unwrap().len(), 2);
    let suspend = UserChange { is_active: Some(false), ..UserChange::default() };
    lab.authentik.update_user(people.anna, &suspend).await.unwrap();
    assert!(lab.authentik.sessions_of(people.anna).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_sign_out_that_was_cut_off_can_be_repeated() {
    let people = People::start().await;
    let lab = &people.lab;
    lab.fault("DELETE /api/v3/core/authenticated_sessions/", FaultKind::TimeoutAfter);
    let error = lab.impatient().end_everything(people.anna).await.unwrap_err();
    assert_eq!(error.effect, Effect::Unknown);
    lab.fault("DELETE /api/v3/oauth2/refresh_tokens/", FaultKind::ErrorAfter);
    assert!(lab.authentik.end_everything(people.anna).await.is_err());
    let ended = lab.authentik.end_everything(people.anna).await.unwrap();
    assert_eq!(ended, Ended { sessions: 0, refresh_tokens: 1, access_tokens: 0 });
}
