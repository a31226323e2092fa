//! Zones as the mail server was recorded to hand them out.
#![cfg(test)]

use kernel::dns::Name;
use mail_dns::Purpose;
use mail_dns::dkim::{Key, Strength};
use mail_dns::expected::{Wishes, of_zone};
use mail_dns::{show, zone};
use serde_json::Value;

const RECORDED: [&str; 2] = [
    include_str!("../../../upstream-stalwart/tests/transcripts/03-domains.json"),
    include_str!("../../../upstream-stalwart/tests/transcripts/14-dkim-destroy-concurrency.json"),
];

/// All values of `dnsZoneFile`, other than what a client tried to write.
fn zones() -> Vec<String> {
    let mut found = Vec::new();
    for text in RECORDED {
        collect(&serde_json::from_str(text).unwrap(), &mut found);
    }
    found.retain(|text: &String| text.contains('\n'));
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("dnsZoneFile").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| collect(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}

#[test]
fn every_recorded_zone_is_read_whole_and_survives_being_written() {
    let zones = zones();
    assert!(zones.len() >= 5, "{}", zones.len());
    for text in zones {
        let zone = zone::parse(&text, &Name::root()).unwrap();
        let records = text.lines().filter(|line| line.contains(". IN ")).count();
        assert_eq!((zone.records.len(), zone.skipped.len()), (records, 0), "{text}");
        assert_eq!(zone::parse(&zone::write(&zone.records), &Name::root()).unwrap(), zone);
    }
}

#[test]
fn every_recorded_line_has_a_purpose_and_every_key_is_good() {
    for text in zones() {
        let zone = zone::parse(&text, &Name::root()).unwrap();
        let domain = zone.records.iter().find(|record| show(&record.data).starts_with("10 ")).unwrap();
        for expected in of_zone(&domain.name, &zone.records, &Wishes::default()).unwrap() {
            assert_ne!(expected.purpose, Purpose::Other, "{expected:?}");
            if expected.purpose == Purpose::Dkim {
                let key: Key = show(&expected.data).parse().unwrap();
                assert!(matches!(key.strength(), Some(Strength::Good(256 | 2048))), "{key:?}");
            }
        }
    }
}
