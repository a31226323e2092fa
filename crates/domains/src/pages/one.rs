//! One domain: what to publish, what is there, and what to do about it.

use access::{Granted, ManageDomains, TenantStatus};
use axum::extract::{Path, State};
use axum::response::{Redirect, Response};
use i18n::Words;
use kernel::{DomainName, Message};
use mail_dns::DomainState;
use maud::{Markup, Render as _, html};
use reconcile::StepError;
use web::ui::{
    self, Confirm, Crumb, Field, FieldKind, FormHead, Icon, MenuItem, PageHead, Tone, card, confirm,
    link_button, submit,
};
use web::{Done, Failure, FormBody, Live, Query, Right, View};

use super::{PageLink, mark, records, says};
use crate::api::At;
use crate::error::Error;
use crate::input;
use crate::model::{Domain, Finding, users};
use crate::service::Domains;
use crate::store::Check;

const REMOVE: &str = "remove-domain";
const PRIMARY: &str = "make-primary";
const MOST_CHECKS: u64 = 12;

/// What the page shows.
pub struct Shown {
    pub domain: Domain,
    is_primary: bool,
    may_go: bool,
    pub history: Vec<Check>,
    now: kernel::Timestamp,
}

impl Domains {
    pub(super) async fn shown(&self, by: &Granted<ManageDomains>, at: &At) -> Result<Shown, Error> {
        let domain = self.domain(by, &at.name()?).await?;
        Ok(Shown {
            is_primary: self.primary(by).await?.as_ref() == Some(&domain.name),
            may_go: self.may_go(by, &domain.name).await?,
            history: self.history(&domain, MOST_CHECKS).await?,
            now: self.now(),
            domain,
        })
    }
}

pub async fn show(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
    Path(at): Path<At>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    let links = &domains.settings.links;
    said(&mut view, links, &done);
    let shown = domains.shown(&by, &at).await?;
    Ok(page(&view, &by, links, &shown))
}

/// Says what the action led to that a redirect names.
pub fn said(view: &mut View, links: &[PageLink], done: &Done) {
    let own = [
        ("recheck", "domain-done-recheck"),
        ("dmarc", "domain-done-dmarc"),
        ("primary", "domain-done-primary"),
    ];
    view.say_done(done, &own);
    for link in links {
        view.say_done(done, link.done);
    }
}

/// The live stream of the page's moving parts. While somebody looks on, the domain is checked often.
pub async fn live(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
    Path(at): Path<At>,
    live: Live,
    view: View,
) -> Result<Response, Failure> {
    let name = at.name()?;
    let (right, words) = (by.clone(), view.words().clone());
    let render = move || {
        let (domains, by, words, name) = (domains.clone(), by.clone(), words.clone(), name.clone());
        async move {
            let domain = domains.domain(&by, &name).await?;
            domains.watched(&domain).await?;
            let is_primary = domains.primary(&by).await?.as_ref() == Some(&domain.name);
            let may_go = domains.may_go(&by, &domain.name).await?;
            let workspace = by.status_now(&domains.platform.db).await?;
            Ok(vec![
                pill(&words, &domain, workspace),
                summary(&words, &domain, workspace),
                card_of_records(&words, &domain, domains.now()),
                // Moves the page without a place of its own.
                html! { @if is_primary { "primary" } @if may_go { "may go" } (domain.refusal.as_ref().map(|why| why.said.as_str()).unwrap_or_default()) },
            ])
        }
    };
    live.stream(right, render).await
}

/// The address of a domain's page on the console that is asked.
pub fn place(by: &Granted<ManageDomains>, name: &DomainName) -> String {
    format!("{}/domains/{name}", web::workspace(by.actor().surface, &by.scope().slug))
}

fn back(by: &Granted<ManageDomains>, at: &At, done: &str) -> Result<Redirect, Error> {
    Ok(Redirect::to(&format!("{}?done={done}", place(by, &at.name()?))))
}

pub async fn recheck(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
    Path(at): Path<At>,
) -> Result<Redirect, Failure> {
    domains.recheck(&by, &at.name()?).await?;
    Ok(back(&by, &at, "recheck")?)
}

pub async fn dmarc(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
    Path(at): Path<At>,
    body: FormBody,
) -> Result<Redirect, Failure> {
    // What isn't there is said to be gone, whatever was chosen for it.
    domains.domain(&by, &at.name()?).await?;
    let mut input = body.input(input::DMARC);
    let policy = input::policy(&mut input);
    let policy = input.finish(policy).map_err(Failure::invalid)?;
    domains.set_dmarc(&by, &at.name()?, policy).await?;
    Ok(back(&by, &at, "dmarc")?)
}

pub async fn primary(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
    Path(at): Path<At>,
) -> Result<Redirect, Failure> {
    domains.make_primary(&by, &at.name()?).await?;
    Ok(back(&by, &at, "primary")?)
}

