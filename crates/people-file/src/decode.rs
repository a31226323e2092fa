//! The bytes of a file, as text: by its mark, by what the person says, or by detection. What can't be read is refused,
//! so no character goes missing without a word.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::Unreadable;

/// Encodings that people may name themselves: what spreadsheets write in this part of the world, and as a last resort
/// the others.
pub const KNOWN: &[&str] = &[
    "UTF-8",
    "UTF-16LE",
    "windows-1252",
    "windows-1250",
    "windows-1251",
    "windows-1253",
    "windows-1254",
    "windows-1257",
    "macintosh",
    "IBM866",
    "Shift_JIS",
    "gb18030",
];

/// A file's text, and how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without its mark.
    pub text: String,
    /// The encoding's name.
    pub encoding: &'static str,
}

/// Reads bytes. `said` is the encoding that the person named; a mark in the file is stronger.
pub fn decode(bytes: &[u8], said: Option<&str>) -> Result<Decoded, Unreadable> {
    // Workbooks: a zip file, and the format before it.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(Unreadable::Workbook);
    }
    // UTF-32, whose mark begins like that of UTF-16. Nothing reads it any more.
    if bytes.starts_with(&[0xff, 0xfe, 0, 0]) || bytes.starts_with(&[0, 0, 0xfe, 0xff]) {
        return Err(Unreadable::Encoding("UTF-32"));
    }
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, bytes.get(mark..).unwrap_or_default()),
        None => (named(said)?.unwrap_or_else(|| detected(bytes)), bytes),
    };
    let text = encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or(Unreadable::Encoding(encoding.name()))?;
    check(&text, encoding.name())?;
    Ok(Decoded { text: text.into_owned(), encoding: encoding.name() })
}

/// Refuses a text with characters that no file of people has: it was read by another encoding than it was written in.
pub fn check(text: &str, encoding: &'static str) -> Result<(), Unreadable> {
    let is_wrong = |letter: char| {
        letter == '\u{fffd}'
            || (letter.is_control() && !matches!(letter, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}'))
    };
    let wrong = text.lines().position(|line| line.contains(is_wrong));
    wrong.map_or(Ok(()), |line| Err(Unreadable::Garbled { line: line + 1, encoding }))
}

fn named(said: Option<&str>) -> Result<Option<&'static Encoding>, Unreadable> {
    let Some(label) = said else { return Ok(None) };
    let found = Encoding::for_label(label.as_bytes());
    found.map(Some).ok_or_else(|| Unreadable::NoEncoding(label.chars().take(40).collect()))
}

fn detected(bytes: &[u8]) -> &'static Encoding {
    if let Some(wide) = wide(bytes) {
        return wide;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// UTF-16 without its mark: every other byte of letters of Europe is a zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |first: usize| bytes.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = bytes.len() / 2;
    match (even, odd) {
        (0, odd) if odd * 3 > most => Some(UTF_16LE),
        (even, 0) if even * 3 > most => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "Navn;E-mail\r\nSøren Ærøskøbing;soren@acme.test\r\nÅse Übermut;ase@acme.test\r\n";

    fn written(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        let (bytes, _, lost) = encoding.encode(text);
        assert!(!lost, "{text} in {}", encoding.name());
        bytes.into_owned()
    }

    fn utf_16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    }

    #[test]
    fn files_of_any_spreadsheet_keep_each_letter() {
        let marked = |mark: &[u8], rest: Vec<u8>| [mark, &rest].concat();
        for (bytes, encoding) in [
            (TEXT.as_bytes().to_vec(), "UTF-8"),
            (marked(&[0xef, 0xbb, 0xbf], TEXT.as_bytes().to_vec()), "UTF-8"),
            (marked(&[0xff, 0xfe], utf_16(TEXT, false)), "UTF-16LE"),
            (marked(&[0xfe, 0xff], utf_16(TEXT, true)), "UTF-16BE"),
            (utf_16(TEXT, false), "UTF-16LE"),
            (utf_16(TEXT, true), "UTF-16BE"),
            (written(encoding_rs::WINDOWS_1252, TEXT), "windows-1252"),
        ] {
            let decoded = decode(&bytes, None).unwrap();
            assert_eq!((&*decoded.text, decoded.encoding), (TEXT, encoding));
        }
        for (encoding, text) in [
            (
                encoding_rs::WINDOWS_1250,
                "Imię;Nazwisko;E-mail\nŁukasz;Święcicki;l@a.test\nGrażyna;Żółkiewska;g@a.test\n",
            ),
            (encoding_rs::WINDOWS_1251, "Имя;E-mail\nДмитрий Иванов;d@a.test\nЕкатерина Щукина;e@a.test\n"),
            (
                encoding_rs::WINDOWS_1253,
                "Όνομα;E-mail\nΓιώργος Παπαδόπουλος;g@a.test\nΕλένη Χατζή;e@a.test\n",
            ),
        ] {
            let bytes = written(encoding, text);
            assert_eq!(decode(&bytes, None).unwrap().text, text, "{} is detected", encoding.name());
            assert_eq!(decode(&bytes, Some(encoding.name())).unwrap().text, text);
        }
        let mac = written(encoding_rs::MACINTOSH, TEXT);
        assert_eq!(decode(&mac, Some("macintosh")).unwrap().text, TEXT);
        for known in KNOWN {
            assert_eq!(Encoding::for_label(known.as_bytes()).unwrap().name(), *known);
        }
    }

    #[test]
    fn what_cant_be_read_is_refused() {
        assert_eq!(decode(b"PK\x03\x04....", None), Err(Unreadable::Workbook));
        assert_eq!(decode(&[0xff, 0xfe, 0, 0, 0x41, 0, 0, 0], None), Err(Unreadable::Encoding("UTF-32")));
        assert_eq!(
            decode(b"name,email\nS\xf8ren,s@a.test\n", Some("utf-8")),
            Err(Unreadable::Encoding("UTF-8"))
        );
        assert_eq!(decode(&[0xff, 0xfe, 0x41], None), Err(Unreadable::Encoding("UTF-16LE")), "half a letter");
        assert_eq!(decode(b"name", Some("klingon")), Err(Unreadable::NoEncoding("klingon".into())));
        let garbled = decode("name,email\nS\u{fffd}ren,s@a.test".as_bytes(), None);
        assert_eq!(garbled, Err(Unreadable::Garbled { line: 2, encoding: "UTF-8" }));
        assert!(decode(b"name,email\n\0\0\0Anna,a@a.test", None).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_whole_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(decoded) = decode(&bytes, None) {
                prop_assert!(check(&decoded.text, decoded.encoding).is_ok());
            }
        }
    }
}
