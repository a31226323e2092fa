//! What a kind of upstream object must say about itself.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use outbound::{CallError, Cause, Effect};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::any_kind::AnyKind;
use crate::obstacle::Obstacle;
use crate::removal::STOPPED;
use crate::store::Resource;

/// An upstream object as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Actual {
    /// Its id there.
    pub upstream_id: String,
    /// The id of the resource that its ownership mark names; none when it bears no mark of Dezky's.
    pub mark: Option<String>,
    /// The fields that Dezky owns, named as in the spec.
    pub fields: Value,
    /// Set while the upstream is still busy with it, though nothing is wrong.
    pub waiting: Option<Waiting>,
}

/// An upstream object in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Its name there.
    pub name: String,
    /// How it is.
    pub actual: Actual,
}

impl Actual {
    /// Whether it belongs to a resource. What is known by its id is ours though somebody took our mark away, but not
    /// when it bears that of another resource: upstreams give the ids of what is gone to others. What was found by its
    /// name must bear our mark.
    pub(crate) fn is_of(&self, resource: &Resource) -> bool {
        match &self.mark {
            Some(mark) => *mark == resource.id,
            None => resource.upstream_id.as_ref() == Some(&self.upstream_id),
        }
    }
}

/// What the upstream is still doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// A stable word.
    pub reason: &'static str,
    /// When to look again at first; then ever less often.
    pub again_in: Duration,
}

/// One owned field that is not as it should be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which.
    pub field: String,
    /// As it should be.
    pub want: Value,
    /// As it is.
    pub have: Value,
}

/// What became of a create.
#[derive(Debug, Clone, PartialEq)]
pub enum Created {
    /// It was made.
    New(Actual),
    /// Somebody else's object has the name; this says whose.
    Taken(Obstacle),
}

/// Why a step did not reach its goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A call failed.
    Call(CallError),
    /// The upstream's state forbids it.
    Blocked(Obstacle),
    /// So much goes that nobody ordered that a person must look; this is how much may go within an hour.
    Stopped(u64),
}

impl Problem {
    /// True when it is the upstream that fails, and not what was asked of it.
    pub fn is_outage(&self) -> bool {
        use Cause::{Broken, Closed, Timeout, Unreachable};
        matches!(self, Self::Call(error) if matches!(error.cause, Broken(_) | Closed | Timeout | Unreachable))
    }

    /// True when the upstream may have changed all the same.
    pub fn outcome_is_unknown(&self) -> bool {
        matches!(self, Self::Call(error) if error.effect == Effect::Unknown)
    }

    /// The problem as data; a failed call has the words of who failed it.
    pub(crate) fn obstacle(&self) -> Option<Obstacle> {
        match self {
            Self::Call(_) => None,
            Self::Blocked(obstacle) => Some(obstacle.clone()),
            Self::Stopped(most) => Some(Obstacle::new("blocked-removals-stopped").with("most", *most)),
        }
    }

    /// The stable word for why, where there is one.
    pub(crate) fn reason(&self) -> Option<&'static str> {
        matches!(self, Self::Stopped(_)).then_some(STOPPED)
    }

    /// How long the upstream asked to be left alone.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Call(error) => error.retry_after,
            Self::Blocked(_) | Self::Stopped(_) => None,
        }
    }
}

/// For logs.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Blocked(obstacle) => obstacle.fmt(f),
            Self::Stopped(most) => write!(f, "{STOPPED} (most: {most})"),
        }
    }
}

impl From<CallError> for Problem {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

/// Another resource that must be there first, whoever owns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Its kind.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// The stable word for why one waits when nobody even wants it yet.
    pub unwanted: &'static str,
}

impl Need {
    /// One that will be wanted before long, if it isn't yet.
    pub fn of(kind: &'static str, name: impl Into<String>) -> Self {
        Self { kind, name: name.into(), unwanted: WAITS }
    }

    /// As one text, to find who waits for it.
    pub(crate) fn key(&self) -> String {
        need_key(self.kind, &self.name)
    }
}

/// Why a resource is pending that needs another.
pub(crate) const WAITS: &str = "waits_for_dependency";

pub(crate) fn need_key(kind: &str, name: &str) -> String {
    format!("{kind} {name}")
}

/// A spec as it is stored. No spec has keys that aren't texts, so it always has JSON; null, which no kind can read, would
/// be an error of its step.
pub fn spec_of(spec: &impl Serialize) -> Value {
    serde_json::to_value(spec).unwrap_or_default()
}

/// What a kind is asked about: of a resource, what its kind may know.
#[derive(Debug)]
pub struct Target<'a, S> {
    /// Its id, also the ownership mark.
    pub id: &'a str,
    /// Its name, unique in its kind.
    pub name: &'a str,
    /// Its id upstream, once known.
    pub upstream_id: Option<&'a str>,
    /// The ids upstream of what it needs, in the order of [`Kind::needs`]; empty until all of that is there.
    pub needed: &'a [String],
    /// How it should be, or of one that should be gone, how it was wanted last. None where nothing ever wanted it.
    pub spec: Option<&'a S>,
    /// False for one that should be gone.
    pub is_wanted: bool,
    /// True after an attempt to make it whose outcome nobody knows: what is there under its name is then its object.
    pub is_in_doubt: bool,
}

