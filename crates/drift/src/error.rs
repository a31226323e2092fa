//! What can go wrong with drift.

use kernel::{Coded, Message};

/// Something about drift was not done.
#[derive(Debug, Coded)]
pub enum Error {
    /// It is mended, accepted already, or was never there.
    #[coded(NotFound, "no-such-difference")]
    Gone,
    /// It belongs to a tenant, whose plan decides.
    #[coded(Conflict, "of-a-workspace")]
    OfTenant,
    /// The upstreams moved since the plan was made.
    #[coded(Conflict, "plan-moved")]
    PlanMoved,
    /// The plan has no such change, or the acceptance is gone.
    #[coded(NotFound, "no-such-difference", text = "no-such-change")]
    NoSuchChange,
    /// The difference is of a sort that nothing can be done about.
    #[coded(Conflict, "nothing-to-do")]
    NothingToDo,
    /// What is there can't become what should be; the key says what to do instead.
    #[coded(Conflict, "not-adoptable", values(instead = Message::new(*_0)))]
    NotAdoptable(&'static str),
    /// The tenant was not read or changed.
    #[coded(transparent)]
    Tenant(#[from] tenants::Error),
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}

impl From<reconcile::PlanError> for Error {
    fn from(error: reconcile::PlanError) -> Self {
        match error {
            reconcile::PlanError::Moved => Self::PlanMoved,
            reconcile::PlanError::Db(error) => Self::Db(error),
        }
    }
}
