//! A zone: its records as people write them, and what a name server finds in it (RFC 1034, 4.3.2; RFC 4592).

use hickory_proto::rr::RData;
use kernel::dns::{Data, Name, Record, RecordType};
use serde::{Deserialize, Serialize};

use super::update::KeyText;
use crate::wire::{Unfit, from_data, to_kind, to_record};

/// The time to live of a record that has none of its own.
const USUAL_TTL: u32 = 300;
/// For how long "there is none" may be kept, unless the zone says otherwise.
const USUAL_NEGATIVE_TTL: u32 = 60;

/// One zone. Each of the two name servers may have records of its own, or something wrong with it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "ZoneText", into = "ZoneText")]
pub(super) struct Zone {
    pub(super) name: Name,
    records: Vec<Entry>,
    negative_ttl: u32,
    /// Counts the changes, where the zone has no SOA of its own.
    serial: u32,
    /// With these it may be changed.
    pub(super) keys: Vec<KeyText>,
    parts: [Part; 2],
}

/// What is special about a zone on one name server.
#[derive(Clone, Default)]
pub(super) struct Part {
    records: Option<Vec<Entry>>,
    pub(super) mood: Mood,
}

/// How a server answers.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Mood {
    #[serde(default)]
    pub(super) answers: Answers,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) delay_ms: Option<u64>,
}

/// What a server answers with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Answers {
    #[default]
    Normal,
    /// Nothing.
    Silent,
    /// SERVFAIL.
    Servfail,
    /// REFUSED.
    Refused,
    /// A hint that others know, without being responsible.
    Lame,
    /// "Too long" over UDP; the answer over TCP.
    Truncated,
    /// The server knows nothing of the zone, only of those above it.
    Absent,
}

/// A record and how it was written.
#[derive(Clone)]
struct Entry {
    record: Record,
    text: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ZoneText {
    name: String,
    #[serde(default)]
    records: Vec<RecordText>,
    #[serde(default = "usual_negative_ttl")]
    negative_ttl: u32,
    #[serde(default = "first_serial")]
    serial: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    keys: Vec<KeyText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ns1: Option<PartText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ns2: Option<PartText>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PartText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    records: Option<Vec<RecordText>>,
    #[serde(default)]
    answers: Answers,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delay_ms: Option<u64>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordText {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default = "usual_ttl")]
    ttl: u32,
    data: String,
}

fn usual_ttl() -> u32 {
    USUAL_TTL
}

fn first_serial() -> u32 {
    1
}

fn usual_negative_ttl() -> u32 {
    USUAL_NEGATIVE_TTL
}

/// What is found under a name.
pub(super) enum Found {
    Records(Vec<Record>),
    Alias(Record, Name),
    NoData,
    NoName,
    /// Others are responsible: the NS records that say so.
    Referral(Vec<Record>),
}

impl Zone {
    pub(super) fn mood(&self, server: usize) -> Mood {
        self.parts.get(server).map(|part| part.mood).unwrap_or_default()
    }

    /// What the name server finds of a name within the zone.
    pub(super) fn find(&self, server: usize, name: &Name, kind: RecordType) -> Found {
        let records = self.records_of(server);
        if let Some(cut) = self.cut_above(records, name) {
            return Found::Referral(of(records, cut, RecordType::Ns));
        }
        let exists =
            |name: &Name| *name == self.name || records.iter().any(|entry| entry.record.name.is_within(name));
        if exists(name) {
            return self.at(records, name, name, kind);
        }
        let mut above = name.parent();
        while let Some(encloser) = above.take_if(|above| !exists(above)) {
            above = encloser.parent();
        }
        match above.and_then(|encloser| encloser.child("*").ok()).filter(|wildcard| exists(wildcard)) {
            Some(wildcard) => self.at(records, &wildcard, name, kind),
            None => Found::NoName,
        }
    }

    /// The record that a denial carries.
    pub(super) fn soa(&self, server: usize) -> Vec<Record> {
        let own = of(self.records_of(server), &self.name, RecordType::Soa);
        if own.is_empty() { vec![self.usual_soa()] } else { own }
    }

    fn records_of(&self, server: usize) -> &[Entry] {
        self.parts.get(server).and_then(|part| part.records.as_ref()).unwrap_or(&self.records)
    }

    /// All records of the first server, as changes see them.
    pub(super) fn changeable(&self) -> Vec<Record> {
        self.records_of(0).iter().map(|entry| entry.record.clone()).collect()
    }

    /// Puts these in place of what the first server has, and counts the change.
    pub(super) fn replace(&mut self, records: &[Record]) -> Result<(), String> {
        self.serial = self.serial.wrapping_add(1);
        let counted = |record: &Record| match record.data.clone() {
            Data::Soa { primary, serial, minimum } => {
                let data = Data::Soa { primary, serial: serial.wrapping_add(1), minimum };
                Record { data, ..record.clone() }
            }
            _ => record.clone(),
        };
        let written = records.iter().map(|record| written(&counted(record)));
        let entries = written.collect::<Result<Vec<Entry>, String>>()?;
        match &mut self.parts[0].records {
            Some(own) => *own = entries,
            None => self.records = entries,
        }
        Ok(())
    }

    /// What stands at `at`, told of `name`, which differs under a wildcard.
    fn at(&self, records: &[Entry], at: &Name, name: &Name, kind: RecordType) -> Found {
        let renamed = |record: Record| Record { name: name.clone(), ..record };
        if kind != RecordType::Cname
            && let Some(alias) = of(records, at, RecordType::Cname).into_iter().next()
            && let Data::Cname(target) = alias.data.clone()
        {
            return Found::Alias(renamed(alias), target);
        }
        let mut found: Vec<Record> = of(records, at, kind).into_iter().map(renamed).collect();
        if found.is_empty() && *at == self.name {
            found = self.usual(kind);
        }
        if found.is_empty() { Found::NoData } else { Found::Records(found) }
    }

