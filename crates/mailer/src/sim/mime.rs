//! Reads from a mail what people read: subject and text. Whatever is odd in a mail is shown as it came.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What is read from a mail.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Content {
    pub subject: String,
    pub message_id: String,
    pub text: String,
    pub html: Option<String>,
}

/// Parts within parts are read so deep.
const DEPTH: usize = 5;

/// Reads a mail.
pub fn read(mail: &[u8]) -> Content {
    let (headers, _) = split(mail);
    let mut content = Content {
        subject: words(&header(&headers, "Subject")),
        message_id: header(&headers, "Message-ID"),
        ..Content::default()
    };
    part(mail, &mut content, DEPTH);
    content
}

type Headers = Vec<(String, String)>;

/// Headers, in one line each, and the body.
fn split(mail: &[u8]) -> (Headers, &[u8]) {
    let end = mail.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = match end {
        // A part without headers begins with the empty line.
        _ if mail.starts_with(b"\r\n") => (&[][..], &mail[2..]),
        Some(at) => (&mail[..at], &mail[at + 4..]),
        None => (mail, &[][..]),
    };
    let head = String::from_utf8_lossy(head).replace("\r\n ", " ").replace("\r\n\t", "\t");
    let headers = head.split("\r\n").filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    });
    (headers.collect(), body)
}

fn header(headers: &Headers, wanted: &str) -> String {
    let found = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

/// Adds what a part says. The first text and the first HTML count.
fn part(bytes: &[u8], content: &mut Content, depth: usize) {
    let (headers, body) = split(bytes);
    let kind = header(&headers, "Content-Type");
    let name = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if name.starts_with("multipart/") && depth > 0 {
        for inner in parts(body, &parameter(&kind, "boundary")) {
            part(inner, content, depth - 1);
        }
        return;
    }
    let text = || {
        let bytes = decoded(body, &header(&headers, "Content-Transfer-Encoding"));
        characters(&bytes, &parameter(&kind, "charset")).replace("\r\n", "\n").trim_end().to_owned()
    };
    match name.as_str() {
        "" | "text/plain" if content.text.is_empty() => content.text = text(),
        "text/html" if content.html.is_none() => content.html = Some(text()),
        _ => {}
    }
}

fn parameter(header: &str, wanted: &str) -> String {
    let parameters = header.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut found = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
    found.next().map(|(_, value)| value.trim().trim_matches('"').to_owned()).unwrap_or_default()
}

/// The parts between the lines with the boundary.
fn parts<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let line = format!("--{boundary}");
    let (mut found, mut begin, mut at) = (Vec::new(), None, 0);
    for piece in body.split_inclusive(|byte| *byte == b'\n') {
        let text = piece.trim_ascii_end();
        let is_last = text.strip_prefix(line.as_bytes()) == Some(b"--");
        if is_last || text == line.as_bytes() {
            if let Some(begin) = begin {
                let inner: &[u8] = &body[begin..at];
                found.push(inner.strip_suffix(b"\r\n").unwrap_or(inner));
            }
            begin = (!is_last).then_some(at + piece.len());
        }
        at += piece.len();
    }
    found
}

fn decoded(body: &[u8], encoding: &str) -> Vec<u8> {
    match encoding.to_ascii_lowercase().as_str() {
        "base64" => {
            let packed: Vec<u8> = body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
            STANDARD.decode(packed).unwrap_or_else(|_| body.to_vec())
        }
        "quoted-printable" => quoted_printable(body),
        _ => body.to_vec(),
    }
}

fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body;
    while let [first, after @ ..] = rest {
        rest = match (first, after) {
            (b'=', [b'\r', b'\n', after @ ..]) => after,
            (b'=', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(digit(*high) << 4 | digit(*low));
                after
            }
            _ => {
                bytes.push(*first);
                after
            }
        };
    }
    bytes
}

fn digit(letter: u8) -> u8 {
    char::from(letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0)
}

fn characters(bytes: &[u8], charset: &str) -> String {
    if charset.eq_ignore_ascii_case("iso-8859-1") {
        bytes.iter().copied().map(char::from).collect()
    } else {
        String::from_utf8_lossy(bytes).into_owned()
    }
}

/// Decodes the encoded words of a header (RFC 2047). Space between two of them is none.
fn words(header: &str) -> String {
    let (mut text, mut rest, mut was_encoded) = (String::new(), header, false);
    while let Some(at) = rest.find("=?") {
        let (before, from) = rest.split_at(at);
        let Some((word, after)) = encoded_word(from) else {
            text.push_str(before);
            text.push_str("=?");
            (rest, was_encoded) = (&from[2..], false);
            continue;
        };
        if !(was_encoded && before.trim().is_empty()) {
            text.push_str(before);
        }
        text.push_str(&word);
        (rest, was_encoded) = (after, true);
    }
    text + rest
}

/// The word at the beginning of `text`, and what follows it.
fn encoded_word(text: &str) -> Option<(String, &str)> {
    let (charset, rest) = text.strip_prefix("=?")?.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let (packed, after) = rest.split_once("?=")?;
    let bytes = match encoding {
        "B" | "b" => STANDARD.decode(packed).ok()?,
        "Q" | "q" => quoted_printable(packed.replace('_', " ").as_bytes()),
        _ => return None,
    };
    Some((characters(&bytes, charset), after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_mail_of_another_program_is_read() {
        let mail = "Subject: =?ISO-8859-1?Q?=C6r=F8_?=\r\n =?utf-8?B?YsO4cm4=?= and =?x\r\n\
            Message-Id: <1@a.test>\r\nContent-Type: multipart/mixed; boundary=\"b 1\"\r\n\r\nnot this\r\n\
            --b 1\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n\
            --c\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            K=C3=A6re =\r\nAnna=\r\n\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>Anna</p>\r\n--c--\r\n\
            --b 1\r\nContent-Type: image/png\r\n\r\nx\r\n--b 1--\r\n";
        let expected = Content {
            subject: "Ærø børn and =?x".to_owned(),
            message_id: "<1@a.test>".to_owned(),
            text: "Kære Anna".to_owned(),
            html: Some("<p>Anna</p>".to_owned()),
        };
        assert_eq!(read(mail.as_bytes()), expected);
        assert_eq!(read(b"no header\r\n\r\nonly text\r\n").text, "only text");
        assert_eq!(read(b""), Content::default());
    }

    proptest! {
        #[test]
        fn odd_mails_are_read_without_a_panic(mail in "(=\\?|\\?=|Q|B|:|\r\n|--b|=|text/|multipart/|boundary=|\\PC){0,40}") {
            let mail = format!("Content-Type: multipart/mixed; boundary=b\r\n{mail}");
            read(mail.as_bytes());
        }
    }
}
