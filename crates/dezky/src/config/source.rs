//! Where settings come from: the environment, and below it a file of `NAME=value` lines.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use super::names::NAMES;
use super::problem::Problems;

/// Settings by name.
pub type Values = BTreeMap<String, String>;

/// A setting; one that is empty counts as not set, as compose files leave them.
pub fn text<'a>(values: &'a Values, name: &str) -> Option<&'a str> {
    values.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
}

/// The environment over the file that `DEZKY_CONFIG` names, or over `.env` where there is one.
pub fn values() -> Result<Values, Problems> {
    let environment: Values = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, value)| !value.is_empty() && NAMES.iter().any(|(known, _)| known == name))
        .collect();
    let named = text(&environment, "DEZKY_CONFIG").map(str::to_owned);
    let file = named.as_deref().unwrap_or(".env");
    let mut values = match std::fs::read_to_string(Path::new(file)) {
        Ok(content) => parse(&content).map_err(|why| Problems::one(file, why))?,
        Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => Values::new(),
        Err(error) => return Err(Problems::one(file, format!("can't be read: {error}"))),
    };
    values.extend(environment);
    Ok(values)
}

/// Settings over those of a further file, where there is one.
pub fn over_file(mut values: Values, file: &Path) -> Result<Values, Problems> {
    let name = || file.display().to_string();
    let below = match std::fs::read_to_string(file) {
        Ok(content) => parse(&content).map_err(|why| Problems::one(name(), why))?,
        Err(error) if error.kind() == ErrorKind::NotFound => Values::new(),
        Err(error) => return Err(Problems::one(name(), format!("can't be read: {error}"))),
    };
    for (name, value) in below {
        if text(&values, &name).is_none() {
            values.insert(name, value);
        }
    }
    Ok(values)
}

/// The point at which a test lets the process die.
#[cfg(debug_assertions)]
pub fn fail_point() -> Option<String> {
    let named = std::env::vars_os().find(|(name, _)| name == "DEZKY_FAIL_POINT");
    named?.1.into_string().ok().filter(|point| !point.is_empty())
}

/// Lines of `NAME=value`, with `#` comments and optional quotes. Nothing is substituted, so that a secret may hold
/// any sign.
pub fn parse(content: &str) -> Result<Values, String> {
    let mut values = Values::new();
    for (number, line) in content.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').ok_or_else(|| format!("line {} has no `=`", number + 1))?;
        values.insert(name.trim().to_owned(), unquoted(value.trim()).to_owned());
    }
    Ok(values)
}

fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inside) = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inside;
        }
    }
    // A comment after a value needs a blank before it: `#` may be part of a secret.
    value.split_once(" #").map_or(value, |(value, _)| value.trim_end())
}
