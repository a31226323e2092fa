//! How texts come out wrong on the way through the forms of DNS hosts.

use crate::advice::{Advice, Code};
use crate::expected::{Expected, Purpose};
use crate::show::show;
use crate::tags::is_meant_as;

/// What a form did to a text, and the text without it.
pub struct Slip {
    pub code: Code,
    pub mended: String,
}

impl Slip {
    /// What to say of it.
    pub fn advice(&self, found: &str, wanted: &str) -> Advice {
        self.code.with(&[&found, &wanted])
    }
}

/// Quotes and backslashes of a zone file that became part of the value, and a blank in front of it.
pub fn slip(text: &str) -> Option<Slip> {
    if text.contains("\\;") || text.contains("\\\"") {
        let mended = text.replace('\\', "").replace("\" \"", "").replace('"', "");
        return Some(Slip { code: Code::BackslashesInValue, mended });
    }
    let is_quoted = text.contains('"') || text.len() > 1 && text.starts_with('\'') && text.ends_with('\'');
    let mended = || text.replace("\" \"", "").replace('"', "").trim_matches('\'').to_owned();
    if is_quoted {
        return Some(Slip { code: Code::QuotesInValue, mended: mended() });
    }
    let mended = text.trim_start();
    (mended.len() < text.len()).then(|| Slip { code: Code::LeadingBlank, mended: mended.to_owned() })
}

/// True for a text that is meant to be the expected record, right or wrong.
pub fn is_for(expected: &Expected, text: &str) -> bool {
    let wanted = show(&expected.data);
    match expected.purpose {
        Purpose::Spf => is_meant_as(text, "spf1"),
        Purpose::Dmarc => is_meant_as(text, "DMARC1"),
        Purpose::MtaSts => is_meant_as(text, "STSv1"),
        Purpose::TlsRpt => is_meant_as(text, "TLSRPTv1"),
        // Several keys may be near by; only this one counts.
        Purpose::Dkim => key(text).is_some_and(|found| Some(found) == key(&wanted)),
        _ => text.trim().trim_matches('"') == wanted,
    }
}

/// The letters of the key in a text, as they stand.
pub fn key(text: &str) -> Option<String> {
    let values = text.split(';').filter_map(|part| part.trim().strip_prefix("p"));
    let value = values.map(str::trim_start).find_map(|rest| rest.strip_prefix('='))?;
    Some(value.chars().filter(|letter| !letter.is_whitespace() && *letter != '"').collect())
}
