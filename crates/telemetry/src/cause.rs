//! The id of the request, step or run of a job that is worked on, for calls and logs that follow from it.

use std::fmt::Display;
use std::sync::Arc;

use tracing::Instrument as _;

tokio::task_local! {
    static CAUSE: Option<Arc<str>>;
}

/// Works for what has this id: [`cause`] gives it within.
pub fn caused_by<F: Future>(id: &impl Display, work: F) -> impl Future<Output = F::Output> {
    CAUSE.scope(Some(id.to_string().into()), work)
}

/// The id of what is worked for.
pub fn cause() -> Option<Arc<str>> {
    CAUSE.try_with(Clone::clone).ok().flatten()
}

/// Lets a task of its own keep the cause and the span of whoever starts it.
pub fn carried<F: Future>(work: F) -> impl Future<Output = F::Output> {
    CAUSE.scope(cause(), work).in_current_span()
}

#[cfg(test)]
mod tests {
    use tokio_util::task::TaskTracker;

    use super::*;

    #[tokio::test]
    async fn a_task_of_its_own_knows_the_cause_only_if_it_is_carried() {
        assert_eq!(cause(), None);
        let tasks = TaskTracker::new();
        let of_tasks = async {
            let bare = tasks.spawn(async { cause() }).await.unwrap();
            (cause(), bare, tasks.spawn(carried(async { cause() })).await.unwrap())
        };
        let known = Some(Arc::from("req_1"));
        assert_eq!(caused_by(&"req_1", of_tasks).await, (known.clone(), None, known));
    }
}
