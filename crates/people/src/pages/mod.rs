//! Everybody's own pages, on both consoles: their password, second factor and sessions. What the pages of members show in
//! the same way is public.

pub mod live;
mod own;
mod second_factor;
pub mod sessions;

use access::{Actor, Surface};
use web::ui::Icon;
use web::{Mount, Nav, Routes};

use crate::service::People;

fn everybody(_: &Actor, _: Option<&str>) -> bool {
    true
}

const PASSWORD: Nav = Nav {
    surface: Surface::Portal,
    label: "own-password",
    href: own::PAGE,
    icon: Icon::Lock,
    counts: None,
    place: 82,
    shown_to: everybody,
};
const SECOND_FACTOR: Nav = Nav {
    surface: Surface::Portal,
    label: "mfa",
    href: crate::second_factor::PAGE,
    icon: Icon::ShieldOk,
    counts: None,
    place: 84,
    shown_to: everybody,
};
const SESSIONS: Nav = Nav {
    surface: Surface::Portal,
    label: "nav-sessions",
    href: sessions::PAGE,
    icon: Icon::Screen,
    counts: None,
    place: 92,
    shown_to: everybody,
};

/// The same on both consoles, in the menu of the person.
pub(crate) fn nav() -> Vec<Nav> {
    let all = [PASSWORD, SECOND_FACTOR, SESSIONS];
    all.into_iter().chain(all.map(|nav| Nav { surface: Surface::Operator, ..nav })).collect()
}

/// Everybody's own pages.
pub(crate) fn own(mount: Mount, people: &People) -> Routes {
    Routes::new(mount)
        .get(own::PAGE, own::show)
        .post(own::PAGE, own::set)
        .get(crate::second_factor::PAGE, second_factor::show)
        .get(sessions::PAGE, sessions::show)
        .post("/account/sessions/end-all", sessions::end_all)
        .post("/account/sessions/{id}/end", sessions::end)
        .with_state(people.clone())
}
