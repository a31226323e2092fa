//! The process dies at every point of a step, and another one goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reconcile::{FailPoint, Point, Settings};

use crate::deed::Deed;
use crate::subject::Subject;
use crate::trial::{Trial, Verdict};

pub async fn check(subject: &dyn Subject) -> Verdict {
    let trial = &Trial::start(subject).await;
    for point in Point::ALL {
        let mut was_reached = false;
        for deed in Deed::ALL {
            was_reached |= die_at(trial, point, deed)
                .await
                .map_err(|why| format!("{deed:?}, dead at {point}: {why}"))?;
        }
        // What is still waited for after its create is read again later, not at once.
        if !was_reached && point != Point::CreateRead {
            return Err(format!("nothing ever comes to the point {point}"));
        }
    }
    Ok(())
}

/// Does a deed with a process that dies at the point; true when it came there.
async fn die_at(trial: &Trial<'_>, point: Point, deed: Deed) -> Result<bool, String> {
    let others = trial.upstream.objects();
    let healthy = trial.engine().await?;
    let want = deed.prepare(trial).await?;
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
    let want = deed.order(trial, want).await?;
    let is_over = |resource: Option<&reconcile::Resource>| {
        let is_done = match resource {
            None => deed == Deed::Delete,
            Some(resource) => resource.spec_version > before && resource.status == reconcile::Status::Ok,
        };
        has_died.load(Ordering::SeqCst) || is_done
    };
    trial.until(&want, "done or dead", is_over).await?;
    mortal.stop().await;
    let has_died = has_died.load(Ordering::SeqCst);

    trial.let_leases_end();
    let heir = trial.engine().await?;
    deed.confirm(trial, &heir, &want, &others).await?;
    heir.stop().await;
    Ok(has_died)
}
