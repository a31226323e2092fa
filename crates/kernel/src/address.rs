//! Domain names and e-mail addresses, checked more strictly than the upstreams do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Explain;

/// A domain name in its ASCII form (`xn--...` for international names), lower case, without a final dot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainName(String);

/// Why a text is no domain name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Explain)]
pub enum BadDomain {
    /// No dot in it.
    #[explain("input-full-domain")]
    NoDot,
    /// Breaks the rules of RFC 5890 or RFC 1035.
    #[explain("input-domain")]
    Syntax,
    /// Over 253 bytes in its ASCII form.
    #[explain("input-domain-too-long")]
    TooLong,
}

impl DomainName {
    /// The ASCII form, for protocols.
    pub fn ascii(&self) -> &str {
        &self.0
    }

    /// A domain as people type it or paste it from a browser: with a scheme, a port, a path or an `@` around it.
    pub fn typed(text: &str) -> Result<Self, BadDomain> {
        let text = text.trim();
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        let host = host.strip_prefix('@').unwrap_or(host);
        let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(host, _)| host).parse()
    }

    /// True for `other` itself and what is below it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.strip_suffix(&other.0).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// The form for people: `ærø.dk` rather than `xn--r-0fa8b.dk`.
    pub fn unicode(&self) -> String {
        idna::domain_to_unicode(&self.0).0
    }
}

impl FromStr for DomainName {
    type Err = BadDomain;

    fn from_str(text: &str) -> Result<Self, BadDomain> {
        let text = text.trim();
        let text = text.strip_suffix('.').unwrap_or(text);
        let ascii = idna::domain_to_ascii_strict(text).map_err(|_| BadDomain::Syntax)?;
        if ascii.len() > 253 {
            return Err(BadDomain::TooLong);
        }
        if !ascii.contains('.') {
            return Err(BadDomain::NoDot);
        }
        let label_ok = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let top_is_numeric =
            ascii.rsplit('.').next().is_some_and(|top| top.bytes().all(|b| b.is_ascii_digit()));
        if ascii.split('.').all(label_ok) && !top_is_numeric {
            Ok(Self(ascii))
        } else {
            Err(BadDomain::Syntax)
        }
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for DomainName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// An e-mail address of a person: lower case, an unquoted local part (RFC 5321, 4.1.2) and a [`DomainName`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress {
    local: String,
    domain: DomainName,
}

/// The text is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Explain)]
#[explain("input-email")]
pub struct BadEmail;

/// An address as people read it, `sean@ærø.dk` rather than `sean@xn--r-0fa8b.dk`. What is no address stays as it is.
pub fn readable_address(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((local, domain)) if domain.contains("xn--") => {
            format!("{local}@{}", idna::domain_to_unicode(domain).0)
        }
        _ => text.to_owned(),
    }
}

impl<'de> Deserialize<'de> for EmailAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl EmailAddress {
    /// What stands before the `@`, lower case.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// What stands after the `@`.
    pub fn domain(&self) -> &DomainName {
        &self.domain
    }
}

impl FromStr for EmailAddress {
    type Err = BadEmail;

    fn from_str(text: &str) -> Result<Self, BadEmail> {
        let (local, domain) = text.trim().rsplit_once('@').ok_or(BadEmail)?;
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
        let dots_ok = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
        if !(1..=64).contains(&local.len()) || !local.bytes().all(allowed) || !dots_ok {
            return Err(BadEmail);
        }
        let domain = domain.parse().map_err(|_| BadEmail)?;
        Ok(Self { local: local.to_ascii_lowercase(), domain })
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

impl Serialize for EmailAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn international_names_have_both_forms() {
        let name: DomainName = "Ærø-Bogføring.dk.".parse().unwrap();
        assert!(name.ascii().starts_with("xn--"));
        assert_eq!(name.unicode(), "ærø-bogføring.dk");
        assert_eq!(name.ascii().parse::<DomainName>().unwrap(), name);
    }

    #[test]
    fn what_is_no_domain_is_refused() {
        for bad in [
            "",
            "localhost",
            "under_score.test",
            "-dash.test",
            "a..b",
            "1.2.3.4",
            "a b.test",
            "http://a.test",
        ] {
            assert!(bad.parse::<DomainName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_domain_is_found_in_what_people_paste() {
        for text in [
            "https://acme-new.test/",
            "http://Acme-New.test:8080/mail?x=1#y",
            "acme-new.test/",
            "@acme-new.test",
            " acme-new.test. ",
            "acme-new.test:443",
        ] {
            assert_eq!(DomainName::typed(text).unwrap().ascii(), "acme-new.test", "{text}");
        }
        assert_eq!(DomainName::typed("https://ærø.test/").unwrap().unicode(), "ærø.test");
        for bad in
            ["https://", "https:///acme.test", "anna@acme.test", "acme.test:x", "https://1.2.3.4/", "acme"]
        {
            assert!(DomainName::typed(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn people_read_addresses_in_their_own_letters() {
        let address: EmailAddress = "Sean@Elsewhere-ærø.test".parse().unwrap();
        assert_eq!(readable_address(&address.to_string()), "sean@elsewhere-ærø.test");
        for same in ["sean@acme.test", "xn--r-0fa8b", ""] {
            assert_eq!(readable_address(same), same);
        }
    }

    #[test]
    fn addresses_are_lower_cased_and_strict() {
        assert_eq!("Anna.B@Acme.TEST".parse::<EmailAddress>().unwrap().to_string(), "anna.b@acme.test");
        for bad in ["", "a", "@b.test", "a@b", "\"a b\"@c.test", "a..b@c.test", "a@b@c test"] {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_what_parses_is_stable(text in "\\PC{0,80}") {
            if let Ok(name) = text.parse::<DomainName>() {
                prop_assert_eq!(name.ascii().parse::<DomainName>().unwrap(), name.clone());
            }
            if let Ok(address) = text.parse::<EmailAddress>() {
                prop_assert_eq!(address.to_string().parse::<EmailAddress>().unwrap(), address.clone());
            }
        }
    }
}
