//! The documents in which a domain tells mail programs and mail servers how to reach it, and what is wrong with them.

use std::collections::BTreeMap;
use std::fmt::Display;

use kernel::DomainName;
use kernel::dns::Name;
use mail_dns::services::{Security, Service, ServiceKind};
use mail_dns::sts_policy::{BadPolicy, Mode, Policy};
use outbound::{Answer, CallError, Cause};

use crate::xml::{self, Element};

/// A document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// For Thunderbird and many others.
    Autoconfig,
    /// For Outlook.
    Autodiscover,
    /// For mail servers that send to the domain.
    MtaSts,
}

impl Document {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Autoconfig, Self::Autodiscover, Self::MtaSts];

    /// A short stable word for it, which is also the name of its host below the domain.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Autoconfig => "autoconfig",
            Self::Autodiscover => "autodiscover",
            Self::MtaSts => "mta-sts",
        }
    }

    /// The host that has it.
    pub fn host(self, domain: &DomainName) -> String {
        format!("{}.{domain}", self.as_str())
    }

    /// Its path there.
    pub fn path(self) -> &'static str {
        match self {
            Self::Autoconfig => "/mail/config-v1.1.xml",
            Self::Autodiscover => "/autodiscover/autodiscover.xml",
            Self::MtaSts => "/.well-known/mta-sts.txt",
        }
    }

    /// Its address.
    pub fn url(self, domain: &DomainName) -> String {
        format!("https://{}{}", self.host(domain), self.path())
    }
}

/// How a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentVerdict {
    /// It is there and names the servers.
    Right,
    /// Something else is there.
    Other,
    /// Its host has a certificate that programs don't accept.
    Certificate,
    /// Nobody answers.
    Silent,
}

impl DocumentVerdict {
    /// A short stable word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Other => "other",
            Self::Certificate => "certificate",
            Self::Silent => "silent",
        }
    }
}

/// What was found out about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// How it is.
    pub verdict: DocumentVerdict,
    /// The result, as a stable word.
    pub advice: String,
    /// What belongs into the sentence for it.
    pub values: BTreeMap<String, String>,
    /// The servers it names.
    pub found: Vec<String>,
}

impl Judgement {
    fn new(verdict: DocumentVerdict, advice: &str) -> Self {
        Self { verdict, advice: advice.to_owned(), values: BTreeMap::new(), found: Vec::new() }
    }

    fn with(mut self, name: &str, value: &dyn Display) -> Self {
        self.values.insert(name.to_owned(), value.to_string());
        self
    }

    fn found(self, found: Vec<String>) -> Self {
        Self { found, ..self }
    }
}

/// What a document should say.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub services: &'a [Service],
    pub exchangers: &'a [Name],
}

/// Judges what was answered, or that nothing was.
pub fn judge(document: Document, answer: Result<&Answer, &CallError>, wanted: Wanted<'_>) -> Judgement {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return of_failure(&error.cause),
    };
    match answer.status {
        200 => {}
        301..=308 => {
            let to = answer.header("location").unwrap_or_default();
            return Judgement::new(DocumentVerdict::Other, "redirect").with("to", &shortened(to));
        }
        404 | 410 => return Judgement::new(DocumentVerdict::Other, "not-there"),
        status => return Judgement::new(DocumentVerdict::Other, "status").with("status", &status),
    }
    let text = String::from_utf8_lossy(&answer.body);
    match document {
        Document::Autoconfig => of_servers(autoconfig(&text), wanted.services),
        Document::Autodiscover => of_servers(autodiscover(&text), wanted.services),
        Document::MtaSts => of_policy(&text, wanted.exchangers),
    }
}

fn of_failure(cause: &Cause) -> Judgement {
    match cause {
        Cause::Certificate(why) => {
            Judgement::new(DocumentVerdict::Certificate, &format!("certificate-{}", why.as_str()))
        }
        Cause::NoAddress => Judgement::new(DocumentVerdict::Silent, "no-address"),
        Cause::Timeout => Judgement::new(DocumentVerdict::Silent, "timed-out"),
        Cause::Closed => Judgement::new(DocumentVerdict::Silent, "closed"),
        Cause::Malformed(_) => Judgement::new(DocumentVerdict::Other, "unreadable"),
        _ => Judgement::new(DocumentVerdict::Silent, "unreachable"),
    }
}

/// A server that a document names; without security it is not encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    kind: ServiceKind,
    security: Option<Security>,
    host: String,
    port: u16,
}

impl Told {
    fn is(&self, service: &Service) -> bool {
        self.kind == service.kind && self.host == service.host.as_str() && self.port == service.port
    }

    fn shown(&self) -> String {
        shown(self.kind, &self.host, self.port)
    }
}

fn shown(kind: ServiceKind, host: &str, port: u16) -> String {
    format!("{} {}:{port}", kind.as_str().to_uppercase(), shortened(host))
}

