//! The bar, the navigation, and the menus that open from them.

use access::Surface;
use maud::{Markup, html};

use super::super::{Icon, avatar, badge, button, hidden, mark};
use super::{NavGroup, NavItem, Shell, Theme};

impl Shell {
    /// Whether there is another workspace to go to.
    fn switches(&self) -> bool {
        self.workspace.as_ref().is_some_and(|workspace| !workspace.others.is_empty())
    }

    pub(super) fn bar(&self) -> Markup {
        let w = &self.words;
        let find = w.t("ui-find");
        html! {
            div class="bar" {
                button class="btn quiet only only-s" type="button" popovertarget="nav" aria-label=(w.t("ui-menu")) { (Icon::Menu) }
                @if self.person.is_some() && self.switches() {
                    button class="mark" type="button" popovertarget="switcher" title=(w.t("ui-switch")) {
                        (self.mark()) (Icon::Updown)
                    }
                } @else { a class="mark" href="/" { (self.mark()) } }
                @if self.person.is_some() {
                    button class="find not-s" type="button" commandfor="palette" command="show-modal" {
                        (Icon::Search) span class="cut" { (find) }
                        span class="push row" aria-hidden="true" { kbd { "Ctrl" } kbd { "K" } }
                    }
                }
                span class="push" {}
                @if let Some(environment) = &self.environment {
                    span class="env test" title=(w.t("ui-environment")) { (environment) }
                }
                @if let Some(person) = &self.person {
                    button class="btn quiet only only-s" type="button" commandfor="palette" command="show-modal" aria-label=(find) { (Icon::Search) }
                    @if !self.apps.is_empty() {
                        @let apps = w.t("ui-apps");
                        button class="btn quiet only" type="button" popovertarget="apps" aria-label=(apps) title=(apps) { (Icon::Grid) }
                    }
                    @if let Some(help) = &self.help {
                        a class="btn quiet only not-s" href=(help) aria-label=(w.t("ui-help")) title=(w.t("ui-help")) { (Icon::Help) }
                    }
                    button class="btn quiet only" type="button" popovertarget="me"
                        aria-label=(w.tx("ui-account-of", &[("name", (&person.name).into())])) { (avatar(&person.name, &person.id)) }
                }
            }
        }
    }

    pub(super) fn navigation(&self) -> Markup {
        html! {
            nav class="nav" id="nav" aria-label=(self.words.t("ui-nav")) popover {
                @for (at, group) in self.nav.iter().enumerate() { (nav_group(at, group)) }
            }
        }
    }

    pub(super) fn person_menu(&self) -> Markup {
        let w = &self.words;
        let Some(person) = &self.person else {
            return html! {};
        };
        let themes = [
            (Theme::Light, Icon::Sun, w.t("ui-theme-light")),
            (Theme::Dark, Icon::Moon, w.t("ui-theme-dark")),
            (Theme::System, Icon::Screen, w.t("ui-theme-system")),
        ];
        html! {
            div class="menu left" id="me" popover {
                p class="me" { b class="cut" { (person.name) } small class="cut" { (person.email) } }
                hr;
                @for item in &self.own { (link(item)) }
                @if !self.own.is_empty() { hr; }
                form method="post" class="seg-form" {
                    (hidden("csrf", &self.csrf)) (hidden("back", &self.path))
                    div class="seg" role="group" aria-label=(w.t("ui-theme")) {
                        (w.t("ui-theme"))
                        span class="options" {
                            @for (theme, icon, label) in &themes {
                                button type="submit" formaction={ "/theme/" (theme.word()) } aria-label=(label) title=(label)
                                    aria-pressed=(*theme == self.theme) { (icon) }
                            }
                        }
                    }
                }
                hr;
                @if let Some(sandbox) = &self.sandbox_link { a href=(sandbox) { (Icon::Out) (w.t("ui-sandbox")) } }
                form method="post" action=(self.sign_out) {
                    (hidden("csrf", &self.csrf))
                    button type="submit" { (Icon::Leave) (w.t("ui-sign-out")) }
                }
            }
        }
    }

    pub(super) fn launcher(&self) -> Markup {
        html! {
            @if !self.apps.is_empty() {
                nav class="menu left apps" id="apps" aria-label=(self.words.t("ui-apps")) popover {
                    @for item in &self.apps { (link(item)) }
                }
            }
        }
    }

