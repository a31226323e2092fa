//! The page.

pub mod mail;

use access::{Actor, OwnAccount, TenantRights, TenantRole};
use app_passwords::AppPassword;
use axum::Extension;
use axum::extract::State;
use i18n::Words;
use kernel::Timestamp;
use maud::{Markup, Render as _, html};
use memberships::PasswordState;
use people::{MailUse, Mine, Seen};
use tenants::storage::{NotKnown, Used};
use web::ui::{
    self, Definition, Empty, Icon, Meter, PageHead, Tone, banner, card, copy, definitions, empty, link_button,
};
use web::{Caller, Failure, Right, View};

use crate::reads::Shown;
use crate::{Home, Settings};

const PASSWORD: &str = "/account/password";
const SESSIONS: &str = "/account/sessions";
/// How many programs and sessions are named; their own pages have them all.
const FEW: usize = 4;

pub async fn show(
    Right(by): Right<OwnAccount>,
    State(home): State<Home>,
    Extension(caller): Extension<Caller>,
    view: View,
) -> Result<Markup, Failure> {
    let current = caller.session().map(|session| session.id);
    let shown = home.shown(&by, current).await?;
    let (w, actor, now) = (view.words(), by.actor(), home.people.now());
    let rights = view.active.as_deref().and_then(|slug| actor.rights.in_tenant(slug));
    let is_suspended = rights.is_some_and(|rights| !rights.tenant.status.is_open());
    let head = PageHead {
        title: actor.person.name.clone(),
        summary: html! { (summary(w, actor, rights, is_suspended)) },
        ..PageHead::default()
    };
    let content = html! {
        div class="stack home" {
            @if is_suspended { (banner(Tone::Warn, &w.t("home-suspended"), &w.t("home-suspended-says"), None)) }
            @if rights.is_none() && actor.rights.partners.is_empty() {
                (empty(&Empty { icon: Icon::Tenant, title: w.t("home-none"), says: w.t("home-none-says"), actions: None }))
            }
            (launcher(w, &home.settings, rights.filter(|_| !is_suspended), &shown))
            (to_do(w, &shown.mine))
            div class="cols even" {
                @if !shown.mine.mailboxes.is_empty() || shown.files != Ok(None) { (space(w, &shown)) }
                @if !shown.mine.mailboxes.is_empty() { (programs(w, shown.programs.as_deref(), now)) }
                (sessions(w, &shown, now))
                (you(w, actor, &shown.mine))
            }
        }
    };
    Ok(view.page(&w.t("nav-home"), &head, &content))
}

fn summary(w: &Words, actor: &Actor, rights: Option<&TenantRights>, is_suspended: bool) -> String {
    match rights {
        None if actor.rights.partners.is_empty() => w.t("home-says-none"),
        None => w.t("home-says-partner"),
        Some(rights) => {
            let key = if is_suspended { "home-says-suspended" } else { "home-says" };
            w.tx(key, &[("name", (&rights.tenant.name).into())])
        }
    }
}

/// A tile that leads somewhere.
struct App {
    icon: Icon,
    name: String,
    says: String,
    href: String,
}

impl App {
    fn render(&self, is_large: bool) -> Markup {
        html! {
            a class={ "app" @if is_large { " lead" } } href=(self.href) {
                span class="app-icon" { (self.icon.large()) }
                span { b { (self.name) } small { (self.says) } }
            }
        }
    }
}

