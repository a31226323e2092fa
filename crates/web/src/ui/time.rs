//! Time as people read it: an age that grows in place, a date, a countdown. The exact moment is always in `datetime`.

use i18n::Words;
use kernel::clock::Timestamp;
use maud::{Markup, html};

const DAY: i64 = 86_400;

/// An age such as "12 s ago", kept fresh by the script; a date after 30 days.
pub fn ago(w: &Words, at: Timestamp, now: Timestamp) -> Markup {
    let age = now.seconds() - at.seconds();
    let text = match age {
        i64::MIN..=1 => w.t("ui-ago-now"),
        2..=59 => w.tx("ui-ago-seconds", &[("n", age.into())]),
        60..=3_599 => w.tx("ui-ago-minutes", &[("n", (age / 60).into())]),
        3_600..=86_399 => w.tx("ui-ago-hours", &[("n", (age / 3_600).into())]),
        _ if age < 30 * DAY => w.tx("ui-ago-days", &[("n", (age / DAY).into())]),
        _ => return date(w, at),
    };
    html! { time datetime=(at) title=(exact(w, at)) data-ago="" { (text) } }
}

/// The patterns of ages for the script, in one attribute.
pub(crate) fn patterns(w: &Words) -> String {
    let n = [("n", "{n}".into())];
    let ages = [
        w.t("ui-ago-now"),
        w.tx("ui-ago-seconds", &n),
        w.tx("ui-ago-minutes", &n),
        w.tx("ui-ago-hours", &n),
        w.tx("ui-ago-days", &n),
    ];
    ages.join("|")
}

/// A date such as "14 Jul 2025".
pub fn date(w: &Words, at: Timestamp) -> Markup {
    html! { time datetime=(at) title=(exact(w, at)) data-local="date" { (day_of(w, at)) } }
}

/// The pattern of dates for the script.
pub(crate) fn date_pattern(w: &Words) -> String {
    w.tx("ui-date", &[("day", "{day}".into()), ("month", "{month}".into()), ("year", "{year}".into())])
}

/// The day that a record stands under, in words: "Today, 21 Nov 2026".
pub fn day(w: &Words, at: Timestamp, now: Timestamp) -> String {
    let day = |at: Timestamp| at.seconds().div_euclid(DAY);
    let date = day_of(w, at);
    match day(now) - day(at) {
        0 => w.tx("ui-day-today", &[("date", date.into())]),
        1 => w.tx("ui-day-yesterday", &[("date", date.into())]),
        _ => date,
    }
}

/// A date and a time: in UTC, which the script makes the reader's own. The exact one in UTC is one hover away.
pub fn moment(w: &Words, at: Timestamp) -> Markup {
    html! { time datetime=(at) title=(exact(w, at)) data-local="moment" { (day_of(w, at)) ", " (minute(at)) " UTC" } }
}

/// The time of a record that stands under its day.
pub fn time_of_day(w: &Words, at: Timestamp) -> Markup {
    html! { time class="num" datetime=(at) title=(exact(w, at)) data-local="time" { (minute(at)) } }
}

fn minute(at: Timestamp) -> String {
    let seconds = at.seconds().rem_euclid(DAY);
    format!("{:02}:{:02}", seconds / 3_600, seconds / 60 % 60)
}

/// Minutes and seconds left until `until`, counted down by the script.
pub fn countdown(until: Timestamp, now: Timestamp) -> Markup {
    let left = (until.seconds() - now.seconds()).max(0);
    let (hours, minutes, seconds) = (left / 3_600, left / 60 % 60, left % 60);
    html! {
        time class="num" datetime=(until) data-until="" {
            @if hours > 0 { (hours) ":" } (format!("{minutes:02}:{seconds:02}"))
        }
    }
}

/// A date and a time to the second, in UTC: for texts that have no element of their own for it.
pub fn exact(w: &Words, at: Timestamp) -> String {
    let seconds = at.seconds().rem_euclid(DAY);
    let (h, m, s) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{}, {h:02}:{m:02}:{s:02} UTC", day_of(w, at))
}

fn day_of(w: &Words, at: Timestamp) -> String {
    let (year, month, day) = civil(at.seconds().div_euclid(DAY));
    let months = w.t("ui-months");
    let name = months.split('|').nth(month).unwrap_or_default().to_owned();
    w.tx(
        "ui-date",
        &[("day", day.to_string().into()), ("month", name.into()), ("year", year.to_string().into())],
    )
}

/// Year, month from zero and day of a count of days since 1970, after Howard Hinnant's `civil_from_days`.
fn civil(days: i64) -> (i64, usize, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 2 } else { mp - 10 };
    let year = yoe + era * 400 + i64::from(month <= 1);
    (year, usize::try_from(month).unwrap_or_default(), doy - (153 * mp + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::tests::words;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn an_age_grows_from_now_to_a_date() {
        let now = at("2025-11-20T10:00:00Z");
        let said = |then: &str| ago(&words(), at(then), now).into_string();
        assert!(said("2025-11-20T10:00:00Z").contains(">just now<"));
        assert!(said("2025-11-20T09:59:48Z").contains(">12 s ago<"));
        assert!(said("2025-11-20T09:27:00Z").contains(">33 min ago<"));
        assert!(said("2025-11-18T09:27:00Z").contains(">2 d ago<"));
        assert!(said("2024-02-29T09:27:00Z").contains(">29 Feb 2024<"));
    }

    #[test]
    fn dates_are_right_at_the_edges() {
        assert_eq!(civil(0), (1970, 0, 1));
        assert_eq!(civil(-1), (1969, 11, 31));
        assert_eq!(civil(19_782), (2024, 1, 29));
        assert_eq!(civil(20_088), (2024, 11, 31));
    }

    #[test]
    fn a_moment_is_for_the_readers_zone_and_says_utc_until_then() {
        let html = moment(&words(), at("2025-11-20T10:00:59Z")).into_string();
        assert!(html.contains(">20 Nov 2025, 10:00 UTC<"), "{html}");
        assert!(html.contains("title=\"20 Nov 2025, 10:00:59 UTC\" data-local=\"moment\""), "{html}");
    }

    #[test]
    fn a_countdown_stops_at_zero() {
        let now = at("2025-11-20T10:00:00Z");
        assert!(countdown(at("2025-11-20T10:42:17Z"), now).into_string().contains(">42:17<"));
        assert!(countdown(at("2025-11-20T09:00:00Z"), now).into_string().contains(">00:00<"));
    }
}
