//! What was done to a flag, by whom, and what it changed.

use audit::Record;
use i18n::Words;
use kernel::Timestamp;
use maud::{Markup, html};
use serde_json::Value;
use tenants::Plan;
use web::ui::{self, Event};

use super::name_of_plan;
use crate::input::{per_cent, typed_moment};

/// The fields of a record that people read. Those whom a flag names stand in the log by their ids.
const FIELDS: [&str; 9] = [
    "description",
    "kind",
    "shareBasisPoints",
    "tenantCount",
    "partnerCount",
    "plans",
    "startsAt",
    "endsAt",
    "killed",
];

/// The changes, the latest first.
pub fn timeline(w: &Words, records: &[Record], now: Timestamp) -> Markup {
    let all: Vec<Event> = records.iter().map(|record| event(w, record, now)).collect();
    ui::events(true, &all)
}

fn event(w: &Words, record: &Record, now: Timestamp) -> Event {
    let key = audit::key(&record.action);
    let action = if w.has(&key) { w.t(&key) } else { record.action.clone() };
    let who = record.actor_name.as_deref().or(record.actor_id.as_deref()).unwrap_or("–");
    let what = html! {
        b { (who) } " · " (action)
        @for (label, before, after) in changed(w, record) {
            small class="block muted" { (label) ": " (before) " → " (after) }
        }
    };
    Event::At { time: ui::ago(w, record.at, now), what }
}

/// What differs between before and after, in words.
fn changed(w: &Words, record: &Record) -> Vec<(String, String, String)> {
    let (Some(before), Some(after)) = (&record.before, &record.after) else { return Vec::new() };
    let differs = |field: &&str| before[*field] != after[*field];
    let told = |field: &str| {
        let label = w.t(&format!("flag-field-{}", field.to_lowercase()));
        (label, said(w, field, &before[field]), said(w, field, &after[field]))
    };
    // What a record of an earlier version doesn't say is like nothing.
    let is_seen = |(_, before, after): &(String, String, String)| before != after;
    FIELDS.into_iter().filter(differs).map(told).filter(is_seen).collect()
}

fn said(w: &Words, field: &str, value: &Value) -> String {
    match (field, value) {
        ("kind", Value::String(kind)) => w.t(&format!("flag-is-{kind}")),
        ("shareBasisPoints", Value::Number(share)) => {
            format!("{} %", per_cent(share.as_i64().unwrap_or_default()))
        }
        ("startsAt" | "endsAt", Value::String(at)) => {
            Timestamp::parse(at).map_or_else(|| at.clone(), typed_moment)
        }
        ("plans", Value::Array(plans)) if !plans.is_empty() => {
            let plans = plans.iter().filter_map(Value::as_str).filter_map(Plan::parse);
            plans.map(|plan| name_of_plan(w, plan)).collect::<Vec<_>>().join(", ")
        }
        (_, Value::Array(all)) if all.is_empty() => "–".to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Bool(yes)) => w.t(if *yes { "flag-yes" } else { "flag-no" }),
        (_, Value::Null) => "–".to_owned(),
        (_, other) => other.to_string(),
    }
}
