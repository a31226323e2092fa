//! What went wrong with a call, and whether it may have happened all the same.

use std::fmt;
use std::time::Duration;

use rustls::CertificateError;

use crate::call::Answer;

/// Whether a failed call may have changed something upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It certainly did not: trying again is safe.
    None,
    /// Nobody knows: read before doing it again.
    Unknown,
}

/// What is wrong with a server's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadCertificate {
    /// Its time is over.
    Expired,
    /// Its time has not come.
    Early,
    /// Nobody that is trusted issued it.
    Issuer,
    /// It is for other names.
    Name,
    /// Anything else.
    Other,
}

impl BadCertificate {
    /// A short stable word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Early => "early",
            Self::Issuer => "issuer",
            Self::Name => "name",
            Self::Other => "other",
        }
    }
}

impl From<&CertificateError> for BadCertificate {
    fn from(error: &CertificateError) -> Self {
        match error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Self::Early,
            CertificateError::UnknownIssuer => Self::Issuer,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Self::Name,
            _ => Self::Other,
        }
    }
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// No connection could be made.
    Unreachable,
    /// The name leads to no address of the public internet, and no other may be called.
    NoAddress,
    /// The server's certificate is not to be trusted.
    Certificate(BadCertificate),
    /// The deadline passed.
    Timeout,
    /// The connection broke before the answer was whole.
    Closed,
    /// 429.
    RateLimited,
    /// 401, or what the upstream uses in its place: the credential is not taken.
    Unauthorized(Option<String>),
    /// A 4xx or the upstream's way of saying no; the text is the upstream's reason.
    Refused(u16, Option<String>),
    /// A 5xx, or the upstream's disguise of one.
    Broken(u16),
    /// The answer can't be understood.
    Malformed(String),
}

/// A failed call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallError {
    /// Which upstream, by the name of its client.
    pub upstream: &'static str,
    /// Why.
    pub cause: Cause,
    /// Whether it may have happened.
    pub effect: Effect,
    /// How long the upstream asked to wait.
    pub retry_after: Option<Duration>,
}

impl CallError {
    /// An error that certainly changed nothing.
    pub fn without_effect(upstream: &'static str, cause: Cause) -> Self {
        Self { upstream, cause, effect: Effect::None, retry_after: None }
    }

    /// An error after which only a read tells what happened.
    pub fn unknown(upstream: &'static str, cause: Cause) -> Self {
        Self { upstream, cause, effect: Effect::Unknown, retry_after: None }
    }

    pub(crate) fn of_answer(answer: &Answer, cause: Cause) -> Self {
        let took_effect =
            matches!(cause, Cause::Malformed(_) | Cause::Broken(_) | Cause::Closed | Cause::Timeout);
        let effect = if answer.had_effect && took_effect { Effect::Unknown } else { Effect::None };
        let retry_after = answer.header("retry-after").and_then(|s| s.parse().ok()).map(Duration::from_secs);
        Self { upstream: answer.upstream, cause, effect, retry_after }
    }

    pub(crate) fn of_status(answer: &Answer, detail: Option<String>) -> Self {
        let cause = match answer.status {
            401 => Cause::Unauthorized(detail),
            429 => Cause::RateLimited,
            status @ 400..=499 => Cause::Refused(status, detail),
            status => Cause::Broken(status),
        };
        Self::of_answer(answer, cause)
    }

    /// True when the same call may succeed later without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        !matches!(self.cause, Cause::Refused(..) | Cause::Unauthorized(_))
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.upstream;
        match &self.cause {
            Cause::Unreachable => write!(f, "{name} can't be reached"),
            Cause::NoAddress => write!(f, "{name} has no address on the public internet"),
            Cause::Certificate(why) => match why {
                BadCertificate::Expired => write!(f, "the certificate of {name} has expired"),
                BadCertificate::Early => write!(f, "the certificate of {name} isn't valid yet"),
                BadCertificate::Issuer => {
                    write!(f, "the certificate of {name} is from an issuer that isn't trusted")
                }
                BadCertificate::Name => write!(f, "the certificate of {name} is for other names"),
                BadCertificate::Other => write!(f, "the certificate of {name} can't be trusted"),
            },
            Cause::Timeout => write!(f, "{name} didn't answer in time"),
            Cause::Closed => write!(f, "{name} closed the connection before a reply"),
            Cause::RateLimited => write!(f, "{name} is limiting requests"),
            Cause::Unauthorized(None) => write!(f, "{name} doesn't accept Dezky's credential"),
            Cause::Unauthorized(Some(why)) => write!(f, "{name} doesn't accept Dezky's credential: {why}"),
            Cause::Refused(status, None) => write!(f, "{name} refused the request ({status})"),
            Cause::Refused(status, Some(why)) => write!(f, "{name} refused the request ({status}): {why}"),
            Cause::Broken(status) => write!(f, "{name} had an internal error ({status})"),
            Cause::Malformed(why) => write!(f, "{name} gave an unusable answer: {why}"),
        }
    }
}

impl std::error::Error for CallError {}
