//! What a spreadsheet runs instead of showing it. Whoever writes a file guards such cells, and whoever reads one takes the
//! guard away again.

/// The marks that begin a formula, and their full-width forms, which spreadsheets of East Asia take for the same.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// True for a letter by which a spreadsheet takes a cell that begins with it for a formula.
pub fn begins_formula(letter: char) -> bool {
    FORMULA.contains(&letter)
}
