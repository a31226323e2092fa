//! Settings of how much of the server one caller may hold, and for how long.

use std::str::FromStr;
use std::time::Duration;

use super::reader::Reader;
use crate::listen;

/// A number from `LEAST` to `MOST`.
struct Between<const LEAST: u32, const MOST: u32>(u32);

impl<const LEAST: u32, const MOST: u32> FromStr for Between<LEAST, MOST> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.parse().ok().filter(|number| (LEAST..=MOST).contains(number));
        number.map(Self).ok_or_else(|| format!("use a number from {LEAST} to {MOST}"))
    }
}

fn seconds(r: &mut Reader<'_>, name: &str, usual: u32) -> Duration {
    let Between(seconds) = r.parsed(name, Between::<1, 3600>(usual));
    Duration::from_secs(seconds.into())
}

fn count(r: &mut Reader<'_>, name: &str, usual: u32) -> usize {
    let Between(count) = r.parsed(name, Between::<1, 100_000>(usual));
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// What connections may hold. Behind a proxy all of them come from one address, and it keeps them open for long.
pub fn listening(r: &mut Reader<'_>, behind_proxy: bool) -> listen::Limits {
    let is_set = r.text("MOST_CONNECTIONS_PER_ADDRESS").is_some();
    let of_address = count(r, "MOST_CONNECTIONS_PER_ADDRESS", 200);
    listen::Limits {
        idle: seconds(r, "IDLE_SECONDS", if behind_proxy { 120 } else { 20 }),
        connections: count(r, "MOST_CONNECTIONS", 800),
        of_address: (is_set || !behind_proxy).then_some(of_address),
    }
}

/// What requests and live pages may hold.
pub fn requests(r: &mut Reader<'_>) -> web::Limits {
    web::Limits {
        body: seconds(r, "BODY_SECONDS", 30),
        streams_of_session: count(r, "MOST_STREAMS_PER_SESSION", 12),
        streams_of_address: count(r, "MOST_STREAMS_PER_ADDRESS", 300),
        stream: seconds(r, "STREAM_SECONDS", 1800),
    }
}
