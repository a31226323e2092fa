//! What must hold for every kind of upstream object. A slice registers a [`Subject`] for each of its kinds and its
//! tests call [`check`] for every law; what is broken is an error that names the law.
//!
//! The laws run the real reconciler on a real database against the subject's simulated upstream. For tests alone: no
//! crate of the product may depend on this one.

#![warn(missing_docs)]

mod change;
#[cfg(debug_assertions)]
mod crash;
mod drift;
mod faults;
mod foreign;
mod linked;
mod neighbours;
mod repeat;
mod subject;
mod trial;
mod unknown;
mod watched;

use std::fmt;

pub use linked::{Linked, Makers};
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
    /// Many that are written into one object at once are all there in the end, though the upstream loses some of what
    /// arrives together.
    Neighbours,
}

impl Law {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Repeats,
        Self::Faults,
        Self::Crashes,
        Self::UnknownOutcomes,
        Self::Foreign,
        Self::Drift,
        Self::Neighbours,
    ];
}

/// The tests of a slice: each law on each of its kinds, and that each of its kinds has them.
#[macro_export]
macro_rules! hold {
    ($kinds:expr; $($name:ident: $subject:expr;)+) => {
        #[test]
        fn every_kind_of_the_slice_is_under_the_laws() {
            let registered: Vec<&str> = $kinds.iter().map(|registered| registered.name).collect();
            let tried: Vec<&str> = vec![$($crate::Subject::kind(&$subject)),+];
            assert_eq!(registered, tried, "a kind has no subject here, so no law is tried on it");
        }

        $(mod $name {
            use super::*;

            async fn holds(law: $crate::Law) {
                $crate::check(law, &$subject).await.unwrap_or_else(|broken| panic!("{broken}"));
            }

            #[tokio::test]
            async fn doing_it_twice_is_doing_it_once() {
                holds($crate::Law::Repeats).await;
            }

            #[tokio::test]
            async fn every_fault_at_every_call_ends_with_what_is_wanted() {
                holds($crate::Law::Faults).await;
            }

            #[tokio::test]
            async fn a_death_at_every_point_ends_with_what_is_wanted() {
                holds($crate::Law::Crashes).await;
            }

            #[tokio::test]
            async fn an_unknown_outcome_is_looked_into_first() {
                holds($crate::Law::UnknownOutcomes).await;
            }

            #[tokio::test]
            async fn an_object_of_somebody_else_is_left_alone() {
                holds($crate::Law::Foreign).await;
            }

            #[tokio::test]
            async fn what_drifts_is_named_and_mended_field_by_field() {
                holds($crate::Law::Drift).await;
            }

            #[tokio::test]
            async fn many_that_are_written_into_one_object_are_all_there() {
                holds($crate::Law::Neighbours).await;
            }
        })+
    };
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
        Law::Neighbours => neighbours::check(subject).await,
    };
    outcome.map_err(|why| Broken { law, kind: subject.kind(), why })
}
