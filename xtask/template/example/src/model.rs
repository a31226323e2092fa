//! What an example is. No I/O.

use kernel::{TenantId, Timestamp};

/// The most examples of a tenant.
pub const MOST_EXAMPLES: usize = 100;
/// The most letters of a name.
pub const MOST_NAME: usize = 60;

kernel::ids! {
    /// An example.
    ExampleId = "exa";
}

/// An example of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Its id, also the owner of what it needs upstream.
    pub id: ExampleId,
    /// The tenant.
    pub tenant: TenantId,
    /// What people know it by.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// Since when it is being removed.
    pub removed_at: Option<Timestamp>,
}

/// By what examples are sorted, and their names compared.
pub fn name_key(name: &str) -> String {
    kernel::name::key(name)
}
