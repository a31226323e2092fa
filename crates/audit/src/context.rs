//! What an action says about itself: who, from where, to what.

use std::fmt::Display;

use kernel::id::RequestId;
use kernel::{Clock, UserId};
use serde_json::Value;

use crate::action::Action;

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person.
    User {
        /// Their id.
        id: UserId,
        /// The address that they are known by, whatever they claim today; a personal field.
        email: Option<String>,
        /// True where that address is more than a claim.
        is_verified: bool,
        /// Their name; a personal field.
        name: String,
    },
    /// Dezky itself, in the background. The word says which part.
    System(&'static str),
}

impl Actor {
    /// The id of the person, or the word for the part.
    pub fn id(&self) -> String {
        match self {
            Self::User { id, .. } => id.to_string(),
            Self::System(part) => (*part).to_owned(),
        }
    }
}

/// Who acts and from where; every proof of a right carries one.
#[derive(Debug, Clone)]
pub struct Context {
    /// Who acts.
    pub actor: Actor,
    /// For whom, when someone acts in another's place.
    pub on_behalf_of: Option<String>,
    /// The caller's network address; a personal field.
    pub address: Option<String>,
    /// The caller's program; a personal field.
    pub user_agent: Option<String>,
    /// The request.
    pub request_id: Option<RequestId>,
    /// The time.
    pub clock: Clock,
}

impl Context {
    /// The context of a part of Dezky that acts by itself.
    pub fn system(part: &'static str, clock: &Clock) -> Self {
        Self {
            actor: Actor::System(part),
            on_behalf_of: None,
            address: None,
            user_agent: None,
            request_id: None,
            clock: clock.clone(),
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Ok,
    /// The right was missing.
    Denied,
    /// It was tried and failed.
    Failed,
}

impl Outcome {
    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }
}

/// What it was done to.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its kind, such as `tenant`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its name at the time; the id where it is a person.
    pub name: String,
    /// Who it is, where it is a person; personal fields, kept apart so that they can be erased.
    pub person: Option<Named>,
}

/// A person who is spoken of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
}

impl Target {
    /// A thing, by its name at the time; never a person.
    pub fn thing(kind: &'static str, id: &impl Display, name: &impl Display) -> Self {
        Self { kind, id: id.to_string(), name: name.to_string(), person: None }
    }

    /// A person, or what is named after one.
    pub fn person(kind: &'static str, id: &impl Display, name: &str, email: &str) -> Self {
        let person = Named { name: name.to_owned(), email: email.to_owned() };
        Self { person: Some(person), ..Self::unnamed(kind, id) }
    }

    /// What has no name of its own.
    pub fn unnamed(kind: &'static str, id: &impl Display) -> Self {
        let id = id.to_string();
        Self { kind, name: id.clone(), id, person: None }
    }
}

/// One thing that happened. `before` and `after` hold no secret and no personal data other than ids.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What.
    pub action: Action,
    /// To what.
    pub target: Target,
    /// How it ended.
    pub outcome: Outcome,
    /// The state before, where something changed.
    pub before: Option<Value>,
    /// The state after.
    pub after: Option<Value>,
}

impl Entry {
    /// A thing done.
    pub fn done(action: impl Into<Action>, target: Target) -> Self {
        Self { action: action.into(), target, outcome: Outcome::Ok, before: None, after: None }
    }

    /// With another outcome.
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// With the state before.
    pub fn before(mut self, state: Value) -> Self {
        self.before = Some(state);
        self
    }

    /// With the state after.
    pub fn after(mut self, state: Value) -> Self {
        self.after = Some(state);
        self
    }
}
