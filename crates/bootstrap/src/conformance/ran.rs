//! What the program said, read as an operator reads it: by the first word of each line.

use super::{Trouble, failed};

/// What is to be done, by the beginnings of lines.
const TO_DO: [&str; 4] = ["create ", "change ", "remove ", "to do "];
const FAILED: &str = "FAIL  ";
/// The most of an output that is repeated.
const MOST: usize = 600;

/// A run of the program that came to its end.
pub struct Ran {
    /// Its exit code; none when it was killed.
    pub code: Option<i32>,
    /// Both outputs.
    pub said: String,
}

/// Something that the doctor found.
#[derive(Debug)]
pub struct Found<'a> {
    /// The whole line.
    pub line: &'a str,
    /// The line under it.
    pub advice: &'a str,
}

impl Ran {
    /// How many lines begin with a word.
    pub fn count(&self, word: &str) -> usize {
        self.said.lines().filter(|line| line.starts_with(word)).count()
    }

    /// How many lines say what is to be done.
    pub fn to_do(&self) -> usize {
        TO_DO.iter().map(|word| self.count(word)).sum()
    }

    /// What the doctor found wrong with an upstream; none of those that it names otherwise.
    pub fn found(&self, upstreams: &[&str]) -> Vec<Found<'_>> {
        let mut lines = self.said.lines().peekable();
        let mut found = Vec::new();
        while let Some(line) = lines.next() {
            let is_of = |upstream: &&str| {
                let rest = line.strip_prefix(FAILED).and_then(|rest| rest.strip_prefix(upstream));
                rest.is_some_and(|rest| rest.starts_with(": "))
            };
            if upstreams.iter().any(is_of) {
                let advice = lines.peek().map_or("", |advice| advice.trim());
                found.push(Found { line, advice });
            }
        }
        found
    }

    /// That a line of an upstream has all of these parts, and the advice under it this one.
    pub fn must_name(&self, upstreams: &[&str], parts: &[&str], mend: &str) -> Result<String, Trouble> {
        let found = self.found(upstreams);
        let is_it = |one: &&Found<'_>| parts.iter().all(|part| one.line.contains(part));
        let named: Vec<&Found<'_>> = found.iter().filter(is_it).collect();
        if named.is_empty() {
            let lines: Vec<&str> = found.iter().map(|one| one.line).collect();
            let instead = if lines.is_empty() { self.end() } else { lines.join(" | ") };
            return Err(failed(format!("the doctor doesn't name {parts:?}, but says: {instead}")));
        }
        match named.iter().find(|one| one.advice.contains(mend)) {
            Some(one) => Ok(one.line.trim_start_matches(FAILED).to_owned()),
            None => Err(failed(format!("“{}” doesn't advise {mend:?}: {}", named[0].line, named[0].advice))),
        }
    }

    /// That the exit code says what the lines say.
    pub fn must_agree(&self) -> Result<(), Trouble> {
        let wanted = i32::from(self.count(FAILED) > 0);
        if self.code == Some(wanted) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// It ended otherwise than it should.
    pub fn unexpected(&self) -> Trouble {
        let code = self.code.map_or_else(|| "killed".to_owned(), |code| format!("exit code {code}"));
        failed(format!("{code}: {}", self.end()))
    }

    /// The end of what it said.
    fn end(&self) -> String {
        let text = self.said.trim();
        let left_out = text.chars().count().saturating_sub(MOST);
        text.chars().skip(left_out).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "\
ok    Sign-in: dezky-portal is known by its secret
FAIL  Authentik: the provider dezky-portal: sub_mode must have user_uuid
      People can’t sign in. Run `dezky bootstrap authentik`.
FAIL  DNS: 192.0.2.1:53 can be used: no answer
      Check DNS_RESOLVERS.
";

    #[test]
    fn a_failure_is_told_with_its_advice_and_only_of_those_that_are_asked_for() {
        let ran = Ran { code: Some(1), said: SAID.to_owned() };
        ran.must_agree().unwrap();
        let of = ["Authentik", "Sign-in"];
        assert_eq!(ran.found(&of).len(), 1);
        assert!(ran.must_name(&of, &["dezky-portal", "sub_mode"], "dezky bootstrap authentik").is_ok());
        for (parts, mend) in
            [(["sub_mode", "dezky-files"], "dezky"), (["sub_mode", ""], "dezky bootstrap ocis")]
        {
            assert!(matches!(ran.must_name(&of, &parts, mend), Err(Trouble::Failed(_))), "{parts:?} {mend}");
        }
        assert!(ran.must_name(&["Stalwart"], &["sub_mode"], "").is_err());
        let silent = Ran { code: Some(1), said: "ok    Sign-in: all\n".to_owned() };
        assert!(silent.must_agree().is_err());
    }
}
