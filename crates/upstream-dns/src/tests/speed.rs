//! How fast the client is together with the simulator. Run by hand:
//! `cargo test --release -p upstream-dns --all-features -- --ignored --nocapture measure`.

use std::time::Instant;

use futures_util::stream::{self, StreamExt as _};

use super::*;

const DOMAINS: usize = 10_000;
const ASKED: [&str; 9] = [
    " MX",
    " TXT",
    "_dmarc. TXT",
    "s1._domainkey. TXT",
    "s2._domainkey. TXT",
    "_mta-sts. TXT",
    "_smtp._tls. TXT",
    "autoconfig. CNAME",
    "_dezky. TXT",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn measure() {
    let rig = Rig::start().await;
    for number in 0..DOMAINS {
        let zone = format!("d{number}.test");
        let records =
            ["MX 10 mail.test.", "TXT \"v=spf1 include:spf.test -all\""].map(|it| format!("{zone} {it}"));
        let keys = format!("s1._domainkey.{zone} TXT \"v=DKIM1; k=ed25519; p={}\"", "x".repeat(44));
        let records = [&records[0], &records[1], &keys];
        rig.zone(&zone, &records.map(String::as_str));
    }
    // What is said twice shows whether memory grows.
    for servers in [Servers::Resolvers, Servers::Both, Servers::Both] {
        let began = Instant::now();
        let domains = stream::iter(0..DOMAINS).map(|number| ask_all(&rig.dns, number, servers));
        let failed: usize = domains.buffer_unordered(32).fold(0, async |sum, failed| sum + failed).await;
        let took = began.elapsed();
        let queries: u64 = rig.sim.http.calls.list().values().sum();
        rig.sim.http.calls.clear();
        let rate = u128::from(queries) * 1000 / took.as_millis();
        let memory = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let memory = memory.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
        println!("{servers:?}: {queries} queries in {took:.1?}, {rate}/s, {failed} failed, {memory}");
    }
}

/// Asks what is asked of one domain; how many answers were failures.
async fn ask_all(dns: &Dns, number: usize, servers: Servers) -> usize {
    let questions = ASKED.map(|asked| of(&asked.replacen(' ', &format!("d{number}.test "), 1)));
    let asked = questions.iter().map(|question| dns.ask(question, Asked::from(servers).fresh()));
    let answers = futures_util::future::join_all(asked).await;
    let failed = |answer: &&(Server, Answer)| matches!(answer.1, Answer::Failed(_));
    answers.iter().flat_map(|answers| &answers.0).filter(failed).count()
}
