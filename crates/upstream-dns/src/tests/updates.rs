//! Changes of a zone: signed, whole, and refused by the server itself when the zone has moved.

use hickory_proto::op::Message;
use kernel::dns::{Change, Record};

use super::*;
use crate::tsig::{Algorithm, Key};
use crate::update::{self, UpdateError};
use crate::{BadKey, NoPrimary, Primary};

const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn key(key_name: &str, algorithm: Algorithm, secret: &str) -> Key {
    Key::new(name(key_name), algorithm, secret).unwrap()
}

fn good() -> Key {
    key("dezky", Algorithm::Sha256, SECRET)
}

fn text(at: &str, value: &str) -> Record {
    Record { name: name(at), ttl: 60, data: Data::Txt(vec![value.as_bytes().to_vec()]) }
}

/// A text comes where none was.
fn adds(at: &str, value: &str) -> Change {
    let add = vec![text(at, value)];
    Change { name: name(at), kind: RecordType::Txt, before: vec![], remove: vec![], add }
}

async fn rig(change: impl FnOnce(&mut Options)) -> Rig {
    let rig = Rig::with(change).await;
    let keys = Algorithm::ALL.map(|algorithm| {
        let name = if algorithm == Algorithm::Sha256 { "dezky" } else { algorithm.as_str() };
        json!({"name": name, "algorithm": algorithm.as_str(), "secret": SECRET})
    });
    let records = texts(&["acme.test MX 10 mail.acme.test.", "www.acme.test CNAME elsewhere.test."]);
    rig.put("zones", "acme.test", &json!({"records": records, "keys": keys}));
    rig
}

impl Rig {
    async fn primary(&self) -> Primary {
        self.dns.primary(&name("acme.test"), None).await.unwrap()
    }

    async fn update(&self, key: &Key, changes: &[Change]) -> Result<(), UpdateError> {
        self.dns.update(&self.primary().await, key, changes).await
    }

    async fn there(&self, question: &str) -> String {
        told(&self.dns.ask_primary(&self.primary().await, &of(question)).await)
    }
}

#[tokio::test]
async fn a_signed_change_is_done_by_each_algorithm() {
    let rig = rig(|_| {}).await;
    let at = rig.primary().await;
    assert_eq!((at.zone.as_str(), at.server.as_str()), ("acme.test", "ns1.sandbox-dns.test"));
    for algorithm in Algorithm::ALL {
        let key_name = if algorithm == Algorithm::Sha256 { "dezky" } else { algorithm.as_str() };
        let label = format!("{}.acme.test", algorithm.as_str());
        let done = rig.update(&key(key_name, algorithm, SECRET), &[adds(&label, "v=1")]).await;
        assert_eq!(done, Ok(()), "{algorithm:?}");
        assert_eq!(rig.there(&format!("{label} TXT")).await, "v=1");
    }
    let shown = rig.sim.http.store.read(simulator::State::inventory);
    assert_eq!(shown["zones"][0]["serial"], 4, "each change is counted");
    assert_eq!(rig.there("acme.test MX").await, "10 mail.acme.test", "what is not named stays");
}

