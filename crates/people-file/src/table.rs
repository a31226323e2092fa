//! The cells of a file, and its people: one line for each, as it was written.

use kernel::EmailAddress;

use crate::error::Unreadable;
use crate::formula::begins_formula;
use crate::heads::{Columns, Said};

/// The most bytes of a file.
pub const MOST_BYTES: usize = 1 << 20;
/// The most people of one file.
pub const MOST: usize = 2000;
/// The most letters that are kept of a cell; longer ones are wrong in any case.
const LONGEST: usize = 300;
/// The most columns of a file.
pub(crate) const MOST_COLUMNS: usize = 200;
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
fn read(text: &str, said: &Said) -> Result<Vec<Line>, Unreadable> {
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
    let guarded = text.strip_prefix('\'').filter(|rest| rest.starts_with(begins_formula));
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
        assert!(asked.to_string().contains("head: phone"), "{asked}");
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
                prop_assert!(!lines.is_empty());
            }
        }
    }
}
