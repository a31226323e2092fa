//! A small HTTP client: signing in by redirects and cookies as a browser does, getting tokens as a program does, and
//! talking to the simulators.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use url::Url;
use url::form_urlencoded::Serializer;

/// An answer with any status.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Bytes,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).context("the answer is no JSON")
    }

    /// This, if its status is 2xx.
    pub fn success(self) -> Result<Self> {
        ensure!(
            (200..300).contains(&self.status),
            "it answered {}: {}",
            self.status,
            String::from_utf8_lossy(&self.body)
        );
        Ok(self)
    }
}

/// A client that follows nothing and keeps the cookies of each origin.
pub struct Client {
    pool: Pool<HttpConnector, Full<Bytes>>,
    cookies: BTreeMap<String, BTreeMap<String, String>>,
}

/// A program that may get tokens for people: one of the product's own at the identity provider.
pub struct Program<'a> {
    /// The identity provider's origin.
    pub issuer: &'a str,
    /// Its id.
    pub id: &'a str,
    /// Its secret.
    pub secret: &'a str,
    /// Where codes go.
    pub redirect: String,
}

impl Client {
    /// A new one, without cookies.
    pub fn new() -> Self {
        Self { pool: Pool::builder(TokioExecutor::new()).build_http(), cookies: BTreeMap::new() }
    }

    /// The cookies of an origin, as a header.
    pub fn cookies(&self, origin: &str) -> String {
        let pairs = self.cookies.get(origin).into_iter().flatten();
        let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// Sends a request.
    pub async fn send(
        &mut self,
        method: &str,
        url: &Url,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Answer> {
        let origin = url.origin().ascii_serialization();
        let mut request = Request::builder().method(method).uri(url.as_str());
        let cookies = self.cookies(&origin);
        if !cookies.is_empty() {
            request = request.header("cookie", cookies);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.pool.request(request.body(Full::new(body))?).await?;
        let (parts, body) = response.into_parts();
        let mut headers = Vec::new();
        for (name, value) in &parts.headers {
            let value = value.to_str().context("a header that is no text")?.to_owned();
            if name == "set-cookie"
                && let Some((name, value)) = value.split(';').next().and_then(|pair| pair.split_once('='))
            {
                self.cookies.entry(origin.clone()).or_default().insert(name.to_owned(), value.to_owned());
            }
            headers.push((name.as_str().to_owned(), value));
        }
        let body = body.collect().await?.to_bytes();
        Ok(Answer { status: parts.status.as_u16(), headers, body })
    }

    /// `GET`.
    pub async fn get(&mut self, url: &Url) -> Result<Answer> {
        self.send("GET", url, &[], Bytes::new()).await
    }

    /// `GET` with a bearer token.
    pub async fn get_as(&mut self, url: &Url, token: &str) -> Result<Answer> {
        self.send("GET", url, &[("authorization", &format!("Bearer {token}"))], Bytes::new()).await
    }

    /// An action without a body, with a bearer token; expects success.
    pub async fn act_as(&mut self, method: &str, url: &Url, token: &str) -> Result<Answer> {
        let bearer = format!("Bearer {token}");
        self.send(method, url, &[("authorization", &bearer)], Bytes::new()).await?.success()
    }

    /// Sends JSON, and expects success.
    pub async fn json(&mut self, method: &str, url: &Url, body: &Value) -> Result<Answer> {
        let headers = [("content-type", "application/json")];
        self.send(method, url, &headers, body.to_string().into()).await?.success()
    }

    /// Sends JSON with a bearer token, and expects success.
    pub async fn json_as(&mut self, method: &str, url: &Url, token: &str, body: &Value) -> Result<Answer> {
        let bearer = format!("Bearer {token}");
        let headers = [("content-type", "application/json"), ("authorization", &bearer)];
        self.send(method, url, &headers, body.to_string().into()).await?.success()
    }

    async fn post_form(&mut self, url: &Url, fields: &[(&str, &str)]) -> Result<Answer> {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let origin = url.origin().ascii_serialization();
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("origin", origin.as_str())];
        self.send("POST", url, &headers, body.into()).await
    }

    /// `GET`, and on to wherever that leads.
    async fn visit(&mut self, url: Url) -> Result<(Url, Answer)> {
        let mut at = url;
        for _ in 0..10 {
            let answer = self.get(&at).await?;
            let Some(next) = answer.header("location") else {
                return Ok((at, answer));
            };
            at = at.join(next)?;
        }
        bail!("{at} leads nowhere")
    }

    /// Signs in to a console as a browser does; the session is in the cookies then.
    pub async fn sign_in(&mut self, console: &str, email: &str, password: &str) -> Result<()> {
        let (form, _) = self.visit(Url::parse(console)?.join("/sign-in")?).await?;
        let sent = self.post_form(&form, &[("username", email), ("password", password)]).await?;
        let next = form.join(sent.header("location").context("the password was refused")?)?;
        let (at, answer) = self.visit(next).await?;
        ensure!(answer.status == 200, "signing in ended at {at} with {}", answer.status);
        Ok(())
    }

    /// Gets a person's access token by the flow with a code, as a program with a client secret does.
    pub async fn token(&mut self, program: &Program<'_>, email: &str, password: &str) -> Result<String> {
        let issuer = Url::parse(program.issuer)?;
        let mut form = issuer.join("/if/flow/default-authentication-flow/")?;
        form.set_query(Some("next=/"));
        self.post_form(&form, &[("username", email), ("password", password)]).await?;
        let mut authorize = issuer.join("/application/o/authorize/")?;
        authorize.query_pairs_mut().extend_pairs([
            ("client_id", program.id),
            ("redirect_uri", &program.redirect),
            ("response_type", "code"),
            ("scope", "openid email profile"),
        ]);
        let answer = self.get(&authorize).await?;
        let location = answer.header("location").context("there is no way back with a code")?;
        let back = Url::parse(location).with_context(|| format!("{email} was not let in: {location}"))?;
        let code = back.query_pairs().find(|(name, _)| name == "code").context("there is no code")?.1;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", &program.redirect),
            ("client_id", program.id),
            ("client_secret", program.secret),
        ];
        let answer = self.post_form(&issuer.join("/application/o/token/")?, &fields).await?.success()?;
        let token = answer.json()?["access_token"].as_str().map(str::to_owned);
        token.context("the answer holds no token")
    }
}
