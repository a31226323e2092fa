//! The mail server: its address as a URL, and talking to it.

use std::fmt;
use std::time::Duration;

use kernel::DomainName;
use lettre::Message;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;
use url::{Host, Url};

/// Where mails are handed over.
#[derive(Clone)]
pub struct Transport {
    host: String,
    port: u16,
    security: Security,
    login: Option<(String, SecretString)>,
}

#[derive(Clone)]
enum Security {
    /// TLS from the first byte.
    Tls(TlsParameters),
    /// STARTTLS, and nothing without it.
    StartTls(TlsParameters),
    /// None.
    Plain,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// A text says of no mail server how to reach it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTransport {
    /// It can't be read at all.
    #[error(
        "it is no URL such as smtps://user:password@mail.example.com; special characters in user and password are \
         percent-encoded, as %40 for @"
    )]
    NoUrl,
    /// Neither `smtp` nor `smtps`.
    #[error("it must begin with smtps:// or smtp://")]
    Scheme,
    /// There is none, or it can't be one.
    #[error("it names no host")]
    Host,
    /// More than a mail server's address.
    #[error(
        "nothing may follow the port but ?tls=required or, after smtp://, ?tls=none; special characters in user and \
         password are percent-encoded, as %2F for /"
    )]
    Excess,
    /// A user without a password, or the other way round.
    #[error("it has a user without a password or a password without a user")]
    HalfLogin,
    /// Not percent-encoded UTF-8.
    #[error("its user or password isn't percent-encoded UTF-8")]
    Encoding,
    /// To another machine, without TLS.
    #[error("with ?tls=none the password would be sent unencrypted; leave one of them out")]
    PasswordInTheClear,
    /// The extra certificates, or those of the system.
    #[error("the trusted certificates can't be used: {0}")]
    Roots(String),
}

impl Transport {
    /// Reads `smtps://user:password@host:port` (TLS, port 465 unless told) or `smtp://...` (STARTTLS, port 587 unless
    /// told). Without TLS, which `?tls=none` asks for, are mails sent to the loopback address. `extra_roots` are PEM
    /// certificates that are trusted beside the system's.
    pub fn new(url: &str, extra_roots: Option<&[u8]>) -> Result<Self, BadTransport> {
        let url = Url::parse(url.trim()).map_err(|_| BadTransport::NoUrl)?;
        let is_tls_first = match url.scheme() {
            "smtps" => true,
            "smtp" => false,
            _ => return Err(BadTransport::Scheme),
        };
        let host = url.host_str().ok_or(BadTransport::Host)?;
        let host = Host::parse(host).map_err(|_| BadTransport::Host)?;
        let is_near = match &host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        let host = match host {
            Host::Ipv6(address) => address.to_string(),
            other => other.to_string(),
        };
        let wants_tls = match (url.query(), is_near) {
            _ if url.fragment().is_some() || !matches!(url.path(), "" | "/") => {
                return Err(BadTransport::Excess);
            }
            (None, is_near) => !is_near,
            (Some("tls=required"), _) => true,
            (Some("tls=none"), _) if !is_tls_first => false,
            (Some(_), _) => return Err(BadTransport::Excess),
        };
        let login = login(&url)?;
        let (security, usual_port) = match (is_tls_first, wants_tls) {
            (true, _) => (Security::Tls(tls(&host, extra_roots)?), 465),
            (false, true) => (Security::StartTls(tls(&host, extra_roots)?), 587),
            (false, false) if login.is_some() && !is_near => return Err(BadTransport::PasswordInTheClear),
            (false, false) => (Security::Plain, 25),
        };
        Ok(Self { port: url.port().unwrap_or(usual_port), host, security, login })
    }

    /// Connects, and signs in if need be. Whatever goes wrong here is no mail's fault.
    pub(crate) async fn connect(&self, own: &DomainName, patience: Duration) -> Result<Connection, Failure> {
        let server = format!("{self:?}");
        match self.reach(own, patience).await {
            Ok(inner) => Ok(Connection { inner, server }),
            Err(refusal) => {
                let why = refusal.why;
                Err(Failure::no_server(&format!("The mail server {server} can't be used: {why}")))
            }
        }
    }

