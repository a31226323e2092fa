//! The wire format: what is written is read again, and nothing that comes makes the client fall over.

use hickory_proto::op::Message;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::reply;
use crate::wire::{from_record, message, to_record};

fn names() -> impl Strategy<Value = Name> {
    let label = "[!-\\-/-@\\[-~]{1,20}";
    prop_oneof![Just(Name::root()), vec(label, 1..6).prop_map(|labels| labels.join(".").parse().unwrap())]
}

fn data() -> impl Strategy<Value = Data> {
    let strings = vec(vec(any::<u8>(), 0..=255), 1..4);
    prop_oneof![
        any::<[u8; 4]>().prop_map(|octets| Data::A(octets.into())),
        any::<[u8; 16]>().prop_map(|octets| Data::Aaaa(octets.into())),
        (any::<u8>(), "[a-z0-9]{1,15}", "\\PC{0,60}").prop_map(|(flags, tag, value)| Data::Caa {
            flags,
            tag,
            value
        }),
        names().prop_map(Data::Cname),
        names().prop_map(Data::Ns),
        names().prop_map(Data::Ptr),
        (any::<u16>(), names()).prop_map(|(preference, exchange)| Data::Mx { preference, exchange }),
        (names(), any::<u32>(), any::<u32>()).prop_map(|(primary, serial, minimum)| Data::Soa {
            primary,
            serial,
            minimum
        }),
        (any::<[u16; 3]>(), names()).prop_map(|([priority, weight, port], target)| Data::Srv {
            priority,
            weight,
            port,
            target
        }),
        (any::<[u8; 3]>(), vec(any::<u8>(), 0..80)).prop_map(|([usage, selector, matching], data)| {
            Data::Tlsa { usage, selector, matching, data }
        }),
        strings.prop_map(Data::Txt),
    ]
}

fn records() -> impl Strategy<Value = kernel::dns::Record> {
    (names(), 0..=u32::MAX / 2, data()).prop_map(|(name, ttl, data)| kernel::dns::Record { name, ttl, data })
}

/// A reply as a server would write it.
fn reply_to(question: &Question, answers: &[kernel::dns::Record]) -> Vec<u8> {
    let mut reply = message(question, true, true).unwrap().into_response();
    reply.answers = answers.iter().map(|record| to_record(record).unwrap()).collect();
    reply.to_vec().unwrap()
}

proptest! {
    #[test]
    fn records_survive_the_wire(records in vec(records(), 1..6)) {
        let question = Question { name: records[0].name.clone(), kind: records[0].data.kind() };
        let message = Message::from_vec(&reply_to(&question, &records)).unwrap();
        let read: Vec<_> = message.answers.iter().map(|record| from_record(record).unwrap().unwrap()).collect();
        prop_assert_eq!(read, records);
    }

    #[test]
    fn any_bytes_may_come(bytes in vec(any::<u8>(), 0..600), at in any::<u16>()) {
        let question = of("acme.test MX");
        let mut reply = reply_to(&question, &[]);
        reply.splice(usize::from(at) % reply.len().., bytes.iter().copied());
        for bytes in [bytes, reply] {
            if let Ok(message) = Message::from_vec(&bytes) {
                let _ = reply::read(&message, &question);
            }
        }
    }

    #[test]
    fn any_bytes_may_differ(
        records in vec(records(), 1..6),
        flips in vec((any::<u16>(), any::<u8>()), 1..8),
    ) {
        let question = Question { name: records[0].name.clone(), kind: records[0].data.kind() };
        let mut bytes = reply_to(&question, &records);
        for (at, by) in flips {
            let at = usize::from(at) % bytes.len();
            bytes[at] ^= by;
        }
        if let Ok(message) = Message::from_vec(&bytes) {
            let _ = reply::read(&message, &question);
        }
    }
}

#[test]
fn a_record_that_there_are_no_words_for_is_not_taken_for_missing() {
    let mut reply = message(&of("acme.test NS"), true, true).unwrap().into_response();
    let odd = hickory_proto::rr::Name::from_labels([&b"a.b"[..], b"test"]).unwrap();
    let host = hickory_proto::rr::RData::NS(hickory_proto::rr::rdata::NS(odd));
    reply.add_answer(hickory_proto::rr::Record::from_rdata("acme.test.".parse().unwrap(), 60, host));
    assert_eq!(reply::read(&reply, &of("acme.test NS")).unwrap_err(), Failure::Malformed);
}
