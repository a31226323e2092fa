//! Reads the fields of a request body and gathers what is wrong with them, in the words of the server.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::Problem;

/// The fields of a body; a field that isn't there reads as `None`.
pub struct Fields {
    given: Map<String, Value>,
    errors: Map<String, Value>,
}

impl Fields {
    /// Reads a body; an empty one has no fields.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let body = if body.is_empty() { b"{}" } else { body };
        let value: Value = serde_json::from_slice(body).map_err(|error| {
            Problem::detail(StatusCode::BAD_REQUEST, &format!("JSON parse error - {error}"))
        })?;
        let Value::Object(given) = value else {
            return Err(Problem::field("non_field_errors", "Invalid data. Expected a dictionary."));
        };
        Ok(Self::of(given))
    }

    /// Fields that don't come from a body.
    pub fn of(given: Map<String, Value>) -> Self {
        Self { given, errors: Map::new() }
    }

    /// The given value of a field.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.given.get(name)
    }

    pub fn require(&mut self, names: &[&str]) {
        for name in names {
            if !self.given.contains_key(*name) {
                self.refuse(name, "This field is required.");
            }
        }
    }

    pub fn refuse(&mut self, name: &str, text: &str) {
        self.refuse_as(name, json!([text]));
    }

    /// Refuses a field with errors that are no plain list.
    pub fn refuse_as(&mut self, name: &str, errors: Value) {
        self.errors.insert(name.to_owned(), errors);
    }

    /// A text that may be empty.
    pub fn text(&mut self, name: &str) -> Option<String> {
        match self.given.get(name)? {
            Value::String(text) => return Some(text.clone()),
            Value::Null => self.refuse(name, "This field may not be null."),
            _ => self.refuse(name, "Not a valid string."),
        }
        None
    }

    /// A text that may not be empty.
    pub fn filled(&mut self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        if text.trim().is_empty() {
            self.refuse(name, "This field may not be blank.");
            return None;
        }
        Some(text)
    }

    pub fn flag(&mut self, name: &str) -> Option<bool> {
        let flag = self.given.get(name)?.as_bool();
        if flag.is_none() {
            self.refuse(name, "Must be a valid boolean.");
        }
        flag
    }

    /// A flag that only the caller reads.
    pub fn take_flag(&mut self, name: &str) -> Option<bool> {
        let flag = self.flag(name);
        self.given.remove(name);
        flag
    }

    pub fn object(&mut self, name: &str) -> Option<Map<String, Value>> {
        let object = self.given.get(name)?.as_object().cloned();
        if object.is_none() {
            self.refuse(name, "Value must be a dictionary, and not have any duplicate keys.");
        }
        object
    }

    pub fn number(&mut self, name: &str) -> Option<i64> {
        let number = self.given.get(name)?.as_i64();
        if number.is_none() {
            self.refuse(name, "A valid integer is required.");
        }
        number
    }

    /// A list of ids of other objects; `find` gives none for an object that doesn't exist.
    pub fn ids<T, C: FromIterator<T>>(
        &mut self,
        name: &str,
        find: impl Fn(&Value) -> Option<T>,
    ) -> Option<C> {
        let Some(rows) = self.given.get(name)?.as_array() else {
            self.refuse(name, "Expected a list of items.");
            return None;
        };
        let found = rows.iter().map(|row| find(row).ok_or_else(|| row.clone()));
        match found.collect::<Result<C, Value>>() {
            Ok(ids) => Some(ids),
            Err(row) => {
                let row = row.as_str().map_or_else(|| row.to_string(), str::to_owned);
                self.refuse(name, &format!("Invalid pk \"{row}\" - object does not exist."));
                None
            }
        }
    }

    /// Ends the reading; an error when any field was refused.
    pub fn check(self) -> Result<(), Problem> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::bad(Value::Object(self.errors))) }
    }
}
