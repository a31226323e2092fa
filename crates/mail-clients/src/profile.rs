//! A configuration profile for the mail of one address, as Apple's systems take it: a property list with one payload.

use i18n::Words;
use kernel::{EmailAddress, TenantId};
use mail_dns::services::Service;
use quick_xml::escape::escape;
use sha2::{Digest as _, Sha256};

/// The media type of such a file.
pub const MEDIA_TYPE: &str = "application/x-apple-aspen-config";

/// What a profile says.
#[derive(Debug, Clone, Copy)]
pub struct Profile<'a> {
    /// Whose address it is.
    pub tenant: TenantId,
    /// Who gives it, for people.
    pub organization: &'a str,
    /// What it is called on the device, and what it does.
    pub words: &'a Words,
    /// The address, which is also the user name.
    pub address: &'a EmailAddress,
    /// Where mail is read.
    pub incoming: &'a Service,
    /// Where mail is sent.
    pub outgoing: &'a Service,
}

/// A value of a property list.
enum Value {
    Text(String),
    Number(u16),
    Flag(bool),
    List(Vec<Value>),
    Dict(Vec<(&'static str, Value)>),
}

fn text(text: &(impl ToString + ?Sized)) -> Value {
    Value::Text(text.to_string())
}

impl Profile<'_> {
    /// The file. The same profile has the same ids each time, so that a newer one takes the place of an older.
    pub fn text(&self) -> String {
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
             \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n",
        );
        write(&mut out, &self.configuration(), 0);
        out.push_str("</plist>\n");
        out
    }

    fn said(&self, key: &str) -> String {
        self.words.tx(key, &[("address", self.address.to_string().into())])
    }

    fn configuration(&self) -> Value {
        Value::Dict(vec![
            ("PayloadContent", Value::List(vec![self.mail()])),
            ("PayloadDescription", text(&self.said("profile-says"))),
            ("PayloadDisplayName", text(&self.said("profile-name"))),
            ("PayloadIdentifier", text(&self.identifier())),
            ("PayloadOrganization", text(self.organization)),
            ("PayloadRemovalDisallowed", Value::Flag(false)),
            ("PayloadType", text("Configuration")),
            ("PayloadUUID", text(&self.uuid("configuration"))),
            ("PayloadVersion", Value::Number(1)),
        ])
    }

    fn mail(&self) -> Value {
        let authentication = || text("EmailAuthPassword");
        Value::Dict(vec![
            ("EmailAccountDescription", text(self.address)),
            ("EmailAccountType", text("EmailTypeIMAP")),
            ("EmailAddress", text(self.address)),
            ("IncomingMailServerAuthentication", authentication()),
            ("IncomingMailServerHostName", text(&self.incoming.host)),
            ("IncomingMailServerPortNumber", Value::Number(self.incoming.port)),
            ("IncomingMailServerUseSSL", Value::Flag(true)),
            ("IncomingMailServerUsername", text(self.address)),
            ("OutgoingMailServerAuthentication", authentication()),
            ("OutgoingMailServerHostName", text(&self.outgoing.host)),
            ("OutgoingMailServerPortNumber", Value::Number(self.outgoing.port)),
            ("OutgoingMailServerUseSSL", Value::Flag(true)),
            ("OutgoingMailServerUsername", text(self.address)),
            ("OutgoingPasswordSameAsIncomingPassword", Value::Flag(true)),
            ("PayloadDisplayName", text(self.address)),
            ("PayloadIdentifier", text(&format!("{}.mail", self.identifier()))),
            ("PayloadType", text("com.apple.mail.managed")),
            ("PayloadUUID", text(&self.uuid("mail"))),
            ("PayloadVersion", Value::Number(1)),
        ])
    }

    /// The domain from its end, as such identifiers are written, and what tells apart the addresses on it.
    fn identifier(&self) -> String {
        let labels: Vec<&str> = self.address.domain().ascii().rsplit('.').collect();
        format!("{}.mail.{}", labels.join("."), self.uuid("identifier").to_lowercase())
    }

    /// An id that follows from whose profile it is.
    fn uuid(&self, part: &str) -> String {
        let of = format!("{} {} {part}", self.tenant, self.address);
        let hash = Sha256::digest(of);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid().hyphenated().to_string().to_uppercase()
    }
}

fn write(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Text(text) => line(out, depth, &["<string>", &escape(text), "</string>"]),
        Value::Number(number) => line(out, depth, &["<integer>", &number.to_string(), "</integer>"]),
        Value::Flag(flag) => line(out, depth, &[if *flag { "<true/>" } else { "<false/>" }]),
        Value::List(list) => {
            line(out, depth, &["<array>"]);
            for value in list {
                write(out, value, depth + 1);
            }
            line(out, depth, &["</array>"]);
        }
        Value::Dict(dict) => {
            line(out, depth, &["<dict>"]);
            for (key, value) in dict {
                line(out, depth + 1, &["<key>", key, "</key>"]);
                write(out, value, depth + 1);
            }
            line(out, depth, &["</dict>"]);
        }
    }
}

fn line(out: &mut String, depth: usize, parts: &[&str]) {
    out.extend(std::iter::repeat_n('\t', depth));
    out.extend(parts.iter().copied());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use kernel::dns::Name;
    use mail_dns::services::{Security, ServiceKind};

    use std::sync::Arc;

    use i18n::{Catalogues, Language, Source};

    use super::*;

    fn service(kind: ServiceKind, port: u16) -> Service {
        let host: Name = "mail.example.test".parse().unwrap();
        Service { kind, security: Security::Tls, host, port }
    }

    fn profile(organization: &str, address: &str) -> String {
        let english = Source { language: Language::English, text: include_str!("../text/en.ftl") };
        let catalogues = Catalogues::new(&[english]).unwrap();
        let profile = Profile {
            words: &Words::new(Arc::new(catalogues), Language::English),
            tenant: "ten_0190a1b2c3d47e5f8091a2b3c4d5e6f7".parse().unwrap(),
            organization,
            address: &address.parse().unwrap(),
            incoming: &service(ServiceKind::Imap, 993),
            outgoing: &service(ServiceKind::Submission, 465),
        };
        profile.text()
    }

    #[test]
    fn a_profile_sets_up_one_address_without_a_password() {
        insta::assert_snapshot!(profile("Ærø & Søn", "anna@acme-widgets.test"));
    }

    #[test]
    fn each_address_has_a_profile_of_its_own_and_always_the_same() {
        let anna = profile("Acme", "anna@acme.test");
        assert_eq!(anna, profile("Acme", "Anna@acme.test"));
        let id = |text: &str| text.split("PayloadUUID</key>").nth(1).unwrap()[..80].to_owned();
        assert_ne!(id(&anna), id(&profile("Acme", "bo@acme.test")));
    }

    #[test]
    fn what_is_written_can_be_read() {
        let text = profile("<Acme> & \"Co\"", "a&b'c@acme.test");
        let root = crate::xml::read(&text).unwrap();
        let strings: Vec<&str> = root.inside[0].all("string").map(|one| one.text.as_str()).collect();
        assert!(strings.contains(&"<Acme> & \"Co\"") && strings.contains(&"Mail of a&b'c@acme.test"));
    }
}
