//! Lists: limits, cursors and the shape of their answers.

use access::Surface;
use kernel::cursor::{BadCursor, Page};
use kernel::input::Shape;
use kernel::{Cursor, Explain as _, FieldError, Message};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::query::{Parameter, Parameters, Tables};

/// The parameters of every list.
pub const PAGING: &[Parameter] = &[
    Parameter::optional("limit", Shape::Text(20), "How many rows, from 1 to 200. Default: 50."),
    Parameter::optional("cursor", Shape::Text(1000), "`nextCursor` of the previous page."),
];

/// The paging part of a list's query.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ListQuery {
    /// How many rows, 1 to 200; 50 unless told.
    pub limit: Option<String>,
    /// Where to go on.
    pub cursor: Option<String>,
}

impl Parameters for ListQuery {
    const TABLES: Tables = &[PAGING];
}

impl ListQuery {
    /// Whether other rows come before those that are asked for.
    pub fn is_later(&self) -> bool {
        self.cursor.as_deref().is_some_and(|cursor| !cursor.is_empty())
    }

    /// The limit and the cursor, checked.
    pub fn read(&self) -> Result<(u64, Option<Cursor>), Failure> {
        let mut errors = Vec::new();
        let limit = match self.limit.as_deref().map(str::parse::<u64>) {
            None => 50,
            Some(Ok(limit @ 1..=200)) => limit,
            Some(_) => {
                let message = Message::new("input-range").with("least", 1_u32).with("most", 200_u32);
                errors.push(FieldError::new("limit", "out_of_range", message));
                50
            }
        };
        let cursor = match self.cursor.as_deref().filter(|text| !text.is_empty()).map(str::parse) {
            None => None,
            Some(Ok(cursor)) => Some(cursor),
            Some(Err(bad @ BadCursor)) => {
                errors.push(FieldError::new("cursor", "invalid", bad.message()));
                None
            }
        };
        if errors.is_empty() { Ok((limit, cursor)) } else { Err(Failure::invalid(errors)) }
    }
}

/// `{items, nextCursor}`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
}

/// A page as it is on the wire.
pub fn listed<T>(page: Page<T>) -> Listed<T> {
    Listed { items: page.items, next_cursor: page.next.map(|next| next.to_string()) }
}

/// A path with a query.
pub fn address(path: &str, pairs: &[(&str, String)]) -> String {
    if pairs.is_empty() {
        return path.to_owned();
    }
    let query: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{path}?{query}")
}

/// Where the pages of a workspace begin on a surface.
pub fn workspace(surface: Surface, slug: &str) -> String {
    match surface {
        Surface::Portal => format!("/admin/{slug}"),
        Surface::Operator => format!("/tenants/{slug}"),
    }
}
