//! What can go wrong with a partner.

use kernel::{Coded, FieldError};

/// An action on a partner that was not done.
#[derive(Debug, Coded)]
pub enum Error {
    /// The input breaks rules.
    #[coded(Invalid, "invalid-input", fields = _0)]
    Invalid(Vec<FieldError>),
    /// Another partner has the slug, or nobody can have it.
    #[coded(Conflict, "taken", text = "partner-slug-taken", field = "slug")]
    SlugTaken,
    /// The partner's state forbids it.
    #[coded(Conflict, "wrong-state", text = "partner-wrong-state")]
    WrongState {
        /// Its state.
        state: &'static str,
    },
    /// Somebody else changed it meanwhile.
    #[coded(Stale, "changed-meanwhile", text = "partner-changed-meanwhile")]
    Stale,
    /// There is no such tenant to be attached.
    #[coded(Invalid, "no-such-tenant", text = "tenant-unknown", field = "slug", values(slug = _0))]
    NoSuchTenant(String),
    /// It is another partner's.
    #[coded(Conflict, "customer-of-other", field = "slug")]
    OfAnother {
        /// The tenant.
        name: String,
        /// Whose it is.
        partner: String,
    },
    /// The tenant is no customer of the partner.
    #[coded(NotFound, "no-such-customer")]
    NoSuchCustomer,
    /// What members' rules refuse.
    #[coded(transparent)]
    Member(#[from] memberships::Error),
    /// What tenants' rules refuse.
    #[coded(transparent)]
    Tenant(#[from] tenants::Error),
    /// The right is missing.
    #[coded(transparent)]
    Access(#[from] access::Error),
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}
