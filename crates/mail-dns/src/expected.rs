//! What the records of a mail domain should be: those of the mail server's zone, the proof of ownership, and the policy
//! that the admin chose.

use std::net::IpAddr;

use kernel::dns::{BadName, Data, Name, Question, Record};

use crate::dmarc::{Dmarc, Policy};
use crate::spf::{Sender, is_spf};

/// A record that should be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// What it is for.
    pub purpose: Purpose,
    /// Mail does not work as it should without it. The others are recommended.
    pub needed: bool,
    /// Its name.
    pub name: Name,
    /// What it should say.
    pub data: Data,
}

/// What a record is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Proves who the domain belongs to.
    Ownership,
    /// Where mail for the domain goes.
    Mx,
    /// Which hosts may send its mail.
    Spf,
    /// A key with which its mail is signed.
    Dkim,
    /// What to do with mail that is not from it.
    Dmarc,
    /// That mail to it must be encrypted.
    MtaSts,
    /// Where reports on encryption go.
    TlsRpt,
    /// How mail programs find their settings.
    ClientConfig,
    /// Where a service is.
    Service,
    /// The certificate of a service.
    Tlsa,
    /// Who may issue certificates.
    Caa,
    /// Something else.
    Other,
}

impl Purpose {
    /// All of them, in the order in which people should see to them.
    pub const ALL: [Self; 12] = [
        Self::Ownership,
        Self::Mx,
        Self::Spf,
        Self::Dkim,
        Self::Dmarc,
        Self::MtaSts,
        Self::TlsRpt,
        Self::ClientConfig,
        Self::Service,
        Self::Tlsa,
        Self::Caa,
        Self::Other,
    ];

    /// A short stable word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ownership => "ownership",
            Self::Mx => "mx",
            Self::Spf => "spf",
            Self::Dkim => "dkim",
            Self::Dmarc => "dmarc",
            Self::MtaSts => "mta-sts",
            Self::TlsRpt => "tls-rpt",
            Self::ClientConfig => "client-config",
            Self::Service => "service",
            Self::Tlsa => "tlsa",
            Self::Caa => "caa",
            Self::Other => "other",
        }
    }
}

/// The text record that proves who a domain belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ownership {
    /// The label below the domain, with the word by which the product is sold: `_acme-verification`, say.
    pub label: String,
    /// What the text begins with.
    pub prefix: String,
    /// What only this claim has.
    pub token: String,
}

/// What is wanted beyond the zone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wishes {
    /// The proof, where one is asked for.
    pub ownership: Option<Ownership>,
    /// The policy that the admin chose; none leaves that of the zone.
    pub dmarc: Option<Policy>,
}

impl Expected {
    /// What has to be asked about it.
    pub fn question(&self) -> Question {
        Question { name: self.name.clone(), kind: self.data.kind() }
    }

    /// As a record, for [`crate::zone::write()`].
    pub fn record(&self, ttl: u32) -> Record {
        Record { name: self.name.clone(), ttl, data: self.data.clone() }
    }
}

/// What should be there for a domain, in the order of [`Purpose::ALL`].
pub fn of_zone(domain: &Name, zone: &[Record], wishes: &Wishes) -> Result<Vec<Expected>, BadName> {
    let mut all = Vec::new();
    if let Some(ownership) = &wishes.ownership {
        let value = format!("{}{}", ownership.prefix, ownership.token);
        all.push(Expected {
            purpose: Purpose::Ownership,
            needed: true,
            name: domain.child(&ownership.label)?,
            data: text(&value),
        });
    }
    all.extend(zone.iter().map(|record| expected(domain, record, wishes.dmarc)));
    if let Some(policy) = wishes.dmarc
        && !all.iter().any(|one| one.purpose == Purpose::Dmarc)
    {
        let data = text(&format!("v=DMARC1; p={policy}"));
        all.push(Expected { purpose: Purpose::Dmarc, needed: true, name: domain.child("_dmarc")?, data });
    }
    all.sort_by_key(|one| one.purpose);
    Ok(all)
}

/// Who must be allowed to send for the domain: the mail exchangers of the platform, which send as well.
pub fn senders(expected: &[Expected]) -> Vec<Sender> {
    let host = |one: &Expected| match &one.data {
        Data::Mx { exchange, .. } if one.purpose == Purpose::Mx => Some(sender(exchange)),
        _ => None,
    };
    let mut senders: Vec<Sender> = expected.iter().filter_map(host).collect();
    senders.sort();
    senders.dedup();
    senders
}

fn sender(host: &Name) -> Sender {
    let address = host.as_str().parse::<IpAddr>();
    address.map_or_else(|_| Sender::Host(host.clone()), Sender::Address)
}

fn expected(domain: &Name, record: &Record, policy: Option<Policy>) -> Expected {
    let purpose = purpose(domain, record);
    let data = match (purpose, policy) {
        (Purpose::Dmarc, Some(policy)) => with_policy(&record.data, policy),
        _ => record.data.clone(),
    };
    let is_needed = match purpose {
        Purpose::Ownership | Purpose::Mx | Purpose::Dkim | Purpose::Dmarc => true,
        // A host's own line is for the mail that the host itself sends.
        Purpose::Spf => record.name == *domain,
        _ => false,
    };
    Expected { purpose, needed: is_needed, name: record.name.clone(), data }
}

