//! What a zone's own server has, as far as it was asked.

use std::collections::{BTreeMap, BTreeSet};

use kernel::dns::{Answer, Data, Name, Question, Record, RecordType, Server};

use crate::expected::Expected;
use crate::known::Known;

/// The records at a name, of each type that was asked for and answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct There {
    sets: BTreeMap<Question, Vec<Record>>,
    aliases: BTreeMap<Name, Name>,
}

/// What has to be asked of the zone's own server. An alias must stand alone, so all else at its name is asked for too;
/// and what a wildcard puts at a name is not at it.
pub fn needs(domain: &Name, expected: &[Expected]) -> BTreeSet<Question> {
    let mut questions = BTreeSet::new();
    for one in expected {
        let kinds = match one.data.kind() {
            RecordType::Cname => RecordType::ALL.to_vec(),
            kind => vec![kind],
        };
        questions.extend(kinds.iter().map(|kind| Question { name: one.name.clone(), kind: *kind }));
        for wildcard in wildcards(&one.name).filter(|wildcard| wildcard.is_within(domain)) {
            let kinds = kinds.iter().chain([&RecordType::Cname]);
            questions.extend(kinds.map(|kind| Question { name: wildcard.clone(), kind: *kind }));
        }
    }
    questions
}

/// The wildcards that may stand for a name, the nearest first.
fn wildcards(name: &Name) -> impl Iterator<Item = Name> {
    std::iter::successors(name.parent(), Name::parent).filter_map(|above| above.child("*").ok())
}

fn is_wildcard(name: &Name) -> bool {
    name.labels().next() == Some("*")
}

/// What an answer says of the name itself; an alias in place of records. None where there is no answer.
fn said(answer: &Answer) -> Option<(Option<&Record>, &[Record])> {
    match answer {
        Answer::Records { aliases, records } => Some((aliases.first(), records)),
        Answer::NoData { aliases } | Answer::NoName { aliases } => Some((aliases.first(), &[])),
        Answer::Failed(_) => None,
    }
}

impl There {
    /// What was answered by a responsible server, the first that did.
    pub fn of(known: &Known) -> Self {
        let answered: BTreeMap<&Question, &Answer> = known
            .iter()
            .filter_map(|(question, answers)| {
                let own = answers.0.iter().filter(|(server, _)| matches!(server, Server::Authority(_)));
                let answer = own.map(|(_, answer)| answer).find(|answer| said(answer).is_some())?;
                Some((question, answer))
            })
            .collect();
        let at_wildcard = |name: &Name, kind: RecordType| -> Option<BTreeSet<&Data>> {
            let look = |name: Name| answered.get(&Question { name, kind }).copied();
            let records = wildcards(name).filter_map(look).filter_map(said).map(|(_, records)| records);
            let mut some = records.filter(|records| !records.is_empty());
            some.next().map(|records| records.iter().map(|record| &record.data).collect())
        };
        let mut there = Self::default();
        for (question, answer) in &answered {
            let Some((alias, records)) = said(answer) else { continue };
            let name = &question.name;
            let is_own = |records: BTreeSet<&Data>, kind| {
                is_wildcard(name) || at_wildcard(name, kind).is_none_or(|others| others != records)
            };
            match alias.map(|alias| &alias.data) {
                Some(data @ Data::Cname(target)) if is_own(BTreeSet::from([data]), RecordType::Cname) => {
                    there.aliases.insert(name.clone(), target.clone());
                }
                Some(_) => drop(there.sets.insert((*question).clone(), Vec::new())),
                None => {
                    let own = is_own(records.iter().map(|record| &record.data).collect(), question.kind);
                    let mut records = if own { records.to_vec() } else { Vec::new() };
                    // Servers give a set in any order.
                    records.sort();
                    there.sets.insert((*question).clone(), records);
                }
            }
        }
        there
    }

    /// The records of a name and type; none where nobody said.
    pub(super) fn records(&self, name: &Name, kind: RecordType) -> Option<Vec<Data>> {
        let records = self.sets.get(&Question { name: name.clone(), kind })?;
        Some(records.iter().map(|record| record.data.clone()).collect())
    }

    /// For how long the records of a set may be kept; none where there is no set.
    pub(super) fn ttl(&self, name: &Name, kind: RecordType) -> Option<u32> {
        let records = self.sets.get(&Question { name: name.clone(), kind })?;
        records.iter().map(|record| record.ttl).min()
    }

    /// What a name is an alias for.
    pub(super) fn alias(&self, name: &Name) -> Option<&Name> {
        self.aliases.get(name)
    }

    /// All at a name that is no alias; none where something of it was not said.
    pub(super) fn others(&self, name: &Name) -> Option<Vec<Data>> {
        let kinds = RecordType::ALL.into_iter().filter(|kind| *kind != RecordType::Cname);
        let sets: Option<Vec<Vec<Data>>> = kinds.map(|kind| self.records(name, kind)).collect();
        Some(sets?.concat())
    }
}
