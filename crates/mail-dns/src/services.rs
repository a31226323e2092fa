//! Where a domain's services are, by the SRV records of its zone (RFC 6186, RFC 6764, RFC 8314, RFC 8620).

use kernel::dns::{Data, Name};

use crate::expected::Expected;

/// What a program of a person's own uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceKind {
    /// Reading mail.
    Imap,
    /// Sending mail.
    Submission,
    /// Fetching mail.
    Pop3,
    /// Mail by JMAP.
    Jmap,
    /// Calendars.
    CalDav,
    /// Address books.
    CardDav,
}

impl ServiceKind {
    /// A short stable word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Imap => "imap",
            Self::Submission => "smtp",
            Self::Pop3 => "pop3",
            Self::Jmap => "jmap",
            Self::CalDav => "caldav",
            Self::CardDav => "carddav",
        }
    }
}

/// How what is said to a service is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS once the server was asked for it.
    StartTls,
}

impl Security {
    /// A short stable word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::StartTls => "starttls",
        }
    }
}

/// A service and where it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Service {
    /// Which.
    pub kind: ServiceKind,
    /// How it is encrypted.
    pub security: Security,
    /// The host.
    pub host: Name,
    /// The port.
    pub port: u16,
}

/// The labels of services. Those without any encryption are no advice to give.
const LABELS: [(&str, ServiceKind, Security); 9] = [
    ("_imaps", ServiceKind::Imap, Security::Tls),
    ("_imap", ServiceKind::Imap, Security::StartTls),
    ("_submissions", ServiceKind::Submission, Security::Tls),
    ("_submission", ServiceKind::Submission, Security::StartTls),
    ("_pop3s", ServiceKind::Pop3, Security::Tls),
    ("_pop3", ServiceKind::Pop3, Security::StartTls),
    ("_jmap", ServiceKind::Jmap, Security::Tls),
    ("_caldavs", ServiceKind::CalDav, Security::Tls),
    ("_carddavs", ServiceKind::CardDav, Security::Tls),
];

/// The services that the records offer, the better encrypted first, and of equals the one to be tried first.
pub fn services(expected: &[Expected]) -> Vec<Service> {
    let mut all: Vec<(ServiceKind, Security, u16, Service)> = expected.iter().filter_map(service).collect();
    all.sort();
    all.into_iter().map(|(.., service)| service).collect()
}

fn service(one: &Expected) -> Option<(ServiceKind, Security, u16, Service)> {
    let Data::Srv { priority, port, target, .. } = &one.data else { return None };
    let label = one.name.labels().next()?;
    let (_, kind, security) = LABELS.into_iter().find(|(known, ..)| *known == label)?;
    // The root says that the service is not offered.
    let host = Some(target.clone()).filter(|target| !target.is_root())?;
    Some((kind, security, *priority, Service { kind, security, host, port: *port }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expected::{Wishes, of_zone};
    use crate::zone;

    #[test]
    fn services_are_where_the_records_say_and_what_is_not_offered_is_left_out() {
        let domain: Name = "acme.test".parse().unwrap();
        let text = "_submission._tcp SRV 0 1 587 out.example.test.\n\
                    _submissions._tcp SRV 20 1 465 two.example.test.\n\
                    _submissions._tcp SRV 10 1 4650 one.example.test.\n\
                    _imaps._tcp SRV 0 1 993 in.example.test.\n\
                    _pop3s._tcp SRV 0 0 0 .\n\
                    _caldav._tcp SRV 0 1 80 dav.example.test.\n\
                    _sip._tcp SRV 0 1 5060 phone.example.test.";
        let zone = zone::parse(text, &domain).unwrap();
        let expected = of_zone(&domain, &zone.records, &Wishes::default()).unwrap();
        let shown: Vec<String> = services(&expected)
            .iter()
            .map(|s| format!("{} {} {}:{}", s.kind.as_str(), s.security.as_str(), s.host, s.port))
            .collect();
        let wanted = [
            "imap tls in.example.test:993",
            "smtp tls one.example.test:4650",
            "smtp tls two.example.test:465",
            "smtp starttls out.example.test:587",
        ];
        assert_eq!(shown, wanted);
    }
}
