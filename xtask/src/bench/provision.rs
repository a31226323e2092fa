//! How long many tenants take at slow upstreams, beside what the calls alone must take.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use bytes::Bytes;
use serde_json::{Value, json};
use url::Url;

use super::load::{Length, Prepared, send};
use super::product::{Sandbox, Upstreams};
use super::report::Figure;
use super::size::Size;
use super::tenants::new_tenant;
use crate::client::Client;

/// The upstreams, the path of the calls that provisioning makes there, and how many each tenant needs at least.
const FLOOR: [(&str, &str, usize); 3] =
    [("authentik", "/api/v3/core", 2), ("stalwart", "/jmap", 3), ("ocis", "/graph/v1.0/drives", 2)];
const LATENCY: Duration = Duration::from_millis(20);
const AT_A_TIME: u32 = 8;
/// What provisioning may take in floors.
const FACTOR: f64 = 1.3;
/// Connections that make tenants. Each waits up to three seconds for its tenant.
const MAKERS: usize = 250;

/// Makes tenants at upstreams that take 20 ms for each answer, from the first request until all are active.
pub async fn measure(sandbox: &Sandbox, size: &Size) -> Result<Vec<Figure>> {
    let serving = sandbox.serve(Upstreams::On).await?;
    sandbox.enter().await?;
    let mut client = Client::new();
    settled(sandbox, &mut client).await?;
    let millis = u64::try_from(LATENCY.as_millis()).unwrap_or(20);
    let slow = json!({"faults": [{"route": "*", "kind": "delay", "delayMs": millis}]});
    for (upstream, ..) in FLOOR {
        let origin = sandbox.simulator(upstream)?;
        client.json("PUT", &origin.join("/_sim/faults")?, &slow).await?;
        client.send("DELETE", &origin.join("/_sim/calls")?, &[], Bytes::new()).await?.success()?;
    }
    let token = sandbox.operator_token()?;
    let requests: Vec<Prepared> = (0..size.provisioned).map(|n| new_tenant(n, token)).collect();
    let before = serving.processor()?;
    let began = Instant::now();
    let api = sandbox.listens("API_LISTEN")?;
    let made = send(api, requests, MAKERS.min(size.provisioned), Length::Once).await?.only(201)?;
    settled(sandbox, &mut client).await?;
    let took = began.elapsed();
    let processor = serving.processor()?.saturating_sub(before);
    let count = u32::try_from(size.provisioned)?;
    let floor_of = |calls: u32| LATENCY * (count * calls / AT_A_TIME);
    let floor = FLOOR.iter().filter_map(|(.., calls)| u32::try_from(*calls).ok()).map(floor_of).max();
    let floor = floor.unwrap_or_default();
    let factor = took.as_secs_f64() / floor.as_secs_f64();
    let mut figures = vec![
        Figure::seconds(format!("{count} tenants provisioned"), took),
        Figure::seconds(format!("{count} tenants provisioned, the floor"), floor),
        Figure::new("provisioning, in floors", format!("{factor:.2}")).aim("1.3", factor <= FACTOR),
        Figure::seconds("provisioning, the product's processor time", processor),
        Figure::millis("provisioning, p99 of the request that makes a tenant", made.within(99)),
    ];
    for (upstream, path, least) in FLOOR {
        let origin = sandbox.simulator(upstream)?;
        let calls = calls(&client.get(&origin.join("/_sim/calls")?).await?.success()?.json()?, path);
        let hundredths = calls * 100 / u64::from(count);
        let each = format!("{}.{:02}", hundredths / 100, hundredths % 100);
        figures.push(Figure::new(format!("calls a tenant, {upstream}"), each).aim(least.to_string(), true));
        client.send("DELETE", &origin.join("/_sim/faults")?, &[], Bytes::new()).await?.success()?;
    }
    figures.push(Figure::memory("memory, after provisioning", serving.memory()?));
    serving.stop().await?;
    Ok(figures)
}

fn calls(said: &Value, path: &str) -> u64 {
    let routes = said["calls"].as_object().into_iter().flatten();
    let fitting = routes.filter(|(route, _)| route.split(' ').nth(1).is_some_and(|at| at.starts_with(path)));
    fitting.filter_map(|(_, count)| count.as_u64()).sum()
}

/// Waits until no tenant is pending.
async fn settled(sandbox: &Sandbox, client: &mut Client) -> Result<()> {
    let began = Instant::now();
    loop {
        let health = Url::parse(sandbox.setting("API_URL")?)?.join("/api/tenants?status=pending&limit=1")?;
        let pending = client.get_as(&health, sandbox.operator_token()?).await?.success()?.json()?;
        if pending["items"].as_array().is_some_and(Vec::is_empty) {
            return Ok(());
        }
        if began.elapsed() > Duration::from_mins(5) {
            bail!("after five minutes a tenant is still pending: {pending}");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
