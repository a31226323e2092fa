//! Whether Authentik is set up as `dezky bootstrap authentik` does it: the same comparison, with the credential that
//! `serve` has. Each thing that is missing or differs is a line of its own.

use bootstrap::{Difference, Engine, Settings, Verdict, authentik};
use serde_json::Value;
use upstream_authentik::{Authentik, Row};

use super::Report;
use crate::english;

const MEND: &str = "Run `dezky bootstrap authentik`.";
const OPERATORS: &str = "Create a person in Authentik, then run `dezky bootstrap authentik --operator NAME` with their user name.";
const UNREADABLE: &str = "can't be checked";

/// Compares, and says what isn't as it must be.
pub async fn check(client: &Authentik, settings: &Settings, report: &mut Report) -> anyhow::Result<()> {
    let words = english::words()?;
    let entries = authentik::entries(settings);
    let plan = match Engine::new(client, &entries, settings).plan().await {
        Ok(plan) => plan,
        Err(error) => {
            report.unchecked("Authentik", "how it is set up", &format!("{UNREADABLE}: {error}"));
            return Ok(());
        }
    };
    let mut kept = 0;
    for step in &plan.steps {
        let name = words.say(&step.name);
        let why = words.say(&step.why);
        let mut wrong = |what: String| report.line("Authentik", &name, Err(what), &format!("{why} {MEND}"));
        match &step.verdict {
            Verdict::Keep => kept += 1,
            Verdict::Create => wrong("missing".to_owned()),
            Verdict::Change(differences) => wrong(differing(differences)),
            Verdict::Waits(what) => {
                wrong(format!("needs {what}, which Authentik makes by itself and hasn't"));
            }
            Verdict::Leave(left) if plan.is_missing(step) => wrong(words.say(left)),
            Verdict::Leave(why) => Report::left("Authentik", &name, &words.say(why)),
            Verdict::Unknown(why) => {
                report.unchecked("Authentik", &name, &format!("{UNREADABLE}: {}", words.say(why)));
            }
        }
    }
    if kept == plan.steps.len() {
        report.line("Authentik", &format!("all {kept} objects that Dezky needs are set up"), Ok(()), MEND);
    }
    if let Some(group) = plan.row(authentik::ADMINS).filter(|_| settings.operator.is_some()) {
        check_operators(client, group, report).await;
    }
    Ok(())
}

/// Who is in the operators' group is for people to say, and somebody must be.
async fn check_operators(client: &Authentik, group: &Row, report: &mut Report) {
    let text = |field: &str| group.get(field).and_then(Value::as_str).unwrap_or_default();
    let what = format!("the members of the group {}", text("name"));
    match client.users_of_group(text("pk")).await {
        Ok(users) if users.iter().flatten().any(|user| user.is_active) => {}
        Ok(_) => Report::open(
            "Authentik",
            &what,
            "there is no active one, so no one can sign in to the operator console",
            OPERATORS,
        ),
        Err(error) => report.unchecked("Authentik", &what, &format!("{UNREADABLE}: {error}")),
    }
}

/// What differs, in one line.
pub fn differing(differences: &[Difference]) -> String {
    let of_one = |one: &Difference| {
        let surplus = one.surplus.join(", ");
        match (one.wanted.is_empty(), surplus.is_empty()) {
            (true, false) => format!("{} must not have {surplus}", one.field),
            (_, true) => format!("{} must have {}", one.field, short(&one.wanted)),
            (false, false) => format!("{} must have {}, and not {surplus}", one.field, short(&one.wanted)),
        }
    };
    differences.iter().map(of_one).collect::<Vec<_>>().join("; ")
}

/// The beginning of a long text, in one line.
fn short(text: &str) -> String {
    const MOST: usize = 400;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST {
        return line;
    }
    line.chars().take(MOST).chain("…".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_said_in_one_line_whatever_they_hold() {
        let difference = |field, wanted: &str, surplus: &[&str]| Difference {
            field,
            wanted: wanted.to_owned(),
            surplus: surplus.iter().map(|one| (*one).to_owned()).collect(),
            value: None,
        };
        let said = differing(&[
            difference("expression", "return {\n  1\n}", &[]),
            difference("permissions", "a.view", &["a.delete"]),
        ]);
        assert_eq!(said, "expression must have return { 1 }; permissions must have a.view, and not a.delete");
        assert_eq!(differing(&[difference("groups", "", &["a", "b"])]), "groups must not have a, b");
        assert_eq!(differing(&[difference("x", &"y".repeat(500), &[])]).chars().count(), 413);
    }
}
