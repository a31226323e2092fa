//! Compares one entry with the object that the server has. Pure: which ids the other objects have is known before.

use std::collections::BTreeMap;

use kernel::Message;
use serde_json::{Map, Value};
use upstream_authentik::Row;

use crate::entry::{Attribute, Entry, Guard, Ref, Rule, Settings, Told, Want};
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
    /// What it is set to; of a list, what it lacks.
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
        if let Some(foreign) = self.foreign(entry, row, false) {
            return foreign;
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
        if differences.is_empty() {
            return self.foreign(entry, row, true).unwrap_or(Verdict::Keep);
        }
        Verdict::Change(differences)
    }

    /// What the guards say, those with which the object may be used or the others.
    fn foreign(&self, entry: &Entry, row: &Row, is_usable: bool) -> Option<Verdict> {
        let mut guards = entry.guards.iter().filter(|guard| guard.is_usable == is_usable);
        guards.find_map(|guard| {
            let found = row.get(guard.field).unwrap_or(&Value::Null);
            let others = self.others(guard, found)?;
            let left = Message::new(guard.why).with("others", others);
            Some(Verdict::Leave(left.with("name", self.settings.message(entry, self.entries))))
        })
    }

    /// What a field has in an object that isn't ours; none in ours.
    fn others(&self, guard: &Guard, found: &Value) -> Option<String> {
        let want = self.resolve(&guard.want);
        let is_it = want.as_ref().is_some_and(|want| is_same(found, want));
        match guard.told {
            Told::Exactly => (!is_it).then(String::new),
            Told::OrUnset => (!is_it && is_set(found)).then(String::new),
            Told::Within => {
                let others = surplus(found, want.as_ref());
                (!others.is_empty()).then(|| others.join(", "))
            }
        }
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
                let have = items(have);
                let lacking = self.lacking(want, have);
                if lacking.is_empty() {
                    return Judged::Fits;
                }
                let added: Option<Vec<Value>> = lacking.iter().map(|one| self.resolve(one)).collect();
                let merged = added.map(|added| Value::Array([have, added.as_slice()].concat()));
                differs(self.describe_all(&lacking), Vec::new(), merged)
            }
            Rule::Exactly | Rule::UnlessSet(_) => match wanted {
                Some(wanted) if is_same(have, &wanted) => Judged::Fits,
                wanted => {
                    let surplus = surplus(have, wanted.as_ref());
                    let lacking = match want {
                        Want::List(_) => self.describe_all(&self.lacking(want, items(have))),
                        want => self.describe(want),
                    };
                    // What is neither is another kind of value, and is said in full.
                    let is_told = !lacking.is_empty() || !surplus.is_empty();
                    differs(if is_told { lacking } else { self.describe(want) }, surplus, wanted)
                }
            },
        }
    }

    /// What a list lacks of what is wanted.
    fn lacking<'w>(&self, want: &'w Want, have: &[Value]) -> Vec<&'w Want> {
        let is_there = |one: &&Want| self.resolve(one).is_some_and(|one| has(have, &one));
        wants_of(want).iter().filter(|one| !is_there(one)).collect()
    }

    fn describe_all(&self, wants: &[&Want]) -> String {
        wants.iter().map(|one| self.describe(one)).collect::<Vec<_>>().join(", ")
    }

    fn describe(&self, want: &Want) -> String {
        self.settings.describe(want, self.entries)
    }
}

impl Attribute {
    /// Whether the field of an object that is there is compared with what is wanted.
    pub fn is_compared(&self, row: &Row) -> bool {
        match self.rule {
            Rule::AtCreation => false,
            Rule::UnlessSet(None) => !row.get(self.field).is_some_and(is_set),
            Rule::Exactly | Rule::AtLeast | Rule::UnlessSet(Some(_)) => true,
        }
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
    use crate::entry::Setting;

    fn settings() -> Settings {
        Settings { portal: Some("https://portal.test".to_owned()), ..Settings::example() }
    }

    fn entry() -> Entry {
        let callback = Want::Object(vec![
            ("matching_mode", "strict".into()),
            ("url", Want::Text(Setting::Portal, "/back")),
        ]);
        let told = Told::Exactly;
        let other = |why| Guard { field: "kind", want: "ours".into(), told, why, is_usable: false };
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

    /// What comes of a row of an entry with one guard and one field.
    fn guarded(guard: Guard, row: &Value) -> Verdict {
        let entry =
            Entry::new("one", "why", Model::Role, "name", "r".into()).exactly("mode", "any").unless(guard);
        let (entries, settings) = ([entry], settings());
        let known =
            Known { entries: &entries, settings: &settings, rows: BTreeMap::new(), shipped: BTreeMap::new() };
        known.compare(&entries[0], row.as_object().unwrap())
    }

    #[test]
    fn who_else_is_in_a_list_is_named_and_the_object_left() {
        let ours = ["dezky"];
        let guard = |is_usable| Guard {
            field: "users",
            want: (&ours[..]).into(),
            told: Told::Within,
            why: "others",
            is_usable,
        };
        for users in [json!([]), json!(["dezky"]), Value::Null] {
            assert_eq!(guarded(guard(false), &json!({"users": users, "mode": "any"})), Verdict::Keep);
        }
        let row = json!({"users": ["ib", "dezky", "bo"], "mode": "all"});
        let Verdict::Leave(why) = guarded(guard(false), &row) else { panic!("it is ours") };
        assert_eq!(why.key(), Some("others"));
        // What may be used all the same is mended first, and then said.
        assert!(matches!(guarded(guard(true), &row), Verdict::Change(_)));
        assert!(matches!(guarded(guard(true), &json!({"users": ["ib"], "mode": "any"})), Verdict::Leave(_)));
    }

    #[test]
    fn a_field_that_may_be_unset_tells_only_what_is_set_to_something_else() {
        let guard = |want: Want| Guard {
            field: "provider",
            want,
            told: Told::OrUnset,
            why: "others",
            is_usable: false,
        };
        let row = |provider: Value| json!({"provider": provider, "mode": "any"});
        assert_eq!(guarded(guard(7_i64.into()), &row(Value::Null)), Verdict::Keep);
        assert_eq!(guarded(guard(7_i64.into()), &row(json!(7))), Verdict::Keep);
        assert!(matches!(guarded(guard(7_i64.into()), &row(json!(8))), Verdict::Leave(_)));
        // Where ours isn't made, any is another's.
        assert!(matches!(guarded(guard(Ref::Of("none").into()), &row(json!(8))), Verdict::Leave(_)));
        assert_eq!(guarded(guard(Ref::Of("none").into()), &row(Value::Null)), Verdict::Keep);
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
        assert_eq!(
            (differences[0].wanted.as_str(), &*differences[0].surplus),
            ("a.add", &["a.delete".to_owned()][..])
        );
        assert_eq!(differences[0].value, Some(json!(["a.view", "a.add"])));
        let Verdict::Change(differences) = compare(json!(["a.add", "b", "a.view"])) else {
            panic!("it fits")
        };
        assert_eq!((differences[0].wanted.as_str(), differences[0].surplus.len()), ("", 1));
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