/// What the workspace that one works in has for its people.
fn launcher(w: &Words, at: &Settings, rights: Option<&TenantRights>, shown: &Shown) -> Markup {
    let Some(rights) = rights else { return Markup::default() };
    let mailbox = shown.mine.mailboxes.iter().find(|mailbox| mailbox.tenant == rights.tenant.id);
    let mail = mailbox.map(|mailbox| App {
        icon: Icon::Mail,
        name: w.t("home-mail"),
        says: match mailbox.state {
            PasswordState::Waiting => w.t("home-mail-waiting"),
            PasswordState::NoPassword | PasswordState::Earlier | PasswordState::Ready => {
                mailbox.address.clone()
            }
        },
        href: at.mail.clone().unwrap_or_else(|| mail::PAGE.to_owned()),
    });
    let files = at.files.as_ref().filter(|_| shown.mine.has_files).map(|href| App {
        icon: Icon::Folder,
        name: w.t("home-files"),
        says: w.tx("home-files-says", &[("name", (&rights.tenant.name).into())]),
        href: href.clone(),
    });
    let admin = (rights.role != TenantRole::Member).then(|| App {
        icon: Icon::Settings,
        name: w.t("nav-admin"),
        says: w.t("home-admin-says"),
        href: format!("/admin/{}", rights.tenant.slug),
    });
    let large: Vec<App> = mail.into_iter().chain(files).collect();
    if large.is_empty() && admin.is_none() {
        return Markup::default();
    }
    html! {
        nav class="launch" aria-label=(w.t("home-apps")) {
            @for app in &large { (app.render(true)) }
            @if let Some(admin) = admin { (admin.render(large.is_empty())) }
        }
    }
}

/// What only the person can do.
fn to_do(w: &Words, mine: &Mine) -> Markup {
    let in_state = |state| {
        let those = mine.mailboxes.iter().filter(move |mailbox| mailbox.state == state);
        those.map(|mailbox| mailbox.address.as_str()).collect::<Vec<_>>().join(", ")
    };
    let states = [(PasswordState::NoPassword, "locked"), (PasswordState::Earlier, "earlier")];
    let differs = matches!(mine.sign_in, Some(PasswordState::NoPassword | PasswordState::Earlier));
    let choose = html! { (link_button(w.t("home-locked-do"), PASSWORD).primary()) };
    let add = html! { (link_button(w.t("home-factor-do"), people::SECOND_FACTOR_PAGE).primary()) };
    html! {
        @for (state, name) in states {
            @let which = in_state(state);
            @if !which.is_empty() {
                (banner(Tone::Warn, &w.t(&format!("home-{name}")), &w.tx(&format!("home-{name}-says"), &[("which", which.into())]), Some(&choose)))
            }
        }
        @if differs { (banner(Tone::Warn, &w.t("home-sign-in"), &w.t("home-sign-in-says"), Some(&choose))) }
        @if mine.second_factor == Ok(false) {
            (banner(Tone::Warn, &w.t("home-factor"), &w.t("home-factor-says"), Some(&add)))
        }
    }
}

fn space(w: &Words, shown: &Shown) -> Markup {
    let several = shown.mine.mailboxes.len() > 1;
    let inside = html! {
        @for mailbox in &shown.mine.mailboxes {
            @let label = if several { mailbox.address.clone() } else { w.t("home-mailbox") };
            @match mailbox.used {
                Ok(MailUse { used, quota }) => (full(w, label, used, quota.unwrap_or(0))),
                Err(_) => (unknown(w, label)),
            }
        }
        @match shown.files {
            Ok(Some(Used { used, total })) => (full(w, w.t("home-files"), used, total)),
            Err(NotKnown) if shown.mine.has_files => (unknown(w, w.t("home-files"))),
            Ok(None) | Err(NotKnown) => {}
        }
    };
    card("space", w.t("home-space")).body(inside).render()
}

/// How full something is; a total of 0 is no limit, and has no bar.
fn full(w: &Words, label: String, used: i64, total: i64) -> Markup {
    let said = if total > 0 {
        w.tx("home-space-of", &[("used", ui::bytes(w, used).into()), ("all", ui::bytes(w, total).into())])
    } else {
        w.tx("home-space-unlimited", &[("used", ui::bytes(w, used).into())])
    };
    let is_nearly_full = total > 0 && used >= total / 10 * 8;
    ui::meter(&Meter {
        label,
        used: (total > 0).then(|| (ui::share(used), ui::share(total))),
        said,
        note: is_nearly_full.then(|| w.t("home-space-nearly-full")),
    })
}

fn unknown(w: &Words, label: String) -> Markup {
    ui::meter(&Meter { label, used: None, said: w.t("ui-not-known"), note: None })
}

