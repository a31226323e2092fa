//! Requests by route: how many, how they ended, how long they took.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use crate::book::{Book, Times, times};

/// In place of a route where none fits.
pub const UNMATCHED: &str = "unmatched";

/// Methods that are told apart; a client may send any word.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// In place of a method that isn't.
const OTHER: &str = "other";

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Asked {
    surface: &'static str,
    route: String,
    method: &'static str,
}

impl Asked {
    /// At a surface, by a route of the table, whose names are not filled in; none where no route fits.
    pub fn new(surface: &'static str, route: Option<&str>, method: &str) -> Self {
        let method = METHODS.into_iter().find(|known| *known == method).unwrap_or(OTHER);
        Self { surface, route: route.unwrap_or(UNMATCHED).to_owned(), method }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    surface: &'static str,
    route: String,
    method: &'static str,
    status: &'static str,
}

/// Counts requests. Clones count together.
#[derive(Debug, Clone)]
pub struct Requests {
    answered: Family<Answered, Counter>,
    took: Times<Asked>,
}

impl Default for Requests {
    fn default() -> Self {
        Self { answered: Family::default(), took: times() }
    }
}

impl Requests {
    pub(crate) fn enter(&self, book: &mut Book) {
        book.enter(
            "http_requests",
            &["surface", "route", "method", "status"],
            "Requests that were answered",
            self.answered.clone(),
        );
        book.enter(
            "http_request_duration_seconds",
            &["surface", "route", "method"],
            "Time until the head of an answer",
            self.took.clone(),
        );
    }

    /// Notes an answer. A method that the route hasn't got is as if no route fitted: anybody may try them all.
    pub fn answered(&self, asked: Asked, status: u16, took: Duration) {
        let asked = if status == 405 { Asked::new(asked.surface, None, OTHER) } else { asked };
        self.took.get_or_create(&asked).observe(took.as_secs_f64());
        let Asked { surface, route, method } = asked;
        let status = class(status);
        self.answered.get_or_create(&Answered { surface, route, method, status }).inc();
    }
}

fn class(status: u16) -> &'static str {
    match status {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}
