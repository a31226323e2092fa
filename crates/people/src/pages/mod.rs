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

const SESSIONS: Nav = Nav {
    surface: Surface::Portal,
    label: "nav-sessions",
    href: sessions::PAGE,
    icon: Icon::Screen,
    counts: None,
    place: 92,
    shown_to: everybody,
};

/// The slice's places in the navigation.
pub(crate) const NAV: [Nav; 2] = [SESSIONS, Nav { surface: Surface::Operator, ..SESSIONS }];

/// Everybody's own pages.
pub(crate) fn own(mount: Mount, people: &People) -> Routes {
    Routes::new(mount)
        .get("/account/password", own::show)
        .post("/account/password", own::set)
        .get(crate::second_factor::PAGE, second_factor::show)
        .get(sessions::PAGE, sessions::show)
        .post("/account/sessions/end-all", sessions::end_all)
        .post("/account/sessions/{id}/end", sessions::end)
        .with_state(people.clone())
}
