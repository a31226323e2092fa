//! The policy that a domain's MTA-STS record speaks of (RFC 8461, 3.2): a text on the web.

use kernel::dns::Name;

/// The longest time for which a policy may be kept: about a year.
const MOST_AGE: u32 = 31_557_600;
/// Bytes of the longest domain (RFC 5321, 4.5.3.1.2).
const MOST_DOMAIN: usize = 255;

/// What a server that sends to the domain does when encryption fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Sends nothing.
    Enforce,
    /// Sends, and reports it.
    Testing,
    /// As if there were no policy.
    None,
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What it asks for.
    pub mode: Mode,
    /// The names of mail servers; one that begins with `*.` stands for all names one level below.
    pub servers: Vec<String>,
    /// For how many seconds it may be kept.
    pub max_age: u32,
}

/// Why a text is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPolicy {
    /// It doesn't say `version: STSv1`, so it is something else.
    #[error("the line version: STSv1 is missing")]
    NoVersion,
    /// A line is no name and value with a colon between.
    #[error("“{0}” isn't a policy line")]
    Line(String),
    /// There is no mode.
    #[error("the line mode is missing")]
    NoMode,
    /// A mode that there is not.
    #[error("“{0}” isn't enforce, testing or none")]
    Mode(String),
    /// It doesn't say for how long it may be kept.
    #[error("the line max_age is missing")]
    NoMaxAge,
    /// That is no number of seconds, or too many.
    #[error("max_age “{0}” isn't a number of seconds from 0 to 31557600")]
    MaxAge(String),
    /// It names no mail server.
    #[error("the line mx is missing")]
    NoServer,
    /// What should be the name of one mail server is not.
    #[error("mx “{0}” isn't the name of one mail server")]
    Server(String),
}

impl BadPolicy {
    /// A short stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoVersion => "no-version",
            Self::Line(_) => "line",
            Self::NoMode => "no-mode",
            Self::Mode(_) => "mode",
            Self::NoMaxAge => "no-max-age",
            Self::MaxAge(_) => "max-age",
            Self::NoServer => "no-server",
            Self::Server(_) => "bad-server",
        }
    }

    /// The part that is meant.
    pub fn part(&self) -> &str {
        match self {
            Self::NoVersion => "version",
            Self::NoMode => "mode",
            Self::NoMaxAge => "max_age",
            Self::NoServer => "mx",
            Self::Line(part) | Self::Mode(part) | Self::MaxAge(part) | Self::Server(part) => part,
        }
    }
}

impl Policy {
    /// Reads a policy. Fields that are not known are passed over, and so are all but the first of those that count once.
    pub fn parse(text: &str) -> Result<Self, BadPolicy> {
        let lines: Vec<&str> = text.lines().map(|line| line.trim_end_matches(is_blank)).collect();
        let pairs: Vec<Option<(&str, &str)>> = lines.iter().map(|line| pair(line)).collect();
        let all = |wanted: &'static str| {
            pairs.iter().flatten().filter(move |(key, _)| *key == wanted).map(|(_, value)| *value)
        };
        if all("version").next() != Some("STSv1") {
            return Err(BadPolicy::NoVersion);
        }
        let broken = lines.iter().zip(&pairs).find(|(line, pair)| !line.is_empty() && pair.is_none());
        if let Some((line, _)) = broken {
            return Err(BadPolicy::Line((*line).to_owned()));
        }
        let mode = mode(all("mode").next().ok_or(BadPolicy::NoMode)?)?;
        let max_age = max_age(all("max_age").next().ok_or(BadPolicy::NoMaxAge)?)?;
        let servers = all("mx").map(server).collect::<Result<Vec<_>, _>>()?;
        if servers.is_empty() && mode != Mode::None {
            return Err(BadPolicy::NoServer);
        }
        Ok(Self { mode, servers, max_age })
    }

    /// True when mail may go to this server by the policy.
    pub fn allows(&self, server: &Name) -> bool {
        let fits = |pattern: &String| match pattern.strip_prefix("*.") {
            Some(above) => server.as_str().split_once('.').is_some_and(|(_, rest)| rest == above),
            None => server.as_str() == pattern,
        };
        self.servers.iter().any(fits)
    }
}

fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t')
}

/// A line: a name of letters, digits, `_`, `-` and `.`, a colon, blanks, a value.
fn pair(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let is_key = key.starts_with(|first: char| first.is_ascii_alphanumeric())
        && key.len() <= 32
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    is_key.then(|| (key, value.trim_matches(is_blank)))
}

fn mode(text: &str) -> Result<Mode, BadPolicy> {
    match text {
        "enforce" => Ok(Mode::Enforce),
        "testing" => Ok(Mode::Testing),
        "none" => Ok(Mode::None),
        other => Err(BadPolicy::Mode(other.to_owned())),
    }
}

