//! What can go wrong when the settings of mail programs are asked for.

use kernel::{Coded, FieldError};

/// Settings of mail programs that were not given.
#[derive(Debug, Coded)]
pub enum Error {
    /// The input breaks rules.
    #[coded(Invalid, "invalid-input", fields = _0)]
    Invalid(Vec<FieldError>),
    /// The mail server has not said where its services are.
    #[coded(Unavailable, "no-services")]
    NoServices,
    /// A rule that holds for whatever is asked of a domain.
    #[coded(transparent)]
    Domain(#[from] domains::Error),
}

impl Error {
    /// True when there is nothing to set up: the domain is not the workspace's yet, or not in the mail server.
    pub fn is_not_set_up(&self) -> bool {
        matches!(self, Self::NoServices | Self::Domain(domains::Error::Unproven | domains::Error::NotFound))
    }
}
