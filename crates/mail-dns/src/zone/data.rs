//! What follows the type of a record in a zone file.

use std::str::FromStr;

use kernel::dns::{Data, Name};

use super::lines::Word;
use super::{Problem, name};

/// Bytes of the longest string.
const MOST_STRING: usize = 255;

/// The data of a record; none for a type that is not known here. `SOA` is not: a zone that is handed on has its own.
pub fn parse(kind: &str, words: &[Word], origin: &Name) -> Result<Option<Data>, Problem> {
    let data = match kind {
        "A" => Data::A(single("A", words)?),
        "AAAA" => Data::Aaaa(single("AAAA", words)?),
        "CAA" => caa(words)?,
        "CNAME" => Data::Cname(target("CNAME", words, origin)?),
        "MX" => mx(words, origin)?,
        "NS" => Data::Ns(target("NS", words, origin)?),
        "PTR" => Data::Ptr(target("PTR", words, origin)?),
        "SRV" => srv(words, origin)?,
        "TLSA" => tlsa(words)?,
        "TXT" => txt(words)?,
        _ => return Ok(None),
    };
    Ok(Some(data))
}

fn value<T: FromStr>(kind: &'static str, word: &Word) -> Result<T, Problem> {
    word.text().parse().map_err(|_| Problem::BadData(kind))
}

fn single<T: FromStr>(kind: &'static str, words: &[Word]) -> Result<T, Problem> {
    match words {
        [word] => value(kind, word),
        _ => Err(Problem::BadData(kind)),
    }
}

fn target(kind: &'static str, words: &[Word], origin: &Name) -> Result<Name, Problem> {
    match words {
        [word] => name(word, origin),
        _ => Err(Problem::BadData(kind)),
    }
}

fn mx(words: &[Word], origin: &Name) -> Result<Data, Problem> {
    let [preference, exchange] = words else {
        return Err(Problem::BadData("MX"));
    };
    Ok(Data::Mx { preference: value("MX", preference)?, exchange: name(exchange, origin)? })
}

fn srv(words: &[Word], origin: &Name) -> Result<Data, Problem> {
    let [priority, weight, port, target] = words else {
        return Err(Problem::BadData("SRV"));
    };
    Ok(Data::Srv {
        priority: value("SRV", priority)?,
        weight: value("SRV", weight)?,
        port: value("SRV", port)?,
        target: name(target, origin)?,
    })
}

fn caa(words: &[Word]) -> Result<Data, Problem> {
    let bad = Problem::BadData("CAA");
    let [flags, tag, text] = words else {
        return Err(bad);
    };
    let is_tag = !tag.bytes.is_empty() && tag.bytes.iter().all(u8::is_ascii_alphanumeric);
    let text = String::from_utf8(text.bytes.clone()).ok().filter(|_| is_tag).ok_or(bad)?;
    Ok(Data::Caa { flags: value("CAA", flags)?, tag: tag.text().to_ascii_lowercase(), value: text })
}

fn tlsa(words: &[Word]) -> Result<Data, Problem> {
    let [usage, selector, matching, digits @ ..] = words else {
        return Err(Problem::BadData("TLSA"));
    };
    let digits: Vec<u8> = digits.iter().flat_map(|word| word.bytes.iter().copied()).collect();
    let data = bytes(&digits).filter(|bytes| !bytes.is_empty()).ok_or(Problem::BadData("TLSA"))?;
    Ok(Data::Tlsa {
        usage: value("TLSA", usage)?,
        selector: value("TLSA", selector)?,
        matching: value("TLSA", matching)?,
        data,
    })
}

fn bytes(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    digits.chunks(2).map(byte).collect()
}

fn txt(words: &[Word]) -> Result<Data, Problem> {
    if words.is_empty() {
        return Err(Problem::BadData("TXT"));
    }
    if words.iter().any(|word| word.bytes.len() > MOST_STRING) {
        return Err(Problem::LongString);
    }
    Ok(Data::Txt(words.iter().map(|word| word.bytes.clone()).collect()))
}
