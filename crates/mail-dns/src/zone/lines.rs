//! The words of a zone file: comments, quotes, escapes and lines that go on within parentheses are dealt with here.

use super::{Error, Problem};

/// One word.
#[derive(Debug, Default)]
pub struct Word {
    /// What it says, escapes resolved.
    pub bytes: Vec<u8>,
    /// No quote and no backslash in it, so that `@` means the origin.
    pub is_plain: bool,
    /// A dot that does not part labels.
    pub has_escaped_dot: bool,
}

impl Word {
    /// As text, for words that are compared or shown.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// One record or directive, over however many lines.
#[derive(Debug)]
pub struct Line {
    /// Where it begins.
    pub number: usize,
    /// It begins with white space: the name is that of the record before.
    pub is_indented: bool,
    /// Its words, maybe none.
    pub words: Vec<Word>,
}

/// Splits a zone file.
pub fn split(text: &str) -> Result<Vec<Line>, Error> {
    let mut splitter = Splitter { rest: text.as_bytes(), number: 1, depth: 0 };
    let mut lines = Vec::new();
    while !splitter.rest.is_empty() {
        let number = splitter.number;
        match splitter.line() {
            Ok(line) if line.words.is_empty() => {}
            Ok(line) => lines.push(line),
            Err(problem) => return Err(Error { line: number, problem }),
        }
    }
    Ok(lines)
}

struct Splitter<'a> {
    rest: &'a [u8],
    number: usize,
    depth: usize,
}

impl Splitter<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.number += usize::from(*first == b'\n');
        Some(*first)
    }

    fn line(&mut self) -> Result<Line, Problem> {
        let is_indented = matches!(self.rest.first(), Some(b' ' | b'\t'));
        let mut line = Line { number: self.number, is_indented, words: Vec::new() };
        while let Some(byte) = self.rest.first().copied() {
            match byte {
                b'\n' if self.depth == 0 => {
                    self.next();
                    return Ok(line);
                }
                b' ' | b'\t' | b'\r' | b'\n' => {
                    self.next();
                }
                b';' => self.skip_comment(),
                b'(' | b')' => {
                    self.next();
                    let depth =
                        if byte == b'(' { self.depth.checked_add(1) } else { self.depth.checked_sub(1) };
                    self.depth = depth.ok_or(Problem::Parentheses)?;
                }
                b'"' => line.words.push(self.quoted()?),
                _ => line.words.push(self.bare()?),
            }
        }
        if self.depth == 0 { Ok(line) } else { Err(Problem::Parentheses) }
    }

    fn skip_comment(&mut self) {
        while self.rest.first().is_some_and(|byte| *byte != b'\n') {
            self.next();
        }
    }

    fn quoted(&mut self) -> Result<Word, Problem> {
        self.next();
        let mut word = Word::default();
        loop {
            match self.next().ok_or(Problem::OpenQuote)? {
                b'"' => return Ok(word),
                b'\\' => {
                    let byte = self.escaped()?;
                    word.bytes.push(byte);
                }
                byte => word.bytes.push(byte),
            }
        }
    }

    fn bare(&mut self) -> Result<Word, Problem> {
        let mut word = Word { is_plain: true, ..Word::default() };
        while let Some(byte) = self.rest.first().copied() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'(' | b')' | b'"' => break,
                b'\\' => {
                    self.next();
                    let byte = self.escaped()?;
                    word.is_plain = false;
                    word.has_escaped_dot |= byte == b'.';
                    word.bytes.push(byte);
                }
                _ => {
                    self.next();
                    word.bytes.push(byte);
                }
            }
        }
        Ok(word)
    }

    /// What follows a backslash: three digits, or a character as it is.
    fn escaped(&mut self) -> Result<u8, Problem> {
        let first = self.next().ok_or(Problem::BadEscape)?;
        if !first.is_ascii_digit() {
            return Ok(first);
        }
        let mut number = u32::from(first - b'0');
        for _ in 0..2 {
            let digit = self.next().filter(u8::is_ascii_digit).ok_or(Problem::BadEscape)?;
            number = number * 10 + u32::from(digit - b'0');
        }
        u8::try_from(number).map_err(|_| Problem::BadEscape)
    }
}
