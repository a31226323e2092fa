//! What was sent as a file: its text, how it was read, and what the person said of its columns. What they say of a head
//! is remembered for their workspace. Files are read beside the threads that answer requests, few at a time.

use std::sync::Arc;
use std::time::Duration;

use access::{Granted, ManageMembers};
use people_file::heads::{Column, Said, key};
use people_file::{Line, MOST_BYTES, Table, Unreadable, decode, parse, shown};
use serde_json::{Value, json};

use crate::error::Error;
use crate::lines::{Own, own};
use crate::service::Imports;
use crate::store;

/// The most heads that a record names.
const AUDITED: usize = 10;

/// How long a file waits for its turn to be read.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is sent of a file.
#[derive(Debug, Clone)]
pub enum Upload {
    Text(String),
    /// Its bytes, and the encoding that the person named.
    Bytes(Vec<u8>, Option<String>),
}

/// A file as it was sent.
#[derive(Debug, Clone)]
pub struct Given {
    /// Its cells.
    pub table: Arc<Table>,
    pub text: Arc<str>,
    /// How its bytes were read; none where text was sent.
    pub encoding: Option<&'static str>,
    /// What the person says of heads now.
    pub said: Said,
    /// That, and what was said of others before.
    all: Said,
}

impl Given {
    fn of(sent: Upload) -> Result<Self, Unreadable> {
        match sent {
            Upload::Text(text) if text.len() > MOST_BYTES => Err(Unreadable::TooLarge),
            Upload::Bytes(bytes, _) if bytes.len() > MOST_BYTES => Err(Unreadable::TooLarge),
            Upload::Text(text) => {
                decode::check(&text, "Unicode")?;
                Self::parsed(text, None)
            }
            Upload::Bytes(bytes, encoding) => {
                let decoded = decode::decode(&bytes, encoding.as_deref())?;
                Self::parsed(decoded.text, Some(decoded.encoding))
            }
        }
    }

    fn parsed(text: String, encoding: Option<&'static str>) -> Result<Self, Unreadable> {
        let table = Arc::new(parse(&text)?);
        Ok(Self { table, text: text.into(), encoding, said: Said::new(), all: Said::new() })
    }

    /// With what the person says of heads.
    pub fn saying(self, said: impl IntoIterator<Item = (String, Column)>) -> Self {
        let said = said.into_iter().map(|(head, column)| (key(&head), column)).collect();
        Self { said, ..self }
    }

    /// What each column is taken for, by its head.
    pub fn columns(&self) -> Vec<(&str, Column)> {
        let columns = self.table.columns(&self.all);
        self.table.heads.iter().enumerate().map(|(at, head)| (head.as_str(), columns.at(at))).collect()
    }

    /// What was said of columns, for the log.
    pub(crate) fn audited(&self) -> Value {
        let words = self.said.iter().filter(|(_, column)| **column != Column::Other).take(AUDITED);
        Value::Object(words.map(|(head, column)| (shown(head), json!(column.as_str()))).collect())
    }
}

impl Imports {
    /// Reads a file.
    pub async fn read(&self, sent: Upload) -> Result<Result<Given, Unreadable>, Error> {
        self.apart(move || Given::of(sent)).await
    }

    /// The people in a file, each line judged by itself.
    pub(crate) async fn people_of(
        &self,
        given: &Given,
    ) -> Result<Result<(Vec<Line>, Vec<Own>), Unreadable>, Error> {
        let given = given.clone();
        let judge = move || {
            let lines = given.table.lines(&given.all)?;
            let judged = own(&lines);
            Ok((lines, judged))
        };
        self.apart(judge).await
    }

    async fn apart<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let turn = tokio::time::timeout(PATIENCE, self.reading.acquire()).await.map_err(|_| Error::Busy)?;
        let done = tokio::task::spawn_blocking(work).await;
        drop(turn);
        done.map_err(|_| Error::Unread)
    }

    /// The file together with what was said of its heads before.
    pub async fn known(&self, by: &Granted<ManageMembers>, given: Given) -> Result<Given, Error> {
        let mut all = store::heads(self.platform.db.read(), by.tenant()).await?;
        all.extend(given.said.clone());
        Ok(Given { all, ..given })
    }
}