fn purpose(domain: &Name, record: &Record) -> Purpose {
    let below = record.name.as_str().strip_suffix(domain.as_str()).map(|rest| rest.trim_end_matches('.'));
    let below = below.unwrap_or("-");
    match &record.data {
        Data::Mx { .. } => Purpose::Mx,
        Data::Srv { .. } => Purpose::Service,
        Data::Tlsa { .. } => Purpose::Tlsa,
        Data::Caa { .. } => Purpose::Caa,
        Data::Txt(strings) if is_spf(&String::from_utf8_lossy(&strings.concat())) => Purpose::Spf,
        Data::Txt(_) | Data::Cname(_) => match below {
            "_dmarc" => Purpose::Dmarc,
            "_mta-sts" | "mta-sts" => Purpose::MtaSts,
            "_smtp._tls" => Purpose::TlsRpt,
            "autoconfig" | "autodiscover" | "ua-auto-config" | "_ua-auto-config" => Purpose::ClientConfig,
            _ if below.ends_with("._domainkey") => Purpose::Dkim,
            _ => Purpose::Other,
        },
        _ => Purpose::Other,
    }
}

/// The record with another policy; addresses for reports and all else stay.
fn with_policy(data: &Data, policy: Policy) -> Data {
    let Data::Txt(strings) = data else {
        return data.clone();
    };
    let written = String::from_utf8_lossy(&strings.concat()).into_owned();
    match written.parse::<Dmarc>() {
        Ok(dmarc) => text(&Dmarc { policy, ..dmarc }.to_string()),
        Err(_) => text(&format!("v=DMARC1; p={policy}")),
    }
}

/// A text in strings of at most 255 bytes.
fn text(value: &str) -> Data {
    Data::Txt(value.as_bytes().chunks(255).map(<[u8]>::to_vec).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::show;
    use crate::zone;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn wanted(zone: &str, wishes: &Wishes) -> Vec<(Purpose, bool, String)> {
        let domain = name("acme.test");
        let lines: Vec<&str> = zone.lines().map(str::trim).collect();
        let zone = zone::parse(&lines.join("\n"), &domain).unwrap();
        let expected = of_zone(&domain, &zone.records, wishes).unwrap();
        expected.iter().map(|one| (one.purpose, one.needed, show(&one.data))).collect()
    }

    #[test]
    fn every_line_of_the_zone_has_its_purpose() {
        let zone = "
            mail TXT \"v=spf1 a -all\"
            autoconfig CNAME mail.example.test.
            @ TXT \"v=spf1 mx -all\"
            @ MX 10 mail.example.test.
            k._domainkey TXT \"v=DKIM1; p=\"
            _mta-sts TXT \"v=STSv1; id=1\"
            mta-sts CNAME mail.example.test.
            _smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@b.test\"
            _jmap._tcp SRV 0 1 443 mail.example.test.
            _25._tcp TLSA 3 1 1 ab
            @ CAA 0 issue \"ca.test\"
            @ TXT \"hello\"";
        let purposes: Vec<(Purpose, bool)> = wanted(zone, &Wishes::default())
            .into_iter()
            .map(|(purpose, needed, _)| (purpose, needed))
            .collect();
        assert_eq!(
            purposes,
            [
                (Purpose::Mx, true),
                (Purpose::Spf, false),
                (Purpose::Spf, true),
                (Purpose::Dkim, true),
                (Purpose::MtaSts, false),
                (Purpose::MtaSts, false),
                (Purpose::TlsRpt, false),
                (Purpose::ClientConfig, false),
                (Purpose::Service, false),
                (Purpose::Tlsa, false),
                (Purpose::Caa, false),
                (Purpose::Other, false),
            ]
        );
    }

    #[test]
    fn a_chosen_policy_takes_the_place_of_that_of_the_zone() {
        let wishes = Wishes { dmarc: Some(Policy::None), ownership: None };
        let with = |zone: &str| wanted(zone, &wishes).pop().unwrap().2;
        let zone = "_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:postmaster@acme.test\"";
        assert_eq!(with(zone), "v=DMARC1; p=none; rua=mailto:postmaster@acme.test");
        assert_eq!(with("@ MX 10 mail"), "v=DMARC1; p=none");
    }

    #[test]
    fn a_proof_is_asked_for_under_the_product_s_own_words() {
        let ownership = |label: &str| Wishes {
            ownership: Some(Ownership {
                label: label.to_owned(),
                prefix: "word=".to_owned(),
                token: "t1".to_owned(),
            }),
            dmarc: None,
        };
        assert_eq!(wanted("", &ownership("_word")), [(Purpose::Ownership, true, "word=t1".to_owned())]);
        assert_eq!(of_zone(&name("acme.test"), &[], &ownership("a b")), Err(BadName));
    }

    #[test]
    fn whoever_takes_the_mail_sends_it_too() {
        let domain = name("acme.test");
        let zone = zone::parse("@ MX 10 b.test.\n@ MX 20 a.test.", &domain).unwrap();
        let expected = of_zone(&domain, &zone.records, &Wishes::default()).unwrap();
        assert_eq!(senders(&expected), [Sender::Host(name("a.test")), Sender::Host(name("b.test"))]);
    }
}
