//! The members of a workspace: search, filters and order in the address, paging.

use access::{Granted, ManageMembers, Surface, TenantRef, TenantStatus};
use axum::extract::State;
use i18n::Words;
use kernel::DomainName;
use maud::{Markup, Render as _, html};
use memberships::input::ROLES;
use memberships::{By, Error, Order};
use people::Why;
use people::pages::live;
use tenants::Seats;
use web::draft::Draft;
use web::ui::{
    self, Column, Direction, Empty, Filter as Bar, FilterSelect, Icon, More, PageHead, Row, Size, Table,
    button, empty, filter, link_button, table,
};
use web::{Done, Failure, Query, Right, View};

use super::new::{self, DIALOG};
use super::{bulk, invite, mark, role, tabs, who};
use crate::api::MemberQuery;
use crate::listing::{Listed, SecondFactor};
use crate::reads::Details;
use crate::service::Members;

/// What the page shows.
pub struct Shown {
    query: MemberQuery,
    found: Listed,
    seats: Seats,
    waiting: u64,
    /// Where mailboxes get their addresses.
    primary: Option<DomainName>,
    /// What was typed in the dialog that invites, when its session had ended.
    invite: Option<Draft>,
    now: kernel::Timestamp,
}

impl Members {
    pub(super) async fn shown_list(
        &self,
        by: &Granted<ManageMembers>,
        query: MemberQuery,
    ) -> Result<Shown, Failure> {
        let (limit, cursor) = query.list.read()?;
        let found = self.page(by, &query.wanted()?, cursor.as_ref(), limit).await?;
        let seats = self.memberships.seats(by).await.map_err(|error: Error| Failure::from(error))?;
        let waiting = self.memberships.waiting_invitations(by).await?;
        let primary = tenants::primary::of(&self.platform.db, by.tenant()).await?;
        Ok(Shown { query, found, seats, waiting, primary, invite: None, now: self.now() })
    }
}

pub async fn show(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Query(query): Query<MemberQuery>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    view.say_done(&done, &[("remove", "member-done-remove")]);
    let slug = &by.scope().slug;
    let mut shown = members.shown_list(&by, query).await?;
    shown.invite =
        view.refill(&format!("/admin/{slug}/invitations")).map(|body| Draft::kept(invite::DIALOG, &body));
    let add = view.refill(&format!("/admin/{slug}/members")).map(|body| Draft::kept(DIALOG, &body));
    Ok(page(&view, by.scope(), &shown, add.as_ref(), &html! {}))
}

/// The page, with a form that was refused or with what was just made.
pub fn page(view: &View, tenant: &TenantRef, shown: &Shown, draft: Option<&Draft>, above: &Markup) -> Markup {
    let (w, slug) = (view.words(), &tenant.slug);
    let head = PageHead {
        title: w.t("nav-members"),
        summary: summary(w, shown),
        actions: html! {
            (button(w.t("member-invite")).icon(Icon::Mail).opens(invite::DIALOG))
            (button(w.t("member-add")).primary().icon(Icon::Plus).opens(DIALOG))
        },
        tabs: tabs(w, slug, "people", shown.waiting),
        ..PageHead::default()
    };
    let content = html! {
        (content(w, tenant, Surface::Portal, Some(&view.shell.csrf), shown))
        (new::dialog_of(w, slug, &view.shell.csrf, shown.primary.as_ref(), draft))
        (invite::dialog_of(w, slug, &view.shell.csrf, shown.primary.as_ref(), shown.invite.as_ref()))
        (above)
    };
    view.page(&w.t("nav-members"), &head, &content)
}

/// The list with what isn't known of it; without the token of forms it is only read.
pub fn content(w: &Words, tenant: &TenantRef, surface: Surface, csrf: Option<&str>, shown: &Shown) -> Markup {
    let at = format!("{}/members", web::workspace(surface, &tenant.slug));
    html! {
        (unknown(w, shown))
        (list(w, tenant, &at, csrf, shown))
    }
}

pub fn summary(w: &Words, shown: &Shown) -> Markup {
    html! { (shown.seats.said(w)) }
}

/// What the upstreams can't say just now, and whom a filter leaves out for that.
fn unknown(w: &Words, shown: &Shown) -> Markup {
    let Listed { page, unknown, why, .. } = &shown.found;
    let first =
        |why: fn(&Details) -> Option<Why>| page.items.iter().filter_map(why).find(|why| why.is_of_upstream());
    let factors = why.or_else(|| first(|details| details.live.second_factor.err()));
    let mail = first(|details| details.live.mail.err());
    html! {
        @if let Some(why) = factors { (live::silent(w, "mfa-silent", why)) }
        @if let Some(why) = mail { (live::silent(w, "mail-use-silent", why)) }
        @if *unknown > 0 && shown.query.mfa.as_deref() != Some(SecondFactor::Unknown.as_str()) {
            p class="small soft" { (w.tx("mfa-left-out", &[("count", (*unknown).into())])) }
        }
    }
}

/// The parts of the query that say something, in one order.
fn pairs(query: &MemberQuery) -> Vec<(&'static str, String)> {
    let mut all = filters(query);
    all.extend(query.sort.clone().filter(|sort| !sort.is_empty()).map(|sort| ("sort", sort)));
    all
}

