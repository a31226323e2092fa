//! What is used of a tenant's storage, and the rules of sharing it out. No I/O.

use kernel::cursor::Page;
use kernel::{Timestamp, UserId};
use tenants::storage::{Storage, Used};

use crate::spaces::{Room, Space};
use crate::usage::Unavailable;

/// A drive as the file service shows it. What it does not say is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drive {
    pub id: String,
    pub name: String,
    /// Bytes in it.
    pub used: Option<i64>,
    /// Bytes that it may hold; 0 is no limit.
    pub total: Option<i64>,
}

/// A member's share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The person.
    pub user: UserId,
    pub name: String,
    /// Their address.
    pub email: String,
    /// What the tenant gives them, in bytes; none is no limit of its own.
    pub given: Option<i64>,
    /// Their own drive; none before they first signed in to files, or when nobody knows.
    pub drive: Option<Drive>,
}

/// A space beside the tenant's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Further {
    /// Whose it is, and what it may hold.
    pub space: Space,
    /// Its drive; none while it is being made, or when nobody knows.
    pub drive: Option<Drive>,
}

/// Some of a tenant's members.
#[derive(Debug)]
pub struct Found<'a> {
    /// The page of them.
    pub page: Page<&'a Share>,
    /// How many there are on all pages.
    pub all: usize,
}

/// All of a tenant's storage.
#[derive(Debug, Clone)]
pub struct Overview {
    /// What there is.
    pub storage: Storage,
    /// Its space; none while it is being made, or when nobody knows.
    pub space: Option<Drive>,
    /// The spaces beside its own, by name.
    pub further: Vec<Further>,
    /// Its members, by name.
    pub shares: Vec<Share>,
    /// When the figures were read, or why there are none.
    pub read: Result<Timestamp, Unavailable>,
}

impl Overview {
    /// Who has the storage.
    pub fn room(&self) -> Room {
        Room {
            total: self.storage.total,
            space: self.storage.space,
            members: self.given(),
            further: self.further_bytes(),
        }
    }

    /// Bytes given to members.
    pub fn given(&self) -> i64 {
        sum(self.shares.iter().filter_map(|share| share.given))
    }

    /// Bytes that further spaces take.
    pub fn further_bytes(&self) -> i64 {
        sum(self.further.iter().map(|further| further.space.bytes))
    }

    /// Bytes that are neither a space's nor given to anybody; negative when more was given than there is.
    pub fn free(&self) -> i64 {
        self.room().free()
    }

    /// How much is used; none when that can't be told of every drive there is.
    pub fn used(&self) -> Option<Used> {
        if self.read.is_err() {
            return None;
        }
        let own = self.shares.iter().filter_map(|share| share.drive.as_ref());
        let further = self.further.iter().filter_map(|further| further.drive.as_ref());
        let figures = figures(self.space.as_ref(), further.chain(own));
        figures.whole.then_some(Used { used: figures.used, total: self.storage.total })
    }
}

/// What drives hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Bytes, as far as they are known.
    pub used: i64,
    /// True when every drive said.
    pub whole: bool,
}

/// What a space, further ones and the drives of people hold together.
pub fn figures<'a>(space: Option<&'a Drive>, own: impl Iterator<Item = &'a Drive>) -> Figures {
    let drives: Vec<&Drive> = space.into_iter().chain(own).collect();
    Figures {
        used: sum(drives.iter().filter_map(|drive| drive.used)),
        whole: drives.iter().all(|drive| drive.used.is_some()),
    }
}

/// What counts in a workspace of a drive that its person has with all of theirs, in bytes: by what each gives, and in
/// equal parts where none gives anything. `here` is one of `all`. Rounded down.
pub fn part(bytes: i64, here: Option<i64>, all: impl Iterator<Item = Option<i64>> + Clone) -> i64 {
    let given: i128 = all.clone().flatten().map(i128::from).sum();
    let (share, of) = match (given, i128::try_from(all.count())) {
        (1.., _) => (here.unwrap_or(0).into(), given),
        (_, Ok(many @ 1..)) => (1, many),
        _ => (1, 1),
    };
    i64::try_from(i128::from(bytes) * share / of).unwrap_or(bytes)
}

/// A sum that can't overflow.
pub fn sum(all: impl Iterator<Item = i64>) -> i64 {
    all.fold(0, i64::saturating_add)
}

