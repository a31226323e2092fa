//! DMARC records: what is read survives being written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_dns::dmarc::Dmarc;

fuzz_target!(|text: &str| {
    if let Ok(dmarc) = text.parse::<Dmarc>() {
        let written = Dmarc { is_in_order: true, ..dmarc };
        assert_eq!(written.to_string().parse::<Dmarc>(), Ok(written));
    }
});
