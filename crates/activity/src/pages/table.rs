//! The audit log as a table: who did what to what, how it ended; a row opens to what changed.

use audit::{Chain, Record};
use i18n::Words;
use kernel::Timestamp;
use maud::{Markup, Render as _, html};
use web::ui::{
    self, Column, Definition, Row, Rows, Size, State, Table, code, copy, definitions, sheet, state_said,
    table,
};

/// The words for an action; one that an older version wrote and this one no longer knows is shown as it is.
pub fn action(w: &Words, record: &Record) -> String {
    let key = audit::key(&record.action);
    if w.has(&key) { w.t(&key) } else { record.action.clone() }
}

/// What stands in the log of a restore from a backup.
const RESTORE: &str = "backup.restore";
/// What stands in the log of every workspace, and that all of them together tell once.
pub const TOLD_ONCE: &[&str] = &[RESTORE];

/// What the log lacks, where a record tells of that.
fn gap(w: &Words, record: &Record) -> Option<String> {
    let taken = record.after.as_ref().filter(|_| record.action == RESTORE)?.get("takenAt")?.as_str()?;
    let taken = ui::exact(w, Timestamp::parse(taken)?);
    let restored = ui::exact(w, record.at);
    Some(w.tx("audit-gap", &[("taken", taken.into()), ("restored", restored.into())]))
}

/// The name of what it was done to.
fn target_name(w: &Words, record: &Record) -> String {
    let is_of_all = record.action == RESTORE && record.chain == Chain::Platform.to_string();
    if is_of_all { w.t("audit-all-workspaces") } else { record.target_name.clone() }
}

fn outcome(w: &Words, record: &Record) -> Markup {
    let state = match record.outcome.as_str() {
        "ok" => State::Ok,
        "denied" => State::Attention,
        _ => State::Error,
    };
    state_said(state, w.t(&format!("outcome-{}", record.outcome))).render()
}

fn actor(w: &Words, record: &Record) -> Markup {
    match (&record.actor_name, &record.actor_id) {
        (Some(name), id) => ui::who(name, id.as_deref().unwrap_or_default(), record.actor_email.as_deref()),
        (None, Some(part)) if record.actor_kind == "system" => {
            html! { span class="soft" { (w.t("audit-system")) " (" (part) ")" } }
        }
        (None, id) => html! { code { (id.as_deref().unwrap_or("–")) } },
    }
}

fn columns(w: &Words) -> Vec<Column> {
    vec![
        Column::new(w.t("audit-action")),
        Column::new(w.t("audit-time")),
        Column::new(w.t("audit-target")).md(),
        Column::new(w.t("audit-actor")).lo(),
        Column::new(w.t("audit-outcome")),
    ]
}

fn row(w: &Words, record: &Record, href: Option<String>, current: bool) -> Row {
    let (said, target) = (action(w, record), target_name(w, record));
    Row {
        key: record.id.clone(),
        name: said.clone(),
        href,
        cells: vec![
            html! {
                (said)
                @if let Some(gap) = gap(w, record) { small class="block muted" { (gap) } }
                small class="below block muted" { (target) }
            },
            ui::time_of_day(w, record.at),
            html! { (target) },
            actor(w, record),
            outcome(w, record),
        ],
        actions: None,
        current,
    }
}

/// Rows with a line where a day begins; `open` gives the address that shows a record.
pub fn rows(
    w: &Words,
    records: &[Record],
    now: Timestamp,
    open: impl Fn(&Record) -> String,
    shown: Option<&str>,
) -> Vec<Rows> {
    let mut rows = Vec::new();
    let mut day = String::new();
    for record in records {
        let own = ui::day(w, record.at, now);
        if own != day {
            rows.push(Rows::Day(own.clone()));
            day = own;
        }
        rows.push(row(w, record, Some(open(record)), shown == Some(record.id.as_str())).into());
    }
    rows
}

/// The table with its columns, for pages to fill in.
pub fn frame(w: &Words, id: &str, rows: Vec<Rows>) -> Table {
    Table { id: id.to_owned(), caption: w.t("audit-caption"), columns: columns(w), rows, ..Table::default() }
}