#[tokio::test]
async fn what_is_wrong_with_a_key_is_told_apart() {
    let rig = rig(|_| {}).await;
    let add = [adds("a.acme.test", "x")];
    let server = || "ns1.sandbox-dns.test".to_owned();
    let other = rig.update(&key("other", Algorithm::Sha256, SECRET), &add).await;
    assert_eq!(other, Err(UpdateError::BadKey(server())));
    let algorithm = rig.update(&key("dezky", Algorithm::Sha512, SECRET), &add).await;
    assert_eq!(algorithm, Err(UpdateError::BadKey(server())));
    let secret = rig.update(&key("dezky", Algorithm::Sha256, "aHVzaA=="), &add).await;
    assert_eq!(secret, Err(UpdateError::BadSignature(server())));
    assert_eq!(rig.there("a.acme.test TXT").await, "no name", "nothing was changed");
    assert_eq!(Key::new(name("k"), Algorithm::Sha256, "no base64!").unwrap_err(), BadKey::Secret);
    assert!(!format!("{:?}", good()).contains("AAEC"));
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_named_with_its_difference() {
    let rig = rig(|options| {
        options.clock = Clock::manual(Timestamp::from_seconds(1_800_000_000 - 1000));
    });
    let refused = rig.await.update(&good(), &[adds("a.acme.test", "x")]).await;
    assert_eq!(refused, Err(UpdateError::BadTime("ns1.sandbox-dns.test".to_owned(), Some(1000))));
}

#[tokio::test]
async fn a_zone_that_moved_is_refused_by_the_server_and_nothing_of_the_change_is_done() {
    let rig = rig(|_| {}).await;
    let mx = |preference, host: &str| Data::Mx { preference, exchange: name(host) };
    let replaces = |before: Vec<Data>| Change {
        name: name("acme.test"),
        kind: RecordType::Mx,
        remove: before.clone(),
        before,
        add: vec![Record { name: name("acme.test"), ttl: 60, data: mx(10, "new.test") }],
    };
    let moved = Err(UpdateError::Moved("ns1.sandbox-dns.test".to_owned()));
    let changes = [adds("a.acme.test", "x"), replaces(vec![mx(20, "mail.acme.test")])];
    assert_eq!(rig.update(&good(), &changes).await, moved);
    let more = [adds("a.acme.test", "x"), replaces(vec![])];
    assert_eq!(rig.update(&good(), &more).await, moved, "there is one where none was seen");
    assert_eq!(rig.update(&good(), &[adds("www.acme.test", "x")]).await, moved, "an alias is in the way");
    assert_eq!(rig.there("a.acme.test TXT").await, "no name");
    let changes = [adds("a.acme.test", "x"), replaces(vec![mx(10, "mail.acme.test")])];
    assert_eq!(rig.update(&good(), &changes).await, Ok(()));
    assert_eq!(rig.there("acme.test MX").await, "10 new.test");
    let alias = Change {
        name: name("a.acme.test"),
        kind: RecordType::Cname,
        before: vec![],
        remove: vec![],
        add: vec![Record { name: name("a.acme.test"), ttl: 60, data: Data::Cname(name("b.test")) }],
    };
    assert_eq!(rig.update(&good(), &[alias]).await, moved, "an alias stands alone");
    let outside = rig.update(&good(), &[adds("a.other.test", "x")]).await;
    assert_eq!(outside, Err(UpdateError::NotZone("ns1.sandbox-dns.test".to_owned())));
}

#[tokio::test]
async fn an_answer_that_does_not_come_leaves_it_open_whether_it_happened() {
    let rig = rig(|options| options.deadline = Duration::from_millis(600)).await;
    let unknown = Err(UpdateError::Unknown("ns1.sandbox-dns.test".to_owned()));
    let cases = [
        (FaultKind::TimeoutBefore, "no name"),
        (FaultKind::TimeoutAfter, "x"),
        (FaultKind::ErrorAfter, "x"),
        (FaultKind::Malformed, "x"),
    ];
    for (number, (fault, there)) in cases.into_iter().enumerate() {
        rig.fail("UPDATE /", fault);
        let at = format!("a{number}.acme.test");
        let outcome = rig.update(&good(), &[adds(&at, "x")]).await;
        assert_eq!(outcome, unknown, "{fault:?}");
        assert!(outcome.unwrap_err().may_have_happened());
        assert_eq!(rig.there(&format!("{at} TXT")).await, there, "{fault:?}");
    }
    rig.fail("UPDATE /", FaultKind::Refuse);
    let refused = rig.update(&good(), &[adds("b.acme.test", "x")]).await;
    assert_eq!(refused, Err(UpdateError::Refused("ns1.sandbox-dns.test".to_owned())));
}

#[tokio::test]
async fn a_server_may_be_given_and_must_be_of_the_public_internet() {
    let rig = rig(|_| {}).await;
    let at = |server: &'static str| {
        let dns = rig.dns.clone();
        async move { dns.primary(&name("mail.acme.test"), Some(server)).await }
    };
    assert_eq!(at("192.0.2.53").await.unwrap().zone, name("acme.test"));
    assert_eq!(at(" NS1.sandbox-dns.test. ").await.unwrap().server, "NS1.sandbox-dns.test.");
    for inner in ["127.0.0.1", "169.254.169.254", "::1", "10.0.0.1"] {
        assert_eq!(at(inner).await, Err(NoPrimary::NoAddress(inner.to_owned())));
    }
    assert_eq!(at("no server").await, Err(NoPrimary::NoServer("no server".to_owned())));
    let second = at("192.0.2.54").await.unwrap();
    let refused = rig.dns.update(&second, &good(), &[adds("a.acme.test", "x")]).await;
    assert_eq!(refused, Err(UpdateError::NotPrimary("192.0.2.54".to_owned())));
    let nobody = rig.dns.primary(&name("nowhere"), None).await;
    assert!(matches!(nobody, Err(NoPrimary::NoZone(..))), "{nobody:?}");
}

