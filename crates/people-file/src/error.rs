//! Why a file of people can't be read.

use kernel::{Explain, Message};

use crate::table::{MOST, MOST_COLUMNS, Table, shown};

/// The most heads that are repeated.
const MOST_SHOWN: usize = 20;

/// Why a file can't be read.
#[derive(Debug, Clone, PartialEq, Eq, Explain)]
pub enum Unreadable {
    /// There is nobody in it.
    #[explain("import-file-empty")]
    Empty,
    /// Nobody can tell which column is which.
    #[explain("import-file-columns", values(heads = heads(_0)))]
    Columns(Table),
    /// Too many people.
    #[explain("import-file-too-many", values(most = MOST))]
    TooMany,
    /// Too many bytes.
    #[explain("import-file-too-large")]
    TooLarge,
    /// Too many columns.
    #[explain("import-file-too-wide", values(most = MOST_COLUMNS))]
    TooWide,
    /// It is no CSV; what the parser says.
    #[explain("import-file-not-csv", values(why = _0))]
    NotCsv(String),
    /// A workbook, which spreadsheets alone read.
    #[explain("import-file-workbook")]
    Workbook,
    /// Its bytes are no text in the encoding that it has, or is said to have.
    #[explain("import-file-encoding", values(encoding = _0))]
    Encoding(&'static str),
    /// There is no such encoding.
    #[explain("import-file-no-encoding", values(encoding = _0))]
    NoEncoding(String),
    /// It was read by another encoding than it was written in.
    #[explain("import-file-garbled", values(line = line.to_string(), encoding = encoding))]
    Garbled {
        /// The line.
        line: usize,
        /// How it was read.
        encoding: &'static str,
    },
}

fn heads(table: &Table) -> Vec<Message> {
    let head = |head: &String| Message::new("import-file-head").with("head", shown(head));
    table.heads.iter().take(MOST_SHOWN).map(head).collect()
}
