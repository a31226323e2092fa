//! The lines of a file, each by itself: who it asks for, by the rules of any new member, and what is wrong with it. No I/O.

use std::collections::HashMap;

use kernel::input::Input;
use kernel::{DomainName, EmailAddress};
use memberships::{NewMember, input};
use people_file::Line;

/// Why nobody is made of a line. The codes of rules that other ways of adding people have too are those of
/// [`memberships::Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason(pub &'static str);

/// All reasons, so that one that is stored can be read again.
const REASONS: [&str; 17] = [
    "bad-name",
    "bad-address",
    "unknown-role",
    "bad-mailbox",
    "bad-private-address",
    "duplicate-address",
    "duplicate-mailbox",
    "member-known",
    "has-account",
    "foreign-domain",
    "already-invited",
    "mailbox-taken",
    "address-taken",
    "no-seat",
    "owners-only",
    "wrong-state",
    "refused",
];

impl Reason {
    /// The reason of a code; one that nobody knows is a refusal.
    pub fn of(code: &str) -> Self {
        Self(REASONS.into_iter().find(|known| *known == code).unwrap_or("refused"))
    }
}

/// The member that a line asks for, by the same rules as any new member.
pub fn new_member(line: &Line) -> Result<NewMember, Vec<Reason>> {
    let pairs = [
        ("name", line.name.clone()),
        ("email", line.email.clone()),
        ("role", line.role.to_lowercase()),
        ("mailbox", line.mailbox.clone()),
    ];
    let pairs = pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let mut input = Input::of_form(pairs, input::NEW);
    let new = input::new(&mut input);
    input.finish(new).map_err(|errors| {
        let reason = |field: &str| match field {
            "name" => Reason("bad-name"),
            "email" => Reason("bad-address"),
            "role" => Reason("unknown-role"),
            _ => Reason("bad-mailbox"),
        };
        errors.iter().map(|error| reason(&error.field)).collect()
    })
}

/// Where a link may go that opens the account: to the private address, or to that with which they sign in where this is
/// no mailbox that only the link opens.
pub fn link_to(line: &Line, new: &NewMember, own: &[DomainName]) -> Result<Option<EmailAddress>, Reason> {
    let is_own = |address: &EmailAddress| own.contains(address.domain());
    if line.private.is_empty() {
        return Ok(Some(new.email.clone()).filter(|address| !is_own(address)));
    }
    let private = line.private.parse().ok().filter(|address| !is_own(address));
    private.map(Some).ok_or(Reason("bad-private-address"))
}

/// A line by itself: who it asks for, if that can be read, and what is wrong with it.
#[derive(Debug, Clone)]
pub struct Own {
    /// Who.
    pub new: Option<NewMember>,
    /// What is wrong with it by itself and beside the lines before it.
    pub faults: Vec<Reason>,
}

/// Each line by itself.
pub fn own(lines: &[Line]) -> Vec<Own> {
    let (mut addresses, mut mailboxes) = (HashMap::new(), HashMap::new());
    let one = |line: &Line| match new_member(line) {
        Err(faults) => Own { new: None, faults },
        Ok(new) => {
            let mut faults = Vec::new();
            if !line.private.is_empty() && line.private.parse::<EmailAddress>().is_err() {
                faults.push(Reason("bad-private-address"));
            }
            if addresses.insert(new.email.to_string(), line.number).is_some() {
                faults.push(Reason("duplicate-address"));
            }
            if let Some(local) = &new.mailbox
                && mailboxes
                    .insert((local.as_str().to_owned(), new.email.domain().clone()), line.number)
                    .is_some()
            {
                faults.push(Reason("duplicate-mailbox"));
            }
            Own { new: Some(new), faults }
        }
    };
    lines.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use people_file::heads::Said;
    use people_file::parse;
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<Line> {
        parse(text).and_then(|table| table.lines(&Said::new())).unwrap_or_else(|why| panic!("{text}: {why}"))
    }

    #[test]
    fn a_link_goes_where_it_can_be_read() {
        let own = ["acme.test".parse().unwrap()];
        let to = |file: &str| {
            let line = read(&format!("name,email,private email\nAnna,{file}")).remove(0);
            link_to(&line, &new_member(&line).unwrap(), &own).map(|to| to.map(|to| to.to_string()))
        };
        assert_eq!(to("a@acme.test,anna@home.test"), Ok(Some("anna@home.test".into())));
        assert_eq!(to("a@acme.test,"), Ok(None), "its mailbox opens only by the link");
        assert_eq!(to("a@elsewhere.test,"), Ok(Some("a@elsewhere.test".into())));
        assert_eq!(to("a@acme.test,b@acme.test"), Err(Reason("bad-private-address")));
    }

    #[test]
    fn each_line_says_all_that_is_wrong_with_it() {
        let text = "name,email,role,mailbox\nAnna,anna@a.test,,\n,anna,chef,ø\nBo,ANNA@a.test,member,\n\
            Cy,cy@a.test,,x\nDi,di@a.test,,x\n";
        let lines = read(text);
        let codes: Vec<Vec<&str>> =
            own(&lines).iter().map(|own| own.faults.iter().map(|reason| reason.0).collect()).collect();
        assert!(codes[0].is_empty() && codes[3].is_empty(), "{codes:?}");
        assert_eq!(codes[1], ["bad-address", "bad-mailbox", "bad-name", "unknown-role"]);
        assert_eq!(codes[2], ["duplicate-address"]);
        assert_eq!(codes[4], ["duplicate-mailbox"]);
    }

    #[test]
    fn a_hidden_letter_is_told_of() {
        let hidden = read("name,email\nAn\u{200b}na,anna@acme.test");
        assert_eq!(own(&hidden)[0].faults, [Reason("bad-name")], "nothing disappears without a word");
    }

    proptest! {
        #[test]
        fn each_line_is_judged(text in "\\PC{0,200}") {
            if let Ok(lines) = parse(&format!("name,email\n{text}")).and_then(|it| it.lines(&Said::new())) {
                prop_assert_eq!(own(&lines).len(), lines.len());
            }
        }
    }
}
