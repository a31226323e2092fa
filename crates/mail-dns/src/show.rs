//! A record as people read it: its value as a form of a DNS host asks for it.

use std::fmt::Write as _;

use kernel::dns::Data;

/// The value of a record in one line. Names have no final dot, texts no quotes.
pub fn show(data: &Data) -> String {
    match data {
        Data::A(address) => address.to_string(),
        Data::Aaaa(address) => address.to_string(),
        Data::Caa { flags, tag, value } => format!("{flags} {tag} \"{value}\""),
        Data::Cname(name) | Data::Ns(name) | Data::Ptr(name) => name.to_string(),
        Data::Mx { preference, exchange } => format!("{preference} {exchange}"),
        Data::Soa { primary, serial, minimum } => format!("{primary} {serial} {minimum}"),
        Data::Srv { priority, weight, port, target } => format!("{priority} {weight} {port} {target}"),
        Data::Tlsa { usage, selector, matching, data } => {
            format!("{usage} {selector} {matching} {}", hex(data))
        }
        Data::Txt(strings) => String::from_utf8_lossy(&strings.concat()).into_owned(),
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
