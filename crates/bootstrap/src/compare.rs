//! Compares one entry with the object that the server has. Pure: which ids the other objects have is known before.

use std::collections::BTreeMap;

use kernel::Message;
use serde_json::{Map, Value};
use upstream_authentik::Row;

use crate::entry::{Attribute, Entry, Ref, Rule, Settings, Want};
use crate::model::Model;

/// How an object is, as against its entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It isn't there, and is to be made.
    Create,
    /// It differs.
    Change(Vec<Difference>),
    /// It is as it must be.
    Keep,
    /// It is somebody else's, or needs something that is. Nothing is done.
    Leave(Message),
    /// It needs an object that the server makes by itself, and hasn't yet.
    Waits(String),
    /// It can't be read.
    Unknown(Message),
}

impl Verdict {
    /// True when something is to be done.
    pub fn is_to_do(&self) -> bool {
        matches!(self, Self::Create | Self::Change(_) | Self::Waits(_))
    }
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The field.
    pub field: &'static str,
    /// What it is set to; of a list that may have more, what it lacks.
    pub wanted: String,
    /// What a list has that it must not have.
    pub surplus: Vec<String>,
    /// The whole new value. None while an object that it names isn't made.
    pub value: Option<Value>,
}

/// The objects that were found, and what differs from one installation to the next.
pub struct Known<'a> {
    /// All entries.
    pub entries: &'a [Entry],
    /// The installation.
    pub settings: &'a Settings,
    /// The objects of entries.
    pub rows: BTreeMap<&'static str, Row>,
    /// The ids of objects that the server has by itself.
    pub shipped: BTreeMap<(Model, &'static str, &'static str), Value>,
}

impl Known<'_> {
    /// The value that is wanted; none while an object that it names isn't known.
    pub fn resolve(&self, want: &Want) -> Option<Value> {
        match want {
            Want::Plain(value) => Some(value.clone()),
            Want::Text(setting, rest) => Some(format!("{}{rest}", self.settings.get(*setting)).into()),
            Want::Ref(Ref::Of(id)) => {
                let entry = self.entries.iter().find(|entry| entry.id == *id)?;
                self.rows.get(id)?.get(entry.model.id()).cloned()
            }
            Want::Ref(Ref::Found(model, field, value)) => {
                self.shipped.get(&(*model, *field, *value)).cloned()
            }
            Want::List(all) => all.iter().map(|one| self.resolve(one)).collect(),
            Want::Object(fields) => {
                let field = |(name, want): &(&str, Want)| Some(((*name).to_owned(), self.resolve(want)?));
                fields.iter().map(field).collect::<Option<Map<String, Value>>>().map(Value::Object)
            }
        }
    }

    /// What is to be done about an object that is there.
    pub fn compare(&self, entry: &Entry, row: &Row) -> Verdict {
        for guard in &entry.guards {
            let found = row.get(guard.field).unwrap_or(&Value::Null);
            if self.resolve(&guard.want).is_none_or(|want| !is_same(found, &want)) {
                let left = Message::new(guard.why);
                return Verdict::Leave(left.with("name", self.settings.message(entry, self.entries)));
            }
        }
        let mut differences = Vec::new();
        for attribute in &entry.attributes {
            let have = row.get(attribute.field).unwrap_or(&Value::Null);
            match self.judge(attribute, have) {
                Judged::Fits => {}
                Judged::Differs(difference) => differences.push(difference),
                Judged::Foreign(why) => {
                    let left = Message::new(why);
                    return Verdict::Leave(left.with("name", self.settings.message(entry, self.entries)));
                }
            }
        }
        if differences.is_empty() { Verdict::Keep } else { Verdict::Change(differences) }
    }

    fn judge(&self, attribute: &Attribute, have: &Value) -> Judged {
        let Attribute { field, want, rule } = attribute;
        let (field, wanted) = (*field, self.resolve(want));
        let differs = |lacks: String, surplus: Vec<String>, value: Option<Value>| {
            Judged::Differs(Difference { field, wanted: lacks, surplus, value })
        };
        match *rule {
            Rule::AtCreation => Judged::Fits,
            Rule::UnlessSet(foreign) if is_set(have) => match foreign {
                Some(why) if wanted.as_ref().is_none_or(|wanted| !is_same(have, wanted)) => {
                    Judged::Foreign(why)
                }
                _ => Judged::Fits,
            },
            Rule::AtLeast => {
                let (have, wants) = (items(have), wants_of(want));
                let lacking: Vec<&Want> = wants
                    .iter()
                    .filter(|one| !self.resolve(one).is_some_and(|one| has(have, &one)))
                    .collect();
                if lacking.is_empty() {
                    return Judged::Fits;
                }
                let said: Vec<String> = lacking.iter().map(|one| self.describe(one)).collect();
                let added: Option<Vec<Value>> = lacking.iter().map(|one| self.resolve(one)).collect();
                let merged = added.map(|added| Value::Array([have, added.as_slice()].concat()));
                differs(said.join(", "), Vec::new(), merged)
            }
            Rule::Exactly | Rule::UnlessSet(_) => match wanted {
                Some(wanted) if is_same(have, &wanted) => Judged::Fits,
                wanted => {
                    let surplus = surplus(have, wanted.as_ref());
                    differs(self.describe(want), surplus, wanted)
                }
            },
        }
    }

    fn describe(&self, want: &Want) -> String {
        self.settings.describe(want, self.entries)
    }
}

