//! The frame of every page: bands, bar, navigation, head, and what the script needs. Pages bring their head and content.

mod bar;

pub use access::Surface;
use i18n::Words;
use maud::{DOCTYPE, Markup, html};

use super::{Crumb, Flash, Rgb, Tab, Tone, crumbs, logo, tabs, time, toast};
use crate::assets;

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// Always light.
    Light,
    /// Always dark.
    Dark,
    /// As the machine is set.
    #[default]
    System,
}

impl Theme {
    /// The cookie that keeps the choice.
    pub const COOKIE: &str = "dezky_theme";

    /// Its word in the cookie and in `/theme/{word}`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::System => "system",
        }
    }

    /// The theme of a word; anything unknown follows the system.
    pub fn of_word(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// Whose product it looks like.
#[derive(Debug, Clone, Default)]
pub struct Brand {
    /// The product's name.
    pub product_name: String,
    /// `#rrggbb`; anything else is left out.
    pub accent: Option<String>,
}

/// The workspace one is in.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    /// Its name.
    pub name: String,
    /// Its short name.
    pub slug: String,
    /// One or two letters.
    pub mark: String,
    /// Under the name: plan and seats.
    pub detail: Option<String>,
    /// The others one may switch to: short name and name.
    pub others: Vec<(String, String)>,
}

/// Who is signed in.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// The id, by which a person has one colour everywhere.
    pub id: String,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

/// A group of the navigation.
#[derive(Debug, Clone, Default)]
pub struct NavGroup {
    /// Its heading; the first group has none.
    pub label: Option<String>,
    /// Its pages.
    pub items: Vec<NavItem>,
}

/// A page in the navigation.
#[derive(Debug, Clone)]
pub struct NavItem {
    /// Its name.
    pub label: String,
    /// Its address.
    pub href: String,
    /// Its icon.
    pub icon: super::Icon,
    /// The page shown, or one above it.
    pub current: bool,
    /// How many things need attention.
    pub badge: Option<u32>,
    /// How bad they are.
    pub tone: Tone,
}

/// What a band is about; the one loud thing of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BandKind {
    /// In a customer as its partner.
    Partner,
    /// Acting as another person.
    Acting,
    /// An incident is open.
    Incident,
    /// A restored database is held. Its text may take two lines.
    Held,
    /// Not the real thing.
    Sandbox,
}

/// A band above the bar. Bands push, never cover; two at most are shown well.
#[derive(Debug, Clone)]
pub struct Band {
    /// What it is about.
    pub kind: BandKind,
    /// One line; `b` marks the names.
    pub text: Markup,
    /// The way out: a link, or a form with a button.
    pub action: Option<Markup>,
}

impl Band {
    pub(crate) fn render(&self) -> Markup {
        use super::Icon;
        let (class, icon) = match self.kind {
            BandKind::Partner => ("partner", Icon::Partner),
            BandKind::Acting => ("acting", Icon::Eye),
            BandKind::Incident => ("incident", Icon::Warn),
            BandKind::Held => ("held", Icon::Warn),
            BandKind::Sandbox => ("sandbox", Icon::Info),
        };
        html! {
            div class={ "band " (class) } {
                (icon)
                p { (self.text) }
                @if let Some(action) = &self.action { (action) }
            }
        }
    }
}

/// The head of a page.
#[derive(Debug, Clone, Default)]
pub struct PageHead {
    /// The title; empty takes the one of the document.
    pub title: String,
    /// A state after the title, as a pill.
    pub state: Option<Markup>,
    /// One line that sums the state up and says what comes next.
    pub summary: Markup,
    /// A few quiet facts with icons, each in a `span`.
    pub facts: Option<Markup>,
    /// The actions, the primary one last but for a menu.
    pub actions: Markup,
    /// Sub-pages.
    pub tabs: Vec<Tab>,
    /// The pages above.
    pub crumbs: Vec<Crumb>,
    /// The content may use the whole width, for wide tables.
    pub wide: bool,
}

