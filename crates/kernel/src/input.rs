//! Reading what people and programs send: every field is checked against a declared shape, and mistakes are told
//! together, up to a number. The same declaration documents the input, and limits it [A17].

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::str::FromStr;

use serde_json::{Map, Value};

use crate::{Explain, FieldError, Message, name};

/// The most mistakes that are told; of further ones, how many there are.
pub const MOST_TOLD: usize = 20;
/// The code of the last line of mistakes, which counts those that are not told.
pub const MORE: &str = "more";
/// The most words that a search may have.
pub const MOST_WORDS: usize = 20;
/// The most characters that a search may have.
pub const MOST_SEARCHED: usize = 200;
/// The most characters that one text of a list may have.
pub const MOST_IN_TEXTS: usize = 1000;
/// How much of a name that nobody knows is repeated.
const MOST_OF_A_NAME: usize = 40;

/// What a field may hold.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Text of at most so many characters, each of which can be seen.
    Text(usize),
    /// A name that people read, of at most so many characters: one line, with something to read in it.
    Name(usize),
    /// The same, or empty: what it was is taken away.
    Label(usize),
    /// At most so many characters, whatever they are: a password, a file.
    Raw(usize),
    /// Words to look for: at most [`MOST_SEARCHED`] characters and [`MOST_WORDS`] words.
    Search,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number in a range.
    Integer(i64, i64),
    /// Yes or no.
    Flag,
    /// At most so many texts of at most [`MOST_IN_TEXTS`] characters; in a form, one on each line.
    Texts(usize),
    /// An object of its own.
    Object(&'static [Field]),
}

/// One field of an input.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it may hold.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
    /// What it means.
    pub doc: &'static str,
}

impl Field {
    /// A field that must be there.
    pub const fn required(name: &'static str, shape: Shape, doc: &'static str) -> Self {
        Self { name, shape, required: true, doc }
    }

    /// A field that may be left out or null.
    pub const fn optional(name: &'static str, shape: Shape, doc: &'static str) -> Self {
        Self { name, shape, required: false, doc }
    }
}

/// An input that is being read.
#[derive(Debug)]
pub struct Input {
    values: Map<String, Value>,
    prefix: String,
    /// The names of the fields with a mistake, told or not.
    wrong: HashSet<String>,
    errors: Vec<FieldError>,
}

impl Input {
    /// Reads a JSON body. Types are strict.
    pub fn of_json(body: Value, fields: &[Field]) -> Self {
        let mut input = Self::empty("");
        match body {
            Value::Object(values) => {
                input.values = values;
                input.check(fields);
            }
            _ => input.fail("", "wrong_type", Message::new("input-json-object")),
        }
        input
    }

    /// Reads a form. An empty field is null, numbers come as text, `a.b` is field `b` of the object `a`; an object
    /// whose fields are all empty is null too.
    pub fn of_form(pairs: Vec<(String, String)>, fields: &[Field]) -> Self {
        let mut input = Self::empty("");
        for (name, text) in pairs {
            insert(&mut input.values, &name, text, fields);
        }
        for value in input.values.values_mut() {
            if value.as_object().is_some_and(|object| object.values().all(Value::is_null)) {
                *value = Value::Null;
            }
        }
        input.check(fields);
        input
    }

    /// Reads the query of an address. Of a parameter that is named twice the last counts, and parameters that are not
    /// in the tables are left out: links may carry what other pages mean.
    pub fn of_query(pairs: Vec<(String, String)>, tables: &[&[Field]]) -> Self {
        let mut input = Self::empty("");
        let known = |name: &str| tables.iter().copied().flatten().any(|field| field.name == name);
        let texts = pairs.into_iter().filter(|(name, _)| known(name));
        input.values = texts.map(|(name, text)| (name, Value::String(text))).collect();
        for table in tables {
            input.check_known(table);
        }
        input
    }

    fn empty(prefix: &str) -> Self {
        Self { values: Map::new(), prefix: prefix.to_owned(), wrong: HashSet::new(), errors: Vec::new() }
    }

    fn check(&mut self, fields: &[Field]) {
        self.check_known(fields);
        let is_known = |name: &String| fields.iter().any(|field| field.name == name.as_str());
        let unknown: Vec<String> = self.values.keys().filter(|name| !is_known(name)).cloned().collect();
        for name in unknown {
            self.fail(&shortened(name), "unknown_field", Message::new("input-unknown-field"));
        }
    }

