//! DKIM records: what is read survives being written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_dns::dkim::Key;

fuzz_target!(|text: &str| {
    if let Ok(key) = text.parse::<Key>() {
        let _ = key.strength();
        assert_eq!(key.to_string().parse::<Key>(), Ok(key));
    }
});
