//! Reads the fields of an object by the table of its family, and says what is wrong with them in the words of the server.

use kernel::Timestamp;
use serde_json::{Map, Value, json};

use super::Problem;
use super::fields::Fields;
use crate::sim::duration;
use crate::sim::family::{Family, Field, FieldKind, Standard};
use crate::sim::objects::{Object, id_of, text_of, value_of};
use crate::sim::world::World;

/// Puts given fields into an object; of one that is new, those that have to be given must be there.
pub fn write(
    world: &World,
    family: &Family,
    object: &mut Object,
    mut fields: Fields,
    is_new: bool,
) -> Result<(), Problem> {
    for field in family.fields {
        if is_new && matches!(field.standard, Standard::Required) {
            fields.require(&[field.name]);
        }
        if let Some(value) = read(world, field, &mut fields) {
            object.insert(field.name.to_owned(), value);
        }
    }
    for (name, why) in family.unique {
        let value = value_of(object, name);
        let is_other = |other: &&Object| id_of(other) != id_of(object) && value_of(other, name) == value;
        let is_taken = !value.is_null() && world.objects.of(family.kind).any(|other| is_other(&other));
        if fields.value(name).is_some() && is_taken {
            fields.refuse(name, why);
        }
    }
    fields.check()?;
    (family.check)(world, object).map_err(|(name, why)| Problem::field(name, &why))
}

/// The value of a field, when it was given and is right.
fn read(world: &World, field: &Field, fields: &mut Fields) -> Option<Value> {
    let value = fields.value(field.name)?.clone();
    let may_be_null = matches!(field.standard, Standard::Null);
    if value.is_null() && may_be_null {
        return Some(value);
    }
    let checked = if value.is_null() {
        Err(said("This field may not be null."))
    } else {
        check(world, &field.kind, &value)
    };
    match checked {
        Ok(value) => Some(value),
        Err(errors) => {
            fields.refuse_as(field.name, errors);
            None
        }
    }
}

fn said(text: &str) -> Value {
    json!([text])
}

