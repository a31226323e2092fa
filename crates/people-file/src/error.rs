//! Why a file of people can't be read, in a sentence that says what to do.

use crate::table::{MOST, MOST_COLUMNS, Table, shown};

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
