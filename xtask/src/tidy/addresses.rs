//! No address gives a right: who looks people up by one is listed here, and queries for them stand in one file. What is
//! found there leads to an invitation, a refusal or a narrower list.

use super::Source;

/// Where people are looked up by an address.
const HOME: &str = "crates/access/src/addressed.rs";

/// Who may ask there: whoever invites or refuses to make a second account, whoever makes a person's row, and the filter of
/// the audit log.
const CALLERS: &[&str] = &[
    "crates/activity/src/reads.rs",
    "crates/access/src/people.rs",
    "crates/imports/src/check.rs",
    "crates/invitations/src/actions.rs",
    "crates/invitations/src/link.rs",
    "crates/memberships/src/foreign.rs",
    "crates/partner-staff/src/actions/invitations.rs",
    "crates/partner-staff/src/link.rs",
];

/// What asks for people by an address. In two parts, so that this file does not break its own rule.
const CALL: &str = concat!("addressed", "::");
const BY_NAME: &str = concat!("by", "_email(");
const COLUMNS: [&str; 3] = [
    concat!("users::Column::", "Email"),
    concat!("users::Column::", "Username"),
    concat!("users::Column::", "KnownAs"),
];
const COMPARISONS: [&str; 5] = [".eq(", ".is_in(", ".in_subquery(", ".contains(", ".starts_with("];

/// The lines that look somebody up by an address where nobody may.
pub fn check(sources: &[Source]) -> Vec<String> {
    let product = sources.iter().filter(|source| {
        source.is_rust() && !source.is_test() && source.path.starts_with("crates/") && source.path != HOME
    });
    product.flat_map(check_one).collect()
}

fn check_one(source: &Source) -> Vec<String> {
    let path = &source.path;
    let may_call = CALLERS.contains(&path.as_str());
    let mut problems = Vec::new();
    for (number, line) in source.text.lines().enumerate() {
        let number = number + 1;
        if line.contains(CALL) && !may_call {
            problems.push(format!(
                "{path}:{number} looks somebody up by an address; only invitations and what refuses an account may"
            ));
        }
        let compares = |column: &str| COMPARISONS.iter().any(|how| line.contains(&format!("{column}{how}")));
        if COLUMNS.iter().any(|column| compares(column)) || line.contains(&format!("fn {BY_NAME}")) {
            problems
                .push(format!("{path}:{number} finds people by an address; that is the matter of {HOME}"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> usize {
        check(&[Source { path: path.to_owned(), text: text.to_owned() }]).len()
    }

    #[test]
    fn a_look_up_by_an_address_is_found_wherever_it_is_planted() {
        let call = format!("let who = {CALL}holder(&tx, &email).await?;\n");
        let query = format!("users::Entity::find().filter({}.eq(email))\n", COLUMNS[0]);
        let named = format!("pub async fn {BY_NAME}on: &Db) {{}}\n");
        for planted in [&call, &query, &named] {
            for place in
                ["crates/tenants/src/actions.rs", "crates/sign-in/src/api.rs", "crates/new/src/lib.rs"]
            {
                assert_eq!(told(place, planted), 1, "{place}: {planted}");
            }
        }
        assert_eq!(told("crates/invitations/src/link.rs", &call), 0);
        assert_eq!(told(HOME, &query), 0);
    }
}
