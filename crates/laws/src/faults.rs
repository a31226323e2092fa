//! Every fault of the dial, at every call of a create, an update and a delete.

use futures_util::{StreamExt as _, TryStreamExt as _};
use simulator::{Fault, FaultKind};

use crate::change::Change;
use crate::subject::{DEADLINE, Subject};
use crate::trial::{Engine, Held, Trial};

/// All faults of the dial. Those that wait for a time-out have a group of their own.
const KINDS: [&[FaultKind]; 3] = [
    &[FaultKind::TimeoutBefore],
    &[FaultKind::TimeoutAfter],
    &[
        FaultKind::Refuse,
        FaultKind::Delay,
        FaultKind::ErrorAfter,
        FaultKind::RateLimit,
        FaultKind::Malformed,
        FaultKind::Stale,
        FaultKind::Partial,
        FaultKind::Duplicate,
        FaultKind::Reorder,
    ],
];
/// How many groups are tried side by side, each with a database and an upstream of its own.
const AT_A_TIME: usize = 3;
/// More calls than any of these takes.
const MOST_CALLS: u32 = 40;

fn fault(kind: FaultKind) -> Fault {
    let pause = if kind == FaultKind::Delay { DEADLINE / 10 } else { DEADLINE + DEADLINE / 4 };
    let delay_ms = u64::try_from(pause.as_millis()).ok();
    Fault { route: "*".to_owned(), kind, times: Some(1), delay_ms }
}

pub async fn check(subject: &dyn Subject) -> Held {
    let all = Change::ALL.into_iter().flat_map(|change| KINDS.map(|kinds| (change, kinds)));
    let trials = all.map(|(change, kinds)| strike_with(subject, change, kinds));
    futures_util::stream::iter(trials).buffer_unordered(AT_A_TIME).try_collect().await
}

async fn strike_with(subject: &dyn Subject, change: Change, kinds: &[FaultKind]) -> Held {
    let trial = Trial::start(subject).await;
    let engine = trial.engine().await?;
    for kind in kinds {
        strike_each_call(&trial, &engine, change, *kind).await?;
    }
    engine.stop().await;
    Ok(())
}

/// Strikes the first call, then the second, until the change makes no more.
async fn strike_each_call(trial: &Trial<'_>, engine: &Engine, change: Change, kind: FaultKind) -> Held {
    for call in 0..MOST_CALLS {
        let struck = strike(trial, engine, change, kind, call).await;
        let struck =
            struck.map_err(|why| format!("{change:?} with {kind:?} at its call {}: {why}", call + 1))?;
        if !struck {
            return Ok(());
        }
    }
    Err(format!("{change:?} makes more than {MOST_CALLS} calls"))
}

/// Does a change with a fault at one of its calls; false when it makes no such call.
async fn strike(
    trial: &Trial<'_>,
    engine: &Engine,
    change: Change,
    kind: FaultKind,
    call: u32,
) -> Result<bool, String> {
    let others = trial.upstream.objects();
    let want = change.prepare(trial).await?;
    let dial = trial.upstream.dial();
    dial.set_after(call, fault(kind));
    let want = change.order(trial, want).await?;
    change.end(trial, &want).await?;
    let struck = dial.list().iter().all(|fault| fault.times == Some(0));
    // What the check reads is no part of the change.
    dial.set(Vec::new());
    change.confirm(trial, engine, &want, &others).await?;
    Ok(struck)
}
