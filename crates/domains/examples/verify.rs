//! Verifies many domains, as fast as servers answer, and says how fast that was: what `cargo xtask bench` runs.
//! `verify RESOLVERS REACH ZONE COUNT`, the first two as in `DNS_RESOLVERS` and `DNS_REACH`; `ZONE` is a zone file of the
//! domain `example.test`, which stands for `d0.test`, `d1.test` ... Prints a JSON object.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use kernel::dns::{Answer, Name, Question};
use mail_dns::Expected;
use mail_dns::expected::{Wishes, of_zone};
use serde_json::{Value, json};
use upstream_dns::{Asked, Dns, Options, Resolver, Servers};

/// Domains that are looked at side by side.
const AT_A_TIME: usize = 32;
/// What is done more than once shows whether memory grows.
const PASSES: usize = 3;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

struct Subject {
    name: Name,
    expected: Vec<Expected>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [resolvers, reach, zone, count] = arguments.as_slice() else {
        return Err("verify RESOLVERS REACH ZONE COUNT".into());
    };
    let dns = Dns::new(Options {
        resolvers: resolvers.split(',').map(str::parse).collect::<std::result::Result<Vec<Resolver>, _>>()?,
        reach: reach.split(',').map(reached).collect::<Result<BTreeMap<_, _>>>()?,
        ..Options::default()
    })?;
    let zone = std::fs::read_to_string(zone)?;
    let subjects: Vec<Subject> =
        (0..count.parse()?).map(|number| subject(&zone, number)).collect::<Result<_>>()?;
    let start = memory();
    let mut passes = Vec::new();
    for _ in 0..PASSES {
        passes.push(verify_all(&dns, &subjects).await);
    }
    let asked = ask_all(&dns, &subjects).await;
    println!("{}", json!({"memory": start, "passes": passes, "asked": asked}));
    Ok(())
}

fn reached(text: &str) -> Result<(IpAddr, SocketAddr)> {
    let (from, to) = text.split_once('=').ok_or("an address, =, and where it is reached")?;
    Ok((from.parse()?, to.parse()?))
}

fn subject(zone: &str, number: usize) -> Result<Subject> {
    let name: Name = format!("d{number}.test").parse()?;
    let records = mail_dns::zone::parse(&zone.replace("example.test", &name.to_string()), &name)?.records;
    let expected = of_zone(&name, &records, &Wishes { ownership: None, dmarc: None })?;
    Ok(Subject { name, expected })
}

/// The whole of it: rules and questions, of resolvers and of the zones' own servers.
async fn verify_all(dns: &Dns, subjects: &[Subject]) -> Value {
    let asked = Asked { servers: Servers::Both, fresh: true };
    let began = Instant::now();
    let looks = subjects.iter().map(|subject| async move {
        let began = Instant::now();
        let (findings, _) = domains::verify(dns, &subject.name, &subject.expected, asked).await;
        let fine = findings.iter().filter(|found| found.verdict == mail_dns::Verdict::Ok).count();
        (began.elapsed(), subject.expected.len() - fine)
    });
    let looks: Vec<(Duration, usize)> = stream::iter(looks).buffer_unordered(AT_A_TIME).collect().await;
    let wrong: usize = looks.iter().map(|(_, wrong)| wrong).sum();
    json!({"took": seconds(began.elapsed()), "p99": p99(looks.iter().map(|(took, _)| *took)), "wrong": wrong,
        "memory": memory()})
}

/// The questions alone, of one resolver after another: what can be compared with another program's asking.
async fn ask_all(dns: &Dns, subjects: &[Subject]) -> Value {
    let asked = Asked { servers: Servers::Resolvers, fresh: true };
    let questions: Vec<Question> = subjects.iter().flat_map(questions).collect();
    let began = Instant::now();
    let ask = |question: &Question| {
        let question = question.clone();
        async move {
            let began = Instant::now();
            let answers = dns.ask(&question, asked).await;
            let failed = answers.0.iter().filter(|(_, answer)| matches!(answer, Answer::Failed(_))).count();
            (began.elapsed(), answers.0.len(), failed)
        }
    };
    let answers: Vec<(Duration, usize, usize)> =
        stream::iter(questions.iter().map(ask)).buffer_unordered(AT_A_TIME).collect().await;
    let queries: usize = answers.iter().map(|(_, queries, _)| queries).sum();
    let failed: usize = answers.iter().map(|(.., failed)| failed).sum();
    json!({"took": seconds(began.elapsed()), "p99": p99(answers.iter().map(|(took, ..)| *took)),
        "queries": queries, "failed": failed})
}

fn questions(subject: &Subject) -> Vec<Question> {
    subject.expected.iter().map(Expected::question).collect()
}

fn p99(times: impl Iterator<Item = Duration>) -> f64 {
    let mut sorted: Vec<Duration> = times.collect();
    sorted.sort_unstable();
    let at = (sorted.len() * 99 / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().map_or(0.0, seconds)
}

fn seconds(time: Duration) -> f64 {
    time.as_secs_f64()
}

/// Resident memory in bytes; 0 where the system doesn't say.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}