/// The frame, the same for all pages of one request.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Which console.
    pub surface: Surface,
    /// The reader's language.
    pub words: Words,
    /// The nonce of the content security policy.
    pub nonce: String,
    /// Against forgery, in each form.
    pub csrf: String,
    /// Whose product it looks like.
    pub brand: Brand,
    /// Light or dark.
    pub theme: Theme,
    /// The environment, coloured; production has none.
    pub environment: Option<String>,
    /// The sandbox, in the menu of the person.
    pub sandbox_link: Option<String>,
    /// Help, in the bar.
    pub help: Option<String>,
    /// The workspace one is in.
    pub workspace: Option<Workspace>,
    /// The workspace whose door a page without navigation is, where whoever looks knows it.
    pub host: Option<String>,
    /// Who is signed in.
    pub person: Option<Person>,
    /// The navigation.
    pub nav: Vec<NavGroup>,
    /// The person's own pages, in their menu.
    pub own: Vec<NavItem>,
    /// What else they work with, in the launcher.
    pub apps: Vec<NavItem>,
    /// Bands above the bar.
    pub bands: Vec<Band>,
    /// What the last action led to.
    pub flashes: Vec<Flash>,
    /// What the page says before its content.
    pub note: Option<Markup>,
    /// The address of this page, to come back to.
    pub path: String,
    /// Where the sign-out is posted to.
    pub sign_out: String,
}

impl Shell {
    /// Says which page of the navigation this one lies under, where its address doesn't.
    pub fn lies_under(&mut self, href: &str) {
        for item in self.nav.iter_mut().flat_map(|group| &mut group.items) {
            item.current = item.href == href;
        }
    }

    /// A frame without anybody in it; set the rest by fields.
    pub fn new(surface: Surface, words: Words, nonce: impl Into<String>, brand: Brand) -> Self {
        Self {
            surface,
            words,
            nonce: nonce.into(),
            csrf: String::new(),
            brand,
            theme: Theme::default(),
            environment: None,
            sandbox_link: None,
            help: None,
            workspace: None,
            host: None,
            person: None,
            nav: Vec::new(),
            own: Vec::new(),
            apps: Vec::new(),
            bands: Vec::new(),
            flashes: Vec::new(),
            note: None,
            path: "/".to_owned(),
            sign_out: "/sign-out".to_owned(),
        }
    }

    /// A whole page with navigation.
    pub fn page(&self, title: &str, head: &PageHead, content: &Markup) -> Markup {
        let w = &self.words;
        self.document(
            title,
            &html! {
                a class="skip-link" href="#main" { (w.t("ui-skip")) }
                div class="shell" {
                    header class="top" {
                        @for band in &self.bands { (band.render()) }
                        (self.bar())
                    }
                    (self.navigation())
                    main class="main" id="main" tabindex="-1" {
                        div class={ "page" @if head.wide { " wide" } } {
                            (self.head(title, head))
                            @if let Some(note) = &self.note { (note) }
                            (content)
                        }
                    }
                }
                (self.floating())
            },
        )
    }

    /// The same frame at the door of a workspace, for those who know that it is one: a link of its invitation, a sign-out.
    pub fn hosted_by(&self, workspace: &str) -> Self {
        Self { host: Some(workspace.to_owned()), ..self.clone() }
    }

    /// A page without navigation: sign-in, signed out, an error before one is anybody. It has the name and the mark of the
    /// workspace that it is a door of.
    pub fn bare(&self, title: &str, content: &Markup) -> Markup {
        let product = &self.brand.product_name;
        let (name, under) = match &self.host {
            Some(workspace) => (workspace, product.clone()),
            None => (product, self.said_surface()),
        };
        let mark: String = name.chars().take(1).flat_map(char::to_uppercase).collect();
        self.document(title, &html! {
            @for band in &self.bands { (band.render()) }
            div class="entry" {
                main class="entry-card" id="main" aria-labelledby="entry-t" {
                    p class="entry-mark" {
                        span class="logo l" aria-hidden="true" { (mark) }
                        span { b { (name) } small { (under) } }
                    }
                    h1 id="entry-t" { (title) }
                    (content)
                }
                footer class="entry-foot" {
                    @if let Some(help) = &self.help { p { a href=(help) { (self.words.t("ui-help")) } } }
                    @if let Some(environment) = &self.environment { span class="env test" { (environment) } }
                }
            }
            (self.floating())
        })
    }

    fn said_surface(&self) -> String {
        match self.surface {
            Surface::Operator => self.words.t("ui-operator"),
            Surface::Portal => self.words.t("ui-portal"),
        }
    }

