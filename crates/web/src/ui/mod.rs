//! The design system: one function for each component, the frame of a page, and a gallery of it all. Content comes in
//! already said; only words that belong to a component are said here, from the `ui-` keys.

mod accent;
mod button;
mod card;
mod chart;
mod conflict;
mod feedback;
mod filter;
mod form;
pub mod gallery;
mod icon;
mod list;
mod mark;
mod nav;
mod number;
mod overlay;
mod shell;
mod steps;
mod table;
mod time;
mod value;

use i18n::{Language, Source};

pub use accent::{Ink, Rgb};
pub use button::{Button, button, link_button, submit};
pub use card::{Card, Figure, Meter, Progress, Tile, card, meter, progress, tiles};
pub use chart::{Bar, Bars, Line, bars, line_chart, sparkline};
pub use conflict::conflict;
pub use feedback::{Empty, Flash, banner, empty, error_state, skeleton, toast};
pub use filter::{Filter, FilterSelect, filter};
pub use form::{Field, FieldError, FieldKind, FormHead, error_summary, field, hidden};
pub use icon::{Icon, icon};
pub use list::{Event, Reason, events, reasons};
pub use mark::{State, StateMark, Tone, avatar, badge, logo, state, state_said, tag, who};
pub use nav::{Crumb, MenuItem, Tab, crumbs, menu, more, tabs};
pub use number::{bytes, gigabytes, number, share};
pub use overlay::{Confirm, Dialog, Sheet, confirm, dialog, sheet};
pub use shell::{
    Band, BandKind, Brand, NavGroup, NavItem, PageHead, Person, Shell, Surface, Theme, Workspace,
};
pub use steps::{Step, Trouble, step, steps};
pub use table::{Align, Bulk, Column, Direction, More, Priority, Row, Rows, Size, Sort, Table, table};
pub use time::{ago, countdown, date, day, exact, moment, time_of_day};
pub use value::{Definition, Part, Secret, changes, code, copy, definitions, diff, secret, with_code};

/// The words of the components.
pub const TEXTS: &[Source] = &[
    Source { language: Language::English, text: include_str!("../../text/en.ftl") },
    Source { language: Language::Danish, text: include_str!("../../text/da.ftl") },
    Source { language: Language::German, text: include_str!("../../text/de.ftl") },
];

/// A name made fit to be an id: letters, digits and hyphens.
pub(crate) fn slug(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect()
}

#[cfg(test)]
mod tests;
