//! Forms that were sent after their session had ended, on their way back into a page. Who keeps them, and for whom, is
//! the matter of sign-in; what of a form is kept, and how a page says so, is said here.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use i18n::Words;
use maud::{Markup, html};

use crate::body::{FormBody, PAGE_FIELDS};
use crate::ui::{Tone, banner, hidden, submit};

/// Names of one word, of which a longer name may hold the letters by chance.
const SECRET_WORDS: [&str; 4] = ["csrf", "otp", "pin", "cvc"];
/// Parts of names.
const SECRET_PARTS: [&str; 4] = ["password", "passphrase", "secret", "token"];

/// A form that is kept.
#[derive(Clone)]
pub struct KeptForm {
    /// The path that it was sent to.
    pub action: String,
    /// The page that it was sent from, if the browser said so.
    pub page: Option<String>,
    body: FormBody,
    taken: Arc<AtomicBool>,
}

impl fmt::Debug for KeptForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptForm")
            .field("action", &self.action)
            .field("page", &self.page)
            .finish_non_exhaustive()
    }
}

impl KeptForm {
    /// A form with what was typed in it.
    pub fn new(action: String, page: Option<String>, fields: Vec<(String, String)>) -> Self {
        Self { action, page, body: FormBody::of(fields), taken: Arc::default() }
    }

    /// True when a page has filled itself in from it.
    pub fn was_taken(&self) -> bool {
        self.taken.load(Ordering::Relaxed)
    }

    /// True on the page that it was sent from.
    pub fn is_of(&self, path: &str) -> bool {
        self.page.as_deref() == Some(path)
    }
}

/// What is kept for whoever sends a request.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// The forms.
    pub forms: Vec<KeptForm>,
    /// There was one, and its time is over.
    pub is_over: bool,
}

impl Kept {
    /// Takes the form that is sent to `action`.
    pub(crate) fn take(&self, action: &str) -> Option<FormBody> {
        let form = self.forms.iter().find(|form| form.action == action)?;
        form.taken.store(true, Ordering::Relaxed);
        Some(form.body.clone())
    }

    /// What the page at `path` says, unless it fills a form in.
    pub(crate) fn note(&self, w: &Words, path: &str) -> Option<Markup> {
        let is_here = self.forms.iter().any(|form| form.is_of(path));
        let is_nowhere = path == "/" && self.forms.iter().any(|form| form.page.is_none());
        if is_here {
            Some(banner(Tone::Warn, &w.t("kept-undone-lead"), &w.t("kept-undone"), None))
        } else if is_nowhere {
            Some(banner(Tone::Warn, &w.t("kept-undone-lead"), &w.t("kept-elsewhere"), None))
        } else if self.is_over {
            Some(banner(Tone::Warn, &w.t("kept-over-lead"), &w.t("kept-over"), None))
        } else {
            None
        }
    }
}

/// Where a kept form is sent to be forgotten.
pub const FORGET: &str = "/kept-forms/forget";

/// What a page says above a form that is filled in again, and the way to be rid of it.
pub(crate) fn filled_in(w: &Words, action: &str, csrf: &str) -> Markup {
    let discard = html! {
        form method="post" action=(FORGET) data-kept=(action) {
            (hidden("csrf", csrf)) (hidden("form", action))
            (submit(w.t("kept-forget")).small())
        }
    };
    banner(Tone::Info, &w.t("kept-undone-lead"), &w.t("kept-filled-in"), Some(&discard))
}

/// The fields of a form that may be kept: none of the page's own, no secret by its name, and none that the page marked
/// as one.
pub fn keepable(fields: Vec<(String, String)>) -> Vec<(String, String)> {
    let marked: Vec<String> =
        fields.iter().filter(|(name, _)| name == SECRET_MARK).map(|(_, marked)| marked.clone()).collect();
    let is_kept =
        |name: &String| !PAGE_FIELDS.contains(&name.as_str()) && !marked.contains(name) && !is_secret(name);
    fields.into_iter().filter(|(name, _)| is_kept(name)).collect()
}

/// The hidden field by which a page marks another one as secret. Password fields do it by themselves.
pub(crate) const SECRET_MARK: &str = "not-kept";

fn is_secret(name: &str) -> bool {
    let lower = name.to_lowercase();
    let hump = |c: char| if c.is_uppercase() { format!(" {}", c.to_lowercase()) } else { c.to_string() };
    let words: String = name.chars().map(hump).collect();
    let mut words = words.split(|c: char| !c.is_alphanumeric());
    SECRET_PARTS.iter().any(|part| lower.contains(part)) || words.any(|word| SECRET_WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::keepable;

    #[test]
    fn secrets_and_the_fields_of_the_page_are_never_kept() {
        let names = [
            "csrf",
            "password",
            "newPassword",
            "owner.passphrase",
            "client_secret",
            "apiToken",
            "otp",
            "card.cvc",
            "loginPin",
            "recovery",
            "not-kept",
        ];
        let typed = |name: &str| (name.to_owned(), "recovery".to_owned());
        let fields: Vec<_> = names.map(typed).into_iter().collect();
        assert_eq!(keepable(fields), Vec::new());
        let plain = ["name", "shipping", "footprint", "billingInfo.vatId", "version"].map(typed).to_vec();
        assert_eq!(keepable(plain.clone()), plain);
    }
}