/// A row of a list: an icon, what it is, and what is said of it.
fn row(icon: Icon, is_current: bool, what: &str, says: &Markup) -> Markup {
    html! {
        li {
            @if is_current { (icon.toned(Tone::Ok)) } @else { (icon) }
            div { h3 { (what) } p { (says) } }
        }
    }
}

fn programs(w: &Words, all: Option<&[AppPassword]>, now: Timestamp) -> Markup {
    let link = html! { a class="small" href=(mail::PAGE) { (w.t("home-programs-all")) } };
    let shown = card("programs", w.t("home-programs")).aside(link);
    match all {
        None => shown.body(html! { p class="soft" { (w.t("home-programs-silent")) } }).render(),
        Some([]) => shown.body(html! { p class="soft" { (w.t("home-programs-none")) } }).render(),
        Some(all) => {
            let says = |at| html! { (w.t("home-program-made")) " " (ui::ago(w, at, now)) };
            let rows = html! {
                ul class="list" {
                    @for one in all.iter().rev().take(FEW) { (row(Icon::Phone, false, &one.name, &says(one.created_at))) }
                }
            };
            shown.flush(rows).render()
        }
    }
}

fn sessions(w: &Words, shown: &Shown, now: Timestamp) -> Markup {
    let mut all: Vec<&Seen> = shown.sessions.all.iter().collect();
    all.sort_by_key(|seen| (!seen.is_current, std::cmp::Reverse(seen.last_seen_at)));
    let says = |seen: &Seen| {
        html! {
            @if seen.is_current { (w.t("home-session-this")) " · " }
            (people::pages::sessions::places(w, seen)) " · "
            @if !seen.address.is_empty() { (seen.address) " · " }
            @match seen.last_seen_at { Some(at) => (ui::ago(w, at, now)), None => (w.t("ui-not-known")) }
        }
    };
    let rows = html! {
        @if shown.sessions.silent.is_some() { p class="body small soft" { (w.t("home-sessions-silent")) } }
        ul class="list" {
            @for seen in all.into_iter().take(FEW) {
                (row(Icon::Screen, seen.is_current, &people::pages::sessions::browser(w, seen), &says(seen)))
            }
        }
    };
    let link = html! { a class="small" href=(SESSIONS) { (w.t("home-sessions-all")) } };
    card("sessions", w.t("home-sessions")).aside(link).flush(rows).render()
}

fn you(w: &Words, actor: &Actor, mine: &Mine) -> Markup {
    let mut rows =
        vec![Definition::new(w.t("home-address"), copy(w, &kernel::readable_address(&actor.person.email)))];
    for mailbox in &mine.mailboxes {
        if mailbox.address != actor.person.email {
            rows.push(Definition::new(w.t("home-mailbox"), copy(w, &mailbox.address)));
        }
        if !mailbox.aliases.is_empty() {
            let all: Vec<String> = mailbox.aliases.iter().map(ToString::to_string).collect();
            rows.push(Definition::new(w.t("home-aliases"), html! { (all.join(", ")) }));
        }
    }
    for rights in &actor.rights.tenants {
        let role = w.t(&format!("role-{}", rights.role));
        rows.push(Definition::new(w.t("home-works-in"), html! { (rights.tenant.name) ", " (role) }));
    }
    for rights in &actor.rights.partners {
        let role = w.t(&format!("partner-role-{}", rights.role));
        rows.push(Definition::new(w.t("home-works-for"), html! { (rights.partner.name) ", " (role) }));
    }
    let factor = match mine.second_factor {
        Ok(true) => w.t("home-factor-on"),
        Ok(false) => w.t("home-factor-off"),
        Err(_) => w.t("ui-not-known"),
    };
    let manage = |href: &str, label: &str| html! { a href=(href) { (w.t(label)) } };
    rows.push(Definition::new(w.t("home-password"), manage(PASSWORD, "home-password-change")));
    rows.push(Definition::new(
        w.t("home-second-factor"),
        html! { (factor) " · " (manage(people::SECOND_FACTOR_PAGE, "home-factor-manage")) },
    ));
    card("you", w.t("home-you")).body(definitions(true, &rows)).render()
}
