//! The fault dial: which requests go wrong, how, and how often.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// How a request goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The connection is closed without an answer; nothing happens.
    Refuse,
    /// The answer comes `delayMs` later.
    Delay,
    /// Nothing happens; no answer comes for `delayMs` (30 s unless told), then the connection is closed.
    TimeoutBefore,
    /// It happens; no answer comes for `delayMs` (30 s unless told), then the connection is closed.
    TimeoutAfter,
    /// It happens; the answer is 500.
    ErrorAfter,
    /// Nothing happens; the answer is 429 with `Retry-After: 1`.
    RateLimit,
    /// It happens; the body of the answer is cut in half.
    Malformed,
    /// The answer is what it was before the last change.
    Stale,
    /// A list lacks its second half.
    Partial,
    /// A list has each row twice.
    Duplicate,
    /// A list is in reverse order.
    Reorder,
    /// What is written into is read `delayMs` (20 ms unless told) before it is written, so that of writes into one object
    /// which arrive together some are lost, each answered as done. For upstreams that are known to do so.
    Overlap,
}

/// One fault that is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// `*`, or a method and a path prefix such as `POST /api/v3/core/groups/`.
    pub route: String,
    /// How it goes wrong.
    pub kind: FaultKind,
    /// How many requests it strikes; all when absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub times: Option<u32>,
    /// Milliseconds, for delays and time-outs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub delay_ms: Option<u64>,
}

impl Fault {
    fn strikes(&self, method: &str, path: &str) -> bool {
        if self.route == "*" {
            return true;
        }
        let (wanted, prefix) = self.route.split_once(' ').unwrap_or(("*", self.route.as_str()));
        (wanted == "*" || wanted.eq_ignore_ascii_case(method)) && path.starts_with(prefix)
    }
}

/// A fault, and how many requests that fit it pass first.
#[derive(Clone)]
struct Armed {
    fault: Fault,
    pass: u32,
}

/// The faults that are set now. Clones share them.
#[derive(Clone, Default)]
pub struct Dial(Arc<Mutex<Vec<Armed>>>);

impl Dial {
    /// Sets exactly these faults.
    pub fn set(&self, faults: Vec<Fault>) {
        let armed = faults.into_iter().map(|fault| Armed { fault, pass: 0 });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = armed.collect();
    }

    /// Sets exactly this fault, and lets `pass` requests that fit it pass first.
    pub fn set_after(&self, pass: u32, fault: Fault) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = vec![Armed { fault, pass }];
    }

    /// The faults that are left.
    pub fn list(&self) -> Vec<Fault> {
        let faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults.iter().map(|armed| armed.fault.clone()).collect()
    }

    /// The first fault that strikes this request; it is used up by one.
    pub fn take(&self, method: &str, path: &str) -> Option<Fault> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let armed = faults.iter_mut().find_map(|Armed { fault, pass }| {
            let fits = fault.times != Some(0) && fault.strikes(method, path);
            let passes = fits && *pass > 0;
            *pass -= u32::from(passes);
            (fits && !passes).then_some(fault)
        })?;
        if let Some(times) = &mut armed.times {
            *times -= 1;
        }
        Some(armed.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_its_route_and_only_so_often() {
        let dial = Dial::default();
        let fault: Fault =
            serde_json::from_str(r#"{"route":"POST /a","kind":"error_after","times":1}"#).unwrap();
        dial.set(vec![fault]);
        assert!(dial.take("GET", "/a/b").is_none());
        assert!(dial.take("POST", "/b").is_none());
        assert!(dial.take("POST", "/a/b").is_some());
        assert!(dial.take("POST", "/a/b").is_none());
    }

    #[test]
    fn a_fault_lets_as_many_requests_pass_first_as_it_is_told() {
        let dial = Dial::default();
        let fault = serde_json::from_str(r#"{"route":"POST /a","kind":"refuse","times":1}"#).unwrap();
        dial.set_after(1, fault);
        let requests = [("POST", "/a"), ("GET", "/a"), ("POST", "/a"), ("POST", "/a")];
        let struck = requests.map(|(method, path)| dial.take(method, path).is_some());
        assert_eq!(struck, [false, false, true, false]);
    }
}
