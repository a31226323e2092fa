//! What is said of a Stalwart server that isn't as it must be, and the page of rights. The comparison is that of
//! `upstream_stalwart::setup`.

use std::fmt::Write as _;

use kernel::Message;
use kernel::message::{ToValue, Value};
use upstream_stalwart::RIGHTS;
use upstream_stalwart::setup::{Code, Finding, Trouble, Unproven};

/// How many names a sentence has before it says how many more there are.
const MOST: usize = 12;

/// What a finding is; the advice of it says why it matters, or what helps. What is to be made is named alone.
pub fn finding(finding: &Finding) -> Message {
    let names: Vec<String> = match finding.code {
        Code::KeyExpires | Code::KeyExpiresLater | Code::KeysSuperseded | Code::KeysKept => {
            finding.names.iter().map(|time| minutes(time)).collect()
        }
        _ => finding.names.clone(),
    };
    let key = match finding.code {
        // Not by its own list of addresses.
        Code::KeyBlocked if names.is_empty() => "bootstrap-stalwart-key-banned".to_owned(),
        code => format!("bootstrap-stalwart-{}", code.as_str()),
    };
    let [first, last] = [names.first(), names.last()].map(|name| name.cloned().unwrap_or_default());
    Message::new(key).with("name", first).with("last", last).with("names", listed(&names))
}

/// Why a plan was not done.
pub fn trouble(trouble: &Trouble) -> Message {
    match trouble {
        Trouble::Call(error) => Message::new("bootstrap-stalwart-error-call").with("why", error.to_string()),
        Trouble::Blocked(blocked) => finding(blocked),
    }
}

/// What a key can't do.
pub fn unproven(unproven: &Unproven) -> Message {
    let step = Message::new(format!("bootstrap-stalwart-step-{}", unproven.step));
    Message::new("bootstrap-stalwart-unproven").with("step", step).with("why", unproven.why.to_string())
}

fn listed(names: &[String]) -> Value {
    let mut all: Vec<Value> = names.iter().take(MOST).map(ToValue::to_value).collect();
    let more = names.len().saturating_sub(MOST);
    if more > 0 {
        all.push(Message::new("bootstrap-stalwart-more").with("count", more).to_value());
    }
    Value::List(all)
}

/// A time as people write it.
fn minutes(time: &str) -> String {
    match time.get(..16) {
        Some(minutes) => format!("{} UTC", minutes.replace('T', " ")),
        None => time.to_owned(),
    }
}

/// The page of the documentation with all rights.
pub fn page() -> String {
    let mut page = "\
# What Dezky may do in Stalwart

Written by `dezky bootstrap stalwart --rights`; change `crates/upstream-stalwart/src/model/rights.rs`, not this page.

Dezky signs in to Stalwart's API with an API key of the account `dezky` on the server's default domain. The account is no
administrator and has no password: it has the role of mailboxes, and the permissions of this table besides. The key holds
exactly these. `dezky bootstrap stalwart` gives what is missing and takes away what is too much; `dezky doctor` names each
right that is missing.

| permission | what Dezky does with it |
|---|---|
"
    .to_owned();
    for right in RIGHTS {
        // Writing to a text can't fail.
        let _ = writeln!(page, "| `{}` | {} |", right.permission, right.allows);
    }
    page += "
The key also holds all that the role of mailboxes gives: in Stalwart only who holds a permission may grant it, so without them
Dezky couldn't add a mailbox. They are read from the server, since another version or an administrator may change them.
";
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_end_with_how_many_more_there_are_and_times_are_short() {
        let names: Vec<String> = (0..MOST + 3).map(|n| n.to_string()).collect();
        let Value::List(all) = listed(&names) else { panic!("no list") };
        assert_eq!(all.len(), MOST + 1);
        assert_eq!(all[MOST], Message::new("bootstrap-stalwart-more").with("count", 3_usize).to_value());
        assert_eq!(listed(&names[..1]), Value::List(vec!["0".to_value()]));
        assert_eq!(minutes("2026-11-20T22:13:40.000000Z"), "2026-11-20 22:13 UTC");
    }

    #[test]
    fn a_key_that_no_list_of_addresses_keeps_out_has_words_of_its_own() {
        let blocked = |names: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            finding(&Finding { code: Code::KeyBlocked, names })
        };
        assert_eq!(blocked(&["203.0.113.7"]).key(), Some("bootstrap-stalwart-key-blocked"));
        assert_eq!(blocked(&[]).key(), Some("bootstrap-stalwart-key-banned"));
    }
}
