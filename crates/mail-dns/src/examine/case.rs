//! One server's answer about one expected record, and what is said where the record is not in it.

use std::collections::BTreeSet;

use kernel::dns::{Answer, Data, Name, Record, RecordType};

use super::{Scene, Verdict, written};
use crate::advice::{Advice, Code};
use crate::expected::Expected;
use crate::known::{Look, Lookup, texts};
use crate::show::show;

/// What is to be judged.
pub struct Case<'c> {
    pub expected: &'c Expected,
    pub scene: &'c Scene<'c>,
    /// The aliases that led to the records.
    pub aliases: &'c [Record],
    pub records: &'c [Record],
    /// The name is not there at all.
    pub is_nameless: bool,
}

/// What came out.
pub struct Judged {
    pub verdict: Verdict,
    pub found: Vec<String>,
    pub advice: Advice,
}

impl Case<'_> {
    /// A judgement with what was found.
    pub fn judged(&self, verdict: Verdict, advice: Advice) -> Judged {
        Judged { verdict, found: self.found(), advice }
    }

    /// All is well.
    pub fn fine(&self) -> Judged {
        self.judged(Verdict::Ok, Code::Fine.with(&[]))
    }

    /// What is there, as people read it.
    pub fn found(&self) -> Vec<String> {
        self.records.iter().map(|record| show(&record.data)).collect()
    }

    /// What should be there, as people read it.
    pub fn wanted(&self) -> String {
        show(&self.expected.data)
    }

    /// The texts that are there.
    pub fn texts(&self) -> Vec<String> {
        texts(self.records)
    }

    /// What the name is an alias for.
    pub fn alias(&self) -> Option<&Name> {
        let alias = self.aliases.iter().find(|alias| alias.name == self.expected.name)?;
        match &alias.data {
            Data::Cname(target) => Some(target),
            _ => None,
        }
    }

    /// The domain itself is an alias.
    pub fn alias_at_apex(&self, target: &Name) -> Judged {
        let advice = Code::AliasAtApex.with(&[&self.expected.name, target]);
        Judged { verdict: Verdict::Conflict, found: vec![target.to_string()], advice }
    }

    /// The record is not there: why, and where it is instead.
    pub fn missing(&self, lookup: &mut Lookup<'_>) -> Judged {
        let name = &self.expected.name;
        if self.is_nameless && self.alias().is_none() && self.domain_is_gone(lookup) {
            return self.judged(Verdict::Missing, Code::DomainNotFound.with(&[self.scene.domain]));
        }
        if let Some(target) = self.alias() {
            let advice = Code::AliasInTheWay.with(&[name, target]);
            return Judged { verdict: Verdict::Conflict, found: vec![target.to_string()], advice };
        }
        let advice = self.misplaced(lookup);
        let advice = advice.unwrap_or_else(|| Code::Missing.with(&[name, &self.wanted()]));
        self.judged(Verdict::Missing, advice)
    }

    /// Neither the domain nor one above it is there. A name without records is not there either, so those above count.
    fn domain_is_gone(&self, lookup: &mut Lookup<'_>) -> bool {
        let zones = self.scene.zones.iter();
        zones.filter(|zone| !matches!(lookup.ask(zone, RecordType::Soa), Some(Answer::NoName { .. }))).count()
            == 0
    }

    /// The places to which the record is often put by mistake.
    fn misplaced(&self, lookup: &mut Lookup<'_>) -> Option<Advice> {
        let name = &self.expected.name;
        let doubled: Vec<Name> = self.scene.doubled(name).filter(|at| self.is_at(at, lookup)).collect();
        let other: Vec<Name> = self.other_names().into_iter().filter(|at| self.is_at(at, lookup)).collect();
        match (doubled.first(), other.first()) {
            (Some(at), _) => Some(Code::AtDoubledName.with(&[name, at])),
            (None, Some(at)) => Some(Code::AtOtherName.with(&[name, at])),
            _ => None,
        }
    }

    /// Without underscores, without the part that says what it is for, and the domain itself.
    fn other_names(&self) -> Vec<Name> {
        let (name, domain) = (&self.expected.name, self.scene.domain);
        let is_text = self.expected.data.kind() == RecordType::Txt;
        if name == domain || !is_text && !name.as_str().starts_with('_') {
            return Vec::new();
        }
        let plain = name.as_str().split('.').map(|label| label.trim_start_matches('_'));
        let plain = plain.collect::<Vec<_>>().join(".").parse().ok();
        let short = name.as_str().replacen("._domainkey.", ".", 1).parse().ok();
        let apex = is_text.then(|| domain.clone());
        let names = [plain, short, apex].into_iter().flatten();
        names.filter(|other: &Name| other != name).collect()
    }

    fn is_at(&self, at: &Name, lookup: &mut Lookup<'_>) -> bool {
        let Look::Records(records) = lookup.look(at, self.expected.data.kind()) else {
            return false;
        };
        let is_there = match &self.expected.data {
            Data::Txt(_) => texts(records).iter().any(|text| written::is_for(self.expected, text)),
            data => records.iter().any(|record| record.data == *data),
        };
        is_there && !self.is_by_wildcard(records, lookup)
    }

    /// A wildcard puts its records at every name that is not there, so nobody put them at this one.
    fn is_by_wildcard(&self, records: &[Record], lookup: &mut Lookup<'_>) -> bool {
        let values =
            |records: &[Record]| records.iter().map(|record| record.data.clone()).collect::<BTreeSet<_>>();
        let wildcards: Vec<Name> = self.scene.zones.iter().filter_map(|zone| zone.child("*").ok()).collect();
        let looks = wildcards.iter().map(|wildcard| lookup.look(wildcard, self.expected.data.kind()));
        let looks: Vec<Look<'_>> = looks.collect();
        looks.iter().any(|look| match look {
            Look::Records(others) => values(others) == values(records),
            _ => false,
        })
    }
}
