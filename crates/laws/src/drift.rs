//! What changes behind Dezky's back.

use reconcile::drift::Difference;
use reconcile::{Plan, PlanAction, Want};

use crate::subject::{Ownership, Spoiled, Subject};
use crate::trial::{Engine, Held, Trial};

pub async fn check(subject: &dyn Subject) -> Held {
    let trial = &Trial::start(subject).await;
    let engine = trial.engine().await?;
    let fields = trial.case().await?.spec;
    for field in fields.as_object().into_iter().flatten().map(|(field, _)| field) {
        spoil(trial, &engine, field).await.map_err(|why| format!("{field} was changed: {why}"))?;
    }
    remove(trial, &engine).await.map_err(|why| format!("it was removed: {why}"))?;
    engine.stop().await;
    Ok(())
}

async fn remove(trial: &Trial<'_>, engine: &Engine) -> Held {
    let others = trial.upstream.objects();
    let (want, id) = settled(trial).await?;
    is_found(trial, engine, &want, None).await?;
    trial.upstream.remove(&id);
    // A relation that is not differs in that; anything else is missing as a whole.
    let (difference, action) = match trial.subject.ownership() {
        Ownership::Relation => (Difference::Changed, PlanAction::Update),
        Ownership::Marked | Ownership::Remembered => (Difference::Missing, PlanAction::Create),
        // Nothing can be done about an object that others make.
        Ownership::Property => return is_found(trial, engine, &want, None).await,
    };
    is_found(trial, engine, &want, Some(difference)).await?;
    let plan = trial.plan(engine, &want).await?;
    if plan.changes.iter().map(|change| change.action).ne([action]) {
        return Err(format!("the plan is {:?}", plan.changes));
    }
    apply(engine, &want, &plan).await?;
    trial.until_there(&want).await?;
    is_found(trial, engine, &want, None).await?;
    trial.check_there(engine, &want, &others).await
}

/// Something settled, and its id upstream.
async fn settled(trial: &Trial<'_>) -> Result<(Want, String), String> {
    let want = trial.case().await?;
    trial.want(&want).await?;
    let resource = trial.until_there(&want).await?;
    Ok((want, resource.upstream_id.ok_or("it is settled and has no id")?))
}

async fn apply(engine: &Engine, want: &Want, plan: &Plan) -> Held {
    let applied = engine.reconciler.apply(std::slice::from_ref(&want.owner), &plan.hash, |_| true).await;
    applied.map(drop).map_err(|error| format!("the plan is not applied: {error}"))
}

/// A scan finds just this of what is wanted.
async fn is_found(trial: &Trial<'_>, engine: &Engine, want: &Want, expected: Option<Difference>) -> Held {
    let found = trial.scan(engine, want).await?;
    if found.as_slice() == expected.as_slice() {
        return Ok(());
    }
    Err(format!("a scan finds {found:?} where there is {expected:?}"))
}

async fn spoil(trial: &Trial<'_>, engine: &Engine, field: &str) -> Held {
    let others = trial.upstream.objects();
    let (want, id) = settled(trial).await?;
    let spoiled = trial.upstream.spoil(&id, field);
    if spoiled == Spoiled::Fixed {
        return is_found(trial, engine, &want, None).await;
    }
    is_found(trial, engine, &want, Some(Difference::Changed)).await?;
    let plan = trial.plan(engine, &want).await?;
    let named: Vec<&str> =
        plan.changes.iter().flat_map(|change| &change.fields).map(|change| change.field.as_str()).collect();
    if named != [field] || plan.changes[0].action != PlanAction::Update {
        return Err(format!("the plan is {:?}", plan.changes));
    }
    apply(engine, &want, &plan).await?;
    match spoiled {
        Spoiled::Mendable => {
            trial.until_there(&want).await?;
            trial.check_there(engine, &want, &others).await
        }
        Spoiled::Fixed => Ok(()),
        Spoiled::ForPeople => {
            let resource = trial.resource(&want).await?;
            let why = resource.and_then(|resource| resource.error);
            why.map(drop).ok_or_else(|| "a person must mend it and nothing says so".to_owned())
        }
    }
}