    fn document(&self, title: &str, body: &Markup) -> Markup {
        let w = &self.words;
        let theme = (self.theme != Theme::System).then(|| self.theme.word());
        let scheme = if self.theme == Theme::System { "light dark" } else { self.theme.word() };
        let accent = self.brand.accent.as_deref().and_then(Rgb::parse);
        html! {
            (DOCTYPE)
            html lang=(w.language().code()) data-theme=[theme] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content=(scheme);
                    title { (title) @if title != self.brand.product_name { " · " (self.brand.product_name) } }
                    link rel="icon" type="image/svg+xml" href=(assets::href("favicon.svg"));
                    link rel="stylesheet" href=(assets::href("app.css"));
                    @if let Some(accent) = accent {
                        style nonce=(self.nonce) { ":root{--brand:" (accent) ";--brand-ink:" (accent.ink().rgb()) "}" }
                    }
                    script src=(assets::href("app.js")) defer nonce=(self.nonce) {}
                }
                body data-icons=(assets::href("icons.svg")) data-copied=(w.t("ui-copied")) data-uncopied=(w.t("ui-uncopied"))
                    data-ago=(time::patterns(w)) data-date=(time::date_pattern(w)) data-months=(w.t("ui-months"))
                    data-today=(w.tx("ui-day-today", &[("date", "{date}".into())]))
                    data-yesterday=(w.tx("ui-day-yesterday", &[("date", "{date}".into())])) {
                    (body)
                }
            }
        }
    }

    fn head(&self, title: &str, head: &PageHead) -> Markup {
        let shown = if head.title.is_empty() { title } else { &head.title };
        html! {
            div class="page-head" {
                @if !head.crumbs.is_empty() { (crumbs(&self.words, &head.crumbs)) }
                div {
                    h1 { (shown) @if let Some(state) = &head.state { " " (state) } }
                    @if !head.summary.0.is_empty() { p class="says" { (head.summary) } }
                    @if let Some(facts) = &head.facts { p class="facts" { (facts) } }
                }
                @if !head.actions.0.is_empty() { div class="head-actions" { (head.actions) } }
            }
            @if !head.tabs.is_empty() {
                (tabs(&self.words.tx("ui-sections-of", &[("name", shown.into())]), &head.tabs))
            }
        }
    }

    /// What stands outside the page's flow: menus, palette, toasts, and the words the script may need.
    fn floating(&self) -> Markup {
        let w = &self.words;
        html! {
            @if self.person.is_some() { (self.person_menu()) (self.launcher()) (self.switcher()) (self.palette()) }
            dialog class="dialog" id="ask-leave" aria-labelledby="ask-leave-t" {
                header { h2 id="ask-leave-t" { (w.t("ui-leave-title")) } }
                div class="body" { p class="why" { (w.t("ui-leave-says")) } }
                footer {
                    form class="row" method="dialog" {
                        button class="btn" value="stay" autofocus { (w.t("ui-leave-stay")) }
                        button class="btn danger" value="leave" { (w.t("ui-leave-go")) }
                    }
                }
            }
            div class="toasts" id="toasts" { @for flash in &self.flashes { (toast(w, flash)) } }
            p class="sr" id="said" role="status" {}
            template id="t-uncopied" {
                (toast(w, &Flash { tone: Tone::Warn, text: w.t("ui-uncopied"), undo: None }))
            }
            template id="t-signed-out" {
                div class="band acting" role="alert" data-band="signed-out" {
                    (super::Icon::Leave) p { (w.t("ui-signed-out")) }
                    a href=(self.path) { (w.t("ui-sign-in-again")) }
                }
            }
            template id="t-offline" {
                div class="band incident" role="alert" data-band="offline" {
                    (super::Icon::Warn) p { (w.t("ui-offline")) }
                    a href=(self.path) { (w.t("ui-again")) }
                }
            }
        }
    }

    fn mark(&self) -> Markup {
        let first: String = self.brand.product_name.chars().take(1).flat_map(char::to_uppercase).collect();
        let (mark, name, under) = match &self.workspace {
            Some(workspace) => {
                let under = workspace.detail.clone().unwrap_or_else(|| self.brand.product_name.clone());
                (workspace.mark.clone(), workspace.name.clone(), under)
            }
            None => (first, self.brand.product_name.clone(), self.said_surface()),
        };
        html! {
            (logo(&mark))
            span class="mark-text" { b class="cut" { (name) } small class="cut" { (under) } }
        }
    }
}
