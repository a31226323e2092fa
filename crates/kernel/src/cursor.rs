//! Keyset cursors: where the next page begins, opaque to callers.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::Explain;

/// The sort key of the last row of a page, in order of the sort columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub Vec<String>);

/// The text is no cursor of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Explain)]
#[explain("input-cursor")]
pub struct BadCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(serde_json::to_vec(&self.0).map_err(|_| fmt::Error)?))
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| BadCursor)?;
        let parts: Vec<String> = serde_json::from_slice(&bytes).map_err(|_| BadCursor)?;
        // No sort key holds a NUL, and PostgreSQL takes none in any text.
        if parts.iter().any(|part| part.contains('\0')) { Err(BadCursor) } else { Ok(Self(parts)) }
    }
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; none on the last.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// A page from one row more than asked for; `key` gives a row's sort key.
    pub fn from_overfull(mut rows: Vec<T>, limit: usize, key: impl Fn(&T) -> Vec<String>) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(|row| Cursor(key(row))) } else { None };
        Self { items: rows, next }
    }

    /// Whether a page that was asked for `after` a cursor is but a part of the list.
    pub fn is_part(&self, after: Option<&Cursor>) -> bool {
        after.is_some() || self.next.is_some()
    }

    /// The same page of other rows.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text() {
        let cursor = Cursor(vec!["Ærø".into(), "ten_1".into()]);
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        assert!("!!".parse::<Cursor>().is_err());
        assert!(Cursor(vec!["a\0".into()]).to_string().parse::<Cursor>().is_err());
    }

    #[test]
    fn only_a_page_with_more_behind_it_has_a_cursor() {
        let full = Page::from_overfull(vec![1, 2, 3], 2, |n| vec![n.to_string()]);
        assert_eq!((full.items, full.next), (vec![1, 2], Some(Cursor(vec!["2".into()]))));
        assert_eq!(Page::from_overfull(vec![1, 2], 2, |n: &i32| vec![n.to_string()]).next, None);
    }
}
