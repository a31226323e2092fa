//! A small DNS: zones as each server has them, and answers as servers give them.
#![cfg(test)]

use std::collections::BTreeMap;

use kernel::dns::{Answer, Answers, Data, Failure, Name, Question, Record, RecordType, Server};
use mail_dns::dmarc::Policy;
use mail_dns::expected::{Expected, Ownership, Wishes, of_zone};
use mail_dns::{Finding, Known, Progress, Purpose, examine, zone};

/// More rounds of questions than any set-up needs.
const MOST_ROUNDS: usize = 15;

const PLATFORM: &str = "
mail.example.test. A 192.0.2.10
mail.example.test. AAAA 2001:db8::10
mail2.example.test. A 192.0.2.11
other.example.test. A 198.51.100.7
spf.example.test. TXT \"v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all\"
";

pub const RSA: &str = include_str!("rsa.txt");

/// The servers with what they have, and what should be there.
#[derive(Clone)]
pub struct World {
    domain: Name,
    zone: Vec<Record>,
    wanted: Vec<Record>,
    policy: Option<Policy>,
    resolvers: Vec<&'static str>,
    authorities: Vec<&'static str>,
    own: BTreeMap<&'static str, Vec<Record>>,
    failing: BTreeMap<&'static str, Failure>,
    broken: Vec<(Name, Failure)>,
}

fn server_zone(domain: &str) -> String {
    let (ed, rest) = ("sWQ9O/CcMqWmCwMxgm3N4hJax/F8Cdi3632go4l2tnc=", &RSA.trim()[200..]);
    let first = &RSA.trim()[..200];
    format!(
        r#"
v1-ed25519._domainkey.{domain}. IN TXT "v=DKIM1; k=ed25519; h=sha256; p={ed}"
v1-rsa._domainkey.{domain}. IN TXT (
    "v=DKIM1; k=rsa; h=sha256; p={first}"
    "{rest}"
)
{domain}. IN TXT "v=spf1 mx -all"
{domain}. IN MX 10 mail.example.test.
_dmarc.{domain}. IN TXT "v=DMARC1; p=quarantine; rua=mailto:postmaster@{domain}"
_imaps._tcp.{domain}. IN SRV 0 1 993 mail.example.test.
mta-sts.{domain}. IN CNAME mail.example.test.
_mta-sts.{domain}. IN TXT "v=STSv1; id=8430040749345519133"
_smtp._tls.{domain}. IN TXT "v=TLSRPTv1; rua=mailto:postmaster@{domain}"
_ua-auto-config.{domain}. IN TXT "v=UAAC1; a=sha256; d=aFFVVE6vCyUhFoZpRTg926Qt9xTydVU8XBdYLZY4yGw="
autoconfig.{domain}. IN CNAME mail.example.test.
_25._tcp.{domain}. IN TLSA 3 1 1 ab01
{domain}. IN CAA 0 issue "letsencrypt.org"
"#
    )
}

impl World {
    /// A domain whose records are all right everywhere.
    pub fn new() -> Self {
        Self::of("acme.test")
    }

    /// The same for another domain.
    pub fn of(domain: &str) -> Self {
        let domain: Name = domain.parse().unwrap();
        let wanted = records(&server_zone(domain.as_str()), &domain);
        let mut zone = wanted.clone();
        zone.extend(records(PLATFORM, &domain));
        zone.extend(records("_word-challenge TXT \"word-verification=k3V9a\"", &domain));
        Self {
            domain,
            zone,
            wanted,
            policy: None,
            resolvers: vec!["1.1.1.1", "8.8.8.8"],
            authorities: vec!["ns1.host.test", "ns2.host.test"],
            own: BTreeMap::new(),
            failing: BTreeMap::new(),
            broken: Vec::new(),
        }
    }

    /// Puts records in the place of all of their names and types.
    pub fn put(mut self, text: &str) -> Self {
        let added = records(text, &self.domain);
        let is_replaced = |old: &Record| {
            let is_alias = |data: &Data| matches!(data, Data::Cname(_));
            added.iter().any(|new| {
                let same_kind = new.data.kind() == old.data.kind();
                new.name == old.name && (same_kind || is_alias(&new.data) || is_alias(&old.data))
            })
        };
        self.zone.retain(|old| !is_replaced(old));
        self.zone.extend(added);
        self
    }

    /// Puts records beside those that are there.
    pub fn add(mut self, text: &str) -> Self {
        self.zone.extend(records(text, &self.domain));
        self
    }

    /// Takes away all records of a name.
    pub fn without(mut self, label: &str) -> Self {
        let name = if label == "@" { self.domain.clone() } else { self.domain.child(label).unwrap() };
        self.zone.retain(|record| record.name != name);
        self
    }

    /// Takes away the domain and all below it.
    pub fn unregistered(mut self) -> Self {
        self.zone.retain(|record| !record.name.is_within(&self.domain));
        self
    }

    /// Something more should be there.
    pub fn expecting(mut self, text: &str) -> Self {
        self.wanted.extend(records(text, &self.domain));
        self
    }

