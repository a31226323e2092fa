//! Replays the recordings about people: users, second factors, sessions, recovery.

use outbound::{Call, Method};
use serde_json::{Value, json};
use simulator::{State as _, Step};
use upstream_authentik::sim::Setup;

use crate::browser::{Browser, Tokens, location};
use crate::lab::Lab;
use crate::transcripts::{Meanwhile, Nothing, Replay};

const ANNA: &str = "anna@acme.test";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like \
                      Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

impl Lab {
    pub fn put(&self, kind: &str, id: &str, fields: &Value) {
        self.sim.store.write(|world| world.put(kind, id, fields)).unwrap();
    }

    /// Without the people of the usual setup; their group stays.
    async fn without_people() -> Self {
        let lab = Self::start().await;
        for login in [ANNA, "svc-files"] {
            let pk = lab.pk_of(login).await.to_string();
            assert!(lab.sim.store.write(|world| world.remove("users", &pk)));
        }
        lab
    }
}

pub async fn users() -> Vec<Step> {
    let lab = Lab::without_people().await;
    // The recorded users begin at 28, below an administrator.
    lab.put("users", "27", &json!({"username": "somebody"}));
    assert!(lab.sim.store.write(|world| world.remove("users", "27")));
    let acme = lab.authentik.find_group("acme").await.unwrap().unwrap().id;
    assert!(lab.sim.store.write(|world| world.remove("groups", &acme)));
    lab.put("groups", "d7c42358-58ff-426a-a3c0-902a7d97d72b", &json!({"name": "acme"}));
    let text = include_str!("../transcripts/11-users-and-authenticators.json");
    Replay::default().run(&lab, text, &mut Nothing).await
}

pub async fn devices() -> Vec<Step> {
    let lab = Lab::start().await;
    lab.put("users", "32", &json!({"username": "mfa@acme.test", "name": "Mia"}));
    let text = include_str!("../transcripts/12-authenticators.json");
    Replay::default().run(&lab, text, &mut Devices).await
}

struct Devices;

impl Meanwhile for Devices {
    async fn before(&mut self, lab: &Lab, name: &str, _: &mut Replay) {
        let device = |id: &str, confirmed: bool| {
            let name = if id.starts_with("totp") { "TOTP Authenticator" } else { "Static Token" };
            lab.put("devices", id, &json!({"user": 32, "name": name, "confirmed": confirmed}));
        };
        match name {
            "devices while enrolment is not finished" => device("totp/4", false),
            "devices of one user" => {
                device("totp/4", true);
                device("static/4", true);
                // She signed in to enrol.
                lab.put("users", "32", &json!({"password": "pw"}));
                Browser::new(lab)
                    .submit("/if/flow/default-authentication-flow/", "mfa@acme.test", "pw")
                    .await;
            }
            "devices of a deleted user" => {
                assert!(lab.sim.store.write(|world| world.remove("users", "32")));
            }
            _ => {}
        }
    }
}

pub async fn sessions() -> Vec<Step> {
    let lab = Lab::without_people().await;
    let acme = lab.authentik.find_group("acme").await.unwrap().unwrap().id;
    for (pk, username) in [("35", ANNA), ("36", "beth@acme.test")] {
        let fields = json!({
            "username": username, "name": "Anna Example", "password": "correct horse", "groups": [acme],
        });
        lab.put("users", pk, &fields);
    }
    let mut replay = Replay::default();
    for (theirs, ours) in [
        ("client_id=dezky-portal", "client_id=portal"),
        (
            "redirect_uri=https%3A%2F%2Fdezky-portal.example.test%2Fauth%2Fcallback",
            "redirect_uri=http%3A%2F%2Fportal.test%2Fauth%2Fcallback",
        ),
        ("8650809f-9126-4af1-a44a-676e86305582", acme.as_str()),
    ] {
        replay.ids.insert(theirs.to_owned(), ours.to_owned());
    }
    let text = include_str!("../transcripts/40-sessions-and-forced-logout.json");
    let mut sessions = Sessions::default();
    for (login, agent) in [(ANNA, FIREFOX), (ANNA, IPHONE), ("beth@acme.test", FIREFOX)] {
        sessions.sign_in(&lab, login, agent).await;
    }
    replay.run(&lab, text, &mut sessions).await
}

/// The browsers and tokens of the recording, in the order of their sign-ins.
#[derive(Default)]
struct Sessions(Vec<(String, Tokens)>);

