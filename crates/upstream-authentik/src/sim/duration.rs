//! Durations as the server writes them: `hours=1;minutes=2` (section 1).

use std::time::Duration;

pub fn parse(text: &str) -> Option<Duration> {
    let mut whole = Duration::ZERO;
    for part in text.split(';') {
        let (unit, count) = part.split_once('=')?;
        let seconds = match unit.trim() {
            "weeks" => 7 * 24 * 3600,
            "days" => 24 * 3600,
            "hours" => 3600,
            "minutes" => 60,
            "seconds" => 1,
            _ => return None,
        };
        whole += Duration::from_secs(count.trim().parse::<u64>().ok()?.checked_mul(seconds)?);
    }
    Some(whole)
}

pub fn text(duration: Duration) -> String {
    format!("seconds={}", duration.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_the_server_writes_them() {
        assert_eq!(parse("hours=1;minutes=2"), Some(Duration::from_mins(62)));
        assert_eq!(parse("seconds=90"), Some(Duration::from_secs(90)));
        assert_eq!(parse(&text(Duration::from_mins(3))), Some(Duration::from_mins(3)));
        for wrong in ["", "1h", "hours", "hours=x", "years=1"] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }
}
