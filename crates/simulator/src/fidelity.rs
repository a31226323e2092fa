//! How much of what was recorded of an upstream its simulator reproduces: all of the calls that Dezky makes, and a golden
//! file says so in numbers (`docs/conformance.md`). For the tests of the simulators.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A recorded step, and what the simulator did otherwise.
pub struct Step {
    /// What the recording calls it.
    pub name: String,
    /// The calls of Dezky's in it; none where Dezky doesn't send such a request.
    pub calls: Vec<String>,
    /// How the simulator's answer differs from the recorded one.
    pub difference: Option<String>,
}

/// The steps of all recorded files, counted.
#[derive(Default)]
pub struct Fidelity {
    table: String,
    left_out: String,
    calls: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

impl Fidelity {
    /// Counts the steps of a file.
    pub fn add(&mut self, file: &str, steps: &[Step]) {
        let (mut own, mut own_same) = (0, 0);
        for step in steps {
            let is_own = !step.calls.is_empty();
            own += usize::from(is_own);
            for call in &step.calls {
                *self.calls.entry(call.clone()).or_default() += 1;
            }
            match &step.difference {
                None => own_same += usize::from(is_own),
                Some(why) if is_own => self.wrong.push(format!("{file}: {}: {why}", step.name)),
                Some(why) => {
                    let _ = writeln!(self.left_out, "{file}: {}: {why}", step.name);
                }
            }
        }
        let same = steps.iter().filter(|step| step.difference.is_none()).count();
        let (all, own) = (format!("{same}/{}", steps.len()), format!("{own_same}/{own}"));
        let _ = writeln!(self.table, "{file:<40} {all:>8} {own:>8}");
    }

    /// Shows the numbers, and compares them with the golden file `fidelity.txt`.
    ///
    /// # Panics
    /// When a call of Dezky's is answered otherwise than recorded, or the numbers are others.
    pub fn check(&self, golden: &str) {
        println!("{}\nnot reproduced\n{}", self.table, self.left_out);
        assert!(self.wrong.is_empty(), "calls of Dezky's differ: {:#?}", self.wrong);
        assert!(golden == self.text(), "tests/fidelity.txt should be\n{}", self.text());
    }

    fn text(&self) -> String {
        let mut text = format!("{:<40} {:>8} {:>8}\n{}\n", "file", "all", "Dezky's", self.table);
        let _ = writeln!(text, "{:<49} {:>8}", "call of Dezky's", "recorded");
        for (call, count) in &self.calls {
            let _ = writeln!(text, "{call:<49} {count:>8}");
        }
        text
    }
}
