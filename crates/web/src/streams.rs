//! The live streams of a surface: how many each session and each address holds, and what is looked for already.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use access::{Granted, Permission};
use maud::Markup;
use tokio::sync::watch;

use crate::context::Facts;

/// Stands for the token of the reader's forms in what all readers share.
const TOKEN: &str = "\u{1}token\u{1}";

/// What is looked at: all on which its parts depend.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Thing {
    path: String,
    language: String,
    right: &'static str,
    rights: String,
}

impl Thing {
    pub(crate) fn new<P: Permission>(facts: &Facts, right: &Granted<P>) -> Self {
        let rights = &right.actor().rights;
        Self {
            path: facts.path.clone(),
            language: format!("{:?}", facts.words.language()),
            right: P::NAME,
            rights: format!("{:?} {rights:?}", right.actor().surface),
        }
    }
}

/// One part of a page.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    html: Arc<str>,
    /// By this it is known whether it changed.
    pub(crate) without_times: Arc<str>,
}

impl Part {
    /// The part with the token of a reader's own forms.
    pub(crate) fn for_reader(&self, csrf: &str) -> String {
        self.html.replace(TOKEN, csrf)
    }
}

/// What is shown of a thing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shown {
    pub(crate) parts: Vec<Part>,
}

impl Shown {
    /// Parts that were made for the reader with this token.
    pub(crate) fn of(parts: Vec<Markup>, csrf: &str) -> Self {
        let part = |markup: Markup| {
            let html = markup.into_string();
            let html = if csrf.is_empty() { html } else { html.replace(csrf, TOKEN) };
            Part { without_times: without_times(&html).into(), html: html.into() }
        };
        Self { parts: parts.into_iter().map(part).collect() }
    }

    /// True when nothing changed but ages.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let pairs = self.parts.iter().zip(&other.parts);
        self.parts.len() == other.parts.len()
            && pairs.into_iter().all(|(a, b)| a.without_times == b.without_times)
    }
}

/// The streams of a surface.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    held: Arc<Mutex<HashMap<String, usize>>>,
    shown: Mutex<HashMap<Thing, watch::Receiver<Shown>>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One stream of those who hold it, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    holders: Vec<String>,
    held: Arc<Mutex<HashMap<String, usize>>>,
}

impl Streams {
    /// A place for one more stream, unless one of its holders has as many as they may.
    pub(crate) fn take(&self, holders: impl Iterator<Item = (String, usize)>) -> Option<Place> {
        let holders: Vec<_> = holders.collect();
        let mut held = locked(&self.held);
        if holders.iter().any(|(holder, most)| held.get(holder).is_some_and(|count| count >= most)) {
            return None;
        }
        let holders: Vec<String> = holders.into_iter().map(|(holder, _)| holder).collect();
        for holder in &holders {
            *held.entry(holder.clone()).or_default() += 1;
        }
        Some(Place { holders, held: self.held.clone() })
    }

    /// What is shown of a thing that somebody looks at already.
    pub(crate) fn shown(&self, thing: &Thing) -> Option<watch::Receiver<Shown>> {
        // Once nobody looks for it any more, the channel is closed.
        locked(&self.shown).get(thing).filter(|shown| shown.has_changed().is_ok()).cloned()
    }

    /// Lets others share what is shown of a thing.
    pub(crate) fn share(&self, thing: Thing, shown: watch::Receiver<Shown>) -> watch::Receiver<Shown> {
        let mut all = locked(&self.shown);
        all.retain(|_, shown| shown.has_changed().is_ok());
        all.insert(thing, shown.clone());
        shown
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = locked(&self.held);
        for holder in &self.holders {
            if let Some(count) = held.get_mut(holder) {
                *count -= 1;
                if *count == 0 {
                    held.remove(holder);
                }
            }
        }
    }
}

/// A part without the words inside its `<time>` elements, which grow older by themselves.
fn without_times(part: &str) -> String {
    let mut rest = part;
    let mut kept = String::with_capacity(part.len());
    while let Some(begin) = rest.find("<time") {
        let Some(end) = rest[begin..].find("</time>") else {
            break;
        };
        let element = &rest[begin..begin + end];
        let tag = element.find('>').map_or(element, |close| &element[..=close]);
        kept.push_str(&rest[..begin]);
        kept.push_str(tag);
        rest = &rest[begin + end..];
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use maud::html;

    use super::*;

    #[test]
    fn an_older_age_is_no_change() {
        let part = |age| format!("<p id=a><time datetime=x>{age}</time> of <time datetime=y>1</time>!</p>");
        assert_eq!(without_times(&part("2 s ago")), without_times(&part("3 s ago")));
        assert_eq!(without_times("<p>a</p>"), "<p>a</p>");
        assert_ne!(without_times("<time a>1</time>b"), without_times("<time a>1</time>c"));
    }

    #[test]
    fn each_reader_gets_the_token_of_their_own_forms() {
        let shown = Shown::of(vec![html! { input name="csrf" value="of-anna"; }], "of-anna");
        assert!(shown.parts[0].for_reader("of-bo").contains("of-bo"));
        assert!(!shown.parts[0].for_reader("of-bo").contains("of-anna"));
        let of_bo = Shown::of(vec![html! { input name="csrf" value="of-bo"; }], "of-bo");
        assert!(shown.is_like(&of_bo), "it is the same for both");
    }

    #[test]
    fn nobody_holds_more_streams_than_they_may_and_what_ends_is_given_back() {
        let streams = Streams::default();
        let take =
            |session: &str| streams.take([(session.to_owned(), 2), ("192.0.2.1".to_owned(), 3)].into_iter());
        let (first, second) = (take("anna"), take("anna"));
        assert!(first.is_some() && second.is_some() && take("anna").is_none());
        let third = take("bo");
        assert!(third.is_some() && take("bo").is_none(), "the address has three");
        drop(first);
        assert!(take("bo").is_some());
        drop((second, third));
        assert!(locked(&streams.held).is_empty());
    }
}
