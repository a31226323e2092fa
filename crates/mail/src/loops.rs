//! Whether a list leads to itself, directly or over others. Pure: over all lists of a tenant and where its addresses
//! lead.

use std::collections::btree_set::Iter;
use std::collections::{BTreeMap, BTreeSet};

use kernel::EmailAddress;

static NOBODY: BTreeSet<EmailAddress> = BTreeSet::new();

/// A list on the way.
struct Hop<'r> {
    list: &'r str,
    /// The recipient by which the way goes on.
    left_by: Option<&'r EmailAddress>,
    /// The recipients that are still to be followed.
    rest: Iter<'r, EmailAddress>,
}

/// Where mail of a tenant leads, as far as lists are concerned.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    /// What has which address: an id for each of a list, none for what ends there, such as a mailbox.
    pub owners: BTreeMap<EmailAddress, Option<String>>,
    /// The recipients of each list.
    pub recipients: BTreeMap<String, BTreeSet<EmailAddress>>,
    /// The settings of each domain: who gets what nobody has, and whether plus addresses work.
    pub domains: BTreeMap<String, (Option<EmailAddress>, bool)>,
}

impl Routes {
    /// A list that leads to itself, as the addresses on the way; none when there is none.
    pub fn find_loop(&self) -> Option<Vec<EmailAddress>> {
        let mut clean = BTreeSet::new();
        self.recipients.keys().find_map(|list| self.follow(list, &mut clean))
    }

    /// Follows a list depth first, with a way of its own: as many calls in each other as there are lists would exhaust
    /// the stack. `clean` holds the lists that are known to lead to no loop.
    fn follow<'r>(&'r self, first: &'r str, clean: &mut BTreeSet<&'r str>) -> Option<Vec<EmailAddress>> {
        let mut way = vec![self.step(first)];
        while let Some(step) = way.last_mut() {
            let Some(recipient) = step.rest.next() else {
                clean.insert(step.list);
                way.pop();
                continue;
            };
            step.left_by = Some(recipient);
            let Some(next) = self.leads_to(recipient).filter(|next| !clean.contains(next)) else { continue };
            if let Some(begins) = way.iter().position(|above| above.list == next) {
                return Some(way.iter().skip(begins).filter_map(|step| step.left_by.cloned()).collect());
            }
            way.push(self.step(next));
        }
        None
    }

    fn step<'r>(&'r self, list: &'r str) -> Hop<'r> {
        let recipients = self.recipients.get(list).unwrap_or(&NOBODY);
        Hop { list, left_by: None, rest: recipients.iter() }
    }

    /// The list that mail to an address reaches, if it does: by name, by a plus address, by the catch-all.
    fn leads_to(&self, address: &EmailAddress) -> Option<&str> {
        let (catch_all, plus) = self.domains.get(address.domain().ascii())?;
        let bare = address.local().split_once('+').filter(|_| *plus);
        let bare = bare.and_then(|(local, _)| format!("{local}@{}", address.domain()).parse().ok());
        let owner = |address: &EmailAddress| self.owners.get(address);
        let found = owner(address).or_else(|| bare.as_ref().and_then(owner));
        let found = found.or_else(|| catch_all.as_ref().and_then(owner))?;
        found.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(local: &str) -> EmailAddress {
        format!("{local}@acme.test").parse().unwrap()
    }

    /// Lists `a` and so on at addresses of their name, with these recipients.
    fn lists(all: &[(&str, &[&str])]) -> Routes {
        let mut routes = Routes::default();
        routes.domains.insert("acme.test".to_owned(), (None, true));
        for (name, recipients) in all {
            routes.owners.insert(at(name), Some((*name).to_owned()));
            routes.recipients.insert((*name).to_owned(), recipients.iter().map(|to| at(to)).collect());
        }
        routes
    }

    #[test]
    fn a_list_that_leads_to_itself_is_found_however_it_does() {
        assert_eq!(lists(&[("a", &["b", "x"]), ("b", &["y"])]).find_loop(), None);
        assert_eq!(lists(&[("a", &["a"])]).find_loop(), Some(vec![at("a")]));
        assert_eq!(lists(&[("a", &["b"]), ("b", &["a+x"])]).find_loop(), Some(vec![at("b"), at("a+x")]));
        let two_ways = [("a", &["b", "c"][..]), ("b", &["d"]), ("c", &["d"]), ("d", &["x"])];
        assert_eq!(lists(&two_ways).find_loop(), None, "two ways to one list are no loop");
        let mut caught = lists(&[("a", &["nobody"])]);
        assert_eq!(caught.find_loop(), None);
        caught.domains.insert("acme.test".to_owned(), (Some(at("a")), true));
        assert_eq!(caught.find_loop(), Some(vec![at("nobody")]), "by the catch-all");
        caught.owners.insert(at("nobody"), None);
        assert_eq!(caught.find_loop(), None, "somebody has it now");
        let mut off = lists(&[("a", &["b"]), ("b", &["a+x"])]);
        off.domains.insert("acme.test".to_owned(), (None, false));
        assert_eq!(off.find_loop(), None, "plus addresses are off");
    }

    #[test]
    fn a_chain_of_any_length_is_followed_to_its_end() {
        const LAST: usize = 20_000;
        let name = |n: usize| format!("l{n:05}");
        let mut chain = lists(&[]);
        for n in 0..=LAST {
            chain.owners.insert(at(&name(n)), Some(name(n)));
            chain.recipients.insert(name(n), BTreeSet::from([at(&name(n + 1))]));
        }
        assert_eq!(chain.find_loop(), None);
        chain.recipients.insert(name(LAST), BTreeSet::from([at(&name(0))]));
        assert_eq!(chain.find_loop().map(|way| way.len()), Some(LAST + 1));
    }

    proptest! {
        /// Mail is followed step by step: it comes to an end just where no loop is found.
        #[test]
        fn mail_comes_to_an_end_where_no_loop_is_found(
            edges in proptest::collection::vec((0..7_u8, 0..9_u8), 0..16),
        ) {
            let name = |n: u8| format!("l{n}");
            let mut all: BTreeMap<String, BTreeSet<EmailAddress>> =
                (0..7).map(|n| (name(n), BTreeSet::new())).collect();
            for (from, to) in edges {
                all.get_mut(&name(from)).unwrap().insert(at(&name(to)));
            }
            let mut routes = lists(&[]);
            routes.owners = all.keys().map(|list| (at(list), Some(list.clone()))).collect();
            routes.recipients = all.clone();
            let ends = all.keys().all(|first| {
                let mut reached = BTreeSet::from([first.clone()]);
                for _ in 0..all.len() {
                    let next = reached.iter().flat_map(|list| &all[list]);
                    reached = next.map(|to| to.local().to_owned()).filter(|list| all.contains_key(list)).collect();
                }
                reached.is_empty()
            });
            prop_assert_eq!(routes.find_loop().is_none(), ends);
        }
    }
}
