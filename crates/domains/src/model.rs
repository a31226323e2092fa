//! A domain, what was found out about its records, and the rules that need neither database nor network.

use std::collections::BTreeMap;
use std::time::Duration;

use kernel::dns::Name;
use kernel::message::Value;
use kernel::{Coded, DomainId, DomainName, Message, TenantId, Timestamp};
use mail_dns::dmarc::Policy;
use mail_dns::expected::{Ownership, Wishes, of_zone};
use mail_dns::{DomainState, Expected, Purpose, Verdict, zone};
use provisioning::{USERS, user_of_type};
use reconcile::StepError;
use serde::{Deserialize, Serialize};

/// How it was shown who a domain belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// By a record in its DNS.
    Dns,
    /// An operator vouched for it.
    Vouched,
}

impl Proof {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Vouched => "vouched",
        }
    }

    /// From what is stored.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Dns, Self::Vouched].into_iter().find(|proof| proof.as_str() == text)
    }
}

/// A mail domain of a tenant.
#[derive(Debug, Clone, PartialEq)]
pub struct Domain {
    pub id: DomainId,
    /// Whose it is, or who claims it.
    pub tenant: TenantId,
    pub name: DomainName,
    /// What the record that proves this claim says. No secret: it is published in the DNS.
    pub token: String,
    /// How and when it was proven; none for a claim.
    pub proven: Option<(Proof, Timestamp)>,
    /// How its records are.
    pub state: DomainState,
    /// Since when.
    pub state_since: Timestamp,
    /// The DMARC policy that the admins chose; none leaves the mail server's.
    pub policy: Option<Policy>,
    /// The mail server's zone as it was last read, after a comment that says of which object there: see
    /// [`Domain::zone_of`].
    pub zone: Option<String>,
    /// When that was.
    pub zone_read_at: Option<Timestamp>,
    /// What the last check found, in the order of harm.
    pub findings: Vec<Finding>,
    /// Who was asked in it.
    pub asked: Vec<String>,
    /// Who hosts its DNS, if it is somebody known.
    pub host: Option<String>,
    /// When it was last checked.
    pub checked_at: Option<Timestamp>,
    /// When it is checked next.
    pub next_check_at: Timestamp,
    /// When an unproven claim goes away by itself [D5].
    pub lapses_at: Option<Timestamp>,
    /// When its removal began.
    pub removing_at: Option<Timestamp>,
    /// Why the mail server refused to remove it at the last attempt.
    pub refusal: Option<StepError>,
    /// When it was added.
    pub created_at: Timestamp,
}

/// What was found out about one record, as it is kept and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What the record is for: a word of [`mail_dns::Purpose`].
    pub purpose: String,
    /// Mail doesn't work properly without it.
    pub needed: bool,
    /// Its name in the DNS.
    pub name: String,
    /// Its type.
    pub kind: String,
    /// What it should say.
    pub value: String,
    /// A word of [`Verdict`].
    pub verdict: String,
    /// What is there.
    pub found: Vec<String>,
    /// What is the case: a word of [`mail_dns::Code`].
    pub code: String,
    /// What belongs into the sentence for it.
    pub values: BTreeMap<String, String>,
}

impl From<mail_dns::Finding> for Finding {
    fn from(finding: mail_dns::Finding) -> Self {
        let mail_dns::Finding { expected, verdict, found, advice } = finding;
        Self {
            purpose: expected.purpose.as_str().to_owned(),
            needed: expected.needed,
            kind: expected.data.kind().as_str().to_owned(),
            value: mail_dns::show(&expected.data),
            name: expected.name.to_string(),
            verdict: verdict.as_str().to_owned(),
            found,
            code: advice.code.as_str().to_owned(),
            values: advice.values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        }
    }
}

impl Finding {
    /// True when the record is as it should be.
    pub fn is_ok(&self) -> bool {
        self.verdict == Verdict::Ok.as_str()
    }

    /// True when something else is there, or nothing.
    pub fn is_wrong(&self) -> bool {
        !self.is_ok() && !self.is_unknown()
    }

    /// True when nobody answered.
    pub fn is_unknown(&self) -> bool {
        self.verdict == Verdict::Error.as_str()
    }
}

/// The words of the record that proves ownership. White-label: the operator chooses them.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// The label below the domain.
    pub label: String,
    /// What the text begins with.
    pub prefix: String,
}

/// For how long an unproven claim stands [D5].
pub const CLAIM_LASTS: Duration = Duration::from_hours(14 * 24);

impl Domain {
    /// True when it was shown whose it is.
    pub fn is_proven(&self) -> bool {
        self.proven.is_some()
    }

    /// The id of the object in the mail server that the zone is of. One that is made again has other keys.
    pub fn zone_of(&self) -> Option<&str> {
        let first = self.zone.as_deref()?.lines().next()?;
        first.strip_prefix(ZONE_OF)
    }

    /// The same domain, without what was known of an object in the mail server that is no more.
    pub fn without_zone(&self, now: Timestamp) -> Self {
        let of_dns = |finding: &&Finding| finding.purpose == Purpose::Ownership.as_str();
        let findings = self.findings.iter().filter(of_dns).cloned().collect();
        Self { zone: None, zone_read_at: None, next_check_at: now, findings, ..self.clone() }
    }

    /// The name in the DNS.
    pub fn dns_name(&self) -> Name {
        Name::from(&self.name)
    }

