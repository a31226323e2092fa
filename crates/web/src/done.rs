//! What was done before a page was shown: an action leads back with `?done=word`, and the page says so once.

use kernel::input::Shape;
use serde::Deserialize;

use crate::present::View;
use crate::query::{Parameter, Parameters, Tables};
use crate::ui::{Flash, Tone};

/// The word that an action led back with.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    done: Option<String>,
}

impl Parameters for Done {
    const TABLES: Tables = &[&[Parameter::optional("done", Shape::Text(200), "What was done before.")]];
}

impl Done {
    /// The word, if there is one.
    pub fn word(&self) -> Option<&str> {
        self.done.as_deref()
    }

    /// What belongs to the word, in a list of those that a page knows: nothing else that an address says is repeated.
    pub fn among<'a>(&self, known: &[(&str, &'a str)]) -> Option<&'a str> {
        let word = self.word()?;
        known.iter().find(|(known, _)| *known == word).map(|(_, key)| *key)
    }
}

impl View {
    /// Says what was done, by the key that belongs to the word.
    pub fn say_done(&mut self, done: &Done, known: &[(&str, &str)]) {
        if let Some(key) = done.among(known) {
            let text = self.words().t(key);
            self.toast(text);
        }
    }

    /// Says that something was done.
    pub fn toast(&mut self, text: String) {
        self.shell.flashes.push(Flash { tone: Tone::Ok, text, undo: None });
    }

    /// Says that something was not done.
    pub fn warn(&mut self, text: String) {
        self.shell.flashes.push(Flash { tone: Tone::Warn, text, undo: None });
    }
}
