//! Brings the rules and the servers together: the rules say what they must know, the servers are asked, until the rules
//! need nothing more.

use futures_util::{StreamExt as _, stream};
use kernel::dns::{Name, Question};
use mail_dns::{Expected, Finding, Known, Progress, examine};
use upstream_dns::{Asked, Dns};

/// Rounds of questions: each may bring up new ones, as SPF's includes do.
const MOST_ROUNDS: usize = 24;
/// Questions of one domain that are asked at a time.
const AT_A_TIME: usize = 24;

/// Compares what is published for a domain with what should be; gives also all that was answered. Without findings the
/// records lead to ever more questions.
pub async fn verify(dns: &Dns, domain: &Name, expected: &[Expected], asked: Asked) -> (Vec<Finding>, Known) {
    let mut known = Known::new();
    for _ in 0..MOST_ROUNDS {
        match examine(domain, expected, &known) {
            Progress::Done(findings) => return (findings, known),
            Progress::Needs(questions) => {
                let ask = |question: Question| async move {
                    let answers = dns.ask(&question, asked).await;
                    (question, answers)
                };
                let answers = stream::iter(questions.into_iter().map(ask)).buffer_unordered(AT_A_TIME);
                known.extend(answers.collect::<Vec<_>>().await);
            }
        }
    }
    tracing::warn!(%domain, "its records lead to ever more questions");
    (Vec::new(), known)
}
