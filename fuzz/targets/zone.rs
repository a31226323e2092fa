//! Zone files: what is read must be read again in the same way from what is written of it.
#![no_main]

use kernel::dns::Name;
use libfuzzer_sys::fuzz_target;
use mail_dns::zone::{parse, write};

fuzz_target!(|text: &str| {
    let Ok(zone) = parse(text, &Name::root()) else {
        return;
    };
    let again = parse(&write(&zone.records), &Name::root()).expect("what is written can be read");
    assert_eq!(again.records, zone.records);
    assert!(again.skipped.is_empty());
});