/// What a server of somebody else's said, fit to be shown.
fn shortened(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(120).collect()
}

fn kind_of(word: &str) -> Option<ServiceKind> {
    match word {
        "imap" => Some(ServiceKind::Imap),
        "pop3" => Some(ServiceKind::Pop3),
        "smtp" => Some(ServiceKind::Submission),
        _ => None,
    }
}

fn autoconfig(text: &str) -> Option<Vec<Told>> {
    let root = xml::read(text).filter(|root| root.name == "clientconfig")?;
    let server = |element: &Element| {
        let kind = kind_of(&element.kind)?;
        let security = match element.text_of("sockettype")?.to_ascii_lowercase().as_str() {
            "ssl" => Some(Security::Tls),
            "starttls" => Some(Security::StartTls),
            _ => None,
        };
        let host = element.text_of("hostname")?.to_ascii_lowercase();
        Some(Told { kind, security, host, port: element.text_of("port")?.parse().ok()? })
    };
    let providers = root.all("emailprovider").flat_map(|provider| &provider.inside);
    let servers =
        providers.filter(|element| matches!(element.name.as_str(), "incomingserver" | "outgoingserver"));
    Some(servers.filter_map(server).collect())
}

fn autodiscover(text: &str) -> Option<Vec<Told>> {
    let root = xml::read(text).filter(|root| root.name == "autodiscover")?;
    let server = |element: &Element| {
        let kind = kind_of(&element.text_of("type")?.to_ascii_lowercase())?;
        let word = |name| element.text_of(name).unwrap_or_default().to_ascii_lowercase();
        let security = match (word("encryption").as_str(), word("ssl").as_str()) {
            ("ssl", _) | ("", "on" | "") | ("auto", "on") => Some(Security::Tls),
            ("tls", _) => Some(Security::StartTls),
            _ => None,
        };
        let host = element.text_of("server")?.to_ascii_lowercase();
        Some(Told { kind, security, host, port: element.text_of("port")?.parse().ok()? })
    };
    let accounts = root.all("response").flat_map(|response| response.all("account"));
    Some(accounts.flat_map(|account| account.all("protocol")).filter_map(server).collect())
}

/// A program takes what is named first or suits it best, so all that is named must be ours, and what everybody needs
/// must be named.
fn of_servers(told: Option<Vec<Told>>, services: &[Service]) -> Judgement {
    let Some(told) = told.filter(|told| !told.is_empty()) else {
        return Judgement::new(DocumentVerdict::Other, "unreadable");
    };
    let found: Vec<String> = told.iter().map(Told::shown).collect();
    let of_kind = |kind: ServiceKind| services.iter().filter(move |service| service.kind == kind);
    let is_foreign =
        |one: &&Told| of_kind(one.kind).all(|service| service.host.as_str() != one.host.as_str());
    if let Some(foreign) = told.iter().find(is_foreign) {
        let expected = of_kind(foreign.kind)
            .next()
            .map_or_else(String::new, |service| shown(service.kind, service.host.as_str(), service.port));
        let code = if expected.is_empty() { "server-not-offered" } else { "server-other" };
        let judgement = Judgement::new(DocumentVerdict::Other, code).with("found", &foreign.shown());
        return judgement.with("expected", &expected).found(found);
    }
    let is_told = |kind: ServiceKind| of_kind(kind).any(|service| told.iter().any(|one| one.is(service)));
    let missing = [ServiceKind::Imap, ServiceKind::Submission]
        .into_iter()
        .find(|kind| of_kind(*kind).next().is_some() && !is_told(*kind));
    if let Some(service) = missing.and_then(|kind| of_kind(kind).next()) {
        let expected = shown(service.kind, service.host.as_str(), service.port);
        return Judgement::new(DocumentVerdict::Other, "server-missing")
            .with("expected", &expected)
            .found(found);
    }
    if let Some(bare) = told.iter().find(|one| one.security.is_none()) {
        return Judgement::new(DocumentVerdict::Other, "unencrypted")
            .with("found", &bare.shown())
            .found(found);
    }
    Judgement::new(DocumentVerdict::Right, "fine").found(found)
}

