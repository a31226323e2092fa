//! Records as a zone file that BIND reads.

use std::fmt::Write as _;

use kernel::dns::{Data, Name, Record};

use crate::show::hex;

/// Bytes of the longest string.
const MOST_STRING: usize = 255;

/// The records as a zone file: absolute names, one record a line. A start of a zone (SOA) is left out, for the zone
/// into which these go has its own.
pub fn write(records: &[Record]) -> String {
    records.iter().filter_map(line).collect()
}

fn line(record: &Record) -> Option<String> {
    let data = match &record.data {
        Data::A(address) => address.to_string(),
        Data::Aaaa(address) => address.to_string(),
        Data::Caa { flags, tag, value } => format!("{flags} {tag} {}", quoted(value.as_bytes())),
        Data::Cname(name) | Data::Ns(name) | Data::Ptr(name) => absolute(name),
        Data::Mx { preference, exchange } => format!("{preference} {}", absolute(exchange)),
        Data::Soa { .. } => return None,
        Data::Srv { priority, weight, port, target } => {
            format!("{priority} {weight} {port} {}", absolute(target))
        }
        Data::Tlsa { usage, selector, matching, data } => {
            format!("{usage} {selector} {matching} {}", hex(data))
        }
        Data::Txt(strings) => text(strings),
    };
    Some(format!("{} {} IN {} {data}\n", absolute(&record.name), record.ttl, record.data.kind()))
}

/// A name with its final dot. What has a meaning in zone files gets a backslash.
fn absolute(name: &Name) -> String {
    if name.is_root() {
        return ".".to_owned();
    }
    let mut text = String::new();
    for letter in name.as_str().chars() {
        if matches!(letter, '"' | ';' | '(' | ')' | '\\' | '@' | '$') {
            text.push('\\');
        }
        text.push(letter);
    }
    text + "."
}

fn text(strings: &[Vec<u8>]) -> String {
    let pieces = |string: &Vec<u8>| match string.as_slice() {
        [] => vec![quoted(b"")],
        bytes => bytes.chunks(MOST_STRING).map(quoted).collect(),
    };
    let pieces: Vec<String> = strings.iter().flat_map(pieces).collect();
    match pieces.as_slice() {
        [] => quoted(b""),
        [piece] => piece.clone(),
        pieces => format!("(\n    {}\n)", pieces.join("\n    ")),
    }
}

fn quoted(bytes: &[u8]) -> String {
    let mut text = String::from('"');
    for byte in bytes {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => text.push(char::from(*byte)),
            other => {
                // Writing to a String can't fail.
                let _ = write!(text, "\\{other:03}");
            }
        }
    }
    text + "\""
}
