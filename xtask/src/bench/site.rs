//! Requests: what the API and the console answer a second, and how soon.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use url::Url;

use super::bare::Bare;
use super::load::{Length, Outcome, Prepared, send};
use super::product::{Sandbox, Serving, Upstreams};
use super::report::Figure;
use super::size::Size;
use super::tenants::{new_tenant, slug};
use crate::client::Client;

/// The least share of the bare handler's rate.
const SHARE: f64 = 1.0 / 3.0;
/// The page's 99th percentile.
const PAGE: Duration = Duration::from_millis(10);
/// Connections to the API.
const CALLERS: usize = 32;
/// People who look at pages at a time: few enough that nobody waits for others, and many.
const READERS: [usize; 2] = [2, 8];
/// How many tenants the people of `/api/me` work in.
const WORKPLACES: usize = 10;
const PASSWORD: &str = "correct-horse-bench";

/// The product with nothing to provision, for requests.
pub struct Site<'a> {
    sandbox: &'a Sandbox,
    serving: Serving,
}

impl<'a> Site<'a> {
    /// Starts it.
    pub async fn start(sandbox: &'a Sandbox) -> Result<Self> {
        let serving = sandbox.serve(Upstreams::Off).await?;
        sandbox.enter().await?;
        Ok(Self { sandbox, serving })
    }

    /// Makes the tenants that are missing, from number `have` on.
    pub async fn fill(&self, have: usize, wanted: usize) -> Result<Vec<Figure>> {
        let token = self.sandbox.operator_token()?;
        let requests: Vec<Prepared> = (have..wanted).map(|n| new_tenant(n, token)).collect();
        let count = requests.len();
        let api = self.sandbox.listens("API_LISTEN")?;
        let made = send(api, requests, CALLERS, Length::Once).await?.only(201)?;
        Ok(vec![Figure::rate(format!("tenants made, {count} with no upstream"), made.rate())])
    }

    /// `/api/me` of many people, beside a bare handler that answers the same.
    pub async fn me(&self, size: &Size) -> Result<Vec<Figure>> {
        let tokens = self.people(size.people).await?;
        let of = |token: &String| Prepared::get("/api/me", "authorization", format!("Bearer {token}"));
        let requests: Vec<Prepared> = tokens.iter().map(of).collect();
        let url = Url::parse(self.sandbox.setting("API_URL")?)?.join("/api/me")?;
        let answer = Client::new().get_as(&url, &tokens[0]).await?.success()?;
        let api = self.sandbox.listens("API_LISTEN")?;
        let bare = Bare::start(&answer).await?;
        let (mut ours, mut theirs, mut processor) = (Outcome::default(), Outcome::default(), Duration::ZERO);
        // In turns, so that whatever else the machine does meanwhile concerns both alike.
        for _ in 0..size.rounds {
            let before = self.serving.processor()?;
            ours = ours.and(send(api, requests.clone(), CALLERS, size.round()).await?.only(200)?);
            processor += self.serving.processor()?.saturating_sub(before);
            theirs =
                theirs.and(send(bare.address, requests.clone(), CALLERS, size.round()).await?.only(200)?);
        }
        let share = ours.rate() / theirs.rate();
        let mut figures = timed(&format!("/api/me, {CALLERS} at a time"), &ours);
        figures.push(Figure::rate("bare handler", theirs.rate()));
        figures.push(
            Figure::new("/api/me, share of the bare handler's rate", format!("{share:.2}"))
                .aim("0.33", share >= SHARE),
        );
        let all = size.sent_for().as_secs_f64();
        let each = processor.as_secs_f64() / (ours.rate() * all) * 1e6;
        figures.push(Figure::new("/api/me, the product's processor time", format!("{each:.0} µs")));
        Ok(figures)
    }

    /// The list of tenants, as JSON and as the console's page.
    pub async fn lists(&self, size: &Size) -> Result<Vec<Figure>> {
        let bearer = format!("Bearer {}", self.sandbox.operator_token()?);
        let list = vec![Prepared::get("/api/tenants?limit=50", "authorization", bearer)];
        let api = self.sandbox.listens("API_LISTEN")?;
        let listed = send(api, list, CALLERS, size.length()).await?.only(200)?;
        let mut figures = timed(&format!("/api/tenants?limit=50, {CALLERS} at a time"), &listed);
        let mut browser = Client::new();
        self.sandbox.sign_in(&mut browser).await?;
        let cookies = browser.cookies(self.sandbox.setting("OPERATOR_URL")?);
        let page = vec![Prepared::get("/tenants", "cookie", cookies)];
        let console = self.sandbox.listens("OPERATOR_LISTEN")?;
        for readers in READERS {
            let shown = send(console, page.clone(), readers, size.length()).await?.only(200)?;
            figures.extend(timed(&format!("tenants page, {readers} at a time"), &shown));
            // Of many readers it is their queue that takes the time.
            if readers == READERS[0]
                && let Some(last) = figures.pop()
            {
                figures.push(last.aim("10 ms", shown.within(99) < PAGE));
            }
        }
        Ok(figures)
    }

    /// Its memory after all that, and its end.
    pub async fn stop(self) -> Result<Vec<Figure>> {
        let memory = self.serving.memory()?;
        self.serving.stop().await?;
        Ok(vec![Figure::memory("memory, after the load", memory)])
    }

    /// People with an account and a tenant each; gives their tokens, issued like anybody's.
    async fn people(&self, count: usize) -> Result<Vec<String>> {
        let authentik = self.sandbox.simulator("authentik")?;
        let mut client = Client::new();
        let groups = self.groups(&mut client, &authentik).await?;
        let account = Url::parse(self.sandbox.setting("API_URL")?)?.join("/api/users/me")?;
        let portal = self.sandbox.portal()?;
        let mut tokens = Vec::new();
        for n in 0..count {
            let email = format!("bench-{n:03}@dezky.test");
            let user = json!({"username": email, "email": email, "name": format!("Bench {n:03}"),
                "password": PASSWORD, "groups": [groups[n % groups.len()]]});
            let at = authentik.join(&format!("/_sim/objects/users/{}", 10_000 + n))?;
            client.json("PUT", &at, &user).await?;
            let token = Client::new().token(&portal, &email, PASSWORD).await?;
            client.act_as("PUT", &account, &token).await?;
            tokens.push(token);
        }
        Ok(tokens)
    }

    /// The groups of the first tenants, whose members get a role there at their first sign-in.
    async fn groups(&self, client: &mut Client, authentik: &Url) -> Result<Vec<String>> {
        let inventory = client.get(&authentik.join("/_sim/inventory")?).await?.success()?.json()?;
        let known = inventory["groups"].as_array().cloned().unwrap_or_default();
        let mut ids = Vec::new();
        for n in 0..WORKPLACES {
            let name = format!("dezky-tenant-{}", slug(n));
            if let Some(id) =
                known.iter().find(|group| group["name"] == name).and_then(|group| group["id"].as_str())
            {
                ids.push(id.to_owned());
                continue;
            }
            let id = format!("00000000-0000-4000-8000-{n:012}");
            client
                .json("PUT", &authentik.join(&format!("/_sim/objects/groups/{id}"))?, &json!({"name": name}))
                .await?;
            ids.push(id);
        }
        Ok(ids)
    }
}

/// Rate and percentiles.
fn timed(name: &str, outcome: &Outcome) -> Vec<Figure> {
    vec![
        Figure::rate(name, outcome.rate()),
        Figure::millis(format!("{name}, p50"), outcome.within(50)),
        Figure::millis(format!("{name}, p99"), outcome.within(99)),
    ]
}