/// The address of the log with a record open in it.
fn open_at(log: &str, record: &Record) -> String {
    let mark = if log.contains('?') { '&' } else { '?' };
    format!("{log}{mark}open={}", record.id)
}

/// The latest rows, compact, with a link to all of them.
pub fn latest_records(w: &Words, records: &[Record], all: &str) -> Markup {
    let rows =
        records.iter().map(|record| row(w, record, Some(open_at(all, record)), false).into()).collect();
    let list = Table { size: Size::Compact, ..frame(w, "latest", rows) };
    html! {
        section id="latest-audit" aria-labelledby="latest-t" {
            div class="section-head" {
                h2 id="latest-t" { (w.t("audit-latest")) }
                a class="push small" href=(all) { (w.t("audit-all")) }
            }
            (table(w, &list))
        }
    }
}

/// What it was done to, with the way to it.
fn target(w: &Words, record: &Record, opens: Option<&str>) -> Markup {
    let email = record.target_email.as_deref().filter(|email| *email != record.target_name);
    let name = target_name(w, record);
    html! {
        @match opens {
            Some(href) => { a href=(href) { (name) } }
            None => { (name) }
        }
        @if let Some(email) = email { small class="block muted" { (email) } }
        small class="block" { (copy(w, &record.target_id)) }
    }
}

/// One record in full, at the side of the list.
pub fn side(w: &Words, record: &Record, back: &str, opens: Option<&str>) -> Markup {
    let mut facts = vec![
        Definition::new(w.t("audit-time"), ui::moment(w, record.at)),
        Definition::new(w.t("audit-outcome"), outcome(w, record)),
        Definition::new(w.t("audit-actor"), actor(w, record)),
        Definition::new(w.t("audit-target"), target(w, record, opens)),
        Definition::new(w.t("audit-name"), html! { code { (record.action) } }),
    ];
    let more = [
        ("audit-behalf", &record.on_behalf_of),
        ("audit-address", &record.address),
        ("audit-agent", &record.user_agent),
        ("audit-request", &record.request_id),
    ];
    for (label, value) in more {
        if let Some(value) = value {
            facts.push(Definition::new(w.t(label), html! { code { (value) } }));
        }
    }
    if let Some(gap) = gap(w, record) {
        facts.push(Definition::new(w.t("audit-missing"), html! { (gap) }));
    }
    facts.push(Definition::new(w.t("audit-hash"), copy(w, &record.hash)));
    let changes = changed_fields(record);
    let raw = serde_json::json!({"before": record.before, "after": record.after});
    let raw = serde_json::to_string_pretty(&raw).unwrap_or_default();
    let mut shown = sheet(w, "event", action(w, record), back).section(None, definitions(true, &facts));
    if !changes.is_empty() {
        let heads = (w.t("audit-before"), w.t("audit-after"));
        let table = ui::changes(w, (&heads.0, &heads.1), false, &changes);
        shown = shown.section(Some(w.t("audit-changes")), table);
    }
    shown.section(Some(w.t("audit-raw")), code(None, &raw)).render()
}

type Changed = (String, Option<String>, Option<String>);

fn changed_fields(record: &Record) -> Vec<Changed> {
    let empty = serde_json::Map::new();
    let object = |state: &Option<serde_json::Value>| state.as_ref().and_then(|v| v.as_object().cloned());
    let (before, after) = (object(&record.before), object(&record.after));
    if before.is_none() && after.is_none() {
        return Vec::new();
    }
    let (before, after) = (before.unwrap_or_else(|| empty.clone()), after.unwrap_or(empty));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let text = |value: Option<&serde_json::Value>| match value {
        None | Some(serde_json::Value::Null) => None,
        Some(serde_json::Value::String(text)) => Some(text.clone()),
        Some(other) => Some(other.to_string()),
    };
    let differs = |name: &&String| before.get(*name) != after.get(*name);
    names
        .into_iter()
        .filter(differs)
        .map(|name| (name.clone(), text(before.get(name)), text(after.get(name))))
        .filter(|(_, before, after)| before.is_some() || after.is_some())
        .collect()
}
