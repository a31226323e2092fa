//! One row for each browser: what it has on the own pages and at the identity provider, joined by the sign-in that they
//! came of. Two browsers that only look alike stay two. No I/O.

use access::sessions::{Session, by_browser};

use super::{Place, Seen, public_id};

/// A session of the own pages, and what is shown of it.
pub struct Part {
    pub session: Session,
    pub seen: Seen,
}

/// The rows, those with a session of the own pages first.
pub fn joined(own: Vec<Part>, mut provider: Vec<upstream_authentik::Session>) -> Vec<Seen> {
    let (sessions, mut seen): (Vec<Session>, Vec<Seen>) =
        own.into_iter().map(|part| (part.session, part.seen)).unzip();
    let mut rows = Vec::new();
    for parts in by_browser(sessions) {
        let is_of = |seen: &mut Seen| parts.iter().any(|part| part.id.to_string() == seen.id);
        let mut shown: Vec<Seen> = seen.extract_if(.., is_of).collect();
        let there = |session: &mut upstream_authentik::Session| {
            parts.iter().any(|part| part.provider_session.as_ref() == Some(&session.id))
        };
        shown.extend(provider.extract_if(.., there).map(of_provider));
        rows.extend(shown.into_iter().reduce(merged));
    }
    rows.extend(provider.into_iter().map(of_provider));
    rows
}

/// Both as one: since the first, until the last, and as much as either knows of the browser.
fn merged(one: Seen, other: Seen) -> Seen {
    let known = |one: String, other: String| if one.is_empty() { other } else { one };
    let mut places = one.places;
    places.extend(other.places);
    places.sort_by_key(|place| *place as u8);
    places.dedup();
    Seen {
        id: one.id,
        places,
        browser: known(one.browser, other.browser),
        system: known(one.system, other.system),
        address: known(one.address, other.address),
        began_at: one.began_at.into_iter().chain(other.began_at).min(),
        last_seen_at: one.last_seen_at.max(other.last_seen_at),
        is_current: one.is_current || other.is_current,
    }
}

fn of_provider(session: upstream_authentik::Session) -> Seen {
    Seen {
        id: public_id(&session.id),
        places: vec![Place::SignIn],
        browser: session.browser,
        system: session.system,
        address: session.last_ip,
        began_at: None,
        last_seen_at: session.last_used,
        is_current: false,
    }
}
