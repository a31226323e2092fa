//! Lists: query parameters, order, pages, and the filter on attributes (sections 1 and 2).

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Answer, Problem, ok};

const DEFAULT_SIZE: usize = 20;
const MOST_ROWS: usize = 100;

/// The parameters of a list; those that it doesn't know are ignored.
#[derive(Default, serde::Deserialize)]
#[serde(transparent)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).last()
    }

    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// A flag that is on unless it is `false`.
    pub fn unless_off(&self, name: &str) -> bool {
        self.get(name) != Some("false")
    }

    /// Whether any of `texts` contains what is searched for, in any case.
    pub fn is_search_in(&self, texts: &[&str]) -> bool {
        let Some(wanted) = self.get("search") else {
            return true;
        };
        let wanted = wanted.to_lowercase();
        texts.iter().any(|text| text.to_lowercase().contains(&wanted))
    }
}

/// The answer with one page of `rows`.
pub fn page(query: &Parameters, rows: Vec<Value>, fields: &[&str]) -> Answer {
    page_of(query, rows, fields).map(ok)
}

/// One page of `rows` in the order that `?ordering=` asks for, which `fields` allows; the first of them is the
/// order otherwise.
pub fn page_of(query: &Parameters, mut rows: Vec<Value>, fields: &[&str]) -> Result<Value, Problem> {
    sort(query, &mut rows, fields);
    let wanted = query.get("page_size").and_then(|size| size.parse().ok());
    let size = wanted.filter(|size| *size > 0).unwrap_or(DEFAULT_SIZE).min(MOST_ROWS);
    let count = rows.len();
    let last = count.div_ceil(size).max(1);
    let number: Option<usize> = query.get("page").map_or(Some(1), |page| page.parse().ok());
    let Some(number) = number.filter(|number| (1..=last).contains(number)) else {
        return Err(Problem::detail(StatusCode::NOT_FOUND, "Invalid page."));
    };
    let first = (number - 1) * size;
    let results: Vec<Value> = rows.into_iter().skip(first).take(size).collect();
    Ok(json!({
        "pagination": {
            "next": if number < last { number + 1 } else { 0 },
            "previous": number - 1,
            "count": count,
            "current": number,
            "total_pages": last,
            "start_index": if count == 0 { 0 } else { first + 1 },
            "end_index": first + results.len(),
        },
        "results": results,
        "autocomplete": {},
    }))
}

fn sort(query: &Parameters, rows: &mut [Value], fields: &[&str]) {
    let ordering = query.get("ordering").unwrap_or_default();
    let (field, descending) = match ordering.strip_prefix('-') {
        Some(field) => (field, true),
        None => (ordering, false),
    };
    let known = fields.iter().find(|known| **known == field);
    let Some(field) = known.or_else(|| fields.first()) else {
        return;
    };
    let text = |row: &Value| row[*field].as_str().map(str::to_owned);
    rows.sort_by(|a, b| (a[*field].as_i64(), text(a)).cmp(&(b[*field].as_i64(), text(b))));
    if descending && known.is_some() {
        rows.reverse();
    }
}

/// A filter on attributes: `{"dezky__tenant_id": "t-1"}`.
pub struct AttributeFilter(Map<String, Value>);

impl AttributeFilter {
    /// Reads `?attributes=`. The error is a bare list (section 15).
    pub fn read(query: &Parameters) -> Result<Self, Problem> {
        let Some(text) = query.get("attributes") else {
            return Ok(Self(Map::new()));
        };
        let filter = serde_json::from_str(text);
        filter.map(Self).map_err(|_| Problem::bad(json!(["filter: failed to parse JSON"])))
    }

    /// `__` walks into objects; the value there must be equal, a nested object as a whole.
    pub fn takes(&self, attributes: &Map<String, Value>) -> bool {
        self.0.iter().all(|(path, wanted)| {
            let mut steps = path.split("__");
            let first = steps.next().and_then(|step| attributes.get(step));
            steps.fold(first, |value, step| value?.get(step)) == Some(wanted)
        })
    }
}

/// 400 for a filter that names an object which doesn't exist.
pub fn no_choice(name: &str, given: &str) -> Problem {
    Problem::field(name, &format!("Select a valid choice. {given} is not one of the available choices."))
}