enum Judged {
    Fits,
    Differs(Difference),
    Foreign(&'static str),
}

fn wants_of(want: &Want) -> &[Want] {
    match want {
        Want::List(all) => all,
        one => std::slice::from_ref(one),
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn has(all: &[Value], one: &Value) -> bool {
    all.iter().any(|other| is_same(other, one))
}

fn is_set(value: &Value) -> bool {
    !value.is_null() && value != "" && value != &Value::Array(Vec::new())
}

/// What a list of texts has that is not wanted.
fn surplus(have: &Value, wanted: Option<&Value>) -> Vec<String> {
    let wanted = items(wanted.unwrap_or(&Value::Null));
    let extra = items(have).iter().filter(|one| !has(wanted, one));
    extra.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Whether the server has what is wanted. Lists have no order; an object may have fields that nobody asked for; the server
/// strips blanks from the ends of texts.
fn is_same(have: &Value, want: &Value) -> bool {
    match (have, want) {
        (Value::String(have), Value::String(want)) => have.trim() == want.trim(),
        (Value::Array(have), Value::Array(want)) => {
            want.iter().all(|one| has(have, one))
                && have.iter().all(|one| want.iter().any(|other| is_same(one, other)))
        }
        (Value::Object(have), Value::Object(want)) => {
            want.iter().all(|(name, want)| have.get(name).is_some_and(|have| is_same(have, want)))
        }
        _ => have == want,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::entry::{Guard, Setting};

    fn settings() -> Settings {
        Settings { portal: Some("https://portal.test".to_owned()), ..Settings::example() }
    }

    fn entry() -> Entry {
        let callback = Want::Object(vec![
            ("matching_mode", "strict".into()),
            ("url", Want::Text(Setting::Portal, "/back")),
        ]);
        let other = |why| Guard { field: "kind", want: "ours".into(), why, is_usable: false };
        Entry::new("one", "why", Model::Provider, "name", "one".into())
            .exactly("mode", "user_uuid")
            .at_least("uris", vec![callback])
            .at_least("mappings", vec![Ref::Of("made").into()])
            .with("key", Ref::Found(Model::KeyPair, "name", "shipped").into(), Rule::UnlessSet(None))
            .at_first("title", "A title")
            .unless(other("foreign"))
    }

    /// What comes of a row of the entry, where the object that it names is known or not.
    fn verdict(row: &Value, is_made: bool) -> Verdict {
        let made = Entry::new("made", "why", Model::ScopeMapping, "name", "a-claim".into());
        let (entries, settings) = ([entry(), made], settings());
        let mut known =
            Known { entries: &entries, settings: &settings, rows: BTreeMap::new(), shipped: BTreeMap::new() };
        known.shipped.insert((Model::KeyPair, "name", "shipped"), json!("key-1"));
        if is_made {
            known.rows.insert("made", json!({"pk": "map-1"}).as_object().unwrap().clone());
        }
        known.compare(&entries[0], row.as_object().unwrap())
    }

    fn good() -> Value {
        json!({
            "kind": "ours", "mode": "user_uuid", "mappings": ["theirs", "map-1"], "key": "another key", "title": "Theirs",
            "uris": [{"matching_mode": "strict", "url": "https://portal.test/back", "redirect_uri_type": "authorization"}],
        })
    }

    #[test]
    fn what_others_added_or_set_is_no_difference() {
        assert_eq!(verdict(&good(), true), Verdict::Keep);
    }

    #[test]
    fn each_field_that_differs_is_named_and_lists_are_merged() {
        let cases = [
            ("mode", json!("hashed_user_id"), "user_uuid", json!("user_uuid")),
            ("mode", Value::Null, "user_uuid", json!("user_uuid")),
            ("mappings", json!(["theirs"]), "a-claim", json!(["theirs", "map-1"])),
            ("key", Value::Null, "shipped", json!("key-1")),
            (
                "uris",
                json!([{"matching_mode": "regex", "url": "https://portal.test/back"}]),
                "https://portal.test/back",
                json!([
                    {"matching_mode": "regex", "url": "https://portal.test/back"},
                    {"matching_mode": "strict", "url": "https://portal.test/back"},
                ]),
            ),
        ];
        for (field, have, wanted, value) in cases {
            let mut row = good();
            row[field] = have;
            let difference =
                Difference { field, wanted: wanted.to_owned(), surplus: Vec::new(), value: Some(value) };
            assert_eq!(verdict(&row, true), Verdict::Change(vec![difference]), "{row}");
        }
    }

    #[test]
    fn an_object_that_is_not_made_yet_leaves_the_new_value_open() {
        let Verdict::Change(differences) = verdict(&good(), false) else { panic!("it fits") };
        assert_eq!((differences.len(), differences[0].field), (1, "mappings"));
        assert_eq!(differences[0].value, None);
    }

    #[test]
    fn somebody_elses_object_is_left_whatever_it_lacks() {
        for kind in [json!("theirs"), Value::Null] {
            let Verdict::Leave(why) = verdict(&json!({"kind": kind}), true) else { panic!("{kind}") };
            assert_eq!(why.key(), Some("foreign"));
        }
    }

    #[test]
    fn a_list_that_must_be_exact_names_what_is_too_much() {
        let entry = Entry::new("one", "why", Model::Role, "name", "r".into())
            .exactly("permissions", &["a.view", "a.add"][..]);
        let (entries, settings) = ([entry], settings());
        let known =
            Known { entries: &entries, settings: &settings, rows: BTreeMap::new(), shipped: BTreeMap::new() };
        let compare =
            |have: Value| known.compare(&entries[0], json!({"permissions": have}).as_object().unwrap());
        assert_eq!(compare(json!(["a.add", "a.view"])), Verdict::Keep);
        let Verdict::Change(differences) = compare(json!(["a.view", "a.delete"])) else { panic!("it fits") };
        assert_eq!(differences[0].surplus, ["a.delete"]);
        assert_eq!(differences[0].value, Some(json!(["a.view", "a.add"])));
    }

    #[test]
    fn what_is_set_to_something_foreign_can_be_left_with_a_reason() {
        let entry = Entry::new("brand", "why", Model::Brand, "default", true.into()).with(
            "flow",
            "ours".into(),
            Rule::UnlessSet(Some("another")),
        );
        let (entries, settings) = ([entry], settings());
        let known =
            Known { entries: &entries, settings: &settings, rows: BTreeMap::new(), shipped: BTreeMap::new() };
        let compare = |flow: Value| known.compare(&entries[0], json!({"flow": flow}).as_object().unwrap());
        assert!(matches!(compare(json!("theirs")), Verdict::Leave(_)));
        assert_eq!(compare(json!("ours")), Verdict::Keep);
        assert!(matches!(compare(Value::Null), Verdict::Change(_)));
    }
}
