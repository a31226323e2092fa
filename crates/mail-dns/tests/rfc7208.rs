//! The public test suite of RFC 7208, where its file is there.
#![cfg(test)]

#[path = "../examples/rfc7208/suite.rs"]
mod suite;

use std::path::Path;

/// Beside the checkout, since the suite is other people's.
const FILE: &str = "../../../shared/cases/rfc7208-tests.yml";

#[test]
fn every_case_of_the_public_suite_is_as_it_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("not run: {} is not there", path.display());
        return;
    };
    let cases = suite::run(&text).unwrap();
    assert!(cases.len() > 200, "{} cases", cases.len());
    let wrong: Vec<String> = cases.iter().filter(|case| !case.is_right()).map(ToString::to_string).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_case_that_is_not_as_the_suite_says_is_told() {
    let suite = "description: small\ntests:\n  one:\n    helo: h.test\n    host: 192.0.2.1\n    \
                 mailfrom: a@b.test\n    result: pass\nzonedata:\n  b.test:\n    - SPF: v=spf1 -all\n";
    let cases = suite::run(suite).unwrap();
    assert!(!cases[0].is_right());
    assert_eq!(cases[0].to_string(), "small / one: wanted pass (any words), found fail (DEFAULT)");
}
