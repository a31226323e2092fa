//! The demo data: customers that make the consoles look lived in.

use access::Person;
use db::Db;
use kernel::Clock;
use tenants::Tenants;

use crate::cli::Demo;

/// A person of the sandbox who has an account, and the rights that the demo data shall give, such as
/// `partner:nordit:owner` or `tenant:acme:admin`.
pub struct DemoPerson {
    pub person: Person,
    pub roles: &'static [&'static str],
}

/// Makes the demo data, or what is missing of it.
#[expect(clippy::unused_async, reason = "filled by and by")]
pub async fn fill(
    _tenants: &Tenants,
    _db: &Db,
    _clock: &Clock,
    _size: Demo,
    people: &[DemoPerson],
) -> anyhow::Result<()> {
    for person in people {
        tracing::debug!(name = person.person.name, roles = ?person.roles, "demo data");
    }
    Ok(())
}
