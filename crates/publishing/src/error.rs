//! What can go wrong when records are published.

use kernel::{Coded, FieldError};
use upstream_dns::{NoPrimary, UpdateError};

/// Records that were not published.
#[derive(Debug, Coded)]
pub enum Error {
    /// The input breaks rules.
    #[coded(Invalid, "invalid-input", fields = _0)]
    Invalid(Vec<FieldError>),
    /// Nobody says where the zone is changed.
    #[coded(transparent)]
    NoPrimary(#[from] NoPrimary),
    /// What would be published is something else by now.
    #[coded(Conflict, "zone-moved")]
    ZoneMoved,
    /// The server was asked again and has none of it.
    #[coded(Unavailable, "zone-not-changed", values(server = _0))]
    NotTaken(String),
    /// The zone's server did not take the changes, or nobody knows.
    #[coded(transparent)]
    Update(UpdateError),
    /// A rule that holds for whatever is done with a domain.
    #[coded(transparent)]
    Domain(#[from] domains::Error),
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}
