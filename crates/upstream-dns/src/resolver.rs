//! Which public resolver is asked, and how: read from a setting.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// A public resolver, by what people write: `1.1.1.1`, `tcp://9.9.9.9`, `tls://dns.quad9.net@9.9.9.9`,
/// `https://cloudflare-dns.com/dns-query@1.1.1.1`. A port may follow the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolver {
    text: String,
    pub(crate) at: SocketAddr,
    pub(crate) over: Over,
}

/// How a resolver is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Over {
    /// Datagrams, and TCP for what does not fit into one.
    Udp,
    Tcp,
    /// DNS over TLS (RFC 7858); the certificate must be of this host.
    Tls {
        host: String,
    },
    /// DNS over HTTPS (RFC 8484).
    Https {
        host: String,
        path: String,
    },
}

/// The text names no resolver.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} isn't a resolver: {why}. Use an address such as 1.1.1.1, tcp://1.1.1.1, tls://host@1.1.1.1 or \
     https://host/dns-query@1.1.1.1, each with a port if it isn't the usual one"
)]
pub struct BadResolver {
    text: String,
    why: &'static str,
}

/// Where DNS over HTTPS is found unless the setting says otherwise.
const USUAL_PATH: &str = "/dns-query";

impl Resolver {
    /// The resolver as people know it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// A resolver over UDP, with TCP for long answers.
    pub fn udp(at: SocketAddr) -> Self {
        let text = if at.port() == 53 { at.ip().to_string() } else { at.to_string() };
        Self { text, at, over: Over::Udp }
    }
}

impl FromStr for Resolver {
    type Err = BadResolver;

    fn from_str(text: &str) -> Result<Self, BadResolver> {
        let (at, over) = read(text.trim()).map_err(|why| BadResolver { text: text.to_owned(), why })?;
        Ok(Self { text: text.trim().to_owned(), at, over })
    }
}

fn read(text: &str) -> Result<(SocketAddr, Over), &'static str> {
    let (scheme, rest) = text.split_once("://").unwrap_or(("udp", text));
    match scheme {
        "udp" => Ok((address(rest, 53)?, Over::Udp)),
        "tcp" => Ok((address(rest, 53)?, Over::Tcp)),
        "tls" => {
            let (host, at) = rest.rsplit_once('@').ok_or(NO_HOST)?;
            Ok((address(at, 853)?, Over::Tls { host: host_name(host)? }))
        }
        "https" => {
            let (place, at) = rest.rsplit_once('@').ok_or(NO_HOST)?;
            let (host, path) = match place.split_once('/') {
                Some((host, path)) => (host, format!("/{path}")),
                None => (place, USUAL_PATH.to_owned()),
            };
            if !path.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err("the path has characters that need percent-encoding");
            }
            Ok((address(at, 443)?, Over::Https { host: host_name(host)?, path }))
        }
        _ => Err("use udp, tcp, tls or https"),
    }
}

const NO_HOST: &str = "a certificate is for a name, so the host must stand before the address: host@1.1.1.1";

fn host_name(text: &str) -> Result<String, &'static str> {
    let is_host = rustls::pki_types::ServerName::try_from(text).is_ok();
    if is_host { Ok(text.to_ascii_lowercase()) } else { Err("the text before the @ isn't a host name") }
}

fn address(text: &str, usual_port: u16) -> Result<SocketAddr, &'static str> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let at = match (text.parse::<SocketAddr>(), bare.parse::<IpAddr>()) {
        (Ok(at), _) => at,
        (_, Ok(ip)) => SocketAddr::new(ip, usual_port),
        _ => return Err("it has no valid IP address"),
    };
    if at.port() == 0 { Err("a port can't be 0") } else { Ok(at) }
}

impl fmt::Display for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (String, Over) {
        let resolver: Resolver = text.parse().unwrap();
        (resolver.at.to_string(), resolver.over)
    }

    #[test]
    fn every_way_to_ask_has_its_usual_port() {
        assert_eq!(of("1.1.1.1"), ("1.1.1.1:53".to_owned(), Over::Udp));
        assert_eq!(of("127.0.0.1:5300"), ("127.0.0.1:5300".to_owned(), Over::Udp));
        assert_eq!(of("2001:db8::1"), ("[2001:db8::1]:53".to_owned(), Over::Udp));
        assert_eq!(of("tcp://[2001:db8::1]"), ("[2001:db8::1]:53".to_owned(), Over::Tcp));
        let tls = Over::Tls { host: "dns.quad9.net".to_owned() };
        assert_eq!(of("tls://dns.quad9.net@9.9.9.9"), ("9.9.9.9:853".to_owned(), tls));
        let https = |path: &str| Over::Https { host: "dns.google".to_owned(), path: path.to_owned() };
        assert_eq!(of("https://dns.google@8.8.8.8"), ("8.8.8.8:443".to_owned(), https("/dns-query")));
        assert_eq!(
            of("https://dns.google/resolve@8.8.8.8:8443"),
            ("8.8.8.8:8443".to_owned(), https("/resolve"))
        );
    }

    #[test]
    fn what_names_no_resolver_is_told_why() {
        let why = |text: &str| text.parse::<Resolver>().unwrap_err().to_string();
        assert!(why("dns.google").contains("no valid IP address"));
        assert!(why("1.1.1.1:0").contains("a port can't be 0"));
        assert!(why("tls://1.1.1.1").contains("host@1.1.1.1"));
        assert!(why("https://a b/dns-query@1.1.1.1").contains("isn't a host name"));
        assert!(why("quic://dns.google@1.1.1.1").contains("udp, tcp, tls or https"));
    }
}
