//! The log of one tenant, and of the platform with all tenants.

use access::{Granted, ViewPlatformAudit, ViewTenant, ViewTenantAudit};
use audit::{Action, AuditFilter, Record, Where};
use axum::extract::State;
use i18n::Words;
use kernel::Timestamp;
use kernel::cursor::Page;
use kernel::input::Shape;
use maud::{Markup, html};
use serde::Deserialize;
use tenants::tenant_head;
use web::ui::{Empty, Filter as Bar, FilterSelect, Icon, More, PageHead, Table, empty, filter, table};
use web::{Failure, PAGING, Parameter, Parameters, Query, Right, Tables, View};

use super::table::{TOLD_ONCE, frame, rows, side};
use crate::api::AuditQuery;
use crate::reads::of_tenant;
use crate::service::Activity;

/// The parameters of the query.
const PARAMETERS: &[Parameter] = &[Parameter::optional("open", Shape::Text(60), "The record that is open.")];

/// The query of the page: the log's own, and the record that is open.
#[derive(Deserialize)]
pub struct PageQuery {
    open: Option<String>,
    #[serde(flatten)]
    log: AuditQuery,
}

impl Parameters for PageQuery {
    const TABLES: Tables = &[PARAMETERS, crate::api::AUDIT, PAGING];
}

pub async fn show_of_platform(
    Right(by): Right<ViewPlatformAudit>,
    State(activity): State<Activity>,
    Query(query): Query<PageQuery>,
    view: View,
) -> Result<Markup, Failure> {
    let (limit, cursor) = query.log.list.read()?;
    let filter = AuditFilter { told_once: TOLD_ONCE, ..query.log.filter(&activity).await? };
    let page = activity.platform_page(&by, &filter, cursor.as_ref(), limit).await?;
    let w = view.words();
    let head = PageHead {
        title: w.t("nav-audit"),
        summary: html! { (w.t("audit-says-platform")) },
        ..PageHead::default()
    };
    let open = match &query.open {
        Some(id) => activity.platform_record(&by, id).await?,
        None => None,
    };
    let slug = match &open {
        Some(record) => activity.slug_of_chain(&by, &record.chain).await?,
        None => None,
    };
    let at = At { path: "/audit".to_owned(), slug, places: &[Where::Tenant, Where::Platform] };
    Ok(view.page(
        &w.t("nav-audit"),
        &head,
        &content(&view, &at, (&query, &page, open.as_ref()), activity.platform.clock.now()),
    ))
}

impl Activity {
    /// The records about one thing across all logs, as a page shows them at `path`; `about` is a word that they all have, such
    /// as the letters of its id.
    pub async fn log_about(
        &self,
        by: &Granted<ViewPlatformAudit>,
        view: &View,
        (path, about): (String, &str),
        query: &PageQuery,
    ) -> Result<Markup, Failure> {
        let (limit, cursor) = query.log.list.read()?;
        let typed = query.log.filter(self).await?;
        let q = [typed.q.as_deref(), Some(about)].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let filter = AuditFilter { q: Some(q), told_once: TOLD_ONCE, ..typed };
        let page = self.platform_page(by, &filter, cursor.as_ref(), limit).await?;
        let open = match &query.open {
            Some(id) => self.platform_record(by, id).await?,
            None => None,
        };
        let at = At { path, slug: None, places: &[Where::Platform] };
        Ok(content(view, &at, (query, &page, open.as_ref()), self.platform.clock.now()))
    }
}

pub async fn show_of_tenant(
    Right(by): Right<ViewTenantAudit>,
    State(activity): State<Activity>,
    Query(query): Query<PageQuery>,
    view: View,
) -> Result<Markup, Failure> {
    let (limit, cursor) = query.log.list.read()?;
    let filter = query.log.filter(&activity).await?;
    let page = of_tenant(&activity.platform.db, &by, &filter, cursor.as_ref(), limit).await?;
    let open = shown(&activity, &by, &query).await?;
    let details = activity.tenants.details(&by.demand::<ViewTenant>(&activity.platform.db).await?).await?;
    let head = tenant_head(&view, &details, "audit", Markup::default());
    let slug = details.tenant.slug.to_string();
    let at = At { path: format!("/tenants/{slug}/audit"), slug: Some(slug), places: &[Where::Tenant] };
    Ok(view.page(
        &details.tenant.name,
        &head,
        &content(&view, &at, (&query, &page, open.as_ref()), activity.platform.clock.now()),
    ))
}

pub async fn show_of_own(
    Right(by): Right<ViewTenantAudit>,
    State(activity): State<Activity>,
    Query(query): Query<PageQuery>,
    view: View,
) -> Result<Markup, Failure> {
    let (limit, cursor) = query.log.list.read()?;
    let filter = query.log.filter(&activity).await?;
    let page = of_tenant(&activity.platform.db, &by, &filter, cursor.as_ref(), limit).await?;
    let open = shown(&activity, &by, &query).await?;
    let w = view.words();
    let head = PageHead {
        title: w.t("nav-audit"),
        summary: html! { (w.t("audit-says-tenant")) },
        ..PageHead::default()
    };
    let slug = by.scope().slug.clone();
    let at = At { path: format!("/admin/{slug}/audit"), slug: Some(slug), places: &[Where::Tenant] };
    Ok(view.page(
        &w.t("nav-audit"),
        &head,
        &content(&view, &at, (&query, &page, open.as_ref()), activity.platform.clock.now()),
    ))
}

