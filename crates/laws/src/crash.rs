//! The process dies at every point of a step, and another one goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reconcile::{FailPoint, Point, Settings, Want};

use crate::change::Change;
use crate::subject::{Object, Ownership, Subject};
use crate::trial::{Held, Trial};

/// What a process was about when it died.
struct Legacy {
    want: Want,
    /// What else there was before.
    others: Vec<Object>,
    /// False when the change never comes to the point, and so was done.
    has_died: bool,
}

pub async fn check(subject: &dyn Subject) -> Held {
    let trial = &Trial::start(subject).await;
    for point in Point::ALL {
        let mut was_reached = false;
        for change in Change::ALL {
            let dead = |why| format!("{change:?}, dead at {point}: {why}");
            let has_died = go_on(trial, point, change).await.map_err(dead)?;
            was_reached |= has_died;
            if has_died && change != Change::Delete {
                let let_go = let_go(trial, point, change).await;
                let_go.map_err(|why| dead(format!("and then nobody wants it: {why}")))?;
            }
        }
        if !was_reached && !may_be_passed_by(subject, point) {
            return Err(format!("nothing ever comes to the point {point}"));
        }
    }
    Ok(())
}

/// What is still waited for after its create is read again later, not at once; of what is found nothing is made, and a
/// property is not destroyed.
fn may_be_passed_by(subject: &dyn Subject, point: Point) -> bool {
    use Point::{CreateCalled, CreateIntended, CreateRead, DeleteCalled, DeleteCounted, DeleteRead};
    let ownership = subject.ownership();
    point == CreateRead
        || ownership.is_found() && [CreateIntended, CreateCalled].contains(&point)
        || ownership == Ownership::Property && [DeleteCounted, DeleteCalled, DeleteRead].contains(&point)
}

/// Another process goes on with what one died of; true when the change came to the point.
async fn go_on(trial: &Trial<'_>, point: Point, change: Change) -> Result<bool, String> {
    let left = die_at(trial, point, change).await?;
    trial.let_leases_end();
    let heir = trial.engine().await?;
    change.confirm(trial, &heir, &left.want, &left.others).await?;
    heir.stop().await;
    Ok(left.has_died)
}

/// What one died of is no longer wanted when another process finds it.
async fn let_go(trial: &Trial<'_>, point: Point, change: Change) -> Held {
    let left = die_at(trial, point, change).await?;
    trial.destroy(&left.want, Duration::ZERO).await?;
    trial.let_leases_end();
    let heir = trial.engine().await?;
    Change::Delete.confirm(trial, &heir, &left.want, &left.others).await?;
    heir.stop().await;
    Ok(())
}

/// Does a change with a process that dies at the point.
async fn die_at(trial: &Trial<'_>, point: Point, change: Change) -> Result<Legacy, String> {
    let others = trial.upstream.objects();
    let healthy = trial.engine().await?;
    let want = change.prepare(trial).await?;
    healthy.stop().await;

    let has_died = Arc::new(AtomicBool::new(false));
    let noted = has_died.clone();
    let die = move |_: &str| {
        noted.store(true, Ordering::SeqCst);
        // Ends the task without a word; whatever it held is dropped.
        std::panic::resume_unwind(Box::new("dies on purpose"));
    };
    let fail_point = FailPoint::read(&format!("{}:{point}=kill", want.kind), die)?;
    let mortal = trial.engine_with(Settings { fail_point: Some(fail_point), ..Trial::settings() }).await?;
    let before = trial.resource(&want).await?.map_or(0, |resource| resource.spec_version);
    let want = change.order(trial, want).await?;
    let is_over = |resource: Option<&reconcile::Resource>| {
        let is_done = match resource {
            None => change == Change::Delete,
            Some(resource) => resource.spec_version > before && resource.status == reconcile::Status::Ok,
        };
        has_died.load(Ordering::SeqCst) || is_done
    };
    trial.until(&want, "done or dead", is_over).await?;
    mortal.stop().await;
    Ok(Legacy { want, others, has_died: has_died.load(Ordering::SeqCst) })
}