    /// The records that should be there: the proof for a claim, and with it all the others once the mail server knows
    /// the domain. An operator who vouches asks for no proof.
    pub fn expected(&self, challenge: &Challenge) -> Result<Vec<Expected>, NoRecords> {
        let name = self.dns_name();
        let is_vouched = matches!(self.proven, Some((Proof::Vouched, _)));
        let ownership = (!is_vouched).then(|| Ownership {
            label: challenge.label.clone(),
            prefix: challenge.prefix.clone(),
            token: self.token.clone(),
        });
        let records = match &self.zone {
            Some(text) if self.is_proven() => zone::parse(text, &name)?.records,
            _ => Vec::new(),
        };
        let policy = self.policy.filter(|_| !records.is_empty());
        Ok(of_zone(&name, &records, &Wishes { ownership, dmarc: policy })?)
    }

    /// How many of the needed records are as they should be, and how many there are.
    pub fn score(&self) -> (usize, usize) {
        (self.findings.iter().filter(|finding| finding.is_ok()).count(), self.findings.len())
    }

    /// The worst that is wrong and needed.
    pub fn worst(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.needed && finding.is_wrong())
    }
}

/// Before the id of the object that a zone is of. To a reader of zone files it is a comment.
const ZONE_OF: &str = "; of ";

/// The text of a zone with the object that it is of.
pub fn marked_zone(upstream_id: &str, text: &str) -> String {
    format!("{ZONE_OF}{upstream_id}\n{text}")
}

/// What still uses a domain that the mail server refused to remove.
pub fn users(refusal: &StepError) -> Vec<Message> {
    let user = |value: &Value| match value {
        Value::Message(message) => message.clone().or_english(&word(message)),
        other => Message::Quoted(other.to_string()),
    };
    match refusal.obstacle.as_ref().and_then(|obstacle| obstacle.value(USERS)) {
        Some(Value::List(all)) => all.iter().map(user).collect(),
        _ => users_in(&refusal.said),
    }
}

/// What a newer version says with a text that this one lacks: the address in it, or the end of its key.
fn word(message: &Message) -> String {
    let Message::Text { key, values, .. } = message else { return String::new() };
    let text = |(_, value): &(_, Value)| match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    };
    let of_key = || key.strip_prefix("domain-used-").unwrap_or(key).replace('-', " ");
    values.iter().find_map(text).unwrap_or_else(of_key)
}

/// The same of a refusal that a version before obstacles stored: a sentence, which stands until the domain is removed or
/// its removal is tried again.
fn users_in(sentence: &str) -> Vec<Message> {
    let users = sentence.strip_prefix("the domain is still used by").unwrap_or(sentence);
    users.split(',').map(|user| user_of_type(user.trim())).collect()
}

/// It can't be said which records should be there.
#[derive(Debug, Coded)]
pub enum NoRecords {
    /// The mail server's zone can't be read.
    #[coded(Unavailable, "zone-unreadable", values(why = _0.to_string()))]
    Zone(#[from] zone::Error),
    /// The name of the proof is too long for this domain.
    #[coded(Unavailable, "zone-unreadable", text = "record-name-too-long")]
    Name(#[from] kernel::dns::BadName),
}

/// What changed between two checks, record by record: its name and both verdicts.
pub fn changes(before: &[Finding], after: &[Finding]) -> Vec<Change> {
    let was = |one: &Finding| {
        let same = |other: &&Finding| {
            (&other.name, &other.purpose, &other.value) == (&one.name, &one.purpose, &one.value)
        };
        before.iter().find(same).map(|other| other.verdict.clone())
    };
    let change = |one: &Finding| {
        let was = was(one);
        (was.as_ref() != Some(&one.verdict)).then(|| Change {
            purpose: one.purpose.clone(),
            name: one.name.clone(),
            was,
            is: one.verdict.clone(),
        })
    };
    after.iter().filter_map(change).collect()
}

/// One record that another verdict was passed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What it is for.
    pub purpose: String,
    pub name: String,
    /// The verdict before; none the first time.
    pub was: Option<String>,
    /// The verdict now.
    pub is: String,
}

/// How often a domain is checked.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// While somebody is probably publishing its records: in its first hours, and while something is wrong.
    pub busy: Duration,
    /// When all is well.
    pub calm: Duration,
    /// A claim that has been waiting for longer.
    pub slow: Duration,
}

impl Pace {
    /// As patient as the platform is.
    pub fn of(pace: &platform::Pace) -> Self {
        let (second, minute) = (Duration::from_secs(1), Duration::from_mins(1));
        Self {
            busy: pace.every(second * 3, second * 30),
            calm: pace.every(second * 10, minute * 30),
            slow: pace.every(second * 30, minute * 60),
        }
    }
}

/// For so long after it was added or proven a domain is looked at often.
const FRESH: Duration = Duration::from_hours(2);

/// How long until the next check, without jitter.
pub fn wait(pace: Pace, domain: &Domain, now: Timestamp) -> Duration {
    let proven_at = domain.proven.map_or(domain.created_at, |(_, at)| at);
    let is_fresh = now.since(proven_at) < FRESH || now.since(domain.state_since) < FRESH;
    match domain.state {
        DomainState::Verified => pace.calm,
        DomainState::Attention => pace.busy,
        DomainState::Pending if is_fresh => pace.busy,
        DomainState::Pending => pace.slow,
    }
}

/// `all`, give or take a fifth, so that domains that were added together part.
pub fn jittered(all: Duration, chance: u32) -> Duration {
    all.mul_f64(0.8 + 0.4 * f64::from(chance) / f64::from(u32::MAX))
}