fn max_age(text: &str) -> Result<u32, BadPolicy> {
    let is_number = (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text.parse().ok().filter(|seconds| is_number && *seconds <= MOST_AGE);
    seconds.ok_or_else(|| BadPolicy::MaxAge(text.to_owned()))
}

/// A domain as mail servers write it (RFC 5321, 4.1.2), maybe below an asterisk.
fn server(text: &str) -> Result<String, BadPolicy> {
    let domain = text.strip_prefix("*.").unwrap_or(text);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_domain = domain.len() <= MOST_DOMAIN && domain.split('.').all(is_label);
    // An address has only digits at its end, and no certificate is for one here.
    let is_address =
        domain.rsplit('.').next().is_some_and(|top| top.bytes().all(|byte| byte.is_ascii_digit()));
    if is_domain && !is_address {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(BadPolicy::Server(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_whatever_ends_its_lines() {
        let text = "version: STSv1\r\nmode: enforce\r\nmx: Mail.example.test\r\nmx: *.example.org\r\nmax_age: 604800\r\n";
        let policy = Policy::parse(text).unwrap();
        assert_eq!((policy.mode, policy.max_age), (Mode::Enforce, 604_800));
        let allows = |name: &str| policy.allows(&name.parse().unwrap());
        assert!(allows("mail.example.test") && allows("a.example.org"));
        assert!(!allows("example.org") && !allows("b.a.example.org") && !allows("other.test"));
        assert_eq!(Policy::parse("version: STSv1\nmode: none\nmax_age: 1").unwrap().mode, Mode::None);
    }

    #[test]
    fn what_is_not_known_is_passed_over_and_what_comes_again_too() {
        let text = "version:STSv1\nx-note: a, b\nmode: testing\nmode: enforce\nmx: a.test \nmax_age: 31557600\n\
                    max_age: many\n";
        let policy = Policy::parse(text).unwrap();
        assert_eq!((policy.mode, policy.max_age), (Mode::Testing, 31_557_600));
        assert_eq!(policy.servers, ["a.test"]);
    }

    #[test]
    fn what_is_no_policy_is_refused_with_the_reason() {
        let with = |line: &str| {
            let (key, _) = line.split_once(':').unwrap();
            let lines = ["version: STSv1", "mode: enforce", "mx: a.test", "max_age: 60"];
            let others = lines.iter().filter(|other| !other.starts_with(key)).copied();
            others.chain([line]).collect::<Vec<_>>().join("\n")
        };
        for (text, code, part) in [
            (String::new(), "no-version", "version"),
            ("<!doctype html><p>Welcome: to nginx</p>".to_owned(), "no-version", "version"),
            ("mode: enforce\nmx: a.test\nmax_age: 60".to_owned(), "no-version", "version"),
            (with("version: STSv2"), "no-version", "version"),
            (with("version: stsv1"), "no-version", "version"),
            ("Version: STSv1\nmode: none\nmax_age: 60".to_owned(), "no-version", "version"),
            ("version: STSv1\nmode: enforce\nmax_age: 60".to_owned(), "no-server", "mx"),
            ("version: STSv1\nmode: enforce\nmx: a.test".to_owned(), "no-max-age", "max_age"),
            ("version: STSv1\nmx: a.test\nmax_age: 60".to_owned(), "no-mode", "mode"),
            (with("version: STSv1\nhello"), "line", "hello"),
            (with("version: STSv1\n mx: b.test"), "line", " mx: b.test"),
            (with("version: STSv1\nmx : b.test"), "line", "mx : b.test"),
            (with("mode: perhaps"), "mode", "perhaps"),
            (with("mode: Enforce"), "mode", "Enforce"),
            (with("mode:"), "mode", ""),
            (with("max_age: 99999999"), "max-age", "99999999"),
            (with("max_age: 31557601"), "max-age", "31557601"),
            (with("max_age: 00000000060"), "max-age", "00000000060"),
            (with("max_age: +5"), "max-age", "+5"),
            (with("max_age: -5"), "max-age", "-5"),
            (with("max_age: 1d"), "max-age", "1d"),
            (with("max_age: 60.0"), "max-age", "60.0"),
            (with("max_age:"), "max-age", ""),
            (with("mx:"), "bad-server", ""),
            (with("mx: a.b, c.d"), "bad-server", "a.b, c.d"),
            (with("mx: a.b c.d"), "bad-server", "a.b c.d"),
            (with("mx: *"), "bad-server", "*"),
            (with("mx: *."), "bad-server", "*."),
            (with("mx: *.*.a.test"), "bad-server", "*.*.a.test"),
            (with("mx: mail.*.test"), "bad-server", "mail.*.test"),
            (with("mx: *mail.a.test"), "bad-server", "*mail.a.test"),
            (with("mx: .a.test"), "bad-server", ".a.test"),
            (with("mx: a..test"), "bad-server", "a..test"),
            (with("mx: a.test."), "bad-server", "a.test."),
            (with("mx: -a.test"), "bad-server", "-a.test"),
            (with("mx: a_b.test"), "bad-server", "a_b.test"),
            (with("mx: ærø.test"), "bad-server", "ærø.test"),
            (with("mx: 192.0.2.1"), "bad-server", "192.0.2.1"),
            (with("mx: [192.0.2.1]"), "bad-server", "[192.0.2.1]"),
            (with("mx: 10 a.test"), "bad-server", "10 a.test"),
        ] {
            let error = Policy::parse(&text).unwrap_err();
            assert_eq!((error.code(), error.part()), (code, part), "{text}");
        }
    }
}