/// True when over 90 % is used [B6]. A tenant without storage is full with its first byte.
pub fn is_nearly_full(used: i64, total: i64) -> bool {
    i128::from(used) * 10 > i128::from(total) * 9
}

/// Whether storage may be shared out so: within the plan, or at least no more than before, so that what is too much can
/// be mended step by step.
pub fn fits(total: i64, others: i64, before: i64, after: i64) -> bool {
    after <= before || others.saturating_add(after) <= total
}

const GIB: i128 = 1 << 30;

/// Gigabytes as people type them, with up to three decimals, in bytes.
pub fn read_gigabytes(text: &str) -> Option<i64> {
    let text = text.trim().replace(',', ".");
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole) || !are_digits(decimals) || whole.len() > 10 || decimals.len() > 3 {
        return None;
    }
    let thousandths: i128 = format!("{whole}{decimals:0<3}").parse().ok()?;
    i64::try_from(thousandths * GIB / 1000).ok()
}

/// Bytes as gigabytes, as [`read_gigabytes`] reads them; rounded up, so that nothing is lost by saving it again.
pub fn say_gigabytes(bytes: i64) -> String {
    say_thousandths((i128::from(bytes) * 1000 + GIB - 1) / GIB)
}

/// Bytes as gigabytes for sentences: what is left beside a typed limit is as round as that.
pub fn round_gigabytes(bytes: i64) -> String {
    say_thousandths((i128::from(bytes) * 1000 + GIB / 2) / GIB)
}

fn say_thousandths(thousandths: i128) -> String {
    let said = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    said.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_drive_counts_where_it_was_given() {
        let part = |used, here, all: &[Option<i64>]| part(used, here, all.iter().copied());
        assert_eq!(part(50, None, &[None]), 50, "it is all of the one workspace's");
        assert_eq!(part(50, Some(10), &[Some(10)]), 50, "however little that gives");
        assert_eq!((part(50, Some(100), &[Some(100), None]), part(50, None, &[Some(100), None])), (50, 0));
        assert_eq!(part(51, None, &[None, None]), 25);
    }

    proptest! {
        #[test]
        fn the_parts_of_a_drive_are_the_drive(
            used in 0..i64::MAX, all in proptest::collection::vec(proptest::option::of(0..i64::MAX), 1..6),
        ) {
            let parts: Vec<i64> = all.iter().map(|here| part(used, *here, all.iter().copied())).collect();
            let lost = i128::from(used) - parts.iter().copied().map(i128::from).sum::<i128>();
            prop_assert!((0..i128::try_from(all.len()).unwrap()).contains(&lost), "{parts:?} of {used}");
        }
    }

    #[test]
    fn gigabytes_are_read_as_they_are_said() {
        for (text, bytes) in [("1", 1 << 30), ("0.5", 1 << 29), ("1,5", 3 << 29), (" 20 ", 20 << 30)] {
            assert_eq!(read_gigabytes(text), Some(bytes), "{text}");
        }
        for bad in ["", "-1", "1.2.3", "a", "1e3", "1.2345", "99999999999"] {
            assert_eq!(read_gigabytes(bad), None, "{bad}");
        }
        for bytes in [1 << 30, 3 << 29, 50 << 30, 1 << 60] {
            assert_eq!(read_gigabytes(&say_gigabytes(bytes)), Some(bytes));
        }
    }

    #[test]
    fn ninety_per_cent_is_not_over_ninety() {
        assert!(!is_nearly_full(90, 100));
        assert!(is_nearly_full(91, 100));
        assert!(is_nearly_full(i64::MAX, i64::MAX));
        assert!(!is_nearly_full(0, 0));
    }

    #[test]
    fn what_is_too_much_can_be_lowered_step_by_step() {
        assert!(fits(100, 60, 0, 40));
        assert!(!fits(100, 60, 0, 41));
        assert!(fits(100, 200, 50, 40), "less than before");
        assert!(!fits(100, i64::MAX, 0, i64::MAX));
    }

    #[test]
    fn a_drive_that_does_not_say_makes_the_sum_unknown() {
        let drive = |used| Drive { id: "d".into(), name: "D".into(), used, total: None };
        let (one, other) = (drive(Some(i64::MAX)), drive(None));
        assert_eq!(figures(Some(&one), [&one].into_iter()), Figures { used: i64::MAX, whole: true });
        assert!(!figures(Some(&one), [&other].into_iter()).whole);
        assert_eq!(figures(None, std::iter::empty()), Figures { used: 0, whole: true });
    }
}
