//! Ways to elsewhere: tabs, breadcrumbs, menus.

use i18n::Words;
use maud::{Markup, html};

use super::{Button, Icon, Tone, badge, button};

/// A sub-page of a page.
#[derive(Debug, Clone, Default)]
pub struct Tab {
    /// Its name.
    pub label: String,
    /// Its address.
    pub href: String,
    /// The one shown.
    pub current: bool,
    /// A count, its tone, and what is counted.
    pub badge: Option<(u32, Tone, String)>,
}

/// Tabs under a page head; `label` says what they are sections of.
pub fn tabs(label: &str, tabs: &[Tab]) -> Markup {
    html! {
        nav class="tabs" aria-label=(label) {
            @for tab in tabs {
                a href=(tab.href) aria-current=[tab.current.then_some("page")] {
                    (tab.label)
                    @if let Some((count, tone, title)) = &tab.badge { (badge(count, *tone, Some(title))) }
                }
            }
        }
    }
}

/// A page above this one.
#[derive(Debug, Clone, Default)]
pub struct Crumb {
    /// Its name.
    pub label: String,
    /// Its address; `None` for the page itself.
    pub href: Option<String>,
}

/// The way from the top to here.
pub fn crumbs(w: &Words, crumbs: &[Crumb]) -> Markup {
    html! {
        nav class="crumbs" aria-label=(w.t("ui-crumbs")) {
            @for (at, crumb) in crumbs.iter().enumerate() {
                @if at > 0 { (Icon::Right) }
                @if let Some(href) = &crumb.href { a href=(href) { (crumb.label) } }
                @else { span aria-current="page" { (crumb.label) } }
            }
        }
    }
}

/// What a menu holds. What can't be undone comes last, behind a line.
#[derive(Debug, Clone)]
pub enum MenuItem {
    /// Quiet words over a group.
    Head(String),
    /// A link.
    Link {
        /// Its icon.
        icon: Icon,
        /// Its words.
        label: String,
        /// Its address.
        href: String,
    },
    /// Opens the dialog of this id.
    Opens {
        /// Its icon.
        icon: Icon,
        /// Its words.
        label: String,
        /// The dialog.
        dialog: String,
        /// A dangerous action.
        danger: bool,
    },
    /// Posts a form without fields.
    Post {
        /// Its icon.
        icon: Icon,
        /// Its words.
        label: String,
        /// Where to.
        action: String,
        /// Against forgery.
        csrf: String,
    },
    /// Anything else, such as a copying [`Button`].
    Button(Box<Button>),
    /// A line.
    Line,
}

/// The "…" of a page's head: what else can be done with what it is about. It comes after the primary action.
pub fn more(w: &Words, name: &str, items: &[MenuItem]) -> Markup {
    const ID: &str = "more";
    html! {
        @if !items.is_empty() {
            (button(w.tx("ui-actions-for", &[("name", name.into())])).only(Icon::More).menu(ID))
            (menu(ID, true, items))
        }
    }
}

impl MenuItem {
    /// Opens a dialog that asks.
    pub fn opens(icon: Icon, label: impl Into<String>, dialog: impl Into<String>) -> Self {
        Self::Opens { icon, label: label.into(), dialog: dialog.into(), danger: false }
    }

    /// Opens a dialog that asks before something dangerous.
    pub fn danger(icon: Icon, label: impl Into<String>, dialog: impl Into<String>) -> Self {
        Self::Opens { icon, label: label.into(), dialog: dialog.into(), danger: true }
    }
}

/// A menu; a button opens it with `.menu(id)`. `end` opens it to the left, for buttons at the right edge.
pub fn menu(id: &str, end: bool, items: &[MenuItem]) -> Markup {
    html! {
        div class={ "menu" @if end { " left" } } id=(id) popover {
            @for item in items {
                @match item {
                    MenuItem::Head(words) => { p class="head" { (words) } }
                    MenuItem::Link { icon, label, href } => { a href=(href) { (icon) (label) } }
                    MenuItem::Opens { icon, label, dialog, danger } => button type="button" commandfor=(dialog)
                        command="show-modal" class=[danger.then_some("bad")] { (icon) (label) },
                    MenuItem::Post { icon, label, action, csrf } => form method="post" action=(action) {
                        input type="hidden" name="csrf" value=(csrf);
                        button type="submit" { (icon) (label) }
                    },
                    MenuItem::Button(button) => (button),
                    MenuItem::Line => { hr; }
                }
            }
        }
    }
}
