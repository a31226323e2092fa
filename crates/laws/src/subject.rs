//! What a slice says of a kind, so that the laws can try it.

use std::time::Duration;

use async_trait::async_trait;
use reconcile::{Registered, Want};
use serde_json::Value;
use simulator::Dial;

/// The longest that a call of a subject's client may take.
pub const DEADLINE: Duration = Duration::from_millis(500);

/// A kind, with examples of what can be wanted of it.
#[async_trait]
pub trait Subject: Send + Sync {
    /// The kind's name.
    fn kind(&self) -> &'static str;

    /// True when the upstream refuses a second object of the same name.
    fn names_are_unique(&self) -> bool;

    /// What a new owner wants. `case` is a word of letters, digits and hyphens, another one each time.
    fn want(&self, case: &str) -> Want;

    /// The spec after a change of every field that can change.
    fn changed(&self, spec: &Value) -> Value;

    /// A new and empty upstream with its simulator.
    async fn start(&self) -> Box<dyn Upstream>;
}

/// A simulated upstream.
pub trait Upstream: Send + Sync {
    /// The kind, over a client whose calls take at most [`DEADLINE`].
    fn kind(&self) -> Registered;

    /// The dial of the simulator.
    fn dial(&self) -> &Dial;

    /// All objects of the kind, ours and others'.
    fn objects(&self) -> Vec<Object>;

    /// Makes an object of this name that bears no mark of Dezky's.
    fn add_foreign(&self, name: &str);

    /// Changes a field of the spec behind Dezky's back.
    fn spoil(&self, id: &str, field: &str) -> Spoiled;

    /// Removes an object behind Dezky's back.
    fn remove(&self, id: &str);
}

/// An object as the simulator's inventory has it, read without the kind's own code.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Its id.
    pub id: String,
    /// The resource that its mark names.
    pub mark: Option<String>,
    /// The fields that Dezky owns, named as in the spec.
    pub fields: Value,
    /// All there is of it.
    pub whole: Value,
}

/// What came of changing a field behind Dezky's back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoiled {
    /// It is changed, and Dezky can mend it.
    Mendable,
    /// It is changed, and a person must mend it; Dezky says so.
    ForPeople,
}