    /// The same, with what it fails at.
    pub(crate) async fn reach(
        &self,
        own: &DomainName,
        patience: Duration,
    ) -> Result<AsyncSmtpConnection, Refusal> {
        let connected = timeout(patience, self.open(own)).await;
        connected.unwrap_or_else(|_| Err(Refusal { stage: Stage::Silence, why: late(patience) }))
    }

    async fn open(&self, own: &DomainName) -> Result<AsyncSmtpConnection, Refusal> {
        let hello = ClientId::Domain(own.ascii().to_owned());
        let wrapped = match &self.security {
            Security::Tls(tls) => Some(tls.clone()),
            _ => None,
        };
        let server = (self.host.as_str(), self.port);
        let at = |stage: Stage| {
            move |error: lettre::transport::smtp::Error| {
                let stage = if error.is_tls() { Stage::Certificate } else { stage };
                Refusal { stage, why: error.to_string() }
            }
        };
        let mut connection = AsyncSmtpConnection::connect_tokio1(server, None, &hello, wrapped, None)
            .await
            .map_err(at(Stage::Connect))?;
        if let Security::StartTls(tls) = &self.security {
            connection.starttls(tls.clone(), &hello).await.map_err(at(Stage::StartTls))?;
        }
        if let Some((user, password)) = &self.login {
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            connection.auth(&mechanisms, &credentials).await.map_err(at(Stage::SignIn))?;
        }
        Ok(connection)
    }
}

/// What a mail server was asked for when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// To be there and greet.
    Connect,
    /// To answer at all.
    Silence,
    /// To encrypt what follows.
    StartTls,
    /// To show a certificate that is trusted.
    Certificate,
    /// To let us in.
    SignIn,
}

/// A mail server that can't be used, and why.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub stage: Stage,
    pub why: String,
}

fn login(url: &Url) -> Result<Option<(String, SecretString)>, BadTransport> {
    let decoded = |text| {
        let decoded = percent_decode_str(text).decode_utf8();
        decoded.map(std::borrow::Cow::into_owned).map_err(|_| BadTransport::Encoding)
    };
    match (url.username(), url.password().unwrap_or_default()) {
        ("", "") => Ok(None),
        ("", _) | (_, "") => Err(BadTransport::HalfLogin),
        (user, password) => Ok(Some((decoded(user)?, decoded(password)?.into()))),
    }
}

fn tls(host: &str, extra_roots: Option<&[u8]>) -> Result<TlsParameters, BadTransport> {
    let bad = |error: lettre::transport::smtp::Error| BadTransport::Roots(error.to_string());
    let builder = TlsParameters::builder(host.to_owned());
    let builder = match extra_roots {
        None => builder,
        Some(pem) => builder.add_root_certificate(Certificate::from_pem(pem).map_err(bad)?),
    };
    builder.build_rustls().map_err(bad)
}

fn late(patience: Duration) -> String {
    format!("no answer within {patience:?}")
}

/// A connection to the mail server, for one mail after another.
pub(crate) struct Connection {
    inner: AsyncSmtpConnection,
    server: String,
}

impl Connection {
    /// Hands a mail over. After a failure the connection is of no use.
    pub(crate) async fn send(&mut self, message: &Message, patience: Duration) -> Result<(), Failure> {
        let bytes = message.formatted();
        let sent = timeout(patience, self.inner.send(message.envelope(), &bytes)).await;
        let server = &self.server;
        let Ok(sent) = sent else {
            let error = format!("The mail server {server} gave {}.", late(patience));
            return Err(Failure { summary: error.clone(), error, meaning: Meaning::NotYet });
        };
        sent.map(|_| ()).map_err(|error| {
            let meaning = if error.is_permanent() { Meaning::Refused } else { Meaning::NotYet };
            let summary = match error.status() {
                Some(code) => format!("The mail server {server} answered {code}."),
                None => format!("The mail server {server} failed: {error}"),
            };
            Failure {
                error: kept(&format!("The mail server {server} didn't accept it: {error}")),
                summary,
                meaning,
            }
        })
    }

