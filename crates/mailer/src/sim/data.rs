//! The text of a mail as it comes after DATA: lines up to one with a dot alone, and lines that begin with a dot have
//! another before it (RFC 5321, 4.5.2). Only CR LF ends a line: whoever takes LF as well can be given a second mail
//! inside of the first.

/// Collects the text.
#[derive(Debug, Default)]
pub struct Data {
    text: Vec<u8>,
    end: [u8; 2],
    began: bool,
    too_long: bool,
}

/// The longest mail that is taken.
pub const MOST: usize = 10 << 20;

/// What is to be done after a piece.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    More,
    Done,
}

impl Data {
    /// Takes the next piece, which goes up to a line feed or, in a long line, to anywhere.
    pub fn push(&mut self, piece: &[u8]) -> Next {
        let starts_line = !self.began || self.end == *b"\r\n";
        if starts_line && piece == b".\r\n" {
            return Next::Done;
        }
        let piece = if starts_line { piece.strip_prefix(b".").unwrap_or(piece) } else { piece };
        self.began = true;
        if let [.., last] = piece {
            let before = if let [.., before, _] = piece { *before } else { self.end[1] };
            self.end = [before, *last];
        }
        if self.text.len() + piece.len() > MOST {
            self.too_long = true;
            self.text.clear();
        }
        if !self.too_long {
            self.text.extend_from_slice(piece);
        }
        Next::More
    }

    /// The text; none when it was too long.
    pub fn text(self) -> Option<Vec<u8>> {
        (!self.too_long).then_some(self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a client sends for lines of a mail.
    fn stuffed(lines: &[String]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for line in lines {
            if line.starts_with('.') {
                bytes.push(b'.');
            }
            bytes.extend_from_slice(line.as_bytes());
            bytes.extend_from_slice(b"\r\n");
        }
        [bytes.as_slice(), b".\r\n"].concat()
    }

    fn read(bytes: &[u8], longest: usize) -> (Data, Next) {
        let mut data = Data::default();
        let lines = bytes.split_inclusive(|byte| *byte == b'\n');
        for piece in lines.flat_map(|line| line.chunks(longest)) {
            if data.push(piece) == Next::Done {
                return (data, Next::Done);
            }
        }
        (data, Next::More)
    }

    #[test]
    fn only_a_dot_between_whole_line_ends_is_the_end() {
        for sneaky in ["a\n.\r\n", "a\r\n.\n", "a\n.\n", "a\r.\r\n", "a\r\n.\r\r\n", "a.\r\n"] {
            assert_eq!(read(sneaky.as_bytes(), 1000).1, Next::More, "{sneaky:?}");
        }
        assert_eq!(read(b"a\r\n.\r\n", 1000).1, Next::Done);
        assert_eq!(read(b".\r\n", 1000).1, Next::Done);
    }

    #[test]
    fn a_mail_that_is_too_long_is_read_to_its_end_and_not_kept() {
        let mut data = Data::default();
        for _ in 0..=(MOST / 1000) {
            assert_eq!(data.push(&[b'a'; 1000]), Next::More);
        }
        assert_eq!((data.push(b"\r\n"), data.push(b".\r\n")), (Next::More, Next::Done));
        assert_eq!(data.text(), None);
    }

    proptest! {
        #[test]
        fn what_is_sent_with_dots_before_dots_comes_out_as_it_was(
            lines in prop::collection::vec("[.\\PC\n\r]{0,12}|\\.{0,3}", 0..8),
            longest in 3_usize..20,
        ) {
            // A line is what a client takes for one.
            let lines: Vec<String> =
                lines.iter().flat_map(|line| line.split("\r\n")).map(str::to_owned).collect();
            let (data, next) = read(&stuffed(&lines), longest);
            prop_assert_eq!(next, Next::Done);
            let wanted = lines.iter().fold(String::new(), |text, line| text + line + "\r\n");
            prop_assert_eq!(data.text().unwrap(), wanted.into_bytes());
        }
    }
}