#[tokio::test]
async fn every_type_that_is_published_is_the_same_after_a_change_and_a_restart() {
    let rig = rig(|_| {}).await;
    let data = [
        Data::Mx { preference: 10, exchange: name("mail.test") },
        Data::Cname(name("mail.test")),
        Data::Srv { priority: 0, weight: 1, port: 443, target: name("mail.test") },
        Data::Tlsa { usage: 3, selector: 1, matching: 1, data: vec![0xab, 0xcd] },
        Data::Caa { flags: 0, tag: "issue".to_owned(), value: "ca.test".to_owned() },
        Data::Txt(vec![b"a \"quoted\" \\ text; with more".to_vec(), vec![0xc3, 0xa6]]),
    ];
    for (number, data) in data.into_iter().enumerate() {
        let at = name(&format!("r{number}.acme.test"));
        let kind = data.kind();
        let add = vec![Record { name: at.clone(), ttl: 60, data: data.clone() }];
        let change = Change { name: at.clone(), kind, before: vec![], remove: vec![], add };
        assert_eq!(rig.update(&good(), &[change]).await, Ok(()), "{data:?}");
        // As it is kept in a file and read from it again.
        let kept = serde_json::to_value(rig.sim.http.store.read(Clone::clone)).unwrap();
        let read: sim::World = serde_json::from_value(kept).unwrap();
        rig.sim.http.store.write(|world| *world = read.with_clock(&rig.clock));
        let answer = rig.dns.ask_primary(&rig.primary().await, &Question { name: at, kind }).await;
        let Answer::Records { records, .. } = &answer else { panic!("{answer:?}") };
        assert_eq!(records[0].data, data);
    }
}

/// Made by dnspython 2 at 1 800 000 000 s, with the same key and each algorithm.
const VECTORS: [(Algorithm, &str); 3] = [
    (
        Algorithm::Sha256,
        "1234280000010001000100010461636d6504746573740000060001065f646d617263c00c001000fe000000000000c01b001000010000\
         0e10001110763d444d415243313b20703d6e6f6e650564657a6b790000fa00ff00000000003d0b686d61632d7368613235360000006b\
         49d200012c002089f5ed52e04a7543a7c2517e56c5b39aadacb3dc233ba7c90c06d00f1008209e123400000000",
    ),
    (
        Algorithm::Sha384,
        "1234280000010001000100010461636d6504746573740000060001065f646d617263c00c001000fe000000000000c01b001000010000\
         0e10001110763d444d415243313b20703d6e6f6e650564657a6b790000fa00ff00000000004d0b686d61632d7368613338340000006b\
         49d200012c00305647a77940b72d3f13c50a7779a1e9f472d00b7d9e70f7734204e5770317e34c56f68c5ad849cff1d26393c3c5ffe9\
         5b123400000000",
    ),
    (
        Algorithm::Sha512,
        "1234280000010001000100010461636d6504746573740000060001065f646d617263c00c001000fe000000000000c01b001000010000\
         0e10001110763d444d415243313b20703d6e6f6e650564657a6b790000fa00ff00000000005d0b686d61632d7368613531320000006b\
         49d200012c004033fa48d347b65dfea5109d87216f916ab2fa10c6445f145e473170260144456e2658e56923dfb4c89d57a9c14b234c\
         09cd18f5bd1e2977308363fc585102cc49123400000000",
    ),
];

#[test]
fn another_implementation_signs_as_we_do() {
    for (algorithm, hex) in VECTORS {
        let bytes: Vec<u8> =
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
        let key = key("dezky", algorithm, SECRET);
        let (mac, at, _) = key.signer.verify_message_byte(&bytes, None, true).unwrap();
        assert_eq!(at, 1_800_000_000);
        let mut message = Message::from_vec(&bytes).unwrap();
        message.take_signature();
        let (ours, _) = key.signer.sign_message(&message, at).unwrap();
        assert_eq!(ours.data.mac, mac, "{algorithm:?}");
        let wrong = Key::new(name("dezky"), algorithm, "aHVzaA==").unwrap();
        assert!(wrong.signer.verify_message_byte(&bytes, None, true).is_err());
    }
}

#[test]
fn a_message_carries_what_was_seen() {
    let before = text("acme.test", "old").data;
    let extends = Change { before: vec![before.clone()], remove: vec![before], ..adds("acme.test", "new") };
    let message = update::message(&name("acme.test"), &[adds("a.acme.test", "x"), extends]).unwrap();
    let show = |record: &hickory_proto::rr::Record| {
        format!("{} {} {}", record.name, record.dns_class, record.record_type())
    };
    let seen: Vec<String> = message.answers.iter().map(show).collect();
    assert_eq!(seen, ["a.acme.test. NONE TXT", "a.acme.test. NONE CNAME", "acme.test. IN TXT"]);
    let done: Vec<String> = message.authorities.iter().map(show).collect();
    assert_eq!(done, ["acme.test. NONE TXT", "a.acme.test. IN TXT", "acme.test. IN TXT"]);
}
