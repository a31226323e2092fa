//! Who sends a mail, as a receiver sees it (RFC 7208, 4.1).

use std::net::IpAddr;

use kernel::dns::Name;

/// Who sends, and what macros say of the receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The address of the connection. An IPv4 address within IPv6 counts as IPv4 (RFC 7208, 5).
    pub(super) address: IpAddr,
    pub(super) helo: String,
    pub(super) local: String,
    pub(super) domain: String,
    pub(super) receiver: String,
    pub(super) seconds: u64,
}

impl Client {
    /// A client by its address, the name with which it greets, and the sender that it gives. Without a sender the
    /// greeting counts (RFC 7208, 2.4).
    pub fn new(address: IpAddr, helo: &str, mail_from: &str) -> Self {
        let (local, domain) = match mail_from.rsplit_once('@') {
            Some((local, domain)) => (local, domain),
            None if mail_from.is_empty() => ("", helo),
            None => ("", mail_from),
        };
        Self {
            address: address.to_canonical(),
            helo: helo.to_owned(),
            local: if local.is_empty() { "postmaster" } else { local }.to_owned(),
            domain: domain.to_owned(),
            receiver: "unknown".to_owned(),
            seconds: 0,
        }
    }

    /// What explanations say of the receiver: its name, and the time in seconds since 1970.
    pub fn received_by(self, receiver: &str, seconds: u64) -> Self {
        Self { receiver: receiver.to_owned(), seconds, ..self }
    }

    /// The platform's host as it sends for a domain.
    pub(super) fn host(address: IpAddr, host: &Name, domain: &Name) -> Self {
        Self::new(address, host.as_str(), &format!("postmaster@{domain}"))
    }
}
