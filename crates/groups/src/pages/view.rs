//! What the page of one group shows.

use i18n::Words;
use kernel::Timestamp;
use maud::{Markup, Render as _, html};
use memberships::{MEMBERSHIP, SPACE_MEMBERSHIP};
use provisioning::{DRIVE, GROUP};
use reconcile::Status;
use web::View;
use web::draft::{self, Draft, filled};
use web::ui::{
    self, Bulk, Column, Confirm, Crumb, Definition, Empty, FormHead, Icon, MenuItem, PageHead, Row, Size,
    State, Step as Shown, Table, Tone, Trouble, ago, card, confirm, definitions, empty, link_button, submit,
    table,
};

use super::list::{Offer, day_of, fields, no_room};
use super::mark;
use crate::desired::name_for_apps;
use crate::model::{GRACE, Group};
use crate::reads::{Details, Person, Step};

pub const FORM: &str = "group";
const REMOVE: &str = "remove-group";
const REMOVE_SPACE: &str = "remove-space";

/// What was refused on the page.
#[derive(Default)]
pub struct Refused {
    /// Of the form.
    pub draft: Option<Draft>,
    /// Of the name that confirms the removal of the group.
    pub wrong_name: Option<String>,
    /// Of the name that confirms the removal of its space.
    pub wrong_space_name: Option<String>,
}

/// True when files go with the group.
pub fn has_files(details: &Details) -> bool {
    details.group.space.is_some() || details.files_until.is_some()
}

fn undone(details: &Details) -> Option<Status> {
    let has = |status| details.steps.iter().any(|step| step.status == status);
    [Status::Error, Status::Pending].into_iter().find(|status| has(*status))
}

/// How it is, in a word; live updates replace it.
pub fn pill(w: &Words, details: &Details) -> Markup {
    html! { span id="group-state" { (mark(w, undone(details)).pill()) } }
}

/// The page.
pub fn page(
    view: &View,
    slug: &str,
    details: &Details,
    offer: &Offer,
    now: Timestamp,
    refused: &Refused,
) -> Markup {
    let (w, group) = (view.words(), &details.group);
    let all = format!("/admin/{slug}/groups");
    let at = format!("{all}/{}", group.id);
    let count = details.people.len();
    let head = PageHead {
        title: group.name.clone(),
        state: Some(pill(w, details)),
        summary: html! {
            (w.tx("group-count", &[("count", count.into())]))
            @if let Some(description) = &group.description { " · " (description) }
        },
        crumbs: vec![Crumb { label: w.t("nav-groups"), href: Some(all) }],
        actions: html! {
            (link_button(w.t("group-add-people"), format!("{at}/add")).primary().icon(Icon::Plus))
            (ui::more(w, &group.name, &endings(w, group)))
        },
        ..PageHead::default()
    };
    let csrf = &view.shell.csrf;
    let content = html! {
        div class="stack" data-live={ (at) "/live" } {
            (banners(w, details))
            div class="cols object" {
                div class="stack" {
                    (people(w, slug, &at, csrf, details, now))
                    (card("change", w.t("group-change")).body(form(w, slug, csrf, group, offer, refused.draft.as_ref())))
                }
                div class="stack" {
                    (card("facts", w.t("group-facts")).body(facts(w, slug, group)))
                    (card("steps-card", w.t("group-steps")).flush(steps(w, details, now)).fold(undone(details).is_some()))
                }
            }
        }
        (questions(w, &at, csrf, details, now, refused))
    };
    view.page(&group.name, &head, &content)
}

/// What ends it, or a part of it.
fn endings(w: &Words, group: &Group) -> Vec<MenuItem> {
    let space = MenuItem::danger(Icon::Folder, w.t("group-remove-space"), REMOVE_SPACE);
    let all = MenuItem::danger(Icon::Trash, w.t("group-remove"), REMOVE);
    group.space.map(|_| space).into_iter().chain([all]).collect()
}

/// What else the page shows: without a place of its own, it moves the page when it changes.
pub fn rest(w: &Words, slug: &str, details: &Details) -> Markup {
    html! {
        (details.group.name) (details.group.description.as_deref().unwrap_or_default())
        (facts(w, slug, &details.group))
        (banners(w, details))
        @for person in &details.people { (person.entry.user) (person.entry.suspended) (mark(w, Some(person.status))) }
    }
}

