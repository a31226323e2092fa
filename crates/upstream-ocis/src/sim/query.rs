//! Query options: which are known, and what lists make of `$filter` and `$orderby` (section 6).

use axum::http::StatusCode;
use kernel::id;
use serde_json::Value;

use super::answer::Problem;

/// The options of a request by name, without their `$`.
pub struct Options(Vec<(String, String)>);

impl Options {
    /// Reads the query; `plain` are the parameters without `$` that this address knows.
    pub fn of(query: Option<&str>, plain: &[&str]) -> Result<Self, Problem> {
        const KNOWN: [&str; 8] = ["filter", "orderby", "expand", "search", "top", "skip", "select", "count"];
        let mut options = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let known = match name.strip_prefix('$') {
                Some(option) => KNOWN.contains(&option),
                None => plain.contains(&name.as_ref()),
            };
            if !known {
                let why = format!("Query parameter '{name}' is not supported");
                return Err(Problem::invalid(format!("{why}. Cause: {why}")));
            }
            options.push((name.trim_start_matches('$').to_owned(), value.into_owned()));
        }
        Ok(Self(options))
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(option, _)| option == name)?;
        Some(value)
    }

    pub fn expands(&self, what: &str) -> bool {
        self.get("expand").is_some_and(|wanted| wanted.split(',').any(|part| part == what))
    }
}

/// The drives that `$filter` leaves. Only `driveType` and `id` filter; other fields are ignored silently.
pub fn filter_drives(drives: Vec<Value>, filter: Option<&str>) -> Result<Vec<Value>, Problem> {
    let Some(filter) = filter else {
        return Ok(drives);
    };
    let unsupported = |operator: &str| {
        let why = format!("unsupported filter operand: {operator}");
        Problem::new(StatusCode::NOT_IMPLEMENTED, "notSupported", why)
    };
    for joint in ["and", "or", "not"] {
        if filter.split_whitespace().any(|word| word == joint) {
            return Err(unsupported(joint));
        }
    }
    let mut words = filter.splitn(3, ' ');
    let (Some(field), Some(operator), Some(value)) = (words.next(), words.next(), words.next()) else {
        return Err(Problem::invalid("Value must be a boolean expression"));
    };
    if operator != "eq" {
        return Err(unsupported(operator));
    }
    if !matches!(field, "driveType" | "id") {
        return Ok(drives);
    }
    let value = value.trim_matches('\'');
    Ok(drives.into_iter().filter(|drive| drive[field] == value).collect())
}

/// The rows in the order that `$orderby` names, else in a random one.
pub fn order(mut rows: Vec<Value>, by: Option<&str>, fields: &[&str]) -> Result<Vec<Value>, Problem> {
    let Some(by) = by else {
        rows.sort_by_cached_key(|_| u64::from_be_bytes(id::random()));
        return Ok(rows);
    };
    let (field, direction) = by.split_once(' ').unwrap_or((by, "asc"));
    if !fields.contains(&field) {
        let why = format!("we do not support <{field}> as a order parameter");
        return Err(Problem::invalid(why));
    }
    rows.sort_by_cached_key(|row| row[field].as_str().map(str::to_lowercase));
    if direction.trim() == "desc" {
        rows.reverse();
    }
    Ok(rows)
}