impl<'a, S> Target<'a, S> {
    pub(crate) fn of(resource: &'a Resource, spec: Option<&'a S>) -> Self {
        Self {
            id: &resource.id,
            name: &resource.name,
            upstream_id: resource.upstream_id.as_deref(),
            needed: &resource.needed,
            spec,
            is_wanted: resource.spec.is_some(),
            is_in_doubt: resource.is_in_doubt(),
        }
    }
}

/// A kind of upstream object. Every function may be called any number of times.
#[async_trait]
pub trait Kind: Send + Sync {
    /// How an object of the kind should be: the fields that Dezky owns, and what tells which object it is. Its JSON is
    /// stored, so a field that came later has a default.
    type Spec: Serialize + DeserializeOwned + Send + Sync;

    /// Its name, `upstream.noun`.
    fn name(&self) -> &'static str;

    /// The name under which people know the object upstream.
    fn title(&self, target: &Target<'_, Self::Spec>) -> String {
        target.name.to_owned()
    }

    /// True for a relation, whose only field is whether it is. When it was just decided it is written without asking: a
    /// read that lags shows what was before the last change, which may be the very thing that is wanted, and a way in
    /// would stay open.
    fn is_relation(&self) -> bool {
        false
    }

    /// What of the upstream it writes into that other resources write into as well, as the resource that stands for it.
    /// Upstreams may lose one of two such writes that arrive together and answer both as done, so those into the same
    /// take turns, on all instances. None where only this one resource writes into its object.
    fn writes_into(&self, target: &Target<'_, Self::Spec>) -> Option<Need>;

    /// What must be there first. While the object may yet be made, [`Target::needed`] holds the ids of all of that, in
    /// this order.
    fn needs(&self, _: &Self::Spec) -> Vec<Need> {
        Vec::new()
    }

    /// Finds the object by its id when that is known, else by its name where the upstream keeps names unique.
    async fn read(&self, target: &Target<'_, Self::Spec>) -> Result<Option<Actual>, Problem>;

    /// Finds an object that an earlier create may have left. Where names are unique that is [`Kind::read`].
    async fn search(&self, target: &Target<'_, Self::Spec>) -> Result<Option<Actual>, Problem> {
        self.read(target).await
    }

    /// Makes the object.
    async fn create(&self, target: &Target<'_, Self::Spec>, spec: &Self::Spec) -> Result<Created, Problem>;

    /// Mends the fields that differ.
    async fn update(
        &self,
        target: &Target<'_, Self::Spec>,
        spec: &Self::Spec,
        actual: &Actual,
        changes: &[FieldChange],
    ) -> Result<(), Problem>;

    /// Shuts what the object lets in, before it is destroyed: when so much goes that destroying stops, nothing of it may
    /// stay open meanwhile.
    async fn close(&self, _: &Actual) -> Result<(), Problem> {
        Ok(())
    }

    /// Destroys the object; one that is gone already is success.
    async fn delete(&self, target: &Target<'_, Self::Spec>, actual: &Actual) -> Result<(), Problem>;

    /// Everything of this kind that Dezky could have made, others' objects of the same sort included. A list that may
    /// lack rows is an error.
    async fn list(&self) -> Result<Vec<Listed>, Problem>;

    /// What a list shows of the resource's object, as [`Kind::read`] would give it, as far as that takes no call: what
    /// it needs is known here and not in the list.
    fn as_read(&self, _: &Target<'_, Self::Spec>, listed: Actual) -> Actual {
        listed
    }

    /// The owned fields that differ, by name: all that the spec has, unless the kind says which.
    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange> {
        let Value::Object(wanted) = spec else {
            return Vec::new();
        };
        let differs = |(field, want): (&String, &Value)| {
            let have = actual.fields.get(field).cloned().unwrap_or(Value::Null);
            (have != *want).then(|| FieldChange { field: field.clone(), want: want.clone(), have })
        };
        wanted.iter().filter_map(differs).collect()
    }
}

/// Whether an upstream is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// It is.
    On,
    /// It is not; the word says why (`not_configured`, `switched_off`).
    Off(&'static str),
}

/// A kind and whether it can be worked on.
pub struct Registered {
    /// The kind's name.
    pub name: &'static str,
    /// The kind; none when its upstream is off.
    pub kind: Result<Box<dyn AnyKind>, &'static str>,
}

impl fmt::Debug for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?})", self.name, self.availability())
    }
}

impl Registered {
    /// A kind whose upstream is used.
    pub fn on(kind: impl AnyKind + 'static) -> Self {
        Self { name: kind.name(), kind: Ok(Box::new(kind)) }
    }

    /// A kind whose upstream is off, and why.
    pub fn off(name: &'static str, why: &'static str) -> Self {
        Self { name, kind: Err(why) }
    }

    /// Whether it can be worked on.
    pub fn availability(&self) -> Availability {
        match &self.kind {
            Ok(_) => Availability::On,
            Err(why) => Availability::Off(why),
        }
    }
}

/// The upstream of a kind's name.
pub(crate) fn upstream_of(kind: &str) -> &str {
    kind.split('.').next().unwrap_or(kind)
}