impl Sessions {
    async fn sign_in(&mut self, lab: &Lab, login: &str, agent: &str) {
        lab.clock.advance(std::time::Duration::from_secs(1));
        let before = lab.session_ids();
        let mut browser = Browser::new(lab);
        let code = browser.sign_in(login, "correct horse").await;
        let tokens = Tokens::of(&lab.exchange(&code).await);
        let new = lab.session_ids().into_iter().find(|id| !before.contains(id)).unwrap();
        lab.put("sessions", &new, &json!({"userAgent": agent}));
        self.0.push((browser.cookie.unwrap(), tokens));
    }

    fn newest(&self) -> &Tokens {
        &self.0.last().unwrap().1
    }
}

impl Lab {
    fn session_ids(&self) -> Vec<String> {
        let inventory = self.sim.store.read(simulator::State::inventory);
        let rows = inventory["sessions"].as_array().unwrap();
        rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }
}

impl Meanwhile for Sessions {
    async fn before(&mut self, lab: &Lab, name: &str, replay: &mut Replay) {
        match name {
            "suspend with PATCH" | "suspend with PUT: sessions are NOT removed" => {
                self.sign_in(lab, ANNA, FIREFOX).await;
            }
            "set a new password" => {
                lab.put("users", "35", &json!({"isActive": true}));
                self.sign_in(lab, ANNA, FIREFOX).await;
            }
            "delete refresh token" if !replay.ids.contains_key("/refresh_tokens/32/") => {
                let path = "/api/v3/oauth2/refresh_tokens/?user=35";
                let rows: Value = lab.api(Method::Get, path, None).await.json().unwrap();
                let rows = rows["results"].as_array().unwrap();
                for (theirs, ours) in [32, 33, 35].iter().zip(rows) {
                    let place = format!("/refresh_tokens/{}/", ours["pk"]);
                    replay.ids.insert(format!("/refresh_tokens/{theirs}/"), place);
                }
            }
            _ => {}
        }
        let whose = match name {
            "the terminated browser"
            | "terminated browser goes to authorize again"
            | "userinfo with the access token of the terminated session" => 0,
            "the other browser of the same user"
            | "userinfo with the access token of the other session"
            | "browser 2 after the bulk delete"
            | "userinfo of browser 2 after the bulk delete" => 1,
            "the other user is untouched" => 2,
            _ => self.0.len() - 1,
        };
        let (cookie, tokens) = &self.0[whose];
        replay.cookie = Some(cookie.clone());
        replay.access = Some(tokens.access.clone());
        let refresh = [("<refresh-token-15>", &self.0[0].1), ("<refresh-token-17>", &self.0[0].1)];
        for (theirs, tokens) in refresh {
            replay.ids.insert(theirs.to_owned(), tokens.refresh.clone());
        }
        for theirs in ["<refresh-token-18>", "<refresh-token-19>", "<refresh-token-21>"] {
            replay.ids.insert(theirs.to_owned(), self.newest().refresh.clone());
        }
    }
}

pub async fn recovery() -> Vec<Step> {
    let lab = Lab::with(|setup| Setup { has_recovery: false, ..setup }).await;
    lab.put("users", "38", &json!({"username": "carl"}));
    let text = include_str!("../transcripts/51-brands-and-recovery.json");
    Replay::of_shipped(&lab).run(&lab, text, &mut Nothing).await
}

pub async fn recovery_use() -> Vec<Step> {
    let lab = Lab::start().await;
    lab.put("users", "48", &json!({"username": "carl"}));
    let text = include_str!("../transcripts/55-recovery-link-use.json");
    Replay::default().run(&lab, text, &mut Recovery).await
}

struct Recovery;

impl Meanwhile for Recovery {
    async fn before(&mut self, lab: &Lab, name: &str, _: &mut Replay) {
        if name == "recovery link after it was used" {
            let path = "/api/v3/core/users/48/recovery/";
            let made: Value = lab.api(Method::Post, path, None).await.json().unwrap();
            let link = made["link"].as_str().unwrap();
            let place = link.split_once("/if/").unwrap().1;
            let opened = lab.http.send(Call::get(format!("/if/{place}"))).await.unwrap();
            assert_eq!(opened.status, 200);
            let again: Value = lab.api(Method::Post, path, None).await.json().unwrap();
            assert_ne!(made, again, "it was spent when it was opened");
        }
    }
}

/// The sign-in page asks whoever has no session.
pub async fn is_asked_to_sign_in(browser: &Browser) -> bool {
    let answer = browser.get(&crate::browser::authorize(&[])).await;
    location(&answer).starts_with("/if/flow/default-authentication-flow/")
}
