//! What holds whatever servers answer.
#![cfg(test)]

use std::hash::{DefaultHasher, Hash, Hasher};

use kernel::dns::{Answer, Answers, Data, Failure, Name, Question, Record, RecordType, Server};
use mail_dns::{Finding, Known, Progress, Verdict, examine};
use proptest::prelude::*;

use super::world::World;

/// More rounds and questions than any answers may lead to.
const MOST: (usize, usize) = (40, 3000);

const NAMES: [&str; 6] =
    ["acme.test", "mail.example.test", "b.test", "mail.example.test.acme.test", ".", "192.0.2.10.acme.test"];

const TEXTS: [&str; 16] = [
    "v=spf1 mx -all",
    "v=spf1 include:b.test include:acme.test a:%{i}.b.test exists:%{ir}.b.test ~all",
    "v=spf1 redirect=b.test",
    "v=spf1 include:%{d}.b.test +all",
    "\"v=spf1 mx -all\"",
    "v=spf1mx",
    "v=DMARC1; p=none",
    "v=DMARC1; p=reject; sp=none; pct=3; rua=mailto:a@b.test",
    "\"v=DMARC1\\; p=none",
    "v=DKIM1; k=rsa; p=MIIB",
    "v=DKIM1; p=",
    "v=STSv1; id=1",
    "v=TLSRPTv1; rua=mailto:a@b.test",
    "word-verification=k3V9a",
    "v=UAAC1; \u{fffd}",
    "",
];

/// A stream of numbers that depends on a seed and a question alone.
struct Dice(u64);

impl Dice {
    fn new(seed: u64, question: &Question) -> Self {
        let mut hasher = DefaultHasher::new();
        (seed, question).hash(&mut hasher);
        Self(hasher.finish())
    }

    fn pick(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }

    fn name(&mut self) -> Name {
        NAMES[self.pick(NAMES.len())].parse().unwrap()
    }

    fn data(&mut self, kind: RecordType) -> Data {
        let small = |number: usize| u16::try_from(number).unwrap();
        match kind {
            RecordType::A => Data::A([192, 0, 2, 10].into()),
            RecordType::Aaaa => Data::Aaaa([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1].into()),
            RecordType::Cname => Data::Cname(self.name()),
            RecordType::Mx => Data::Mx { preference: small(self.pick(3)), exchange: self.name() },
            RecordType::Srv => {
                Data::Srv { priority: 0, weight: 1, port: small(self.pick(1000)), target: self.name() }
            }
            RecordType::Tlsa => Data::Tlsa { usage: 3, selector: 1, matching: 1, data: vec![1] },
            RecordType::Caa => Data::Caa { flags: 0, tag: "issue".to_owned(), value: ";".to_owned() },
            RecordType::Soa => Data::Soa { primary: self.name(), serial: 1, minimum: 60 },
            RecordType::Ns => Data::Ns(self.name()),
            RecordType::Ptr => Data::Ptr(self.name()),
            RecordType::Txt => Data::Txt(vec![TEXTS[self.pick(TEXTS.len())].as_bytes().to_vec()]),
        }
    }

    fn answer(&mut self, question: &Question) -> Answer {
        let mut aliases = Vec::new();
        if self.pick(4) == 0 {
            aliases.push(Record { name: question.name.clone(), ttl: 5, data: Data::Cname(self.name()) });
        }
        match self.pick(8) {
            0 => Answer::NoData { aliases },
            1 => Answer::NoName { aliases },
            2 => Answer::Failed(Failure::TimedOut),
            count => {
                let record =
                    |_| Record { name: question.name.clone(), ttl: 7, data: self.data(question.kind) };
                Answer::Records { aliases, records: (3..=count).map(record).collect() }
            }
        }
    }

    fn answers(mut self, question: &Question) -> Answers {
        let servers = [
            Server::Resolver("1.1.1.1".to_owned()),
            Server::Resolver("8.8.8.8".to_owned()),
            Server::Authority("ns.host.test".parse().unwrap()),
        ];
        let count = self.pick(4);
        Answers(servers.into_iter().take(count).map(|server| (server, self.answer(question))).collect())
    }
}

/// The findings, or a sentence about what went wrong on the way to them.
fn run(world: &World, domain: &Name, answers: impl Fn(&Question) -> Answers) -> Result<Vec<Finding>, String> {
    let (expected, mut known) = (world.expected(), Known::new());
    for _ in 0..MOST.0 {
        match examine(domain, &expected, &known) {
            Progress::Done(findings) => return Ok(findings),
            Progress::Needs(questions) if questions.is_empty() => return Err("needs nothing".to_owned()),
            Progress::Needs(questions) => {
                for question in questions {
                    let answers = answers(&question);
                    if known.insert(question.clone(), answers).is_some() {
                        return Err(format!("asks twice: {question:?}"));
                    }
                }
            }
        }
        if known.len() > MOST.1 {
            return Err(format!("asks {} questions", known.len()));
        }
    }
    Err("asks on and on".to_owned())
}

#[test]
fn what_nobody_answers_is_unknown_and_never_missing() {
    for expected in World::new().expected() {
        for failure in [Failure::TimedOut, Failure::ServerFailed, Failure::Refused, Failure::Lame] {
            let findings = World::new().broken(expected.name.as_str(), failure).examine();
            let mut same = findings.iter().filter(|finding| finding.expected.name == expected.name);
            assert!(same.all(|finding| finding.verdict == Verdict::Error), "{}", expected.name);
        }
    }
}

#[test]
fn resolvers_that_fail_make_nothing_wrong() {
    for failure in [Failure::TimedOut, Failure::Malformed] {
        let world = World::new().failing("1.1.1.1", failure).failing("8.8.8.8", failure);
        assert!(world.examine().iter().all(|finding| finding.verdict == Verdict::Ok));
    }
}

proptest! {
    #[test]
    fn whatever_is_answered_there_is_an_end_and_a_finding_for_each_record(seed in any::<u64>(), is_below in any::<bool>()) {
        let domain = if is_below { "team.acme.test" } else { "acme.test" };
        let world = World::of(domain);
        let findings = run(&world, &domain.parse().unwrap(), |question| Dice::new(seed, question).answers(question));
        let findings = findings.map_err(TestCaseError::fail)?;
        prop_assert_eq!(findings.len(), world.expected().len());
        for finding in findings {
            prop_assert_eq!(finding.advice.values.len(), finding.advice.code.values().len());
        }
    }
}
