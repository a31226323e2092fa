//! A file of people, read: one line for each, with what is wrong with it by itself. No I/O.

use std::collections::HashMap;

use kernel::input::Input;
use members::{NewMember, input, is_formula};

/// The most people of one file.
pub const MOST: usize = 2000;
/// The most letters that are kept of a cell; longer ones are wrong in any case.
const LONGEST: usize = 300;

/// A line of a file of people, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number in the file; the head has the first.
    pub number: i64,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The role; empty for a member.
    pub role: String,
    /// What the mailbox is called; empty takes it from the address.
    pub mailbox: String,
}

/// Why nobody is made of a line. The codes of rules that other ways of adding people have too are those of
/// [`members::Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason(pub &'static str);

/// All reasons, so that one that is stored can be read again.
const REASONS: [&str; 16] = [
    "bad-name",
    "bad-address",
    "unknown-role",
    "bad-mailbox",
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

/// Why a file can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// There is nobody in it.
    #[error("There is nobody in this file.")]
    Empty,
    /// A column is missing.
    #[error("The first line must name the columns; there is none called “{0}”.")]
    NoColumn(&'static str),
    /// Too many people.
    #[error("There are more than {MOST} people in this file. Split it.")]
    TooMany,
    /// It is no CSV.
    #[error("This is no CSV file: {0}.")]
    NotCsv(String),
}

const NAME: &[&str] = &["name", "full name"];
const EMAIL: &[&str] = &["email", "e-mail", "mail", "address"];
const ROLE: &[&str] = &["role"];
const MAILBOX: &[&str] = &["mailbox"];

/// Reads a file: columns by their names, in any order; others are left out. Comma, semicolon or tab.
pub fn read(text: &str) -> Result<Vec<Line>, Unreadable> {
    // One kind of line end, or lines are counted one short.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let first = text.lines().next().unwrap_or_default();
    let count = |mark: &&char| first.chars().filter(|letter| letter == *mark).count();
    let mark = [',', ';', '\t'].iter().rev().max_by_key(count).copied().unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(mark).unwrap_or(b','))
        .flexible(true)
        .from_reader(text.as_bytes());
    let not_csv = |error: csv::Error| Unreadable::NotCsv(error.to_string());
    let head = reader.headers().map_err(not_csv)?.clone();
    let place =
        |names: &[&str]| head.iter().position(|cell| names.contains(&cell.trim().to_lowercase().as_str()));
    let name = place(NAME).ok_or(Unreadable::NoColumn("name"))?;
    let email = place(EMAIL).ok_or(Unreadable::NoColumn("email"))?;
    let (role, mailbox) = (place(ROLE), place(MAILBOX));
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(not_csv)?;
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).map(plain).unwrap_or_default();
        let number = record.position().map_or(0, |at| i64::try_from(at.line()).unwrap_or(i64::MAX));
        let line = Line {
            number,
            name: cell(Some(name)),
            email: cell(Some(email)),
            role: cell(role),
            mailbox: cell(mailbox),
        };
        if [&line.name, &line.email, &line.role, &line.mailbox].iter().any(|cell| !cell.is_empty()) {
            lines.push(line);
        }
        if lines.len() > MOST {
            return Err(Unreadable::TooMany);
        }
    }
    if lines.is_empty() { Err(Unreadable::Empty) } else { Ok(lines) }
}

/// A cell without what no name or address has, and without the quote by which an export keeps it from being a formula.
fn plain(cell: &str) -> String {
    let text: String = cell.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect();
    let text = text.trim();
    let guarded = text.strip_prefix('\'').filter(|rest| is_formula(rest));
    guarded.unwrap_or(text).to_owned()
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

/// What is wrong with each line by itself and beside the lines before it.
pub fn own_faults(lines: &[Line]) -> Vec<Vec<Reason>> {
    let (mut addresses, mut mailboxes) = (HashMap::new(), HashMap::new());
    let faults = |line: &Line| match new_member(line) {
        Err(faults) => faults,
        Ok(new) => {
            let mut faults = Vec::new();
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
            faults
        }
    };
    lines.iter().map(faults).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn files_of_any_spreadsheet_are_read() {
        let comma = "name,email,role,mailbox\nAnna Ærø,anna@acme.test,admin,anna\n";
        let semicolon = "\u{feff}E-mail;Name;Mailbox;Role\r\nanna@acme.test;Anna Ærø;anna;admin\r\n;;;\r\n";
        let tab = "department\tname\temail\trole\tmailbox\nit\t\"Anna Ærø\"\tanna@acme.test\tadmin\tanna\n";
        for text in [comma, semicolon, tab] {
            let lines = read(text).unwrap();
            assert_eq!(lines.len(), 1, "{text}");
            assert_eq!(
                (lines[0].number, &*lines[0].name, &*lines[0].email),
                (2, "Anna Ærø", "anna@acme.test")
            );
            assert_eq!((&*lines[0].role, &*lines[0].mailbox), ("admin", "anna"));
        }
        assert_eq!(read("name,email\n"), Err(Unreadable::Empty));
        assert_eq!(read("name,phone\nAnna,1"), Err(Unreadable::NoColumn("email")));
    }

    #[test]
    fn each_line_says_all_that_is_wrong_with_it() {
        let text = "name,email,role,mailbox\nAnna,anna@a.test,,\n,anna,chef,ø\nBo,ANNA@a.test,member,\n\
            Cy,cy@a.test,,x\nDi,di@a.test,,x\n";
        let lines = read(text).unwrap();
        let codes: Vec<Vec<&str>> =
            own_faults(&lines).iter().map(|faults| faults.iter().map(|reason| reason.0).collect()).collect();
        assert!(codes[0].is_empty() && codes[3].is_empty(), "{codes:?}");
        assert_eq!(codes[1], ["bad-address", "bad-mailbox", "bad-name", "unknown-role"]);
        assert_eq!(codes[2], ["duplicate-address"]);
        assert_eq!(codes[4], ["duplicate-mailbox"]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
            if let Ok(lines) = read(&format!("name,email\n{text}")) {
                prop_assert_eq!(own_faults(&lines).len(), lines.len());
            }
        }
    }
}
