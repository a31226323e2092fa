//! Doing it twice is doing it once.

use std::time::Duration;

use reconcile::Want;

use crate::subject::{Ownership, Subject};
use crate::trial::{Held, Trial};
use crate::watched::Trick;

pub async fn check(subject: &dyn Subject) -> Held {
    let trial = &Trial::start(subject).await;
    let others = trial.upstream.objects();
    let engine = trial.engine().await?;
    let want = trial.case().await?;
    trial.want(&want).await?;
    trial.until_there(&want).await?;
    trial.check_there(&engine, &want, &others).await?;

    // Ended and taken back: all is done again from the start.
    let before = trial.upstream.objects();
    engine.watch.play(Trick::None);
    trial.destroy(&want, Duration::from_hours(1)).await?;
    trial.want(&want).await?;
    trial.until_there(&want).await?;
    let called = engine.watch.called();
    // Of a relation it is written anew what is wanted, see `Kind::is_relation`.
    let is_relation = subject.ownership() == Ownership::Relation;
    if !is_relation && called.iter().any(|call| call.writes()) {
        return Err(format!("what was settled is written again: {called:?}"));
    }
    if trial.upstream.objects() != before {
        return Err(format!("what was settled is another now: {:?}", trial.upstream.objects()));
    }

    engine.watch.play(Trick::Twice);
    let want = Want { spec: trial.subject.changed(&want.spec), ..want };
    trial.want(&want).await?;
    trial.until_there(&want).await?;
    trial.check_there(&engine, &want, &others).await.map_err(|why| format!("changed twice, {why}"))?;
    trial.destroy(&want, Duration::ZERO).await?;
    trial.until_gone(&want).await?;
    trial.check_gone(&others)?;
    let refused = engine.watch.refused();
    engine.stop().await;
    refused.map_or(Ok(()), |why| Err(format!("it can't be done twice: {why}")))
}
