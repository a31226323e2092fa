//! A mail that is to be sent, and putting it into the outbox.

use std::fmt;

use db::{Error, Tx};
use kernel::id::MailId;
use kernel::{Clock, EmailAddress};

use crate::store;

/// A mail that is to be sent; a [`Template`](crate::Template) makes it.
#[derive(Clone)]
pub struct Mail {
    /// Whom it is for.
    pub(crate) to: EmailAddress,
    /// What it is about, in one line. Line breaks in it become spaces.
    pub(crate) subject: String,
    /// What it says.
    pub(crate) text: String,
    /// The same for programs that show HTML.
    pub(crate) html: Option<String>,
    /// Stands for what the mail tells, and to whom: of several mails with the same key one is sent. It may be used
    /// again when the mail is forgotten, after a month.
    pub(crate) key: String,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("key", &self.key).finish_non_exhaustive()
    }
}

/// Longer subjects are cut.
const MOST_SUBJECT: usize = 200;

/// Puts a mail into the outbox, to be sent once the transaction is committed. A mail whose key is there already is
/// left out.
pub async fn enqueue(tx: &Tx, clock: &Clock, mail: &Mail) -> Result<(), Error> {
    let cleaned = Mail {
        subject: one_line(&mail.subject),
        text: without_controls(&mail.text),
        html: mail.html.as_deref().map(without_controls),
        ..mail.clone()
    };
    store::insert(tx, MailId::new(clock), clock.now(), cleaned).await
}

/// A header is one line: what comes after a line break would be another header.
fn one_line(text: &str) -> String {
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let line: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    line.join(" ").chars().take(MOST_SUBJECT).collect::<String>().trim_end().to_owned()
}

/// Lines end with `\n` alone, and of other control characters, which PostgreSQL takes in part, only tabs stay.
fn without_controls(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    lines.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_subject_can_not_become_a_second_header() {
        assert_eq!(one_line("Welcome\r\nBcc: eve@evil.test"), "Welcome Bcc: eve@evil.test");
        assert_eq!(one_line(" a\u{85}b\u{2028}c\u{0}d\t "), "a b c d");
    }

    #[test]
    fn what_a_mail_says_is_not_shown_in_logs() {
        let to = "anna@acme.test".parse().unwrap();
        let (subject, text) = ("secret subject".to_owned(), "secret text".to_owned());
        let mail = Mail { to, subject, text, html: Some("secret".to_owned()), key: "k".to_owned() };
        assert_eq!(format!("{mail:?}"), r#"Mail { key: "k", .. }"#);
    }

    proptest! {
        #[test]
        fn any_text_becomes_one_line_and_stays_so(text in any::<String>()) {
            let line = one_line(&text);
            prop_assert!(!line.chars().any(char::is_control) && line.chars().count() <= MOST_SUBJECT);
            prop_assert_eq!(one_line(&line), line);
        }
    }
}
