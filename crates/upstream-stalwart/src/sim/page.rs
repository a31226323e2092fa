//! `/query`: filters, sorts and pages. Pages have a wart that decides how a client must ask: section 4,
//! "Paging works like this and not otherwise".

use serde_json::{Map, Value, json};

use super::ids;
use super::jmap::{MethodError, argument};

/// How many ids come without a limit.
const MOST: usize = 5000;

/// One object as a query sees it.
pub struct Row {
    pub id: u64,
    /// What `name` sorts by.
    pub name: String,
    /// The values that an exact filter of that name matches.
    pub filters: Vec<(&'static str, Vec<String>)>,
    /// What the filter `text` looks for words in.
    pub text: String,
}

enum Order {
    Unsorted,
    ById,
    ByName { ascending: bool },
}

/// Answers a query over `rows`, which come by id. `known` are all properties of the object, `sorts` those it
/// sorts by.
pub fn page(
    arguments: &Map<String, Value>,
    rows: Vec<Row>,
    known: &[&str],
    sorts: &[&str],
) -> Result<Map<String, Value>, MethodError> {
    let order = order(arguments, sorts)?;
    let mut rows = matching(rows, arguments.get("filter"), known)?;
    let limit: Option<usize> =
        argument(arguments, "limit", "usize", |value| usize::try_from(value.as_u64()?).ok())?;
    let position: i64 = argument(arguments, "position", "i64", Value::as_i64)?.unwrap_or(0);
    let offset: i64 = argument(arguments, "anchorOffset", "i64", Value::as_i64)?.unwrap_or(0);
    let anchor: Option<u64> = argument(arguments, "anchor", "id", |value| {
        Some(value.as_str().and_then(ids::decode).unwrap_or(u64::MAX))
    })?;
    let total: bool = argument(arguments, "calculateTotal", "bool", Value::as_bool)?.unwrap_or(false);
    let count = rows.len();
    if let Some(limit) = limit
        && !total
        && position >= 0
        && offset == 0
        && !matches!(order, Order::ByName { .. })
    {
        let first = usize::try_from(position).unwrap_or(0);
        let after = anchor.unwrap_or(0);
        let mut cut: Vec<u64> =
            rows.iter().map(|row| row.id).filter(|id| *id > after).skip(first).take(limit).collect();
        if matches!(order, Order::Unsorted) {
            cut.reverse();
        }
        return Ok(answer(0, &cut));
    }
    match order {
        Order::ById => {}
        Order::Unsorted => rows.reverse(),
        Order::ByName { ascending } => {
            rows.sort_by(|a, b| a.name.cmp(&b.name));
            if !ascending {
                rows.reverse();
            }
        }
    }
    let base = match anchor {
        None if position < 0 => i64::try_from(count).unwrap_or(0) + position,
        None => position,
        Some(anchor) => {
            let at = rows.iter().position(|row| row.id == anchor);
            let at = at.ok_or_else(|| MethodError::new("anchorNotFound", ""))?;
            i64::try_from(at).unwrap_or(0) + offset
        }
    };
    let first = usize::try_from(base).unwrap_or(0);
    let cut: Vec<u64> = rows.iter().map(|row| row.id).skip(first).take(limit.unwrap_or(MOST)).collect();
    let mut answer = answer(first, &cut);
    if total {
        answer.insert("total".to_owned(), count.into());
    }
    if let Some(limit) = limit {
        answer.insert("limit".to_owned(), limit.into());
    }
    Ok(answer)
}

fn answer(position: usize, cut: &[u64]) -> Map<String, Value> {
    let ids: Vec<String> = cut.iter().map(|id| ids::encode(*id)).collect();
    let answer = json!({"queryState": "n", "canCalculateChanges": true, "position": position, "ids": ids});
    answer.as_object().cloned().unwrap_or_default()
}

fn order(arguments: &Map<String, Value>, sorts: &[&str]) -> Result<Order, MethodError> {
    let Some(first) = arguments.get("sort").and_then(|sort| sort.get(0)) else {
        return Ok(Order::Unsorted);
    };
    let property = first["property"].as_str().unwrap_or_default();
    if !sorts.contains(&property) {
        let why = format!("Property {property} is not supported for sorting");
        return Err(MethodError::new("unsupportedSort", why));
    }
    let ascending = first["isAscending"].as_bool().unwrap_or(true);
    Ok(match property {
        "name" => Order::ByName { ascending },
        _ if ascending => Order::ById,
        _ => Order::Unsorted,
    })
}

fn matching(rows: Vec<Row>, filter: Option<&Value>, known: &[&str]) -> Result<Vec<Row>, MethodError> {
    let refused = |why: String| MethodError::new("unsupportedFilter", why);
    let Some(filter) = filter.and_then(Value::as_object) else {
        return Ok(rows);
    };
    if let Some(operator) = filter.get("operator") {
        if operator != "AND" {
            return Err(refused("Only AND is supported in filters".to_owned()));
        }
        let conditions = filter.get("conditions").and_then(Value::as_array);
        return conditions
            .into_iter()
            .flatten()
            .try_fold(rows, |rows, condition| matching(rows, Some(condition), known));
    }
    filter.iter().try_fold(rows, |rows, (property, wanted)| {
        if property != "text" && !known.contains(&property.as_str()) {
            return Err(refused(property.clone()));
        }
        let can = property == "text" || rows.iter().all(|row| row.values(property).is_some());
        let (true, Some(wanted)) = (can, wanted.as_str()) else {
            let why = format!("Filter on property {property} is not supported or invalid");
            return Err(refused(why));
        };
        Ok(rows.into_iter().filter(|row| row.matches(property, wanted)).collect())
    })
}

impl Row {
    fn values(&self, property: &str) -> Option<&[String]> {
        let (_, values) = self.filters.iter().find(|(name, _)| *name == property)?;
        Some(values)
    }

    fn matches(&self, property: &str, wanted: &str) -> bool {
        if property == "text" {
            let present: Vec<String> = words(&self.text).collect();
            return words(wanted).all(|word| present.contains(&word));
        }
        self.values(property).is_some_and(|values| values.iter().any(|value| value == wanted))
    }
}

/// Words of one letter don't count: `page-1.test` finds all of `page-1.test` to `page-6.test`.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.len() > 1).map(str::to_lowercase)
}
