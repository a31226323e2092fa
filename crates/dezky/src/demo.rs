//! Demo data: partners, tenants and the roles of the sandbox's people.

use tenants::Tenants;
use tenants::demo::{Person, Size};

use crate::cli::Demo;

/// A person of the sandbox with an account, and the roles that they get, as words of the announcement.
#[derive(Debug, Clone)]
pub struct DemoPerson {
    /// The account.
    pub person: access::Person,
    /// The roles.
    pub roles: &'static [&'static str],
}

/// Fills an empty platform with demo data; what is there already stays as it is.
pub async fn fill(tenants: &Tenants, size: Demo, people: &[DemoPerson]) -> anyhow::Result<()> {
    let size = match size {
        Demo::None => return Ok(()),
        Demo::Small => Size::Small,
        Demo::Large => Size::Large,
    };
    let roles = |person: &DemoPerson| person.roles.iter().map(|role| (*role).to_owned()).collect();
    let people: Vec<Person> = people
        .iter()
        .map(|person| Person { email: person.person.email.clone(), roles: roles(person) })
        .collect();
    Ok(tenants.fill_demo(size, &people).await?)
}
