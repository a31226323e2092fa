//! A file of people, read: one line for each, with what is wrong with it by itself. No I/O.

use std::collections::HashMap;

use kernel::input::Input;
use kernel::{DomainName, EmailAddress};
use members::is_formula;
use memberships::{NewMember, input};

use super::heads::{Columns, Said};

/// The most bytes of a file.
pub const MOST_BYTES: usize = 1 << 20;
/// The most people of one file.
pub const MOST: usize = 2000;
/// The most letters that are kept of a cell; longer ones are wrong in any case.
const LONGEST: usize = 300;
/// The most columns of a file.
const MOST_COLUMNS: usize = 200;
/// The most letters of a head in a sentence or a record.
const SHOWN: usize = 40;

/// A line of a file of people, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number in the file; the head has the first.
    pub number: i64,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// A private address, to which a link may go.
    pub private: String,
    /// The role; empty for a member.
    pub role: String,
    /// What the mailbox is called; empty takes it from the address.
    pub mailbox: String,
}

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

/// Why a file can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// There is nobody in it.
    #[error("There are no people in this file.")]
    Empty,
    /// Nobody can tell which column is which.
    #[error("{}", asked(.0))]
    Columns(Table),
    /// Too many people.
    #[error("This file has more than {MOST} people. Split it.")]
    TooMany,
    /// Too many bytes.
    #[error("This file is larger than 1 MiB. Split it, or remove columns that aren't needed.")]
    TooLarge,
    /// Too many columns.
    #[error("This file has more than {MOST_COLUMNS} columns. Remove those that aren't needed.")]
    TooWide,
    /// It is no CSV.
    #[error("This isn't a CSV file: {0}.")]
    NotCsv(String),
    /// A workbook, which spreadsheets alone read.
    #[error("This is a workbook. Save it as “CSV UTF-8” in your spreadsheet, and choose that file.")]
    Workbook,
    /// Its bytes are no text in the encoding that it has, or is said to have.
    #[error("This file can't be read as {0}. Save it as “CSV UTF-8”, or choose another encoding.")]
    Encoding(&'static str),
    /// There is no such encoding.
    #[error("“{0}” isn't an encoding. Use one such as UTF-8 or windows-1252.")]
    NoEncoding(String),
    /// It was read by another encoding than it was written in.
    #[error(
        "Line {line} has characters that can't be read as {encoding}. Save the file as “CSV UTF-8”, or choose another encoding."
    )]
    Garbled {
        /// The line.
        line: usize,
        /// How it was read.
        encoding: &'static str,
    },
}

fn asked(table: &Table) -> String {
    let heads: Vec<String> = table.heads.iter().take(20).map(|head| format!("“{}”", shown(head))).collect();
    format!(
        "Which column is the name, and which the email address? The file has {}. Say which in “columns”.",
        heads.join(", ")
    )
}

/// A head, cut where it is no name any more.
pub fn shown(head: &str) -> String {
    if head.chars().count() <= SHOWN {
        return head.to_owned();
    }
    let kept: String = head.chars().take(SHOWN).collect();
    format!("{kept}…")
}

/// A file of people, before anybody said which column is which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What the columns are called.
    pub heads: Vec<String>,
    /// What is in each line, with its number in the file.
    rows: Vec<(i64, Vec<String>)>,
    /// False when the first line is a person.
    has_heads: bool,
}

