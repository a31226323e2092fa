//! What publishing would change in a zone: what is missing is added, and what was published from here before is put
//! right. Records of others are never touched: where one is in the way, ours is left out and the reason is said.

mod there;

use std::collections::BTreeSet;

use kernel::dns::{Change, Data, Name, Record, RecordType};

use crate::expected::{Expected, Purpose};
use crate::tags::is_meant_as;
pub use there::{There, needs};

/// A record that should be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The record.
    pub expected: Expected,
    /// What is there does the same, so that nothing is missing.
    pub is_right: bool,
}

/// What becomes of one record that should be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The record.
    pub expected: Expected,
    /// What becomes of it.
    pub act: Act,
    /// What is there in its place or beside it.
    pub found: Vec<Data>,
}

/// What is done about a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// It is added.
    Add,
    /// It takes the place of these, which were published from here.
    Replace(Vec<Data>),
    /// It is there, or what does the same.
    Right,
    /// Nothing, for this reason.
    Left(Reason),
}

impl Act {
    /// A short stable word for it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Replace(_) => "replace",
            Self::Right => "right",
            Self::Left(_) => "left",
        }
    }

    /// True where the zone changes.
    pub fn is_change(&self) -> bool {
        matches!(self, Self::Add | Self::Replace(_))
    }
}

/// Why a record is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Nobody said what is there.
    Unread,
    /// The name is an alias.
    Alias,
    /// The name has records, so it can't be an alias.
    InUse,
    /// There are mail exchangers of others; with ours beside them each would get a part of the mail.
    OtherMx,
    /// There is an SPF record of somebody else; with two of them none counts.
    OtherSpf,
    /// There is another key; with two of them receivers can't choose.
    OtherKey,
    /// There is a DMARC record of somebody else; with two of them none counts.
    OtherDmarc,
    /// There is another record that says it.
    OtherRecord,
    /// Without such records every authority may issue certificates for the domain; with ours only ours may.
    Forbids,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Unread,
        Self::Alias,
        Self::InUse,
        Self::OtherMx,
        Self::OtherSpf,
        Self::OtherKey,
        Self::OtherDmarc,
        Self::OtherRecord,
        Self::Forbids,
    ];

    /// A short stable word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::Alias => "alias",
            Self::InUse => "in-use",
            Self::OtherMx => "other-mx",
            Self::OtherSpf => "other-spf",
            Self::OtherKey => "other-key",
            Self::OtherDmarc => "other-dmarc",
            Self::OtherRecord => "other-record",
            Self::Forbids => "forbids",
        }
    }
}

/// What was published from here before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Published(BTreeSet<(Name, Data)>);

impl Published {
    /// These records.
    pub fn new(records: impl IntoIterator<Item = (Name, Data)>) -> Self {
        Self(records.into_iter().map(|(name, data)| (name, joined(&data))).collect())
    }

    /// True for a record that was published from here.
    pub fn has(&self, name: &Name, data: &Data) -> bool {
        self.0.contains(&(name.clone(), joined(data)))
    }
}

/// A text may be cut into strings in any way and says the same.
fn joined(data: &Data) -> Data {
    match data {
        Data::Txt(strings) => Data::Txt(vec![strings.concat()]),
        other => other.clone(),
    }
}

/// True for two records that differ at most in how a text is cut.
pub fn says_the_same(one: &Data, other: &Data) -> bool {
    joined(one) == joined(other)
}

/// What becomes of each record that should be there.
pub fn diff(wanted: &[Wanted], there: &There, published: &Published) -> Vec<Item> {
    let mut gone = BTreeSet::new();
    let item = |one: &Wanted| {
        let expected = &one.expected;
        let (act, found) = match &expected.data {
            Data::Cname(_) => alias(one, wanted, there, published),
            _ => record(one, wanted, there, published, &mut gone),
        };
        Item { expected: expected.clone(), act, found }
    };
    wanted.iter().map(item).collect()
}

/// An alias stands alone.
fn alias(one: &Wanted, wanted: &[Wanted], there: &There, published: &Published) -> (Act, Vec<Data>) {
    let expected = &one.expected;
    let Some(present) = there.records(&expected.name, RecordType::Cname) else {
        return (Act::Left(Reason::Unread), Vec::new());
    };
    let others = || there.others(&expected.name);
    // Should more than this be wanted at the name, the rest goes first.
    let is_shared =
        |other: &Wanted| other.expected.name == expected.name && other.expected.data != expected.data;
    if wanted.iter().any(is_shared) {
        return (Act::Left(Reason::InUse), present);
    }
    let act = match present.first() {
        Some(data) if *data == expected.data => Act::Right,
        Some(data) if published.has(&expected.name, data) => Act::Replace(vec![data.clone()]),
        _ if one.is_right => Act::Right,
        Some(_) => Act::Left(Reason::Alias),
        None => match others() {
            None => Act::Left(Reason::Unread),
            Some(found) if found.is_empty() => Act::Add,
            Some(_) => Act::Left(Reason::InUse),
        },
    };
    let found = if present.is_empty() { others().unwrap_or_default() } else { present };
    (act, found)
}

