//! What was sent as a file: its text, how it was read, and what the person said of its columns. What they say of a head
//! is remembered for their workspace.

use access::{Granted, ManageMembers};
use serde_json::{Value, json};

use super::heads::{Column, Said, key};
use super::lines::{Line, Table, Unreadable, parse};
use super::{decode, store};
use crate::error::Error;
use crate::service::Joining;

/// A file as it was sent.
#[derive(Debug, Clone)]
pub struct Given {
    /// Its cells.
    pub table: Table,
    /// How its bytes were read; none where text was sent.
    pub encoding: Option<&'static str>,
    /// What the person says of heads now.
    pub said: Said,
    /// That, and what was said of others before.
    all: Said,
}

impl Given {
    /// A file of bytes. `encoding` is what the person says that it is written in.
    pub fn of_bytes(bytes: &[u8], encoding: Option<&str>) -> Result<(String, Self), Unreadable> {
        let decoded = decode::decode(bytes, encoding)?;
        let given = Self { encoding: Some(decoded.encoding), ..Self::parsed(&decoded.text)? };
        Ok((decoded.text, given))
    }

    /// A file whose text was sent.
    pub fn of_text(text: &str) -> Result<Self, Unreadable> {
        decode::check(text, "Unicode")?;
        Self::parsed(text)
    }

    fn parsed(text: &str) -> Result<Self, Unreadable> {
        Ok(Self { table: parse(text)?, encoding: None, said: Said::new(), all: Said::new() })
    }

    /// With what the person says of heads.
    pub fn saying(self, said: impl IntoIterator<Item = (String, Column)>) -> Self {
        let said = said.into_iter().map(|(head, column)| (key(&head), column)).collect();
        Self { said, ..self }
    }

    /// The people in it.
    pub fn lines(&self) -> Result<Vec<Line>, Unreadable> {
        self.table.lines(&self.all)
    }

    /// What each column is taken for, by its head.
    pub fn columns(&self) -> Vec<(&str, Column)> {
        let columns = self.table.columns(&self.all);
        self.table.heads.iter().enumerate().map(|(at, head)| (head.as_str(), columns.at(at))).collect()
    }

    /// What was said of columns, for the log.
    pub(super) fn audited(&self) -> Value {
        let words = self.said.iter().map(|(head, column)| (head.clone(), json!(column.as_str())));
        Value::Object(words.collect())
    }
}

impl Joining {
    /// The file together with what was said of its heads before.
    pub async fn known(&self, by: &Granted<ManageMembers>, given: Given) -> Result<Given, Error> {
        let mut all = store::heads(self.0.db.read(), by.tenant()).await?;
        all.extend(given.said.clone());
        Ok(Given { all, ..given })
    }
}
