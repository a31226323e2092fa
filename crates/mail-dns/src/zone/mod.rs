//! Zone files (RFC 1035, 5): [`parse`] for what the mail server hands out, [`write()`] for what people take to their host.

mod data;
mod lines;
mod write;

use kernel::dns::{Name, Record};

use lines::{Line, Word};
pub use write::write;

/// For how long a record may be kept where the zone does not say it.
pub const DEFAULT_TTL: u32 = 3600;

/// What a zone file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Zone {
    /// Its records, in order.
    pub records: Vec<Record>,
    /// The lines with a type or class that is not known here.
    pub skipped: Vec<Skipped>,
}

/// A record that was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Where it begins; 1 is the first line.
    pub line: usize,
    /// Its type, or its class where that is not `IN`.
    pub kind: String,
}

/// Why a text is no zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the zone: {problem}")]
pub struct Error {
    /// Where; 1 is the first line.
    pub line: usize,
    /// What.
    pub problem: Problem,
}

/// What is wrong with a line of a zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A quote that is opened and not closed.
    #[error("a quote isn't closed")]
    OpenQuote,
    /// Parentheses that are not in pairs.
    #[error("parentheses don't match")]
    Parentheses,
    /// A backslash before nothing, or before a number above 255.
    #[error("a backslash isn't followed by a character or a number from 000 to 255")]
    BadEscape,
    /// A line like `$INCLUDE` that is not obeyed.
    #[error("“{0}” isn't supported")]
    Directive(String),
    /// The first record has no name.
    #[error("the record has no name")]
    NoOwner,
    /// There is a name and no type.
    #[error("the record has no type")]
    NoType,
    /// No name of a node.
    #[error("“{0}” isn't a DNS name")]
    BadName(String),
    /// No number of seconds.
    #[error("“{0}” isn't a time to live")]
    BadTtl(String),
    /// A string of over 255 bytes.
    #[error("a string is longer than 255 bytes")]
    LongString,
    /// What follows the type does not fit it.
    #[error("what follows {0} isn't valid for it")]
    BadData(&'static str),
}

/// Reads a zone. Names that are not absolute are below the origin.
pub fn parse(text: &str, origin: &Name) -> Result<Zone, Error> {
    let mut reader = Reader {
        origin: origin.clone(),
        owner: None,
        default_ttl: None,
        last_ttl: None,
        zone: Zone::default(),
    };
    for line in lines::split(text)? {
        reader.read(&line).map_err(|problem| Error { line: line.number, problem })?;
    }
    Ok(reader.zone)
}

struct Reader {
    origin: Name,
    owner: Option<Name>,
    default_ttl: Option<u32>,
    last_ttl: Option<u32>,
    zone: Zone,
}

impl Reader {
    fn read(&mut self, line: &Line) -> Result<(), Problem> {
        let Some(first) = line.words.first() else {
            return Ok(());
        };
        if !line.is_indented && first.is_plain && first.bytes.starts_with(b"$") {
            return self.obey(first, &line.words);
        }
        let words = if line.is_indented {
            line.words.as_slice()
        } else {
            self.owner = Some(name(first, &self.origin)?);
            &line.words[1..]
        };
        self.record(line.number, words)
    }

    fn obey(&mut self, directive: &Word, words: &[Word]) -> Result<(), Problem> {
        let unknown = || Problem::Directive(directive.text());
        let [_, value] = words else {
            return Err(unknown());
        };
        match directive.text().to_ascii_uppercase().as_str() {
            "$ORIGIN" => self.origin = name(value, &self.origin)?,
            "$TTL" => {
                let seconds = ttl(&value.text()).ok_or_else(|| Problem::BadTtl(value.text()))?;
                self.default_ttl = Some(seconds);
            }
            _ => return Err(unknown()),
        }
        Ok(())
    }

    fn record(&mut self, number: usize, words: &[Word]) -> Result<(), Problem> {
        let (ttl, class, words) = head(words);
        let (kind, data) = words.split_first().ok_or(Problem::NoType)?;
        let name = self.owner.clone().ok_or(Problem::NoOwner)?;
        self.last_ttl = ttl.or(self.last_ttl);
        let mut skip = |kind: String| self.zone.skipped.push(Skipped { line: number, kind });
        if let Some(class) = class.filter(|class| class != "IN") {
            skip(class);
            return Ok(());
        }
        // RFC 1035 takes the last stated time, RFC 2308 that of $TTL; the newer one goes first.
        let ttl = ttl.or(self.default_ttl).or(self.last_ttl).unwrap_or(DEFAULT_TTL);
        match data::parse(&kind.text().to_ascii_uppercase(), data, &self.origin)? {
            Some(data) => self.zone.records.push(Record { name, ttl, data }),
            None => skip(kind.text()),
        }
        Ok(())
    }
}

/// Time to live and class, in either order, and what follows.
fn head(mut words: &[Word]) -> (Option<u32>, Option<String>, &[Word]) {
    let (mut seconds, mut class) = (None, None);
    while let Some((word, rest)) = words.split_first().filter(|(word, _)| word.is_plain) {
        let text = word.text().to_ascii_uppercase();
        if class.is_none() && matches!(text.as_str(), "IN" | "CH" | "HS" | "CS") {
            class = Some(text);
        } else if let (None, Some(value)) = (seconds, ttl(&text)) {
            seconds = Some(value);
        } else {
            break;
        }
        words = rest;
    }
    (seconds, class, words)
}

/// Seconds, or with units as BIND has them: `1h30m`. The highest bit is never set (RFC 2181, 8).
fn ttl(text: &str) -> Option<u32> {
    let (mut total, mut number) = (0_u32, None::<u32>);
    for letter in text.chars() {
        if let Some(digit) = letter.to_digit(10) {
            number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
            continue;
        }
        let unit = match letter.to_ascii_lowercase() {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        total = total.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    let is_whole = number.is_some() || text.ends_with(|last: char| last.is_ascii_alphabetic());
    let total = total.checked_add(number.unwrap_or(0))?;
    (is_whole && total <= i32::MAX.unsigned_abs()).then_some(total)
}

/// A name of the zone: absolute with a final dot, `@` for the origin, below it otherwise.
fn name(word: &Word, origin: &Name) -> Result<Name, Problem> {
    let bad = || Problem::BadName(word.text());
    if word.is_plain && word.bytes == b"@" {
        return Ok(origin.clone());
    }
    // A label with a dot in it can be written with a backslash; such names are not for mail.
    let text = std::str::from_utf8(&word.bytes).ok().filter(|_| !word.has_escaped_dot).ok_or_else(bad)?;
    if text.ends_with('.') || origin.is_root() {
        return text.parse().map_err(|_| bad());
    }
    format!("{text}.{origin}").parse().map_err(|_| bad())
}

#[cfg(test)]
mod tests;
