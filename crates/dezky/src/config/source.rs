//! Where settings come from: the environment, and below it a file of `NAME=value` lines.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::names::NAMES;
use super::problem::Problems;
use super::spelling::{Misspelt, slips};

/// Settings by name.
pub type Values = BTreeMap<String, String>;

/// A setting; one that is empty counts as not set, as compose files leave them.
pub fn text<'a>(values: &'a Values, name: &str) -> Option<&'a str> {
    values.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
}

/// The environment over the file that `DEZKY_CONFIG` names, or over `.env` where there is one.
pub fn values() -> Result<Values, Problems> {
    let mut environment = environment();
    environment.retain(|name, _| NAMES.iter().any(|(known, _)| known == name));
    let (_, mut values) = usual_file(&environment)?;
    values.extend(environment);
    Ok(values)
}

/// Names in the environment and in that file that nearly are those of settings.
pub fn misspelt() -> Result<Vec<Misspelt>, Problems> {
    let environment = environment();
    let (file, values) = usual_file(&environment)?;
    let set = environment.keys().chain(values.keys()).cloned().collect();
    let mut all = slips("the environment", environment.keys().map(String::as_str), &set);
    all.extend(slips(&file, values.keys().map(String::as_str), &set));
    Ok(all)
}

/// The same in a further file; `values` are the settings with those of the file.
pub fn misspelt_in(file: &Path, values: &Values) -> Result<Vec<Misspelt>, Problems> {
    let set = values.keys().cloned().collect();
    let own = further_file(file)?;
    Ok(slips(&file.display().to_string(), own.keys().map(String::as_str), &set))
}

/// All of it that is text and not empty.
fn environment() -> Values {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// The file that is read without being named.
const USUAL: &str = ".env";

/// The file that [`values`] reads: the one that `DEZKY_CONFIG` names, or `.env`, which need not be there.
pub fn usual_path() -> PathBuf {
    text(&environment(), "DEZKY_CONFIG").unwrap_or(USUAL).into()
}

/// Whether there is a file that settings can come from.
pub fn has_file() -> bool {
    text(&environment(), "DEZKY_CONFIG").is_some() || Path::new(USUAL).exists()
}

/// The file that belongs to an environment, and what is in it.
fn usual_file(environment: &Values) -> Result<(String, Values), Problems> {
    let named = text(environment, "DEZKY_CONFIG").map(str::to_owned);
    let file = named.as_deref().unwrap_or(USUAL);
    let values = match std::fs::read_to_string(Path::new(file)) {
        Ok(content) => parse(&content).map_err(|why| Problems::one(file, why))?,
        Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => Values::new(),
        Err(error) => return Err(Problems::one(file, format!("can't be read: {error}"))),
    };
    Ok((file.to_owned(), values))
}

/// Settings over those of a further file, where there is one.
pub fn over_file(mut values: Values, file: &Path) -> Result<Values, Problems> {
    for (name, value) in further_file(file)? {
        if text(&values, &name).is_none() {
            values.insert(name, value);
        }
    }
    Ok(values)
}

/// What is in a file, where there is one.
fn further_file(file: &Path) -> Result<Values, Problems> {
    let name = || file.display().to_string();
    match std::fs::read_to_string(file) {
        Ok(content) => parse(&content).map_err(|why| Problems::one(name(), why)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Values::new()),
        Err(error) => Err(Problems::one(name(), format!("can't be read: {error}"))),
    }
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