fn record(
    one: &Wanted,
    wanted: &[Wanted],
    there: &There,
    published: &Published,
    gone: &mut BTreeSet<(Name, Data)>,
) -> (Act, Vec<Data>) {
    let expected = &one.expected;
    let (name, kind) = (&expected.name, expected.data.kind());
    if let Some(target) = there.alias(name) {
        let act = if one.is_right { Act::Right } else { Act::Left(Reason::Alias) };
        return (act, vec![Data::Cname(target.clone())]);
    }
    let Some(present) = there.records(name, kind) else {
        return (Act::Left(Reason::Unread), Vec::new());
    };
    let is_expected = |data: &Data| {
        let same = |other: &Wanted| other.expected.name == *name && says_the_same(&other.expected.data, data);
        wanted.iter().any(same)
    };
    let is_there = present.iter().any(|data| says_the_same(data, &expected.data));
    let rivals: Vec<Data> =
        present.iter().filter(|data| !is_expected(data) && is_rival(expected, data)).cloned().collect();
    let (ours, foreign): (Vec<Data>, Vec<Data>) =
        rivals.iter().cloned().partition(|data| published.has(name, data));
    let replace = |gone: &mut BTreeSet<(Name, Data)>| {
        let ours: Vec<Data> =
            ours.iter().filter(|data| gone.insert((name.clone(), (*data).clone()))).cloned().collect();
        match (ours.is_empty(), is_there) {
            (true, true) => Act::Right,
            (true, false) => Act::Add,
            (false, _) => Act::Replace(ours),
        }
    };
    let act = match in_the_way(expected, &foreign, &present) {
        Some(_) if one.is_right => Act::Right,
        Some(reason) => Act::Left(reason),
        None if !is_there && ours.is_empty() && one.is_right => Act::Right,
        None => replace(gone),
    };
    let found = if is_there { vec![expected.data.clone()] } else { Vec::new() };
    (act, found.into_iter().chain(rivals).collect())
}

/// Whether a record that is there says what the expected one is to say.
fn is_rival(expected: &Expected, data: &Data) -> bool {
    let Data::Txt(strings) = data else {
        return match (&expected.data, data) {
            (Data::Caa { tag, .. }, Data::Caa { tag: other, .. }) => tag == other,
            _ => true,
        };
    };
    let text = String::from_utf8_lossy(&strings.concat()).into_owned();
    let begins = |word: &str| {
        let start = text.trim_start_matches(['"', ' ']).get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    match expected.purpose {
        Purpose::Spf => is_meant_as(&text, "spf1"),
        Purpose::Dkim => true,
        Purpose::Dmarc => is_meant_as(&text, "DMARC1"),
        Purpose::MtaSts => is_meant_as(&text, "STSv1"),
        Purpose::TlsRpt => is_meant_as(&text, "TLSRPTv1"),
        purpose => {
            let Data::Txt(strings) = &expected.data else { return false };
            let wanted = String::from_utf8_lossy(&strings.concat()).into_owned();
            let end = if purpose == Purpose::Ownership { '=' } else { ';' };
            begins(wanted.split_once(end).map_or(wanted.as_str(), |(start, _)| start))
        }
    }
}

/// Why these records of others keep ours out, if they do.
fn in_the_way(expected: &Expected, foreign: &[Data], present: &[Data]) -> Option<Reason> {
    let reason = match expected.purpose {
        // Proofs and certificates stand beside one another.
        Purpose::Ownership | Purpose::Tlsa => return None,
        Purpose::Caa => {
            let is_limited = present.iter().any(|data| is_rival(expected, data));
            return (!is_limited).then_some(Reason::Forbids);
        }
        Purpose::Mx => Reason::OtherMx,
        Purpose::Spf => Reason::OtherSpf,
        Purpose::Dkim => Reason::OtherKey,
        Purpose::Dmarc => Reason::OtherDmarc,
        _ => Reason::OtherRecord,
    };
    (!foreign.is_empty()).then_some(reason)
}

/// The changes of the zone, set by set. What comes to a set that is there gets its time to live, for a set has one.
pub fn changes(items: &[Item], there: &There, ttl: u32) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for item in items.iter().filter(|item| item.act.is_change()) {
        let (name, kind) = (&item.expected.name, item.expected.data.kind());
        let known = changes.iter().position(|change| (&change.name, change.kind) == (name, kind));
        let at = known.unwrap_or_else(|| {
            let before = there.records(name, kind).unwrap_or_default();
            changes.push(Change { name: name.clone(), kind, before, remove: Vec::new(), add: Vec::new() });
            changes.len() - 1
        });
        let change = &mut changes[at];
        if let Act::Replace(gone) = &item.act {
            change.remove.extend(gone.iter().cloned());
        }
        if !change.before.iter().any(|data| says_the_same(data, &item.expected.data)) {
            let ttl = there.ttl(name, kind).unwrap_or(ttl);
            change.add.push(Record { name: name.clone(), ttl, data: item.expected.data.clone() });
        }
    }
    changes
}

#[cfg(test)]
mod tests;
