//! The people of one workspace, for operators: to be read, as the workspace sees them. What is done with somebody is the
//! workspace's to do.

use access::{Granted, ManageMembers, Surface};
use activity::latest_records;
use addresses::Entry;
use audit::Record;
use axum::extract::{Path, State};
use i18n::Words;
use maud::{Markup, Render as _, html};
use memberships::At;
use tenants::{Tenants, tenant_head};
use web::ui::{self, Crumb, Definition, PageHead, card, definitions};
use web::{Failure, Query, Right, View};

use super::{address, list, one, role};
use crate::api::MemberQuery;
use crate::reads::Details;
use crate::service::Members;

/// Both services: the pages are among the workspace's.
type Services = (Members, Tenants);

/// So many of the latest records are shown.
const LATEST: u64 = 10;

pub async fn list(
    Right(by): Right<ManageMembers>,
    State((members, tenants)): State<Services>,
    Query(query): Query<MemberQuery>,
    view: View,
) -> Result<Markup, Failure> {
    let shown = members.shown_list(&by, query).await?;
    let details = tenants.details(&by).await?;
    let w = view.words();
    let content = html! {
        p class="soft" { (list::summary(w, &shown)) }
        (list::content(w, by.scope(), Surface::Operator, None, &shown))
    };
    let head = tenant_head(&view, &details, "members", Markup::default());
    Ok(view.page(&details.tenant.name, &head, &content))
}

/// What the page of one shows.
struct Shown {
    details: Details,
    addresses: Vec<Entry>,
    latest: Vec<Record>,
}

pub async fn show(
    Right(by): Right<ManageMembers>,
    State((members, _)): State<Services>,
    Path(at): Path<At>,
    view: View,
) -> Result<Markup, Failure> {
    let user = at.user()?;
    let details = members.details(&by, user).await?;
    let db = &members.platform.db;
    let addresses = addresses::of_object(db.read(), &details.member.id.to_string()).await?;
    let latest = members.latest(&by, user, LATEST).await?;
    Ok(page(&view, &by, &Shown { details, addresses, latest }, members.now()))
}

fn page(view: &View, by: &Granted<ManageMembers>, shown: &Shown, now: kernel::Timestamp) -> Markup {
    let (w, tenant, member) = (view.words(), by.scope(), &shown.details.member);
    let all = web::workspace(Surface::Operator, &tenant.slug);
    let head = PageHead {
        title: member.name.clone(),
        state: Some(one::pill(w, member, &shown.details.steps, tenant.status)),
        summary: html! { (address(member)) " · " (role(w, member)) },
        tabs: view.tenant_tabs(&tenant.slug, "members"),
        crumbs: vec![
            Crumb { label: w.t("nav-tenants"), href: Some("/tenants".into()) },
            Crumb { label: tenant.name.clone(), href: Some(all.clone()) },
            Crumb { label: w.t("nav-members"), href: Some(format!("{all}/members")) },
        ],
        ..PageHead::default()
    };
    let records = web::address(&format!("{all}/audit"), &[("q", member.user.to_string())]);
    let content = html! {
        div class="stack" data-live={ (all) "/members/" (member.user) "/live" } {
            (one::news(w, &shown.details))
            div class="cols object" {
                div class="stack" {
                    @if !shown.addresses.is_empty() { (card_of_addresses(w, &shown.addresses)) }
                    (latest_records(w, &shown.latest, &records))
                }
                div class="stack" { (one::cards(w, &shown.details, tenant.status, now)) }
            }
        }
    };
    view.page(&member.name, &head, &content)
}

fn card_of_addresses(w: &Words, entries: &[Entry]) -> Markup {
    let line = |entry: &Entry| {
        let kind = w.t(&format!("address-is-{}", entry.kind.as_str()));
        Definition::new(kind, ui::copy(w, &kernel::readable_address(&entry.address.to_string())))
    };
    let lines: Vec<Definition> = entries.iter().map(line).collect();
    card("addresses", w.t("member-addresses")).body(definitions(true, &lines)).render()
}
