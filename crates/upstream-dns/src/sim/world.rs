//! What the simulator remembers, and how `/_sim` shows and changes it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use kernel::Clock;
use kernel::dns::Name;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use simulator::State;

use super::kept::Kept;
use super::zone::{Answers, Mood, Zone};

/// The state of the simulated servers.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct World {
    zones: BTreeMap<String, Zone>,
    resolvers: [Mood; 2],
    /// What the resolvers keep. Shared with the version before the last change, and not written.
    #[serde(skip)]
    pub(super) kept: [Kept; 2],
    #[serde(skip)]
    pub(super) clock: Clock,
}

const RESOLVERS: [&str; 2] = ["resolver1", "resolver2"];

/// Above all zones: it knows the two name servers and nothing else, so all other names are not there.
static ROOT: LazyLock<Option<Zone>> = LazyLock::new(|| {
    let hosts = super::SERVER_NAMES.iter().zip(super::SERVER_ADDRESSES);
    let hosts = hosts.map(|(name, address)| json!({"name": name, "type": "A", "data": address.to_string()}));
    serde_json::from_value(json!({"name": ".", "records": hosts.collect::<Vec<_>>()})).ok()
});

impl World {
    /// The deepest zone above a name that a name server knows.
    pub(super) fn zone_of(&self, server: usize, name: &Name) -> Option<&Zone> {
        let mut next = Some(name.clone());
        while let Some(name) = next {
            let zone = self.zones.get(name.as_str());
            if let Some(zone) = zone.filter(|zone| zone.mood(server).answers != Answers::Absent) {
                return Some(zone);
            }
            next = name.parent();
        }
        ROOT.as_ref()
    }

    /// The same world under another clock: none is kept in the file.
    #[cfg(test)]
    pub(crate) fn with_clock(self, clock: &Clock) -> Self {
        Self { clock: clock.clone(), ..self }
    }

    /// The zone of exactly this name.
    pub(super) fn zone(&self, name: &Name) -> Option<&Zone> {
        self.zones.get(name.as_str())
    }

    /// The same, to be changed.
    pub(super) fn zone_mut(&mut self, name: &Name) -> Option<&mut Zone> {
        self.zones.get_mut(name.as_str())
    }

    /// How a resolver answers.
    pub(super) fn mood_of_resolver(&self, resolver: usize) -> Mood {
        self.resolvers.get(resolver).copied().unwrap_or_default()
    }

    fn put_zone(&mut self, id: &str, fields: &serde_json::Map<String, Value>) -> Result<(), String> {
        let name = id.parse::<Name>().map_err(|_| format!("{id:?} isn't a DNS name"))?;
        let kept = self.zones.get(name.as_str()).map(serde_json::to_value);
        let mut zone = match kept {
            Some(Ok(zone)) => zone,
            _ => json!({"name": name.as_str()}),
        };
        let named = fields.get("name").and_then(Value::as_str).map(str::parse::<Name>);
        if named.is_some_and(|named| named.as_ref() != Ok(&name)) {
            return Err(format!("the name of the zone {name} can't be another"));
        }
        for (field, value) in fields.iter().filter(|(field, _)| *field != "name") {
            zone[field] = value.clone();
        }
        let zone = serde_json::from_value(zone).map_err(|error| error.to_string())?;
        self.zones.insert(name.as_str().to_owned(), zone);
        Ok(())
    }
}

fn resolver(id: &str) -> Option<usize> {
    RESOLVERS.iter().position(|known| *known == id)
}

impl State for World {
    fn inventory(&self) -> Value {
        let zone = |zone: &Zone| {
            let mut shown = serde_json::to_value(zone).unwrap_or_default();
            shown["id"] = json!(zone.name.as_str());
            shown
        };
        let resolvers = RESOLVERS.iter().zip(&self.resolvers).zip(&self.kept).map(|((id, mood), kept)| {
            json!({"id": id, "answers": mood.answers, "delayMs": mood.delay_ms, "kept": kept.len()})
        });
        json!({
            "zones": self.zones.values().map(zone).collect::<Vec<_>>(),
            "resolvers": resolvers.collect::<Vec<_>>(),
        })
    }

    fn put(&mut self, kind: &str, id: &str, fields: &Value) -> Result<(), String> {
        let Some(map) = fields.as_object() else {
            return Err("the fields are no object".to_owned());
        };
        match kind {
            "zones" => self.put_zone(id, map),
            "resolvers" => {
                let mood: Mood = serde_json::from_value(fields.clone()).map_err(|error| error.to_string())?;
                if matches!(mood.answers, Answers::Lame | Answers::Absent) {
                    return Err("a resolver is normal, silent, servfail, refused or truncated".to_owned());
                }
                let index = resolver(id).ok_or("the resolvers are resolver1 and resolver2")?;
                self.resolvers[index] = mood;
                Ok(())
            }
            _ => Err(format!("there are no {kind} here; zones and resolvers there are")),
        }
    }

    fn remove(&mut self, kind: &str, id: &str) -> bool {
        match (kind, resolver(id)) {
            ("zones", _) => id.parse::<Name>().is_ok_and(|name| self.zones.remove(name.as_str()).is_some()),
            // A resolver can't go; it begins anew, with nothing kept.
            ("resolvers", Some(index)) => {
                self.resolvers[index] = Mood::default();
                self.kept[index].clear();
                true
            }
            _ => false,
        }
    }
}
