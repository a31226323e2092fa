//! What must hold for every kind of upstream object. A slice registers a [`Subject`] for each of its kinds and its
//! tests call [`check`] for every law; what is broken is an error that names the law.
//!
//! The laws run the real reconciler on a real database against the subject's simulated upstream. For tests alone: no
//! crate of the product may depend on this one.

#[cfg(debug_assertions)]
mod crash;
mod deed;
mod drift;
mod faults;
mod foreign;
mod repeat;
mod subject;
mod trial;
mod unknown;
mod watched;

use std::fmt;

pub use subject::{DEADLINE, Object, Ownership, PRESENT, Spoiled, Subject, Upstream};

/// What must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Law {
    /// Doing it twice is doing it once, and what is settled is not written again.
    Repeats,
    /// Whatever goes wrong with any one call, what is wanted is there once in the end, and what is not is gone.
    Faults,
    /// So also when the process dies at any point of a step.
    Crashes,
    /// After a create whose outcome nobody knows the object is looked for before it is made again.
    UnknownOutcomes,
    /// Somebody else's object of the same name stays as it is, and the step says so where names are unique.
    Foreign,
    /// A plan names just the fields that differ, and applying it mends just those.
    Drift,
}

impl Law {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Repeats, Self::Faults, Self::Crashes, Self::UnknownOutcomes, Self::Foreign, Self::Drift];
}

/// A law does not hold.
#[derive(Debug)]
pub struct Broken {
    /// Which.
    pub law: Law,
    /// The kind that breaks it.
    pub kind: &'static str,
    /// In which case, and what is wrong.
    pub why: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} breaks the law {:?}: {}", self.kind, self.law, self.why)
    }
}

impl std::error::Error for Broken {}

/// Tries everything that could break a law. The first thing that does is the error.
pub async fn check(law: Law, subject: &dyn Subject) -> Result<(), Broken> {
    let outcome = match law {
        Law::Repeats => repeat::check(subject).await,
        Law::Faults => faults::check(subject).await,
        #[cfg(debug_assertions)]
        Law::Crashes => crash::check(subject).await,
        #[cfg(not(debug_assertions))]
        Law::Crashes => Err("a build without debug assertions has no points to die at".to_owned()),
        Law::UnknownOutcomes => unknown::check(subject).await,
        Law::Foreign => foreign::check(subject).await,
        Law::Drift => drift::check(subject).await,
    };
    outcome.map_err(|why| Broken { law, kind: subject.kind(), why })
}
