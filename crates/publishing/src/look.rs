//! Asks the server at which a zone is changed what it has, so that what is compared is what will be changed.

use std::time::Duration;

use domains::Domain;
use futures_util::{StreamExt as _, stream};
use kernel::dns::{Answer, Answers, Name, Question, Server};
use mail_dns::publish::{There, Wanted, needs};
use mail_dns::{Expected, Known, Progress, Verdict, examine};
use upstream_dns::{Asked, Primary, Servers};

use crate::error::Error;
use crate::service::Publishing;

/// Rounds of questions: each may bring up new ones, as SPF's includes do.
const MOST_ROUNDS: usize = 24;
const AT_A_TIME: usize = 24;
/// The longest that somebody waits for it.
const LONGEST: Duration = Duration::from_secs(20);

impl Publishing {
    /// Where the zone is changed, how its records are judged there, and what it has.
    pub(crate) async fn look_at_zone(
        &self,
        domain: &Domain,
        expected: &[Expected],
        server: Option<&str>,
    ) -> Result<(Primary, Vec<Wanted>, There), Error> {
        let looking = async {
            let primary = self.dns.primary(&domain.dns_name(), server).await?;
            let (wanted, there) = self.wanted_there(&domain.dns_name(), expected, &primary).await?;
            Ok((primary, wanted, there))
        };
        tokio::time::timeout(LONGEST, looking).await.map_err(|_| domains::Error::Endless)?
    }

    async fn wanted_there(
        &self,
        name: &Name,
        expected: &[Expected],
        primary: &Primary,
    ) -> Result<(Vec<Wanted>, There), Error> {
        let mut known = self.answers_of(primary, needs(name, expected)).await;
        for _ in 0..MOST_ROUNDS {
            match examine(name, expected, &known) {
                Progress::Done(findings) => {
                    let wanted = findings.into_iter().map(|finding| Wanted {
                        is_right: finding.verdict == Verdict::Ok,
                        expected: finding.expected,
                    });
                    return Ok((wanted.collect(), There::of(&known)));
                }
                Progress::Needs(questions) => known.extend(self.answers_of(primary, questions).await),
            }
        }
        Err(domains::Error::Endless.into())
    }

    async fn answers_of(&self, primary: &Primary, questions: impl IntoIterator<Item = Question>) -> Known {
        let ask = |question: Question| async move {
            let answers = self.answers_to(primary, &question).await;
            (question, answers)
        };
        stream::iter(questions.into_iter().map(ask)).buffer_unordered(AT_A_TIME).collect().await
    }

    /// Of names in the zone its own server; where that does not answer questions, the ones that the world asks.
    async fn answers_to(&self, primary: &Primary, question: &Question) -> Answers {
        if !question.name.is_within(&primary.zone) {
            return self.dns.ask(question, Servers::Both).await;
        }
        match self.dns.ask_primary(primary, question).await {
            Answer::Failed(_) => {
                self.dns.ask(question, Asked { servers: Servers::Authorities, fresh: true }).await
            }
            answer => {
                let server = primary.server.parse().unwrap_or_else(|_| Name::root());
                Answers(vec![(Server::Authority(server), answer)])
            }
        }
    }
}
