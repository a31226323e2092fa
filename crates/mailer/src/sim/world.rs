//! What the mail catcher remembers, and how `/_sim` shows and changes it.

use std::collections::VecDeque;

use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use simulator::State;

use super::mime::Content;

/// The oldest goes when there are more.
const MOST: usize = 500;

/// The mails that were caught, the oldest first.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct World {
    count: u64,
    mails: VecDeque<Caught>,
}

/// A mail that was caught.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Caught {
    /// Counts from 1.
    pub id: String,
    /// Whom it is from, as the SMTP client said.
    pub from: String,
    /// Whom it is for, as the SMTP client said.
    pub to: Vec<String>,
    /// The header `Subject`.
    pub subject: String,
    /// The header `Message-ID`.
    pub message_id: String,
    /// What it says.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// When it came.
    pub at: Timestamp,
}

impl World {
    /// The mails, the oldest first.
    pub fn mails(&self) -> impl DoubleEndedIterator<Item = &Caught> {
        self.mails.iter()
    }

    pub(super) fn mail(&self, id: &str) -> Option<&Caught> {
        self.mails.iter().find(|mail| mail.id == id)
    }

    pub(super) fn add(&mut self, from: String, to: Vec<String>, content: Content, at: Timestamp) {
        self.count += 1;
        let Content { subject, message_id, text, html } = content;
        let id = self.count.to_string();
        self.mails.push_back(Caught { id, from, to, subject, message_id, text, html, at });
        while self.mails.len() > MOST {
            self.mails.pop_front();
        }
    }
}

impl State for World {
    fn inventory(&self) -> Value {
        json!({"mails": self.mails})
    }

    fn put(&mut self, _kind: &str, _id: &str, _fields: &Value) -> Result<(), String> {
        Err("mails come by SMTP only".to_owned())
    }

    fn remove(&mut self, kind: &str, id: &str) -> bool {
        let before = self.mails.len();
        self.mails.retain(|mail| kind != "mails" || mail.id != id);
        self.mails.len() < before
    }
}