    /// Ends it in a friendly way, but does not insist.
    pub(crate) async fn quit(mut self) {
        let _ = timeout(Duration::from_secs(1), self.inner.quit()).await;
    }
}

/// What a failure means for the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The server can't be used, by no mail's fault.
    NoServer,
    /// The mail was not taken this time.
    NotYet,
    /// The mail was refused for good.
    Refused,
}

/// A mail was not sent.
#[derive(Debug)]
pub(crate) struct Failure {
    pub meaning: Meaning,
    /// A sentence that is kept beside the mail, with what the server said.
    pub error: String,
    /// A sentence for the log, without what the server said of the mail.
    pub summary: String,
}

impl Failure {
    fn no_server(error: &str) -> Self {
        let error = kept(error);
        Self { meaning: Meaning::NoServer, summary: error.clone(), error }
    }

    /// The mail can't even be offered.
    pub(crate) fn unsendable(error: String) -> Self {
        Self { meaning: Meaning::Refused, summary: "This mail can't be sent.".to_owned(), error }
    }
}

/// The most of an error that is kept.
const MOST_KEPT: usize = 500;

/// What servers say may be long and in many lines.
fn kept(error: &str) -> String {
    let one_line = error.split_whitespace().collect::<Vec<_>>().join(" ");
    one_line.chars().filter(|letter| !letter.is_control()).take(MOST_KEPT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<(String, String), BadTransport> {
        let transport = Transport::new(url, None)?;
        let security = match transport.security {
            Security::Tls(_) => "tls",
            Security::StartTls(_) => "starttls",
            Security::Plain => "plain",
        };
        Ok((format!("{transport:?}"), security.to_owned()))
    }

    #[test]
    fn passwords_are_encrypted_on_their_way_and_names_have_their_usual_ports() {
        for (url, at, security) in [
            ("smtps://mail.example.test", "mail.example.test:465", "tls"),
            ("smtps://a:b@mail.example.test:4650", "mail.example.test:4650", "tls"),
            ("smtp://a:b@mail.example.test", "mail.example.test:587", "starttls"),
            ("smtp://mailpit:1025?tls=none", "mailpit:1025", "plain"),
            ("smtp://127.0.0.1:2525", "127.0.0.1:2525", "plain"),
            ("smtp://a:b@localhost", "localhost:25", "plain"),
            ("smtp://[::1]:25/?tls=required", "::1:25", "starttls"),
        ] {
            assert_eq!(read(url).unwrap(), (at.to_owned(), security.to_owned()), "{url}");
        }
    }

    #[test]
    fn what_is_wrong_with_an_address_is_said() {
        for (url, wrong) in [
            ("mail.example.test", BadTransport::NoUrl),
            ("smtp://a:p@ss/word@mail.example.test", BadTransport::Excess),
            ("https://mail.example.test", BadTransport::Scheme),
            ("smtp://", BadTransport::Host),
            ("smtps://mail.example.test/?tls=none", BadTransport::Excess),
            ("smtps://mail.example.test/inbox", BadTransport::Excess),
            ("smtps://a@mail.example.test", BadTransport::HalfLogin),
            ("smtps://a:%ff@mail.example.test", BadTransport::Encoding),
            ("smtp://a:b@mail.example.test?tls=none", BadTransport::PasswordInTheClear),
        ] {
            assert_eq!(read(url), Err(wrong), "{url}");
        }
        let roots = Transport::new("smtps://mail.example.test", Some(b"-----BEGIN CERTIFICATE-----\nx\n"));
        assert!(matches!(roots, Err(BadTransport::Roots(_))), "{roots:?}");
    }

    #[test]
    fn a_login_is_decoded_and_not_shown() {
        let transport = Transport::new("smtps://a%40b.test:p%3Aw%2Fd@mail.example.test", None).unwrap();
        assert!(!format!("{transport:?}").contains("p:w"));
        let (user, password) = transport.login.unwrap();
        assert_eq!((user.as_str(), password.expose_secret()), ("a@b.test", "p:w/d"));
    }
}
