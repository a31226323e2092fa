//! Pure types of a partner's staff.

use access::PartnerRole;
use kernel::{EmailAddress, Slug};

/// The most people of a partner's staff, those who are invited among them.
pub const MOST_STAFF: usize = 200;
/// The most customers that somebody is given one by one; who needs more is given all.
pub const MOST_CHOSEN: usize = 200;

/// Somebody who is to be invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStaff {
    pub email: EmailAddress,
    /// Empty where nobody knows.
    pub name: String,
    pub role: PartnerRole,
    pub customers: Chosen,
}

/// Which customers somebody is to reach, by their slugs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// All of them.
    All,
    /// These.
    These(Vec<Slug>),
}

/// Changes of somebody of the staff; none leaves it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StaffChange {
    pub role: Option<PartnerRole>,
    pub customers: Option<Chosen>,
}