/// The record that is open, which may lie beyond the rows that are listed.
async fn shown(
    activity: &Activity,
    by: &Granted<ViewTenantAudit>,
    query: &PageQuery,
) -> Result<Option<Record>, db::Error> {
    match &query.open {
        Some(id) => activity.record(by, id).await,
        None => Ok(None),
    }
}

/// The parts of the query that say something.
fn pairs(query: &AuditQuery) -> Vec<(&'static str, String)> {
    let all = [
        ("q", &query.q),
        ("action", &query.action),
        ("outcome", &query.outcome),
        ("actorEmail", &query.actor_email),
        ("since", &query.since),
        ("before", &query.before),
    ];
    let given = all.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
    given.filter(|(_, value)| !value.is_empty()).collect()
}

/// Which log is shown.
struct At {
    path: String,
    /// The tenant of the record that is open.
    slug: Option<String>,
    /// Whose actions can be in it.
    places: &'static [Where],
}

/// Where the record's object is opened; what the record says is gone is opened nowhere.
fn opens(view: &View, at: &At, record: &Record) -> Option<String> {
    let verb = record.action.split('.').nth(1).unwrap_or_default();
    let gone = ["remove", "revoke", "lapse", "purge"].contains(&verb);
    let slug = at.slug.as_deref().filter(|_| !gone)?;
    view.page_of(&record.target_kind, slug, &record.target_id, &record.target_name)
}

fn content(
    view: &View,
    at: &At,
    (query, page, shown): (&PageQuery, &Page<Record>, Option<&Record>),
    now: Timestamp,
) -> Markup {
    let (w, path) = (view.words(), at.path.as_str());
    let with = |name: &'static str, value: &str| {
        let mut pairs = pairs(&query.log);
        pairs.push((name, value.to_owned()));
        web::address(path, &pairs)
    };
    let plain = web::address(path, &pairs(&query.log));
    // Whoever goes by keys is led to the record, and back to its row.
    let show = |record: &Record| format!("{}#event", with("open", &record.id));
    let open = query.open.as_deref();
    let list = Table {
        filter: Some(filter(w, &bar(w, path, &query.log, view.actions(), at.places))),
        more: Some(More::after(
            w,
            page.items.len(),
            w.tx("audit-shown", &[("count", page.items.len().into())]),
            page.next.as_ref().map(|next| with("cursor", &next.to_string())),
            query.log.list.is_later(),
        )),
        empty: Some(nothing(w, path, &query.log)),
        ..frame(w, "log", rows(w, &page.items, now, show, open))
    };
    html! {
        div class=[shown.map(|_| "with-sheet")] {
            (table(w, &list))
            @if let Some(record) = shown { (side(w, record, &format!("{plain}#row-{}", record.id), opens(view, at, record).as_deref())) }
        }
    }
}

/// The actions whose rows can be here, under what they are done to.
fn actions(w: &Words, known: &[Action], places: &[Where]) -> Vec<(String, Vec<(String, String)>)> {
    let mut groups: Vec<(&str, Vec<(String, String)>)> = Vec::new();
    for action in known.iter().filter(|action| places.contains(&action.place())) {
        let option = (action.as_str().to_owned(), w.t(&action.key()));
        match groups.iter_mut().find(|(noun, _)| *noun == action.noun()) {
            Some((_, options)) => options.push(option),
            None => groups.push((action.noun(), vec![option])),
        }
    }
    let heading = |noun: &str| w.t(&format!("audit-noun-{}", noun.replace('_', "-")));
    groups.into_iter().map(|(noun, options)| (heading(noun), options)).collect()
}

fn bar(w: &Words, path: &str, query: &AuditQuery, known: &[Action], places: &[Where]) -> Bar {
    let value = |text: &Option<String>| text.clone().unwrap_or_default();
    let outcomes = ["ok", "denied", "failed"].map(|word| (word.to_owned(), w.t(&format!("outcome-{word}"))));
    Bar {
        action: path.to_owned(),
        region: "log".into(),
        search: Some(w.t("audit-search")),
        query: value(&query.q),
        selects: vec![
            FilterSelect {
                name: "action".into(),
                label: w.t("audit-action"),
                groups: actions(w, known, places),
                value: value(&query.action),
                ..FilterSelect::default()
            },
            FilterSelect {
                name: "outcome".into(),
                label: w.t("audit-outcome"),
                options: outcomes.to_vec(),
                value: value(&query.outcome),
                ..FilterSelect::default()
            },
        ],
        ..Bar::default()
    }
}

fn nothing(w: &Words, path: &str, query: &AuditQuery) -> Markup {
    if pairs(query).is_empty() {
        let (title, says) = (w.t("audit-none"), w.t("audit-none-says"));
        return empty(&Empty { icon: Icon::Audit, title, says, actions: None });
    }
    empty(&Empty::no_match(w, query.q.as_deref().unwrap_or_default(), "log", path))
}
