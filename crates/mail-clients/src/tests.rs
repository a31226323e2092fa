//! Everything that can be said has words. What hosts tell is asked for in `dezky`, with a simulated host beside it.

#[test]
fn everything_that_can_be_said_of_a_document_has_words() {
    let said: [(&str, &[&str]); 27] = [
        ("fine", &[]),
        ("policy-testing", &[]),
        ("server-other", &["found", "expected"]),
        ("server-not-offered", &["found", "expected"]),
        ("server-missing", &["expected"]),
        ("unencrypted", &["found"]),
        ("unreadable", &[]),
        ("not-there", &[]),
        ("redirect", &["to"]),
        ("status", &["status"]),
        ("policy-off", &[]),
        ("policy-server", &["expected"]),
        ("policy-line", &["part"]),
        ("policy-no-mode", &[]),
        ("policy-mode", &["part"]),
        ("policy-no-max-age", &[]),
        ("policy-max-age", &["part"]),
        ("policy-no-server", &[]),
        ("policy-bad-server", &["part"]),
        ("certificate-expired", &[]),
        ("certificate-early", &[]),
        ("certificate-issuer", &[]),
        ("certificate-name", &[]),
        ("certificate-other", &[]),
        ("no-address", &[]),
        ("timed-out", &[]),
        ("unreachable", &[]),
    ];
    let texts = include_str!("../text/en.ftl");
    for (code, values) in said {
        let key = format!("client-advice-{code} =");
        let text = texts.lines().find(|line| line.starts_with(&key)).unwrap_or_else(|| panic!("{key}"));
        let names = text.split("{ $").skip(1).filter_map(|rest| rest.split_once(' '));
        for (name, _) in names {
            assert!(values.contains(&name), "{key} has no value {name}");
        }
    }
}
