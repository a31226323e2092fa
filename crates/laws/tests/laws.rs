//! The laws under test: a right kind breaks none, and each wrong one is caught by the law that it breaks.

#![cfg(test)]

mod shelf;

use laws::{Law, Subject};
use shelf::{Names, Shelf, Wrong};

/// The laws that a kind breaks among these, with what is said.
async fn broken(subject: &dyn Subject, laws: &[Law]) -> Vec<(Law, String)> {
    let trials = laws.iter().map(|law| laws::check(*law, subject));
    let outcomes = futures_util::future::join_all(trials).await;
    outcomes.into_iter().filter_map(Result::err).map(|broken| (broken.law, broken.to_string())).collect()
}

#[tokio::test]
async fn a_right_kind_breaks_no_law() {
    for names in [Names::Unique, Names::Shared] {
        assert_eq!(broken(&Shelf { names, wrong: None }, &Law::ALL).await, []);
    }
}

/// A wrong kind must break this law, with words that say how.
async fn is_caught(wrong: Wrong, names: Names, by: Law, saying: &str) {
    let found = broken(&Shelf { names, wrong: Some(wrong) }, &[by]).await;
    let [(_, said)] = found.as_slice() else { panic!("{wrong:?} does not break {by:?}") };
    assert!(said.contains(saying), "{said}");
}

#[tokio::test]
async fn a_kind_that_does_not_find_what_it_made_is_caught() {
    is_caught(Wrong::FindsNothing, Names::Shared, Law::Repeats, "never came to be settled").await;
}

#[tokio::test]
async fn a_create_that_makes_two_is_caught() {
    is_caught(Wrong::MakesTwo, Names::Shared, Law::Repeats, "there are 2").await;
}

#[tokio::test]
async fn a_kind_that_compares_too_much_is_caught() {
    is_caught(Wrong::ComparesTooMuch, Names::Unique, Law::Repeats, "blocked-not-applied").await;
}

#[tokio::test]
async fn a_kind_that_forgets_its_mark_is_caught() {
    is_caught(Wrong::ForgetsMark, Names::Shared, Law::Repeats, "does not bear our mark").await;
}

#[tokio::test]
async fn a_kind_that_ignores_unknown_outcomes_is_caught() {
    is_caught(Wrong::SearchesNothing, Names::Shared, Law::UnknownOutcomes, "there are 2").await;
    is_caught(Wrong::SearchesNothing, Names::Shared, Law::Crashes, "there are 2").await;
}

#[tokio::test]
async fn a_kind_that_tries_again_by_itself_is_caught() {
    is_caught(Wrong::TriesAgain, Names::Shared, Law::Faults, "there are 2").await;
}

#[tokio::test]
async fn a_kind_that_takes_an_error_for_absence_is_caught() {
    is_caught(Wrong::TakesErrorForAbsence, Names::Shared, Law::UnknownOutcomes, "there are 2").await;
}

#[tokio::test]
async fn a_kind_that_forgets_what_it_may_have_made_is_caught() {
    is_caught(Wrong::ForgetsUnwanted, Names::Shared, Law::UnknownOutcomes, "nobody wants it any more").await;
    is_caught(Wrong::ForgetsUnwanted, Names::Shared, Law::Crashes, "nobody wants it").await;
}

#[tokio::test]
async fn an_update_that_does_not_take_effect_is_caught() {
    is_caught(Wrong::UpdatesNothing, Names::Unique, Law::Repeats, "blocked-not-applied").await;
}

#[tokio::test]
async fn a_kind_that_compares_too_little_is_caught() {
    is_caught(Wrong::ComparesLittle, Names::Unique, Law::Drift, "colour was changed").await;
}

#[tokio::test]
async fn a_delete_that_does_not_take_effect_is_caught() {
    is_caught(Wrong::DeletesNothing, Names::Unique, Law::Repeats, "never came to be gone").await;
}

#[tokio::test]
async fn a_delete_of_what_is_gone_that_fails_is_caught() {
    is_caught(Wrong::DeletesOnce, Names::Unique, Law::Repeats, "can't be done twice").await;
}

#[tokio::test]
async fn a_delete_that_takes_somebody_elses_along_is_caught() {
    is_caught(Wrong::DeletesByName, Names::Shared, Law::Foreign, "another object was touched").await;
}

#[tokio::test]
async fn a_kind_that_takes_over_what_is_not_its_own_is_caught() {
    is_caught(Wrong::TakesOver, Names::Unique, Law::Foreign, "another object was touched").await;
}
