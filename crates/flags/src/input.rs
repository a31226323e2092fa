//! What may be sent about flags, by form and by JSON alike.

use std::collections::BTreeSet;

use kernel::input::Shape::{Integer, Label, Raw, Text, Texts, Word};
use kernel::input::{Field, Input};
use kernel::{FieldError, Message, Timestamp};
use tenants::Plan;

use crate::model::{Key, Kind, MOST_DESCRIPTION, MOST_KEY, MOST_PARTNERS, MOST_PLANS, MOST_TENANTS, WHOLE};

const KEY: Field = Field::required(
    "key",
    Text(MOST_KEY),
    "By what programs know it: lower-case letters, digits, dots, hyphens and underscores.",
);
const DESCRIPTION: Field = Field::optional("description", Label(MOST_DESCRIPTION), "What people know of it.");
const KIND: Field = Field::required(
    "kind",
    Word(Kind::WORDS),
    "`off` and `on` for everybody, `targeted` for those that it names, `rollout` for a share and those that it names.",
);
const SHARE: Field = Field::optional(
    "shareBasisPoints",
    Integer(0, WHOLE),
    "The share of a rollout in basis points. A larger one only adds tenants.",
);
/// The same in a form, in per cent.
const SHARE_TYPED: Field = Field::optional("share", Text(10), "The share of a rollout in per cent.");
const TENANTS: Field =
    Field::optional("tenants", Texts(MOST_TENANTS), "The slugs of the tenants that it names.");
const PARTNERS: Field = Field::optional(
    "partners",
    Texts(MOST_PARTNERS),
    "The slugs of the partners that it names: all their tenants.",
);
const PLANS: Field = Field::optional(
    "plans",
    Texts(MOST_PLANS),
    "The plans that it names, `starter`, `business` and `enterprise`: all tenants on one of them.",
);
const STARTS_AT: Field =
    Field::optional("startsAt", Text(40), "Before this it is off. An RFC 3339 time, or a day in UTC.");
const ENDS_AT: Field =
    Field::optional("endsAt", Text(40), "From this on it is off. An RFC 3339 time, or a day in UTC.");

const fn may(field: Field) -> Field {
    Field { required: false, ..field }
}

/// The fields of a new flag.
pub const CREATE: &[Field] = &[KEY, DESCRIPTION, KIND, SHARE, TENANTS, PARTNERS, PLANS, STARTS_AT, ENDS_AT];
/// The fields of a change.
pub const CHANGE: &[Field] = &[DESCRIPTION, may(KIND), SHARE, TENANTS, PARTNERS, PLANS, STARTS_AT, ENDS_AT];
/// The fields of a rule whose reach is asked for.
pub const PREVIEW: &[Field] = &[KEY, KIND, SHARE, TENANTS, PARTNERS, PLANS];
/// The same by form.
pub const CREATE_FORM: &[Field] =
    &[KEY, DESCRIPTION, KIND, SHARE_TYPED, TENANTS, PARTNERS, PLANS, STARTS_AT, ENDS_AT];
/// A change by form.
pub const CHANGE_FORM: &[Field] =
    &[DESCRIPTION, KIND, SHARE_TYPED, TENANTS, PARTNERS, PLANS, STARTS_AT, ENDS_AT];
/// What must be typed to remove one.
pub const CONFIRM: &[Field] = &[Field::optional("confirm", Raw(MOST_KEY), "The key of the flag.")];
/// The field of an evaluation.
pub const EVALUATE: &[Field] =
    &[Field::optional("tenantSlug", Text(63), "The tenant. Without one, the workspace that you work in.")];

/// What was sent of a flag: those that it names are slugs still.
#[derive(Debug, Clone, Default)]
#[expect(clippy::option_option, reason = "none is left alone, none inside is taken away")]
pub struct Sent {
    /// What people know of it; none inside takes it away.
    pub description: Option<Option<String>>,
    /// For whom it is on.
    pub kind: Option<Kind>,
    /// The share, in basis points.
    pub share: Option<i64>,
    /// The slugs of tenants.
    pub tenants: Option<Vec<String>>,
    /// The slugs of partners.
    pub partners: Option<Vec<String>>,
    /// The plans.
    pub plans: Option<BTreeSet<Plan>>,
    /// When it begins.
    pub starts_at: Option<Option<Timestamp>>,
    /// When it ends.
    pub ends_at: Option<Option<Timestamp>>,
}

/// Hundredths of a per cent, as people type per cents: `12.5`, `12,5 %`.
pub fn basis_points(text: &str) -> Result<i64, Message> {
    let bad = || Message::new("flag-share-bad");
    let typed = text.trim_end_matches('%').trim().replace(',', ".");
    let (whole, part) = typed.split_once('.').unwrap_or((typed.as_str(), "0"));
    let digits = |text: &str, most: usize| {
        let fits = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
        if fits { text.parse::<i64>().map_err(|_| bad()) } else { Err(bad()) }
    };
    let tenths = if part.len() == 1 { 10 } else { 1 };
    let share = digits(whole, 3)? * 100 + digits(part, 2)? * tenths;
    if share <= WHOLE { Ok(share) } else { Err(bad()) }
}

