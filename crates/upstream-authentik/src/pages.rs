//! Reading lists page by page (section 1): whole, each row once, and never more than was asked for by mistake of a
//! filter that the server does not know.

use std::collections::BTreeMap;

use outbound::{Call, CallError, Cause};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Authentik;
use crate::client::{accept, body_of, is_missing};

const PAGE_SIZE: u32 = 100;

/// Which rows to read.
pub(crate) struct Listing<'a> {
    pub path: &'a str,
    /// What the rows are, for sentences.
    pub what: &'static str,
    /// Something stable: rows move between pages when others come and go.
    pub ordering: &'a str,
    pub filters: &'a [(&'a str, &'a str)],
}

#[derive(Deserialize)]
struct Page<T> {
    pagination: Pagination,
    results: Vec<T>,
}

/// Page numbers begin at 1; 0 stands for none.
#[derive(Deserialize)]
struct Pagination {
    next: u32,
    #[serde(default)]
    count: usize,
    #[serde(default)]
    start_index: usize,
    #[serde(default)]
    end_index: usize,
}

impl Authentik {
    /// All rows, each key once, in the order of the keys. Not a snapshot.
    pub(crate) async fn rows<T: DeserializeOwned, K: Ord>(
        &self,
        listing: &Listing<'_>,
        key: impl Fn(&T) -> K,
    ) -> Result<Vec<T>, CallError> {
        let read = self.rows_unless(listing, key, |_| false).await?;
        let (rows, _) = read.ok_or_else(|| self.was_refused(listing))?;
        Ok(rows)
    }

    /// As [`Authentik::rows`], for lists of which a row that is not there says something: rows that moved between pages
    /// while they were read make it an error.
    pub(crate) async fn all_rows<T: DeserializeOwned, K: Ord>(
        &self,
        listing: &Listing<'_>,
        key: impl Fn(&T) -> K,
    ) -> Result<Vec<T>, CallError> {
        let read = self.rows_unless(listing, key, |_| false).await?;
        let (rows, count) = read.ok_or_else(|| self.was_refused(listing))?;
        if rows.len() < count {
            return Err(self.malformed(&format!("the list of {} lacks rows", listing.what)));
        }
        Ok(rows)
    }

    /// As [`Authentik::rows`], but none when the server refuses the filter: the object that it names is not there.
    /// A filter on an object is a 400 then, not an empty list (section 1).
    pub(crate) async fn rows_of<T: DeserializeOwned, K: Ord>(
        &self,
        listing: &Listing<'_>,
        filter: &str,
        key: impl Fn(&T) -> K,
    ) -> Result<Option<Vec<T>>, CallError> {
        let read = self.rows_unless(listing, key, |body| body[filter].is_array()).await?;
        Ok(read.map(|(rows, _)| rows))
    }

    fn was_refused(&self, listing: &Listing<'_>) -> CallError {
        self.malformed(&format!("the list of {} was refused", listing.what))
    }

    /// The rows, and how many the last page says there are.
    async fn rows_unless<T: DeserializeOwned, K: Ord>(
        &self,
        listing: &Listing<'_>,
        key: impl Fn(&T) -> K,
        names_nothing: impl Fn(&Value) -> bool,
    ) -> Result<Option<(Vec<T>, usize)>, CallError> {
        // By key: some filters list a row twice.
        let mut rows = BTreeMap::new();
        let (mut number, mut count) = (1, 0);
        loop {
            let answer = self.send(call(listing, number)).await?;
            // Rows were deleted meanwhile and this page is no more.
            if number > 1 && is_missing(&answer) {
                break;
            }
            if answer.status == 400 && body_of(&answer).is_some_and(|body| names_nothing(&body)) {
                return Ok(None);
            }
            let page: Page<T> = accept(answer)?.json()?;
            let expected = (page.pagination.end_index + 1).saturating_sub(page.pagination.start_index);
            if page.pagination.count > 0 && page.results.len() < expected {
                return Err(self.malformed(&format!("a page of {} lacks rows", listing.what)));
            }
            count = page.pagination.count;
            rows.extend(page.results.into_iter().map(|row| (key(&row), row)));
            match page.pagination.next {
                0 => break,
                next if next > number => number = next,
                _ => {
                    let why = format!("the pages of {} go round in a circle", listing.what);
                    return Err(self.malformed(&why));
                }
            }
        }
        Ok(Some((rows.into_values().collect(), count)))
    }

    pub(crate) fn refused(&self, status: u16, why: impl Into<String>) -> CallError {
        CallError::without_effect(self.upstream(), Cause::Refused(status, Some(why.into())))
    }

    pub(crate) fn malformed(&self, why: &str) -> CallError {
        CallError::without_effect(self.upstream(), Cause::Malformed(why.to_owned()))
    }
}

fn call(listing: &Listing<'_>, number: u32) -> Call {
    let call = Call::get(listing.path)
        .query("ordering", listing.ordering)
        .query("page_size", PAGE_SIZE)
        .query("page", number);
    listing.filters.iter().fold(call, |call, (name, value)| call.query(name, value))
}
