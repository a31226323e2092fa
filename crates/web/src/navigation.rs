//! What the frame of a page leads to: its console's pages in groups, a person's own pages, and the launcher.

use std::collections::BTreeMap;

use access::{Actor, MembershipStatus, Surface};
use i18n::Words;

use crate::context::{App, Nav, Web};
use crate::ui::{NavGroup, NavItem, Shell, Tone};

/// How much slices find wrong with a workspace, by slice.
pub(crate) type Counts = BTreeMap<&'static str, u32>;

/// What lies below is a person's own: it stands in their menu, not among the pages of the console.
const OWN: &str = "/account/";
/// The groups of each console: the first place in each, and its heading. What comes before has none.
const PORTAL: &[(u8, &str)] = &[(13, "ui-nav-people"), (17, "ui-nav-services"), (40, "ui-nav-security")];
const OPERATOR: &[(u8, &str)] = &[(10, "ui-nav-customers"), (40, "ui-nav-platform")];

/// Fills in where the person may go from here; `active` is the workspace that they work in.
pub(crate) fn fill(shell: &mut Shell, actor: &Actor, web: &Web, active: Option<&str>, counts: &Counts) {
    let may_enter = active.is_some_and(|slug| is_let_in(actor, slug));
    let path = shell.path.split('?').next().unwrap_or("/").to_owned();
    let is_open = |href: &str| may_enter || !href.contains("{slug}");
    let at = |href: &str| href.replace("{slug}", active.unwrap_or_default());
    let words = shell.words.clone();
    let item = |nav: &Nav| NavItem {
        label: words.t(nav.label),
        href: at(nav.href),
        icon: nav.icon,
        current: false,
        badge: nav.counts.and_then(|source| counts.get(source)).copied(),
        tone: Tone::Warn,
    };
    let shown = web.nav().iter().filter(|nav| {
        Some(nav.surface) == web.surface() && is_open(nav.href) && (nav.shown_to)(actor, active)
    });
    let mut all: Vec<(u8, NavItem)> = shown.map(|nav| (nav.place, item(nav))).collect();
    light_up(&mut all, &path);
    let (own, mut pages): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(_, item)| item.href.starts_with(OWN));
    shell.own = own.into_iter().map(|(_, item)| item).collect();
    if web.surface() == Some(Surface::Portal) {
        let apps = web.apps().iter().filter(|app| is_open(&app.href) && (app.shown_to)(actor, active));
        let app = |app: &App| {
            let href = at(&app.href);
            let current = is_under(&path, &href);
            NavItem {
                label: words.t(app.label),
                href,
                icon: app.icon,
                current,
                badge: None,
                tone: Tone::Neutral,
            }
        };
        shell.apps = apps.map(app).collect();
    }
    let has_more = pages.len() > 1;
    // One's own pages lie under the home where they aren't in the navigation themselves.
    if has_more && path.starts_with(OWN) && web.surface() == Some(Surface::Portal) {
        for (_, item) in pages.iter_mut().filter(|(_, item)| item.href == "/") {
            item.current = true;
        }
    }
    shell.nav = grouped(&words, web.surface(), pages);
    if !has_more {
        shell.nav.push(NavGroup { label: Some(words.t("ui-nav-account")), items: shell.own.clone() });
    }
}

/// Whether the workspace's own pages are open to the person: those of a closed one refuse everybody.
fn is_let_in(actor: &Actor, slug: &str) -> bool {
    let rights = actor.rights.in_tenant(slug);
    rights.is_some_and(|own| own.tenant.status.is_open() && own.membership == MembershipStatus::Active)
}

fn is_under(path: &str, href: &str) -> bool {
    path == href || (href != "/" && path.starts_with(&format!("{href}/")))
}

/// The longest address that the page lies under is the current one.
fn light_up(items: &mut [(u8, NavItem)], path: &str) {
    let under = items.iter().filter(|(_, item)| is_under(path, &item.href));
    let longest = under.map(|(_, item)| item.href.len()).max();
    for (_, item) in items {
        item.current = is_under(path, &item.href) && Some(item.href.len()) == longest;
    }
}

/// Pages in the order of their places, under the headings of their console.
fn grouped(words: &Words, surface: Option<Surface>, pages: Vec<(u8, NavItem)>) -> Vec<NavGroup> {
    let groups = if surface == Some(Surface::Operator) { OPERATOR } else { PORTAL };
    let heading = |place: u8| groups.iter().rev().find(|(from, _)| *from <= place).map(|(_, label)| *label);
    let mut all: Vec<(Option<&str>, NavGroup)> = Vec::new();
    for (place, item) in pages {
        let under = heading(place);
        match all.last_mut() {
            Some((last, group)) if *last == under => group.items.push(item),
            _ => all.push((under, NavGroup { label: under.map(|key| words.t(key)), items: vec![item] })),
        }
    }
    all.into_iter().map(|(_, group)| group).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use i18n::{Catalogues, Language};

    use super::*;
    use crate::ui::{Icon, TEXTS};

    fn item(href: &str) -> NavItem {
        NavItem {
            label: href.to_owned(),
            href: href.to_owned(),
            icon: Icon::Grid,
            current: false,
            badge: None,
            tone: Tone::Neutral,
        }
    }

    #[test]
    fn a_page_lights_up_what_it_lies_under_and_nothing_above_that() {
        let mut all = ["/", "/admin/acme", "/admin/acme/mail"].map(|href| (0, item(href)));
        for (path, lit) in [
            ("/", Some("/")),
            ("/admin/acme", Some("/admin/acme")),
            ("/admin/acme/mail/lists/lst_1", Some("/admin/acme/mail")),
            ("/admin/acme/mailing", Some("/admin/acme")),
            ("/account/sessions", None),
        ] {
            light_up(&mut all, path);
            let current: Vec<&str> =
                all.iter().filter(|(_, item)| item.current).map(|(_, item)| item.href.as_str()).collect();
            assert_eq!(current, lit.into_iter().collect::<Vec<_>>(), "{path}");
        }
    }

    #[test]
    fn pages_stand_in_groups_by_their_places() {
        let words = Words::new(Arc::new(Catalogues::new(TEXTS).unwrap()), Language::English);
        let pages = [0, 10, 15, 16, 20, 90].map(|place| (place, item(&place.to_string())));
        let shown = |groups: Vec<NavGroup>| -> Vec<(Option<String>, usize)> {
            groups.into_iter().map(|group| (group.label, group.items.len())).collect()
        };
        let of_portal = shown(grouped(&words, Some(Surface::Portal), pages.to_vec()));
        let named = |label: &str| Some(label.to_owned());
        assert_eq!(
            of_portal,
            [(None, 2), (named("People"), 2), (named("Services"), 1), (named("Security"), 1)]
        );
        let of_operator = shown(grouped(&words, Some(Surface::Operator), pages.to_vec()));
        assert_eq!(of_operator, [(None, 1), (named("Customers"), 4), (named("Platform"), 1)]);
    }
}