    pub(super) fn switcher(&self) -> Markup {
        let w = &self.words;
        let others = self.workspace.iter().flat_map(|workspace| &workspace.others);
        html! {
            @if self.switches() {
                div class="menu" id="switcher" popover {
                    p class="head" { (w.t("ui-switch-to")) }
                    @for (slug, name) in others {
                        form method="post" action="/workspace" {
                            (hidden("csrf", &self.csrf)) (hidden("slug", slug))
                            button type="submit" {
                                span class={ "avatar box h" (mark::hue(slug)) } aria-hidden="true" { (mark::initials(name)) }
                                span class="cut" { (name) }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The pages are in it from the start, so it is of use before the server has answered. One line under the list says
    /// what can be looked for, how much was found, or what failed; it keeps its height, so nothing jumps.
    pub(super) fn palette(&self) -> Markup {
        let w = &self.words;
        let says = match self.surface {
            Surface::Operator => w.t("ui-find-says-operator"),
            Surface::Portal => w.t("ui-find-says"),
        };
        html! {
            dialog class="palette" id="palette" aria-label=(w.t("ui-find"))
                data-in=[self.workspace.as_ref().map(|workspace| &workspace.slug)] {
                div class="ask" {
                    (Icon::Search)
                    input type="text" role="combobox" aria-expanded="true" aria-haspopup="listbox" aria-controls="palette-list"
                        aria-autocomplete="list" aria-describedby="palette-says" autocomplete="off" spellcheck="false" maxlength="200"
                        aria-label=(w.t("ui-find")) placeholder=(w.t("ui-find-hint")) data-free autofocus;
                    (button(w.t("ui-close")).only(Icon::X).quiet().small().closes("palette"))
                }
                div class="menu" id="palette-list" role="listbox" aria-label=(w.t("ui-found")) { (self.palette_pages()) }
                template {
                    div role="group" data-found { p class="head" role="presentation" {} }
                    a role="option" tabindex="-1" aria-selected="false" {
                        (Icon::Right) span class="cut" {} small class="push cut" {}
                    }
                }
                p class="says" id="palette-says" role="status" data-says=(says) data-failed=(w.t("ui-find-failed"))
                    data-none=(w.tx("ui-found-none", &[("q", "{q}".into())]))
                    data-count=(w.tx("ui-found-count", &[("n", "{n}".into())])) { (says) }
                p class="keys" aria-hidden="true" {
                    span { kbd { "↑" } " " kbd { "↓" } " " (w.t("ui-keys-choose")) }
                    span { kbd { "↵" } " " (w.t("ui-keys-open")) }
                    span { kbd { "Esc" } " " (w.t("ui-keys-close")) }
                }
            }
        }
    }

    fn palette_pages(&self) -> Markup {
        let paged = self
            .nav
            .iter()
            .flat_map(|group| group.items.iter().map(move |item| (group.label.as_ref(), item)));
        let is_own = |item: &&NavItem| {
            self.nav.iter().flat_map(|group| &group.items).all(|paged| paged.href != item.href)
        };
        let items = paged.chain(self.own.iter().filter(is_own).map(|item| (None, item)));
        html! {
            div role="group" aria-labelledby="palette-pages" {
                p class="head" id="palette-pages" role="presentation" { (self.words.t("ui-find-pages")) }
                @for (at, (group, item)) in items.enumerate() {
                    a id={ "palette-" (at) } href=(item.href) role="option" tabindex="-1" aria-selected="false" {
                        (item.icon) span class="cut" { (item.label) }
                        @if let Some(group) = group { small class="push cut" { (group) } }
                    }
                }
            }
        }
    }
}

/// A page in a menu.
fn link(item: &NavItem) -> Markup {
    html! {
        a href=(item.href) aria-current=[item.current.then_some("page")] { (item.icon) span class="cut" { (item.label) } }
    }
}

fn nav_group(at: usize, group: &NavGroup) -> Markup {
    let id = format!("nav-{at}");
    html! {
        div class="group" role=[group.label.as_ref().map(|_| "group")] aria-labelledby=[group.label.as_ref().map(|_| &id)] {
            @if let Some(label) = &group.label { h2 id=(id) { (label) } }
            ul { @for item in &group.items { li { (nav_item(item)) } } }
        }
    }
}

fn nav_item(item: &NavItem) -> Markup {
    html! {
        a href=(item.href) title=(item.label) aria-current=[item.current.then_some("page")] {
            (item.icon)
            span { (item.label) }
            @if let Some(count) = item.badge.filter(|count| *count > 0) { (badge(count, item.tone, None)) }
        }
    }
}