    fn check_known(&mut self, fields: &[Field]) {
        for field in fields {
            match self.values.get(field.name) {
                None | Some(Value::Null) if field.required => {
                    self.fail(field.name, "required", Message::new("input-required"));
                }
                None | Some(Value::Null) => {}
                Some(value) => {
                    if let Some((code, message)) = misfit(value, field.shape) {
                        self.fail(field.name, code, message);
                        self.values.remove(field.name);
                    }
                }
            }
        }
    }

    /// Adds a mistake.
    pub fn fail(&mut self, field: &str, code: &'static str, message: Message) {
        let name = if self.prefix.is_empty() { field.to_owned() } else { format!("{}.{field}", self.prefix) };
        if self.wrong.insert(name.clone()) && self.errors.len() < MOST_TOLD {
            self.errors.push(FieldError::new(name, code, message));
        }
    }

    /// All values by field, when there was no mistake and nothing that is needed is missing.
    pub fn into_checked(mut self) -> Result<Map<String, Value>, Vec<FieldError>> {
        let values = std::mem::take(&mut self.values);
        self.finish(Some(values))
    }

    /// True when the field was sent, null included.
    pub fn has(&self, field: &str) -> bool {
        self.values.contains_key(field)
    }

    /// True when the field was sent as null, or empty in a form.
    pub fn is_null(&self, field: &str) -> bool {
        self.values.get(field).is_some_and(Value::is_null)
    }

    /// The text of a field, trimmed.
    pub fn text(&self, field: &str) -> Option<String> {
        self.values.get(field)?.as_str().map(|text| text.trim().to_owned())
    }

    /// The number in a field.
    pub fn integer(&self, field: &str) -> Option<i64> {
        self.values.get(field)?.as_i64()
    }

    /// Yes or no, if the field says.
    pub fn flag(&self, field: &str) -> Option<bool> {
        self.values.get(field)?.as_bool()
    }

