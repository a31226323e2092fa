//! Who hosts a domain's DNS, told by the names of its name servers, and how its form wants a record's name.

use kernel::dns::Name;

/// How a host's form takes the name of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Without the domain; `@` for the domain itself.
    Relative,
    /// Without the domain; left empty for the domain itself.
    RelativeOrEmpty,
    /// In full.
    Full,
}

impl Names {
    /// A short stable word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Relative => "relative",
            Self::RelativeOrEmpty => "relative-or-empty",
            Self::Full => "full",
        }
    }
}

/// A DNS host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Host {
    /// What it calls itself.
    pub name: &'static str,
    /// What the names of its name servers end with.
    servers: &'static [&'static str],
    /// How it takes names.
    pub names: Names,
}

const fn host(name: &'static str, servers: &'static [&'static str], names: Names) -> Host {
    Host { name, servers, names }
}

const HOSTS: [Host; 20] = [
    host("Cloudflare", &["ns.cloudflare.com"], Names::Relative),
    host("GoDaddy", &["domaincontrol.com"], Names::Relative),
    host(
        "Azure DNS",
        &["azure-dns.com", "azure-dns.net", "azure-dns.org", "azure-dns.info"],
        Names::Relative,
    ),
    host("Google Cloud DNS", &["googledomains.com"], Names::Full),
    host("one.com", &["one.com"], Names::RelativeOrEmpty),
    host("Simply.com", &["simply.com"], Names::Relative),
    host("Gandi", &["gandi.net"], Names::Relative),
    host("OVHcloud", &["ovh.net", "anycast.me"], Names::RelativeOrEmpty),
    host("Hetzner", &["ns.hetzner.com", "ns.hetzner.de", "first-ns.de", "second-ns.de"], Names::Relative),
    host("IONOS", &["ui-dns.com", "ui-dns.de", "ui-dns.org", "ui-dns.biz"], Names::Relative),
    host("Namecheap", &["registrar-servers.com"], Names::Relative),
    host("DNSimple", &["dnsimple.com", "dnsimple-edge.net"], Names::RelativeOrEmpty),
    host("DigitalOcean", &["digitalocean.com"], Names::Relative),
    host("Squarespace", &["squarespacedns.com"], Names::Relative),
    host("Wix", &["wixdns.net"], Names::Relative),
    host("Infomaniak", &["infomaniak.ch"], Names::RelativeOrEmpty),
    host("Loopia", &["loopia.se"], Names::Relative),
    host("STRATO", &["rzone.de"], Names::RelativeOrEmpty),
    host("NS1", &["nsone.net"], Names::Full),
    host("Akamai", &["akam.net"], Names::Full),
];

/// Amazon numbers the domains of its name servers: `ns-1.awsdns-00.com`.
const AMAZON: Host = host("Amazon Route 53", &[], Names::RelativeOrEmpty);

/// The host with this name server.
pub fn of_server(server: &Name) -> Option<Host> {
    let name = server.as_str();
    let is_of = |suffix: &str| name.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'));
    let found = HOSTS.into_iter().find(|host| host.servers.iter().any(|suffix| is_of(suffix)));
    found.or_else(|| name.contains(".awsdns-").then_some(AMAZON))
}

/// The host of this name.
pub fn named(name: &str) -> Option<Host> {
    HOSTS.into_iter().chain([AMAZON]).find(|host| host.name == name)
}

/// What to type for a name of this domain into the host's form.
pub fn typed(names: Names, name: &str, domain: &str) -> String {
    let below = name.strip_suffix(domain).map(|rest| rest.trim_end_matches('.'));
    match (names, below) {
        (Names::Full, _) | (_, None) => name.to_owned(),
        (Names::Relative | Names::RelativeOrEmpty, Some("")) => "@".to_owned(),
        (Names::Relative | Names::RelativeOrEmpty, Some(below)) => below.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_known_by_its_name_servers() {
        let of = |server: &str| of_server(&server.parse().unwrap()).map(|host| host.name);
        assert_eq!(of("art.ns.cloudflare.com"), Some("Cloudflare"));
        assert_eq!(of("ns-12.awsdns-01.co.uk"), Some("Amazon Route 53"));
        assert_eq!(of("ns01.one.com"), Some("one.com"));
        assert_eq!(of("ns1.notone.com"), None);
        assert!(HOSTS.iter().all(|host| named(host.name) == Some(*host)));
    }

    #[test]
    fn names_are_given_as_the_form_wants_them() {
        assert_eq!(typed(Names::Relative, "acme.test", "acme.test"), "@");
        assert_eq!(typed(Names::RelativeOrEmpty, "_dmarc.acme.test", "acme.test"), "_dmarc");
        assert_eq!(typed(Names::Full, "_dmarc.acme.test", "acme.test"), "_dmarc.acme.test");
        assert_eq!(typed(Names::Relative, "mail.example.test", "acme.test"), "mail.example.test");
    }
}
