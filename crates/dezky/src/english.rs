//! The words of the command line and of the log of probes: English, for those who run the servers.

use std::sync::Arc;

use i18n::{Catalogues, Language, Words};
use kernel::Message;

/// The texts of the platform, of sign-in and of setting up, which speak before any slice is put together.
pub fn words() -> anyhow::Result<Words> {
    let texts = [web::ui::TEXTS, &[sign_in::ENGLISH, bootstrap::ENGLISH]].concat();
    Ok(Words::new(Arc::new(Catalogues::new(&texts)?), Language::English))
}

/// What happened, and what to do about it.
pub fn in_full(words: &Words, message: &Message) -> String {
    let said = words.say(message);
    match words.advice(message) {
        Some(advice) => format!("{said} {advice}"),
        None => said,
    }
}
