//! What zone files are read and how they are written.

use proptest::prelude::*;

use super::*;
use kernel::dns::Data;
use kernel::dns::RecordType::{A, Aaaa, Caa, Cname, Mx, Ns, Ptr, Srv, Tlsa, Txt};

fn origin() -> Name {
    "acme.test".parse().unwrap()
}

fn read(text: &str) -> Zone {
    parse(text, &origin()).unwrap()
}

fn problem(text: &str) -> (usize, Problem) {
    let error = parse(text, &origin()).unwrap_err();
    (error.line, error.problem)
}

fn strings(zone: &Zone) -> Vec<String> {
    let text = |record: &Record| match &record.data {
        Data::Txt(strings) => {
            strings.iter().map(|string| String::from_utf8_lossy(string).into_owned()).collect()
        }
        _ => Vec::new(),
    };
    zone.records.iter().flat_map(text).collect()
}

#[test]
fn a_key_over_several_lines_is_one_record() {
    let zone = read(
        "s._domainkey.acme.test. IN TXT (\n    \"v=DKIM1; k=rsa; p=MIIB\" ; a comment )\n    \"1JBh\"\n)\n",
    );
    assert_eq!(zone.records[0].name.as_str(), "s._domainkey.acme.test");
    assert_eq!(strings(&zone), ["v=DKIM1; k=rsa; p=MIIB", "1JBh"]);
}

#[test]
fn names_are_absolute_or_below_the_origin() {
    let zone = read(
        "@ MX 10 mail\n  MX 20 mail.b.test.\nwww CNAME @\n$ORIGIN sub\nx A 192.0.2.1\n$ORIGIN .\ny.test AAAA ::1\n",
    );
    let names: Vec<&str> = zone.records.iter().map(|record| record.name.as_str()).collect();
    assert_eq!(names, ["acme.test", "acme.test", "www.acme.test", "x.sub.acme.test", "y.test"]);
    let exchange: Name = "mail.acme.test".parse().unwrap();
    assert_eq!(zone.records[0].data, Data::Mx { preference: 10, exchange });
    assert_eq!(zone.records[2].data, Data::Cname(origin()));
}

#[test]
fn times_and_classes_come_in_either_order_or_not_at_all() {
    let zone = read(
        "a A 192.0.2.1\nb 60 IN A 192.0.2.1\nc IN 1h30m A 192.0.2.1\nd A 192.0.2.1\n$TTL 1d\ne in A 192.0.2.1\n",
    );
    let times: Vec<u32> = zone.records.iter().map(|record| record.ttl).collect();
    assert_eq!(times, [DEFAULT_TTL, 60, 5400, 5400, 86_400]);
}

