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

    /// What must be there before it: wants of other kinds, each after what it needs itself.
    fn before(&self, _: &Want) -> Vec<Want> {
        Vec::new()
    }

    /// Another thing of the kind that is written into the same object upstream as this; none where there is no such
    /// thing.
    fn beside(&self, _: &Want) -> Option<Want> {
        None
    }

    /// How one knows whose an object is.
    fn ownership(&self) -> Ownership {
        Ownership::Marked
    }

    /// The name under which people know it upstream.
    fn title(&self, want: &Want) -> String {
        want.name.clone()
    }

    /// The spec after a change of every field that can change.
    fn changed(&self, spec: &Value) -> Value;

    /// A new and empty upstream with its simulator.
    async fn start(&self) -> Box<dyn Upstream>;
}

/// A simulated upstream.
pub trait Upstream: Send + Sync {
    /// The kind, over a client whose calls take at most [`DEADLINE`].
    fn kind(&self) -> Registered;

    /// The kinds of what must be there before, each over a client of an upstream that has them.
    fn others(&self) -> Vec<Registered> {
        Vec::new()
    }

    /// Does what only somebody else can before it can be wanted, once [`Subject::before`] is there.
    fn prepare(&self, _: &Want) {}

    /// The dial of the simulator.
    fn dial(&self) -> &Dial;

    /// All objects of the kind, ours and others'.
    fn objects(&self) -> Vec<Object>;

    /// Makes an object of this name that is not Dezky's; of a relation, another one to the same object.
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

/// How one knows whose an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// It bears a mark.
    Marked,
    /// It has no place for one. It was absent when the intent to make it was recorded, and is ours from then on.
    Remembered,
    /// It is a relation, and nobody's: the spec's field [`PRESENT`] says whether it should be, and the inventory has it
    /// while it is.
    Relation,
    /// It is a property of an object that others make and unmake, and stays as it is when nobody wants it any more.
    Property,
}

impl Ownership {
    /// True when nothing is made: it is found, and changed into what is wanted.
    pub(crate) fn is_found(self) -> bool {
        matches!(self, Self::Relation | Self::Property)
    }
}

/// The field of a relation's spec that says whether it should be.
pub const PRESENT: &str = "present";

/// What came of changing a field behind Dezky's back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoiled {
    /// It is changed, and Dezky can mend it.
    Mendable,
    /// It is changed, and a person must mend it; Dezky says so.
    ForPeople,
    /// It says which object it is, so nobody can change it.
    Fixed,
}
