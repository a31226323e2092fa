//! Runs the public test suite of RFC 7208 through the evaluation that the product's own verdicts use:
//! `cargo run -p mail-dns --example rfc7208 -- rfc7208-tests.yml`. Says what differs, and fails if anything does.

mod suite;

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("rfc7208 FILE: name the file with the suite");
        return ExitCode::from(2);
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{path} can't be read: {error}");
            return ExitCode::from(2);
        }
    };
    let cases = match suite::run(&text) {
        Ok(cases) => cases,
        Err(error) => {
            eprintln!("{path} isn't a suite: {error}");
            return ExitCode::from(2);
        }
    };
    let wrong: Vec<&suite::Case> = cases.iter().filter(|case| !case.is_right()).collect();
    for case in &wrong {
        println!("{case}");
    }
    println!("{} cases, {} as the suite says, {} not", cases.len(), cases.len() - wrong.len(), wrong.len());
    if wrong.is_empty() && !cases.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