    /// The nearest delegation below the zone's own name and above or at `name`.
    fn cut_above<'a>(&self, records: &'a [Entry], name: &Name) -> Option<&'a Name> {
        let cuts = records.iter().map(|entry| &entry.record).filter(|record| {
            record.data.kind() == RecordType::Ns && record.name != self.name && name.is_within(&record.name)
        });
        cuts.map(|record| &record.name).min_by_key(|cut| cut.labels().count())
    }

    /// What every zone has at its own name, unless it says otherwise.
    fn usual(&self, kind: RecordType) -> Vec<Record> {
        match kind {
            RecordType::Soa => vec![self.usual_soa()],
            RecordType::Ns => super::SERVER_NAMES
                .iter()
                .filter_map(|server| server.parse().ok())
                .map(|server| self.record(Data::Ns(server)))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn usual_soa(&self) -> Record {
        let primary = super::SERVER_NAMES[0].parse().unwrap_or_else(|_| Name::root());
        let soa = self.record(Data::Soa { primary, serial: self.serial, minimum: self.negative_ttl });
        Record { ttl: self.negative_ttl, ..soa }
    }

    fn record(&self, data: Data) -> Record {
        Record { name: self.name.clone(), ttl: USUAL_TTL, data }
    }
}

fn of(records: &[Entry], name: &Name, kind: RecordType) -> Vec<Record> {
    let fits = |entry: &&Entry| entry.record.name == *name && entry.record.data.kind() == kind;
    records.iter().filter(fits).map(|entry| entry.record.clone()).collect()
}

impl TryFrom<ZoneText> for Zone {
    type Error = String;

    fn try_from(text: ZoneText) -> Result<Self, String> {
        let name = text.name.parse::<Name>().map_err(|_| format!("{:?} isn't a DNS name", text.name))?;
        let part = |part: Option<PartText>| -> Result<Part, String> {
            let Some(part) = part else {
                return Ok(Part::default());
            };
            let records = part.records.map(|records| entries(&name, records)).transpose()?;
            Ok(Part { records, mood: Mood { answers: part.answers, delay_ms: part.delay_ms } })
        };
        for key in &text.keys {
            key.read()?;
        }
        Ok(Self {
            serial: text.serial,
            keys: text.keys,
            parts: [part(text.ns1)?, part(text.ns2)?],
            records: entries(&name, text.records)?,
            negative_ttl: text.negative_ttl,
            name,
        })
    }
}

fn entries(zone: &Name, records: Vec<RecordText>) -> Result<Vec<Entry>, String> {
    records.into_iter().map(|text| entry(zone, text)).collect()
}

fn entry(zone: &Name, text: RecordText) -> Result<Entry, String> {
    let what = format!("the record {} {} {}", text.name, text.kind, text.data);
    let name = text.name.parse::<Name>().map_err(|_| format!("{what}: its name isn't a DNS name"))?;
    if !name.is_within(zone) {
        return Err(format!("{what}: it is not within {zone}; names are written in full"));
    }
    let kind = RecordType::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(&text.kind));
    let kind = kind.ok_or_else(|| format!("{what}: no such type is known here"))?;
    let parsed =
        RData::try_from_str(to_kind(kind), &text.data).map_err(|error| format!("{what}: {error}"))?;
    let record = match from_data(&parsed) {
        Some(Ok(data)) => Record { name, ttl: text.ttl, data },
        _ => return Err(format!("{what}: the data can't be read")),
    };
    if matches!(&record.data, Data::Txt(strings) if strings.iter().any(|string| string.len() > 255)) {
        return Err(format!("{what}: a string has at most 255 bytes; write several, each in quotes"));
    }
    to_record(&record).map_err(|Unfit| format!("{what}: a name in it is too long"))?;
    Ok(Entry { record, text: text.data })
}

/// A record with its text, as it came by a change.
fn written(record: &Record) -> Result<Entry, String> {
    let data = to_record(record).map_err(|Unfit| format!("the record {} is too long", record.name))?.data;
    let text = match &record.data {
        Data::Txt(strings) => strings.iter().map(|string| quoted(string)).collect::<Vec<_>>().join(" "),
        _ => data.to_string(),
    };
    Ok(Entry { record: record.clone(), text })
}

/// The reader of this text takes letters beyond ASCII as they are, and no numbers for them.
fn quoted(string: &[u8]) -> String {
    let text = String::from_utf8_lossy(string);
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl From<Zone> for ZoneText {
    fn from(zone: Zone) -> Self {
        let [ns1, ns2] = zone.parts.map(|part| {
            let is_usual = part.records.is_none() && part.mood == Mood::default();
            (!is_usual).then(|| PartText {
                records: part.records.map(texts),
                answers: part.mood.answers,
                delay_ms: part.mood.delay_ms,
            })
        });
        Self {
            name: zone.name.to_string(),
            records: texts(zone.records),
            negative_ttl: zone.negative_ttl,
            serial: zone.serial,
            keys: zone.keys,
            ns1,
            ns2,
        }
    }
}

fn texts(entries: Vec<Entry>) -> Vec<RecordText> {
    let text = |Entry { record, text }: Entry| RecordText {
        name: record.name.to_string(),
        kind: record.data.kind().to_string(),
        ttl: record.ttl,
        data: text,
    };
    entries.into_iter().map(text).collect()
}
