//! The 660 permissions of the recorded server, in the order of their numbers, and which of the four roles that there are
//! at the start give them. Names, order and roles are all recorded (transcripts 02 and 07): none is made up.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A line has the roles that give its permissions (`u` User, `g` Group, `t` Tenant Administrator, `a` System
/// Administrator), `-` if `/api/account` leaves them out of all that it tells, and their names.
const FILE: &str = include_str!("permissions.txt");
const WORDS: usize = 11;
const BITS: usize = 64;

static KNOWN: LazyLock<Known> = LazyLock::new(Known::read);

struct Known {
    /// Names and roles.
    list: Vec<(&'static str, &'static str)>,
    numbers: HashMap<&'static str, usize>,
}

impl Known {
    fn read() -> Self {
        let lines = FILE.lines().filter_map(|line| line.split_once(' '));
        let list: Vec<_> = lines
            .flat_map(|(roles, names)| names.split_whitespace().map(move |name| (name, roles)))
            .collect();
        let numbers = list.iter().enumerate().map(|(number, (name, _))| (*name, number)).collect();
        Self { list, numbers }
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct Permissions([u64; WORDS]);

impl From<Vec<String>> for Permissions {
    fn from(names: Vec<String>) -> Self {
        Self::of(&names)
    }
}

impl From<Permissions> for Vec<String> {
    fn from(permissions: Permissions) -> Self {
        permissions.names().into_iter().map(str::to_owned).collect()
    }
}

impl Permissions {
    /// Those with these names; the server knows no others.
    pub fn of<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> Self {
        let mut set = Self::default();
        for name in names {
            set.add(name.as_ref());
        }
        set
    }

    pub fn all() -> Self {
        Self::of(KNOWN.list.iter().map(|(name, _)| *name))
    }

    /// What a role that there is at the start gives, by its letter in the file.
    pub fn of_role(letter: char) -> Self {
        let given = KNOWN.list.iter().filter(|(_, roles)| roles.contains(letter));
        Self::of(given.map(|(name, _)| *name))
    }

    pub fn is_known(name: &str) -> bool {
        KNOWN.numbers.contains_key(name)
    }

    fn add(&mut self, name: &str) {
        if let Some(number) = KNOWN.numbers.get(name) {
            self.0[number / BITS] |= 1 << (number % BITS);
        }
    }

    pub fn include(self, name: &str) -> bool {
        KNOWN.numbers.get(name).is_some_and(|number| self.has(*number))
    }

    fn has(self, number: usize) -> bool {
        (self.0[number / BITS] >> (number % BITS)) & 1 == 1
    }

    pub fn and(self, other: Self) -> Self {
        self.zipped(other, |own, other| own & other)
    }

    pub fn or(self, other: Self) -> Self {
        self.zipped(other, |own, other| own | other)
    }

    pub fn without(self, other: Self) -> Self {
        self.zipped(other, |own, other| own & !other)
    }

    fn zipped(mut self, other: Self, of: fn(u64, u64) -> u64) -> Self {
        for (own, other) in self.0.iter_mut().zip(other.0) {
            *own = of(*own, other);
        }
        self
    }

    /// Their names as the server lists them: word by word, and in each the highest number first.
    pub fn names(self) -> Vec<&'static str> {
        self.listed().map(|(name, _)| name).collect()
    }

    /// Those that `/api/account` tells. Why it leaves out 24 that the roles give is not recorded.
    pub fn told(self) -> Vec<&'static str> {
        self.listed().filter(|(_, roles)| !roles.contains('-')).map(|(name, _)| name).collect()
    }

    fn listed(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let numbers = (0..WORDS).flat_map(|word| (0..BITS).rev().map(move |bit| word * BITS + bit));
        numbers.filter(move |number| self.has(*number)).filter_map(|number| KNOWN.list.get(number).copied())
    }

    /// The server's words to who would give these and lacks them.
    pub fn refusal(self) -> Option<String> {
        let names = self.names();
        let first = names.get(..5).unwrap_or(&names).join(", ");
        let more = match names.len().saturating_sub(5) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        (!names.is_empty()).then(|| format!("You are not authorized to grant permissions: {first}{more}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roles_give_what_was_recorded() {
        let counts = ['u', 'g', 't', 'a'].map(|role| Permissions::of_role(role).names().len());
        assert_eq!((KNOWN.list.len(), KNOWN.numbers.len(), counts), (660, 660, [244, 229, 50, 452]));
        let administrator = Permissions::of_role('a').or(Permissions::of_role('u'));
        assert_eq!((administrator, administrator.told().len()), (Permissions::all(), 636));
    }

    #[test]
    fn a_refusal_names_five_in_the_servers_order() {
        let (user, admin) = (Permissions::of_role('u'), Permissions::of_role('a'));
        let refused = user.without(Permissions::of(["authenticate"])).refusal().unwrap();
        assert!(refused.ends_with(
            ": jmapPrincipalCreate, jmapPrincipalGetAvailability, \
                                   jmapPrincipalQueryChanges, jmapPrincipalChanges, \
                                   jmapPrincipalQuery and 238 more"
        ));
        let few = Permissions::of(["emailSend", "emailReceive", "nonsense"]);
        let said = few.refusal().unwrap();
        assert!(said.ends_with("permissions: emailReceive, emailSend"), "{said}");
        assert_eq!((user.without(user).refusal(), few.and(admin)), (None, Permissions::default()));
    }
}