/// Reads the cells of a file: comma, semicolon, tab or bar, whichever its first line has outside quotes, unless it says
/// so itself. What other systems write before their heads is passed over.
pub fn parse(text: &str) -> Result<Table, Unreadable> {
    if text.len() > MOST_BYTES {
        return Err(Unreadable::TooLarge);
    }
    // One kind of line end, or lines are counted one short.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let Preamble { mark, lines: passed, rest } = preamble(&text);
    let mark = mark.unwrap_or_else(|| separator(rest));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(mark).unwrap_or(b','))
        .flexible(true)
        .has_headers(false)
        .from_reader(rest.as_bytes());
    let mut table = Table { heads: Vec::new(), rows: Vec::new(), has_heads: true };
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| Unreadable::NotCsv(error.to_string()))? {
        // Looked at before a cell of it is: a file may be a million separators.
        if record.len() > MOST_COLUMNS {
            return Err(Unreadable::TooWide);
        }
        if record.as_slice().chars().all(char::is_whitespace) {
            continue;
        }
        if table.rows.len() == MOST {
            return Err(Unreadable::TooMany);
        }
        let number = record.position().map_or(0, |at| i64::try_from(at.line()).unwrap_or(i64::MAX));
        let cells: Vec<String> = record.iter().map(plain).collect();
        if table.heads.is_empty() {
            table.has_heads = !cells.iter().any(|cell| address(cell).parse::<EmailAddress>().is_ok());
            if table.has_heads {
                table.heads = cells;
                continue;
            }
            table.heads = (1..=cells.len()).map(|n| format!("Column {n}")).collect();
        }
        table.rows.push((number.saturating_add(passed), cells));
    }
    if table.rows.is_empty() { Err(Unreadable::Empty) } else { Ok(table) }
}

impl Table {
    /// Which column is which, by the heads, and by what the person said of them. A file without heads tells its
    /// addresses itself, and of two columns the other is the name.
    pub fn columns(&self, said: &Said) -> Columns {
        let mut columns = Columns::of(&self.heads, said);
        if !self.has_heads && columns.email.is_empty() {
            let is_address = |at: &usize| {
                self.rows
                    .iter()
                    .all(|(_, cells)| cells.get(*at).is_none_or(|cell| cell.is_empty() || cell.contains('@')))
            };
            columns.email = (0..self.heads.len()).filter(is_address).take(1).collect();
            if let ([email], [_, _]) = (&*columns.email, &*self.heads) {
                columns.name = columns.name.or(Some(1 - (*email).min(1)));
            }
        }
        columns
    }

    /// The people of the file.
    pub fn lines(&self, said: &Said) -> Result<Vec<Line>, Unreadable> {
        let columns = self.columns(said);
        if !columns.is_enough() {
            return Err(Unreadable::Columns(self.clone()));
        }
        Ok(self.rows.iter().map(|(number, cells)| line(*number, cells, &columns)).collect())
    }

    /// What the first lines have in a column, to show which it is.
    pub fn samples(&self, column: usize) -> Vec<&str> {
        let cells = self.rows.iter().filter_map(|(_, cells)| cells.get(column).map(String::as_str));
        cells.filter(|cell| !cell.is_empty()).take(3).collect()
    }
}

fn line(number: i64, cells: &[String], columns: &Columns) -> Line {
    let cell = |at: usize| cells.get(at).map(String::as_str).unwrap_or_default();
    let one = |at: Option<usize>| at.map(cell).unwrap_or_default();
    let first_of = |places: &[usize]| {
        let filled = places.iter().map(|at| cell(*at)).find(|text| !text.is_empty());
        filled.map(address).unwrap_or_default().to_owned()
    };
    let whole = one(columns.name);
    let parts = format!("{} {}", one(columns.first), one(columns.last));
    Line {
        number,
        name: if whole.is_empty() { parts.trim().to_owned() } else { whole.to_owned() },
        email: first_of(&columns.email),
        private: first_of(&columns.private),
        role: role(one(columns.role)).to_owned(),
        mailbox: one(columns.mailbox).to_owned(),
    }
}

/// Reads a file whose heads say which column is which.
#[cfg(test)]
pub fn read(text: &str, said: &Said) -> Result<Vec<Line>, Unreadable> {
    parse(text)?.lines(said)
}

/// What a file may say before its heads.
struct Preamble<'a> {
    mark: Option<char>,
    lines: i64,
    rest: &'a str,
}

/// Excel's `sep=;`, and the version that a template of Entra begins with.
fn preamble(text: &str) -> Preamble<'_> {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let lower = first.trim_matches(['"', ' ', ',', '\u{feff}']).to_ascii_lowercase();
    let mark = first.trim_matches('"').get(..4).filter(|start| start.eq_ignore_ascii_case("sep="));
    let mark = mark.and_then(|_| first.trim_matches('"').chars().nth(4));
    match mark {
        Some(mark) if mark.is_ascii() => Preamble { mark: Some(mark), lines: 1, rest },
        _ if lower.starts_with("version:v") => Preamble { mark: None, lines: 1, rest },
        _ => Preamble { mark: None, lines: 0, rest: text },
    }
}

