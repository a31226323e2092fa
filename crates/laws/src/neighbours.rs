//! Many are written into one object at once, at an upstream that loses some of what arrives together.

use std::collections::BTreeSet;

use reconcile::Want;
use simulator::{Fault, FaultKind};

use crate::subject::Subject;
use crate::trial::{Held, Trial};

/// How many.
const CROWD: usize = 12;

pub async fn check(subject: &dyn Subject) -> Held {
    let trial = &Trial::start(subject).await;
    let engine = trial.engine().await?;
    let first = trial.case().await?;
    trial.want(&first).await?;
    let resource = trial.until_there(&first).await?;
    let kind = trial.upstream.kind().kind.map_err(|why| format!("the kind is off: {why}"))?;
    // What stands for itself has neighbours of other kinds, which are tried there.
    let into = kind.writes_into(&resource).filter(|into| into.kind != subject.kind());
    let crowd: Vec<Want> = (1..CROWD).filter_map(|_| subject.beside(&first)).collect();
    match (&into, crowd.is_empty()) {
        (None, true) => return Ok(()),
        (Some(_), false) => {}
        (Some(into), true) => return Err(format!("it writes into {into:?}, and no neighbour is tried")),
        (None, false) => return Err("it has neighbours and does not say what it writes into".to_owned()),
    }
    let known = subject.before(&first);
    let mut known: BTreeSet<(&str, String)> = known.iter().map(|it| (it.kind, it.name.clone())).collect();
    for before in crowd.iter().flat_map(|want| subject.before(want)) {
        if known.insert((before.kind, before.name.clone())) {
            trial.want(&before).await?;
            trial.until_there(&before).await?;
        }
    }
    let overlap = Fault { route: "*".to_owned(), kind: FaultKind::Overlap, times: None, delay_ms: Some(15) };
    trial.upstream.dial().set(vec![overlap]);
    for want in &crowd {
        trial.want(want).await?;
    }
    for want in &crowd {
        trial.until_there(want).await?;
    }
    trial.upstream.dial().set(Vec::new());
    for want in std::iter::once(&first).chain(&crowd) {
        let lost = trial.plan(&engine, want).await?.changes;
        if !lost.is_empty() {
            return Err(format!("something that was written is not there: {lost:?}"));
        }
    }
    engine.stop().await;
    Ok(())
}