/// A head by which the list is sorted, one way and then the other.
fn sorted(column: Column, by: By, first_down: bool, at: &str, query: &MemberQuery) -> Column {
    let now = query.sort.as_deref().and_then(Order::parse).unwrap_or_default();
    let is_down = if now.by == by { !now.is_down } else { first_down };
    let mut pairs = filters(query);
    pairs.push(("sort", Order { by, is_down }.word()));
    let direction = if now.is_down { Direction::Down } else { Direction::Up };
    column.sort(web::address(at, &pairs), (now.by == by).then_some(direction))
}

fn filters(query: &MemberQuery) -> Vec<(&'static str, String)> {
    let all = [("q", &query.q), ("role", &query.role), ("status", &query.status), ("mfa", &query.mfa)];
    let given = all.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
    given.filter(|(_, value)| !value.is_empty()).collect()
}

fn list(w: &Words, tenant: &TenantRef, at: &str, csrf: Option<&str>, shown: &Shown) -> Markup {
    let more = shown.found.page.next.as_ref().map(|next| {
        let mut pairs = pairs(&shown.query);
        pairs.push(("cursor", next.to_string()));
        web::address(at, &pairs)
    });
    let items = &shown.found.page.items;
    let by = |label: &str, by, first_down| sorted(Column::new(w.t(label)), by, first_down, at, &shown.query);
    let list = Table {
        id: "members".into(),
        caption: w.t("nav-members"),
        columns: vec![
            by("member-person", By::Name, false),
            by("member-state", By::Status, false),
            Column::new(w.t("mfa")).md(),
            Column::figure(w.t("member-mailbox")).lo(),
            by("member-role", By::Role, false).md(),
            by("member-last-sign-in", By::LastSignIn, true).lo(),
        ],
        rows: items.iter().map(|details| row(w, tenant, at, details, shown.now).into()).collect(),
        filter: Some(filter(w, &bar(w, at, tenant.status, &shown.query, csrf.is_some()))),
        bulk: csrf.map(|csrf| bulk::bar(w, &tenant.slug, csrf)),
        more: Some(More::of(
            w,
            items.len(),
            shown.found.all,
            w.tx("members-shown", &[("count", items.len().into())]),
            more,
            shown.query.list.is_later(),
        )),
        size: Size::Tall,
        empty: Some(nothing(w, at, &shown.query, csrf.is_some())),
        ..Table::default()
    };
    table(w, &list)
}

fn bar(w: &Words, at: &str, workspace: TenantStatus, query: &MemberQuery, is_exported: bool) -> Bar {
    let value = |text: &Option<String>| text.clone().unwrap_or_default();
    let roles = ROLES.iter().map(|word| ((*word).to_owned(), w.t(&format!("role-{word}"))));
    // In the words of the column: who is active in a closed workspace is closed with it.
    let active = if workspace.is_open() { "member-active" } else { "member-workspace-closed" };
    let states = [("active", active), ("suspended", "member-suspended")];
    let states = states.map(|(word, label)| (word.to_owned(), w.t(label)));
    let factors = SecondFactor::WORDS.map(|word| (word.to_owned(), w.t(&format!("mfa-with-{word}"))));
    let select = |name: &str, label: &str, options: Vec<(String, String)>, value: String| FilterSelect {
        groups: Vec::new(),
        name: name.to_owned(),
        label: w.t(label),
        options,
        value,
    };
    Bar {
        action: at.to_owned(),
        region: "members".into(),
        search: Some(w.t("members-search")),
        query: value(&query.q),
        selects: vec![
            select("role", "member-role", roles.collect(), value(&query.role)),
            select("status", "member-state", states.to_vec(), value(&query.status)),
            select("mfa", "mfa", factors.to_vec(), value(&query.mfa)),
        ],
        keep: query
            .sort
            .iter()
            .filter(|sort| !sort.is_empty())
            .map(|sort| ("sort".to_owned(), sort.clone()))
            .collect(),
        aside: is_exported.then(|| html! {
            (link_button(w.t("members-export"), web::address(&format!("{at}.csv"), &pairs(query))).small().icon(Icon::Download))
        }),
        ..Bar::default()
    }
}

fn row(w: &Words, tenant: &TenantRef, at: &str, details: &Details, now: kernel::Timestamp) -> Row {
    let member = &details.member;
    Row {
        key: member.user.to_string(),
        name: member.name.clone(),
        href: Some(format!("{at}/{}", member.user)),
        cells: vec![
            who(member),
            mark(w, member, &details.steps, tenant.status).render(),
            live::second_factor(w, details.live.second_factor),
            live::mail(w, details.live.mail),
            html! { (role(w, member)) },
            html! {
                @match member.last_sign_in_at {
                    Some(at) => (ui::ago(w, at, now)),
                    None => span class="muted" { (w.t("member-never")) },
                }
            },
        ],
        ..Row::default()
    }
}

fn nothing(w: &Words, at: &str, query: &MemberQuery, may_add: bool) -> Markup {
    if filters(query).is_empty() {
        return empty(&Empty {
            icon: Icon::Users,
            title: w.t("members-none"),
            says: w.t(if may_add { "members-none-says" } else { "members-none-yet" }),
            actions: may_add.then(|| html! { (button(w.t("member-add")).icon(Icon::Plus).opens(DIALOG)) }),
        });
    }
    empty(&Empty::no_match(w, query.q.as_deref().unwrap_or_default(), "members", at))
}
