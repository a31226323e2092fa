//! How many requests came, by method and the beginning of their path.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The rest of a path is names and ids, of which there is no end.
const SEGMENTS: usize = 3;

/// The counts. Clones share them.
#[derive(Clone, Default)]
pub struct Calls(Arc<Mutex<BTreeMap<String, u64>>>);

impl Calls {
    /// Counts a request.
    pub fn count(&self, method: &str, path: &str) {
        let beginning: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).take(SEGMENTS).collect();
        let route = format!("{method} /{}", beginning.join("/"));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(route).or_default() += 1;
    }

    /// The counts so far.
    pub fn list(&self) -> BTreeMap<String, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Begins again at nothing.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_the_beginning_of_their_path() {
        let calls = Calls::default();
        calls.count("GET", "/graph/v1.0/drives/a");
        calls.count("GET", "/graph/v1.0/drives/b/children");
        calls.count("POST", "/jmap");
        let counts: Vec<_> = calls.list().into_iter().collect();
        assert_eq!(counts, [("GET /graph/v1.0/drives".to_owned(), 2), ("POST /jmap".to_owned(), 1)]);
        calls.clear();
        assert!(calls.list().is_empty());
    }
}
