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

/// Reasons are sentences; what is longer is no reason.
const LONGEST_REASON: usize = 600;

/// A text of somebody else in one line, without signs that a terminal obeys or that turn text around.
pub fn plain(text: &str) -> String {
    let is_obeyed = |sign: char| {
        sign.is_control()
            || matches!(sign, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|sign| if is_obeyed(sign) { ' ' } else { sign }).collect()
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

impl Cause {
    /// The same with a reason that can be shown anywhere: upstreams write it.
    fn in_one_line(self) -> Self {
        let short = |why: String| plain(&why).chars().take(LONGEST_REASON).collect();
        match self {
            Self::Unauthorized(why) => Self::Unauthorized(why.map(short)),
            Self::Refused(status, why) => Self::Refused(status, why.map(short)),
            Self::Malformed(why) => Self::Malformed(short(why)),
            other => other,
        }
    }
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
        Self { upstream, cause: cause.in_one_line(), effect: Effect::None, retry_after: None }
    }

    /// An error after which only a read tells what happened.
    pub fn unknown(upstream: &'static str, cause: Cause) -> Self {
        Self { upstream, cause: cause.in_one_line(), effect: Effect::Unknown, retry_after: None }
    }

    pub(crate) fn of_answer(answer: &Answer, cause: Cause) -> Self {
        let took_effect =
            matches!(cause, Cause::Malformed(_) | Cause::Broken(_) | Cause::Closed | Cause::Timeout);
        let effect = if answer.had_effect && took_effect { Effect::Unknown } else { Effect::None };
        let retry_after = answer.header("retry-after").and_then(|s| s.parse().ok()).map(Duration::from_secs);
        Self { upstream: answer.upstream, cause: cause.in_one_line(), effect, retry_after }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_of_an_upstream_forges_no_line_and_moves_no_cursor() {
        let hostile = "no\n\u{1b}[2Jok    Authentik: all is well\r\u{202e}\u{9b}1A";
        let error = |cause| CallError::without_effect("it", cause);
        for cause in [
            Cause::Refused(400, Some(hostile.to_owned())),
            Cause::Unauthorized(Some(hostile.to_owned())),
            Cause::Malformed(hostile.to_owned()),
        ] {
            let said = error(cause).to_string();
            assert!(said.ends_with("no  [2Jok    Authentik: all is well   1A"), "{said:?}");
        }
        let long = error(Cause::Refused(400, Some("é".repeat(5000)))).to_string();
        assert!(long.chars().count() < 700, "{}", long.chars().count());
        assert_eq!(plain("Zoë Müller, 東京"), "Zoë Müller, 東京");
    }
}
