//! What has been asked and answered so far, and what is still to be asked.

use std::collections::{BTreeMap, BTreeSet};

use kernel::dns::{Answer, Answers, Data, Failure, Name, Question, Record, RecordType, Server};

/// What all servers answered to each question that was asked.
pub type Known = BTreeMap<Question, Answers>;

/// How far a judgement got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress<T> {
    /// These have to be asked; then call again with the answers beside the earlier ones. Never none.
    Needs(Vec<Question>),
    /// There is nothing more to ask.
    Done(T),
}

/// What is known, and the questions that came up while reading it.
pub(crate) struct Lookup<'a> {
    known: &'a Known,
    needs: BTreeSet<Question>,
}

/// One look-up, as far as it matters to a rule.
pub(crate) enum Look<'a> {
    /// Not asked yet. What is concluded from it is thrown away.
    Unasked,
    /// Nobody gave a usable answer.
    Failed,
    /// There is none.
    Void,
    /// These are there.
    Records(&'a [Record]),
}

impl<'a> Lookup<'a> {
    pub(crate) fn new(known: &'a Known) -> Self {
        Self { known, needs: BTreeSet::new() }
    }

    /// What every server said; without an entry, the question is noted.
    pub(crate) fn answers(&mut self, name: &Name, kind: RecordType) -> Option<&'a [(Server, Answer)]> {
        let question = Question { name: name.clone(), kind };
        let answers = self.known.get(&question);
        if answers.is_none() {
            self.needs.insert(question);
        }
        answers.map(|answers| answers.0.as_slice())
    }

    /// The answer to go by: of an authority rather than of a resolver, and of records rather than of their absence.
    pub(crate) fn ask(&mut self, name: &Name, kind: RecordType) -> Option<&'a Answer> {
        let answers = self.answers(name, kind)?;
        let best = answers.iter().min_by_key(|(server, answer)| weight(server, answer));
        Some(best.map_or(&Answer::Failed(Failure::TimedOut), |(_, answer)| answer))
    }

    /// The same, in fewer words.
    pub(crate) fn look(&mut self, name: &Name, kind: RecordType) -> Look<'a> {
        match self.ask(name, kind) {
            None => Look::Unasked,
            Some(Answer::Failed(_)) => Look::Failed,
            Some(Answer::Records { records, .. }) => Look::Records(records),
            Some(Answer::NoData { .. } | Answer::NoName { .. }) => Look::Void,
        }
    }

    /// The result, unless something has to be asked first.
    pub(crate) fn close<T>(self, result: T) -> Progress<T> {
        if self.needs.is_empty() {
            Progress::Done(result)
        } else {
            Progress::Needs(self.needs.into_iter().collect())
        }
    }
}

fn weight(server: &Server, answer: &Answer) -> u8 {
    match (server, answer) {
        (_, Answer::Failed(_)) => 3,
        // Where an alias leads out of its zones, a responsible server does not know what is there.
        (Server::Authority(_), Answer::NoData { aliases } | Answer::NoName { aliases })
            if !aliases.is_empty() =>
        {
            2
        }
        (Server::Authority(_), _) => 0,
        (_, Answer::Records { .. }) => 1,
        _ => 2,
    }
}

/// The texts among records, their strings joined without anything between (RFC 7208, 3.3).
pub(crate) fn texts(records: &[Record]) -> Vec<String> {
    let text = |record: &Record| match &record.data {
        Data::Txt(strings) => Some(String::from_utf8_lossy(&strings.concat()).into_owned()),
        _ => None,
    };
    records.iter().filter_map(text).collect()
}
