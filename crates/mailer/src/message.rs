//! From a row to the mail as it goes over the wire. Made again from the same row it is the same, byte for byte.

use std::time::{Duration, SystemTime};

use lettre::address::AddressError;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

use crate::Sender;
use crate::tables::Model;

/// The mail. The error is a sentence.
pub fn compose(mail: &Model, from: &Sender) -> Result<Message, String> {
    let unfit = |error: AddressError| format!("an address can't be used in a mail: {error}");
    let from = Mailbox::new(from.name.clone(), from.address.to_string().parse::<Address>().map_err(unfit)?);
    let to = Mailbox::new(None, mail.recipient.parse::<Address>().map_err(unfit)?);
    let builder = Message::builder()
        .from(from)
        .to(to)
        .subject(mail.subject.clone())
        .date(date(mail.created_at))
        .message_id(mail.message_id.clone());
    // So that nobody's absence answers (RFC 3834, 5).
    let name = HeaderName::new_from_ascii("Auto-Submitted".to_owned());
    let name = name.map_err(|error| error.to_string())?;
    let builder = builder.raw_header(HeaderValue::new(name, "auto-generated".to_owned()));
    let text = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(mail.text.clone());
    let message = match &mail.html {
        None => builder.singlepart(text),
        Some(html) => {
            let html = SinglePart::builder().header(ContentType::TEXT_HTML).body(html.clone());
            let both = MultiPart::alternative().boundary(&mail.id);
            builder.multipart(both.singlepart(text).singlepart(html))
        }
    };
    message.map_err(|error| format!("the mail can't be made: {error}"))
}

fn date(micros: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(micros).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Model {
        Model {
            id: "mai_1".to_owned(),
            key: "k".to_owned(),
            recipient: "anna@acme.test".to_owned(),
            subject: "Ærø is suspended".to_owned(),
            text: ".\n..\nIt was suspended.\n".to_owned(),
            html: Some("<p>It was suspended.</p>".to_owned()),
            sealed: false,
            message_id: Some("<mai_1@example.test>".to_owned()),
            attempts: 1,
            error: None,
            created_at: 1_800_000_000_000_000,
            next_at: 0,
            sent_at: None,
        }
    }

    #[test]
    fn a_mail_that_is_sent_twice_is_the_same_mail() {
        let from = "Dezky <no-reply@example.test>".parse().unwrap();
        let first = compose(&row(), &from).unwrap().formatted();
        assert_eq!(first, compose(&row(), &from).unwrap().formatted());
        let text = String::from_utf8(first).unwrap();
        for line in [
            "Message-ID: <mai_1@example.test>",
            "Date: Fri, 15 Jan 2027 08:00:00 +0000",
            "Auto-Submitted: auto-generated",
            "To: anna@acme.test",
        ] {
            assert!(text.lines().any(|it| it == line), "no {line} in {text}");
        }
    }
}