    /// The policy that the admin chose.
    pub fn choosing(mut self, policy: Policy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// One server has something else.
    pub fn at(mut self, server: &'static str, edit: fn(Self) -> Self) -> Self {
        let edited = edit(self.clone());
        self.own.insert(server, edited.zone);
        self
    }

    /// One server fails.
    pub fn failing(mut self, server: &'static str, failure: Failure) -> Self {
        self.failing.insert(server, failure);
        self
    }

    /// Every server fails for one name.
    pub fn broken(mut self, name: &str, failure: Failure) -> Self {
        self.broken.push((name.parse().unwrap(), failure));
        self
    }

    /// No responsible server is asked.
    pub fn by_resolvers(mut self) -> Self {
        self.authorities.clear();
        self
    }

    /// What should be there.
    pub fn expected(&self) -> Vec<Expected> {
        let ownership = Ownership {
            label: "_word-challenge".to_owned(),
            prefix: "word-verification=".to_owned(),
            token: "k3V9a".to_owned(),
        };
        let wishes = Wishes { ownership: Some(ownership), dmarc: self.policy };
        of_zone(&self.domain, &self.wanted, &wishes).unwrap()
    }

    /// Asks until there is nothing more to ask.
    pub fn examine(&self) -> Vec<Finding> {
        let (expected, mut known) = (self.expected(), Known::new());
        for _ in 0..MOST_ROUNDS {
            match examine(&self.domain, &expected, &known) {
                Progress::Done(findings) => return findings,
                Progress::Needs(questions) => {
                    assert!(!questions.is_empty());
                    for question in questions {
                        let answers = self.answers(&question);
                        assert_eq!(known.insert(question, answers), None, "asked twice");
                    }
                }
            }
        }
        panic!("still asking after {MOST_ROUNDS} rounds");
    }

    /// The worst finding of a purpose, and of equals the one that says something.
    pub fn finding(&self, purpose: Purpose) -> Finding {
        let findings = self.examine().into_iter().filter(|finding| finding.expected.purpose == purpose);
        let rank = |finding: &Finding| (finding.verdict, finding.advice.code != mail_dns::Code::Fine);
        findings.max_by_key(rank).unwrap()
    }

    fn answers(&self, question: &Question) -> Answers {
        let resolvers = self.resolvers.iter().map(|name| (*name, Server::Resolver((*name).to_owned())));
        let is_ours = question.name.is_within(&self.domain);
        let authorities = self.authorities.iter().filter(|_| is_ours);
        let authorities = authorities.map(|name| (*name, Server::Authority(name.parse().unwrap())));
        let all = resolvers.chain(authorities);
        Answers(all.map(|(name, server)| (server.clone(), self.answer(name, &server, question))).collect())
    }

    fn answer(&self, label: &'static str, server: &Server, question: &Question) -> Answer {
        if let Some(failure) = self.failing.get(label) {
            return Answer::Failed(*failure);
        }
        if let Some((_, failure)) = self.broken.iter().find(|(name, _)| *name == question.name) {
            return Answer::Failed(*failure);
        }
        let zone = self.own.get(label).unwrap_or(&self.zone);
        let limit = matches!(server, Server::Authority(_)).then_some(&self.domain);
        answer(zone, question, limit)
    }
}

fn records(text: &str, origin: &Name) -> Vec<Record> {
    let zone = zone::parse(text, origin).unwrap();
    assert_eq!(zone.skipped, []);
    zone.records
}

/// As a server answers that has this zone; one that is responsible follows no alias out of it.
pub fn answer(zone: &[Record], question: &Question, limit: Option<&Name>) -> Answer {
    let mut aliases: Vec<Record> = Vec::new();
    let mut name = question.name.clone();
    loop {
        let here = at(zone, &name);
        let found: Vec<Record> =
            here.iter().filter(|record| record.data.kind() == question.kind).cloned().collect();
        if !found.is_empty() {
            return Answer::Records { aliases, records: found };
        }
        let alias = here.iter().find_map(|record| match &record.data {
            Data::Cname(target) => Some((record.clone(), target.clone())),
            _ => None,
        });
        let Some((record, target)) = alias.filter(|_| question.kind != RecordType::Cname) else {
            let is_there = !here.is_empty() || zone.iter().any(|record| record.name.is_within(&name));
            return if is_there { Answer::NoData { aliases } } else { Answer::NoName { aliases } };
        };
        aliases.push(record);
        if aliases.len() > 8 {
            return Answer::Failed(Failure::AliasLoop);
        }
        if limit.is_some_and(|limit| !target.is_within(limit)) {
            return Answer::NoData { aliases };
        }
        name = target;
    }
}

/// The records of a name, by a wildcard where it is not there itself.
fn at(zone: &[Record], name: &Name) -> Vec<Record> {
    let of = |name: &Name| zone.iter().filter(|record| record.name == *name).cloned().collect::<Vec<_>>();
    let is_there = |name: &Name| zone.iter().any(|record| record.name.is_within(name));
    if is_there(name) {
        return of(name);
    }
    let above = std::iter::successors(name.parent(), Name::parent);
    let nearest = above.take_while(|name| !name.is_root()).find(|name| is_there(name));
    let wildcard = nearest.and_then(|nearest| nearest.child("*").ok());
    let mut found = wildcard.map(|wildcard| of(&wildcard)).unwrap_or_default();
    for record in &mut found {
        record.name = name.clone();
    }
    found
}
