//! How fast domains are verified, beside `dig` asking the same questions of the same servers.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use futures_util::future::try_join_all;
use serde::Deserialize;
use serde_json::{Value, json};

use super::load::{Length, Prepared, send};
use super::product::Sandbox;
use super::report::Figure;
use super::size::Size;
use crate::process::{command, quietly};

/// What every domain publishes: the nine records of a mail server's zone file that receivers ask for.
const ZONE: &str = include_str!("zone.txt");
/// Where the mail server of all those domains is.
const HOST: &str = "mail.platform.test";
/// Queries a second.
const RATE: f64 = 10_000.0;
/// What memory may grow by from the first pass to the last.
const GROWTH: u64 = 10_000_000;
/// Connections that make zones.
const MAKERS: usize = 16;

#[derive(Deserialize)]
struct Verified {
    memory: u64,
    passes: Vec<Pass>,
    asked: Asked,
}

#[derive(Deserialize)]
struct Pass {
    took: f64,
    p99: f64,
    wrong: usize,
    memory: u64,
}

#[derive(Deserialize)]
struct Asked {
    took: f64,
    p99: f64,
    queries: u32,
    failed: usize,
}

/// Verifies many domains that are all right, several times, and asks their questions alone, as `dig` does after it.
pub async fn measure(sandbox: &Sandbox, verifier: &PathBuf, size: &Size) -> Result<Vec<Figure>> {
    publish(sandbox, size.domains).await?;
    let zone = sandbox.file("zone");
    std::fs::write(&zone, ZONE)?;
    let mut verify = command(verifier);
    verify.args([sandbox.setting("DNS_RESOLVERS")?, sandbox.setting("DNS_REACH")?]).arg(&zone);
    let said = quietly_said(verify.arg(size.domains.to_string())).await?;
    let Verified { memory, passes, asked } = serde_json::from_str(&said)?;
    ensure!(asked.failed == 0, "{} questions were not answered", asked.failed);
    let mut figures = Vec::new();
    for (number, pass) in (1..).zip(&passes) {
        ensure!(pass.wrong == 0, "{} records were found to be wrong, and none is", pass.wrong);
        let name = |what: &str| format!("{} domains verified, pass {number}, {what}", size.domains);
        figures.push(Figure::seconds(name("took"), Duration::from_secs_f64(pass.took)));
        figures.push(Figure::millis(name("p99 of a domain"), Duration::from_secs_f64(pass.p99)));
        figures.push(Figure::memory(name("memory"), pass.memory));
    }
    let first = passes.first().map_or(0, |pass| pass.memory);
    let last = passes.last().map_or(0, |pass| pass.memory);
    let growth = last.saturating_sub(first);
    figures.push(Figure::memory("verifier, memory at its start", memory));
    figures
        .push(Figure::memory("verifier, growth of memory after pass 1", growth).aim("flat", growth < GROWTH));
    let rate = f64::from(asked.queries) / asked.took;
    figures.push(Figure::rate("DNS queries", rate).aim("10,000 /s", rate >= RATE));
    figures.push(Figure::millis("DNS queries, p99 of a question", Duration::from_secs_f64(asked.p99)));
    figures.push(dig(sandbox, size.domains).await?);
    Ok(figures)
}

async fn quietly_said(verify: &mut tokio::process::Command) -> Result<String> {
    let output =
        verify.stderr(Stdio::inherit()).output().await.context("the verifier could not be started")?;
    ensure!(output.status.success(), "the verifier failed");
    Ok(String::from_utf8(output.stdout)?)
}

/// Makes the zones in the simulator.
async fn publish(sandbox: &Sandbox, domains: usize) -> Result<()> {
    let dns = sandbox.simulator("dns")?;
    let to = dns.socket_addrs(|| None)?.first().copied().context("the DNS simulator has no address")?;
    let host = json!({"records": [{"name": HOST, "type": "A", "data": "192.0.2.25"}]});
    let zones = (0..domains).map(|number| {
        let name = format!("d{number}.test");
        let records: Vec<Value> = records(&name).collect();
        put(&name, &json!({"records": records}))
    });
    let requests = std::iter::once(put("platform.test", &host)).chain(zones).collect();
    send(to, requests, MAKERS, Length::Once).await?.only(204).map(drop)
}

fn put(zone: &str, body: &Value) -> Prepared {
    Prepared {
        method: "PUT",
        path: format!("/_sim/objects/zones/{zone}"),
        headers: vec![("content-type", "application/json".to_owned())],
        body: body.to_string().into(),
    }
}

/// The records of a domain, as the simulator takes them: the lines of a zone file say name, class, type and data.
fn records(domain: &str) -> impl Iterator<Item = Value> {
    ZONE.lines().filter_map(move |line| {
        let mut parts = line.splitn(4, ' ');
        let name = parts.next()?.trim_end_matches('.').replace("example.test", domain);
        let kind = parts.nth(1)?;
        Some(json!({"name": name, "type": kind, "data": parts.next()?.replace("example.test", domain)}))
    })
}

/// The same questions in batch mode, one process for each processor; a process asks one after the other.
async fn dig(sandbox: &Sandbox, domains: usize) -> Result<Figure> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let name = format!("the same by dig in batch mode, {processors} at a time");
    if quietly(command("dig")).await.is_err() {
        return Ok(Figure::new(name, "not measured: dig is not here"));
    }
    let resolvers = sandbox.setting("DNS_RESOLVERS")?;
    let (address, port) =
        resolvers.split(',').next().and_then(|at| at.rsplit_once(':')).context("no resolver")?;
    let mut batches = vec![String::new(); processors];
    let mut asked = 0_u32;
    for number in 0..domains {
        // Two texts of one name are one question.
        let questions: BTreeSet<(String, String)> =
            records(&format!("d{number}.test")).filter_map(|record| question(&record)).collect();
        for (name, kind) in questions {
            let batch = batches.get_mut(number % processors).context("a batch")?;
            writeln!(batch, "{name} {kind}")?;
            asked += 1;
        }
    }
    let mut digs = Vec::new();
    for (number, batch) in batches.iter().enumerate() {
        let file = sandbox.file(&format!("questions-{number}"));
        std::fs::write(&file, batch)?;
        let mut dig = command("dig");
        dig.arg(format!("@{address}")).args(["-p", port, "-f"]).arg(file).args(["+short", "+tries=1"]);
        dig.stdout(Stdio::null());
        digs.push(dig);
    }
    let began = Instant::now();
    let ended = try_join_all(digs.iter_mut().map(tokio::process::Command::status)).await?;
    ensure!(ended.iter().all(std::process::ExitStatus::success), "dig failed");
    Ok(Figure::rate(name, f64::from(asked) / began.elapsed().as_secs_f64()))
}

fn question(record: &Value) -> Option<(String, String)> {
    Some((record["name"].as_str()?.to_owned(), record["type"].as_str()?.to_owned()))
}
