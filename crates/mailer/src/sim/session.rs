//! One conversation in SMTP: what is answered to each line, without the socket.

/// What one client has said so far.
#[derive(Debug, Default)]
pub struct Session {
    greeted: bool,
    from: Option<String>,
    to: Vec<String>,
}

/// A line of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The first word, in capitals.
    pub verb: String,
    /// What follows it.
    pub rest: String,
}

/// Most servers take no more.
const MOST_RECIPIENTS: usize = 100;

impl Command {
    /// Reads a line.
    pub fn read(line: &[u8]) -> Self {
        let line = String::from_utf8_lossy(line);
        let (verb, rest) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
        Self { verb: verb.to_ascii_uppercase(), rest: rest.trim().to_owned() }
    }

    /// The address that it names, for the fault dial; `/` without one.
    pub fn path(&self) -> String {
        format!("/{}", address(&self.rest).unwrap_or_default())
    }
}

/// The address in `FROM:<anna@acme.test> SIZE=1`.
fn address(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('<')?;
    let (address, _) = rest.split_once('>')?;
    Some(address.to_owned())
}

impl Session {
    /// True when the text of a mail may follow.
    pub fn is_addressed(&self) -> bool {
        !self.to.is_empty()
    }

    /// Answers a line. `most` is the longest mail that is taken.
    pub fn answer(&mut self, command: &Command, most: usize) -> String {
        let fixed = match command.verb.as_str() {
            "EHLO" => {
                self.forget(true);
                return format!(
                    "250-mail catcher\r\n250-SIZE {most}\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n\
                     250 AUTH PLAIN"
                );
            }
            "HELO" => {
                self.forget(true);
                "250 mail catcher"
            }
            "AUTH" => match command.rest.split_once(' ') {
                Some((kind, _)) if kind.eq_ignore_ascii_case("PLAIN") => "235 2.7.0 Any password will do",
                _ => "504 5.5.4 Only PLAIN, with what it says in the same line",
            },
            "MAIL" => self.mail(&command.rest, most),
            "RCPT" => self.rcpt(&command.rest),
            "DATA" => "503 5.5.1 RCPT first",
            "RSET" => {
                self.forget(self.greeted);
                "250 2.0.0 Ok"
            }
            "NOOP" => "250 2.0.0 Ok",
            "VRFY" => "252 2.5.2 Send it and see",
            "QUIT" => "221 2.0.0 Bye",
            _ => "502 5.5.2 There is no such command here",
        };
        fixed.to_owned()
    }

    fn mail(&mut self, rest: &str, most: usize) -> &'static str {
        if !self.greeted {
            return "503 5.5.1 EHLO first";
        }
        if self.from.is_some() {
            return "503 5.5.1 One mail after another";
        }
        let from =
            rest.get(..5).filter(|word| word.eq_ignore_ascii_case("FROM:")).and_then(|_| address(rest));
        let Some(from) = from else { return "501 5.5.4 As in MAIL FROM:<anna@acme.test>" };
        let sizes =
            rest.split(' ').filter_map(|word| word.to_ascii_uppercase().strip_prefix("SIZE=")?.parse().ok());
        if sizes.into_iter().any(|size: usize| size > most) {
            return "552 5.3.4 That is too long";
        }
        self.from = Some(from);
        "250 2.1.0 Ok"
    }

    fn rcpt(&mut self, rest: &str) -> &'static str {
        if self.from.is_none() {
            return "503 5.5.1 MAIL first";
        }
        if self.to.len() >= MOST_RECIPIENTS {
            return "452 4.5.3 Too many recipients";
        }
        let to = rest.get(..3).filter(|word| word.eq_ignore_ascii_case("TO:")).and_then(|_| address(rest));
        let Some(to) = to.filter(|to| to.contains('@')) else {
            return "501 5.5.4 As in RCPT TO:<anna@acme.test>";
        };
        self.to.push(to);
        "250 2.1.5 Ok"
    }

    /// Whom the mail is from and for. The next one begins anew.
    pub fn take(&mut self) -> (String, Vec<String>) {
        (self.from.take().unwrap_or_default(), std::mem::take(&mut self.to))
    }

    fn forget(&mut self, greeted: bool) {
        *self = Self { greeted, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_have_an_order_and_each_mail_begins_anew() {
        let mut session = Session::default();
        let mut code = |line: &str| {
            if line.starts_with("DATA") && session.is_addressed() {
                let (from, to) = session.take();
                return format!("{from} to {}", to.join(" "));
            }
            session.answer(&Command::read(line.as_bytes()), 1000)[..3].to_owned()
        };
        for (line, expected) in [
            ("MAIL FROM:<a@b.test>\r\n", "503"),
            ("EHLO here\r\n", "250"),
            ("AUTH PLAIN AGEAYg==\r\n", "235"),
            ("RCPT TO:<c@d.test>\r\n", "503"),
            ("mail from:<a@b.test> SIZE=900 BODY=8BITMIME\r\n", "250"),
            ("DATA\r\n", "503"),
            ("RCPT TO:<c@d.test>\r\n", "250"),
            ("RCPT TO:<>\r\n", "501"),
            ("RCPT TO:<e@f.test>\r\n", "250"),
            ("DATA\r\n", "a@b.test to c@d.test e@f.test"),
            ("DATA\r\n", "503"),
            ("MAIL FROM:<> SIZE=1001\r\n", "552"),
            ("MAIL FROM:<>\r\n", "250"),
            ("RSET\r\n", "250"),
            ("RCPT TO:<c@d.test>\r\n", "503"),
            ("STARTTLS\r\n", "502"),
            ("NOOP\r\n", "250"),
            ("quit\r\n", "221"),
        ] {
            assert_eq!(code(line), expected, "{line}");
        }
    }
}
