//! The policy that a domain's MTA-STS record speaks of (RFC 8461, 3.2): a text on the web.

use kernel::dns::Name;

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
}

/// The text is no policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no MTA-STS policy")]
pub struct BadPolicy;

impl Policy {
    /// Reads a policy. Fields that are not known are passed over, as the RFC wants.
    pub fn parse(text: &str) -> Result<Self, BadPolicy> {
        let pairs: Vec<(&str, &str)> =
            text.lines().filter_map(|line| line.split_once(':')).map(|(k, v)| (k.trim(), v.trim())).collect();
        let first = |wanted: &str| pairs.iter().find(|(key, _)| *key == wanted).map(|(_, value)| *value);
        if first("version") != Some("STSv1") || first("max_age").is_none_or(|age| age.parse::<u32>().is_err())
        {
            return Err(BadPolicy);
        }
        let mode = match first("mode") {
            Some("enforce") => Mode::Enforce,
            Some("testing") => Mode::Testing,
            Some("none") => Mode::None,
            _ => return Err(BadPolicy),
        };
        let named = pairs.iter().filter(|(key, _)| *key == "mx");
        let servers: Vec<String> = named.map(|(_, name)| name.to_ascii_lowercase()).collect();
        if servers.is_empty() && mode != Mode::None {
            return Err(BadPolicy);
        }
        Ok(Self { mode, servers })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_whatever_ends_its_lines() {
        let text = "version: STSv1\r\nmode: enforce\r\nmx: Mail.example.test\r\nmx: *.example.org\r\nmax_age: 604800\r\n";
        let policy = Policy::parse(text).unwrap();
        assert_eq!(policy.mode, Mode::Enforce);
        let allows = |name: &str| policy.allows(&name.parse().unwrap());
        assert!(allows("mail.example.test") && allows("a.example.org"));
        assert!(!allows("example.org") && !allows("b.a.example.org") && !allows("other.test"));
        assert_eq!(Policy::parse("version: STSv1\nmode: none\nmax_age: 1").unwrap().mode, Mode::None);
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        let page = "<!doctype html><p>Welcome: to nginx</p>";
        let nothing = "version: STSv1\nmode: enforce\nmax_age: 60";
        let odd = "version: STSv1\nmode: perhaps\nmx: a.test\nmax_age: 60";
        let no_age = "version: STSv1\nmode: enforce\nmx: a.test";
        for text in ["", page, nothing, odd, no_age, "mode: enforce\nmx: a.test\nmax_age: 60"] {
            assert_eq!(Policy::parse(text), Err(BadPolicy), "{text}");
        }
    }
}
