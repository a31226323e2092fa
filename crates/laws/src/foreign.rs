//! Somebody else's object of the same name.

use std::time::Duration;

use reconcile::Status;

use crate::subject::Subject;
use crate::trial::{Trial, Verdict};

pub async fn check(subject: &dyn Subject) -> Verdict {
    let trial = &Trial::start(subject).await;
    let engine = trial.engine().await?;
    let want = trial.case().await?;
    trial.upstream.add_foreign(&want.name);
    let others = trial.upstream.objects();
    trial.want(&want).await?;
    if trial.subject.names_are_unique() {
        let failed = |resource: Option<&reconcile::Resource>| {
            resource.is_some_and(|r| matches!(r.status, Status::Error | Status::Ok))
        };
        let resource = trial.until(&want, "refused", failed).await?;
        trial.check_gone(&others)?;
        let why = resource.and_then(|resource| resource.error).unwrap_or_default();
        if !why.contains(&trial.subject.title(&want)) {
            return Err(format!("the step does not say whose name is taken: “{why}”"));
        }
    } else {
        trial.until_there(&want).await?;
        trial.check_there(&engine, &want, &others).await?;
    }
    trial.destroy(&want, Duration::ZERO).await?;
    trial.until_gone(&want).await?;
    trial.check_gone(&others)?;
    engine.stop().await;
    Ok(())
}
