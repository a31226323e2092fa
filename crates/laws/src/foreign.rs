//! Somebody else's object of the same name.

use std::time::Duration;

use reconcile::Status;

use crate::subject::Subject;
use crate::trial::{Held, Trial};

pub async fn check(subject: &dyn Subject) -> Held {
    let trial = &Trial::start(subject).await;
    let engine = trial.engine().await?;
    let before = trial.upstream.objects();
    let want = trial.case().await?;
    let mut prepared = trial.upstream.objects();
    prepared.retain(|object| !before.contains(object));
    trial.upstream.add_foreign(&want.name);
    let mut others = trial.upstream.objects();
    others.retain(|object| !prepared.contains(object));
    trial.want(&want).await?;
    if trial.subject.names_are_unique() {
        let failed = |resource: Option<&reconcile::Resource>| {
            resource.is_some_and(|r| matches!(r.status, Status::Error | Status::Ok))
        };
        let resource = trial.until(&want, "refused", failed).await?;
        trial.check_gone(&others)?;
        let why = resource.and_then(|resource| resource.error).map(|error| error.said).unwrap_or_default();
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