/// A share as people type it.
pub fn per_cent(share: i64) -> String {
    let (whole, part) = (share / 100, share % 100);
    match part {
        0 => whole.to_string(),
        part if part % 10 == 0 => format!("{whole}.{}", part / 10),
        part => format!("{whole}.{part:02}"),
    }
}

/// A time, or the beginning of a day.
fn moment(text: &str) -> Result<Timestamp, Message> {
    let is_day = text.len() == "2026-12-01".len();
    let read = if is_day { Timestamp::parse(&format!("{text}T00:00:00Z")) } else { Timestamp::parse(text) };
    read.ok_or_else(|| Message::new("flag-time-bad"))
}

/// A time as people type it: of a beginning of a day, the day.
pub fn typed_moment(at: Timestamp) -> String {
    let text = at.to_string();
    text.strip_suffix("T00:00:00.000000Z").map_or_else(|| text.clone(), str::to_owned)
}

fn slugs(input: &Input, field: &str) -> Option<Vec<String>> {
    if input.is_null(field) { Some(Vec::new()) } else { input.texts(field) }
}

fn plans(input: &mut Input) -> Option<BTreeSet<Plan>> {
    let words = slugs(input, "plans")?;
    let unknown = words.iter().find(|word| Plan::parse(word).is_none());
    if let Some(unknown) = unknown {
        let plan: String = unknown.chars().take(60).collect();
        input.fail("plans", "unknown", Message::new("flag-plan-unknown").with("plan", plan));
    }
    Some(words.iter().filter_map(|word| Plan::parse(word)).collect())
}

/// A share that was emptied is none of them.
fn share(input: &mut Input) -> Option<i64> {
    if input.is_null("shareBasisPoints") || input.is_null("share") {
        return Some(0);
    }
    input.integer("shareBasisPoints").or_else(|| input.read("share", basis_points))
}

/// Reads all but the key.
fn sent(input: &mut Input) -> Sent {
    let is_cleared = input.has("description") && input.text("description").is_none_or(|text| text.is_empty());
    Sent {
        description: if is_cleared { Some(None) } else { input.name("description").map(Some) },
        kind: input.text("kind").as_deref().and_then(Kind::parse),
        share: share(input),
        tenants: slugs(input, "tenants"),
        partners: slugs(input, "partners"),
        plans: plans(input),
        starts_at: input.clearable("startsAt", |input| input.read("startsAt", moment)),
        ends_at: input.clearable("endsAt", |input| input.read("endsAt", moment)),
    }
}

/// Reads a new flag, or a rule with the key that it is for.
pub fn new(mut input: Input) -> Result<(Key, Sent), Vec<FieldError>> {
    let key = input.parse::<Key>("key");
    let sent = sent(&mut input);
    input.finish(key.map(|key| (key, sent)))
}

/// Reads a change.
pub fn change(mut input: Input) -> Result<Sent, Vec<FieldError>> {
    let sent = sent(&mut input);
    input.finish(Some(sent))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn per_cents_are_read_as_people_type_them_and_written_so() {
        for (text, share) in [
            ("0", 0),
            ("12.5", 1250),
            ("12,5 %", 1250),
            ("0.01", 1),
            ("33.33%", 3333),
            ("100", WHOLE),
            ("7.05", 705),
        ] {
            assert_eq!(basis_points(text), Ok(share), "{text}");
            assert_eq!(basis_points(&per_cent(share)), Ok(share), "{text}");
        }
        for bad in ["", "-1", "100.01", "101", "1.234", "1.", ".5", "a", "1e2", "99999999999999999999"] {
            assert!(basis_points(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_time_is_a_moment_or_the_beginning_of_a_day() {
        let day = moment("2026-12-01").unwrap();
        assert_eq!(
            (day.to_string().as_str(), typed_moment(day).as_str()),
            ("2026-12-01T00:00:00.000000Z", "2026-12-01")
        );
        let at = moment("2026-12-01T09:30:00+01:00").unwrap();
        assert_eq!(moment(&typed_moment(at)), Ok(at));
        for bad in ["", "2026-13-01", "tomorrow", "2026-12-1", "01.12.2026"] {
            assert!(moment(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_left_out_stays_and_null_takes_away() {
        let body = json!({"description": null, "endsAt": null, "tenants": null, "shareBasisPoints": null});
        let taken = change(Input::of_json(body, CHANGE)).unwrap();
        assert_eq!((taken.description, taken.ends_at, taken.starts_at), (Some(None), Some(None), None));
        assert_eq!((taken.tenants, taken.partners, taken.kind), (Some(Vec::new()), None, None));
        assert_eq!(taken.share, Some(0));
        let emptied = vec![("kind".to_owned(), "rollout".to_owned()), ("share".to_owned(), " ".to_owned())];
        assert_eq!(change(Input::of_form(emptied, CHANGE_FORM)).unwrap().share, Some(0));
        let left_out = vec![("kind".to_owned(), "rollout".to_owned())];
        assert_eq!(change(Input::of_form(left_out, CHANGE_FORM)).unwrap().share, None);
    }

    #[test]
    fn every_bad_field_is_named() {
        let body = json!({"key": "No", "kind": "maybe", "shareBasisPoints": 10_001, "startsAt": "soon", "rules": []});
        let errors = new(Input::of_json(body, CREATE)).unwrap_err();
        let named: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(named, ["key", "kind", "rules", "shareBasisPoints", "startsAt"]);
    }
}
