//! What a group is. No I/O.

use std::time::Duration;

use kernel::{EmailAddress, GroupId, Slug, TenantId, Timestamp};
use mail::OwnAddress;

/// How long the files of a group outlive its space.
pub const GRACE: Duration = Duration::from_hours(7 * 24);
/// The most groups of a tenant.
pub const MOST_GROUPS: usize = 500;
/// The most people of a group: a list has room for all of them.
pub const MOST_PEOPLE: usize = 1000;
/// The most people that are added at once.
pub const MOST_AT_ONCE: usize = 200;
/// The most letters of a name.
pub const MOST_NAME: usize = 60;
/// The most letters of a description.
pub const MOST_TEXT: usize = 120;

const _: () = assert!(MOST_PEOPLE <= mail::MOST_RECIPIENTS);

/// A group of people inside a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id, also the owner of what it needs upstream.
    pub id: GroupId,
    pub tenant: TenantId,
    /// What apps know it by; it never changes.
    pub slug: Slug,
    /// What people know it by.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The address that reaches all of its people.
    pub address: Option<EmailAddress>,
    /// What its space may hold, in bytes.
    pub space: Option<i64>,
    /// Counts the changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it is being removed.
    pub removed_at: Option<Timestamp>,
}

/// A group to be made.
#[derive(Debug, Clone)]
pub struct NewGroup {
    /// What people know it by.
    pub name: String,
    /// What apps know it by; none takes it from the name.
    pub slug: Option<Slug>,
    /// What it is for.
    pub description: Option<String>,
    /// The address that reaches all of its people.
    pub address: Option<OwnAddress>,
    /// What its space may hold, in bytes.
    pub space: Option<i64>,
    /// Who is in it: ids of people, or addresses.
    pub people: Vec<String>,
}

/// What can be changed of a group; what is `None` stays.
#[derive(Debug, Clone, Default)]
#[expect(clippy::option_option, reason = "left as it is, removed, or set")]
pub struct GroupChange {
    /// What people know it by.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<Option<String>>,
    /// The address that reaches all of its people.
    pub address: Option<Option<OwnAddress>>,
    /// What its space may hold, in bytes.
    pub space: Option<Option<i64>>,
}

/// By what groups are sorted, and their names compared.
pub fn name_key(name: &str) -> String {
    kernel::name::key(name)
}

/// The slugs that a group of this name may have, the plainest first: those that are taken are passed over.
pub fn slugs(name: &str) -> impl Iterator<Item = Slug> {
    let first = Slug::propose(name);
    // A name without any letter that a slug can have.
    let base = first.as_ref().map_or("group", Slug::as_str).to_owned();
    let numbered = (2..=MOST_GROUPS * 2).filter_map(move |n| {
        let short: String = base.chars().take(35).collect();
        format!("{}-{n}", short.trim_end_matches('-')).parse().ok()
    });
    let plain = first.or_else(|| "group".parse().ok());
    plain.into_iter().chain(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_taken_from_the_name_and_numbered_when_it_is_in_use() {
        let first = |name: &str| slugs(name).take(3).map(|slug| slug.to_string()).collect::<Vec<_>>();
        assert_eq!(first("Økonomi & Løn"), ["oekonomi-loen", "oekonomi-loen-2", "oekonomi-loen-3"]);
        assert_eq!(first("経理"), ["jing-li", "jing-li-2", "jing-li-3"]);
        assert_eq!(first("!?"), ["group", "group-2", "group-3"]);
        assert_eq!(first("7"), ["group", "group-2", "group-3"], "a slug begins with a letter");
        let long = "a".repeat(60);
        assert_eq!(
            first(&long),
            ["a".repeat(40), format!("{}-2", "a".repeat(35)), format!("{}-3", "a".repeat(35))]
        );
    }
}