/// The mark that stands most often between the heads. What is inside quotes is no mark.
fn separator(text: &str) -> char {
    const MARKS: [char; 4] = [',', ';', '\t', '|'];
    let mut counts = [0_usize; 4];
    let mut is_quoted = false;
    for letter in text.trim_start_matches('\n').chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '\n' if !is_quoted => break,
            letter if !is_quoted => {
                if let Some(at) = MARKS.iter().position(|mark| *mark == letter) {
                    counts[at] += 1;
                }
            }
            _ => {}
        }
    }
    let best = MARKS.iter().zip(counts).rev().max_by_key(|(_, count)| *count);
    best.filter(|(_, count)| *count > 0).map_or(',', |(mark, _)| *mark)
}

/// A cell on one line, and without the quote by which an export keeps it from being a formula. What can't be seen stays,
/// to be refused where it means something.
fn plain(cell: &str) -> String {
    if cell.is_empty() {
        return String::new();
    }
    let text = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().take(LONGEST).collect();
    let guarded = text.strip_prefix('\'').filter(|rest| is_formula(rest));
    guarded.unwrap_or(&text).to_owned()
}

/// An address without what directories write before it.
fn address(cell: &str) -> &str {
    let scheme = |name: &str| {
        let start = cell.get(..name.len())?;
        if start.eq_ignore_ascii_case(name) { cell.get(name.len()..) } else { None }
    };
    scheme("mailto:").or_else(|| scheme("smtp:")).unwrap_or(cell).trim()
}

