//! Questions to name servers: how they were answered.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use crate::book::Book;

/// In place of a resolver where the servers responsible for a name were asked: they are anybody's.
const AUTHORITY: &str = "authority";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    resolver: String,
    outcome: &'static str,
}

/// Counts questions. Clones count together.
#[derive(Debug, Clone, Default)]
pub struct Questions(Family<Answered, Counter>);

impl Questions {
    pub(crate) fn enter(&self, book: &mut Book) {
        let labels = &["resolver", "outcome"];
        book.enter("dns_questions", labels, "Questions that were sent to name servers", self.0.clone());
    }

    /// Notes what a configured resolver said; without one, a server responsible for a name. `outcome` is one of few words.
    pub fn answered(&self, resolver: Option<&str>, outcome: &'static str) {
        let resolver = resolver.unwrap_or(AUTHORITY).to_owned();
        self.0.get_or_create(&Answered { resolver, outcome }).inc();
    }
}