pub async fn remove(
    Right(by): Right<ManageDomains>,
    State(domains): State<Domains>,
    Path(at): Path<At>,
) -> Result<Redirect, Failure> {
    let name = at.name()?;
    match domains.remove(&by, &name).await {
        Ok(()) => Ok(Redirect::to(&format!("/admin/{}/domains?done=remove", by.scope().slug))),
        // Its page says what uses it.
        Err(Error::InUse(_)) => Ok(Redirect::to(&place(&by, &name))),
        Err(error) => Err(error.into()),
    }
}

/// Why the mail server refused to remove it, and what to do first.
fn kept(w: &Words, why: &StepError) -> String {
    w.say(&Message::new("domain-kept-says").with("what", users(why)))
}

pub fn pill(w: &Words, domain: &Domain, workspace: TenantStatus) -> Markup {
    html! { span id="domain-state" { (mark(w, domain, workspace).pill()) } }
}

pub fn summary(w: &Words, domain: &Domain, workspace: TenantStatus) -> Markup {
    html! { span id="domain-says" { (says(w, domain, workspace)) } }
}

/// What is the case, for all who look at it.
pub fn facts_of_records(w: &Words, shown: &Shown) -> Markup {
    let domain = &shown.domain;
    html! {
        @if let Some(why) = &domain.refusal { (ui::banner(Tone::Warn, &w.t("domain-kept"), &kept(w, why), None)) }
        @if !domain.is_proven() { p class="soft" { (w.t("domain-prove-says")) } }
        (card_of_records(w, domain, shown.now))
    }
}

fn page(view: &View, by: &Granted<ManageDomains>, links: &[PageLink], shown: &Shown) -> Markup {
    let (w, domain, csrf) = (view.words(), &shown.domain, &view.shell.csrf);
    let (slug, at) = (&by.scope().slug, place(by, &domain.name));
    let post = |name: &str, inside: Markup| {
        FormHead { action: format!("{at}/{name}"), csrf: csrf.clone(), swap: None }.form(&inside)
    };
    let head = PageHead {
        title: domain.name.unicode(),
        state: Some(pill(w, domain, by.scope().status)),
        summary: summary(w, domain, by.scope().status),
        facts: Some(facts(w, shown)),
        actions: html! {
            (post("recheck", html! { (submit(w.t("domain-recheck")).primary().icon(Icon::Refresh)) }))
            (ui::more(w, &domain.name.unicode(), &others(w, shown, &at, csrf)))
        },
        crumbs: vec![Crumb { label: w.t("nav-domains"), href: Some(format!("/admin/{slug}/domains")) }],
        ..PageHead::default()
    };
    let content = html! {
        div class="stack" data-live={ (at) "/live" } {
            div class="cols object" {
                div class="stack" { (facts_of_records(w, shown)) }
                div class="stack" {
                    (card_of_ways(w, domain, links, &at))
                    @if domain.zone.is_some() { (card_of_policy(w, domain, &post)) }
                    @if !shown.history.is_empty() { (card_of_history(w, shown)) }
                }
            }
        }
        @if shown.may_go { (question(w, slug, domain, csrf)) }
        @if domain.is_proven() && !shown.is_primary { (primary_question(w, slug, domain, csrf)) }
    };
    view.page(&domain.name.unicode(), &head, &content)
}

pub fn facts(w: &Words, shown: &Shown) -> Markup {
    let domain = &shown.domain;
    html! {
        @if domain.name.unicode() != domain.name.ascii() { span { (Icon::Globe) code { (domain.name.ascii()) } } }
        @if shown.is_primary { span { (Icon::Pin) (w.t("domain-is-primary")) } }
        @if let Some(host) = &domain.host { span { (Icon::Link) (w.tx("domain-host", &[("host", host.into())])) } }
        @if let Some(at) = domain.lapses_at { span { (Icon::Clock) (w.t("domain-lapses")) " " (ui::date(w, at)) } }
    }
}

fn card_of_records(w: &Words, domain: &Domain, now: kernel::Timestamp) -> Markup {
    let (right, all) = domain.score();
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let asked = domain.checked_at.map(|at| {
        html! {
            span class="push ago" role="status" {
                (w.t("domain-asked")) " " (ui::ago(w, at, now))
                @if let Some(server) = domain.asked.first() { " " (w.tx("domain-asked-of", &[("server", server.into())])) }
            }
        }
    });
    let mut shown = card("records", w.t("domain-records"))
        .says(w.tx("domain-records-say", &[("right", number(right).into()), ("all", number(all).into())]))
        .flush(records::list(w, domain));
    if let Some(asked) = asked {
        shown = shown.aside(asked);
    }
    shown.render()
}

fn card_of_policy(w: &Words, domain: &Domain, post: &dyn Fn(&str, Markup) -> Markup) -> Markup {
    let now = domain.policy.map(|policy| policy.to_string()).unwrap_or_default();
    let choice = |word: &str| (word.to_owned(), w.t(&format!("policy-{word}")));
    let mut choices: Vec<(String, String)> = input::POLICIES.iter().map(|word| choice(word)).collect();
    if now.is_empty() {
        choices.insert(0, (String::new(), w.t("policy-unset")));
    }
    let field = Field::new("policy", w.t("domain-policy"))
        .kind(FieldKind::Select(choices))
        .value(now)
        .help(w.t("domain-policy-help"));
    let inside = html! { (ui::field(w, &field)) div class="row" { (submit(w.t("domain-policy-save"))) } };
    card("policy", w.t("domain-policy-title")).body(post("dmarc", inside)).render()
}

