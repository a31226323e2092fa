//! Numbers as people read them.

use i18n::{Language, Words};

/// A whole number with its thousands parted: `3,412`, in Danish and German `3.412`.
pub fn number(w: &Words, n: i64) -> String {
    w.language().number(n)
}

/// A number as a part of a bar, where the last digits don't show.
#[expect(clippy::cast_precision_loss, reason = "a bar has fewer pixels than a float has digits")]
pub fn share(n: i64) -> f64 {
    n as f64
}

/// A number of bytes in the unit that suits it: `1.2 TB` (units of 1024).
pub fn bytes(w: &Words, n: i64) -> String {
    const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
    let mut unit = 0;
    let mut tenths = i128::from(n) * 10;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    let whole = i64::try_from(tenths / 10).unwrap_or(i64::MAX);
    let rest = tenths % 10;
    let point = if w.language() == Language::English { "." } else { "," };
    let fraction = if rest == 0 { String::new() } else { format!("{point}{rest}") };
    format!("{}{fraction} {}", number(w, whole), UNITS[unit])
}

/// What something may hold, in the unit in which people set it, to three decimals: `1,250.5 GB`. A limit is typed as it
/// is read.
pub fn gigabytes(w: &Words, n: i64) -> String {
    const GIB: i128 = 1 << 30;
    let thousandths = (i128::from(n.max(0)) * 1000 + GIB / 2) / GIB;
    let whole = number(w, i64::try_from(thousandths / 1000).unwrap_or(i64::MAX));
    let decimals = format!("{:03}", thousandths % 1000);
    let point = if w.language() == Language::English { "." } else { "," };
    match decimals.trim_end_matches('0') {
        "" => format!("{whole} GB"),
        decimals => format!("{whole}{point}{decimals} GB"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use i18n::Catalogues;

    use super::*;

    fn words(language: Language) -> Words {
        Words::new(Arc::new(Catalogues::new(&[]).unwrap()), language)
    }

    #[test]
    fn numbers_are_parted_as_the_language_does() {
        assert_eq!(number(&words(Language::English), 1_234_567), "1,234,567");
        assert_eq!(number(&words(Language::German), 1_234), "1.234");
        assert_eq!(number(&words(Language::English), 0), "0");
        assert_eq!(number(&words(Language::English), -999), "−999");
    }

    #[test]
    fn what_something_may_hold_is_said_as_it_is_typed() {
        let w = words(Language::English);
        assert_eq!(gigabytes(&w, 1_250 << 30), "1,250 GB");
        assert_eq!(gigabytes(&words(Language::German), 5 << 29), "2,5 GB");
        // 0.001, which is no whole number of bytes, and what is left of one without it.
        assert_eq!(
            (gigabytes(&w, 1_073_741), gigabytes(&w, (1 << 30) - 1_073_741)),
            ("0.001 GB".into(), "0.999 GB".into())
        );
        assert_eq!(gigabytes(&w, 0), "0 GB");
    }

    #[test]
    fn bytes_have_a_unit_that_suits_them() {
        let w = words(Language::English);
        assert_eq!(bytes(&w, 0), "0 B");
        assert_eq!(bytes(&w, 1_250 * (1 << 30)), "1.2 TB");
        assert_eq!(bytes(&w, 250 * (1 << 30)), "250 GB");
    }
}