fn of_policy(text: &str, exchangers: &[Name]) -> Judgement {
    let policy = match Policy::parse(text) {
        Ok(policy) => policy,
        // Without a version it is another document, most often another server's page.
        Err(BadPolicy::NoVersion) => return Judgement::new(DocumentVerdict::Other, "unreadable"),
        Err(error) => {
            let judgement = Judgement::new(DocumentVerdict::Other, &format!("policy-{}", error.code()));
            return judgement.with("part", &shortened(error.part()));
        }
    };
    let found: Vec<String> = policy.servers.iter().map(|server| shortened(server)).collect();
    if policy.mode == Mode::None {
        return Judgement::new(DocumentVerdict::Other, "policy-off").found(found);
    }
    if let Some(missing) = exchangers.iter().find(|server| !policy.allows(server)) {
        return Judgement::new(DocumentVerdict::Other, "policy-server")
            .with("expected", missing)
            .found(found);
    }
    let code = if policy.mode == Mode::Testing { "policy-testing" } else { "fine" };
    Judgement::new(DocumentVerdict::Right, code).found(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn services() -> Vec<Service> {
        let service = |kind, security, port| Service {
            kind,
            security,
            host: "mail.example.test".parse().unwrap(),
            port,
        };
        vec![
            service(ServiceKind::Imap, Security::Tls, 993),
            service(ServiceKind::Submission, Security::Tls, 465),
            service(ServiceKind::Pop3, Security::Tls, 995),
        ]
    }

    fn config(servers: &[(&str, &str, u16, &str)]) -> String {
        let server = |(kind, host, port, socket): &(&str, &str, u16, &str)| {
            let element = if *kind == "smtp" { "outgoingServer" } else { "incomingServer" };
            format!(
                "<{element} type='{kind}'><hostname>{host}</hostname><port>{port}</port>\
                 <socketType>{socket}</socketType></{element}>"
            )
        };
        let servers: String = servers.iter().map(server).collect();
        format!("<clientConfig version='1.1'><emailProvider id='a'>{servers}</emailProvider></clientConfig>")
    }

    fn code(servers: &[(&str, &str, u16, &str)]) -> String {
        of_servers(autoconfig(&config(servers)), &services()).advice
    }

    const IMAP: (&str, &str, u16, &str) = ("imap", "Mail.Example.test", 993, "SSL");
    const SMTP: (&str, &str, u16, &str) = ("smtp", "mail.example.test", 465, "SSL");

    #[test]
    fn what_mail_programs_are_told_must_be_ours_whole_and_encrypted() {
        assert_eq!(code(&[IMAP, SMTP]), "fine");
        assert_eq!(code(&[IMAP, ("smtp", "mail.example.test", 587, "STARTTLS"), SMTP]), "fine");
        assert_eq!(code(&[IMAP]), "server-missing");
        assert_eq!(code(&[IMAP, ("smtp", "mail.example.test", 587, "STARTTLS")]), "server-missing");
        assert_eq!(code(&[IMAP, ("smtp", "old-host.test", 465, "SSL"), SMTP]), "server-other");
        assert_eq!(code(&[IMAP, SMTP, ("imap", "mail.example.test", 143, "plain")]), "unencrypted");
        assert_eq!(code(&[]), "unreadable");
    }

    #[test]
    fn outlook_s_document_is_read_in_the_ways_in_which_it_is_written() {
        let protocol = |kind: &str, port: u16, more: &str| {
            format!(
                "<Protocol><Type>{kind}</Type><Server>mail.example.test</Server><Port>{port}</Port>{more}</Protocol>"
            )
        };
        let document = |protocols: &str| {
            format!("<Autodiscover><Response><Account>{protocols}</Account></Response></Autodiscover>")
        };
        let judged = |protocols: String| of_servers(autodiscover(&document(&protocols)), &services()).advice;
        let smtp = protocol("SMTP", 465, "<Encryption>SSL</Encryption>");
        assert_eq!(judged(protocol("IMAP", 993, "<SSL>on</SSL>") + &smtp), "fine");
        let bare = protocol("IMAP", 143, "<SSL>off</SSL>");
        assert_eq!(judged(protocol("IMAP", 993, "") + &smtp + &bare), "unencrypted");
        assert_eq!(judged("<Error/>".to_owned()), "unreadable");
    }

    #[test]
    fn a_policy_must_allow_every_mail_server() {
        let code = |mode: &str, server: &str| {
            let text = format!("version: STSv1\nmode: {mode}\nmx: {server}\nmax_age: 60\n");
            of_policy(&text, &["mail.example.test".parse().unwrap()]).advice
        };
        assert_eq!(code("enforce", "*.example.test"), "fine");
        assert_eq!(code("testing", "mail.example.test"), "policy-testing");
        assert_eq!(code("enforce", "mx.old-host.test"), "policy-server");
        assert_eq!(code("none", "mail.example.test"), "policy-off");
        assert_eq!(code("sometimes", "mail.example.test"), "policy-mode");
        assert_eq!(code("enforce", "mail.example.test, mx.example.test"), "policy-bad-server");
        assert_eq!(of_policy("<p>Welcome</p>", &[]).advice, "unreadable");
        let long = format!("version: STSv1\nmode: enforce\nmx: a.test\nmax_age: {}", "9".repeat(500));
        let judged = of_policy(&long, &[]);
        assert_eq!((judged.advice.as_str(), judged.values["part"].len()), ("policy-max-age", 120));
    }
}