#[test]
fn strings_are_read_with_their_escapes() {
    let zone = read(r#"@ TXT "a \"b\" \\ \059 ; ( )" bare"quoted""" x\;y"#);
    assert_eq!(strings(&zone), [r#"a "b" \ ; ; ( )"#, "bare", "quoted", "", "x;y"]);
}

#[test]
fn every_type_that_mail_uses_is_read() {
    let zone = read(
        "a A 192.0.2.1\na AAAA 2001:db8::1\nb CNAME a\n@ MX 10 a\n@ NS ns\n_x._tcp SRV 0 1 993 a\n@ TXT x\n\
         _25._tcp TLSA 3 1 1 (AB 01\n 02)\n@ CAA 128 Issue \"ca.test\"\n1 PTR a\n",
    );
    let kinds: Vec<_> = zone.records.iter().map(|record| record.data.kind()).collect();
    assert_eq!(kinds, [A, Aaaa, Cname, Mx, Ns, Srv, Txt, Tlsa, Caa, Ptr]);
    assert_eq!(
        zone.records[7].data,
        Data::Tlsa { usage: 3, selector: 1, matching: 1, data: vec![0xab, 1, 2] }
    );
    let caa = Data::Caa { flags: 128, tag: "issue".to_owned(), value: "ca.test".to_owned() };
    assert_eq!(zone.records[8].data, caa);
}

#[test]
fn what_is_not_known_is_passed_over_and_reported() {
    let zone =
        read("; a comment\n@ SOA ns root (\n 1 2 3 4 5 )\n\n@ TYPE65 \\# 0\nx CH TXT y\n@ A 192.0.2.1\n");
    let skipped: Vec<(usize, &str)> =
        zone.skipped.iter().map(|line| (line.line, line.kind.as_str())).collect();
    assert_eq!(skipped, [(2, "SOA"), (5, "TYPE65"), (6, "CH")]);
    assert_eq!(zone.records.len(), 1);
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let long = format!("@ TXT {}", "x".repeat(256));
    for (text, wanted) in [
        ("\n@ TXT \"x\n", (2, Problem::OpenQuote)),
        ("@ TXT ( x\n", (1, Problem::Parentheses)),
        ("@ TXT x )\n", (1, Problem::Parentheses)),
        ("@ TXT \\256", (1, Problem::BadEscape)),
        ("@ TXT \\1", (1, Problem::BadEscape)),
        ("$INCLUDE x", (1, Problem::Directive("$INCLUDE".to_owned()))),
        ("$TTL never", (1, Problem::BadTtl("never".to_owned()))),
        ("  A 192.0.2.1", (1, Problem::NoOwner)),
        ("@ IN 60", (1, Problem::NoType)),
        ("a..b A 192.0.2.1", (1, Problem::BadName("a..b".to_owned()))),
        ("a\\.b A 192.0.2.1", (1, Problem::BadName("a.b".to_owned()))),
        ("ø A 192.0.2.1", (1, Problem::BadName("ø".to_owned()))),
        ("@ A 192.0.2", (1, Problem::BadData("A"))),
        ("@ MX mail", (1, Problem::BadData("MX"))),
        ("@ MX 70000 mail", (1, Problem::BadData("MX"))),
        ("@ SRV 0 1 mail", (1, Problem::BadData("SRV"))),
        ("@ TLSA 3 1 1 abc", (1, Problem::BadData("TLSA"))),
        ("@ CAA 0 is-sue x", (1, Problem::BadData("CAA"))),
        ("@ TXT", (1, Problem::BadData("TXT"))),
        (&long, (1, Problem::LongString)),
    ] {
        assert_eq!(problem(text), wanted, "{text}");
    }
}

#[test]
fn long_texts_are_written_in_pieces() {
    let data = Data::Txt(vec![vec![b'x'; 300]]);
    let written = write(&[Record { name: origin(), ttl: 60, data }]);
    assert!(written.starts_with("acme.test. 60 IN TXT (\n    \"xxx"), "{written}");
    assert_eq!(strings(&read(&written)), ["x".repeat(255), "x".repeat(45)]);
}

fn any_name() -> impl Strategy<Value = Name> {
    // The last label is a word, so that a name is no number of seconds by chance.
    "([!-,/-~]{1,6}\\.){0,3}[a-z]{2,6}".prop_filter_map("no name", |text| text.parse().ok())
}

fn any_data() -> impl Strategy<Value = Data> {
    let string = || proptest::collection::vec(any::<u8>(), 0..40);
    prop_oneof![
        any::<[u8; 4]>().prop_map(|octets| Data::A(octets.into())),
        any::<[u8; 16]>().prop_map(|octets| Data::Aaaa(octets.into())),
        any_name().prop_map(Data::Cname),
        Just(Data::Cname(Name::root())),
        (any::<u16>(), any_name()).prop_map(|(preference, exchange)| Data::Mx { preference, exchange }),
        any_name().prop_map(Data::Ns),
        any_name().prop_map(Data::Ptr),
        (any::<[u16; 3]>(), any_name()).prop_map(|([priority, weight, port], target)| Data::Srv {
            priority,
            weight,
            port,
            target
        }),
        proptest::collection::vec(string(), 1..4).prop_map(Data::Txt),
        (any::<[u8; 3]>(), proptest::collection::vec(any::<u8>(), 1..40))
            .prop_map(|([usage, selector, matching], data)| Data::Tlsa { usage, selector, matching, data }),
        (any::<u8>(), "[a-z0-9]{1,10}", "\\PC{0,20}").prop_map(|(flags, tag, value)| Data::Caa {
            flags,
            tag,
            value
        }),
    ]
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[\\PC\n\t\r]{0,200}") {
        let _ = parse(&text, &origin());
    }

    #[test]
    fn any_words_of_zones_are_read_or_refused(
        words in proptest::collection::vec(
            "(@|IN|A|MX|TXT|SRV|CAA|TLSA|60|1h|a\\.b\\.|\\(|\\)|\"|;|\n| |\\\\[0-9]{0,3}|\\$TTL|\\$ORIGIN|192\\.0\\.2\\.1)",
            0..40,
        )
    ) {
        let _ = parse(&words.join(" "), &origin());
    }

    #[test]
    fn zones_survive_being_written(
        records in proptest::collection::vec((any_name(), 0..=i32::MAX.unsigned_abs(), any_data()), 0..6)
    ) {
        let records: Vec<Record> =
            records.into_iter().map(|(name, ttl, data)| Record { name, ttl, data }).collect();
        let written = write(&records);
        prop_assert_eq!(parse(&written, &origin()), Ok(Zone { records, skipped: Vec::new() }), "{}", written);
    }
}