/// A role as other systems call it.
fn role(word: &str) -> &str {
    match word.to_lowercase().as_str() {
        "user" | "medlem" | "mitglied" | "bruger" | "benutzer" => "member",
        "administrator" => "admin",
        _ => word,
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn files_of_any_spreadsheet_are_read() {
        let comma = "name,email,role,mailbox\nAnna Ærø,anna@acme.test,admin,anna\n";
        let semicolon = "\u{feff}E-mail;Name;Mailbox;Role\r\nanna@acme.test;Anna Ærø;anna;admin\r\n;;;\r\n";
        let tab = "department\tname\temail\trole\tmailbox\nit\t\"Anna Ærø\"\tanna@acme.test\tadmin\tanna\n";
        for text in [comma, semicolon, tab] {
            let lines = read(text, &Said::new()).unwrap();
            assert_eq!(lines.len(), 1, "{text}");
            assert_eq!(
                (lines[0].number, &*lines[0].name, &*lines[0].email),
                (2, "Anna Ærø", "anna@acme.test")
            );
            assert_eq!((&*lines[0].role, &*lines[0].mailbox), ("admin", "anna"));
        }
        assert_eq!(read("name,email\n", &Said::new()), Err(Unreadable::Empty));
        let asked = read("name,phone\nAnna,1", &Said::new()).unwrap_err();
        assert!(matches!(&asked, Unreadable::Columns(table) if table.samples(1) == ["1"]), "{asked:?}");
        assert!(asked.to_string().contains("“phone”"), "{asked}");
    }

    /// The name, address and number of the only person in a file.
    fn only(text: &str) -> (String, String, i64) {
        let mut lines = read(text, &Said::new()).unwrap_or_else(|why| panic!("{text}: {why}"));
        assert_eq!(lines.len(), 1, "{text}");
        let line = lines.remove(0);
        (line.name, line.email, line.number)
    }

    #[test]
    fn what_spreadsheets_and_directories_write_around_people_is_understood() {
        let anna = |number| ("Anna Maria Test".to_owned(), "anna@acme.test".to_owned(), number);
        for (text, number) in [
            ("sep=;\nname;email\nAnna Maria Test;anna@acme.test\n", 3),
            ("\"sep=|\"\r\nname|email\r\nAnna Maria Test|anna@acme.test", 3),
            (
                "version:v1.0,,\nName [displayName] Required,User name [userPrincipalName] Required\nAnna Maria Test,anna@acme.test",
                3,
            ),
            ("name;email;\"notes, a, b, c\"\nAnna Maria Test;anna@acme.test;x", 2),
            ("name,email,\"a;b;c\nd;e;f\"\nAnna Maria Test,anna@acme.test,x", 3),
            ("Name,Address,City,Email\nAnna Maria Test,Ny Vej 1,Aarhus,anna@acme.test", 2),
            ("Name,Address\nAnna Maria Test,anna@acme.test", 2),
            ("name,email\n\"Anna\nMaria\tTest\",anna@acme.test", 2),
            ("First Name,Last Name,Position,Email\nAnna Maria,Test,CEO,anna@acme.test", 2),
            ("\"DisplayName\",\"PrimarySmtpAddress\"\n\"Anna Maria Test\",\"SMTP:anna@acme.test\"", 2),
            ("mail,userPrincipalName,displayName\n,anna@acme.test,Anna Maria Test", 2),
            ("anna@acme.test;Anna Maria Test", 1),
        ] {
            assert_eq!(only(text), anna(number), "{text}");
        }
        let hidden = read("name,email\nAn\u{200b}na,anna@acme.test", &Said::new()).unwrap();
        assert_eq!(own(&hidden)[0].faults, [Reason("bad-name")], "nothing disappears without a word");
    }

    #[test]
    fn a_link_goes_where_it_can_be_read() {
        let own = ["acme.test".parse().unwrap()];
        let to = |file: &str| {
            let line =
                read(&format!("name,email,private email\nAnna,{file}"), &Said::new()).unwrap().remove(0);
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
        let lines = read(text, &Said::new()).unwrap();
        let codes: Vec<Vec<&str>> =
            own(&lines).iter().map(|own| own.faults.iter().map(|reason| reason.0).collect()).collect();
        assert!(codes[0].is_empty() && codes[3].is_empty(), "{codes:?}");
        assert_eq!(codes[1], ["bad-address", "bad-mailbox", "bad-name", "unknown-role"]);
        assert_eq!(codes[2], ["duplicate-address"]);
        assert_eq!(codes[4], ["duplicate-mailbox"]);
    }

    /// Long enough for a debug build on a busy machine, and far from what made requests wait.
    const AT_ONCE: std::time::Duration = std::time::Duration::from_secs(1);

    #[test]
    fn files_of_separators_and_of_long_heads_are_refused_or_read_at_once() {
        let most = MOST_BYTES - 1;
        let heads = |letter: char, bytes: usize| {
            let head: String = std::iter::repeat_n(letter, bytes / letter.len_utf8()).collect();
            vec![head; MOST_COLUMNS].join(",")
        };
        for (what, text, expected) in [
            ("commas", ",".repeat(most), Unreadable::TooWide),
            ("quoted cells", "\"\",".repeat(most / 3), Unreadable::TooWide),
            ("blank lines", "\n".repeat(most), Unreadable::Empty),
            ("blank rows", format!("{}\n", ",".repeat(MOST_COLUMNS - 1)).repeat(5000), Unreadable::Empty),
            ("rows", format!("name,email\n{}", "a,b\n".repeat(200_000)), Unreadable::TooMany),
            ("bytes", "a".repeat(MOST_BYTES + 1), Unreadable::TooLarge),
        ] {
            let began = std::time::Instant::now();
            assert_eq!(parse(&text), Err(expected), "{what}");
            assert!(began.elapsed() < AT_ONCE, "{what}: {:?}", began.elapsed());
        }
        // Letters that come apart into many.
        for (letter, bytes) in [('x', 5000), ('ﷺ', 5000), ('ﷺ', 64), ('\u{1d160}', 5000), ('\u{344}', 64)]
        {
            let began = std::time::Instant::now();
            let asked = read(&format!("{}\nAnna,anna@acme.test", heads(letter, bytes)), &Said::new());
            assert!(matches!(&asked, Err(Unreadable::Columns(_))), "{asked:?}");
            assert!(began.elapsed() < 3 * AT_ONCE, "{letter:?}: {:?}", began.elapsed());
            assert!(asked.unwrap_err().to_string().chars().count() < 2000, "heads are not said whole");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
            if let Ok(lines) = read(&format!("name,email\n{text}"), &Said::new()) {
                prop_assert_eq!(own(&lines).len(), lines.len());
            }
        }
    }
}