pub fn card_of_history(w: &Words, shown: &Shown) -> Markup {
    let line = |check: &Check| {
        let changes = check.changes.iter().map(|change| {
            let what = w.t(&format!("purpose-{}", change.purpose));
            let is = w.t(&format!("record-{}", change.is));
            format!("{what}: {is}")
        });
        let mut words: Vec<String> = changes.collect();
        words.dedup();
        html! {
            li class="change" {
                span { (Icon::Clock) }
                div { (words.join(", ")) }
                div class="row-actions" { span class="small muted" { (ui::moment(w, check.at)) } }
            }
        }
    };
    let inside = html! { ol class="changes" { @for check in &shown.history { (line(check)) } } };
    card("history", w.t("domain-history")).says(w.t("domain-history-says")).flush(inside).render()
}

/// What else can be done with it, its end last.
fn others(w: &Words, shown: &Shown, at: &str, csrf: &str) -> Vec<MenuItem> {
    let domain = &shown.domain;
    let label = w.t("domain-make-primary");
    let primary = if missing(w, domain).is_some() {
        MenuItem::opens(Icon::Pin, label, PRIMARY)
    } else {
        MenuItem::Post { icon: Icon::Pin, label, action: format!("{at}/primary"), csrf: csrf.to_owned() }
    };
    let end = if shown.may_go {
        MenuItem::danger(Icon::Trash, w.t("domain-remove"), REMOVE)
    } else {
        MenuItem::Head(w.t("domain-primary-stays"))
    };
    if domain.is_proven() && !shown.is_primary { vec![primary, MenuItem::Line, end] } else { vec![end] }
}

/// The ways to get the records published, and to what they are for.
fn card_of_ways(w: &Words, domain: &Domain, links: &[PageLink], at: &str) -> Markup {
    let links: Vec<&PageLink> = links.iter().filter(|link| (link.shown_for)(domain)).collect();
    let inside = html! {
        @for link in &links { (link_button(w.t(link.label), format!("{at}{}", link.path)).icon(link.icon).wide()) }
        @if domain.is_proven() {
            (link_button(w.t("domain-zone"), format!("{at}/zone")).icon(Icon::Download).wide())
        }
    };
    if inside.0.is_empty() {
        return inside;
    }
    card("ways", w.t("domain-ways")).body(html! { div class="stack tight" { (inside) } }).render()
}

/// What keeps mail to a domain from arriving, in a sentence; none where it arrives.
fn missing(w: &Words, domain: &Domain) -> Option<String> {
    if domain.zone.is_none() {
        return Some(w.t("domain-primary-making"));
    }
    if domain.checked_at.is_none() {
        return Some(w.t("domain-primary-unchecked"));
    }
    let wrong: Vec<&Finding> = domain.findings.iter().filter(|it| it.needed && it.is_wrong()).collect();
    let arrives = domain.state != DomainState::Pending && wrong.iter().all(|finding| finding.purpose != "mx");
    if arrives || wrong.is_empty() {
        return None;
    }
    let mut what: Vec<String> = wrong.iter().map(|finding| records::purpose(w, finding)).collect();
    what.dedup();
    Some(w.tx("domain-primary-missing", &[("what", what.join(", ").into())]))
}

/// Asks before people get addresses that no mail reaches.
fn primary_question(w: &Words, slug: &str, domain: &Domain, csrf: &str) -> Markup {
    let Some(missing) = missing(w, domain) else { return html! {} };
    let name = domain.name.unicode();
    confirm(
        w,
        &Confirm {
            id: PRIMARY.to_owned(),
            title: w.tx("domain-primary-title", &[("name", (&name).into())]),
            says: format!("{missing} {}", w.t("domain-primary-says")),
            label: w.t("domain-make-primary"),
            keep: w.t("domain-primary-cancel"),
            action: format!("/admin/{slug}/domains/{}/primary", domain.name),
            csrf: csrf.to_owned(),
            ..Confirm::default()
        },
    )
}

fn question(w: &Words, slug: &str, domain: &Domain, csrf: &str) -> Markup {
    let name = domain.name.unicode();
    confirm(
        w,
        &Confirm {
            id: REMOVE.to_owned(),
            title: w.tx("domain-remove-title", &[("name", (&name).into())]),
            says: w.t(if domain.is_proven() { "domain-remove-says" } else { "domain-remove-claim-says" }),
            label: w.t("domain-remove"),
            keep: w.t("domain-keep"),
            action: format!("/admin/{slug}/domains/{}/remove", domain.name),
            csrf: csrf.to_owned(),
            ..Confirm::default()
        },
    )
}
