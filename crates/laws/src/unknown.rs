//! After a create whose outcome nobody knows.

use std::time::Duration;

use simulator::{Fault, FaultKind};

use crate::subject::Subject;
use crate::trial::{Engine, Held, Trial};
use crate::watched::{Called, Trick};

/// What goes wrong with the search in its turn. A list that lies by leaving out what is there ends in a second object
/// where names are not unique, and nothing could tell; all faults that show must not.
const KINDS: [FaultKind; 5] = [
    FaultKind::Refuse,
    FaultKind::ErrorAfter,
    FaultKind::RateLimit,
    FaultKind::Malformed,
    FaultKind::Duplicate,
];

pub async fn check(subject: &dyn Subject) -> Held {
    let trial = &Trial::start(subject).await;
    let engine = trial.engine().await?;
    for trick in [Trick::LoseAnswer, Trick::LoseRequest] {
        lose(trial, &engine, trick, None).await.map_err(|why| format!("{trick:?}: {why}"))?;
    }
    let unwanted = lose_and_let_go(trial, &engine).await;
    unwanted.map_err(|why| format!("an answer is lost, and nobody wants it any more: {why}"))?;
    for kind in KINDS {
        for call in 0..3 {
            let fault = Fault { route: "*".to_owned(), kind, times: Some(1), delay_ms: None };
            let lost = lose(trial, &engine, Trick::LoseAnswer, Some((call, fault))).await;
            lost.map_err(|why| {
                format!("an answer is lost, then {kind:?} at call {} of the search: {why}", call + 1)
            })?;
        }
    }
    engine.stop().await;
    Ok(())
}

/// What may have been made is looked for before it is forgotten.
async fn lose_and_let_go(trial: &Trial<'_>, engine: &Engine) -> Held {
    let others = trial.upstream.objects();
    let want = trial.case().await?;
    engine.watch.play(Trick::LoseAnswer);
    // Nothing mends it before it is let go.
    trial.want(&want).await?;
    trial.until(&want, "lost", |_| engine.watch.has_lost()).await?;
    trial.destroy(&want, Duration::ZERO).await?;
    trial.until_gone(&want).await?;
    trial.check_gone(&others)
}

async fn lose(trial: &Trial<'_>, engine: &Engine, trick: Trick, then: Option<(u32, Fault)>) -> Held {
    let others = trial.upstream.objects();
    let want = trial.case().await?;
    engine.watch.play(trick);
    trial.want(&want).await?;
    if let Some((call, fault)) = then {
        trial.until(&want, "lost", |_| engine.watch.has_lost()).await?;
        trial.upstream.dial().set_after(call, fault);
    }
    let settled = trial.until_there(&want).await;
    trial.upstream.dial().set(Vec::new());
    settled?;
    trial.check_there(engine, &want, &others).await?;
    let called = engine.watch.called();
    // What is found is known by what it belongs to, so that it is read and not searched for.
    let (makes, looks) = if trial.subject.ownership().is_found() {
        (Called::Update, Called::Read)
    } else {
        (Called::Create, Called::Search)
    };
    let mut after = called.iter().skip_while(|call| **call != makes).skip(1);
    if after.next() != Some(&looks) {
        return Err(format!("it is not looked for first: {called:?}"));
    }
    let made = called.iter().filter(|call| **call == makes).count();
    let right = if trick == Trick::LoseAnswer { 1 } else { 2 };
    if made == right { Ok(()) } else { Err(format!("it is made {made} times, not {right}")) }
}