fn banners(w: &Words, details: &Details) -> Markup {
    let without: Vec<&str> = details.without_mailbox().map(|entry| entry.name.as_str()).collect();
    let count = [("count", without.len().into())];
    let is_unread = details.group.address.is_some() && without.len() == details.people.len();
    html! {
        @if is_unread {
            (ui::banner(Tone::Warn, &w.t("group-unread"), &w.t("group-unread-says"), None))
        } @else if !without.is_empty() {
            (ui::banner(Tone::Info, &w.tx("group-no-mailbox", &count), &w.tx("group-no-mailbox-says", &[("who", without.join(", ").into())]), None))
        }
        @if let Some(until) = details.files_until {
            (ui::banner(Tone::Warn, &w.t("group-files-go"), &w.tx("group-files-go-says", &[("date", day_of(w, until).into())]), None))
        }
    }
}

fn people(w: &Words, slug: &str, at: &str, csrf: &str, details: &Details, now: Timestamp) -> Markup {
    let nothing = Empty {
        icon: Icon::Users,
        title: w.t("group-nobody"),
        says: w.t("group-nobody-says"),
        actions: Some(html! { (link_button(w.t("group-add-people"), format!("{at}/add")).icon(Icon::Plus)) }),
    };
    let row = |person: &Person| {
        let entry = &person.entry;
        let state = if entry.suspended {
            ui::state_said(State::Suspended, w.t("group-person-suspended"))
        } else {
            mark(w, Some(person.status))
        };
        Row {
            key: entry.user.to_string(),
            name: entry.name.clone(),
            href: Some(format!("/admin/{slug}/members/{}", entry.user)),
            cells: vec![
                ui::who(&entry.name, &entry.user.to_string(), Some(&entry.address())),
                state.render(),
                ago(w, person.added_at, now),
            ],
            ..Row::default()
        }
    };
    let shown = Table {
        id: "people".into(),
        caption: w.t("group-people"),
        columns: vec![
            Column::new(w.t("group-person")),
            Column::new(w.t("group-state")),
            Column::new(w.t("group-added")).lo(),
        ],
        rows: details.people.iter().map(|person| row(person).into()).collect(),
        bulk: Some(Bulk {
            action: format!("{at}/members/remove"),
            csrf: csrf.to_owned(),
            buttons: vec![submit(w.t("group-take-out")).icon(Icon::Minus)],
        })
        .filter(|_| !details.people.is_empty()),
        size: Size::Tall,
        empty: Some(empty(&nothing)),
        ..Table::default()
    };
    table(w, &shown)
}

fn facts(w: &Words, slug: &str, group: &Group) -> Markup {
    let none = |key: &str| html! { span class="muted" { (w.t(key)) } };
    let list = [
        Definition::new(
            w.t("group-address"),
            match &group.address {
                Some(address) => html! { (ui::copy(w, &address.to_string())) },
                None => none("group-no-address"),
            },
        ),
        Definition::new(
            w.t("group-space"),
            match group.space {
                Some(bytes) => html! {
                    (w.tx("group-space-says", &[("size", ui::gigabytes(w, bytes).into())])) " "
                    a href={ "/admin/" (slug) "/storage" } { (w.t("group-space-use")) }
                },
                None => none("group-no-space"),
            },
        ),
        Definition::new(
            w.t("group-for-apps"),
            html! { (ui::copy(w, &name_for_apps(slug, group))) p class="small soft" { (w.t("group-for-apps-says")) } },
        ),
        Definition::new(w.t("group-made"), ui::date(w, group.created_at)),
    ];
    definitions(true, &list)
}

/// The word for a kind in texts.
fn word(kind: &str) -> &'static str {
    match kind {
        GROUP => "group",
        MEMBERSHIP => "in-group",
        mail::LIST => "list",
        DRIVE => "space",
        SPACE_MEMBERSHIP => "in-space",
        _ => "other",
    }
}