    /// The texts of a field, trimmed, without empty ones.
    pub fn texts(&self, field: &str) -> Option<Vec<String>> {
        let all = self.values.get(field)?.as_array()?;
        let texts = all.iter().filter_map(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        Some(texts.map(str::to_owned).collect())
    }

    /// The name in a field of that shape, or its label: composed, on one line; none where it is empty.
    pub fn name(&self, field: &str) -> Option<String> {
        name::display_name(&self.text(field)?, usize::MAX).ok()
    }

    /// A field read by `read`; its error is the field's mistake.
    pub fn read<T, E: Explain>(&mut self, field: &str, read: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
        let text = self.text(field)?;
        match read(&text) {
            Ok(value) => Some(value),
            Err(why) => {
                self.fail(field, "invalid", why.message());
                None
            }
        }
    }

    /// A field that can be parsed.
    pub fn parse<T: FromStr>(&mut self, field: &str) -> Option<T>
    where
        T::Err: Explain,
    {
        self.read(field, T::from_str)
    }

    /// A field that may be emptied: none when it was not sent, none inside when it is to be removed.
    pub fn clearable<T>(
        &mut self,
        field: &str,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<Option<T>> {
        if self.is_null(field) { Some(None) } else { read(self).map(Some) }
    }

    /// An object in a field, read by `read`; its mistakes are named `field.inner`.
    pub fn object<T>(
        &mut self,
        field: &str,
        fields: &[Field],
        read: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let Some(Value::Object(values)) = self.values.get(field).cloned() else {
            return None;
        };
        let mut inner = Self { values, ..Self::empty(field) };
        inner.check(fields);
        let value = read(&mut inner);
        let room = MOST_TOLD.saturating_sub(self.errors.len());
        self.errors.extend(inner.errors.into_iter().take(room));
        self.wrong.extend(inner.wrong);
        Some(value)
    }

    /// The value, when there was no mistake and nothing that is needed is missing.
    pub fn finish<T>(mut self, value: Option<T>) -> Result<T, Vec<FieldError>> {
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => {
                self.errors.sort_by(|a, b| a.field.cmp(&b.field));
                let more = self.wrong.len().saturating_sub(self.errors.len());
                if more > 0 {
                    let message = Message::new("input-more").with("count", more);
                    self.errors.push(FieldError::new("", MORE, message));
                }
                Err(self.errors)
            }
        }
    }
}

/// A name that was sent, no longer than any that is known. What is cut off is told apart by its length.
fn shortened(name: String) -> String {
    let length = name.chars().count();
    if length <= MOST_OF_A_NAME {
        return name;
    }
    let begin: String = name.chars().take(MOST_OF_A_NAME).collect();
    format!("{begin}… ({length} characters)")
}

/// A text as a sentence: a capital at its beginning, a full stop at its end. A name there, such as `oCIS`, stays as it is.
pub fn sentence(text: &str) -> String {
    let word = text.split(' ').next().unwrap_or_default();
    let is_name = word.contains(|letter: char| !letter.is_lowercase() && !"'’,;:-".contains(letter));
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let begun = if is_name { text.to_owned() } else { format!("{first}{}", letters.as_str()) };
    if begun.ends_with(['.', '!', '?']) { begun } else { format!("{begun}.") }
}

/// A code, and what people read.
type Mistake = (&'static str, Message);

/// A mistake whose text has no values.
fn plain(code: &'static str, key: &'static str) -> Mistake {
    (code, Message::new(key))
}

/// A mistake whose text says how much there may be.
fn over(code: &'static str, key: &'static str, most: usize) -> Mistake {
    (code, Message::new(key).with("most", most))
}

fn misfit(value: &Value, shape: Shape) -> Option<Mistake> {
    match (shape, value) {
        (Shape::Label(_), Value::String(text)) if text.trim().is_empty() => None,
        (
            Shape::Text(most) | Shape::Name(most) | Shape::Label(most) | Shape::Raw(most),
            Value::String(text),
        ) if text.chars().nth(most).is_some() => Some(over("too_long", "input-too-long", most)),
        (Shape::Text(_), Value::String(text)) => unseen(text),
        (Shape::Name(most) | Shape::Label(most), Value::String(text)) => {
            let why = name::display_name(text, most).err()?;
            Some(("invalid", why.message()))
        }
        (Shape::Search, Value::String(text)) => search_misfit(text),
        (Shape::Word(words), Value::String(text)) => {
            let known = words.contains(&text.trim());
            let message = || Message::new("input-one-of").with("words", words.join(", "));
            (!known).then(|| ("unknown_value", message()))
        }
        (Shape::Integer(least, most), Value::Number(number)) => match number.as_i64() {
            Some(n) if RangeInclusive::new(least, most).contains(&n) => None,
            Some(_) => {
                let message = Message::new("input-range").with("least", least).with("most", most);
                Some(("out_of_range", message))
            }
            None => Some(plain("wrong_type", "input-whole-number")),
        },
        (Shape::Raw(_), Value::String(_))
        | (Shape::Flag, Value::Bool(_))
        | (Shape::Object(_), Value::Object(_)) => None,
        (Shape::Texts(most), Value::Array(all)) if all.iter().all(Value::is_string) => {
            let all_texts = || all.iter().filter_map(Value::as_str);
            if all.len() > most {
                Some(over("too_many", "input-too-many", most))
            } else if all_texts().any(|text| text.chars().nth(MOST_IN_TEXTS).is_some()) {
                Some(over("too_long", "input-too-long-each", MOST_IN_TEXTS))
            } else {
                all_texts().find_map(unseen)
            }
        }
        (
            Shape::Text(_)
            | Shape::Name(_)
            | Shape::Label(_)
            | Shape::Raw(_)
            | Shape::Search
            | Shape::Word(_),
            _,
        ) => Some(plain("wrong_type", "input-text")),
        (Shape::Integer(..), _) => Some(plain("wrong_type", "input-whole-number")),
        (Shape::Flag, _) => Some(plain("wrong_type", "input-flag")),
        (Shape::Texts(_), _) => Some(plain("wrong_type", "input-texts")),
        (Shape::Object(_), _) => Some(plain("wrong_type", "input-object")),
    }
}

/// What is wrong with a text that has a character in it that nobody sees.
fn unseen(text: &str) -> Option<Mistake> {
    name::hidden(text).map(|found| ("hidden_character", found.message()))
}

fn search_misfit(text: &str) -> Option<Mistake> {
    if text.chars().nth(MOST_SEARCHED).is_some() {
        return Some(over("too_long", "input-search-too-long", MOST_SEARCHED));
    }
    let many = text.split_whitespace().nth(MOST_WORDS).is_some();
    many.then(|| over("too_many_words", "input-search-words", MOST_WORDS))
}

fn insert(values: &mut Map<String, Value>, name: &str, text: String, fields: &[Field]) {
    let (outer, inner) = name.split_once('.').unwrap_or((name, ""));
    match fields.iter().find(|field| field.name == outer).map(|field| field.shape) {
        Some(Shape::Object(inner_fields)) if !inner.is_empty() => {
            let object = values.entry(outer.to_owned()).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(object) = object {
                insert(object, inner, text, inner_fields);
            }
        }
        Some(Shape::Flag) => {
            values.insert(name.to_owned(), Value::Bool(matches!(text.trim(), "on" | "true")));
        }
        Some(Shape::Texts(_)) => {
            let lines = text.split(['\n', ',', ';']).map(str::trim).filter(|line| !line.is_empty());
            values.insert(name.to_owned(), lines.collect());
        }
        _ if text.trim().is_empty() => {
            values.insert(name.to_owned(), Value::Null);
        }
        Some(Shape::Integer(..)) => {
            let number = text.trim().parse::<i64>().map_or(Value::String(text), Value::from);
            values.insert(name.to_owned(), number);
        }
        _ => {
            values.insert(name.to_owned(), Value::String(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::Slug;

    #[test]
    fn what_cant_be_seen_stands_in_no_text_but_that_which_is_kept_as_it_is() {
        const FORM: &[Field] = &[
            Field::optional("text", Shape::Text(20), ""),
            Field::optional("name", Shape::Name(20), ""),
            Field::optional("label", Shape::Label(20), ""),
            Field::optional("texts", Shape::Texts(20), ""),
            Field::optional("raw", Shape::Raw(20), ""),
            Field::optional("inner", Shape::Object(INNER), ""),
        ];
        let body = |text: &str| json!({"text": text, "name": text, "label": text, "texts": ["a", text], "raw": text, "inner": {"vatId": text}});
        let named = |text: &str| -> Vec<String> {
            let mut input = Input::of_json(body(text), FORM);
            let inner = input.object("inner", INNER, |_| ());
            let errors = input.finish(inner).err().unwrap_or_default();
            errors.into_iter().map(|error| error.field).collect()
        };
        assert_eq!(named("a\u{202e}b"), ["inner.vatId", "label", "name", "text", "texts"]);
        assert_eq!(named(""), ["name"], "a label may be taken away");
        assert_eq!(named("—"), ["label", "name"], "a name can be read out");
        assert!(named("Ærø").is_empty());
        assert_eq!(Input::of_json(body(" E\u{301}a\tb "), FORM).name("name").as_deref(), Some("Éa b"));
    }

    const INNER: &[Field] = &[Field::optional("vatId", Shape::Text(5), "")];
    const FIELDS: &[Field] = &[
        Field::required("slug", Shape::Text(40), ""),
        Field::required("seats", Shape::Integer(1, 100), ""),
        Field::optional("plan", Shape::Word(&["starter", "business"]), ""),
        Field::optional("billing", Shape::Object(INNER), ""),
    ];

    fn read(mut input: Input) -> Result<(Slug, i64, Option<String>), Vec<FieldError>> {
        let slug = input.parse("slug");
        let vat = input.object("billing", INNER, |billing| billing.text("vatId")).flatten();
        let value = slug.zip(input.integer("seats")).map(|(slug, seats)| (slug, seats, vat));
        input.finish(value)
    }

    #[test]
    fn a_sentence_begins_with_a_capital_unless_a_name_begins_it() {
        for (text, said) in [
            ("enter a name", "Enter a name."),
            ("sign-in is closed.", "Sign-in is closed."),
            ("oCIS can't be reached", "oCIS can't be reached."),
            ("ns1.acme.test refuses it", "ns1.acme.test refuses it."),
            ("“x” isn't a role", "“x” isn't a role."),
        ] {
            assert_eq!(sentence(text), said);
        }
    }

    #[test]
    fn a_form_and_a_body_read_alike() {
        let form = [("slug", " acme "), ("seats", "5"), ("billing.vatId", "DK1"), ("plan", "")];
        let form = form.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec();
        let body = json!({"slug": "acme", "seats": 5, "billing": {"vatId": "DK1"}});
        assert_eq!(read(Input::of_form(form, FIELDS)), read(Input::of_json(body, FIELDS)));
    }

    #[test]
    fn texts_stand_one_on_each_line_of_a_form_and_an_empty_one_has_none() {
        const LIST: &[Field] =
            &[Field::optional("to", Shape::Texts(3), ""), Field::optional("plus", Shape::Flag, "")];
        let typed = |to: &str| {
            let form = vec![("to".to_owned(), to.to_owned()), ("plus".to_owned(), "on".to_owned())];
            let input = Input::of_form(form, LIST);
            let value = input.texts("to").zip(input.flag("plus"));
            input.finish(value)
        };
        assert_eq!(
            typed("a@b.test\r\n\r\n c@d.test "),
            Ok((vec!["a@b.test".into(), "c@d.test".into()], true))
        );
        assert_eq!(typed(" "), Ok((Vec::new(), true)));
        assert_eq!(typed("a\nb\nc\nd").unwrap_err()[0].code, "too_many");
        let wrong = Input::of_json(json!({"to": [1], "plus": "on"}), LIST);
        assert_eq!(wrong.finish(Some(())).unwrap_err().len(), 2);
    }

    #[test]
    fn an_object_left_empty_in_a_form_is_left_out() {
        const OWNER: &[Field] = &[Field::required("email", Shape::Text(40), "")];
        const WITH_OWNER: &[Field] = &[Field::optional("owner", Shape::Object(OWNER), "")];
        let form = vec![("owner.email".to_owned(), " ".to_owned())];
        assert_eq!(Input::of_form(form, WITH_OWNER).finish(Some(())), Ok(()));
    }

    #[test]
    fn every_mistake_is_named_at_once() {
        let body = json!({"slug": "No!", "seats": "5", "plan": "gold", "x": 1, "billing": {"vatId": "123456", "y": 2}});
        let errors = read(Input::of_json(body, FIELDS)).unwrap_err();
        let named: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
        let expected = [
            ("billing.vatId", "too_long"),
            ("billing.y", "unknown_field"),
            ("plan", "unknown_value"),
            ("seats", "wrong_type"),
            ("slug", "invalid"),
            ("x", "unknown_field"),
        ];
        assert_eq!(named, expected);
    }

    #[test]
    fn of_many_mistakes_the_first_are_told_and_the_rest_is_counted_in_linear_time() {
        let sent: Map<String, Value> = (0..32_000).map(|n| (format!("x{n}"), Value::Null)).collect();
        let began = std::time::Instant::now();
        let errors = read(Input::of_json(Value::Object(sent), FIELDS)).unwrap_err();
        assert!(began.elapsed().as_millis() < 500, "{:?}", began.elapsed());
        assert_eq!(errors.len(), MOST_TOLD + 1);
        let named = |name: &str| errors.iter().any(|error| error.field == name);
        assert!(named("slug") && named("seats"), "what is needed comes before what nobody knows");
        let last = errors.last().map(|error| (error.code, error.message.clone()));
        assert_eq!(last, Some((MORE, Message::new("input-more").with("count", 31_982_usize))));
    }

    #[test]
    fn a_name_that_nobody_knows_is_not_repeated_at_length() {
        let body = json!({"slug": "acme", "seats": 5, ("é".repeat(64_000)): 1, ("é".repeat(64_001)): 1});
        let errors = read(Input::of_json(body, FIELDS)).unwrap_err();
        assert_eq!(errors.len(), 2, "they are told apart");
        assert!(errors.iter().all(|error| error.field.len() < 120), "{errors:?}");
    }

    #[test]
    fn a_search_has_few_words_and_what_a_query_does_not_know_is_left_out() {
        const QUERY: &[&[Field]] = &[&[Field::optional("q", Shape::Search, "")]];
        let read = |q: &str| {
            let pairs = [("q", "first"), ("other", "x"), ("q", q)];
            let pairs = pairs.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec();
            let input = Input::of_query(pairs, QUERY);
            let q = input.text("q");
            input.finish(q).map_err(|errors| errors[0].code)
        };
        assert_eq!(read(&"a ".repeat(20)).unwrap().len(), 39);
        assert_eq!(read(&"a ".repeat(21)), Err("too_many_words"));
        assert_eq!(read(&"é".repeat(201)), Err("too_long"));
    }

    #[test]
    fn each_text_of_a_list_has_a_limit() {
        const LIST: &[Field] = &[Field::optional("to", Shape::Texts(3), "")];
        let read = |length| {
            let input = Input::of_json(json!({"to": ["a".repeat(length)]}), LIST);
            input.finish(Some(())).map_err(|errors| errors[0].code)
        };
        assert_eq!(read(MOST_IN_TEXTS), Ok(()));
        assert_eq!(read(MOST_IN_TEXTS + 1), Err("too_long"));
    }

    proptest! {
        #[test]
        fn reading_never_panics(slug in "\\PC{0,50}", seats: i64, plan in "\\PC{0,10}") {
            let body = json!({"slug": slug, "seats": seats, "plan": plan});
            let _ = read(Input::of_json(body, FIELDS));
        }
    }
}
