//! What pages and handlers ask of flags: each key that the code knows, declared once. What is gated stays shut until a
//! flag opens it [L3].

use std::sync::PoisonError;

use crate::service::Flags;

/// A flag that the code asks for. One that nobody has created is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate(&'static str);

/// Billing by the new engine, for those who have it.
pub const NEW_BILLING_ENGINE: Gate = Gate::new("new_billing_engine");

impl Gate {
    /// A gate by the key of its flag.
    pub const fn new(key: &'static str) -> Self {
        Self(key)
    }

    /// The key of its flag.
    pub const fn key(self) -> &'static str {
        self.0
    }
}

impl Flags {
    /// Says once that no flag has a key that the code asks for.
    pub(crate) fn tell_unknown(&self, gate: Gate) -> bool {
        let is_new = self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(gate.key());
        if is_new {
            tracing::warn!(key = gate.key(), "no flag has a key that the code asks for: it counts as off");
        }
        is_new
    }
}
