//! The figures, and the table that is made of them.

use std::fmt::Write as _;
use std::time::Duration;

/// One figure of one database.
#[derive(Clone)]
pub struct Figure {
    name: String,
    said: String,
    aim: Option<Aim>,
}

#[derive(Clone)]
struct Aim {
    said: String,
    met: bool,
}

impl Figure {
    /// A text of one's own.
    pub fn new(name: impl Into<String>, said: impl Into<String>) -> Self {
        Self { name: name.into(), said: said.into(), aim: None }
    }

    /// A time, in milliseconds.
    pub fn millis(name: impl Into<String>, time: Duration) -> Self {
        Self::new(name, format!("{:.2} ms", time.as_secs_f64() * 1e3))
    }

    /// A time, in seconds.
    pub fn seconds(name: impl Into<String>, time: Duration) -> Self {
        Self::new(name, format!("{:.2} s", time.as_secs_f64()))
    }

    /// Memory.
    pub fn memory(name: impl Into<String>, bytes: u64) -> Self {
        Self::new(name, format!("{} MB", bytes / 1_000_000))
    }

    /// So many a second.
    pub fn rate(name: impl Into<String>, rate: f64) -> Self {
        Self::new(name, format!("{rate:.0} /s"))
    }

    /// Says what was aimed at and whether it was reached.
    pub fn aim(mut self, said: impl Into<String>, met: bool) -> Self {
        self.aim = Some(Aim { said: said.into(), met });
        self
    }
}

impl std::fmt::Display for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:<56}{}", self.name, cell(self))
    }
}

/// The figures of one database.
pub struct Column {
    /// The database.
    pub database: &'static str,
    /// Its figures, in the order of the table.
    pub figures: Vec<Figure>,
}

/// The table, as Markdown. A figure that only one database has leaves the other's cell empty.
pub fn table(columns: &[Column]) -> String {
    let mut text = String::from("| figure |");
    for column in columns {
        let _ = write!(text, " {} |", column.database);
    }
    text += " aim |\n|---|";
    text += &"---|".repeat(columns.len() + 1);
    text.push('\n');
    let names = columns.first().map(|column| column.figures.as_slice()).unwrap_or_default();
    for Figure { name, aim, .. } in names {
        let _ = write!(text, "| {name} |");
        for column in columns {
            let found = column.figures.iter().find(|figure| figure.name == *name);
            let _ = write!(text, " {} |", found.map(cell).unwrap_or_default());
        }
        let aim = aim.as_ref().map_or("", |aim| aim.said.as_str());
        let _ = writeln!(text, " {aim} |");
    }
    text
}

fn cell(figure: &Figure) -> String {
    let missed = figure.aim.as_ref().is_some_and(|aim| !aim.met);
    if missed { format!("{} **missed**", figure.said) } else { figure.said.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_aim_is_marked_where_it_was_missed() {
        let figure =
            |millis: u64| Figure::millis("ready", Duration::from_millis(millis)).aim("300 ms", millis <= 300);
        let column = |database, millis| Column { database, figures: vec![figure(millis)] };
        let text = table(&[column("SQLite", 40), column("PostgreSQL", 400)]);
        let row = text.lines().last().unwrap_or_default();
        assert_eq!(row, "| ready | 40.00 ms | 400.00 ms **missed** | 300 ms |");
    }
}
