//! SPF records: what is read survives being written, and can be checked.
#![no_main]

use std::collections::BTreeMap;

use kernel::dns::{Answer, Answers, Data, Name, Question, Record, RecordType, Server};
use libfuzzer_sys::fuzz_target;
use mail_dns::Step;
use mail_dns::spf::{Sender, Spf, check};

/// One record is that of every name; addresses are those of a host that the platform has not.
fn answer(question: &Question, text: &str) -> Answers {
    let data = match question.kind {
        RecordType::Txt => Data::Txt(text.as_bytes().chunks(255).map(<[u8]>::to_vec).collect()),
        RecordType::A => Data::A([198, 51, 100, 1].into()),
        RecordType::Mx => Data::Mx { preference: 1, exchange: question.name.clone() },
        _ => return Answers(vec![(Server::Resolver(String::new()), Answer::NoData { aliases: Vec::new() })]),
    };
    let record = Record { name: question.name.clone(), ttl: 60, data };
    let answer = Answer::Records { aliases: Vec::new(), records: vec![record] };
    Answers(vec![(Server::Resolver(String::new()), answer)])
}

fuzz_target!(|text: &str| {
    let Ok(spf) = text.parse::<Spf>() else {
        return;
    };
    assert_eq!(spf.to_string().parse::<Spf>().as_ref(), Ok(&spf));
    let domain: Name = "acme.test".parse().expect("a name");
    let senders = [Sender::Address([192, 0, 2, 1].into())];
    let mut known = BTreeMap::new();
    while let Step::Needs(questions) = check(&domain, &senders, &known) {
        for question in questions {
            let answers = answer(&question, text);
            assert!(known.insert(question, answers).is_none(), "asked twice");
        }
    }
});
