//! A file of people, as spreadsheets and directories write it: its bytes as text, its text as cells, its heads as what
//! they mean. Pure: no I/O, and no rule of whoever is to be made of a line.

#![warn(missing_docs)]

pub mod decode;
mod error;
mod formula;
pub mod heads;
mod table;

pub use error::Unreadable;
pub use formula::begins_formula;
pub use table::{Line, MOST, MOST_BYTES, Table, parse, shown};
