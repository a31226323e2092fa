//! A browser with one cookie, and the client's half of a code flow.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use outbound::{Answer, Call, Client, Method};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use url::Url;
use url::form_urlencoded::{Serializer, parse};

use crate::lab::{CALLBACK, Lab};

pub const VERIFIER: &str = "_ZVdUlsD-GNsoeGGwlGnPzKSJmF1vm1_at2i_8oz4E86Y7hZ_cfy_-D1bKhAfz6X";
pub const SCOPES: &str = "openid profile email groups offline_access";

pub struct Browser {
    http: Client,
    pub cookie: Option<String>,
}

/// The address of the authorize endpoint with the portal's parameters, some of them replaced or added.
pub fn authorize(changes: &[(&str, &str)]) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let mut parameters = vec![
        ("client_id", "portal"),
        ("response_type", "code"),
        ("scope", SCOPES),
        ("redirect_uri", CALLBACK),
        ("state", "st 1&2"),
        ("nonce", "n-1"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        parameters.retain(|(known, _)| known != name);
        parameters.push((name, value));
    }
    let query = Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("/application/o/authorize/?{query}")
}

pub fn location(answer: &Answer) -> &str {
    assert_eq!(answer.status, 302, "{answer:?}");
    answer.header("location").unwrap()
}

/// A parameter of the address that an answer redirects to.
pub fn parameter(answer: &Answer, name: &str) -> Option<String> {
    let query = location(answer).split_once('?')?.1;
    parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

impl Browser {
    pub fn new(lab: &Lab) -> Self {
        Self { http: lab.http.clone(), cookie: None }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Call::get(path)).await
    }

    async fn send(&self, call: Call) -> Answer {
        let call = match &self.cookie {
            Some(cookie) => call.header("cookie", format!("other=1; {cookie}")),
            None => call,
        };
        self.http.send(call).await.unwrap()
    }

    /// Fills in the form at `page` and keeps the cookie.
    pub async fn submit(&mut self, page: &str, username: &str, password: &str) -> Answer {
        let call = Call::new(Method::Post, page).form(&[("username", username), ("password", password)]);
        let answer = self.send(call).await;
        if let Some(cookie) = answer.header("set-cookie") {
            assert!(cookie.contains("HttpOnly"), "{cookie}");
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        answer
    }

    /// Goes through the sign-in page to the code.
    pub async fn sign_in(&mut self, username: &str, password: &str) -> String {
        let here = authorize(&[]);
        let page = location(&self.get(&here).await).to_owned();
        let back = location(&self.submit(&page, username, password).await).to_owned();
        assert_eq!(back, here);
        self.code(&[]).await
    }

    /// A code for the session that there is.
    pub async fn code(&self, changes: &[(&str, &str)]) -> String {
        parameter(&self.get(&authorize(changes)).await, "code").unwrap()
    }
}

impl Lab {
    /// A call to the token endpoint or one of its neighbours as the portal.
    pub async fn as_portal(&self, endpoint: &str, fields: &[(&str, &str)]) -> Answer {
        let path = format!("/application/o/{endpoint}/");
        let call = Call::new(Method::Post, path).basic("portal", "portal-secret".into()).form(fields);
        self.http.send(call).await.unwrap()
    }

    /// A call to the token endpoint without an `Authorization` header.
    pub async fn token(&self, fields: &[(&str, &str)]) -> Answer {
        let call = Call::new(Method::Post, "/application/o/token/").form(fields);
        self.http.send(call).await.unwrap()
    }

    pub async fn exchange(&self, code: &str) -> Answer {
        self.as_portal(
            "token",
            &[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", CALLBACK),
                ("code_verifier", VERIFIER),
            ],
        )
        .await
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        self.as_portal("token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// Signs Anna in; the browser and the tokens.
    pub async fn signed_in(&self) -> (Browser, Tokens) {
        let mut browser = Browser::new(self);
        let code = browser.sign_in("anna@acme.test", "correct horse").await;
        (browser, Tokens::of(&self.exchange(&code).await))
    }

    pub async fn userinfo(&self, token: &str) -> Answer {
        let call = Call::get("/application/o/userinfo/").bearer(token.into());
        self.http.send(call).await.unwrap()
    }
}

pub struct Tokens {
    pub body: Value,
    pub access: String,
    pub id: String,
    pub refresh: String,
}

impl Tokens {
    pub fn of(answer: &Answer) -> Self {
        let body: Value = answer.json().unwrap();
        assert_eq!(answer.status, 200, "{body}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Self { access: text("access_token"), id: text("id_token"), refresh: text("refresh_token"), body }
    }
}

pub fn header(token: &str) -> Value {
    part(token, 0)
}

/// The payload of a token, unchecked.
pub fn claims(token: &str) -> Value {
    part(token, 1)
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The `error` of an answer of the token endpoint.
pub fn error(answer: &Answer) -> (u16, String) {
    let body: Value = answer.json().unwrap();
    assert!(body["error_description"].is_string() && body["request_id"].is_string(), "{body}");
    (answer.status, body["error"].as_str().unwrap().to_owned())
}

pub fn invalid(what: &str) -> (u16, String) {
    (400, format!("invalid_{what}"))
}

/// The end-session address of the portal.
pub fn end_session(parameters: &[(&str, &str)]) -> String {
    let mut url = Url::parse("http://x/application/o/portal/end-session/").unwrap();
    url.query_pairs_mut().extend_pairs(parameters);
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}
