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
    let rig = Rig::with(|options| options.deadline = Duration::from_secs(3)).await;
    for number in 0..DOMAINS {
        let zone = format!("d{number}.test");
        let records =
            ["MX 10 mail.test.", "TXT \"v=spf1 include:spf.test -all\""].map(|it| format!("{zone} {it}"));
        let keys = format!("s1._domainkey.{zone} TXT \"v=DKIM1; k=ed25519; p={}\"", "x".repeat(44));
        let records = [&records[0], &records[1], &keys];
        rig.zone(&zone, &records.map(String::as_str));
    }
    for (servers, each) in [(Servers::Resolvers, 2), (Servers::Both, 4)] {
        let began = Instant::now();
        let domains = stream::iter(0..DOMAINS).map(|number| {
            let dns = &rig.dns;
            async move {
                let questions = ASKED.map(|asked| of(&asked.replacen(' ', &format!("d{number}.test "), 1)));
                let asked = questions.iter().map(|question| dns.ask(question, Asked::from(servers).fresh()));
                let answers = futures_util::future::join_all(asked).await;
                let failed = |answer: &&(Server, Answer)| matches!(answer.1, Answer::Failed(_));
                answers.iter().flat_map(|answers| &answers.0).filter(failed).count()
            }
        });
        let failed: usize =
            domains.buffer_unordered(32).fold(0, |sum, failed| async move { sum + failed }).await;
        let took = began.elapsed().as_secs_f64();
        let answers = DOMAINS * ASKED.len() * each;
        let queries: u64 = rig.sim.http.calls.list().values().sum();
        rig.sim.http.calls.clear();
        let memory = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let memory = memory.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default().to_owned();
        println!(
            "{servers:?}: {answers} answers in {took:.1} s, {failed} failed, {queries} queries, {memory}"
        );
        println!("  {:.0} queries/s", queries as f64 / took);
    }
}
