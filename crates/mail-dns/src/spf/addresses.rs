//! Sets of addresses of one family, as ranges of numbers. What many networks come to together is seen only over the set.

use std::collections::BTreeMap;
use std::net::IpAddr;

/// The first and the last address of a range.
pub(super) type Range = (u128, u128);

/// Ranges that do not touch each other, each from its first address to its last.
#[derive(Debug, Clone, Default)]
pub(super) struct Addresses(BTreeMap<u128, u128>);

/// An address as a number.
pub(super) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u32::from(address).into(),
        IpAddr::V6(address) => address.into(),
    }
}

/// All addresses of the family of this one.
pub(super) fn family(address: IpAddr) -> Range {
    (0, if address.is_ipv4() { u32::MAX.into() } else { u128::MAX })
}

/// The addresses that share so many leading bits with this one.
pub(super) fn network(address: IpAddr, bits: u8) -> Range {
    let (_, all) = family(address);
    let free = all.checked_shr(bits.into()).unwrap_or(0);
    let first = number(address) & !free;
    (first, first | free)
}

impl Addresses {
    /// One range.
    pub(super) fn of(range: Range) -> Self {
        Self(BTreeMap::from([range]))
    }

    /// True where nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes out what is within a range, and gives that. Each call costs what it takes out, so many networks cost no
    /// more than their number.
    pub(super) fn take(&mut self, (first, last): Range) -> Vec<Range> {
        let mut taken = Vec::new();
        while let Some((&start, &end)) = self.0.range(..=last).next_back().filter(|(_, end)| **end >= first) {
            self.0.remove(&start);
            if start < first {
                self.0.insert(start, first - 1);
            }
            if end > last {
                self.0.insert(last + 1, end);
            }
            taken.push((start.max(first), end.min(last)));
        }
        taken
    }
}

/// How many addresses of some ranges are within one.
pub(super) fn count_within(ranges: &[Range], (first, last): Range) -> u128 {
    let within = ranges.iter().map(|(start, end)| (*start.max(&first), *end.min(&last)));
    within.filter(|(start, end)| start <= end).map(|(start, end)| (end - start).saturating_add(1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_gone_and_what_is_left_is_whole() {
        let mut set = Addresses::of((0, 99));
        assert_eq!(set.take((10, 19)), [(10, 19)]);
        assert_eq!(set.take((5, 24)), [(20, 24), (5, 9)]);
        assert_eq!(set.take((10, 19)), []);
        assert_eq!(set.take((0, u128::MAX)), [(25, 99), (0, 4)]);
        assert!(set.is_empty());
    }

    #[test]
    fn networks_are_ranges() {
        let range = |text: &str, bits| network(text.parse().unwrap(), bits);
        assert_eq!(range("192.0.2.77", 24), (0xc000_0200, 0xc000_02ff));
        assert_eq!(range("192.0.2.77", 32), (0xc000_024d, 0xc000_024d));
        assert_eq!(range("192.0.2.77", 0), (0, 0xffff_ffff));
        assert_eq!(range("::1", 128), (1, 1));
        assert_eq!(range("::1", 0), (0, u128::MAX));
        assert_eq!(count_within(&[(0, 9), (20, 29)], (5, 24)), 10);
    }
}