fn step(w: &Words, step: &Step, now: Timestamp) -> Shown {
    let word = word(step.kind);
    let counted = [("done", step.done.into()), ("all", step.all.into())];
    let detail = match (step.status, &step.reason) {
        (Status::Error, _) => w.t("group-step-error"),
        (Status::Ok, _) => w.tx(&format!("group-step-{word}-ok"), &counted),
        (Status::Skipped, _) => w.t("group-step-skipped"),
        (Status::Pending, Some(_)) => w.tx("group-step-waits", &counted),
        (Status::Pending, None) => w.tx("group-step-busy", &counted),
    };
    Shown {
        id: step.kind.replace('.', "-"),
        label: w.t(&format!("group-step-{word}")),
        state: match step.status {
            Status::Ok => State::Ok,
            Status::Pending => State::Running,
            Status::Skipped => State::Skipped,
            Status::Error => State::Error,
        },
        detail: Some(detail),
        time: step.attempted_at.map(|at| ago(w, at, now)),
        attempts: (step.status == Status::Error).then_some(step.attempts),
        // An upstream's own words hold its name, which a branded workspace does not show [J4].
        trouble: step.error.as_ref().filter(|_| step.status == Status::Error).map(|_| Trouble {
            said: w.t("group-step-failed"),
            means: Some(w.t("group-step-means")),
            request: None,
        }),
        ..Shown::default()
    }
}

/// The steps; the id lets live updates replace them whole.
pub fn steps(w: &Words, details: &Details, now: Timestamp) -> Markup {
    let all: Vec<Shown> = details.steps.iter().map(|one| step(w, one, now)).collect();
    html! { div id="group-steps" { (ui::steps(w, "steps", &all)) } }
}

fn form(w: &Words, slug: &str, csrf: &str, group: &Group, offer: &Offer, draft: Option<&Draft>) -> Markup {
    let free = (offer.room.free() + group.space.unwrap_or(0)).max(0);
    let own = [
        group.name.clone(),
        group.description.clone().unwrap_or_default(),
        group.address.as_ref().map(ToString::to_string).unwrap_or_default(),
        group.space.map(storage::say_gigabytes).unwrap_or_default(),
    ];
    let version = draft.map_or(group.version, |draft| draft.version(group.version));
    let fields: Vec<ui::Field> =
        fields(w, offer, free).into_iter().zip(own).map(|(field, value)| field.value(value)).collect();
    let inside = html! {
        (draft::said(w, &w.t("group-not-done"), draft, FORM, &fields.iter().collect::<Vec<_>>()))
        (ui::hidden("version", &version.to_string()))
        @for field in fields { (ui::field(w, &filled(draft, FORM, field))) }
        (no_room(w, slug, &offer.room, free))
        div class="row" { (submit(w.t("group-save"))) }
    };
    let at = format!("/admin/{slug}/groups/{}", group.id);
    FormHead { action: at, csrf: csrf.to_owned(), swap: None }.form(&inside)
}

/// What happens when the group goes, as far as there is something that goes.
fn goes(w: &Words, details: &Details, date: &str) -> Vec<(Icon, String)> {
    let group = &details.group;
    let count = details.people.len();
    let people = (count > 0).then(|| (Icon::Users, w.tx("group-goes-people", &[("count", count.into())])));
    let address = group
        .address
        .as_ref()
        .map(|address| (Icon::Mail, w.tx("group-goes-address", &[("address", address.to_string().into())])));
    let files =
        has_files(details).then(|| (Icon::Folder, w.tx("group-goes-files", &[("date", date.into())])));
    [people, address, files].into_iter().flatten().collect()
}

fn questions(
    w: &Words,
    at: &str,
    csrf: &str,
    details: &Details,
    now: Timestamp,
    refused: &Refused,
) -> Markup {
    let group = &details.group;
    let date = day_of(w, details.files_until.unwrap_or(now.after(GRACE)));
    let ask = |id: &str, name: &str| Confirm {
        id: id.to_owned(),
        title: w.tx(&format!("group-{name}-title"), &[("name", (&group.name).into())]),
        says: w.tx(&format!("group-{name}-says"), &[("date", date.as_str().into())]),
        label: w.t(&format!("group-{name}")),
        keep: w.t("group-cancel"),
        action: format!("{at}/{name}"),
        csrf: csrf.to_owned(),
        ..Confirm::default()
    };
    let remove = Confirm {
        goes: goes(w, details, &date),
        name: has_files(details).then(|| group.name.clone()),
        error: refused.wrong_name.clone(),
        ..ask(REMOVE, "remove")
    };
    let space = Confirm {
        name: Some(group.name.clone()),
        error: refused.wrong_space_name.clone(),
        ..ask(REMOVE_SPACE, "remove-space")
    };
    html! {
        (confirm(w, &remove))
        @if group.space.is_some() { (confirm(w, &space)) }
    }
}