/// The value as it is kept, or what is wrong with it.
fn check(world: &World, kind: &FieldKind, value: &Value) -> Result<Value, Value> {
    let is_right = match kind {
        FieldKind::Text => value.is_string(),
        FieldKind::Filled | FieldKind::Slug | FieldKind::Code(_) => {
            let text = value.as_str().ok_or_else(|| said("Not a valid string."))?;
            if text.trim().is_empty() {
                return Err(said("This field may not be blank."));
            }
            match kind {
                FieldKind::Slug => {
                    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
                }
                FieldKind::Code(place) => return is_closed(text, place).map(|()| value.clone()),
                _ => true,
            }
        }
        FieldKind::Flag => value.is_boolean(),
        FieldKind::Number => value.is_i64(),
        FieldKind::Decimal => value.is_number(),
        FieldKind::Choice(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        FieldKind::Words(words, is_filled) => return check_words(words, *is_filled, value),
        FieldKind::Duration => value.as_str().is_some_and(|text| duration::parse(text).is_some()),
        FieldKind::Time => value.as_str().is_some_and(|text| Timestamp::parse(text).is_some()),
        FieldKind::Object => value.is_object(),
        FieldKind::RedirectUris => return check_redirect_uris(value),
        FieldKind::One(kind) => world.is_there(kind, value),
        FieldKind::Many(kind) => {
            let ids = value.as_array().ok_or_else(|| no_list(value))?;
            return match ids.iter().find(|id| !world.is_there(kind, id)) {
                Some(unknown) => Err(said(&unknown_id(unknown))),
                None => Ok(value.clone()),
            };
        }
    };
    if is_right { Ok(value.clone()) } else { Err(said(&refusal(kind, value))) }
}

fn refusal(kind: &FieldKind, value: &Value) -> String {
    let given = text_of(value);
    let why = match kind {
        FieldKind::Flag => "Must be a valid boolean.",
        FieldKind::Number => "A valid integer is required.",
        FieldKind::Decimal => "A valid number is required.",
        FieldKind::Slug => "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
        FieldKind::Object => "Value must be valid JSON.",
        FieldKind::Time => {
            "Datetime has wrong format. Use one of these formats instead: \
             YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
        }
        FieldKind::Choice(_) => return format!("\"{given}\" is not a valid choice."),
        FieldKind::Duration => {
            return format!("{given} is not in the correct format of 'hours=3;minutes=1'.");
        }
        FieldKind::One(_) => return unknown_id(value),
        _ => "Not a valid string.",
    };
    why.to_owned()
}

fn unknown_id(id: &Value) -> String {
    format!("Invalid pk \"{}\" - object does not exist.", text_of(id))
}

fn no_list(value: &Value) -> Value {
    said(&format!("Expected a list of items but got type \"{}\".", python_type(value)))
}

fn python_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

fn check_words(words: &[&str], is_filled: bool, value: &Value) -> Result<Value, Value> {
    let given = value.as_array().ok_or_else(|| no_list(value))?;
    if given.is_empty() && is_filled {
        return Err(said("This list may not be empty."));
    }
    let wrong =
        given.iter().enumerate().filter(|(_, word)| !word.as_str().is_some_and(|word| words.contains(&word)));
    let wrong: Map<String, Value> = wrong
        .map(|(index, word)| {
            (index.to_string(), said(&format!("\"{}\" is not a valid choice.", text_of(word))))
        })
        .collect();
    if wrong.is_empty() { Ok(value.clone()) } else { Err(Value::Object(wrong)) }
}

/// Redirect addresses are objects; the type of each is `authorization` unless it says another (section 7).
fn check_redirect_uris(value: &Value) -> Result<Value, Value> {
    let rows = value.as_array().ok_or_else(|| no_list(value))?;
    let (mut read, mut errors) = (Vec::new(), Vec::new());
    for row in rows {
        let (row, wrong) = check_redirect_uri(row);
        read.push(row);
        errors.push(wrong);
    }
    if errors.iter().any(|wrong| *wrong != json!({})) {
        return Err(Value::Array(errors));
    }
    let is_broken =
        |row: &&Value| row["matching_mode"] == "regex" && is_closed(&text_of(&row["url"]), "").is_err();
    match read.iter().find(is_broken) {
        Some(row) => Err(said(&format!("Invalid Regex Pattern: {}", text_of(&row["url"])))),
        None => Ok(Value::Array(read)),
    }
}

fn check_redirect_uri(row: &Value) -> (Value, Value) {
    const CHOICES: [(&str, [&str; 2]); 2] =
        [("matching_mode", ["strict", "regex"]), ("redirect_uri_type", ["authorization", "logout"])];
    let Some(given) = row.as_object() else {
        let why = format!("Invalid data. Expected a dictionary, but got {}.", python_type(row));
        return (Value::Null, json!({"non_field_errors": [why]}));
    };
    let mut row = Map::from_iter([("redirect_uri_type".to_owned(), json!("authorization"))]);
    row.extend(given.clone());
    let mut wrong = Map::new();
    for name in ["matching_mode", "url"].into_iter().filter(|name| !row.contains_key(*name)) {
        wrong.insert(name.to_owned(), said("This field is required."));
    }
    for (name, words) in CHOICES {
        let known = row.get(name).map(text_of).filter(|word| !words.contains(&word.as_str()));
        if let Some(word) = known {
            wrong.insert(name.to_owned(), said(&format!("\"{word}\" is not a valid choice.")));
        }
    }
    row.retain(|name, _| matches!(name.as_str(), "matching_mode" | "url" | "redirect_uri_type"));
    (Value::Object(row), Value::Object(wrong))
}

/// Whether all brackets outside texts are closed, which is as much of a compiler as there is. The error names the line
/// behind the first, since the server wraps the code (section 8).
fn is_closed(code: &str, place: &str) -> Result<(), Value> {
    let mut open: Vec<(char, usize)> = Vec::new();
    let (mut quote, mut line) = (None, 2);
    for letter in code.chars() {
        match (quote, letter) {
            (_, '\n') => line += 1,
            (Some(known), _) if known == letter => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None, '(' | '[' | '{') => open.push((letter, line)),
            (None, ')' | ']' | '}') => {
                open.pop();
            }
            _ => {}
        }
    }
    match open.pop() {
        None => Ok(()),
        Some((letter, line)) => {
            Err(said(&format!("Expression Syntax Error: '{letter}' was never closed ({place}, line {line})")))
        }
    }
}
