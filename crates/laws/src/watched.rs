//! A kind that notes what is called of it and plays tricks with the answers.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use outbound::{CallError, Cause};
use reconcile::{Actual, AnyKind, Created, FieldChange, Listed, Need, Problem, Resource};
use serde_json::Value;

/// What was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Called {
    Read,
    Search,
    Create,
    Update,
    Delete,
}

impl Called {
    /// True for calls that may change something.
    pub fn writes(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Delete)
    }
}

/// What is done to calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Trick {
    #[default]
    None,
    /// Updates and deletes are done twice.
    Twice,
    /// The next create is done and its answer lost; of what is found, the next update.
    LoseAnswer,
    /// It is lost on its way.
    LoseRequest,
}

#[derive(Default)]
struct State {
    called: Vec<Called>,
    trick: Trick,
    has_lost: bool,
    refused: Option<String>,
}

/// What a watched kind noted. Clones share it.
#[derive(Clone, Default)]
pub struct Watch(Arc<Mutex<State>>);

impl Watch {
    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Plays a trick from now on, and forgets what was called.
    pub fn play(&self, trick: Trick) {
        self.with(|state| *state = State { trick, ..State::default() });
    }

    /// What was called since the last trick.
    pub fn called(&self) -> Vec<Called> {
        self.with(|state| state.called.clone())
    }

    /// True once an answer or a request was lost.
    pub fn has_lost(&self) -> bool {
        self.with(|state| state.has_lost)
    }

    /// Why something that was done could not be done a second time, if so.
    pub fn refused(&self) -> Option<String> {
        self.with(|state| state.refused.clone())
    }

    fn again(&self, outcome: Result<(), Problem>) -> Result<(), Problem> {
        outcome.inspect_err(|problem| self.with(|state| state.refused = Some(problem.to_string())))
    }

    fn lose(&self) -> Problem {
        self.with(|state| state.has_lost = true);
        CallError::unknown("the upstream", Cause::Timeout).into()
    }

    fn note(&self, called: Called) -> Trick {
        self.with(|state| {
            state.called.push(called);
            state.trick
        })
    }

    /// Notes the call that makes it what it should be, and ends a trick that is for one of these.
    fn note_making(&self, called: Called) -> Trick {
        let trick = self.note(called);
        if trick != Trick::Twice {
            self.with(|state| state.trick = Trick::None);
        }
        trick
    }
}

/// A watched kind.
pub struct Watched {
    pub kind: Box<dyn AnyKind>,
    /// True when an update is what makes it what it should be.
    pub is_found: bool,
    pub watch: Watch,
}

#[async_trait]
impl AnyKind for Watched {
    fn name(&self) -> &'static str {
        self.kind.name()
    }

    fn title(&self, resource: &Resource) -> String {
        self.kind.title(resource)
    }

    fn is_relation(&self) -> bool {
        self.kind.is_relation()
    }

    fn check(&self, spec: &Value) -> Result<(), Problem> {
        self.kind.check(spec)
    }

    fn writes_into(&self, resource: &Resource) -> Option<Need> {
        self.kind.writes_into(resource)
    }

    fn needs(&self, resource: &Resource) -> Vec<Need> {
        self.kind.needs(resource)
    }

    async fn read(&self, resource: &Resource) -> Result<Option<Actual>, Problem> {
        self.watch.note(Called::Read);
        self.kind.read(resource).await
    }

    async fn search(&self, resource: &Resource) -> Result<Option<Actual>, Problem> {
        self.watch.note(Called::Search);
        self.kind.search(resource).await
    }

    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        self.watch.note(Called::Read);
        self.kind.list().await
    }

    async fn create(&self, resource: &Resource, spec: &Value) -> Result<Created, Problem> {
        match self.watch.note_making(Called::Create) {
            Trick::LoseRequest => Err(self.watch.lose()),
            Trick::LoseAnswer => {
                self.kind.create(resource, spec).await?;
                Err(self.watch.lose())
            }
            Trick::None | Trick::Twice => self.kind.create(resource, spec).await,
        }
    }

    async fn update(
        &self,
        resource: &Resource,
        spec: &Value,
        actual: &Actual,
        changes: &[FieldChange],
    ) -> Result<(), Problem> {
        let update = || self.kind.update(resource, spec, actual, changes);
        let trick = if self.is_found {
            self.watch.note_making(Called::Update)
        } else {
            self.watch.note(Called::Update)
        };
        match trick {
            Trick::LoseRequest if self.is_found => return Err(self.watch.lose()),
            Trick::LoseAnswer if self.is_found => {
                update().await?;
                return Err(self.watch.lose());
            }
            _ => update().await?,
        }
        if trick == Trick::Twice {
            self.watch.again(update().await)?;
        }
        Ok(())
    }

    async fn close(&self, actual: &Actual) -> Result<(), Problem> {
        self.kind.close(actual).await
    }

    async fn delete(&self, resource: &Resource, actual: &Actual) -> Result<(), Problem> {
        let trick = self.watch.note(Called::Delete);
        self.kind.delete(resource, actual).await?;
        if trick == Trick::Twice {
            self.watch.again(self.kind.delete(resource, actual).await)?;
        }
        Ok(())
    }

    fn as_read(&self, resource: &Resource, listed: Actual) -> Actual {
        self.kind.as_read(resource, listed)
    }

    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange> {
        self.kind.diff(spec, actual)
    }
}
