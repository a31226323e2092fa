//! What can go wrong with drift.

use kernel::{Coded, ErrorKind, FieldError};

/// Something about drift was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is mended, accepted already, or was never there.
    #[error("there is no such difference")]
    Gone,
    /// It belongs to a tenant, whose plan decides.
    #[error("this object belongs to a workspace")]
    OfTenant,
    /// The upstreams moved since the plan was made.
    #[error("something changed since this plan was made")]
    PlanMoved,
    /// The plan has no such change, or the acceptance is gone.
    #[error("there is no such difference")]
    NoSuchChange,
    /// The difference is of a sort that nothing can be done about.
    #[error("this difference can't be resolved here")]
    NothingToDo,
    /// What is there can't become what should be; the sentence says what to do instead.
    #[error("this can't be adopted")]
    NotAdoptable(&'static str),
    /// The tenant was not read or changed.
    #[error(transparent)]
    Tenant(#[from] tenants::Error),
    /// The database did not answer.
    #[error(transparent)]
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

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Gone | Self::NoSuchChange => ErrorKind::NotFound,
            Self::OfTenant | Self::PlanMoved | Self::NothingToDo | Self::NotAdoptable(_) => {
                ErrorKind::Conflict
            }
            Self::Tenant(error) => error.kind(),
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Gone | Self::NoSuchChange => "no-such-difference",
            Self::OfTenant => "of-a-workspace",
            Self::PlanMoved => "plan-moved",
            Self::NothingToDo => "nothing-to-do",
            Self::NotAdoptable(_) => "not-adoptable",
            Self::Tenant(error) => error.code(),
            Self::Db(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Tenant(error) => error.fields(),
            _ => Vec::new(),
        }
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::Gone => "Reload the list.",
            Self::OfTenant => "Review it in the planned changes of that workspace.",
            Self::PlanMoved => "Make a new plan and review it.",
            Self::NoSuchChange => "Make a new plan. It may already be fixed.",
            Self::NothingToDo => "Check the object in the service's own console.",
            Self::NotAdoptable(advice) => advice,
            Self::Tenant(error) => return error.advice(),
            Self::Db(error) => return error.advice(),
        };
        Some(text.to_owned())
    }
}
